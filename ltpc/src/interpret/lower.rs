//! A model as the tables that the table-driven walk reads.

mod framing;
mod ids;

use std::borrow::Cow;

use ltp_runtime::schema::{self, Schema, TypeId};

use ids::Ids;

use super::constant;
use crate::{
    model::{self, EnvelopeId, MessageBody, Model, PayloadsId, RecordId, TypeKind},
    pattern,
};

/// The tables of a model: every message, every named type, and the types of session variables.
#[must_use]
pub fn lower(model: &Model) -> Schema {
    Tables::new(model).schema
}

/// A schema with the way from a type of the model to its entry.
#[derive(Debug, Clone)]
pub struct Tables {
    /// The tables.
    pub schema: Schema,
    ids: Ids,
}

impl Tables {
    /// Lowers a model.
    #[must_use]
    pub fn new(model: &Model) -> Self {
        let mut lowering = Lowering::new(model);
        lowering.named();
        lowering.sessions();
        let envelopes: Vec<_> = model.envelopes.iter().map(|envelope| lowering.envelope(envelope)).collect();
        let messages: Vec<_> = model.messages.iter().map(|message| lowering.message(message)).collect();
        Self {
            schema: Schema {
                limits: limits(&model.limits),
                types: lowering.types.into(),
                envelopes: envelopes.into(),
                messages: messages.into(),
                framing: model.framing().map(|framing| framing::lower(model, framing)),
            },
            ids: lowering.ids,
        }
    }

    /// The entry of a type that stands outside of a record: a named type, a payload kind's, an option's or a variable's.
    #[must_use]
    pub fn type_id(&self, ty: &model::Type) -> Option<TypeId> {
        self.ids.find(ty, None)
    }

    /// The entry of a record.
    #[must_use]
    pub fn record_id(&self, record: RecordId) -> TypeId {
        record.0
    }

    /// The entry of a named type, if the model declares one of that name in its own file: a scalar, record, enum or union.
    #[must_use]
    pub fn named(&self, model: &Model, name: &str) -> Option<TypeId> {
        let is = |decl: &model::Decl| decl.module.0 == 0 && decl.name == name;
        let at = |first: TypeId, index: usize| Some(first + id(index));
        if let Some(index) = model.records.iter().position(|record| is(&record.decl)) {
            return at(0, index);
        }
        if let Some(index) = model.enums.iter().position(|declared| is(&declared.decl)) {
            return at(self.ids.enums, index);
        }
        if let Some(index) = model.unions.iter().position(|union| is(&union.decl)) {
            return at(self.ids.unions, index);
        }
        let scalar = model.scalars.iter().find(|scalar| is(&scalar.decl))?;
        self.type_id(&scalar.ty)
    }
}

struct Lowering<'m> {
    model: &'m Model,
    types: Vec<schema::Type>,
    ids: Ids,
}

impl<'m> Lowering<'m> {
    fn new(model: &'m Model) -> Self {
        let enums = id(model.records.len());
        let unions = enums + id(model.enums.len());
        let kinds = unions + id(model.unions.len());
        let named = kinds as usize + model.payloads.len();
        Self {
            model,
            types: vec![schema::Type::Bool; named],
            ids: Ids::after(enums, unions, kinds),
        }
    }

    /// Fills the entries of named types.
    fn named(&mut self) {
        let model = self.model;
        for (index, record) in model.records.iter().enumerate() {
            let within = Some(RecordId(id(index)));
            let members: Vec<_> = record.members.iter().map(|member| self.member(member, within)).collect();
            let record = schema::Record {
                name: name(&record.decl),
                members: members.into(),
                open: record.open,
            };
            self.types[index] = schema::Type::Record(record);
        }
        for (index, declared) in model.enums.iter().enumerate() {
            let variants = declared.variants.iter().map(|variant| text(&variant.wire)).collect();
            self.types[self.ids.enums as usize + index] = enumeration(&declared.decl, variants, declared.open);
        }
        for (index, union) in model.unions.iter().enumerate() {
            let variants: Vec<_> = union.cases.iter().map(|case| (text(&case.wire), self.ty(&case.ty, None))).collect();
            self.types[self.ids.unions as usize + index] = schema::Type::Union(schema::Union {
                name: name(&union.decl),
                tag: text(&union.tag),
                variants: variants.into(),
                open: union.open,
            });
        }
        for (index, set) in model.payloads.iter().enumerate() {
            let kinds = set.kinds.iter().map(|kind| text(&kind.wire)).collect();
            self.types[self.ids.kinds as usize + index] = enumeration(&set.decl, kinds, set.open);
            for kind in &set.kinds {
                self.ty(&kind.ty, None);
            }
        }
        for scalar in &model.scalars {
            self.ty(&scalar.ty, None);
        }
    }

