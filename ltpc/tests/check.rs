//! What the compiler says about wrong schemas, rule by rule.
//!
//! Every `.ltp` file under `tests/check` (those in folders named `parts` aside, which others import) ends with what is expected of it:
//!
//! ```text
//! /* expect
//! E0101 error 3:10-3:14 the message
//!   label: the words under the place
//!   related 1:1-1:5: other words
//!   help: what to do
//! */
//! ```
//!
//! Lines and columns begin at 1, columns count characters, the end is behind the last; a place in another file has its path in front.
//! A text with a line end goes on in the next line. Beside it stands what is printed, in a `.txt` file.
//! `UPDATE_EXPECT=1 cargo test -p ltpc --test check` writes both anew.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ltpc::check::RULES;
use ltpc::compile;
use ltpc::diagnostic::{self, Diagnostic, Severity};
use ltpc::load::Loader;
use ltpc::source::{FileId, Sources, Span};

const EXPECT: &str = "\n/* expect\n";

/// Loads fixtures by their path under `tests/check`, without what is expected of them.
struct Fixtures;

impl Loader for Fixtures {
    fn load(&self, path: &str) -> Result<String, String> {
        let text = fs::read_to_string(root().join(path)).map_err(|_| "no such file".to_owned())?;
        Ok(split(&text).0.to_owned())
    }
}

/// Loads the example of a page, and the files that pages import.
struct Page<'p>(&'p str);

impl Loader for Page<'_> {
    fn load(&self, path: &str) -> Result<String, String> {
        match path {
            "demo.ltp" => Ok(self.0.to_owned()),
            "shapes.ltp" => Ok("protocol shapes \"1.0\";\nrecord Point { x: float; y: float; }\n".to_owned()),
            "sounds.ltp" => Ok("protocol sounds \"1.0\";\nrecord Tone { pitch: float; }\n".to_owned()),
            _ => Err("no such file".to_owned()),
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check")
}

fn diagnose(path: &str, loader: &dyn Loader) -> (Vec<Diagnostic>, Sources) {
    let compilation = compile(path, loader);
    (compilation.diagnostics, compilation.sources)
}

/// A fixture's schema, with the line end behind it, and what is expected of it.
fn split(text: &str) -> (&str, Option<&str>) {
    match text.rfind(EXPECT) {
        Some(at) => (&text[..=at], text[at + EXPECT.len()..].strip_suffix("*/\n")),
        None => (text, None),
    }
}

/// The fixtures' paths under `tests/check`, sorted.
fn fixtures() -> Vec<String> {
    fn walk(directory: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && path.file_name().unwrap() != "parts" {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "ltp") {
                let relative = path.strip_prefix(root()).unwrap().to_str().unwrap();
                found.push(relative.replace(std::path::MAIN_SEPARATOR, "/"));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), &mut found);
    found.sort();
    found
}

/// What is said, in the form in which fixtures expect it.
fn summary(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let place = |span: Span| {
        let source = sources.get(span.file);
        let (start, end) = (source.position(span.start), source.position(span.end));
        let file = if span.file == FileId(0) {
            String::new()
        } else {
            format!("{}:", source.path)
        };
        format!("{file}{}:{}-{}:{}", start.line, start.column, end.line, end.column)
    };
    let indented = |text: &str| text.replace('\n', "\n    ").replace("*/", "* /");
    let mut text = String::new();
    for diagnostic in diagnostics {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        writeln!(
            text,
            "{} {severity} {} {}",
            diagnostic.code,
            place(diagnostic.span),
            indented(&diagnostic.message)
        )
        .unwrap();
        if !diagnostic.label.is_empty() {
            writeln!(text, "  label: {}", indented(&diagnostic.label)).unwrap();
        }
        for (span, words) in &diagnostic.related {
            writeln!(text, "  related {}: {}", place(*span), indented(words)).unwrap();
        }
        if let Some(help) = &diagnostic.help {
            writeln!(text, "  help: {}", indented(help)).unwrap();
        }
    }
    text
}

/// Notes in `wrong` if a file does not hold a text; writes it if asked to.
fn compare(path: &Path, expected: &str, wrong: &mut String) {
    let found = fs::read_to_string(path).unwrap_or_default();
    if found == expected {
        return;
    }
    if std::env::var_os("UPDATE_EXPECT").is_none() {
        writeln!(wrong, "==== {} should be\n{expected}", path.display()).unwrap();
    } else if expected.is_empty() {
        fs::remove_file(path).unwrap();
    } else {
        fs::write(path, expected).unwrap();
    }
}

#[test]
fn fixtures_are_judged_as_they_expect() {
    let mut wrong = String::new();
    for fixture in fixtures() {
        let (diagnostics, sources) = diagnose(&fixture, &Fixtures);
        let path = root().join(&fixture);
        let text = fs::read_to_string(&path).unwrap();
        let schema = split(&text).0;
        let line_end = if schema.ends_with('\n') { "" } else { "\n" };
        let expected = format!("{schema}{line_end}{}{}*/\n", &EXPECT[1..], summary(&diagnostics, &sources));
        compare(&path, &expected, &mut wrong);
        compare(
            &path.with_extension("txt"),
            &diagnostic::text(&diagnostics, &sources, false),
            &mut wrong,
        );
    }
    assert!(wrong.is_empty(), "{wrong}UPDATE_EXPECT=1 writes what is said now");
}

#[test]
fn every_rule_has_a_code_and_a_name_of_its_own() {
    assert!(
        RULES.is_sorted_by(|one, next| one.code < next.code),
        "rules are sorted by code, each code once"
    );
    let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len());
    for rule in RULES {
        let (letter, digits) = rule.code.split_at(1);
        assert!(
            matches!(letter, "E" | "W") && digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit()),
            "{}",
            rule.code
        );
        assert!(
            rule.name.bytes().all(|octet| octet.is_ascii_lowercase() || octet == b'-'),
            "{}",
            rule.name
        );
        assert!(
            !rule.summary.ends_with('.'),
            "{}: a summary is a sentence without a full stop",
            rule.code
        );
        assert!(std::ptr::eq(ltpc::check::rule(rule.code).unwrap(), *rule));
    }
}

