//! Vectors: what a schema means, case by case, as the interpreter has it. Every language replays them and must come to the same.
//!
//! A vector is a line of JSON. What a case is about is in its `name`; how they are replayed is written in `docs/vectors.md`.

mod edits;
mod framed;
mod messages;
mod node;
mod samples;
mod sessions;
mod streams;
mod vocabulary;

pub use messages::messages;
pub use sessions::{Coverage, sessions};
pub use streams::{Came, Step, StreamVector, streams};

use ltp_runtime::{codec::Violation, schema::Mismatch, text::LengthMismatch};
use serde::Serialize;

/// A text, and what a receiver makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageVector {
    /// What the case is about.
    pub name: String,
    /// The text; `None` if its octets are no UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The octets in hexadecimal digits, where they are no UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub octets: Option<String>,
    /// The rule for lengths that disagree, `strict` or `advisory`; `None`: the schema's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<&'static str>,
    /// Lengths that disagree, and that an advisory reader reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lengths: Option<Lengths>,
    /// What a receiver writes when it writes again what it read; `None` if it refuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoded: Option<String>,
    /// The schema's name of the message, where the tag says one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// All that is wrong, sorted; empty if it is accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Found>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Where.
    pub pointer: String,
    /// The rule's name.
    pub rule: &'static str,
    /// What is allowed, in words.
    pub expected: String,
    /// What stood there.
    pub actual: String,
    /// Of framed text: the line and the character in it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// See `line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// Octets that a header declares, and those before the first end marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Lengths {
    /// What the header says.
    pub declared: u64,
    /// What there is.
    pub actual: u64,
}

/// A script and its exact trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionVector {
    /// `Session.role`, and a number.
    pub name: String,
    /// The transitions that no script before it takes: `State: trigger (line of the schema)`.
    pub covers: Vec<String>,
    /// The script's lines.
    pub script: Vec<String>,
    /// The trace's lines.
    pub trace: Vec<String>,
}

impl From<&Violation> for Found {
    fn from(violation: &Violation) -> Self {
        Self {
            pointer: violation.pointer.clone(),
            rule: violation.rule.name(),
            expected: violation.expected.clone().into_owned(),
            actual: violation.actual.clone(),
            line: violation.position.map(|position| position.line),
            column: violation.position.map(|position| position.column),
        }
    }
}

impl From<LengthMismatch> for Lengths {
    fn from(of: LengthMismatch) -> Self {
        Self {
            declared: of.declared,
            actual: of.actual,
        }
    }
}

/// The name of a rule for lengths that disagree.
const fn rule_of(mismatch: Mismatch) -> &'static str {
    match mismatch {
        Mismatch::Strict => "strict",
        Mismatch::Advisory => "advisory",
    }
}
