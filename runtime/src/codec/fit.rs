//! Judging a value that is to be sent by looking at it, without its text.
//!
//! ```
//! # use ltp_runtime::{codec::Fit, schema::Limits};
//! # const LIMITS: Limits = Limits { message: 64, depth: 10, string: 8, list: 64, members: 64 };
//! struct Point { x: f64, name: String }
//! impl Point {
//!     fn fits(&self, fit: &mut Fit) -> bool {
//!         // {"x":,"name":""}, and a number.
//!         fit.open(2, 16 + 24) && self.x.is_finite() && fit.text(&self.name) && fit.close()
//!     }
//! }
//! let fits = |x, name: &str| Point { x, name: name.into() }.fits(&mut Fit::new(&LIMITS));
//! assert!(fits(1.5, "a"));
//! assert!(!fits(f64::NAN, "a"));
//! assert!(!fits(1.5, "longer than eight"));
//! ```
//!
//! This way only says yes: where it does, a receiver takes the text. What it is not sure of, a text that may be too long with all its
//! escapes, or many unknown members, is written and read as it will be by who receives it; that is what explains, too.

use super::{Json, Map, Reader};
use crate::schema::Limits;

/// Names beyond which members are not compared with each other here.
const FEW: usize = 16;

/// Octets of which an octet of a string takes at most so many in its text, as `\u001f`.
const ESCAPED: usize = 6;

/// What is left of the limits, while a message's values are looked at in the order of its text.
#[derive(Debug)]
pub struct Fit {
    limits: Limits,
    /// Octets that the text may still have.
    octets: usize,
    /// Objects and lists that are open.
    depth: usize,
}

