//! Work that several nodes share: a queue for each kind and the outcomes, on NATS JetStream.
//!
//! What is submitted to one node stands in the queue of its kind until a node that handles it has said what became of it, so that what a
//! node held that died is handed to another: at least once. An outcome is kept under the unit's id, and whoever finds it there
//! does not do the unit again: duplicates are absorbed. What is declared `once` leaves the queue before it is begun: at most once.
//!
//! The order of an ordered group is kept by the node to which its units are submitted: of each submitter the next stands in a queue once the
//! one before is done. Nodes tell each other what they handle; what none has named lately is refused.

use std::{
    fmt::Write as _,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_nats::{
    Client, ConnectOptions, HeaderMap,
    jetstream::{
        self,
        consumer::{DeliverPolicy, pull},
        context::Context,
        stream::{Config, RetentionPolicy, Stream},
    },
};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::time::Instant;

use super::{
    attend::{SubmitTo, attend_with},
    node::{Node, To},
};
use crate::{
    net::{Session, bus::BusError},
    session::Machine,
    work::{Failure, Flow, Outcome, Route, Unit},
};

mod heard;
mod waiting;
mod worker;

use heard::Heard;
use waiting::{Turn, Waiting};

/// How work is shared.
#[derive(Debug, Clone)]
pub struct SharedOptions {
    /// What subjects and streams begin with: letters, digits, `_` and `-`.
    pub name: String,
    /// After how long of silence what a node was handed is handed to another.
    pub ack_wait: Duration,
    /// How long outcomes are kept.
    pub keep: Duration,
}

impl SharedOptions {
    /// For work of a name: redelivered after 60 seconds, outcomes kept for 10 minutes.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ack_wait: Duration::from_secs(60),
            keep: Duration::from_secs(600),
        }
    }
}

/// How long something is rested that did not work.
const REST: Duration = Duration::from_millis(200);

/// How long a node waits for work before it asks again; a server that is silent for a part of that is asked anew.
const ASK: Duration = Duration::from_secs(4);

/// How often an outcome is looked for that nobody has told of.
const LOOK: Duration = Duration::from_secs(2);

/// A node's part in work that several share.
pub struct Shared {
    node: Node,
    options: SharedOptions,
    client: Client,
    context: Context,
    queue: Stream,
    outcomes: Stream,
    waiting: Mutex<Waiting>,
    heard: Mutex<Heard>,
    counts: Counted,
}

/// What a node has done for all that share work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SharedCounts {
    /// Units that were begun here.
    pub begun: u64,
    /// Units that were handed here and turned out to be done already.
    pub absorbed: u64,
    /// Units that were handed here after another had been, or this node before.
    pub again: u64,
}

#[derive(Default)]
struct Counted {
    begun: AtomicU64,
    absorbed: AtomicU64,
    again: AtomicU64,
}

impl Shared {
    /// Connects a node to others, and lets it work for them from now on.
    ///
    /// # Errors
    /// If the server cannot be reached, or has no JetStream.
    pub async fn connect(address: &str, node: Node, options: SharedOptions) -> Result<Arc<Self>, BusError> {
        let connecting = ConnectOptions::new()
            .name(&options.name)
            .max_reconnects(None)
            .reconnect_delay_callback(|tries| Duration::from_millis(50 << tries.min(5)))
            .request_timeout(Some(LOOK))
            .ping_interval(LOOK);
        let addresses: Vec<&str> = address.split(',').collect();
        let client = connecting.connect(addresses).await.map_err(other)?;
        let mut context = jetstream::new(client.clone());
        context.set_timeout(LOOK);
        let stream = |part: &str| Config {
            name: format!("{}_{part}", options.name),
            subjects: vec![format!("{}.{part}.>", options.name)],
            duplicate_window: Duration::from_secs(120),
            allow_direct: true,
            ..Config::default()
        };
        let queue = Config {
            retention: RetentionPolicy::WorkQueue,
            ..stream("work")
        };
        let outcomes = Config {
            max_age: options.keep,
            max_messages_per_subject: 1,
            ..stream("outcome")
        };
        let queue = context.get_or_create_stream(queue).await.map_err(other)?;
        let outcomes = context.get_or_create_stream(outcomes).await.map_err(other)?;
        let shared = Arc::new(Self {
            node,
            options,
            client,
            context,
            queue,
            outcomes,
            waiting: Mutex::default(),
            heard: Mutex::default(),
            counts: Counted::default(),
        });
        tokio::spawn(Arc::clone(&shared).listen());
        tokio::spawn(Arc::clone(&shared).hear());
        let kinds: Vec<String> = shared.node.handled_here().map(str::to_owned).collect();
        for kind in kinds {
            tokio::spawn(Arc::clone(&shared).work(kind));
        }
        Ok(shared)
    }

