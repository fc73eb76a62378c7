//! How types are written.

use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::iter::repeat_with;

use super::super::{Format, Presence, StringSet, Type, TypeId};
use crate::codec::{Value, write};
use crate::schema::{Docs, Documented, Limits, link::documented};

/// Writes the types of several tables, each named one once.
#[derive(Default)]
pub struct Writer {
    /// All types; those of other tables have other places here.
    pub types: Vec<Type>,
    /// What is said of each.
    docs: Vec<Docs>,
    /// The name of each that is declared.
    names: Vec<(usize, String)>,
}

impl Writer {
    /// Takes a type with all that it is made of; gives its place.
    pub fn adopt(&mut self, root: &Documented) -> usize {
        let (schema, ty, docs) = documented(root);
        let base = TypeId::try_from(self.types.len()).unwrap_or(TypeId::MAX);
        for ty in schema.types.iter() {
            let mut ty = ty.clone();
            match &mut ty {
                Type::List(list) | Type::Map(list) => list.item += base,
                Type::Nullable(inner) => *inner += base,
                Type::Record(record) => record.members.to_mut().iter_mut().for_each(|member| member.ty += base),
                Type::Union(union) => union.variants.to_mut().iter_mut().for_each(|(_, ty)| *ty += base),
                Type::Payload(payload) => payload.kinds.to_mut().iter_mut().for_each(|(_, ty)| *ty += base),
                _ => {}
            }
            self.types.push(ty);
        }
        self.docs.extend(docs);
        (base + ty) as usize
    }

    /// Whether a type is declared under a name of its own.
    pub fn is_declared(&self, place: usize) -> bool {
        matches!(self.types.get(place), Some(Type::Record(_) | Type::Enum(_) | Type::Union(_)))
    }

    /// What is said of a type that has no declaration to say it above.
    pub fn words(&self, place: usize, indent: &str) -> String {
        match self.docs.get(place) {
            Some(docs) if !self.is_declared(place) => comment(docs.of, indent),
            _ => String::new(),
        }
    }

    /// A type as it is used, and its constraint. What is declared is given a name.
    pub fn ty(&mut self, place: usize) -> (String, String) {
        let plain = |text: &str| (text.to_owned(), String::new());
        match self.types.get(place).cloned() {
            None | Some(Type::Json | Type::Payload(_) | Type::Linked(_)) => plain("json"),
            Some(Type::Bool) => plain("bool"),
            Some(Type::Object) => plain("object"),
            Some(Type::Int(set)) => ("int".to_owned(), integers(&set, i64::MIN.into(), i64::MAX.into())),
            Some(Type::Uint(set)) => ("uint".to_owned(), integers(&set, 0, u64::MAX.into())),
            Some(Type::Float(set)) => {
                let ranges = set.iter().map(|range| {
                    // Past these, there are no doubles.
                    let bound = |value: f64| if value.abs() < f64::MAX { float(value) } else { String::new() };
                    let end = bound(range.end);
                    let dots = if range.end_included && !end.is_empty() { "..=" } else { ".." };
                    format!("{} {dots} {end}", bound(range.start)).trim().to_owned()
                });
                ("float".to_owned(), constraint(&[ranges.collect::<Vec<_>>().join(" | ")]))
            }
            Some(Type::String(set)) => text_type(&set),
            Some(Type::List(list)) => {
                let (item, limits) = self.ty(list.item as usize);
                (format!("list<{item}{limits}>"), constraint(&[length(list.length)]))
            }
            Some(Type::Map(list)) => {
                let (item, limits) = self.ty(list.item as usize);
                (format!("map<{item}{limits}>"), constraint(&[length(list.length)]))
            }
            Some(Type::Nullable(inner)) => {
                let (inner, limits) = self.ty(inner as usize);
                (format!("{inner}?"), limits)
            }
            Some(Type::Record(record)) => plain(&self.name(place, &record.name)),
            Some(Type::Enum(declared)) => plain(&self.name(place, &declared.name)),
            Some(Type::Union(union)) => plain(&self.name(place, &union.name)),
        }
    }

