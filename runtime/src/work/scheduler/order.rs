//! In which order units are begun.

use alloc::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    string::String,
    sync::Arc,
};

use super::{PlaceId, Route};

/// How many steps of priority an urgent group is ahead of others.
const URGENT: u64 = 10;

/// How early a unit is begun: the greater the sooner.
///
/// Waiting raises priority by one in `aging` ticks. Of two units that wait, which is ahead never changes then, so that the order can be
/// kept as it is; and what is submitted later is ahead only while its priority makes up for that, so that nothing starves.
pub fn score(route: Route, priority: u64, now: u64, aging: u64) -> i128 {
    let ahead = if route == Route::Urgent { URGENT } else { 0 };
    i128::from(priority.saturating_add(ahead)) * i128::from(aging.max(1)) - i128::from(now)
}

/// What waits for a place, by kind; and the lines of ordered groups.
#[derive(Debug, Default)]
pub struct Order {
    /// The best last.
    queues: BTreeMap<Arc<str>, BTreeSet<(i128, core::cmp::Reverse<u64>)>>,
    lanes: BTreeMap<(u64, String), VecDeque<u64>>,
}

impl Order {
    /// A unit waits for a place.
    pub fn queue(&mut self, kind: &Arc<str>, score: i128, serial: u64) {
        let place = (score, core::cmp::Reverse(serial));
        match self.queues.get_mut(kind) {
            Some(queue) => _ = queue.insert(place),
            None => _ = self.queues.insert(Arc::clone(kind), BTreeSet::from([place])),
        }
    }

    /// A unit waits no more.
    pub fn leave(&mut self, kind: &str, score: i128, serial: u64) {
        if let Some(queue) = self.queues.get_mut(kind) {
            queue.remove(&(score, core::cmp::Reverse(serial)));
            if queue.is_empty() {
                self.queues.remove(kind);
            }
        }
    }

    /// Takes the best of those whose kind has a free place.
    pub fn take_best(&mut self, free: impl Fn(&str) -> Option<PlaceId>) -> Option<(u64, PlaceId)> {
        let heads = self
            .queues
            .iter()
            .filter_map(|(kind, queue)| Some((*queue.last()?, kind, free(kind)?)));
        let ((score, core::cmp::Reverse(serial)), kind, place) = heads.max_by_key(|(head, ..)| *head)?;
        let kind = Arc::clone(kind);
        self.leave(&kind, score, serial);
        Some((serial, place))
    }

    /// A unit joins the end of a line.
    pub fn join(&mut self, lane: (u64, String), serial: u64) {
        self.lanes.entry(lane).or_default().push_back(serial);
    }

    /// Whether it is a unit's turn.
    pub fn is_first(&self, lane: &(u64, String), serial: u64) -> bool {
        self.lanes.get(lane).and_then(VecDeque::front) == Some(&serial)
    }

    /// A unit leaves its line; whose turn it is then.
    pub fn step_out(&mut self, lane: &(u64, String), serial: u64) -> Option<u64> {
        let line = self.lanes.get_mut(lane)?;
        line.retain(|other| *other != serial);
        let next = line.front().copied();
        if line.is_empty() {
            self.lanes.remove(lane);
        }
        next
    }
}
