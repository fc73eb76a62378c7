//! The end of a server, told to all of its sessions.

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    task::{Poll, Waker},
};

use tokio::time::Instant;

/// Rung once. Whoever listens is woken, and costs a place in a list until then.
#[derive(Debug, Default)]
pub(super) struct Bell {
    /// By when all must have ended.
    rung: OnceLock<Instant>,
    places: Mutex<Places>,
}

#[derive(Debug, Default)]
struct Places {
    wakers: Vec<Waker>,
    free: Vec<u32>,
}

impl Bell {
    pub(super) fn ring(&self, by: Instant) {
        if self.rung.set(by).is_ok() {
            let wakers = std::mem::take(&mut self.places().wakers);
            wakers.into_iter().for_each(Waker::wake);
        }
    }

    pub(super) fn listen(self: Arc<Self>) -> Ear {
        Ear { bell: self, place: None }
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hears a bell.
#[derive(Debug)]
pub(super) struct Ear {
    bell: Arc<Bell>,
    place: Option<u32>,
}

impl Ear {
    /// By when all must have ended, once the bell is rung. `is_new` says that the waker is another than the last time.
    pub(super) fn poll(&mut self, waker: &Waker, is_new: bool) -> Poll<Instant> {
        if is_new || self.place.is_none() {
            let mut places = self.bell.places();
            // After the bell was rung there are no places any more, and nobody is woken a second time.
            if self.bell.rung.get().is_none() {
                match self.place.or_else(|| places.free.pop()) {
                    Some(place) => {
                        places.wakers[place as usize].clone_from(waker);
                        self.place = Some(place);
                    }
                    None => {
                        self.place = u32::try_from(places.wakers.len()).ok();
                        places.wakers.push(waker.clone());
                    }
                }
            }
        }
        self.bell.rung.get().map_or(Poll::Pending, |by| Poll::Ready(*by))
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            let mut places = self.bell.places();
            if let Some(waker) = places.wakers.get_mut(place as usize) {
                *waker = Waker::noop().clone();
                places.free.push(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        task::Wake,
    };

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn all_that_still_listen_are_woken_once() {
        let (bell, count) = (Arc::new(Bell::default()), Arc::new(Count::default()));
        let waker = Waker::from(Arc::clone(&count));
        let mut ears: Vec<Ear> = (0..5).map(|_| Arc::clone(&bell).listen()).collect();
        for ear in &mut ears {
            assert_eq!((ear.poll(&waker, true), ear.poll(&waker, false)), (Poll::Pending, Poll::Pending));
        }
        ears.truncate(3);
        let mut late = Arc::clone(&bell).listen();
        assert_eq!(late.poll(&waker, true), Poll::Pending);
        assert_eq!(bell.places().wakers.len(), 5, "places are taken again");
        let by = Instant::from_std(std::time::Instant::now());
        bell.ring(by);
        bell.ring(by + std::time::Duration::from_secs(1));
        assert_eq!(count.0.load(Ordering::Relaxed), 4);
        assert_eq!(
            (late.poll(&waker, false), late.poll(&waker, true)),
            (Poll::Ready(by), Poll::Ready(by))
        );
        let mut never = bell.listen();
        assert_eq!(never.poll(&waker, true), Poll::Ready(by));
    }
}
