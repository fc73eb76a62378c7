//! Tokens: where they end, and what they stand for.

use alloc::{string::String, vec::Vec};

use super::super::{numbers, write};

/// The octet of the first unquoted occurrence of one of `wanted`, which are ASCII.
pub(super) fn find(text: &str, wanted: &[char]) -> Option<usize> {
    let is_wanted = |byte: u8| wanted.iter().any(|character| u32::from(*character) == u32::from(byte));
    let mut quoted = false;
    let mut escaped = false;
    text.bytes().position(|byte| {
        if !quoted {
            quoted = byte == b'"';
            return is_wanted(byte);
        }
        quoted = escaped || byte != b'"';
        escaped = !escaped && byte == b'\\';
        false
    })
}

/// The tokens between unquoted delimiters, trimmed. Nothing at all is no token.
pub(super) fn split(text: &str, delimiter: char) -> impl Iterator<Item = &str> {
    let text = text.trim_matches(' ');
    let mut rest = (!text.is_empty()).then_some(text);
    core::iter::from_fn(move || {
        let text = rest?;
        let (token, after) = match find(text, &[delimiter]) {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        rest = after;
        Some(token.trim_matches(' '))
    })
}

/// The octet of the quote that closes the quoted token at the start of the text.
pub(super) fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    let inner = text.strip_prefix('"')?;
    inner
        .bytes()
        .position(|byte| {
            let closes = !escaped && byte == b'"';
            escaped = !escaped && byte == b'\\';
            closes
        })
        .map(|at| at + 1)
}

/// A key's text: unescaped if it is quoted. `None` if it is malformed.
pub(super) fn key(token: &str) -> Option<String> {
    let token = token.trim_matches(' ');
    if token.starts_with('"') {
        unquoted(token)
    } else {
        Some(String::from(token))
    }
}

/// Appends a value token as JSON. `None` if it is malformed.
pub(super) fn primitive(token: &str, out: &mut Vec<u8>) -> Option<()> {
    if token.starts_with('"') {
        write::string(out, &unquoted(token)?);
    } else if matches!(token, "true" | "false" | "null") || is_number(token) {
        out.extend_from_slice(token.as_bytes());
    } else {
        write::string(out, token);
    }
    Some(())
}

/// Whether a token stands for a number: TOON's grammar is JSON's.
pub(super) fn is_number(token: &str) -> bool {
    numbers::scan(token.as_bytes(), 0).is_ok_and(|extent| extent.end == token.len())
}

/// What a quoted token stands for.
fn unquoted(token: &str) -> Option<String> {
    if closing(token)? + 1 != token.len() {
        return None;
    }
    let mut rest = token.get(1..token.len() - 1)?;
    let mut out = String::with_capacity(rest.len());
    while let Some(at) = rest.find(|character: char| character == '\\' || character < ' ' && character != '\t') {
        out.push_str(&rest[..at]);
        let escape = rest[at..].strip_prefix('\\')?;
        rest = match escape.as_bytes().first()? {
            b'\\' => push(&mut out, '\\', escape),
            b'"' => push(&mut out, '"', escape),
            b'n' => push(&mut out, '\n', escape),
            b'r' => push(&mut out, '\r', escape),
            b't' => push(&mut out, '\t', escape),
            b'u' => {
                let digits = escape
                    .get(1..5)
                    .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
                // Half a surrogate pair stands for nothing, and a whole one is written as itself.
                out.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                &escape[5..]
            }
            _ => return None,
        };
    }
    out.push_str(rest);
    Some(out)
}

fn push<'t>(out: &mut String, scalar: char, escape: &'t str) -> &'t str {
    out.push(scalar);
    &escape[1..]
}
