//! Meters: bounded memory whoever comes, and one count for all connections.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicIsize, Ordering},
    },
    time::{Duration, Instant},
};

use ltp_runtime::{
    net::{Driver, Server, ServerOptions, Session, SharedPolicy, transport::Lines},
    policy::{Memory, Meter, Policy, Rate, Registry},
    session::{Action, Context, Input, Machine, Place, Refusal},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// Octets that are held.
static HELD: AtomicIsize = AtomicIsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: everything is the system allocator's; only sizes are noted.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.dealloc(memory, layout) }
    }
}

const LAST: usize = 4_096;
const METER: Meter<'static> = Meter {
    name: "Test.signals",
    last: LAST,
};
const RATE: Rate = Rate {
    limit: 100,
    window: 60_000,
};

/// What a key costs at most: its times, its text, and its place in the table. Beside it stands what the other tests of the file take,
/// which is little.
const OCTETS_PER_KEY: usize = RATE.limit as usize * 8 + 16 + 256;

#[test]
fn whoever_comes_no_more_memory_is_taken_than_the_bound() {
    a_million_agents();
    agents_that_all_speak_as_much_as_they_may();
}

fn a_million_agents() {
    const AGENTS: usize = 1_000_000;
    let mut memory = Memory::new(Registry::default());
    let mut name = String::new();
    let before = HELD.load(Ordering::Relaxed);
    let mut most = 0;
    let begun = Instant::now();
    for agent in 0..AGENTS {
        name.clear();
        write!(name, "agent-{agent:010}").unwrap();
        let now = agent as u64;
        // Some speak as much as they may.
        let times = if agent % 64 == 0 { RATE.limit } else { 1 };
        for _ in 0..times {
            assert_eq!(memory.wait(METER, &name, RATE, now), 0);
            memory.count(METER, &name, RATE, now);
        }
        most = most.max(HELD.load(Ordering::Relaxed) - before);
    }
    let (most, bound) = (usize::try_from(most).unwrap(), LAST * OCTETS_PER_KEY);
    println!(
        "{AGENTS} agents, {} keys kept, at most {} KiB held of {} KiB allowed, {} ns an agent",
        memory.keys(METER.name),
        most / 1024,
        bound / 1024,
        begun.elapsed().as_nanos() / AGENTS as u128,
    );
    assert_eq!(memory.keys(METER.name), LAST);
    assert!(most <= bound, "{most} octets");
}

fn agents_that_all_speak_as_much_as_they_may() {
    let mut memory = Memory::new(Registry::default());
    let before = HELD.load(Ordering::Relaxed);
    for agent in 0..3 * LAST {
        let name = format!("agent-{agent:010}");
        (0..2 * RATE.limit).for_each(|_| memory.count(METER, &name, RATE, 0));
        assert_eq!(memory.wait(METER, &name, RATE, 0), RATE.window);
    }
    let held = usize::try_from(HELD.load(Ordering::Relaxed) - before).unwrap();
    println!(
        "{LAST} full logs hold {} KiB of {} KiB allowed",
        held / 1024,
        LAST * OCTETS_PER_KEY / 1024
    );
    assert!(held <= LAST * OCTETS_PER_KEY, "{held} octets");
}

/// Admits what its meter admits, by the text that comes; says `ok`, or how long to wait. `peer` is answered with the peer.
struct Gate;

impl Machine for Gate {
    type Message = String;
    type Call = ();

    fn max_size(&self) -> usize {
        support::MAX
    }

    fn decode(&mut self, frame: &[u8]) -> Result<Box<String>, Refusal> {
        support::decode(frame).map(Box::new)
    }

    fn encode(&self, message: &String, out: &mut Vec<u8>) {
        out.extend_from_slice(message.as_bytes());
    }

    fn message_name<'m>(&'m self, _: &'m String) -> &'m str {
        "text"
    }

