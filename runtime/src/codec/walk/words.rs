//! What a schema allows, in words.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::super::write;
use crate::schema::{FloatRange, Format, Limits, Message, Schema, Tag, Type, TypeId};

/// Texts of a set that are named before the rest becomes `...`.
const NAMED: usize = 20;

/// The kind of value that a type is.
pub(super) fn kind(schema: &Schema, ty: TypeId) -> Cow<'static, str> {
    Cow::Borrowed(match super::get(&schema.types, ty) {
        None | Some(Type::Json | Type::Payload(_) | Type::Linked(_)) => "a value",
        Some(Type::Bool) => "true or false",
        Some(Type::Int(_)) => "an integer",
        Some(Type::Uint(_)) => "an unsigned integer",
        Some(Type::Float(_)) => "a number",
        Some(Type::String(_) | Type::Enum(_)) => "a string",
        Some(Type::List(_)) => "a list",
        Some(Type::Object | Type::Map(_) | Type::Record(_) | Type::Union(_)) => "an object",
        Some(Type::Nullable(inner)) => return format!("{} or null", kind(schema, *inner)).into(),
    })
}

/// `one of "a", "b"`.
pub(super) fn one_of<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    listed(texts.map(quoted))
}

/// What a tag can say: in one envelope, or in all that are JSON.
pub(crate) fn tags(schema: &Schema, envelope: Option<u32>) -> String {
    let json = |message: &Message| super::get(&schema.envelopes, message.envelope).is_some_and(|envelope| !envelope.tag.is_empty());
    let fits = |message: &&Message| envelope.map_or_else(|| json(message), |envelope| message.envelope == envelope);
    listed(schema.messages.iter().filter(fits).map(|message| match &message.tag {
        Tag::Text(text) => quoted(text),
        Tag::Pattern(pattern) => format!("text that matches `{}`", pattern.source),
    }))
}

fn listed(mut texts: impl Iterator<Item = String>) -> String {
    let mut named: Vec<String> = texts.by_ref().take(NAMED).collect();
    if texts.next().is_some() {
        named.push("...".to_string());
    }
    match named.as_slice() {
        [only] => only.clone(),
        _ => format!("one of {}", named.join(", ")),
    }
}

/// The text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    write::string(&mut out, text);
    String::from_utf8(out).unwrap_or_default()
}

/// `an integer in 1 ..= 5 | 9`.
pub(super) fn integers(ranges: &[(i128, i128)]) -> String {
    let ranges: Vec<String> = ranges
        .iter()
        .map(|(start, end)| {
            if start == end {
                start.to_string()
            } else {
                format!("{start} ..= {end}")
            }
        })
        .collect();
    format!("an integer in {}", ranges.join(" | "))
}

/// `a number in -1 ..= 1 | 5 .. 6`.
pub(super) fn floats(ranges: &[FloatRange]) -> String {
    let ranges: Vec<String> = ranges
        .iter()
        .map(|range| match (range.start == range.end, range.end_included) {
            (true, _) => float(range.start),
            (false, true) => format!("{} ..= {}", float(range.start), float(range.end)),
            (false, false) => format!("{} .. {}", float(range.start), float(range.end)),
        })
        .map(|range| range.trim().to_string())
        .collect();
    format!("a number in {}", ranges.join(" | "))
}

fn float(value: f64) -> String {
    if value.is_infinite() {
        return String::new();
    }
    let mut out = Vec::new();
    write::f64(&mut out, value);
    String::from_utf8(out).unwrap_or_default()
}

/// `1 ..= 256 characters`, `at least 1 item`.
pub(super) fn length((least, most): (u64, u64), one: &str) -> String {
    let plural = |count: u64| if count == 1 { one.to_string() } else { format!("{one}s") };
    match (least, most) {
        _ if least == most => format!("{least} {}", plural(least)),
        (_, u64::MAX) => format!("at least {least} {}", plural(least)),
        (0, _) => format!("at most {most} {}", plural(most)),
        _ => format!("{least} ..= {most} {}", plural(most)),
    }
}

/// `3 items`.
pub(super) fn count(count: u64, one: &str) -> String {
    length((count, count), one)
}

pub(super) fn format(format: Format) -> &'static str {
    match format {
        Format::Uuid => "a UUID",
        Format::Datetime => "an RFC 3339 date and time",
    }
}

pub(super) fn string_limit(limits: &Limits) -> String {
    self::length((0, limits.string as u64), "octet")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_read_as_the_schema_writes_them() {
        assert_eq!(integers(&[(1, 5), (9, 9)]), "an integer in 1 ..= 5 | 9");
        let unit = FloatRange {
            start: -1.0,
            end: 1.0,
            end_included: true,
        };
        let above = FloatRange {
            start: 2.0,
            end: f64::INFINITY,
            end_included: false,
        };
        assert_eq!(floats(&[unit, above]), "a number in -1 ..= 1 | 2 ..");
        assert_eq!(one_of(["json", "to\"on"].into_iter()), r#"one of "json", "to\"on""#);
        assert_eq!(one_of(["json"].into_iter()), r#""json""#);
    }

    #[test]
    fn lengths_agree_in_number() {
        assert_eq!(length((1, 256), "character"), "1 ..= 256 characters");
        assert_eq!(length((1, u64::MAX), "character"), "at least 1 character");
        assert_eq!(length((0, 1), "item"), "at most 1 item");
        assert_eq!(length((3, 3), "item"), "3 items");
    }

    #[test]
    fn a_long_set_is_not_named_to_its_end() {
        let names: Vec<String> = (0..30).map(|index| index.to_string()).collect();
        assert!(one_of(names.iter().map(String::as_str)).ends_with(r#""19", ..."#));
    }
}
