//! The shortest text of a double that stands for it, laid out as RFC 8785 has it.

/// A number's text.
pub(crate) struct Number {
    /// The longest have 25 octets: a sign, `0.00000` and seventeen digits.
    octets: [u8; 32],
    length: usize,
}

impl Number {
    const EMPTY: Self = Self {
        octets: [0; 32],
        length: 0,
    };

    /// The text of a double; of what is not finite, `null`.
    pub fn of(value: f64) -> Self {
        let mut number = Self::EMPTY;
        if !value.is_finite() {
            number.extend(b"null");
            return number;
        }
        if value == 0.0 {
            number.extend(if value.is_sign_negative() { b"-0" } else { b"0" });
            return number;
        }
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(value).as_bytes();
        if text.contains(&b'e') {
            Shortest::new(text).layout(&mut number);
        } else {
            // Without an exponent, the two layouts differ in how whole numbers end, and nowhere else.
            number.extend(text.strip_suffix(b".0").unwrap_or(text));
        }
        number
    }

    /// What it says.
    pub fn as_bytes(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }

    fn extend(&mut self, text: &[u8]) {
        let end = self.length + text.len();
        if let Some(place) = self.octets.get_mut(self.length..end) {
            place.copy_from_slice(text);
            self.length = end;
        }
    }

    fn zeros(&mut self, count: usize) {
        for _ in 0..count {
            self.extend(b"0");
        }
    }
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
    fn layout(&self, out: &mut Number) {
        let digits = self.digits.get(..self.count).unwrap_or(&self.digits);
        if self.negative {
            out.extend(b"-");
        }
        match self.point {
            point @ 1..=21 => {
                let whole = point.unsigned_abs() as usize;
                if let Some((whole, fraction)) = digits.split_at_checked(whole).filter(|(_, fraction)| !fraction.is_empty()) {
                    out.extend(whole);
                    out.extend(b".");
                    out.extend(fraction);
                } else {
                    out.extend(digits);
                    out.zeros(whole - digits.len());
                }
            }
            point @ -5..=0 => {
                out.extend(b"0.");
                out.zeros(point.unsigned_abs() as usize);
                out.extend(digits);
            }
            point => {
                let (first, rest) = digits.split_at(1);
                out.extend(first);
                if !rest.is_empty() {
                    out.extend(b".");
                    out.extend(rest);
                }
                out.extend(if point > 0 { b"e+" } else { b"e-" });
                out.extend(itoa::Buffer::new().format((point - 1).unsigned_abs()).as_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::{string::String, vec::Vec};

    use super::*;
    use crate::codec::write::all;

    /// As it is written together with others, which is as it is written alone.
    fn written(value: f64) -> String {
        let mut out = Vec::new();
        all(&mut out, (value,));
        assert_eq!(out, Number::of(value).as_bytes());
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
            assert_eq!(written(f64::from_bits(bits)), text);
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
            assert_eq!(written(value), text);
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
                let mut long = Number::EMPTY;
                Shortest::new(zmij::Buffer::new().format_finite(value).as_bytes()).layout(&mut long);
                assert_eq!(written(value).as_bytes(), long.as_bytes());
            }
        }
    }

    #[test]
    fn decimals_of_few_places_are_written_as_the_others() {
        for number in (-30_000..30_000).chain(99_999_000..100_001_000) {
            for places in [1.0, 10.0, 100.0, 1e3, 1e4, 1e5] {
                let value = f64::from(number) / places;
                _ = written(value);
                _ = written(value.next_up());
                _ = written(value.next_down());
                _ = written(value * 1e7);
            }
        }
        for value in [
            99_999_999_999.999_9,
            99_999_999_999.999_9_f64.next_up(),
            1e11,
            123_456_789_012.5,
            f64::NAN,
            f64::INFINITY,
        ] {
            _ = written(value);
        }
    }
}
