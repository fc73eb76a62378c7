//! Octets behind a pointer: what writing does without a check for room at each value. All of it is unsafe, none of it is reached but
//! through [`super::pieces`], which makes the room; its safe twins are the functions of [`mod@super::write`], which tests and the fuzzer
//! compare it with.
//!
//! Each function writes at `at` and gives the place behind what it wrote. The caller has made room for as many octets as the function
//! says that it writes at most, and takes what stands behind the returned place for nothing: numbers are stored a word at a time.

mod doubles;

use core::ptr;

use uuid::Uuid;

pub(crate) use doubles::{FLOAT, f64};

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = ONES << 7;

/// Octets that a copied text must not have, found many at a time.
pub(crate) trait Unfit {
    /// Whether one of eight octets is unfit.
    fn eight(octets: u64) -> bool;

    /// Whether one of sixteen is.
    #[inline]
    fn sixteen(octets: [u8; 16]) -> bool {
        let both = u128::from_le_bytes(octets);
        Self::eight(both as u64) | Self::eight((both >> 64) as u64)
    }
}

/// What a JSON string escapes: a quote, a backslash, a control.
pub(crate) enum Escaped {}

impl Unfit for Escaped {
    #[inline]
    fn eight(octets: u64) -> bool {
        let (quote, backslash) = (octets ^ (ONES * 0x22), octets ^ (ONES * 0x5c));
        // A borrow comes only from an octet that is unfit itself.
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash)
            | (octets.wrapping_sub(ONES * 0x20) & !octets);
        found & HIGH != 0
    }

    #[cfg(target_arch = "x86_64")]
    #[inline]
    fn sixteen(octets: [u8; 16]) -> bool {
        super::scan::mark(&octets).is_some()
    }
}

/// What a line of a head may not hold as it is: no printable ASCII.
pub(crate) enum Unprintable {}

impl Unfit for Unprintable {
    #[inline]
    fn eight(octets: u64) -> bool {
        (octets.wrapping_sub(ONES * 0x20) | octets.wrapping_add(ONES)) & HIGH != 0
    }

    #[inline]
    fn sixteen(octets: [u8; 16]) -> bool {
        super::scan::unprintable(&octets) != 0
    }
}

/// Nothing.
pub(crate) enum Nothing {}

impl Unfit for Nothing {
    #[inline]
    fn eight(_: u64) -> bool {
        false
    }
}

/// Copies a text, if nothing in it is unfit, and says whether it did. Writes at most its octets.
///
/// # Safety
/// `at` has room for them.
#[inline]
pub(crate) unsafe fn fit<U: Unfit>(at: *mut u8, text: &[u8]) -> bool {
    let length = text.len();
    // The last sixteen, eight or four octets overlap with those before, so that every length has few steps.
    // SAFETY: each load and store is of octets of the text, at their own distance from its begin.
    unsafe {
        if let (Some(first), Some(last)) = (text.first_chunk::<16>(), text.last_chunk::<16>()) {
            if length > 32 {
                return long::<U>(at, text);
            }
            at.cast::<[u8; 16]>().write_unaligned(*first);
            at.add(length - 16).cast::<[u8; 16]>().write_unaligned(*last);
            return !(U::sixteen(*first) | U::sixteen(*last));
        }
        if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
            at.cast::<[u8; 8]>().write_unaligned(*first);
            at.add(length - 8).cast::<[u8; 8]>().write_unaligned(*last);
            let both = u128::from(u64::from_le_bytes(*first)) | u128::from(u64::from_le_bytes(*last)) << 64;
            return !U::sixteen(both.to_le_bytes());
        }
        if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            at.cast::<[u8; 4]>().write_unaligned(*first);
            at.add(length - 4).cast::<[u8; 4]>().write_unaligned(*last);
            let both = u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32;
            return !U::sixteen((u128::from(both) << 64 | u128::from(both)).to_le_bytes());
        }
        match text {
            [first, .., last] => {
                let middle = text[length / 2];
                *at = *first;
                *at.add(length / 2) = middle;
                *at.add(length - 1) = *last;
                !U::eight(u64::from_le_bytes([*first, middle, *last, b'x', b'x', b'x', b'x', b'x']))
            }
            [only] => {
                *at = *only;
                !U::eight(u64::from_le_bytes([*only, b'x', b'x', b'x', b'x', b'x', b'x', b'x']))
            }
            [] => true,
        }
    }
}

/// As [`fit`], of at least sixteen octets.
#[inline(never)]
unsafe fn long<U: Unfit>(at: *mut u8, text: &[u8]) -> bool {
    let (chunks, _) = text.as_chunks::<16>();
    let mut place = at;
    for chunk in chunks {
        // SAFETY: the chunks are the text's, one behind the other.
        unsafe {
            place.cast::<[u8; 16]>().write_unaligned(*chunk);
            place = place.add(16);
        }
        if U::sixteen(*chunk) {
            return false;
        }
    }
    let Some(last) = text.last_chunk::<16>() else { return false };
    // SAFETY: the text's last sixteen octets, of which some were copied.
    unsafe { at.add(text.len() - 16).cast::<[u8; 16]>().write_unaligned(*last) };
    !U::sixteen(*last)
}

