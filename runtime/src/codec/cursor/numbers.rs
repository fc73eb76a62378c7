//! Numbers as senders write them, eight octets at a time. Each is read whole or not at all: an integer with a fraction is none.

use crate::codec::numbers::{self, HIGH, ONES, POWERS, TENS, eight, number};

/// What is no number.
const NONE: usize = 0;

/// Reads an unsigned integer; gives it and how many octets it has. Two words are given back in registers.
#[inline(never)]
pub fn read_u64(text: &[u8]) -> (u64, usize) {
    let Some((word, others)) = eight(text) else { return any_u64(text) };
    if others == 0 {
        return longer_u64(word, text);
    }
    let bits = others.trailing_zeros() & 0x38;
    // Of digits, the first of which is no zero but alone.
    if bits == 0 || (bits > 8 && word.trailing_zeros() >= 8) || goes_on(word >> bits) {
        return (0, NONE);
    }
    (number(word << (64 - bits)), (bits / 8) as usize)
}

/// An integer of more than seven digits, fifteen at most, whose first eight are known.
#[inline(always)]
fn longer_u64(first: u64, text: &[u8]) -> (u64, usize) {
    let Some((word, others)) = text.get(8..).and_then(eight).filter(|(_, others)| *others != 0) else {
        return any_u64(text);
    };
    let bits = others.trailing_zeros() & 0x38;
    let last = if bits == 0 { 0 } else { number(word << (64 - bits)) };
    let count = (bits / 8) as usize;
    match TENS.get(count) {
        Some(tens) if first.trailing_zeros() < 8 && !goes_on(word >> bits) => (number(first) * tens + last, 8 + count),
        _ => (0, NONE),
    }
}

/// Whether what stands behind an integer, less `0`, makes it none: a point, or an exponent's letter in either case.
#[inline(always)]
const fn goes_on(end: u64) -> bool {
    const POINT: u32 = 1 << ((b'.' ^ b'0') & 31);
    (POINT | EXPONENT) >> (end & 31) & 1 != 0
}

/// A bit for an exponent's letter in either case, which no other octet has that may stand behind a number.
const EXPONENT: u32 = 1 << ((b'e' ^ b'0') & 31);

#[inline(never)]
fn any_u64(text: &[u8]) -> (u64, usize) {
    numbers::read_u64(text, 0).unwrap_or((0, NONE))
}

/// Reads a signed integer; gives it and how many octets it has.
#[inline(never)]
pub fn read_i64(text: &[u8]) -> (i64, usize) {
    numbers::read_i64(text, 0).unwrap_or((0, NONE))
}

/// Reads a double; gives it and how many octets it has. A number whose digits and power of ten are doubles is their quotient, which is
/// rounded once, and therefore correctly.
#[inline(never)]
pub fn read_f64(text: &[u8]) -> (f64, usize) {
    let Some([octet, ..]) = text.first_chunk::<9>() else {
        return any_f64(text);
    };
    let sign = usize::from(*octet == b'-');
    let Some(word) = text.get(sign..).and_then(<[u8]>::first_chunk) else {
        return any_f64(text);
    };
    let word = u64::from_le_bytes(*word) ^ (ONES * 0x30);
    let negative = (sign as u64) << 63;
    if let Some(count) = hundredths(word) {
        let value = f64::from(count) / 1e2;
        return (f64::from_bits(value.to_bits() ^ negative), sign + "0.00".len());
    }
    let first = word & 0xff;
    if first > 9 {
        return (0.0, NONE);
    }
    let second = (word >> 8) as u8 ^ b'0';
    if second != b'.' {
        if second.is_ascii_digit() || matches!(second, b'e' | b'E') {
            return any_f64(text);
        }
        return (f64::from_bits((first as f64).to_bits() ^ negative), sign + 1);
    }
    // One digit, the point, and up to five digits: of six it is not known what follows them.
    let fraction = word >> 16;
    let others = (fraction.wrapping_add(ONES * 0x76) | fraction) & HIGH | 0x80 << 48;
    let bits = others.trailing_zeros() & 0x38;
    let Some(power) = POWERS.get(bits as usize / 8) else {
        return any_f64(text);
    };
    // A sixth digit, which is none any more, or an exponent.
    if (1 | EXPONENT) >> ((fraction >> bits) & 31) & 1 != 0 {
        return long_f64(text, first, sign);
    }
    if bits == 0 {
        return (0.0, NONE);
    }
    // Six digits at most; signed, since processors have that conversion.
    let digits = number((first | fraction << 8) << (56 - bits)).cast_signed();
    let value = digits as f64 / power;
    (f64::from_bits(value.to_bits() ^ negative), sign + 2 + bits as usize / 8)
}

/// A double of one digit, which is the first, and more than five behind the point.
#[inline(never)]
fn long_f64(text: &[u8], first: u64, sign: usize) -> (f64, usize) {
    let begin = sign + "0.".len();
    let (digits, end) = numbers::run(text, begin, first);
    let places = end - begin;
    // Numbers of nineteen digits have 64 bits.
    if places > 18 || matches!(text.get(end), Some(b'.' | b'e' | b'E')) {
        return any_f64(text);
    }
    match numbers::quotient(digits, places) {
        Some(value) => (f64::from_bits(value.to_bits() ^ (sign as u64) << 63), end),
        None => any_f64(text),
    }
}

