//! What nodes that share work have told of themselves.

use std::{collections::HashMap, time::Duration};

use tokio::time::Instant;

/// How often nodes tell each other what they handle.
pub const TOLD: Duration = Duration::from_secs(1);

/// For how long what a node has told holds; and how long others must have been heard for it to be known that none handles a kind.
pub const HOLDS: Duration = Duration::from_secs(4);

/// What nodes have told of themselves.
#[derive(Debug, Default)]
pub struct Heard {
    kinds: HashMap<String, Instant>,
    /// When some node was heard last, and since when without a break: this one hears itself, too.
    last: Option<Instant>,
    since: Option<Instant>,
}

impl Heard {
    /// A node has told what it handles, a kind a line.
    pub fn hear(&mut self, now: Instant, kinds: &str) {
        if self.last.is_none_or(|last| now - last > HOLDS) {
            self.since = Some(now);
        }
        self.last = Some(now);
        for kind in kinds.lines() {
            self.kinds.insert(kind.to_owned(), now);
        }
    }

    /// Whether some node handles a kind; none if that cannot be known now.
    pub fn is_handled(&self, now: Instant, kind: &str) -> Option<bool> {
        let is_recent = |at: Instant| now - at <= HOLDS;
        if !self.last.is_some_and(is_recent) {
            // The bus is away: what was known before holds.
            return self.kinds.contains_key(kind).then_some(true);
        }
        match self.kinds.get(kind) {
            Some(at) if is_recent(*at) => Some(true),
            _ if self.since.is_some_and(|since| now - since >= HOLDS) => Some(false),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_no_node_handles_a_kind_is_known_once_others_were_heard_for_long_enough() {
        let start = Instant::now();
        let mut heard = Heard::default();
        assert_eq!(heard.is_handled(start, "a"), None);
        for second in 0..6 {
            let now = start + TOLD * second;
            heard.hear(now, if second == 0 { "a\nb" } else { "b" });
            assert_eq!(heard.is_handled(now, "b"), Some(true));
            assert_eq!(heard.is_handled(now, "a"), Some(second < 5), "{second}");
            assert_eq!(heard.is_handled(now, "c"), (second >= 4).then_some(false), "{second}");
        }
        // The bus is away: nothing is concluded from its silence.
        let later = start + HOLDS * 10;
        assert_eq!(heard.is_handled(later, "b"), Some(true));
        assert_eq!(heard.is_handled(later, "c"), None);
        heard.hear(later, "");
        assert_eq!(heard.is_handled(later, "b"), None);
    }
}
