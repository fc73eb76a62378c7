//! The benchmark: ratios of contenders that run interleaved in one process.

use std::path::Path;

use anyhow::{Context, Result};

use crate::{run, test};

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
    )?;
    elixir()
}

/// What a generated Elixir package takes to read a message, beside jiffy with checks by hand.
fn elixir() -> Result<()> {
    crate::test::elixir()?;
    let package = run::root().join("generated/elixir/ltp");
    run::step(
        "mix compile, ltp",
        run::program("mix", &["compile"]).env("MIX_ENV", "prod").current_dir(&package),
    )?;
    let mut bench = run::program("elixir", &["-pa"]);
    run::step(
        "messages in Elixir",
        bench.arg(package.join("_build/prod/lib/ltp/ebin")).arg("tests/peers/bench.exs"),
    )
}

/// Prints how fast generated TypeScript is beside its contenders: in one process, in turns.
pub fn typescript(json: bool) -> Result<()> {
    test::packages()?;
    let folder = run::root().join("tests/bench/typescript");
    test::installed(&folder, "packages of the contenders")?;
    let package = run::root().join("generated/typescript/ltp");
    let compiled = run::root().join("tests/peers/node_modules/.compiled/bench");
    let compiler = "tests/peers/node_modules/typescript/bin/tsc";
    let package = package.to_string_lossy();
    let compiled = compiled.to_string_lossy();
    link(&run::root().join("generated/typescript/ltp/node_modules"))?;
    run::step(
        "compiling the package",
        &mut run::program("node", &[compiler, "-p", &package, "--outDir", &compiled]),
    )?;
    let mut arguments = vec!["tests/bench/typescript/bench.mjs", &compiled];
    if json {
        arguments.push("--json");
    }
    run::step("messages in TypeScript", &mut run::program("node", &arguments))
}

/// A package finds its types where those of the test peers are.
fn link(at: &Path) -> Result<()> {
    if at.exists() {
        return Ok(());
    }
    let packages = run::root().join("tests/peers/node_modules");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&packages, at).with_context(|| at.display().to_string())?;
    #[cfg(windows)]
    std::os::windows::fs::symlink_dir(&packages, at).with_context(|| at.display().to_string())?;
    Ok(())
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
