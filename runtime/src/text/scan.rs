//! The form of framed text, octet by octet: one scan that can stop wherever octets run out and go on when more have come.

use core::ops::Range;

use crate::{
    codec::Rule,
    schema::{BodyEnd, Framing, Mismatch},
};

use super::{
    head,
    octets::{is_token, line_feed, not_in_line},
};

/// What comes behind the octets that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behind {
    /// Perhaps more.
    More,
    /// Nothing for a while: an end marker needs no line end, and an advisory reader waits for no declared length.
    Pause,
    /// Nothing.
    Nothing,
}

/// How far a scan has come.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// More octets are needed.
    More,
    /// The message is whole.
    Whole(Extent),
    /// The form is broken.
    Wrong(Wrong),
}

/// Where the parts of a whole message stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The line that ends the head.
    pub head: usize,
    /// The body.
    pub body: Range<usize>,
    /// The octet behind the message and the line end of its marker.
    pub end: usize,
    /// Lengths that disagree.
    pub mismatch: Option<LengthMismatch>,
}

/// A declared length that the end marker contradicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LengthMismatch {
    /// The octets that the header says.
    pub declared: u64,
    /// The octets before the first end marker.
    pub actual: u64,
}

/// What is wrong with the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub rule: Rule,
    /// The octet at which it shows.
    pub at: usize,
    /// Which marker, length or header it is about.
    pub about: About,
}

/// What a wrong form is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// What the rule says.
    Rule,
    /// The line that ends the head.
    HeadEnd,
    /// The line that ends the body.
    BodyEnd,
    /// The header that says the body's length.
    Length,
    /// The lengths; `None`: no end marker stands anywhere.
    Lengths { declared: u64, actual: Option<u64> },
}

/// A scan of one message.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scan {
    /// Where the line begins that is looked at.
    line: usize,
    /// Where its end has not been looked for.
    seen: usize,
    /// Lines of the head so far.
    lines: usize,
    /// What the length's header says, and where.
    length: Option<(u64, usize)>,
    /// Where the head's last line and the body begin.
    body: Option<(usize, usize)>,
    /// The first end marker: where its line begins and where the next does.
    marker: Option<(usize, usize)>,
}

impl Scan {
    /// Whether nothing has been looked at.
    pub fn is_new(&self) -> bool {
        self.seen == 0
    }

    /// A scan that has come behind a head, and knows what the length's header says.
    pub fn behind_head(body: usize, length: Option<u64>) -> Self {
        Self {
            line: body,
            seen: body,
            length: length.map(|length| (length, body)),
            body: Some((body, body)),
            ..Self::default()
        }
    }

    /// Where the body stands of a message that ends where the octets do.
    pub fn body(mut self, framing: &Framing, limit: usize, mode: Mismatch, octets: &[u8]) -> Option<Range<usize>> {
        match self.step(framing, limit, mode, octets, Behind::Nothing) {
            Step::Whole(extent) if extent.end == octets.len() => Some(extent.body),
            _ => None,
        }
    }

    /// Goes on with all octets of the message so far, of which a message has at most `limit`.
    pub fn step(&mut self, framing: &Framing, limit: usize, mode: Mismatch, octets: &[u8], behind: Behind) -> Step {
        let visible = octets.get(..limit).unwrap_or(octets);
        // What is past the limit is no end of the text.
        let behind = if visible.len() < octets.len() { Behind::More } else { behind };
        match self.go(framing, limit, mode, visible, behind) {
            Ok(None) if octets.len() > limit => Step::Wrong(wrong(Rule::Size, limit)),
            Ok(None) => Step::More,
            Ok(Some(extent)) => Step::Whole(extent),
            Err(wrong) => Step::Wrong(wrong),
        }
    }

