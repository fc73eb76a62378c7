//! What the derives, and `shareable!`, say of what is wrong: each case of `tests/ui` with its message, at its token.
//!
//! `TRYBUILD=overwrite cargo test -p ltp-macros --test messages` writes the messages anew; `ui/README.md` is all of them, to be read.
#![allow(clippy::disallowed_methods, clippy::panic, clippy::unwrap_used)]

use std::{fmt::Write as _, fs, path::Path};

#[test]
fn messages() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

/// One page, so that the wording can be reviewed.
#[test]
fn page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut cases: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    cases.sort();
    assert!(cases.len() >= 40);
    let mut page = format!(
        "# What the derives and `shareable!` say\n\n{} cases, each with what `rustc` prints. Written by `tests/messages.rs`.\n",
        cases.len()
    );
    for case in &cases {
        let name = case.file_stem().unwrap().to_string_lossy().replace('_', " ");
        let code = fs::read_to_string(case).unwrap();
        let code = code.trim_end().trim_end_matches("fn main() {}").trim_end();
        let message = fs::read_to_string(case.with_extension("stderr")).unwrap_or_default();
        write!(
            page,
            "\n## {name}\n\n```rust\n{code}\n```\n\n```text\n{}\n```\n",
            message.trim_end()
        )
        .unwrap();
    }
    let path = folder.join("README.md");
    if std::env::var_os("TRYBUILD").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == page,
        "TRYBUILD=overwrite writes the page anew"
    );
}
