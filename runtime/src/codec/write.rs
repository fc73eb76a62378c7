//! Writing JSON: functions that append a value's canonical text.
//!
//! Canonical text has no white space. Floats are written as RFC 8785 has them (`1`, `0.1`, `1e+21`, `1e-7`), except that negative
//! zero keeps its sign: `-0`. Strings have RFC 8785's escapes: `\"`, `\\`, `\b`, `\t`, `\n`, `\f`, `\r`, and `\u00xx` in lower
//! case for the other controls; everything else stands for itself.

use alloc::vec::Vec;

use uuid::Uuid;

pub use super::pieces::{Piece, Raw, Text, all, rows};
use super::{Map, shortest::Number, strings};

/// Appends a string with quotes and escapes.
#[inline]
pub fn string(out: &mut Vec<u8>, text: &str) {
    all(out, ("\"", Text(text), "\""));
}

/// Appends what stands between a string's quotes.
pub(crate) fn escaped(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len());
    let mut start = 0;
    loop {
        let at = strings::plain(bytes, start);
        out.extend_from_slice(&bytes[start..at]);
        let Some(byte) = bytes.get(at) else { break };
        escape(out, *byte);
        start = at + 1;
    }
}

#[cold]
fn escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Appends `true` or `false`.
#[inline]
pub fn bool(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

/// Appends `null`.
#[inline]
pub fn null(out: &mut Vec<u8>) {
    out.extend_from_slice(b"null");
}

/// Appends a signed integer.
#[inline]
pub fn i64(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends an unsigned integer.
#[inline]
pub fn u64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends a finite double in its shortest form. NaN and the infinities have none: a message that holds one does not pass its
/// check before sending, and here they become `null`, which no reader takes for a number.
#[inline]
pub fn f64(out: &mut Vec<u8>, value: f64) {
    out.extend_from_slice(Number::of(value).as_bytes());
}

/// Appends a UUID in lower case, quoted.
#[inline]
pub fn uuid(out: &mut Vec<u8>, value: &Uuid) {
    all(out, ("\"", value, "\""));
}

/// Appends JSON text as it is.
#[inline]
pub fn raw(out: &mut Vec<u8>, json: &str) {
    out.extend_from_slice(json.as_bytes());
}

/// Appends a list whose items `item` writes.
#[inline]
pub fn list<T>(out: &mut Vec<u8>, items: &[T], mut item: impl FnMut(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (index, value) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        item(out, value);
    }
    out.push(b']');
}

/// Appends an object of any names whose values `value` writes.
#[inline]
pub fn map<T>(out: &mut Vec<u8>, members: &Map<'_, T>, value: impl FnMut(&mut Vec<u8>, &T)) {
    let start = out.len();
    rest(out, members, value);
    enclose(out, start);
}

/// Appends an object of values that write themselves.
pub(crate) fn members<'w, 'v, T: super::Wire<'w> + 'v>(out: &mut Vec<u8>, members: impl Iterator<Item = (&'v str, &'v T)>) {
    let start = out.len();
    for (name, value) in members {
        out.push(b',');
        string(out, name);
        out.push(b':');
        value.encode(out);
    }
    enclose(out, start);
}

/// Appends an object that `value` writes, behind a member that tells what it is: `{"tag":"text"`.
#[inline]
pub fn tagged(out: &mut Vec<u8>, tag: &str, value: impl FnOnce(&mut Vec<u8>)) {
    raw(out, tag);
    let start = out.len();
    value(out);
    // The object's own brace becomes the comma behind the tag, unless it has no members.
    if out.get(start + 1) == Some(&b'}') {
        out.remove(start);
    } else if let Some(brace) = out.get_mut(start) {
        *brace = b',';
    }
}

/// What was written, as text.
pub(crate) fn text<'t>(out: Vec<u8>) -> alloc::borrow::Cow<'t, str> {
    alloc::borrow::Cow::Owned(alloc::string::String::from_utf8(out).unwrap_or_default())
}

/// Appends further members of an object, each behind a comma.
#[inline]
pub fn rest<T>(out: &mut Vec<u8>, members: &Map<'_, T>, mut value: impl FnMut(&mut Vec<u8>, &T)) {
    for (name, member) in members.iter() {
        out.push(b',');
        string(out, name);
        out.push(b':');
        value(out, member);
    }
}

/// Appends a member unless its value's text is this one.
pub fn unless(out: &mut Vec<u8>, key: &str, text: &str, value: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    raw(out, key);
    let written = out.len();
    value(out);
    if out.get(written..) == Some(text.as_bytes()) {
        out.truncate(start);
    }
}

/// Makes an object of the members, each behind a comma, that stand from `start` on: the first comma gives its place to the brace.
#[inline]
pub fn enclose(out: &mut Vec<u8>, start: usize) {
    match out.get_mut(start) {
        Some(comma) => *comma = b'{',
        None => out.push(b'{'),
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_have_the_fewest_escapes() {
        assert_eq!(
            written(|out| string(out, "a\"b\\c/\u{8}\t\n\u{c}\r\u{1}\u{1f}\u{7f}é🦀")),
            "\"a\\\"b\\\\c/\\b\\t\\n\\f\\r\\u0001\\u001f\u{7f}é🦀\""
        );
        assert_eq!(written(|out| string(out, "")), "\"\"");
    }

    #[test]
    fn integers_and_uuids() {
        assert_eq!(written(|out| i64(out, i64::MIN)), "-9223372036854775808");
        assert_eq!(written(|out| u64(out, u64::MAX)), "18446744073709551615");
        assert_eq!(
            written(|out| uuid(out, &Uuid::from_u128(0xABCD))),
            "\"00000000-0000-0000-0000-00000000abcd\""
        );
    }
}
