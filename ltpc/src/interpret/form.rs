//! Messages as a reader wants to see them.

use ltp_runtime::{
    codec::{self, Decoded, Value},
    schema::{Member, Presence, Schema, Type, TypeId},
};

use super::constant::text_of;

/// A message as JSON in which payloads stand as JSON, whatever their encoding on the wire: what [`super::Draft`] reads. What equals
/// its default is left out where the wire leaves it out.
#[must_use]
pub fn json(schema: &Schema, message: &Decoded) -> String {
    let declared = &schema.messages[message.message];
    let envelope = &schema.envelopes[declared.envelope as usize];
    let mut members = vec![(envelope.tag.to_string(), Value::String(message.tag.clone()))];
    members.extend(written(schema, &envelope.members, &message.envelope));
    let body = record(schema, declared.body, &message.body);
    match &envelope.body {
        Some(at) => {
            // Members that stand before the body, and are written.
            let before = envelope.members.iter().take(at.position);
            let place = 1 + before
                .filter(|member| members.iter().skip(1).any(|(name, _)| *name == member.name))
                .count();
            members.insert(place, (at.name.to_string(), body));
        }
        None => match body {
            Value::Object(beside) => members.extend(beside),
            other => return text_of(&other),
        },
    }
    text_of(&Value::Object(members))
}

/// A record's members as they are written, each as raw JSON; a payload as its kind says.
fn record(schema: &Schema, ty: TypeId, value: &Value) -> Value {
    match (schema.types.get(ty as usize), value) {
        (Some(Type::Record(record)), Value::Object(members)) => {
            let unknown = members
                .iter()
                .filter(|(name, _)| !record.members.iter().any(|member| member.name == *name));
            Value::Object(
                written(schema, &record.members, value)
                    .into_iter()
                    .chain(unknown.cloned())
                    .collect(),
            )
        }
        _ => value.clone(),
    }
}

fn written(schema: &Schema, declared: &[Member], object: &Value) -> Vec<(String, Value)> {
    let mut members = Vec::with_capacity(declared.len());
    for member in declared {
        let Some(value) = object.get(&member.name) else { continue };
        let mut out = Vec::new();
        match payload(schema, member.ty, object) {
            Some(Some(kind)) => codec::encode_value(schema, kind, value, &mut out),
            Some(None) => value.write(&mut out),
            None => codec::encode_value(schema, member.ty, value, &mut out),
        }
        let text = String::from_utf8(out).unwrap_or_default();
        let is_default = matches!(&member.presence, Presence::Default { value, always: false } if *value == text);
        if !is_default {
            members.push((member.name.to_string(), Value::Raw(text)));
        }
    }
    members
}

/// Of a payload, the type that its kind says, if it is known.
fn payload(schema: &Schema, ty: TypeId, siblings: &Value) -> Option<Option<TypeId>> {
    match schema.types.get(ty as usize)? {
        Type::Nullable(inner) => payload(schema, *inner, siblings),
        Type::Payload(payload) => {
            let kind = siblings.get(&payload.kind).and_then(Value::as_str);
            Some(payload.kinds.iter().find(|(text, _)| kind == Some(text)).map(|(_, ty)| *ty))
        }
        _ => None,
    }
}