    /// Adds what digests are computed from, and what sessions keep: their values are read and checked as those of messages are.
    fn sessions(&mut self) {
        let model = self.model;
        for digest in &model.digests {
            self.ty(&list_of(digest.record), None);
        }
        for role in model.sessions.iter().flat_map(|session| &session.roles) {
            let of_states = role.states.iter().flat_map(|state| &state.vars);
            for var in role.options.iter().chain(&role.vars).chain(&role.persists).chain(of_states) {
                self.ty(&var.ty, None);
            }
        }
    }

    fn ty(&mut self, ty: &model::Type, within: Option<RecordId>) -> TypeId {
        // Only payloads, and what holds them, depend on where they stand.
        let within = within.filter(|_| holds_payload(ty));
        if let Some(id) = self.ids.find(ty, within) {
            return id;
        }
        let lowered = if ty.nullable {
            schema::Type::Nullable(self.ty(
                &model::Type {
                    nullable: false,
                    ..ty.clone()
                },
                within,
            ))
        } else {
            self.bare(&ty.kind, within)
        };
        let id = id(self.types.len());
        self.types.push(lowered);
        self.ids.note(ty, within, id);
        id
    }

    fn bare(&mut self, kind: &TypeKind, within: Option<RecordId>) -> schema::Type {
        match kind {
            TypeKind::Bool => schema::Type::Bool,
            TypeKind::Int(set) => schema::Type::Int(set.clone().into()),
            TypeKind::Uint(set) => schema::Type::Uint(set.clone().into()),
            TypeKind::Float(set) => schema::Type::Float(set.iter().map(float_range).collect()),
            TypeKind::String(set) => schema::Type::String(string_set(set)),
            TypeKind::Uuid => schema::Type::String(formatted(schema::Format::Uuid)),
            TypeKind::Datetime => schema::Type::String(formatted(schema::Format::Datetime)),
            TypeKind::Json => schema::Type::Json,
            TypeKind::Object => schema::Type::Object,
            TypeKind::List { item, length, toon_key } => schema::Type::List(schema::List {
                item: self.ty(item, within),
                length: *length,
                toon_key: toon_key.as_deref().map(text),
            }),
            TypeKind::Map { value, length } => schema::Type::Map(schema::List {
                item: self.ty(value, within),
                length: *length,
                toon_key: None,
            }),
            // Their entries stand first: `Ids::find` has given them.
            TypeKind::Record(_) | TypeKind::Enum(_) | TypeKind::Union(_) | TypeKind::PayloadKind(_) => schema::Type::Json,
            TypeKind::Payload { set, kind, encoding } => self.payload(*set, kind, encoding.as_ref(), within),
            // Milliseconds.
            TypeKind::Duration | TypeKind::Instant => schema::Type::Uint(Cow::Borrowed(&[])),
        }
    }

    fn payload(
        &mut self,
        set: PayloadsId,
        kind: &str,
        encoding: Option<&model::types::Encoding>,
        within: Option<RecordId>,
    ) -> schema::Type {
        let model = self.model;
        let siblings = within.map_or(&[][..], |record| &model[record].members);
        let set = &model[set];
        let kinds: Vec<_> = set.kinds.iter().map(|kind| (text(&kind.wire), self.ty(&kind.ty, None))).collect();
        let encoding = encoding.map(|encoding| {
            let members = if encoding.in_envelope {
                envelope_members(model, within)
            } else {
                siblings
            };
            schema::EncodingMember {
                name: text(wire(members, &encoding.member)),
                in_envelope: encoding.in_envelope,
            }
        });
        schema::Type::Payload(schema::Payload {
            kind: text(wire(siblings, kind)),
            kinds: kinds.into(),
            open: set.open,
            encoding,
        })
    }

    fn member(&mut self, member: &model::Member, within: Option<RecordId>) -> schema::Member {
        let presence = match &member.presence {
            model::Presence::Required { .. } => schema::Presence::Required,
            model::Presence::Optional => schema::Presence::Optional,
            model::Presence::Default { value, always } => schema::Presence::Default {
                value: constant::json(self.model, value, &member.ty).into(),
                always: *always,
            },
        };
        schema::Member {
            name: text(&member.wire),
            accepts: member.accepts.iter().map(|name| text(name)).collect(),
            ty: self.ty(&member.ty, within),
            presence,
        }
    }

