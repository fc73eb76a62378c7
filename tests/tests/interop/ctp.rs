//! Devices with gateways: framed text over TCP.

use std::{net::SocketAddr, path::Path, process::Command};

use protocol_tests::{
    link::Link,
    programs::{Program, ltpc},
};
use serde_json::{Value, json};

use super::table::{Pair, every_pair};

pub struct Gateway {
    pub program: Program,
    pub address: SocketAddr,
}

/// A gateway: a peer, or the interpreter by a schema.
pub fn serve(peer: Option<Command>, schema: &Path) -> Gateway {
    let mut command = peer.map_or_else(
        || {
            let mut command = ltpc();
            command.arg("serve").arg(schema).args(["--listen", "tcp://127.0.0.1:0"]);
            command
        },
        |mut command| {
            command.args(["server", "tcp://127.0.0.1:0"]);
            command
        },
    );
    let program = Program::start(&mut command);
    let line = program.error_line_with("listening on ");
    let address = line.rsplit("://").next().unwrap().trim_end_matches('/').parse().unwrap();
    Gateway { program, address }
}

/// A device: a peer, or the interpreter by a schema.
pub fn connect(peer: Option<Command>, schema: &Path, address: SocketAddr, agent: &str) -> Program {
    let url = format!("tcp://{address}");
    let mut command = peer.map_or_else(
        || {
            let mut command = ltpc();
            command
                .arg("connect")
                .arg(schema)
                .args([&url, "--option", &format!("agent={agent}"), "--no-store"]);
            command
        },
        |mut command| {
            command.args(["client", &url, agent]);
            command
        },
    );
    Program::start(&mut command)
}

pub fn stream(agent: &str, intent: &str, body: &str) -> String {
    json!({ "(tag)": "STREAM", "Agent-ID": agent, "Intent": intent, "Context-Hash": "0x0000000000000000", "Content-Type": "text/ascii",
            "(body)": body })
    .to_string()
}

/// A stream as other senders write it: line ends, spaces and names as they may be, a header that the schema does not know.
pub fn by_hand(agent: &str, intent: &str, body: &str) -> String {
    let head = format!(
        "CTP/1.0 STREAM\r\nagent-id: {agent}\r\nIntent:{intent}\nContext-Hash: 0x0000000000000000\nContent-Type: text/ascii\nX-Own: kept\n"
    );
    format!("{head}CONTENT-LENGTH:  {}\n---CTP-PAYLOAD---\n{body}\n---CTP-END---\n", body.len())
}

/// The next stream that says this, of those that the program hears.
pub fn heard(program: &Program, body: &str) -> Value {
    let message = |line: Value| {
        if line.get("from").is_some() {
            line["message"].clone()
        } else {
            line
        }
    };
    message(program.json_where(|line| message(line.clone())["(body)"] == body))
}

pub fn welcomed(client: &Program) -> Value {
    client.json_where(|line| line["(tag)"] == "WELCOME")
}

pub fn rejected(client: &Program) -> Value {
    client.json_where(|line| line["(tag)"] == "REJECT")
}

const SCHEMA: &str = "schema/ctp.ltp";
const MARKED_TWICE: &str = "---CTP-END---\n---CTP-END---";
const MARKED: &str = "a\n---CTP-END---\nCTP/1.0 HELLO\nAgent-ID: evil\n---CTP-PAYLOAD---\n";