impl Fit {
    /// All of the limits is left.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            octets: limits.message.min(u32::MAX as usize),
            depth: 0,
        }
    }

    /// Whether there is room for so many octets more.
    #[inline]
    pub fn takes(&mut self, octets: usize) -> bool {
        match self.octets.checked_sub(octets) {
            Some(left) => {
                self.octets = left;
                true
            }
            None => false,
        }
    }

    /// Opens an object or list: of so many members at most, and octets for all that is not judged by itself.
    #[inline]
    pub fn open(&mut self, members: usize, octets: usize) -> bool {
        self.depth += 1;
        self.depth <= self.limits.depth() && members <= self.limits.members && self.takes(octets)
    }

    /// Closes it.
    #[inline]
    pub const fn close(&mut self) -> bool {
        self.depth -= 1;
        true
    }

    /// What stands between the quotes of a string.
    #[inline]
    pub fn text(&mut self, text: &str) -> bool {
        text.len() <= self.limits.string && self.takes(text.len().saturating_mul(ESCAPED))
    }

    /// A value that is carried as its text.
    pub fn json(&mut self, text: &str) -> bool {
        let mut reader = Reader::within(text, &self.limits, self.depth);
        self.takes(text.len()) && reader.skip().is_ok() && reader.finish().is_ok()
    }

    /// An object that is carried as its text.
    pub fn object(&mut self, text: &str) -> bool {
        text == "{}" || (text.starts_with('{') && self.json(text))
    }

    /// A list of items, each with so many octets that are not judged by themselves.
    #[inline]
    pub fn list<T>(&mut self, items: &[T], octets: usize, mut fits: impl FnMut(&mut Self, &T) -> bool) -> bool {
        items.len() <= self.limits.list
            && self.open(0, items.len().saturating_mul(octets + 1).saturating_add(2))
            && items.iter().all(|item| fits(self, item))
            && self.close()
    }

    /// Members of any name, each with so many octets that are not judged by themselves.
    pub fn map<T>(&mut self, members: &Map<'_, T>, octets: usize, mut fits: impl FnMut(&mut Self, &T) -> bool) -> bool {
        self.open(members.len(), members.len().saturating_mul(octets).saturating_add(2))
            && self.names(members, &[])
            && members.iter().all(|(_, value)| fits(self, value))
            && self.close()
    }

    /// Unknown members that stand in an object beside those that have these names.
    #[inline]
    pub fn rest(&mut self, rest: &Map<'_, Json<'_>>, declared: &[&str]) -> bool {
        rest.is_empty() || self.long_rest(rest, declared)
    }

    fn long_rest(&mut self, rest: &Map<'_, Json<'_>>, declared: &[&str]) -> bool {
        // Where a union's tag stands among them they are one more.
        declared.len() + rest.len() < self.limits.members
            && self.names(rest, declared)
            && rest.iter().all(|(_, value)| self.json(value.as_str()))
    }

    /// Whether no name stands twice, or is one of the others; with the octets around them.
    fn names<T>(&mut self, members: &Map<'_, T>, others: &[&str]) -> bool {
        const AROUND: usize = r#","":"#.len();
        let mut before = 0;
        members.len() <= FEW
            && members.iter().all(|(name, _)| {
                let is_new = !others.contains(&name) && !members.iter().take(before).any(|(other, _)| other == name);
                before += 1;
                is_new && self.takes(AROUND) && self.text(name)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        message: 100,
        depth: 2,
        string: 10,
        list: 3,
        members: 4,
    };

    fn fit(judge: impl FnOnce(&mut Fit) -> bool) -> bool {
        judge(&mut Fit::new(&LIMITS))
    }

    #[test]
    fn a_text_may_be_all_escapes() {
        assert!(fit(|fit| fit.text("0123456789") && fit.takes(40)));
        assert!(!fit(|fit| fit.text("0123456789") && fit.takes(41)));
        assert!(!fit(|fit| fit.text("0123456789a")));
    }

    #[test]
    fn what_is_open_counts_until_it_is_closed() {
        assert!(fit(|fit| fit.open(4, 2) && fit.open(0, 2) && fit.close() && fit.open(0, 2)));
        assert!(!fit(|fit| fit.open(0, 2) && fit.open(0, 2) && fit.open(0, 2)));
        assert!(!fit(|fit| fit.open(5, 2)));
        assert!(fit(|fit| fit.open(0, 2) && fit.json("[1]")));
        assert!(!fit(|fit| fit.open(0, 2) && fit.json("[[]]")));
    }

    #[test]
    fn items_are_counted_and_judged() {
        let even = |fit: &mut Fit, items: &[u8]| fit.list(items, 1, |_, item| item % 2 == 0);
        assert!(fit(|fit| even(fit, &[2, 4, 6])));
        assert!(!fit(|fit| even(fit, &[2, 4, 6, 8])));
        assert!(!fit(|fit| even(fit, &[2, 3])));
        assert!(!fit(|fit| fit.list(&[0; 3], 100, |_, _| true)));
    }

    #[test]
    fn a_name_stands_once() {
        let rest = |names: &[&'static str]| -> Map<'static, Json<'static>> { names.iter().map(|name| (*name, Json::NULL)).collect() };
        assert!(fit(|fit| fit.rest(&rest(&[]), &["a", "b", "c", "d"])));
        assert!(fit(|fit| fit.rest(&rest(&["b", "c"]), &["a"])));
        assert!(!fit(|fit| fit.rest(&rest(&["b", "a"]), &["a"])));
        assert!(!fit(|fit| fit.rest(&rest(&["b", "b"]), &["a"])));
        assert!(!fit(|fit| fit.rest(&rest(&["b", "c", "d"]), &["a"])));
        assert!(!fit(|fit| fit.rest(&rest(&["0123456789a"]), &[])));
        assert!(!fit(|fit| fit.map(&rest(&["b", "b"]), 4, |_, _| true)));
        assert!(fit(|fit| fit.map(&rest(&["b", "c"]), 4, |_, _| true)));
    }

    #[test]
    fn what_is_carried_is_one_value_that_conforms() {
        assert!(fit(|fit| fit.json("[1,2,3]") && fit.object(r#"{"a":1}"#)));
        assert!(!fit(|fit| fit.json("[1,2,3,4]")));
        assert!(!fit(|fit| fit.json("1 2")));
        assert!(!fit(|fit| fit.object(r#"{"a":1,"a":2}"#)));
        assert!(!fit(|fit| fit.object("[]")));
    }
}
