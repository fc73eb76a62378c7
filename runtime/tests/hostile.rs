//! Servers under peers that mean ill: whatever they do, the answer is defined, memory is bounded and others are served.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use std::time::Duration;

use ltp_runtime::{
    endpoint::{Endpoint, Transport},
    net::{Driver, Options, Server as Listening, ServerOptions},
};
use support::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

async fn listen(endpoint: &Endpoint) -> Listening {
    let options = ServerOptions {
        handshake_timeout: Duration::from_millis(300),
        unsent: LIMITS.unsent,
        ..ServerOptions::default()
    };
    let machine = |_: &_| Server {
        handshake_timeout: Some(2_000),
        ..Server::new()
    };
    Listening::listen(endpoint, options, machine, |driver: Driver<Server>, _| {
        driver
            .options(Options {
                close_timeout: Duration::from_millis(500),
                ..quick()
            })
            .run(|mut session| async move { while session.event().await.is_some() {} })
    })
    .await
    .unwrap()
}

/// A peer that speaks in octets.
struct Raw {
    stream: TcpStream,
}

impl Raw {
    async fn connect(server: &Listening) -> Self {
        let stream = TcpStream::connect(server.local_addr()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream }
    }

    async fn upgraded(server: &Listening) -> Self {
        let mut raw = Self::connect(server).await;
        raw.write(UPGRADE).await;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(raw.stream.read_u8().await.unwrap());
        }
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
        raw
    }

    async fn write(&mut self, octets: impl AsRef<[u8]>) {
        self.stream.write_all(octets.as_ref()).await.unwrap();
    }

    async fn line(&mut self) -> String {
        let mut line = Vec::new();
        loop {
            match timeout(Duration::from_secs(5), self.stream.read_u8()).await.unwrap().unwrap() {
                b'\n' => return String::from_utf8(line).unwrap(),
                octet => line.push(octet),
            }
        }
    }

    /// The next frame of a server: its first octet, and its payload as text; of a close frame, the status.
    async fn frame(&mut self) -> String {
        timeout(Duration::from_secs(5), async {
            let first = self.stream.read_u8().await.unwrap();
            let length = match self.stream.read_u8().await.unwrap() {
                126 => self.stream.read_u16().await.unwrap().into(),
                length => usize::from(length),
            };
            let mut payload = vec![0; length];
            self.stream.read_exact(&mut payload).await.unwrap();
            match first {
                0x81 => String::from_utf8(payload).unwrap(),
                0x88 => format!("close {}", u16::from_be_bytes([payload[0], payload[1]])),
                0x8a => format!("pong {}", String::from_utf8(payload).unwrap()),
                other => panic!("{other:#x}"),
            }
        })
        .await
        .unwrap()
    }

    /// Whatever comes until the server closes the connection.
    async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        timeout(Duration::from_secs(5), self.stream.read_to_end(&mut rest))
            .await
            .unwrap()
            .unwrap();
        rest
    }
}

const UPGRADE: &str = "GET /any/path HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: test.v1\r\n\r\n";

