//! Mappings, run from the model: what generated functions do, over decoded values.

use std::{fmt, sync::Arc};

use ltp_runtime::{
    codec::{self, Decoded, Value, Violation},
    mapping::{self, Context, Lost, Mapped, NotMapped, pointer},
    policy::Memory,
    schema::Schema,
    session::Now,
    text::{self, Splitter},
};

use super::{
    Tables, constant,
    eval::{Came, Scope, Variables},
};
use crate::model::{
    MapRule, MapRuleKind, MapValue, Mapping, Member, Model, Others, Presence, RecordId, Rest, Side, Tag, Taken, Target, TypeKind, Variants,
};

/// What is mapped, and what it becomes.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A message.
    Message(Decoded),
    /// A record, as [`codec::decode_value`] reads it.
    Record(Value),
}

/// A mapping of a model, ready to map.
#[derive(Debug)]
pub struct Mapper {
    model: Arc<Model>,
    tables: Tables,
    mapping: usize,
}

/// There is no such mapping; says which there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoMapping {
    /// What was asked for.
    pub wanted: Option<String>,
    /// What there is.
    pub known: Vec<String>,
}

impl Mapper {
    /// The mapping of that name, `Source -> Target` as the schema writes it; without a name the only one.
    ///
    /// # Errors
    /// If there is none of that name, or several to choose from.
    pub fn new(model: Arc<Model>, name: Option<&str>) -> Result<Self, NoMapping> {
        let words = |name: &str| name.split_whitespace().collect::<String>();
        let named = |name: &str| model.mappings.iter().position(|mapping| words(&mapping.name) == words(name));
        let mapping = match name {
            Some(name) => named(name),
            None => (model.mappings.len() == 1).then_some(0),
        };
        match mapping {
            Some(mapping) => Ok(Self {
                tables: Tables::new(&model),
                model,
                mapping,
            }),
            None => Err(NoMapping {
                wanted: name.map(str::to_owned),
                known: model.mappings.iter().map(|mapping| mapping.name.clone()).collect(),
            }),
        }
    }

    /// What it does.
    #[must_use]
    pub fn mapping(&self) -> &Mapping {
        &self.model.mappings[self.mapping]
    }

    /// The tables by which both sides are read and written.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.tables.schema
    }

    /// Reads a text as what is mapped.
    ///
    /// # Errors
    /// Everything for which it is no such message or record.
    pub fn read(&self, octets: &[u8]) -> Result<Subject, Vec<Violation>> {
        let schema = self.schema();
        match self.mapping().source {
            Side::Record(record) => codec::decode_value(schema, self.tables.record_id(record), octets).map(Subject::Record),
            Side::Message(id) => {
                let message = codec::decode(schema, octets).map_err(|refusal| refusal.violations)?;
                match message.message == id.0 as usize {
                    true => Ok(Subject::Message(message)),
                    false => Err(vec![super::form::another(&self.model, id, message.message, &message.tag)]),
                }
            }
        }
    }

    /// The text of what a mapping gave: a record's is JSON, a message's what is sent.
    #[must_use]
    pub fn write(&self, subject: &Subject) -> Vec<u8> {
        let mut out = Vec::new();
        match subject {
            Subject::Message(message) => codec::encode(self.schema(), message, &mut out),
            Subject::Record(value) => {
                let record = self.mapping().target.record(&self.model);
                codec::encode_value(self.schema(), self.tables.record_id(record), value, &mut out);
            }
        }
        out
    }

    /// What cuts a stream into what is mapped, if that is framed text.
    #[must_use]
    pub fn splitter(&self) -> Option<Splitter> {
        let Side::Message(id) = self.mapping().source else { return None };
        let envelope = self.model[id].envelope.0;
        let framing = self.schema().framing.as_ref().filter(|framing| framing.envelope == envelope)?;
        Some(Splitter::new(framing.clone(), self.schema().limits.message))
    }

    /// What a mapping gave as JSON, whatever its form on the wire.
    #[must_use]
    pub fn json(&self, subject: &Subject) -> String {
        match subject {
            Subject::Message(message) => super::form::json(self.schema(), message),
            Subject::Record(_) => String::from_utf8(self.write(subject)).unwrap_or_default(),
        }
    }

    /// Maps what [`Self::read`] gave. Only a mapping that makes identifiers (`fresh`) draws entropy.
    ///
    /// # Errors
    /// If the source holds what the mapping refuses, or what it becomes does not conform.
    pub fn map(&self, subject: &Subject, context: &mut Context<'_>) -> Result<Mapped<Subject>, NotMapped> {
        let came = match (self.mapping().source, subject) {
            (Side::Record(record), Subject::Record(value)) => Came::Record(record, value.clone()),
            (_, Subject::Message(message)) => Came::Message(message.clone()),
            (_, Subject::Record(_)) => Came::Nothing,
        };
        let run = Run {
            mapper: self,
            model: &self.model,
            mapping: self.mapping(),
            subject,
        };
        let mut scope = Scope {
            model: &self.model,
            program: None,
            variables: &Variables::default(),
            came: &came,
            now: Now {
                ticks: 0,
                unix: context.unix,
            },
            entropy: context.entropy,
            peer: "",
            policy: &mut Memory::default(),
        };
        run.map(&mut scope)
    }
}

