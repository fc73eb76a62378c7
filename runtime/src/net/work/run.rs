//! Handlers at work: each on a thread of its own for as long as it takes, so that one that blocks holds nobody up, and one that panics is
//! a failure.

use std::{any::Any, time::Duration};

use tokio::{runtime::Handle, sync::oneshot, task::JoinError};

use crate::work::{Failure, Handler, Table, Task, Unit};

/// Runs a handler until it is done or nobody wants it any more. What it gives is JSON of at most `most` octets, or a failure.
pub async fn run(
    handler: Handler,
    table: &Table,
    kind: String,
    unit: &Unit,
    most: usize,
    cancelled: oneshot::Receiver<()>,
) -> Result<String, Failure> {
    let task = Task {
        id: unit.id.clone(),
        kind,
        priority: unit.priority,
    };
    let input = unit.input.clone();
    let runtime = Handle::current();
    let working = tokio::task::spawn_blocking(move || {
        runtime.block_on(async move {
            tokio::select! {
                biased;
                _ = cancelled => None,
                result = async move { handler.run(input, task).await } => Some(result),
            }
        })
    });
    let failed = |message: String| Err(Failure::new(table.codes.failed.clone(), message));
    match working.await {
        Ok(Some(Ok(output))) if output.len() > most => failed(format!("the handler gave {} octets, and {most} can be sent", output.len())),
        Ok(Some(Ok(output))) if crate::codec::Json::parse(output.as_str()).is_err() => {
            failed("the handler gave what is no JSON".to_owned())
        }
        Ok(Some(result)) => result,
        Ok(None) => failed("it was cancelled".to_owned()),
        Err(error) => failed(format!("the handler panicked: {}", words(error))),
    }
}

fn words(error: JoinError) -> String {
    let said = |panic: Box<dyn Any + Send>| match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast_ref::<&str>().map_or("no words", |text| text).to_owned(),
    };
    match error.try_into_panic() {
        Ok(panic) => said(panic),
        Err(error) => error.to_string(),
    }
}

/// Milliseconds as ticks.
pub fn ticks(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
