//! Clients of all languages against servers of all languages, over links that are cut at random: threads are never mixed, no message is lost
//! without an error, memory stays flat.
//!
//! Each language has a program (`tests/peers/ltp_crowd.*`; for Rust the binary `crowd`, as generated code and by the interpreter) with two roles:
//!
//! - `echo ADDRESS` listens with a heartbeat of 5 s, says `listening on ws://HOST:PORT` on standard error, and answers each event with an event
//!   `answer` of the same data, until standard input ends;
//! - `crowd NAME COUNT SECONDS PAUSE URL...` runs so many clients for each URL. A client is called `NAME-URL-NUMBER`, both counted from 0, and
//!   keeps its thread in a store of its own. For so many seconds it sends events `count` of the data `{"client": its name, "n": 1, 2, ...}`, each
//!   when what became of the one before is known and after a pause of up to `2 * PAUSE` ms, at random. In the end the program prints one line,
//!   `{"totals": [...]}`, with an object for each URL, in which all its clients are added up:
//!
//! | member | what was counted |
//! |---|---|
//! | `clients` | clients |
//! | `sent` | events that the session took |
//! | `answered` | of those: the answer came |
//! | `cut` | of those: the session left the state `Ready` before it came, so the client knows |
//! | `lost` | of those: neither, for 30 s |
//! | `refused` | events that the session did not take; tried again with the next number |
//! | `resumed` | answers that came by another session than the one before |
//! | `mixed` | events that came with another thread than the client's first, or with another client's name |
//! | `errors` | messages of the type `error` |
//! | `ended` | sessions that ended by themselves, after which the client began a new one with the same store |
//!
//! `SOAK_SECONDS` says how long (20), `SOAK_CLIENTS` how many clients there are of all languages with all servers (50), `SOAK_PAUSE` the pause in
//! milliseconds (250). The long run, of 200 clients for each of the five servers:
//!
//! `SOAK_SECONDS=1800 SOAK_CLIENTS=1000 cargo test -p protocol-tests --test soak -- --nocapture`
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::{
    net::SocketAddr,
    process::Command,
    time::{Duration, Instant},
};

use protocol_tests::{
    link::Link,
    programs::{Language, PATIENCE, Program},
};
use serde_json::Value;

/// Who speaks: Rust by the interpreter or as generated code, or a language's generated package.
#[derive(Debug, Clone, Copy)]
enum Speaker {
    Rust(&'static str),
    Generated(Language),
}

const SPEAKERS: [Speaker; 5] = [
    Speaker::Rust("interpreter"),
    Speaker::Rust("generated"),
    Speaker::Generated(Language::Python),
    Speaker::Generated(Language::Typescript),
    Speaker::Generated(Language::Elixir),
];

impl Speaker {
    fn name(self) -> &'static str {
        match self {
            Self::Rust("generated") => "rust",
            Self::Rust(how) => how,
            Self::Generated(language) => language.target(),
        }
    }

    fn program(self) -> Command {
        match self {
            Self::Rust(how) => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_crowd"));
                command.arg(how);
                command
            }
            Self::Generated(language) => language.crowd(),
        }
    }

    fn server(self) -> (Program, SocketAddr) {
        let server = Program::start(self.program().args(["echo", "ws://127.0.0.1:0"]));
        let line = server.error_line_with("listening on ");
        let address = line.rsplit("://").next().unwrap().trim_end_matches('/').parse().unwrap();
        (server, address)
    }
}

/// What the environment says, else that.
fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// A generator of random numbers that is good enough to cut by.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// What a program has of the machine's memory, with all that it started, in MiB.
fn memory(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let of = |line: &str| line.strip_prefix("VmRSS:")?.trim().trim_end_matches(" kB").parse::<f64>().ok();
    let own = status.lines().find_map(of).unwrap_or_default() / 1024.0;
    let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    own + children
        .split_whitespace()
        .filter_map(|child| child.parse().ok())
        .map(memory)
        .sum::<f64>()
}

