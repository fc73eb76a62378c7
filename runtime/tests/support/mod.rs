//! A small protocol for tests: messages are texts, `ping` is answered by `pong`.
//!
//! The client pings, expects pongs, reconnects with a backoff and delivers what else comes. The server echoes, stores (`put K V`)
//! and looks up (`get K`).
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::{borrow::Cow, sync::Arc, time::Duration};

use ltp_runtime::{
    codec::{Rule, Violation},
    endpoint::{Endpoint, Transport},
    net::{
        Connect, Connecting, Driver, Event, Options, Session,
        transport::{Limits, Lines, Terms},
    },
    session::{
        Action, Backoff, BackoffPlan, CallError, Context, InPlace, Input, Interval, Machine, Place, Readable, Refusal, Timer, TimerQueue,
    },
};
use tokio::{io::DuplexStream, sync::mpsc};

pub const MAX: usize = 1024;

/// What both roles have in common.
pub fn decode(frame: &[u8]) -> Result<String, Refusal> {
    let refuse = |rule, expected: &'static str| Refusal {
        tag: None,
        message: None,
        size: frame.len() as u64,
        violations: vec![Violation {
            pointer: String::new(),
            rule,
            expected: expected.into(),
            actual: String::new(),
            position: None,
        }],
        readable: Readable::default(),
    };
    let text = std::str::from_utf8(frame).map_err(|_| refuse(Rule::Utf8, "UTF-8"))?;
    if text.is_empty() {
        return Err(refuse(Rule::Syntax, "text"));
    }
    Ok(text.into())
}

macro_rules! texts {
    () => {
        type Message = String;
        type Call = String;

        fn max_size(&self) -> usize {
            self.max
        }

        fn decode(&mut self, frame: &[u8]) -> Result<Box<String>, Refusal> {
            decode(frame).map(Box::new)
        }

        fn encode(&self, message: &String, out: &mut Vec<u8>) {
            out.extend_from_slice(message.as_bytes());
        }

        fn message_name<'m>(&'m self, message: &'m String) -> &'m str {
            message.split(' ').next().unwrap_or_default()
        }

        fn state(&self) -> &str {
            self.state
        }
    };
}

pub struct Client {
    pub max: usize,
    pub ping: u64,
    pub pong_timeout: u64,
    pub place: Option<Place>,
    pub state: &'static str,
    pub every: Interval,
    pub pongs: TimerQueue,
    pub backoff: Backoff,
    pub retry: Timer,
    pub persisted: Option<String>,
}

pub const PLAN: BackoffPlan = BackoffPlan {
    first: 1_000,
    cap: 30_000,
    factor: 2,
    jitter_percent: 0,
    tries: Some(5),
};

impl Client {
    pub fn new() -> Self {
        Self {
            max: MAX,
            ping: 15_000,
            pong_timeout: 45_000,
            place: None,
            state: "",
            every: Interval::new(),
            pongs: TimerQueue::new(16),
            backoff: Backoff::new(PLAN),
            retry: Timer::new(),
            persisted: None,
        }
    }

    fn enter(&mut self, state: &'static str, actions: &mut Vec<Action<String>>) {
        self.every.stop();
        self.pongs.clear();
        self.state = state;
        actions.push(Action::Enter { state: state.into() });
    }
}

impl Machine for Client {
    texts!();

    fn handle(&mut self, input: Input<String, String>, context: &mut Context<'_>, actions: &mut Vec<Action<String>>) {
        let now = context.now.ticks;
        match (self.state, input) {
            ("Failed" | "Closed", _) => {}
            (_, Input::Start { persisted }) => {
                self.persisted = persisted;
                self.enter("Connecting", actions);
                actions.push(Action::Connect);
            }
            ("Connecting", Input::Opened) => {
                self.backoff.reset();
                self.enter("Ready", actions);
                self.every.start(now, self.ping);
                let greeting = self.persisted.as_deref().unwrap_or("hello");
                actions.push(send(greeting));
            }
            ("Ready", Input::Message(message)) if *message == "pong" => {
                self.pongs.disarm();
            }
            ("Ready", Input::Message(message)) => actions.push(Action::Deliver(message)),
            ("Ready", Input::Call(call)) => actions.push(send(call)),
            (_, Input::Call(call)) => actions.push(Action::Refuse(CallError::NotNow {
                state: self.state.into(),
                message: call.into(),
            })),
            (_, Input::Due) => {
                if self.retry.take_due(now) {
                    self.enter("Connecting", actions);
                    actions.push(Action::Connect);
                } else if self.pongs.take_due(now) {
                    actions.push(Action::Drop { reason: "no pong".into() });
                } else if self.every.take_due(now) {
                    self.pongs.arm(now, now + self.pong_timeout);
                    actions.push(send("ping"));
                }
            }
            (_, Input::Closed { .. }) => match self.backoff.next(context.entropy) {
                Some(delay) => {
                    self.enter("Waiting", actions);
                    self.retry.arm(now + delay);
                }
                None => self.enter("Failed", actions),
            },
            (_, Input::Close) => {
                actions.push(Action::Close { reason: "done".into() });
                self.enter("Closed", actions);
            }
            (state, Input::Malformed(refusal)) => actions.push(unexpected("malformed", state, Some(refusal))),
            (state, Input::Opened) => actions.push(unexpected("open", state, None)),
            (state, Input::Message(message)) => actions.push(unexpected(&message, state, None)),
            (_, Input::Found(_) | Input::Cancel(_)) => {}
        }
    }

