//! Where in an example's text a JSON pointer leads.

use ltp_runtime::codec::{Position, Reader};
use ltp_runtime::schema::Limits;

use crate::model::Example;
use crate::source::Span;

/// The value that the pointer leads to, or the innermost one on the way that is there.
pub fn span(example: &Example, pointer: &str) -> Span {
    let text = example.text.as_str();
    let (start, end) = find(text, pointer).unwrap_or_else(|| first_line(text, 0, text.len()));
    let octet = |at: usize| {
        example
            .span
            .start
            .saturating_add(u32::try_from(at).unwrap_or(0))
            .min(example.span.end)
    };
    Span {
        start: octet(start),
        end: octet(end),
        ..example.span
    }
}

/// From a place in a text of lines to the end of its line.
pub fn line(example: &Example, position: Position) -> Span {
    let count = |number: u32| usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
    let start: usize = example.text.split_inclusive('\n').take(count(position.line)).map(str::len).sum();
    let line = example.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    let column = line.char_indices().nth(count(position.column)).map_or(line.len(), |(at, _)| at);
    let octet = |at: usize| {
        let at = u32::try_from(at).unwrap_or(0);
        example.span.start.saturating_add(at).min(example.span.end)
    };
    Span {
        start: octet(start + column),
        end: octet(start + line.len()),
        ..example.span
    }
}

fn find(text: &str, pointer: &str) -> Option<(usize, usize)> {
    let mut at = skip_blanks(text, 0);
    let mut found = (at, value_end(text, at)?);
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        match child(text, at, &part) {
            Some(inner) => {
                at = inner;
                found = (at, value_end(text, at)?);
            }
            // What is missing is missing from here: its opening brace stands for it.
            None => return Some((found.0, found.0 + usize::from(found.1 > found.0))),
        }
    }
    Some(first_line(text, found.0, found.1))
}

/// Of a value on several lines, its first character.
fn first_line(text: &str, start: usize, end: usize) -> (usize, usize) {
    match text.get(start..end) {
        Some(value) if value.contains('\n') => (start, start + value.chars().next().map_or(0, char::len_utf8)),
        _ => (start, end),
    }
}

/// The value of a member or item.
fn child(text: &str, at: usize, part: &str) -> Option<usize> {
    let open = *text.as_bytes().get(at)?;
    if !matches!(open, b'{' | b'[') {
        return None;
    }
    let mut at = skip_blanks(text, at + 1);
    let mut index = 0usize;
    loop {
        let first = *text.as_bytes().get(at)?;
        if matches!(first, b'}' | b']') {
            return None;
        }
        let wanted = if open == b'{' {
            let end = value_end(text, at)?;
            let name = Reader::within(text.get(at..end)?, &Limits::NONE, 0).string().ok();
            at = skip_blanks(text, end);
            if text.as_bytes().get(at) != Some(&b':') {
                return None;
            }
            at = skip_blanks(text, at + 1);
            name.as_deref() == Some(part)
        } else {
            index.to_string() == part
        };
        if wanted {
            return Some(at);
        }
        index += 1;
        at = skip_blanks(text, value_end(text, at)?);
        if text.as_bytes().get(at) == Some(&b',') {
            at = skip_blanks(text, at + 1);
        }
    }
}

fn skip_blanks(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().take_while(|octet| octet.is_ascii_whitespace()).count()
}

/// Behind the value; `None` if it does not end, or has no octets.
fn value_end(text: &str, start: usize) -> Option<usize> {
    let octets = text.as_bytes();
    let mut depth = 0usize;
    let mut at = start;
    loop {
        match *octets.get(at)? {
            b'"' => {
                at += 1;
                while *octets.get(at)? != b'"' {
                    at += if octets[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            _ if depth > 0 => at += 1,
            _ => {
                let rest = &octets[at..];
                let len = rest
                    .iter()
                    .take_while(|octet| !octet.is_ascii_whitespace() && !b",:{}[]\"".contains(octet))
                    .count();
                return (len > 0).then_some(at + len);
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn pointers_lead_to_values() {
        let text = "{\"a\": [1, {\"b/c\": \"x\\\"y\"}], \"d\": {\n  \"e\": -1.5e3 }}\n";
        for (pointer, value) in [
            ("/a/0", "1"),
            ("/a/1", "{\"b/c\": \"x\\\"y\"}"),
            ("/a/1/b~1c", "\"x\\\"y\""),
            ("/d/e", "-1.5e3"),
            ("/d", "{"),
            ("/d/missing", "{"),
            ("/a/7", "["),
            ("/d/e/deeper", "-"),
            ("", "{"),
        ] {
            let (start, end) = find(text, pointer).unwrap();
            assert_eq!(&text[start..end], value, "{pointer}");
        }
    }

    #[test]
    fn no_text_is_too_broken() {
        for text in ["", "{", "{\"a", "{\"a\\", "[1,,]", "}", "{a:1}", "{\"a\" 1}", "[\"é", "]["] {
            for pointer in ["", "/a", "/0", "/0/a"] {
                let _ = find(text, pointer);
            }
        }
    }
}
