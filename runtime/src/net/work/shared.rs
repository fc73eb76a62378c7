//! Work that several nodes share: a queue for each kind and the outcomes, on NATS JetStream.
//!
//! What is submitted to one node stands in the queue of its kind until a node that handles it has said what became of it, so that what a
//! node held that died is handed to another: at least once. An outcome is kept under the unit's id, and whoever finds it there
//! does not do the unit again: duplicates are absorbed.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_nats::{
    ConnectOptions, HeaderMap,
    jetstream::{
        self, AckKind,
        consumer::{DeliverPolicy, pull},
        context::Context,
        stream::{Config, RetentionPolicy, Stream},
    },
};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::{sync::Semaphore, time::Instant};

use super::{
    attend::{SubmitTo, attend_with},
    node::{Node, To},
};
use crate::{
    net::{Session, bus::BusError},
    session::Machine,
    work::{Failure, Flow, Outcome, Route, Unit},
};

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
    context: Context,
    queue: Stream,
    outcomes: Stream,
    waiting: Mutex<HashMap<String, Vec<To>>>,
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
        let mut context = jetstream::new(client);
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
            context,
            queue,
            outcomes,
            waiting: Mutex::default(),
        });
        tokio::spawn(Arc::clone(&shared).listen());
        let kinds: Vec<String> = shared.node.handled_here().map(str::to_owned).collect();
        for kind in kinds {
            tokio::spawn(Arc::clone(&shared).work(kind));
        }
        Ok(shared)
    }

    /// Submits a unit to whichever node does it; `to` is told what became of it, once.
    pub fn submit(self: &Arc<Self>, unit: Unit, to: To) {
        let codes = &self.node.table().codes;
        let limits = self.node.options().limits;
        let refused = |to: To, id: String, failure: Failure| {
            let result = Err(failure);
            to(Outcome { id, result, took: 0 });
        };
        let Some(kind) = self.node.table().kind(&unit.group, &unit.element) else {
            let words = format!("there is no {}:{}", unit.group, unit.element);
            return refused(to, unit.id, Failure::new(codes.unhandled.clone(), words));
        };
        let is_first = {
            let mut waiting = self.held();
            let count: usize = waiting.values().map(Vec::len).sum();
            if count >= limits.capacity {
                drop(waiting);
                let words = format!("{} units wait already", limits.capacity);
                return refused(to, unit.id, Failure::new(codes.overloaded.clone(), words));
            }
            let waiting = waiting.entry(unit.id.clone()).or_default();
            waiting.push(to);
            waiting.len() == 1
        };
        if is_first {
            tokio::spawn(Arc::clone(self).see_through(unit, kind));
        }
    }

    /// Queues a unit, and looks for its outcome until it is there or too late.
    async fn see_through(self: Arc<Self>, unit: Unit, kind: String) {
        let timeout = unit.timeout.unwrap_or(self.node.options().limits.timeout);
        let by = Instant::now() + Duration::from_millis(timeout);
        let token = token(&unit.id);
        let mut queued = false;
        while self.held().contains_key(&unit.id) {
            if let Some(outcome) = self.known(&token).await {
                return self.told(outcome);
            }
            if Instant::now() >= by {
                let failure = Failure::new(self.node.table().codes.late.clone(), "no node has done it in time");
                let (id, result) = (unit.id, Err(failure));
                return self.told(Outcome { id, result, took: 0 });
            }
            if !queued {
                let body = self.node.table().request(&unit);
                queued = self
                    .put(format!("{}.work.{}", self.options.name, self::token(&kind)), &token, body)
                    .await;
            }
            let pause = if queued { LOOK } else { REST };
            tokio::time::sleep(pause.min(by.saturating_duration_since(Instant::now()))).await;
        }
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
        let waiting = self.held().remove(&outcome.id);
        for to in waiting.into_iter().flatten() {
            to(outcome.clone());
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Vec<To>>> {
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

    /// Does what stands in the queue of a kind.
    async fn work(self: Arc<Self>, kind: String) {
        let group = kind.split(':').next().and_then(|code| self.node.table().group(code));
        let is_ordered = group.is_some_and(|group| group.route == Route::Ordered);
        let room = if is_ordered { 1 } else { (self.node.options().parallel * 4).max(1) };
        let seats = Arc::new(Semaphore::new(room));
        let durable = token(&kind);
        loop {
            let config = pull::Config {
                durable_name: Some(durable.clone()),
                filter_subject: format!("{}.work.{durable}", self.options.name),
                ack_wait: self.options.ack_wait,
                // Of all nodes together: an ordered group's units are done one by one.
                max_ack_pending: if is_ordered { 1 } else { 10_000 },
                ..pull::Config::default()
            };
            if let Ok(consumer) = self.queue.get_or_create_consumer(&durable, config).await
                && let Ok(mut messages) = consumer
                    .stream()
                    .max_messages_per_batch(room)
                    .expires(ASK)
                    .heartbeat(ASK / 4)
                    .messages()
                    .await
            {
                while let Some(Ok(message)) = messages.next().await {
                    let Ok(seat) = Arc::clone(&seats).acquire_owned().await else {
                        return;
                    };
                    let shared = Arc::clone(&self);
                    tokio::spawn(async move {
                        shared.one(message).await;
                        drop(seat);
                    });
                }
            }
            tokio::time::sleep(REST).await;
        }
    }

    /// Does one unit, unless that has been done; it leaves the queue once its outcome is kept.
    async fn one(&self, message: jetstream::Message) {
        let table = self.node.table();
        let Some(mut unit) = std::str::from_utf8(&message.payload).ok().and_then(|text| table.unit(text)) else {
            // Nobody can do it.
            let _ = message.ack_with(AckKind::Term).await;
            return;
        };
        let token = token(&unit.id);
        if self.known(&token).await.is_none() {
            let outcome = match self.after(&mut unit).await {
                Some(Err(failure)) => Outcome {
                    id: unit.id,
                    result: Err(failure),
                    took: 0,
                },
                Some(Ok(())) => self.here(unit).await,
                // What it depends on is not done yet.
                None => {
                    let _ = message.ack_with(AckKind::Nak(Some(REST))).await;
                    return;
                }
            };
            let codes = &table.codes;
            let is_given_back = |failure: &Failure| failure.code == codes.overloaded || failure.code == codes.unrouted;
            if outcome.result.as_ref().is_err_and(is_given_back) {
                let _ = message.ack_with(AckKind::Nak(Some(REST))).await;
                return;
            }
            let subject = format!("{}.outcome.{token}", self.options.name);
            while !self.put(subject.clone(), &format!("outcome-{token}"), table.reply(&outcome)).await {
                tokio::time::sleep(REST).await;
            }
        }
        // One that is not heard is handed out again, and found to be done.
        let _ = message.double_ack().await;
    }

    async fn here(&self, unit: Unit) -> Outcome {
        let (sender, done) = tokio::sync::oneshot::channel();
        let id = unit.id.clone();
        self.node.submit(0, unit, move |outcome| {
            let _ = sender.send(outcome);
        });
        done.await.unwrap_or_else(|_| Outcome {
            id,
            result: Err(Failure::new(self.node.table().codes.unrouted.clone(), "the node is gone")),
            took: 0,
        })
    }

    /// Whether all that a unit depends on is done; none if something is yet to be.
    async fn after(&self, unit: &mut Unit) -> Option<Result<(), Failure>> {
        for id in std::mem::take(&mut unit.after) {
            if self.known(&token(&id)).await?.result.is_err() {
                let code = self.node.table().codes.blocked.clone();
                return Some(Err(Failure::new(code, format!("{id}, on which it depends, was not done"))));
            }
        }
        Some(Ok(()))
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
    let submit: SubmitTo = Arc::new(move |_, unit, to| shared.submit(unit, to));
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
