//! Schemas that nobody means: resolution and checks neither panic nor take long, and a mistake is one diagnostic.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use ltpc::check::check;
use ltpc::diagnostic::{self, Diagnostic, Severity};
use ltpc::load::{Loaded, Loader, load};
use ltpc::resolve::resolve;
use proptest::prelude::*;

const SCHEMA: &str = include_str!("../../schema/ltp.ltp");

struct Text<'t>(&'t str);

impl Loader for Text<'_> {
    fn load(&self, path: &str) -> Result<String, String> {
        if path == "demo.ltp" {
            Ok(self.0.to_owned())
        } else {
            Err("no such file".to_owned())
        }
    }
}

/// Compiles, and checks what must hold of every schema.
fn survive(text: &str) -> (Loaded, Vec<Diagnostic>) {
    let loaded = load("demo.ltp", &Text(text));
    let (model, mut found) = resolve(&loaded);
    found.extend(check(&model));
    for one in &found {
        for span in std::iter::once(one.span).chain(one.related.iter().map(|(span, _)| *span)) {
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{one:?}");
        }
        assert!(!one.message.is_empty() && !one.message.ends_with('.'), "{one:?}");
        assert!(ltpc::check::rule(one.code).is_some(), "{one:?}");
    }
    let wrong = found.iter().chain(&loaded.diagnostics).any(|one| one.severity == Severity::Error);
    assert!(model.whole || wrong, "what is not whole says why");
    (loaded, found)
}

/// Words that stand where names, types and constraints do.
fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Affect",
        "Meta",
        "Unit",
        "StateKind",
        "Envelope",
        "Handshake",
        "Ping",
        "Error",
        "ErrorCode",
        "WebSocket",
        "Thread",
        "Custom",
        "string",
        "uint",
        "int",
        "float",
        "bool",
        "json",
        "object",
        "uuid",
        "datetime",
        "duration",
        "body",
        "kind",
        "data",
        "type",
        "thread_id",
        "meta",
        "null",
        "true",
        "-1",
        "0",
        "1.5",
        "1e999",
        "99999999999999999999",
        "\"\"",
        "\"type\"",
        "\"(\"",
        "?",
        "open",
        "record { a: Meta; }",
        "record Affect { a: int; }",
        "list<Meta>",
        "Meta?",
        "StateKind[kind]",
        "...Meta;",
        "where len 0",
        "= null",
        "where pattern \"[\"",
        "where 1 .. 1",
        "@always",
        "@accepts(\"type\")",
        "@toon(key = \"a\")",
        "@accepts_flat",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_of_a_schema_exchanged(edits in prop::collection::vec((0..2_000_usize, word()), 1..6)) {
        // Replaces whole words, so that most of the schema still parses.
        let mut text = String::new();
        let mut index = 0;
        for piece in SCHEMA.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
            let word = piece.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let edit = edits.iter().find(|(at, _)| !word.is_empty() && *at == index);
            index += usize::from(!word.is_empty());
            text.push_str(edit.map_or(word, |(_, word)| word));
            text.push_str(&piece[word.len()..]);
        }
        survive(&text);
    }
}

/// What is written by number, between a head and a tail.
type Grown = (&'static str, fn(usize) -> String, &'static str);

