use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use tokio::time::Instant;

use crate::policy::{Claim, Memory, Meter, Policy, Rate, Registry, Tier};

/// A policy that several connections share, with the clock that they count by.
///
/// A step that asks it holds it until the step is over, so that what was asked still holds when it is counted: of connections that send
/// at once none gets past a limit. Steps that ask nothing never wait.
#[derive(Debug)]
pub struct SharedPolicy {
    memory: Mutex<Memory>,
    epoch: Instant,
    limited: AtomicU64,
}

impl SharedPolicy {
    /// Nothing is counted yet.
    #[must_use]
    pub fn new(registry: Registry) -> Self {
        Self {
            memory: Mutex::new(Memory::new(registry)),
            epoch: Instant::now(),
            limited: AtomicU64::new(0),
        }
    }

    /// How many keys a meter remembers, by its name `Session.meter`.
    #[must_use]
    pub fn keys(&self, meter: &str) -> usize {
        self.lock().keys(meter)
    }

    /// In how many steps a meter was asked that admitted nothing more.
    #[must_use]
    pub fn limited(&self) -> u64 {
        self.limited.load(Ordering::Relaxed)
    }

    /// The instant of tick 0 of all who share it.
    pub(super) const fn epoch(&self) -> Instant {
        self.epoch
    }

    /// For one step.
    pub(super) const fn held(&self) -> Held<'_> {
        Held {
            shared: self,
            memory: None,
            is_limited: false,
        }
    }

    /// A step that panicked has left nothing half done: every call is whole.
    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for SharedPolicy {
    fn default() -> Self {
        Self::new(Registry::default())
    }
}

/// The policy for one step: locked when it is first asked.
pub(super) struct Held<'p> {
    shared: &'p SharedPolicy,
    memory: Option<MutexGuard<'p, Memory>>,
    /// Whether a meter admits nothing more.
    is_limited: bool,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if self.is_limited {
            self.shared.limited.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Held<'_> {
    fn memory(&mut self) -> &mut Memory {
        self.memory.get_or_insert_with(|| self.shared.lock())
    }
}

impl Policy for Held<'_> {
    fn grant(&mut self, tiers: &[Tier], claim: Claim<'_>) -> usize {
        self.memory().grant(tiers, claim)
    }

    fn wait(&mut self, meter: Meter<'_>, key: &str, rate: Rate, now: u64) -> u64 {
        let wait = self.memory().wait(meter, key, rate, now);
        self.is_limited |= wait > 0;
        wait
    }

    fn count(&mut self, meter: Meter<'_>, key: &str, rate: Rate, now: u64) {
        self.memory().count(meter, key, rate, now);
    }
}
