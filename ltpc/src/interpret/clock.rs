//! Durations as text.

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

#[cfg(test)]
mod tests {
    use super::*;

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
