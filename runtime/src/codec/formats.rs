//! Formats with a name: UUID and date-time.

use uuid::Uuid;

/// Reads RFC 9562 text: 8-4-4-4-12 hexadecimal digits in either case.
#[inline]
#[must_use]
pub fn uuid(text: &str) -> Option<Uuid> {
    // Of the forms that the crate reads, only the hyphenated one has this length and no brace or prefix.
    if text.len() != uuid::fmt::Hyphenated::LENGTH {
        return None;
    }
    Uuid::try_parse(text).ok()
}

/// Reads one where all of its octets are there; `None` for what is to be looked at again.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) fn uuid_octets(text: &[u8; 36]) -> Option<Uuid> {
    let [
        a0,
        a1,
        a2,
        a3,
        a4,
        a5,
        a6,
        a7,
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
        d @ ..,
    ] = text
    else {
        return None;
    };
    let words = [
        [*a0, *a1, *a2, *a3, *a4, *a5, *a6, *a7],
        [*b0, *b1, *b2, *b3, *b4, *b5, *b6, *b7],
        [*c0, *c1, *c2, *c3, *c4, *c5, *c6, *c7],
        *d,
    ];
    let mut octets = [0; 16];
    for (word, octets) in words.iter().zip(octets.as_chunks_mut::<4>().0) {
        *octets = four_octets(*word)?;
    }
    Some(Uuid::from_bytes(octets))
}

/// What eight hexadecimal digits stand for.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn four_octets(digits: [u8; 8]) -> Option<[u8; 4]> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let word = u64::from_le_bytes(digits);
    if word & HIGH != 0 {
        return None;
    }
    // The upper bit of an octet says whether it is at least so much: nothing is carried, for all are ASCII.
    let at_least = |word: u64, least: u8| word.wrapping_add(ONES * u64::from(0x80 - least));
    let lower = word | (ONES * 0x20);
    let digit = at_least(word, b'0') & !at_least(word, b'9' + 1);
    let letter = at_least(lower, b'a') & !at_least(lower, b'f' + 1);
    if (digit | letter) & HIGH != HIGH {
        return None;
    }
    let halves = (word & (ONES * 0x0f)) + ((word >> 6) & ONES) * 9;
    // The upper half of each octet comes first.
    let pairs = ((halves << 4) | (halves >> 8)) & 0x00ff_00ff_00ff_00ff;
    let pairs = (pairs | (pairs >> 8)) & 0x0000_ffff_0000_ffff;
    let octets = (pairs | (pairs >> 16)) as u32;
    Some(octets.to_le_bytes())
}

/// Whether the text is an RFC 3339 date and time with an offset: `2026-01-31T12:00:00Z`, with any fraction of a second,
/// `T` and `Z` in either case, a day that the month has, and a leap second only as the last one of a UTC day.
#[must_use]
pub fn is_datetime(text: &str) -> bool {
    datetime(text.as_bytes()).is_some()
}

fn datetime(text: &[u8]) -> Option<()> {
    let (date, rest) = text.split_at_checked(10)?;
    let [year @ .., b'-', m1, m2, b'-', d1, d2] = date else {
        return None;
    };
    let year = decimal(year)?;
    let month = decimal(&[*m1, *m2])?;
    let day = decimal(&[*d1, *d2])?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return None,
    };
    if !(1..=days).contains(&day) {
        return None;
    }

    let [b'T' | b't', h1, h2, b':', n1, n2, b':', s1, s2, rest @ ..] = rest else {
        return None;
    };
    let (hour, minute, second) = (decimal(&[*h1, *h2])?, decimal(&[*n1, *n2])?, decimal(&[*s1, *s2])?);
    let offset = if let [b'.', rest @ ..] = rest {
        let end = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        if end == 0 {
            return None;
        }
        rest.get(end..)?
    } else {
        rest
    };
    let east = match offset {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (decimal(&[*h1, *h2])?, decimal(&[*m1, *m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let minutes = (hours * 60 + minutes).cast_signed();
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    let last_minute = ((hour * 60 + minute).cast_signed() - east).rem_euclid(1440) == 1439;
    (hour < 24 && minute < 60 && (second < 60 || second == 60 && last_minute)).then_some(())
}

fn decimal(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    #[test]
    fn uuids_are_read_at_once_as_they_are_read_one_by_one() {
        let plain = *b"4F3c9e2a-8b21-4c71-9d3f-1a9b12345678";
        let one_by_one = |octets: &[u8; 36]| core::str::from_utf8(octets).ok().and_then(super::uuid);
        assert_eq!(super::uuid_octets(&plain), one_by_one(&plain));
        for place in 0..36 {
            for octet in 0..=u8::MAX {
                let mut octets = plain;
                octets[place] = octet;
                assert_eq!(super::uuid_octets(&octets), one_by_one(&octets), "{octets:?}");
            }
        }
    }

    use super::*;

    #[test]
    fn a_uuid_has_hyphens_and_either_case() {
        let id = Uuid::from_u128(0x0000_0000_dead_beef_0000_0000_0000_0001);
        assert_eq!(uuid("00000000-dead-beef-0000-000000000001"), Some(id));
        assert_eq!(uuid("00000000-DEAD-bEEf-0000-000000000001"), Some(id));
        for wrong in [
            "",
            "00000000deadbeef0000000000000001",
            "{00000000-dead-beef-0000-000000000001}",
            "urn:uuid:00000000-dead-beef-0000-000000000001",
            "00000000-dead-beef-0000-00000000000g",
            "00000000-dead-beef-00000-00000000001",
            "00000000-dead-beef-0000-0000000000é",
        ] {
            assert_eq!(uuid(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_datetime_is_rfc_3339() {
        for right in [
            "1985-04-12T23:20:50.52Z",
            "1996-12-19T16:39:57-08:00",
            "1990-12-31T23:59:60Z",
            "1990-12-31T15:59:60-08:00",
            "1937-01-01T12:00:27.87+00:20",
            "2024-02-29t00:00:00z",
            "2000-02-29T00:00:00Z",
            "0000-01-01T00:00:00-00:00",
        ] {
            assert!(is_datetime(right), "{right}");
        }
        for wrong in [
            "",
            "2024-02-29",
            "2024-02-29 00:00:00Z",
            "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z",
            "2024-04-31T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:60:00Z",
            "2024-01-01T00:00:60Z",
            "2024-01-01T23:59:61Z",
            "2024-01-01T00:00:00",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+24:00",
            "2024-01-01T00:00:00+0100",
            "24-01-01T00:00:00Z",
            "2024-01-01T00:00:00Zé",
            "２０24-01-01T00:00:00Z",
        ] {
            assert!(!is_datetime(wrong), "{wrong}");
        }
    }
}
