//! The pull reader that generated codecs of framed text are written with.
//!
//! It goes over a frame once, from front to back, and borrows from it. Generated code asks for the headers that it expects, in the
//! order in which they are written, each by its whole literal ([`Reader::next_is`]); what stands otherwise it asks for by its name
//! ([`Reader::name`]). `None` everywhere means that the frame is refused: why, the walk over the tables explains.

use alloc::{borrow::Cow, vec::Vec};
use core::marker::PhantomData;

use super::{
    form::{Ending, Form},
    octets::{fits, is_token, printable},
    scan::{Scan, digits},
};
use crate::{
    codec::{Json, Map, write},
    schema::Mismatch,
};

/// Reads one frame from front to back.
#[derive(Debug)]
pub struct Reader<'a, F> {
    text: &'a str,
    at: usize,
    /// Where the line begins that is read.
    line: usize,
    /// How many headers there were.
    headers: usize,
    /// What the length's header says.
    length: Option<u64>,
    mismatch: Mismatch,
    form: PhantomData<F>,
}

impl<'a, F: Form> Reader<'a, F> {
    /// Checks the frame's size and that it is UTF-8, and takes its first line.
    #[inline]
    #[must_use]
    pub fn new(mismatch: Mismatch, frame: &'a [u8]) -> Option<(Self, &'a str)> {
        if frame.len() > F::FACTS.limits.message {
            return None;
        }
        let mut reader = Self {
            // The head is ASCII and so are markers: a frame is UTF-8 if and only if its body is.
            text: text(frame)?,
            at: 0,
            line: 0,
            headers: 0,
            length: None,
            mismatch,
            form: PhantomData,
        };
        let start = reader.rest_of_line()?;
        let is_blank = start.trim_ascii_start().is_empty();
        (!is_blank).then_some((reader, start))
    }

    /// Passes over what stands here, if it is this: a header's name, its separator and what is expected between that and the value.
    #[inline]
    pub fn next_is(&mut self, key: &str) -> bool {
        let is = self.rest().starts_with(key.as_bytes());
        if is {
            self.at += key.len();
        }
        is
    }

