//! Many connections that say little or nothing, beside one that works.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use protocol_tests::gateways::{Gateway, device};

const QUERY: &str = "CTP/1.0 STREAM\nAgent-ID: slow\nIntent: QUERY\nContext-Hash: 0x0000000000000000\nContent-Type: text/ascii\n\
                     Content-Length: 1\n---CTP-PAYLOAD---\n?\n---CTP-END---\n";

/// Raises the limit of open files as far as the system lets it; how many there may be.
fn files(wanted: u64) -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.map_or(wanted, |most| most.min(wanted));
    let raised = Rlimit {
        current: Some(most),
        ..limit
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => most,
        Err(_) => limit.current.unwrap_or(1024),
    }
}

fn connections(gateway: &Gateway, count: usize) -> Vec<TcpStream> {
    (0..count).map(|_| TcpStream::connect(gateway.address).unwrap()).collect()
}

/// How long a device waits for its answer.
fn round_trip(device: &mut protocol_tests::programs::Program) -> Duration {
    let start = Instant::now();
    device.say("QUERY are you there?");
    let answer = device.json();
    assert_eq!(answer["headers"]["Reason"], "The mesh gave no answer", "{answer}");
    start.elapsed()
}

#[test]
fn ten_thousand_idle_connections_and_two_hundred_slow_senders_keep_nobody_waiting() {
    const IDLE: u64 = 10_000;
    const SLOW: usize = 200;
    const OTHERS: u64 = 300;
    let idle = usize::try_from(files(IDLE + OTHERS).saturating_sub(OTHERS).min(IDLE)).unwrap();
    let gateway = Gateway::start(
        &Gateway::shipped(),
        &["--connections", "12000", "--set", "greeting=1 h", "--message-time", "1 h"],
    );
    let mut worker = device(&gateway, "worker");
    worker.say("hello EXTERNAL");
    assert_eq!(worker.json()["type"], "WELCOME");
    round_trip(&mut worker);

    let before = gateway.memory();
    let quiet = connections(&gateway, idle);
    let start = Instant::now();
    while gateway.metric("connections") < idle as f64 {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{} connections",
            gateway.metric("connections")
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    let with_idle = gateway.memory();
    let each = (with_idle - before) as f64 / idle as f64;
    let with_crowd = round_trip(&mut worker);
    println!("{idle} idle connections: {each:.1} KiB each; a query beside them took {with_crowd:?}");

    let mut slow = connections(&gateway, SLOW);
    let mut longest = Duration::ZERO;
    for octet in &QUERY.as_bytes()[..8] {
        let second = Instant::now();
        for stream in &mut slow {
            stream.write_all(&[*octet]).unwrap();
        }
        longest = longest.max(round_trip(&mut worker));
        std::thread::sleep(Duration::from_secs(1).saturating_sub(second.elapsed()));
    }
    let with_slow = gateway.memory().saturating_sub(with_idle) as f64 / SLOW as f64;
    println!("{SLOW} slow senders: {with_slow:.1} KiB each; the slowest query beside them took {longest:?}");
    // A debug build on a busy machine: what is tested is that nobody waits for the others.
    assert!(longest < Duration::from_secs(3), "{longest:?}");
    assert!(each < 48.0, "{each:.1} KiB for an idle connection");
    drop(quiet);
}

#[test]
fn who_never_finishes_a_message_is_told_so_and_let_go() {
    let gateway = Gateway::start(&Gateway::shipped(), &["--message-time", "2 s"]);
    let mut stream = TcpStream::connect(gateway.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let start = Instant::now();
    let mut slow = stream.try_clone().unwrap();
    std::thread::spawn(move || {
        for octet in QUERY.as_bytes() {
            if slow.write_all(&[*octet]).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    let mut said = String::new();
    let _ = stream.read_to_string(&mut said);
    assert!(
        said.starts_with("CTP/1.0 REJECT\nReason: expected a whole message within 2s, got "),
        "{said:?}"
    );
    assert!(
        (Duration::from_secs(2)..Duration::from_secs(10)).contains(&start.elapsed()),
        "{:?}",
        start.elapsed()
    );
}