fn speak(pair: &Pair, gateway: &mut Gateway) {
    let Gateway { program: server, address } = gateway;
    let link = Link::to(*address);
    let agent = format!("{}-of-{}", pair.client.name(), pair.server.name());
    let mut client = connect(pair.client.peer("ctp"), Path::new(SCHEMA), link.address(), &agent);

    pair.step("a greeting");
    let welcome = welcomed(&client);
    assert!(welcome["Session-ID"].as_str().unwrap().starts_with("sess_"), "{welcome}");

    pair.step("a query and its answer");
    client.say(&stream(&agent, "QUERY", "two\nlines"));
    let query = heard(server, "two\nlines");
    assert_eq!((&query["Agent-ID"], &query["Intent"]), (&json!(agent), &json!("QUERY")), "{query}");
    server.say(&stream("gateway-01", "RESPONSE", "heard"));
    assert_eq!(heard(&client, "heard")["Intent"], "RESPONSE");

    pair.step("streams both ways, which hold markers");
    client.say(&stream(&agent, "INSIGHT", MARKED));
    assert_eq!(heard(server, MARKED)["Intent"], "INSIGHT");
    server.say(&stream("somebody-else", "INSIGHT", MARKED));
    assert_eq!(heard(&client, MARKED)["Agent-ID"], "somebody-else");

    pair.step("a query that is answered with an error");
    client.say(&stream(&agent, "QUERY", "who knows?"));
    heard(server, "who knows?");
    server.say(&json!({ "(tag)": "REJECT", "Reason": "Nobody knows", "Timestamp": "2026-01-01T00:00:00Z", "Retry-After": 5 }).to_string());
    let error = rejected(&client);
    assert_eq!(
        (&error["Reason"], &error["Retry-After"]),
        (&json!("Nobody knows"), &json!(5)),
        "{error}"
    );

    pair.step("what its tier may not");
    client.say(&stream(&agent, "CONSENSUS", "agreed"));
    assert_eq!(rejected(&client)["Reason"], "Trust level insufficient");

    pair.step("frames that others write, both ways");
    link.say_to_server(&by_hand(&agent, "FRAGMENT", MARKED_TWICE));
    assert_eq!(heard(server, MARKED_TWICE)["Agent-ID"], agent);
    link.say_to_client(&by_hand("somebody-else", "FRAGMENT", MARKED_TWICE));
    assert_eq!(heard(&client, MARKED_TWICE)["X-Own"], "kept");

    pair.step("a frame to the client that is none");
    link.say_to_client(&by_hand("somebody-else", "NONSENSE", "not this"));
    link.say_to_client(&by_hand("somebody-else", "FRAGMENT", "but this"));
    assert_eq!(heard(&client, "but this")["Agent-ID"], "somebody-else");

    pair.step("a header that is refused");
    link.say_to_server(&by_hand(&agent, "NONSENSE", "not this"));
    assert_eq!(rejected(&client)["Reason"], BAD_INTENT);

    pair.step("another connection, and a length that is missing");
    welcomed(&client);
    client.say(&stream(&agent, "INSIGHT", "here again"));
    heard(server, "here again");
    link.say_to_server(&by_hand(&agent, "INSIGHT", "not this").replace("CONTENT-LENGTH", "Content-Width"));
    assert_eq!(rejected(&client)["Reason"], NO_LENGTH);
    welcomed(&client);

    pair.step("a cut in the middle of a frame");
    link.cut_behind("half of");
    client.say(&stream(&agent, "INSIGHT", "half of it is lost"));
    welcomed(&client);
    client.say(&stream(&agent, "INSIGHT", "whole"));
    let next = server.json_where(|line| line["message"]["Agent-ID"] == agent);
    assert_eq!(next["message"]["(body)"], "whole", "nothing of the half was heard");
}

/// What every gateway says, word for word.
const BAD_INTENT: &str = "Intent: expected one of \"INTENT\", \"INSIGHT\", \"QUERY\", \"RESPONSE\", \"FRAGMENT\", \"CONSENSUS\", \"HEARTBEAT\", \
                          got \"NONSENSE\" at line 3, column 8";
const NO_LENGTH: &str = "Content-Length: expected the number of the body's octets, got nothing at line 8, column 1";

#[test]
fn every_device_speaks_with_every_gateway() {
    every_pair("ctp", |speaker| serve(speaker.peer("ctp"), Path::new(SCHEMA)), speak);
}
