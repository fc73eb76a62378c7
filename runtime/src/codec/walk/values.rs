//! Reading a value of each type.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    super::{
        Rule, formats, numbers,
        tape::{NodeId, Shape, Tape},
        value::Value,
        write,
    },
    Walk, get,
    members::{DECLARED, Names, Sorted, gathered, written},
    payload::Siblings,
    words,
};
use crate::schema::{Enum, FloatRange, Format, List, Member, Presence, Record, StringSet, Type, TypeId, Union};

impl<'s> Walk<'s> {
    /// Reads a value; notes everything that is wrong with it. What it gives back counts only if nothing was noted.
    pub(super) fn value(&mut self, tape: &Tape<'_>, node: NodeId, ty: TypeId) -> Value {
        if self.findings.is_full() {
            return Value::Null;
        }
        let shape = tape.node(node).shape;
        let (mut held, mut nullable) = (ty, false);
        while let Some(Type::Nullable(inner)) = get(&self.schema.types, held) {
            (held, nullable) = (*inner, true);
        }
        match (get(&self.schema.types, held), shape) {
            (_, Shape::Null) if nullable => Value::Null,
            (Some(Type::Bool), Shape::Bool(value)) => Value::Bool(value),
            (Some(Type::Int(set)), Shape::Number { integer: true }) => self.signed(tape.raw(node), set),
            (Some(Type::Uint(set)), Shape::Number { integer: true }) => self.unsigned(tape.raw(node), set),
            (Some(Type::Float(set)), Shape::Number { .. }) => self.float(tape.raw(node), set),
            (Some(Type::String(set)), Shape::String) => self.text(tape, node, set),
            (Some(Type::Enum(set)), Shape::String) => self.variant(tape, node, set),
            (Some(Type::List(list)), Shape::List) => self.list(tape, node, list),
            (Some(Type::Map(map)), Shape::Object) => self.map(tape, node, map),
            (Some(Type::Record(record)), Shape::Object) => self.record(tape, node, record),
            (Some(Type::Union(union)), Shape::Object) => self.union(tape, node, union),
            (Some(Type::Object), Shape::Object) | (None | Some(Type::Json | Type::Payload(_) | Type::Linked(_)), _) => self.raw(tape, node),
            _ => {
                self.findings.note(Rule::Type, words::kind(self.schema, ty), tape.raw(node));
                self.audit(tape, node);
                Value::Null
            }
        }
    }

    /// A value that is carried as it stands.
    pub(super) fn raw(&mut self, tape: &Tape<'_>, node: NodeId) -> Value {
        self.audit(tape, node);
        Value::Raw(tape.raw(node).to_string())
    }

    fn signed(&mut self, raw: &str, set: &[(i128, i128)]) -> Value {
        match numbers::read_i64(raw.as_bytes(), 0) {
            Ok((value, _)) => self.integer(i128::from(value), raw, set),
            Err(_) => self.too_large("a signed 64-bit integer", raw),
        }
    }

    fn unsigned(&mut self, raw: &str, set: &[(i128, i128)]) -> Value {
        match numbers::read_u64(raw.as_bytes(), 0) {
            Ok((value, _)) => self.integer(i128::from(value), raw, set),
            Err(_) => self.too_large("an unsigned 64-bit integer", raw),
        }
    }

    fn integer(&mut self, value: i128, raw: &str, set: &[(i128, i128)]) -> Value {
        if !set.is_empty() && !set.iter().any(|(start, end)| (*start..=*end).contains(&value)) {
            self.findings.note(Rule::Range, words::integers(set), raw);
        }
        Value::Number(itoa::Buffer::new().format(value).to_string())
    }

    fn float(&mut self, raw: &str, set: &[FloatRange]) -> Value {
        let Some(value) = numbers::parse_f64(raw) else {
            return self.too_large("a finite double", raw);
        };
        let inside = |range: &FloatRange| range.start <= value && (value < range.end || range.end_included && value == range.end);
        if !set.is_empty() && !set.iter().any(inside) {
            self.findings.note(Rule::Range, words::floats(set), raw);
        }
        let mut out = Vec::new();
        write::f64(&mut out, value);
        Value::Number(String::from_utf8(out).unwrap_or_default())
    }

