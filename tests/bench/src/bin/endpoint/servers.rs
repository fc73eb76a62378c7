//! The contenders, each in a thread of its own with a runtime of one thread.

use std::{fs, net::SocketAddr, sync::mpsc, time::Duration};

use liminal_protocols::ltp::{
    draft::{Draft, EnvelopeDraft},
    endpoint::WEB_SOCKET,
    message::Message,
    thread,
};
use ltp_runtime::net::{Driver, Event, Peer, Server, ServerOptions, Session, Turn, store::MemoryStore};
use tokio::net::{TcpListener, TcpStream};

use crate::{
    Result,
    counting::{Meter, count_here},
    libraries::{Batching, Generated, Serde, accept, fast, tungstenite, websockets},
};

/// A server that is measured.
pub struct Contender {
    pub name: &'static str,
    pub address: SocketAddr,
    /// Whether a session begins with a handshake of the protocol.
    pub has_session: bool,
    pub meter: &'static Meter,
    thread: u32,
}

impl Contender {
    /// Processor time of its thread.
    pub fn used(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/self/task/{}/schedstat", self.thread))?;
        let used = stat.split(' ').next().unwrap_or_default().parse()?;
        Ok(Duration::from_nanos(used))
    }
}

/// Begins to serve in a thread of its own. `serve` yields where it listens, and a future that goes on for ever.
fn start<F, S>(name: &'static str, has_session: bool, serve: S) -> Result<Contender>
where
    S: FnOnce() -> F + Send + 'static,
    F: Future<Output = Result<(SocketAddr, Running)>> + 'static,
{
    let meter: &'static Meter = Box::leak(Box::default());
    let (told, hear) = mpsc::channel();
    std::thread::spawn(move || -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs();
        let (address, running) = runtime.block_on(serve())?;
        told.send((address, thread))?;
        count_here(meter);
        runtime.block_on(running)
    });
    let (address, thread) = hear.recv()?;
    Ok(Contender {
        name,
        address,
        has_session,
        meter,
        thread,
    })
}

type Running = std::pin::Pin<Box<dyn Future<Output = Result<()>>>>;

fn library<F>(name: &'static str, serve: impl Fn(TcpStream) -> F + Copy + Send + 'static) -> Result<Contender>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    start(name, false, move || async move {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let running: Running = Box::pin(accept(listener, serve));
        Ok((address, running))
    })
}

/// What the application says to an event: the same update, in its own envelope.
fn answer(event: Event<Message<'static>>) -> Option<thread::ServerCall> {
    let Event::Message(Message::StateUpdate { envelope, body }) = event else {
        return None;
    };
    let draft = EnvelopeDraft {
        meta: envelope.meta,
        ..EnvelopeDraft::default()
    };
    Some((body, draft).into())
}

/// What the application says next. An event is not held while it waits, neither for the next one nor for its call.
async fn next_call(session: &mut Session<thread::Server>) -> Option<thread::ServerCall> {
    loop {
        if let Some(call) = answer(session.event().await?) {
            return Some(call);
        }
    }
}

/// The application.
pub async fn attend(mut session: Session<thread::Server>) {
    while let Some(call) = next_call(&mut session).await {
        if session.call(call).await.is_err() {
            return;
        }
    }
}

/// The application as a handler: the same answer, within the turn in which the update was read, from where it lies.
pub fn reply(message: Message<'_>, turn: &mut Turn<'_, thread::Server>) {
    let Message::StateUpdate { envelope, body } = message else {
        return;
    };
    let envelope = EnvelopeDraft {
        meta: envelope.meta,
        ..EnvelopeDraft::default()
    };
    // What does not conform is not sent; then the load generator waits in vain, and says so.
    let _ = turn.send(Draft::StateUpdate { envelope, body });
}

/// All that is left to an application whose messages are handled.
pub async fn listen(mut session: Session<thread::Server>) {
    while session.event().await.is_some() {}
}

/// The whole generated server: session, validation, stamps, nonces that are remembered, an application that answers, by `attend` or
/// `reply`.
async fn generated(is_within: bool) -> Result<(SocketAddr, Running)> {
    let options = ServerOptions {
        address: Some("ws://127.0.0.1:0".into()),
        max_connections: 20_000,
        ..ServerOptions::default()
    };
    let options_of_all = std::sync::Arc::new(thread::ServerOptions::new());
    let machine = move |_: &Peer| thread::Server::new(options_of_all.clone());
    let store = std::sync::Arc::new(MemoryStore::new());
    let server = if is_within {
        let serve = move |driver: Driver<thread::Server>, _| driver.store(store.clone()).on_message(reply).run(listen);
        Server::listen(&WEB_SOCKET, options, machine, serve).await?
    } else {
        let serve = move |driver: Driver<thread::Server>, _| driver.store(store.clone()).run(attend);
        Server::listen(&WEB_SOCKET, options, machine, serve).await?
    };
    let address = server.local_addr();
    let running: Running = Box::pin(async move {
        std::future::pending::<()>().await;
        drop(server);
        Ok(())
    });
    Ok((address, running))
}

/// The read buffer that tungstenite has unless it is told otherwise.
const DEFAULT: usize = 128 * 1024;
const SMALL: usize = 4 * 1024;

/// Everyone; the first is what the others are compared with.
pub fn all() -> Result<Vec<Contender>> {
    Ok(vec![
        library("tokio-tungstenite, serde_json", |stream| tungstenite(stream, Serde, DEFAULT))?,
        library("tokio-tungstenite with a read buffer of 4 KiB, serde_json", |stream| {
            tungstenite(stream, Serde, SMALL)
        })?,
        library("fastwebsockets, serde_json", |stream| fast(stream, Serde))?,
        library("tokio-websockets, serde_json", |stream| websockets(stream, Serde))?,
        library("tokio-tungstenite, batched, generated codec", |stream| {
            tungstenite(Batching::new(stream), Generated, DEFAULT)
        })?,
        library("fastwebsockets, batched, generated codec", |stream| {
            fast(Batching::new(stream), Generated)
        })?,
        library("tokio-websockets, batched, generated codec", |stream| {
            websockets(Batching::new(stream), Generated)
        })?,
        start("ours: the generated server", true, || generated(false))?,
        start("ours: the generated server, messages handled as they are read", true, || {
            generated(true)
        })?,
    ])
}
