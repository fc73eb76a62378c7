//! What the fast path knows of octets that the compiler does not: the only code of the codec that is not safe by itself.
//!
//! Each function says why it is sound, is as small as it can be, and has a portable twin that the tests compare it with.

mod utf8;
mod uuid;

pub(crate) use utf8::utf8;
pub(crate) use uuid::uuid;

/// The first octet of a chunk that does not stand for itself in a string: a quote, a backslash or a control.
#[inline]
pub(crate) fn mark(chunk: &[u8; 16]) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};
        // SAFETY: SSE2 is part of every x86-64, and the load is of sixteen octets at any alignment, which the chunk has.
        let marks = unsafe {
            let octets = _mm_loadu_si128(chunk.as_ptr().cast());
            let quotes = _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x22));
            let backslashes = _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x5c));
            // What is no more than the last control is the lesser of both.
            let controls = _mm_cmpeq_epi8(_mm_min_epu8(octets, _mm_set1_epi8(0x1f)), octets);
            _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, backslashes), controls))
        };
        (marks != 0).then(|| marks.trailing_zeros() as usize)
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable_mark(chunk)
}

/// As [`mark`], eight octets at a time.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable_mark(chunk: &[u8; 16]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let (halves, _) = chunk.as_chunks::<8>();
    for (half, octets) in halves.iter().enumerate() {
        let word = u64::from_le_bytes(*octets);
        let (quote, backslash) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5c));
        // Of each of the three, the lowest set bit is exact: a borrow can only spoil the octets above it.
        let found =
            (quote.wrapping_sub(ONES) & !quote) | (backslash.wrapping_sub(ONES) & !backslash) | (word.wrapping_sub(ONES * 0x20) & !word);
        if found & HIGH != 0 {
            return Some(half * 8 + ((found & HIGH).trailing_zeros() / 8) as usize);
        }
    }
    None
}

/// A bit for each octet of a chunk that is no printable ASCII: a control, or past 0x7e.
#[inline]
pub(crate) fn unprintable(chunk: &[u8; 16]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};
        // SAFETY: as above.
        let marks = unsafe {
            let octets = _mm_loadu_si128(chunk.as_ptr().cast());
            // As signed numbers, those past 0x7f are below the space too.
            let below = _mm_cmplt_epi8(octets, _mm_set1_epi8(0x20));
            _mm_movemask_epi8(_mm_or_si128(below, _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x7f))))
        };
        marks as u32
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable_unprintable(chunk)
}

/// A bit for each octet of a chunk that is a blank other than the space: TAB, LF or CR.
#[inline]
pub(crate) fn blank(chunk: &[u8; 16]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};
        // SAFETY: as above.
        let marks = unsafe {
            let octets = _mm_loadu_si128(chunk.as_ptr().cast());
            let ends = _mm_or_si128(
                _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x0a)),
                _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x0d)),
            );
            _mm_movemask_epi8(_mm_or_si128(ends, _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x09))))
        };
        marks as u32
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable_blank(chunk)
}

/// As [`blank`], octet by octet.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable_blank(chunk: &[u8; 16]) -> u32 {
    let mark = |marks, octet: &u8| marks >> 1 | u32::from(matches!(octet, b'\t' | b'\n' | b'\r')) << 15;
    chunk.iter().fold(0, mark)
}

/// As [`unprintable`], octet by octet.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable_unprintable(chunk: &[u8; 16]) -> u32 {
    let mark = |marks, octet: &u8| marks >> 1 | u32::from(!matches!(octet, b' '..=b'~')) << 15;
    chunk.iter().fold(0, mark)
}

/// What follows the first place where these octets stand, at least two.
#[inline]
pub(crate) fn find<'a>(text: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    let [first, second, ..] = wanted else { return None };
    let mut rest = text;
    // The second octets are seen too, so there must be one more than are looked at.
    while let Some((chunk, _)) = rest.split_first_chunk::<17>() {
        let mut found = pairs(chunk, *first, *second);
        while found != 0 {
            let place = found.trailing_zeros() as usize;
            if let Some(after) = rest.get(place..).and_then(|rest| rest.strip_prefix(wanted)) {
                return Some(after);
            }
            found &= found - 1;
        }
        rest = rest.get(16..)?;
    }
    let place = rest.windows(wanted.len()).position(|octets| octets == wanted)?;
    rest.get(place + wanted.len()..)
}

