//! UTF-8, sixteen octets at a time.

/// The text that octets are, if they are UTF-8.
#[inline]
pub(crate) fn utf8(octets: &[u8]) -> Option<&str> {
    if is_plain(octets) {
        // SAFETY: it is UTF-8 of characters with up to three octets, as the function says.
        return Some(unsafe { core::str::from_utf8_unchecked(octets) });
    }
    core::str::from_utf8(octets).ok()
}

/// Whether octets are UTF-8 that has only characters of one, two, and three octets, but for those that begin with `E0` or `ED`, of which not
/// all are characters.
#[inline]
fn is_plain(octets: &[u8]) -> bool {
    let (chunks, rest) = octets.as_chunks::<16>();
    // A bit for each octet at the start of a chunk that must go on with a character of the one before.
    let mut due = 0;
    for chunk in chunks {
        let Some(next) = plain_chunk(chunk, due) else { return false };
        due = next;
    }
    let mut last = [0; 16];
    let Some(start) = last.get_mut(..rest.len()) else { return false };
    start.copy_from_slice(rest);
    plain_chunk(&last, due) == Some(0)
}

/// What the next chunk must begin with, as [`is_plain`] has it; `None` if this one is not plain.
#[inline]
fn plain_chunk(chunk: &[u8; 16], due: u32) -> Option<u32> {
    let [others, going_on, of_two, of_three] = classes(chunk);
    if others | due == 0 {
        return Some(0);
    }
    let expected = due | ((of_two | of_three) << 1) | (of_three << 2);
    (going_on == expected & 0xffff && others == going_on | of_two | of_three).then_some(expected >> 16)
}

/// A bit for each octet: whether it is no ASCII; goes on with a character; begins one of two octets; begins one of three, but for `E0` and `ED`.
#[inline]
fn classes(chunk: &[u8; 16]) -> [u32; 4] {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{
            _mm_and_si128, _mm_andnot_si128, _mm_cmpeq_epi8, _mm_cmpgt_epi8, _mm_cmplt_epi8, _mm_loadu_si128, _mm_movemask_epi8,
            _mm_set1_epi8,
        };
        // SAFETY: SSE2 is part of every x86-64, and the load is of sixteen octets at any alignment, which the chunk has.
        unsafe {
            let octets = _mm_loadu_si128(chunk.as_ptr().cast());
            // With a sign, all that is no ASCII is below zero, from -128 for `80` to -1 for `FF`.
            let below = |octet: u8| _mm_cmplt_epi8(octets, _mm_set1_epi8(octet.cast_signed()));
            let above = |octet: u8| _mm_cmpgt_epi8(octets, _mm_set1_epi8(octet.cast_signed()));
            let of_two = _mm_and_si128(above(0xc1), below(0xe0));
            let of_three = _mm_and_si128(above(0xe0), below(0xf0));
            let of_three = _mm_andnot_si128(_mm_cmpeq_epi8(octets, _mm_set1_epi8(0xed_u8.cast_signed())), of_three);
            [octets, below(0xc0), of_two, of_three].map(|class| _mm_movemask_epi8(class).cast_unsigned())
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable_classes(chunk)
}

/// As [`classes`], octet by octet.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable_classes(chunk: &[u8; 16]) -> [u32; 4] {
    let mut classes = [0; 4];
    for (place, octet) in chunk.iter().enumerate() {
        let of = [
            *octet >= 0x80,
            (0x80..0xc0).contains(octet),
            (0xc2..0xe0).contains(octet),
            (0xe1..0xf0).contains(octet) && *octet != 0xed,
        ];
        for (class, of) in classes.iter_mut().zip(of) {
            *class |= u32::from(of) << place;
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_what_the_portable_ones_are() {
        for octet in 0..=u8::MAX {
            for place in 0..16 {
                for other in [b'a', 0x80, 0xc2, 0xe1, 0xff] {
                    let mut chunk = [other; 16];
                    chunk[place] = octet;
                    assert_eq!(classes(&chunk), portable_classes(&chunk), "{chunk:?}");
                }
            }
        }
    }

    #[test]
    fn octets_are_utf8_if_the_library_says_so() {
        let parts: [&[u8]; 16] = [
            b"a",
            b"01234567890123",
            "\u{e9}".as_bytes(),
            "\u{442}\u{451}".as_bytes(),
            "\u{20ac}".as_bytes(),
            "\u{fffd}".as_bytes(),
            "\u{d7ff}".as_bytes(),
            "\u{1f600}".as_bytes(),
            b"\xc1\x80",
            b"\xe0\x80\x80",
            b"\xed\xa0\x80",
            b"\xe2\x82",
            b"\x80",
            b"\xc3",
            b"\xf5\x80\x80\x80",
            b"\xff",
        ];
        let mut octets = alloc::vec::Vec::new();
        for before in 0..18 {
            for one in parts {
                for two in parts {
                    for three in parts {
                        octets.clear();
                        octets.resize(before, b'x');
                        for part in [one, two, three] {
                            octets.extend_from_slice(part);
                        }
                        assert_eq!(utf8(&octets), core::str::from_utf8(&octets).ok(), "{octets:x?}");
                    }
                }
            }
        }
    }
}