    fn go(&mut self, framing: &Framing, limit: usize, mode: Mismatch, octets: &[u8], behind: Behind) -> Result<Option<Extent>, Wrong> {
        let (head, body) = match self.body {
            Some(found) => found,
            None => match self.head(framing, octets, behind)? {
                Some(found) => {
                    (self.line, self.seen) = (found.1, found.1);
                    *self.body.insert(found)
                }
                None if behind == Behind::Nothing => return Err(self.cut_off(framing, octets)),
                None => return Ok(None),
            },
        };
        let whole = |range: Range<usize>, end, mismatch| {
            Ok(Some(Extent {
                head,
                body: range,
                end,
                mismatch,
            }))
        };
        match &framing.body_end {
            BodyEnd::None => whole(body..body, body, None),
            BodyEnd::Length { .. } => {
                let (length, said) = self.length.unwrap_or((0, body));
                let Some(end) = end(body, length).filter(|end| *end <= limit) else {
                    return Err(wrong(Rule::Size, said));
                };
                if octets.len() >= end {
                    whole(body..end, end, None)
                } else if behind == Behind::Nothing {
                    Err(Wrong {
                        rule: Rule::Truncated,
                        at: octets.len(),
                        about: About::Lengths {
                            declared: length,
                            actual: None,
                        },
                    })
                } else {
                    Ok(None)
                }
            }
            BodyEnd::Marker { line: marker, .. } => {
                let Some((declared, said)) = self.length else {
                    return match self.first_marker(framing, marker, octets, behind) {
                        Some((at, next)) => {
                            let range = body..before(framing, octets, body, at);
                            if mode == Mismatch::Strict && !range.is_empty() && framing.body_end.header().is_some() {
                                return Err(Wrong {
                                    rule: Rule::Required,
                                    at: head,
                                    about: About::Length,
                                });
                            }
                            whole(range, next, None)
                        }
                        None if behind == Behind::Nothing => Err(no_marker(octets)),
                        None => Ok(None),
                    };
                };
                let mut contradicted = true;
                match end(body, declared).filter(|end| *end <= limit) {
                    Some(end) => match behind_length(framing, marker, octets, body, end, behind) {
                        Found::Yes(next) => return whole(body..end, next, None),
                        Found::Unknown if behind == Behind::More => return Ok(None),
                        Found::Unknown if behind == Behind::Pause && mode == Mismatch::Strict => return Ok(None),
                        Found::Unknown => contradicted = false,
                        Found::No => {}
                    },
                    None if mode == Mismatch::Strict => return Err(wrong(Rule::Size, said)),
                    None => {}
                }
                match self.first_marker(framing, marker, octets, behind) {
                    Some((at, next)) => {
                        let range = body..before(framing, octets, body, at);
                        let actual = range.len() as u64;
                        match mode {
                            Mismatch::Strict => Err(lengths(said, declared, Some(actual))),
                            Mismatch::Advisory => whole(range, next, Some(LengthMismatch { declared, actual })),
                        }
                    }
                    None if contradicted && mode == Mismatch::Strict => Err(lengths(said, declared, None)),
                    None if behind == Behind::Nothing => Err(no_marker(octets)),
                    None => Ok(None),
                }
            }
        }
    }

    /// Reads lines of the head; gives the place of its last line and of the body.
    fn head(&mut self, framing: &Framing, octets: &[u8], behind: Behind) -> Result<Option<(usize, usize)>, Wrong> {
        while let Some(end) = self.line_end(framing, octets)? {
            let (start, next) = (self.line, end + 1);
            let text = content(framing, octets, start, end);
            (self.line, self.seen) = (next, next);
            self.lines += 1;
            if let Some(at) = not_in_line(text) {
                return Err(wrong(Rule::Charset, start + at));
            }
            // A line end of another kind than the framing reads.
            if !framing.newline.reads_lf() && start + text.len() == end {
                return Err(wrong(Rule::Charset, end));
            }
            if self.lines == 1 {
                start_line(framing, text)?;
                continue;
            }
            if text == framing.head_end.as_bytes() {
                return Ok(Some((start, next)));
            }
            if framing.body_end.marker().is_some_and(|marker| text == marker.as_bytes()) {
                return Err(Wrong {
                    rule: Rule::Marker,
                    at: start,
                    about: About::HeadEnd,
                });
            }
            if self.lines > framing.headers.most.saturating_add(1) {
                return Err(wrong(Rule::Headers, start));
            }
            self.header(framing, text, start)?;
        }
        // A marker needs no line end where nothing comes behind it.
        let last = octets.get(self.line..).unwrap_or_default();
        let ends = behind == Behind::Nothing || behind == Behind::Pause && framing.body_end == BodyEnd::None;
        let marked = ends && self.lines > 0 && !last.is_empty() && last == framing.head_end.as_bytes();
        Ok(marked.then_some((self.line, octets.len())))
    }