/// Copies a text as it is. Writes its octets.
///
/// # Safety
/// `at` has room for them.
#[inline]
pub(crate) unsafe fn raw(at: *mut u8, text: &[u8]) -> *mut u8 {
    // SAFETY: the caller made the room, which nothing else refers to.
    unsafe {
        ptr::copy_nonoverlapping(text.as_ptr(), at, text.len());
        at.add(text.len())
    }
}

/// Most octets that [`u64`] writes.
pub(crate) const INTEGER: usize = 20;

/// An unsigned integer. Writes at most [`INTEGER`] octets.
///
/// # Safety
/// `at` has room for them.
#[inline]
pub(crate) unsafe fn u64(at: *mut u8, value: u64) -> *mut u8 {
    // SAFETY: no store reaches farther than those of the largest number: four octets and twice eight.
    unsafe {
        if value < 10 {
            *at = b'0' | value as u8;
            at.add(1)
        } else if value < 10_000 {
            four_or_fewer(at, value as u32)
        } else {
            long_u64(at, value)
        }
    }
}

/// As [`u64`], of at least five digits.
#[inline(never)]
unsafe fn long_u64(at: *mut u8, value: u64) -> *mut u8 {
    let (upper, lower) = (value / 100_000_000, value % 100_000_000);
    // SAFETY: as there.
    unsafe {
        if upper == 0 {
            return eight_or_fewer(at, value);
        }
        let behind = if upper < 10_000 {
            four_or_fewer(at, upper as u32)
        } else if upper < 100_000_000 {
            eight_or_fewer(at, upper)
        } else {
            let behind = four_or_fewer(at, (upper / 100_000_000) as u32);
            behind
                .cast::<u64>()
                .write_unaligned(to_le(eight_digits(upper % 100_000_000) | (ONES * 0x30)));
            behind.add(8)
        };
        behind.cast::<u64>().write_unaligned(to_le(eight_digits(lower) | (ONES * 0x30)));
        behind.add(8)
    }
}

/// A signed integer. Writes at most [`INTEGER`] octets: the magnitude of one has a digit less than the longest unsigned one.
///
/// # Safety
/// `at` has room for them.
#[inline]
pub(crate) unsafe fn i64(at: *mut u8, value: i64) -> *mut u8 {
    // SAFETY: of at most nineteen digits, the stores reach no farther than nineteen octets behind the sign.
    unsafe {
        *at = b'-';
        u64(at.add(usize::from(value < 0)), value.unsigned_abs())
    }
}

/// Octets of a UUID.
pub(crate) const UUID: usize = 36;

/// A UUID in lower case, with hyphens. Writes [`UUID`] octets.
///
/// # Safety
/// `at` has room for them.
#[inline]
pub(crate) unsafe fn uuid(at: *mut u8, value: &Uuid) -> *mut u8 {
    let [upper, lower] = hexadecimal(value.as_bytes());
    // SAFETY: the last store begins at the twentieth octet and has sixteen.
    unsafe {
        at.cast::<u64>().write_unaligned(to_le(upper as u64));
        *at.add(8) = b'-';
        at.add(9).cast::<u32>().write_unaligned(((upper >> 64) as u32).to_le());
        *at.add(13) = b'-';
        at.add(14).cast::<u32>().write_unaligned(((upper >> 96) as u32).to_le());
        at.add(20).cast::<u128>().write_unaligned(lower.to_le());
        *at.add(18) = b'-';
        at.add(19).cast::<u32>().write_unaligned((lower as u32).to_le());
        *at.add(23) = b'-';
        at.add(UUID)
    }
}

