//! Generated codecs of framed text against the walk over their tables: what one accepts the other does, by both rules for lengths;
//! both write the same octets, and refuse for the same reasons.
//!
//! `cargo test -p protocol-tests --test framed -- --nocapture` prints how much was compared.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::borrow::Cow;

use liminal_protocols::ctp;
use ltp_runtime::{
    codec::Violation,
    schema::{Mismatch, Schema},
    text,
};
use protocol_tests::{framed::Texts, holding};

/// What generated code makes of a frame that it accepts.
struct Read {
    name: &'static str,
    tag: String,
    encoded: Vec<u8>,
    validated: Result<(), Vec<Violation>>,
    owned_is_equal: bool,
}

/// A generated protocol.
struct Subject {
    name: &'static str,
    schema: &'static Schema,
    read: fn(Mismatch, &[u8]) -> Result<Read, Vec<Violation>>,
    /// What differs if a frame is held as a buffer.
    shared: fn(Mismatch, &[u8]) -> Result<(), String>,
}

macro_rules! subject {
    ($name:literal, $($module:ident)::+, $own:expr) => {
        Subject {
            name: $name,
            schema: &$($module)::+::SCHEMA,
            read: |mismatch, frame| {
                let message = $($module)::+::Message::decode_by(mismatch, frame).map_err(|refusal| refusal.violations)?;
                let mut encoded = Vec::new();
                message.encode(&mut encoded);
                Ok(Read {
                    name: message.name(),
                    tag: message.tag().to_owned(),
                    validated: message.validate(),
                    owned_is_equal: $own(message.clone()) == message,
                    encoded,
                })
            },
            shared: |mismatch, frame| {
                holding::compare_by::<$($module)::+::Message>(
                    frame,
                    |frame| $($module)::+::Message::decode_by(mismatch, frame),
                    |owned, borrowed| owned == borrowed,
                )
            },
        }
    };
}

/// Verdicts of both readers.
#[derive(Debug, Default)]
struct Counts {
    accepted: u64,
    refused: u64,
}

const MODES: [Mismatch; 2] = [Mismatch::Strict, Mismatch::Advisory];

/// Compares one frame; says what differs.
fn differs(subject: &Subject, mismatch: Mismatch, frame: &[u8]) -> Result<bool, String> {
    (subject.shared)(mismatch, frame)?;
    let read = (subject.read)(mismatch, frame);
    let walked = text::decode(subject.schema, mismatch, frame);
    let (read, walked) = match (read, walked) {
        (Err(violations), Err(refusal)) if violations == refusal.violations => return Ok(false),
        (Err(violations), walked) => return Err(format!("refused for {violations:?}, but {walked:?}")),
        (Ok(_), Err(refusal)) => return Err(format!("accepted, but {:?}", refusal.violations)),
        (Ok(read), Ok(walked)) => (read, walked.decoded),
    };
    let mut encoded = Vec::new();
    text::encode(subject.schema, &walked, &mut encoded);
    let name = &subject.schema.messages[walked.message].name;
    if read.name != name || read.tag != walked.tag {
        return Err(format!("{} {} for {name} {}", read.name, read.tag, walked.tag));
    }
    if read.encoded != encoded {
        return Err(format!("written {:?} for {:?}", show(&read.encoded), show(&encoded)));
    }
    // What is written may be past a limit that what was read was not.
    let wrong = text::check(subject.schema, &walked);
    let expected = if wrong.is_empty() { Ok(()) } else { Err(wrong) };
    if read.validated != expected || !read.owned_is_equal {
        return Err(format!(
            "validated {:?} for {expected:?}, owned {}",
            read.validated, read.owned_is_equal
        ));
    }
    let again = (subject.read)(Mismatch::Strict, &encoded).is_ok_and(|again| again.encoded == encoded);
    if again != expected.is_ok() {
        return Err(format!("not read again: {:?}", show(&encoded)));
    }
    Ok(true)
}

fn show(text: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(text)
}

