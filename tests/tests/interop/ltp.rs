//! Threads over WebSockets: both encodings, events both ways, errors, heartbeats, a cut, a resume. Clients of all languages go on with one thread,
//! from one store, and open a new one where the server does not know theirs.

use std::{net::SocketAddr, path::Path};

use protocol_tests::{
    link::Link,
    programs::{Program, ltpc},
};
use serde_json::{Value, json};

use super::table::{Pair, Speaker, every_pair, until};

struct Served {
    program: Program,
    address: SocketAddr,
    /// Where all clients keep their thread.
    store: tempfile::TempDir,
    /// The thread, once there is one.
    thread: Option<Value>,
}

fn serve(speaker: Speaker) -> Served {
    let mut command = speaker.peer("ltp").map_or_else(
        || {
            let mut command = ltpc();
            command.args(["serve", "schema/ltp.ltp", "--listen", "ws://127.0.0.1:0"]);
            command.args(["--option", "heartbeat=200", "--option", "grace=2000"]);
            command
        },
        |mut command| {
            command.args(["server", "ws://127.0.0.1:0"]);
            command
        },
    );
    let program = Program::start(&mut command);
    let line = program.error_line_with("listening on ");
    Served {
        address: line.rsplit("://").next().unwrap().trim_end_matches('/').parse().unwrap(),
        program,
        store: tempfile::tempdir().unwrap(),
        thread: None,
    }
}

fn connect(speaker: Speaker, address: SocketAddr, store: &Path) -> Program {
    let url = format!("ws://{address}");
    let mut command = speaker.peer("ltp").map_or_else(
        || {
            let mut command = ltpc();
            command.args([
                "connect",
                "schema/ltp.ltp",
                &url,
                "--option",
                "client_id=shared",
                "--linger",
                "60 s",
                "--store",
            ]);
            command.arg(store);
            command
        },
        |mut command| {
            command.args(["client", &url]).arg(store).arg("shared");
            command
        },
    );
    Program::start(&mut command)
}

/// The next message of a type that the server heard.
fn heard(server: &Program, of: &str) -> Value {
    server.json_where(|line| line["message"]["type"] == of)["message"].clone()
}

fn speak(pair: &Pair, served: &mut Served) {
    let server = &mut served.program;
    let link = Link::to(served.address);
    let mut client = connect(pair.client, link.address(), served.store.path());

    pair.step("a state as JSON");
    let log = json!([{ "t": 1, "valence": 0.2, "arousal": -0.1 }, { "t": 2, "valence": 0.3, "arousal": -0.2 }]);
    client.say(r#"{"type":"state_update","payload":{"kind":"minimal","data":{"mood":"curious"}}}"#);
    let first = heard(server, "state_update");
    assert_eq!(first["payload"], json!({ "kind": "minimal", "data": { "mood": "curious" } }));

    pair.step("a state as TOON");
    let toon = json!({ "type": "state_update", "content_encoding": "toon", "payload": { "kind": "affect_log_v1", "data": log } });
    client.say(&toon.to_string());
    assert_eq!(heard(server, "state_update")["payload"]["data"], log);
    assert!(link.carried("content_encoding\":\"toon"), "the log stood as TOON on the wire");

    pair.step("events both ways");
    client.say(r#"{"type":"event","payload":{"event_type":"tap","data":{"n":1.50}}}"#);
    assert_eq!(heard(server, "event")["payload"]["event_type"], "tap");
    server.say(r#"{"type":"event","payload":{"event_type":"answer","data":[null,true]}}"#);
    let answer = client.json_where(|message| message["type"] == "event");
    assert_eq!(answer["payload"], json!({ "event_type": "answer", "data": [null, true] }));

    pair.step("a state as TOON, pushed");
    server.say(&toon.to_string());
    assert_eq!(
        client.json_where(|message| message["type"] == "state_update")["payload"]["data"],
        log
    );

    pair.step("an error");
    server.say(r#"{"type":"error","payload":{"error_code":"RATE_LIMITED","error_message":"less, please"}}"#);
    let error = client.json_where(|message| message["type"] == "error");
    assert_eq!(error["payload"]["error_message"], "less, please");

    pair.step("heartbeats");
    until("the heartbeat goes on", || link.count("\"pong\"") >= 3);

    pair.step("a cut");
    link.cut();
    until("the client comes back", || link.count("\"handshake_ack\"") >= 2);
    client.say(r#"{"type":"event","payload":{"event_type":"after","data":null}}"#);
    let after = server.json_where(|line| line["message"]["payload"]["event_type"] == "after")["message"].clone();
    assert_eq!(after["thread_id"], first["thread_id"], "the thread is resumed");
    assert_ne!(after["session_id"], first["session_id"], "by another session");
    assert!(link.carried("\"resume_reason\":\"automatic_reconnect\""));

    pair.step("the thread that the client before had");
    let thread = served.thread.get_or_insert_with(|| first["thread_id"].clone());
    assert_eq!(*thread, first["thread_id"]);
    drop(client);

    pair.step("a new thread, where the server does not know the client's");
    let lost = tempfile::tempdir().unwrap();
    forget(served.store.path(), lost.path(), &first["thread_id"]);
    let link = Link::to(served.address);
    let mut client = connect(pair.client, link.address(), lost.path());
    client.say(r#"{"type":"event","payload":{"event_type":"anew","data":null}}"#);
    let anew = server.json_where(|line| line["message"]["payload"]["event_type"] == "anew")["message"].clone();
    assert!(
        link.carried("\"handshake_reject\"") && link.carried(UNKNOWN),
        "a thread that is not known was asked for"
    );
    assert!(anew["thread_id"] != first["thread_id"] && anew["thread_id"] != UNKNOWN, "{anew}");
}

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// Copies a store, with a thread in it that no server knows.
fn forget(store: &Path, to: &Path, thread: &Value) {
    for entry in std::fs::read_dir(store).unwrap() {
        let (path, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).unwrap();
        if path.is_dir() {
            std::fs::create_dir(&target).unwrap();
            forget(&path, &target, thread);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(target, text.replace(thread.as_str().unwrap(), UNKNOWN)).unwrap();
        }
    }
}

#[test]
fn every_client_speaks_with_every_server_and_all_go_on_with_one_thread() {
    every_pair("ltp", serve, speak);
}
