//! The pull reader that generated codecs of framed text are written with.
//!
//! It goes over a frame once, from front to back, and borrows from it. Behind the [`Start`], its first line, what is written as our encoders
//! write it is read [`Straight`]. Otherwise generated code asks for each header that it knows by its whole literal ([`Reader::next_is`]), and for
//! others by their names ([`Reader::name`]). `None` everywhere means that the frame is refused: why, the walk over the tables explains.

use alloc::{borrow::Cow, vec::Vec};
use core::marker::PhantomData;

use super::{
    form::{Ending, Form},
    octets::{self, fits, is_token, printed},
    scan::{Scan, digits},
    straight::Straight,
    walk::refusal,
};
use crate::{
    codec::{Json, Map, write},
    schema::Mismatch,
    session::Refusal,
};

/// A frame whose first line has been read.
#[derive(Debug)]
pub struct Start<'a, F> {
    frame: &'a [u8],
    /// What stands behind that line.
    rest: &'a [u8],
    mismatch: Mismatch,
    form: PhantomData<F>,
}

impl<'a, F: Form> Start<'a, F> {
    /// Checks the frame's size, and takes its first line.
    #[inline(always)]
    #[must_use]
    pub fn of(mismatch: Mismatch, frame: &'a [u8]) -> Option<(Self, &'a str)> {
        if frame.len() > F::FACTS.limits.message {
            return None;
        }
        let (line, rest) = first_line::<F>(frame)?;
        if frame.len() > F::FACTS.line {
            few_octets::<F>(frame, frame.len(), rest)?;
        }
        let begins = line.as_bytes().first().is_some_and(|first| *first > b' ');
        let start = Self {
            frame,
            rest,
            mismatch,
            form: PhantomData,
        };
        (begins || !line.trim_ascii_start().is_empty()).then_some((start, line))
    }

    /// What stands behind it, to be read as it is mostly written; none if a line of it could be too long.
    #[inline(always)]
    #[must_use]
    pub fn straight(&self) -> Option<Straight<'a, F>> {
        if self.frame.len() > F::FACTS.line {
            return None;
        }
        let at = self.frame.len() - self.rest.len();
        self.frame.get(at.checked_sub(F::FACTS.newline.len())?..).map(Straight::new)
    }

    /// What stands behind it, to be read however it is written.
    #[inline(always)]
    #[must_use]
    pub const fn reader(&self) -> Reader<'a, F> {
        Reader {
            frame: self.frame,
            rest: self.rest,
            line: self.rest.len(),
            headers: 0,
            length: None,
            mismatch: self.mismatch,
            form: PhantomData,
        }
    }

    /// Why the frame is refused, in full.
    #[cold]
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        refusal(F::SCHEMA, self.mismatch, self.frame)
    }
}

/// Reads a frame's head and body, from front to back.
///
/// What is small is inlined, and what is not takes and gives parts of the reader: so all of it stands in registers while a head is read.
#[derive(Debug)]
pub struct Reader<'a, F> {
    frame: &'a [u8],
    /// What was not passed over.
    rest: &'a [u8],
    /// How much that was where the line began.
    line: usize,
    /// How many headers there were.
    headers: usize,
    /// What the length's header says.
    length: Option<u64>,
    mismatch: Mismatch,
    form: PhantomData<F>,
}

impl<'a, F: Form> Reader<'a, F> {
    /// Passes over what stands here, if it is this: a header's name, its separator and what is expected between that and the value.
    #[inline(always)]
    pub fn next_is(&mut self, key: &str) -> bool {
        // The first word tells most names apart. What is asked of its length is the same for all.
        if let (Some(next), Some(begin)) = (self.rest.first_chunk::<16>(), key.as_bytes().first_chunk::<8>())
            && !next.starts_with(begin)
        {
            return false;
        }
        match self.rest.strip_prefix(key.as_bytes()) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// The value of the header whose name has been passed over.
    #[inline(always)]
    #[must_use]
    pub fn value(&mut self) -> Option<&'a str> {
        self.headers += 1;
        let value = self.rest_of_line()?;
        Some(if F::FACTS.trim { trimmed(value) } else { value })
    }

