//! What an application asks to send.

use ltp_runtime::{
    codec::{self, Decoded, Rule, Value, Violation},
    schema::{Envelope, Schema, Tag},
};

use super::constant;
use crate::model::{Member, MessageBody, Model};

/// A message that an application asks to send: its body, and what it overrides of the envelope. What it leaves out is filled in
/// by defaults and by the state's stamps.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Which message: an index into the schema's messages.
    pub message: usize,
    /// What the tag says.
    pub tag: String,
    /// The envelope's members that are given; an object.
    pub envelope: Value,
    /// The body; `None` if nothing is said of it.
    pub body: Option<Value>,
}

impl Draft {
    /// Reads the JSON form: the message as it is sent, under the names of the wire, without what is to be filled in. A payload of an
    /// encoding stands as JSON beside the member that names the encoding. Members that the schema does not know are ignored.
    ///
    /// # Errors
    /// If it is no JSON object, or names no message.
    pub fn parse(schema: &Schema, json: &[u8]) -> Result<Self, Vec<Violation>> {
        let Some(members) = object(schema, json) else {
            return Err(refused(schema, json));
        };
        let Some((message, tag)) = named(schema, &members) else {
            return Err(refused(schema, json));
        };
        let envelope = &schema.envelopes[schema.messages[message].envelope as usize];

        let (of_envelope, others): (Vec<_>, Vec<_>) = members
            .into_iter()
            .partition(|(name, _)| envelope.members.iter().any(|member| member.name == *name));
        let body = match &envelope.body {
            Some(body) => others.into_iter().find(|(name, _)| *name == body.name).map(|(_, value)| value),
            None => Some(Value::Object(
                others.into_iter().filter(|(name, _)| name != tag_member(envelope)).collect(),
            )),
        };
        Ok(Self {
            message,
            tag,
            envelope: Value::Object(of_envelope),
            body,
        })
    }

    /// The message, with the defaults of what is left out. It need not conform.
    #[must_use]
    pub fn filled(self, model: &Model) -> Decoded {
        let declared = &model.messages[self.message];
        let envelope = filled(model, &model[declared.envelope].members, self.envelope);
        let given = self.body.unwrap_or(Value::Object(Vec::new()));
        let body = match declared.body {
            MessageBody::Record(record) => filled(model, &model[record].members, given),
            MessageBody::Object => given,
        };
        Decoded {
            message: self.message,
            tag: self.tag,
            envelope,
            body,
        }
    }
}

/// An object with the defaults of members that it leaves out. What is no object stays as it is: the check refuses it.
fn filled(model: &Model, members: &[Member], given: Value) -> Value {
    let Value::Object(mut object) = given else { return given };
    for member in members {
        if !object.iter().any(|(name, _)| *name == member.wire)
            && let Some(default) = constant::default(model, member)
        {
            object.push((member.wire.clone(), default));
        }
    }
    Value::Object(object)
}

/// The member of a draft that names the message. Framed text has none on the wire: its start line names it.
pub(super) fn tag_member(envelope: &Envelope) -> &str {
    match &*envelope.tag {
        "" => "(tag)",
        tag => tag,
    }
}

fn object(schema: &Schema, json: &[u8]) -> Option<Vec<(String, Value)>> {
    match Value::parse(std::str::from_utf8(json).ok()?, &schema.limits)? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// Why a text is no draft. Where messages are JSON, that is why it is no message.
fn refused(schema: &Schema, json: &[u8]) -> Vec<Violation> {
    if schema.framing.is_none() {
        return codec::explain(schema, json);
    }
    let tags = schema.messages.iter().map(|message| match &message.tag {
        Tag::Text(text) => format!("{text:?}"),
        Tag::Pattern(pattern) => format!("text that matches `{}`", pattern.source),
    });
    let expected = format!("an object with \"(tag)\": {}", tags.collect::<Vec<_>>().join(", "));
    let actual = String::from_utf8_lossy(json).chars().take(64).collect();
    vec![Violation {
        pointer: String::new(),
        rule: Rule::Type,
        expected: expected.into(),
        actual,
        position: None,
    }]
}

/// The message that the tag names: by its text before any by its pattern.
fn named(schema: &Schema, members: &[(String, Value)]) -> Option<(usize, String)> {
    let tags = |by_text: bool| {
        schema.messages.iter().enumerate().find_map(|(index, message)| {
            let member = tag_member(&schema.envelopes[message.envelope as usize]);
            let (_, Value::String(tag)) = members.iter().find(|(name, _)| name == member)? else {
                return None;
            };
            let fits = match &message.tag {
                Tag::Text(text) => by_text && text == tag,
                Tag::Pattern(pattern) => !by_text && pattern.matches(tag),
            };
            fits.then(|| (index, tag.clone()))
        })
    };
    tags(true).or_else(|| tags(false))
}