/// The hexadecimal digits of sixteen octets; the first stands in the lowest octet.
#[inline]
fn hexadecimal(octets: &[u8; 16]) -> [u128; 2] {
    #[cfg(target_arch = "x86_64")]
    {
        use core::arch::x86_64::{
            _mm_add_epi8, _mm_and_si128, _mm_cmpgt_epi8, _mm_loadu_si128, _mm_set1_epi8, _mm_srli_epi16, _mm_storeu_si128,
            _mm_unpackhi_epi8, _mm_unpacklo_epi8,
        };
        let mut digits = [0_u128; 2];
        // SAFETY: SSE2 is part of every x86-64; the load is of the sixteen octets, each store of sixteen of the thirty-two.
        unsafe {
            let octets = _mm_loadu_si128(octets.as_ptr().cast());
            let lower_half = _mm_set1_epi8(0x0f);
            let (upper, lower) = (
                _mm_and_si128(_mm_srli_epi16::<4>(octets), lower_half),
                _mm_and_si128(octets, lower_half),
            );
            for (place, nibbles) in digits
                .iter_mut()
                .zip([_mm_unpacklo_epi8(upper, lower), _mm_unpackhi_epi8(upper, lower)])
            {
                let letters = _mm_and_si128(_mm_cmpgt_epi8(nibbles, _mm_set1_epi8(9)), _mm_set1_epi8(0x27));
                let text = _mm_add_epi8(_mm_add_epi8(nibbles, _mm_set1_epi8(0x30)), letters);
                _mm_storeu_si128(ptr::from_mut(place).cast(), text);
            }
        }
        digits
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable_hexadecimal(octets)
}

/// As [`hexadecimal`], four octets at a time.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable_hexadecimal(octets: &[u8; 16]) -> [u128; 2] {
    let four = |octets: &[u8]| {
        let [a, b, c, d] = *octets else { return 0 };
        let spread = u64::from_le_bytes([a >> 4, a & 15, b >> 4, b & 15, c >> 4, c & 15, d >> 4, d & 15]);
        // Of ten and more, adding six reaches the upper half.
        let letters = (spread + ONES * 6) >> 4 & ONES;
        spread + ONES * 0x30 + letters * 0x27
    };
    let eight = |octets: &[u8]| u128::from(four(&octets[..4])) | u128::from(four(&octets[4..])) << 64;
    [eight(&octets[..8]), eight(&octets[8..])]
}

/// A number of at most four digits. Writes four octets.
#[inline]
unsafe fn four_or_fewer(at: *mut u8, value: u32) -> *mut u8 {
    let digits = four_digits(value);
    // The last digit stands, whatever it is.
    let zeros = (digits | 1 << 24).trailing_zeros() / 8;
    // SAFETY: the caller made room for four octets.
    unsafe {
        at.cast::<u32>().write_unaligned(((digits | 0x3030_3030) >> (zeros * 8)).to_le());
        at.add(4 - zeros as usize)
    }
}

/// A number of at most eight digits. Writes eight octets.
#[inline]
unsafe fn eight_or_fewer(at: *mut u8, value: u64) -> *mut u8 {
    let digits = eight_digits(value);
    let zeros = (digits | 1 << 56).trailing_zeros() / 8;
    // SAFETY: the caller made room for eight octets.
    unsafe {
        at.cast::<u64>().write_unaligned(to_le((digits | (ONES * 0x30)) >> (zeros * 8)));
        at.add(8 - zeros as usize)
    }
}

/// The digits of a number below ten thousand, an octet each; the first stands in the lowest.
#[inline]
const fn four_digits(value: u32) -> u32 {
    let hundreds = (value * 10_486) >> 20;
    let pairs = hundreds | (value - hundreds * 100) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f;
    tens | (pairs - tens * 10) << 8
}

/// The digits of a number below a hundred million, likewise.
#[inline]
const fn eight_digits(value: u64) -> u64 {
    let upper = value / 10_000;
    let fours = upper | (value - upper * 10_000) << 32;
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = hundreds | (fours - hundreds * 100) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (pairs - tens * 10) << 8
}

#[inline]
const fn to_le(octets: u64) -> u64 {
    octets.to_le()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number() {
        for value in 0..10_000 {
            let text = alloc::format!("{value:04}");
            let octets = (four_digits(value) | 0x3030_3030).to_le_bytes();
            assert_eq!(&octets, text.as_bytes());
            for other in [0, 1, 9, 10, 99, 100, 5_000, 9_999] {
                let (text, value) = (alloc::format!("{value:04}{other:04}"), u64::from(value) * 10_000 + other);
                assert_eq!(&(eight_digits(value) | (ONES * 0x30)).to_le_bytes(), text.as_bytes());
            }
        }
    }

    #[test]
    fn hexadecimal_is_the_same_both_ways() {
        for octet in 0..=u8::MAX {
            for place in 0..16 {
                let mut octets = *b"\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98\x76\x54\x32\x10";
                octets[place] = octet;
                assert_eq!(hexadecimal(&octets), portable_hexadecimal(&octets));
            }
        }
    }

    #[test]
    fn what_is_unfit_is_found_at_every_place() {
        for length in 0..40 {
            for octet in 0..=u8::MAX {
                for place in 0..length {
                    let mut text = alloc::vec![b'x'; length];
                    text[place] = octet;
                    let mut copy = alloc::vec![0; length];
                    // SAFETY: the copy is as long as the text.
                    let (json, line) = unsafe {
                        (
                            fit::<Escaped>(copy.as_mut_ptr(), &text),
                            fit::<Unprintable>(copy.as_mut_ptr(), &text),
                        )
                    };
                    assert!(copy == text || !(json && line));
                    assert_eq!(json, !matches!(octet, b'"' | b'\\' | 0..=0x1f), "{octet:#x} at {place} of {length}");
                    assert_eq!(line, matches!(octet, b' '..=b'~'), "{octet:#x} at {place} of {length}");
                }
            }
        }
    }
}