    /// The place of the LF that ends the line, or an error as soon as the line is too long.
    fn line_end(&mut self, framing: &Framing, octets: &[u8]) -> Result<Option<usize>, Wrong> {
        let most = self.line.saturating_add(framing.line);
        let Some(fresh) = octets.get(self.seen..) else { return Ok(None) };
        let end = line_feed(fresh).map(|at| self.seen + at);
        let reached = end.unwrap_or(octets.len());
        let carriage = usize::from(framing.newline.reads_crlf() && octets.get(most) == Some(&b'\r') && reached == most + 1);
        if reached > most.saturating_add(carriage) {
            return Err(wrong(Rule::LineSize, most));
        }
        if end.is_none() {
            self.seen = octets.len();
        }
        Ok(end)
    }

    /// Looks at a header for its form, and for the length if it says it.
    fn header(&mut self, framing: &Framing, text: &[u8], at: usize) -> Result<(), Wrong> {
        let separator = framing.headers.separator.as_bytes();
        let name = text.iter().position(|octet| !is_token(*octet) || separator.first() == Some(octet));
        let Some(name) = name.filter(|name| *name > 0) else {
            return Err(wrong(Rule::Header, at));
        };
        let (name, rest) = text.split_at(name);
        let Some(value) = rest.strip_prefix(separator) else {
            return Err(wrong(Rule::Header, at));
        };
        let Some(length) = framing.body_end.header() else { return Ok(()) };
        let same = if framing.headers.insensitive {
            name.eq_ignore_ascii_case(length.as_bytes())
        } else {
            name == length.as_bytes()
        };
        if !same {
            return Ok(());
        }
        let (value, start) = if framing.headers.trim {
            (value.trim_ascii(), value.trim_ascii_start().len())
        } else {
            (value, value.len())
        };
        let about = |rule| Wrong {
            rule,
            at: at + text.len() - start,
            about: About::Length,
        };
        if self.length.is_some() {
            return Err(about(Rule::Duplicate));
        }
        let length = digits(value).ok_or_else(|| about(Rule::Number))?;
        self.length = Some((length, about(Rule::Number).at));
        Ok(())
    }

    /// What a text breaks that ends in its head.
    fn cut_off(&self, framing: &Framing, octets: &[u8]) -> Wrong {
        if self.lines == 0
            && let Err(wrong) = start_line(framing, octets)
        {
            return wrong;
        }
        Wrong {
            rule: Rule::Marker,
            at: octets.len(),
            about: About::HeadEnd,
        }
    }

    /// The first line of the body that is the marker.
    fn first_marker(&mut self, framing: &Framing, marker: &str, octets: &[u8], behind: Behind) -> Option<(usize, usize)> {
        while self.marker.is_none() {
            let fresh = octets.get(self.seen..).unwrap_or_default();
            let Some(end) = line_feed(fresh).map(|at| self.seen + at) else {
                self.seen = octets.len();
                let last = octets.get(self.line..).unwrap_or_default();
                return (behind != Behind::More && last == marker.as_bytes()).then_some((self.line, octets.len()));
            };
            if is_line(framing, octets, self.line, end, marker) {
                self.marker = Some((self.line, end + 1));
            }
            (self.line, self.seen) = (end + 1, end + 1);
        }
        self.marker
    }
}

enum Found {
    /// With the place behind its line.
    Yes(usize),
    No,
    /// Octets are missing.
    Unknown,
}

