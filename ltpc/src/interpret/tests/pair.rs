//! A client and a server, wired to each other under virtual time.

use std::{collections::BTreeMap, sync::Arc};

use ltp_runtime::session::{
    Action, Context, Entropy, Input, Machine as _, Now, Place, SplitMix64,
    script::{describe_action, describe_input},
};

use super::{EPOCH, machine};
use crate::{
    interpret::{Draft, Machine},
    model::Model,
};
use ltp_runtime::{codec::Decoded, policy::Memory};

/// How long a frame is on its way, in milliseconds.
pub const LATENCY: u64 = 10;

/// What lies between a machine and the world: its randomness, its store, its trace.
pub struct Side {
    pub machine: Machine,
    name: &'static str,
    entropy: SplitMix64,
    /// Which connection it belongs to; what is on its way to another is lost.
    connection: u64,
    open: bool,
}

/// Two sides, and the link between them.
pub struct Pair {
    pub client: Side,
    /// The server's machine for the latest connection.
    pub server: Side,
    pub now: u64,
    /// Whether connections can be made; turning it off cuts none.
    pub reachable: bool,
    /// Whether a frame arrives: who sends it, and its text.
    pub passes: fn(&str, &str) -> bool,
    /// `TIME SIDE > ACTION`, `TIME SIDE < INPUT`.
    pub trace: Vec<String>,
    /// Whether there is a trace.
    pub traced: bool,
    /// Frames that were sent, those that were lost among them.
    pub frames: u64,
    pub rows: BTreeMap<Place, (String, Option<u64>)>,
    model: Arc<Model>,
    options: [String; 2],
    on_the_way: BTreeMap<(u64, u64), (Who, u64, Parcel)>,
    sent: u64,
    connections: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Client,
    Server,
}

/// What is on its way to a side.
enum Parcel {
    Opened,
    Frame(String),
    Closed(String),
}

impl Pair {
    /// A pair whose client has been started.
    pub fn start(model: &Arc<Model>, client: &str, server: &str) -> Self {
        let mut pair = Self::new(model, client, server);
        pair.input(Who::Client, Input::Start { persisted: None });
        pair
    }

    /// A pair whose client has been started and finds nobody.
    pub fn unreachable(model: &Arc<Model>, client: &str) -> Self {
        let mut pair = Self::new(model, client, "{}");
        pair.reachable = false;
        pair.input(Who::Client, Input::Start { persisted: None });
        pair
    }

    fn new(model: &Arc<Model>, client: &str, server: &str) -> Self {
        Self {
            client: side("client", machine(model, "client", client), 1),
            server: side("server", machine(model, "server", server), 2),
            now: 0,
            reachable: true,
            passes: |_, _| true,
            trace: Vec::new(),
            traced: true,
            frames: 0,
            rows: BTreeMap::new(),
            model: Arc::clone(model),
            options: [client.to_owned(), server.to_owned()],
            on_the_way: BTreeMap::new(),
            sent: 0,
            connections: 0,
        }
    }

    /// The client's process starts again, with what it stored.
    pub fn restart_client(&mut self) {
        self.client.machine = machine(&self.model, "client", &self.options[0]);
        let place = self.client.machine.persistence();
        let persisted = place.and_then(|place| self.row(&place));
        self.input(Who::Client, Input::Start { persisted });
    }

    /// Runs until a time, and stands there.
    pub fn run(&mut self, until: u64) {
        while let Some((at, next)) = self.next().filter(|(at, _)| *at <= until) {
            self.now = self.now.max(at);
            match next {
                Some(who) => self.input(who, Input::Due),
                None => self.arrive(),
            }
        }
        self.now = until;
    }

    /// Runs for a while longer.
    pub fn pass(&mut self, milliseconds: u64) {
        self.run(self.now + milliseconds);
    }

    /// The application of a side asks to send.
    pub fn call(&mut self, who: Who, draft: &str) {
        let program = Arc::clone(self.side(who).machine.program());
        let draft: Draft = program.draft(draft.as_bytes()).unwrap();
        self.input(who, Input::Call(draft));
    }

    /// The application of a side asks to close.
    pub fn close(&mut self, who: Who) {
        self.input(who, Input::Close);
    }

    /// A frame arrives at a side, whoever sent it.
    pub fn frame(&mut self, who: Who, text: &str) {
        let input = match self.side(who).machine.decode(text.as_bytes()) {
            Ok(message) => Input::Message(message),
            Err(refusal) => Input::Malformed(refusal),
        };
        self.input(who, input);
    }

    /// The connection is cut: both sides learn of it at once, and nothing that is on its way arrives.
    pub fn cut(&mut self) {
        self.on_the_way.clear();
        for who in [Who::Client, Who::Server] {
            if std::mem::take(&mut self.side(who).open) {
                self.input(who, Input::Closed { reason: "cut".to_owned() });
            }
        }
    }

    /// The lines of the trace that hold all of these words.
    pub fn lines(&self, words: &[&str]) -> Vec<&str> {
        let holds = |line: &&String| words.iter().all(|word| line.contains(word));
        self.trace.iter().filter(holds).map(String::as_str).collect()
    }

