//! Work: `node ADDRESS` handles `df:transform`, `cf:seq` (so many milliseconds), `df:fails`, and says its port; `reactor URL` handles
//! `ed:notify`. Both submit each line, and write what became of it.

use std::{sync::Arc, time::Duration};

use liminal_protocols::packetflow::{
    endpoint::SOCKET,
    reactor,
    work::{ReactorClient, ReactorNode, TABLE},
};
use ltp_runtime::{
    net::{
        DialOptions, Dialer, Driver, Server, ServerOptions,
        work::{Client, Node, NodeOptions, attend},
    },
    work::{Failure, Handler, Submit as _, Unit},
};
use serde_json::{Value, json};

use crate::{
    Outcome,
    lines::{read, say},
};

pub async fn node(address: &str) -> Outcome {
    let node = Node::new(Arc::new(TABLE.clone()), handlers(), NodeOptions::default());
    let options = ServerOptions {
        address: Some(address.to_owned()),
        ..ServerOptions::default()
    };
    let (attended, flow) = (node.clone(), Arc::new(ReactorNode));
    let serve = move |driver: Driver<reactor::Node>, _| {
        let (node, flow) = (attended.clone(), Arc::clone(&flow));
        driver.run(move |session| attend(node, flow, session))
    };
    let machine = |_: &_| reactor::Node::new(reactor::NodeOptions::new());
    let server = Server::listen(&SOCKET, options, machine, serve).await?;
    say(&json!({ "port": server.local_addr().port() }));
    let submitter = node.submitter();
    submit(|unit| node.submit(submitter, unit, |outcome| println!("{}", TABLE.reply(&outcome)))).await
}

pub async fn reactor(url: &str) -> Outcome {
    let dialer = Dialer::new(&SOCKET, Some(url), DialOptions::default())?;
    let options = reactor::ClientOptions::new().with_handlers(vec!["ed:notify".into()]);
    let driver = Driver::client(reactor::Client::new(options), dialer);
    let notify = handler("ed:notify", |data| async move { Ok(json!({ "sent": data, "kind": "ed:notify" })) });
    let client = Client::working(ReactorClient, driver, [notify], NodeOptions::default());
    client.caller().reached("Online").await?;
    say(&json!({ "port": 0 }));
    submit(|unit| {
        let client = client.clone();
        tokio::spawn(async move { println!("{}", TABLE.reply(&client.submit(unit).await)) });
    })
    .await
}

/// Hands on what each line asks for.
async fn submit(mut to: impl FnMut(Unit)) -> Outcome {
    let (_sender, mut lines) = read();
    while let Ok(line) = lines.recv().await {
        match TABLE.unit(&line) {
            Some(unit) => to(unit),
            None => eprintln!("no packet: {line}"),
        }
    }
    Ok(())
}

fn handlers() -> [Handler; 3] {
    let transform = handler("df:transform", |data| async move {
        let text = data.as_str().ok_or("no text")?;
        Ok(json!(text.to_uppercase()))
    });
    let seq = handler("cf:seq", |data| async move {
        tokio::time::sleep(Duration::from_millis(data.as_u64().ok_or("no milliseconds")?)).await;
        Ok(data)
    });
    [transform, seq, handler("df:fails", |_| async { Err("no") })]
}

fn handler<F>(kind: &str, run: fn(Value) -> F) -> Handler
where
    F: Future<Output = Result<Value, &'static str>> + Send + 'static,
{
    Handler::new(kind, move |input, _| {
        let running = serde_json::from_str(&input).map(run);
        async move {
            let failed = |words: String| Failure::new("PF500", words);
            let output = running.map_err(|error| failed(error.to_string()))?.await;
            output.map(|output| output.to_string()).map_err(|words| failed(words.to_owned()))
        }
    })
}
