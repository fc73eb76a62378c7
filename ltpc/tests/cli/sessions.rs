//! `replay` and `demo`.

use super::process::{directory, run, schema};

const SCRIPT: &str = r#"{"role": "client", "options": {"client_id": "c1"}, "seed": 7}
{"at": 0, "start": {"thread_id": "00000000-0000-4000-8000-000000000001"}}
{"at": 5, "open": true}
{"at": 9, "closed": "cut"}
{"at": 5000}
"#;

#[test]
fn a_script_gives_its_trace() {
    let replayed = run(&["replay", &schema()], SCRIPT.as_bytes());
    assert_eq!((replayed.code, replayed.err.as_str()), (0, ""));
    let expected = [
        r#"{"at":0,"enter":"Connecting"}"#,
        r#"{"at":0,"connect":true}"#,
        r#"{"at":0,"state":"Connecting","due":null}"#,
        r#"{"at":5,"send":{"type":"handshake_resume","ltp_version":"0.3","client_id":"c1","thread_id":"00000000-0000-4000-8000-000000000001","resume_reason":"app_reconnect"}}"#,
        r#"{"at":5,"enter":"Resuming"}"#,
        r#"{"at":5,"state":"Resuming","due":10005}"#,
        r#"{"at":9,"enter":"Waiting"}"#,
        r#"{"at":9,"state":"Waiting","due":965}"#,
        r#"{"at":965,"enter":"Connecting"}"#,
        r#"{"at":965,"connect":true}"#,
        r#"{"at":965,"state":"Connecting","due":null}"#,
    ];
    assert_eq!(replayed.out.lines().collect::<Vec<_>>(), expected);
    let wrong = run(&["replay", &schema()], b"{\"at\": 0, \"opened\": true}");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("standard input: line 1: `opened` is none of"), "{}", wrong.err);
}

#[test]
fn a_tour_is_told_in_words() {
    let tour = directory("tour").join("short.demo.jsonl");
    let steps = r#"{"options": {"client": {"client_id": "c1"}, "server": {"heartbeat": "200 ms"}}}
{"say": "A thread is opened."}
{"until": {"client": "Ready", "server": "Ready"}}
{"send": {"as": "client", "message": {"type": "state_update", "content_encoding": "toon", "payload": {"kind": "affect_log_v1", "data": [{"t": 1, "valence": 0, "arousal": 0}, {"t": 2, "valence": 0, "arousal": 0}]}}}}
{"wait": "300 ms"}
{"cut": "200 ms"}
{"until": {"client": "Ready", "server": "Ready"}}
{"close": "client"}
"#;
    std::fs::write(&tour, steps).unwrap();
    let told = run(&["demo", &schema(), "--tour", tour.to_str().unwrap()], b"");
    assert_eq!((told.code, told.err.as_str()), (0, ""), "{}", told.out);
    for words in [
        "A thread is opened.",
        "client ──▶ server  HandshakeInit",
        "client ◀── server  HandshakeAck",
        "client            keeps {\"thread_id\":",
        "as toon, ",
        "client ──▶ server  Ping",
        "the link is cut",
        "Ready → Waiting, tries again in ",
        "client ──▶ server  HandshakeResume",
        "2 connections, 1 cut",
        "kept throughout: {\"thread_id\":",
    ] {
        assert!(told.out.contains(words), "{words} in {}", told.out);
    }
}

#[test]
fn a_tour_that_cannot_be_taken_says_why() {
    let directory = directory("wrong-tours");
    for (name, steps, words) in [
        ("step", "{\"jump\": 1}\n", "line 1: unknown variant `jump`"),
        (
            "option",
            "{\"options\": {\"client\": {}}}\n",
            "/client_id: expected a text, got nothing",
        ),
        (
            "refused",
            "{\"options\": {\"client\": {\"client_id\": \"c1\"}}}\n{\"send\": {\"as\": \"client\", \"message\": {\"type\": \"ping\"}}}\n",
            "cannot be sent in state",
        ),
    ] {
        let path = directory.join(name);
        std::fs::write(&path, steps).unwrap();
        let told = run(&["demo", &schema(), "--tour", path.to_str().unwrap()], b"");
        assert_eq!(told.code, 2, "{}", told.out);
        assert!(told.err.contains(words), "{words} in {}", told.err);
    }
    let nowhere = run(&["demo", &schema(), "--tour", "no such file"], b"");
    assert_eq!(nowhere.code, 2);
}
