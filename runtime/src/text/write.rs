//! Writing framed text: functions that generated code and the walk append values with.

use alloc::vec::Vec;

use uuid::Uuid;

use super::{form::Form, octets::printable};
use crate::codec::{Json, Map, write};

/// Appends text that stays in its line: a line end in it is written as a space.
#[inline]
pub fn line(out: &mut Vec<u8>, text: &str) {
    let start = out.len();
    out.extend_from_slice(text.as_bytes());
    if printable(text.as_bytes(), 0) < text.len() {
        in_line(out, start);
    }
}

#[cold]
fn in_line(out: &mut [u8], start: usize) {
    for octet in out.iter_mut().skip(start).filter(|octet| matches!(octet, b'\n' | b'\r')) {
        *octet = b' ';
    }
}

/// Appends a header's value behind a space; an empty one takes the space away.
#[inline]
pub fn spaced(out: &mut Vec<u8>, text: &str) {
    if text.is_empty() {
        out.pop();
    }
    line(out, text);
}

/// Appends the items of a list between separators. `spaced`: as [`spaced`].
#[inline]
pub fn items<T>(out: &mut Vec<u8>, items: &[T], separator: &str, is_spaced: bool, mut item: impl FnMut(&mut Vec<u8>, &T)) {
    let start = out.len();
    for (index, value) in items.iter().enumerate() {
        if index > 0 {
            line(out, separator);
        }
        item(out, value);
    }
    if is_spaced && out.len() == start {
        out.pop();
    }
}

/// Appends a UUID in lower case.
#[inline]
pub fn uuid(out: &mut Vec<u8>, value: &Uuid) {
    let mut buffer = [0; uuid::fmt::Hyphenated::LENGTH];
    out.extend_from_slice(value.hyphenated().encode_lower(&mut buffer).as_bytes());
}

/// Appends headers that were kept, each behind a line end. A value that is no string is written as its JSON.
pub fn kept<F: Form>(out: &mut Vec<u8>, headers: &Map<'_, Json<'_>>) {
    for (name, value) in headers.iter() {
        write::raw(out, F::FACTS.newline);
        line(out, name);
        write::raw(out, F::FACTS.separator);
        let text = value.reader().string();
        let text = text.as_deref().unwrap_or(value.as_str());
        if F::FACTS.trim {
            out.push(b' ');
            spaced(out, text);
        } else {
            line(out, text);
        }
    }
}
