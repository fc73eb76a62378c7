//! Arithmetic and comparison.

use std::cmp::Ordering;

use ltp_runtime::codec::Value;

use super::constant;
use crate::model::TypeKind;

/// An unsigned integer, or milliseconds.
pub(in crate::interpret) fn number(value: u64) -> Value {
    Value::Number(value.to_string())
}

/// The integer that a value is; 0 for what is none.
pub(in crate::interpret) fn integer(value: &Value) -> i128 {
    match value {
        Value::Number(text) => text.parse().unwrap_or_default(),
        _ => 0,
    }
}

/// A result as a value of its type: it saturates.
pub(super) fn in_range(result: i128, kind: &TypeKind) -> Value {
    let (least, most) = match kind {
        TypeKind::Int(_) => (i64::MIN.into(), i64::MAX.into()),
        _ => (0, u64::MAX.into()),
    };
    Value::Number(result.clamp(least, most).to_string())
}

/// The order of two values of a type that has one.
pub(super) fn compare(a: &Value, b: &Value, kind: &TypeKind) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) if matches!(kind, TypeKind::Float(_)) => {
            a.parse::<f64>().ok()?.partial_cmp(&b.parse::<f64>().ok()?)
        }
        (Value::Number(_), Value::Number(_)) => Some(integer(a).cmp(&integer(b))),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Whether two values of a type are the same: numbers by what they are, objects whatever the order of their members.
pub(super) fn equal(a: &Value, b: &Value, kind: &TypeKind) -> bool {
    match (a, b, kind) {
        (Value::Number(_), Value::Number(_), _) => compare(a, b, kind) == Some(Ordering::Equal),
        (Value::String(a), Value::String(b), TypeKind::Uuid) => a.eq_ignore_ascii_case(b),
        (Value::List(a), Value::List(b), TypeKind::List { item, .. }) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b, &item.kind))
        }
        (Value::Object(a), Value::Object(b), _) => {
            let same = |(name, value): &(String, Value)| b.iter().any(|(other, found)| other == name && found == value);
            a.len() == b.len() && a.iter().all(same)
        }
        (Value::Raw(_), _, _) | (_, Value::Raw(_), _) => constant::text_of(a) == constant::text_of(b),
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Value::Number(text.to_owned())
    }

    #[test]
    fn integers_saturate_at_64_bits() {
        assert_eq!(in_range(i128::MAX, &TypeKind::Int(Vec::new())), value("9223372036854775807"));
        assert_eq!(in_range(i128::MAX, &TypeKind::Uint(Vec::new())), value("18446744073709551615"));
        assert_eq!(in_range(-1, &TypeKind::Duration), value("0"));
    }

    #[test]
    fn numbers_are_compared_by_what_they_are() {
        let float = TypeKind::Float(Vec::new());
        assert!(equal(&value("0"), &value("-0"), &float));
        assert_eq!(compare(&value("1e2"), &value("99.5"), &float), Some(Ordering::Greater));
        assert_eq!(
            compare(&value("9"), &value("10"), &TypeKind::Uint(Vec::new())),
            Some(Ordering::Less)
        );
    }
}
