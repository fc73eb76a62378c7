//! `decode` and `encode`.

use std::{
    io::{Read, Write},
    process::Stdio,
};

use super::process::{command, run, schema};

const UPDATE: &str = r#"{"type":"state_update","thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","session_id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","timestamp":1731700000,"content_encoding":"toon","payload":{"kind":"affect_log_v1","data":DATA}}"#;
const TOON: &str = r#""affect_log[2]{t,valence,arousal}:\n  1,0.2,-0.1\n  2,0.3,-0.2""#;
const LIST: &str = r#"[{"t":1,"valence":0.2,"arousal":-0.1},{"t":2,"valence":0.3,"arousal":-0.2}]"#;

fn decode(args: &[&str], input: &str) -> super::process::Run {
    run(&[&["decode", &schema()], args].concat(), input.as_bytes())
}

fn encode(args: &[&str], input: &str) -> super::process::Run {
    run(&[&["encode", &schema()], args].concat(), input.as_bytes())
}

#[test]
fn a_payload_stands_as_json_and_goes_back() {
    let wire = UPDATE.replace("DATA", TOON) + "\n";
    let json = UPDATE.replace("DATA", LIST) + "\n";
    let decoded = decode(&[], &wire);
    assert_eq!((decoded.code, decoded.out, decoded.err), (0, json.clone(), String::new()));
    let encoded = encode(&[], &json);
    assert_eq!((encoded.code, encoded.out, encoded.err), (0, wire, String::new()));
}

#[test]
fn what_is_decoded_is_canonical() {
    let text = r#" { "client_id":"c\u0031", "unknown":1, "ltp_version":"0.2","type":"handshake_init"} "#;
    let canonical = "{\"type\":\"handshake_init\",\"ltp_version\":\"0.2\",\"client_id\":\"c1\"}\n";
    assert_eq!(decode(&[], text).out, canonical);
}

#[test]
fn all_that_is_wrong_with_a_line_is_said() {
    let input = format!("{}\n\n{}\n{{\n", r#"{"type":"ping"}"#, UPDATE.replace("DATA", TOON));
    let text = decode(&[], &input);
    assert_eq!(text.code, 1);
    assert_eq!(text.out.lines().count(), 1);
    let lines: Vec<_> = text.err.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "line 1: /session_id: expected a string, got nothing (required)",
            "line 1: /thread_id: expected a string, got nothing (required)",
            "line 1: /timestamp: expected an unsigned integer, got nothing (required)",
        ]
    );
    assert!(lines[3].starts_with("line 4: expected JSON"), "{lines:?}");

    let explained = decode(&["--explain"], &input);
    assert_eq!((explained.code, explained.err.as_str()), (1, ""));
    let rules: Vec<_> = explained
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| (line["line"].as_u64(), line["rule"].as_str().map(str::to_owned)))
        .collect();
    let required = || (Some(1), Some("required".to_owned()));
    assert_eq!(
        rules,
        [
            required(),
            required(),
            required(),
            (None, None),
            (Some(4), Some("syntax".to_owned()))
        ]
    );
}

#[test]
fn a_line_can_be_one_message_or_a_value_of_a_type() {
    assert_eq!(
        decode(&["--as", "Affect"], r#"{"arousal":0.50,"valence":-1}"#).out,
        "{\"valence\":-1,\"arousal\":0.5}\n"
    );
    let refused = decode(&["--as", "Unit", "--explain"], "0.5\n2\n");
    assert_eq!((refused.code, refused.out.lines().next()), (1, Some("0.5")));
    assert!(refused.out.contains(r#""line":2,"pointer":"","rule":"range""#), "{}", refused.out);
    let other = decode(
        &["--as", "Ping"],
        r#"{"type":"handshake_reject","ltp_version":"0.3","reason":"forbidden"}"#,
    );
    assert_eq!(other.code, 1);
    assert!(other.err.contains("/type: expected the message Ping"), "{}", other.err);
    let unknown = decode(&["--as", "Nothing"], "");
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("no message or type `Nothing`: there is HandshakeInit, "),
        "{}",
        unknown.err
    );
}

#[test]
fn defaults_are_filled_in_and_nothing_wrong_is_written() {
    let encoded = encode(&[], r#"{"client_id":"c1","type":"handshake_init"}"#);
    assert_eq!(
        encoded.out,
        "{\"type\":\"handshake_init\",\"ltp_version\":\"0.3\",\"client_id\":\"c1\"}\n"
    );
    let refused = encode(&[], r#"{"client_id":"","type":"handshake_init"}"#);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    assert!(
        refused.err.contains("line 1: /client_id: expected 1 ..= 256 characters"),
        "{}",
        refused.err
    );
}

#[test]
fn a_huge_line_is_refused_and_the_next_one_read() {
    let huge = "x".repeat(3 << 20);
    let input = format!("{huge}\n{}\n", UPDATE.replace("DATA", TOON));
    let run = decode(&["--explain"], &input);
    assert_eq!(run.code, 1);
    let lines: Vec<_> = run.out.lines().collect();
    assert_eq!(
        lines[0],
        r#"{"line":1,"pointer":"","rule":"size","expected":"at most 1048576 octets","actual":"3145728 octets"}"#
    );
    assert_eq!(lines[1], UPDATE.replace("DATA", LIST));
}

#[test]
fn each_line_is_answered_when_it_is_there() {
    let mut child = command(&["decode", &schema()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    for _ in 0..3 {
        writeln!(stdin, "{}", UPDATE.replace("DATA", TOON)).unwrap();
        let mut line = vec![0; UPDATE.len() - "DATA".len() + LIST.len() + 1];
        stdout.read_exact(&mut line).unwrap();
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let mut child = command(&["decode", &schema()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    for _ in 0..1_000 {
        // It may end at any time.
        if writeln!(stdin, "{}", UPDATE.replace("DATA", TOON)).is_err() {
            break;
        }
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn framed_text_goes_both_ways() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/ctp.ltp");
    let json = concat!(
        r#"{"(tag)":"HELLO","version":"1.0","Agent-ID":"a1","Context-Hash":"0x0123456789abcdef","#,
        r#""Capabilities":["query","x"],"Trust-Level":"EXTERNAL"}"#,
        "\n",
    );
    let encoded = run(&["encode", schema], json.repeat(2).as_bytes());
    assert_eq!((encoded.code, encoded.err.as_str()), (0, ""));
    assert!(encoded.out.starts_with("CTP/1.0 HELLO\nAgent-ID: a1\n"), "{}", encoded.out);
    let decoded = run(&["decode", schema], encoded.out.as_bytes());
    assert_eq!((decoded.code, decoded.out), (0, json.repeat(2)));

    let refused = run(&["encode", schema, "--explain"], br#"{"(tag)":"NOTHING"}"#);
    assert_eq!(refused.code, 1);
    assert!(
        refused
            .out
            .starts_with(r#"{"line":1,"pointer":"","rule":"type","expected":"an object with \"(tag)\": \"HELLO\""#),
        "{}",
        refused.out
    );
    let broken = run(&["decode", schema], b"CTP/1.0 HELLO\n");
    assert_eq!(broken.code, 1);
    assert!(
        broken.err.starts_with("message 1: expected the line `---CTP-PAYLOAD---`"),
        "{}",
        broken.err
    );
}
