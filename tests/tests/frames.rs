//! Frames of WebSockets: what RFC 6455 asks of a server, tried by two libraries that share no code with ours or each other.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{borrow::Cow, future::poll_fn, net::SocketAddr, process::Command, time::Duration};

use ltp_runtime::{
    endpoint,
    net::transport::{Limits, Received, Transport, accept_websocket},
};
use protocol_tests::programs::{Program, node, python};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

/// Octets of the longest message.
const LONGEST: usize = 100_000;

/// Sends back what comes, until it is told good-bye, or cannot be read past.
async fn echo(stream: TcpStream) {
    let limits = Limits {
        message: LONGEST,
        unsent: 4 * LONGEST,
        message_time: Duration::from_secs(10),
    };
    let any = endpoint::Transport::WebSocket {
        subprotocols: Cow::Borrowed(&[]),
        subprotocol_optional: true,
        accept_binary: false,
    };
    let mut socket = accept_websocket(stream, &any, limits).await.unwrap();
    loop {
        let message = poll_fn(|context| {
            socket.poll_receive(context).map(|received| match received {
                Received::Message(message) => Some(message.to_vec()),
                _ => None,
            })
        });
        let Some(message) = message.await else { break };
        socket.queue(&message).unwrap();
        poll_fn(|context| socket.poll_flush(context)).await.unwrap();
    }
    poll_fn(|context| socket.poll_close(context, "")).await;
}

/// Serves in a thread of its own.
fn serve() -> SocketAddr {
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            told.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(echo(stream));
            }
        });
    });
    heard.recv().unwrap()
}

fn tried_by(peer: &mut Command) {
    let address = serve();
    let peer = Program::start(peer.arg(format!("ws://{address}")));
    let expected = json!({
        "lengths": [0, 1, 125, 126, 127, 65_535, 65_536, LONGEST],
        "fragments": "aфb",
        "pong": "between",
        "close": 3001,
        "closeWithoutStatus": 1005,
        "reserved": 1002,
        "opcode": 1002,
        "unmasked": 1002,
        "continuation": 1002,
        "control": 1002,
        "length": 1002,
        "status": 1002,
        "utf8": 1007,
        "size": 1009,
    });
    assert_eq!(peer.json(), expected);
    assert!(peer.ends_well());
}

#[test]
fn of_node_s_ws() {
    tried_by(&mut node("frames.mjs"));
}

#[test]
fn of_python_s_websockets() {
    tried_by(&mut python("frames.py"));
}
