//! Reading a message: the tag names it, the envelope holds it.

use alloc::{borrow::Cow, format, string::ToString, vec::Vec};

use super::{
    super::{
        Rule,
        tape::{NodeId, Shape, Tape},
        value::{Decoded, Value},
    },
    Walk, get,
    members::{BODY, DECLARED, Names, Sorted},
    payload::{Encoding, encoding_of},
    words,
};
use crate::schema::{Body, Envelope, Message, Presence, Record, Schema, Tag, Type};

/// The message that a tag's text names in an envelope whose tag member has that name.
pub(crate) fn find(schema: &Schema, member: &str, tag: &str) -> Option<usize> {
    find_where(schema, tag, |message| {
        get(&schema.envelopes, message.envelope).is_some_and(|envelope| envelope.tag == member)
    })
}

/// The message that a tag's text names in one envelope.
pub(crate) fn find_message(schema: &Schema, envelope: u32, tag: &str) -> Option<usize> {
    find_where(schema, tag, |message| message.envelope == envelope)
}

fn find_where(schema: &Schema, tag: &str, fits: impl Fn(&Message) -> bool) -> Option<usize> {
    let named = schema
        .messages
        .iter()
        .position(|message| matches!(&message.tag, Tag::Text(text) if text == tag) && fits(message));
    named.or_else(|| {
        schema
            .messages
            .iter()
            .position(|message| matches!(&message.tag, Tag::Pattern(pattern) if pattern.matches(tag)) && fits(message))
    })
}

/// The names of the tag members of all envelopes, each once; framed text has none.
pub(crate) fn tag_names(schema: &Schema) -> impl Iterator<Item = &str> {
    let envelopes = &schema.envelopes;
    let first = |(index, envelope): &(usize, &Envelope)| {
        !envelope.tag.is_empty() && !envelopes.iter().take(*index).any(|other| other.tag == envelope.tag)
    };
    envelopes.iter().enumerate().filter(first).map(|(_, envelope)| &*envelope.tag)
}

impl<'s> Walk<'s> {
    /// Reads a message; what it gives back counts only if nothing was noted.
    pub(super) fn message(&mut self, tape: &Tape<'_>) -> Option<Decoded> {
        let root = Tape::ROOT;
        if tape.node(root).shape != Shape::Object {
            self.findings.note(Rule::Type, "an object", tape.raw(root));
            self.audit(tape, root);
            return None;
        }
        let Some((index, tag)) = self.which(tape) else {
            self.audit(tape, root);
            return None;
        };
        let message = self.schema.messages.get(index)?;
        let envelope = get(&self.schema.envelopes, message.envelope)?;
        let (envelope, body) = self.carried(tape, message, envelope)?;
        Some(Decoded {
            message: index,
            tag: tag.into_owned(),
            envelope,
            body,
        })
    }

