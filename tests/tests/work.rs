//! Nodes and clients of work over real sockets: published peers, floods, bad handlers, types, and what it costs.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    collections::{BTreeMap, HashSet},
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
    work::{Failure, Flow, Handler, Limits, Outcome, Submit as _, Table, Task, Unit},
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
        timeout: Some(1_500),
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

fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_answered_to_the_last_and_held_in_bounded_memory() {
    const SUBMITS: usize = 100_000;
    const CAPACITY: usize = 1_000;
    let work = Handler::new("df:transform", |input, _| async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(input)
    });
    let options = NodeOptions {
        limits: Limits {
            capacity: CAPACITY,
            remembered: 1_000,
            ..Limits::default()
        },
        ..NodeOptions::default()
    };
    let served = serve(vec![work], options).await;
    let client = connect(&served.address);
    let before = resident();
    let started = Instant::now();
    let units = (0..SUBMITS).map(|index| unit(format!("f{index}"), "transform", &json!({ "n": index })));
    let mut results = client.submit_all(units, 10_000);
    let (mut codes, mut ids, mut most, mut held) = (BTreeMap::new(), HashSet::new(), 0, before);
    while let Some(outcome) = results.next().await {
        *codes.entry(code(&outcome).to_owned()).or_insert(0_usize) += 1;
        assert!(ids.insert(outcome.id), "answered twice");
        if ids.len() % 1_000 == 0 {
            most = most.max(served.node.counts().waiting);
            held = held.max(resident());
        }
    }
    let counts = served.node.counts();
    println!(
        "{SUBMITS} submits in {:?}: {codes:?}; at most {most} waited; resident memory from {before} to {held} KiB",
        started.elapsed()
    );
    assert_eq!(ids.len(), SUBMITS);
    assert_eq!(codes.keys().map(String::as_str).collect::<Vec<_>>(), ["PF004", "done"]);
    assert!(most <= CAPACITY && counts.waiting == 0 && counts.remembered <= 1_000);
    assert!(held - before < 400 << 10, "{held} KiB");
}

