//! UUIDs, all of their digits at a time.

/// What the text of a UUID stands for: hexadecimal digits in either case, and hyphens between them.
#[inline(never)]
pub(crate) fn uuid(text: &[u8; 36]) -> Option<[u8; 16]> {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{
            __m128i, _mm_add_epi8, _mm_and_si128, _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_packus_epi16,
            _mm_set1_epi8, _mm_set1_epi16, _mm_slli_epi16, _mm_srli_epi16, _mm_storeu_si128, _mm_sub_epi8,
        };
        let [a, b, c, d] = words(text)?;
        let digits = [u128::from(a) | u128::from(b) << 64, u128::from(c) | u128::from(d) << 64];
        let mut octets = [0; 16];
        // SAFETY: SSE2 is part of every x86-64; a `u128` has the size of a vector, of which any bits are one; the store is of sixteen octets
        // at any alignment, which the array has.
        unsafe {
            let mut all = _mm_set1_epi8(-1);
            let [low, high] = digits.map(|digits| {
                let digits: __m128i = core::mem::transmute(digits);
                let number = _mm_sub_epi8(digits, _mm_set1_epi8(0x30));
                let letter = _mm_sub_epi8(_mm_or_si128(digits, _mm_set1_epi8(0x20)), _mm_set1_epi8(0x61));
                let is_number = _mm_cmpeq_epi8(_mm_min_epu8(number, _mm_set1_epi8(9)), number);
                let is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
                all = _mm_and_si128(all, _mm_or_si128(is_number, is_letter));
                let letter = _mm_add_epi8(letter, _mm_set1_epi8(10));
                let halves = _mm_or_si128(_mm_and_si128(number, is_number), _mm_and_si128(letter, is_letter));
                // The upper half of an octet comes first.
                let octets = _mm_or_si128(_mm_slli_epi16(halves, 4), _mm_srli_epi16(halves, 8));
                _mm_and_si128(octets, _mm_set1_epi16(0xff))
            });
            if _mm_movemask_epi8(all) != 0xffff {
                return None;
            }
            _mm_storeu_si128(octets.as_mut_ptr().cast(), _mm_packus_epi16(low, high));
        }
        Some(octets)
    }
    #[cfg(not(target_arch = "x86_64"))]
    crate::codec::formats::uuid_octets(text).map(crate::Uuid::into_bytes)
}

/// The 32 digits of a UUID's text, eight in each word, if hyphens stand where they must.
#[cfg(target_arch = "x86_64")]
#[inline]
fn words(text: &[u8; 36]) -> Option<[u64; 4]> {
    let [
        a @ ..,
        b'-',
        b0,
        b1,
        b2,
        b3,
        b'-',
        b4,
        b5,
        b6,
        b7,
        b'-',
        c0,
        c1,
        c2,
        c3,
        b'-',
        c4,
        c5,
        c6,
        c7,
        d0,
        d1,
        d2,
        d3,
        d4,
        d5,
        d6,
        d7,
    ] = *text
    else {
        return None;
    };
    let words = [
        a,
        [b0, b1, b2, b3, b4, b5, b6, b7],
        [c0, c1, c2, c3, c4, c5, c6, c7],
        [d0, d1, d2, d3, d4, d5, d6, d7],
    ];
    Some(words.map(u64::from_le_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_what_they_are_one_by_one() {
        let plain = *b"4F3c9e2a-8b21-4c71-9d3f-1a9b12345678";
        for place in 0..36 {
            for octet in 0..=u8::MAX {
                let mut octets = plain;
                octets[place] = octet;
                let portable = crate::codec::formats::uuid_octets(&octets).map(crate::Uuid::into_bytes);
                assert_eq!(uuid(&octets), portable, "{octets:?}");
            }
        }
    }
}
