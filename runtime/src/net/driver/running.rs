//! Drivers and applications in turn.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use tokio::time::{Instant, Sleep, sleep_until};

use super::core::{Core, Phase};
use crate::session::Machine;

/// Rounds of driver and application in a row after which other tasks get a turn.
const ROUNDS_AT_ONCE: u32 = 64;

/// Rounds for which one look at the clocks does.
const ROUNDS_A_LOOK: u32 = 8;

/// What a driver and the application's end of a session share.
pub(super) struct Shared<M: Machine> {
    core: Mutex<Core<M>>,
}

impl<M: Machine> Shared<M> {
    pub(super) const fn new(core: Core<M>) -> Self {
        Self { core: Mutex::new(core) }
    }

    /// For one thing that happens. Nobody waits for anything while holding it.
    pub(super) fn lock(&self) -> MutexGuard<'_, Core<M>> {
        // After a panic the session is dropped with its task; whoever still looks at it sees that it is over.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A driver at work. Nothing happens to the session once it is dropped.
pub(super) struct Running<M: Machine> {
    shared: Arc<Shared<M>>,
}

impl<M: Machine> Drop for Running<M> {
    fn drop(&mut self) {
        let mut core = self.shared.lock();
        core.abandon();
        core.wakers.driver = None;
    }
}

/// What there is to be done after a round.
enum Rest {
    More,
    /// Nothing until something comes, or a deadline.
    Wait(Option<Instant>),
    Over,
}

impl<M: Machine> Running<M>
where
    M::Message: 'static,
{
    pub(super) const fn new(shared: Arc<Shared<M>>) -> Self {
        Self { shared }
    }

    /// Runs the session, and what the application does with it if that is to be in the same task.
    pub(super) async fn run<F: Future<Output = ()>>(self, mut application: Option<Pin<Box<F>>>) {
        let mut sleep = pin!(None);
        poll_fn(|context| {
            let mut is_application_due = true;
            for round in 0..ROUNDS_AT_ONCE {
                let is_late = round % ROUNDS_A_LOOK == 0;
                is_application_due |= self.round(context, application.is_some(), is_late);
                if is_application_due
                    && let Some(running) = &mut application
                    && running.as_mut().poll(context).is_ready()
                {
                    application = None;
                }
                is_application_due = false;
                match self.rest(context) {
                    Rest::More => {}
                    Rest::Over if application.is_none() => return Poll::Ready(()),
                    Rest::Over | Rest::Wait(None) => return Poll::Pending,
                    Rest::Wait(Some(deadline)) => {
                        if poll_until(sleep.as_mut(), deadline, context).is_pending() {
                            return Poll::Pending;
                        }
                    }
                }
            }
            self.pause(context);
            Poll::Pending
        })
        .await;
    }

    /// Does what is to be done for the driver; whether the application has to look after something now. `is_late`: the clocks are looked at
    /// again.
    fn round(&self, context: &Context<'_>, is_attended: bool, is_late: bool) -> bool {
        let mut core = self.shared.lock();
        if is_late {
            core.forget_time();
        }
        let wakers = &mut core.wakers;
        wakers.is_attended = is_attended;
        wakers.is_driver_wanted = false;
        if wakers.driver.as_ref().is_none_or(|waker| !waker.will_wake(context.waker())) {
            wakers.driver = Some(context.waker().clone());
            wakers.is_driver_new = true;
        }
        core.equip();
        core.turn(&mut Context::from_waker(context.waker()));
        std::mem::take(&mut core.wakers.is_application_wanted)
    }

    /// Writes what waits, if nothing else is to be done before.
    fn rest(&self, context: &mut Context<'_>) -> Rest {
        let mut core = self.shared.lock();
        if core.phase != Phase::Over {
            if !core.wakers.is_driver_wanted {
                core.flush(context);
            }
            if core.wakers.is_driver_wanted || core.wakers.is_application_wanted {
                return Rest::More;
            }
        }
        core.wakers.is_attended = false;
        core.unequip();
        if core.phase == Phase::Over {
            Rest::Over
        } else {
            Rest::Wait(core.deadline())
        }
    }

    /// Lets others have a turn.
    fn pause(&self, context: &mut Context<'_>) {
        let mut core = self.shared.lock();
        core.flush(context);
        core.wakers.is_attended = false;
        core.unequip();
        context.waker().wake_by_ref();
    }
}

/// Waits for a time. One that is put off again and again, as by every message, costs nothing: the earlier time passes first, and
/// whoever is woken then asks for the later one.
fn poll_until(mut sleep: Pin<&mut Option<Sleep>>, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
    match sleep.as_mut().as_pin_mut() {
        None => sleep.set(Some(sleep_until(deadline))),
        Some(set) if set.deadline() > deadline || set.is_elapsed() => set.reset(deadline),
        Some(_) => {}
    }
    match sleep.as_pin_mut() {
        Some(set) => set.poll(context),
        None => Poll::Pending,
    }
}