    /// Which message it is, and what the tag says.
    fn which<'a>(&mut self, tape: &Tape<'a>) -> Option<(usize, Cow<'a, str>)> {
        if !self.few_enough_members(tape) {
            return None;
        }
        let stands = |name: &&str| tape.members(Tape::ROOT).any(|member| tape.string(member) == *name);
        let standing: Vec<&str> = tag_names(self.schema).filter(stands).collect();
        for name in &standing {
            let tag = tape
                .members(Tape::ROOT)
                .find(|member| tape.string(*member) == *name)
                .and_then(|member| tape.as_string(member + 1));
            if let Some(tag) = tag
                && tag.len() <= self.schema.limits.string
                && let Some(message) = find(self.schema, name, &tag)
            {
                return Some((message, tag));
            }
        }
        let name = standing
            .first()
            .copied()
            .or_else(|| tag_names(self.schema).next())
            .unwrap_or_default();
        if let Some(tag) = self.tag(tape, Tape::ROOT, name, || words::tags(self.schema, None)) {
            self.findings
                .note_at(name, Rule::UnknownTag, words::tags(self.schema, None), &words::quoted(&tag));
        }
        None
    }

    /// Whether the message's object can be looked at; if not, its audit says so.
    fn few_enough_members(&self, tape: &Tape<'_>) -> bool {
        tape.node(Tape::ROOT).count as usize <= self.schema.limits.members
    }

    /// Reads the envelope's members and the body.
    fn carried(&mut self, tape: &Tape<'_>, message: &'s Message, envelope: &'s Envelope) -> Option<(Value, Value)> {
        let record = match get(&self.schema.types, message.body) {
            Some(Type::Record(record)) => Some(record),
            _ => None,
        };
        let body_name = envelope.body.as_ref().map(|body| &*body.name);
        let stands = |name| tape.members(Tape::ROOT).any(|member| tape.string(member) == name);
        let beside = match body_name {
            None => true,
            Some(name) => message.accepts_flat && !stands(name),
        };
        let flat: &[_] = if beside {
            record.map_or(&[], |record| &*record.members)
        } else {
            &[]
        };
        let names = Names {
            tag: Some(&envelope.tag),
            body: body_name,
            groups: [&envelope.members, flat],
        };
        let sorted = self.sort(tape, Tape::ROOT, &names)?;

        self.encodings = encodings(self.schema, envelope, tape, &sorted);
        let mut members = Vec::with_capacity(envelope.members.len());
        self.declared(tape, &sorted, DECLARED, &envelope.members, &mut members);
        let body = if beside {
            self.beside(tape, &sorted, message, envelope, record)
        } else {
            self.audit_unknown(tape, &sorted);
            let place = sorted.places.get(BODY).copied().flatten();
            self.inside(tape, place, message, envelope.body.as_ref()?, record)
        };
        Some((Value::Object(members), body))
    }

    /// Reads the body in its member.
    fn inside(&mut self, tape: &Tape<'_>, name: Option<NodeId>, message: &Message, body: &Body, record: Option<&'s Record>) -> Value {
        match name {
            Some(name) => {
                let mark = self.findings.enter(&body.name);
                let value = self.value(tape, name + 1, message.body);
                self.findings.leave(mark);
                value
            }
            None if body.optional && can_be_empty(record) => match Tape::parse("{}", &self.schema.limits, 0) {
                Ok(empty) => self.value(&empty, Tape::ROOT, message.body),
                Err(_) => Value::Raw("{}".to_string()),
            },
            None => {
                self.findings.note_at(&body.name, Rule::Required, "an object", "nothing");
                Value::Null
            }
        }
    }

    /// Reads the body from among the envelope's members.
    fn beside(
        &mut self,
        tape: &Tape<'_>,
        sorted: &Sorted<'_>,
        message: &Message,
        envelope: &Envelope,
        record: Option<&'s Record>,
    ) -> Value {
        let Some(record) = record else {
            return self.rest_as_object(tape, sorted);
        };
        let first = DECLARED + envelope.members.len();
        let some = sorted.places.iter().skip(first).any(Option::is_some);
        if let Some(body) = envelope.body.as_ref().filter(|_| !some && !can_be_empty(Some(record))) {
            // Nothing of the body is there: what is missing is the body, not each of its members.
            self.audit_unknown(tape, sorted);
            let expected = format!("an object (or the members of {} beside the others)", message.name);
            self.findings.note_at(&body.name, Rule::Required, expected, "nothing");
            return Value::Null;
        }
        let mut members = Vec::with_capacity(record.members.len());
        self.declared(tape, sorted, first, &record.members, &mut members);
        self.rest(tape, sorted, record.open, &mut members);
        Value::Object(members)
    }
}

/// Whether a body without members conforms.
fn can_be_empty(record: Option<&Record>) -> bool {
    record.is_none_or(|record| !record.members.iter().any(|member| member.presence == Presence::Required))
}

/// What the envelope's members say of encodings.
fn encodings<'s>(schema: &Schema, envelope: &'s Envelope, tape: &Tape<'_>, sorted: &Sorted<'_>) -> Vec<(&'s str, Encoding)> {
    let is_text = |ty| match get(&schema.types, ty) {
        Some(Type::Nullable(inner)) => matches!(get(&schema.types, *inner), Some(Type::Enum(_) | Type::String(_))),
        Some(Type::Enum(_) | Type::String(_)) => true,
        _ => false,
    };
    let members = envelope.members.iter().enumerate().filter(|(_, member)| is_text(member.ty));
    members
        .map(|(index, member)| {
            let found = sorted.places.get(DECLARED + index).copied().flatten();
            (&*member.name, encoding_of(tape, member, found))
        })
        .collect()
}
