//! Scripts and their traces.

use std::sync::Arc;

use super::model;
use crate::interpret::script::Script;

const ACK: &str = r#"{\"type\":\"handshake_ack\",\"ltp_version\":\"0.3\",\"thread_id\":\"00000000-0000-4000-8000-000000000001\",\"session_id\":\"00000000-0000-4000-8000-000000000002\",\"server_capabilities\":[],\"heartbeat_interval_ms\":1000}"#;

fn trace(lines: &[&str]) -> Vec<String> {
    Script::parse(&lines.join("\n")).unwrap().run(Arc::clone(model())).unwrap()
}

#[test]
fn a_script_gives_its_trace() {
    let ack = format!(r#"{{"at": 20, "message": "{ACK}"}}"#);
    let trace = trace(&[
        "# A client that is closed after its first ping.",
        r#"{"role": "client", "options": {"client_id": "c1"}, "seed": 7, "unix": 1731700000000}"#,
        r#"{"at": 0, "start": null}"#,
        r#"{"at": 5, "open": true}"#,
        &ack,
        r#"{"at": 1500, "oversized": 2000000}"#,
        r#"{"at": 1500, "close": true}"#,
        r#"{"at": 9000, "closed": "done"}"#,
    ]);
    let expected = [
        r#"{"at":0,"enter":"Connecting"}"#,
        r#"{"at":0,"connect":true}"#,
        r#"{"at":0,"state":"Connecting","due":null}"#,
        r#"{"at":5,"send":{"type":"handshake_init","ltp_version":"0.3","client_id":"c1","intent":"resonant_link","capabilities":[]}}"#,
        r#"{"at":5,"enter":"Opening"}"#,
        r#"{"at":5,"state":"Opening","due":10005}"#,
        r#"{"at":20,"enter":"Ready"}"#,
        r#"{"at":20,"store":{"space":"Thread.client","key":"c1","value":{"thread_id":"00000000-0000-4000-8000-000000000001"},"expires":null}}"#,
        r#"{"at":20,"state":"Ready","due":1020}"#,
        r#"{"at":1020,"send":{"type":"ping","thread_id":"00000000-0000-4000-8000-000000000001","session_id":"00000000-0000-4000-8000-000000000002","timestamp":1731700001,"payload":{},"meta":{"client_id":"c1"},"nonce":"NONCE","signature":"v0-placeholder"}}"#,
        r#"{"at":1020,"state":"Ready","due":2020}"#,
        r#"{"at":1500,"unexpected":{"input":"malformed","state":"Ready","violations":[{"pointer":"","rule":"size"}]}}"#,
        r#"{"at":1500,"state":"Ready","due":2020}"#,
        r#"{"at":1500,"close":"the application closed the thread"}"#,
        r#"{"at":1500,"enter":"Closed"}"#,
        r#"{"at":1500,"state":"Closed","due":null}"#,
        r#"{"at":9000,"state":"Closed","due":null}"#,
    ];
    let hidden: Vec<String> = trace.iter().map(|line| hide_nonce(line)).collect();
    assert_eq!(hidden, expected);
}

/// A nonce is the seed's affair.
fn hide_nonce(line: &str) -> String {
    match line.split_once(r#""nonce":""#) {
        Some((before, after)) => format!(r#"{before}"nonce":"NONCE{}"#, &after[36..]),
        None => line.to_owned(),
    }
}

#[test]
fn a_row_is_asked_for_and_answered() {
    let resume = r#"{"at": 1, "message": "{\"type\":\"handshake_resume\",\"ltp_version\":\"0.2\",\"client_id\":\"c1\",\"thread_id\":\"00000000-0000-4000-8000-00000000000A\"}"}"#;
    let head = r#"{"role": "server"}"#;
    let trace = trace(&[
        head,
        r#"{"at": 0, "start": null}"#,
        r#"{"at": 0, "open": true}"#,
        resume,
        r#"{"at": 1, "found": null}"#,
    ]);
    let lookup = r#"{"at":1,"lookup":{"space":"Thread.threads","key":"00000000-0000-4000-8000-00000000000a"}}"#;
    assert!(trace.iter().any(|line| line == lookup), "{trace:?}");
    let reject = r#"{"at":1,"send":{"type":"handshake_reject","ltp_version":"0.2","reason":"thread_not_found","suggest_new":true}}"#;
    assert!(trace.iter().any(|line| line == reject), "{trace:?}");
}

#[test]
fn a_script_that_cannot_be_run_says_why() {
    let wrong = |lines: &[&str]| match Script::parse(&lines.join("\n")) {
        Ok(script) => script.run(Arc::clone(model())).unwrap_err().to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(wrong(&["[]"]), "line 1: expected a JSON object");
    assert_eq!(
        wrong(&[r#"{"at": 5}"#, r#"{"at": 4}"#]),
        "line 2: `at`: expected milliseconds, 5 or more, got 4"
    );
    assert_eq!(
        wrong(&[r#"{"at": 5, "open": true, "close": true}"#]),
        "line 1: two things happen: expected one"
    );
    assert_eq!(
        wrong(&[r#"{"role": "server"}"#, r#"{"at": 0, "found": null}"#]),
        "line 2: no row was looked up"
    );
    assert_eq!(
        wrong(&[r#"{"role": "waiter"}"#]),
        "line 1: no role `waiter`: there is client, server"
    );
}
