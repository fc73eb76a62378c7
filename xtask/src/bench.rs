//! The benchmark: ratios of contenders that run interleaved in one process.

use anyhow::Result;

use crate::run;

/// Sessions whose memory is counted.
const IDLE: &str = "10000";

/// Prints the tables, or JSON: what messages cost, then a whole endpoint under load and at rest, then schemas.
pub fn all(json: bool) -> Result<()> {
    step("messages", "protocol-bench", &[], json)?;
    step("endpoint", "endpoint", &[], json)?;
    step("sessions that say nothing", "endpoint", &["--idle", IDLE], json)?;
    if json {
        return Ok(());
    }
    run::step(
        "schemas",
        &mut run::cargo(&["bench", "--quiet", "--package", "ltpc", "--bench", "schema"]),
    )
}

/// A program of `tests/bench`.
fn step(what: &str, program: &str, given: &[&str], json: bool) -> Result<()> {
    let mut arguments = vec![
        "run",
        "--quiet",
        "--release",
        "--locked",
        "--manifest-path",
        "tests/bench/Cargo.toml",
        "--bin",
        program,
    ];
    arguments.extend(["--target-dir", "target/bench", "--"]);
    arguments.extend(given);
    if json {
        arguments.push("--json");
    }
    run::step(what, &mut run::cargo(&arguments))
}