/// A bit for each of the first sixteen octets that is the first, with the second behind it.
#[inline(always)]
fn pairs(chunk: &[u8; 17], first: u8, second: u8) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_mm_and_si128, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
        // SAFETY: SSE2 is part of every x86-64, and both loads, at any alignment, are of sixteen of the seventeen octets.
        let found = unsafe {
            let firsts = _mm_cmpeq_epi8(_mm_loadu_si128(chunk.as_ptr().cast()), _mm_set1_epi8(first.cast_signed()));
            let seconds = _mm_cmpeq_epi8(_mm_loadu_si128(chunk.as_ptr().add(1).cast()), _mm_set1_epi8(second.cast_signed()));
            _mm_movemask_epi8(_mm_and_si128(firsts, seconds))
        };
        found.cast_unsigned()
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable_pairs(chunk, first, second)
}

/// As [`pairs`], octet by octet.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable_pairs(chunk: &[u8; 17], first: u8, second: u8) -> u32 {
    let is_pair = |octets: &[u8]| u32::from(octets == [first, second]);
    chunk
        .windows(2)
        .enumerate()
        .fold(0, |found, (place, octets)| found | is_pair(octets) << place)
}

/// Where the next quote or bracket stands.
#[inline]
pub(crate) fn bracket(text: &[u8]) -> Option<usize> {
    let (chunks, rest) = text.as_chunks::<16>();
    for (count, chunk) in chunks.iter().enumerate() {
        let found = brackets(chunk);
        if found != 0 {
            return Some(count * 16 + found.trailing_zeros() as usize);
        }
    }
    let place = rest.iter().position(|octet| matches!(octet, b'"' | b'{' | b'}' | b'[' | b']'))?;
    Some(chunks.len() * 16 + place)
}

/// A bit for each octet that is a quote or a bracket.
#[inline(always)]
fn brackets(chunk: &[u8; 16]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};
        // SAFETY: SSE2 is part of every x86-64, and the load is of sixteen octets at any alignment, which the chunk has.
        let found = unsafe {
            let octets = _mm_loadu_si128(chunk.as_ptr().cast());
            // Square brackets differ from the others in one bit.
            let either = _mm_or_si128(octets, _mm_set1_epi8(0x20));
            let open = _mm_cmpeq_epi8(either, _mm_set1_epi8(0x7b));
            let close = _mm_cmpeq_epi8(either, _mm_set1_epi8(0x7d));
            let quotes = _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x22));
            _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(open, close), quotes))
        };
        found.cast_unsigned()
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable_brackets(chunk)
}

/// As [`brackets`], octet by octet.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable_brackets(chunk: &[u8; 16]) -> u32 {
    let is_one = |octet: &u8| u32::from(matches!(octet, b'"' | b'{' | b'}' | b'[' | b']'));
    chunk
        .iter()
        .enumerate()
        .fold(0, |found, (place, octet)| found | is_one(octet) << place)
}

/// How many octets of ASCII that stand for themselves a chunk has before a quote; `None` if there is no quote, or other octets before it.
#[inline(always)]
pub(crate) fn short_length(chunk: &[u8; 16]) -> Option<usize> {
    let (quotes, others) = marks(chunk);
    first_quote(quotes, others)
}

/// A string of ASCII that stands for itself and is shorter than sixteen octets, of which its closing quote is one: its text and what
/// follows the quote. `None` for all others, and where fewer than sixteen octets are left.
#[inline(always)]
pub(crate) fn short(inner: &[u8]) -> Option<(&str, &[u8])> {
    let (text, rest) = inner.split_at_checked(short_length(inner.first_chunk()?)?)?;
    // SAFETY: what stands before the first quote is none of the others, so it is ASCII.
    Some((unsafe { core::str::from_utf8_unchecked(text) }, rest.get(1..)?))
}

/// As [`short`], of any length; `None` where the string is not of ASCII alone that stands for itself.
#[inline(always)]
pub(crate) fn ascii(inner: &[u8]) -> Option<(&str, &[u8])> {
    let (text, rest) = inner.split_at_checked(ascii_end(inner)?)?;
    // SAFETY: what stands before that place is ASCII.
    Some((unsafe { core::str::from_utf8_unchecked(text) }, rest.get(1..)?))
}