/// A masked frame; the mask is zero.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..=125 => frame.push(0x80 | short as u8),
        long => {
            frame.push(0x80 | 126);
            frame.extend((long as u16).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

#[tokio::test]
async fn a_line_that_is_too_long_is_refused_and_the_next_one_read() {
    let server = listen(&lines()).await;
    let mut peer = Raw::connect(&server).await;
    peer.write([b'x'; MAX + 1]).await;
    assert_eq!(peer.line().await, "error size 1025", "the refusal waits for the line's end");
    for _ in 0..64 {
        peer.write([b'x'; 64 * 1024]).await;
    }
    peer.write("\nhi\n").await;
    assert_eq!(peer.line().await, "echo hi");
    let exact = "y".repeat(MAX - 5);
    peer.write(format!("{exact}\r\n{exact}yyyyy\r\n{exact}yyyyyy\r\nbye\n")).await;
    assert_eq!(peer.line().await, format!("echo {exact}"));
    assert_eq!(peer.line().await, format!("echo {exact}yyyyy"));
    assert_eq!(peer.line().await, "error size 1025");
    assert!(peer.rest().await.is_empty());
}

#[tokio::test]
async fn lines_that_are_no_messages_are_refused_and_the_connection_goes_on() {
    let server = listen(&lines()).await;
    let mut peer = Raw::connect(&server).await;
    peer.write(b"\xff\xfe\n\nhi\r\n\r\r\n").await;
    assert_eq!(peer.line().await, "error utf8 2");
    assert_eq!(peer.line().await, "error syntax 0");
    assert_eq!(peer.line().await, "echo hi");
    assert_eq!(peer.line().await, "echo \r");
}

#[tokio::test]
async fn a_line_may_come_octet_by_octet() {
    let server = listen(&lines()).await;
    let mut peer = Raw::connect(&server).await;
    for octet in b"a\xc3\xa4\r\nb\n" {
        peer.write([*octet]).await;
        sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(peer.line().await, "echo aä");
    assert_eq!(peer.line().await, "echo b");
}

#[tokio::test]
async fn a_connection_that_ends_in_the_middle_of_something_ends_the_session() {
    let server = listen(&lines()).await;
    let mut peer = Raw::connect(&server).await;
    peer.write("half a li").await;
    drop(peer);
    gone(&server).await;
    let server = listen(&websocket()).await;
    let mut peer = Raw::upgraded(&server).await;
    peer.write(&frame(0x81, &[b'x'; 100])[..50]).await;
    drop(peer);
    gone(&server).await;
}

/// Waits until a server has no connections.
async fn gone(server: &Listening) {
    let start = Instant::now();
    while server.connections() > 0 {
        assert!(start.elapsed() < Duration::from_secs(5), "a connection is held");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_frame_that_is_too_large_is_refused_by_its_header() {
    let server = listen(&websocket()).await;
    for (header, size) in [
        (vec![0x81, 0x80 | 127, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0], 1u64 << 30),
        (
            vec![0x81, 0x80 | 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
            (1 << 63) - 1,
        ),
        (frame(0x81, &[b'x'; MAX + 1]), MAX as u64 + 1),
    ] {
        let mut peer = Raw::upgraded(&server).await;
        peer.write(header).await;
        assert_eq!(peer.frame().await, format!("error size {size}"), "the machine answers first");
        assert_eq!(peer.frame().await, "close 1009");
        assert!(peer.rest().await.is_empty());
    }
    gone(&server).await;
}

#[tokio::test]
async fn what_was_answered_arrives_though_the_peer_goes_on_sending() {
    let server = listen(&websocket()).await;
    let mut peer = Raw::upgraded(&server).await;
    peer.write([0x81, 0x80 | 127, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]).await;
    for _ in 0..64 {
        peer.write([0; 64 * 1024]).await;
    }
    assert_eq!(peer.frame().await, format!("error size {}", 1 << 30));
    assert_eq!(peer.frame().await, "close 1009");
}

#[tokio::test]
async fn a_message_that_is_too_large_in_fragments_is_refused() {
    let server = listen(&websocket()).await;
    let mut peer = Raw::upgraded(&server).await;
    peer.write(frame(0x01, &[b'x'; MAX])).await;
    peer.write(frame(0x80, b"y")).await;
    assert_eq!(peer.frame().await, "error size 1025");
    assert_eq!(peer.frame().await, "close 1009");
}

#[tokio::test]
async fn a_fragmented_message_is_one_message() {
    let server = listen(&websocket()).await;
    let mut peer = Raw::upgraded(&server).await;
    peer.write(frame(0x01, b"a\xc3")).await;
    peer.write(frame(0x89, b"in between")).await;
    peer.write(frame(0x80, b"\xa4")).await;
    assert_eq!(peer.frame().await, "pong in between");
    assert_eq!(peer.frame().await, "echo aä");
}

#[tokio::test]
async fn text_that_is_no_utf_8_is_answered_and_closed() {
    let server = listen(&websocket()).await;
    let mut peer = Raw::upgraded(&server).await;
    peer.write(frame(0x81, b"\xff")).await;
    assert_eq!(peer.frame().await, "error utf8 0");
    assert_eq!(peer.frame().await, "close 1007");
}

#[tokio::test]
async fn a_binary_frame_is_read_only_where_that_is_declared() {
    let server = listen(&websocket()).await;
    let mut peer = Raw::upgraded(&server).await;
    peer.write(frame(0x82, b"abc")).await;
    assert_eq!(peer.frame().await, "error type 3");
    peer.write(frame(0x81, b"abc")).await;
    assert_eq!(peer.frame().await, "echo abc");
    let accepting = Endpoint {
        transport: Transport::WebSocket {
            subprotocols: vec!["test.v1".into()].into(),
            subprotocol_optional: false,
            accept_binary: true,
        },
        ..websocket()
    };
    let server = listen(&accepting).await;
    let mut peer = Raw::upgraded(&server).await;
    peer.write(frame(0x82, b"abc")).await;
    assert_eq!(peer.frame().await, "echo abc");
    peer.write(frame(0x82, b"\xff")).await;
    assert_eq!(peer.frame().await, "error utf8 1");
    peer.write(frame(0x82, b"abc")).await;
    assert_eq!(peer.frame().await, "echo abc");
}

#[tokio::test]
async fn broken_frames_end_the_connection() {
    let server = listen(&websocket()).await;
    for broken in [
        &[0x81, 1, b'x'][..],       // not masked
        &frame(0xf1, b"x"),         // reserved bits
        &frame(0x80, b"x"),         // a continuation of nothing
        &frame(0x83, b"x"),         // no such frame
        &frame(0x89, &[b'x'; 126]), // a ping that is too long
        &frame(0x09, b"x"),         // a ping in fragments
    ] {
        let mut peer = Raw::upgraded(&server).await;
        peer.write(broken).await;
        assert_eq!(peer.frame().await, "close 1002", "{broken:x?}");
        assert!(peer.rest().await.is_empty());
    }
    gone(&server).await;
}

#[tokio::test]
async fn a_flood_of_pings_from_a_peer_that_takes_no_pong_is_not_held() {
    let server = listen(&websocket()).await;
    let mut peer = Raw::upgraded(&server).await;
    let before = resident();
    let pings = frame(0x89, &[b'x'; 125]).repeat(500);
    let mut sent = 0;
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(1) {
        match timeout(Duration::from_millis(100), peer.stream.write(&pings)).await {
            Ok(Ok(count)) => sent += count,
            // Held back, or dropped: both will do.
            Ok(Err(_)) | Err(_) => break,
        }
    }
    assert!(resident() < before + 16 * 1024 * 1024, "{sent} octets of pings are held");
    // Others are served meanwhile.
    let mut other = Raw::upgraded(&server).await;
    other.write(frame(0x81, b"hi")).await;
    assert_eq!(other.frame().await, "echo hi");
}

fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).map_or(0, |pages| pages.parse::<usize>().unwrap() * 4096)
}

#[tokio::test]
async fn a_slow_handshake_is_cut_off() {
    let server = listen(&websocket()).await;
    let mut peer = Raw::connect(&server).await;
    let start = Instant::now();
    for octet in UPGRADE.bytes() {
        if peer.stream.write_all(&[octet]).await.is_err() {
            break;
        }
        sleep(Duration::from_millis(10)).await;
    }
    assert!((300..1_500).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    gone(&server).await;
}

#[tokio::test]
async fn a_head_without_an_end_is_cut_off() {
    let server = listen(&websocket()).await;
    let mut peer = Raw::connect(&server).await;
    let head = "GET / HTTP/1.1\r\n".to_owned() + &"x: y\r\n".repeat(20_000);
    let _ = peer.stream.write_all(head.as_bytes()).await;
    gone(&server).await;
}

#[tokio::test]
async fn a_client_of_something_else_is_sent_away() {
    let server = listen(&websocket()).await;
    for other in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\x00", "hello\n\n"] {
        let mut peer = Raw::connect(&server).await;
        peer.write(other).await;
        let mut rest = Vec::new();
        let _ = timeout(Duration::from_secs(5), peer.stream.read_to_end(&mut rest)).await.unwrap();
        assert!(rest.is_empty());
    }
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_the_machines_affair() {
    let server = listen(&websocket()).await;
    let mut peer = Raw::upgraded(&server).await;
    assert_eq!(peer.frame().await, "close 1000");
    peer.write(frame(0x88, &1000u16.to_be_bytes())).await;
    assert!(peer.rest().await.is_empty());
    gone(&server).await;
}

#[tokio::test]
async fn a_close_is_answered_and_one_that_is_not_is_not_waited_for() {
    let server = listen(&websocket()).await;
    let mut peer = Raw::upgraded(&server).await;
    peer.write(frame(0x88, &1000u16.to_be_bytes())).await;
    assert_eq!(peer.frame().await, "close 1000");
    assert!(peer.rest().await.is_empty());
    let mut silent = Raw::upgraded(&server).await;
    silent.write(frame(0x81, b"bye")).await;
    assert_eq!(silent.frame().await, "close 1000");
    let start = Instant::now();
    assert!(silent.rest().await.is_empty());
    assert!((400..1_000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
}
