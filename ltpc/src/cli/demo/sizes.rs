//! What messages and their payloads take on the wire, and what an encoding saves.

use ltp_runtime::{
    codec::{self, Decoded, Value},
    schema::{EncodingMember, Schema, Type},
};
use ltpc::interpret::form;

/// A message as it goes over the wire.
pub fn wire(schema: &Schema, message: &Decoded) -> String {
    let mut text = Vec::new();
    codec::encode(schema, message, &mut text);
    String::from_utf8(text).unwrap_or_default()
}

/// The body of a message as it stands on the wire; of a flat message, all but its tag; of framed text, as JSON.
pub fn body(schema: &Schema, message: &Decoded) -> Value {
    let declared = &schema.messages[message.message];
    let envelope = &schema.envelopes[declared.envelope as usize];
    let text = if schema.framing.is_some() {
        form::json(schema, message)
    } else {
        wire(schema, message)
    };
    let Some(Value::Object(members)) = Value::parse(&text, &schema.limits) else {
        return Value::Null;
    };
    match &envelope.body {
        Some(body) => members
            .into_iter()
            .find(|(name, _)| *name == body.name)
            .map_or(Value::Null, |(_, value)| value),
        None => Value::Object(members.into_iter().filter(|(name, _)| *name != envelope.tag).collect()),
    }
}

/// A value's text.
pub fn text(value: &Value) -> String {
    let mut out = Vec::new();
    value.write(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// What an encoding makes of a payload.
pub struct Encoded {
    /// Its name.
    pub name: String,
    /// Octets of the payload on the wire, with the quotes and escapes of the string that it is.
    pub octets: usize,
    /// Octets of the same as JSON.
    pub as_json: usize,
}

/// What its encoding makes of a message's payload; `None` if it has none.
pub fn encoded(schema: &Schema, message: &Decoded) -> Option<Encoded> {
    let (payload, member) = encoding(schema, message)?;
    let mut plain = message.clone();
    let holder = if member.in_envelope { &mut plain.envelope } else { &mut plain.body };
    let Value::Object(members) = holder else { return None };
    let at = members.iter().position(|(name, _)| *name == member.name)?;
    let (_, Value::String(name)) = members.remove(at) else {
        return None;
    };
    let octets = |message: &Decoded| Some(text(body(schema, message).get(payload)?).len());
    (name != "json").then_some(Encoded {
        name,
        octets: octets(message)?,
        as_json: octets(&plain)?,
    })
}

/// The payload of the message, and the member that names its encoding.
fn encoding<'s>(schema: &'s Schema, message: &Decoded) -> Option<(&'s str, &'s EncodingMember)> {
    let body = schema.messages.get(message.message)?.body;
    let Type::Record(record) = schema.types.get(body as usize)? else {
        return None;
    };
    record
        .members
        .iter()
        .find_map(|member| match schema.types.get(member.ty as usize)? {
            Type::Payload(payload) => Some((&*member.name, payload.encoding.as_ref()?)),
            _ => None,
        })
}
