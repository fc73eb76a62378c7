//! Many clients of the thread protocol in one program, or a server that answers them: as generated code, or by the interpreter. What it
//! reads and prints is said in `tests/tests/soak.rs`.
//!
//! Usage: `crowd generated|interpreter echo ADDRESS`, `crowd generated|interpreter crowd NAME COUNT SECONDS PAUSE URL...`

use std::{
    error::Error,
    io::Read as _,
    sync::Arc,
    time::{Duration, Instant},
};

use liminal_protocols::ltp::{
    self,
    endpoint::WEB_SOCKET,
    thread::{self, ClientOptions},
};
use ltp_runtime::{
    codec::{self, Json},
    net::{DialOptions, Dialer, Driver, Event, Server, ServerOptions, Session, store::MemoryStore},
    session::Machine,
};
use ltpc::interpret::{self, Options, Program};
use protocol_tests::schemas;
use serde::Serialize;
use serde_json::{Value, json};

type Failure = Box<dyn Error + Send + Sync>;

/// How long an answer may take over a connection that stays.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a machine is made, and its messages of JSON and to JSON.
struct Speaker<M: Machine> {
    machine: Makes<M>,
    event: Says<M::Call>,
    json: Shows<M::Message>,
}

/// Of a client's name.
type Makes<M> = Box<dyn Fn(&str) -> Result<M, Failure> + Send + Sync>;
/// Of an event's type and data.
type Says<C> = Box<dyn Fn(&str, &Value) -> Result<C, Failure> + Send + Sync>;
type Shows<M> = Box<dyn Fn(&M) -> String + Send + Sync>;

/// What became of a client's events.
#[derive(Debug, Default, Serialize)]
struct Totals {
    clients: u64,
    sent: u64,
    answered: u64,
    cut: u64,
    lost: u64,
    mixed: u64,
    refused: u64,
    resumed: u64,
    errors: u64,
    ended: u64,
}

impl Totals {
    const fn add(&mut self, other: &Self) {
        self.clients += other.clients;
        self.sent += other.sent;
        self.answered += other.answered;
        self.cut += other.cut;
        self.lost += other.lost;
        self.mixed += other.mixed;
        self.refused += other.refused;
        self.resumed += other.resumed;
        self.errors += other.errors;
        self.ended += other.ended;
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["generated", "echo", address] => echo(generated_server(), address).await,
        ["interpreter", "echo", address] => echo(interpreter(false)?, address).await,
        ["generated", "crowd", rest @ ..] => crowd(generated_client(), rest).await,
        ["interpreter", "crowd", rest @ ..] => crowd(interpreter(true)?, rest).await,
        _ => Err("usage: crowd generated|interpreter echo ADDRESS | crowd NAME COUNT SECONDS PAUSE URL...".into()),
    }
}

fn said(event_type: &str, data: &Value) -> ltp::Event<'static> {
    let data = Json::parse(data.to_string()).map_or(Json::NULL, Json::into_owned);
    ltp::Event::new(event_type.to_owned(), data)
}

fn generated_client() -> Speaker<thread::Client> {
    Speaker {
        machine: Box::new(|client| Ok(thread::Client::new(ClientOptions::new(client.to_owned())))),
        event: Box::new(|event_type, data| Ok(said(event_type, data).into())),
        json: Box::new(ltp::Message::to_json),
    }
}

fn generated_server() -> Speaker<thread::Server> {
    let options = || thread::ServerOptions::new().with_heartbeat(Duration::from_secs(5));
    Speaker {
        machine: Box::new(move |_| Ok(thread::Server::new(options()))),
        event: Box::new(|event_type, data| Ok(said(event_type, data).into())),
        json: Box::new(ltp::Message::to_json),
    }
}

