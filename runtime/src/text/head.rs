//! The parts of a frame whose form is sound: start line, headers, body.

use super::scan::{Behind, Extent, LengthMismatch, Scan, Step, Wrong, content};
use crate::{
    codec::{Refused, Rule},
    schema::{Charset, Framing, Mismatch, StartPart},
};

/// A frame taken apart, nothing copied.
#[derive(Debug, Clone)]
pub struct Parts<'t> {
    octets: &'t [u8],
    insensitive: bool,
    /// The start line.
    pub start: &'t str,
    /// Where the headers begin.
    headers: usize,
    /// Where the line begins that ends the head.
    pub(super) head_end: usize,
    /// Where the body begins.
    pub(super) body_at: usize,
    /// The body.
    pub body: &'t str,
    /// Lengths that disagree, where the reader is an advisory one.
    pub mismatch: Option<LengthMismatch>,
}

/// A line `name: value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'t> {
    /// The name, as it was written.
    pub name: &'t str,
    /// The value, trimmed if the framing says so.
    pub value: &'t str,
    /// The octet of the frame at which the value begins.
    pub at: usize,
}

impl<'t> Parts<'t> {
    /// Takes apart a text that is one message of at most `limit` octets.
    ///
    /// # Errors
    /// The first thing that breaks its form.
    pub fn read(framing: &Framing, limit: usize, mode: Mismatch, text: &'t [u8]) -> Result<Self, Refused> {
        Self::take(framing, limit, mode, text).map_err(|wrong| Refused::new(wrong.rule, wrong.at))
    }

    pub(super) fn take(framing: &Framing, limit: usize, mode: Mismatch, text: &'t [u8]) -> Result<Self, Wrong> {
        let extent = match Scan::default().step(framing, limit, mode, text, Behind::Nothing) {
            Step::Whole(extent) => extent,
            Step::Wrong(wrong) => return Err(wrong),
            Step::More => return Err(wrong(Rule::Truncated, text.len())),
        };
        if extent.end < text.len() {
            return Err(wrong(Rule::Trailing, extent.end));
        }
        Self::of(framing, text, extent)
    }

    fn of(framing: &Framing, octets: &'t [u8], extent: Extent) -> Result<Self, Wrong> {
        let first = octets.iter().position(|octet| *octet == b'\n').unwrap_or(octets.len());
        let body = octets.get(extent.body.clone()).unwrap_or_default();
        let body = core::str::from_utf8(body).map_err(|error| wrong(Rule::Utf8, extent.body.start + error.valid_up_to()))?;
        let fits = |octet: &u8| match framing.body_charset {
            Charset::Utf8 => true,
            Charset::Text => !octet.is_ascii_control() || matches!(octet, b'\t' | b'\n' | b'\r'),
            Charset::Ascii => matches!(octet, b'\t' | b'\n' | b'\r' | b' '..=b'~'),
        };
        if framing.body_charset != Charset::Utf8
            && let Some(at) = body.bytes().position(|octet| !fits(&octet))
        {
            return Err(wrong(Rule::Charset, extent.body.start + at));
        }
        Ok(Self {
            octets,
            insensitive: framing.headers.insensitive,
            start: ascii(content(framing, octets, 0, first)),
            headers: first + 1,
            head_end: extent.head,
            body_at: extent.body.start,
            body,
            mismatch: extent.mismatch,
        })
    }

    /// The headers, in their order.
    pub fn headers<'f>(&self, framing: &'f Framing) -> impl Iterator<Item = Header<'t>> + use<'t, 'f> {
        let (octets, mut at, end) = (self.octets, self.headers, self.head_end);
        core::iter::from_fn(move || {
            let rest = octets.get(at..end).filter(|rest| !rest.is_empty())?;
            let length = rest.iter().position(|octet| *octet == b'\n').unwrap_or(rest.len());
            let (start, line) = (at, content(framing, octets, at, at + length));
            at += length + 1;
            header(framing, ascii(line), start)
        })
    }

    /// Whether two names are one header's.
    #[must_use]
    pub fn same(&self, one: &str, other: &str) -> bool {
        one == other || self.insensitive && one.eq_ignore_ascii_case(other)
    }
}

/// Reads the start line: gives each part that is no literal, with its text and the octet at which that begins.
///
/// # Errors
/// The octet at which the line is of another form.
pub fn start<'t>(framing: &Framing, line: &'t str, mut each: impl FnMut(&StartPart, &'t str, usize)) -> Result<(), usize> {
    let mut at = 0;
    let mut parts = framing.start.iter().peekable();
    while let Some(part) = parts.next() {
        let rest = line.get(at..).unwrap_or_default();
        if let StartPart::Literal(text) = part {
            if !rest.starts_with(&**text) {
                let same = rest.bytes().zip(text.bytes()).take_while(|(one, other)| one == other).count();
                return Err(at + same);
            }
            at += text.len();
            continue;
        }
        let length = match parts.peek() {
            Some(StartPart::Literal(next)) => rest.find(&**next).ok_or(line.len())?,
            _ => rest.len(),
        };
        if length == 0 {
            return Err(at);
        }
        each(part, rest.get(..length).unwrap_or_default(), at);
        at += length;
    }
    if at < line.len() { Err(at) } else { Ok(()) }
}

/// A line of the head as a header; where it begins is known.
pub(super) fn header<'t>(framing: &Framing, line: &'t str, at: usize) -> Option<Header<'t>> {
    let separator = &*framing.headers.separator;
    let (name, value) = line.split_once(separator)?;
    let mut start = at + name.len() + separator.len();
    let value = if framing.headers.trim {
        start += value.len() - value.trim_ascii_start().len();
        value.trim_ascii()
    } else {
        value
    };
    Some(Header { name, value, at: start })
}

/// A line of the head, which the scan has found to be ASCII.
pub(super) fn ascii(line: &[u8]) -> &str {
    core::str::from_utf8(line).unwrap_or_default()
}

fn wrong(rule: Rule, at: usize) -> Wrong {
    Wrong {
        rule,
        at,
        about: super::scan::About::Rule,
    }
}
