//! Who speaks with whom, and how far they came.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use protocol_tests::programs::{Language, PATIENCE, built};

/// Who speaks: the interpreter, or a generated package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    Interpreter,
    Rust,
    Generated(Language),
}

const COUNT: usize = 2 + Language::ALL.len();

const SPEAKERS: [Speaker; COUNT] = {
    let mut speakers = [Speaker::Interpreter; COUNT];
    speakers[1] = Speaker::Rust;
    let mut index = 0;
    while index < Language::ALL.len() {
        speakers[index + 2] = Speaker::Generated(Language::ALL[index]);
        index += 1;
    }
    speakers
};

impl Speaker {
    pub fn name(self) -> &'static str {
        match self {
            Self::Interpreter => "interpreter",
            Self::Rust => "rust",
            Self::Generated(language) => language.target(),
        }
    }

    /// The peer that is generated for a protocol; the interpreter's is its own command.
    pub fn peer(self, protocol: &str) -> Option<Command> {
        match self {
            Self::Interpreter => None,
            Self::Rust => {
                let mut command = built("peer");
                command.arg(protocol);
                Some(command)
            }
            Self::Generated(language) => Some(language.peer(protocol)),
        }
    }
}

/// A client and a server, and what they do at the moment.
pub struct Pair {
    pub client: Speaker,
    pub server: Speaker,
    step: Cell<&'static str>,
    steps: Cell<usize>,
}

impl Pair {
    /// From now on they do this.
    pub fn step(&self, what: &'static str) {
        self.step.set(what);
        self.steps.set(self.steps.get() + 1);
    }
}

/// Waits until something holds.
pub fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Has every client speak with every server, each server with one client after the other, and prints how many steps they went together.
pub fn every_pair<S>(protocol: &str, serve: impl Fn(Speaker) -> S + Sync, speak: impl Fn(&Pair, &mut S) + Sync) {
    let began = Instant::now();
    let column = |server| {
        let mut serving = serve(server);
        SPEAKERS.map(|client| {
            let pair = Pair {
                client,
                server,
                step: Cell::new("start"),
                steps: Cell::new(0),
            };
            // One pair that fails says nothing of the others.
            let done = catch_unwind(AssertUnwindSafe(|| speak(&pair, &mut serving)));
            done.map(|()| pair.steps.get()).map_err(|_| pair.step.get())
        })
    };
    let columns = thread::scope(|scope| {
        let column = &column;
        let running = SPEAKERS.map(|server| scope.spawn(move || column(server)));
        running.map(|column| column.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let names: Vec<String> = SPEAKERS.iter().map(|server| format!("{:>11}", server.name())).collect();
    println!("{:>20} | {}", format!("{protocol}, steps"), names.join(" | "));
    let mut failed = Vec::new();
    for (row, client) in SPEAKERS.iter().enumerate() {
        let cell =
            |column: &[Result<usize, &'static str>; COUNT]| column[row].map_or_else(|_| "FAILED".to_owned(), |steps| steps.to_string());
        let cells: Vec<String> = columns.iter().map(|column| format!("{:>11}", cell(column))).collect();
        println!("{:>20} | {}", client.name(), cells.join(" | "));
        for (column, server) in columns.iter().zip(SPEAKERS) {
            if let Err(step) = column[row] {
                failed.push(format!("a client in {} with a server in {}: {step}", client.name(), server.name()));
            }
        }
    }
    println!("{} failures, {:.0?}", failed.len(), began.elapsed());
    assert!(failed.is_empty(), "{failed:#?}");
}
