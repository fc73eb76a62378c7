//! From the tables to the plan.

use std::collections::{BTreeMap, BTreeSet};

use ltp_runtime::schema::{Format, Payload, Record, Schema, Type};

use super::{
    make::Viewer,
    plan::{CasePlan, Length, Plan, Range, Step, Word},
};
use crate::{backend::template::Language, naming::Scope};

/// The encoding of what names none.
pub(super) const JSON: &str = "json";

impl Viewer<'_> {
    /// How the messages of a schema are read and written.
    pub(super) fn plan(&self, schema: &Schema) -> Plan {
        let mut planner = Planner::new(self, schema);
        let messages = planner.messages();
        Plan {
            depth: schema.limits.depth(),
            members: schema.limits.members,
            types: planner.types(),
            tags: planner.tags(),
            names: planner.names.into_values().collect(),
            messages,
        }
    }
}

pub(super) struct Planner<'v> {
    pub viewer: &'v Viewer<'v>,
    pub schema: &'v Schema,
    pub language: Language,
    /// Of steps and of cases, by index in the tables; empty for what no message has.
    pub steps: Vec<String>,
    /// For names of steps.
    scope: Scope,
    /// For names of members.
    pub constants: Scope,
    /// By name on the wire.
    pub names: BTreeMap<String, Word>,
}

impl<'v> Planner<'v> {
    fn new(viewer: &'v Viewer<'v>, schema: &'v Schema) -> Self {
        let mut planner = Self {
            viewer,
            schema,
            language: viewer.language,
            steps: vec![String::new(); schema.types.len()],
            scope: Scope::new(viewer.language.naming),
            constants: Scope::new(viewer.language.naming),
            names: BTreeMap::new(),
        };
        for name in &viewer.messages {
            planner.scope.allocate(name);
        }
        let mut reached = BTreeSet::new();
        for message in schema.messages.iter() {
            let envelope = &schema.envelopes[message.envelope as usize];
            envelope.members.iter().for_each(|member| planner.reach(member.ty, &mut reached));
            match &schema.types[message.body as usize] {
                // Its members are read by the message's own.
                Type::Record(record) if envelope.body.is_none() => planner.reach_members(record, &mut reached),
                _ => planner.reach(message.body, &mut reached),
            }
        }
        // In the order of the tables: what is declared comes first, and has its own name.
        for id in reached {
            planner.steps[id as usize] = planner.named(id);
        }
        planner
    }

    fn reach(&self, id: u32, reached: &mut BTreeSet<u32>) {
        if !reached.insert(id) {
            return;
        }
        match &self.schema.types[id as usize] {
            Type::List(list) | Type::Map(list) => self.reach(list.item, reached),
            Type::Nullable(of) => self.reach(*of, reached),
            Type::Record(record) => self.reach_members(record, reached),
            Type::Union(union) => union
                .variants
                .iter()
                .for_each(|(_, case)| match &self.schema.types[*case as usize] {
                    Type::Record(record) => self.reach_members(record, reached),
                    _ => self.reach(*case, reached),
                }),
            Type::Payload(payload) => payload.kinds.iter().for_each(|(_, kind)| self.reach(*kind, reached)),
            _ => {}
        }
    }

    fn reach_members(&self, record: &Record, reached: &mut BTreeSet<u32>) {
        record.members.iter().for_each(|member| self.reach(member.ty, reached));
    }

    /// A name for a step: a declared type's own, else one that says what it is, so that it stays when others come before it.
    fn named(&mut self, id: u32) -> String {
        let wanted = self.wanted(id);
        self.scope.allocate(&(self.language.naming.types)(&wanted))
    }

    fn wanted(&self, id: u32) -> String {
        match &self.schema.types[id as usize] {
            Type::Record(record) => record.name.to_string(),
            Type::Enum(set) => set.name.to_string(),
            Type::Union(union) => union.name.to_string(),
            Type::Payload(_) => "payload".to_owned(),
            Type::List(list) => format!("{}_list", self.wanted(list.item)),
            Type::Map(map) => format!("{}_map", self.wanted(map.item)),
            Type::Nullable(of) => format!("{}_or_null", self.wanted(*of)),
            Type::String(set) => match set.format {
                Some(Format::Uuid) => "uuid".to_owned(),
                Some(Format::Datetime) => "datetime".to_owned(),
                None if set.pattern.is_some() => "pattern".to_owned(),
                None if !set.one_of.is_empty() => "one_of".to_owned(),
                None if set.length.is_some() => "bounded_text".to_owned(),
                None => "text".to_owned(),
            },
            other => is(other).to_owned(),
        }
    }

