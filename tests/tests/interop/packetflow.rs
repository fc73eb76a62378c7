//! Nodes and those that submit work to them, and work for them, over WebSockets.

use std::{collections::BTreeMap, net::SocketAddr};

use protocol_tests::{
    link::Link,
    programs::{Program, ltpc},
};
use serde_json::{Value, json};

use super::table::{Pair, Speaker, every_pair, until};

struct Node {
    program: Program,
    address: SocketAddr,
}

fn serve(speaker: Speaker) -> Node {
    let Some(mut command) = speaker.peer("packetflow") else {
        let program = Program::start(ltpc().args(["work", "node", "schema/packetflow.ltp", "--listen", "ws://127.0.0.1:0"]));
        let line = program.error_line_with("listening on ");
        let address = line.rsplit("://").next().unwrap().parse().unwrap();
        return Node { program, address };
    };
    let program = Program::start(command.args(["node", "ws://127.0.0.1:0/packetflow/v1"]));
    let port = program.json()["port"].as_u64().unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], u16::try_from(port).unwrap()));
    Node { program, address }
}

/// Submits packets: one program for all, but that of the interpreter takes its packets when it is started.
struct Submitter {
    speaker: Speaker,
    url: String,
    folder: tempfile::TempDir,
    program: Option<Program>,
}

impl Submitter {
    fn new(speaker: Speaker, address: SocketAddr) -> Self {
        let url = format!("ws://{address}/packetflow/v1");
        let program = speaker.peer("packetflow").map(|mut command| {
            let program = Program::start(command.args(["reactor", &url]));
            program.json();
            program
        });
        let folder = tempfile::tempdir().unwrap();
        Self {
            speaker,
            url,
            folder,
            program,
        }
    }

    fn begin(&mut self, packets: &[Value]) {
        if self.speaker == Speaker::Interpreter {
            let file = self.folder.path().join("packets.jsonl");
            let lines: Vec<String> = packets.iter().map(Value::to_string).collect();
            std::fs::write(&file, lines.join("\n")).unwrap();
            let mut command = ltpc();
            command
                .args(["work", "submit", "schema/packetflow.ltp", &self.url, "--file"])
                .arg(file);
            self.program = Some(Program::start(&mut command));
            return;
        }
        for packet in packets {
            self.program.as_mut().unwrap().say(&packet.to_string());
        }
    }

    /// Each is on its way before the next begins: peers submit what comes at once side by side.
    fn begin_in_order(&mut self, packets: &[Value], link: &Link) {
        if self.speaker == Speaker::Interpreter {
            self.begin(packets);
            return;
        }
        for packet in packets {
            self.begin(std::slice::from_ref(packet));
            until("the packet is sent", || link.carried(&format!("\"id\":{}", packet["id"])));
        }
    }

    /// What became of so many, in the order in which that was known.
    fn results(&self, count: usize) -> Vec<Value> {
        (0..count).map(|_| self.program.as_ref().unwrap().json()).collect()
    }

    fn submit(&mut self, packet: &Value) -> Value {
        self.begin(std::slice::from_ref(packet));
        self.results(1).remove(0)
    }
}

/// Packets for what a node handles, which the interpreter's is told by their data.
#[derive(Clone, Copy)]
struct Packets(Speaker);

impl Packets {
    fn of(self, id: &str, element: (&str, &str), operation: &str, input: Value) -> Value {
        let data = if self.0 == Speaker::Interpreter {
            json!({ "operation": operation, "input": input })
        } else {
            input
        };
        json!({ "id": id, "group": element.0, "element": element.1, "data": data })
    }

    fn upper(self, id: &str, element: &str, text: &str) -> Value {
        self.of(id, ("df", element), "uppercase", json!(text))
    }

    fn wait(self, id: &str, milliseconds: u64) -> Value {
        self.of(id, ("cf", "seq"), "sleep", json!(milliseconds))
    }

    fn fails(self, id: &str) -> Value {
        let element = if self.0 == Speaker::Interpreter { "reduce" } else { "fails" };
        self.of(id, ("df", element), "fail", json!("no"))
    }
}

/// A packet with one more member.
fn with(mut packet: Value, name: &str, value: Value) -> Value {
    packet[name] = value;
    packet
}

fn code(result: &Value) -> &Value {
    &result["error"]["code"]
}

