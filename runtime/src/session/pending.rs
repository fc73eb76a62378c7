use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

/// Requests that wait for their answers, each until its deadline: at most so many.
///
/// A request is found by one of its keys, the first kind of them first; of equal ones the oldest. Everything takes time
/// logarithmic in their number.
#[derive(Debug, Clone)]
pub struct Pending<M> {
    most: usize,
    next: u64,
    waiting: BTreeMap<u64, Waiting<M>>,
    deadlines: BTreeSet<(u64, u64)>,
    /// For each kind of key, which requests have which.
    by_key: Vec<BTreeMap<String, Serials>>,
}

/// The requests that have a key: almost always one.
#[derive(Debug, Clone)]
enum Serials {
    One(u64),
    Many(BTreeSet<u64>),
}

impl Serials {
    /// The oldest.
    fn first(&self) -> Option<u64> {
        match self {
            Self::One(serial) => Some(*serial),
            Self::Many(serials) => serials.first().copied(),
        }
    }

    fn add(&mut self, serial: u64) {
        match self {
            Self::One(first) => *self = Self::Many(BTreeSet::from([*first, serial])),
            Self::Many(serials) => _ = serials.insert(serial),
        }
    }

    /// Takes one away; whether none is left.
    fn remove(&mut self, serial: u64) -> bool {
        match self {
            Self::One(only) => *only == serial,
            Self::Many(serials) => {
                serials.remove(&serial);
                serials.is_empty()
            }
        }
    }
}

#[derive(Debug, Clone)]
struct Waiting<M> {
    request: Box<M>,
    keys: Vec<Option<String>>,
    deadline: u64,
}

impl<M> Pending<M> {
    /// None wait, and at most `most` can.
    #[must_use]
    pub const fn new(most: usize) -> Self {
        Self {
            most,
            next: 0,
            waiting: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            by_key: Vec::new(),
        }
    }

    /// Whether no further request finds room.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.waiting.len() >= self.most
    }

    /// How many wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How many may wait.
    #[must_use]
    pub const fn most(&self) -> usize {
        self.most
    }

    /// Adds a request with its keys, none where it has no such one, and the tick after which it is too late for an answer. One that
    /// finds no room is forgotten.
    pub fn add(&mut self, request: Box<M>, keys: Vec<Option<String>>, deadline: u64) {
        if self.is_full() {
            return;
        }
        let serial = self.next;
        self.next += 1;
        if self.by_key.len() < keys.len() {
            self.by_key.resize_with(keys.len(), BTreeMap::new);
        }
        for (of_kind, key) in self.by_key.iter_mut().zip(&keys) {
            let Some(key) = key else { continue };
            match of_kind.get_mut(key) {
                Some(serials) => serials.add(serial),
                None => _ = of_kind.insert(key.clone(), Serials::One(serial)),
            }
        }
        self.deadlines.insert((deadline, serial));
        self.waiting.insert(serial, Waiting { request, keys, deadline });
    }

    /// Takes away the request that one of these keys is of.
    pub fn resolve(&mut self, keys: &[Option<String>]) -> Option<Box<M>> {
        let known = self.by_key.iter().zip(keys);
        let serial = known.filter_map(|(of_kind, key)| of_kind.get(key.as_deref()?)?.first()).next()?;
        self.remove(serial)
    }

    /// Takes away the oldest request whose first key this is.
    pub fn cancel(&mut self, key: &str) -> Option<Box<M>> {
        let serial = self.by_key.first()?.get(key)?.first()?;
        self.remove(serial)
    }

    /// When the first is too late.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    /// Takes away the first that is too late now.
    pub fn take_due(&mut self, now: u64) -> Option<Box<M>> {
        let (_, serial) = self.deadlines.first().copied().filter(|(deadline, _)| *deadline <= now)?;
        self.remove(serial)
    }

    /// Takes away the oldest.
    pub fn take_first(&mut self) -> Option<Box<M>> {
        let serial = *self.waiting.first_key_value()?.0;
        self.remove(serial)
    }

    /// All that wait, the oldest first.
    pub fn requests(&self) -> impl Iterator<Item = &M> {
        self.waiting.values().map(|waiting| &*waiting.request)
    }

    /// Their serial numbers, the oldest first: for [`Self::get`] and [`Self::remove`].
    #[must_use]
    pub fn serials(&self) -> Vec<u64> {
        self.waiting.keys().copied().collect()
    }

    /// A request by its number.
    #[must_use]
    pub fn get(&self, serial: u64) -> Option<&M> {
        self.waiting.get(&serial).map(|waiting| &*waiting.request)
    }

    /// Takes a request away by its number.
    pub fn remove(&mut self, serial: u64) -> Option<Box<M>> {
        let Waiting { request, keys, deadline } = self.waiting.remove(&serial)?;
        self.deadlines.remove(&(deadline, serial));
        for (of_kind, key) in self.by_key.iter_mut().zip(keys) {
            let Some(key) = key else { continue };
            if of_kind.get_mut(&key).is_some_and(|serials| serials.remove(serial)) {
                of_kind.remove(&key);
            }
        }
        Some(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{borrow::ToOwned as _, vec};

    fn key(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn the_first_kind_of_key_decides_and_of_equal_ones_the_oldest() {
        let mut pending = Pending::new(8);
        pending.add(Box::new("a"), vec![key("x"), key("1")], 10);
        pending.add(Box::new("b"), vec![key("x"), key("2")], 20);
        pending.add(Box::new("c"), vec![key("y"), key("3")], 30);
        assert_eq!(pending.resolve(&[key("y"), key("1")]), Some(Box::new("c")));
        assert_eq!(pending.resolve(&[key("x"), None]), Some(Box::new("a")));
        assert_eq!(pending.resolve(&[key("unknown"), key("2")]), Some(Box::new("b")));
        assert_eq!(pending.resolve(&[key("x"), key("2")]), None);
        assert!(pending.is_empty() && pending.deadline().is_none());
    }

    #[test]
    fn what_finds_no_room_is_not_kept_and_what_is_late_is_taken_in_order() {
        let mut pending = Pending::new(2);
        pending.add(Box::new("late"), vec![key("1")], 20);
        pending.add(Box::new("early"), vec![None], 10);
        pending.add(Box::new("third"), vec![key("3")], 5);
        assert!(pending.is_full());
        assert_eq!(pending.deadline(), Some(10));
        assert_eq!(pending.take_due(9), None);
        assert_eq!(pending.take_due(20), Some(Box::new("early")));
        assert_eq!(pending.cancel("1"), Some(Box::new("late")));
        assert_eq!((pending.take_due(20), pending.cancel("3")), (None, None));
    }
}