    /// The name under which a type is declared. The same shape under the same name is the same type.
    fn name(&mut self, place: usize, wanted: &str) -> String {
        if let Some((_, name)) = self.names.iter().find(|(known, _)| *known == place || self.same(*known, place, 8)) {
            return name.clone();
        }
        let mut name = wanted.to_owned();
        let mut count = 2;
        while self.names.iter().any(|(_, known)| *known == name) {
            name = format!("{wanted}{count}");
            count += 1;
        }
        self.names.push((place, name.clone()));
        name
    }

    /// Whether two types are declared alike, as far as so many levels of what they are made of tell.
    fn same(&self, one: usize, other: usize, levels: usize) -> bool {
        let pairs: Vec<(TypeId, TypeId)> = match (self.types.get(one), self.types.get(other)) {
            (Some(Type::Record(one)), Some(Type::Record(other))) => {
                let facts = |record: &super::super::Record| {
                    let members = record.members.iter();
                    members
                        .map(|member| (member.name.clone(), member.accepts.clone(), member.presence.clone()))
                        .collect::<Vec<_>>()
                };
                if one.name != other.name || one.open != other.open || facts(one) != facts(other) {
                    return false;
                }
                one.members
                    .iter()
                    .zip(other.members.iter())
                    .map(|(one, other)| (one.ty, other.ty))
                    .collect()
            }
            (Some(Type::Union(one)), Some(Type::Union(other))) => {
                if one.name != other.name || one.tag != other.tag || one.open != other.open || one.variants.len() != other.variants.len() {
                    return false;
                }
                one.variants
                    .iter()
                    .zip(other.variants.iter())
                    .map(|(one, other)| (one.1, other.1))
                    .collect()
            }
            (Some(Type::List(one)), Some(Type::List(other))) | (Some(Type::Map(one)), Some(Type::Map(other))) => {
                Vec::from([(one.item, other.item)])
            }
            (Some(Type::Nullable(one)), Some(Type::Nullable(other))) => Vec::from([(*one, *other)]),
            (Some(one), Some(other)) => return format!("{one:?}") == format!("{other:?}"),
            _ => return false,
        };
        levels == 0
            || pairs
                .into_iter()
                .all(|(one, other)| self.same(one as usize, other as usize, levels - 1))
    }

    /// All that is declared, each behind what needs it.
    pub fn declarations(&mut self) -> String {
        let mut out = String::new();
        let mut next = 0;
        while let Some((place, name)) = self.names.get(next).cloned() {
            next += 1;
            let docs = self.docs.get(place).copied().unwrap_or_default();
            let above = comment(docs.of, "");
            let mut parts = docs.parts.iter().map(|part| comment(part, "    ")).chain(repeat_with(String::new));
            let mut part = || parts.next().unwrap_or_default();
            match self.types.get(place).cloned() {
                Some(Type::Record(record)) => {
                    let open = if record.open { " open" } else { "" };
                    if record.members.is_empty() {
                        out.push_str(&format!("\n{above}record {name}{open} {{}}\n"));
                        continue;
                    }
                    out.push_str(&format!("\n{above}record {name}{open} {{\n"));
                    for member in record.members.iter() {
                        out.push_str(&part());
                        out.push_str(&self.member(member));
                    }
                }
                Some(Type::Enum(declared)) => {
                    let open = if declared.open { " open" } else { "" };
                    out.push_str(&format!("\n{above}enum {name}{open} {{\n"));
                    for variant in declared.variants.iter() {
                        out.push_str(&part());
                        let (spoken, wire) = named(variant);
                        out.push_str(&format!("    {spoken}{wire};\n"));
                    }
                }
                Some(Type::Union(union)) => {
                    let open = if union.open { " open" } else { "" };
                    out.push_str(&format!("\n{above}union {name} tag {}{open} {{\n", quoted(&union.tag)));
                    for (case, ty) in union.variants.iter() {
                        out.push_str(&part());
                        let ((spoken, wire), (ty, _)) = (named(case), self.ty(*ty as usize));
                        out.push_str(&format!("    {spoken}{wire}: {ty};\n"));
                    }
                }
                _ => continue,
            }
            out.push_str("}\n");
        }
        out
    }

