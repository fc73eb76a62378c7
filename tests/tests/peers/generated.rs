//! Generated machines over real sockets.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use liminal_protocols::ltp::{
    Event, Message, StateKind, StateUpdate,
    endpoint::{TCP, WEB_SOCKET},
    thread::{Client, ClientOptions, Server, ServerOptions},
};
use ltp_runtime::{
    codec::{Json, Object},
    endpoint::Endpoint,
    net::{
        self, DialOptions, Dialer, Driver, Session,
        store::{DatabaseStore, FileStore, Store},
    },
};
use protocol_tests::programs::{PATIENCE, Program, node};
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{a_client_opens_drops_and_resumes, a_cut_is_followed_by_a_resume};

type Messages = UnboundedReceiver<Message<'static>>;

/// A server that hands out what it is sent, and answers questions.
async fn listen(endpoint: &Endpoint, address: &str, store: Arc<dyn Store>, heard: UnboundedSender<Message<'static>>) -> net::Server {
    let options = net::ServerOptions {
        address: Some(address.to_owned()),
        ..net::ServerOptions::default()
    };
    let serve = move |driver: Driver<Server>, _| {
        let heard = heard.clone();
        driver.store(Arc::clone(&store)).run(async move |mut session: Session<Server>| {
            while let Some(event) = session.event().await {
                let net::Event::Message(message) = event else { continue };
                if matches!(&message, Message::Event { body, .. } if body.event_type == "question") {
                    session.send(Event::new("answer", Json::NULL)).await.unwrap();
                }
                heard.send(message).unwrap();
            }
        })
    };
    let machine = |_: &net::Peer| Server::new(ServerOptions::new());
    net::Server::listen(endpoint, options, machine, serve).await.unwrap()
}

fn connect(endpoint: &Endpoint, address: &str, store: Arc<dyn Store>) -> Session<Client> {
    let dialer = Dialer::new(endpoint, Some(address), DialOptions::default()).unwrap();
    let client = Client::new(ClientOptions::new("my-device"));
    Driver::client(client, dialer).store(store).spawn()
}

fn minimal() -> StateUpdate<'static> {
    StateUpdate::new(StateKind::Minimal(Object::from([("mood", Json::from("curious"))])))
}

/// The thread and the session of the next event that a server was sent.
async fn next_event(heard: &mut Messages) -> (ltp_runtime::Uuid, ltp_runtime::Uuid) {
    match heard.recv().await {
        Some(Message::Event { envelope, .. }) => (envelope.thread_id, envelope.session_id),
        other => panic!("{other:?} is no event"),
    }
}

/// The next message that a client is delivered.
async fn delivered(session: &mut Session<Client>) -> Message<'static> {
    while let Some(event) = session.event().await {
        if let net::Event::Message(message) = event {
            return message;
        }
    }
    panic!("the session ended")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_style_client_is_served_by_generated_code() {
    let (heard, mut messages) = unbounded_channel();
    let store = Arc::new(net::store::MemoryStore::new());
    let server = listen(&WEB_SOCKET, "ws://127.0.0.1:0", store, heard).await;
    let address = format!("ws://{}", server.local_addr());
    let peer = tokio::task::spawn_blocking(move || a_client_opens_drops_and_resumes(&address));
    let Some(Message::StateUpdate { body, .. }) = messages.recv().await else {
        panic!("no update came")
    };
    let StateKind::Minimal(state) = &body.data else {
        panic!("{body:?}")
    };
    assert_eq!(state.get("focus"), Some(Json::from("exploration")));
    assert!(matches!(messages.recv().await, Some(Message::Event { body, .. }) if body.event_type == "user_action"));
    peer.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_generated_client_is_served_by_a_published_style_server_and_resumes_after_a_cut() {
    let server = Program::start(&mut node("ltp-server.mjs"));
    let address = format!("ws://127.0.0.1:{}", server.json()["port"]);
    let mut client = connect(&WEB_SOCKET, &address, Arc::new(net::store::MemoryStore::new()));
    let init = server.json();
    assert_eq!((&init["type"], &init["client_id"]), (&json!("handshake_init"), &json!("my-device")));
    client.reached("Ready").await.unwrap();
    client.send(minimal()).await.unwrap();
    let update = server.json_where(|message| message["type"] == "state_update");
    assert!(matches!(delivered(&mut client).await, Message::Event { body, .. } if body.event_type == "seen"));
    a_cut_is_followed_by_a_resume(&server, &update);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_outlives_the_server_and_the_client() {
    let folder = tempfile::tempdir().unwrap();
    let database = || Arc::new(DatabaseStore::open(folder.path().join("threads.redb")).unwrap());
    let file = || Arc::new(FileStore::new(folder.path().join("client")));
    let (heard, mut messages) = unbounded_channel();

    let server = listen(&TCP, "tcp://127.0.0.1:0", database(), heard.clone()).await;
    let address = format!("tcp://{}", server.local_addr());
    let mut client = connect(&TCP, &address, file());
    client.reached("Ready").await.unwrap();
    client.send(Event::new("question", Json::NULL)).await.unwrap();
    let first = next_event(&mut messages).await;
    assert!(matches!(delivered(&mut client).await, Message::Event { body, .. } if body.event_type == "answer"));

    // The server ends, and another one opens the same database: no row is known to it but from there.
    server.shutdown(PATIENCE).await;
    client.reached("Waiting").await.unwrap();
    let _server = listen(&TCP, &address, database(), heard).await;
    client.reached("Ready").await.unwrap();
    client.send(Event::new("second", Json::NULL)).await.unwrap();
    let second = next_event(&mut messages).await;
    assert_eq!(second.0, first.0, "the thread is resumed");
    assert_ne!(second.1, first.1, "by another session");

    // The client ends too, and another one of the same name finds the thread in its file.
    client.close().await.unwrap();
    let client = connect(&TCP, &address, file());
    client.reached("Ready").await.unwrap();
    client.send(Event::new("third", Json::NULL)).await.unwrap();
    let third = next_event(&mut messages).await;
    assert_eq!(third.0, first.0);
    assert_ne!(third.1, second.1);
}
