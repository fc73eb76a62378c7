//! Constrained devices: little memory, links that break, text that is none.

use liminal_protocols::ctp::{Message, SCHEMA};
use ltp_runtime::{schema::Framing, text::Splitter};
use serde::Deserialize;

use super::{Check, Scenario, link};
use crate::programs::root;

/// What happens at the edges.
#[must_use]
pub fn scenario() -> Scenario {
    let mut checks = Vec::new();
    if let Some(framing) = &SCHEMA.framing {
        checks.push(limited_memory(framing));
    }
    checks.push(link::check());
    checks.push(malformed());
    Scenario {
        name: "EDGE_CASE_EXPLORE",
        checks,
    }
}

/// Octets that a read brings.
const READ: usize = 512;

/// A peer that sends without end.
struct Endless {
    what: &'static str,
    /// What may be held of it.
    limit: usize,
    begin: &'static str,
    /// Its octets at a read.
    more: fn(usize) -> Vec<u8>,
}

const ENDLESS: [Endless; 3] = [
    Endless {
        what: "a line",
        limit: 8 << 10,
        begin: "CTP/1.0 STREAM\nX: ",
        more: |_| vec![b'a'; READ],
    },
    Endless {
        what: "headers",
        limit: 64 * 16,
        begin: "CTP/1.0 STREAM\n",
        more: |read| format!("X-{read:06}: value\n").into_bytes(),
    },
    Endless {
        what: "a payload",
        limit: SCHEMA.limits.message,
        begin: "CTP/1.0 STREAM\n---CTP-PAYLOAD---\n",
        more: |_| b"c\n".repeat(READ / 2),
    },
];

/// The receiver lets go as soon as a limit is passed.
fn limited_memory(framing: &Framing) -> Check {
    let mut check = Check::new(
        "a peer that never ends makes a receiver hold no more than the declared limits",
        true,
    );
    for Endless { what, limit, begin, more } in ENDLESS {
        let mut splitter = Splitter::new(framing.clone(), SCHEMA.limits.message);
        splitter.push(begin.as_bytes());
        let (mut peak, mut reads) = (0, 0);
        while peak <= 2 * limit && splitter.next().is_ok() {
            splitter.push(&more(reads));
            reads += 1;
            peak = peak.max(splitter.pending());
        }
        check.pass &= splitter.next().is_err() && peak <= limit + 2 * READ;
        check = check.with(format!("octets held at most of {what} without end"), peak);
    }
    check
}

/// A text that is refused, and where each violation stands.
#[derive(Deserialize)]
struct Malformed {
    text: String,
    refused: Vec<String>,
}

/// Every text of the fixtures that is no message.
fn malformed() -> Check {
    let fixtures: Vec<Malformed> = std::fs::read_to_string(root().join("ltpc/tests/framing/malformed.jsonl"))
        .unwrap_or_default()
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let refused = fixtures
        .iter()
        .filter(|fixture| {
            let found: Vec<String> = Message::explain(fixture.text.as_bytes())
                .iter()
                .map(|violation| match violation.position {
                    Some(place) => format!("{}:{} {} {}", place.line, place.column, violation.pointer, violation.rule.name()),
                    None => String::new(),
                })
                .collect();
            found == fixture.refused
        })
        .count();
    Check::new(
        "text that is no message is refused, with line, column and rule of all that is wrong",
        refused == fixtures.len() && refused >= 100,
    )
    .with("malformed texts", fixtures.len())
    .with("refused as declared", refused)
}
