//! Much at once: floods, and what work costs beside a bare echo.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{SinkExt as _, StreamExt as _};
use ltp_runtime::{
    net::work::NodeOptions,
    work::{Handler, Limits, Submit as _},
};
use serde_json::json;

use crate::{code, connect, serve, unit, uppercase};

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

const SUBMITS: usize = 10_000;
const AT_ONCE: usize = 128;

/// Frames as a client sends them, echoed.
async fn echoed() -> f64 {
    let frame = |index: usize| {
        json!({ "type": "submit", "seq": index, "payload": { "version": "1.0", "id": format!("t{index}"), "group": "df",
                "element": "transform", "data": "hello world", "priority": 5 } })
        .to_string()
    };
    let (socket, _) = tokio_tungstenite::connect_async(&bare_echo().await).await.unwrap();
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
    said("bare echo", SUBMITS, started.elapsed(), latencies)
}

/// As many submits at once as frames were.
async fn submitted(name: &str, handler: Handler) -> f64 {
    let served = serve(vec![handler], NodeOptions::default()).await;
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
    said(name, SUBMITS, started.elapsed(), latencies)
}

/// The same, with their results as they come.
async fn streamed() -> f64 {
    let served = serve(vec![uppercase().quick()], NodeOptions::default()).await;
    let client = connect(&served.address);
    client.caller().reached("Online").await.unwrap();
    let started = Instant::now();
    let mut results = client.submit_all(
        (0..SUBMITS).map(|index| unit(format!("t{index}"), "transform", &json!("hello world"))),
        AT_ONCE,
    );
    while let Some(outcome) = results.next().await {
        assert_eq!(outcome.result.unwrap(), "\"HELLO WORLD\"");
    }
    let rate = SUBMITS as f64 / started.elapsed().as_secs_f64();
    println!("quick, as a stream: {rate:.0} a second");
    rate
}

/// With `--release`: what is measured without it is the compiler's forbearance.
#[tokio::test(flavor = "multi_thread")]
async fn throughput_is_told_against_a_bare_echo_of_the_same_frames() {
    const ROUNDS: usize = 5;
    let mut ratios: [Vec<f64>; 3] = Default::default();
    // One after the other, again and again: what else the machine does is then much the same for all.
    for _ in 0..ROUNDS {
        let echo = echoed().await;
        for (ratios, rate) in ratios.iter_mut().zip([
            submitted("in threads", uppercase()).await,
            submitted("quick", uppercase().quick()).await,
            streamed().await,
        ]) {
            ratios.push(rate / echo);
        }
    }
    for (name, mut ratios) in ["in threads", "quick", "quick, as a stream"].into_iter().zip(ratios) {
        ratios.sort_unstable_by(f64::total_cmp);
        println!(
            "{name}: {:.3} of a bare echo, the middle of {ROUNDS}; {ratios:.3?}",
            ratios[ROUNDS / 2]
        );
        // Converting bodies, and a thread for each, were 0.15.
        assert!(ratios[ROUNDS / 2] > 0.02, "{name}");
    }
}
