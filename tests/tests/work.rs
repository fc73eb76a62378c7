//! Nodes and clients of work over real sockets: published peers, floods, bad handlers, types, and what it costs.

#![allow(clippy::unwrap_used, clippy::panic)]

mod work {
    pub mod load;
    pub mod typed;
}

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{SinkExt as _, StreamExt as _};
use liminal_protocols::packetflow::{
    endpoint::SOCKET,
    reactor,
    work::{ReactorClient, ReactorNode, TABLE},
};
use ltp_runtime::{
    net::{
        DialOptions, Dialer, Driver, Server, ServerOptions,
        work::{Client, Node, NodeOptions, attend},
    },
    work::{Failure, Handler, Limits, Outcome, Submit as _, Table, Unit},
};
use protocol_tests::programs::{Program, ltpc, node as node_js, root};
use serde_json::{Value, json};

struct Served {
    node: Node,
    server: Server,
    address: String,
}

async fn serve(handlers: Vec<Handler>, options: NodeOptions) -> Served {
    serve_by(&TABLE, handlers, options).await
}

async fn serve_by(table: &Table, handlers: Vec<Handler>, options: NodeOptions) -> Served {
    let node = Node::new(Arc::new(table.clone()), handlers, options);
    let server_options = ServerOptions {
        address: Some("ws://127.0.0.1:0/packetflow/v1".into()),
        ..ServerOptions::default()
    };
    let (attended, flow) = (node.clone(), Arc::new(ReactorNode));
    let machine = |_: &_| reactor::Node::new(reactor::NodeOptions::new());
    let serve = move |driver: Driver<reactor::Node>, _| {
        let (node, flow) = (attended.clone(), Arc::clone(&flow));
        driver.run(move |session| attend(node, flow, session))
    };
    let server = Server::listen(&SOCKET, server_options, machine, serve).await.unwrap();
    let address = format!("ws://{}/packetflow/v1", server.local_addr());
    Served { node, server, address }
}

fn driver(address: &str, options: reactor::ClientOptions) -> Driver<reactor::Client> {
    let dialer = Dialer::new(&SOCKET, Some(address), DialOptions::default()).unwrap();
    Driver::client(reactor::Client::new(options), dialer)
}

fn connect(address: &str) -> Client<ReactorClient> {
    Client::new(ReactorClient, driver(address, reactor::ClientOptions::new()))
}

/// As the published usage example registers it.
fn uppercase() -> Handler {
    Handler::new("df:transform", |input, _| async move {
        let text: String = serde_json::from_str(&input).map_err(|error| Failure::new("PF500", error.to_string()))?;
        Ok(json!(text.to_uppercase()).to_string())
    })
}

fn unit(id: impl Into<String>, element: &str, input: &Value) -> Unit {
    Unit::new(id, "df", element, input.to_string())
}

fn code(outcome: &Outcome) -> &str {
    outcome.result.as_ref().map_or_else(|failure| &*failure.code, |_| "done")
}

async fn line_of(program: Program) -> Value {
    let said = tokio::task::spawn_blocking(move || {
        let said = program.json();
        assert!(program.ends_well());
        said
    });
    said.await.unwrap()
}

