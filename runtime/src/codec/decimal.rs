//! The nearest double to a decimal with many digits, by the method of Eisel and Lemire (*Number parsing at a gigabyte per second*, 2021).

/// As many powers of ten as the method needs no second look for.
const POWERS: usize = 27;

/// Reciprocals of powers of five, rounded up, with their upmost bit set: of `5^n` at `n`.
const FIFTHS: [u128; POWERS + 1] = {
    let mut fifths = [0; POWERS + 1];
    let (mut power, mut n) = (5u64, 1);
    while n <= POWERS {
        fifths[n] = reciprocal(power);
        power = power.wrapping_mul(5);
        n += 1;
    }
    fifths
};

/// `2^(127 + bits) / power + 1`, where `power` has so many bits.
const fn reciprocal(power: u64) -> u128 {
    let mut bit = 127 + 64 - power.leading_zeros();
    let (mut rest, mut quotient) = (1u128, 0u128);
    loop {
        quotient <<= 1;
        if rest >= power as u128 {
            rest -= power as u128;
            quotient |= 1;
        }
        if bit == 0 {
            return quotient + 1;
        }
        rest <<= 1;
        bit -= 1;
    }
}

/// The double that is nearest to `digits` divided by `10^tens`; `None` where this says nothing.
#[inline]
pub fn nearest(digits: u64, tens: usize) -> Option<f64> {
    const MANTISSA: u32 = 52;
    let fifth = FIFTHS.get(tens).filter(|_| tens > 0 && digits > 0)?;
    let zeros = digits.leading_zeros();
    let digits = u128::from(digits << zeros);
    let first = digits * (fifth >> 64);
    let (mut high, mut low) = ((first >> 64) as u64, first as u64);
    // The lower half matters only where a carry could come up to the bits that count.
    const SEEN: u64 = u64::MAX >> (MANTISSA + 3);
    if high & SEEN == SEEN {
        let second = digits * (fifth & u128::from(u64::MAX));
        let carried;
        (low, carried) = low.overflowing_add((second >> 64) as u64);
        high += u64::from(carried);
    }
    let upper = (high >> 63) as u32;
    let shift = upper + 64 - MANTISSA - 3;
    let mut mantissa = high >> shift;
    // What lies in the middle of two doubles becomes the even one; with more than four decimals nothing lies there.
    if low <= 1 && tens <= 4 && mantissa & 3 == 1 && mantissa << shift == high {
        mantissa &= !1;
    }
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    // The exponent of 10^-tens in powers of two.
    let tens = i64::try_from(tens).ok()?;
    let mut exponent = ((-tens * (152_170 + 65_536)) >> 16) + 63 + i64::from(upper) - i64::from(zeros) + 1023;
    if mantissa >= 2 << MANTISSA {
        mantissa = 1 << MANTISSA;
        exponent += 1;
    }
    let exponent = u64::try_from(exponent).ok().filter(|exponent| (1..2047).contains(exponent))?;
    Some(f64::from_bits(exponent << MANTISSA | mantissa & !(1 << MANTISSA)))
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::ToString};

    use super::*;

    fn check(digits: u64, tens: usize) {
        let exact: f64 = format!("{digits}e-{tens}").parse().unwrap();
        if let Some(nearest) = nearest(digits, tens) {
            assert_eq!(nearest.to_bits(), exact.to_bits(), "{digits}e-{tens}");
        }
    }

    #[test]
    fn it_is_what_the_library_says() {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        for round in 0..400_000u32 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            check(state >> (round % 64), 1 + (round as usize / 64) % POWERS);
        }
    }

    #[test]
    fn what_lies_in_the_middle_is_rounded_to_the_even_one() {
        for tens in 1..=POWERS {
            for bits in 53..64 {
                for odd in [1u64, 3, 5, 7] {
                    let middle = (1u64 << bits) + (odd << (bits - 53));
                    for digits in [middle - 1, middle, middle + 1] {
                        check(digits, tens);
                        if let Some(digits) = digits.checked_mul(10) {
                            check(digits, tens);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn doubles_come_back_from_their_shortest_text() {
        let mut state = 1u64;
        for _ in 0..200_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let value = (state >> 11) as f64 / (1u64 << 53) as f64 * 100.0;
            let text = value.to_string();
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let Ok(digits) = format!("{whole}{fraction}").parse() else {
                continue;
            };
            if let Some(nearest) = nearest(digits, fraction.len()) {
                assert_eq!(nearest.to_bits(), value.to_bits(), "{text}");
            }
        }
    }
}
