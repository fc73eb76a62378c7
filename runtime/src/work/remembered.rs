use alloc::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use super::Outcome;

/// Outcomes that are remembered for a time: so many at most, and so many octets of them.
#[derive(Debug)]
pub struct Remembered {
    most: usize,
    octets: usize,
    keep: u64,
    held: usize,
    /// With the tick until which each is kept.
    outcomes: BTreeMap<Arc<str>, (u64, Outcome)>,
    order: VecDeque<(u64, Arc<str>)>,
}

impl Remembered {
    /// None are remembered: at most `most`, of at most `octets` together, each for `keep` ticks.
    #[must_use]
    pub const fn new(most: usize, octets: usize, keep: u64) -> Self {
        Self {
            most,
            octets,
            keep,
            held: 0,
            outcomes: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }

    /// Remembers an outcome; the oldest make room for it. One that is too large for all the room is not remembered.
    pub fn add(&mut self, now: u64, outcome: Outcome) {
        self.expire(now);
        let size = size(&outcome);
        if self.most == 0 || size > self.octets {
            return;
        }
        self.forget(&outcome.id);
        while self.outcomes.len() >= self.most || self.held + size > self.octets {
            let Some((_, id)) = self.order.pop_front() else { break };
            self.forget(&id);
        }
        let until = now.saturating_add(self.keep);
        self.held += size;
        let id: Arc<str> = outcome.id.as_str().into();
        self.order.push_back((until, Arc::clone(&id)));
        self.outcomes.insert(id, (until, outcome));
    }

    /// What became of a unit, if that is remembered.
    pub fn get(&mut self, now: u64, id: &str) -> Option<&Outcome> {
        self.expire(now);
        self.outcomes.get(id).map(|(_, outcome)| outcome)
    }

    /// How many are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.outcomes.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }

    /// Octets of what is remembered.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.held
    }

    fn expire(&mut self, now: u64) {
        while let Some((until, _)) = self.order.front() {
            if *until > now {
                break;
            }
            if let Some((until, id)) = self.order.pop_front()
                && self.outcomes.get(&id).is_some_and(|(of, _)| *of == until)
            {
                self.forget(&id);
            }
        }
    }

    fn forget(&mut self, id: &str) {
        if let Some((_, outcome)) = self.outcomes.remove(id) {
            self.held -= size(&outcome);
        }
    }
}

fn size(outcome: &Outcome) -> usize {
    let result = match &outcome.result {
        Ok(output) => output.len(),
        Err(failure) => failure.code.len() + failure.message.len(),
    };
    2 * outcome.id.len() + result
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    fn outcome(id: &str, output: &str) -> Outcome {
        Outcome {
            id: id.to_string(),
            result: Ok(output.to_string()),
            took: 0,
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_in_number_octets_and_time() {
        let mut remembered = Remembered::new(2, 100, 10);
        for (now, id) in ["a", "b", "c"].into_iter().enumerate() {
            remembered.add(now as u64, outcome(id, "1"));
        }
        assert_eq!(remembered.get(2, "a"), None);
        assert!(remembered.get(2, "b").is_some() && remembered.get(2, "c").is_some());
        assert_eq!(remembered.get(11, "b"), None);
        assert!(remembered.get(11, "c").is_some());
        remembered.add(11, outcome("d", &"x".repeat(97)));
        assert_eq!(remembered.get(11, "c"), None);
        assert!(remembered.get(11, "d").is_some());
        remembered.add(11, outcome("e", &"x".repeat(200)));
        assert!(remembered.get(11, "e").is_none() && remembered.held() <= 100);
    }

    #[test]
    fn an_id_that_comes_again_is_remembered_anew() {
        let mut remembered = Remembered::new(4, 100, 10);
        remembered.add(0, outcome("a", "1"));
        remembered.add(5, outcome("a", "2"));
        assert_eq!(remembered.get(12, "a").map(|it| it.result.clone()), Some(Ok("2".to_string())));
        assert_eq!(remembered.get(15, "a"), None);
        assert_eq!(remembered.held(), 0);
    }
}
