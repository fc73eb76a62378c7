//! Any octets as a client's frames: however they are cut, the same is received; the messages are those that another implementation reads;
//! and what is written in answer is what a client can read.
#![no_main]

use std::{
    io::{self, Read, Write},
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use libfuzzer_sys::fuzz_target;
use ltp_runtime::net::transport::{Limits, Received, Role, Transport, WebSocket};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tungstenite::{
    Message,
    protocol::{Role as Side, WebSocketConfig},
};

const LIMIT: usize = 2000;

/// Octets that come so many at a time, and what is written meanwhile.
struct Wire<'a> {
    input: &'a [u8],
    step: usize,
    output: Vec<u8>,
}

impl AsyncRead for Wire<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let count = self.input.len().min(self.step).min(buffer.remaining());
        let (now, later) = self.input.split_at(count);
        buffer.put_slice(now);
        self.input = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire<'_> {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        self.output.extend_from_slice(octets);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What a server receives: its messages, and how it ends in words.
fn receive(input: &[u8], step: usize) -> (Vec<Vec<u8>>, String) {
    let limits = Limits {
        message: LIMIT,
        unsent: 1 << 16,
        message_time: Duration::from_secs(1),
    };
    let mut wire = Wire {
        input,
        step,
        output: Vec::new(),
    };
    let mut socket = WebSocket::new(&mut wire, Role::Server, limits, true);
    let mut context = Context::from_waker(Waker::noop());
    let mut messages = Vec::new();
    let end = loop {
        match socket.poll_receive(&mut context) {
            Poll::Ready(Received::Message(octets)) => {
                assert!(octets.len() <= LIMIT);
                messages.push(octets.to_vec());
            }
            Poll::Ready(Received::Refused { refusal, .. }) => break refusal.text(),
            Poll::Ready(Received::Ended { reason }) => break reason,
            other => panic!("{other:?}"),
        }
    };
    while socket.poll_close(&mut context, "bye").is_pending() {}
    drop(socket);
    answers_can_be_read(&wire.output);
    (messages, end)
}

fn answers_can_be_read(mut output: &[u8]) {
    let mut client = tungstenite::WebSocket::from_raw_socket(Half(&mut output), Side::Client, None);
    loop {
        match client.read() {
            Ok(Message::Pong(_) | Message::Close(_)) => {}
            Ok(other) => panic!("{other:?}"),
            Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::Io(_) | tungstenite::Error::AlreadyClosed) => return,
            Err(tungstenite::Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake)) => return,
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// A stream whose writes go nowhere.
struct Half<'a, 'o>(&'a mut &'o [u8]);

impl Read for Half<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Half<'_, '_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The messages that another implementation reads.
fn read_by_another(mut input: &[u8]) -> Vec<Vec<u8>> {
    let config = WebSocketConfig::default().max_message_size(Some(LIMIT)).max_frame_size(Some(LIMIT));
    let mut server = tungstenite::WebSocket::from_raw_socket(Half(&mut input), Side::Server, Some(config));
    let mut messages = Vec::new();
    while let Ok(message) = server.read() {
        match message {
            Message::Text(text) => messages.push(text.as_bytes().to_vec()),
            Message::Binary(octets) => messages.push(octets.to_vec()),
            Message::Close(_) => break,
            _ => {}
        }
    }
    messages
}

fuzz_target!(|input: &[u8]| {
    let (messages, end) = receive(input, usize::MAX);
    for step in [1, 7] {
        assert_eq!(receive(input, step), (messages.clone(), end.clone()), "{step} octets at a time");
    }
    let theirs = read_by_another(input);
    // The other reads lengths that are longer written than they need be, those of control frames too.
    if end.contains("longer written") || end.contains("a control frame is too long") {
        assert!(theirs.starts_with(&messages));
    } else {
        assert_eq!(messages, theirs, "{end}");
    }
});