    /// Passes over the line that ends the head, if it comes next.
    #[inline(always)]
    pub fn ends(&mut self) -> bool {
        match line::<F>(self.rest, F::FACTS.head_end) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Passes over the name of the header that comes next, and the separator behind it.
    #[inline(always)]
    #[must_use]
    pub fn name(&mut self) -> Option<&'a str> {
        let (name, rest) = name::<F>(self.rest)?;
        self.rest = rest;
        Some(name)
    }

    /// Reads the header that says the body's length.
    #[inline(always)]
    pub fn length(&mut self) -> Option<()> {
        let length = digits(self.value()?.as_bytes())?;
        self.length.replace(length).is_none().then_some(())
    }

    /// Keeps a header that is not declared as the JSON string that it stands for.
    #[inline(always)]
    pub fn keep(&mut self, name: &'a str, kept: &mut Map<'a, Json<'a>>) -> Option<()> {
        let value = self.value()?;
        self.few()?;
        keep::<F>(name, value, kept)
    }

    /// Passes over a header that is not declared; in `known` are the names of those that were.
    #[inline(always)]
    pub fn ignore(&mut self, name: &'a str, known: &mut Vec<&'a str>) -> Option<()> {
        self.value()?;
        self.few()?;
        if known.iter().any(|known| same::<F>(known, name)) {
            return None;
        }
        known.push(name);
        Some(())
    }

    /// The body, behind which the frame ends; the head has been read.
    #[inline(always)]
    #[must_use]
    pub fn body(&mut self) -> Option<&'a str> {
        self.few()?;
        let declared = usize::try_from(self.length.unwrap_or(0)).ok();
        let length = match declared.filter(|length| ends_behind::<F>(self.rest, *length)) {
            Some(length) => length,
            None => searched::<F>(self.frame, self.rest, self.length, self.mismatch)?,
        };
        block::<F>(self.rest.get(..length)?)
    }

    /// Whether there are no more headers than there may be. Those that are declared stand once each, so they are counted when all are
    /// read, and before one is kept.
    #[inline(always)]
    fn few(&self) -> Option<()> {
        (self.headers <= F::FACTS.most).then_some(())
    }

    /// What stands from here to the end of the line, which is passed over.
    #[inline(always)]
    fn rest_of_line(&mut self) -> Option<&'a str> {
        let (text, rest) = first_line::<F>(self.rest)?;
        self.rest = rest;
        // No line of a frame that is shorter than a line may be is too long.
        if self.frame.len() > F::FACTS.line {
            few_octets::<F>(self.frame, self.line, rest)?;
            self.line = rest.len();
        }
        Some(text)
    }
}

/// The text of the first line, and what stands behind its end.
#[inline(always)]
fn first_line<F: Form>(octets: &[u8]) -> Option<(&str, &[u8])> {
    match printed(octets) {
        (text, [b'\n', rest @ ..]) if F::FACTS.lf => Some((text, rest)),
        _ => odd_line::<F>(octets),
    }
}

/// Whether a line is no longer than it may be, of which the frame's last `line` octets are, but for the `rest`.
#[inline(never)]
fn few_octets<F: Form>(frame: &[u8], line: usize, rest: &[u8]) -> Option<()> {
    let line = frame.get(frame.len() - line..frame.len() - rest.len())?;
    let line = match line {
        [line @ .., b'\r', b'\n'] if F::FACTS.crlf => line,
        [line @ .., b'\n'] => line,
        _ => line,
    };
    (line.len() <= F::FACTS.line).then_some(())
}

/// What stands behind a line, if it is this. Where nothing comes behind it, one that is not blank needs no end.
#[inline(always)]
fn line<'t, F: Form>(text: &'t [u8], line: &str) -> Option<&'t [u8]> {
    let rest = match text.strip_prefix(line.as_bytes())? {
        [b'\n', rest @ ..] if F::FACTS.lf => rest,
        [b'\r', b'\n', rest @ ..] if F::FACTS.crlf => rest,
        [] if !line.is_empty() => &[],
        _ => return None,
    };
    (line.len() <= F::FACTS.line).then_some(rest)
}

