//! Looking at many octets at once.

use crate::{codec::scan, schema::Charset};

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = ONES << 7;

/// The first octet at or after `at` that is no printable ASCII (a control, or past 0x7e); or the end. Sixteen octets a step.
#[inline]
pub(super) fn printable(octets: &[u8], at: usize) -> usize {
    let mut at = at;
    while let Some(chunk) = octets.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        let marks = scan::unprintable(chunk);
        if marks != 0 {
            return at + marks.trailing_zeros() as usize;
        }
        at += 16;
    }
    few(octets, at)
}

/// The same, octet by octet.
#[inline(never)]
fn few(octets: &[u8], at: usize) -> usize {
    let rest = octets.get(at..).unwrap_or_default();
    at + rest.iter().position(|octet| !matches!(octet, b' '..=b'~')).unwrap_or(rest.len())
}

/// The first octet that a line of the head may not hold: no printable ASCII, and no TAB.
pub(super) fn not_in_line(line: &[u8]) -> Option<usize> {
    let mut at = printable(line, 0);
    while line.get(at) == Some(&b'\t') {
        at = printable(line, at + 1);
    }
    (at < line.len()).then_some(at)
}

/// The first line feed.
pub(super) fn line_feed(octets: &[u8]) -> Option<usize> {
    let (words, rest) = octets.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let other = u64::from_le_bytes(*word) ^ (ONES * u64::from(b'\n'));
        // The lowest is exact, as above.
        let found = other.wrapping_sub(ONES) & !other & HIGH;
        if found != 0 {
            return Some(index * 8 + (found.trailing_zeros() / 8) as usize);
        }
    }
    let at = rest.iter().position(|octet| *octet == b'\n')?;
    Some(words.len() * 8 + at)
}

/// Whether a body of UTF-8 holds only what its charset allows.
#[inline]
pub(super) fn fits(charset: Charset, body: &[u8]) -> bool {
    let fits: fn(u8) -> bool = match charset {
        Charset::Utf8 => return true,
        Charset::Text => |octet| octet >= b' ' && octet != 0x7f || matches!(octet, b'\t' | b'\n' | b'\r'),
        Charset::Ascii => |octet| matches!(octet, b'\t' | b'\n' | b'\r' | b' '..=b'~'),
    };
    let mut at = 0;
    while let Some(octet) = body.get(at) {
        if !fits(*octet) {
            return false;
        }
        at = printable(body, at + 1);
    }
    true
}

/// A character of a header's name: a token's, as RFC 9110 has them.
#[inline]
pub(super) const fn is_token(octet: u8) -> bool {
    TOKEN[octet as usize]
}

const TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut octet = b'!';
    while octet <= b'~' {
        table[octet as usize] =
            octet.is_ascii_alphanumeric() || matches!(octet, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~');
        octet += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn what_is_not_printable_is_found_at_every_alignment() {
        for octet in 0..=u8::MAX {
            let stops = !(b' '..=b'~').contains(&octet);
            for length in 0..20 {
                let mut text = vec![b'x'; 24];
                text[length] = octet;
                assert_eq!(printable(&text, 0), if stops { length } else { 24 }, "{octet:#x} at {length}");
                // What stands behind it does not hide it.
                text[length + 1] = 0x7f;
                text[length + 2] = b'\n';
                assert_eq!(printable(&text, 0), if stops { length } else { length + 1 });
            }
        }
    }

    #[test]
    fn the_first_line_feed_is_found() {
        for octet in 0..=u8::MAX {
            for length in 0..20 {
                let mut text = vec![octet; length];
                text.extend_from_slice(b"\n\x0b\n");
                let first = if octet == b'\n' { 0 } else { length };
                assert_eq!(line_feed(&text), Some(first), "{octet:#x}");
                assert_eq!(line_feed(&text[..length]), (octet == b'\n' && length > 0).then_some(0));
                let held = octet == b'\t' || (b' '..=b'~').contains(&octet) || length == 0;
                assert_eq!(not_in_line(&text), Some(if held { length } else { 0 }));
            }
        }
        assert_eq!((not_in_line(b"a\tb"), not_in_line(b"")), (None, None));
    }

    #[test]
    fn bodies_hold_what_their_charset_allows() {
        for octet in 0..=u8::MAX {
            let blank = matches!(octet, b'\t' | b'\n' | b'\r');
            let body = [&[b'a'; 17][..], &[octet], &[b'b'; 17][..]].concat();
            assert!(fits(Charset::Utf8, &body));
            assert_eq!(fits(Charset::Text, &body), blank || !octet.is_ascii_control(), "{octet:#x}");
            assert_eq!(fits(Charset::Ascii, &body), blank || (b' '..=b'~').contains(&octet), "{octet:#x}");
        }
    }
}
