//! The text of a value: what a header, a part of the start line or a body says.

use alloc::{borrow::Cow, string::String, vec::Vec};

use crate::{
    codec::{Value, encode_value, numbers, write},
    schema::{Format, Framing, Schema, Type, TypeId},
};

/// Appends the JSON value that a text stands for, as far as the type goes: a text that is none of the type's becomes a string,
/// which is of another type then.
pub(super) fn to_json(schema: &Schema, trim: bool, ty: TypeId, text: &str, separator: Option<&str>, out: &mut Vec<u8>) {
    match entry(schema, ty) {
        Some(Type::Nullable(inner)) => to_json(schema, trim, *inner, text, separator, out),
        Some(Type::Bool) if matches!(text, "true" | "false") => write::raw(out, text),
        Some(Type::Int(_) | Type::Uint(_) | Type::Float(_)) if is_number(text) => write::raw(out, text),
        Some(Type::List(list)) => {
            out.push(b'[');
            for (index, item) in parts(trim, text, separator).enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                to_json(schema, trim, list.item, item, None, out);
            }
            out.push(b']');
        }
        _ => write::string(out, text),
    }
}

/// The text of a value of a type.
pub(super) fn text<'v>(schema: &Schema, ty: TypeId, value: &'v Value, separator: Option<&str>) -> Cow<'v, str> {
    match (entry(schema, ty), value) {
        (Some(Type::Nullable(inner)), _) => text(schema, *inner, value, separator),
        (Some(Type::String(set)), Value::String(text)) if set.format == Some(Format::Uuid) => text.to_ascii_lowercase().into(),
        (_, Value::String(text)) => Cow::Borrowed(text),
        (Some(Type::List(list)), Value::List(items)) => {
            let mut joined = String::new();
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    joined.push_str(separator.unwrap_or_default());
                }
                joined.push_str(&text(schema, list.item, item, None));
            }
            joined.into()
        }
        // What is kept of unknown headers is JSON text.
        (_, Value::Raw(json)) => match Value::parse(json, &crate::schema::Limits::NONE) {
            Some(Value::String(text)) => text.into(),
            _ => Cow::Borrowed(json),
        },
        _ => {
            let mut out = Vec::new();
            encode_value(schema, ty, value, &mut out);
            String::from_utf8(out).unwrap_or_default().into()
        }
    }
}

/// The items of a list's text; none if it is empty.
pub fn items<'t>(framing: &Framing, text: &'t str, separator: Option<&str>) -> impl Iterator<Item = &'t str> {
    parts(framing.headers.trim, text, separator)
}

fn parts<'t>(trim: bool, text: &'t str, separator: Option<&str>) -> impl Iterator<Item = &'t str> + use<'t> {
    let each = move |item: &'t str| if trim { item.trim_ascii() } else { item };
    let (parts, whole) = match separator {
        Some(separator) if !text.is_empty() => (split(text, separator), None),
        _ => (Vec::new(), Some(text).filter(|text| !text.is_empty())),
    };
    parts.into_iter().chain(whole).map(each)
}

/// A 64-bit signed integer as JSON writes one.
#[must_use]
pub fn i64(text: &str) -> Option<i64> {
    numbers::read_i64(text.as_bytes(), 0)
        .ok()
        .filter(|(_, end)| *end == text.len())
        .map(|(value, _)| value)
}

/// A 64-bit unsigned integer as JSON writes one.
#[must_use]
pub fn u64(text: &str) -> Option<u64> {
    numbers::read_u64(text.as_bytes(), 0)
        .ok()
        .filter(|(_, end)| *end == text.len())
        .map(|(value, _)| value)
}

/// A finite double as JSON writes one.
#[must_use]
pub fn f64(text: &str) -> Option<f64> {
    is_number(text).then(|| numbers::parse_f64(text)).flatten()
}

/// `true` or `false`.
#[must_use]
pub fn bool(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn split<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    text.split(separator).collect()
}

fn is_number(text: &str) -> bool {
    numbers::scan(text.as_bytes(), 0).is_ok_and(|extent| extent.end == text.len())
}

fn entry(schema: &Schema, ty: TypeId) -> Option<&Type> {
    schema.types.get(usize::try_from(ty).ok()?)
}
