//! Framed messages as JSON objects, which generated code reads and writes as it does those of JSON protocols: the tag first, under
//! the empty name, then the members of the start line, the headers and the body by their wire names.

use alloc::{string::String, vec::Vec};

use super::{check, decode, encode};
use crate::{
    codec::{Decoded, Value, Violation, find_message, write},
    schema::{Limits, Mismatch, Schema},
    session::Refusal,
};

/// Reads a framed message as an object.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read_members(schema: &Schema, mode: Mismatch, frame: &[u8]) -> Result<Vec<u8>, Refusal> {
    let Decoded { tag, envelope, body, .. } = decode(schema, mode, frame)?.decoded;
    let mut out = Vec::with_capacity(frame.len() + frame.len() / 4);
    write::raw(&mut out, "{\"\":");
    write::string(&mut out, &tag);
    for (name, value) in [&envelope, &body].into_iter().flat_map(members_of) {
        out.push(b',');
        write::string(&mut out, name);
        out.push(b':');
        value.write(&mut out);
    }
    out.push(b'}');
    Ok(out)
}

/// Appends the framed text of an object as [`read_members`] gives it.
pub fn write_members(schema: &Schema, object: &[u8], out: &mut Vec<u8>) {
    if let Some(decoded) = decoded(schema, object) {
        encode(schema, &decoded, out);
    }
}

/// Everything for which a receiver would refuse the message that an object stands for, or read another.
#[must_use]
pub fn check_members(schema: &Schema, object: &[u8]) -> Vec<Violation> {
    decoded(schema, object).map_or_else(Vec::new, |decoded| check(schema, &decoded))
}

/// The message that an object stands for. `None` if it is none: then code that is not generated wrote it.
fn decoded(schema: &Schema, object: &[u8]) -> Option<Decoded> {
    let envelope = schema.framing.as_ref()?.envelope;
    let own = &schema.envelopes.get(usize::try_from(envelope).ok()?)?.members;
    let Value::Object(members) = Value::parse(core::str::from_utf8(object).ok()?, &Limits::NONE)? else {
        return None;
    };
    let mut members = members.into_iter();
    let (_, Value::String(tag)) = members.next()? else { return None };
    let (start, body): (Vec<_>, Vec<_>) = members.partition(|(name, _)| own.iter().any(|member| member.name == *name));
    Some(Decoded {
        message: find_message(schema, envelope, &tag)?,
        tag,
        envelope: Value::Object(start),
        body: Value::Object(body),
    })
}

fn members_of(value: &Value) -> &[(String, Value)] {
    match value {
        Value::Object(members) => members,
        _ => &[],
    }
}
