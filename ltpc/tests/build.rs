//! What a build script does: which files it reads and says so, what it writes, and what it does where nothing has changed.
#![cfg(feature = "build")]
#![allow(clippy::disallowed_methods, clippy::panic, clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Instant, SystemTime},
};

use ltpc::build::{Builder, Visibility};

/// A folder of its own for each test.
fn scratch(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("ltpc-build-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("out")).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("shapes.ltp", "protocol shapes \"1.0\"; record Point { x: float; }");
    write(
        "deep.ltp",
        "protocol deep \"1.0\"; import \"shapes.ltp\"; record Line { from: shapes.Point; }",
    );
    write(
        "chat.ltp",
        "protocol chat \"1.0\"; import \"deep.ltp\"; import \"shapes.ltp\"; envelope E tag \"t\" {} message M \"m\" in E { line: deep.Line; at: shapes.Point; }",
    );
    write(
        "clock.ltp",
        "protocol clock \"1.0\"; envelope E tag \"t\" {} message Tick \"tick\" in E { at: uint; }",
    );
    folder
}

/// What `child` is told to compile: schemas and derives, between commas.
fn run(folder: &Path, schemas: &str, derives: &str) -> (bool, String, String) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .current_dir(folder)
        .env("OUT_DIR", folder.join("out"))
        .env("SCHEMAS", schemas)
        .env("DERIVES", derives)
        .output()
        .unwrap();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

/// The build script.
#[test]
#[ignore = "run by the tests"]
fn child() {
    let mut builder = Builder::new().visibility(Visibility::Crate);
    for schema in env::var("SCHEMAS").unwrap().split(',') {
        builder = builder.schema(schema);
    }
    for derive in env::var("DERIVES").unwrap().split(',').filter(|derive| !derive.is_empty()) {
        let (name, path) = derive.split_once('=').unwrap();
        builder = builder.derive(name, path);
    }
    let start = Instant::now();
    let done = builder.compile();
    println!("took {}", start.elapsed().as_micros());
    if let Err(error) = done {
        panic!("{error}");
    }
}

fn took(stdout: &str) -> u64 {
    let line = stdout.lines().find_map(|line| line.strip_prefix("took "));
    line.unwrap().parse().unwrap()
}

/// Every file with when it was written.
fn written(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| (path.clone(), fs::metadata(path).unwrap().modified().unwrap()))
        .collect()
}

fn watched(stdout: &str) -> Vec<&str> {
    stdout
        .lines()
        .filter_map(|line| line.strip_prefix("cargo::rerun-if-changed="))
        .collect()
}

#[test]
fn nothing_changed() {
    let folder = scratch("unchanged");
    // A schema of a size that real ones have.
    let large = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/telepathy.ltp");
    let schemas = format!("chat.ltp,clock.ltp,{}", large.display());
    let (ok, first, stderr) = run(&folder, &schemas, "*=PartialOrd");
    assert!(ok, "{first}{stderr}");
    let before = written(&folder.join("out"));
    let (mut least, mut stdout) = (u64::MAX, String::new());
    for _ in 0..3 {
        let (ok, again, _) = run(&folder, &schemas, "*=PartialOrd");
        assert!(ok);
        (least, stdout) = (least.min(took(&again)), again);
    }
    let touched = written(&folder.join("out"))
        .iter()
        .filter(|(path, time)| before.get(*path) != Some(time))
        .count();
    println!(
        "first build {} us; nothing changed: {least} us, {touched} files touched",
        took(&first)
    );
    assert_eq!(touched, 0);
    assert!(least < 30_000, "{least} us");
    assert_eq!(
        watched(&stdout),
        watched(&first),
        "cargo is told the same of what was not compiled again"
    );
}

#[test]
fn imports_are_watched_however_deep_and_nothing_else_is() {
    let folder = scratch("imports");
    let (_, stdout, _) = run(&folder, "chat.ltp,clock.ltp", "");
    assert_eq!(watched(&stdout), ["chat.ltp", "deep.ltp", "shapes.ltp", "clock.ltp"]);
    let before = written(&folder.join("out"));
    fs::write(
        folder.join("shapes.ltp"),
        "protocol shapes \"1.0\"; record Point { x: float; y: float; }",
    )
    .unwrap();
    let (ok, ..) = run(&folder, "chat.ltp,clock.ltp", "");
    assert!(ok);
    let after = written(&folder.join("out"));
    assert_ne!(before[&folder.join("out/chat.rs")], after[&folder.join("out/chat.rs")]);
    assert_eq!(
        before[&folder.join("out/clock.rs")],
        after[&folder.join("out/clock.rs")],
        "what does not import it stays"
    );
    // A schema that is wrong is watched too: else nothing would be built once it is right.
    fs::write(folder.join("shapes.ltp"), "protocol shapes \"1.0\"; record Point { x: flaot; }").unwrap();
    let (ok, stdout, stderr) = run(&folder, "chat.ltp,clock.ltp", "");
    assert!(!ok);
    assert_eq!(watched(&stdout), ["chat.ltp", "deep.ltp", "shapes.ltp", "clock.ltp"]);
    assert!(stdout.contains("cargo::error=shapes.ltp:1: "), "{stdout}");
    assert!(format!("{stdout}{stderr}").contains("did you mean `float`?"), "{stdout}{stderr}");
}

#[test]
fn derives_are_for_the_type_that_is_named() {
    let folder = scratch("derives");
    let (ok, stdout, stderr) = run(&folder, "chat.ltp,clock.ltp", "shapes.Point=PartialOrd,Tick=Eq");
    assert!(ok, "{stdout}{stderr}");
    let chat = fs::read_to_string(folder.join("out/chat.rs")).unwrap();
    assert_eq!(chat.matches("PartialOrd").count(), 1, "{chat}");
    assert!(
        chat.contains("#[derive(Debug, Clone, PartialEq, PartialOrd)]\n    pub(crate) struct Point"),
        "{chat}"
    );
    let clock = fs::read_to_string(folder.join("out/clock.rs")).unwrap();
    assert!(clock.contains("PartialEq, Eq)]\n    pub(crate) struct Tick"), "{clock}");
    let (ok, stdout, _) = run(&folder, "chat.ltp,clock.ltp", "shapes.Piont=PartialOrd");
    assert!(!ok);
    assert!(
        stdout.contains("cargo::error=chat.ltp: a derive is asked for `shapes.Piont`, and the schema declares no such type; did you mean `shapes.Point`?"),
        "{stdout}"
    );
}
