//! What all connections share: the bridge, the bus, the metrics, and the way of pushes to each of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use ltp_runtime::{
    mapping::Context,
    net::{
        Clock as _, OsEntropy, SystemClock,
        bus::{Bus, BusError, Subscription},
    },
};
use ltpc::interpret::{
    Bridge, Draft,
    bridge::{Carried, Problem},
};
use tokio::sync::mpsc::{self, error::TrySendError};

use super::metrics::Metrics;

/// Pushes that wait for a connection that takes none; further ones it misses.
const WAITING: usize = 32;

/// A gateway at work.
pub struct Gateway {
    pub bridge: Bridge,
    pub metrics: Metrics,
    bus: Arc<dyn Bus>,
    connections: Mutex<HashMap<u64, mpsc::Sender<Arc<Draft>>>>,
}

impl Gateway {
    pub fn new(bridge: Bridge, bus: Arc<dyn Bus>) -> Self {
        Self {
            bridge,
            metrics: Metrics::new(),
            bus,
            connections: Mutex::default(),
        }
    }

    /// A connection takes pushes until what it is given is dropped.
    pub fn join(self: &Arc<Self>, number: u64) -> Joined {
        let (sender, pushes) = mpsc::channel(WAITING);
        self.connections().insert(number, sender);
        Joined {
            gateway: Arc::clone(self),
            number,
            pushes,
        }
    }

    /// How many connections there are.
    pub fn count(&self) -> usize {
        self.connections().len()
    }

    /// Publishes what was carried; what the peer is told if that cannot be done.
    pub async fn publish(&self, carried: Carried) -> Option<Draft> {
        let published = self.bus.publish(&carried.subject, carried.octets.into()).await;
        let outcome = published.as_ref().map_or_else(outcome_of, |()| "published");
        self.bridged(carried.rule, outcome);
        match published {
            Ok(()) => None,
            Err(error) => {
                tracing::debug!(subject = carried.subject, %error, "not published");
                carried.otherwise
            }
        }
    }

    /// Asks what was carried; what the peer is told: the answer, or that there is none.
    pub async fn ask(&self, carried: Carried) -> (Option<Draft>, Option<Draft>) {
        let _asking = self.metrics.asking();
        let (start, within) = (Instant::now(), carried.within.unwrap_or_default());
        let answer = self.bus.request(&carried.subject, carried.octets.into(), within).await;
        self.metrics.latency.observe(start.elapsed());
        let answer = match answer {
            Ok(octets) => in_context(|context| self.bridge.answered(carried.rule, &octets, context)).map_err(|problem| {
                tracing::warn!(subject = carried.subject, %problem, "an answer that is none");
                "unreadable"
            }),
            Err(error) => {
                tracing::debug!(subject = carried.subject, %error, "no answer");
                Err(outcome_of(&error))
            }
        };
        self.bridged(carried.rule, answer.as_ref().map_or_else(|outcome| *outcome, |_| "answered"));
        match answer {
            Ok(draft) => (Some(draft), carried.otherwise),
            Err(_) => (carried.otherwise, None),
        }
    }

    /// Notes what became of a message under a rule.
    pub fn bridged(&self, rule: usize, outcome: &str) {
        self.metrics.bridged.add(&[&self.bridge.rule(rule), outcome]);
    }

    /// Hands on what comes under a subject, until the bus ends.
    pub async fn pump(self: Arc<Self>, rule: usize, mut subscription: Subscription) {
        while let Some(delivered) = subscription.next().await {
            match in_context(|context| self.bridge.pushed(rule, &delivered.message, context)) {
                Ok(draft) => self.push(rule, &Arc::new(draft)),
                Err(problem) => {
                    let outcome = match problem {
                        Problem::Unreadable(_) => "unreadable",
                        _ => "not_mapped",
                    };
                    self.bridged(rule, outcome);
                    tracing::warn!(subject = delivered.subject, %problem, "not pushed");
                }
            }
        }
        tracing::error!(rule = self.bridge.rule(rule), "the bus has ended");
    }

    fn push(&self, rule: usize, draft: &Arc<Draft>) {
        let mut missed = 0u64;
        for connection in self.connections().values() {
            if let Err(TrySendError::Full(_)) = connection.try_send(Arc::clone(draft)) {
                missed += 1;
            }
        }
        self.bridged(rule, "pushed");
        self.metrics.pushed.add_many(&["missed"], missed);
    }

    fn connections(&self) -> MutexGuard<'_, HashMap<u64, mpsc::Sender<Arc<Draft>>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place among those that take pushes.
pub struct Joined {
    gateway: Arc<Gateway>,
    number: u64,
    pub pushes: mpsc::Receiver<Arc<Draft>>,
}

impl Drop for Joined {
    fn drop(&mut self) {
        self.gateway.connections().remove(&self.number);
    }
}

/// What a bus error is called in metrics.
fn outcome_of(error: &BusError) -> &'static str {
    match error {
        BusError::Down => "bus_down",
        BusError::NobodyListens => "nobody_listens",
        BusError::NoAnswer { .. } => "no_answer",
        _ => "bus_refused",
    }
}

/// Does something at this moment.
pub fn in_context<T>(act: impl FnOnce(&mut Context<'_>) -> T) -> T {
    act(&mut Context {
        unix: SystemClock.unix(),
        entropy: &mut OsEntropy::new(),
    })
}