/// Echoes whatever comes, with nothing around it.
async fn bare_echo() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("ws://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
                while let Some(Ok(message)) = socket.next().await {
                    if message.is_text() && socket.send(message).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

fn said(name: &str, count: usize, took: Duration, mut latencies: Vec<Duration>) -> f64 {
    latencies.sort_unstable();
    let rate = count as f64 / took.as_secs_f64();
    println!("{name}: {rate:.0} a second, p99 {:?}", latencies[latencies.len() * 99 / 100]);
    rate
}

#[tokio::test(flavor = "multi_thread")]
async fn throughput_is_told_against_a_bare_echo_of_the_same_frames() {
    const SUBMITS: usize = 10_000;
    const AT_ONCE: usize = 128;
    let frame = |index: usize| {
        json!({ "type": "submit", "seq": index, "payload": { "version": "1.0", "id": format!("t{index}"), "group": "df",
                "element": "transform", "data": "hello world", "priority": 5 } })
        .to_string()
    };
    let address = bare_echo().await;
    let (socket, _) = tokio_tungstenite::connect_async(&address).await.unwrap();
    let (mut sink, mut stream) = socket.split();
    let (mut sent, mut latencies) = (std::collections::VecDeque::new(), Vec::new());
    let started = Instant::now();
    for index in 0..SUBMITS + AT_ONCE {
        if index < SUBMITS {
            sent.push_back(Instant::now());
            sink.send(frame(index).into()).await.unwrap();
        }
        if index >= AT_ONCE {
            stream.next().await.unwrap().unwrap();
            latencies.push(sent.pop_front().unwrap().elapsed());
        }
    }
    let echo = said("bare echo", SUBMITS, started.elapsed(), latencies);

    let served = serve(vec![uppercase()], NodeOptions::default()).await;
    let client = connect(&served.address);
    client.caller().reached("Online").await.unwrap();
    let room = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for index in 0..SUBMITS {
        let permit = Arc::clone(&room).acquire_owned().await.unwrap();
        let client = client.clone();
        tasks.spawn(async move {
            let begun = Instant::now();
            let outcome = client.submit(unit(format!("t{index}"), "transform", &json!("hello world"))).await;
            drop(permit);
            assert_eq!(outcome.result.unwrap(), "\"HELLO WORLD\"");
            begun.elapsed()
        });
    }
    let latencies = tasks.join_all().await;
    let work = said("submits", SUBMITS, started.elapsed(), latencies);
    println!("ratio {:.3}", work / echo);
    assert!(work > 0.0);
}

mod typed {
    use super::*;
    use ltp_runtime::work::Element as _;
    use ltpc::{
        disk::FsLoader,
        interpret::{Program, work::Routed},
    };
    use protocol_tests::thumbs::{
        ResizeJob, ResizeResult,
        elements::{DfResize, HandleDfResize, df_resize, submit_df_resize},
        work,
    };

    struct Thumbs;

    impl HandleDfResize for Thumbs {
        async fn df_resize(&self, input: ResizeJob<'static>, _: Task) -> Result<ResizeResult<'static>, Failure> {
            Ok(ResizeResult::new(input.url, input.width * 2))
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_element_of_one_s_own_is_handled_and_submitted_by_its_types() {
        let served = serve_by(&work::TABLE, vec![df_resize(Thumbs), uppercase()], NodeOptions::default()).await;
        let client = connect(&served.address);
        let done = submit_df_resize(&client, "r1", &ResizeJob::new("a.png", 100)).await;
        assert_eq!(done.unwrap(), ResizeResult::new("a.png", 200));
        // Before it is sent.
        let refused = submit_df_resize(&client, "r2", &ResizeJob::new("a.png", 0)).await.unwrap_err();
        assert_eq!(refused.code, "PF002");
        assert!(refused.message.contains("/width (range)"), "{refused}");
        // Where it is handled.
        let outcome = client.submit(unit("r3", "rz", &json!({ "url": "", "width": 1.5 }))).await;
        let refused = outcome.result.unwrap_err();
        assert_eq!(refused.code, "PF002");
        assert!(
            refused.message.contains("/url (length)") && refused.message.contains("/width (type)"),
            "{refused}"
        );
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_worker_is_handed_what_it_says_that_it_handles() {
        let served = serve_by(&work::TABLE, vec![uppercase()], NodeOptions::default()).await;
        let client = connect(&served.address);
        let nobody = submit_df_resize(&client, "w0", &ResizeJob::new("a.png", 1)).await.unwrap_err();
        assert_eq!(nobody.code, "PF001");
        let options = reactor::ClientOptions::new().with_handlers(vec!["df:resize".into()]);
        let worker = Client::working(
            ReactorClient,
            driver(&served.address, options),
            [df_resize(Thumbs)],
            NodeOptions::default(),
        );
        worker.caller().reached("Online").await.unwrap();
        let done = loop {
            match submit_df_resize(&client, "w1", &ResizeJob::new("a.png", 5)).await {
                // The node has not heard of the worker yet.
                Err(failure) if failure.code == "PF001" => tokio::time::sleep(Duration::from_millis(5)).await,
                done => break done,
            }
        };
        assert_eq!(done.unwrap(), ResizeResult::new("a.png", 10));
        worker.caller().close().await.unwrap();
        let gone = loop {
            let failure = submit_df_resize(&client, "w2", &ResizeJob::new("a.png", 5)).await;
            match failure {
                Err(failure) => break failure,
                Ok(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        };
        assert!(["PF001", "PF003"].contains(&&*gone.code), "{gone}");
    }

    #[test]
    fn the_interpreter_and_generated_code_refuse_the_same_values_for_the_same_reasons() {
        let compilation = ltpc::compile("schemas/thumbs.ltp", &FsLoader);
        let model = Arc::new(compilation.model.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics)));
        let program = Program::new(model, Some("Reactor"), Some("node"), false).unwrap();
        let routed = Routed::new(program).unwrap();
        assert_eq!(*routed.table(), work::TABLE);
        assert_eq!(routed.refusal_code(), DfResize::REFUSED);
        for text in [
            r#"{"url":"a","width":1}"#,
            r#"{"url":"a","width":1,"more":[1]}"#,
            r#"{"url":"","width":0}"#,
            r#"{"url":7}"#,
            r#"{"url":"a","url":"b","width":1}"#,
            r#"{"url":"a","width":1.0}"#,
            "[]",
            "null",
            "{",
        ] {
            let generated = DfResize::read_input(text).err().unwrap_or_default();
            assert_eq!(routed.refused_input("df:resize", text), generated, "{text}");
            assert_eq!(routed.refused_output("df:transform", text), []);
        }
    }
}