    /// The value of the header whose name has been passed over.
    #[inline]
    #[must_use]
    pub fn value(&mut self) -> Option<&'a str> {
        self.headers += 1;
        let value = self.rest_of_line()?;
        let few = self.headers <= F::FACTS.most;
        few.then_some(if F::FACTS.trim { trimmed(value) } else { value })
    }

    /// Passes over the line that ends the head, if it comes next.
    #[inline]
    pub fn ends(&mut self) -> bool {
        let end = self.line(F::FACTS.head_end);
        if let Some(end) = end {
            self.at = end;
        }
        end.is_some()
    }

    /// Passes over the name of the header that comes next, and the separator behind it.
    #[must_use]
    pub fn name(&mut self) -> Option<&'a str> {
        if let Ending::Marker(marker) = F::FACTS.body_end
            && self.line(marker).is_some()
        {
            return None;
        }
        let separator = F::FACTS.separator;
        let first = separator.as_bytes().first();
        let length = self.rest().iter().position(|octet| !is_token(*octet) || first == Some(octet))?;
        let name = self.text.get(self.at..self.at + length)?;
        self.at += length;
        (length > 0 && self.next_is(separator)).then_some(name)
    }

    /// Reads the header that says the body's length.
    #[inline]
    pub fn length(&mut self) -> Option<()> {
        let length = digits(self.value()?.as_bytes())?;
        self.length.replace(length).is_none().then_some(())
    }

    /// Keeps a header that is not declared as the JSON string that it stands for.
    #[cold]
    pub fn keep(&mut self, name: &'a str, kept: &mut Map<'a, Json<'a>>) -> Option<()> {
        let value = self.value()?;
        let short = name.len().max(value.len()) <= F::FACTS.limits.string;
        if !short || kept.iter().any(|(known, _)| same::<F>(known, name)) {
            return None;
        }
        let mut json = Vec::with_capacity(value.len() + 2);
        write::string(&mut json, value);
        kept.push(
            Cow::Borrowed(name),
            Json::trusted(alloc::string::String::from_utf8(json).ok()?.into()),
        );
        Some(())
    }

    /// Passes over a header that is not declared; in `known` are the names of those that were.
    #[cold]
    pub fn ignore(&mut self, name: &'a str, known: &mut Vec<&'a str>) -> Option<()> {
        self.value()?;
        if known.iter().any(|known| same::<F>(known, name)) {
            return None;
        }
        known.push(name);
        Some(())
    }

    /// The body, behind which the frame ends; the head has been read.
    #[inline]
    #[must_use]
    pub fn body(&mut self) -> Option<&'a str> {
        let body = match F::FACTS.body_end {
            Ending::None => self.text.get(self.at..).filter(|rest| rest.is_empty())?,
            Ending::Length => {
                let rest = self.text.get(self.at..)?;
                (rest.len() as u64 == self.length.unwrap_or(0)).then_some(rest)?
            }
            Ending::Marker(marker) => match self.before(marker) {
                Some(body) => body,
                None => self.searched()?,
            },
        };
        fits(F::FACTS.charset, body.as_bytes()).then_some(body)
    }

    /// The body of the declared length, if the marker stands behind it and nothing else.
    #[inline]
    fn before(&self, marker: &str) -> Option<&'a str> {
        let length = usize::try_from(self.length.unwrap_or(0)).ok()?;
        let end = self.at.checked_add(length)?;
        let body = self.text.get(self.at..end)?;
        let rest = self.text.as_bytes().get(end..)?;
        let rest = match rest {
            [b'\n', rest @ ..] if F::FACTS.lf => rest,
            [b'\r', b'\n', rest @ ..] if F::FACTS.crlf => rest,
            _ if length == 0 => rest,
            _ => return None,
        };
        match rest.strip_prefix(marker.as_bytes())? {
            [] => Some(body),
            [b'\n'] if F::FACTS.lf => Some(body),
            [b'\r', b'\n'] if F::FACTS.crlf => Some(body),
            _ => None,
        }
    }

    /// The body where length and marker disagree, or there is no length: as the scan that the walk shares finds it.
    #[cold]
    fn searched(&self) -> Option<&'a str> {
        let range = Scan::behind_head(self.at, self.length).body(
            F::FACTS.framing?,
            F::FACTS.limits.message,
            self.mismatch,
            self.text.as_bytes(),
        )?;
        self.text.get(range)
    }

    /// Where the line ends that stands here, if it is this. Where nothing comes behind it, one that is not blank needs no end.
    #[inline]
    fn line(&self, line: &str) -> Option<usize> {
        let end = match self.rest().strip_prefix(line.as_bytes())? {
            [b'\n', ..] if F::FACTS.lf => 1,
            [b'\r', b'\n', ..] if F::FACTS.crlf => 2,
            [] if !line.is_empty() => 0,
            _ => return None,
        };
        (line.len() <= F::FACTS.line).then_some(self.at + line.len() + end)
    }

    /// What stands from here to the end of the line, which is passed over.
    #[inline]
    fn rest_of_line(&mut self) -> Option<&'a str> {
        let octets = self.text.as_bytes();
        let start = self.at;
        let mut end = printable(octets, start);
        let mut next = end + 1;
        if !F::FACTS.lf || octets.get(end) != Some(&b'\n') {
            (end, next) = self.line_end(end)?;
        }
        let short = end - self.line <= F::FACTS.line;
        (self.at, self.line) = (next, next);
        if short { self.text.get(start..end) } else { None }
    }

    /// Where the line ends and where the next begins: what stands at `end` is no printable character, and not the usual line end.
    #[inline(never)]
    fn line_end(&self, mut end: usize) -> Option<(usize, usize)> {
        let octets = self.text.as_bytes();
        loop {
            match octets.get(end)? {
                b'\n' if F::FACTS.lf => return Some((end, end + 1)),
                b'\r' if F::FACTS.crlf && octets.get(end + 1) == Some(&b'\n') => return Some((end, end + 2)),
                b'\t' => end = printable(octets, end + 1),
                _ => return None,
            }
        }
    }

    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}

/// The text without blanks around it; mostly there are none.
#[inline]
fn trimmed(text: &str) -> &str {
    #[cold]
    fn trim(text: &str) -> &str {
        text.trim_ascii()
    }
    match text.as_bytes() {
        [first, .., last] if *first > b' ' && *last > b' ' => text,
        _ => trim(text),
    }
}

/// A frame as text. An ASCII frame is looked at much faster than the general check does.
#[inline]
fn text(frame: &[u8]) -> Option<&str> {
    if frame.is_ascii() {
        // SAFETY: ASCII is UTF-8.
        return Some(unsafe { core::str::from_utf8_unchecked(frame) });
    }
    core::str::from_utf8(frame).ok()
}

/// Whether two names are one header's.
#[inline]
#[must_use]
pub fn same<F: Form>(one: &str, other: &str) -> bool {
    if F::FACTS.insensitive {
        one.eq_ignore_ascii_case(other)
    } else {
        one == other
    }
}

/// Takes the text in front of the first such literal, which is passed over: a part of the start line, never empty.
#[inline]
#[must_use]
pub fn until<'t>(line: &'t str, literal: &str) -> Option<(&'t str, &'t str)> {
    let at = match literal.as_bytes() {
        [octet] => line.bytes().position(|other| other == *octet)?,
        octets => line.as_bytes().windows(octets.len()).position(|window| window == octets)?,
    };
    let (part, rest) = line.split_at_checked(at)?;
    (at > 0).then_some((part, rest.get(literal.len()..)?))
}

/// The items of a list, each trimmed if values are; none if the text is empty.
#[inline]
#[must_use]
pub fn list<'t, F: Form, T>(text: &'t str, separator: &str, item: impl Fn(&'t str) -> Option<T>) -> Option<Vec<T>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let count = text.matches(separator).count() + 1;
    if count > F::FACTS.limits.list {
        return None;
    }
    let mut items = Vec::with_capacity(count);
    for text in text.split(separator) {
        items.push(item(if F::FACTS.trim { trimmed(text) } else { text })?);
    }
    Some(items)
}
