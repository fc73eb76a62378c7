//! What a message costs in instructions, which repeat where time does not: counted by callgrind, for what ours does alone.

use anyhow::{Context, Result, bail};

use crate::run;

const PROGRAM: &str = "target/bench/release/protocol-bench";

/// Messages of the shorter run, which warms what is kept, and of the longer one.
const TIMES: [u64; 2] = [10, 110];

/// Prints a line for each job of the benchmark, or one of JSON.
pub fn all(json: bool) -> Result<()> {
    if !run::is_there("valgrind", &["--version"]) {
        bail!("valgrind is not there, which counts instructions: install the package `valgrind`, or leave out --instructions");
    }
    let arguments = [
        "build",
        "--quiet",
        "--release",
        "--locked",
        "--manifest-path",
        "tests/bench/Cargo.toml",
    ];
    run::step("the benchmark", run::cargo(&arguments).args(["--target-dir", "target/bench"]))?;
    let jobs = run::program(PROGRAM, &["--list"]).output().context("the benchmark's jobs")?;
    for job in String::from_utf8_lossy(&jobs.stdout).lines() {
        let [few, many] = [counted(job, TIMES[0])?, counted(job, TIMES[1])?];
        let each = many.saturating_sub(few) / (TIMES[1] - TIMES[0]);
        if json {
            println!("{{\"job\":{job:?},\"instructions\":{each}}}");
        } else {
            println!("{job:70} {each:>12}");
        }
    }
    Ok(())
}

/// Instructions of a run of one job.
fn counted(job: &str, times: u64) -> Result<u64> {
    let times = times.to_string();
    let arguments = [
        "--tool=callgrind",
        "--callgrind-out-file=/dev/null",
        PROGRAM,
        "--only",
        job,
        "--repeat",
        &times,
    ];
    let output = run::program("valgrind", &arguments).output().context("valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    count.with_context(|| format!("valgrind counted nothing of {job:?}:\n{said}"))
}
