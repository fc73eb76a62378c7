//! A device on the command line: it greets a gateway, asks and prints the answer, or streams its standard input.
//!
//! ```sh
//! cargo run -p ltpc -- gateway schema/ctp.ltp &
//! cargo run -p liminal-protocols --example device -- phone-7 query "what is known?"
//! cat insights.txt | cargo run -p liminal-protocols --example device -- phone-7 stream
//! cargo run -p liminal-protocols --example device -- phone-8 listen
//! ```
//!
//! Exit codes: 0 answered, 1 refused by the gateway, 2 it could not be run.

use std::{borrow::Cow, error::Error, process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};
use liminal_protocols::ctp::{
    Intent, Message, Reject, Stream, Trust,
    device::{Device, DeviceOptions},
    endpoint::TCP,
};
use ltp_runtime::net::{DialOptions, Dialer, Driver, Event, Session};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};

/// How long to wait for the gateway. The device would go on trying, which is not what a command is for.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Parser)]
struct Arguments {
    /// Who speaks.
    agent: String,
    /// The gateway; without it the one on this machine.
    #[arg(long)]
    gateway: Option<String>,
    /// What the device claims to be.
    #[arg(long, default_value = "EXTERNAL")]
    trust: String,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Ask, and print the answer.
    Query { text: String },
    /// Send each line of standard input as an insight.
    Stream,
    /// Print what is pushed, until interrupted.
    Listen,
}

#[tokio::main]
async fn main() -> ExitCode {
    run(Arguments::parse()).await.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    })
}

async fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let options = DeviceOptions::new(arguments.agent.clone())
        .with_capabilities(vec!["query".into(), "subscribe".into()])
        .with_trust(Trust::from(Cow::from(arguments.trust)));
    let dialer = Dialer::new(&TCP, arguments.gateway.as_deref(), DialOptions::default())?;
    let mut session = Driver::client(Device::new(options), dialer).spawn();
    tokio::time::timeout(PATIENCE, session.reached("Open"))
        .await
        .map_err(|_| "no gateway answers: is one listening there?")??;

    let says = |intent, text: String| Stream::new(arguments.agent.clone(), intent, "0x0000000000000000", text);
    let exit = match arguments.task {
        Task::Query { text } => {
            session.send(says(Intent::Query, text)).await?;
            print(&mut session, |stream| stream.intent == Intent::Response).await
        }
        Task::Stream => {
            let mut lines = BufReader::new(stdin()).lines();
            while let Some(line) = lines.next_line().await? {
                session.send(says(Intent::Insight, line)).await?;
            }
            ExitCode::SUCCESS
        }
        Task::Listen => print(&mut session, |_| false).await,
    };
    session.close().await?;
    Ok(exit)
}

/// Prints what arrives, up to the stream that is the last.
async fn print(session: &mut Session<Device>, is_last: impl Fn(&Stream<'_>) -> bool) -> ExitCode {
    while let Some(event) = session.event().await {
        match event {
            Event::Message(Message::Stream { body, .. }) => {
                println!("{}", body.body);
                if is_last(&body) {
                    return ExitCode::SUCCESS;
                }
            }
            Event::Message(Message::Reject { body, .. }) => return refused(&body),
            _ => {}
        }
    }
    ExitCode::from(2)
}

fn refused(reject: &Reject<'_>) -> ExitCode {
    match reject.retry_after {
        Some(seconds) => eprintln!("refused: {}; again in {seconds} s", reject.reason),
        None => eprintln!("refused: {}", reject.reason),
    }
    ExitCode::FAILURE
}
