//! A liminal thread from both ends, by generated code: it is opened, carries state and an event, loses its server, and goes on.
//!
//! Run it: `cargo run -p liminal-protocols --example thread`

use std::{error::Error, sync::Arc};

use liminal_protocols::ltp::{
    Affect, AffectPoint, Encoding, EnvelopeDraft, Event, Message, StateKind, StateUpdate,
    endpoint::WEB_SOCKET,
    thread::{self, Client, ClientOptions},
};
use ltp_runtime::{
    codec::{Json, Object},
    net::{self, DialOptions, Dialer, Driver, Server, ServerOptions, Session, store::MemoryStore},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Threads live in the store, not in the server. Stores that survive a restart are `FileStore` and `DatabaseStore`.
    let threads = Arc::new(MemoryStore::new());
    let server = listen("ws://127.0.0.1:0", &threads).await?;
    let address = format!("ws://{}", server.local_addr());

    let options = ClientOptions::new("example-device").with_affect(Affect::new(0.4, -0.1));
    let dialer = Dialer::new(&WEB_SOCKET, Some(&address), DialOptions::default())?;
    let mut client = Driver::client(Client::new(options), dialer).spawn();
    client.reached("Ready").await?;

    // A state as JSON, another as TOON, an event.
    let mood = Object::from([("mood", Json::from("curious"))]);
    client.send(StateUpdate::new(StateKind::Minimal(mood))).await?;
    let log = StateKind::AffectLogV1(vec![AffectPoint::new(1, 0.2, -0.1), AffectPoint::new(2, 0.3, -0.2)]);
    let as_toon = EnvelopeDraft {
        content_encoding: Some(Encoding::Toon),
        ..EnvelopeDraft::default()
    };
    client.send((StateUpdate::new(log), as_toon)).await?;
    client.send(Event::new("button", Json::from("explore"))).await?;
    answer(&mut client).await;

    println!("client: the server goes, and all its connections with it");
    drop(server);
    client.reached("Waiting").await?;
    let _server = listen(&address, &threads).await?;
    client.reached("Ready").await?;

    client.send(Event::new("back", Json::NULL)).await?;
    answer(&mut client).await;
    client.close().await?;
    println!("client: closed");
    Ok(())
}

/// Prints the next event that the server sends.
async fn answer(client: &mut Session<Client>) {
    while let Some(event) = client.event().await {
        match event {
            net::Event::State(state) => println!("client: {state}"),
            net::Event::Message(Message::Event { envelope, body }) => {
                println!("client: thread {} answers with {}", envelope.thread_id, body.event_type);
                return;
            }
            other => println!("client: {other:?}"),
        }
    }
}

/// A server that prints what it is sent, and answers every event.
async fn listen(address: &str, threads: &Arc<MemoryStore>) -> Result<Server, net::ListenError> {
    let threads = Arc::clone(threads);
    let options = ServerOptions {
        address: Some(address.to_owned()),
        ..ServerOptions::default()
    };
    let machine = |_: &net::Peer| thread::Server::new(thread::ServerOptions::new());
    Server::listen(&WEB_SOCKET, options, machine, move |driver, _| {
        driver.store(threads.clone()).run(serve)
    })
    .await
}

async fn serve(mut session: Session<thread::Server>) {
    while let Some(event) = session.event().await {
        let net::Event::Message(message) = event else { continue };
        println!("server: {}", message.to_json());
        if let Message::Event { .. } = message
            && let Err(failure) = session.send(Event::new("seen", Json::NULL)).await
        {
            println!("server: {failure}");
        }
    }
}
