//! The packages as registries would take them.

use std::{fs, process};

use anyhow::Result;

use crate::run;

/// What is published, each behind what it depends on.
const PACKAGES: [&str; 5] = ["ltp-runtime", "ltpc-templates", "ltpc", "ltp-macros", "liminal-ltp"];

/// Packs everything that is published and asks the registry's checks; with `build`, each package is built from what was packed.
pub fn all(build: bool) -> Result<()> {
    // Cargo keeps what it has unpacked of a version by the folder that it came from, and would build that again.
    let folder = run::root().join(format!("target/package-{}", process::id()));
    let mut publish = run::cargo(&["publish", "--dry-run", "--allow-dirty", "--quiet", "--target-dir"]);
    publish.arg(&folder);
    for package in PACKAGES {
        publish.args(["-p", package]);
    }
    if !build {
        publish.arg("--no-verify");
    }
    let done = run::step("packages", &mut publish);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    done
}
