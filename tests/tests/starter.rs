//! The project that `ltpc new` starts builds and runs, for a user who has nothing but the command.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::{fs, path::Path, process::Command};

use protocol_tests::programs::{ltpc, root};

/// What a command said: whether it went well, standard output, standard error.
fn run(command: &mut Command) -> (bool, String, String) {
    let output = command.output().unwrap();
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

fn new(dir: &Path, arguments: &[&str]) -> (bool, String, String) {
    run(ltpc().arg("new").arg(dir).args(arguments))
}

#[test]
fn a_started_project_builds_without_a_warning_and_runs() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("greetings");
    let (well, files, said) = new(&project, &[]);
    assert!(well && said.contains("cargo run"), "{said}");
    assert_eq!(files.lines().count(), 6, "{files}");

    let schema = project.join("schema/greeting.ltp");
    let (well, _, said) = run(ltpc().arg("check").arg(&schema));
    assert!(well && !said.contains("warning"), "{said}");

    // With what this workspace has built and fetched: versions as locked here, nothing from the network.
    fs::copy(root().join("Cargo.lock"), project.join("Cargo.lock")).unwrap();
    let tests = std::env::current_exe().unwrap();
    let target = tests.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).unwrap();
    let (well, said, build) = run(Command::new(env!("CARGO"))
        .args(["run", "--offline"])
        .current_dir(&project)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_PROFILE_DEV_DEBUG", "0"));
    assert!(well, "{build}");
    assert!(!build.contains("warning"), "{build}");
    assert_eq!(
        said.lines().filter(|line| line.starts_with("Grace")).collect::<Vec<_>>(),
        [
            "Grace is outside",
            "Grace is knocking",
            "Grace hears: Welcome, Grace! You are guest 2.",
            "Grace is inside",
            "Grace hears: You said: How do you do?",
            "Grace is gone",
        ]
    );
}

#[test]
fn nothing_is_written_where_something_is_or_under_a_name_that_cargo_refuses() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("kept"), "").unwrap();
    let (well, _, said) = new(folder.path(), &[]);
    assert!(!well && said.contains("is not empty"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let (well, _, said) = new(&folder.path().join("kept"), &[]);
    assert!(!well && said.contains("is no folder"), "{said}");

    for name in ["1st", "a b", "fn", "tokio"] {
        let (well, _, said) = new(&folder.path().join("new"), &["--name", name]);
        assert!(!well && said.contains("--name"), "{said}");
    }
    let (well, _, said) = new(&folder.path().join("new"), &["--path", "/nowhere"]);
    assert!(!well && said.contains("no checkout"), "{said}");
    assert!(!folder.path().join("new").exists());
}

#[test]
fn crates_come_from_the_registry_where_there_is_no_checkout_and_a_workspace_around_is_none_of_its() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").unwrap();
    let (well, _, said) = new(&folder.path().join("inner"), &["--registry"]);
    assert!(well, "{said}");
    let manifest = fs::read_to_string(folder.path().join("inner/Cargo.toml")).unwrap();
    assert!(
        manifest.contains("ltpc = { version = \"") && !manifest.contains("path"),
        "{manifest}"
    );
    assert!(manifest.contains("\n[workspace]\n"), "{manifest}");
}
