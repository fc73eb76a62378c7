//! Documentation: what the schema says, and its constraints in words.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{FloatRange, FloatSet, IntSet, Member, Model, Presence, Type, TypeKind};

/// `///` lines.
pub fn lines(text: &str) -> TokenStream {
    let lines = text
        .lines()
        .map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// The schema's documentation, or what is said where it has none; then what else there is to say.
pub fn of(docs: &str, otherwise: &str, more: &[String]) -> TokenStream {
    let first = if docs.is_empty() { otherwise } else { docs };
    let mut text = first.to_owned();
    for paragraph in more.iter().filter(|paragraph| !paragraph.is_empty()) {
        text.push_str("\n\n");
        text.push_str(paragraph);
    }
    lines(&text)
}

/// The documentation of a member's field.
pub fn member(model: &Model, member: &Member) -> TokenStream {
    let mut more = Vec::new();
    // A named scalar says it itself.
    if member.ty.scalar.is_none() {
        more.extend(constraint(&member.ty));
    }
    let json = |constant| format!("`{}`", super::constant_json(model, constant));
    match &member.presence {
        Presence::Default { value, .. } => more.push(format!("Absent means {}.", json(value))),
        Presence::Required { default: Some(value) } => more.push(format!("Where nothing is said: {}.", json(value))),
        Presence::Required { default: None } | Presence::Optional => {}
    }
    of(&member.docs, &format!("The member `{}`.", member.wire), &more)
}

/// What a type allows beyond its kind, as a sentence.
pub fn constraint(ty: &Type) -> Option<String> {
    match &ty.kind {
        TypeKind::Int(set) if !set.is_empty() => Some(format!("An integer in `{}`.", integers(set))),
        TypeKind::Uint(set) if !set.is_empty() => Some(format!("An integer in `{}`.", integers(set))),
        TypeKind::Float(set) if !set.is_empty() => Some(format!("A number in `{}`.", floats(set))),
        TypeKind::String(set) => {
            let mut parts = Vec::new();
            if let Some(length) = set.length {
                parts.push(counted(length, "character"));
            }
            if !set.one_of.is_empty() {
                let texts: Vec<String> = set.one_of.iter().map(|text| format!("`{text:?}`")).collect();
                parts.push(format!("one of {}", texts.join(", ")));
            }
            if let Some(pattern) = &set.pattern {
                parts.push(format!("matches `{pattern}`"));
            }
            (!parts.is_empty()).then(|| sentence(&parts.join("; ")))
        }
        TypeKind::Datetime => Some("An RFC 3339 date and time.".to_owned()),
        TypeKind::List { length: Some(length), .. } => Some(sentence(&counted(*length, "item"))),
        TypeKind::Map { length: Some(length), .. } => Some(sentence(&counted(*length, "member"))),
        _ => None,
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

fn counted((least, most): (u64, u64), one: &str) -> String {
    let plural = |count: u64| if count == 1 { one.to_owned() } else { format!("{one}s") };
    match (least, most) {
        _ if least == most => format!("{least} {}", plural(least)),
        (_, u64::MAX) => format!("at least {least} {}", plural(least)),
        (0, _) => format!("at most {most} {}", plural(most)),
        _ => format!("{least} to {most} {}", plural(most)),
    }
}

fn integers(set: &IntSet) -> String {
    let ranges: Vec<String> = set
        .iter()
        .map(|(start, end)| {
            if start == end {
                start.to_string()
            } else {
                format!("{start} ..= {end}")
            }
        })
        .collect();
    ranges.join(" | ")
}

fn floats(set: &FloatSet) -> String {
    let bound = |value: f64| if value.is_finite() { value.to_string() } else { String::new() };
    let range = |range: &FloatRange| {
        if range.start == range.end {
            return bound(range.start);
        }
        let operator = if range.end_included && range.end.is_finite() { "..=" } else { ".." };
        format!("{} {operator} {}", bound(range.start), bound(range.end)).trim().to_owned()
    };
    set.iter().map(range).collect::<Vec<_>>().join(" | ")
}