#[test]
fn every_rule_has_a_fixture() {
    let seen: BTreeSet<_> = fixtures()
        .iter()
        .flat_map(|fixture| diagnose(fixture, &Fixtures).0)
        .map(|diagnostic| diagnostic.code)
        .collect();
    let unseen: Vec<_> = RULES.iter().map(|rule| rule.code).filter(|code| !seen.contains(code)).collect();
    assert!(unseen.is_empty(), "no fixture shows {unseen:?}");
    let unknown: Vec<_> = seen.iter().filter(|code| ltpc::check::rule(code).is_none()).collect();
    assert!(unknown.is_empty(), "no rule has the codes {unknown:?}");
}

#[test]
fn the_examples_of_pages_are_what_they_say() {
    for rule in RULES {
        let examples = |kind: &str| {
            // A fence of four holds examples with fences of their own.
            let examples: Vec<_> = ["\n````", "\n```"]
                .into_iter()
                .flat_map(|fence| {
                    let opening = format!("{fence}ltp {kind}\n");
                    let parts: Vec<_> = rule.page.split(&opening).skip(1).collect();
                    parts
                        .into_iter()
                        .map(move |rest| rest.split_inclusive(fence).next().unwrap().trim_end_matches('`'))
                })
                .collect();
            assert!(!examples.is_empty(), "{} has no example that is {kind}", rule.code);
            examples
        };
        for example in examples("wrong") {
            let (found, sources) = diagnose("demo.ltp", &Page(example));
            let only = found.iter().all(|diagnostic| diagnostic.code == rule.code);
            assert!(
                only && !found.is_empty(),
                "{}:\n{example}{}",
                rule.code,
                diagnostic::text(&found, &sources, false)
            );
        }
        for example in examples("right") {
            let (found, sources) = diagnose("demo.ltp", &Page(example));
            assert!(
                found.is_empty(),
                "{}:\n{example}{}",
                rule.code,
                diagnostic::text(&found, &sources, false)
            );
        }
    }
}
