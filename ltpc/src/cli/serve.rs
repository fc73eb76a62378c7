//! `ltpc serve`: a live server.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ltp_runtime::{
    codec::{Decoded, Value},
    net::{CallFailure, Caller, Driver, Event, Peer, Server, ServerOptions, ServerTls, Session},
    schema::Limits,
    session::CallError,
};
use ltpc::interpret::{Draft, Machine, Program};
use tokio::sync::mpsc::{self, error::TrySendError};

use super::{
    live::{self, Common, GRACE, Input, Live, Trace},
    output::{Failure, Outcome, Output, Result},
    registry::Agents,
    store::ServerStore,
};

/// Serve a protocol: messages as JSON lines, by the interpreter
///
/// Writes what arrives to standard output as {"from": N, "message": {..}}, where N is the connection's number. Reads from standard input,
/// one a line, what is to be sent: {"to": N, "message": {..}} to one connection, or a message alone to every connection that takes it.
/// Ctrl-C closes all sessions in good order.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc serve schema/chat.ltp
  ltpc serve schema/chat.ltp --listen tcp://localhost:8081 --option capacity=50 --trace
  ltpc serve schema/chat.ltp --registry agents.toml
  ltpc serve schema/chat.ltp --listen wss://0.0.0.0:8443 --cert server.pem --key server.key --store /var/lib/chat")]
pub struct Args {
    #[command(flatten)]
    common: Common,
    /// Where to listen; left out, the endpoint's own address; port 0 takes any that is free
    #[arg(long, value_name = "URL")]
    listen: Option<String>,
    #[command(flatten)]
    store: ServerStore,
    #[command(flatten)]
    agents: Agents,
    /// The server's certificate (PEM), for wss:// and tls://
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let live = Live::new(&args.common, false, args.listen.as_deref(), output)?;
    live::run(serve(args, live, output))
}

/// What connections tell the task that writes.
enum Told {
    Came(u64, Peer, mpsc::Sender<Ordered>),
    Event(u64, Event<Decoded>),
    /// What a line of input asked for could not be done.
    Complaint(u64, String),
}

/// What a connection is to send.
struct Ordered {
    line: u64,
    draft: Draft,
    /// Whether it was meant for this connection, and not for all that take it.
    addressed: bool,
}

/// The connections that are open, by their numbers.
type Connections = BTreeMap<u64, mpsc::Sender<Ordered>>;

/// How many messages wait for a connection that takes none; those after them are refused.
const WAITING: usize = 64;

async fn serve(args: &Args, live: Live, output: &mut Output) -> Result {
    let (tell, mut told) = mpsc::channel(64);
    let server = listen(args, &live, tell, output).await?;
    let program = live.program;
    let mut lines = Some(live::lines(program.schema().limits.message));
    let mut connections = Connections::new();
    let mut stop = pin!(live::stopped());
    loop {
        tokio::select! {
            Some(told) = told.recv() => heed(told, &mut connections, &program, output)?,
            input = next(&mut lines) => match input {
                Some(input) => {
                    for words in order(&input, &connections, &program) {
                        output.note(&format!("line {}: {words}", input.number));
                    }
                }
                // A server goes on without anybody at its keyboard.
                None => lines = None,
            },
            () = &mut stop => break,
        }
    }
    live::insist();
    let mut shutdown = pin!(server.shutdown(GRACE));
    loop {
        tokio::select! {
            biased;
            Some(told) = told.recv() => heed(told, &mut connections, &program, output)?,
            () = &mut shutdown => return Ok(Outcome::Fine),
        }
    }
}

async fn listen(args: &Args, live: &Live, tell: mpsc::Sender<Told>, output: &mut Output) -> std::result::Result<Server, Failure> {
    let tls = args
        .cert
        .as_deref()
        .zip(args.key.as_deref())
        .map(|(cert, key)| ServerTls::from_files(cert, key))
        .transpose();
    let options = ServerOptions {
        address: args.listen.clone(),
        allow_plaintext: args.common.allow_plaintext,
        tls: tls.map_err(|error| Failure::words(error.to_string()))?,
        registry: args.agents.load(live.program.model())?,
        ..ServerOptions::default()
    };
    let (store, driver_options) = (args.store.open(&live.program.model().protocol.name)?, live.driver_options());
    let (trace, colour) = (args.common.trace, output.is_error_colourful());
    let (program, machine_options) = (Arc::clone(&live.program), live.options.clone());
    let count = AtomicU64::new(0);
    let server = Server::listen(
        &live.endpoint,
        options,
        move |_| program.machine(machine_options.clone()),
        move |driver: Driver<Machine>, peer| {
            let number = 1 + count.fetch_add(1, Ordering::Relaxed);
            let mut driver = driver.store(Arc::clone(&store)).options(driver_options.clone());
            if trace {
                driver = driver.observer(Trace::new(format!("#{number}"), true, colour));
            }
            let tell = tell.clone();
            driver.run(move |session| attend(session, number, peer, tell))
        },
    );
    let server = server.await.map_err(|error| Failure::words(error.to_string()))?;
    let scheme = args
        .listen
        .as_deref()
        .unwrap_or(&live.endpoint.address)
        .split("://")
        .next()
        .unwrap_or_default()
        .to_owned();
    output.note(&format!("listening on {scheme}://{}", server.local_addr()));
    Ok(server)
}

