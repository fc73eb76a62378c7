//! What Rust the compiler writes: every schema in `tests/rust`, with what is expected in the folder `tests/rust/src`, a module each.
//!
//! `UPDATE_EXPECT=1 cargo test -p ltpc --test rust` writes it anew. The package `rust-goldens` compiles it with warnings denied.
#![allow(clippy::disallowed_methods, clippy::panic, clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use ltpc::{
    backend::rust::{Layout, Options, generate, input_hash},
    compile,
    disk::FsLoader,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rust")
}

fn generated(path: &Path, options: &Options) -> BTreeMap<String, String> {
    let compilation = compile(path.to_str().unwrap(), &FsLoader);
    let errors = compilation
        .diagnostics
        .iter()
        .map(|found| format!("{} {}\n", found.code, found.message));
    let model = compilation
        .model
        .unwrap_or_else(|| panic!("{}:\n{}", path.display(), errors.collect::<String>()));
    let options = Options {
        input: input_hash(&compilation.sources),
        ..options.clone()
    };
    let files = generate(&model, &options).unwrap();
    assert_eq!(generate(&model, &options).unwrap(), files, "the same octets, run after run");
    files
}

/// Writes a file if that is asked for, else remembers that it differs.
fn expect(path: &Path, text: &str, wrong: &mut Vec<String>) {
    let same = fs::read_to_string(path).ok().as_deref() == Some(text);
    if !same && std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    } else if !same {
        wrong.push(path.display().to_string());
    }
}

fn expect_all(directory: &Path, files: &BTreeMap<String, String>) {
    let mut wrong = Vec::new();
    for (name, text) in files {
        expect(&directory.join(name), text, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:?}: UPDATE_EXPECT=1 writes them anew");
}

#[test]
fn shapes() {
    expect_all(&root().join("src"), &generated(&root().join("shapes.ltp"), &Options::default()));
}

#[test]
fn tiers() {
    expect_all(&root().join("src"), &generated(&root().join("tiers.ltp"), &Options::default()));
}

#[test]
fn keywords() {
    expect_all(&root().join("src"), &generated(&root().join("keywords.ltp"), &Options::default()));
}

#[test]
fn imports() {
    expect_all(&root().join("src"), &generated(&root().join("imports.ltp"), &Options::default()));
}

#[test]
fn requests() {
    expect_all(&root().join("src"), &generated(&root().join("requests.ltp"), &Options::default()));
}

#[test]
fn memos() {
    expect_all(&root().join("src"), &generated(&root().join("memos.ltp"), &Options::default()));
}

#[test]
fn mappings() {
    expect_all(&root().join("src"), &generated(&root().join("mappings.ltp"), &Options::default()));
}

#[test]
fn routing() {
    expect_all(&root().join("src"), &generated(&root().join("routing.ltp"), &Options::default()));
}

#[test]
fn wide() {
    let options = Options {
        layout: Layout::Single,
        ..Options::default()
    };
    expect_all(&root().join("src"), &generated(&root().join("wide.ltp"), &options));
}

/// Everything else that can be asked for.
#[test]
fn owned() {
    let options = Options {
        layout: Layout::Single,
        owned_only: true,
        derives: vec!["PartialOrd".to_owned()],
        ..Options::default()
    };
    expect_all(
        &root().join("src/owned"),
        &generated(
            &root().join("shapes.ltp"),
            &Options {
                derives: Vec::new(),
                ..options.clone()
            },
        ),
    );
    expect_all(
        &root().join("src/owned"),
        &generated(
            &root().join("requests.ltp"),
            &Options {
                derives: Vec::new(),
                ..options.clone()
            },
        ),
    );
    expect_all(&root().join("src/owned"), &generated(&root().join("imports.ltp"), &options));
    expect_all(
        &root().join("src/owned"),
        &generated(
            &root().join("mappings.ltp"),
            &Options {
                derives: Vec::new(),
                ..options.clone()
            },
        ),
    );
    expect_all(
        &root().join("src/owned"),
        &generated(
            &root().join("routing.ltp"),
            &Options {
                derives: Vec::new(),
                ..options.clone()
            },
        ),
    );
    expect_all(
        &root().join("src/owned"),
        &generated(
            &root().join("tiers.ltp"),
            &Options {
                derives: vec!["PartialOrd".to_owned()],
                ..options.clone()
            },
        ),
    );
    expect_all(
        &root().join("src/owned"),
        &generated(
            &root().join("keywords.ltp"),
            &Options {
                public: false,
                derives: Vec::new(),
                ..options
            },
        ),
    );
}

#[test]
fn what_is_no_path_is_said() {
    let model = compile(root().join("imports.ltp").to_str().unwrap(), &FsLoader).model.unwrap();
    let options = Options {
        derives: vec!["not a path".to_owned()],
        ..Options::default()
    };
    assert_eq!(generate(&model, &options), Err("`not a path` is no path".to_owned()));
}
