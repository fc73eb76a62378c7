//! From a root file to a model.
#![allow(clippy::unwrap_used)]

#[path = "../benches/schema/generate.rs"]
mod generate;

use ltpc::compile;
use ltpc::diagnostic::{Severity, text};
use ltpc::disk::FsLoader;
use ltpc::load::Loader;

struct One<'t>(&'t str);

impl Loader for One<'_> {
    fn load(&self, _: &str) -> Result<String, String> {
        Ok(self.0.to_owned())
    }
}

#[test]
fn the_shipped_schema_compiles_without_a_word() {
    let compilation = compile(concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/ltp.ltp"), &FsLoader);
    let said = text(&compilation.diagnostics, &compilation.sources, false);
    assert!(compilation.diagnostics.is_empty(), "{said}");
    assert!(!compilation.model.unwrap().messages.is_empty());
}

#[test]
fn a_generated_schema_compiles_without_a_word() {
    let compilation = compile("a.ltp", &One(&generate::schema(700)));
    let said = text(&compilation.diagnostics, &compilation.sources, false);
    assert!(compilation.diagnostics.is_empty(), "{said}");
    assert_eq!(compilation.model.unwrap().sessions.len(), 5);
}

#[test]
fn an_error_leaves_no_model_and_a_warning_does() {
    let wrong = compile("a.ltp", &One("protocol a \"1\";\nrecord A { a: Nothing; }\n"));
    assert!(wrong.model.is_none() && wrong.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error));
    let odd = compile("a.ltp", &One("protocol a \"1\";\nscalar Unused = int;\n"));
    assert!(odd.model.is_some() && odd.diagnostics.iter().all(|diagnostic| diagnostic.severity == Severity::Warning));
}

#[test]
fn what_cannot_be_read_brings_no_second_mistake() {
    let compilation = compile(
        "a.ltp",
        &One("protocol a \"1\";\nrecord A { a: int }\nrecord B { a: A; b: list<A>; }\nrecord C { b: B; c: C?; }\n"),
    );
    let codes: Vec<_> = compilation.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["E0101"]);
}

#[test]
fn nothing_to_read_is_one_mistake() {
    let compilation = compile("nowhere.ltp", &FsLoader);
    let codes: Vec<_> = compilation.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["E0110"]);
    assert_eq!(
        text(&compilation.diagnostics, &compilation.sources, false),
        "\
error[E0110]: `nowhere.ltp` cannot be read: no such file
--> nowhere.ltp

"
    );
}