/// One mapping of one subject.
struct Run<'r> {
    mapper: &'r Mapper,
    model: &'r Model,
    mapping: &'r Mapping,
    subject: &'r Subject,
}

/// Members of any name, in order.
type Members = Vec<(String, Value)>;

/// What a rule gives its place.
enum Given {
    One(Value),
    Kept(Members),
}

impl Run<'_> {
    fn map(&self, scope: &mut Scope<'_>) -> Result<Mapped<Subject>, NotMapped> {
        let rules = &self.mapping.rules;
        for rule in rules {
            if let MapRuleKind::Refuse { source, reason } = &rule.kind
                && let Some(lost) = self.taken(scope, source, reason).into_iter().next()
            {
                return Err(NotMapped::Refused(lost));
            }
        }
        let mut given = Vec::with_capacity(rules.len());
        for rule in rules {
            given.push(match &rule.kind {
                MapRuleKind::Set { target, value } => Some(self.value(scope, value, target)?),
                _ => None,
            });
        }
        let mut lost = Vec::new();
        for rule in rules {
            if let MapRuleKind::Drop { source, reason } = &rule.kind {
                lost.extend(self.taken(scope, source, reason));
            }
        }
        let message = self.finish(&Made { rules, given: &given }).map_err(NotMapped::Invalid)?;
        Ok(Mapped { message, lost })
    }

    fn value(&self, scope: &mut Scope<'_>, value: &MapValue, target: &Target) -> Result<Given, NotMapped> {
        let value = match value {
            MapValue::Expr(expr) => scope.eval(expr),
            MapValue::Variant { value, by } => {
                let pointer = || self.mapping.source.pointer_of(self.model, value).unwrap_or_default();
                self.variant(&scope.eval(value), by, pointer)?
            }
            MapValue::Rest(rest) => {
                let members = self.rest(rest);
                return Ok(match target {
                    Target { kept: true, .. } => Given::Kept(self.undeclared(target, members)?),
                    // A rest without members is none, where none may stand.
                    _ if members.is_empty() && target.ty.nullable => Given::One(Value::Null),
                    _ => Given::One(Value::Object(members)),
                });
            }
        };
        Ok(if target.kept {
            Given::Kept(self.undeclared(target, members_of(&value))?)
        } else {
            Given::One(value)
        })
    }

    /// Members that are kept, if the target declares none of them.
    fn undeclared(&self, target: &Target, members: Members) -> Result<Members, NotMapped> {
        let Some((record, within)) = self.mapping.keeper(self.model, target) else {
            return Ok(members);
        };
        let names = members.iter().map(|(name, _)| name.as_str());
        let ty = self.mapper.tables.record_id(record);
        match mapping::declared(self.mapper.schema(), ty, within.as_deref(), names) {
            violations if violations.is_empty() => Ok(members),
            violations => Err(NotMapped::Invalid(violations)),
        }
    }

    fn variant(&self, value: &Value, by: &Variants, pointer: impl Fn() -> String) -> Result<Value, NotMapped> {
        let Value::String(text) = value else { return Ok(Value::Null) };
        let listed = self.model[by.from].variants.iter().position(|variant| variant.wire == *text);
        let partner = listed.and_then(|index| by.pairs.get(index).copied().flatten());
        let of = |index: usize| {
            Value::String(
                self.model[by.to]
                    .variants
                    .get(index)
                    .map_or_else(String::new, |variant| variant.wire.clone()),
            )
        };
        match (partner, &by.others) {
            (Some(index), _) => Ok(of(index)),
            (None, Others::Variant(index)) => Ok(of(*index)),
            (None, Others::Refuse(reason)) => Err(NotMapped::Refused(Lost::new(pointer(), reason.clone(), constant::text_of(value)))),
            (None, Others::Keep | Others::None) => Ok(value.clone()),
        }
    }

    /// What a rule takes away, if anything is there.
    fn taken(&self, scope: &mut Scope<'_>, taken: &Taken, reason: &str) -> Vec<Lost> {
        match taken {
            Taken::Place(place, _) => {
                let value = scope.place(place);
                let Some(member) = self.mapping.source.member(self.model, place) else {
                    return Vec::new();
                };
                let pointer = self.mapping.source.pointer(self.model, place);
                let json = self.said(member, &value);
                json.map(|json| Lost::new(pointer, reason.to_owned(), json)).into_iter().collect()
            }
            Taken::Rest(rest) => {
                let within = self.mapping.source.pointer_of_record(self.model, &rest.path);
                let members = self.rest(rest).into_iter();
                members
                    .map(|(name, value)| Lost::new(pointer(within.as_deref(), &name), reason.to_owned(), constant::text_of(&value)))
                    .collect()
            }
        }
    }

    /// A member's value as JSON, if it says anything: if it is neither none nor its default.
    fn said(&self, member: &Member, value: &Value) -> Option<String> {
        if *value == Value::Null {
            return None;
        }
        let mut out = Vec::new();
        match self.mapper.tables.type_id(&member.ty) {
            Some(ty) => codec::encode_value(self.mapper.schema(), ty, value, &mut out),
            None => value.write(&mut out),
        }
        let json = String::from_utf8(out).unwrap_or_default();
        match &member.presence {
            Presence::Default { value: default, .. } if constant::json(self.model, default, &member.ty) == json => None,
            _ => Some(json),
        }
    }

    /// What no other rule names, each value as its JSON.
    fn rest(&self, rest: &Rest) -> Members {
        let body = self.mapping.source.record(self.model);
        let (Some(value), Some(record)) = (self.within(&rest.path), rest.record(self.model, body)) else {
            return Vec::new();
        };
        let declared = &self.model[record].members;
        let named = rest.members.iter().filter_map(|index| {
            let member = declared.get(*index)?;
            let json = self.said(member, value.get(&member.wire)?)?;
            Some((member.wire.clone(), Value::Raw(json)))
        });
        let mut members: Members = named.collect();
        if rest.kept
            && let Value::Object(all) = value
        {
            let kept = all.iter().filter(|(name, _)| !declared.iter().any(|member| member.wire == *name));
            members.extend(kept.cloned());
        }
        members
    }

    /// A record of the body, if it is there.
    fn within(&self, path: &[usize]) -> Option<&Value> {
        let mut value = match self.subject {
            Subject::Message(message) => &message.body,
            Subject::Record(value) => value,
        };
        let mut record = self.mapping.source.record(self.model);
        for index in path {
            let member = self.model[record].members.get(*index)?;
            value = value.get(&member.wire)?;
            record = match member.ty.kind {
                TypeKind::Record(inner) => inner,
                _ => return None,
            };
        }
        Some(value)
    }

    /// What was made, read as a peer would read it: every value in its canonical form.
    fn finish(&self, made: &Made<'_>) -> Result<Subject, Vec<Violation>> {
        let (model, schema) = (self.model, self.mapper.schema());
        let record = self.mapping.target.record(model);
        let (body, _) = made.record(model, record, false, &mut Vec::new());
        let Side::Message(id) = self.mapping.target else {
            let json = constant::text_of(&Value::Object(body));
            let ty = self.mapper.tables.record_id(record);
            return codec::decode_value(schema, ty, json.as_bytes()).map(Subject::Record);
        };
        let message = &model[id];
        let envelope = &model[message.envelope];
        let tag = match &message.tag {
            Tag::Text(tag) => tag.clone(),
            Tag::Scalar { .. } => String::new(),
        };
        let (carrying, _) = made.members(model, &envelope.members, true, &mut Vec::new());
        if envelope.tag.is_empty() {
            return self.framed(Decoded {
                message: id.0 as usize,
                tag,
                envelope: Value::Object(carrying),
                body: Value::Object(body),
            });
        }
        let mut members = vec![(envelope.tag.clone(), Value::String(tag))];
        members.extend(carrying);
        match &envelope.body {
            Some(place) => members.push((place.wire.clone(), Value::Object(body))),
            None => members.extend(body),
        }
        let mut wire = Vec::new();
        Value::Object(members).write(&mut wire);
        let read = codec::decode(schema, &wire).map_err(|refusal| refusal.violations)?;
        Ok(Subject::Message(read))
    }

    /// A framed message, if its text says what it does.
    fn framed(&self, made: Decoded) -> Result<Subject, Vec<Violation>> {
        let schema = self.mapper.schema();
        let violations = text::check(schema, &made);
        if !violations.is_empty() {
            return Err(violations);
        }
        let mut wire = Vec::new();
        text::encode(schema, &made, &mut wire);
        let read = codec::decode(schema, &wire).map_err(|refusal| refusal.violations)?;
        Ok(Subject::Message(read))
    }
}

