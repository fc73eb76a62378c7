//! The benchmark: ratios of contenders that run interleaved in one process.

use anyhow::Result;

use crate::run;

/// Prints the table, or JSON.
pub fn all(json: bool) -> Result<()> {
    let mut arguments = vec![
        "run",
        "--quiet",
        "--release",
        "--locked",
        "--manifest-path",
        "tests/bench/Cargo.toml",
    ];
    arguments.extend(["--target-dir", "target/bench", "--"]);
    if json {
        arguments.push("--json");
    }
    run::step("messages", &mut run::cargo(&arguments))?;
    if json {
        return Ok(());
    }
    run::step(
        "schemas",
        &mut run::cargo(&["bench", "--quiet", "--package", "ltpc", "--bench", "schema"]),
    )
}
