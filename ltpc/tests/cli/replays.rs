//! Scripts and the traces that every language gives.
//!
//! Beside this file, `scripts/SCHEMA.NAME.script.jsonl` is a script, `SCHEMA.NAME.trace.jsonl` its trace, and `SCHEMA.ltp` the schema, which
//! is otherwise one that ships. `UPDATE_EXPECT=1 cargo test -p ltpc --test cli replays` writes the traces anew.

use std::{fs, path::PathBuf};

use super::process::run;

#[test]
fn scripts_give_their_traces() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/cli/scripts");
    let mut scripts: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    scripts.retain(|path| path.to_str().is_some_and(|path| path.ends_with(".script.jsonl")));
    scripts.sort();
    assert!(scripts.len() >= 9);
    for script in scripts {
        let name = script.file_name().unwrap().to_str().unwrap();
        let schema = format!("{}.ltp", name.split('.').next().unwrap());
        let beside = folder.join(&schema);
        let schema = if beside.exists() {
            beside
        } else {
            root.join("../schema").join(schema)
        };
        let replayed = run(&["replay", schema.to_str().unwrap(), script.to_str().unwrap()], b"");
        assert_eq!(replayed.code, 0, "{name}: {}", replayed.err);
        let trace = folder.join(name.replace(".script.", ".trace."));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&trace, &replayed.out).unwrap();
        }
        let expected = fs::read_to_string(&trace).unwrap_or_default();
        let differs = replayed.out.lines().zip(expected.lines()).find(|(got, expected)| got != expected);
        assert_eq!(differs, None, "{name}");
        assert_eq!(replayed.out, expected, "{name}");
    }
}
