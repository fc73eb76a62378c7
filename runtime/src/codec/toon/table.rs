//! Lists of records as tables: `key[2]{a,b}:` and a row of values each.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt::Write as _;

use super::{
    super::{
        numbers,
        tape::{NodeId, Shape, Tape},
        write,
    },
    cells,
};
use crate::schema::Limits;

/// Writes a list, given as canonical JSON text, as a TOON table under a key, or at the document's root if there is none.
///
/// `None` if the list has no table that decodes to the very same values: it is empty, an item is no object, has no members or other
/// members than the first, or a value is no scalar; or a number is a negative zero, which TOON does not tell from zero.
#[must_use]
pub fn table(key: Option<&str>, json: &str) -> Option<String> {
    let tape = Tape::parse(json, &Limits::NONE, 0).ok()?;
    if tape.node(Tape::ROOT).shape != Shape::List {
        return None;
    }
    let names: Vec<Cow<'_, str>> = match tape.items(Tape::ROOT).next() {
        Some(first) if tape.node(first).shape == Shape::Object => tape.members(first).map(|name| tape.string(name)).collect(),
        _ => return None,
    };
    if names.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(json.len());
    if let Some(key) = key {
        push_key(&mut out, key);
    }
    // Writing to a string does not fail.
    _ = write!(out, "[{}]{{", tape.node(Tape::ROOT).count);
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_key(&mut out, name);
    }
    out.push_str("}:");
    for item in tape.items(Tape::ROOT) {
        push_row(&mut out, &tape, item, &names)?;
    }
    Some(out)
}

fn push_row(out: &mut String, tape: &Tape<'_>, item: NodeId, names: &[Cow<'_, str>]) -> Option<()> {
    let node = tape.node(item);
    if node.shape != Shape::Object || node.count as usize != names.len() {
        return None;
    }
    out.push_str("\n  ");
    let mut in_order = tape.members(item);
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let member = match in_order.next() {
            Some(member) if tape.string(member) == *name => member,
            _ => tape.members(item).find(|member| tape.string(*member) == *name)?,
        };
        push_cell(out, tape, member + 1)?;
    }
    Some(())
}

fn push_cell(out: &mut String, tape: &Tape<'_>, node: NodeId) -> Option<()> {
    let raw = tape.raw(node);
    match tape.node(node).shape {
        Shape::Null | Shape::Bool(_) => out.push_str(raw),
        Shape::Number { integer } => {
            if raw == "-0" || !integer && !is_canonical(raw) {
                return None;
            }
            out.push_str(raw);
        }
        Shape::String => {
            let text = tape.string(node);
            let mut json = Vec::new();
            write::string(&mut json, &text);
            if json != raw.as_bytes() {
                return None;
            }
            push_text(out, &text, needs_quotes(&text));
        }
        Shape::List | Shape::Object => return None,
    }
    Some(())
}

/// Whether a number with a fraction or an exponent is written as TOON has it, which is as we write it.
fn is_canonical(raw: &str) -> bool {
    let mut json = Vec::new();
    numbers::parse_f64(raw).is_some_and(|value| {
        write::f64(&mut json, value);
        json == raw.as_bytes()
    })
}

fn push_key(out: &mut String, key: &str) {
    let mut bytes = key.bytes();
    let plain = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    push_text(out, key, !plain);
}

/// Whether a text would be read as something else if it stood in a row without quotes.
fn needs_quotes(text: &str) -> bool {
    text.is_empty()
        || text.starts_with([' ', '\t', '-', '#'])
        || text.ends_with([' ', '\t'])
        || matches!(text, "true" | "false" | "null")
        || text.contains(|character: char| character < ' ' || matches!(character, ':' | '"' | '\\' | '[' | ']' | '{' | '}' | ','))
        || is_numeric(text)
}

/// Whether a text looks like a number: it may have a plus sign or leading zeros, which a number has not.
fn is_numeric(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let significant = digits.trim_start_matches('0');
    let zeros = digits.len() - significant.len();
    let whole = significant.starts_with(|first: char| first.is_ascii_digit());
    let start = if whole { zeros } else { zeros.saturating_sub(1) };
    !digits.starts_with('-') && cells::is_number(&digits[start..])
}

fn push_text(out: &mut String, text: &str, quotes: bool) {
    if !quotes {
        return out.push_str(text);
    }
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => _ = write!(out, "\\u{:04x}", u32::from(control)),
            plain => out.push(plain),
        }
    }
    out.push('"');
}