/// The least of what was measured in a part of the run, while the program ran.
fn least(measured: &[f64]) -> f64 {
    measured
        .iter()
        .copied()
        .filter(|memory| *memory > 0.0)
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn nothing_is_mixed_or_lost_while_links_are_cut_and_memory_stays_flat() {
    let (seconds, clients) = (setting("SOAK_SECONDS", 20), setting("SOAK_CLIENTS", 50));
    let pause = setting("SOAK_PAUSE", 250).to_string();
    let pairs = (SPEAKERS.len() * SPEAKERS.len()) as u64;
    let each = clients.div_ceil(pairs).to_string();
    let (mut servers, mut links) = (Vec::new(), Vec::new());
    for speaker in SPEAKERS {
        let (server, address) = speaker.server();
        servers.push(server);
        // A link for each of the languages of clients.
        links.push(SPEAKERS.map(|_| Link::forgetful(address)));
    }
    let crowd = |(at, speaker): (usize, Speaker)| {
        let urls = links.iter().map(|of_server| format!("ws://{}", of_server[at].address()));
        let mut command = speaker.program();
        command
            .args(["crowd", speaker.name(), &each, &seconds.to_string(), &pause])
            .args(urls);
        Program::start(&mut command)
    };
    let crowds: Vec<Program> = SPEAKERS.into_iter().enumerate().map(crowd).collect();

    // Each link is cut about every twelve seconds; the last few seconds are quiet, so that everybody finds the way back.
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (start, end) = (Instant::now(), Duration::from_secs(seconds));
    let mut measured: Vec<Vec<f64>> = vec![Vec::new(); SPEAKERS.len() * 2];
    let mut cuts = 0_u64;
    let mut next = Duration::ZERO;
    while start.elapsed() < end {
        std::thread::sleep(Duration::from_millis(200 + random.below(560)));
        if start.elapsed() + Duration::from_secs(4) < end {
            let pair = usize::try_from(random.below(pairs)).unwrap();
            links[pair / SPEAKERS.len()][pair % SPEAKERS.len()].cut_some(|| random.below(2) == 0);
            cuts += 1;
        }
        if start.elapsed() >= next {
            next += Duration::from_secs(1);
            for (program, measured) in servers.iter().chain(&crowds).zip(&mut measured) {
                measured.push(memory(program.id()));
            }
        }
    }

    println!("{seconds} s, {each} clients of each language with each server, {cuts} cuts");
    println!(
        "{:>12} {:>12} | sent     answered cut    refused resumed lost mixed errors ended",
        "clients", "server"
    );
    let deadline = Instant::now() + PATIENCE * 2;
    let mut resumed = 0;
    for (speaker, crowd) in SPEAKERS.iter().zip(&crowds) {
        let said = loop {
            match crowd.poll() {
                Some(line) => break serde_json::from_str::<Value>(&line).unwrap(),
                None => assert!(Instant::now() < deadline, "{} does not end", speaker.name()),
            }
        };
        for (server, totals) in SPEAKERS.iter().zip(said["totals"].as_array().unwrap()) {
            let count = |name: &str| totals[name].as_u64().unwrap();
            println!(
                "{:>12} {:>12} | {:<8} {:<8} {:<6} {:<7} {:<7} {:<4} {:<5} {:<6} {}",
                speaker.name(),
                server.name(),
                count("sent"),
                count("answered"),
                count("cut"),
                count("refused"),
                count("resumed"),
                count("lost"),
                count("mixed"),
                count("errors"),
                count("ended"),
            );
            let pair = format!("{} with {}: {totals}", speaker.name(), server.name());
            assert_eq!(count("clients").to_string(), each, "{pair}");
            assert_eq!((count("mixed"), count("lost"), count("errors")), (0, 0, 0), "{pair}");
            assert_eq!(count("sent"), count("answered") + count("cut"), "{pair}");
            resumed += count("resumed");
            assert!(count("answered") > count("cut") && count("answered") >= seconds, "{pair}");
        }
    }

    assert!(resumed >= cuts / 4, "{resumed} came back after {cuts} cuts");
    println!("{:>12} {:>12} | MiB of memory: after a quarter, in the end", "", "");
    let roles = ["as server", "as clients"]
        .into_iter()
        .flat_map(|role| SPEAKERS.map(|speaker| (speaker.name(), role)));
    let mut grown = Vec::new();
    for ((name, role), measured) in roles.zip(&measured) {
        let (warm, late) = (
            &measured[measured.len() / 4..measured.len() / 2],
            &measured[measured.len() * 3 / 4..],
        );
        let (before, after) = (least(warm), least(late));
        println!("{name:>12} {role:>12} | {before:.1} {after:.1}");
        assert!(before > 1.0 && before.is_finite(), "{name} {role}: it runs");
        // Whoever collects garbage may wait before it gives memory back, but not for long.
        if after > before * 1.2 + 16.0 {
            grown.push(format!("{name} {role}: {before:.1} MiB became {after:.1} MiB"));
        }
    }
    assert!(grown.is_empty(), "{grown:?}");
}
