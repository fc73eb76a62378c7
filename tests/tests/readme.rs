//! The examples in the READMEs of generated Python packages are what a user can paste: clean under two checkers, and they run.

#![allow(clippy::unwrap_used)]

use protocol_tests::programs::{python, root};

#[test]
fn python_s_examples_are_clean_and_run() {
    for package in ["ltp", "ctp", "packetflow"] {
        let output = python("readme.py")
            .arg(root().join("generated/python").join(package))
            .output()
            .unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{said}");
    }
}
