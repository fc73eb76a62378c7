//! Constants: a written value as one of a type.

use super::context::Context;
use crate::check::bad_default;
use crate::diagnostic::Diagnostic;
use crate::model::{Constant, EnumId, Member, PayloadsId, Presence, RecordId, StringSet, Type, TypeKind};
use crate::source::Span;
use crate::syntax::tree::{self, Name, Value};

/// Makes the defaults of all members constants, now that every type is known.
pub fn resolve_defaults(context: &mut Context<'_>) {
    let mut defaults: Vec<_> = std::mem::take(&mut context.pending.defaults).into_iter().collect();
    defaults.sort_unstable_by_key(|(place, _)| *place);
    for ((owner, index), written) in defaults {
        let Some(value) = &written.default else { continue };
        let Some(member) = context.member(owner, index) else { continue };
        let ty = member.ty.clone();
        match constant(context, value, &ty, 0) {
            Ok(value) => {
                let presence = if written.optional {
                    let always = written
                        .annotations
                        .iter()
                        .any(|one| one.name.text == super::annotations::Known::Always.name());
                    Presence::Default { value, always }
                } else {
                    Presence::Required { default: Some(value) }
                };
                if let Some(member) = context.member_mut(owner, index) {
                    member.presence = presence;
                }
            }
            Err(problem) => context.report(problem),
        }
    }
}

/// A number without a type: an integer if it is written as one.
#[must_use]
pub fn number(text: &str) -> Option<Constant> {
    if let Ok(integer) = text.parse::<i128>() {
        // `-0` is a double: no integer has a sign and no value.
        if integer != 0 || !text.starts_with('-') {
            return Some(Constant::Integer(integer));
        }
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite()).map(Constant::Float)
}

fn constant(context: &Context<'_>, value: &Value, ty: &Type, depth: usize) -> Result<Constant, Diagnostic> {
    if depth > super::types::DEEPEST {
        return Err(bad_default::too_deep(span(value), super::types::DEEPEST));
    }
    if let Value::Name(name) = value
        && name.text == "null"
        && ty.nullable
    {
        return Ok(Constant::Null);
    }
    let other = |wanted: &str| Err(bad_default::other_type(span(value), wanted));
    match (&ty.kind, value) {
        (TypeKind::Bool, Value::Name(name)) if name.text == "true" || name.text == "false" => Ok(Constant::Bool(name.text == "true")),
        (TypeKind::Bool, _) => other("`true` or `false`"),
        (TypeKind::Int(set), Value::Number(number)) => integer(number, set, i64::MIN.into(), i64::MAX.into()),
        (TypeKind::Uint(set), Value::Number(number)) => integer(number, set, 0, u64::MAX.into()),
        (TypeKind::Int(_) | TypeKind::Uint(_), _) => other("an integer"),
        (TypeKind::Float(set), Value::Number(number)) => {
            let float = number.text.parse::<f64>().ok().filter(|value| value.is_finite());
            let float = float.ok_or_else(|| bad_default::outside(number.span, "no finite double"))?;
            let inside = set.is_empty()
                || set
                    .iter()
                    .any(|range| range.start <= float && (float < range.end || range.end_included && float <= range.end));
            if inside {
                Ok(Constant::Float(float))
            } else {
                Err(bad_default::outside(number.span, "outside the declared range"))
            }
        }
        (TypeKind::Float(_), _) => other("a number"),
        (TypeKind::String(set), Value::Text(text)) => match refused(context, set, &text.text) {
            None => Ok(Constant::Text(text.text.clone())),
            Some(reason) => Err(bad_default::outside(text.span, reason)),
        },
        (TypeKind::String(_), _) => other("a text"),
        (TypeKind::Uuid, Value::Text(text)) => ltp_runtime::codec::formats::uuid(&text.text)
            .map(|uuid| Constant::Text(uuid.to_string()))
            .ok_or_else(|| bad_default::outside(text.span, "no UUID")),
        (TypeKind::Uuid, _) => other("the text of a UUID"),
        (TypeKind::Datetime, Value::Text(text)) if ltp_runtime::codec::formats::is_datetime(&text.text) => {
            Ok(Constant::Text(text.text.clone()))
        }
        (TypeKind::Datetime, _) => other("the text of an RFC 3339 date and time"),
        (TypeKind::Json, value) => json(value, depth),
        (TypeKind::Object, Value::Object { .. }) => json(value, depth),
        (TypeKind::Object, _) => other("an object such as `{ name = value }`"),
        (TypeKind::List { item, length, .. }, Value::List { items, span }) => {
            check_length(*length, items.len(), *span)?;
            items
                .iter()
                .map(|value| constant(context, value, item, depth + 1))
                .collect::<Result<_, _>>()
                .map(Constant::List)
        }
        (TypeKind::List { .. }, _) => other("a list such as `[value, value]`"),
        (TypeKind::Map { value: inner, length }, Value::Object { members, span }) => {
            check_length(*length, members.len(), *span)?;
            distinct(members)?;
            let members = members
                .iter()
                .map(|(name, value)| Ok((name.text.clone(), constant(context, value, inner, depth + 1)?)));
            members.collect::<Result<_, _>>().map(Constant::Object)
        }
        (TypeKind::Map { .. }, _) => other("an object such as `{ name = value }`"),
        (TypeKind::Record(id), Value::Object { members, span }) => record(context, *id, members, *span, depth),
        (TypeKind::Record(_), _) => other("an object such as `{ member = value }`"),
        (TypeKind::Enum(id), Value::Name(name)) => variant(context, *id, name),
        (TypeKind::Enum(_), _) => other("the name of a variant"),
        (TypeKind::PayloadKind(id), Value::Name(name)) => kind(context, *id, name),
        (TypeKind::PayloadKind(_), _) => other("the name of a payload kind"),
        (TypeKind::Duration, Value::Duration { millis, .. }) => Ok(Constant::Duration(*millis)),
        (TypeKind::Duration, _) => other("a duration"),
        (TypeKind::Union(_) | TypeKind::Payload { .. } | TypeKind::Instant, _) => Err(bad_default::no_constant(span(value))),
    }
}