    fn handle(&mut self, input: Input<String, ()>, context: &mut Context<'_>, actions: &mut Vec<Action<String>>) {
        let Input::Message(key) = input else { return };
        if *key == "peer" {
            actions.push(Action::Send(Box::new(context.peer.to_owned())));
            return;
        }
        let now = context.now.ticks;
        let answer = match context.policy.wait(METER, &key, RATE, now) {
            0 => {
                // Another connection's turn, if it were let in.
                std::thread::yield_now();
                context.policy.count(METER, &key, RATE, now);
                "ok".to_owned()
            }
            wait => wait.to_string(),
        };
        actions.push(Action::Send(Box::new(answer)));
    }

    fn next_deadline(&self) -> Option<u64> {
        None
    }

    fn state(&self) -> &str {
        "Open"
    }

    fn is_ended(&self) -> bool {
        false
    }

    fn persistence(&self) -> Option<Place> {
        None
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_that_speak_at_once_get_no_more_than_the_limit_together() {
    const CONNECTIONS: usize = 8;
    let serve = |driver: Driver<Gate>, _| driver.run(|mut session| async move { while session.event().await.is_some() {} });
    let endpoint = support::lines();
    let server = Server::listen(&endpoint, ServerOptions::default(), |_| Gate, serve);
    let server = server.await.unwrap();
    let mut tasks = Vec::new();
    for _ in 0..CONNECTIONS {
        let address = server.local_addr();
        tasks.push(tokio::spawn(async move {
            let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
            stream.write_all("one\n".repeat(RATE.limit as usize).as_bytes()).await.unwrap();
            let (mut admitted, mut line) = (0, String::new());
            for _ in 0..RATE.limit {
                line.clear();
                stream.read_line(&mut line).await.unwrap();
                admitted += u32::from(line == "ok\n");
            }
            stream.write_all(b"peer\n").await.unwrap();
            line.clear();
            stream.read_line(&mut line).await.unwrap();
            assert_eq!(line, "127.0.0.1\n");
            admitted
        }));
    }
    let mut admitted = 0;
    for task in tasks {
        admitted += task.await.unwrap();
    }
    println!("{admitted} of {} admitted", CONNECTIONS * RATE.limit as usize);
    assert_eq!(admitted, RATE.limit);
    server.shutdown(Duration::from_secs(1)).await;
}

/// A connection in memory that shares a policy.
fn open(policy: &Arc<SharedPolicy>) -> (Session<Gate>, BufReader<tokio::io::DuplexStream>) {
    let (near, far) = tokio::io::duplex(1024);
    let transport = Box::new(Lines::new(far, support::LIMITS));
    let session = Driver::server(Gate, transport, "192.0.2.7:4711").policy(Arc::clone(policy)).spawn();
    (session, BufReader::new(near))
}

async fn ask(stream: &mut BufReader<tokio::io::DuplexStream>, text: &str) -> String {
    stream.write_all(format!("{text}\n").as_bytes()).await.unwrap();
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    line.trim_end().to_owned()
}

#[tokio::test(start_paused = true)]
async fn the_first_past_the_limit_is_refused_until_the_window_has_passed_on_every_connection() {
    let policy = Arc::new(SharedPolicy::default());
    let (_session, mut first) = open(&policy);
    for _ in 0..RATE.limit {
        assert_eq!(ask(&mut first, "a").await, "ok");
    }
    assert_eq!(ask(&mut first, "a").await, "60000");
    assert_eq!(ask(&mut first, "b").await, "ok");

    // One that is opened later counts by the same clock.
    tokio::time::advance(Duration::from_secs(10)).await;
    let (_session, mut second) = open(&policy);
    assert_eq!(ask(&mut second, "a").await, "50000");
    assert_eq!(ask(&mut second, "peer").await, "192.0.2.7");
    tokio::time::advance(Duration::from_millis(49_999)).await;
    assert_eq!((ask(&mut first, "a").await, ask(&mut second, "a").await), ("1".into(), "1".into()));
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(
        (ask(&mut second, "a").await, ask(&mut first, "a").await),
        ("ok".into(), "ok".into())
    );
    assert_eq!(policy.keys(METER.name), 2);
}
