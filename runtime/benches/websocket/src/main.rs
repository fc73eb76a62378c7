//! Which WebSocket library the runtime stands on: echo servers by three of them, driven by one hand-written client.
//!
//! ```text
//! cargo run --release -- tungstenite|websockets|fast|driver
//! ```
//! (`driver` is the first of them under the runtime's own driver, with a machine that echoes)
//! prints round trips a second on one connection, messages a second pipelined over sixteen, and the resident memory of an idle
//! connection (client and server sockets in one process; the client keeps no buffers, so that the difference is the server's).
//! Linux only: memory is read from `/proc/self/statm`.

use std::{sync::Arc, time::Instant};

use futures_util::{SinkExt, StreamExt};
use ltp_runtime::{
    endpoint::{Endpoint, Transport},
    net::{
        Driver, Server, ServerOptions,
        store::{MemoryStore, Store},
    },
    session::{Action, Context, Input, Machine, Place, Refusal},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const PAYLOAD: usize = 200;
const ROUND_TRIPS: usize = 50_000;
const PIPELINED: usize = 20_000;
const PIPES: usize = 16;
const IDLE: usize = 2_000;

async fn tungstenite(stream: TcpStream) -> Result {
    use tokio_tungstenite::{WebSocketStream, tungstenite::protocol::{Role, WebSocketConfig}};
    let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    while let Some(message) = socket.next().await {
        socket.send(message?).await?;
    }
    Ok(())
}

async fn websockets(stream: TcpStream) -> Result {
    let mut socket = tokio_websockets::ServerBuilder::new().serve(stream);
    while let Some(message) = socket.next().await {
        socket.send(message?).await?;
    }
    Ok(())
}

async fn fast(stream: TcpStream) -> Result {
    let socket = fastwebsockets::WebSocket::after_handshake(stream, fastwebsockets::Role::Server);
    let mut socket = fastwebsockets::FragmentCollector::new(socket);
    loop {
        let frame = socket.read_frame().await?;
        socket.write_frame(frame).await?;
    }
}

/// A machine that sends back what it gets.
struct Echo;

impl Machine for Echo {
    type Message = String;
    type Call = ();

    fn max_size(&self) -> usize {
        1024 * 1024
    }

    fn decode(&mut self, frame: &[u8]) -> std::result::Result<String, Refusal> {
        Ok(String::from_utf8_lossy(frame).into_owned())
    }

    fn encode(&self, message: &String, out: &mut Vec<u8>) {
        out.extend_from_slice(message.as_bytes());
    }

    fn message_name<'m>(&'m self, _: &'m String) -> &'m str {
        "Text"
    }

    fn handle(&mut self, input: Input<String, ()>, _: &mut Context<'_>, actions: &mut Vec<Action<String>>) {
        if let Input::Message(message) = input {
            actions.push(Action::Send(message));
        }
    }

    fn next_deadline(&self) -> Option<u64> {
        None
    }

    fn state(&self) -> &str {
        "Echoing"
    }

    fn is_ended(&self) -> bool {
        false
    }

    fn persistence(&self) -> Option<Place> {
        None
    }
}

async fn serve_by_driver() -> Result<Server> {
    let endpoint = Endpoint {
        name: "Echo".into(),
        transport: Transport::WebSocket {
            subprotocols: (&[]).into(),
            subprotocol_optional: true,
            accept_binary: false,
        },
        address: "ws://127.0.0.1:0".into(),
        alias: None,
        plaintext_loopback_only: true,
    };
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let serve = move |driver: Driver<Echo>, _| {
        driver.store(store.clone()).run(|mut session| async move { while session.event().await.is_some() {} })
    };
    Ok(Server::listen(&endpoint, ServerOptions::default(), |_| Echo, serve).await?)
}

async fn serve(listener: TcpListener, library: String) -> Result {
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        match library.as_str() {
            "tungstenite" => drop(tokio::spawn(tungstenite(stream))),
            "websockets" => drop(tokio::spawn(websockets(stream))),
            "fast" => drop(tokio::spawn(fast(stream))),
            other => return Err(format!("unknown library: {other}").into()),
        }
    }
}

/// A masked text frame with a mask of zeros.
fn frame() -> Vec<u8> {
    let mut frame = vec![0x81, 0x80 | 126, 0, PAYLOAD as u8, 0, 0, 0, 0];
    frame.resize(frame.len() + PAYLOAD, b'x');
    frame
}

/// Octets of an echo: header with a 16-bit length, and the payload.
const ECHO: usize = 4 + PAYLOAD;

/// The driver shakes hands; the bare libraries are used behind a handshake.
async fn connect(target: Target) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(target.address).await?;
    stream.set_nodelay(true)?;
    if target.handshake {
        stream.write_all(UPGRADE.as_bytes()).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
    }
    Ok(stream)
}

const UPGRADE: &str = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

#[derive(Clone, Copy)]
struct Target {
    address: std::net::SocketAddr,
    handshake: bool,
}

async fn round_trips(address: Target) -> Result<f64> {
    let mut stream = connect(address).await?;
    let (frame, mut echo) = (frame(), [0; ECHO]);
    let start = Instant::now();
    for _ in 0..ROUND_TRIPS {
        stream.write_all(&frame).await?;
        stream.read_exact(&mut echo).await?;
    }
    Ok(ROUND_TRIPS as f64 / start.elapsed().as_secs_f64())
}

async fn pipelined(address: Target) -> Result<f64> {
    let start = Instant::now();
    let pipes = (0..PIPES).map(|_| async {
        let (mut read, mut write) = connect(address).await?.into_split();
        let sender = tokio::spawn(async move {
            let batch = frame().repeat(20);
            for _ in 0..PIPELINED / 20 {
                write.write_all(&batch).await?;
            }
            std::io::Result::Ok(write)
        });
        let mut buffer = vec![0; 64 * 1024];
        let mut left = PIPELINED * ECHO;
        while left > 0 {
            left -= read.read(&mut buffer).await?;
        }
        sender.await??;
        Result::Ok(())
    });
    futures_util::future::try_join_all(pipes).await?;
    Ok((PIPES * PIPELINED) as f64 / start.elapsed().as_secs_f64())
}

fn resident() -> Result<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages: usize = statm.split(' ').nth(1).ok_or("statm")?.parse()?;
    Ok(pages * 4096)
}

async fn idle(address: Target) -> Result<usize> {
    let before = resident()?;
    let (frame, mut echo) = (frame(), [0; ECHO]);
    let mut connections = Vec::with_capacity(IDLE);
    for _ in 0..IDLE {
        let mut stream = connect(address).await?;
        stream.write_all(&frame).await?;
        stream.read_exact(&mut echo).await?;
        connections.push(stream);
    }
    Ok((resident()? - before) / IDLE)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result {
    let library = std::env::args().nth(1).ok_or("which library?")?;
    let driver = serve_by_driver().await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let handshake = library == "driver";
    let address = Target {
        address: if handshake { driver.local_addr() } else { listener.local_addr()? },
        handshake,
    };
    let server = tokio::spawn(serve(listener, library.clone()));
    let idle = idle(address).await?;
    let (round_trips, pipelined) = (round_trips(address).await?, pipelined(address).await?);
    println!("{library:12} {round_trips:8.0} round trips/s {pipelined:9.0} pipelined/s {idle:6} octets/idle connection");
    server.abort();
    Ok(())
}
