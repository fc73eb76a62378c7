//! Random messages through every language: what the interpreter accepts each accepts, writes the same text again, and refuses for the
//! same reasons, word for word.
//!
//! Each language has a *probe*, a small program (`tests/peers/probe.*`) that reads a frame a line from standard input, its octets in
//! hexadecimal digits, and answers each with a line of JSON: `{"message": name, "encoded": text}` of what it accepts; of what it refuses
//! `{"message": name, "violations": [{"pointer", "rule", "expected", "actual"}, ...]}`, where the message is left out if the tag names
//! none, and framed text has `line` and `column` in each violation.
//!
//! `cargo test -p protocol-tests --test random -- --nocapture` prints how many there were.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader, Write as _},
    process::{Command, Stdio},
};

use ltp_runtime::{codec, schema::Schema};
use protocol_tests::{
    framed::Texts,
    messages::Generator,
    programs::{Language, ltpc},
    schemas,
};
use serde_json::{Value, json};

/// Messages of each schema.
const COUNT: usize = 10_000;

const SCHEMAS: [&str; 3] = ["ltp", "ctp", "packetflow"];

/// Messages of all sorts: as senders write them, at the borders of what is allowed, spelled otherwise, spoiled, and octets of any kind.
fn frames(schema: &Schema) -> Vec<Vec<u8>> {
    let mut values = Generator::new(schema, 20);
    let mut texts = Texts::new(schema, 21);
    let frame = |index: usize| match (&mut texts, index % 5) {
        (Some(texts), 0) => texts.plain(),
        (Some(texts), 1 | 2) => texts.odd(),
        (Some(texts), 3) => texts.spoiled(),
        (None, 0 | 1) => values.message().to_json(),
        (None, 2) => {
            let message = values.message();
            values.spelled(&message)
        }
        (None, 3) => values.spoiled(),
        (texts, _) => {
            let mut octets = match texts {
                Some(texts) => texts.spoiled(),
                None => values.spoiled(),
            };
            for _ in 0..=index % 3 {
                values.spoil_octets(&mut octets);
            }
            octets
        }
    };
    (0..COUNT).map(frame).collect()
}

/// What the interpreter makes of a frame.
fn judged(schema: &Schema, frame: &[u8]) -> Value {
    match codec::decode(schema, frame) {
        Ok(decoded) => {
            let mut encoded = Vec::new();
            codec::encode(schema, &decoded, &mut encoded);
            json!({ "message": schema.messages[decoded.message].name, "encoded": String::from_utf8(encoded).unwrap() })
        }
        Err(refusal) => {
            let violation = |violation: &codec::Violation| {
                let mut said = json!({
                    "pointer": violation.pointer,
                    "rule": violation.rule.name(),
                    "expected": violation.expected,
                    "actual": violation.actual,
                });
                if let Some(position) = violation.position {
                    said["line"] = position.line.into();
                    said["column"] = position.column.into();
                }
                said
            };
            let mut said = json!({ "violations": refusal.violations.iter().map(violation).collect::<Vec<_>>() });
            if let Some(message) = refusal.message {
                said["message"] = message.into();
            }
            said
        }
    }
}

/// Asks a probe what it makes of frames.
fn asked(probe: &mut Command, frames: &[Vec<u8>]) -> Vec<Value> {
    let mut child = probe.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut lines = String::new();
    for frame in frames {
        for octet in frame {
            write!(lines, "{octet:02x}").unwrap();
        }
        lines.push('\n');
    }
    let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = BufReader::new(child.stdout.take().unwrap());
    let answers = output.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    writing.join().unwrap().unwrap();
    assert!(child.wait().unwrap().success());
    answers
}

fn compare(language: Language) {
    let target = language.target();
    for name in SCHEMAS {
        let folder = tempfile::tempdir().unwrap();
        let schema = schemas::tables(name);
        let built = ltpc()
            .args([
                "build",
                &format!("schema/{name}.ltp"),
                "--target",
                target,
                "--package",
                "checked",
                "--out",
            ])
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let frames = frames(&schema);
        let answers = asked(&mut language.probe(folder.path()), &frames);
        assert_eq!(answers.len(), frames.len(), "{target}, {name}: an answer a frame");
        let (mut accepted, mut wrong) = (0, Vec::new());
        for (frame, answer) in frames.iter().zip(answers) {
            let expected = judged(&schema, frame);
            accepted += usize::from(expected.get("encoded").is_some());
            if answer != expected {
                let shown: String = String::from_utf8_lossy(frame).chars().take(1000).collect();
                wrong.push(format!("{shown}\n  {answer}\n  for {expected}"));
            }
        }
        println!(
            "{target}, {name}: {} messages, {accepted} accepted, {} differ",
            frames.len(),
            wrong.len()
        );
        assert!(
            wrong.is_empty(),
            "{} differ:\n{}",
            wrong.len(),
            wrong[..wrong.len().min(3)].join("\n")
        );
        assert!(
            (COUNT / 5..COUNT * 4 / 5).contains(&accepted),
            "{target}, {name}: {accepted} accepted"
        );
    }
}

/// A line a language.
macro_rules! judges {
    ($($language:ident $test:ident)+) => { $(#[test] fn $test() { compare(Language::$language); })+ };
}

judges! {
    Python python_judges_random_messages_as_the_interpreter_does
    Typescript typescript_judges_random_messages_as_the_interpreter_does
}

#[test]
fn elixir_judges_random_messages_as_the_interpreter_does() {
    compare(Language::Elixir);
}
