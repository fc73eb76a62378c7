//! What a node does of the work that several share.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use async_nats::jetstream::{self, AckKind, consumer::pull};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::{
    sync::{Semaphore, oneshot},
    time::{Instant, MissedTickBehavior},
};

use super::{ASK, REST, Shared, heard::TOLD, token};
use crate::work::{Failure, Outcome, Unit};

impl Shared {
    /// Tells other nodes what is handled here, and hears it of them.
    pub(super) async fn hear(self: Arc<Self>) {
        let subject = format!("{}.handles", self.options.name);
        let kinds: Vec<&str> = self.node.handled_here().collect();
        let kinds = Bytes::from(kinds.join("\n"));
        let mut turns = tokio::time::interval(TOLD);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if let Ok(mut heard) = self.client.subscribe(subject.clone()).await {
                loop {
                    tokio::select! {
                        // While the server is away, it is told later.
                        _ = turns.tick() => drop(self.client.publish(subject.clone(), kinds.clone()).await),
                        message = heard.next() => match message {
                            Some(message) => {
                                let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
                                heard.hear(Instant::now(), std::str::from_utf8(&message.payload).unwrap_or_default());
                            }
                            None => break,
                        },
                    }
                }
            }
            tokio::time::sleep(REST).await;
        }
    }

    /// Does what stands in the queue of a kind. As many are taken as there are seats: what is taken is begun at once.
    pub(super) async fn work(self: Arc<Self>, kind: String) {
        let room = (self.node.options().parallel * 4).max(1);
        let seats = Arc::new(Semaphore::new(room));
        let durable = token(&kind);
        loop {
            let config = pull::Config {
                durable_name: Some(durable.clone()),
                filter_subject: format!("{}.work.{durable}", self.options.name),
                ack_wait: self.options.ack_wait,
                // Of all nodes together.
                max_ack_pending: 10_000,
                ..pull::Config::default()
            };
            if let Ok(consumer) = self.queue.get_or_create_consumer(&durable, config).await {
                loop {
                    let Ok(seat) = Arc::clone(&seats).acquire_owned().await else {
                        return;
                    };
                    let mut taken = vec![seat];
                    taken.extend(std::iter::from_fn(|| Arc::clone(&seats).try_acquire_owned().ok()));
                    let Ok(mut messages) = consumer.batch().max_messages(taken.len()).expires(ASK).messages().await else {
                        break;
                    };
                    let mut is_whole = true;
                    while let Some(message) = messages.next().await {
                        let (Ok(message), Some(seat)) = (message, taken.pop()) else {
                            is_whole = false;
                            break;
                        };
                        let (shared, kind) = (Arc::clone(&self), kind.clone());
                        tokio::spawn(async move {
                            shared.one(&kind, message).await;
                            drop(seat);
                        });
                    }
                    if !is_whole {
                        break;
                    }
                }
            }
            tokio::time::sleep(REST).await;
        }
    }

    /// Does one unit, unless that has been done; it leaves the queue once its outcome is kept.
    async fn one(&self, kind: &str, message: jetstream::Message) {
        let table = self.node.table();
        let Some(mut unit) = std::str::from_utf8(&message.payload).ok().and_then(|text| table.unit(text)) else {
            // Nobody can do it.
            let _ = message.ack_with(AckKind::Term).await;
            return;
        };
        if message.info().is_ok_and(|info| info.delivered > 1) {
            self.counts.again.fetch_add(1, Ordering::Relaxed);
        }
        let token = token(&unit.id);
        if self.known(&token).await.is_some() {
            self.counts.absorbed.fetch_add(1, Ordering::Relaxed);
        } else {
            let outcome = match self.after(&mut unit).await {
                Some(Err(failure)) => Outcome {
                    id: unit.id,
                    result: Err(failure),
                    took: 0,
                },
                Some(Ok(())) => {
                    // It may be lost with this node, but not done twice. One that does not leave the queue is handed out again.
                    if table.is_once(kind) && message.double_ack().await.is_err() {
                        return;
                    }
                    self.kept(unit, &message).await
                }
                // What it depends on is not done yet.
                None => {
                    let _ = message.ack_with(AckKind::Nak(Some(REST))).await;
                    return;
                }
            };
            let codes = &table.codes;
            let is_given_back = |failure: &Failure| failure.code == codes.overloaded || failure.code == codes.unrouted;
            if outcome.result.as_ref().is_err_and(is_given_back) && !table.is_once(kind) {
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

    /// Has a unit done here, and keeps it from being handed to another for as long as that takes.
    async fn kept(&self, unit: Unit, message: &jetstream::Message) -> Outcome {
        self.counts.begun.fetch_add(1, Ordering::Relaxed);
        let mut working = std::pin::pin!(self.here(unit));
        let mut progress = tokio::time::interval((self.options.ack_wait / 3).max(Duration::from_millis(1)));
        progress.tick().await;
        loop {
            tokio::select! {
                outcome = &mut working => return outcome,
                // One that is not heard is made up for by the next.
                _ = progress.tick() => drop(message.ack_with(AckKind::Progress).await),
            }
        }
    }

    async fn here(&self, unit: Unit) -> Outcome {
        let (sender, done) = oneshot::channel();
        let id = unit.id.clone();
        // Its order is kept where it was submitted: here it stands alone.
        self.node.submit(self.node.submitter(), unit, move |outcome| {
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