/// How many hundredths a number has that is written with two digits behind the point and one before it; `word` are its octets, and what
/// follows them, less `0`.
#[inline(always)]
fn hundredths(word: u64) -> Option<i32> {
    const POINT: u32 = ((b'.' ^ b'0') as u32) << 8;
    const DIGITS: u32 = (1 << 10) - 1;
    // With a zero where the point is; digits if none of the four is greater than nine.
    let digits = word as u32 ^ POINT;
    let others = (digits.wrapping_add(0x7676_7676) | digits) & 0x8080_8080;
    // A third digit, or an exponent. No octet that may stand behind a number looks like one of these.
    let goes_on = (DIGITS | EXPONENT) >> ((word >> 32) & 31) & 1;
    if others != 0 || goes_on != 0 {
        return None;
    }
    let behind = digits >> 16;
    let fraction = (behind * 10 + (behind >> 8)) & 0xff;
    Some(((digits & 0xff) * 100 + fraction).cast_signed())
}

#[inline(never)]
fn any_f64(text: &[u8]) -> (f64, usize) {
    numbers::read_f64(text, 0).unwrap_or((0.0, NONE))
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn what_is_read_is_what_the_reader_reads() {
        let numbers = [
            "0",
            "-0",
            "7",
            "10",
            "01",
            "00",
            "-01",
            "1.5",
            "-0.98",
            "0.0",
            "-0.0",
            "1.",
            ".5",
            "-",
            "",
            "-.5",
            "1..2",
            "1.2.3",
            "1234567",
            "12345678",
            "123456789",
            "1731700000",
            "1731700000123",
            "123456789012345",
            "1234567890123456",
            "18446744073709551615",
            "18446744073709551616",
            "0.123456",
            "0.1234567",
            "123.456",
            "1234.567",
            "0.123456789012345678",
            "0.1234567890123456789",
            "9.123456789012345678",
            "9.999999999999999999",
            "9.9999999999999999999",
            "-0.010000000000000009",
            "0.00000000",
            "-0.000000000000000000",
            "0.1234567e5",
            "0.12345678e5",
            "0.1234567.8",
            "1.1234567890123456.",
            "0.123456789012345678901234567890",
            "9007199254740993",
            "1e3",
            "1.5e3",
            "1E+2",
            "-1",
            "-12345678",
            "1e400",
            "a",
            "--1",
            "99999999",
            "09999999",
            "012345678",
        ];
        for number in numbers {
            for end in [
                ",",
                "}",
                "]",
                ",\"abcdefgh\":",
                "}]}]}]}]}]}]}]}",
                ",\"abcdefghijklmnopqrstuvwxyz\":1}",
            ] {
                let text = format!("{number}{end}");
                let octets = text.as_bytes();
                // What is read of another text does not matter: what follows it is no end of a value.
                let of = |read: (u64, usize)| Some(read.0).filter(|_| read.1 == number.len() && read.1 > 0);
                let read = |read: Result<(u64, usize), _>| of(read.unwrap_or((0, 0)));
                assert_eq!(of(read_u64(octets)), read(numbers::read_u64(octets, 0)), "{text}");
                let (value, length) = read_i64(octets);
                assert_eq!(
                    of((value.cast_unsigned(), length)),
                    read(numbers::read_i64(octets, 0).map(|(value, end)| (value.cast_unsigned(), end))),
                    "{text}"
                );
                let (value, length) = read_f64(octets);
                assert_eq!(
                    of((value.to_bits(), length)),
                    read(numbers::read_f64(octets, 0).map(|(value, end)| (value.to_bits(), end))),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn hundredths_are_the_nearest_whatever_follows() {
        for count in 0..1000 {
            for sign in ["", "-"] {
                for next in 0..=u8::MAX {
                    let number = format!("{sign}{}.{:02}", count / 100, count % 100);
                    let text = [number.as_bytes(), &[next], b",       "].concat();
                    let (value, length) = read_f64(&text);
                    let (expected, end) = any_f64(&text);
                    assert_eq!((value.to_bits(), length), (expected.to_bits(), end), "{number} and {next:#x}");
                }
            }
        }
    }

    #[test]
    fn short_doubles_are_the_nearest() {
        for digits in (0..10_000_000u32).step_by(997) {
            for point in 1..7 {
                let text = format!("{digits:07}");
                let text = format!("{}.{},       ", text[..point].parse::<u32>().unwrap(), &text[point..]);
                let number = text.split(',').next().unwrap();
                assert_eq!(read_f64(text.as_bytes()), (number.parse().unwrap(), number.len()));
            }
        }
    }

    #[test]
    fn long_doubles_are_the_nearest() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..200_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let (first, digits) = (state >> 60, format!("{:020}", state.rotate_left(20)));
            let places = 1 + (state >> 8) as usize % digits.len();
            let value = f64::from_bits(state >> 12 | 0x3ff0_0000_0000_0000);
            for number in [format!("{}.{}", first % 10, &digits[..places]), format!("-{}", value - 1.0)] {
                let text = format!("{number},\"abcdefghijklmnopqrstuvwxyz\":");
                let (value, length) = read_f64(text.as_bytes());
                let nearest: f64 = number.parse().unwrap();
                assert_eq!((value.to_bits(), length), (nearest.to_bits(), number.len()), "{number}");
            }
        }
    }
}
