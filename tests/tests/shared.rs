//! Three nodes that share work over a real NATS server: one is killed, the server is started again, and nothing is lost.

#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, HashSet},
    time::{Duration, Instant},
};

use liminal_protocols::packetflow::{endpoint::SOCKET, reactor, work::ReactorClient};
use ltp_runtime::{
    net::{DialOptions, Dialer, Driver, work::Client},
    work::Unit,
};
use protocol_tests::{
    gateways::NatsServer,
    programs::{Program, ltpc, root},
};
use serde_json::json;

struct Node {
    process: Program,
    address: String,
}

fn node(bus: &str) -> Node {
    let schema = root().join("schema/packetflow.ltp");
    let mut command = ltpc();
    command.args(["work", "node"]).arg(schema);
    command.args([
        "--listen",
        "ws://127.0.0.1:0",
        "--bus",
        bus,
        "--ack-wait",
        "3 s",
        "--capacity",
        "5000",
    ]);
    let process = Program::start(&mut command);
    let line = process.error_line_with("listening on ");
    let address = line.trim_start_matches("listening on ").to_owned();
    Node { process, address }
}

fn connect(node: &Node) -> Client<ReactorClient> {
    let dialer = Dialer::new(&SOCKET, Some(&node.address), DialOptions::default()).unwrap();
    let machine = reactor::Client::new(reactor::ClientOptions::new().with_patience(Duration::from_secs(600)));
    Client::new(ReactorClient, Driver::client(machine, dialer))
}

/// As many as `WORK_PACKETS` says.
fn packets() -> usize {
    std::env::var("WORK_PACKETS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(2_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_packet_has_its_result_though_a_node_dies_and_the_server_is_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = NatsServer::with_streams(folder.path());
    let mut nodes: Vec<Node> = (0..3).map(|_| node(&server.url())).collect();
    let packets = packets();
    let started = Instant::now();
    // Each is submitted by two nodes: whoever does it, both have its result, and it is done once.
    let units = move || {
        (0..packets).map(|index| Unit {
            timeout: Some(300_000),
            ..Unit::new(
                format!("s{index}"),
                "df",
                "transform",
                json!({ "operation": "uppercase", "input": format!("n{index}") }).to_string(),
            )
        })
    };
    let (first, second) = (connect(&nodes[0]), connect(&nodes[1]));
    let mut of_first = first.submit_all(units(), 1_000);
    let mut of_second = second.submit_all(units(), 1_000);
    let mut results: BTreeMap<String, String> = BTreeMap::new();
    let (mut seen_by_first, mut seen_by_second) = (HashSet::new(), HashSet::new());
    let (mut killed, mut restarted) = (None, None);
    while seen_by_first.len() + seen_by_second.len() < 2 * packets {
        let (outcome, seen) = tokio::select! {
            Some(outcome) = of_first.next() => (outcome, &mut seen_by_first),
            Some(outcome) = of_second.next() => (outcome, &mut seen_by_second),
            else => break,
        };
        assert!(seen.insert(outcome.id.clone()), "{} is answered twice", outcome.id);
        let output = outcome.result.unwrap_or_else(|failure| format!("{failure}"));
        let known = results.entry(outcome.id).or_insert_with(|| output.clone());
        assert_eq!(*known, output);
        let all = seen_by_first.len() + seen_by_second.len();
        if killed.is_none() && all > packets / 2 {
            let id = nodes[2].process.id().to_string();
            assert!(std::process::Command::new("kill").args(["-9", &id]).status().unwrap().success());
            killed = Some(started.elapsed());
        }
        if restarted.is_none() && all > packets {
            server.kill();
            tokio::time::sleep(Duration::from_millis(500)).await;
            server.restart();
            restarted = Some(started.elapsed());
        }
    }
    let took = started.elapsed();
    println!(
        "{packets} packets, each submitted at two nodes, in {took:?} ({:.0} a second); a node killed after {killed:?}, the server back after {restarted:?}",
        packets as f64 / took.as_secs_f64()
    );
    let expected = (0..packets).map(|index| (format!("s{index}"), format!("\"N{index}\"")));
    assert_eq!(results, expected.collect());
    assert!(killed.is_some() && restarted.is_some());
    nodes.clear();
}
