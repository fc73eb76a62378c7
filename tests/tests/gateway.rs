//! The gateway as devices and the mesh meet it: a device in Python, a real NATS server, a node of the mesh by NATS' own client.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use protocol_tests::{
    gateways::{Gateway, NatsServer, device, with_window},
    programs::Program,
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// A node of the mesh that answers queries: each with its own text behind `re: `; `slow` after three seconds, `wrong` with what is no
/// signal, and `mute` never.
fn node(url: &str) -> (Runtime, async_nats::Client) {
    let runtime = Runtime::new().unwrap();
    let client = runtime.block_on(async_nats::connect(url)).unwrap();
    let mut queries = runtime.block_on(client.subscribe("telepathy.QUERY")).unwrap();
    runtime.block_on(client.flush()).unwrap();
    let answering = client.clone();
    runtime.spawn(async move {
        while let Some(query) = queries.next().await {
            let Some(inbox) = query.reply else { continue };
            let signal: Value = serde_json::from_slice(&query.payload).unwrap();
            let asked = signal["payload"]["data"].as_str().unwrap_or_default().to_owned();
            let answer = match asked.as_str() {
                "mute" => continue,
                "wrong" => "nothing of the mesh".to_owned(),
                asked => json!({
                    "source_id": "node-1",
                    "signal_type": "RESPONSE",
                    "payload": {
                        "context_hash": "0x0000000000000000",
                        "content_type": "text/ascii",
                        "data": format!("re: {asked}"),
                        "headers": { "X-Node": "node-1" },
                    },
                    "vector_embedding": null,
                    "timestamp": 1_771_934_400,
                })
                .to_string(),
            };
            let answering = answering.clone();
            tokio::spawn(async move {
                if asked == "slow" {
                    tokio::time::sleep(Duration::from_secs(3)).await;
                }
                let _ = answering.publish(inbox, answer.into()).await;
            });
        }
    });
    (runtime, client)
}

#[track_caller]
fn expect(device: &Program, kind: &str) -> Value {
    let message = device.json();
    assert_eq!(message["type"], kind, "{message}");
    message
}

/// A device that has greeted.
fn greeted(gateway: &Gateway, agent: &str) -> Program {
    let mut device = device(gateway, agent);
    device.say("hello EXTERNAL");
    let welcome = expect(&device, "WELCOME");
    let session = welcome["headers"]["Session-ID"].as_str().unwrap();
    assert!(session.starts_with("sess_") && session.len() == 17, "{session}");
    device
}

#[test]
fn a_device_asks_is_answered_and_is_told_when_it_asks_too_much() {
    let folder = tempfile::tempdir().unwrap();
    let nats = NatsServer::start();
    let _node = node(&nats.url());
    let gateway = Gateway::start(&with_window(folder.path(), "15 s"), &["--bus", &nats.url()]);
    let mut device = greeted(&gateway, "phone-alpha-7");
    let start = Instant::now();

    device.say("QUERY who is there?");
    let response = expect(&device, "STREAM");
    assert_eq!(response["headers"]["Intent"], "RESPONSE");
    assert_eq!(response["headers"]["Agent-ID"], "node-1");
    assert_eq!(response["headers"]["X-Node"], "node-1");
    assert_eq!(response["payload"], "re: who is there?");

    // Of a hundred the first and the last are answered, and the hundred and first is refused.
    device.say("send 98 INSIGHT");
    device.say("QUERY the hundredth");
    assert_eq!(expect(&device, "STREAM")["payload"], "re: the hundredth");
    device.say("QUERY one more");
    let refused = expect(&device, "REJECT");
    assert_eq!(refused["headers"]["Reason"], "Rate limit exceeded");
    let seconds: u64 = refused["headers"]["Retry-After"].as_str().unwrap().parse().unwrap();
    assert!((1..=15).contains(&seconds), "{seconds}");
    assert!(start.elapsed() < Duration::from_secs(15), "the window must not have passed");

    // A second message within the window is refused too, and does not make it longer.
    device.say("QUERY again");
    assert_eq!(expect(&device, "REJECT")["headers"]["Reason"], "Rate limit exceeded");
    std::thread::sleep(Duration::from_secs(seconds));
    device.say("QUERY and now?");
    assert_eq!(expect(&device, "STREAM")["payload"], "re: and now?");
    assert!(gateway.metric("rate_limited_total") >= 2.0);
    assert_eq!(
        gateway.metric(r#"bridged_total{rule="request Stream -> telepathy.Signal",outcome="answered"}"#),
        3.0
    );
    assert!(gateway.stops());
}

#[test]
fn a_bus_within_the_process_answers_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let answer = format!(
        "telepathy.QUERY={}/schema/ctp.answer.json",
        protocol_tests::programs::root().display()
    );
    let gateway = Gateway::start(&with_window(folder.path(), "15 s"), &["--answer", &answer]);
    let mut device = greeted(&gateway, "phone-alpha-7");
    device.say("QUERY who is there?");
    let response = expect(&device, "STREAM");
    assert_eq!(response["headers"]["Intent"], "RESPONSE");
    assert_eq!(response["payload"], "This answer is a file.");
    assert!(gateway.stops());
}