    fn too_large(&mut self, expected: &'static str, raw: &str) -> Value {
        self.findings.note(Rule::Number, expected, raw);
        Value::Null
    }

    fn text(&mut self, tape: &Tape<'_>, node: NodeId, set: &StringSet) -> Value {
        if !self.short_enough(tape, node) {
            return Value::Null;
        }
        let text = tape.string(node);
        let mut wrong = |rule: Rule, expected: String| self.findings.note(rule, expected, tape.raw(node));
        if let Some((least, most)) = set.length {
            let characters = text.chars().count() as u64;
            if characters < least || characters > most {
                wrong(Rule::Length, words::length((least, most), "character"));
            }
        }
        if !set.one_of.is_empty() && !set.one_of.contains(&text) {
            wrong(Rule::OneOf, words::one_of(set.one_of.iter().map(|text| &**text)));
        }
        if let Some(pattern) = set.pattern.as_ref().filter(|pattern| !pattern.matches(&text)) {
            wrong(Rule::Pattern, alloc::format!("text that matches `{}`", pattern.source));
        }
        let formatted = match set.format {
            Some(Format::Uuid) => formats::uuid(&text).is_some(),
            Some(Format::Datetime) => formats::is_datetime(&text),
            None => true,
        };
        if let Some(format) = set.format.filter(|_| !formatted) {
            wrong(Rule::Format, words::format(format).to_string());
        }
        Value::String(if set.format == Some(Format::Uuid) {
            text.to_ascii_lowercase()
        } else {
            text.into_owned()
        })
    }

    fn variant(&mut self, tape: &Tape<'_>, node: NodeId, set: &Enum) -> Value {
        if !self.short_enough(tape, node) {
            return Value::Null;
        }
        let text = tape.string(node);
        if !set.open && !set.variants.contains(&text) {
            self.findings
                .note(Rule::OneOf, words::one_of(set.variants.iter().map(|text| &**text)), tape.raw(node));
        }
        Value::String(text.into_owned())
    }

    fn list(&mut self, tape: &Tape<'_>, node: NodeId, list: &List) -> Value {
        if !self.few_enough(tape, node) {
            return Value::Null;
        }
        self.count(tape.node(node).count, list, "item", tape.raw(node));
        let mut items = Vec::new();
        for (index, item) in tape.items(node).enumerate() {
            let mark = self.findings.enter_item(index);
            items.push(self.value(tape, item, list.item));
            self.findings.leave(mark);
            if self.findings.is_full() {
                break;
            }
        }
        Value::List(items)
    }

    fn map(&mut self, tape: &Tape<'_>, node: NodeId, map: &List) -> Value {
        let Some(sorted) = self.sort(tape, node, &Names::of(&[])) else {
            return Value::Null;
        };
        self.count(tape.node(node).count, map, "member", tape.raw(node));
        let mut members = Vec::new();
        for (name, name_node) in sorted.unknown {
            let mark = self.findings.enter(&name);
            members.push((name.into_owned(), self.value(tape, name_node + 1, map.item)));
            self.findings.leave(mark);
        }
        Value::Object(members)
    }

    fn count(&mut self, count: u32, list: &List, one: &str, raw: &str) {
        if let Some((least, most)) = list.length
            && !(least..=most).contains(&u64::from(count))
        {
            self.findings.note(Rule::Length, words::length((least, most), one), raw);
        }
    }

    fn record(&mut self, tape: &Tape<'_>, node: NodeId, record: &'s Record) -> Value {
        let Some(sorted) = self.sort(tape, node, &Names::of(&record.members)) else {
            return Value::Null;
        };
        let mut members = Vec::with_capacity(record.members.len());
        self.declared(tape, &sorted, DECLARED, &record.members, &mut members);
        self.rest(tape, &sorted, record.open, &mut members);
        Value::Object(members)
    }

