//! Writing JSON: functions that append a value's canonical text.
//!
//! Canonical text has no white space. Floats are written as RFC 8785 has them (`1`, `0.1`, `1e+21`, `1e-7`), except that negative
//! zero keeps its sign: `-0`. Strings have RFC 8785's escapes: `\"`, `\\`, `\b`, `\t`, `\n`, `\f`, `\r`, and `\u00xx` in lower
//! case for the other controls; everything else stands for itself.

use alloc::vec::Vec;

use uuid::Uuid;

use super::{Map, strings};

/// Appends a string with quotes and escapes.
#[inline]
pub fn string(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let mut start = 0;
    loop {
        let at = strings::plain(bytes, start);
        out.extend_from_slice(&bytes[start..at]);
        let Some(byte) = bytes.get(at) else { break };
        escape(out, *byte);
        start = at + 1;
    }
    out.push(b'"');
}

#[cold]
fn escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Appends `true` or `false`.
#[inline]
pub fn bool(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

/// Appends `null`.
#[inline]
pub fn null(out: &mut Vec<u8>) {
    out.extend_from_slice(b"null");
}

/// Appends a signed integer.
#[inline]
pub fn i64(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends an unsigned integer.
#[inline]
pub fn u64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends a finite double in its shortest form. NaN and the infinities have none: a message that holds one does not pass its
/// check before sending, and here they become `null`, which no reader takes for a number.
#[inline]
pub fn f64(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        return null(out);
    }
    if value == 0.0 {
        return out.extend_from_slice(if value.is_sign_negative() { b"-0" } else { b"0" });
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value).as_bytes();
    if !text.contains(&b'e') {
        // Without an exponent, the two layouts differ in how whole numbers end, and nowhere else.
        return out.extend_from_slice(text.strip_suffix(b".0").unwrap_or(text));
    }
    let shortest = Shortest::new(text);
    shortest.layout(out);
}

/// Appends a UUID in lower case, quoted.
#[inline]
pub fn uuid(out: &mut Vec<u8>, value: &Uuid) {
    let mut buffer = [0; uuid::fmt::Hyphenated::LENGTH];
    out.push(b'"');
    out.extend_from_slice(value.hyphenated().encode_lower(&mut buffer).as_bytes());
    out.push(b'"');
}

/// Appends JSON text as it is.
#[inline]
pub fn raw(out: &mut Vec<u8>, json: &str) {
    out.extend_from_slice(json.as_bytes());
}

/// Appends a list whose items `item` writes.
#[inline]
pub fn list<T>(out: &mut Vec<u8>, items: &[T], mut item: impl FnMut(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (index, value) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        item(out, value);
    }
    out.push(b']');
}

/// Appends an object of any names whose values `value` writes.
#[inline]
pub fn map<T>(out: &mut Vec<u8>, members: &Map<'_, T>, value: impl FnMut(&mut Vec<u8>, &T)) {
    let start = out.len();
    rest(out, members, value);
    enclose(out, start);
}

/// Appends an object of values that write themselves.
pub(crate) fn members<'w, 'v, T: super::Wire<'w> + 'v>(out: &mut Vec<u8>, members: impl Iterator<Item = (&'v str, &'v T)>) {
    let start = out.len();
    for (name, value) in members {
        out.push(b',');
        string(out, name);
        out.push(b':');
        value.encode(out);
    }
    enclose(out, start);
}

/// Appends an object that `value` writes, behind a member that tells what it is: `{"tag":"text"`.
#[inline]
pub fn tagged(out: &mut Vec<u8>, tag: &str, value: impl FnOnce(&mut Vec<u8>)) {
    raw(out, tag);
    let start = out.len();
    value(out);
    // The object's own brace becomes the comma behind the tag, unless it has no members.
    if out.get(start + 1) == Some(&b'}') {
        out.remove(start);
    } else if let Some(brace) = out.get_mut(start) {
        *brace = b',';
    }
}

/// What was written, as text.
pub(crate) fn text<'t>(out: Vec<u8>) -> alloc::borrow::Cow<'t, str> {
    alloc::borrow::Cow::Owned(alloc::string::String::from_utf8(out).unwrap_or_default())
}

/// Appends further members of an object, each behind a comma.
#[inline]
pub fn rest<T>(out: &mut Vec<u8>, members: &Map<'_, T>, mut value: impl FnMut(&mut Vec<u8>, &T)) {
    for (name, member) in members.iter() {
        out.push(b',');
        string(out, name);
        out.push(b':');
        value(out, member);
    }
}

/// Appends a member unless its value's text is this one.
pub fn unless(out: &mut Vec<u8>, key: &str, text: &str, value: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    raw(out, key);
    let written = out.len();
    value(out);
    if out.get(written..) == Some(text.as_bytes()) {
        out.truncate(start);
    }
}

/// Makes an object of the members, each behind a comma, that stand from `start` on: the first comma gives its place to the brace.
#[inline]
pub fn enclose(out: &mut Vec<u8>, start: usize) {
    match out.get_mut(start) {
        Some(comma) => *comma = b'{',
        None => out.push(b'{'),
    }
    out.push(b'}');
}

/// The significant digits of a double that is not zero: 0.`digits` times ten to the `point`.
struct Shortest {
    negative: bool,
    digits: [u8; 24],
    count: usize,
    point: i32,
}

impl Shortest {
    /// Takes the digits out of a decimal text, with or without point and exponent.
    fn new(text: &[u8]) -> Self {
        let mut shortest = Self {
            negative: false,
            digits: [b'0'; 24],
            count: 0,
            point: 0,
        };
        let mut fraction = false;
        let mut rest = text.iter();
        while let Some(byte) = rest.next() {
            match byte {
                b'-' => shortest.negative = true,
                b'.' => fraction = true,
                b'e' => {
                    let exponent = core::str::from_utf8(rest.as_slice()).ok().and_then(|text| text.parse::<i32>().ok());
                    shortest.point += exponent.unwrap_or_default();
                    break;
                }
                b'0' if shortest.count == 0 => shortest.point -= i32::from(fraction),
                digit => {
                    if let Some(place) = shortest.digits.get_mut(shortest.count) {
                        *place = *digit;
                    }
                    shortest.count += 1;
                    shortest.point += i32::from(!fraction);
                }
            }
        }
        while shortest.count > 1 && shortest.digits.get(shortest.count - 1) == Some(&b'0') {
            shortest.count -= 1;
        }
        shortest
    }

    /// ECMAScript's `Number::toString`.
    fn layout(&self, out: &mut Vec<u8>) {
        let digits = self.digits.get(..self.count).unwrap_or(&self.digits);
        if self.negative {
            out.push(b'-');
        }
        match self.point {
            point @ 1..=21 => {
                let whole = point.unsigned_abs() as usize;
                if let Some((whole, fraction)) = digits.split_at_checked(whole).filter(|(_, fraction)| !fraction.is_empty()) {
                    out.extend_from_slice(whole);
                    out.push(b'.');
                    out.extend_from_slice(fraction);
                } else {
                    out.extend_from_slice(digits);
                    out.resize(out.len() + whole - digits.len(), b'0');
                }
            }
            point @ -5..=0 => {
                out.extend_from_slice(b"0.");
                out.resize(out.len() + point.unsigned_abs() as usize, b'0');
                out.extend_from_slice(digits);
            }
            point => {
                let (first, rest) = digits.split_at(1);
                out.extend_from_slice(first);
                if !rest.is_empty() {
                    out.push(b'.');
                    out.extend_from_slice(rest);
                }
                out.extend_from_slice(if point > 0 { b"e+" } else { b"e-" });
                u64(out, u64::from((point - 1).unsigned_abs()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn floats_are_written_as_rfc_8785_has_them() {
        // Appendix B of RFC 8785, and the borders of each layout.
        for (bits, text) in [
            (0x0000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(written(|out| f64(out, f64::from_bits(bits))), text);
        }
        for (value, text) in [
            (1.0, "1"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (1e-7, "1e-7"),
            (100.0, "100"),
            (12.5, "12.5"),
            (1.5e300, "1.5e+300"),
        ] {
            assert_eq!(written(|out| f64(out, value)), text);
        }
    }

    #[test]
    fn the_short_way_and_the_long_way_lead_to_one_text() {
        for exponent in -324..=308 {
            for digits in [
                "1",
                "-1",
                "1.5",
                "2.5",
                "1.2345678901234567",
                "9.999999999999999",
                "-7.0000000000000001",
            ] {
                let value: f64 = alloc::format!("{digits}e{exponent}").parse().unwrap();
                if value == 0.0 || value.is_infinite() {
                    continue;
                }
                let long = written(|out| Shortest::new(zmij::Buffer::new().format_finite(value).as_bytes()).layout(out));
                assert_eq!(written(|out| f64(out, value)), long);
            }
        }
    }

    #[test]
    fn strings_have_the_fewest_escapes() {
        assert_eq!(
            written(|out| string(out, "a\"b\\c/\u{8}\t\n\u{c}\r\u{1}\u{1f}\u{7f}é🦀")),
            "\"a\\\"b\\\\c/\\b\\t\\n\\f\\r\\u0001\\u001f\u{7f}é🦀\""
        );
        assert_eq!(written(|out| string(out, "")), "\"\"");
    }

    #[test]
    fn integers_and_uuids() {
        assert_eq!(written(|out| i64(out, i64::MIN)), "-9223372036854775808");
        assert_eq!(written(|out| u64(out, u64::MAX)), "18446744073709551615");
        assert_eq!(
            written(|out| uuid(out, &Uuid::from_u128(0xABCD))),
            "\"00000000-0000-0000-0000-00000000abcd\""
        );
    }
}