#[test]
fn trust_is_granted_and_not_claimed() {
    let folder = tempfile::tempdir().unwrap();
    let registry = folder.path().join("agents.json");
    std::fs::write(
        &registry,
        r#"{"blocked": {"tier": "UNTRUSTED"}, "core": {"tier": "INTERNAL", "key": "s3cret"}}"#,
    )
    .unwrap();
    let gateway = Gateway::start(&Gateway::shipped(), &["--registry", registry.to_str().unwrap()]);
    let reason = |device: &Program| expect(device, "REJECT")["headers"]["Reason"].clone();

    let mut blocked = device(&gateway, "blocked");
    blocked.say("hello EXTERNAL");
    assert_eq!(reason(&blocked), "Trust level insufficient");
    let mut unknown = device(&gateway, "nobody");
    unknown.say("hello KING");
    assert_eq!(reason(&unknown), "Trust level insufficient");

    // A claim without its key is granted less: only who is INTERNAL votes.
    let mut core = device(&gateway, "core");
    core.say("hello INTERNAL");
    expect(&core, "WELCOME");
    core.say("CONSENSUS yes");
    assert_eq!(reason(&core), "Trust level insufficient");
    let greeting = "CTP/1.0 HELLO\\nAgent-ID: core\\nContext-Hash: 0x0000000000000000\\nCapabilities: vote\\nTrust-Level: INTERNAL\\n\
                    Agent-Key: s3cret\\n---CTP-PAYLOAD---\\n---CTP-END---\\n";
    core.say(&format!("raw {greeting}"));
    expect(&core, "WELCOME");
    core.say("CONSENSUS yes");
    core.say("QUERY what now?");
    assert_eq!(reason(&core), "The mesh gave no answer");

    // A connection speaks for one agent, and a session is its own.
    core.say(&format!("raw {}", greeting.replace("core", "other")));
    assert_eq!(reason(&core), "Agent-ID is not this connection's");
    let stolen = "raw CTP/1.0 STREAM\\nAgent-ID: core\\nIntent: QUERY\\nContext-Hash: 0x0000000000000000\\nSession-ID: sess_0123456789ab\\n\
                  Content-Type: text/ascii\\nContent-Length: 1\\n---CTP-PAYLOAD---\\n?\\n---CTP-END---\\n";
    core.say(stolen);
    assert_eq!(reason(&core), "Session-ID is not this connection's");

    // Without a greeting ten are heard, and the eleventh is not.
    let mut stranger = device(&gateway, "stranger");
    stranger.say("send 9 INSIGHT");
    stranger.say("QUERY ten");
    assert_eq!(reason(&stranger), "The mesh gave no answer");
    stranger.say("QUERY eleven");
    assert_eq!(reason(&stranger), "Rate limit exceeded");

    // What is no message is refused with its place, and ends the connection.
    stranger.say("raw CTP/2.0 STREAM\\n---CTP-PAYLOAD---\\n---CTP-END---\\n");
    let why = reason(&stranger);
    assert!(why.as_str().unwrap().ends_with("at line 1, column 5"), "{why}");
    expect(&stranger, "closed");
    assert_eq!(gateway.metric(r#"malformed_total{rule="pattern"}"#), 1.0);
}

#[test]
fn the_mesh_and_two_devices_hear_each_other_and_survive_its_server() {
    let mut nats = NatsServer::start();
    let (runtime, client) = node(&nats.url());
    let gateway = Gateway::start(&Gateway::shipped(), &["--bus", &nats.url()]);
    let (mut one, mut two) = (greeted(&gateway, "one"), greeted(&gateway, "two"));

    // What one says the other hears, and one itself does not; what a node says both hear.
    one.say("INSIGHT pattern_detected");
    let heard = expect(&two, "STREAM");
    assert_eq!(
        (&heard["headers"]["Agent-ID"], &heard["payload"]),
        (&json!("one"), &json!("pattern_detected"))
    );
    let insight = json!({
        "source_id": "node-2", "signal_type": "INSIGHT",
        "payload": {"context_hash": "0x7f3a9c2e1b4d8f6a", "content_type": "text/ascii", "data": "from the mesh", "headers": {}},
        "vector_embedding": null, "timestamp": 1_771_934_400
    });
    runtime.block_on(async {
        client.publish("telepathy.INSIGHT", "no signal".into()).await.unwrap();
        client.publish("telepathy.INSIGHT", insight.to_string().into()).await.unwrap();
        client.flush().await.unwrap();
    });
    for device in [&one, &two] {
        assert_eq!(expect(device, "STREAM")["payload"], "from the mesh");
    }

    // An answer that is none is a REJECT; so is one that a killed server swallows, without the ten seconds of the deadline.
    two.say("QUERY wrong");
    assert_eq!(expect(&two, "REJECT")["headers"]["Reason"], "The mesh gave no answer");
    two.say("QUERY slow");
    std::thread::sleep(Duration::from_millis(500));
    let killed = Instant::now();
    nats.kill();
    assert_eq!(expect(&two, "REJECT")["headers"]["Reason"], "The mesh gave no answer");
    one.say("INSIGHT nobody hears");
    assert_eq!(expect(&one, "REJECT")["headers"]["Reason"], "The mesh cannot be reached");
    assert!(killed.elapsed() < Duration::from_secs(8), "{:?}", killed.elapsed());

    // Every query has its answer or its REJECT while the server is away and comes back; in the end there are answers again.
    nats.restart();
    let (restarted, mut asked) = (Instant::now(), 0);
    loop {
        asked += 1;
        one.say(&format!("QUERY number {asked}"));
        let answer = one.json();
        match answer["type"].as_str() {
            Some("STREAM") => {
                assert_eq!(answer["payload"], format!("re: number {asked}"));
                break;
            }
            Some("REJECT") => assert_eq!(answer["headers"]["Reason"], "The mesh gave no answer", "{answer}"),
            _ => panic!("{answer}"),
        }
        assert!(restarted.elapsed() < Duration::from_secs(25), "the gateway does not recover");
        std::thread::sleep(Duration::from_millis(300));
    }
    // Subscriptions go on, too.
    two.say("INSIGHT again");
    assert_eq!(expect(&one, "STREAM")["payload"], "again");
    assert!(gateway.stops());
}

#[test]
fn a_node_that_never_answers_is_a_reject_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let schema = with_window(folder.path(), "60 s");
    let text = std::fs::read_to_string(&schema).unwrap();
    std::fs::write(&schema, text.replace("within 10 s", "within 1 s")).unwrap();
    let nats = NatsServer::start();
    let _node = node(&nats.url());
    let gateway = Gateway::start(&schema, &["--bus", &nats.url()]);
    let mut device = greeted(&gateway, "patient");
    let start = Instant::now();
    device.say("QUERY mute");
    device.say("QUERY quick");
    // Others are not held up by it.
    assert_eq!(expect(&device, "STREAM")["payload"], "re: quick");
    assert_eq!(expect(&device, "REJECT")["headers"]["Reason"], "The mesh gave no answer");
    assert!(
        (Duration::from_millis(900)..Duration::from_secs(8)).contains(&start.elapsed()),
        "{:?}",
        start.elapsed()
    );
}