/// A header's name, and what stands behind its separator.
fn name<F: Form>(text: &[u8]) -> Option<(&str, &[u8])> {
    if let Ending::Marker(marker) = F::FACTS.body_end
        && line::<F>(text, marker).is_some()
    {
        return None;
    }
    let separator = F::FACTS.separator.as_bytes();
    let first = separator.first();
    let length = text.iter().position(|octet| !is_token(*octet) || first == Some(octet))?;
    let (name, rest) = text.split_at_checked(length).filter(|_| length > 0)?;
    Some((core::str::from_utf8(name).ok()?, rest.strip_prefix(separator)?))
}

#[cold]
fn keep<'a, F: Form>(name: &'a str, value: &'a str, kept: &mut Map<'a, Json<'a>>) -> Option<()> {
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

/// Whether the frame ends behind a body of so many octets.
#[inline(always)]
pub(super) fn ends_behind<F: Form>(text: &[u8], length: usize) -> bool {
    let marker = match F::FACTS.body_end {
        Ending::None | Ending::Length => return text.len() == length,
        Ending::Marker(marker) => marker.as_bytes(),
    };
    let rest = match text.get(length..) {
        Some([b'\n', rest @ ..]) if F::FACTS.lf => rest,
        Some([b'\r', b'\n', rest @ ..]) if F::FACTS.crlf => rest,
        Some(rest) if length == 0 => rest,
        _ => return false,
    };
    match rest.strip_prefix(marker) {
        Some([]) => true,
        Some([b'\n']) => F::FACTS.lf,
        Some([b'\r', b'\n']) => F::FACTS.crlf,
        _ => false,
    }
}

/// The text of a body.
#[inline(always)]
pub(super) fn block<F: Form>(body: &[u8]) -> Option<&str> {
    match octets::block(body) {
        Some(body) => Some(body),
        None => other::<F>(body),
    }
}

/// The octets of the body where length and marker disagree, or there is no length: as the scan that the walk shares finds it.
#[cold]
fn searched<F: Form>(frame: &[u8], text: &[u8], length: Option<u64>, mismatch: Mismatch) -> Option<usize> {
    let Ending::Marker(_) = F::FACTS.body_end else {
        return None;
    };
    let at = frame.len() - text.len();
    let scan = Scan::behind_head(at, length);
    let body = scan.body(F::FACTS.framing?, F::FACTS.limits.message, mismatch, frame)?;
    (body.start == at).then_some(body.len())
}

/// The rest of a line that holds a TAB, or ends otherwise than most, and what stands behind its end.
#[cold]
fn odd_line<F: Form>(octets: &[u8]) -> Option<(&str, &[u8])> {
    let mut rest = octets;
    let next = loop {
        rest = printed(rest).1;
        match rest {
            [b'\n', next @ ..] if F::FACTS.lf => break next,
            [b'\r', b'\n', next @ ..] if F::FACTS.crlf => break next,
            [b'\t', next @ ..] => rest = next,
            _ => return None,
        }
    };
    let text = octets.get(..octets.len() - rest.len())?;
    Some((core::str::from_utf8(text).ok()?, next))
}

/// A body that is not ASCII, or holds other controls than blanks. The head is ASCII and so are markers: a frame is UTF-8 if its body is.
#[cold]
fn other<F: Form>(body: &[u8]) -> Option<&str> {
    let body = core::str::from_utf8(body).ok()?;
    fits(F::FACTS.charset, body.as_bytes()).then_some(body)
}

/// The text without blanks around it; mostly there are none.
#[inline]
fn trimmed(text: &str) -> &str {
    #[cold]
    fn trim(text: &str) -> &str {
        text.trim_ascii()
    }
    if is_bare(text) { text } else { trim(text) }
}

/// Whether there is a text, and no blanks around it.
#[inline(always)]
pub(super) fn is_bare(text: &str) -> bool {
    let is_bare = |octet: Option<&u8>| octet.is_some_and(|octet| *octet > b' ');
    is_bare(text.as_bytes().first()) && is_bare(text.as_bytes().last())
}

/// Whether two names are one header's. Mostly they need not be asked for: they are written as they are declared.
#[inline(never)]
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
