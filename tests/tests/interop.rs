//! Every client with every server, over real sockets: both encodings, events both ways, heartbeats, a cut, a resume. Clients of all languages
//! go on with one thread, from one store.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use protocol_tests::{
    link::Link,
    programs::{Language, PATIENCE, Program, ltpc},
};
use serde_json::{Value, json};

/// Who speaks: the interpreter, or a language's generated package.
#[derive(Debug, Clone, Copy)]
enum Speaker {
    Interpreter,
    Generated(Language),
}

const SPEAKERS: [Speaker; 1 + Language::ALL.len()] = {
    let mut speakers = [Speaker::Interpreter; 1 + Language::ALL.len()];
    let mut index = 0;
    while index < Language::ALL.len() {
        speakers[index + 1] = Speaker::Generated(Language::ALL[index]);
        index += 1;
    }
    speakers
};

impl Speaker {
    fn name(self) -> &'static str {
        match self {
            Self::Interpreter => "interpreter",
            Self::Generated(language) => language.target(),
        }
    }

    fn server(self) -> (Program, SocketAddr) {
        let server = match self {
            Self::Interpreter => Program::start(ltpc().args(["serve", "schema/ltp.ltp", "--listen", "ws://127.0.0.1:0"]).args([
                "--option",
                "heartbeat=200",
                "--option",
                "grace=2000",
            ])),
            Self::Generated(language) => Program::start(language.peer().args(["server", "ws://127.0.0.1:0"])),
        };
        let line = server.error_line_with("listening on ");
        let address = line.rsplit("://").next().unwrap().trim_end_matches('/').parse().unwrap();
        (server, address)
    }

    fn client(self, address: SocketAddr, store: &Path) -> Program {
        let url = format!("ws://{address}");
        match self {
            Self::Interpreter => Program::start(
                ltpc()
                    .args([
                        "connect",
                        "schema/ltp.ltp",
                        &url,
                        "--option",
                        "client_id=shared",
                        "--linger",
                        "60 s",
                        "--store",
                    ])
                    .arg(store),
            ),
            Self::Generated(language) => Program::start(language.peer().args(["client", &url]).arg(store).arg("shared")),
        }
    }
}

/// The next message of a type that the server heard.
fn heard(server: &Program, of: &str) -> Value {
    server.json_where(|line| line["message"]["type"] == of)["message"].clone()
}

/// What one pair does; gives the thread.
fn speaks(client: Speaker, server: &mut Program, address: SocketAddr, store: &Path) -> String {
    let link = Link::to(address);
    let mut client = client.client(link.address(), store);
    let log = json!([{ "t": 1, "valence": 0.2, "arousal": -0.1 }, { "t": 2, "valence": 0.3, "arousal": -0.2 }]);
    client.say(r#"{"type":"state_update","payload":{"kind":"minimal","data":{"mood":"curious"}}}"#);
    let first = heard(server, "state_update");
    assert_eq!(first["payload"], json!({ "kind": "minimal", "data": { "mood": "curious" } }));
    client.say(
        &json!({ "type": "state_update", "content_encoding": "toon", "payload": { "kind": "affect_log_v1", "data": log } }).to_string(),
    );
    assert_eq!(heard(server, "state_update")["payload"]["data"], log);
    assert!(link.carried("content_encoding\":\"toon"), "the log stood as TOON on the wire");
    client.say(r#"{"type":"event","payload":{"event_type":"tap","data":{"n":1.50}}}"#);
    assert_eq!(heard(server, "event")["payload"]["event_type"], "tap");
    server.say(r#"{"type":"event","payload":{"event_type":"answer","data":[null,true]}}"#);
    let answer = client.json_where(|message| message["type"] == "event");
    assert_eq!(answer["payload"], json!({ "event_type": "answer", "data": [null, true] }));
    server.say(
        &json!({ "type": "state_update", "content_encoding": "toon", "payload": { "kind": "affect_log_v1", "data": log } }).to_string(),
    );
    assert_eq!(
        client.json_where(|message| message["type"] == "state_update")["payload"]["data"],
        log
    );

    let deadline = Instant::now() + PATIENCE;
    while link.count("\"pong\"") < 3 {
        assert!(Instant::now() < deadline, "the heartbeat goes on");
        std::thread::sleep(Duration::from_millis(20));
    }

    link.cut();
    let deadline = Instant::now() + PATIENCE;
    while link.count("\"handshake_ack\"") < 2 {
        assert!(Instant::now() < deadline, "the client comes back");
        std::thread::sleep(Duration::from_millis(20));
    }
    client.say(r#"{"type":"event","payload":{"event_type":"after","data":null}}"#);
    let after = server.json_where(|line| line["message"]["payload"]["event_type"] == "after")["message"].clone();
    assert_eq!(after["thread_id"], first["thread_id"], "the thread is resumed");
    assert_ne!(after["session_id"], first["session_id"], "by another session");
    assert!(link.carried("\"resume_reason\":\"automatic_reconnect\""));
    first["thread_id"].as_str().unwrap().to_owned()
}

#[test]
fn every_client_speaks_with_every_server_and_all_go_on_with_one_thread() {
    println!("{:>14} | {}", "client \\ server", SPEAKERS.map(Speaker::name).join(" | "));
    let mut table: Vec<Vec<String>> = SPEAKERS.iter().map(|_| Vec::new()).collect();
    for server in SPEAKERS {
        let store = tempfile::tempdir().unwrap();
        let (mut program, address) = server.server();
        let mut threads = Vec::new();
        for (row, client) in SPEAKERS.into_iter().enumerate() {
            threads.push(speaks(client, &mut program, address, store.path()));
            table[row].push("ok".to_owned());
        }
        threads.dedup();
        assert_eq!(
            threads.len(),
            1,
            "{}: each client goes on where the one before stopped",
            server.name()
        );
    }
    for (row, client) in table.iter().zip(SPEAKERS) {
        println!("{:>14} | {}", client.name(), row.join(" | "));
    }
}