    /// The times of such lines.
    pub fn times(&self, words: &[&str]) -> Vec<u64> {
        self.lines(words)
            .iter()
            .map(|line| line.split(' ').next().unwrap().parse().unwrap())
            .collect()
    }

    /// The state of a side.
    pub fn state(&self, who: Who) -> &str {
        match who {
            Who::Client => self.client.machine.state(),
            Who::Server => self.server.machine.state(),
        }
    }

    fn side(&mut self, who: Who) -> &mut Side {
        match who {
            Who::Client => &mut self.client,
            Who::Server => &mut self.server,
        }
    }

    /// When something happens next: a side's deadline, or something arrives.
    fn next(&self) -> Option<(u64, Option<Who>)> {
        let due = |side: &Side, who| side.machine.next_deadline().map(|at| (at, Some(who)));
        let arrives = self.on_the_way.keys().next().map(|(at, _)| (*at, None));
        [arrives, due(&self.client, Who::Client), due(&self.server, Who::Server)]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at)
    }

    fn arrive(&mut self) {
        let Some((_, (who, connection, parcel))) = self.on_the_way.pop_first() else {
            return;
        };
        if self.side(who).connection != connection {
            return;
        }
        match parcel {
            Parcel::Opened => {
                self.side(who).open = true;
                self.input(who, Input::Opened);
            }
            Parcel::Frame(text) if self.side(who).open => self.frame(who, &text),
            Parcel::Closed(reason) => {
                self.side(who).open = false;
                self.input(who, Input::Closed { reason });
            }
            Parcel::Frame(_) => {}
        }
    }

    fn input(&mut self, who: Who, input: Input<Decoded, Draft>) {
        let ticks = self.now;
        let now = Now {
            ticks,
            unix: EPOCH + ticks,
        };
        let traced = self.traced;
        let side = self.side(who);
        let name = side.name;
        let line = traced.then(|| format!("{ticks} {name} < {}", describe_input(&side.machine, &input)));
        let mut actions = Vec::new();
        let entropy: &mut dyn Entropy = &mut side.entropy;
        let mut context = Context {
            now,
            entropy,
            peer: "peer",
            policy: &mut Memory::default(),
        };
        side.machine.handle(input, &mut context, &mut actions);
        let described = actions.iter().filter(|_| traced);
        let lines: Vec<_> = described
            .map(|action| format!("{ticks} {name} > {}", describe_action(&side.machine, action)))
            .collect();
        self.trace.extend(line.into_iter().chain(lines));
        for action in actions {
            self.obey(who, action);
        }
    }

    fn obey(&mut self, who: Who, action: Action<Decoded>) {
        match action {
            Action::Connect => self.connect(),
            Action::Send(message) => {
                let mut text = Vec::new();
                self.side(who).machine.encode(&message, &mut text);
                let text = String::from_utf8(text).unwrap();
                self.frames += 1;
                if (self.passes)(self.side(who).name, &text) {
                    self.send(other(who), Parcel::Frame(text), LATENCY);
                }
            }
            Action::Close { reason } | Action::Drop { reason } => {
                self.side(who).open = false;
                self.send(who, Parcel::Closed(reason.to_string()), 0);
                self.send(other(who), Parcel::Closed(reason.into_owned()), LATENCY);
            }
            Action::Store { place, value, expires } => _ = self.rows.insert(place, (value, expires)),
            Action::Forget { place } => _ = self.rows.remove(&place),
            Action::Lookup { place } => {
                let row = self.row(&place);
                self.input(who, Input::Found(row));
            }
            Action::Deliver(_) | Action::Answer { .. } | Action::Enter { .. } | Action::Refuse(_) | Action::Unexpected { .. } => {}
        }
    }

    fn connect(&mut self) {
        self.connections += 1;
        let connection = self.connections;
        self.client.connection = connection;
        if !self.reachable {
            return self.send(Who::Client, Parcel::Closed("unreachable".to_owned()), LATENCY);
        }
        self.server = side("server", machine(&self.model, "server", &self.options[1]), 1_000 + connection);
        self.server.connection = connection;
        self.input(Who::Server, Input::Start { persisted: None });
        self.send(Who::Server, Parcel::Opened, LATENCY);
        self.send(Who::Client, Parcel::Opened, LATENCY);
    }

    fn send(&mut self, to: Who, parcel: Parcel, after: u64) {
        self.sent += 1;
        let connection = self.client.connection;
        self.on_the_way.insert((self.now + after, self.sent), (to, connection, parcel));
    }

    fn row(&self, place: &Place) -> Option<String> {
        let (value, expires) = self.rows.get(place)?;
        expires.is_none_or(|expires| expires > EPOCH + self.now).then(|| value.clone())
    }
}

fn side(name: &'static str, machine: Machine, seed: u64) -> Side {
    Side {
        machine,
        name,
        entropy: SplitMix64::new(seed),
        connection: 0,
        open: false,
    }
}

fn other(who: Who) -> Who {
    match who {
        Who::Client => Who::Server,
        Who::Server => Who::Client,
    }
}
