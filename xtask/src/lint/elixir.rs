//! Elixir: formatted and without a warning; what is generated is tested too, and clean under Dialyzer.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{run, test};

/// Every package of `generated/elixir`, and the programs that use them.
pub fn all() -> Result<()> {
    test::elixir()?;
    let table = table()?;
    let mut compiled = Vec::new();
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
        let beams = folder.join("_build/dev/lib").join(&package).join("ebin");
        run::step(&format!("dialyzer, {package}"), dialyzer()?.arg("--plt").arg(&table).arg(&beams))?;
        compiled.push(beams);
    }
    programs(&compiled)
}

/// The peers and the examples, which need the packages.
fn programs(packages: &[PathBuf]) -> Result<()> {
    let tests = run::root().join("tests");
    run::step(
        "mix format, peers and examples",
        run::program("mix", &["format", "--check-formatted"]).current_dir(&tests),
    )?;
    let mut command = run::program("elixir", &[]);
    for package in packages {
        command.arg("-pa").arg(package);
    }
    command.arg("peers/clean.exs").current_dir(&tests);
    for folder in ["peers", "examples/ltp"] {
        let mut scripts: Vec<_> = std::fs::read_dir(tests.join(folder))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<std::io::Result<_>>()?;
        scripts.retain(|path| path.extension().is_some_and(|extension| extension == "exs"));
        scripts.sort();
        command.args(scripts);
    }
    run::step("warnings, peers and examples", &mut command)
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