/// Where the first quote stands, if all before it is ASCII that stands for itself.
#[inline(never)]
fn ascii_end(inner: &[u8]) -> Option<usize> {
    let (chunks, last) = inner.as_chunks();
    let mut end = 0;
    for chunk in chunks {
        let (quotes, others) = marks(chunk);
        if quotes | others != 0 {
            return first_quote(quotes, others).map(|place| end + place);
        }
        end += 16;
    }
    // No octet of what is there in its place stands for itself.
    let mut chunk = [0; 16];
    chunk.get_mut(..last.len())?.copy_from_slice(last);
    let (quotes, others) = marks(&chunk);
    first_quote(quotes, others).map(|place| end + place)
}

/// Where the first quote stands, of these places of quotes and of octets that do not stand for themselves, if none of those is before it.
#[inline(always)]
fn first_quote(quotes: u32, others: u32) -> Option<usize> {
    // The bits up to the first quote.
    let is_first = quotes != 0 && others & (quotes ^ quotes.wrapping_sub(1)) == 0;
    is_first.then(|| quotes.trailing_zeros() as usize)
}

/// What follows white space of less than sixteen octets.
#[inline(always)]
pub(crate) fn few_spaces(text: &[u8]) -> Option<&[u8]> {
    let length = space(text.first_chunk()?);
    text.get(length..).filter(|_| length < 16)
}

/// What follows white space.
#[inline(never)]
pub(crate) fn spaces(mut text: &[u8]) -> &[u8] {
    while let Some((chunk, rest)) = text.split_first_chunk() {
        let length = space(chunk);
        if length < 16 {
            return text.get(length..).unwrap_or_default();
        }
        text = rest;
    }
    while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = text {
        text = rest;
    }
    text
}

/// Whether so many octets are white space, fewer than sixteen, and the next is none.
#[inline(always)]
pub(crate) fn has_spaces(text: &[u8], count: usize) -> bool {
    let Some(chunk) = text.first_chunk() else { return false };
    let others = others(chunk);
    // The bits up to the first octet that is none.
    count < 16 && others ^ others.wrapping_sub(1) == (2 << count) - 1
}

/// How many octets are white space, up to the first that is none.
#[inline]
fn space(chunk: &[u8; 16]) -> usize {
    (others(chunk) | 1 << 16).trailing_zeros() as usize
}

/// A bit for each octet that is no white space.
#[inline(always)]
fn others(chunk: &[u8; 16]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};
        // SAFETY: SSE2 is part of every x86-64, and the load is of sixteen octets at any alignment, which the chunk has.
        let spaces = unsafe {
            let octets = _mm_loadu_si128(chunk.as_ptr().cast());
            let is = |octet: u8| _mm_cmpeq_epi8(octets, _mm_set1_epi8(octet.cast_signed()));
            _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(is(b' '), is(b'\n')), _mm_or_si128(is(b'\r'), is(b'\t'))))
        };
        spaces.cast_unsigned() ^ 0xffff
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable_others(chunk)
}

/// As [`others`], octet by octet.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable_others(chunk: &[u8; 16]) -> u32 {
    let is_none = |octet: &u8| u32::from(!matches!(octet, b' ' | b'\n' | b'\r' | b'\t'));
    chunk
        .iter()
        .enumerate()
        .fold(0, |found, (place, octet)| found | is_none(octet) << place)
}

/// A bit for each octet: whether it is a quote; and whether it is no quote and does not stand for itself, or is no ASCII.
#[inline(always)]
fn marks(chunk: &[u8; 16]) -> (u32, u32) {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{_mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};
        // SAFETY: SSE2 is part of every x86-64, and the load is of sixteen octets at any alignment, which the chunk has.
        unsafe {
            let octets = _mm_loadu_si128(chunk.as_ptr().cast());
            let quotes = _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x22));
            let backslashes = _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x5c));
            // With a sign, what is no ASCII is less than any control.
            let others = _mm_or_si128(backslashes, _mm_cmplt_epi8(octets, _mm_set1_epi8(0x20)));
            (_mm_movemask_epi8(quotes).cast_unsigned(), _mm_movemask_epi8(others).cast_unsigned())
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable_marks(chunk)
}