const SEEN: &str = r#"{"own":true,"seq":2,"status":"success","data":"HELLO WORLD"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_published_usage_example_gets_its_result_in_typescript_s_and_in_python_s_frames() {
    let served = serve(vec![uppercase()], NodeOptions::default()).await;
    let expected: Value = serde_json::from_str(SEEN).unwrap();
    let in_node = Program::start(node_js("packetflow-client.mjs").arg(&served.address));
    assert_eq!(line_of(in_node).await, expected);
    let port = served.server.local_addr().port().to_string();
    let in_python = Program::start(
        std::process::Command::new("python3")
            .arg(root().join("tests/peers/packetflow-client.py"))
            .args(["127.0.0.1", &port]),
    );
    assert_eq!(line_of(in_python).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn results_are_told_by_their_id_or_else_by_their_number() {
    for repeats in ["id", "seq"] {
        let server = Program::start(node_js("packetflow-server.mjs").arg(repeats));
        let port = server.json()["port"].clone();
        let client = connect(&format!("ws://127.0.0.1:{port}"));
        let units = (0..100).map(|index| unit(format!("p{index}"), "transform", &json!(format!("text {index}"))));
        let mut results = client.submit_all(units, 100);
        let mut seen = BTreeMap::new();
        while let Some(outcome) = results.next().await {
            seen.insert(outcome.id.clone(), outcome.result.unwrap());
        }
        let expected = (0..100).map(|index| (format!("p{index}"), format!("\"TEXT {index}\"")));
        assert_eq!(seen, expected.collect(), "by {repeats}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn handlers_that_panic_block_give_too_much_or_never_end_hold_nobody_up() {
    let bad = |name: &'static str| {
        Handler::new(format!("df:{name}"), move |_, _| async move {
            match name {
                "panics" => panic!("as it was asked to"),
                "blocks" => std::thread::sleep(Duration::from_secs(2)),
                "large" => return Ok(json!("x".repeat(2 << 20)).to_string()),
                "nonsense" => return Ok("{".to_owned()),
                _ => std::future::pending().await,
            }
            Ok("1".to_owned())
        })
    };
    let names = ["panics", "blocks", "large", "nonsense", "never"];
    let handlers = names.into_iter().map(bad).chain([uppercase()]).collect();
    // Room for all of them: those that never end take theirs until their time is over.
    let options = NodeOptions {
        parallel: 64,
        ..NodeOptions::default()
    };
    let served = serve(handlers, options).await;
    let client = connect(&served.address);
    let started = Instant::now();
    let units = (0..50).map(move |index| Unit {
        // Long enough for the others, whatever else the machine does.
        timeout: Some(if ["blocks", "never"].contains(&names[index % names.len()]) {
            1_500
        } else {
            60_000
        }),
        ..unit(format!("b{index}"), names[index % names.len()], &Value::Null)
    });
    let mut results = client.submit_all(units, 50);
    let mut codes: BTreeMap<(usize, String), usize> = BTreeMap::new();
    while let Some(outcome) = results.next().await {
        let index: usize = outcome.id[1..].parse().unwrap();
        *codes.entry((index % names.len(), code(&outcome).to_owned())).or_default() += 1;
    }
    println!("{codes:?} in {:?}", started.elapsed());
    let of = |name: &str, code: &str| {
        let index = names.iter().position(|known| *known == name).unwrap();
        codes.get(&(index, code.to_owned())).copied().unwrap_or(0)
    };
    assert_eq!(codes.values().sum::<usize>(), 50);
    assert!(
        ["panics", "large", "nonsense"].iter().all(|name| of(name, "PF500") == 10),
        "{codes:?}"
    );
    assert_eq!((of("blocks", "PF504"), of("never", "PF504")), (10, 10));
    // The node is as good as before.
    let after = client.submit(unit("after", "transform", &json!("still there"))).await;
    assert_eq!(after.result.unwrap(), "\"STILL THERE\"");
    // Its clock for each began when the packet arrived, a little later than the client's.
    let over = Instant::now() + Duration::from_secs(10);
    while served.node.counts().waiting > 0 {
        assert!(Instant::now() < over, "{:?}", served.node.counts());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn the_commands_do_work_that_stands_in_lines_of_json() {
    let schema = root().join("schema/packetflow.ltp");
    let mut command = ltpc();
    command.args(["work", "node"]).arg(&schema);
    let node = Program::start(command.args(["--listen", "ws://127.0.0.1:0", "--timeout", "2 s", "--table"]));
    let line = node.error_line_with("listening on ");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("packets.jsonl");
    let packets = [
        json!({ "id": "up", "group": "df", "element": "tr", "data": { "operation": "uppercase", "input": "hello" } }),
        json!({ "id": "then", "group": "df", "element": "reduce", "data": { "operation": "sum", "input": [1, 2.5] }, "dependencies": ["up"] }),
        json!({ "id": "fails", "group": "cf", "element": "gate", "data": { "operation": "fail", "input": "no" } }),
        json!({ "id": "blocked", "group": "df", "element": "reduce", "data": 1, "dependencies": ["fails"] }),
        json!({ "id": "strange", "group": "df", "element": "strange", "data": 1 }),
    ];
    let lines: Vec<String> = packets.iter().map(ToString::to_string).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let mut command = ltpc();
    command
        .args(["work", "submit"])
        .arg(&schema)
        .arg(line.trim_start_matches("listening on "));
    let submit = Program::start(command.arg("--file").arg(&file));
    let mut results = BTreeMap::new();
    for _ in packets {
        let result = submit.json();
        let what = result.get("data").unwrap_or(&result["error"]["code"]).clone();
        results.insert(result["packet_id"].as_str().unwrap().to_owned(), what);
    }
    let expected = [
        ("up", json!("HELLO")),
        ("then", json!(3.5)),
        ("fails", json!("PF500")),
        ("blocked", json!("PF424")),
        ("strange", json!("PF001")),
    ];
    assert_eq!(results, expected.map(|(id, what)| (id.to_owned(), what)).into());
    assert!(node.error_line_with("df:transform").contains(" 1 "));
}

#[tokio::test(flavor = "multi_thread")]
async fn that_something_took_too_long_is_the_node_s_to_say() {
    let never = Handler::new("df:reduce", |_, _| std::future::pending());
    let quick = Handler::new("df:consume", |_, _| std::future::pending()).quick();
    let options = NodeOptions {
        parallel: 200,
        ..NodeOptions::default()
    };
    let served = serve(vec![never, quick], options).await;
    let client = connect(&served.address);
    let units = (0..100).map(|index| Unit {
        timeout: Some(300),
        ..unit(format!("l{index}"), if index % 2 == 0 { "reduce" } else { "consume" }, &Value::Null)
    });
    let mut results = client.submit_all(units, 100);
    while let Some(outcome) = results.next().await {
        let failure = outcome.result.unwrap_err();
        assert_eq!((&*failure.code, &*failure.message), ("PF504", "it took too long"));
    }
    // What waits holds no thread, and is gone with its time.
    assert!(served.node.threads() < 25, "{} threads", served.node.threads());
    assert_eq!(served.node.counts().running, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_going_finishes_what_it_holds_or_gives_it_back() {
    let sleep = Handler::new("df:reduce", |input, _| async move {
        tokio::time::sleep(Duration::from_millis(input.parse().unwrap())).await;
        Ok(input)
    });
    let options = NodeOptions {
        parallel: 3,
        ..NodeOptions::default()
    };
    let served = serve(vec![sleep], options).await;
    let client = connect(&served.address);
    let lengths = [
        ("short", 300),
        ("long", 60_000),
        ("longer", 60_000),
        ("queued", 1),
        ("never begun", 60_000),
    ];
    let units = lengths.map(|(id, length)| unit(id, "reduce", &json!(length)));
    let mut results = client.submit_all(units, 5);
    while served.node.counts().waiting < 5 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (node, late) = (served.node.clone(), client.clone());
    let going = tokio::spawn(async move { node.shut_down(Duration::from_secs(1)).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(code(&late.submit(unit("new", "reduce", &json!(1))).await), "PF004");
    let mut codes = BTreeMap::new();
    while let Some(outcome) = results.next().await {
        codes.insert(outcome.id.clone(), code(&outcome).to_owned());
    }
    going.await.unwrap();
    let expected = lengths.map(|(id, length)| (id.to_owned(), if length < 1_000 { "done" } else { "PF003" }.to_owned()));
    assert_eq!(codes, expected.into());
}

/// The heartbeats that come over a WebSocket, until one says a load.
async fn beats<S>(mut socket: tokio_tungstenite::WebSocketStream<S>) -> Vec<Value>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut beats = Vec::new();
    while let Some(Ok(message)) = socket.next().await {
        let frame: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        if frame["type"] == "heartbeat" {
            assert!(frame["payload"]["timestamp"].as_u64().unwrap() > 1_600_000_000_000, "{frame}");
            beats.push(frame["payload"].clone());
            if frame["payload"].get("load").is_some() {
                break;
            }
        }
    }
    beats
}

#[tokio::test(flavor = "multi_thread")]
async fn heartbeats_say_how_busy_a_node_and_a_worker_are() {
    let options = NodeOptions {
        limits: Limits {
            capacity: 4,
            ..Limits::default()
        },
        beat: Duration::from_millis(50),
        ..NodeOptions::default()
    };
    let never = || Handler::new("df:reduce", |_, _| std::future::pending());
    let served = serve(vec![never()], options).await;
    let client = connect(&served.address);
    let waits = tokio::spawn(async move { client.submit(unit("w", "reduce", &Value::Null)).await });
    while served.node.counts().waiting == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (socket, _) = tokio_tungstenite::connect_async(&served.address).await.unwrap();
    assert_eq!(beats(socket).await.last().unwrap()["load"], 0.25);
    waits.abort();

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("ws://{}", listener.local_addr().unwrap());
    let machine = reactor::ClientOptions::new().with_handlers(vec!["df:reduce".into()]);
    let _worker = Client::working(ReactorClient, driver(&address, machine), [never()], options);
    let (stream, _) = listener.accept().await.unwrap();
    let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
    let job =
        json!({ "type": "submit", "seq": 1, "payload": { "version": "1.0", "id": "j", "group": "df", "element": "reduce", "data": 1 } });
    socket.send(job.to_string().into()).await.unwrap();
    let beats = beats(socket).await;
    // At once, before it can know; then with what it was handed.
    assert_eq!(beats[0]["handlers"], json!(["df:reduce"]));
    assert_eq!(
        *beats.last().unwrap(),
        json!({ "timestamp": beats.last().unwrap()["timestamp"], "handlers": ["df:reduce"], "load": 0.25 })
    );
}
