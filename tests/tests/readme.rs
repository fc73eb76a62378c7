//! The examples in the READMEs of generated packages are what a user can paste: clean under the language's checkers, and they run.
//! Those of TypeScript are in `typescript.rs`, where the packages are installed.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use protocol_tests::programs::{Language, elixir, python, root};

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{said}");
    said
}

#[test]
fn python_s_examples_are_clean_and_run() {
    for package in ["ltp", "ctp", "packetflow"] {
        let said = said(python("readme.py").arg(root().join("generated/python").join(package)));
        // Work that an example submits is done.
        assert!(package != "packetflow" || said.contains("status='success'"), "{said}");
    }
}

#[test]
fn elixir_s_examples_are_clean_and_run() {
    for (package, expected) in [
        ("ltp", "2 examples, 0 came"),
        ("ctp", "2 examples, 1 came"),
        ("packetflow", "4 examples, 1 came"),
    ] {
        // It compiles the package.
        drop(Language::Elixir.peer(package));
        let folder = root().join("generated/elixir").join(package);
        let compiled = folder.join("_build/prod/lib").join(package).join("ebin");
        let said = said(elixir("readme.exs", &compiled).arg(folder.join("README.md")));
        assert!(said.contains(expected), "{package}: {said}");
        // Work that an example submits is done.
        assert!(package != "packetflow" || said.contains(r#"status: "success""#), "{said}");
    }
}
