//! Prints the report of the text protocol's scenarios, as a table or with `--json`; exit 1 if a claim does not hold.

use std::{io::Write, process::ExitCode};

use protocol_tests::simulation;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let report = simulation::run();
    let mut out = std::io::stdout().lock();
    if std::env::args().any(|argument| argument == "--json") {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        write!(out, "{report}")?;
    }
    Ok(ExitCode::from(u8::from(!report.passed())))
}
