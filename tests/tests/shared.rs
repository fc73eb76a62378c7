//! Three nodes that share work over a real NATS server: one is killed, the server is started again, and nothing is lost.

#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    time::{Duration, Instant},
};

use liminal_protocols::packetflow::{endpoint::SOCKET, reactor, work::ReactorClient};
use ltp_runtime::{
    net::{DialOptions, Dialer, Driver, work::Client},
    work::{Outcome, Submit as _, Unit},
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

/// A node that shares work over a bus, and says in a journal what it begins.
fn node(bus: &str, journal: &Path, more: &[&str]) -> Node {
    let schema = root().join("schema/packetflow.ltp");
    let mut command = ltpc();
    command.args(["work", "node"]).arg(schema);
    command.args(["--listen", "ws://127.0.0.1:0", "--bus", bus, "--capacity", "5000", "--journal"]);
    command.arg(journal).args(more);
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
    let journal = folder.path().join("journal.jsonl");
    let mut nodes: Vec<Node> = (0..3).map(|_| node(&server.url(), &journal, &["--ack-wait", "3 s"])).collect();
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
    let begun = begun(&journal);
    let (all, anew) = (begun.values().sum::<usize>(), begun.values().filter(|count| **count > 1).count());
    let most = begun.values().max().copied().unwrap_or(0);
    println!(
        "{} submits of {packets} packets were done in {all} executions: {} duplicates absorbed, {anew} packets begun more than once, at most {most} times",
        2 * packets,
        2 * packets - all
    );
    assert_eq!(begun.len(), packets, "every packet was begun");
    // What the killed node held and had not told of, and what ended while the server was away.
    assert!(
        anew <= 500 && most <= 3,
        "{anew} packets were begun more than once, one {most} times"
    );
}

/// How often each packet was begun, by the nodes' journal.
fn begun(journal: &Path) -> HashMap<String, usize> {
    let mut begun = HashMap::new();
    for line in std::fs::read_to_string(journal).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        *begun.entry(line["id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    begun
}

fn packet(id: &str, group: &str, element: &str, operation: &str, input: &serde_json::Value) -> Unit {
    Unit {
        timeout: Some(60_000),
        ..Unit::new(id, group, element, json!({ "operation": operation, "input": input }).to_string())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn order_is_kept_for_each_submitter_over_all_nodes_and_long_work_stays_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let server = NatsServer::with_streams(folder.path());
    let journal = folder.path().join("journal.jsonl");
    // Units take longer than the bus waits for a sign of life.
    let nodes: Vec<Node> = (0..3).map(|_| node(&server.url(), &journal, &["--ack-wait", "1 s"])).collect();
    let clients: Vec<Client<ReactorClient>> = nodes.iter().map(connect).collect();
    let started = Instant::now();
    let mut lanes = Vec::new();
    for (who, client) in clients.iter().enumerate() {
        let elements = ["seq", "branch", "gate", "loop"];
        let units: Vec<Unit> = (0..8)
            .map(|index| {
                // The first is the longest: whoever does not wait for it is done before.
                let pause = json!(if index == 0 { 2_500 } else { 20 - index });
                packet(&format!("c{who}-{index}"), "cf", elements[index % 4], "sleep", &pause)
            })
            .collect();
        lanes.push((who, client.submit_all(units, 8)));
    }
    for (who, mut results) in lanes {
        let mut order = Vec::new();
        while let Some(outcome) = results.next().await {
            assert!(outcome.result.is_ok(), "{outcome:?}");
            order.push(outcome.id);
        }
        let expected: Vec<String> = (0..8).map(|index| format!("c{who}-{index}")).collect();
        assert_eq!(order, expected);
    }
    // Three lanes at once: each waits for itself alone.
    assert!(started.elapsed() < Duration::from_millis(3 * 2_500), "{:?}", started.elapsed());
    let begun = begun(&journal);
    assert!(begun.len() == 24 && begun.values().all(|count| *count == 1), "{begun:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_node_handles_is_refused_as_soon_as_that_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let server = NatsServer::with_streams(folder.path());
    let journal = folder.path().join("journal.jsonl");
    let some = node(&server.url(), &journal, &["--handle", "df:transform"]);
    let other = node(&server.url(), &journal, &["--handle", "df:reduce"]);
    let client = connect(&some);
    let done = |outcome: Outcome| outcome.result.map_err(|failure| failure.code.into_owned());
    // Soon after a node has started it does not know the others.
    let first = Instant::now();
    let nobody = client.submit(packet("n1", "df", "produce", "uppercase", &json!("a"))).await;
    assert_eq!(done(nobody), Err("PF003".to_owned()));
    let knows = first.elapsed();
    let again = Instant::now();
    let nobody = client.submit(packet("n2", "df", "produce", "uppercase", &json!("a"))).await;
    println!("known after {knows:?}, refused then in {:?}", again.elapsed());
    assert_eq!(done(nobody), Err("PF003".to_owned()));
    assert!(knows < Duration::from_secs(20) && again.elapsed() < Duration::from_secs(2));
    // Another node's is done there.
    let sum = client.submit(packet("n3", "df", "reduce", "sum", &json!([1, 2]))).await;
    assert_eq!(done(sum), Ok("3.0".to_owned()));
    drop(other);
}
