//! The driver over memory, under tokio's paused clock.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use ltp_runtime::{
    net::{
        CallFailure, Driver, Event, Options, TokioClock,
        store::{Answer, MemoryStore, Store, StoreError},
    },
    session::{Action, CallError, Direction, Input, Now, Observer, Place, SplitMix64},
};
use support::*;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream},
    time::{Instant, timeout},
};

async fn line(peer: &mut BufReader<DuplexStream>) -> String {
    let mut line = String::new();
    peer.read_line(&mut line).await.unwrap();
    line.trim_end().into()
}

#[tokio::test(start_paused = true)]
async fn a_client_and_a_server_talk() {
    let (connector, mut accepted) = memory(4096);
    let mut client = Driver::client(Client::new(), connector).spawn();
    let _server = serve(Server::new(), accepted.recv().await.unwrap());
    assert_eq!(next(&mut client).await, "echo hello");
    client.call("what".into()).await.unwrap();
    assert_eq!(next(&mut client).await, "echo what");
    client.close().await.unwrap();
    assert_eq!(next(&mut client).await, "ended: done");
    assert_eq!(next(&mut client).await, "nothing more");
    assert_eq!(client.call("late".into()).await, Err(CallFailure::Ended));
    assert_eq!(client.close().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn heartbeats_go_on_for_a_day() {
    let (connector, mut accepted) = memory(4096);
    let client = Driver::client(Client::new(), connector).spawn();
    let mut peer = BufReader::new(accepted.recv().await.unwrap());
    assert_eq!(line(&mut peer).await, "hello");
    let start = Instant::now();
    for n in 1..=5_760 {
        assert_eq!(line(&mut peer).await, "ping");
        assert_eq!(start.elapsed().as_secs(), n * 15);
        peer.write_all(b"pong\n").await.unwrap();
    }
    drop(client);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_stops_answering_is_dropped_and_reconnected() {
    let (connector, mut accepted) = memory(4096);
    let mut client = Driver::client(Client::new(), connector).spawn();
    let start = Instant::now();
    let silent = accepted.recv().await.unwrap();
    let second = accepted.recv().await.unwrap();
    // The ping of second 15 waits 45 s for its pong; then comes the backoff.
    assert_eq!(start.elapsed(), Duration::from_secs(61));
    assert_eq!(states_until(&mut client, "Waiting").await, ["Connecting", "Ready", "Waiting"]);
    drop((silent, second));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reaches_nobody_gives_up_after_its_tries() {
    let (connector, accepted) = memory(64);
    drop(accepted);
    let mut client = Driver::client(Client::new(), connector).spawn();
    let start = Instant::now();
    let refused = client.call("early".into()).await;
    assert!(
        matches!(refused, Err(CallFailure::Refused(CallError::NotNow { .. }))),
        "{refused:?}"
    );
    assert_eq!(next(&mut client).await, "ended: the handshake failed: nobody listens");
    assert_eq!(start.elapsed(), Duration::from_secs(1 + 2 + 4 + 8 + 16));
}

#[tokio::test(start_paused = true)]
async fn an_opening_that_takes_too_long_is_given_up() {
    struct Never;
    impl ltp_runtime::net::Connect for Never {
        fn connect(&self, _: ltp_runtime::net::transport::Terms) -> ltp_runtime::net::Connecting<'static> {
            Box::pin(std::future::pending())
        }
        fn peer(&self) -> String {
            "never".into()
        }
    }
    let mut client = Driver::client(Client::new(), Never).spawn();
    assert_eq!(next(&mut client).await, "ended: never did not answer within 10s");
}

#[tokio::test(start_paused = true)]
async fn closing_while_the_transport_is_being_opened_ends_at_once() {
    let (connector, mut accepted) = memory(64);
    let client = Driver::client(Client::new(), connector).spawn();
    client.close().await.unwrap();
    drop(client);
    assert!(accepted.recv().await.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_slow_application_holds_the_peer_back_but_not_the_timers() {
    let (connector, mut accepted) = memory(256);
    let options = Options { events: 4, ..quick() };
    let machine = Client {
        pong_timeout: 10_000_000,
        ..Client::new()
    };
    let mut client = Driver::client(machine, connector).options(options).spawn();
    let (read, mut write) = tokio::io::split(accepted.recv().await.unwrap());
    let mut read = BufReader::new(read).lines();
    let mut sent = 0;
    while timeout(Duration::from_secs(1), write.write_all(format!("message {sent:04}\n").as_bytes()))
        .await
        .is_ok()
    {
        sent += 1;
    }
    assert!(sent < 100, "{sent} messages were taken for an application that takes none");
    // Timers still run, and what they send still goes out.
    assert_eq!(read.next_line().await.unwrap().unwrap(), "hello");
    for _ in 0..10 {
        assert_eq!(read.next_line().await.unwrap().unwrap(), "ping");
    }
    // Nothing is lost.
    for n in 0..sent {
        assert_eq!(next(&mut client).await, format!("message {n:04}"));
    }
    client.call("still here".into()).await.unwrap();
    while read.next_line().await.unwrap().unwrap() != "still here" {}
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_nothing_holds_calls_back_and_is_dropped() {
    let (connector, mut accepted) = memory(256);
    let machine = Client {
        ping: 1_000_000,
        ..Client::new()
    };
    let mut client = Driver::client(machine, connector).options(quick()).spawn();
    let _deaf = accepted.recv().await.unwrap();
    let start = Instant::now();
    let mut taken = 0;
    while start.elapsed() < Duration::from_secs(29) {
        if let Ok(result) = timeout(Duration::from_secs(1), client.call("x".repeat(100))).await {
            result.unwrap();
            taken += 1;
        }
    }
    // Calls wait once as much is queued as may be: `unsent` octets, and the call that reaches them.
    assert!((taken - 2) * 101 <= LIMITS.unsent, "{taken} lines of 101 octets");
    assert_eq!(states_until(&mut client, "Waiting").await, ["Connecting", "Ready", "Waiting"]);
    assert_eq!(start.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_server_whose_peer_takes_nothing_stops_reading_it() {
    let (near, far) = tokio::io::duplex(256);
    let _server = serve(Server::new(), near);
    let (_read, mut write) = tokio::io::split(far);
    let mut sent = 0;
    while timeout(Duration::from_secs(1), write.write_all(b"echo this, and this, and this\n"))
        .await
        .is_ok_and(|written| written.is_ok())
    {
        sent += 1;
        assert!(sent < 1_000, "the server goes on reading, and holds what it cannot write");
    }
}

#[tokio::test(start_paused = true)]
async fn a_row_is_found_before_anything_else_comes_in() {
    let (near, far) = tokio::io::duplex(4096);
    let _server = serve(Server::new(), near);
    let mut peer = BufReader::new(far);
    peer.write_all(b"get a\nput a {}\nget a\nforget a\nget a\nlast\n").await.unwrap();
    for expected in ["a is None", "put", "a is Some(\"{}\")", "a is None", "echo last"] {
        assert_eq!(line(&mut peer).await, expected);
    }
}

struct Broken;

impl Store for Broken {
    fn get<'s>(&'s self, _: &'s Place) -> Answer<'s, Option<String>> {
        Box::pin(async { Err(StoreError::new("the disk is gone")) })
    }

    fn put<'s>(&'s self, _: &'s Place, _: &'s str, _: Option<u64>) -> Answer<'s, ()> {
        Box::pin(async { Err(StoreError::new("the disk is gone")) })
    }

    fn remove<'s>(&'s self, _: &'s Place) -> Answer<'s, ()> {
        Box::pin(async { Err(StoreError::new("the disk is gone")) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_store_is_reported_and_the_session_goes_on() {
    let (connector, mut accepted) = memory(4096);
    let place = Place {
        space: "Test.client".into(),
        key: "me".into(),
    };
    let machine = Client {
        place: Some(place.clone()),
        ..Client::new()
    };
    let mut client = Driver::client(machine, connector).store(Arc::new(Broken)).spawn();
    match client.event().await {
        Some(Event::StoreFailed { place: at, error }) => {
            assert_eq!((at, error.to_string()), (place, "the disk is gone".into()));
        }
        other => panic!("{other:?}"),
    }
    let mut peer = BufReader::new(accepted.recv().await.unwrap());
    assert_eq!(line(&mut peer).await, "hello");
}

#[tokio::test(start_paused = true)]
async fn a_machine_starts_with_what_was_stored() {
    let (connector, mut accepted) = memory(4096);
    let store = MemoryStore::with_clock(Arc::new(TokioClock::starting_at(1_000)));
    let place = Place {
        space: "Test.client".into(),
        key: "me".into(),
    };
    store.put(&place, "{\"again\":true}", Some(2_000)).await.unwrap();
    let machine = Client {
        place: Some(place),
        ..Client::new()
    };
    let _client = Driver::client(machine, connector).store(Arc::new(store)).spawn();
    let mut peer = BufReader::new(accepted.recv().await.unwrap());
    assert_eq!(line(&mut peer).await, "{\"again\":true}");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_session_is_closed() {
    let (connector, mut accepted) = memory(4096);
    drop(Driver::client(Client::new(), connector).spawn());
    // The transport may be open for a moment or never; what is left of it is closed.
    if let Some(mut peer) = accepted.recv().await {
        let mut rest = String::new();
        timeout(Duration::from_secs(1), peer.read_to_string(&mut rest))
            .await
            .unwrap()
            .unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_stubborn_machine_is_given_up_once_nobody_wants_it() {
    let (near, mut far) = tokio::io::duplex(4096);
    let machine = Server {
        stubborn: true,
        ..Server::new()
    };
    let session = serve(machine, near);
    assert!(matches!(session.close().await, Err(CallFailure::Refused(_))));
    let start = Instant::now();
    drop(session);
    let mut rest = Vec::new();
    far.read_to_end(&mut rest).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn events_that_nobody_takes_do_not_keep_a_session_from_closing() {
    let (connector, mut accepted) = memory(4096);
    let options = Options { events: 1, ..quick() };
    let mut client = Driver::client(Client::new(), connector).options(options).spawn();
    let _server = serve(Server::new(), accepted.recv().await.unwrap());
    tokio::time::sleep(Duration::from_secs(1)).await;
    client.close().await.unwrap();
    assert_eq!(next(&mut client).await, "ended: done");
}

#[tokio::test(start_paused = true)]
async fn a_client_behind_for_days_is_told_how_much_it_missed() {
    let (connector, accepted) = memory(64);
    drop(accepted);
    let machine = Restless(0);
    let options = Options { events: 1, ..quick() };
    let mut session = Driver::client(machine, connector).options(options).spawn();
    tokio::time::sleep(Duration::from_secs(1_000)).await;
    let mut seen = 0;
    let mut skipped = 0;
    while let Some(event) = session.event().await {
        match event {
            Event::Skipped(count) => skipped += count,
            Event::Ended { .. } => break,
            _ => seen += 1,
        }
    }
    assert_eq!((seen, skipped), (257, 1_000 - 257));
}

/// Enters a state a second, a thousand times.
struct Restless(u64);

impl ltp_runtime::session::Machine for Restless {
    type Message = String;
    type Call = String;

    fn max_size(&self) -> usize {
        MAX
    }

    fn decode(&mut self, frame: &[u8]) -> Result<Box<String>, ltp_runtime::session::Refusal> {
        decode(frame).map(Box::new)
    }

    fn encode(&self, _: &String, _: &mut Vec<u8>) {}

    fn message_name<'m>(&'m self, _: &'m String) -> &'m str {
        ""
    }

    fn handle(&mut self, input: Input<String, String>, _: &mut ltp_runtime::session::Context<'_>, actions: &mut Vec<Action<String>>) {
        if matches!(input, Input::Due) {
            self.0 += 1;
            actions.push(Action::Enter { state: "Again".into() });
        }
    }

    fn next_deadline(&self) -> Option<u64> {
        Some(self.0 * 1_000 + 500)
    }

    fn state(&self) -> &str {
        "Again"
    }

    fn is_ended(&self) -> bool {
        self.0 == 1_000
    }

    fn persistence(&self) -> Option<Place> {
        None
    }
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Observer<Client> for Recorder {
    fn frame(&mut self, _: &Client, now: Now, direction: Direction, octets: &[u8]) {
        let octets = String::from_utf8_lossy(octets);
        self.0.lock().unwrap().push(format!("{} {direction:?} {octets}", now.ticks));
    }

    fn input(&mut self, machine: &Client, now: Now, input: &Input<String, String>) {
        let input = ltp_runtime::session::script::describe_input(machine, input);
        self.0.lock().unwrap().push(format!("{} < {input}", now.ticks));
    }

    fn action(&mut self, machine: &Client, now: Now, action: &Action<String>) {
        let action = ltp_runtime::session::script::describe_action(machine, action);
        self.0.lock().unwrap().push(format!("{} > {action}", now.ticks));
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_sees_everything_in_order() {
    let (connector, mut accepted) = memory(4096);
    let recorder = Recorder::default();
    let driver = Driver::client(Client::new(), connector)
        .observer(recorder.clone())
        .entropy(SplitMix64::new(1));
    let mut client = driver.spawn();
    let mut peer = BufReader::new(accepted.recv().await.unwrap());
    assert_eq!(line(&mut peer).await, "hello");
    tokio::time::sleep(Duration::from_millis(7)).await;
    peer.write_all(b"hi\r\n").await.unwrap();
    assert_eq!(next(&mut client).await, "hi");
    drop(peer);
    states_until(&mut client, "Waiting").await;
    client.close().await.unwrap();
    let lines = recorder.0.lock().unwrap().clone();
    assert_eq!(
        lines,
        [
            "0 < start",
            "0 > enter Connecting",
            "0 > connect",
            "0 < open",
            "0 > enter Ready",
            "0 > send hello",
            "0 Out hello",
            "7 In hi",
            "7 < message hi",
            "7 > deliver hi",
            "7 < closed the peer closed the connection",
            "7 > enter Waiting",
            "7 < close",
            "7 > close done",
            "7 > enter Closed",
            "7 < closed done",
        ]
    );
}

#[tokio::test]
async fn a_session_that_waits_is_small() {
    let (near, _far) = tokio::io::duplex(64);
    let transport = Box::new(ltp_runtime::net::transport::Lines::new(near, LIMITS));
    let (_session, running) = Driver::server(Server::new(), transport, "memory").start();
    assert!(size_of_val(&running) < 2_048, "{} octets a connection", size_of_val(&running));
}
