//! JSON numbers: their grammar, and the three ways to hold one.
//!
//! An integer is 64-bit and has neither fraction nor exponent: `1.0` and `1e3` are of another type, and what 64 bits cannot hold
//! breaks the rule `number`, as a leading `-` does for an unsigned one. A float is any JSON number, correctly rounded; what rounds
//! to infinity breaks `number`; `-0` survives.

use super::{Refused, Rule, decimal};

/// A number's extent, its grammar checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The octet after the last.
    pub end: usize,
    /// Whether there is neither fraction nor exponent.
    pub integer: bool,
}

/// Checks the number that starts at `at`.
#[inline]
pub(crate) fn scan(bytes: &[u8], mut at: usize) -> Result<Extent, Refused> {
    let mut integer = true;
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    at = if bytes.get(at) == Some(&b'0') { at + 1 } else { digits(bytes, at)? };
    if bytes.get(at) == Some(&b'.') {
        integer = false;
        at = digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        integer = false;
        at += 1;
        if let Some(b'+' | b'-') = bytes.get(at) {
            at += 1;
        }
        at = digits(bytes, at)?;
    }
    Ok(Extent { end: at, integer })
}

/// The end of one or more digits.
#[inline]
fn digits(bytes: &[u8], start: usize) -> Result<usize, Refused> {
    let mut at = start;
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    if at == start { Err(Refused::new(Rule::Syntax, at)) } else { Ok(at) }
}

/// Reads an unsigned integer at `at`; gives it and the octet after it.
#[inline]
pub(crate) fn read_u64(bytes: &[u8], start: usize) -> Result<(u64, usize), Refused> {
    if let Some((value, count @ 1..8)) = few_digits(bytes, start)
        && (count == 1 || bytes.get(start) != Some(&b'0'))
        && !matches!(bytes.get(start + count), Some(b'.' | b'e' | b'E'))
    {
        return Ok((value, start + count));
    }
    long_u64(bytes, start)
}

/// As [`read_u64`], of any digits or none.
#[inline(never)]
fn long_u64(bytes: &[u8], start: usize) -> Result<(u64, usize), Refused> {
    let mut at = start;
    let mut value: u64 = 0;
    if let Some(eight) = bytes.get(at..).and_then(eight_digits) {
        value = eight;
        at += 8;
    }
    while let Some(byte @ b'0'..=b'9') = bytes.get(at) {
        value = match value.checked_mul(10).and_then(|tens| tens.checked_add(u64::from(byte - b'0'))) {
            Some(value) => value,
            None => return Err(Refused::new(Rule::Number, start)),
        };
        at += 1;
    }
    match bytes.get(at) {
        Some(b'.' | b'e' | b'E') if at > start => Err(Refused::new(Rule::Type, start)),
        Some(b'-') if at == start => Err(Refused::new(Rule::Number, start)),
        _ if at == start => Err(Refused::new(Rule::Type, start)),
        _ if bytes[start] == b'0' && at > start + 1 => Err(Refused::new(Rule::Syntax, start + 1)),
        _ => Ok((value, at)),
    }
}

/// Reads a signed integer at `at`; gives it and the octet after it.
#[inline]
pub(crate) fn read_i64(bytes: &[u8], start: usize) -> Result<(i64, usize), Refused> {
    let negative = bytes.get(start) == Some(&b'-');
    let digits = start + usize::from(negative);
    if bytes.get(digits) == Some(&b'-') {
        return Err(Refused::new(Rule::Syntax, digits));
    }
    let (magnitude, end) = read_u64(bytes, digits)?;
    let value = if negative {
        0i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    };
    match value {
        Some(value) => Ok((value, end)),
        None => Err(Refused::new(Rule::Number, start)),
    }
}

pub(super) const ONES: u64 = u64::from_ne_bytes([1; 8]);
pub(super) const HIGH: u64 = ONES << 7;
/// What the power of ten is by which eight digits are moved to the right.
pub(super) const TENS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// Powers of ten that are doubles.
pub(super) const POWERS: [f64; 20] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
];

