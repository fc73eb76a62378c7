//! Headers that a program declares itself, beside those of a schema: they are read from what a framing keeps of unknown ones.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use super::value;
use crate::{
    codec::{Json, Map, Value, Violation, Wire, decode_value, write},
    schema::{Limits, Member, Record, Type, linked},
};

/// A set of headers, by `#[derive(Headers)]`: its fields stand as text, as members of framed messages do.
pub trait Headers: for<'w> Wire<'w> {
    /// What stands between the items of each list, by the header's name.
    const SEPARATORS: &'static [(&'static str, &'static str)];

    /// Reads the set from headers that a message keeps, by their names in any case. Others are none of the set's.
    ///
    /// # Errors
    /// Everything that is wrong with them, by the header's name.
    fn of_headers(kept: &Map<'_, Json<'_>>) -> Result<Self, Vec<Violation>> {
        let (schema, ty) = linked(Self::SCHEMA, Self::TYPE);
        let mut object = Vec::new();
        for (name, json) in kept.iter() {
            let Some((place, member)) = record(&schema, ty).and_then(|record| declared(record, name)) else {
                continue;
            };
            object.push(if object.is_empty() { b'{' } else { b',' });
            write::string(&mut object, place);
            object.push(b':');
            let text = match Value::parse(json.as_str(), &Limits::NONE) {
                Some(Value::String(text)) => text,
                _ => json.as_str().to_owned(),
            };
            value::to_json(&schema, true, member.ty, &text, separator::<Self>(&member.name), &mut object);
        }
        if object.is_empty() {
            object.push(b'{');
        }
        object.push(b'}');
        Self::decode(&object).map_err(named)
    }

    /// Adds the set to headers that a message keeps, in the place of those of its names.
    fn add_to(&self, kept: &mut Map<'_, Json<'_>>) {
        let (schema, ty) = linked(Self::SCHEMA, Self::TYPE);
        let mut json = Vec::new();
        self.encode(&mut json);
        let (Some(record), Ok(Value::Object(values))) = (record(&schema, ty), decode_value(&schema, ty, &json)) else {
            return;
        };
        for member in record.members.iter() {
            let old: Vec<String> = kept
                .iter()
                .map(|(name, _)| name.to_owned())
                .filter(|name| declared(record, name).is_some_and(|(_, known)| known.name == member.name))
                .collect();
            for name in old {
                kept.remove(&name);
            }
        }
        // What equals its default is not written, and was read as if it were.
        let written = Value::of_written(core::str::from_utf8(&json).unwrap_or_default());
        for (name, value) in values {
            let Some(member) = record.members.iter().find(|member| member.name == *name) else {
                continue;
            };
            if written.as_ref().is_some_and(|written| written.get(&name).is_some()) {
                let text = value::text(&schema, member.ty, &value, separator::<Self>(&member.name));
                kept.insert(name, Json::from(&*text));
            }
        }
    }
}

fn record(schema: &crate::schema::Schema, ty: u32) -> Option<&Record> {
    match schema.types.get(usize::try_from(ty).ok()?) {
        Some(Type::Record(record)) => Some(record),
        _ => None,
    }
}

/// The member that a header is, and by which of its names.
fn declared<'r>(record: &'r Record, header: &str) -> Option<(&'r str, &'r Member)> {
    let named = |same: fn(&str, &str) -> bool| {
        record.members.iter().find_map(|member| {
            let mut names = core::iter::once(&member.name).chain(member.accepts.iter());
            names.find(|name| same(name, header)).map(|name| (&**name, member))
        })
    };
    named(|one, other| one == other).or_else(|| named(str::eq_ignore_ascii_case))
}

fn separator<T: Headers>(name: &str) -> Option<&'static str> {
    T::SEPARATORS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, separator)| *separator)
}

/// Violations by the names of headers, as those of framed text are.
fn named(mut violations: Vec<Violation>) -> Vec<Violation> {
    for violation in &mut violations {
        if let Some(name) = violation.pointer.strip_prefix('/') {
            violation.pointer = name.replace("~1", "/").replace("~0", "~");
        }
    }
    violations
}
