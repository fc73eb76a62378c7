//! Messages that are handled within the turn in which they are read.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use ltp_runtime::{
    net::{
        Driver, Event, Session, Turn,
        store::{Answer, MemoryStore, Store},
        transport::Lines,
    },
    session::{CallError, Direction, Now, Observer, Place},
};
use support::*;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream},
    time::{Instant, timeout},
};

/// A peer of a server whose messages are handled.
struct Peer(BufReader<DuplexStream>);

impl Peer {
    async fn say(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    async fn hear(&mut self) -> String {
        let mut line = String::new();
        timeout(Duration::from_secs(60), self.0.read_line(&mut line))
            .await
            .unwrap()
            .unwrap();
        line.trim_end().into()
    }
}

fn driver(capacity: usize) -> (Driver<Server>, Peer) {
    let (near, far) = tokio::io::duplex(capacity);
    let driver = Driver::server(Server::new(), Box::new(Lines::new(near, LIMITS)), "memory").options(quick());
    (driver, Peer(BufReader::new(far)))
}

fn handled(handler: impl FnMut(Cow<'_, str>, &mut Turn<'_, Server>) + Send + 'static) -> (Session<Server>, Peer) {
    let (driver, peer) = driver(4096);
    (driver.on_message(handler).spawn(), peer)
}

#[tokio::test(start_paused = true)]
async fn a_message_is_answered_from_where_it_lies() {
    let (_session, mut peer) = handled(|message, turn| {
        assert!(matches!(message, Cow::Borrowed(_)));
        turn.send(format!("1 {message}")).unwrap();
        turn.send(message).unwrap();
        assert_eq!(turn.machine().state, "Greeting");
    });
    peer.say("deliver a\nping\ndeliver b\n").await;
    for expected in ["1 deliver a", "deliver a", "pong", "1 deliver b", "deliver b"] {
        assert_eq!(peer.hear().await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_step_does_besides_comes_before_the_handler() {
    let (_session, mut peer) = handled(|message, turn| {
        assert!(matches!(message, Cow::Owned(_)));
        turn.send(format!("handled {message}")).unwrap();
    });
    peer.say("both a\nboth b\n").await;
    for expected in ["and this", "handled both a", "and this", "handled both b"] {
        assert_eq!(peer.hear().await, expected);
    }
}

/// A store that takes a second.
struct Slow(MemoryStore);

impl Store for Slow {
    fn get<'s>(&'s self, place: &'s Place) -> Answer<'s, Option<String>> {
        self.0.get(place)
    }

    fn put<'s>(&'s self, place: &'s Place, value: &'s str, expires: Option<u64>) -> Answer<'s, ()> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            self.0.put(place, value, expires).await
        })
    }

    fn remove<'s>(&'s self, place: &'s Place) -> Answer<'s, ()> {
        self.0.remove(place)
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_stored_is_stored_before_the_handler_sees_it_and_nothing_overtakes_it() {
    let (driver, mut peer) = driver(4096);
    let _session = driver
        .store(Arc::new(Slow(MemoryStore::new())))
        .on_message(|message, turn| turn.send(message).unwrap())
        .spawn();
    let start = Instant::now();
    peer.say("stash k v\ndeliver next\n").await;
    assert_eq!(peer.hear().await, "stash k v");
    assert_eq!(start.elapsed().as_secs(), 1);
    assert_eq!(peer.hear().await, "deliver next");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_must_wait_holds_back_what_is_sent_behind_it() {
    let (mut session, mut peer) = handled(|message, turn| {
        let (_, text) = message.split_once(' ').unwrap();
        turn.send("before").unwrap();
        turn.send(format!("ask {text}")).unwrap();
        turn.send("behind").unwrap();
    });
    peer.say("deliver a\ndeliver in vain\n").await;
    for expected in ["before", "ask a", "behind", "before", "behind"] {
        assert_eq!(peer.hear().await, expected);
    }
    assert_eq!(next(&mut session).await, format!("{:?}", refused(CallError::Full { most: 0 })));
}

fn refused(error: CallError) -> Event<String> {
    Event::Refused(error)
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_sent_is_said_at_once() {
    let (_session, mut peer) = handled(|_, turn| {
        assert_eq!(turn.send("bad"), Err(CallError::Invalid(Box::default())));
        let not_now = CallError::NotNow {
            state: "Greeting".into(),
            message: "none".into(),
        };
        assert_eq!(turn.send("none"), Err(not_now));
        turn.send("good").unwrap();
    });
    peer.say("deliver a\n").await;
    assert_eq!(peer.hear().await, "good");
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_an_event() {
    let (mut session, mut peer) = handled(|message, turn| {
        if message.ends_with("mine") {
            turn.send(message).unwrap();
        } else {
            turn.keep(message);
        }
    });
    peer.say("deliver yours\ndeliver mine\nboth yours\n").await;
    assert_eq!(next(&mut session).await, "deliver yours");
    assert_eq!(peer.hear().await, "deliver mine");
    assert_eq!(peer.hear().await, "and this");
    assert_eq!(next(&mut session).await, "both yours");
}

#[tokio::test(start_paused = true)]
async fn an_application_in_the_same_task_gets_what_is_kept() {
    let (driver, mut peer) = driver(4096);
    let served = driver.on_message(|message, turn| turn.keep(message)).run(async |mut session| {
        while let Some(event) = session.event().await {
            if let Event::Message(text) = event {
                session.call(format!("later {text}")).await.unwrap();
            }
        }
    });
    let talk = async move {
        peer.say("deliver a\ndeliver b\n").await;
        assert_eq!(peer.hear().await, "later deliver a");
        assert_eq!(peer.hear().await, "later deliver b");
    };
    tokio::join!(served, talk);
}

/// Counts what it sees.
#[derive(Clone, Default)]
struct Seen(Arc<AtomicUsize>);

impl Observer<Server> for Seen {
    fn frame(&mut self, _: &Server, _: Now, _: Direction, _: &[u8]) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_changes_nothing() {
    let (driver, mut peer) = driver(4096);
    let seen = Seen::default();
    let _session = driver
        .observer(seen.clone())
        .on_message(|message, turn| turn.send(message).unwrap())
        .spawn();
    peer.say("deliver a\nboth b\n").await;
    for expected in ["deliver a", "and this", "both b"] {
        assert_eq!(peer.hear().await, expected);
    }
    assert_eq!(seen.0.load(Relaxed), 5);
}

#[tokio::test(start_paused = true)]
async fn while_a_peer_takes_nothing_nothing_is_handled() {
    const MESSAGES: usize = 500;
    let (driver, mut peer) = driver(64 * 1024);
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let _session = driver
        .on_message(move |message, turn| {
            counted.fetch_add(1, Relaxed);
            turn.send(format!("{message} {}", "x".repeat(900))).unwrap();
        })
        .spawn();
    peer.say(&"deliver a\n".repeat(MESSAGES)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = count.load(Relaxed);
    assert!((60..100).contains(&before), "{before}");
    for _ in 0..MESSAGES {
        assert_eq!(peer.hear().await.len(), 910);
    }
    assert_eq!(count.load(Relaxed), MESSAGES);
}