/// Eight octets of a text, less `0`, and the upper bit of the first that is no digit; those behind it may be of any.
#[inline(always)]
pub(super) fn eight(octets: &[u8]) -> Option<(u64, u64)> {
    let word = u64::from_le_bytes(*octets.first_chunk()?) ^ (ONES * 0x30);
    // What an octet that is no digit carries into the next one does not matter.
    let others = (word.wrapping_add(ONES * 0x76) | word) & HIGH;
    Some((word, others))
}

/// The number that eight digits are, the first of them in the lowest octet.
#[inline(always)]
pub(super) fn number(digits: u64) -> u64 {
    let pairs = (digits.wrapping_mul(10) + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul(10_000) + (fours >> 32)) & 0xffff_ffff
}

/// The number that the digits from here on are, of which eight are looked at, and how many there are. `None` where fewer octets are left.
#[inline]
fn few_digits(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let (word, others) = eight(bytes.get(at..)?)?;
    let count = others.trailing_zeros() as usize / 8;
    // Those that are no digits are moved out; in their place come zeros in front.
    let digits = if count == 0 { 0 } else { number(word << (64 - 8 * count)) };
    Some((digits, count))
}

/// The number that the first eight octets are, if all of them are digits.
#[inline]
fn eight_digits(bytes: &[u8]) -> Option<u64> {
    let (word, others) = eight(bytes)?;
    (others == 0).then(|| number(word))
}

/// Reads a double at `at`; gives it and the octet after it.
#[inline]
pub(crate) fn read_f64(bytes: &[u8], start: usize) -> Result<(f64, usize), Refused> {
    match short_f64(bytes, start) {
        Some(read) => Ok(read),
        None => long_f64(bytes, start),
    }
}

/// A number of at most nineteen digits, without an exponent.
#[inline(always)]
fn short_f64(text: &[u8], start: usize) -> Option<(f64, usize)> {
    let is_negative = text.get(start)? == &b'-';
    let first = start + usize::from(is_negative);
    let (whole, mut end) = run(text, first, 0);
    let count = end - first;
    if count == 0 || (count > 1 && text.get(first) == Some(&b'0')) {
        return None;
    }
    let (mut value, mut fraction) = (whole, 0);
    if text.get(end) == Some(&b'.') {
        let point = end + 1;
        (value, end) = run(text, point, whole);
        fraction = end - point;
        if fraction == 0 {
            return None;
        }
    }
    // A zero before the point counts for nothing: so many digits are fewer than 2^64.
    let zero = usize::from(text.get(first) == Some(&b'0'));
    if count + fraction - zero > 19 || matches!(text.get(end), Some(b'.' | b'e' | b'E')) {
        return None;
    }
    let value = if fraction == 0 { value as f64 } else { quotient(value, fraction)? };
    Some((if is_negative { -value } else { value }, end))
}

/// The double that is nearest to digits, of which so many stand behind the point, at least one.
#[inline(always)]
pub(super) fn quotient(digits: u64, places: usize) -> Option<f64> {
    if digits <= 1 << 53 {
        // Both are doubles.
        POWERS.get(places).map(|power| digits as f64 / power)
    } else {
        decimal::nearest(digits, places)
    }
}

/// The number that `value` and the digits from `at` on are, and where these end. Past nineteen digits the number means nothing.
#[inline(always)]
pub(super) fn run(text: &[u8], mut at: usize, mut value: u64) -> (u64, usize) {
    let mut rest = text.get(at..).unwrap_or_default();
    while let (Some((word, others)), Some(behind)) = (eight(rest), rest.get(8..)) {
        if others != 0 {
            let bits = others.trailing_zeros() & 0x38;
            let count = (bits / 8) as usize;
            if let Some(tens) = TENS.get(count).filter(|_| count > 0) {
                value = value.wrapping_mul(*tens).wrapping_add(number(word << (64 - bits)));
            }
            return (value, at + count);
        }
        value = value.wrapping_mul(TENS[8]).wrapping_add(number(word));
        (rest, at) = (behind, at + 8);
    }
    for digit in rest.iter().take_while(|octet| octet.is_ascii_digit()) {
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        at += 1;
    }
    (value, at)
}