    fn next_deadline(&self) -> Option<u64> {
        [self.every.deadline(), self.pongs.deadline(), self.retry.deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    fn is_ended(&self) -> bool {
        matches!(self.state, "Failed" | "Closed")
    }

    fn persistence(&self) -> Option<Place> {
        self.place.clone()
    }
}

fn send(text: impl Into<String>) -> Action<String> {
    Action::Send(Box::new(text.into()))
}

pub fn unexpected(input: &str, state: &'static str, refusal: Option<Refusal>) -> Action<String> {
    Action::Unexpected {
        input: Cow::Owned(input.into()),
        state: state.into(),
        refusal: refusal.map(Box::new),
    }
}

pub struct Server {
    pub max: usize,
    /// Whether it refuses to close, as a broken machine would.
    pub stubborn: bool,
    pub handshake_timeout: Option<u64>,
    pub state: &'static str,
    pub handshake: Timer,
    pub looking: String,
}

impl Server {
    pub fn new() -> Self {
        Self {
            max: MAX,
            stubborn: false,
            handshake_timeout: None,
            state: "Greeting",
            handshake: Timer::new(),
            looking: String::new(),
        }
    }

    fn end(&mut self, actions: &mut Vec<Action<String>>) {
        self.state = "Closed";
        actions.push(Action::Enter { state: "Closed".into() });
    }

    fn message(&mut self, message: String, actions: &mut Vec<Action<String>>) {
        let place = |key: &str| Place {
            space: "Test.rows".into(),
            key: key.into(),
        };
        let words: Vec<&str> = message.splitn(3, ' ').collect();
        match words[..] {
            ["ping"] => actions.push(send("pong")),
            ["put", key, value] => {
                actions.push(Action::Store {
                    place: place(key),
                    value: value.into(),
                    expires: None,
                });
                actions.push(send("put"));
            }
            ["forget", key] => actions.push(Action::Forget { place: place(key) }),
            ["get", key] => {
                self.looking = key.into();
                actions.push(Action::Lookup { place: place(key) });
            }
            ["bye"] => {
                actions.push(Action::Close {
                    reason: "as you wish".into(),
                });
                self.end(actions);
            }
            ["drop"] => actions.push(Action::Drop {
                reason: "as you wish".into(),
            }),
            ["both", ..] => {
                actions.push(Action::Deliver(Box::new(message)));
                actions.push(send("and this"));
            }
            ["stash", key, value] => {
                actions.push(Action::Store {
                    place: place(key),
                    value: value.into(),
                    expires: None,
                });
                actions.push(Action::Deliver(Box::new(message)));
            }
            ["deliver", ..] => actions.push(Action::Deliver(Box::new(message))),
            ["many", count, size] => {
                let (count, size) = (count.parse().unwrap(), size.parse().unwrap());
                actions.extend((0..count).map(|_| send("x".repeat(size))));
            }
            _ => actions.push(send(format!("echo {message}"))),
        }
    }
}

impl Machine for Server {
    texts!();

    fn handle(&mut self, input: Input<String, String>, context: &mut Context<'_>, actions: &mut Vec<Action<String>>) {
        match input {
            _ if self.state == "Closed" => {}
            Input::Start { .. } => {
                actions.push(Action::Enter { state: "Greeting".into() });
                if let Some(timeout) = self.handshake_timeout {
                    self.handshake.arm(context.now.ticks + timeout);
                }
            }
            Input::Message(message) => {
                self.handshake.disarm();
                self.message(*message, actions);
            }
            Input::Malformed(refusal) => {
                let rule = refusal.violations[0].rule.name();
                actions.push(send(format!("error {rule} {}", refusal.size)));
            }
            Input::Found(row) => actions.push(send(format!("{} is {row:?}", self.looking))),
            Input::Call(call) if call == "ask in vain" => actions.push(Action::Refuse(CallError::Full { most: 0 })),
            Input::Call(call) => actions.push(send(call)),
            Input::Due if self.handshake.take_due(context.now.ticks) => {
                actions.push(Action::Close { reason: "too slow".into() });
                self.end(actions);
            }
            Input::Due | Input::Opened | Input::Cancel(_) => {}
            Input::Close if self.stubborn => actions.push(Action::Refuse(CallError::NotNow {
                state: "Greeting".into(),
                message: "close".into(),
            })),
            Input::Close => {
                actions.push(send("going away"));
                actions.push(Action::Close { reason: "shutdown".into() });
                self.end(actions);
            }
            Input::Closed { .. } => self.end(actions),
        }
    }

    fn next_deadline(&self) -> Option<u64> {
        self.handshake.deadline()
    }

    fn is_ended(&self) -> bool {
        self.state == "Closed"
    }

    fn persistence(&self) -> Option<Place> {
        None
    }
}

/// What is delivered is `deliver ..`; what begins with `bad` does not conform, and what begins with `ask` is remembered.
impl InPlace for Server {
    type Read<'f> = Cow<'f, str>;
    type Draft<'d> = Cow<'d, str>;

    fn read<'f>(&mut self, frame: &'f [u8]) -> Result<Cow<'f, str>, Refusal> {
        decode(frame)?;
        Ok(String::from_utf8_lossy(frame))
    }

