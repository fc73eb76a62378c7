//! What an agent may do, and how often: tiers, the registry of agents, and meters.
//!
//! A machine declares tiers and meters as data and asks a [`Policy`] that comes with every step, so that it stays pure: time is an
//! argument, and who is known and what was counted lives outside of it. [`Memory`] is the policy of scripts and, shared by all
//! connections, of servers.

use alloc::borrow::Cow;

mod log;
mod memory;
mod registry;

pub use memory::Memory;
pub use registry::{Agent, Registry};

/// One tier as it is declared. The first of a list of tiers is the highest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Its name in the schema.
    pub name: Cow<'static, str>,
    /// How often; `None`: without a limit.
    pub rate: Option<Rate>,
    /// Whether a claim of it, or of a higher one, takes a key.
    pub by_key: bool,
}

/// How often something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How often within a window; at least 1.
    pub limit: u32,
    /// The window, in milliseconds; at least 1.
    pub window: u64,
}

/// A type of tiers. Values compare by their levels: what is not known is the last.
pub trait Tiered: Sized {
    /// The tiers, the highest first; never empty.
    const TIERS: &'static [Tier];

    /// Which of them a value is; of what is not known, the last.
    fn level(&self) -> usize;

    /// The tier of a level; the last of levels that there are not.
    fn of_level(level: usize) -> Self;
}

/// Who claims to be what.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'c> {
    /// The agent, by the name that it gives.
    pub agent: &'c str,
    /// The tier (an index) that it claims.
    pub level: usize,
    /// The key that it shows.
    pub key: Option<&'c str>,
}

/// A meter: what was counted, by key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter<'m> {
    /// `Session.meter`, as the schema has it.
    pub name: &'m str,
    /// How many keys are remembered; those that were not seen for longest are forgotten first.
    pub last: usize,
}

/// What decides on claims, and remembers what was counted. Times are in milliseconds on one clock that never goes back.
pub trait Policy {
    /// The tier (an index) that a claim is granted: the lower of what is claimed and of what the agent is allowed.
    ///
    /// A tier is free if neither it nor a lower one is claimed by key. An agent that the registry does not have is allowed the highest free
    /// tier; one that it has, the tier there, of those that are not free only with its key.
    fn grant(&mut self, tiers: &[Tier], claim: Claim<'_>) -> usize;

    /// How long until one more is admitted: 0 if fewer than the limit were counted within the last window. Counts nothing.
    fn wait(&mut self, meter: Meter<'_>, key: &str, rate: Rate, now: u64) -> u64;

    /// Counts one.
    fn count(&mut self, meter: Meter<'_>, key: &str, rate: Rate, now: u64);
}

/// The highest tier that can be claimed without a key: the one below the last that takes one. The last of all is always free.
#[must_use]
pub fn highest_free(tiers: &[Tier]) -> usize {
    let below = tiers.iter().rposition(|tier| tier.by_key).map_or(0, |keyed| keyed + 1);
    below.min(tiers.len().saturating_sub(1))
}
