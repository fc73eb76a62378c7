//! Reading framed text by the tables: each value becomes the JSON that it stands for, and the codec's walk judges it.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::{
    head::{Header, Parts, start},
    scan::LengthMismatch,
    value, words,
};
use crate::{
    codec::{Decoded, Position, Rule, Value, Violation, decode_json, find_message, tags, write},
    schema::{Envelope, Framing, Member, Message, Mismatch, Record, Schema, StartPart, Type, Unknown},
    session::{Readable, Refusal},
};

/// A message that conforms, and what an advisory reader has to report.
#[derive(Debug, Clone, PartialEq)]
pub struct Framed {
    /// The message. The envelope holds what the start line holds beside the tag.
    pub decoded: Decoded,
    /// Lengths that disagree.
    pub mismatch: Option<LengthMismatch>,
}

/// Reads and validates one message of a schema that has a framing.
///
/// # Errors
/// Everything that is wrong with it.
pub fn decode(schema: &Schema, mode: Mismatch, text: &[u8]) -> Result<Framed, Refusal> {
    read(schema, mode, text).map_err(|violations| refused(schema, text, violations))
}

/// Everything that is wrong with a message, sorted; empty if and only if [`decode`] reads it.
#[must_use]
pub fn explain(schema: &Schema, mode: Mismatch, text: &[u8]) -> Vec<Violation> {
    read(schema, mode, text).err().unwrap_or_default()
}

/// Why a text was refused, in full.
#[must_use]
pub fn refusal(schema: &Schema, mode: Mismatch, text: &[u8]) -> Refusal {
    let mut violations = explain(schema, mode, text);
    if violations.is_empty() {
        // Only a fast path that disagrees with the walk leads here. The message stays refused.
        violations.push(no_message());
    }
    refused(schema, text, violations)
}

fn read(schema: &Schema, mode: Mismatch, text: &[u8]) -> Result<Framed, Vec<Violation>> {
    let Some(framing) = &schema.framing else {
        return Err(vec![no_framing()]);
    };
    let envelope = schema.envelopes.get(framing.envelope as usize);
    let limit = schema.limits.message;
    let parts = Parts::take(framing, limit, mode, text).map_err(|wrong| vec![words::unreadable(framing, envelope, limit, text, wrong)])?;
    let mut walk = Walk {
        schema,
        framing,
        text,
        found: Vec::new(),
    };
    let read = envelope.and_then(|envelope| walk.message(&parts, envelope));
    let mut found = walk.found;
    found.sort_by(|a, b| (&a.pointer, a.rule).cmp(&(&b.pointer, b.rule)));
    found.dedup_by(|next, kept| next.pointer == kept.pointer && next.rule == kept.rule);
    match read {
        Some(decoded) if found.is_empty() => Ok(Framed {
            decoded,
            mismatch: parts.mismatch,
        }),
        _ => Err(found),
    }
}

/// Values by wire names.
type Members = Vec<(String, Value)>;

struct Walk<'s, 't> {
    schema: &'s Schema,
    framing: &'s Framing,
    text: &'t [u8],
    found: Vec<Violation>,
}

impl<'s, 't> Walk<'s, 't> {
    /// Reads a message; what it gives back counts only if nothing was noted.
    fn message(&mut self, parts: &Parts<'t>, envelope: &'s Envelope) -> Option<Decoded> {
        let (tag, members) = self.start_line(parts, envelope);
        let (tag, at) = tag?;
        let Some(index) = find_message(self.schema, self.framing.envelope, tag) else {
            let expected = tags(self.schema, Some(self.framing.envelope));
            self.note("(tag)", Rule::UnknownTag, expected, &quoted(tag), at);
            return None;
        };
        let message = self.schema.messages.get(index)?;
        let body = self.body(parts, message)?;
        Some(Decoded {
            message: index,
            tag: tag.to_string(),
            envelope: Value::Object(members),
            body,
        })
    }

