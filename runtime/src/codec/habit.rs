//! What is expected of a sender's next message, since its last ones were so.

/// How a sender writes its messages: whether members stand in another order than the declared one, and from where the tag is looked for.
///
/// Each sender should have its own, as a connection has one for its peer. What is expected changes what a message costs, and nothing else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Habit {
    /// How many messages more are taken to be of another order.
    unordered: u8,
    /// Where the tag stood: so many octets were up to its value.
    tag: u16,
}

/// So many messages follow one of another order before the declared order is expected again.
const KEPT: u8 = 64;

/// At least so many octets before its last place a tag is looked for, with its name.
const SLACK: usize = 24;

impl Habit {
    /// Whether the next message is expected to be in the declared order.
    #[doc(hidden)]
    #[inline(always)]
    pub const fn is_straight(&mut self) -> bool {
        match self.unordered {
            0 => true,
            left => {
                self.unordered = left - 1;
                false
            }
        }
    }

    /// From which octet on the tag is looked for: some before the place where it stood, for what comes before it may be shorter now.
    #[inline(always)]
    pub(super) const fn tag(self) -> usize {
        let tag = self.tag as usize;
        tag.saturating_sub(tag / 8 + SLACK)
    }

    /// A message was of another order, and so many octets of it were up to its tag.
    #[doc(hidden)]
    #[inline(always)]
    pub const fn keep(&mut self, tag: usize) {
        *self = Self {
            unordered: KEPT,
            tag: if tag > u16::MAX as usize { 0 } else { tag as u16 },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_order_is_expected_again() {
        let mut habit = Habit::default();
        assert!(habit.is_straight());
        habit.keep(200);
        assert_eq!(habit.tag(), 151);
        assert_eq!((0..1000).find(|_| habit.is_straight()), Some(usize::from(KEPT)));
        habit.keep(70_000);
        assert_eq!(habit.tag(), 0);
    }
}