    fn union(&mut self, tape: &Tape<'_>, node: NodeId, union: &'s Union) -> Value {
        let tag = self.tag(tape, node, &union.tag, || {
            words::one_of(union.variants.iter().map(|(text, _)| &**text))
        });
        let Some(tag) = tag else {
            self.audit(tape, node);
            return Value::Null;
        };
        let variant = union.variants.iter().find(|(text, _)| *text == tag);
        let Some(Type::Record(record)) = variant.and_then(|(_, ty)| get(&self.schema.types, *ty)) else {
            if !union.open {
                let expected = words::one_of(union.variants.iter().map(|(text, _)| &**text));
                self.findings.note_at(&union.tag, Rule::OneOf, expected, &words::quoted(&tag));
            }
            return self.raw(tape, node);
        };
        let names = Names {
            tag: Some(&union.tag),
            ..Names::of(&record.members)
        };
        let Some(sorted) = self.sort(tape, node, &names) else {
            return Value::Null;
        };
        let mut members = Vec::with_capacity(record.members.len() + 1);
        members.push((union.tag.to_string(), Value::String(tag.into_owned())));
        self.declared(tape, &sorted, DECLARED, &record.members, &mut members);
        self.rest(tape, &sorted, record.open, &mut members);
        Value::Object(members)
    }

    /// The text of the member that tells what an object is; notes it if it is absent or no string.
    pub(super) fn tag<'a>(&mut self, tape: &Tape<'a>, object: NodeId, name: &str, expected: impl Fn() -> String) -> Option<Cow<'a, str>> {
        let Some(found) = tape.members(object).find(|member| tape.string(*member) == name) else {
            self.findings.note_at(name, Rule::Required, expected(), NOTHING);
            return None;
        };
        let mark = self.findings.enter(name);
        let tag = match tape.as_string(found + 1) {
            Some(tag) => self.short_enough(tape, found + 1).then_some(tag),
            None => {
                self.findings.note(Rule::Type, "a string", tape.raw(found + 1));
                None
            }
        };
        self.findings.leave(mark);
        tag
    }

    /// Reads declared members, the first of which stands at place `first`.
    pub(super) fn declared(
        &mut self,
        tape: &Tape<'_>,
        sorted: &Sorted<'_>,
        first: usize,
        members: &'s [Member],
        out: &mut Vec<(String, Value)>,
    ) {
        for (index, member) in members.iter().enumerate() {
            let found = sorted.places.get(first + index).copied().flatten();
            let value = match (found, &member.presence) {
                (Some(name), _) if self.payload_of(member.ty).is_some() => self.payload(
                    member,
                    name,
                    &Siblings {
                        tape,
                        sorted,
                        first,
                        members,
                    },
                ),
                (Some(name), _) => {
                    let mark = self.findings.enter(&written(tape, member, found));
                    let value = self.value(tape, name + 1, member.ty);
                    self.findings.leave(mark);
                    value
                }
                (None, Presence::Default { value, .. }) => self.default(member.ty, value),
                (None, Presence::Required) => {
                    self.findings
                        .note_at(&member.name, Rule::Required, words::kind(self.schema, member.ty), NOTHING);
                    continue;
                }
                (None, Presence::Optional) => continue,
            };
            out.push((member.name.to_string(), value));
        }
    }

    /// Reads the members that are not declared: keeps them, or only sees that they break no rule.
    pub(super) fn rest(&mut self, tape: &Tape<'_>, sorted: &Sorted<'_>, open: bool, out: &mut Vec<(String, Value)>) {
        self.audit_unknown(tape, sorted);
        if open {
            out.extend(
                sorted
                    .unknown
                    .iter()
                    .map(|(name, node)| (name.to_string(), Value::Raw(tape.raw(node + 1).to_string()))),
            );
        }
    }

    /// An object of all the members that are not declared, as text.
    pub(super) fn rest_as_object(&mut self, tape: &Tape<'_>, sorted: &Sorted<'_>) -> Value {
        self.audit_unknown(tape, sorted);
        Value::Raw(gathered(tape, &sorted.unknown))
    }

    /// What an absent member means.
    fn default(&self, ty: TypeId, json: &str) -> Value {
        let mut walk = Walk::new(self.schema);
        match Tape::parse(json, &self.schema.limits, 0) {
            Ok(tape) => walk.value(&tape, Tape::ROOT, ty),
            Err(_) => Value::Raw(json.to_string()),
        }
    }
}

/// What stands where something absent is required.
const NOTHING: &str = "nothing";