/// What is done with a connection's session: its events are handed over, and what is ordered is sent, until it ends.
async fn attend(session: Session<Machine>, number: u64, peer: Peer, tell: mpsc::Sender<Told>) {
    let (caller, mut events) = session.split();
    let (orders, ordered) = mpsc::channel(WAITING);
    if tell.send(Told::Came(number, peer, orders)).await.is_err() {
        return;
    }
    let hand_over = async {
        while let Some(event) = events.next().await {
            if tell.send(Told::Event(number, event)).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(hand_over, send(caller, ordered, &tell));
}

/// Sends what is ordered. The orders end when the session has.
async fn send(caller: Caller<Machine>, mut ordered: mpsc::Receiver<Ordered>, tell: &mpsc::Sender<Told>) {
    while let Some(Ordered { line, draft, addressed }) = ordered.recv().await {
        let failure = match caller.call(draft).await {
            Ok(()) => continue,
            // One that has not got so far, or is going, is not meant by what is for all.
            Err(CallFailure::Ended | CallFailure::Refused(CallError::NotNow { .. })) if !addressed => continue,
            Err(failure) => failure,
        };
        if tell.send(Told::Complaint(line, failure.to_string())).await.is_err() {
            return;
        }
    }
}

fn heed(told: Told, connections: &mut Connections, program: &Program, output: &mut Output) -> std::result::Result<(), Failure> {
    match told {
        Told::Came(number, peer, orders) => {
            output.note(&format!("connection {number}: from {peer}"));
            connections.insert(number, orders);
        }
        Told::Event(number, Event::Ended { reason }) => {
            output.note(&format!("connection {number}: ended: {reason}"));
            connections.remove(&number);
        }
        Told::Event(number, event) => live::show(&event, Some(number), program, output)?,
        Told::Complaint(line, words) => output.note(&format!("line {line}: {words}")),
    }
    Ok(())
}

async fn next(lines: &mut Option<mpsc::Receiver<Input>>) -> Option<Input> {
    match lines {
        Some(lines) => lines.recv().await,
        None => std::future::pending().await,
    }
}

/// Orders what a line of input asks for; says what is wrong with it.
fn order(input: &Input, connections: &Connections, program: &Program) -> Vec<String> {
    let (to, draft) = match addressed(input) {
        Some((to, message)) => (Some(to), live::draft(program, &message)),
        None => (None, live::draft(program, input)),
    };
    let draft = match draft {
        Ok(draft) => draft,
        Err(words) => return vec![words],
    };
    let Some(to) = to else {
        let orders = connections
            .iter()
            .map(|(number, orders)| hand(*number, orders, input.number, &draft, false));
        return orders.filter_map(std::result::Result::err).collect();
    };
    let handed = match connections.get(&to) {
        Some(orders) => hand(to, orders, input.number, &draft, true),
        None => Err(format!("there is no connection {to}")),
    };
    handed.err().into_iter().collect()
}

fn hand(number: u64, orders: &mpsc::Sender<Ordered>, line: u64, draft: &Draft, addressed: bool) -> std::result::Result<(), String> {
    match orders.try_send(Ordered {
        line,
        draft: draft.clone(),
        addressed,
    }) {
        Ok(()) | Err(TrySendError::Closed(_)) => Ok(()),
        Err(TrySendError::Full(_)) => Err(format!("connection {number} takes nothing: not sent")),
    }
}

/// The number and the message of `{"to": N, "message": {..}}`; `None` if the line is something else.
fn addressed(input: &Input) -> Option<(u64, Input)> {
    let text = std::str::from_utf8(input.text.as_ref().ok()?).ok()?;
    let object = Value::parse(text, &LIMITS)?;
    let (Value::Number(to), Value::Object(members)) = (object.get("to")?, &object) else {
        return None;
    };
    let message = object.get("message").filter(|_| members.len() == 2)?;
    let mut json = Vec::new();
    message.write(&mut json);
    Some((
        to.parse().ok()?,
        Input {
            number: input.number,
            text: Ok(json),
        },
    ))
}

/// The user's own lines are bounded already.
const LIMITS: Limits = Limits {
    message: usize::MAX,
    depth: Limits::DEEPEST,
    string: usize::MAX,
    list: usize::MAX,
    members: usize::MAX,
};