/// What rules have given.
struct Made<'r> {
    rules: &'r [MapRule],
    given: &'r [Option<Given>],
}

impl Made<'_> {
    /// The value that a rule gave a place, if one did.
    fn at(&self, in_envelope: bool, path: &[usize], kept: bool) -> Option<&Given> {
        let places = self.rules.iter().zip(self.given);
        places.into_iter().find_map(|(rule, given)| match &rule.kind {
            MapRuleKind::Set { target, .. } if target.in_envelope == in_envelope && target.kept == kept && target.path == path => {
                given.as_ref()
            }
            _ => None,
        })
    }

    /// Whether a rule sets something within a place.
    fn is_within(&self, in_envelope: bool, path: &[usize]) -> bool {
        self.rules.iter().any(|rule| match &rule.kind {
            MapRuleKind::Set { target, .. } => target.in_envelope == in_envelope && target.path.starts_with(path),
            _ => false,
        })
    }

    /// A record, and whether anything in it is set.
    fn record(&self, model: &Model, record: RecordId, in_envelope: bool, path: &mut Vec<usize>) -> (Members, bool) {
        let (mut members, mut is_set) = self.members(model, &model[record].members, in_envelope, path);
        if let Some(Given::Kept(kept)) = self.at(in_envelope, path, true) {
            is_set |= !kept.is_empty();
            members.extend(kept.iter().cloned());
        }
        (members, is_set)
    }

    fn members(&self, model: &Model, declared: &[Member], in_envelope: bool, path: &mut Vec<usize>) -> (Members, bool) {
        let (mut members, mut is_set) = (Vec::with_capacity(declared.len()), false);
        for (index, member) in declared.iter().enumerate() {
            path.push(index);
            let may_be_absent = !matches!(member.presence, Presence::Required { .. });
            let value = if let Some(Given::One(value)) = self.at(in_envelope, path, false) {
                is_set |= *value != Value::Null;
                Some(value.clone())
            } else if let TypeKind::Record(inner) = member.ty.kind
                && self.is_within(in_envelope, path)
            {
                let (inner, set) = self.record(model, inner, in_envelope, path);
                is_set |= set;
                let stands = set || !may_be_absent && !member.ty.nullable;
                Some(if stands { Value::Object(inner) } else { Value::Null })
            } else {
                match &member.presence {
                    Presence::Required { default: Some(default) } => Some(constant::value(model, default, &member.ty)),
                    _ => None,
                }
            };
            path.pop();
            if let Some(value) = value.filter(|value| !may_be_absent || *value != Value::Null) {
                members.push((member.wire.clone(), value));
            }
        }
        (members, is_set)
    }
}

/// The members of an object, whichever form it has.
fn members_of(value: &Value) -> Members {
    match value {
        Value::Object(members) => members.clone(),
        Value::Raw(json) => match Value::parse(json, &ltp_runtime::schema::Limits::NONE) {
            Some(Value::Object(members)) => members,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

impl fmt::Display for NoMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.wanted {
            Some(wanted) => write!(f, "no mapping `{wanted}`")?,
            None => f.write_str("a mapping must be named")?,
        }
        match self.known.as_slice() {
            [] => f.write_str(": the schema declares none"),
            known => write!(f, ": there is {}", known.join(", ")),
        }
    }
}

impl std::error::Error for NoMapping {}
