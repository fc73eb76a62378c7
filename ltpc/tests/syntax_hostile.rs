//! Texts that nobody means: the parser neither panics nor takes long, and what it says of them has places that exist.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::time::{Duration, Instant};

use ltpc::diagnostic;
use ltpc::source::{FileId, Sources, Span};
use ltpc::syntax::{MAX_ERRORS, parse};
use proptest::prelude::*;

const SCHEMA: &str = include_str!("../../schema/ltp.ltp");

/// Parses, and checks what must hold of every text.
fn survive(text: &str) {
    let (tree, diagnostics) = parse(FileId(0), text);
    let exists = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
    for diagnostic in &diagnostics {
        assert!(exists(diagnostic.span), "{diagnostic:?}");
        assert!(diagnostic.related.iter().all(|(span, _)| exists(*span)), "{diagnostic:?}");
        assert!(diagnostic.help.is_some(), "{diagnostic:?}");
        assert!(
            !diagnostic.message.contains("cannot be read"),
            "the grammar and the tree disagree: {diagnostic:?}"
        );
    }
    assert!(diagnostics.len() <= MAX_ERRORS * 100);
    assert!(tree.items.is_sorted_by(|one, next| one.span.end <= next.span.start));
    assert!(
        diagnostics.is_empty() <= (tree.broken.is_empty() && !tree.incomplete),
        "what is lost is said"
    );
    let mut sources = Sources::default();
    sources.add("a.ltp", text);
    let shown = &diagnostics[..diagnostics.len().min(3)];
    assert_eq!(diagnostic::text(shown, &sources, false).is_empty(), shown.is_empty());
    assert_eq!(diagnostic::json(shown, &sources).lines().count(), shown.len());
}

/// Words, signs and blanks of the language, and things that are none.
fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "record ",
        "message ",
        "scalar ",
        "session ",
        "role ",
        "state ",
        "start ",
        "on ",
        "app ",
        "send ",
        "example ",
        "limits ",
        "import ",
        "name ",
        "Other",
        "a.b ",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        ";",
        ":",
        ",",
        "=",
        "=>",
        "->",
        "|",
        "@",
        "...",
        "%",
        "?",
        "??",
        "..=",
        "..",
        "+",
        "-",
        "*",
        "\"",
        "\"text\"",
        "\"\\",
        "1",
        "-1.5",
        "10 s",
        "1 MiB",
        "1x",
        "///",
        "/// doc\n",
        "//",
        "// remark\n",
        "/*",
        "*/",
        "```",
        "```\n",
        "\n",
        "\n\n",
        " ",
        "\t",
        "\r\n",
        "not ",
        "has ",
        "when ",
        "where ",
        "list<",
        "map<",
        "é",
        "大",
        "😀",
        "\u{feff}",
        "\0",
        "\\",
        "'",
        "#",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256,
        failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<String>()) {
        survive(&text);
    }

    #[test]
    fn any_tokens(tokens in prop::collection::vec(token(), 0..200)) {
        survive(&tokens.concat());
    }

    #[test]
    fn a_schema_with_pieces_missing_doubled_and_strange(
        edits in prop::collection::vec((0..SCHEMA.len(), 0..40_usize, 0..3_u8, token()), 1..8)
    ) {
        let mut text = SCHEMA.to_owned();
        for (at, length, edit, strange) in edits {
            let start = text.floor_char_boundary(at.min(text.len()));
            let end = text.floor_char_boundary((at + length).min(text.len())).max(start);
            let piece = match edit {
                0 => String::new(),
                1 => text[start..end].repeat(2),
                _ => strange.to_owned(),
            };
            text.replace_range(start..end, &piece);
        }
        survive(&text);
    }
}

/// What is repeated, behind what it stands.
const HOSTILE: &[(&str, &str)] = &[
    ("", "{"),
    ("", "("),
    ("record A { a: ", "list<"),
    ("record A { a: ", "record {a:"),
    ("record A { a: int = ", "["),
    ("", "@a("),
    ("@a(", "1,"),
    ("", "/// doc\n"),
    ("", "/*"),
    ("", "/**/"),
    ("record A { a: int", "/**/"),
    ("", "// remark\n"),
    ("", "\""),
    ("", "\"\n"),
    ("", "```"),
    ("", "```\n"),
    ("", "example \"a\" ```\n"),
    ("", "record A {"),
    ("", "\nrecord A {"),
    ("", "\nrecord A { a: int"),
    ("", "record A { a } "),
    ("", "\nrecord A { a: int; import \"b\": int;"),
    ("record A {", "\nimport \"b\": int;"),
    ("record A {", "a: int; "),
    ("record A {", "a: record {}; "),
    ("record A {", "\n  a: record {\n};"),
    ("record A { a: ", "a."),
    ("record A { a: \"a\"", "| \"a\""),
    ("", "a "),
    ("", "é"),
    ("", "a"),
    ("", "1"),
    ("session A between a, b { role a { var a: int = ", "not "),
    ("session A between a, b { role a { var a: int = ", "1 + "),
    ("session A between a, b { role a { var a: int = ", "(1 + "),
    ("session A between a, b { role a { var a: int = 1", " ms"),
    ("session A between a, b { role a { var a: int = ", "{ a = "),
    ("session A between a, b { role a { start S {", "on A => ignore; "),
    ("session A between a, b { role a { start S { on A => ignore", ", ignore"),
    ("session A between a, b { role a { start S {", "state "),
    ("", "session A between a, b { role a { start S { on A when (a > (b > (c > ("),
    ("", "\u{feff}"),
    ("", ";"),
    ("", "}"),
];

#[test]
fn hostile_texts_cost_time_in_proportion() {
    let time = |text: &str| {
        let start = Instant::now();
        survive(text);
        start.elapsed()
    };
    for (head, unit) in HOSTILE {
        let repeated = |size: usize| format!("{head}{}", unit.repeat(size / unit.len()));
        let (small, large) = (repeated(10_000), repeated(80_000));
        // A machine that does something else meanwhile is no proof: growth that is real shows every time.
        let in_proportion = || time(&large) < time(&small).max(Duration::from_millis(10)) * 8 * 5;
        assert!(
            (0..3).any(|_| in_proportion()),
            "{unit:?} behind {head:?}: not in proportion to the text"
        );
    }
}

#[test]
fn a_small_stack_is_enough() {
    let run = || {
        HOSTILE
            .iter()
            .for_each(|(head, unit)| survive(&format!("{head}{}", unit.repeat(10_000))))
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}
