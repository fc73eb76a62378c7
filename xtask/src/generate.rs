//! `generated/`, from `ltpc.toml` by the compiler itself.

use anyhow::Result;

use crate::run;

/// Writes what `ltpc.toml` names; with `check`, fails if that would change anything.
pub fn all(check: bool) -> Result<()> {
    let mut arguments = vec!["run", "--quiet", "--package", "ltpc", "--", "build"];
    if check {
        arguments.push("--check");
    }
    run::step(
        if check { "freshness of generated/" } else { "writing generated/" },
        &mut run::cargo(&arguments),
    )
}