fn interpreter(connects: bool) -> Result<Speaker<interpret::Machine>, Failure> {
    let program = Program::new(Arc::new(schemas::model("ltp")), None, None, connects)?;
    let (for_machines, for_events) = (Arc::clone(&program), Arc::clone(&program));
    Ok(Speaker {
        machine: Box::new(move |client| {
            let option = if connects {
                format!("client_id={client}")
            } else {
                "heartbeat=5000".to_owned()
            };
            let options = Options::from_pairs(&for_machines, [option.as_str()])?;
            Ok(for_machines.machine(options))
        }),
        event: Box::new(move |event_type, data| {
            let message = json!({ "type": "event", "payload": { "event_type": event_type, "data": data } }).to_string();
            for_events
                .draft(message.as_bytes())
                .map_err(|violations| format!("{violations:?}").into())
        }),
        json: Box::new(move |message| {
            let mut text = Vec::new();
            codec::encode(program.schema(), message, &mut text);
            String::from_utf8_lossy(&text).into_owned()
        }),
    })
}

/// Answers each event until standard input ends.
async fn echo<M>(speaker: Speaker<M>, address: &str) -> Result<(), Failure>
where
    M: Machine<Message: Send, Call: Send> + Send + 'static,
{
    let (speaker, store) = (Arc::new(speaker), Arc::new(MemoryStore::new()));
    // It is made once before, so that nothing can be wrong with it.
    (speaker.machine)("")?;
    let options = ServerOptions {
        address: Some(address.to_owned()),
        ..ServerOptions::default()
    };
    let of = Arc::clone(&speaker);
    #[allow(clippy::expect_used, reason = "one was made above")]
    let machine = move |_: &_| (of.machine)("").expect("a machine");
    let server = Server::listen(&WEB_SOCKET, options, machine, move |driver: Driver<M>, _| {
        let speaker = Arc::clone(&speaker);
        driver.store(store.clone()).run(move |session| answer(session, speaker))
    });
    let server = server.await?;
    eprintln!("listening on ws://{}", server.local_addr());
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    server.shutdown(Duration::from_secs(1)).await;
    Ok(())
}

async fn answer<M: Machine>(mut session: Session<M>, speaker: Arc<Speaker<M>>) {
    while let Some(event) = session.event().await {
        let Event::Message(message) = event else { continue };
        let message: Value = serde_json::from_str(&(speaker.json)(&message)).unwrap_or_default();
        if message["type"] == "event"
            && let Ok(call) = (speaker.event)("answer", &message["payload"]["data"])
        {
            // It may be gone.
            let _ = session.call(call).await;
        }
    }
}

async fn crowd<M>(speaker: Speaker<M>, arguments: &[&str]) -> Result<(), Failure>
where
    M: Machine<Message: Send + Sync, Call: Send> + Send + 'static,
{
    let [name, count, seconds, pause, urls @ ..] = arguments else {
        return Err("crowd NAME COUNT SECONDS PAUSE URL...".into());
    };
    let (count, pause): (u64, u64) = (count.parse()?, pause.parse()?);
    let until = Instant::now() + Duration::from_secs(seconds.parse()?);
    let speaker = Arc::new(speaker);
    let mut running = Vec::new();
    for (at, url) in urls.iter().enumerate() {
        for number in 0..count {
            let client = Client {
                speaker: Arc::clone(&speaker),
                name: format!("{name}-{at}-{number}"),
                url: (*url).to_owned(),
                store: Arc::new(MemoryStore::new()),
                random: 0x9e37_79b9_7f4a_7c15 ^ (at as u64) << 32 ^ (number + 1),
                pause,
                until,
                thread: None,
                session: None,
                number: 0,
                totals: Totals {
                    clients: 1,
                    ..Totals::default()
                },
            };
            running.push((at, tokio::spawn(client.run())));
        }
    }
    let mut totals: Vec<Totals> = urls.iter().map(|_| Totals::default()).collect();
    for (at, client) in running {
        totals[at].add(&client.await??);
    }
    println!("{}", json!({ "totals": totals }));
    Ok(())
}

