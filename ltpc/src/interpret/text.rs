//! What is said of a refusal in words.

use ltp_runtime::{
    codec::{Rule, Violation},
    session::{Readable, Refusal},
};

/// `POINTER: expected EXPECTED, got ACTUAL`, without the pointer where it is empty.
pub(super) fn violation(violation: &Violation) -> String {
    let Violation {
        pointer, expected, actual, ..
    } = violation;
    match pointer.as_str() {
        "" => format!("expected {expected}, got {actual}"),
        pointer => format!("{pointer}: expected {expected}, got {actual}"),
    }
}

/// What a reader says of a frame that it does not read.
pub(super) fn oversized(octets: u64, most: usize) -> Refusal {
    let violation = Violation {
        pointer: String::new(),
        rule: Rule::Size,
        expected: format!("at most {most} octets").into(),
        actual: format!("{octets} octets"),
        position: None,
    };
    Refusal {
        tag: None,
        message: None,
        size: octets,
        violations: vec![violation],
        readable: Readable::default(),
    }
}
