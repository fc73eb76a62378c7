//! What a framing allows, in words, and where in a text something stands.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
};

use super::scan::{About, Wrong};
use crate::{
    codec::{Position, Rule, Violation},
    schema::{BodyEnd, Charset, Envelope, Framing, StartPart},
};

/// The violation of a text whose form is broken.
pub(super) fn unreadable(framing: &Framing, envelope: Option<&Envelope>, limit: usize, text: &[u8], wrong: Wrong) -> Violation {
    let position = position(text, wrong.at);
    let here = format!("line {}, column {}", position.line, position.column);
    let stands = || match character(text, wrong.at) {
        Some(character) => format!("`{}` at {here}", character.escape_debug()),
        None => format!("the end at {here}"),
    };
    let length = framing.body_end.header().unwrap_or_default();
    let (expected, actual): (Cow<'static, str>, String) = match (wrong.rule, wrong.about) {
        (Rule::Empty, _) => ("a message".into(), "nothing".to_string()),
        (Rule::Size, _) => (format!("at most {limit} octets").into(), format!("more, as shows at {here}")),
        (Rule::LineSize, _) => (
            format!("at most {} octets in a line", framing.line).into(),
            format!("more at {here}"),
        ),
        (Rule::Headers, _) => (
            format!("at most {} headers", framing.headers.most).into(),
            format!("one more at {here}"),
        ),
        (Rule::Start, _) => (form(framing, envelope).into(), stands()),
        (Rule::Header, _) => (
            format!("a header (a name, `{}` and a value)", framing.headers.separator).into(),
            format!("`{}` at {here}", shorten(line(text, wrong.at))),
        ),
        (Rule::Marker, About::BodyEnd) => (marker(framing.body_end.marker().unwrap_or_default()).into(), stands()),
        (Rule::Marker, _) => (marker(&framing.head_end).into(), stands()),
        (Rule::LengthMismatch, About::Lengths { declared, actual }) => (
            format!(
                "the line `{}` behind {declared} octets of body, as {length} says",
                framing.body_end.marker().unwrap_or_default()
            )
            .into(),
            match actual {
                Some(actual) => format!("it behind {actual} octets"),
                None => "something else there".to_string(),
            },
        ),
        (Rule::Truncated, About::Lengths { declared, .. }) => (format!("{declared} octets of body, as {length} says").into(), stands()),
        (Rule::Trailing, _) => ("nothing behind the message".into(), stands()),
        (Rule::Duplicate, _) => ("a header that stands once".into(), format!("another at {here}")),
        (Rule::Required, _) => ("the number of the body's octets".into(), "nothing".to_string()),
        (Rule::Number, _) => (
            "a number of octets, in digits".into(),
            format!("`{}` at {here}", shorten(line(text, wrong.at))),
        ),
        (Rule::Charset, _) if in_head(framing, text, wrong.at) => ("printable ASCII in the head".into(), stands()),
        (Rule::Charset, _) if framing.body_charset == Charset::Ascii => ("printable ASCII".into(), stands()),
        (Rule::Charset, _) => ("text without control characters".into(), stands()),
        _ => ("UTF-8".into(), format!("something else at {here}")),
    };
    let pointer = if wrong.about == About::Length { length } else { "" };
    Violation {
        pointer: pointer.to_string(),
        rule: wrong.rule,
        expected,
        actual,
        position: Some(position),
    }
}

/// Where an octet stands.
pub(super) fn position(text: &[u8], at: usize) -> Position {
    let before = text.get(..at).unwrap_or(text);
    let start = before.iter().rposition(|octet| *octet == b'\n').map_or(0, |end| end + 1);
    let line = before.iter().filter(|octet| **octet == b'\n').count();
    let column: usize = before
        .get(start..)
        .unwrap_or_default()
        .utf8_chunks()
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum();
    let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    Position {
        line: number(line),
        column: number(column),
    }
}

/// At most 64 characters; what is longer ends in an ellipsis.
pub(super) fn shorten(text: &str) -> String {
    crate::codec::shorten(text)
}

/// The start line's form, such as `GET <target> HTTP/1.1`.
fn form(framing: &Framing, envelope: Option<&Envelope>) -> String {
    let member = |index: usize| {
        envelope
            .and_then(|envelope| envelope.members.get(index))
            .map_or("", |member| &member.name)
    };
    let mut form = String::from("`");
    for part in framing.start.iter() {
        match part {
            StartPart::Literal(text) => form.push_str(text),
            StartPart::Member(index) => form.extend(["<", member(*index), ">"]),
            StartPart::Tag => form.push_str("<message>"),
        }
    }
    form.push('`');
    form
}

fn marker(line: &str) -> String {
    if line.is_empty() {
        "a blank line behind the headers".to_string()
    } else {
        format!("the line `{line}`")
    }
}

fn character(text: &[u8], at: usize) -> Option<char> {
    let chunk = text.get(at..)?.utf8_chunks().next()?;
    Some(chunk.valid().chars().next().unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// What stands from there to the end of the line.
fn line(text: &[u8], at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.iter().position(|octet| matches!(octet, b'\n' | b'\r')).unwrap_or(rest.len());
    super::head::ascii(rest.get(..end).unwrap_or_default())
}

/// Whether an octet stands in the head, as far as there is one.
fn in_head(framing: &Framing, text: &[u8], at: usize) -> bool {
    let mut start = 0;
    for line in text.get(..at).unwrap_or_default().split_inclusive(|octet| *octet == b'\n') {
        let content = line.trim_ascii_end();
        if start > 0 && line.ends_with(b"\n") && content == framing.head_end.as_bytes() {
            return false;
        }
        start += line.len();
    }
    true
}

/// Whether a framing's messages have a body.
pub(super) fn has_body(framing: &Framing) -> bool {
    framing.body_end != BodyEnd::None
}
