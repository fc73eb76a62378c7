//! The reference of the language is true: its examples parse, and it names every word of the grammar.
#![allow(clippy::unwrap_used)]

use ltpc::diagnostic::text;
use ltpc::source::{FileId, Sources};
use ltpc::syntax::parse;

const REFERENCE: &str = include_str!("../docs/language.md");
const GRAMMAR: &str = include_str!("../src/syntax/grammar.pest");

/// The kind of each example (the word behind `ltp`, or none) and its text.
fn examples() -> Vec<(&'static str, String)> {
    let mut examples = Vec::new();
    let mut lines = REFERENCE.lines();
    while let Some(line) = lines.next() {
        let fence = &line[..line.len() - line.trim_start_matches('`').len()];
        if let Some(kind) = line[fence.len()..].strip_prefix("ltp").filter(|_| fence.len() >= 3) {
            let body: Vec<_> = lines.by_ref().take_while(|line| *line != fence).collect();
            examples.push((kind.trim(), body.join("\n") + "\n"));
        }
    }
    examples
}

#[test]
fn examples_parse() {
    let examples = examples();
    assert!(examples.len() > 12, "{}", examples.len());
    for (kind, example) in examples {
        let role = |text: &str| format!("session S between a, b {{ role a {{\n{text}\n}} }}");
        let schema = match kind {
            "" => example,
            "role" => role(&example),
            "state" => role(&format!("state S {{\n{example}\n}}")),
            "expressions" => role(&example.lines().map(|line| format!("var a: json = {line};\n")).collect::<String>()),
            _ => unreachable!("{kind}"),
        };
        let (_, diagnostics) = parse(FileId(0), &schema);
        let mut sources = Sources::default();
        sources.add("language.md", schema);
        assert!(diagnostics.is_empty(), "{}", text(&diagnostics, &sources, false));
    }
}

#[test]
fn every_word_of_the_grammar_is_explained() {
    let quoted = GRAMMAR
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2));
    let of_language = |word: &&str| word.len() > 1 && word.bytes().all(|octet| octet.is_ascii_alphanumeric());
    let words = REFERENCE
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .collect::<std::collections::HashSet<_>>();
    let missing: Vec<_> = quoted.filter(of_language).filter(|word| !words.contains(word)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