struct Client<M: Machine> {
    speaker: Arc<Speaker<M>>,
    name: String,
    url: String,
    store: Arc<MemoryStore>,
    random: u64,
    pause: u64,
    until: Instant,
    thread: Option<String>,
    session: Option<String>,
    number: u64,
    totals: Totals,
}

/// How waiting ends.
enum Came {
    Answer,
    Cut,
    Ended,
    Nothing,
}

impl<M> Client<M>
where
    M: Machine<Message: Send + Sync, Call: Send> + Send + 'static,
{
    async fn run(mut self) -> Result<Totals, Failure> {
        while Instant::now() < self.until {
            let dialer = Dialer::new(&WEB_SOCKET, Some(&self.url), DialOptions::default())?;
            let machine = (self.speaker.machine)(&self.name)?;
            let mut session = Driver::client(machine, dialer).store(self.store.clone()).spawn();
            self.talk(&mut session).await?;
        }
        Ok(self.totals)
    }

    /// Sends one event after another, until the session has ended or the time is over.
    async fn talk(&mut self, session: &mut Session<M>) -> Result<(), Failure> {
        while Instant::now() < self.until {
            // What has happened since is taken first.
            let gone = loop {
                match self.next(session, Duration::ZERO).await {
                    Came::Nothing => break session.reached("Ready").await.is_err(),
                    Came::Ended => break true,
                    Came::Answer | Came::Cut => {}
                }
            };
            if gone {
                self.totals.ended += 1;
                return Ok(());
            }
            self.number += 1;
            let event = (self.speaker.event)("count", &json!({ "client": self.name, "n": self.number }))?;
            if session.call(event).await.is_err() {
                self.totals.refused += 1;
                continue;
            }
            self.totals.sent += 1;
            match self.next(session, PATIENCE).await {
                Came::Answer => self.totals.answered += 1,
                Came::Cut => self.totals.cut += 1,
                Came::Ended => {
                    self.totals.cut += 1;
                    self.totals.ended += 1;
                    return Ok(());
                }
                Came::Nothing => self.totals.lost += 1,
            }
            self.random ^= self.random << 13;
            self.random ^= self.random >> 7;
            self.random ^= self.random << 17;
            tokio::time::sleep(Duration::from_millis(self.random % (2 * self.pause + 1))).await;
        }
        // It may be gone already.
        let _ = session.close().await;
        Ok(())
    }

    /// Waits for the answer to the last event, or for the end of its connection.
    async fn next(&mut self, session: &mut Session<M>, within: Duration) -> Came {
        let deadline = tokio::time::Instant::now() + within;
        loop {
            let Ok(event) = tokio::time::timeout_at(deadline, session.event()).await else {
                return Came::Nothing;
            };
            match event {
                None | Some(Event::Ended { .. }) => return Came::Ended,
                Some(Event::State(state)) if state == "Waiting" => return Came::Cut,
                Some(Event::Message(message)) if self.heard(&message) => return Came::Answer,
                Some(_) => {}
            }
        }
    }

    /// Whether a message is the answer that is waited for; whose it is, is looked at in any case.
    fn heard(&mut self, message: &M::Message) -> bool {
        let message: Value = serde_json::from_str(&(self.speaker.json)(message)).unwrap_or_default();
        if message["type"] == "error" {
            self.totals.errors += 1;
            return false;
        }
        let (thread, data) = (message["thread_id"].as_str().unwrap_or_default(), &message["payload"]["data"]);
        let session = message["session_id"].as_str().map(str::to_owned);
        if self.session.is_some() && self.session != session {
            self.totals.resumed += 1;
        }
        self.session = session;
        let own = self.thread.get_or_insert_with(|| thread.to_owned());
        if own != thread || data["client"] != self.name {
            self.totals.mixed += 1;
        }
        data["n"] == self.number
    }
}