    fn types(&mut self) -> Vec<Step> {
        let reached: Vec<u32> = (0..)
            .take(self.steps.len())
            .filter(|id| !self.steps[*id as usize].is_empty())
            .collect();
        reached.into_iter().map(|id| self.step(id)).collect()
    }

    fn step(&mut self, id: u32) -> Step {
        let ty = &self.schema.types[id as usize];
        let mut step = Step {
            id,
            name: self.steps[id as usize].clone(),
            is: is(ty),
            of: None,
            open: false,
            kind: payload(self.schema, id).is_some(),
            length: None,
            ranges: Vec::new(),
            format: None,
            pattern: false,
            texts: Vec::new(),
            tag: None,
            cases: Vec::new(),
            object: None,
        };
        match ty {
            Type::Int(set) | Type::Uint(set) => {
                let range = |(least, most): &(i128, i128)| Range {
                    least: Some((self.language.integer)(*least)),
                    most: Some((self.language.integer)(*most)),
                    included: true,
                };
                step.ranges = set.iter().map(range).collect();
            }
            Type::Float(set) => {
                let finite = |value: f64| value.is_finite().then(|| (self.language.float)(value));
                let ranges = set.iter().map(|range| Range {
                    least: finite(range.start),
                    most: finite(range.end),
                    included: range.end_included,
                });
                step.ranges = ranges.collect();
            }
            Type::String(set) => {
                step.length = set.length.map(length);
                step.pattern = set.pattern.is_some();
                step.texts = self.texts(&set.one_of);
                step.format = set.format.map(|format| match format {
                    Format::Uuid => "uuid",
                    Format::Datetime => "datetime",
                });
            }
            Type::List(list) | Type::Map(list) => {
                step.length = list.length.map(length);
                step.of = Some(self.steps[list.item as usize].clone());
            }
            Type::Nullable(of) => step.of = Some(self.steps[*of as usize].clone()),
            Type::Record(record) => {
                step.open = record.open;
                step.object = Some(self.record(id, record, None));
            }
            Type::Enum(set) => {
                step.open = set.open;
                step.texts = self.texts(&set.variants);
            }
            Type::Union(union) => {
                step.open = union.open;
                step.tag = Some((self.language.text)(&union.tag));
                let variants = union.variants.iter();
                step.cases = variants.map(|(text, of)| self.case(&union.name, &union.tag, text, *of)).collect();
            }
            Type::Payload(payload) => {
                step.open = payload.open;
                let kinds = payload.kinds.iter().map(|(text, of)| CasePlan {
                    name: self.steps[*of as usize].clone(),
                    literal: (self.language.text)(text),
                    opening: None,
                    object: None,
                });
                step.cases = kinds.collect();
            }
            Type::Bool | Type::Json | Type::Object | Type::Linked(_) => {}
        }
        step
    }

    fn case(&mut self, union: &str, tag: &str, text: &str, of: u32) -> CasePlan {
        let name = self
            .scope
            .allocate(&(self.language.naming.types)(&format!("{union}_{}", self.wanted(of))));
        let object = match &self.schema.types[of as usize] {
            Type::Record(record) => Some(self.record(of, record, Some(tag))),
            _ => None,
        };
        CasePlan {
            opening: Some(self.opening(&(self.language.naming.constants)(&name), tag, text)),
            literal: (self.language.text)(text),
            name,
            object,
        }
    }
}

/// The payload that a type is, or that may be `null`.
pub(super) fn payload(schema: &Schema, id: u32) -> Option<&Payload> {
    match &schema.types[id as usize] {
        Type::Payload(payload) => Some(payload),
        Type::Nullable(of) => payload(schema, *of),
        _ => None,
    }
}

/// What a type is, as the tables call it.
fn is(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::Int(_) => "int",
        Type::Uint(_) => "uint",
        Type::Float(_) => "float",
        Type::String(_) => "string",
        Type::Json | Type::Linked(_) => "json",
        Type::Object => "object",
        Type::List(_) => "list",
        Type::Map(_) => "map",
        Type::Nullable(_) => "nullable",
        Type::Record(_) => "record",
        Type::Enum(_) => "enum",
        Type::Union(_) => "union",
        Type::Payload(_) => "payload",
    }
}

fn length((least, most): (u64, u64)) -> Length {
    Length {
        least,
        most: (most < u64::MAX).then_some(most),
    }
}
