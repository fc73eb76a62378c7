//! What must be clean.

use anyhow::Result;

use crate::{generate, run};

/// Formatting, clippy and rustdoc with warnings denied, and the freshness of `generated/`.
pub fn all() -> Result<()> {
    // The goldens stay as the back end wrote them, so they are not in the list.
    let mut formatting = run::cargo(&["fmt", "--check"]);
    for package in ["ltp", "ltp-macros", "ltpc", "ltp-runtime", "liminal-protocols", "protocol-tests", "xtask"] {
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
    run::step(
        "documentation",
        run::cargo(&["doc", "--workspace", "--no-deps", "--all-features"]).env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    generate::all(true)
}
