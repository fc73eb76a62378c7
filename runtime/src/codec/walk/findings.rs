//! What is wrong, and where: violations with JSON pointers, and a bound on how many there can be.

use alloc::{borrow::Cow, format, string::String, vec::Vec};
use core::fmt::Write as _;

use super::super::{Refused, Rule, Violation};

/// Violations after which an explanation ends: a peer that sends much that is wrong must not be able to make it dear.
const MOST: usize = 1_000;
/// Octets of pointers after which an explanation ends.
const MOST_OCTETS: usize = 1 << 20;
/// Characters of what stood there that are shown.
const SHOWN: usize = 64;

/// The violations found so far, and the place that is looked at.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: Vec<Violation>,
    octets: usize,
    pointer: String,
    depth: usize,
}

/// A place to go back to.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub(super) struct Mark(usize);

impl Findings {
    /// Goes to a member of this place.
    pub fn enter(&mut self, name: &str) -> Mark {
        let mark = Mark(self.pointer.len());
        self.depth += 1;
        self.pointer.push('/');
        escape(&mut self.pointer, name);
        mark
    }

    /// Goes to an item of this place.
    pub fn enter_item(&mut self, index: usize) -> Mark {
        let mark = Mark(self.pointer.len());
        self.depth += 1;
        // Writing to a string does not fail.
        _ = write!(self.pointer, "/{index}");
        mark
    }

    /// Goes back.
    pub fn leave(&mut self, mark: Mark) {
        self.depth -= 1;
        self.pointer.truncate(mark.0);
    }

    /// How many objects and lists this place is inside of.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Whether the explanation is long enough.
    pub fn is_full(&self) -> bool {
        self.found.len() >= MOST || self.octets >= MOST_OCTETS
    }

    /// Notes a violation at this place.
    pub fn note(&mut self, rule: Rule, expected: impl Into<Cow<'static, str>>, actual: &str) {
        if !self.is_full() {
            self.octets += self.pointer.len();
            self.found.push(Violation {
                pointer: self.pointer.clone(),
                rule,
                expected: expected.into(),
                actual: shorten(actual),
                position: None,
            });
        }
    }

    /// Notes a violation at a member of this place.
    pub fn note_at(&mut self, name: &str, rule: Rule, expected: impl Into<Cow<'static, str>>, actual: &str) {
        let mark = self.enter(name);
        self.note(rule, expected, actual);
        self.leave(mark);
    }

    /// All violations, sorted; of those at one place that break one rule, the first.
    pub fn finish(self) -> Vec<Violation> {
        let mut found = self.found;
        found.sort_by(|a, b| (&a.pointer, a.rule).cmp(&(&b.pointer, b.rule)));
        found.dedup_by(|next, kept| next.pointer == kept.pointer && next.rule == kept.rule);
        found
    }
}

/// Appends a name as RFC 6901 writes it in a pointer.
fn escape(pointer: &mut String, name: &str) {
    for part in name.split_inclusive(['~', '/']) {
        match part.as_bytes().last() {
            Some(b'~') => pointer.extend([&part[..part.len() - 1], "~0"]),
            Some(b'/') => pointer.extend([&part[..part.len() - 1], "~1"]),
            _ => pointer.push_str(part),
        }
    }
}

/// At most 64 characters; what is longer ends in an ellipsis.
pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN - 1) {
        Some((end, last)) if end + last.len_utf8() < text.len() => format!("{}…", &text[..end]),
        _ => String::from(text),
    }
}

/// What makes a whole text unreadable, in words: what was expected, and what stood there.
pub(super) fn unreadable(refused: Refused, frame: &[u8], limits: &crate::schema::Limits) -> (Cow<'static, str>, String) {
    let at = refused.at as usize;
    match refused.rule {
        Rule::Size => (
            format!("at most {} octets", limits.message).into(),
            format!("{} octets", frame.len()),
        ),
        Rule::Utf8 => (Cow::Borrowed("UTF-8"), format!("something else at octet {at}")),
        Rule::Surrogate => (Cow::Borrowed("whole surrogate pairs"), format!("half a pair at octet {at}")),
        Rule::Depth => (
            format!("at most {} nested objects and lists", limits.depth()).into(),
            format!("one more at octet {at}"),
        ),
        _ => {
            let rest = frame.get(at..).unwrap_or_default();
            let character = rest.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
            let actual = match character {
                Some(character) => format!("`{}` at octet {at}", character.escape_debug()),
                None => format!("the end at octet {at}"),
            };
            (Cow::Borrowed("JSON"), actual)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_rfc_6901() {
        let mut findings = Findings::default();
        let outer = findings.enter("a/b~c");
        let inner = findings.enter_item(7);
        findings.note_at("", Rule::Required, "it", "nothing");
        findings.leave(inner);
        findings.leave(outer);
        assert_eq!(findings.finish()[0].pointer, "/a~1b~0c/7/");
    }

    #[test]
    fn what_stood_there_is_shown_in_64_characters() {
        let exact = "é".repeat(64);
        assert_eq!(shorten(&exact), exact);
        assert_eq!(shorten(&"é".repeat(65)), format!("{}…", "é".repeat(63)));
    }

    #[test]
    fn violations_are_sorted_by_pointer_and_rule_and_said_once() {
        let mut findings = Findings::default();
        findings.note_at("b", Rule::Type, "1", "");
        findings.note_at("b", Rule::OneOf, "2", "");
        findings.note_at("a", Rule::Type, "3", "");
        findings.note_at("b", Rule::Type, "4", "");
        let expected: Vec<_> = findings.finish().into_iter().map(|violation| violation.expected).collect();
        assert_eq!(expected, ["3", "2", "1"]);
    }

    #[test]
    fn an_explanation_ends() {
        let mut findings = Findings::default();
        for index in 0..2 * MOST {
            let mark = findings.enter_item(index);
            findings.note(Rule::Type, "", "");
            findings.leave(mark);
        }
        assert_eq!(findings.finish().len(), MOST);
    }
}
