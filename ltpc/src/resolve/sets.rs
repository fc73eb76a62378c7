//! Constraints as sets: ranges to intervals, and what two sets have in common.

use crate::check::misplaced_constraint as rule;
use crate::diagnostic::Diagnostic;
use crate::model::{FloatRange, FloatSet, IntSet};
use crate::source::Span;
use crate::syntax::tree::{Number, Range};

/// The integers in any of the ranges, of a type that holds `least` to `most`.
///
/// # Errors
/// If a bound is no integer or not one of the type's, or a range is empty.
pub fn integers(ranges: &[Range], (least, most): (i128, i128), ty: &str) -> Result<IntSet, Diagnostic> {
    let bound = |number: &Number| -> Result<i128, Diagnostic> {
        let value: i128 = number.text.parse().map_err(|_| rule::no_integer(&number.text, number.span, ty))?;
        if (least..=most).contains(&value) {
            Ok(value)
        } else {
            Err(rule::out_of_type(&number.text, number.span, ty))
        }
    };
    let mut set = Vec::with_capacity(ranges.len());
    for range in ranges {
        let start = range.start.as_ref().map_or(Ok(least), bound)?;
        let end = match &range.end {
            Some(end) if range.end_included => bound(end)?,
            Some(end) => bound(end)?.saturating_sub(1),
            None => most,
        };
        if start > end {
            return Err(crate::check::empty_set::range(range.span));
        }
        set.push((start, end));
    }
    set.sort_unstable();
    let mut merged: IntSet = Vec::with_capacity(set.len());
    for (start, end) in set {
        match merged.last_mut() {
            Some(last) if start <= last.1.saturating_add(1) => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    if merged == [(least, most)] {
        merged.clear();
    }
    Ok(merged)
}

/// The integers in both sets; `None`: there are none. An empty set stands for all.
pub fn common_integers(a: &IntSet, b: &IntSet) -> Option<IntSet> {
    if a.is_empty() || b.is_empty() {
        return Some(if a.is_empty() { b.clone() } else { a.clone() });
    }
    let (mut common, mut i, mut j) = (Vec::new(), 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let (start, end) = (x.0.max(y.0), x.1.min(y.1));
        if start <= end {
            common.push((start, end));
        }
        if x.1 < y.1 { i += 1 } else { j += 1 }
    }
    (!common.is_empty()).then_some(common)
}

/// The doubles in any of the ranges.
///
/// # Errors
/// If a bound is no finite double, or a range is empty.
pub fn floats(ranges: &[Range]) -> Result<FloatSet, Diagnostic> {
    let bound = |number: &Number| -> Result<f64, Diagnostic> {
        let value: Option<f64> = number.text.parse().ok();
        value
            .filter(|value| value.is_finite())
            .ok_or_else(|| rule::out_of_type(&number.text, number.span, "float"))
    };
    let mut set = Vec::with_capacity(ranges.len());
    for range in ranges {
        let start = range.start.as_ref().map_or(Ok(f64::MIN), bound)?;
        let end = range.end.as_ref().map_or(Ok(f64::MAX), bound)?;
        let range_ = FloatRange {
            start,
            end,
            end_included: range.end.is_none() || range.end_included,
        };
        if is_empty(&range_) {
            return Err(crate::check::empty_set::range(range.span));
        }
        set.push(range_);
    }
    set.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut merged: FloatSet = Vec::with_capacity(set.len());
    for range in set {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => {
                if above(&range, last) {
                    (last.end, last.end_included) = (range.end, range.end_included);
                }
            }
            _ => merged.push(range),
        }
    }
    if merged
        == [(FloatRange {
            start: f64::MIN,
            end: f64::MAX,
            end_included: true,
        })]
    {
        merged.clear();
    }
    Ok(merged)
}

/// The doubles in both sets; `None`: there are none. An empty set stands for all.
pub fn common_floats(a: &FloatSet, b: &FloatSet) -> Option<FloatSet> {
    if a.is_empty() || b.is_empty() {
        return Some(if a.is_empty() { b.clone() } else { a.clone() });
    }
    let (mut common, mut i, mut j) = (Vec::new(), 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let lower = if above(x, y) { y } else { x };
        let both = FloatRange {
            start: x.start.max(y.start),
            end: lower.end,
            end_included: lower.end_included,
        };
        if !is_empty(&both) {
            common.push(both);
        }
        if above(y, x) { i += 1 } else { j += 1 }
    }
    (!common.is_empty()).then_some(common)
}

fn is_empty(range: &FloatRange) -> bool {
    range.start > range.end || range.start >= range.end && !range.end_included
}

/// Whether the first range goes further up.
fn above(a: &FloatRange, b: &FloatRange) -> bool {
    a.end > b.end || a.end >= b.end && a.end_included && !b.end_included
}

/// Least and most of a length.
///
/// # Errors
/// If a bound is no count, or the range is empty.
pub fn length(range: &Range) -> Result<(u64, u64), Diagnostic> {
    let bound = |number: &Number| -> Result<u64, Diagnostic> {
        number
            .text
            .parse()
            .map_err(|_| rule::no_integer(&number.text, number.span, "a length"))
    };
    let least = range.start.as_ref().map_or(Ok(0), bound)?;
    let most = match &range.end {
        Some(end) if range.end_included => bound(end)?,
        Some(end) => match bound(end)?.checked_sub(1) {
            Some(most) => most,
            None => return Err(crate::check::empty_set::range(range.span)),
        },
        None => u64::MAX,
    };
    if least > most {
        Err(crate::check::empty_set::range(range.span))
    } else {
        Ok((least, most))
    }
}

/// A length that keeps both bounds.
///
/// # Errors
/// If nothing has both lengths.
pub fn common_length(a: Option<(u64, u64)>, b: (u64, u64), span: Span) -> Result<(u64, u64), Diagnostic> {
    let Some(a) = a else { return Ok(b) };
    let common = (a.0.max(b.0), a.1.min(b.1));
    if common.0 > common.1 {
        Err(crate::check::empty_set::intersection(span))
    } else {
        Ok(common)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Range {
        let number = |text: &str| {
            (!text.is_empty()).then(|| Number {
                text: text.to_owned(),
                span: Span::default(),
            })
        };
        let (start, end, end_included) = match text.split_once("..") {
            None => (text, text, true),
            Some((start, end)) => (start, end.trim_start_matches('='), end.starts_with('=')),
        };
        Range {
            start: number(start),
            end: number(end),
            end_included,
            span: Span::default(),
        }
    }

    fn ints(texts: &[&str]) -> Result<IntSet, Diagnostic> {
        let ranges: Vec<_> = texts.iter().map(|text| range(text)).collect();
        integers(&ranges, (0, i128::from(u64::MAX)), "uint")
    }

    #[test]
    fn integer_ranges_are_merged_and_sorted() {
        assert_eq!(ints(&["5..=9", "1", "2..5", "20.."]).unwrap(), [(1, 9), (20, i128::from(u64::MAX))]);
        assert_eq!(ints(&["0.."]).unwrap(), []);
        for (wrong, code) in [
            ("3..3", "E0303"),
            ("4..=3", "E0303"),
            ("-1..", "E0304"),
            ("1.5..", "E0304"),
            ("..=1e3", "E0304"),
        ] {
            assert_eq!(ints(&[wrong]).unwrap_err().code, code, "{wrong}");
        }
    }

    #[test]
    fn what_integer_sets_have_in_common() {
        let set = |texts: &[&str]| ints(texts).unwrap();
        assert_eq!(
            common_integers(&set(&["1..=5", "8..=9"]), &set(&["4..=8"])),
            Some(vec![(4, 5), (8, 8)])
        );
        assert_eq!(common_integers(&set(&["1..=5"]), &set(&[])), Some(vec![(1, 5)]));
        assert_eq!(common_integers(&set(&["1..=5"]), &set(&["6..=7"])), None);
    }

    #[test]
    fn float_ranges_keep_their_ends() {
        let set = |texts: &[&str]| floats(&texts.iter().map(|text| range(text)).collect::<Vec<_>>());
        let half_open = FloatRange {
            start: 0.0,
            end: 1.0,
            end_included: false,
        };
        assert_eq!(set(&["0.0..1.0"]).unwrap(), [half_open]);
        assert_eq!(
            set(&["0.0..1.0", "1.0"]).unwrap(),
            [FloatRange {
                end_included: true,
                ..half_open
            }]
        );
        assert_eq!(set(&[".."]).unwrap(), []);
        assert_eq!(set(&["1.0..1.0"]).unwrap_err().code, "E0303");
        assert_eq!(set(&["1e999.."]).unwrap_err().code, "E0304");
        let (a, b) = (set(&["0.0..=1.0", "2.0..=3.0"]).unwrap(), set(&["1.0..2.5"]).unwrap());
        let point = FloatRange {
            start: 1.0,
            end: 1.0,
            end_included: true,
        };
        let rest = FloatRange {
            start: 2.0,
            end: 2.5,
            end_included: false,
        };
        assert_eq!(common_floats(&a, &b), Some(vec![point, rest]));
        assert_eq!(common_floats(&vec![half_open], &vec![point]), None);
    }

    #[test]
    fn lengths_are_counts() {
        assert_eq!(length(&range("1..=5")).unwrap(), (1, 5));
        assert_eq!(length(&range("..5")).unwrap(), (0, 4));
        assert_eq!(length(&range("3")).unwrap(), (3, 3));
        assert_eq!(length(&range("2..")).unwrap(), (2, u64::MAX));
        for (wrong, code) in [("..0", "E0303"), ("5..=4", "E0303"), ("-1..", "E0304"), ("1.5", "E0304")] {
            assert_eq!(length(&range(wrong)).unwrap_err().code, code, "{wrong}");
        }
        assert_eq!(common_length(Some((1, 5)), (3, 9), Span::default()).unwrap(), (3, 5));
        assert_eq!(common_length(Some((1, 2)), (3, 9), Span::default()).unwrap_err().code, "E0303");
    }
}
