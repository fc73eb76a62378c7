//! What is generated for TypeScript, as its users have it: packed and installed, doing work, over TCP.

#![allow(clippy::unwrap_used, clippy::panic)]

use protocol_tests::programs::{Program, compiled, node, python, root};
use serde_json::{Value, json};

/// A node or a reactor of the generated package, and the port of what listens.
fn peer(role: &str, endpoint: &str) -> (Program, u64) {
    let program = Program::start(node("packetflow_peer.mjs").arg(compiled("packetflow")).args([role, endpoint]));
    let port = program.json()["port"].as_u64().unwrap();
    (program, port)
}

fn submit(program: &mut Program, packet: &Value) -> Value {
    program.say(&packet.to_string());
    program.json()
}

#[test]
fn a_node_does_work_for_reactors_and_for_published_clients_and_hands_it_to_workers() {
    let (mut node_, port) = peer("node", "ws://127.0.0.1:0/packetflow/v1");
    let (mut reactor, _) = peer("reactor", &format!("ws://127.0.0.1:{port}/packetflow/v1"));
    let done = submit(
        &mut reactor,
        &json!({ "group": "df", "element": "transform", "data": "hello", "priority": 5 }),
    );
    assert_eq!((&done["status"], &done["data"]), (&json!("success"), &json!("HELLO")), "{done}");
    let alias = submit(&mut reactor, &json!({ "group": "df", "element": "tr", "data": "again" }));
    assert_eq!(alias["data"], "AGAIN", "an alias names the same handler: {alias}");
    for (packet, code) in [
        // A worker is there, but not for that.
        (json!({ "group": "df", "element": "nothing", "data": 1 }), "PF003"),
        (json!({ "group": "xx", "element": "seq", "data": 1 }), "PF002"),
        (json!({ "group": "df", "element": "fails", "data": 1 }), "PF500"),
        (json!({ "group": "cf", "element": "seq", "data": 5000, "timeout_ms": 50 }), "PF504"),
        (
            json!({ "id": "own", "group": "cf", "element": "seq", "data": 1, "dependencies": ["own"] }),
            "PF002",
        ),
    ] {
        let failed = submit(&mut reactor, &packet);
        assert_eq!(failed["error"]["code"], code, "{failed}");
    }
    reactor.say(&json!({ "id": "first", "group": "cf", "element": "seq", "data": 50 }).to_string());
    reactor.say(&json!({ "id": "second", "group": "df", "element": "transform", "data": "x", "dependencies": ["first"] }).to_string());
    assert_eq!(reactor.json()["packet_id"], "first");
    assert_eq!(reactor.json()["packet_id"], "second");
    let handed = submit(&mut node_, &json!({ "group": "ed", "element": "notify", "data": [1] }));
    assert_eq!(handed["data"], json!({ "sent": [1], "kind": "ed:notify" }), "{handed}");

    let url = format!("ws://127.0.0.1:{port}/packetflow/v1");
    for published in [
        Program::start(node("packetflow-client.mjs").arg(&url)),
        Program::start(python("packetflow-client.py").args(["127.0.0.1", &port.to_string()])),
    ] {
        let said = published.json();
        assert_eq!((&said["own"], &said["data"]), (&json!(true), &json!("HELLO WORLD")), "{said}");
    }
}

#[test]
fn a_reactor_is_answered_by_servers_that_repeat_only_the_id_or_only_the_number() {
    for repeats in ["id", "seq"] {
        let server = Program::start(node("packetflow-server.mjs").arg(repeats));
        let url = format!("ws://127.0.0.1:{}", server.json()["port"]);
        let (mut reactor, _) = peer("reactor", &url);
        let done = submit(&mut reactor, &json!({ "group": "df", "element": "transform", "data": "hello" }));
        assert_eq!(done["data"], "HELLO", "{repeats}: {done}");
    }
}

#[test]
fn a_published_device_speaks_with_a_gateway_over_tcp() {
    let mut gateway = Program::start(node("ctp_peer.mjs").arg(compiled("ctp")).args(["server", "tcp://127.0.0.1:0"]));
    let line = gateway.error_line_with("listening on ");
    let port = line.rsplit(':').next().unwrap().trim_end_matches('/');
    let mut device = Program::start(python("ctp-device.py").args([port, "ghost-v8-alpha"]));
    device.say("hello EXTERNAL");
    assert_eq!(device.json()["type"], "WELCOME");
    device.say("QUERY are you there?");
    let query = gateway.json()["message"].clone();
    assert_eq!(
        (&query["Agent-ID"], &query["(body)"]),
        (&json!("ghost-v8-alpha"), &json!("are you there?"))
    );
    let heard = json!({ "(tag)": "STREAM", "Agent-ID": "gateway-01", "Intent": "RESPONSE", "Context-Hash": "0x0000000000000000", "(body)": "heard" });
    gateway.say(&heard.to_string());
    let answer = device.json();
    assert_eq!(
        (&answer["type"], &answer["headers"]["Intent"]),
        (&json!("STREAM"), &json!("RESPONSE")),
        "{answer}"
    );
}

