//! What framed text promises, by example. Two framings: a signal protocol with markers, and requests with a blank line.

extern crate std;

mod bodies;
mod forms;
pub mod schema;
mod streams;

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{Framed, decode, encode, explain};
use crate::schema::{Mismatch, Schema};

/// A message whose declared length is not that of its body.
pub const WRONG_LENGTH: &str = "SIG/1.0 PUT\nName: ghost\nKind: A\nLength: 156\n--BODY--\nfirst: 1\nsecond: 2\n--END--\n";

#[track_caller]
fn read(schema: &Schema, mode: Mismatch, text: &str) -> Framed {
    match decode(schema, mode, text.as_bytes()) {
        Ok(framed) => framed,
        Err(refusal) => panic!("{text}: {refusal:?}"),
    }
}

/// All that is wrong, each as `line:column pointer rule`.
fn broken(schema: &Schema, text: &str) -> Vec<String> {
    let violations = explain(schema, Mismatch::Strict, text.as_bytes());
    assert_eq!(decode(schema, Mismatch::Strict, text.as_bytes()).is_ok(), violations.is_empty());
    let line = |violation: crate::codec::Violation| {
        let position = violation.position.unwrap();
        format!(
            "{}:{} {} {}",
            position.line,
            position.column,
            violation.pointer,
            violation.rule.name()
        )
    };
    violations.into_iter().map(line).collect()
}

fn rewritten(schema: &Schema, text: &str) -> String {
    let mut out = Vec::new();
    encode(schema, &read(schema, Mismatch::Strict, text).decoded, &mut out);
    String::from_utf8(out).unwrap()
}

fn body(framed: &Framed) -> String {
    framed
        .decoded
        .body
        .get("(body)")
        .and_then(crate::codec::Value::as_str)
        .unwrap_or_default()
        .to_string()
}
