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

/// The printable ASCII that stands in front, and what stands behind it.
#[inline(always)]
pub(super) fn printed(octets: &[u8]) -> (&str, &[u8]) {
    let length = match octets.first_chunk::<16>().map(scan::unprintable) {
        Some(0) => further(octets),
        Some(marks) => marks.trailing_zeros() as usize,
        None => few(octets, 0),
    };
    let Some((text, rest)) = octets.split_at_checked(length) else {
        return ("", octets);
    };
    // SAFETY: `length` is where the first octet stands that is no printable ASCII, so there is none in front of it, and ASCII is UTF-8.
    (unsafe { core::str::from_utf8_unchecked(text) }, rest)
}

/// The first `N` octets, if all are printable ASCII, and what stands behind them.
#[inline(always)]
pub(super) fn printed_of<const N: usize>(octets: &[u8]) -> Option<(&str, &[u8])> {
    let (text, rest) = octets.split_first_chunk::<N>()?;
    let (chunks, few) = text.as_chunks::<16>();
    let all = chunks.iter().all(|chunk| scan::unprintable(chunk) == 0);
    let last = match (few.is_empty(), text.last_chunk::<16>()) {
        (true, _) => true,
        // Some of it is looked at twice.
        (false, Some(last)) => scan::unprintable(last) == 0,
        (false, None) => match octets.first_chunk::<16>() {
            Some(chunk) => scan::unprintable(chunk) << (32 - N) == 0,
            None => return None,
        },
    };
    // SAFETY: each octet of the text is in one of the chunks, in its last sixteen or, if it has less, in the first sixteen of all, of
    // which the `N` lowest marks are looked at; so all of it is ASCII.
    (all && last).then(|| (unsafe { core::str::from_utf8_unchecked(text) }, rest))
}

/// As [`printable`], of octets whose first sixteen are.
#[inline(never)]
fn further(octets: &[u8]) -> usize {
    printable(octets, 16)
}

/// Octets as text that are printable ASCII and blanks (TAB, LF, CR) alone.
#[inline]
pub(super) fn block(octets: &[u8]) -> Option<&str> {
    let is_block = |chunk: &[u8; 16]| {
        let marks = scan::unprintable(chunk);
        marks == 0 || marks == scan::blank(chunk)
    };
    let (chunks, rest) = octets.as_chunks::<16>();
    let last = match octets.last_chunk::<16>() {
        // Some of it is looked at twice.
        Some(last) => is_block(last),
        None => rest.iter().all(|octet| matches!(octet, b'\t' | b'\n' | b'\r' | b' '..=b'~')),
    };
    // SAFETY: each octet is in one of the chunks, in the last sixteen or, if there are none, in the rest; so all of it is ASCII.
    (last && chunks.iter().all(is_block)).then(|| unsafe { core::str::from_utf8_unchecked(octets) })
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

    /// Of a text whose first `end` octets are printable; one of less than sixteen may be left to others.
    fn are_printed<const N: usize>(text: &[u8], end: usize) {
        match printed_of::<N>(text) {
            Some((first, rest)) => assert!(N <= end && (first.as_bytes(), rest) == text.split_at(N)),
            None => assert!(N > end || text.len() < 16),
        }
    }

    #[test]
    fn what_is_given_as_text_is_ascii() {
        for octet in 0..=u8::MAX {
            let (prints, blank) = ((b' '..=b'~').contains(&octet), matches!(octet, b'\t' | b'\n' | b'\r'));
            for length in 1..40 {
                for place in 0..length {
                    let mut text = vec![b'x'; length];
                    text[place] = octet;
                    assert_eq!(
                        block(&text).map(str::as_bytes),
                        (prints || blank).then_some(&*text),
                        "{octet:#x} at {place} of {length}"
                    );
                    let end = if prints { length } else { place };
                    let (first, rest) = printed(&text);
                    assert_eq!((first.as_bytes(), rest), text.split_at(end));
                    are_printed::<1>(&text, end);
                    are_printed::<15>(&text, end);
                    are_printed::<16>(&text, end);
                    are_printed::<17>(&text, end);
                    are_printed::<32>(&text, end);
                    are_printed::<36>(&text, end);
                }
            }
        }
        assert_eq!((block(b""), printed(b"")), (Some(""), ("", &b""[..])));
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