fn speak(pair: &Pair, node: &mut Node) {
    let link = Link::to(node.address);
    let mut client = Submitter::new(pair.client, link.address());
    let (of, name) = (Packets(pair.server), format!("{}-{}", pair.client.name(), pair.server.name()));
    let id = |what: &str| format!("{name}-{what}");

    pair.step("work that is done");
    let done = client.submit(&with(of.upper(&id("done"), "transform", "hello"), "priority", json!(9)));
    assert_eq!((&done["status"], &done["data"]), (&json!("success"), &json!("HELLO")), "{done}");
    assert_eq!(done["packet_id"], id("done"));
    assert_eq!(client.submit(&of.upper(&id("alias"), "tr", "again"))["data"], "AGAIN");

    pair.step("errors by their codes");
    // Where a worker is there, but not for that, another may come.
    let unhandled = if pair.client == Speaker::Interpreter { "PF001" } else { "PF003" };
    let own = id("own");
    for (packet, expected) in [
        (
            json!({ "id": id("nothing"), "group": "df", "element": "nothing", "data": 1 }),
            unhandled,
        ),
        (json!({ "id": id("group"), "group": "xx", "element": "seq", "data": 1 }), "PF002"),
        (of.fails(&id("fails")), "PF500"),
        (with(of.wait(&id("late"), 5_000), "timeout_ms", json!(50)), "PF504"),
        (with(of.wait(&own, 1), "dependencies", json!([own])), "PF002"),
    ] {
        let failed = client.submit(&packet);
        assert_eq!(
            (code(&failed), &failed["status"]),
            (&json!(expected), &json!("error")),
            "{packet}: {failed}"
        );
    }

    pair.step("one after the other");
    let (first, failing) = (id("first"), id("failing"));
    let in_order = [
        of.wait(&first, 100),
        with(of.upper(&id("second"), "transform", "x"), "dependencies", json!([first])),
        with(
            of.upper(&id("third"), "transform", "y"),
            "dependencies",
            json!([first, id("second")]),
        ),
    ];
    client.begin_in_order(&in_order, &link);
    assert!(client.results(3).iter().all(|result| result["status"] == "success"));
    let answered = [first, id("second"), id("third")].map(|id| link.place(&format!("\"packet_id\":\"{id}\"")));
    assert!(answered[0].is_some() && answered.is_sorted(), "{answered:?}");
    let in_order = [
        of.fails(&failing),
        with(of.upper(&id("blocked"), "transform", "x"), "dependencies", json!([failing])),
    ];
    client.begin_in_order(&in_order, &link);
    let mut codes: Vec<String> = client.results(2).iter().map(|result| code(result).to_string()).collect();
    codes.sort();
    assert_eq!(codes, ["\"PF424\"", "\"PF500\""]);

    pair.step("many at once");
    let many: Vec<Value> = (0..100)
        .map(|index| of.upper(&id(&format!("m{index}")), "transform", &format!("text {index}")))
        .collect();
    client.begin(&many);
    let results = client.results(many.len());
    let found: BTreeMap<_, _> = results
        .iter()
        .map(|result| (result["packet_id"].to_string(), &result["data"]))
        .collect();
    assert_eq!(found.len(), many.len());
    assert_eq!(found[&json!(id("m42")).to_string()], "TEXT 42");

    if pair.client != Speaker::Interpreter {
        pair.step("work that is handed to a worker");
        let packet = json!({ "id": id("handed"), "group": "ed", "element": "notify", "data": [1] });
        let handed = if pair.server == Speaker::Interpreter {
            client.submit(&packet)
        } else {
            node.program.say(&packet.to_string());
            node.program.json()
        };
        assert_eq!(handed["data"], json!({ "sent": [1], "kind": "ed:notify" }), "{handed}");
    }

    pair.step("a cut while it waits");
    let (again, lost) = (id("again"), id("lost"));
    client.begin(&[
        with(of.wait(&again, 400), "metadata", json!({ "idempotent": true })),
        of.wait(&lost, 400),
    ]);
    until("both are submitted", || link.carried(&again) && link.carried(&lost));
    link.cut();
    let results: BTreeMap<String, Value> = client
        .results(2)
        .into_iter()
        .map(|result| (result["packet_id"].as_str().unwrap().to_owned(), result))
        .collect();
    assert_eq!(code(&results[&lost]), "PF003", "{results:?}");
    assert_eq!(results[&again]["status"], "success", "{results:?}");
    assert_eq!(client.submit(&of.upper(&id("after"), "transform", "after"))["data"], "AFTER");
}

#[test]
fn every_reactor_has_its_work_done_by_every_node() {
    every_pair("packetflow", serve, speak);
}
