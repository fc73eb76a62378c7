//! The report of the text protocol's scenarios.

use anyhow::Result;

use crate::run;

/// Prints the report as a table, or as JSON; fails if a claim does not hold.
pub fn all(json: bool) -> Result<()> {
    let mut arguments = vec![
        "run",
        "--quiet",
        "--release",
        "--package",
        "protocol-tests",
        "--bin",
        "simulation",
        "--",
    ];
    if json {
        arguments.push("--json");
    }
    run::step("simulation", &mut run::cargo(&arguments))
}