fn compare(subject: &Subject, frames: impl Iterator<Item = Vec<u8>>) -> Counts {
    let (mut counts, mut wrong) = (Counts::default(), Vec::new());
    for frame in frames {
        for mismatch in MODES {
            match differs(subject, mismatch, &frame) {
                Ok(true) => counts.accepted += 1,
                Ok(false) => counts.refused += 1,
                Err(difference) => wrong.push(format!("{mismatch:?} {:?}\n  {difference}", show(&frame))),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}: {} differ:\n{}",
        subject.name,
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
    counts
}

fn check(subject: &Subject) {
    const COUNT: usize = 5_000;
    let texts = |seed| Texts::new(subject.schema, seed).unwrap();
    let report = |what: &str, counts: Counts| {
        println!(
            "{:<16} {what:<10} {:>7} accepted {:>7} refused, 0 differ",
            subject.name, counts.accepted, counts.refused
        );
        counts
    };
    let mut plain = texts(1);
    let counts = report("plain", compare(subject, (0..COUNT).map(|_| plain.plain())));
    assert!(counts.accepted > counts.refused * 4, "{}: {counts:?}", subject.name);
    let mut odd = texts(2);
    let counts = report("odd", compare(subject, (0..2 * COUNT).map(|_| odd.odd())));
    assert!(counts.accepted > 300 && counts.refused > 1_000, "{}: {counts:?}", subject.name);
    let mut spoiled = texts(3);
    let counts = report("spoiled", compare(subject, (0..2 * COUNT).map(|_| spoiled.spoiled())));
    assert!(counts.accepted > 300 && counts.refused > 1_000, "{}: {counts:?}", subject.name);
    let mut cut = texts(4);
    let whole: Vec<Vec<u8>> = (0..40).map(|index| if index % 2 == 0 { cut.plain() } else { cut.odd() }).collect();
    let cut = whole
        .iter()
        .flat_map(|text| (0..text.len().min(2_000)).map(|end| text[..end].to_vec()));
    report("truncated", compare(subject, cut));
}

#[test]
fn the_text_protocol_that_ships() {
    check(&subject!("ctp", ctp, |message: ctp::Message<'_>| message.into_owned()));
}

#[test]
fn requests_as_of_http() {
    use rust_goldens::requests;
    check(&subject!("requests", requests, |message: requests::Message<'_>| message.into_owned()));
}

#[test]
fn requests_that_own_their_text() {
    use rust_goldens::owned::requests;
    check(&subject!("owned requests", requests, |message: requests::Message| message));
}

#[test]
fn a_framing_with_narrow_limits() {
    use rust_goldens::memos;
    check(&subject!("memos", memos, |message: memos::Message<'_>| message.into_owned()));
}

/// The messages that the interpreter's tests refuse: the same violations at the same places.
#[test]
fn malformed_messages_are_refused_alike() {
    let path = protocol_tests::programs::root().join("ltpc/tests/framing/malformed.jsonl");
    let fixtures = std::fs::read_to_string(path).unwrap();
    for line in fixtures.lines() {
        let fixture: serde_json::Value = serde_json::from_str(line).unwrap();
        let refusal = ctp::Message::decode(fixture["text"].as_str().unwrap().as_bytes()).unwrap_err();
        let refused = refusal.violations.iter().map(|violation| {
            let position = violation.position.unwrap();
            format!(
                "{}:{} {} {}",
                position.line,
                position.column,
                violation.pointer,
                violation.rule.name()
            )
        });
        assert_eq!(
            serde_json::json!(refused.collect::<Vec<_>>()),
            fixture["refused"],
            "{}",
            fixture["text"]
        );
    }
    assert!(fixtures.lines().count() >= 100);
}

#[test]
fn texts_are_borrowed_from_the_frame() {
    let frame =
        b"CTP/1.0 STREAM\nAgent-ID: ghost\nintent:  QUERY \nContext-Hash: 0x7f3a9c2e1b4d8f6a\nSession-ID:\nContent-Type: text/ascii\n\
        Content-Length: 5\n---CTP-PAYLOAD---\nhello\n---CTP-END---\n";
    let Ok(ctp::Message::Stream { envelope, body }) = ctp::Message::decode(frame) else {
        panic!("{:?}", ctp::Message::explain(frame))
    };
    let borrowed = |text: &Cow<'_, str>| matches!(text, Cow::Borrowed(text) if frame.as_ptr_range().contains(&text.as_ptr()));
    assert!(borrowed(&envelope.version) && borrowed(&body.agent_id) && borrowed(&body.context_hash) && borrowed(&body.body));
    assert_eq!(
        (body.intent, body.session_id.as_deref(), &*body.content_type),
        (ctp::Intent::Query, Some(""), "text/ascii")
    );
}