    fn envelope(&mut self, envelope: &model::Envelope) -> schema::Envelope {
        let members: Vec<_> = envelope.members.iter().map(|member| self.member(member, None)).collect();
        schema::Envelope {
            name: name(&envelope.decl),
            tag: text(&envelope.tag),
            members: members.into(),
            body: envelope.body.as_ref().map(|body| schema::Body {
                name: text(&body.wire),
                position: body.position,
                optional: body.optional,
            }),
        }
    }

    fn message(&mut self, message: &model::Message) -> schema::Message {
        let tag = match &message.tag {
            model::Tag::Text(tag) => schema::Tag::Text(text(tag)),
            model::Tag::Scalar { scalar, .. } => {
                let source = match &self.model[*scalar].ty.kind {
                    TypeKind::String(set) => set.pattern.as_deref(),
                    _ => None,
                };
                schema::Tag::Pattern(automaton(source.unwrap_or(ANY)))
            }
        };
        let body = match message.body {
            MessageBody::Record(record) => record.0,
            MessageBody::Object => self.ty(&OBJECT, None),
        };
        let EnvelopeId(envelope) = message.envelope;
        schema::Message {
            name: name(&message.decl),
            tag,
            envelope,
            body,
            accepts_flat: message.accepts_flat,
        }
    }
}

/// The type of lists of a record.
pub(super) fn list_of(record: RecordId) -> model::Type {
    let plain = |kind| model::Type {
        kind,
        nullable: false,
        scalar: None,
    };
    plain(TypeKind::List {
        item: Box::new(plain(TypeKind::Record(record))),
        length: None,
        toon_key: None,
    })
}

/// The type of a body that is any object.
const OBJECT: model::Type = model::Type {
    kind: TypeKind::Object,
    nullable: false,
    scalar: None,
};
/// The pattern of a scalar without one.
const ANY: &str = ".*";

fn holds_payload(ty: &model::Type) -> bool {
    match &ty.kind {
        TypeKind::Payload { .. } => true,
        TypeKind::List { item: inner, .. } | TypeKind::Map { value: inner, .. } => holds_payload(inner),
        _ => false,
    }
}

/// The members of the envelope that carries the record as a message's body.
fn envelope_members(model: &Model, body: Option<RecordId>) -> &[model::Member] {
    let carries = |message: &&model::Message| body.is_some_and(|body| message.body == MessageBody::Record(body));
    model
        .messages
        .iter()
        .find(carries)
        .map_or(&[], |message| &model[message.envelope].members)
}

fn wire<'n>(members: &'n [model::Member], name: &'n str) -> &'n str {
    members
        .iter()
        .find(|member| member.name == name)
        .map_or(name, |member| &member.wire)
}

fn limits(limits: &model::Limits) -> schema::Limits {
    let size = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    schema::Limits {
        message: size(limits.message),
        depth: size(limits.depth),
        string: size(limits.string),
        list: size(limits.list),
        members: size(limits.members),
    }
}

fn string_set(set: &model::StringSet) -> schema::StringSet {
    schema::StringSet {
        length: set.length,
        one_of: set.one_of.iter().map(|one| text(one)).collect(),
        pattern: set.pattern.as_deref().map(automaton),
        format: None,
    }
}

fn formatted(format: schema::Format) -> schema::StringSet {
    schema::StringSet {
        format: Some(format),
        ..schema::StringSet::default()
    }
}

fn float_range(range: &model::FloatRange) -> schema::FloatRange {
    schema::FloatRange {
        start: range.start,
        end: range.end,
        end_included: range.end_included,
    }
}

fn enumeration(decl: &model::Decl, variants: Vec<Cow<'static, str>>, open: bool) -> schema::Type {
    schema::Type::Enum(schema::Enum {
        name: name(decl),
        variants: variants.into(),
        open,
    })
}

fn name(decl: &model::Decl) -> Cow<'static, str> {
    text(&decl.name)
}

fn text(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

/// A model has at most 2^32 of anything: each takes several octets of source.
fn id(index: usize) -> TypeId {
    u32::try_from(index).unwrap_or(TypeId::MAX)
}

/// The automaton of a pattern; resolution has refused those that have none.
fn automaton(source: &str) -> schema::Pattern {
    let table = pattern::parse(source).ok().and_then(|pattern| pattern.table().ok());
    table.unwrap_or(schema::Pattern {
        source: text(source),
        classes: Cow::Borrowed(&[0; 256]),
        next: Cow::Borrowed(&[0; 2]),
        stride: 1,
        accepting: Cow::Borrowed(&[false; 2]),
    })
}
