//! A root file and what it imports.
#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::collections::HashMap;

use ltpc::disk::FsLoader;
use ltpc::load::{Loaded, Loader, load};

/// Files in memory, and which of them were asked for.
struct Memory {
    files: HashMap<&'static str, &'static str>,
    asked: RefCell<Vec<String>>,
}

impl Loader for Memory {
    fn load(&self, path: &str) -> Result<String, String> {
        self.asked.borrow_mut().push(path.to_owned());
        self.files
            .get(path)
            .map(|text| (*text).to_owned())
            .ok_or_else(|| "no such file".to_owned())
    }
}

fn load_from(root: &str, files: &[(&'static str, &'static str)]) -> (Loaded, Vec<String>) {
    let memory = Memory {
        files: files.iter().copied().collect(),
        asked: RefCell::default(),
    };
    let loaded = load(root, &memory);
    (loaded, memory.asked.into_inner())
}

fn codes(loaded: &Loaded) -> Vec<&str> {
    loaded.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

fn imports(loaded: &Loaded, file: usize) -> Vec<(&str, usize)> {
    loaded.files[file]
        .imports
        .iter()
        .map(|import| (&*import.alias, import.file))
        .collect()
}

#[test]
fn each_file_is_loaded_once_however_it_is_reached() {
    let (loaded, asked) = load_from(
        "./schema/main.ltp",
        &[
            (
                "schema/main.ltp",
                "protocol main \"1\"; import \"left.ltp\"; import \"sub/right.ltp\" as r;",
            ),
            ("schema/left.ltp", "protocol left \"1\"; import \"sub/../shared.ltp\";"),
            ("schema/sub/right.ltp", "protocol right \"1\"; import \".././shared.ltp\" as s;"),
            ("schema/shared.ltp", "protocol shared \"1\";"),
        ],
    );
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    assert_eq!(
        asked,
        ["schema/main.ltp", "schema/left.ltp", "schema/sub/right.ltp", "schema/shared.ltp"]
    );
    assert_eq!(imports(&loaded, 0), [("left", 1), ("r", 2)]);
    assert_eq!(imports(&loaded, 1), [("shared", 3)]);
    assert_eq!(imports(&loaded, 2), [("s", 3)]);
    assert_eq!(loaded.sources.get(loaded.files[3].id).path, "schema/shared.ltp");
}

#[test]
fn what_cannot_be_loaded_is_said_once_and_noted() {
    let (loaded, asked) = load_from(
        "main.ltp",
        &[(
            "main.ltp",
            "protocol main \"1\"; import \"a.ltp\" as a; import \"a.ltp\" as b; import \"../up.ltp\";",
        )],
    );
    assert_eq!(asked, ["main.ltp", "a.ltp", "../up.ltp"]);
    assert_eq!(codes(&loaded), ["E0110", "E0110"]);
    assert!(loaded.files[0].tree.incomplete);
}

#[test]
fn a_root_that_cannot_be_loaded_has_its_diagnostic() {
    let (loaded, _) = load_from("main.ltp", &[]);
    assert_eq!(codes(&loaded), ["E0110"]);
    assert!(loaded.files.is_empty());
    assert_eq!(loaded.diagnostics[0].message, "`main.ltp` cannot be read: no such file");
    assert_eq!(loaded.sources.get(loaded.diagnostics[0].span.file).path, "main.ltp");
}

#[test]
fn a_protocol_that_cannot_be_read_is_not_missing() {
    let (loaded, _) = load_from("main.ltp", &[("main.ltp", "protocol main 1;\nrecord A {}\n")]);
    assert_eq!(codes(&loaded), ["E0101"]);
}

#[test]
fn every_circle_is_found_once() {
    let (loaded, _) = load_from(
        "a.ltp",
        &[
            ("a.ltp", "protocol a \"1\"; import \"b.ltp\"; import \"c.ltp\";"),
            ("b.ltp", "protocol b \"1\"; import \"c.ltp\";"),
            ("c.ltp", "protocol c \"1\"; import \"b.ltp\"; import \"d.ltp\";"),
            ("d.ltp", "protocol d \"1\";"),
        ],
    );
    assert_eq!(codes(&loaded), ["E0120"]);
    assert_eq!(
        loaded.diagnostics[0].message,
        "these files import each other in a circle: b.ltp -> c.ltp -> b.ltp"
    );
}

#[test]
fn the_disk_says_why() {
    let root = env!("CARGO_MANIFEST_DIR");
    let path = |relative: &str| format!("{root}/{relative}");
    let loaded = load(&path("../schema/ltp.ltp"), &FsLoader);
    assert!(loaded.diagnostics.is_empty() && loaded.files.len() == 1, "{:?}", loaded.diagnostics);
    assert_eq!(FsLoader.load(&path("nowhere.ltp")), Err("no such file".to_owned()));
    assert_eq!(FsLoader.load(root), Err("it is a directory".to_owned()));
}
