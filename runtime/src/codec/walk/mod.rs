//! The table-driven walk: the reference for what a schema's messages are. What it keeps to is written down at [`super`].

mod encode;
mod findings;
mod members;
mod message;
mod payload;
mod values;
mod words;

use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};

use self::{findings::Findings, payload::Encoding};
pub(crate) use self::{findings::shorten, message::find_message, words::tags};
use super::{
    Reader, Refused, Rule, Violation,
    tape::Tape,
    value::{Decoded, Value},
};
use crate::{
    schema::{Limits, Schema, TypeId},
    session::{Readable, Refusal},
    text,
};

/// Reads and validates one message.
///
/// # Errors
/// Everything that is wrong with it.
pub fn decode(schema: &Schema, frame: &[u8]) -> Result<Decoded, Refusal> {
    if let Some(framing) = &schema.framing {
        return text::decode(schema, framing.body_end.mismatch(), frame).map(|framed| framed.decoded);
    }
    match read(schema, frame, |walk, tape| walk.message(tape)) {
        Ok(Some(decoded)) => Ok(decoded),
        Ok(None) => Err(refused(schema, frame, Vec::new())),
        Err(violations) => Err(refused(schema, frame, violations)),
    }
}

/// Everything that is wrong with a message, sorted; empty if and only if [`decode`] reads it.
#[must_use]
pub fn explain(schema: &Schema, frame: &[u8]) -> Vec<Violation> {
    if let Some(framing) = &schema.framing {
        return text::explain(schema, framing.body_end.mismatch(), frame);
    }
    read(schema, frame, |walk, tape| walk.message(tape)).err().unwrap_or_default()
}

/// What a fast path that refused a frame answers: why, in full.
#[must_use]
pub fn refusal(schema: &Schema, frame: &[u8]) -> Refusal {
    if let Some(framing) = &schema.framing {
        return text::refusal(schema, framing.body_end.mismatch(), frame);
    }
    refused(schema, frame, explain(schema, frame))
}

/// Appends the message's canonical text. A value that is not of its type is written as the JSON that it is: what does not conform
/// is found by [`check`], not here.
pub fn encode(schema: &Schema, decoded: &Decoded, out: &mut Vec<u8>) {
    if is_framed(schema, decoded) {
        return text::encode(schema, decoded, out);
    }
    encode::message(schema, decoded, out);
}

/// Whether a message can be sent under TOON: whether its body holds payloads whose encoding the envelope's member of that name says,
/// and [`encode()`] has a document for each. If not, it writes JSON whatever the member says.
#[must_use]
pub fn can_encode_toon(schema: &Schema, decoded: &Decoded, member: &str) -> bool {
    encode::has_documents(schema, decoded, member)
}

/// Everything for which a receiver with the same schema would refuse the message.
#[must_use]
pub fn check(schema: &Schema, decoded: &Decoded) -> Vec<Violation> {
    if is_framed(schema, decoded) {
        return text::check(schema, decoded);
    }
    let mut out = Vec::new();
    encode(schema, decoded, &mut out);
    explain(schema, &out)
}

/// Reads one value of a type, as if it stood by itself.
///
/// # Errors
/// Everything that is wrong with it.
pub fn decode_value(schema: &Schema, ty: TypeId, json: &[u8]) -> Result<Value, Vec<Violation>> {
    read(schema, json, |walk, tape| walk.value(tape, Tape::ROOT, ty))
}

/// Everything that is wrong with one value of a type, sorted; empty if and only if [`decode_value`] reads it.
#[must_use]
pub fn explain_value(schema: &Schema, ty: TypeId, json: &[u8]) -> Vec<Violation> {
    decode_value(schema, ty, json).err().unwrap_or_default()
}

/// Appends the canonical text of one value of a type.
pub fn encode_value(schema: &Schema, ty: TypeId, value: &Value, out: &mut Vec<u8>) {
    encode::value(schema, ty, value, out);
}

/// Reads one value of a type from JSON that we have written: no limit of size holds for it.
pub(crate) fn decode_json(schema: &Schema, ty: TypeId, json: Vec<u8>) -> Result<Value, Vec<Violation>> {
    let json = String::from_utf8(json).unwrap_or_default();
    let Ok(tape) = Tape::parse(&json, &Limits::NONE, 0) else {
        return Ok(Value::Null);
    };
    let mut walk = Walk::new(schema);
    let value = walk.value(&tape, Tape::ROOT, ty);
    let violations = walk.findings.finish();
    if violations.is_empty() { Ok(value) } else { Err(violations) }
}

/// Whether the message stands as framed text.
fn is_framed(schema: &Schema, decoded: &Decoded) -> bool {
    let message = schema.messages.get(decoded.message);
    schema
        .framing
        .as_ref()
        .zip(message)
        .is_some_and(|(framing, message)| framing.envelope == message.envelope)
}

/// A walk over one text.
struct Walk<'s> {
    schema: &'s Schema,
    findings: Findings,
    /// What the envelope's members say of encodings, by their names.
    encodings: Vec<(&'s str, Encoding)>,
}

impl<'s> Walk<'s> {
    fn new(schema: &'s Schema) -> Self {
        Self {
            schema,
            findings: Findings::default(),
            encodings: Vec::new(),
        }
    }
}

fn read<'s, T>(schema: &'s Schema, text: &[u8], walk: impl FnOnce(&mut Walk<'s>, &Tape<'_>) -> T) -> Result<T, Vec<Violation>> {
    let unreadable = |refused: Refused| {
        let (expected, actual) = findings::unreadable(refused, text, &schema.limits);
        vec![Violation {
            pointer: "".to_string(),
            rule: refused.rule,
            expected,
            actual,
            position: None,
        }]
    };
    let whole = Reader::new(text, &schema.limits).map_err(unreadable)?;
    let tape = Tape::parse(whole.text, &schema.limits, 0).map_err(unreadable)?;
    let mut reading = Walk::new(schema);
    let value = walk(&mut reading, &tape);
    let violations = reading.findings.finish();
    if violations.is_empty() { Ok(value) } else { Err(violations) }
}

fn refused(schema: &Schema, frame: &[u8], mut violations: Vec<Violation>) -> Refusal {
    if violations.is_empty() {
        // Only a fast path that disagrees with the walk leads here. The message stays refused.
        violations.push(Violation {
            pointer: "".to_string(),
            rule: Rule::Type,
            expected: "a message".into(),
            actual: "another".to_string(),
            position: None,
        });
    }
    let named = message::tag_names(schema).find_map(|name| {
        let mut reader = Reader::new(frame, &schema.limits).ok()?;
        let tag = reader.find_string(name).ok()??;
        Some((message::find(schema, name, &tag), tag.into_owned()))
    });
    let (message, tag) = named.map_or((None, None), |(message, tag)| (message, Some(tag)));
    let message = message
        .and_then(|index| schema.messages.get(index))
        .map(|message| message.name.to_string());
    Refusal {
        tag,
        message,
        size: frame.len() as u64,
        violations,
        readable: Readable::of_json(frame, &schema.limits),
    }
}

/// The entry of a table that an index names.
fn get<T>(table: &[T], index: u32) -> Option<&T> {
    table.get(usize::try_from(index).ok()?)
}