fn integer(number: &tree::Number, set: &[(i128, i128)], least: i128, most: i128) -> Result<Constant, Diagnostic> {
    let value: i128 = number
        .text
        .parse()
        .map_err(|_| bad_default::other_type(number.span, "an integer"))?;
    if !(least..=most).contains(&value) {
        return Err(bad_default::outside(number.span, "outside what the type holds"));
    }
    if set.is_empty() || set.iter().any(|(start, end)| (start..=end).contains(&&value)) {
        Ok(Constant::Integer(value))
    } else {
        Err(bad_default::outside(number.span, "outside the declared range"))
    }
}

/// Why a text is not in a set.
fn refused(context: &Context<'_>, set: &StringSet, text: &str) -> Option<&'static str> {
    if set
        .length
        .is_some_and(|(least, most)| !(least..=most).contains(&(text.chars().count() as u64)))
    {
        return Some("outside the declared length");
    }
    if !set.one_of.is_empty() && !set.one_of.iter().any(|one| one == text) {
        return Some("none of the declared texts");
    }
    let pattern = set
        .pattern
        .as_ref()
        .and_then(|source| context.patterns.get(source))
        .and_then(Option::as_ref);
    pattern
        .is_some_and(|pattern| !pattern.matches(text))
        .then_some("not what the pattern matches")
}

fn check_length(length: Option<(u64, u64)>, found: usize, span: Span) -> Result<(), Diagnostic> {
    match length {
        Some((least, most)) if !(least..=most).contains(&(found as u64)) => Err(bad_default::outside(span, "outside the declared length")),
        _ => Ok(()),
    }
}

fn distinct(members: &[(Name, Value)]) -> Result<(), Diagnostic> {
    let mut known = std::collections::HashMap::with_capacity(members.len());
    for (name, _) in members {
        if let Some(earlier) = known.insert(&name.text, name.span) {
            return Err(crate::check::duplicate_name::report("member", &name.text, name.span, earlier));
        }
    }
    Ok(())
}

fn record(context: &Context<'_>, id: RecordId, written: &[(Name, Value)], span: Span, depth: usize) -> Result<Constant, Diagnostic> {
    distinct(written)?;
    let record = &context.model[id];
    let mut values: std::collections::HashMap<&str, &(Name, Value)> = written.iter().map(|one| (one.0.text.as_str(), one)).collect();
    let mut members = Vec::with_capacity(written.len());
    for member in &record.members {
        match values.remove(member.name.as_str()) {
            Some((_, value)) => members.push((member.wire.clone(), constant(context, value, &member.ty, depth + 1)?)),
            None if matches!(member.presence, Presence::Required { .. }) => return Err(bad_default::lacks(span, &member.name)),
            None => {}
        }
    }
    let mut unknown: Vec<&Name> = values.values().map(|(name, _)| name).collect();
    unknown.sort_by_key(|name| name.span);
    match unknown
        .into_iter()
        .find(|name| !context.is_left_out(super::Owner::Record(id), &name.text))
    {
        Some(name) => Err(undefined(context, name, record.members.iter().map(|member| member.name.clone()))),
        None => Ok(Constant::Object(members)),
    }
}

fn variant(context: &Context<'_>, id: EnumId, name: &Name) -> Result<Constant, Diagnostic> {
    let names = || context.model[id].variants.iter().map(|variant| variant.name.clone());
    let index = context.place(Choice::Enum(id), &name.text, names);
    index
        .map(|index| Constant::Variant(id, index))
        .ok_or_else(|| undefined(context, name, names()))
}

fn kind(context: &Context<'_>, id: PayloadsId, name: &Name) -> Result<Constant, Diagnostic> {
    let kinds = &context.model[id].kinds;
    let names = || kinds.iter().map(|kind| kind.name.clone());
    let index = context.place(Choice::Payloads(id), &name.text, names);
    let kind = index.and_then(|index| kinds.get(index));
    kind.map(|kind| Constant::Text(kind.wire.clone()))
        .ok_or_else(|| undefined(context, name, names()))
}

fn undefined(context: &Context<'_>, name: &Name, candidates: impl Iterator<Item = String>) -> Diagnostic {
    let nearest = context.nearest(&name.text, candidates);
    crate::check::undefined_name::report(&name.text, name.span, nearest.as_deref())
}

fn json(value: &Value, depth: usize) -> Result<Constant, Diagnostic> {
    if depth > super::types::DEEPEST {
        return Err(bad_default::too_deep(span(value), super::types::DEEPEST));
    }
    match value {
        Value::Text(text) => Ok(Constant::Text(text.text.clone())),
        Value::Number(written) => number(&written.text).ok_or_else(|| bad_default::outside(written.span, "no finite double")),
        Value::Name(name) => match name.text.as_str() {
            "true" => Ok(Constant::Bool(true)),
            "false" => Ok(Constant::Bool(false)),
            "null" => Ok(Constant::Null),
            _ => Err(bad_default::other_type(name.span, "a JSON value (texts stand in quotes)")),
        },
        Value::List { items, .. } => items
            .iter()
            .map(|item| json(item, depth + 1))
            .collect::<Result<_, _>>()
            .map(Constant::List),
        Value::Object { members, .. } => {
            distinct(members)?;
            let members = members.iter().map(|(name, value)| Ok((name.text.clone(), json(value, depth + 1)?)));
            members.collect::<Result<_, _>>().map(Constant::Object)
        }
        Value::Duration { span, .. } => Err(bad_default::other_type(*span, "a JSON value (durations have no form in JSON)")),
    }
}

const fn span(value: &Value) -> Span {
    match value {
        Value::Text(text) => text.span,
        Value::Number(number) => number.span,
        Value::Name(name) => name.span,
        Value::Duration { span, .. } | Value::List { span, .. } | Value::Object { span, .. } => *span,
    }
}

/// What has names to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    /// The variants of an enum.
    Enum(EnumId),
    /// The kinds of a payload set.
    Payloads(PayloadsId),
}

impl Context<'_> {
    /// Where a name stands in a choice; its names are gathered when they are first asked for.
    fn place<I: Iterator<Item = String>>(&self, choice: Choice, name: &str, names: impl Fn() -> I) -> Option<usize> {
        let mut known = self.choices.borrow_mut();
        let places = known
            .entry(choice)
            .or_insert_with(|| names().enumerate().map(|(index, name)| (name, index)).collect());
        places.get(name).copied()
    }

    fn member(&self, owner: super::Owner, index: usize) -> Option<&Member> {
        match owner {
            super::Owner::Record(id) => self.model[id].members.get(index),
            super::Owner::Envelope(id) => self.model[id].members.get(index),
        }
    }

    fn member_mut(&mut self, owner: super::Owner, index: usize) -> Option<&mut Member> {
        match owner {
            super::Owner::Record(id) => self.model.records.get_mut(id.0 as usize)?.members.get_mut(index),
            super::Owner::Envelope(id) => self.model.envelopes.get_mut(id.0 as usize)?.members.get_mut(index),
        }
    }
}