#[test]
fn packages_are_packed_installed_and_do_what_their_readmes_show_and_bundles_are_small() {
    for (package, expected) in [
        ("ltp", json!(["client Event", "server Event"])),
        ("ctp", json!(["client Stream", "client Welcome", "server Stream"])),
        ("packetflow", json!(["success hello"])),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = node("package.mjs");
        command.arg(root().join("generated/typescript").join(package)).arg(folder.path());
        let program = Program::start(&mut command);
        for step in ["packed", "compiled", "ran"] {
            assert_eq!(program.line().as_deref(), Some(step));
        }
        let said = program.json();
        println!("{package}: {said}");
        assert_eq!(said["said"], expected);
        let size = |what: &str| said["sizes"][what].as_u64().unwrap();
        assert!(size("nothing") < 100, "nothing that is not used stays: {said}");
        assert!(size("decode") < 160_000 && size("client") < 160_000, "{said}");
        assert_eq!(said["session"], json!([false, true]), "who only decodes has no sessions: {said}");
        assert!(program.ends_well());
    }
}

/// The values that every back end is held to: see `tests/mappings.rs`.
const DIGESTS: &str = "
const { contextHash, partial } = await import(process.argv[1]);
const [one, two] = [{ namespace: 'vision', timestamp: 1700000000, hash: 'abc123' }, { namespace: 'audio', timestamp: 1700000005, hash: 'def456' }];
console.log(JSON.stringify([[], [one], [one, two], [two, one]].map(contextHash)));
const { tag, state, headers } = partial('CTP/1.0 STREAM\\nIntent: QUERY\\nAgent');
console.log(JSON.stringify({ tag, state, headers }));
";

#[test]
fn digests_are_computed_and_texts_that_are_cut_off_are_read() {
    let mut command = std::process::Command::new("node");
    command
        .args(["--input-type=module", "-e", DIGESTS])
        .arg(compiled("ctp").join("index.js"));
    let program = Program::start(&mut command);
    let known = [
        "0x0000000000000000",
        "0x6ca13d52ca70c883",
        "0x957994ff7ba208af",
        "0x957994ff7ba208af",
    ];
    assert_eq!(program.json(), json!(known));
    let partial = json!({ "tag": "STREAM", "state": "cut", "headers": [{ "name": "Intent", "value": "QUERY", "at": 23 }] });
    assert_eq!(program.json(), partial);
    assert!(program.ends_well());
}

/// A client that sends a list and an object to a server, each with a codec of its own or none: what arrived, in which encoding, and what was refused.
const CODECS: &str = "
const { LtpClient, LtpServer, listen } = await import(process.argv[1]);
const toon = {
  encode: (rows, name) => `${name}[${rows.length}]{${Object.keys(rows[0])}}:\\n${rows.map((row) => `  ${Object.values(row)}\\n`).join('')}`,
  decode: (text) => {
    const [head, ...lines] = text.trimEnd().split('\\n');
    const names = head.slice(head.indexOf('{') + 1, -2).split(',');
    return lines.map((line) => Object.fromEntries(line.trim().split(',').map((cell, at) => [names[at], Number(cell)])));
  },
};
const own = {
  encode: (rows) => `rows ${JSON.stringify(rows)}`,
  decode: (text) => ({ rows: JSON.parse(text.replace(/^rows /, '')) }),
};
const silent = { encode: () => { throw new Error('never'); }, decode: () => undefined };
for (const [writes, reads] of [[undefined, undefined], [toon, undefined], [own, own], [silent, undefined], [own, undefined], [undefined, silent]]) {
  const refused = [];
  const logger = { info() {}, error() {}, warn: (event, { violations }) => violations && refused.push(...violations) };
  const arrived = [];
  let done;
  const both = new Promise((resolve) => (done = resolve));
  const serve = async (session) => {
    for await (const { envelope, body } of session) {
      arrived.push([envelope.contentEncoding, body.data]);
      if (body.kind === 'minimal') done();
    }
  };
  const server = await listen(LtpServer, 'ws://127.0.0.1:0', serve, { codec: reads, logger });
  const client = new LtpClient(`ws://127.0.0.1:${server.port}`, { clientId: 'one', codec: writes, preferredEncoding: 'toon' });
  await client.connect();
  await client.sendStateUpdate({ kind: 'affect_log_v1', data: [{ t: 1, valence: 0.5, arousal: -0.25 }, { t: 2, valence: 0, arousal: 1 }] });
  await client.sendStateUpdate({ kind: 'minimal', data: { mood: 'calm' } });
  await both;
  console.log(JSON.stringify({ arrived, refused }));
  await client.close();
  await server.close();
}
";

#[test]
fn a_codec_of_the_application_s_carries_payloads_in_place_of_toon() {
    let mut command = std::process::Command::new("node");
    command
        .args(["--input-type=module", "-e", CODECS])
        .arg(compiled("ltp").join("node.js"));
    let program = Program::start(&mut command);
    let list = json!([{ "t": 1, "valence": 0.5, "arousal": -0.25 }, { "t": 2, "valence": 0, "arousal": 1 }]);
    let object = json!(["json", { "mood": "calm" }]);
    for (what, encoding) in [
        ("built in", "toon"),
        ("TOON by another", "toon"),
        ("a form of its own", "toon"),
        ("nothing", "json"),
    ] {
        let said = program.json();
        assert_eq!(said["arrived"], json!([[encoding, list], object]), "{what}: {said}");
        assert_eq!(said["refused"], json!([]), "{what}");
    }
    // What the other side cannot read it refuses, and goes on.
    for expected in ["a TOON document (line 1)", "a document that the codec reads"] {
        let said = program.json();
        assert_eq!(said["arrived"], json!([object]), "{said}");
        assert!(said["refused"].to_string().contains(expected), "{said}");
    }
    assert!(program.ends_well());
}
