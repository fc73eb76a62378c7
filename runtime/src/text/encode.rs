//! Writing framed text.

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::{line, value, walk, words};
use crate::{
    codec::{Decoded, Rule, Value, Violation, decode_json, encode_value, write},
    schema::{Envelope, Framing, Member, Mismatch, Presence, Schema, StartPart, Type, TypeId},
};

/// Appends the message's text. What does not conform is found by [`check`], not here; but no value breaks out of its line.
pub fn encode(schema: &Schema, decoded: &Decoded, out: &mut Vec<u8>) {
    let Some(framing) = &schema.framing else { return };
    let Some(message) = schema.messages.get(decoded.message) else {
        return;
    };
    let Some(envelope) = schema.envelopes.get(framing.envelope as usize) else {
        return;
    };
    let newline = framing.newline.written();
    let writer = Writer { schema, framing };

    for part in framing.start.iter() {
        match part {
            StartPart::Literal(text) => write::raw(out, text),
            StartPart::Tag => line(out, &decoded.tag),
            StartPart::Member(index) => writer.start(envelope, *index, &decoded.envelope, out),
        }
    }
    write::raw(out, newline);

    let declared: &[Member] = match schema.types.get(message.body as usize) {
        Some(Type::Record(record)) => &record.members,
        _ => &[],
    };
    let mut body = None;
    for member in declared {
        if member.name == Framing::BODY {
            body = writer.said(member, &decoded.body);
        } else if let Some(text) = writer.written(member, &decoded.body) {
            header(framing, &member.name, &text, out);
        }
    }
    if let Some((name, body)) = framing.body_end.header().zip(body.as_deref()) {
        header(framing, name, itoa::Buffer::new().format(body.len()), out);
    }
    if let Value::Object(members) = &decoded.body {
        let is_declared = |name: &str| declared.iter().any(|member| member.name == name);
        for (index, (name, value)) in members.iter().enumerate() {
            // What stands again is no member: it is written, so that it is found to stand twice.
            if is_declared(name) && !members.iter().take(index).any(|(earlier, _)| earlier == name) {
                continue;
            }
            // The type is of no account: what is kept is text.
            header(framing, name, &value::text(schema, TypeId::MAX, value, None), out);
        }
    }

    write::raw(out, &framing.head_end);
    write::raw(out, newline);
    if words::has_body(framing) {
        let body = body.unwrap_or_default();
        write::raw(out, &body);
        if let Some(marker) = framing.body_end.marker() {
            if !body.is_empty() {
                write::raw(out, newline);
            }
            write::raw(out, marker);
            write::raw(out, newline);
        }
    }
}

/// Everything for which a receiver with the same schema would refuse the message, or read another.
#[must_use]
pub fn check(schema: &Schema, decoded: &Decoded) -> Vec<Violation> {
    let mut out = Vec::new();
    encode(schema, decoded, &mut out);
    match walk::decode(schema, Mismatch::Strict, &out) {
        Ok(read) => lost(schema, decoded, &read.decoded),
        Err(refusal) => refusal.violations,
    }
}

/// The values that are read as others than they were written from.
fn lost(schema: &Schema, sent: &Decoded, read: &Decoded) -> Vec<Violation> {
    let Some(message) = schema.messages.get(sent.message) else {
        return Vec::new();
    };
    let envelope = schema.envelopes.get(message.envelope as usize);
    let start: &[Member] = envelope.map_or(&[], |envelope| &envelope.members);
    let declared: &[Member] = match schema.types.get(message.body as usize) {
        Some(Type::Record(record)) => &record.members,
        _ => &[],
    };
    let mut lost = Vec::new();
    for (members, sent, read, is_start) in [
        (start, &sent.envelope, &read.envelope, true),
        (declared, &sent.body, &read.body, false),
    ] {
        let Value::Object(values) = sent else { continue };
        for (name, value) in values {
            let ty = members
                .iter()
                .find(|member| member.name == *name)
                .map_or(TypeId::MAX, |member| member.ty);
            let json = |value: &Value| {
                let mut out = Vec::new();
                encode_value(schema, ty, value, &mut out);
                String::from_utf8(out).unwrap_or_default()
            };
            let written = json(value);
            if read.get(name).map(json).as_ref() != Some(&written) {
                lost.push(Violation {
                    pointer: if is_start { alloc::format!("({name})") } else { name.clone() },
                    rule: Rule::Charset,
                    expected: "a value that its place in the text can hold".into(),
                    actual: words::shorten(&written),
                    position: None,
                });
            }
        }
    }
    lost.sort();
    lost
}

struct Writer<'s> {
    schema: &'s Schema,
    framing: &'s Framing,
}

impl<'s> Writer<'s> {
    fn start(&self, envelope: &Envelope, index: usize, values: &Value, out: &mut Vec<u8>) {
        if let Some(text) = envelope.members.get(index).and_then(|member| self.said(member, values)) {
            line(out, &text);
        }
    }

    /// The text of a member's value, or of its default.
    fn said<'v>(&self, member: &Member, values: &'v Value) -> Option<Cow<'v, str>> {
        let separator = self.separator(member);
        match (values.get(&member.name), &member.presence) {
            (Some(value), _) => Some(value::text(self.schema, member.ty, value, separator)),
            (None, Presence::Default { value, .. }) => {
                let value = decode_json(self.schema, member.ty, value.as_bytes().to_vec()).ok()?;
                Some(value::text(self.schema, member.ty, &value, separator).into_owned().into())
            }
            (None, _) => None,
        }
    }

    /// The text of a member, if it is written.
    fn written<'v>(&self, member: &Member, values: &'v Value) -> Option<Cow<'v, str>> {
        let Presence::Default { value: default, always } = &member.presence else {
            return self.said(member, values);
        };
        let is_default = values.get(&member.name).is_none_or(|value| {
            let mut json = Vec::new();
            encode_value(self.schema, member.ty, value, &mut json);
            json == default.as_bytes()
        });
        if is_default && !always { None } else { self.said(member, values) }
    }

    fn separator(&self, member: &Member) -> Option<&'s str> {
        let lists = &self.framing.headers.lists;
        lists
            .iter()
            .find(|(name, _)| *name == member.name)
            .map(|(_, separator)| &**separator)
    }
}

/// Appends a header's line.
pub fn header(framing: &Framing, name: &str, value: &str, out: &mut Vec<u8>) {
    line(out, name);
    write::raw(out, &framing.headers.separator);
    if framing.headers.trim && !value.is_empty() {
        out.push(b' ');
    }
    line(out, value);
    write::raw(out, framing.newline.written());
}
