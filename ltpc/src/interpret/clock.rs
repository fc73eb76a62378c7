//! Moments and durations as text.

/// A moment as RFC 3339 text in UTC with milliseconds; the last one that has four digits of years stands for all after it.
#[must_use]
pub fn moment(unix: u64) -> String {
    const LAST: u64 = 253_402_300_799_999;
    let unix = unix.min(LAST);
    let (days, of_day) = (unix / 86_400_000, unix % 86_400_000);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
        of_day % 1_000
    )
}

/// A duration as a schema writes it, such as `45 s`; in milliseconds.
#[must_use]
pub fn duration(text: &str) -> Option<u64> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '_')?;
    let (digits, unit) = text.split_at(split);
    let unit = match unit.trim_start() {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    digits.replace('_', "").parse::<u64>().ok()?.checked_mul(unit)
}

/// Year, month and day of a count of days since 1970-01-01 (Hinnant's `civil_from_days`, for days that are not negative).
fn date(days: u64) -> (u64, u64, u64) {
    // Years begin in March, so that the leap day is the last of its year.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_rfc_3339() {
        assert_eq!(moment(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(moment(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(moment(1_731_700_000_123), "2024-11-15T19:46:40.123Z");
        assert_eq!(moment(u64::MAX), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        assert_eq!(duration("45 s"), Some(45_000));
        assert_eq!(duration("1_500ms"), Some(1_500));
        assert_eq!(duration("30 min"), Some(1_800_000));
        for wrong in ["", "45", "s", "-1 s", "1.5 s", "1 year", "99999999999999999 d"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
