//! What Rust the compiler writes: every schema under `tests/rust` with the file beside it that is expected.
//!
//! `UPDATE_EXPECT=1 cargo test -p ltpc --test rust` writes the files anew. They are compiled, with warnings denied, by the crate
//! `protocol-tests`.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use ltpc::backend::rust::{Options, generate, input_hash};
use ltpc::disk::FsLoader;
use ltpc::load::load;
use ltpc::resolve::resolve;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rust")
}

fn compile(path: &Path, options: &Options) -> ltpc::backend::Files {
    let loaded = load(path.to_str().unwrap(), &FsLoader);
    let (model, found) = resolve(&loaded);
    assert!(
        found.is_empty() && loaded.diagnostics.is_empty(),
        "{}: {:?} {found:?}",
        path.display(),
        loaded.diagnostics
    );
    let options = Options {
        input: input_hash(&loaded.sources),
        ..options.clone()
    };
    generate(&model, &options).unwrap()
}

/// Writes a file if that is asked for, else says what differs.
fn expect(path: &Path, text: &str, wrong: &mut Vec<String>) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if fs::read_to_string(path).ok().as_deref() != Some(text) {
            fs::write(path, text).unwrap();
        }
    } else if fs::read_to_string(path).ok().as_deref() != Some(text) {
        wrong.push(path.display().to_string());
    }
}

#[test]
fn the_output_for_the_schemas_that_ship_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut wrong = Vec::new();
    for (name, text) in compile(&root.join("schema/ltp.ltp"), &Options::default()) {
        expect(&root.join("generated/rust/src").join(name), &text, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:?}: UPDATE_EXPECT=1 writes them anew");
}
