//! Values that conform: the least of each type, and a full one.

use ltp_runtime::schema::{FloatRange, Format, Member, Pattern, Payload, Presence, Record, Schema, StringSet, Tag, Type, TypeId};

use super::node::Node;
use crate::interpret::constant;

/// How much a sample holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Only what must be there.
    Least,
    /// Everything once.
    Full,
}

/// Nesting at which samples hold only what they must.
const DEEP: usize = 6;

/// Makes samples of a schema's types.
#[derive(Debug, Clone, Copy)]
pub(super) struct Samples<'s> {
    pub schema: &'s Schema,
    pub measure: Measure,
    /// The kind (an index) that payloads are of.
    pub kind: usize,
    /// How deep the sample stands.
    depth: usize,
}

impl<'s> Samples<'s> {
    pub fn new(schema: &'s Schema, measure: Measure, kind: usize) -> Self {
        Self {
            schema,
            measure,
            kind,
            depth: 0,
        }
    }

    /// A message: the tag, the envelope's members, and the body's where they belong.
    pub fn message(self, index: usize) -> Node {
        let message = &self.schema.messages[index];
        let envelope = &self.schema.envelopes[message.envelope as usize];
        let tag = match &message.tag {
            Tag::Text(text) => text.to_string(),
            Tag::Pattern(pattern) => shortest(pattern),
        };
        let mut members = vec![(tag_name(&envelope.tag), Node::text(tag))];
        members.extend(self.members(&envelope.members));
        let body = self.value(message.body);
        match (&envelope.body, body) {
            (Some(place), body) => {
                let before = envelope.members.iter().take(place.position);
                let at = 1 + before
                    .filter(|member| members.iter().skip(1).any(|(name, _)| *name == member.name))
                    .count();
                members.insert(at, (place.name.to_string(), body));
            }
            (None, Node::Object(beside)) => members.extend(beside),
            (None, _) => {}
        }
        Node::Object(members)
    }

    /// A value of a type.
    pub fn value(self, ty: TypeId) -> Node {
        let inner = Self {
            depth: self.depth + 1,
            ..self
        };
        match &self.schema.types[ty as usize] {
            Type::Bool => Node::raw("true"),
            Type::Int(set) | Type::Uint(set) => Node::raw(set.first().map_or(1, |(start, _)| *start).to_string()),
            Type::Float(set) => Node::raw(constant::float(set.first().map_or(0.5, middle))),
            Type::String(set) => Node::text(text(set)),
            Type::Json if self.measure == Measure::Least => Node::raw("null"),
            Type::Object if self.measure == Measure::Least => Node::Object(Vec::new()),
            Type::Json | Type::Object => Node::raw(r#"{"b":[1.50,"é"],"a":null}"#),
            Type::List(list) => Node::List((0..self.count(list.length)).map(|_| inner.value(list.item)).collect()),
            Type::Map(map) => {
                let names = (0..self.count(map.length)).map(|index| format!("k{index}"));
                Node::Object(names.map(|name| (name, inner.value(map.item))).collect())
            }
            Type::Nullable(_) if !self.is_full() => Node::raw("null"),
            Type::Nullable(of) => self.value(*of),
            Type::Record(record) => Node::Object(inner.record(record)),
            Type::Enum(set) => Node::text(set.variants.first().map_or("x", |text| text)),
            Type::Union(union) => match union.variants.first() {
                Some((tag, ty)) => inner.case(&union.tag, tag, *ty),
                None => Node::Object(vec![(union.tag.to_string(), Node::text("x"))]),
            },
            // A payload is made with what decides over it.
            Type::Payload(_) | Type::Linked(_) => Node::raw("null"),
        }
    }

    /// A union's case.
    pub fn case(self, tag: &str, text: &str, ty: TypeId) -> Node {
        let mut members = vec![(tag.to_owned(), Node::text(text))];
        if let Type::Record(record) = &self.schema.types[ty as usize] {
            members.extend(self.record(record));
        }
        Node::Object(members)
    }

    fn record(self, record: &'s Record) -> Vec<(String, Node)> {
        self.members(&record.members)
    }

    fn members(self, members: &'s [Member]) -> Vec<(String, Node)> {
        let stands = members
            .iter()
            .filter(|member| member.presence == Presence::Required || self.is_full() && !self.names_encoding(member));
        let kinds: Vec<(&str, &Payload)> = members
            .iter()
            .filter_map(|member| self.payload(member.ty))
            .map(|payload| (&*payload.kind, payload))
            .collect();
        stands
            .map(|member| {
                let value = match (self.payload(member.ty), kinds.iter().find(|(kind, _)| *kind == member.name)) {
                    (Some(payload), _) => self.value(payload.kinds[self.kind % payload.kinds.len().max(1)].1),
                    (None, Some((_, payload))) => Node::text(&*payload.kinds[self.kind % payload.kinds.len().max(1)].0),
                    (None, None) => self.value(member.ty),
                };
                (member.name.to_string(), value)
            })
            .collect()
    }

    /// The payload that a type is.
    pub fn payload(&self, ty: TypeId) -> Option<&'s Payload> {
        match &self.schema.types[ty as usize] {
            Type::Payload(payload) if !payload.kinds.is_empty() => Some(payload),
            Type::Nullable(of) => self.payload(*of),
            _ => None,
        }
    }

