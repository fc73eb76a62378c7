//! The packages as registries would take them.

use anyhow::Result;

use crate::run;

/// What is published, each behind what it depends on.
const PACKAGES: [&str; 5] = ["ltp-runtime", "ltpc-templates", "ltpc", "ltp-macros", "liminal-ltp"];

/// Packs everything that is published and asks the registry's checks; with `build`, each package is built from what was packed.
pub fn all(build: bool) -> Result<()> {
    let mut publish = run::cargo(&["publish", "--dry-run", "--allow-dirty", "--quiet", "--target-dir", "target/package"]);
    for package in PACKAGES {
        publish.args(["-p", package]);
    }
    if !build {
        publish.arg("--no-verify");
    }
    run::step("packages", &mut publish)
}
