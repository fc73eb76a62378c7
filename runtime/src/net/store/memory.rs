use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use super::{Answer, Store, StoreError, answer};
use crate::{
    net::clock::{Clock, SystemClock},
    session::Place,
};

/// Values that a store holds at most if nothing else is said.
const MOST: usize = 1_000_000;

/// Expired values that one call removes at most, so that none takes long.
const SWEPT: usize = 16;

/// Keeps values for as long as the process lives.
///
/// Each call removes some values whose time has passed, so memory follows the number of values that are alive. Peers decide how
/// many that is, so it is bounded: where a value too many comes, the one that would expire first makes room.
pub struct MemoryStore {
    rows: Mutex<Rows>,
    most: usize,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Rows {
    values: HashMap<Arc<Place>, (Box<str>, Option<u64>)>,
    /// By time, soonest first.
    expiries: BTreeSet<(u64, Arc<Place>)>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock))
    }

    /// An empty store that looks at another clock.
    #[must_use]
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self {
            rows: Mutex::default(),
            most: MOST,
            clock,
        }
    }

    /// Holds at most so many values; a million if nothing is said.
    #[must_use]
    pub fn at_most(mut self, values: usize) -> Self {
        self.most = values;
        self
    }

    /// How many values it holds, among them those whose time has passed and which are not removed yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.with(|rows, _| rows.values.len())
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with<T>(&self, act: impl FnOnce(&mut Rows, u64) -> T) -> T {
        // No code under the lock can panic half-way, so a poisoned lock guards whole rows.
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut rows, self.clock.unix())
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Rows {
    fn remove(&mut self, place: &Place) {
        if let Some((place, (_, Some(expires)))) = self.values.remove_entry(place) {
            self.expiries.remove(&(expires, place));
        }
    }

    /// Makes room for one value, if there are so many.
    fn make_room(&mut self, most: usize) -> Result<(), StoreError> {
        if self.values.len() < most {
            return Ok(());
        }
        match self.expiries.pop_first() {
            Some((_, place)) => drop(self.values.remove(&place)),
            None => {
                return Err(StoreError::new(format!(
                    "the store is full: it holds {most} values, and none expires"
                )));
            }
        }
        Ok(())
    }

    fn sweep(&mut self, now: u64) {
        for _ in 0..SWEPT {
            if self.expiries.first().is_none_or(|(expires, _)| *expires > now) {
                return;
            }
            if let Some((_, place)) = self.expiries.pop_first() {
                self.values.remove(&place);
            }
        }
    }
}

impl Store for MemoryStore {
    fn get<'s>(&'s self, place: &'s Place) -> Answer<'s, Option<String>> {
        answer(Ok(self.with(|rows, now| {
            rows.sweep(now);
            let (value, expires) = rows.values.get(place)?;
            expires.is_none_or(|expires| expires > now).then(|| value.to_string())
        })))
    }

    fn put<'s>(&'s self, place: &'s Place, value: &'s str, expires: Option<u64>) -> Answer<'s, ()> {
        answer(self.with(|rows, now| {
            rows.sweep(now);
            rows.remove(place);
            rows.make_room(self.most)?;
            let place = Arc::new(place.clone());
            if let Some(expires) = expires {
                rows.expiries.insert((expires, Arc::clone(&place)));
            }
            rows.values.insert(place, (value.into(), expires));
            Ok(())
        }))
    }

    fn remove<'s>(&'s self, place: &'s Place) -> Answer<'s, ()> {
        self.with(|rows, now| {
            rows.sweep(now);
            rows.remove(place);
        });
        answer(Ok(()))
    }
}
