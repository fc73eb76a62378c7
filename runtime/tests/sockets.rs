//! Clients and servers over real sockets.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{sync::Arc, time::Duration};

use ltp_runtime::{
    endpoint::{Endpoint, Transport},
    net::{
        ConnectError, DialOptions, Dialer, Driver, Event, ListenError, Peer, Server as Listening, ServerOptions, Session,
        store::MemoryStore,
    },
};
use support::*;
use tokio::{sync::Notify, time::timeout};

/// A server of test machines; what sessions deliver is thrown away.
pub async fn listen(endpoint: &Endpoint, options: ServerOptions) -> Listening {
    listen_with(endpoint, options, Server::new).await
}

async fn listen_with(endpoint: &Endpoint, options: ServerOptions, machine: fn() -> Server) -> Listening {
    let store = Arc::new(MemoryStore::new());
    let serve = move |driver: Driver<Server>, _: Peer| {
        let driver = driver.store(store.clone()).options(quick());
        driver.run(|mut session| async move { while session.event().await.is_some() {} })
    };
    Listening::listen(endpoint, options, move |_| machine(), serve).await.unwrap()
}

fn dial(endpoint: &Endpoint, server: &Listening) -> Dialer {
    let scheme = endpoint.address.split_once("://").unwrap().0;
    let address = format!("{scheme}://{}", server.local_addr());
    Dialer::new(endpoint, Some(&address), DialOptions::default()).unwrap()
}

fn connect(endpoint: &Endpoint, server: &Listening) -> Session<Client> {
    Driver::client(Client::new(), dial(endpoint, server)).spawn()
}