#[inline(never)]
fn long_f64(bytes: &[u8], start: usize) -> Result<(f64, usize), Refused> {
    if !matches!(bytes.get(start), Some(b'-' | b'0'..=b'9')) {
        return Err(Refused::new(Rule::Type, start));
    }
    let end = scan(bytes, start)?.end;
    // What the grammar admits is ASCII.
    let text = bytes.get(start..end).and_then(|number| core::str::from_utf8(number).ok());
    match text.and_then(parse_f64) {
        Some(value) => Ok((value, end)),
        None => Err(Refused::new(Rule::Number, start)),
    }
}

/// The nearest finite double to the text of a JSON number.
#[inline]
pub(crate) fn parse_f64(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn rule<T>(read: Result<T, Refused>) -> Result<T, Rule> {
        read.map_err(|refused| refused.rule)
    }

    #[test]
    fn the_grammar_is_strict() {
        for (text, end, integer) in [
            ("0", 1, true),
            ("-0", 2, true),
            ("10", 2, true),
            ("123]", 3, true),
            ("1.5", 3, false),
            ("0.0", 3, false),
            ("1e3", 3, false),
            ("1E+3", 4, false),
            ("-1.5e-3", 7, false),
            ("01", 1, true),
        ] {
            assert_eq!(scan(text.as_bytes(), 0), Ok(Extent { end, integer }), "{text}");
        }
        for text in ["", "-", "+1", ".5", "1.", "1.e3", "1e", "1e+", "-a", "--1", "1.-5"] {
            assert_eq!(rule(scan(text.as_bytes(), 0)), Err(Rule::Syntax), "{text}");
        }
    }

    #[test]
    fn eight_octets_are_a_number_if_each_is_a_digit() {
        assert_eq!(eight_digits(b"12345678"), Some(12_345_678));
        assert_eq!(eight_digits(b"99999999,"), Some(99_999_999));
        assert_eq!(eight_digits(b"1234567"), None);
        for place in 0..8 {
            for octet in 0..=u8::MAX {
                let mut octets = *b"12345678";
                octets[place] = octet;
                let number = core::str::from_utf8(&octets)
                    .ok()
                    .and_then(|text| text.bytes().all(|octet| octet.is_ascii_digit()).then(|| text.parse().ok())?);
                assert_eq!(eight_digits(&octets), number, "{octets:?}");
            }
        }
    }

    #[test]
    fn few_digits_are_counted() {
        for length in 0..=8 {
            for octet in (0..=u8::MAX).filter(|octet| !octet.is_ascii_digit()) {
                let mut octets = *b"9876543219876543";
                octets[length] = octet;
                let number = "98765432"[..length].parse().unwrap_or(0);
                assert_eq!(few_digits(&octets, 0), Some((number, length)), "{octet:#x}");
            }
        }
        assert_eq!(few_digits(b"1234567", 0), None);
    }

    #[test]
    fn short_doubles_are_what_long_ones_are() {
        for text in [
            "0",
            "-0",
            "0.5",
            "-0.98",
            "1.0",
            "10",
            "0.00000000000001",
            "99999.9999999999",
            "12.5]",
            "1,2",
            "7}",
            "0.1234567890123456",
            "0.010000000000000009",
            "-0.9999999999999999999",
            "1.000000000000000001",
            "1234567.890123456789",
            "9007199.2547409925",
        ] {
            let (short, end) = short_f64(text.as_bytes(), 0).unwrap();
            assert_eq!(
                Ok((short.to_bits(), end)),
                long_f64(text.as_bytes(), 0).map(|(long, end)| (long.to_bits(), end)),
                "{text}"
            );
        }
        for text in [
            "",
            "-",
            "01",
            "-01",
            ".5",
            "1.",
            "-.5",
            "1..2",
            "1.2.3",
            "1e3",
            "1.5E2",
            "0.12345678901234567890",
            "a",
            "--1",
        ] {
            assert_eq!(short_f64(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn doubles_of_many_digits_are_rounded_to_the_nearest() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..200_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let digits = (state % 10_u64.pow(19)).to_string();
            let point = (state >> 32) as usize % digits.len();
            for text in [
                alloc::format!("{}.{}", &digits[..=point], &digits[point..]),
                alloc::format!("0.{digits}"),
                f64::from_bits(state >> 12 | 0x3ff0_0000_0000_0000).to_string(),
            ] {
                let nearest: f64 = text.parse().unwrap();
                if let Some((short, end)) = short_f64(text.as_bytes(), 0) {
                    assert_eq!((short.to_bits(), end), (nearest.to_bits(), text.len()), "{text}");
                }
            }
        }
    }

    #[test]
    fn unsigned_integers_are_64_bit_and_have_no_sign() {
        assert_eq!(rule(read_u64(b"0", 0)), Ok((0, 1)));
        assert_eq!(rule(read_u64(b"18446744073709551615,", 0)), Ok((u64::MAX, 20)));
        assert_eq!(rule(read_u64(b"18446744073709551616", 0)), Err(Rule::Number));
        assert_eq!(rule(read_u64(b"-1", 0)), Err(Rule::Number));
        assert_eq!(rule(read_u64(b"-0", 0)), Err(Rule::Number));
        assert_eq!(rule(read_u64(b"1.0", 0)), Err(Rule::Type));
        assert_eq!(rule(read_u64(b"1e3", 0)), Err(Rule::Type));
        assert_eq!(rule(read_u64(b"01", 0)), Err(Rule::Syntax));
        assert_eq!(rule(read_u64(b"\"1\"", 0)), Err(Rule::Type));
        assert_eq!(rule(read_u64(b"", 0)), Err(Rule::Type));
    }

    #[test]
    fn signed_integers_are_64_bit() {
        assert_eq!(rule(read_i64(b"-9223372036854775808", 0)), Ok((i64::MIN, 20)));
        assert_eq!(rule(read_i64(b"9223372036854775807", 0)), Ok((i64::MAX, 19)));
        assert_eq!(rule(read_i64(b"9223372036854775808", 0)), Err(Rule::Number));
        assert_eq!(rule(read_i64(b"-9223372036854775809", 0)), Err(Rule::Number));
        assert_eq!(rule(read_i64(b"-0", 0)), Ok((0, 2)));
        assert_eq!(rule(read_i64(b"-1.0", 0)), Err(Rule::Type));
        assert!(read_i64(b"--1", 0).is_err());
    }

    #[test]
    fn doubles_are_rounded_to_the_nearest() {
        for (text, value) in [
            ("0.1", 0.1),
            ("1", 1.0),
            ("1e-400", 0.0),
            ("1.7976931348623157e308", f64::MAX),
            ("9007199254740993", 9_007_199_254_740_992.0),
            ("2.2250738585072011e-308", 2.225_073_858_507_201e-308),
            ("1E2", 100.0),
        ] {
            assert_eq!(rule(read_f64(text.as_bytes(), 0)), Ok((value, text.len())), "{text}");
        }
        assert!(read_f64(b"-0.0", 0).is_ok_and(|(zero, _)| zero.is_sign_negative()));
        assert_eq!(rule(read_f64(b"1e400", 0)), Err(Rule::Number));
        assert_eq!(rule(read_f64(b"-1e309", 0)), Err(Rule::Number));
        assert_eq!(rule(read_f64(b"nan", 0)), Err(Rule::Type));
    }
}
