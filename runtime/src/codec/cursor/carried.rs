//! Values that are carried as their text: seen to be JSON and within the limits, without memory for it.

use crate::{
    codec::{numbers, scan, strings},
    schema::Limits,
};

/// So many names of an object are compared with each other.
const FEW: usize = 16;

/// The text of a value that stands inside `depth` objects and lists, and what follows it.
#[inline(never)]
pub fn read<'a>(text: &'a [u8], limits: &Limits, depth: usize) -> Option<(&'a str, &'a [u8])> {
    let rest = value(text, limits, depth)?;
    let octets = text.get(..text.len() - rest.len())?;
    Some((scan::utf8(octets)?, rest))
}

/// What follows a value that is to be read later, if it is one: what it is, and all else, is seen then. Of a text that is a value this is its
/// end, so whatever is read there ends here.
#[inline(never)]
pub fn skip(text: &[u8]) -> Option<&[u8]> {
    match text.first()? {
        b'{' | b'[' => brackets(text),
        b'"' => quoted(text.get(1..)?),
        _ => single(text),
    }
}

/// What follows a number or a word.
fn single(text: &[u8]) -> Option<&[u8]> {
    match text.first()? {
        b'-' | b'0'..=b'9' => text.get(numbers::scan(text, 0).ok()?.end..),
        b't' => text.strip_prefix(b"true"),
        b'f' => text.strip_prefix(b"false"),
        b'n' => text.strip_prefix(b"null"),
        _ => None,
    }
}

/// What follows the bracket that closes the first one, whatever kind each is of.
fn brackets(mut text: &[u8]) -> Option<&[u8]> {
    let mut open = 0usize;
    loop {
        let place = scan::bracket(text)?;
        let (octet, rest) = text.get(place..)?.split_first()?;
        text = match octet {
            b'"' => quoted(rest)?,
            b'{' | b'[' => {
                open += 1;
                rest
            }
            _ => {
                open = open.checked_sub(1)?;
                if open == 0 {
                    return Some(rest);
                }
                rest
            }
        };
    }
}

/// What follows a string whose opening quote is passed.
fn quoted(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        let end = strings::plain(text, 0);
        text = match text.get(end..)? {
            [b'"', rest @ ..] => return Some(rest),
            [b'\\', _, rest @ ..] => rest,
            _ => return None,
        };
    }
}

/// What follows a value. It calls itself no more often than the limit of depth, which is bounded, allows.
fn value<'a>(text: &'a [u8], limits: &Limits, depth: usize) -> Option<&'a [u8]> {
    match text.first()? {
        b'"' => match string(text, limits) {
            Some((_, rest)) => Some(rest),
            None => escaped(text, limits),
        },
        b'{' if depth < limits.depth() => object(text.get(1..)?, limits, depth + 1),
        b'[' if depth < limits.depth() => list(text.get(1..)?, limits, depth + 1),
        _ => single(text),
    }
}

/// What stands in a string that has no escapes, and what follows it. Whether it is UTF-8 is seen once the whole value is read.
#[inline]
fn string<'a>(text: &'a [u8], limits: &Limits) -> Option<(&'a [u8], &'a [u8])> {
    let (b'"', inner) = text.split_first()? else { return None };
    let end = strings::plain(inner, 0);
    let (octets, [b'"', rest @ ..]) = inner.split_at_checked(end)? else {
        return None;
    };
    (end <= limits.string).then_some((octets, rest))
}

/// What follows a string that has escapes.
#[cold]
fn escaped<'a>(text: &'a [u8], limits: &Limits) -> Option<&'a [u8]> {
    let span = strings::measure(text, 1).ok().filter(|span| span.length <= limits.string)?;
    text.get(span.end + 1..)
}

/// What follows white space.
#[inline]
fn space(text: &[u8]) -> &[u8] {
    match text.first() {
        Some(..=b' ') => scan::spaces(text),
        _ => text,
    }
}

fn list<'a>(text: &'a [u8], limits: &Limits, depth: usize) -> Option<&'a [u8]> {
    let mut rest = space(text);
    if let Some(rest) = rest.strip_prefix(b"]") {
        return Some(rest);
    }
    for _ in 0..limits.list {
        let after = space(value(rest, limits, depth)?);
        match after.split_first()? {
            (b',', next) => rest = space(next),
            (b']', next) => return Some(next),
            _ => return None,
        }
    }
    None
}

fn object<'a>(text: &'a [u8], limits: &Limits, depth: usize) -> Option<&'a [u8]> {
    let mut rest = space(text);
    if let Some(rest) = rest.strip_prefix(b"}") {
        return Some(rest);
    }
    let mut names: [&[u8]; FEW] = [&[]; FEW];
    for count in 0..FEW.min(limits.members) {
        let (name, after) = string(rest, limits)?;
        if names.get(..count)?.contains(&name) {
            return None;
        }
        *names.get_mut(count)? = name;
        let after = space(value(space(space(after).strip_prefix(b":")?), limits, depth)?);
        match after.split_first()? {
            (b',', next) => rest = space(next),
            (b'}', next) => return Some(next),
            _ => return None,
        }
    }
    None
}