    /// Reads what the start line holds: the tag with its place, and the envelope's members.
    fn start_line(&mut self, parts: &Parts<'t>, envelope: &'s Envelope) -> (Option<(&'t str, usize)>, Members) {
        let (mut tag, mut texts) = (None, vec![None; envelope.members.len()]);
        // The scan has found it to be of the declared form.
        _ = start(self.framing, parts.start, |part, text, at| match part {
            StartPart::Tag => tag = Some((text, at)),
            StartPart::Member(index) => {
                if let Some(place) = texts.get_mut(*index) {
                    *place = Some((text, at));
                }
            }
            StartPart::Literal(_) => {}
        });
        let mut members = Vec::new();
        for (member, text) in envelope.members.iter().zip(texts) {
            let Some((text, at)) = text else { continue };
            let mut json = Vec::new();
            value::to_json(self.schema, self.framing.headers.trim, member.ty, text, None, &mut json);
            match decode_json(self.schema, member.ty, json) {
                Ok(value) => members.push((member.name.to_string(), value)),
                Err(violations) => {
                    for violation in violations {
                        let pointer = alloc::format!("({})", member.name);
                        self.note(&pointer, violation.rule, violation.expected, &violation.actual, at);
                    }
                }
            }
        }
        (tag, members)
    }

    /// Reads headers and body as the members of the message.
    fn body(&mut self, parts: &Parts<'t>, message: &Message) -> Option<Value> {
        let record = match self.schema.types.get(message.body as usize) {
            Some(Type::Record(record)) => record,
            _ => return None,
        };
        let mut json = vec![b'{'];
        let mut places: Vec<(Cow<'_, str>, usize)> = Vec::new();
        for header in parts.headers(self.framing) {
            let same = |name: &str| parts.same(name, header.name);
            if self.framing.body_end.header().is_some_and(same) {
                continue;
            }
            let member = record.members.iter().find(|member| names(member).any(same));
            let name = member
                .and_then(|member| names(member).find(|name| same(name)))
                .unwrap_or(header.name);
            if places.iter().any(|(known, _)| declares(record, known, name) || same(known)) {
                self.note(name, Rule::Duplicate, "a header that stands once", &quoted(header.value), header.at);
                continue;
            }
            places.push((Cow::Owned(name.to_string()), header.at));
            match member {
                Some(member) => self.header(&mut json, name, member, header),
                None => self.unknown(&mut json, header),
            }
        }
        if let Some(member) = record.members.iter().find(|member| member.name == Framing::BODY) {
            self.member(&mut json, Framing::BODY);
            value::to_json(self.schema, self.framing.headers.trim, member.ty, parts.body, None, &mut json);
        }
        json.push(b'}');
        match decode_json(self.schema, message.body, json) {
            Ok(value) => Some(value),
            Err(violations) => {
                self.place(parts, &places, violations);
                None
            }
        }
    }

    fn header(&self, json: &mut Vec<u8>, name: &str, member: &Member, header: Header<'_>) {
        let lists = &self.framing.headers.lists;
        let separator = lists
            .iter()
            .find(|(list, _)| *list == member.name)
            .map(|(_, separator)| &**separator);
        self.member(json, name);
        value::to_json(self.schema, self.framing.headers.trim, member.ty, header.value, separator, json);
    }

    fn unknown(&mut self, json: &mut Vec<u8>, header: Header<'_>) {
        match self.framing.headers.unknown {
            Unknown::Keep => {
                self.member(json, header.name);
                write::string(json, header.value);
            }
            Unknown::Ignore => {}
            Unknown::Refuse => self.note(
                header.name,
                Rule::Header,
                "a header that the message declares",
                &quoted(header.value),
                header.at,
            ),
        }
    }

    fn member(&self, json: &mut Vec<u8>, name: &str) {
        if json.len() > 1 {
            json.push(b',');
        }
        write::string(json, name);
        json.push(b':');
    }

    /// Takes over what the codec's walk found, with the places of the headers.
    fn place(&mut self, parts: &Parts<'_>, places: &[(Cow<'_, str>, usize)], violations: Vec<Violation>) {
        for violation in violations {
            // A name is a token: nothing in it is escaped but `~`.
            let pointer = violation.pointer.strip_prefix('/').unwrap_or_default().replace("~0", "~");
            let name = pointer.split('/').next().unwrap_or_default();
            let at = if name == Framing::BODY {
                parts.body_at
            } else {
                places.iter().find(|(known, _)| known == name).map_or(parts.head_end, |(_, at)| *at)
            };
            self.note(&pointer, violation.rule, violation.expected, &violation.actual, at);
        }
    }

    fn note(&mut self, pointer: &str, rule: Rule, expected: impl Into<Cow<'static, str>>, actual: &str, at: usize) {
        self.found.push(Violation {
            pointer: pointer.to_string(),
            rule,
            expected: expected.into(),
            actual: words::shorten(actual),
            position: Some(words::position(self.text, at)),
        });
    }
}

/// The names that a member is read by.
fn names(member: &Member) -> impl Iterator<Item = &str> {
    core::iter::once(&*member.name).chain(member.accepts.iter().map(|name| &**name))
}

/// Whether both names are those of one member.
fn declares(record: &Record, one: &str, other: &str) -> bool {
    record
        .members
        .iter()
        .any(|member| names(member).any(|name| name == one) && names(member).any(|name| name == other))
}

fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    write::string(&mut out, text);
    String::from_utf8(out).unwrap_or_default()
}

fn refused(schema: &Schema, text: &[u8], violations: Vec<Violation>) -> Refusal {
    let framing = schema.framing.as_ref();
    let first = text.split(|octet| *octet == b'\n').next().unwrap_or_default();
    let line = super::head::ascii(first).trim_ascii_end();
    let mut tag = None;
    if let Some(framing) = framing.filter(|framing| line.len() <= framing.line) {
        let found = start(framing, line, |part, text, _| {
            if *part == StartPart::Tag {
                tag = Some(text.to_string());
            }
        });
        tag = tag.filter(|_| found.is_ok());
    }
    let message = framing
        .zip(tag.as_deref())
        .and_then(|(framing, tag)| find_message(schema, framing.envelope, tag))
        .and_then(|index| schema.messages.get(index))
        .map(|message| message.name.to_string());
    Refusal {
        tag,
        message,
        size: text.len() as u64,
        violations,
        readable: Readable::default(),
    }
}

/// What is said of a text that conforms and was refused.
fn no_message() -> Violation {
    Violation {
        pointer: String::new(),
        rule: Rule::Type,
        expected: "a message".into(),
        actual: "another".to_string(),
        position: None,
    }
}

/// What is said where a schema without a framing is asked to read text.
fn no_framing() -> Violation {
    Violation {
        pointer: String::new(),
        rule: Rule::Start,
        expected: "a schema with a framing".into(),
        actual: "none".to_string(),
        position: Some(Position { line: 1, column: 1 }),
    }
}
