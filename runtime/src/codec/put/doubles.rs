//! Doubles behind a pointer: the three lengths that they have, shortest first.

use super::{Nothing, fit, four_digits, raw, to_le, u64};
use crate::codec::shortest::Number;

/// Most octets that [`f64`] writes.
pub(crate) const FLOAT: usize = 32;

/// Added to a double that is no greater than 2^51, leaves the nearest whole number in the lower bits.
const WHOLE: f64 = 6_755_399_441_055_744.0;

/// A double's shortest text; `null` of what is not finite. Writes at most [`FLOAT`] octets.
///
/// A decimal of at most four places is a whole number of less than sixteen digits, divided by ten thousand: two doubles that are
/// exact, whose quotient is rounded once. If it is the value, the decimal stands for the value; and of all decimals of at most
/// fifteen digits no other one does, so without its last zeros it is the shortest. Those with one digit before the point, which most
/// are that people or sensors write, are found here.
///
/// # Safety
/// `at` has room for them.
#[inline]
pub(crate) unsafe fn f64(at: *mut u8, value: f64) -> *mut u8 {
    let magnitude = value.abs();
    let rounded = magnitude * 1e4 + WHOLE;
    let number = rounded.to_bits().wrapping_sub(WHOLE.to_bits());
    // Of what is greater, or no number, the bits are greater too.
    if number >= 100_000 || (rounded - WHOLE) / 1e4 != magnitude {
        // SAFETY: as the caller says.
        return unsafe { longer(at, value) };
    }
    let number = number as u32;
    let hundredths = number / 100;
    // SAFETY: a sign, and at most eight octets.
    unsafe {
        *at = b'-';
        let at = at.add(usize::from(value.is_sign_negative()));
        match HUNDREDTHS.get(hundredths as usize) {
            Some(text) if hundredths * 100 == number => {
                at.cast::<u32>().write_unaligned((*text as u32).to_le());
                at.add((text >> 32) as usize)
            }
            _ => {
                let text = u64::from(four_digits(number % 10_000)) << 16 | u64::from(number / 10_000);
                at.cast::<u64>().write_unaligned(to_le(text | 0x3030_3030_2e30));
                at.add(1 + (text | 1).ilog2() as usize / 8)
            }
        }
    }
}

/// The texts of the hundredths below ten, the first octet in the lowest, and above them how many octets they have.
static HUNDREDTHS: [u64; 1000] = {
    let mut texts = [0; 1000];
    let mut number = 0;
    while number < 1000 {
        let (whole, tenths, rest) = (number / 100, number / 10 % 10, number % 10);
        texts[number as usize] = match (tenths, rest) {
            (0, 0) => 1 << 32 | 0x30 | whole,
            (_, 0) => 3 << 32 | 0x30_2e_30 | whole | tenths << 16,
            (..) => 4 << 32 | 0x30_30_2e_30 | whole | tenths << 16 | rest << 24,
        };
        number += 1;
    }
    texts
};

/// As [`f64`], of a decimal with up to eleven digits before the point and four places behind it.
#[inline(never)]
unsafe fn longer(at: *mut u8, value: f64) -> *mut u8 {
    let magnitude = value.abs();
    let is_small = magnitude < 1e11;
    let rounded = magnitude * 1e4 + WHOLE;
    if !is_small || (rounded - WHOLE) / 1e4 != magnitude {
        // SAFETY: as the caller says.
        return unsafe { any(at, value) };
    }
    let number = rounded.to_bits() - WHOLE.to_bits();
    let (whole, places) = (number / 10_000, (number % 10_000) as u32);
    // SAFETY: a sign, twenty octets for a whole number, a point and four digits.
    unsafe {
        *at = b'-';
        let at = u64(at.add(usize::from(value.is_sign_negative())), whole);
        let digits = four_digits(places);
        *at = b'.';
        at.add(1).cast::<u32>().write_unaligned((digits | 0x3030_3030).to_le());
        let zeros = digits.leading_zeros() as usize / 8;
        if digits == 0 { at } else { at.add(5 - zeros) }
    }
}

/// As [`f64`], of any double.
#[inline(never)]
unsafe fn any(at: *mut u8, value: f64) -> *mut u8 {
    // SAFETY: no number's text has more octets than there is room for.
    unsafe {
        if (1e-4..1e15).contains(&value.abs()) {
            // It has no exponent, and mostly a fraction.
            let mut buffer = zmij::Buffer::new();
            let text = buffer.format_finite(value);
            let text = text.strip_suffix(".0").unwrap_or(text);
            fit::<Nothing>(at, text.as_bytes());
            at.add(text.len())
        } else {
            raw(at, Number::of(value).as_bytes())
        }
    }
}