const GROWN: &[Grown] = &[
    ("", |n| format!("scalar S{n} = S{} where len {n} ..;\n", n + 1), ""),
    ("scalar S0 = string;\n", |n| format!("scalar S{} = S{n};\n", n + 1), ""),
    ("", |n| format!("record R{n} {{ ...R{}; m{n}: int; }}\n", n + 1), ""),
    ("record R0 { m: int; }\n", |n| format!("record R{} {{ m: R{n}; }}\n", n + 1), ""),
    ("", |n| format!("record R{n} {{ m: R{}; }}\n", n + 1), "record R0 { m: R1; }"),
    ("", |n| format!("record R{n} {{ a: Missing{n}; }}\n"), ""),
    ("", |_| "record Same { a: int; }\n".to_owned(), ""),
    ("record R {", |n| format!("m{n}: int;\n"), "}"),
    ("record R {", |_| "m: int;\n".to_owned(), "}"),
    ("record R {", |n| format!("m{n}: record {{ x: int; }};\n"), "}"),
    ("enum E {", |n| format!("v{n};\n"), "}"),
    ("scalar S = string where \"a\"", |n| format!("| \"t{n}\""), ";"),
    ("scalar S = uint where 1", |n| format!("| {n}"), ";"),
    ("scalar S = float where 1.5", |n| format!("| {n}.0 .. {n}.5"), ";"),
    ("union U tag \"t\" {", |n| format!("c{n}: record {{ x: int; }};\n"), "}"),
    ("payloads P {", |n| format!("k{n}: list<int> @toon(key = \"k\");\n"), "}"),
    (
        "envelope E tag \"t\" { b: body; }\n",
        |n| format!("message M{n} \"m{n}\" in E {{}}\n"),
        "",
    ),
    (
        "envelope E tag \"t\" { b: body; }\n",
        |n| format!("message M{n} \"m\" in E {{}}\n"),
        "",
    ),
    (
        "envelope E tag \"t\" { v: int; }\n",
        |n| format!("message M{n} \"m{n}\" in E {{ v: int; }}\n"),
        "",
    ),
    (
        "scalar S = string where pattern \"[a-z]+\";\nenvelope E tag \"t\" { b: body; }\n",
        |n| format!("message M{n} S as name in E = object;\n"),
        "",
    ),
    (
        "",
        |n| format!("scalar S{n} = string where pattern \"[a-z]{{1,{}}}\";\n", n % 50 + 1),
        "",
    ),
    ("record R {", |_| "@always\n".to_owned(), "}"),
    ("enum E { one; }\nrecord R {", |n| format!("m{n}: E = onee;\n"), "}"),
    (
        "payloads P { k: string; }\nrecord R { kind: P;\n",
        |n| format!("m{n}: P[kind];\n"),
        "}",
    ),
    ("payloads P { k: string; }\nrecord R {", |n| format!("m{n}: P[kindd];\n"), "}"),
    (
        "record S { a: int; t: int; }\n",
        |n| format!("union U{n} tag \"t\" {{ s: S; }}\n"),
        "",
    ),
    (
        "record S { t: int; }\nenvelope E tag \"t\" { a: int; }\n",
        |n| format!("message M{n} \"m{n}\" in E = S;\n"),
        "",
    ),
    ("record R { m: json = [", |_| "1,".to_owned(), "1]; }"),
    (
        "envelope E tag \"t\" { b: body; }\nmessage M \"m\" in E {}\n",
        |n| format!("example \"e{n}\" ```\n{{\"t\": \"m\", \"b\": {n}}}\n```\n"),
        "",
    ),
    (
        "",
        |n| format!("endpoint E{n} {{ transport lines; address \"tcp://localhost:{n}\"; }}\n"),
        "",
    ),
];

#[test]
fn time_grows_as_the_schema_does() {
    let time = |text: &str| {
        let start = Instant::now();
        survive(text);
        start.elapsed()
    };
    for (head, part, tail) in GROWN {
        let grown = |size: usize| {
            let mut text = format!("protocol demo \"1.0\";\n{head}");
            let mut n = 0;
            while text.len() < size {
                let _ = write!(text, "{}", part(n));
                n += 1;
            }
            text + tail
        };
        let (small, large) = (grown(10_000), grown(80_000));
        // A machine that does something else meanwhile is no proof: growth that is real shows every time.
        let in_proportion = || time(&large) < time(&small).max(Duration::from_millis(20)) * 8 * 5;
        assert!((0..3).any(|_| in_proportion()), "{}: not in proportion to the text", part(0));
    }
}

#[test]
fn a_mistake_is_told_once() {
    // Everything here depends on what is wrong, and nothing of it is a second mistake.
    let (loaded, found) = survive(
        "protocol demo \"1.0\";
         scalar A = Missing;
         scalar B = A where len 3;
         record R { a: A; b: B = \"x\"; ...Q; n: list<A>; }
         record Q { ...R2; q: int; }
         record S { ...Q; kind: Kind; data: Kind[sort]; c: Kind[kind] as x; ...Alsomissing; }
         payloads Kind { one: A; two: list<R>; }
         union U tag \"t\" { a: A; r: R; }
         envelope E tag \"t\" { a: A; p: body; }
         message M \"m\" in E { r: R = { a = 1, q = 3, z = 2, zz = 3 }; }
         message N A as name in E = R;
         message O \"o\" in E = R3;
         example \"e\" as M ```\n{}\n```
         example \"f\" as N ```\n{}\n```
         example \"g\" as O ```\n{}\n```",
    );
    let undefined: Vec<_> = found.iter().map(|one| one.message.as_str()).collect();
    let expected = [
        "`Missing` is not declared",
        "`R2` is not declared",
        "`Alsomissing` is not declared",
        "`R3` is not declared",
    ];
    assert_eq!(undefined, expected, "{}", diagnostic::text(&found, &loaded.sources, false));
}
