//! A text protocol that ships, held to what it promises: cut off anywhere, smuggled into, malformed.
//!
//! `tests/framing/malformed.jsonl` has one message a line that is refused, with everything that is wrong with it (`line:column pointer rule`).
//! `UPDATE_EXPECT=1 cargo test -p ltpc --test framing` writes that anew. `cargo test -p ltpc --test framing -- --nocapture smuggled` prints
//! the table of what readers make of payloads that hold markers.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stdout)]

use std::fmt::Write as _;
use std::path::Path;

use ltp_runtime::schema::{Mismatch, Schema};
use ltp_runtime::text::{self, Splitter, State};
use ltpc::load::Loader;

struct Shipped;

impl Loader for Shipped {
    fn load(&self, path: &str) -> Result<String, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
        std::fs::read_to_string(root.join(path)).map_err(|error| error.to_string())
    }
}

fn schema() -> Schema {
    let compiled = ltpc::compile("ctp.ltp", &Shipped);
    ltpc::interpret::lower(&compiled.model.unwrap())
}

/// The published example: it says 156 octets and has fewer.
const EXAMPLE: &str = "CTP/1.0 STREAM\nIntent: INSIGHT\nAgent-ID: ghost-v8-alpha\nContext-Hash: 0x7f3a9c2e1b4d8f6a\n\
    Content-Type: text/ascii\nContent-Length: 156\n---CTP-PAYLOAD---\ntype: pattern_detected\n\
    pattern: recursive_improvement_cycle\nconfidence: 0.94\n---CTP-END---\n";

#[test]
fn the_example_cut_off_anywhere_is_complete_partial_or_refused() {
    let schema = schema();
    let framing = schema.framing.as_ref().unwrap();
    let limit = schema.limits.message;
    let mut complete = 0;
    for end in 0..=EXAMPLE.len() {
        let cut = &EXAMPLE.as_bytes()[..end];
        let partial = text::partial(framing, limit, Mismatch::Advisory, cut);
        let lines = EXAMPLE[..end].matches('\n').count();
        assert_eq!(partial.headers.len(), lines.saturating_sub(1).min(5), "{end}");
        assert_eq!(partial.head_complete, lines > 6, "{end}");
        match text::decode(&schema, Mismatch::Advisory, cut) {
            Ok(framed) => {
                let mismatch = framed.mismatch.unwrap();
                assert_eq!((mismatch.declared, mismatch.actual), (156, 76));
                assert_eq!(partial.state, State::Complete);
                complete += 1;
            }
            Err(refusal) => {
                assert_eq!(partial.state, State::Cut, "{end}");
                let [only] = &refusal.violations[..] else { panic!("{refusal:?}") };
                assert!(matches!(only.rule.name(), "empty" | "start" | "marker"), "{only:?}");
                assert!(only.position.is_some());
            }
        }
    }
    assert_eq!(complete, 2, "with and without the last line end");
}

/// What a reader makes of a stream: the payload of each message, and what broke.
fn readings(schema: &Schema, mode: Mismatch, stream: &str) -> Vec<String> {
    let mut splitter = Splitter::new(schema.framing.clone().unwrap(), schema.limits.message);
    splitter.set_mismatch(mode);
    splitter.push(stream.as_bytes());
    let mut read = Vec::new();
    loop {
        match splitter.finish() {
            Ok(None) => return read,
            Ok(Some(frame)) => read.push(match text::decode(schema, mode, frame.octets) {
                Ok(framed) => {
                    let agent = framed.decoded.body.get("Agent-ID").and_then(ltp_runtime::codec::Value::as_str);
                    let body = framed.decoded.body.get("(body)").and_then(ltp_runtime::codec::Value::as_str);
                    let mismatch = if framed.mismatch.is_some() { " (mismatch)" } else { "" };
                    format!("{} {:?}{mismatch}", agent.unwrap_or("-"), body.unwrap_or_default())
                }
                Err(refusal) => format!("refused: {}", refusal.violations[0].rule.name()),
            }),
            Err(broken) => {
                read.push(format!("broken: {}", broken.refused.rule.name()));
                return read;
            }
        }
    }
}

