//! Generated Elixir: formatted, without a warning, tested, and clean under Dialyzer.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{run, test};

/// Every package of `generated/elixir`.
pub fn all() -> Result<()> {
    test::elixir()?;
    let table = table()?;
    for entry in std::fs::read_dir(run::root().join("generated/elixir"))? {
        let folder = entry?.path();
        let package = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mix = |arguments: &[&str]| {
            let mut command = run::program("mix", arguments);
            command.current_dir(&folder);
            command
        };
        run::step(&format!("mix format, {package}"), &mut mix(&["format", "--check-formatted"]))?;
        run::step(
            &format!("mix compile, {package}"),
            mix(&["compile", "--warnings-as-errors", "--force"]).env("MIX_ENV", "dev"),
        )?;
        run::step(&format!("mix test, {package}"), &mut mix(&["test", "--warnings-as-errors"]))?;
        let compiled = folder.join("_build/dev/lib").join(&package).join("ebin");
        run::step(&format!("dialyzer, {package}"), dialyzer()?.arg("--plt").arg(&table).arg(compiled))?;
    }
    Ok(())
}

/// What Dialyzer knows of the libraries that packages stand on: worked out once, kept in `target/`.
fn table() -> Result<PathBuf> {
    let table = run::root().join("target/elixir.plt");
    if !table.exists() {
        let mut command = dialyzer()?;
        command.args(["--build_plt", "--output_plt"]).arg(&table);
        command.args(["--apps", "erts", "kernel", "stdlib", "crypto", "ssl", "public_key", "-r"]);
        let libraries = libraries()?;
        command.args(["elixir", "logger"].map(|library| libraries.join(library).join("ebin")));
        run::step("what Dialyzer knows of libraries", &mut command)?;
    }
    Ok(table)
}

/// Dialyzer, which reads what Elixir compiles with Elixir's help.
fn dialyzer() -> Result<std::process::Command> {
    let mut command = run::program("dialyzer", &["-pa"]);
    command.arg(libraries()?.join("elixir/ebin"));
    Ok(command)
}

/// Where Elixir's own libraries are.
fn libraries() -> Result<PathBuf> {
    let said = run::program("elixir", &["-e", "IO.write(:code.lib_dir(:elixir))"])
        .output()
        .context("elixir")?;
    let library = String::from_utf8_lossy(&said.stdout).into_owned();
    Path::new(&library).parent().map(Path::to_path_buf).context("where Elixir is")
}
