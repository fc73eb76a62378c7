//! Looking at many octets at once.

use crate::schema::Charset;

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = ONES << 7;

/// The first octet at or after `at` that is no printable ASCII (a control, or past 0x7e); or the end. Eight octets a step.
#[inline]
pub(super) fn printable(octets: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = octets.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let delete = word ^ (ONES * 0x7f);
        // Of each of the three, the lowest set bit is exact: a borrow can only spoil the octets above it.
        let found = (word.wrapping_sub(ONES * 0x20) & !word | delete.wrapping_sub(ONES) & !delete | word) & HIGH;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(b' '..=b'~') = octets.get(at) {
        at += 1;
    }
    at
}

/// Whether a body of UTF-8 holds only what its charset allows. Without a branch for an octet, so that many are looked at in one step.
#[inline]
pub(super) fn fits(charset: Charset, body: &[u8]) -> bool {
    match charset {
        Charset::Utf8 => true,
        Charset::Text => all(body, |octet| {
            octet >= b' ' && octet != 0x7f || matches!(octet, b'\t' | b'\n' | b'\r')
        }),
        Charset::Ascii => all(body, |octet| matches!(octet, b'\t' | b'\n' | b'\r' | b' '..=b'~')),
    }
}

/// Whether it holds for each octet, all of which are looked at.
#[inline]
fn all(octets: &[u8], holds: impl Fn(u8) -> bool) -> bool {
    octets.iter().fold(true, |all, octet| all & holds(*octet))
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
