//! What the text protocol is designed for, tried out: four scenarios, each a list of checks with their figures.
//!
//! `cargo xtask simulate [--json]` prints the report. Nothing in it is assumed: messages are written, cut, carried and read by the
//! generated code, sessions run over sockets.

pub mod edges;
pub mod hilbert;
pub mod link;
pub mod messages;
pub mod parseability;
pub mod performance;
pub mod report;

pub use report::{Check, Report, Scenario};

/// Runs all scenarios.
#[must_use]
pub fn run() -> Report {
    Report {
        scenarios: vec![
            parseability::scenario(),
            performance::scenario(),
            edges::scenario(),
            hilbert::scenario(),
        ],
    }
}