#[test]
fn nothing_is_smuggled_in_a_payload() {
    let schema = schema();
    let inner = "CTP/1.0 STREAM\nAgent-ID: evil\nIntent: QUERY\nContext-Hash: 0x0000000000000000\nContent-Type: x\n---CTP-PAYLOAD---\nevil\n---CTP-END---";
    let payloads = [
        ("plain", "hi".to_owned()),
        ("header lines", "Agent-ID: evil\nIntent: CONSENSUS".to_owned()),
        ("payload marker", "a\n---CTP-PAYLOAD---\nb".to_owned()),
        ("end marker", "a\n---CTP-END---\nb".to_owned()),
        ("end marker first", "---CTP-END---\nb".to_owned()),
        ("end marker last", "a\n---CTP-END---".to_owned()),
        ("a whole message", format!("a\n---CTP-END---\n{inner}")),
        ("CR LF markers", "a\r\n---CTP-END---\r\nb".to_owned()),
        ("not ASCII", "\u{e9}\n---CTP-END---\nb".to_owned()),
    ];
    let mut table = String::from("payload           length     strict                                    advisory\n");
    for (name, payload) in &payloads {
        let right = payload.len();
        for (said, length) in [
            ("right", Some(right)),
            ("short", Some(right - 1)),
            ("long", Some(right + 5)),
            ("none", None),
        ] {
            let header = length.map_or(String::new(), |length| format!("Content-Length: {length}\n"));
            let stream = format!(
                "CTP/1.0 STREAM\nAgent-ID: good\nIntent: QUERY\nContext-Hash: 0x0000000000000000\nContent-Type: x\n{header}\
                 ---CTP-PAYLOAD---\n{payload}\n---CTP-END---\n"
            );
            let [strict, advisory] = [Mismatch::Strict, Mismatch::Advisory].map(|mode| readings(&schema, mode, &stream));
            writeln!(table, "{name:<17} {said:<10} {:<41} {}", strict.join(" | "), advisory.join(" | ")).unwrap();
            let whole = format!("good {payload:?}");
            if said == "right" {
                assert_eq!((&strict, &advisory), (&vec![whole.clone()], &vec![whole]), "{name}");
            } else if length.is_some() {
                // A strict reader hands on nothing of a message whose length is wrong.
                assert!(strict.len() == 1 && strict[0].starts_with("broken"), "{name}: {strict:?}");
                assert!(
                    advisory[0].starts_with("good") && advisory[0].ends_with("(mismatch)"),
                    "{name}: {advisory:?}"
                );
            }
            // No payload's line is a header of the message that carries it.
            assert!(
                strict.iter().chain(&advisory).take(1).all(|read| !read.starts_with("evil")),
                "{name}"
            );
        }
    }
    println!("{table}");
}

#[test]
fn malformed_messages_are_refused_with_code_line_and_column() {
    let schema = schema();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/framing/malformed.jsonl");
    let fixtures = std::fs::read_to_string(&path).unwrap();
    let mut actual = String::new();
    for line in fixtures.lines() {
        let fixture: serde_json::Value = serde_json::from_str(line).unwrap();
        let message = fixture["text"].as_str().unwrap();
        let violations = text::explain(&schema, Mismatch::Strict, message.as_bytes());
        assert!(!violations.is_empty(), "{message}");
        assert!(text::decode(&schema, Mismatch::Strict, message.as_bytes()).is_err());
        let refused = violations.iter().map(|violation| {
            let position = violation.position.unwrap();
            format!(
                "{}:{} {} {}",
                position.line,
                position.column,
                violation.pointer,
                violation.rule.name()
            )
        });
        let refused: Vec<_> = refused.collect();
        writeln!(actual, "{}", serde_json::json!({ "text": message, "refused": refused })).unwrap();
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &actual).unwrap();
    } else {
        assert_eq!(actual, fixtures);
    }
    assert!(actual.lines().count() >= 100);
}