#[tokio::test]
async fn both_transports_carry_a_session_and_close_it_well() {
    for endpoint in [websocket(), lines()] {
        let server = listen(&endpoint, ServerOptions::default()).await;
        let mut client = connect(&endpoint, &server);
        assert_eq!(next(&mut client).await, "echo hello");
        for n in 0..100 {
            client.call(format!("{n} äöü \u{1f600}")).await.unwrap();
            assert_eq!(next(&mut client).await, format!("echo {n} äöü \u{1f600}"));
        }
        assert_eq!(server.connections(), 1);
        client.close().await.unwrap();
        assert_eq!(next(&mut client).await, "ended: done");
        server.shutdown(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn messages_of_every_size_up_to_the_limit_arrive_whole() {
    for endpoint in [websocket(), lines()] {
        let server = listen(&endpoint, ServerOptions::default()).await;
        let mut client = connect(&endpoint, &server);
        assert_eq!(next(&mut client).await, "echo hello");
        for size in [1, 125, 126, 127, 500, MAX - 5] {
            let text = "x".repeat(size);
            client.call(text.clone()).await.unwrap();
            assert_eq!(next(&mut client).await, format!("echo {text}"));
        }
        client.call(format!("many 5 {MAX}")).await.unwrap();
        for _ in 0..5 {
            assert_eq!(next(&mut client).await.len(), MAX);
        }
    }
}

#[tokio::test]
async fn a_peer_that_closes_is_heard_with_its_reason() {
    let server = listen(&websocket(), ServerOptions::default()).await;
    let mut client = connect(&websocket(), &server);
    assert_eq!(next(&mut client).await, "echo hello");
    client.call("bye".into()).await.unwrap();
    assert_eq!(states_until(&mut client, "Waiting").await, ["Waiting"]);
    // It reconnects after its backoff, which is a real second here.
    assert_eq!(next(&mut client).await, "echo hello");
}

#[tokio::test]
async fn a_lost_connection_is_reconnected_and_a_dead_server_given_up() {
    let server = listen(&lines(), ServerOptions::default()).await;
    let machine = || Client {
        backoff: ltp_runtime::session::Backoff::new(ltp_runtime::session::BackoffPlan { first: 10, ..PLAN }),
        ..Client::new()
    };
    let mut client = Driver::client(machine(), dial(&lines(), &server)).spawn();
    assert_eq!(next(&mut client).await, "echo hello");
    client.call("drop".into()).await.unwrap();
    assert_eq!(next(&mut client).await, "echo hello");
    drop(server);
    let ended = next(&mut client).await;
    assert!(
        ended.contains("cannot be reached") && ended.starts_with("ended: tcp://127.0.0.1:"),
        "{ended}"
    );
}

#[tokio::test]
async fn a_shutdown_lets_every_machine_say_good_bye() {
    for endpoint in [websocket(), lines()] {
        let server = listen(&endpoint, ServerOptions::default()).await;
        let mut clients: Vec<_> = (0..5).map(|_| connect(&endpoint, &server)).collect();
        for client in &mut clients {
            assert_eq!(next(client).await, "echo hello");
        }
        let address = server.local_addr();
        server.shutdown(Duration::from_secs(5)).await;
        for client in &mut clients {
            assert_eq!(next(client).await, "going away");
        }
        assert!(tokio::net::TcpStream::connect(address).await.is_err(), "the server still listens");
    }
}

#[tokio::test]
async fn a_shutdown_gives_stubborn_machines_up_in_time() {
    let stubborn = || Server {
        stubborn: true,
        ..Server::new()
    };
    let server = listen_with(&lines(), ServerOptions::default(), stubborn).await;
    let mut client = connect(&lines(), &server);
    assert_eq!(next(&mut client).await, "echo hello");
    timeout(Duration::from_secs(2), server.shutdown(Duration::from_millis(100)))
        .await
        .unwrap();
    states_until(&mut client, "Waiting").await;
}

#[tokio::test]
async fn a_full_server_lets_others_wait() {
    let options = ServerOptions {
        max_connections: 1,
        ..ServerOptions::default()
    };
    let server = listen(&lines(), options).await;
    let mut first = connect(&lines(), &server);
    assert_eq!(next(&mut first).await, "echo hello");
    let mut second = connect(&lines(), &server);
    assert!(timeout(Duration::from_millis(200), next(&mut second)).await.is_err());
    first.close().await.unwrap();
    assert_eq!(next(&mut second).await, "echo hello");
}

#[tokio::test]
async fn a_server_may_start_the_talk() {
    let told = Arc::new(Notify::new());
    let teller = Arc::clone(&told);
    let serve = move |driver: Driver<Server>, peer: Peer| {
        let told = Arc::clone(&teller);
        driver.run(move |mut session| async move {
            told.notified().await;
            session.call(format!("welcome, {}", peer.address.ip())).await.unwrap();
            while let Some(event) = session.event().await {
                if let Event::Message(text) = event {
                    session.call(format!("delivered: {text}")).await.unwrap();
                }
            }
        })
    };
    let server = Listening::listen(&websocket(), ServerOptions::default(), |_| Server::new(), serve)
        .await
        .unwrap();
    let mut client = connect(&websocket(), &server);
    assert_eq!(next(&mut client).await, "echo hello");
    told.notify_one();
    assert_eq!(next(&mut client).await, "welcome, 127.0.0.1");
    client.call("deliver this".into()).await.unwrap();
    assert_eq!(next(&mut client).await, "delivered: deliver this");
}

fn offering(subprotocols: &[&'static str], subprotocol_optional: bool) -> Endpoint {
    Endpoint {
        transport: Transport::WebSocket {
            subprotocols: subprotocols.iter().map(|name| (*name).into()).collect::<Vec<_>>().into(),
            subprotocol_optional,
            accept_binary: false,
        },
        ..websocket()
    }
}

/// What a client of one endpoint gets from a server of another.
async fn negotiate(client: &Endpoint, server: &Endpoint) -> String {
    let server = listen(server, ServerOptions::default()).await;
    let dialer = dial(client, &server);
    match ltp_runtime::net::Connect::connect(&dialer, TERMS).await {
        Ok(_) => "open".into(),
        Err(error @ (ConnectError::Status { .. } | ConnectError::Subprotocol { .. })) => error.to_string(),
        Err(other) => format!("{other:?}"),
    }
}

#[tokio::test]
async fn subprotocols_are_negotiated() {
    let strict = offering(&["a.v2", "a.v1"], false);
    let lenient = offering(&["a.v2", "a.v1"], true);
    let older = offering(&["a.v1"], false);
    let other = offering(&["b"], false);
    let tolerant_other = offering(&["b"], true);
    let none = offering(&[], true);
    for (client, server, expected) in [
        (&strict, &strict, "open"),
        (&older, &strict, "open"),
        (&none, &lenient, "open"),
        (&tolerant_other, &lenient, "open"),
        (&other, &lenient, "the server took none of the subprotocols b"),
        (&other, &strict, "the server answered with HTTP status 400"),
        (&none, &strict, "the server answered with HTTP status 400"),
        (&strict, &none, "the server took none of the subprotocols a.v2, a.v1"),
        (&lenient, &none, "open"),
    ] {
        assert_eq!(
            negotiate(client, server).await,
            expected,
            "{:?} and {:?}",
            client.transport,
            server.transport
        );
    }
}

#[tokio::test]
async fn a_server_does_not_listen_where_it_must_not() {
    let listen = async |endpoint: &Endpoint, address: &str| {
        let options = ServerOptions {
            address: Some(address.into()),
            ..ServerOptions::default()
        };
        Listening::listen(endpoint, options, |_| Server::new(), |driver, _| driver.run(async |_| {})).await
    };
    let error = listen(&websocket(), "ws://0.0.0.0:0").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`0.0.0.0` is another machine, and would be reached without TLS; use wss://, or allow plaintext explicitly"
    );
    let error = listen(&websocket(), "wss://127.0.0.1:0").await.unwrap_err();
    assert!(matches!(error, ListenError::Certificate { .. }), "{error}");
    let taken = listen(&lines(), "tcp://127.0.0.1:0").await.unwrap();
    let error = listen(&lines(), &format!("tcp://{}", taken.local_addr())).await.unwrap_err();
    assert!(matches!(error, ListenError::Bind { .. }), "{error}");
}
