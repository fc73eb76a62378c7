//! Messages as a reader wants to see them, and back.

use std::{fmt, sync::Arc};

use ltp_runtime::{
    codec::{self, Decoded, Rule, Value, Violation},
    schema::{Member, Presence, Schema, Type, TypeId},
    text::Splitter,
};

use super::{Draft, Tables, constant::text_of, draft::tag_member, text};
use crate::model::{MessageId, Model};

/// How lines of text become messages of a model, or values of one of its types.
#[derive(Debug)]
pub struct Form {
    model: Arc<Model>,
    tables: Tables,
    of: Of,
}

#[derive(Debug, Clone, Copy)]
enum Of {
    AnyMessage,
    Message(usize),
    Type(TypeId),
}

/// Everything that is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub Vec<Violation>);

/// There is no message and no type of that name; says which messages there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoName {
    wanted: String,
    messages: Vec<String>,
}

impl Form {
    /// Any message, or what is named: a message, else a type.
    ///
    /// # Errors
    /// If nothing has that name.
    pub fn new(model: Arc<Model>, name: Option<&str>) -> Result<Self, NoName> {
        let tables = Tables::new(&model);
        let message = |name: &str| model.messages.iter().position(|message| message.decl.name == name);
        let of = match name {
            None => Some(Of::AnyMessage),
            Some(name) => message(name).map(Of::Message).or_else(|| tables.named(&model, name).map(Of::Type)),
        };
        match of {
            Some(of) => Ok(Self { model, tables, of }),
            None => Err(NoName {
                wanted: name.unwrap_or_default().to_owned(),
                messages: model.messages.iter().map(|message| message.decl.name.clone()).collect(),
            }),
        }
    }

    /// The most octets of a text.
    #[must_use]
    pub fn most(&self) -> usize {
        self.tables.schema.limits.message
    }

    /// What cuts a stream into messages, if they are framed text.
    #[must_use]
    pub fn splitter(&self) -> Option<Splitter> {
        let framing = self.tables.schema.framing.as_ref().filter(|_| !matches!(self.of, Of::Type(_)))?;
        Some(Splitter::new(framing.clone(), self.most()))
    }

    /// What is said of a text of more octets.
    #[must_use]
    pub fn too_long(&self, octets: u64) -> Refused {
        too_long(octets, self.most())
    }

    /// What was sent, as JSON in which payloads stand as JSON.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self, wire: &[u8]) -> Result<String, Refused> {
        let schema = &self.tables.schema;
        if let Of::Type(ty) = self.of {
            return self.value(ty, wire);
        }
        let message = codec::decode(schema, wire).map_err(|refusal| Refused(refusal.violations))?;
        self.is_wanted(message.message, &message.tag)?;
        Ok(json(schema, &message))
    }

    /// What is to be sent, from JSON in which payloads stand as JSON; defaults are filled in.
    ///
    /// # Errors
    /// Everything for which a receiver would refuse it.
    pub fn write(&self, json: &[u8]) -> Result<String, Refused> {
        let schema = &self.tables.schema;
        if let Of::Type(ty) = self.of {
            return self.value(ty, json);
        }
        let draft = Draft::parse(schema, json).map_err(Refused)?;
        self.is_wanted(draft.message, &draft.tag)?;
        let mut text = Vec::new();
        codec::encode(schema, &draft.filled(&self.model), &mut text);
        match codec::explain(schema, &text) {
            violations if violations.is_empty() => Ok(String::from_utf8(text).unwrap_or_default()),
            // Where it would stand in framed text says nothing of where it stands here.
            violations => Err(Refused(
                violations
                    .into_iter()
                    .map(|violation| Violation {
                        position: None,
                        ..violation
                    })
                    .collect(),
            )),
        }
    }

    fn value(&self, ty: TypeId, json: &[u8]) -> Result<String, Refused> {
        let value = codec::decode_value(&self.tables.schema, ty, json).map_err(Refused)?;
        let mut text = Vec::new();
        codec::encode_value(&self.tables.schema, ty, &value, &mut text);
        Ok(String::from_utf8(text).unwrap_or_default())
    }

    fn is_wanted(&self, message: usize, tag: &str) -> Result<(), Refused> {
        match self.of {
            Of::Message(wanted) if wanted != message => {
                let wanted = MessageId(u32::try_from(wanted).unwrap_or(u32::MAX));
                Err(Refused(vec![another(&self.model, wanted, message, tag)]))
            }
            _ => Ok(()),
        }
    }
}

/// What is wrong with a message that is another than is wanted.
pub(super) fn another(model: &Model, wanted: MessageId, message: usize, tag: &str) -> Violation {
    let declared = &model.messages[message];
    Violation {
        pointer: match model[declared.envelope].tag.as_str() {
            "" => "(tag)".to_owned(),
            tag => format!("/{tag}"),
        },
        rule: Rule::OneOf,
        expected: format!("the message {}", model[wanted].decl.name).into(),
        actual: format!("{tag:?}, the message {}", declared.decl.name),
        position: None,
    }
}

/// What is said of a text of more octets than are read.
#[must_use]
pub fn too_long(octets: u64, most: usize) -> Refused {
    Refused(text::oversized(octets, most).violations)
}

impl fmt::Display for NoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no message or type `{}`: there is {}", self.wanted, self.messages.join(", "))
    }
}

impl std::error::Error for NoName {}

/// A message as JSON in which payloads stand as JSON, whatever their encoding on the wire: what [`super::Draft`] reads. What equals
/// its default is left out where the wire leaves it out.
#[must_use]
pub fn json(schema: &Schema, message: &Decoded) -> String {
    let declared = &schema.messages[message.message];
    let envelope = &schema.envelopes[declared.envelope as usize];
    let mut members = vec![(tag_member(envelope).to_owned(), Value::String(message.tag.clone()))];
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