/// As [`marks`], octet by octet.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable_marks(chunk: &[u8; 16]) -> (u32, u32) {
    let (mut quotes, mut others) = (0, 0);
    for (place, octet) in chunk.iter().enumerate() {
        quotes |= u32::from(*octet == b'"') << place;
        others |= u32::from(matches!(octet, b'\\' | 0..=0x1f | 0x80..)) << place;
    }
    (quotes, others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_found_at_every_place() {
        for length in 0..40 {
            for place in 0..length {
                for octet in 0..=u8::MAX {
                    let mut text = [b'a'; 40];
                    text[place] = octet;
                    let expected = matches!(octet, b'"' | b'{' | b'}' | b'[' | b']').then_some(place);
                    assert_eq!(bracket(&text[..length]), expected, "{octet} at {place} of {length}");
                    if let Some(chunk) = text.first_chunk() {
                        assert_eq!(brackets(chunk), portable_brackets(chunk));
                    }
                }
            }
        }
    }

    #[test]
    fn every_octet_at_every_place() {
        for octet in 0..=u8::MAX {
            for place in 0..16 {
                for other in [b'a', 0x20, 0x7f, 0x80, 0xff, 0x5d, 0x21] {
                    let mut chunk = [other; 16];
                    chunk[place] = octet;
                    let expected = chunk.iter().position(|octet| matches!(octet, b'"' | b'\\' | 0..=0x1f));
                    assert_eq!(mark(&chunk), expected, "{chunk:?}");
                    assert_eq!(portable_mark(&chunk), expected, "{chunk:?}");
                    assert_eq!(unprintable(&chunk), portable_unprintable(&chunk), "{chunk:?}");
                    assert_eq!(blank(&chunk), portable_blank(&chunk), "{chunk:?}");
                }
            }
        }
    }

    #[test]
    fn marks_and_spaces_are_what_the_portable_ones_are() {
        for octet in 0..=u8::MAX {
            for place in 0..16 {
                for other in [b'a', 0x22, 0x5c, 0x1f, 0x80, 0xc2, 0xe1, 0xff] {
                    let mut chunk = [other; 16];
                    chunk[place] = octet;
                    assert_eq!(marks(&chunk), portable_marks(&chunk), "{chunk:?}");
                    chunk[..place].fill(b' ');
                    assert_eq!(others(&chunk), portable_others(&chunk), "{chunk:?}");
                    for count in 0..17 {
                        assert_eq!(has_spaces(&chunk, count), count < 16 && space(&chunk) == count, "{chunk:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn octets_are_found_at_every_place() {
        for length in 0..60 {
            for place in 0..length {
                let mut text = alloc::vec![b'"'; length];
                text.splice(place.., *b"\"type\"");
                text.extend(core::iter::repeat_n(b't', length - place));
                assert_eq!(find(&text, b"\"type\""), Some(&text[place + 6..]), "{place} of {length}");
                assert_eq!(find(&text, b"\"typo\""), None);
                if let Some(chunk) = text.first_chunk() {
                    assert_eq!(pairs(chunk, b'"', b't'), portable_pairs(chunk, b'"', b't'));
                }
            }
        }
    }

    #[test]
    fn short_strings_end_at_their_quote() {
        assert_eq!(short(b"abc\",\"0123456789"), Some(("abc", b",\"0123456789".as_slice())));
        assert_eq!(short(b"\"0123456789abcdef"), Some(("", b"0123456789abcdef".as_slice())));
        assert_eq!(short(b"0123456789abcde\""), Some(("0123456789abcde", b"".as_slice())));
        for other in [
            "abc\"",
            "0123456789abcdef\"",
            "a\\\"bcdefghijklmn\"",
            "a\nb\"cdefghijklmn",
            "\u{e9}\"cdefghijklmnop",
        ] {
            assert_eq!(short(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn strings_of_ascii_end_at_their_quote() {
        for length in 0..70 {
            let text = "x".repeat(length);
            for rest in ["0123456789abcdef", "}", ""] {
                let whole = alloc::format!("{text}\"{rest}");
                assert_eq!(ascii(whole.as_bytes()), Some((&*text, rest.as_bytes())));
            }
            assert_eq!(ascii(text.as_bytes()), None);
            let rest = "0123456789abcdef";
            for other in ["\\", "\n", "\u{e9}"] {
                assert_eq!(ascii(alloc::format!("{text}{other}\"{rest}").as_bytes()), None);
            }
        }
    }
}
