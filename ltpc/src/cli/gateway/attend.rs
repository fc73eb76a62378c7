//! One connection: what its session delivers goes to the bus, what comes back goes to its session.

use std::{future::Future, pin::Pin, sync::Arc};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use ltp_runtime::{
    codec::Decoded,
    net::{CallFailure, Caller, Event, Peer, Session},
    session::CallError,
};
use ltpc::interpret::{Draft, Machine, bridge::Out};

use super::hub::{Gateway, in_context};

/// Requests of one connection that wait for answers at once. While there are as many, it is not read from.
const ASKED: usize = 64;

type Asked = Pin<Box<dyn Future<Output = (Option<Draft>, Option<Draft>)> + Send>>;

/// Attends to a session until it ends.
pub async fn attend(gateway: Arc<Gateway>, session: Session<Machine>, number: u64, peer: Peer) {
    let (caller, mut events) = session.split();
    let mut joined = gateway.join(number);
    gateway.metrics.accepted.add(&[]);
    let mut asked: FuturesUnordered<Asked> = FuturesUnordered::new();
    loop {
        tokio::select! {
            event = events.next(), if asked.len() < ASKED => match event {
                Some(Event::Message(message)) => {
                    if let Some(asking) = carry(&gateway, &caller, message).await {
                        asked.push(asking);
                    }
                }
                Some(Event::Ended { reason }) => {
                    tracing::debug!(number, %peer, reason, "ended");
                    return;
                }
                None => return,
                Some(event) => told(&gateway, &event),
            },
            Some((answer, otherwise)) = asked.next(), if !asked.is_empty() => {
                if let Some(answer) = answer {
                    answered(&gateway, &caller, answer, otherwise).await;
                }
            }
            Some(draft) = joined.pushes.recv() => {
                let outcome = match say(&gateway, &caller, Draft::clone(&draft)).await {
                    Said::Yes => "sent",
                    Said::NotNow => "not_taken",
                    Said::Invalid => "invalid",
                };
                gateway.metrics.pushed.add(&[outcome]);
            }
        }
    }
}

/// Carries a message to the bus. What waits for an answer is given back.
async fn carry(gateway: &Arc<Gateway>, caller: &Caller<Machine>, message: Decoded) -> Option<Asked> {
    let otherwise = match in_context(|context| gateway.bridge.out(message, context)) {
        Out::Carried(carried) if carried.within.is_some() => {
            let gateway = Arc::clone(gateway);
            return Some(Box::pin(async move { gateway.ask(carried).await }));
        }
        Out::Carried(carried) => gateway.publish(carried).await,
        Out::Failed { rule, problem, otherwise } => {
            gateway.bridged(rule, "not_mapped");
            tracing::debug!(%problem, "not carried");
            otherwise
        }
        Out::Nothing => {
            gateway.metrics.uncarried.add(&[]);
            None
        }
    };
    if let Some(otherwise) = otherwise {
        say(gateway, caller, otherwise).await;
    }
    None
}

/// Gives the peer its answer, or says that there is none where the session cannot send it.
async fn answered(gateway: &Gateway, caller: &Caller<Machine>, answer: Draft, otherwise: Option<Draft>) {
    if let (Said::Invalid, Some(otherwise)) = (say(gateway, caller, answer).await, otherwise) {
        say(gateway, caller, otherwise).await;
    }
}

/// What the session says to a message for its peer.
enum Said {
    Yes,
    /// It is not for this peer, or not now.
    NotNow,
    /// It does not conform.
    Invalid,
}

async fn say(gateway: &Gateway, caller: &Caller<Machine>, draft: Draft) -> Said {
    let message = draft.message;
    match caller.call(draft).await {
        Ok(()) => Said::Yes,
        Err(CallFailure::Refused(CallError::Invalid(violations))) => {
            let first = violations.first().map(ToString::to_string).unwrap_or_default();
            tracing::warn!(message = gateway.bridge.message_name(message), problem = first, "not sent");
            Said::Invalid
        }
        Err(CallFailure::Refused(CallError::NotNow { .. } | CallError::Full { .. }) | CallFailure::Ended) => Said::NotNow,
    }
}

fn told(gateway: &Gateway, event: &Event<Decoded>) {
    match event {
        Event::Refused(error) => tracing::warn!(%error, "the session wanted to send what does not conform"),
        Event::StoreFailed { place, error } => tracing::error!(space = %place.space, %error, "the store failed"),
        Event::Skipped(count) => gateway.metrics.skipped.add_many(&[], *count),
        _ => {}
    }
}
