//! Crates as users have them, outside of the workspace: that they build, and what building them costs.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Instant, SystemTime},
};

use anyhow::{Context, Result, bail};

use crate::run;

/// The microcontroller for which derives are built without `std`.
const EMBEDDED: &str = "thumbv7em-none-eabi";

/// Each way to declare a type, with the crate that does.
const WAYS: [(&str, &str); 5] = [
    ("`#[derive(Payload)]`", "consumer-derive"),
    ("a schema by build.rs", "consumer-build"),
    ("`schema!`", "consumer-macro"),
    ("serde_derive with serde_json", "consumer-serde"),
    ("prost-build", "consumer-prost"),
];

/// A build of a crate: what was compiled, and how long it took.
struct Built {
    crates: usize,
    seconds: f64,
    /// Of all processors together, where the system says it: what other programs do meanwhile does not count.
    busy: Option<f64>,
}

/// Builds the crate with all three ways from scratch, runs it, and builds it again, which must write nothing.
pub fn all() -> Result<()> {
    let target = scratch("all")?;
    let first = build(&target, "consumer", &[])?;
    let program = target.join("debug/consumer");
    if !Command::new(&program)
        .status()
        .with_context(|| program.display().to_string())?
        .success()
    {
        bail!("the consumer failed");
    }
    let before = files(&target)?;
    let again = build(&target, "consumer", &[])?;
    let after = files(&target)?;
    let written = after.iter().filter(|(path, time)| before.get(*path) != Some(time)).count();
    println!(
        "from scratch {:.1} s, {} crates; again {:.2} s, {} crates, {written} files written",
        first.seconds, first.crates, again.seconds, again.crates
    );
    if written > 0 || again.crates > 0 {
        bail!(
            "a build that changes nothing wrote {written} files and compiled {} crates",
            again.crates
        );
    }
    // The schema that others import has changed: what is generated from them is built again, and nothing else.
    let imported = folder().join("all/schema/shapes.ltp");
    let text = fs::read_to_string(&imported)?;
    fs::write(&imported, format!("{text}\n// changed\n"))?;
    let changed = build(&target, "consumer", &[]);
    fs::write(&imported, text)?;
    let changed = changed?;
    println!("an imported schema changed: {:.2} s, {} crate", changed.seconds, changed.crates);
    if changed.crates != 1 {
        bail!("{} crates were compiled for one schema", changed.crates);
    }
    Ok(())
}

/// Builds derives for a target without `std`.
pub fn embedded() -> Result<()> {
    let installed = run::program("rustup", &["target", "list", "--installed"]).output();
    let is_there = installed.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(EMBEDDED));
    if !is_there {
        run::step(
            "the target of a microcontroller",
            &mut run::program("rustup", &["target", "add", EMBEDDED]),
        )?;
    }
    let mut command = run::cargo(&["build", "--quiet", "-p", "consumer-embedded", "--target", EMBEDDED]);
    run::step("derives without std", command.current_dir(folder()))
}

/// Prints what each way costs, built from scratch one after the other.
pub fn compile_times() -> Result<()> {
    // Nothing that is measured waits for the network.
    run::step("dependencies", run::cargo(&["fetch", "--quiet"]).current_dir(folder()))?;
    println!("| declared by | crates built | processor seconds | seconds | processor seconds after a change of the source |");
    println!("|---|---|---|---|---|");
    let said = |busy: Option<f64>| busy.map_or_else(|| "?".to_owned(), |busy| format!("{busy:.1}"));
    for (way, package) in WAYS {
        let target = scratch(package)?;
        let first = build(&target, package, &["--offline"])?;
        let source = folder().join(package.trim_start_matches("consumer-")).join("src/main.rs");
        fs::File::options().append(true).open(&source)?.set_modified(SystemTime::now())?;
        let again = build(&target, package, &["--offline"])?;
        println!(
            "| {way} | {} | {} | {:.1} | {} |",
            first.crates,
            said(first.busy),
            first.seconds,
            said(again.busy)
        );
    }
    Ok(())
}

fn build(target: &Path, package: &str, more: &[&str]) -> Result<Built> {
    let (start, before) = (Instant::now(), busy());
    let output = run::cargo(&["build", "-p", package])
        .args(more)
        .current_dir(folder())
        .env("CARGO_TARGET_DIR", target)
        .output()?;
    let seconds = start.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{package}:\n{said}");
    }
    let crates = said.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count();
    let busy = busy().zip(before).map(|(after, before)| after - before);
    Ok(Built { crates, seconds, busy })
}

/// What all programs that were started and have ended took of the processors, in seconds, where Linux says it.
fn busy() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name, which is in parentheses: the 14th and 15th are the ticks of those that were waited for, 100 a second.
    let (_, rest) = text.rsplit_once(')')?;
    let mut ticks = rest.split_whitespace().skip(13).take(2).map_while(|word| word.parse::<f64>().ok());
    Some((ticks.next()? + ticks.next()?) / 100.0)
}

fn folder() -> PathBuf {
    run::root().join("tests/consumer")
}

/// An empty directory to build in.
fn scratch(name: &str) -> Result<PathBuf> {
    let target = run::root().join("target/consumer").join(name);
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    Ok(target)
}

/// Every output with when it was written; cargo's own notes of what is fresh are none.
fn files(target: &Path) -> Result<BTreeMap<PathBuf, SystemTime>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![target.join("debug")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let (kind, path) = (entry.file_type()?, entry.path());
            if kind.is_dir() {
                if entry.file_name() != ".fingerprint" {
                    folders.push(path);
                }
            } else if entry.file_name() != ".cargo-lock" && path.extension().is_none_or(|extension| extension != "d") {
                found.insert(path, entry.metadata()?.modified()?);
            }
        }
    }
    Ok(found)
}
