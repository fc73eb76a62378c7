//! Patterns that say where each octet stands: they are matched without an automaton, many octets at once.

#[cfg(feature = "pattern")]
use regex_syntax::hir::{Class, Hir, HirKind};

/// A pattern whose parts follow each other, at most one of them of any length: so the text's length says where each part stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Whether the empty text matches too.
    pub may_be_empty: bool,
    /// The parts, in order.
    pub parts: Vec<Part>,
}

/// A part of a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// This text.
    Text(Vec<u8>),
    /// So many ASCII characters out of these ranges.
    Class {
        /// The ranges, both ends included.
        ranges: Vec<(u8, u8)>,
        /// The fewest.
        least: usize,
        /// The most; `None`: any number.
        most: Option<usize>,
    },
}

impl Part {
    /// How many octets it has, if that is always the same number.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        match self {
            Self::Text(text) => Some(text.len()),
            Self::Class { least, most, .. } => most.filter(|most| most == least),
        }
    }
}

impl Shape {
    /// How many octets all texts have that match, but for the empty one.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        self.parts.iter().map(Part::length).sum()
    }

    /// Whether no text that matches has a blank around it.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        let no_blank = |part: Option<&Part>, end: fn(&[u8]) -> Option<&u8>| match part {
            Some(Part::Text(text)) => end(text).is_some_and(|octet| *octet > b' '),
            Some(Part::Class { ranges, least, .. }) => *least > 0 && ranges.iter().all(|(from, _)| *from > b' '),
            None => false,
        };
        no_blank(self.parts.first(), <[u8]>::first) && no_blank(self.parts.last(), <[u8]>::last)
    }
}

#[cfg(feature = "pattern")]
/// The shape of a pattern that has one.
pub fn of(hir: &Hir) -> Option<Shape> {
    let (hir, may_be_empty) = match hir.kind() {
        HirKind::Repetition(found) if found.min == 0 && found.max == Some(1) && !matches!(found.sub.kind(), HirKind::Class(_)) => {
            (&*found.sub, true)
        }
        _ => (hir, false),
    };
    let parts = match hir.kind() {
        HirKind::Concat(all) => all.iter().map(part).collect::<Option<Vec<_>>>()?,
        _ => vec![part(hir)?],
    };
    let loose = parts.iter().filter(|part| part.length().is_none()).count();
    (loose <= 1).then_some(Shape { may_be_empty, parts })
}

#[cfg(feature = "pattern")]
fn part(hir: &Hir) -> Option<Part> {
    let (class, least, most) = match hir.kind() {
        HirKind::Literal(text) => return Some(Part::Text(text.0.to_vec())),
        HirKind::Class(class) => (class, 1, Some(1)),
        HirKind::Repetition(found) => match found.sub.kind() {
            HirKind::Class(class) => (class, found.min, found.max),
            HirKind::Literal(text) if text.0.len() == 1 && text.0[0].is_ascii() => {
                return Some(repeated(vec![(text.0[0], text.0[0])], found.min, found.max));
            }
            _ => return None,
        },
        _ => return None,
    };
    let ranges: Option<Vec<(u8, u8)>> = match class {
        Class::Unicode(class) => class
            .iter()
            .map(|range| {
                let ends = (u8::try_from(range.start()).ok()?, u8::try_from(range.end()).ok()?);
                ends.1.is_ascii().then_some(ends)
            })
            .collect(),
        Class::Bytes(_) => None,
    };
    ranges
        .filter(|ranges| !ranges.is_empty())
        .map(|ranges| repeated(ranges, least, most))
}

#[cfg(feature = "pattern")]
fn repeated(ranges: Vec<(u8, u8)>, least: u32, most: Option<u32>) -> Part {
    Part::Class {
        ranges,
        least: least as usize,
        most: most.map(|most| most as usize),
    }
}

#[cfg(test)]
#[cfg(feature = "pattern")]
mod tests {
    use super::*;

    fn shape(source: &str) -> Option<Shape> {
        crate::pattern::parse(source).unwrap().shape()
    }

    #[test]
    fn one_part_may_be_of_any_length() {
        let hex = vec![(b'0', b'9'), (b'a', b'f')];
        let fixed = |count| Part::Class {
            ranges: hex.clone(),
            least: count,
            most: Some(count),
        };
        let whole = Shape {
            may_be_empty: true,
            parts: vec![Part::Text(b"0x".to_vec()), fixed(4)],
        };
        assert_eq!(shape("(0x[0-9a-f]{4})?"), Some(whole));
        let loose = Part::Class {
            ranges: vec![(b'!', b'~')],
            least: 1,
            most: None,
        };
        assert_eq!(shape("[!-~]+").map(|shape| shape.parts), Some(vec![loose.clone()]));
        assert_eq!(
            shape("[0-9a-f]{2}-[!-~]+é").map(|shape| shape.parts),
            Some(vec![
                fixed(2),
                Part::Text(b"-".to_vec()),
                loose,
                Part::Text("é".as_bytes().to_vec())
            ])
        );
    }

    #[test]
    fn where_blanks_may_stand_and_how_long_a_text_is() {
        for (source, length, is_bare) in [
            ("(0x[0-9a-f]{4})?", Some(6), true),
            ("[!-~]+", None, true),
            ("[ -~]{3}", Some(3), false),
            ("a[ -~]b", Some(3), true),
            ("a {2}", Some(3), false),
            (" [!-~]", Some(2), false),
            ("a[!-~]*", None, false),
        ] {
            let shape = shape(source).unwrap();
            assert_eq!((shape.length(), shape.is_bare()), (length, is_bare), "{source}");
        }
    }

    #[test]
    fn all_else_has_an_automaton() {
        for source in ["[a-z]+:[a-z]+", "a|bc", "[^a]", ".", "(ab)+", "(a|b)?c?d?", "é?é*", "[éè]"] {
            assert_eq!(shape(source), None, "{source}");
        }
    }
}
