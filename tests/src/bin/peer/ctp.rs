//! Devices and their gateway: `server ADDRESS` and `client URL AGENT`.

use liminal_protocols::ctp::{
    Message, Reject, Stream,
    device::{Device, DeviceCall, DeviceOptions, Gateway, GatewayCall, GatewayOptions},
    endpoint::TCP,
};
use ltp_runtime::{
    net::{DialOptions, Dialer, Driver, Server, ServerOptions},
    schema::Mismatch,
    session::Machine,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    Outcome,
    lines::{Form, read, speak},
};

pub async fn server(address: &str, lengths: Mismatch) -> Outcome {
    let (heard, _) = read();
    let options = ServerOptions {
        address: Some(address.to_owned()),
        ..ServerOptions::default()
    };
    let serve = move |driver: Driver<Gateway>, _| {
        let lines = heard.subscribe();
        let form = Form {
            ready: None,
            call: pushed,
            shown,
        };
        driver.run(move |session| speak(session, lines, form, true))
    };
    let make = move |_: &_| judging(Gateway::new(GatewayOptions::new()), lengths);
    let server = Server::listen(&TCP, options, make, serve).await?;
    eprintln!("listening on tcp://{}/", server.local_addr());
    std::future::pending().await
}

pub async fn client(url: &str, agent: &str, lengths: Mismatch) -> Outcome {
    let dialer = Dialer::new(&TCP, Some(url), DialOptions::default())?;
    let device = judging(Device::new(DeviceOptions::new(agent.to_owned())), lengths);
    let session = Driver::client(device, dialer).spawn();
    session.reached("Open").await?;
    let (_sender, lines) = read();
    let form = Form {
        ready: Some("Open"),
        call: said,
        shown,
    };
    speak(session, lines, form, false).await;
    Ok(())
}

/// A side that judges declared lengths by a rule.
fn judging<M: Machine>(mut machine: M, lengths: Mismatch) -> M {
    machine.set_mismatch(lengths);
    machine
}

fn said(draft: &Value) -> Result<DeviceCall, String> {
    body::<Stream>(draft).map(DeviceCall::from)
}

fn pushed(draft: &Value) -> Result<GatewayCall, String> {
    match draft["(tag)"].as_str() {
        Some("REJECT") => body::<Reject>(draft).map(GatewayCall::from),
        _ => body::<Stream>(draft).map(GatewayCall::from),
    }
}

/// What a draft says, beside its tag.
fn body<T: DeserializeOwned>(draft: &Value) -> Result<T, String> {
    let mut members = draft.as_object().cloned().unwrap_or_default();
    members.remove("(tag)");
    serde_json::from_value(Value::Object(members)).map_err(|error| error.to_string())
}

fn shown(message: Message<'static>) -> Value {
    let tag = message.tag();
    let (envelope, body) = match message {
        Message::Hello { envelope, body } => (envelope, written(&body)),
        Message::Welcome { envelope, body } => (envelope, written(&body)),
        Message::Reject { envelope, body } => (envelope, written(&body)),
        Message::Stream { envelope, body } => (envelope, written(&body)),
    };
    let mut form = json!({ "(tag)": tag, "version": envelope.version });
    if let (Value::Object(form), Value::Object(body)) = (&mut form, body) {
        form.extend(body);
    }
    form
}

fn written(body: &impl Serialize) -> Value {
    serde_json::to_value(body).unwrap_or_default()
}
