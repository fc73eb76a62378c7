//! Handlers at work: quick ones where their work comes in, others in a thread of the pool.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use tokio::task::AbortHandle;

use super::pool::{Job, Pool, words};
use crate::{
    codec::Json,
    work::{Failure, Handler, Running, Table, Task, Unit},
};

/// What became of a unit.
pub type Ended = Result<String, Failure>;

/// A handler that was begun and is not done.
pub enum Begun {
    Threaded(Arc<Job>),
    Quick(AbortHandle),
}

impl Begun {
    /// It is not wanted any more.
    pub fn cancel(&self) {
        match self {
            Self::Threaded(job) => job.cancel(),
            Self::Quick(task) => task.abort(),
        }
    }
}

/// Begins a handler; what became of the unit, if that is known at once, else `done` is told. What a handler gives is JSON of at most `most`
/// octets, or a failure. `elsewhere`: a quick one is not begun here either.
#[allow(clippy::too_many_arguments)]
pub fn begin(
    handler: &Handler,
    pool: &Pool,
    table: &Arc<Table>,
    kind: Arc<str>,
    unit: &Unit,
    most: usize,
    elsewhere: bool,
    done: impl FnOnce(Ended) + Send + 'static,
) -> Result<Ended, Begun> {
    let task = Task {
        id: unit.id.clone(),
        kind: kind.to_string(),
        priority: unit.priority,
    };
    let (input, of) = (unit.input.clone(), Arc::clone(table));
    if !handler.is_quick() {
        let handler = handler.clone();
        let work: Running = Box::pin(async move { handler.run(input, task).await });
        return Err(Begun::Threaded(
            pool.run(work, Box::new(move |result| done(judged(result, &of, most)))),
        ));
    }
    let begun = catch_unwind(AssertUnwindSafe(|| {
        let mut work = handler.run(input, task);
        match (!elsewhere).then(|| work.as_mut().poll(&mut Context::from_waker(Waker::noop()))) {
            Some(Poll::Ready(result)) => Ok(result),
            // It is polled again by its task, and tells that one when it goes on.
            Some(Poll::Pending) | None => Err(work),
        }
    }));
    match begun {
        Ok(Ok(result)) => Ok(judged(Ok(result), table, most)),
        Err(panic) => Ok(judged(Err(words(&*panic)), table, most)),
        Ok(Err(work)) => {
            let task = tokio::spawn(async move {
                let result = Caught(work).await;
                done(judged(result, &of, most));
            });
            Err(Begun::Quick(task.abort_handle()))
        }
    }
}

/// What a handler gave, if that can be sent.
fn judged(result: Result<Ended, String>, table: &Table, most: usize) -> Ended {
    let failed = |message: String| Err(Failure::new(table.codes.failed.clone(), message));
    match result {
        Ok(Ok(output)) if output.len() > most => failed(format!("the handler gave {} octets, and {most} can be sent", output.len())),
        Ok(Ok(output)) if Json::parse(output.as_str()).is_err() => failed("the handler gave what is no JSON".to_owned()),
        Ok(result) => result,
        Err(words) => failed(format!("the handler panicked: {words}")),
    }
}

/// A handler; why it panicked, if it does.
struct Caught(Running);

impl Future for Caught {
    type Output = Result<Ended, String>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(context))) {
            Ok(polled) => polled.map(Ok),
            Err(panic) => Poll::Ready(Err(words(&*panic))),
        }
    }
}
