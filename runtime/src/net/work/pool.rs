//! Threads that handlers are run by. A handler that blocks holds its thread and nobody else's: others are begun by further threads, of which
//! there are so many at most. A handler that waits holds no thread.

use std::{
    cell::Cell,
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use tokio::runtime::Handle;

use crate::work::Running;

/// For how long all threads must be held up before there is another.
const HELD_UP: Duration = Duration::from_millis(5);

/// For how long a thread waits for work before it ends.
const KEPT: Duration = Duration::from_secs(10);

/// What is done with what a handler gave; of one that panicked, its words.
pub type Done = Box<dyn FnOnce(Result<Result<String, crate::work::Failure>, String>) + Send>;

/// A pool of threads. They end once it is dropped, those that are held up once they are not.
#[derive(Debug)]
pub struct Pool {
    shared: Arc<Shared>,
}

impl Pool {
    /// No thread runs yet. So many are started where there is work for them; further ones, so many in all, where all are held up.
    /// Must be made within a runtime of tokio.
    pub fn new(usual: usize, most: usize) -> Self {
        let usual = usual.max(1);
        let shared = Shared {
            state: Mutex::default(),
            wanted: Condvar::new(),
            runtime: Handle::current(),
            usual,
            most: most.max(usual),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Runs a handler; what it gives is handed to `done`, in its thread.
    pub fn run(&self, work: Running, done: Done) -> Arc<Job> {
        let job = Arc::new(Job {
            pool: Arc::downgrade(&self.shared),
            progress: Mutex::new(Progress {
                work: Some((work, done)),
                stage: Stage::Queued,
            }),
        });
        self.shared.queue(Arc::clone(&job));
        job
    }

    /// How many threads there are.
    pub fn threads(&self) -> usize {
        self.shared.held().threads
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.held().is_closed = true;
        self.shared.wanted.notify_all();
    }
}

/// A handler that runs.
pub struct Job {
    pool: Weak<Shared>,
    progress: Mutex<Progress>,
}

struct Progress {
    /// None while it is polled, and once it is over.
    work: Option<(Running, Done)>,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It waits for a thread.
    Queued,
    /// A thread polls it.
    Polled,
    /// The same, and it was woken meanwhile.
    Woken,
    /// It waits to be woken.
    Waiting,
    /// It is done, or not wanted any more.
    Over,
}

impl Job {
    /// It is not wanted any more. If a thread is held up by it, that stays so.
    pub fn cancel(self: &Arc<Self>) {
        let (before, work) = {
            let mut progress = self.held();
            (std::mem::replace(&mut progress.stage, Stage::Over), progress.work.take())
        };
        if before == Stage::Queued
            && let Some(pool) = self.pool.upgrade()
        {
            pool.held().queue.retain(|queued| !Arc::ptr_eq(queued, self));
        }
        forget(work);
    }

    fn poll(self: &Arc<Self>) {
        let Some((mut work, done)) = ({
            let mut progress = self.held();
            let work = progress.work.take();
            if work.is_some() {
                progress.stage = Stage::Polled;
            }
            work
        }) else {
            return;
        };
        let waker = Waker::from(Arc::clone(self));
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(&mut Context::from_waker(&waker))));
        let result = match polled {
            Ok(Poll::Ready(result)) => Ok(result),
            Ok(Poll::Pending) => return self.goes_on(work, done),
            Err(panic) => Err(words(&*panic)),
        };
        let is_wanted = std::mem::replace(&mut self.held().stage, Stage::Over) != Stage::Over;
        forget(work);
        if is_wanted {
            LOOKS_SOON.set(true);
            done(result);
            LOOKS_SOON.set(false);
        }
    }

    /// It has been polled, and is not done.
    fn goes_on(self: &Arc<Self>, work: Running, done: Done) {
        let mut progress = self.held();
        match progress.stage {
            Stage::Over => {
                drop(progress);
                forget((work, done));
            }
            Stage::Woken => {
                progress.work = Some((work, done));
                progress.stage = Stage::Queued;
                drop(progress);
                if let Some(pool) = self.pool.upgrade() {
                    LOOKS_SOON.set(true);
                    pool.queue(Arc::clone(self));
                    LOOKS_SOON.set(false);
                }
            }
            Stage::Queued | Stage::Polled | Stage::Waiting => {
                progress.work = Some((work, done));
                progress.stage = Stage::Waiting;
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Job {
    fn wake(self: Arc<Self>) {
        {
            let mut progress = self.held();
            match progress.stage {
                Stage::Polled => {
                    progress.stage = Stage::Woken;
                    return;
                }
                Stage::Waiting => progress.stage = Stage::Queued,
                Stage::Queued | Stage::Woken | Stage::Over => return,
            }
        }
        if let Some(pool) = self.pool.upgrade() {
            pool.queue(self);
        }
    }
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("stage", &self.held().stage).finish_non_exhaustive()
    }
}

/// In words, why something panicked.
pub fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words")
        .to_owned()
}

thread_local! {
    /// Whether this thread looks for work in a moment, and needs nobody else to.
    static LOOKS_SOON: Cell<bool> = const { Cell::new(false) };
}

/// Drops what is a handler's: that may panic, too.
fn forget<T>(what: T) {
    if catch_unwind(AssertUnwindSafe(|| drop(what))).is_err() {
        tracing::warn!("what a handler held panicked when it was dropped");
    }
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    wanted: Condvar,
    runtime: Handle,
    usual: usize,
    most: usize,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Arc<Job>>,
    threads: usize,
    /// Threads that wait for work, and how many of them have been woken for some.
    idle: usize,
    woken: usize,
    /// How often a thread has taken work: while that goes up they are not held up.
    taken: u64,
    is_watched: bool,
    is_closed: bool,
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(self: &Arc<Self>, job: Arc<Job>) {
        let mut state = self.held();
        state.queue.push_back(job);
        if LOOKS_SOON.get() && state.queue.len() == 1 {
            return;
        }
        if state.idle > state.woken {
            state.woken += 1;
            self.wanted.notify_one();
        } else if state.threads < self.usual {
            self.start(&mut state);
        } else {
            self.watch(&mut state);
        }
    }

    /// Has it seen that what waits is taken.
    fn watch(self: &Arc<Self>, state: &mut State) {
        if !state.is_watched && !state.queue.is_empty() {
            state.is_watched = true;
            self.runtime.spawn(watch(Arc::downgrade(self), state.taken));
        }
    }

    /// Starts a thread. Where the system has none, those that there are must do.
    fn start(self: &Arc<Self>, state: &mut State) {
        let shared = Arc::clone(self);
        let thread = std::thread::Builder::new().name("handler".to_owned());
        match thread.spawn(move || shared.work()) {
            Ok(_) => state.threads += 1,
            Err(error) => tracing::error!(%error, threads = state.threads, "no thread for a handler can be started"),
        }
    }

    fn work(self: Arc<Self>) {
        // Handlers may use what the runtime offers.
        let _runtime = self.runtime.enter();
        let mut state = self.held();
        loop {
            if let Some(job) = state.queue.pop_front() {
                state.taken += 1;
                self.watch(&mut state);
                drop(state);
                job.poll();
                drop(job);
                state = self.held();
                continue;
            }
            if state.is_closed {
                break;
            }
            state.idle += 1;
            let (back, waited) = self.wanted.wait_timeout(state, KEPT).unwrap_or_else(PoisonError::into_inner);
            state = back;
            state.idle -= 1;
            state.woken = state.woken.saturating_sub(1);
            if waited.timed_out() && state.queue.is_empty() {
                break;
            }
        }
        state.threads -= 1;
    }
}

/// Starts another thread whenever none has taken work for a while, as long as something waits.
async fn watch(pool: Weak<Shared>, mut taken: u64) {
    let mut is_said = false;
    loop {
        tokio::time::sleep(HELD_UP).await;
        let Some(shared) = pool.upgrade() else { return };
        let mut state = shared.held();
        if state.queue.is_empty() || state.is_closed {
            state.is_watched = false;
            return;
        }
        if state.taken == taken {
            if state.threads < shared.most {
                shared.start(&mut state);
            } else if !is_said {
                is_said = true;
                tracing::error!(
                    threads = state.threads,
                    "all threads are held up by handlers that block; what comes waits for them"
                );
            }
        }
        taken = state.taken;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    type Got = Result<Result<String, crate::work::Failure>, String>;

    fn into(sender: &Sender<Got>) -> Done {
        let sender = sender.clone();
        Box::new(move |result| sender.send(result).unwrap_or_default())
    }

    fn next(of: &Receiver<Got>) -> Option<Got> {
        of.recv_timeout(Duration::from_secs(20)).ok()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_blocks_or_waits_holds_nobody_up_and_threads_are_bounded() {
        let pool = Pool::new(1, 4);
        let (sender, results) = channel();
        let (release, held) = channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let block = || -> Running {
            let held = Arc::clone(&held);
            Box::pin(async move {
                let _ = held.lock().map(|held| held.recv());
                Ok("released".to_owned())
            })
        };
        // As many as wait hold no thread.
        let waiting: Vec<_> = (0..50).map(|_| pool.run(Box::pin(std::future::pending()), into(&sender))).collect();
        for _ in 0..3 {
            pool.run(block(), into(&sender));
        }
        pool.run(Box::pin(async { Ok("done".to_owned()) }), into(&sender));
        assert_eq!(next(&results), Some(Ok(Ok("done".to_owned()))));
        assert_eq!(pool.threads(), 4);
        // All are held up: what comes waits, and is forgotten at once if nobody wants it.
        pool.run(block(), into(&sender));
        let unwanted = pool.run(Box::pin(async { Ok("unwanted".to_owned()) }), into(&sender));
        let wanted = pool.run(Box::pin(async { Ok("wanted".to_owned()) }), into(&sender));
        unwanted.cancel();
        assert_eq!(Arc::strong_count(&unwanted), 1);
        tokio::time::sleep(HELD_UP * 4).await;
        assert_eq!((pool.threads(), results.try_recv().is_err()), (4, true));
        for _ in 0..4 {
            release.send(()).unwrap_or_default();
        }
        let mut got: Vec<_> = std::iter::from_fn(|| next(&results)).take(5).collect();
        got.sort_by_key(|result| format!("{result:?}"));
        assert_eq!(got.pop(), Some(Ok(Ok("wanted".to_owned()))));
        assert!(got.iter().all(|result| *result == Ok(Ok("released".to_owned()))));
        waiting.iter().for_each(|job| job.cancel());
        assert!(waiting.iter().all(|job| job.held().work.is_none()));
        drop(wanted);
    }

    #[tokio::test]
    async fn a_panic_is_told_and_what_is_woken_goes_on() {
        let pool = Pool::new(1, 1);
        let (sender, results) = channel();
        #[allow(clippy::panic)]
        let panics = Box::pin(async { panic!("as it was asked to") });
        pool.run(panics, into(&sender));
        assert_eq!(next(&results), Some(Err("as it was asked to".to_owned())));
        let (wake, woken) = tokio::sync::oneshot::channel::<()>();
        let waits = Box::pin(async move {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            Ok(format!("{:?}", woken.await))
        });
        pool.run(waits, into(&sender));
        wake.send(()).unwrap_or_default();
        assert_eq!(next(&results), Some(Ok(Ok("Ok(())".to_owned()))));
    }
}
