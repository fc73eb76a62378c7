//! What the fast path knows of octets that the compiler does not: the only code of the codec that is not safe by itself.
//!
//! Each function says why it is sound, is as small as it can be, and has a portable twin that the tests compare it with.

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
