//! Framed messages as JSON objects, as what is no text yet is judged: the tag first, under the empty name, then the members of the
//! start line, the headers and the body by their wire names.

use alloc::vec::Vec;

use super::{check, encode};
use crate::{
    codec::{Decoded, Value, Violation, find_message},
    schema::Schema,
};

/// Appends the framed text of an object.
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
    let Value::Object(members) = Value::of_written(core::str::from_utf8(object).ok()?)? else {
        return None;
    };
    let mut members = members.into_iter();
    let (_, Value::String(tag)) = members.next()? else { return None };
    // The start line's members stand first; an unknown header may have the name of one.
    let mut open: Vec<&str> = own.iter().map(|member| &*member.name).collect();
    let (start, body): (Vec<_>, Vec<_>) = members.partition(|(name, _)| {
        let place = open.iter().position(|open| open == name);
        place.map(|place| open.swap_remove(place)).is_some()
    });
    Some(Decoded {
        message: find_message(schema, envelope, &tag)?,
        tag,
        envelope: Value::Object(start),
        body: Value::Object(body),
    })
}