    /// Whether a member says how payloads are encoded: samples leave that to those that are about it.
    fn names_encoding(&self, member: &Member) -> bool {
        let named = |ty: &Type| matches!(ty, Type::Payload(payload) if payload.encoding.as_ref().is_some_and(|encoding| encoding.name == member.name));
        self.schema.types.iter().any(named)
    }

    fn is_full(&self) -> bool {
        self.measure == Measure::Full && self.depth < DEEP
    }

    fn count(&self, length: Option<(u64, u64)>) -> u64 {
        let (least, most) = length.unwrap_or((0, u64::MAX));
        if self.is_full() { most.min(least.max(2)) } else { least }
    }
}

/// The member of a message that names it; framed text has none on the wire.
pub(super) fn tag_name(tag: &str) -> String {
    if tag.is_empty() { "(tag)".to_owned() } else { tag.to_owned() }
}

fn middle(range: &FloatRange) -> f64 {
    let middle = range.start + (range.end - range.start) / 2.0;
    if middle.is_finite() { middle } else { range.start }
}

/// A text of a set.
pub(super) fn text(set: &StringSet) -> String {
    if let Some(one) = set.one_of.first() {
        return one.to_string();
    }
    if let Some(pattern) = &set.pattern {
        return shortest(pattern);
    }
    match set.format {
        Some(Format::Uuid) => "0f3c9e2a-8b21-4c71-9d3f-1a9b12345678".to_owned(),
        Some(Format::Datetime) => "2026-01-31T12:00:00.5+01:00".to_owned(),
        None => "x".repeat(usize::try_from(set.length.map_or(1, |(least, _)| least.max(1))).unwrap_or(1)),
    }
}

/// The shortest text that a pattern matches, of printable ASCII where that can be.
pub(super) fn shortest(pattern: &Pattern) -> String {
    let step = |state: u16, octet: u8| {
        let entry = usize::from(state) * usize::from(pattern.stride) + usize::from(pattern.classes[usize::from(octet)]);
        pattern.next[entry]
    };
    let mut reached = vec![(1, String::new())];
    let mut next = 0;
    while let Some((state, way)) = reached.get(next).cloned() {
        if pattern.accepting[usize::from(state)] {
            return way;
        }
        for octet in b' '..=b'~' {
            let to = step(state, octet);
            if to != 0 && !reached.iter().any(|(known, _)| *known == to) {
                reached.push((to, format!("{way}{}", char::from(octet))));
            }
        }
        next += 1;
    }
    String::new()
}
