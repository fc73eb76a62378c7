//! What must be clean.

mod elixir;

use anyhow::Result;

use crate::{consumer, generate, package, run, surface, test};

/// Formatting, clippy and rustdoc with warnings denied, derives without `std`, what is published, and the freshness of `generated/`.
pub fn all() -> Result<()> {
    // The goldens stay as the back end wrote them, so they are not in the list.
    let mut formatting = run::cargo(&["fmt", "--check"]);
    for package in [
        "liminal-ltp",
        "ltp-macros",
        "ltpc",
        "ltp-runtime",
        "ltpc-templates",
        "liminal-protocols",
        "protocol-tests",
        "xtask",
    ] {
        formatting.args(["-p", package]);
    }
    run::step("formatting", &mut formatting)?;
    run::step(
        "clippy",
        &mut run::cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]),
    )?;
    run::step(
        "the codec without std",
        &mut run::cargo(&["clippy", "-p", "ltp-runtime", "--no-default-features", "--", "-D", "warnings"]),
    )?;
    consumer::embedded()?;
    let mut bench = run::cargo(&["clippy", "--locked", "--manifest-path", "tests/bench/Cargo.toml"]);
    run::step(
        "the benchmark",
        bench.args(["--target-dir", "target/bench", "--", "-D", "warnings"]),
    )?;
    run::step(
        "documentation",
        run::cargo(&["doc", "--workspace", "--no-deps", "--all-features"]).env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    surface::all(true)?;
    generate::all(true)?;
    package::all(false)?;
    python()?;
    typescript()?;
    elixir::all()
}

/// Generated TypeScript under the compiler's strictest settings, for Node.js and as a browser has it.
fn typescript() -> Result<()> {
    test::packages()?;
    let packages = run::root().join("tests/peers/node_modules");
    for entry in std::fs::read_dir(run::root().join("generated/typescript"))? {
        let folder = entry?.path();
        let link = folder.join("node_modules");
        if !link.exists() {
            std::os::unix::fs::symlink(&packages, &link)?;
        }
        run::step(
            &format!("tsc, {}", folder.file_name().unwrap_or_default().to_string_lossy()),
            run::program("node", &[])
                .arg(packages.join("typescript/bin/tsc"))
                .arg("-p")
                .arg(&folder)
                .arg("--noEmit"),
        )?;
    }
    Ok(())
}

/// Generated Python, and what uses it, under the strictest settings of two checkers.
fn python() -> Result<()> {
    test::environment()?;
    let program = |name: &str| run::root().join("tests/peers/.venv/bin").join(name).to_string_lossy().into_owned();
    for entry in std::fs::read_dir(run::root().join("generated/python"))? {
        let folder = entry?.path();
        let package = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        run::step(
            &format!("mypy, {package}"),
            run::program(&program("mypy"), &["--strict", "src"]).current_dir(&folder),
        )?;
        let interpreter = program("python");
        run::step(
            &format!("pyright, {package}"),
            run::program(&program("pyright"), &["--pythonpath", &interpreter, "src"]).current_dir(&folder),
        )?;
    }
    Ok(())
}
