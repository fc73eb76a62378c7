//! Reading payloads: a sibling says what they are, another member how they are encoded.

use alloc::{borrow::Cow, format};

use super::{
    super::{
        Reader, Rule,
        tape::{NodeId, Shape, Tape},
        toon,
        value::Value,
    },
    Walk, findings, get,
    members::{Sorted, written},
    words,
};
use crate::schema::{EncodingMember, Limits, Member, Payload, Presence, Schema, Type, TypeId};

/// The members among which a payload stands.
pub(super) struct Siblings<'t, 'a, 's> {
    pub tape: &'t Tape<'a>,
    pub sorted: &'t Sorted<'a>,
    /// The place of the first.
    pub first: usize,
    pub members: &'s [Member],
}

/// How a payload is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Json,
    Toon,
    /// By a name that this runtime does not know, or that could not be read: nothing is said of the payload.
    Unknown,
}

impl Encoding {
    /// The encoding of that name; absent means JSON.
    pub fn named(name: Option<&str>) -> Self {
        match name {
            None | Some("json") => Self::Json,
            Some("toon") => Self::Toon,
            Some(_) => Self::Unknown,
        }
    }
}

impl<'s> Siblings<'_, '_, 's> {
    fn member(&self, name: &str) -> Option<(&'s Member, Option<NodeId>)> {
        let index = self.members.iter().position(|member| member.name == name)?;
        self.members.get(index).zip(self.sorted.places.get(self.first + index).copied())
    }
}

impl<'s> Walk<'s> {
    /// The payload that a type is, and whether it may be `null` instead.
    pub(super) fn payload_of(&self, ty: TypeId) -> Option<(&'s Payload, bool)> {
        payload_of(self.schema, ty)
    }

    /// Reads a member that is a payload; its name stands at `name`.
    pub(super) fn payload(&mut self, member: &'s Member, name: NodeId, siblings: &Siblings<'_, '_, 's>) -> Value {
        let tape = siblings.tape;
        let Some((payload, nullable)) = self.payload_of(member.ty) else {
            return Value::Null;
        };
        let kind = siblings
            .member(&payload.kind)
            .and_then(|(member, found)| Some((member, found, text(tape, member, found)?)));
        let known = kind
            .as_ref()
            .and_then(|(.., kind)| payload.kinds.iter().find(|(text, _)| text == kind));
        if let (Some((member, found, kind)), None, false) = (&kind, known, payload.open) {
            let expected = words::one_of(payload.kinds.iter().map(|(text, _)| &**text));
            self.findings
                .note_at(&written(tape, member, *found), Rule::OneOf, expected, &words::quoted(kind));
        }
        let encoding = self.encoding(payload.encoding.as_ref(), siblings);
        let mark = self.findings.enter(&written(tape, member, Some(name)));
        let node = name + 1;
        let value = match (known, encoding) {
            _ if nullable && tape.node(node).shape == Shape::Null => Value::Null,
            (Some((_, ty)), Encoding::Json) => self.value(tape, node, *ty),
            (Some((_, ty)), Encoding::Toon) => self.toon(tape, node, *ty),
            (None, Encoding::Toon) if kind.is_some() => match tape.as_string(node) {
                Some(document) => Value::String(document.into_owned()),
                None => self.no_document(tape, node),
            },
            _ => self.raw(tape, node),
        };
        self.findings.leave(mark);
        value
    }

    fn encoding(&self, named: Option<&EncodingMember>, siblings: &Siblings<'_, '_, 's>) -> Encoding {
        match named {
            None => Encoding::Json,
            Some(named) if named.in_envelope => {
                let found = self.encodings.iter().find(|(name, _)| **name == named.name);
                found.map_or(Encoding::Json, |(_, encoding)| *encoding)
            }
            Some(named) => match siblings.member(&named.name) {
                Some((member, found)) => encoding_of(siblings.tape, member, found),
                None => Encoding::Json,
            },
        }
    }

    /// Reads a string that holds a TOON document.
    fn toon(&mut self, tape: &Tape<'_>, node: NodeId, ty: TypeId) -> Value {
        let Some(document) = tape.as_string(node) else {
            return self.no_document(tape, node);
        };
        let limits = &self.schema.limits;
        let list = matches!(get(&self.schema.types, ty), Some(Type::List(_)));
        let deepest = limits.depth().saturating_sub(self.findings.depth());
        let json = if list {
            toon::list_to_json(&document, deepest, limits.message)
        } else {
            toon::to_json(&document, deepest, limits.message)
        };
        let json = match json {
            Ok(json) => json,
            Err(toon::Wrong::Size) => {
                self.findings
                    .note(Rule::Size, format!("at most {} octets as JSON", limits.message), tape.raw(node));
                return Value::Null;
            }
            Err(toon::Wrong::Depth) => {
                self.findings.note(
                    Rule::Depth,
                    format!("at most {} nested objects and lists", limits.depth()),
                    tape.raw(node),
                );
                return Value::Null;
            }
            Err(toon::Wrong::Text { line }) => {
                let actual = document.lines().nth(line.saturating_sub(1)).unwrap_or_default();
                self.findings.note(Rule::Encoding, format!("a TOON document (line {line})"), actual);
                return Value::Null;
            }
        };
        match Tape::parse(&json, limits, self.findings.depth()) {
            Ok(tape) => self.value(&tape, Tape::ROOT, ty),
            Err(refused) => {
                let (expected, actual) = findings::unreadable(refused, json.as_bytes(), limits);
                self.findings.note(refused.rule, expected, &actual);
                Value::Null
            }
        }
    }

    fn no_document(&mut self, tape: &Tape<'_>, node: NodeId) -> Value {
        self.findings
            .note(Rule::Type, "a string that holds a TOON document", tape.raw(node));
        self.audit(tape, node);
        Value::Null
    }
}

/// The encoding that a member names.
pub(super) fn encoding_of(tape: &Tape<'_>, member: &Member, found: Option<NodeId>) -> Encoding {
    match found {
        Some(name) => match tape.as_string(name + 1) {
            Some(text) => Encoding::named(Some(&text)),
            None if tape.node(name + 1).shape == Shape::Null => Encoding::Json,
            None => Encoding::Unknown,
        },
        None => Encoding::named(text(tape, member, None).as_deref()),
    }
}

/// The text of a member, or of its default.
fn text<'t>(tape: &Tape<'t>, member: &'t Member, found: Option<NodeId>) -> Option<Cow<'t, str>> {
    match (found, &member.presence) {
        (Some(name), _) => tape.as_string(name + 1),
        (None, Presence::Default { value, .. }) => default_text(value),
        (None, _) => None,
    }
}

/// The text that a default is.
pub(super) fn default_text(json: &str) -> Option<Cow<'_, str>> {
    Reader::within(json, &Limits::NONE, 0).string().ok()
}

/// The payload that a type is, and whether it may be `null` instead.
pub(super) fn payload_of(schema: &Schema, ty: TypeId) -> Option<(&Payload, bool)> {
    match get(&schema.types, ty)? {
        Type::Payload(payload) => Some((payload, false)),
        Type::Nullable(inner) => payload_of(schema, *inner).map(|(payload, _)| (payload, true)),
        _ => None,
    }
}
