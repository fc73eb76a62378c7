//! Threads: `server ADDRESS` with a short heartbeat, and `client URL STORE CLIENT_ID`.

use std::{sync::Arc, time::Duration};

use liminal_protocols::ltp::{
    Encoding, EnvelopeDraft, Error, Event, Message, StateUpdate,
    endpoint::WEB_SOCKET,
    thread::{Client, ClientOptions, Server, ServerCall, ServerOptions},
};
use ltp_runtime::net::{
    self, DialOptions, Dialer, Driver,
    store::{FileStore, MemoryStore},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    Outcome,
    lines::{Form, read, speak},
};

pub async fn server(address: &str) -> Outcome {
    let ((heard, _), threads) = (read(), Arc::new(MemoryStore::new()));
    let options = net::ServerOptions {
        address: Some(address.to_owned()),
        ..net::ServerOptions::default()
    };
    let machine = |_: &_| {
        let options = ServerOptions::new().with_heartbeat(Duration::from_millis(200));
        Server::new(options.with_grace(Duration::from_secs(2)))
    };
    let serve = move |driver: Driver<Server>, _| {
        let lines = heard.subscribe();
        let form = Form {
            ready: None,
            call: pushed,
            shown,
        };
        driver.store(threads.clone()).run(move |session| speak(session, lines, form, true))
    };
    let server = net::Server::listen(&WEB_SOCKET, options, machine, serve).await?;
    eprintln!("listening on ws://{}", server.local_addr());
    std::future::pending().await
}

pub async fn client(url: &str, store: &str, client_id: &str) -> Outcome {
    let dialer = Dialer::new(&WEB_SOCKET, Some(url), DialOptions::default())?;
    let machine = Client::new(ClientOptions::new(client_id.to_owned()));
    let session = Driver::client(machine, dialer).store(Arc::new(FileStore::new(store))).spawn();
    session.reached("Ready").await?;
    let (_sender, lines) = read();
    let form = Form {
        ready: Some("Ready"),
        call: said,
        shown,
    };
    speak(session, lines, form, false).await;
    Ok(())
}

fn pushed(draft: &Value) -> Result<ServerCall, String> {
    match draft["type"].as_str() {
        Some("error") => body::<Error>(draft).map(ServerCall::from),
        _ => said(draft),
    }
}

/// What both sides say.
fn said<C>(draft: &Value) -> Result<C, String>
where
    C: From<(StateUpdate<'static>, EnvelopeDraft<'static>)> + From<(Event<'static>, EnvelopeDraft<'static>)>,
{
    let encoding = draft.get("content_encoding").and_then(Value::as_str);
    let envelope = EnvelopeDraft {
        content_encoding: encoding.and_then(|text| text.parse().ok()),
        ..EnvelopeDraft::default()
    };
    match draft["type"].as_str() {
        Some("state_update") => Ok(C::from((body::<StateUpdate>(draft)?, envelope))),
        Some("event") => Ok(C::from((body::<Event>(draft)?, envelope))),
        _ => Err(format!("nothing that is sent here: {draft}")),
    }
}

fn body<T: DeserializeOwned>(draft: &Value) -> Result<T, String> {
    serde_json::from_value(draft["payload"].clone()).map_err(|error| error.to_string())
}

/// As JSON, however the payload came.
fn shown(mut message: Message<'static>) -> Value {
    if let Message::StateUpdate { envelope, .. } | Message::Event { envelope, .. } = &mut message {
        envelope.content_encoding = Encoding::Json;
    }
    serde_json::from_str(&message.to_json()).unwrap_or_default()
}