    /// What this node has done for all.
    #[must_use]
    pub fn counts(&self) -> SharedCounts {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        SharedCounts {
            begun: of(&self.counts.begun),
            absorbed: of(&self.counts.absorbed),
            again: of(&self.counts.again),
        }
    }

    /// Submits a unit to whichever node does it; `to` is told what became of it, once. `submitter` tells who: the units of ordered groups
    /// are done one by one for each.
    pub fn submit(self: &Arc<Self>, submitter: u64, unit: Unit, to: To) {
        let codes = &self.node.table().codes;
        let refused = |to: To, id: String, failure: Failure| {
            let result = Err(failure);
            to(Outcome { id, result, took: 0 });
        };
        let Some(kind) = self.node.table().kind(&unit.group, &unit.element) else {
            let words = format!("there is no {}:{}", unit.group, unit.element);
            return refused(to, unit.id, Failure::new(codes.unhandled.clone(), words));
        };
        if self.is_handled(&kind) == Some(false) {
            return refused(to, unit.id, self.unrouted(&kind));
        }
        let capacity = self.node.options().limits.capacity;
        let mut waiting = self.held();
        if waiting.count() >= capacity {
            drop(waiting);
            let words = format!("{capacity} units wait already");
            return refused(to, unit.id, Failure::new(codes.overloaded.clone(), words));
        }
        let lane = self.is_ordered(&kind).then(|| (submitter, unit.group.clone()));
        if let Some(turn) = waiting.add(&unit.id, lane, to) {
            drop(waiting);
            tokio::spawn(Arc::clone(self).see_through(unit, kind, turn));
        }
    }

    fn is_ordered(&self, kind: &str) -> bool {
        let group = kind.split(':').next().and_then(|code| self.node.table().group(code));
        group.is_some_and(|group| group.route == Route::Ordered)
    }

