//! What was submitted to a node that shares work, and is not answered.

use std::collections::{HashMap, VecDeque};

use tokio::sync::oneshot;

use super::To;

/// Who submitted, and to which group.
pub type Lane = (u64, String);

/// What was submitted here and is not answered.
#[derive(Default)]
pub struct Waiting {
    units: HashMap<String, Waiter>,
    /// How many submits wait.
    count: usize,
    /// The units of ordered groups, by who submitted them: the first has its turn, the others are told when they have.
    lanes: HashMap<Lane, VecDeque<InLine>>,
}

/// A unit in a lane, and how it is told that it has its turn, if it does not know yet.
type InLine = (String, Option<oneshot::Sender<()>>);

struct Waiter {
    to: Vec<To>,
    lane: Option<Lane>,
}

/// How a unit learns that it has its turn; none if it has it.
pub type Turn = Option<oneshot::Receiver<()>>;

impl Waiting {
    /// How many submits wait.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Whether somebody waits for a unit.
    pub fn has(&self, id: &str) -> bool {
        self.units.contains_key(id)
    }

    /// One more submit waits. Of a unit for which none waited yet its turn.
    pub fn add(&mut self, id: &str, lane: Option<Lane>, to: To) -> Option<Turn> {
        self.count += 1;
        if let Some(known) = self.units.get_mut(id) {
            known.to.push(to);
            return None;
        }
        let turn = lane.as_ref().and_then(|lane| self.join(lane, id));
        let to = vec![to];
        self.units.insert(id.to_owned(), Waiter { to, lane });
        Some(turn)
    }

    /// A unit is over: who waited for it. Whose turn it is then is told so.
    pub fn take(&mut self, id: &str) -> Vec<To> {
        let Some(Waiter { to, lane }) = self.units.remove(id) else {
            return Vec::new();
        };
        self.count -= to.len();
        if let Some(lane) = lane {
            self.leave(&lane, id);
        }
        to
    }

    /// A unit joins the end of its lane.
    fn join(&mut self, lane: &Lane, id: &str) -> Turn {
        let line = self.lanes.entry(lane.clone()).or_default();
        if line.is_empty() {
            line.push_back((id.to_owned(), None));
            return None;
        }
        let (sender, turn) = oneshot::channel();
        line.push_back((id.to_owned(), Some(sender)));
        Some(turn)
    }

    /// A unit leaves its lane; the first has its turn.
    fn leave(&mut self, lane: &Lane, id: &str) {
        let Some(line) = self.lanes.get_mut(lane) else { return };
        line.retain(|(other, _)| other != id);
        match line.front_mut() {
            // One that has given up is taken out in a moment.
            Some((_, turn)) => _ = turn.take().map(|turn| turn.send(())),
            None => _ = self.lanes.remove(lane),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_lane_the_next_has_its_turn_once_the_one_before_is_over() {
        let mut waiting = Waiting::default();
        let lane = |who: u64| Some((who, "flow".to_owned()));
        let mut add = |who: u64, id: &str| waiting.add(id, lane(who), Box::new(|_| {}));
        assert!(matches!((add(1, "a"), add(2, "x")), (Some(None), Some(None))));
        let mut turns: Vec<_> = ["b", "c"].iter().filter_map(|id| add(1, id).flatten()).collect();
        assert!(add(2, "b").is_none());
        assert_eq!((turns.len(), waiting.count()), (2, 5));
        assert_eq!(waiting.take("b").len(), 2);
        assert!(turns[1].try_recv().is_err());
        assert_eq!(waiting.take("a").len(), 1);
        assert!(turns[1].try_recv().is_ok());
        assert_eq!((waiting.take("c").len(), waiting.take("c").len(), waiting.count()), (1, 0, 1));
        assert_eq!(waiting.lanes.len(), 1);
    }
}
