//! Every language means what the interpreter means: generated packages replay the vectors, without a difference.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use protocol_tests::programs::{Language, ltpc, root};

/// Runs a command to its end; gives what it wrote to standard output.
fn run(command: &mut std::process::Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{complained}");
    said.into_owned()
}

/// Compiles a schema to a package, and lets the language replay the schema's vectors on it.
fn replay(language: Language, schema: &str, least: (usize, usize, usize)) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let target = language.target();
    run(ltpc()
        .args(["build", schema, "--target", target, "--package", "checked", "--out"])
        .arg(at("package")));
    run(ltpc().args(["vectors", schema, "--out"]).arg(at("vectors")));
    let said = run(&mut language.replay(&at("package"), &at("vectors")));
    let last: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    let count = |name: &str| last[name].as_u64().map_or(0, |count| usize::try_from(count).unwrap());
    let found = (count("messages"), count("streams"), count("scripts"));
    println!("{target}, {schema}: {} messages, {} streams, {} scripts", found.0, found.1, found.2);
    assert_eq!(count("differences"), 0, "{said}");
    assert!(found.0 >= least.0 && found.1 >= least.1 && found.2 >= least.2, "{last}");
}

/// The schemas whose vectors are replayed, with how many messages, streams and scripts there are at least.
const SCHEMAS: [(&str, (usize, usize, usize)); 6] = [
    ("schema/ltp.ltp", (2_000, 0, 40)),
    ("tests/schemas/sessions.ltp", (1_300, 0, 40)),
    ("tests/schemas/policy.ltp", (350, 0, 30)),
    ("schema/ctp.ltp", (950, 300, 40)),
    ("schema/packetflow.ltp", (500, 0, 24)),
    ("tests/schemas/pending.ltp", (550, 0, 24)),
];

fn vectors(language: Language) {
    for (schema, least) in SCHEMAS {
        replay(language, schema, least);
    }
}

/// Replays the vectors of every schema in `tests/fixtures/languages`: drop a file there, and each language builds and tests it.
fn fixtures(language: Language) {
    let folder = root().join("tests/fixtures/languages");
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 6, "{names:?}");
    for path in names {
        replay(language, &path.to_string_lossy(), (1, 0, 0));
    }
}

/// A line a language.
macro_rules! replays {
    ($($language:ident $of:ident $test:ident)+) => { $(#[test] fn $test() { $of(Language::$language); })+ };
}

replays! {
    Python vectors python_replays_all_vectors_without_a_difference
    Python fixtures python_builds_every_fixture_and_replays_its_vectors
    Typescript vectors typescript_compiles_strictly_and_replays_all_vectors_without_a_difference
    Typescript fixtures typescript_builds_every_fixture_and_replays_its_vectors
    Elixir vectors elixir_compiles_without_a_warning_and_replays_all_vectors_without_a_difference
}

#[test]
fn elixir_builds_every_fixture_and_replays_its_vectors() {
    fixtures(Language::Elixir);
}

/// What stands in `generated/` is what everything else was tested with.
#[test]
fn built_in_templates_come_through_the_same_door_as_a_user_s_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = |folder: &Path, name: &str| std::fs::read(folder.join(name)).unwrap();
    for language in Language::ALL {
        let target = language.target();
        let (built_in, own) = (folder.path().join(format!("{target}-1")), folder.path().join(format!("{target}-2")));
        run(ltpc().args(["build", "schema/ltp.ltp", "--target", target, "--out"]).arg(&built_in));
        let templates = root().join("templates").join(target);
        run(ltpc()
            .args(["build", "schema/ltp.ltp", "--target", target, "--templates"])
            .arg(templates)
            .arg("--out")
            .arg(&own));
        let names = names(&built_in, &built_in);
        assert_eq!(self::names(&own, &own), names);
        assert!(names.len() > 10, "{names:?}");
        for name in names {
            assert_eq!(file(&own, &name), file(&built_in, &name), "{target}: {name}");
        }
    }
}

/// Every file below a folder.
fn names(folder: &Path, root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(names(&path, root));
        } else {
            found.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
        }
    }
    found.sort();
    found
}