/// Looks at the start line for its form.
fn start_line(framing: &Framing, line: &[u8]) -> Result<(), Wrong> {
    if line.trim_ascii().is_empty() {
        return Err(wrong(Rule::Empty, 0));
    }
    match core::str::from_utf8(line) {
        Ok(line) => head::start(framing, line, |_, _, _| {}).map_err(|at| wrong(Rule::Start, at)),
        Err(_) => Err(wrong(Rule::Start, 0)),
    }
}

/// Whether the marker stands behind a body that ends there.
fn behind_length(framing: &Framing, marker: &str, octets: &[u8], body: usize, end: usize, behind: Behind) -> Found {
    let Some(rest) = octets.get(end..) else { return Found::Unknown };
    let mut partly = false;
    let line_ends = ["\n", "\r\n", ""];
    let read = [framing.newline.reads_lf(), framing.newline.reads_crlf(), end == body];
    for (line_end, _) in line_ends.iter().zip(read).filter(|(_, read)| *read) {
        let mut expected = line_end.bytes().chain(marker.bytes());
        let same = rest
            .iter()
            .zip(expected.by_ref())
            .take_while(|(octet, expected)| *octet == expected)
            .count();
        let whole = line_end.len() + marker.len();
        if same == whole {
            match rest.get(whole..).unwrap_or_default() {
                [] if behind != Behind::More => return Found::Yes(octets.len()),
                [b'\n', ..] if framing.newline.reads_lf() => return Found::Yes(end + whole + 1),
                [b'\r', b'\n', ..] if framing.newline.reads_crlf() => return Found::Yes(end + whole + 2),
                [] => partly = true,
                [b'\r'] if framing.newline.reads_crlf() && behind != Behind::Nothing => partly = true,
                _ => {}
            }
        } else if same == rest.len() {
            partly = true;
        }
    }
    if partly { Found::Unknown } else { Found::No }
}

/// Where a body ends whose marker's line begins there: before the line end.
fn before(framing: &Framing, octets: &[u8], body: usize, marker: usize) -> usize {
    if marker == body {
        return body;
    }
    let end = marker - 1;
    body + content(framing, octets, body, end).len()
}

/// A line without its end, which is at the LF there.
pub(super) fn content<'t>(framing: &Framing, octets: &'t [u8], start: usize, end: usize) -> &'t [u8] {
    let line = octets.get(start..end).unwrap_or_default();
    match line {
        [content @ .., b'\r'] if framing.newline.reads_crlf() => content,
        _ => line,
    }
}

fn is_line(framing: &Framing, octets: &[u8], start: usize, end: usize, text: &str) -> bool {
    let line = octets.get(start..end).unwrap_or_default();
    let with_carriage = framing.newline.reads_crlf() && line.strip_suffix(b"\r") == Some(text.as_bytes());
    with_carriage || framing.newline.reads_lf() && line == text.as_bytes()
}

/// A number in decimal digits alone, without leading zeros, so that no two readers can differ over it.
pub(super) fn digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 1 && text.starts_with(b"0") {
        return None;
    }
    let mut value = 0_u64;
    if text.len() > 19 {
        // A number of twenty digits may be greater than any of 64 bits.
        return core::str::from_utf8(text)
            .ok()?
            .parse()
            .ok()
            .filter(|_| text.iter().all(u8::is_ascii_digit));
    }
    for octet in text {
        let digit = octet.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    Some(value)
}

fn end(body: usize, length: u64) -> Option<usize> {
    body.checked_add(usize::try_from(length).ok()?)
}

fn wrong(rule: Rule, at: usize) -> Wrong {
    Wrong {
        rule,
        at,
        about: About::Rule,
    }
}

fn lengths(said: usize, declared: u64, actual: Option<u64>) -> Wrong {
    Wrong {
        rule: Rule::LengthMismatch,
        at: said,
        about: About::Lengths { declared, actual },
    }
}

fn no_marker(octets: &[u8]) -> Wrong {
    Wrong {
        rule: Rule::Marker,
        at: octets.len(),
        about: About::BodyEnd,
    }
}
