//! What the codec promises, by example. The files share one schema, which has one of everything.

extern crate std;

mod envelopes;
mod explaining;
mod grammar;
mod hostile;
mod payloads;
mod properties;
mod schema;
mod toon;
mod values;

use alloc::{format, string::String, vec::Vec};

use self::schema::schema;
use super::{Decoded, decode, encode, explain};

/// Reads a message that conforms.
fn read(text: &str) -> Decoded {
    match decode(&schema(), text.as_bytes()) {
        Ok(decoded) => decoded,
        Err(refusal) => panic!("{text}: {refusal:?}"),
    }
}

/// Reads a message and writes it again.
fn rewritten(text: &str) -> String {
    let mut out = Vec::new();
    encode(&schema(), &read(text), &mut out);
    String::from_utf8(out).unwrap()
}

/// All that is wrong with a message, each as `pointer rule: actual, not expected`.
fn wrong(text: &str) -> Vec<String> {
    let violations = explain(&schema(), text.as_bytes());
    assert_eq!(decode(&schema(), text.as_bytes()).is_ok(), violations.is_empty(), "{text}");
    violations
        .into_iter()
        .map(|v| format!("{} {}: {}, not {}", v.pointer, v.rule.name(), v.actual, v.expected))
        .collect()
}

/// The places and rules that a message breaks, each as `pointer rule`.
fn broken(text: &str) -> Vec<String> {
    let violations = explain(&schema(), text.as_bytes());
    violations.into_iter().map(|v| format!("{} {}", v.pointer, v.rule.name())).collect()
}
