//! JSON strings: scanning, measuring and unescaping.
//!
//! A string is measured first (its end, and its octets after unescaping) and only then given memory, so a limit holds before it
//! costs anything. An escape that names half of a surrogate pair is refused: it stands for no text.

use alloc::{borrow::Cow, string::String};

use super::{Refused, Rule, scan};

/// A string's extent, its grammar checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The octet after the opening quote.
    pub start: usize,
    /// The closing quote.
    pub end: usize,
    /// Octets of the text after unescaping.
    pub length: usize,
}

impl Span {
    /// The text between the quotes, unescaped.
    #[inline]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let inner = text.get(self.start..self.end).unwrap_or_default();
        // Every escape is longer than what it stands for.
        if self.length == inner.len() {
            Cow::Borrowed(inner)
        } else {
            Cow::Owned(unescape(inner, self.length))
        }
    }
}

/// Measures the string whose opening quote is before `start`.
#[inline]
pub(crate) fn measure(bytes: &[u8], start: usize) -> Result<Span, Refused> {
    let mut at = start;
    let mut saved = 0;
    loop {
        at = plain(bytes, at);
        match bytes.get(at) {
            Some(b'"') => {
                return Ok(Span {
                    start,
                    end: at,
                    length: at - start - saved,
                });
            }
            Some(b'\\') => {
                let (next, length) = escape(bytes, at)?;
                saved += next - at - length;
                at = next;
            }
            _ => return Err(Refused::new(Rule::Syntax, at)),
        }
    }
}

/// The first octet at or after `at` that does not stand for itself: a quote, a backslash or a control; or the end.
#[inline]
pub(crate) fn plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        if let Some(index) = scan::mark(chunk) {
            return at + index;
        }
        at += 16;
    }
    plain_end(bytes, at)
}

/// As [`plain`], where fewer than sixteen octets are left.
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..=0x1f) {
            break;
        }
        at += 1;
    }
    at
}

/// Checks the escape at `at`; gives where it ends and the octets of what it stands for.
#[cold]
fn escape(bytes: &[u8], at: usize) -> Result<(usize, usize), Refused> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok((at + 2, 1)),
        Some(b'u') => {
            let unit = hex(bytes, at + 2)?;
            match unit {
                0..=0x7f => Ok((at + 6, 1)),
                0x80..=0x7ff => Ok((at + 6, 2)),
                0xd800..=0xdbff => {
                    if bytes.get(at + 6..at + 8) != Some(b"\\u") {
                        return Err(Refused::new(Rule::Surrogate, at));
                    }
                    match hex(bytes, at + 8)? {
                        0xdc00..=0xdfff => Ok((at + 12, 4)),
                        _ => Err(Refused::new(Rule::Surrogate, at)),
                    }
                }
                0xdc00..=0xdfff => Err(Refused::new(Rule::Surrogate, at)),
                _ => Ok((at + 6, 3)),
            }
        }
        _ => Err(Refused::new(Rule::Syntax, at)),
    }
}

/// The four hexadecimal digits at `at`.
fn hex(bytes: &[u8], at: usize) -> Result<u32, Refused> {
    let mut unit = 0;
    for index in at..at + 4 {
        let digit = match bytes.get(index) {
            Some(byte @ b'0'..=b'9') => byte - b'0',
            Some(byte @ b'a'..=b'f') => byte - b'a' + 10,
            Some(byte @ b'A'..=b'F') => byte - b'A' + 10,
            _ => return Err(Refused::new(Rule::Syntax, index)),
        };
        unit = unit << 4 | u32::from(digit);
    }
    Ok(unit)
}

/// Unescapes what [`measure`] accepted.
#[cold]
fn unescape(inner: &str, length: usize) -> String {
    let mut out = String::with_capacity(length);
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let bytes = rest.as_bytes();
        let mut next = at + 2;
        let scalar = match bytes.get(at + 1) {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let mut unit = hex(bytes, at + 2).unwrap_or_default();
                next = at + 6;
                if (0xd800..0xdc00).contains(&unit) {
                    let low = hex(bytes, at + 8).unwrap_or_default();
                    unit = 0x1_0000 + ((unit - 0xd800) << 10) + (low.wrapping_sub(0xdc00) & 0x3ff);
                    next = at + 12;
                }
                char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            Some(byte) => char::from(*byte),
            None => char::REPLACEMENT_CHARACTER,
        };
        out.push(scalar);
        rest = &rest[next..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::ToString};

    use super::*;

    /// What stands between the quotes, read; or the rule that it breaks.
    fn read(inner: &str) -> Result<String, Rule> {
        let text = format!("{inner}\"");
        let span = measure(text.as_bytes(), 0).map_err(|refused| refused.rule)?;
        let read = span.text(&text).into_owned();
        assert_eq!(read.len(), span.length, "measured before it is read: {inner}");
        Ok(read)
    }

    #[test]
    fn plain_text_is_borrowed() {
        let text = "grüße, 世界 🦀\"";
        assert!(matches!(
            measure(text.as_bytes(), 0).map(|span| span.text(text)),
            Ok(Cow::Borrowed("grüße, 世界 🦀"))
        ));
    }

    #[test]
    fn each_escape_stands_for_its_scalar() {
        assert_eq!(read(r#"\"\\\/\b\f\n\r\t"#), Ok("\"\\/\u{8}\u{c}\n\r\t".to_string()));
        assert_eq!(read(r"\u0041\u00e9\u20AC"), Ok("Aé€".to_string()));
        assert_eq!(read(r"a\ud83e\udd80b"), Ok("a🦀b".to_string()));
        assert_eq!(read(r"\u0000"), Ok("\0".to_string()));
        assert_eq!(read(r"\uffff"), Ok("\u{ffff}".to_string()));
    }

    #[test]
    fn half_a_surrogate_pair_is_refused() {
        for half in [
            r"\ud800",
            r"\udc00",
            r"\ud800x",
            r"\ud800\n",
            r"\ud800\u0041",
            r"\ud800\ud800",
            r"\udfff\ud800",
        ] {
            assert_eq!(read(half), Err(Rule::Surrogate), "{half}");
        }
    }

    #[test]
    fn controls_and_unknown_escapes_are_no_json() {
        for wrong in [
            "\n",
            "\u{1f}",
            "abcdefghij\tk",
            r"\a",
            r"\'",
            r"\x41",
            r"\u12",
            r"\u12g4",
            r"\ud800\u12",
            r"\U0041",
            "\\",
        ] {
            assert_eq!(read(wrong), Err(Rule::Syntax), "{wrong:?}");
        }
        assert_eq!(read("\u{7f}"), Ok("\u{7f}".to_string()));
    }

    #[test]
    fn the_end_is_found_at_every_alignment() {
        for length in 0..40 {
            let text = "x".repeat(length);
            assert_eq!(read(&text), Ok(text.clone()));
            assert_eq!(measure(text.as_bytes(), 0), Err(Refused::new(Rule::Syntax, length)));
            assert_eq!(read(&format!("{text}\\n{text}é")), Ok(format!("{text}\n{text}é")));
        }
    }
}
