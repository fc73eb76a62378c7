//! What is wrong has an answer, each its own.

use super::{
    model,
    pair::{Pair, Who},
};

const THREAD: &str = "00000000-0000-4000-8000-000000000001";

/// A server whose client is silent.
fn greeting() -> Pair {
    let mut pair = Pair::start(model(), r#"{"client_id": "c1"}"#, "{}");
    pair.passes = |who, _| who != "client";
    pair.run(20);
    assert_eq!(pair.state(Who::Server), "Greeting");
    pair.trace.clear();
    pair
}

/// A connection that is ready, with the members of its envelope.
fn ready() -> (Pair, String) {
    let mut pair = Pair::start(model(), r#"{"client_id": "c1"}"#, "{}");
    pair.run(20);
    let ack = *pair.lines(&["server > send"]).first().unwrap();
    let member = |name: &str| ack.split(&format!(r#""{name}":""#)).nth(1).unwrap()[..36].to_owned();
    let (thread, session) = (member("thread_id"), member("session_id"));
    pair.trace.clear();
    (pair, format!(r#""thread_id":"{thread}","session_id":"{session}","timestamp":1"#))
}

/// What the server sends, and whether it closes.
fn answer(mut pair: Pair, frame: &str) -> (String, bool) {
    pair.frame(Who::Server, frame);
    let sent = pair.lines(&["server > send"]);
    assert_eq!(sent.len(), 1, "{:?}", pair.trace);
    let sent = sent[0].to_owned();
    assert!(sent.contains(r#""type":"error""#), "{sent}");
    (sent, !pair.lines(&["server > close"]).is_empty())
}

fn expect((answer, closed): (String, bool), parts: &[&str], closes: bool) {
    for part in parts {
        assert!(answer.contains(part), "{part} in {answer}");
    }
    assert_eq!(closed, closes, "{answer}");
}

#[test]
fn before_the_handshake() {
    let cases: &[(&str, &[&str], bool)] = &[
        ("{", &[r#""error_code":"MALFORMED_HANDSHAKE""#, r#""rule":"syntax""#], true),
        ("[]", &["MALFORMED_HANDSHAKE", r#""rule":"type""#], true),
        (
            r#"{"type":"nonsense"}"#,
            &["UNKNOWN_MESSAGE_TYPE", r#""details":{"received_type":"nonsense"}"#],
            false,
        ),
        (
            r#"{"type":"handshake_init","ltp_version":"9.9","client_id":"c1"}"#,
            &["UNSUPPORTED_VERSION", r#""details":{"supported_versions":["0.3","0.2"]}"#],
            true,
        ),
        (
            r#"{"type":"handshake_init","ltp_version":"0.3","client_id":""}"#,
            &["INVALID_CLIENT_ID"],
            true,
        ),
        (
            r#"{"type":"handshake_init","ltp_version":"0.3"}"#,
            &["MALFORMED_HANDSHAKE", r#""pointer":"/client_id","rule":"required""#],
            true,
        ),
        (
            r#"{"type":"handshake_ack","ltp_version":"0.3","thread_id":"00000000-0000-4000-8000-000000000001","session_id":"00000000-0000-4000-8000-000000000002","server_capabilities":[]}"#,
            &["UNKNOWN_THREAD", "a handshake comes first"],
            false,
        ),
    ];
    for (frame, parts, closes) in cases {
        let (sent, closed) = answer(greeting(), frame);
        assert!(!sent.contains("thread_id\":"), "there is no thread yet: {sent}");
        expect((sent, closed), parts, *closes);
    }
}

#[test]
fn a_frame_past_the_limit() {
    let frame = format!(r#"{{"type":"{}"}}"#, "x".repeat(1 << 20));
    let details = format!(r#""details":{{"size_bytes":{},"max_bytes":1048576}}"#, frame.len());
    expect(answer(greeting(), &frame), &["MESSAGE_TOO_LARGE", &details], false);
    expect(answer(ready().0, &frame), &["MESSAGE_TOO_LARGE", &details], false);
}

#[test]
fn after_the_handshake() {
    let cases: &[(&str, &[&str])] = &[
        ("{", &["MALFORMED_MESSAGE", r#""rule":"syntax""#]),
        (
            r#"{"type":"nonsense",ENVELOPE}"#,
            &["UNKNOWN_MESSAGE_TYPE", r#""received_type":"nonsense""#],
        ),
        (
            r#"{"type":"ping"}"#,
            &["MISSING_REQUIRED_FIELD", r#""details":{"pointer":"/session_id"}"#],
        ),
        (
            r#"{"type":"event",ENVELOPE}"#,
            &["MISSING_REQUIRED_FIELD", r#""pointer":"/payload""#],
        ),
        (
            r#"{"type":"state_update",ENVELOPE,"payload":{"kind":"affect_log_v1","data":[{"t":1,"valence":2,"arousal":0}]}}"#,
            &[
                "INVALID_STATE_UPDATE",
                r#""details":{"pointer":"/payload/data/0/valence","rule":"range"}"#,
                "got 2",
            ],
        ),
        (
            r#"{"type":"event",ENVELOPE,"payload":{"event_type":5,"data":1}}"#,
            &["MALFORMED_MESSAGE", r#""pointer":"/payload/event_type""#],
        ),
        (
            r#"{"type":"handshake_init","ltp_version":"0.3","client_id":"c1"}"#,
            &["MALFORMED_MESSAGE", "the message has no place after the handshake"],
        ),
    ];
    for (frame, parts) in cases {
        let (pair, envelope) = ready();
        expect(answer(pair, &frame.replace("ENVELOPE", &envelope)), parts, false);
    }
}

#[test]
fn a_message_of_another_thread_or_session() {
    let (pair, envelope) = ready();
    let session = envelope.split_once(',').unwrap().1.to_owned();
    let frame = format!(r#"{{"type":"ping","thread_id":"{THREAD}",{session}}}"#);
    expect(
        answer(pair, &frame),
        &["UNKNOWN_THREAD", "the thread is not this connection's"],
        false,
    );

    let (pair, envelope) = ready();
    let thread = envelope.split_once(',').unwrap().0.to_owned();
    let frame = format!(r#"{{"type":"ping",{thread},"session_id":"{THREAD}","timestamp":1}}"#);
    expect(answer(pair, &frame), &["SESSION_EXPIRED"], false);
}

#[test]
fn a_nonce_that_stands_again_is_refused() {
    let (mut pair, envelope) = ready();
    let ping = |nonce: &str| format!(r#"{{"type":"ping",{envelope},"nonce":"{nonce}"}}"#);
    pair.frame(Who::Server, &ping("a"));
    pair.frame(Who::Server, &ping("b"));
    pair.frame(Who::Server, &format!(r#"{{"type":"ping",{envelope}}}"#));
    assert_eq!(pair.lines(&["server > send", r#""pong""#]).len(), 3);
    expect(
        answer_again(&mut pair, &ping("a")),
        &["MALFORMED_MESSAGE", "the nonce was used before"],
        false,
    );
    // After 1024 others the first is forgotten.
    for index in 0..1_024 {
        pair.frame(Who::Server, &ping(&index.to_string()));
    }
    pair.trace.clear();
    pair.frame(Who::Server, &ping("a"));
    assert_eq!(pair.lines(&["server > send", r#""pong""#]).len(), 1);
}

fn answer_again(pair: &mut Pair, frame: &str) -> (String, bool) {
    pair.trace.clear();
    pair.frame(Who::Server, frame);
    (
        pair.lines(&["server > send"])[0].to_owned(),
        !pair.lines(&["server > close"]).is_empty(),
    )
}

#[test]
fn a_client_is_told_and_says_nothing() {
    let mut pair = Pair::start(model(), r#"{"client_id": "c1"}"#, "{}");
    pair.run(100);
    pair.trace.clear();
    pair.frame(Who::Client, r#"{"type":"nonsense"}"#);
    assert_eq!(pair.lines(&["client >"]), ["100 client > unexpected malformed in Ready"]);
    // A message that has no transition there.
    pair.frame(
        Who::Client,
        r#"{"type":"handshake_reject","ltp_version":"0.3","reason":"forbidden"}"#,
    );
    assert_eq!(
        pair.lines(&["client > unexpected"])[1],
        "100 client > unexpected HandshakeReject in Ready"
    );
}
