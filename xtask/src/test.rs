//! All tests, with what they need.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{consumer, run};

/// The oldest Node.js that the peers run on.
const NODE: u32 = 20;

/// Installs the peers' packages, then runs the tests of all crates and of their documentation.
pub fn all(filter: Option<&str>) -> Result<()> {
    nats()?;
    chromium()?;
    packages()?;
    environment()?;
    elixir()?;
    let nextest = run::is_there("cargo", &["nextest", "--version"]);
    let mut arguments = if nextest {
        vec!["nextest", "run"]
    } else {
        vec!["test", "--tests", "--bins", "--lib", "--examples"]
    };
    arguments.extend(["--workspace", "--all-features"]);
    arguments.extend(filter);
    run::step("tests of all crates", &mut run::cargo(&arguments))?;
    run::step(
        "tests in documentation",
        &mut run::cargo(&["test", "--workspace", "--all-features", "--doc"]),
    )?;
    consumer::all()
}

/// Makes sure of the packages of the Node.js peers, which are those of generated TypeScript too.
pub fn packages() -> Result<()> {
    node()?;
    installed(&run::root().join("tests/peers"), "packages of the Node.js peers")
}

/// Makes sure of the packages that a folder's `package-lock.json` names.
pub fn installed(folder: &Path, what: &str) -> Result<()> {
    let wanted = std::fs::read_to_string(folder.join("package-lock.json")).with_context(|| folder.display().to_string())?;
    let done = folder.join("node_modules/.wanted");
    if std::fs::read_to_string(&done).is_ok_and(|text| text == wanted) {
        return Ok(());
    }
    run::step(
        what,
        run::program("npm", &["ci", "--no-audit", "--no-fund", "--silent"]).current_dir(folder),
    )?;
    std::fs::write(&done, wanted).with_context(|| done.display().to_string())
}

/// Makes sure of a Node.js that is new enough: the one that is there, else Debian's.
fn node() -> Result<()> {
    if version().is_none() || !run::is_there("npm", &["--version"]) {
        install(&["nodejs", "npm"])?;
    }
    match version() {
        Some(found) if found >= NODE => Ok(()),
        Some(found) => {
            bail!("Node.js {found} is too old for the test peers: install {NODE} or later (https://nodejs.org) and put it on PATH")
        }
        None => bail!("Node.js is not on PATH: install {NODE} or later (https://nodejs.org)"),
    }
}

/// Makes sure of a NATS server: the one that is there, else Debian's.
fn nats() -> Result<()> {
    // Debian puts it where only the administrator looks.
    let is_there = || {
        ["nats-server", "/usr/sbin/nats-server"]
            .iter()
            .any(|program| run::is_there(program, &["--version"]))
    };
    if !is_there() {
        install(&["nats-server"])?;
    }
    if is_there() {
        Ok(())
    } else {
        bail!("nats-server is not on PATH: install it (https://nats.io)")
    }
}

/// Makes sure of a browser: the one that is there, else Debian's.
fn chromium() -> Result<()> {
    let is_there = || {
        ["chromium", "chromium-browser", "google-chrome"]
            .iter()
            .any(|program| run::is_there(program, &["--version"]))
    };
    if !is_there() {
        install(&["chromium"])?;
    }
    if is_there() {
        Ok(())
    } else {
        bail!("chromium is not on PATH: install it (https://www.chromium.org)")
    }
}

/// Makes sure of a Python for the peers that are written in it, and for generated packages.
fn python() -> Result<()> {
    if !run::is_there("python3", &["-m", "venv", "--help"]) {
        install(&["python3", "python3-venv"])?;
    }
    Ok(())
}

/// Makes sure of a virtual environment with what generated Python packages stand on.
pub fn environment() -> Result<()> {
    python()?;
    let peers = run::root().join("tests/peers");
    let (folder, wanted, done) = (
        peers.join(".venv"),
        peers.join("requirements.txt"),
        peers.join(".venv/.requirements"),
    );
    let wanted_text = std::fs::read_to_string(&wanted).context("tests/peers/requirements.txt")?;
    if std::fs::read_to_string(&done).is_ok_and(|text| text == wanted_text) {
        return Ok(());
    }
    run::step("virtual environment", run::program("python3", &["-m", "venv"]).arg(&folder))?;
    let pip = folder.join("bin/pip").to_string_lossy().into_owned();
    run::step(
        "packages of Python",
        run::program(&pip, &["install", "--quiet", "--requirement"]).arg(&wanted),
    )?;
    std::fs::write(&done, wanted_text).context("tests/peers/.venv")
}

/// Makes sure of Elixir, with a JSON reader and what checks types: what is there, else Debian's.
pub fn elixir() -> Result<()> {
    if !run::is_there("mix", &["--version"]) || !run::is_there("dialyzer", &["--version"]) {
        install(&["elixir", "erlang-dev", "erlang-dialyzer", "erlang-jiffy"])?;
    }
    Ok(())
}

fn version() -> Option<u32> {
    let output = run::program("node", &["--version"]).output().ok()?;
    String::from_utf8(output.stdout)
        .ok()?
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// Installs Debian packages, as root or by sudo.
fn install(packages: &[&str]) -> Result<()> {
    if !run::is_there("apt-get", &["--version"]) {
        bail!(
            "{} missing, and this is no Debian system: install by hand what provides them",
            packages.join(" and ")
        );
    }
    let root = run::program("id", &["-u"]).output().context("id -u")?.stdout.starts_with(b"0");
    let elevated = |arguments: &[&str]| {
        if root {
            run::program(arguments[0], &arguments[1..])
        } else {
            run::program("sudo", arguments)
        }
    };
    run::step("package lists", &mut elevated(&["apt-get", "update", "-qq"]))?;
    let mut arguments = vec!["apt-get", "install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(packages);
    run::step("Debian packages", &mut elevated(&arguments))
}
