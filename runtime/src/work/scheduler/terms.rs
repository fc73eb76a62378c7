//! What a scheduler is told and says.

use alloc::sync::Arc;

use crate::work::{Outcome, Unit};

/// What bounds a scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Submits that wait or run at once; further ones are refused.
    pub capacity: usize,
    /// Outcomes that are remembered.
    pub remembered: usize,
    /// Octets of outcomes that are remembered.
    pub remembered_octets: usize,
    /// How long an outcome is remembered, in ticks.
    pub remember_for: u64,
    /// In how many ticks waiting raises a unit's priority by one.
    pub aging: u64,
    /// How long a unit may take of which nothing else is said, in ticks.
    pub timeout: u64,
    /// How often a unit is begun at most, where the peers are lost that worked on it.
    pub tries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            capacity: 1000,
            remembered: 10_000,
            remembered_octets: 64 << 20,
            remember_for: 10 * 60 * 1000,
            aging: 1000,
            timeout: 30_000,
            tries: 3,
        }
    }
}

/// Something that handles elements: the node itself, or a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaceId(pub u64);

impl PlaceId {
    /// The node itself.
    pub const HERE: Self = Self(0);
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do<W> {
    /// A unit is to be worked on; [`Scheduler::finished`](super::Scheduler::finished) is told when it has been.
    Start {
        /// Its number.
        serial: u64,
        /// Where.
        place: PlaceId,
        /// What.
        unit: Arc<Unit>,
        /// The element, as [`Table::kind`](crate::work::Table::kind) says it.
        kind: Arc<str>,
        /// How much of its time is left, in ticks.
        left: u64,
    },
    /// What was started is no longer wanted. It counts as finished.
    Cancel {
        /// Its number.
        serial: u64,
        /// Where.
        place: PlaceId,
    },
    /// A submit has its answer: each has exactly one.
    Answer {
        /// Who submitted.
        to: W,
        /// What became of it.
        outcome: Outcome,
    },
}

/// What a scheduler holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Units that wait for others.
    pub blocked: usize,
    /// Units that wait for a place.
    pub queued: usize,
    /// Units that are worked on.
    pub running: usize,
    /// Submits that wait for their answer.
    pub waiting: usize,
    /// Outcomes that are remembered.
    pub remembered: usize,
}