    fn name_of<'m>(message: &'m Cow<'_, str>) -> &'m str {
        message.split(' ').next().unwrap_or_default()
    }

    fn own(message: Cow<'_, str>) -> Box<String> {
        Box::new(message.into_owned())
    }

    fn lend<'f>(message: String) -> Cow<'f, str> {
        message.into()
    }

    fn admit(&mut self, message: &Cow<'_, str>, _: &mut Context<'_>) -> bool {
        let is_delivered = message.starts_with("deliver ") && self.state != "Closed";
        if is_delivered {
            self.handshake.disarm();
        }
        is_delivered
    }

    fn sends(&self, draft: &Cow<'_, str>) -> bool {
        !draft.starts_with("ask") && draft != "none" && self.state != "Closed"
    }

    fn say(&mut self, draft: Self::Draft<'_>, _: &mut Context<'_>, out: &mut Vec<u8>) -> Result<&'static str, CallError> {
        if draft.starts_with("bad") {
            return Err(CallError::Invalid(Box::default()));
        }
        out.extend_from_slice(draft.as_bytes());
        Ok("text")
    }

    fn call(draft: Cow<'_, str>) -> Result<String, &'static str> {
        if draft == "none" { Err("none") } else { Ok(draft.into_owned()) }
    }
}

pub const LIMITS: Limits = Limits {
    message: MAX,
    unsent: 4096,
    message_time: Duration::from_secs(30),
};

/// What a transport of the tests' protocol is opened with.
pub const TERMS: Terms = Terms {
    limits: LIMITS,
    splitter: None,
};

pub fn websocket() -> Endpoint {
    Endpoint {
        name: "WebSocket".into(),
        transport: Transport::WebSocket {
            subprotocols: vec!["test.v2".into(), "test.v1".into()].into(),
            subprotocol_optional: false,
            accept_binary: false,
        },
        address: "ws://127.0.0.1:0".into(),
        alias: None,
        plaintext_loopback_only: true,
    }
}

pub fn lines() -> Endpoint {
    Endpoint {
        name: "Tcp".into(),
        transport: Transport::Lines,
        address: "tcp://127.0.0.1:0".into(),
        alias: None,
        plaintext_loopback_only: true,
    }
}

/// Connects through memory: whoever holds the receiver gets the far ends.
pub struct Memory {
    pub far_ends: mpsc::UnboundedSender<DuplexStream>,
    pub capacity: usize,
}

pub fn memory(capacity: usize) -> (Memory, mpsc::UnboundedReceiver<DuplexStream>) {
    let (far_ends, accepted) = mpsc::unbounded_channel();
    (Memory { far_ends, capacity }, accepted)
}

impl Connect for Memory {
    fn connect(&self, Terms { limits, .. }: Terms) -> Connecting<'static> {
        let (near, far) = tokio::io::duplex(self.capacity);
        let accepted = self.far_ends.send(far).is_ok();
        Box::pin(async move {
            if accepted {
                return Ok(Box::new(Lines::new(near, limits)) as Box<_>);
            }
            Err(ltp_runtime::net::ConnectError::Handshake {
                problem: "nobody listens".into(),
            })
        })
    }

    fn peer(&self) -> String {
        "memory".into()
    }
}

/// Runs a server's machine over a stream.
pub fn serve(machine: Server, stream: DuplexStream) -> Session<Server> {
    let transport = Box::new(Lines::new(stream, LIMITS));
    Driver::server(machine, transport, "memory").options(quick()).spawn()
}

pub fn quick() -> Options {
    Options {
        unsent: LIMITS.unsent,
        ..Options::default()
    }
}

/// The next message or ending, in words; states are left out.
pub async fn next<M>(session: &mut Session<M>) -> String
where
    M: Machine<Message = String> + Send + 'static,
{
    loop {
        return match tokio::time::timeout(Duration::from_secs(3_600), session.event()).await.unwrap() {
            Some(Event::State(_)) => continue,
            Some(Event::Message(text)) => text,
            Some(Event::Ended { reason }) => format!("ended: {reason}"),
            Some(other) => format!("{other:?}"),
            None => "nothing more".into(),
        };
    }
}

/// All states that are entered until one is.
pub async fn states_until<M>(session: &mut Session<M>, last: &str) -> Vec<String>
where
    M: Machine<Message = String> + Send + 'static,
{
    let mut states = Vec::new();
    while states.last().is_none_or(|state| state != last) {
        match session.event().await {
            Some(Event::State(state)) => states.push(state.into_owned()),
            Some(_) => {}
            None => break,
        }
    }
    states
}

pub fn shared<T>(value: T) -> Arc<T> {
    Arc::new(value)
}
