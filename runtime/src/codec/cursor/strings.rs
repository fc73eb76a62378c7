//! Strings, sixteen octets at a time. Most are of ASCII and have no escapes; of others it is seen that they are UTF-8.

use alloc::borrow::Cow;

use crate::codec::{scan, strings};

/// Reads a string of at most `limit` octets; gives it and what follows.
#[inline(always)]
pub fn read(text: &[u8], limit: usize) -> Option<(Cow<'_, str>, &[u8])> {
    let (b'"', text) = text.split_first()? else { return None };
    inner(text, limit)
}

/// As [`read`], its opening quote being passed.
#[inline(always)]
pub fn inner(text: &[u8], limit: usize) -> Option<(Cow<'_, str>, &[u8])> {
    match scan::short(text) {
        Some((string, rest)) if string.len() <= limit => return Some((Cow::Borrowed(string), rest)),
        _ => {}
    }
    match scan::ascii(text) {
        Some((string, rest)) if string.len() <= limit => Some((Cow::Borrowed(string), rest)),
        _ => any(text, limit),
    }
}

/// A string of any text, or one that ends with the whole.
#[inline(never)]
fn any(text: &[u8], limit: usize) -> Option<(Cow<'_, str>, &[u8])> {
    let end = strings::plain(text, 0);
    match text.get(end)? {
        b'"' if end <= limit => Some((Cow::Borrowed(scan::utf8(text.get(..end)?)?), text.get(end + 1..)?)),
        b'\\' => escaped(text, limit),
        _ => None,
    }
}

#[cold]
fn escaped(inner: &[u8], limit: usize) -> Option<(Cow<'_, str>, &[u8])> {
    let span = strings::measure(inner, 0).ok().filter(|span| span.length <= limit)?;
    let text = core::str::from_utf8(inner.get(..span.end)?).ok()?;
    Some((span.text(text), inner.get(span.end + 1..)?))
}
