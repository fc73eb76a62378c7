//! Reading what there is of a text that is cut off.

use alloc::vec::Vec;

use super::{
    head::{Header, ascii, header, start},
    scan::{Behind, Scan, Step, content},
};
use crate::{
    codec::{Position, Rule},
    schema::{Framing, Mismatch, StartPart},
};

/// What can be read of a text, whole or not. Nothing in it is checked against the message's members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial<'t> {
    /// What names the message, if the start line is whole.
    pub tag: Option<&'t str>,
    /// The headers whose lines are whole.
    pub headers: Vec<Header<'t>>,
    /// Whether the head is whole.
    pub head_complete: bool,
    /// The octets of the body that are there, if the head is whole.
    pub body: &'t [u8],
    /// How far the message has come.
    pub state: State,
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is whole.
    Complete,
    /// It could be the beginning of one.
    Cut,
    /// It is none: the rule that it breaks, and where.
    Broken(Rule, Position),
}

/// Reads as much as there is.
#[must_use]
pub fn partial<'t>(framing: &Framing, limit: usize, mode: Mismatch, text: &'t [u8]) -> Partial<'t> {
    let mut scan = Scan::default();
    let step = scan.step(framing, limit, mode, text, Behind::Pause);
    let (tag, headers, head_end) = lines(framing, text, &step);
    let state = match &step {
        Step::Whole(_) => State::Complete,
        Step::More => State::Cut,
        Step::Wrong(wrong) => State::Broken(wrong.rule, super::words::position(text, wrong.at)),
    };
    let body = match &step {
        Step::Whole(extent) => text.get(extent.body.clone()),
        _ => head_end.and_then(|end| text.get(end..)),
    };
    Partial {
        tag,
        headers,
        head_complete: head_end.is_some(),
        body: body.unwrap_or_default(),
        state,
    }
}

/// The tag, the whole headers, and where the body begins if the head is whole.
fn lines<'t>(framing: &Framing, text: &'t [u8], step: &Step) -> (Option<&'t str>, Vec<Header<'t>>, Option<usize>) {
    let (mut tag, mut headers, mut at) = (None, Vec::new(), 0);
    // Of what is broken only the lines above count.
    let end = match step {
        Step::Wrong(wrong) => wrong.at,
        _ => text.len(),
    };
    while let Some(length) = text.get(at..end).and_then(|rest| rest.iter().position(|octet| *octet == b'\n')) {
        let line = ascii(content(framing, text, at, at + length));
        if at == 0 {
            _ = start(framing, line, |part, text, _| {
                if *part == StartPart::Tag {
                    tag = Some(text);
                }
            });
        } else if line == framing.head_end {
            return (tag, headers, Some(at + length + 1));
        } else {
            headers.extend(header(framing, line, at));
        }
        at += length + 1;
    }
    (tag, headers, None)
}