    fn is_handled(&self, kind: &str) -> Option<bool> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.is_handled(Instant::now(), kind)
    }

    fn unrouted(&self, kind: &str) -> Failure {
        Failure::new(self.node.table().codes.unrouted.clone(), format!("no node handles {kind}"))
    }

    /// Once it is its turn, queues a unit, and looks for its outcome until it is there or too late.
    async fn see_through(self: Arc<Self>, unit: Unit, kind: String, turn: Turn) {
        let timeout = unit.timeout.unwrap_or(self.node.options().limits.timeout);
        let by = Instant::now() + Duration::from_millis(timeout);
        let is_late = match turn {
            Some(turn) => tokio::time::timeout_at(by, turn).await.is_err(),
            None => false,
        };
        let outcome = if is_late { None } else { self.outcome_of(&unit, &kind, by).await };
        self.told(outcome.unwrap_or_else(|| {
            let failure = Failure::new(self.node.table().codes.late.clone(), "no node has done it in time");
            let (id, result) = (unit.id, Err(failure));
            Outcome { id, result, took: 0 }
        }));
    }

    /// What becomes of a unit that is queued; none if it is too late.
    async fn outcome_of(&self, unit: &Unit, kind: &str, by: Instant) -> Option<Outcome> {
        let token = token(&unit.id);
        let mut queued = false;
        while self.held().has(&unit.id) {
            if let Some(outcome) = self.known(&token).await {
                return Some(outcome);
            }
            if Instant::now() >= by {
                return None;
            }
            if !queued {
                match self.is_handled(kind) {
                    Some(false) => {
                        let (id, result) = (unit.id.clone(), Err(self.unrouted(kind)));
                        return Some(Outcome { id, result, took: 0 });
                    }
                    Some(true) => {
                        let subject = format!("{}.work.{}", self.options.name, self::token(kind));
                        queued = self.put(subject, &token, self.node.table().request(unit)).await;
                    }
                    None => {}
                }
            }
            let pause = if queued { LOOK } else { REST };
            tokio::time::sleep(pause.min(by.saturating_duration_since(Instant::now()))).await;
        }
        // It was told of meanwhile.
        None
    }

    /// Puts a text into a stream, once for each token; whether it is there.
    async fn put(&self, subject: String, token: &str, body: String) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", token);
        match self.context.publish_with_headers(subject, headers, Bytes::from(body)).await {
            Ok(acknowledged) => acknowledged.await.is_ok(),
            Err(_) => false,
        }
    }

    /// What became of a unit, if that is kept.
    async fn known(&self, token: &str) -> Option<Outcome> {
        let subject = format!("{}.outcome.{token}", self.options.name);
        let kept = self.outcomes.direct_get_last_for_subject(subject).await.ok()?;
        self.node.table().outcome(std::str::from_utf8(&kept.payload).ok()?)
    }

    fn told(&self, outcome: Outcome) {
        let waiting = self.held().take(&outcome.id);
        for to in waiting {
            to(outcome.clone());
        }
    }

    fn held(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears of outcomes as they come. What is missed while the server is away is looked for.
    async fn listen(self: Arc<Self>) {
        loop {
            let config = pull::OrderedConfig {
                filter_subject: format!("{}.outcome.>", self.options.name),
                deliver_policy: DeliverPolicy::New,
                ..pull::OrderedConfig::default()
            };
            if let Ok(consumer) = self.outcomes.create_consumer(config).await
                && let Ok(mut messages) = consumer.messages().await
            {
                while let Some(Ok(message)) = messages.next().await {
                    let text = std::str::from_utf8(&message.payload).ok();
                    if let Some(outcome) = text.and_then(|text| self.node.table().outcome(text)) {
                        self.told(outcome);
                    }
                }
            }
            tokio::time::sleep(REST).await;
        }
    }
}

/// Serves a peer, as [`attend`](super::attend) does; what it submits goes to whichever node does it.
pub async fn attend_shared<F>(shared: Arc<Shared>, flow: Arc<F>, session: Session<F::Machine>)
where
    F: Flow,
    F::Machine: Machine + Send + 'static,
    <F::Machine as Machine>::Message: Clone + Send + Sync + 'static,
    <F::Machine as Machine>::Call: Send + 'static,
{
    let node = shared.node.clone();
    let submit: SubmitTo = Arc::new(move |submitter, unit, to| shared.submit(submitter, unit, to));
    attend_with(node, flow, session, submit).await;
}

/// A text as a word of a subject: letters, digits and `-` stand for themselves.
fn token(text: &str) -> String {
    let mut token = String::with_capacity(text.len());
    for octet in text.bytes() {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => token.push(char::from(octet)),
            // Writing to a string cannot fail.
            _ => _ = write!(token, "_{octet:02x}"),
        }
    }
    token
}

fn other(error: impl std::fmt::Display) -> BusError {
    BusError::Other {
        problem: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_a_word_of_its_own() {
        assert_eq!(token("df:transform"), "df_3atransform");
        assert_eq!(token("a.b *>_é"), "a_2eb_20_2a_3e_5f_c3_a9");
    }
}