    fn member(&mut self, member: &super::super::Member) -> String {
        let (spoken, wire) = named(&member.name);
        let (ty, limits) = self.ty(member.ty as usize);
        let (mark, default, always) = match &member.presence {
            Presence::Required => ("", String::new(), ""),
            Presence::Optional => ("?", String::new(), ""),
            Presence::Default { value, always } => {
                let value = self.constant(member.ty as usize, value);
                ("?", format!(" = {value}"), if *always { " @always" } else { "" })
            }
        };
        let accepts: Vec<String> = member.accepts.iter().map(|name| quoted(name)).collect();
        let accepts = match accepts.is_empty() {
            true => String::new(),
            false => format!(" @accepts({})", accepts.join(", ")),
        };
        format!("    {spoken}{mark}{wire}: {ty}{limits}{default}{always}{accepts};\n")
    }

    /// A default as a schema has it.
    fn constant(&self, place: usize, json: &str) -> String {
        let is_enum = |mut place: usize| {
            while let Some(Type::Nullable(inner)) = self.types.get(place) {
                place = *inner as usize;
            }
            matches!(self.types.get(place), Some(Type::Enum(_)))
        };
        match Value::parse(json, &Limits::NONE) {
            Some(Value::String(text)) if is_enum(place) => named(&text).0,
            Some(value) => written(&value),
            None => json.to_owned(),
        }
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{name} = {}", written(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        other => {
            let mut out = Vec::new();
            other.write(&mut out);
            String::from_utf8(out).unwrap_or_default()
        }
    }
}

/// A name of the language for a name on the wire, and what makes it that.
pub fn named(wire: &str) -> (String, String) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let starts = wire.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let reserved = wire.starts_with("ltpc") || wire == "body";
    if starts && !reserved && wire.chars().all(is_word) {
        return (wire.to_owned(), String::new());
    }
    let word: String = wire.chars().map(|c| if is_word(c) { c } else { '_' }).collect();
    (format!("m_{}", word.trim_matches('_')), format!(" {}", quoted(wire)))
}

/// A text between quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{{{:X}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `///` lines, so far in.
fn comment(docs: &str, indent: &str) -> String {
    let lines = docs.lines().map(|line| match line.is_empty() {
        true => format!("{indent}///\n"),
        false => format!("{indent}/// {line}\n"),
    });
    lines.collect()
}

/// `fooBar` as `foo_bar`.
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

fn constraint(parts: &[String]) -> String {
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!(" where {}", parts.join(" and ")),
    }
}

fn integers(set: &[(i128, i128)], least: i128, most: i128) -> String {
    let range = |(start, end): &(i128, i128)| match (start, end) {
        (start, end) if start == end => start.to_string(),
        (start, end) if *end == most => format!("{start} .."),
        (start, end) if *start == least => format!("..= {end}"),
        (start, end) => format!("{start} ..= {end}"),
    };
    constraint(&[set.iter().map(range).collect::<Vec<_>>().join(" | ")])
}

fn length(length: Option<(u64, u64)>) -> String {
    match length {
        None => String::new(),
        Some((least, u64::MAX)) => format!("len {least} .."),
        Some((least, most)) => format!("len {least} ..= {most}"),
    }
}

fn text_type(set: &StringSet) -> (String, String) {
    match set.format {
        Some(Format::Uuid) => return ("uuid".to_owned(), String::new()),
        Some(Format::Datetime) => return ("datetime".to_owned(), String::new()),
        None => {}
    }
    let pattern = set
        .pattern
        .as_ref()
        .map_or_else(String::new, |pattern| format!("pattern {}", quoted(&pattern.source)));
    let texts: Vec<String> = set.one_of.iter().map(|text| quoted(text)).collect();
    ("string".to_owned(), constraint(&[length(set.length), pattern, texts.join(" | ")]))
}

fn float(value: f64) -> String {
    let mut out = Vec::new();
    write::f64(&mut out, value);
    // The language writes no sign in front of an exponent that has none.
    String::from_utf8(out).unwrap_or_default().replace("e+", "e")
}
