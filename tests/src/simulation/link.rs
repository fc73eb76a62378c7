//! A link that does not hold: the gateway goes and comes, a device goes on.

use std::{error::Error, time::Duration};

use liminal_protocols::ctp::{
    Intent, Message, Stream,
    device::{Device, DeviceOptions, Gateway, GatewayOptions},
    endpoint::TCP,
};
use ltp_runtime::net::{DialOptions, Dialer, Driver, Event, Server, ServerOptions, Session};

use super::Check;

const AGENT: &str = "phone-alpha-7";
/// How often the link is cut.
const CUTS: usize = 3;
/// Bounds a run that fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// Every cut is survived: the device greets again and its next question is answered.
#[must_use]
pub fn check() -> Check {
    let claim = "a device whose link is cut greets again, and its next question is answered";
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Check::new(claim, false);
    };
    let run = runtime.block_on(async { tokio::time::timeout(PATIENCE, questions()).await });
    let answers = match run {
        Ok(Ok(answers)) => answers,
        Ok(Err(_)) | Err(_) => Vec::new(),
    };
    let expected: Vec<String> = (0..=CUTS).map(|round| format!("answer to question {round}")).collect();
    Check::new(claim, answers == expected)
        .with("cuts", CUTS)
        .with("answers", answers.len())
}

/// The answers to a question before the first cut and one behind each.
async fn questions() -> Result<Vec<String>, Box<dyn Error>> {
    let mut server = listen("tcp://127.0.0.1:0").await?;
    let address = format!("tcp://{}", server.local_addr());
    let dialer = Dialer::new(&TCP, Some(&address), DialOptions::default())?;
    let mut device = Driver::client(Device::new(DeviceOptions::new(AGENT)), dialer).spawn();
    let mut answers = Vec::new();
    for round in 0..=CUTS {
        device.reached("Open").await?;
        device.send(says(AGENT, Intent::Query, format!("question {round}"))).await?;
        answers.extend(answer(&mut device).await);
        if round < CUTS {
            drop(server);
            device.reached("Waiting").await?;
            server = listen(&address).await?;
        }
    }
    device.close().await?;
    Ok(answers)
}

async fn answer(device: &mut Session<Device>) -> Option<String> {
    while let Some(event) = device.event().await {
        if let Event::Message(Message::Stream { body, .. }) = event {
            return Some(body.body.into_owned());
        }
    }
    None
}

/// A gateway that answers every question itself.
async fn listen(address: &str) -> Result<Server, Box<dyn Error>> {
    let options = ServerOptions {
        address: Some(address.to_owned()),
        ..ServerOptions::default()
    };
    let machine = |_: &_| Gateway::new(GatewayOptions::new());
    Ok(Server::listen(&TCP, options, machine, |driver, _| driver.run(serve)).await?)
}

async fn serve(mut session: Session<Gateway>) {
    while let Some(event) = session.event().await {
        if let Event::Message(Message::Stream { body, .. }) = event {
            let answer = says("gateway-01", Intent::Response, format!("answer to {}", body.body));
            if session.send(answer).await.is_err() {
                return;
            }
        }
    }
}

fn says(agent: &str, intent: Intent, text: String) -> Stream<'static> {
    Stream::new(agent.to_owned(), intent, "0x0000000000000000", text)
}
