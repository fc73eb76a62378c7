//! `ltpc connect`: a live client.

use std::{path::PathBuf, pin::pin, sync::Arc, time::Duration};

use ltp_runtime::{
    codec::Decoded,
    net::{ClientTls, DialOptions, Dialer, Driver, Event, Events},
};
use ltpc::interpret::{Machine, Program, clock};
use tokio::sync::{mpsc, watch};

use super::{
    live::{self, Calls, Common, Live, Trace},
    output::{Failure, Outcome, Output, Result},
    store::ClientStore,
};

/// Connect to a server: messages as JSON lines, by the interpreter
///
/// Reads messages from standard input, one a line, and sends each as soon as the session takes it; what it says about time, identity
/// and signature is filled in. Writes what arrives to standard output. Payloads stand as JSON whatever their encoding on the wire.
/// At the end of the input the session is closed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc connect schema/chat.ltp --option name=Ada
  ltpc connect schema/chat.ltp wss://chat.example.org --option name=Ada --trace < messages.jsonl
  ltpc connect schema/chat.ltp tcp://localhost:8081 --option name=Ada --no-store --linger '2 s'")]
pub struct Args {
    #[command(flatten)]
    common: Common,
    /// The server's address; left out, the endpoint's own
    url: Option<String>,
    #[command(flatten)]
    store: ClientStore,
    /// Trust the certificates in this file too (PEM)
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// How long to stay connected after the end of the input, such as `2 s` or `1 d`
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "0 s")]
    linger: Duration,
}

fn parse_duration(text: &str) -> std::result::Result<Duration, String> {
    clock::duration(text)
        .map(Duration::from_millis)
        .ok_or_else(|| "expected a duration such as `2 s`".to_owned())
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let live = Live::new(&args.common, true, args.url.as_deref(), output)?;
    live::run(connect(args, live, output))
}

/// What the other tasks tell the one that writes.
enum Told {
    Event(Event<Decoded>),
    /// What was asked for could not be done.
    Complaint(String),
    /// The end of the input was reached.
    Closing,
}

async fn connect(args: &Args, live: Live, output: &mut Output) -> Result {
    let tls = args.ca.as_deref().map(|file| ClientTls::with_authorities(&[file])).transpose();
    let options = DialOptions {
        allow_plaintext: args.common.allow_plaintext,
        tls: tls.map_err(|error| Failure::words(error.to_string()))?,
    };
    let dialer = Dialer::new(&live.endpoint, args.url.as_deref(), options);
    let dialer = dialer.map_err(|error| Failure::words(format!("{error}; {}", error.remedy())))?;
    let driver_options = live.driver_options();
    let program = live.program;
    let trace = Trace::new(program.role().name.clone(), args.common.trace, output.is_error_colourful());
    let driver = Driver::client(program.machine(live.options), dialer)
        .options(driver_options)
        .store(args.store.open(&program.model().protocol.name)?)
        .observer(trace);
    let (caller, events) = driver.spawn().split();
    let (calls, states) = Calls::new(caller);
    let (tell, mut told) = mpsc::channel(64);

    tokio::spawn(forward(events, states, tell.clone()));
    let sending = tokio::spawn(send(Arc::clone(&program), calls, args.linger, tell));
    let mut stop = pin!(live::stopped());
    let mut outcome = Outcome::Fine;
    let mut stopping = false;
    loop {
        tokio::select! {
            told = told.recv() => match told {
                Some(Told::Event(Event::Ended { reason })) if !stopping => {
                    return Err(Failure::words(format!("the session has ended: {reason}")));
                }
                Some(Told::Event(event)) => live::show(&event, None, &program, output)?,
                Some(Told::Closing) => stopping = true,
                Some(Told::Complaint(words)) => {
                    outcome = Outcome::Found;
                    output.note(&words);
                }
                None => return Ok(outcome),
            },
            () = &mut stop, if !stopping => {
                stopping = true;
                live::insist();
                // With the last caller the session closes.
                sending.abort();
            }
        }
    }
}

/// Hands over what the session says, and counts its states.
async fn forward(mut events: Events<Machine>, states: watch::Sender<u64>, tell: mpsc::Sender<Told>) {
    while let Some(event) = events.next().await {
        if let Event::State(_) = event {
            states.send_modify(|count| *count += 1);
        }
        if tell.send(Told::Event(event)).await.is_err() {
            return;
        }
    }
}

/// Sends what stands on standard input, then closes the session.
async fn send(program: Arc<Program>, mut calls: Calls, linger: Duration, tell: mpsc::Sender<Told>) {
    let mut lines = live::lines(program.schema().limits.message);
    while let Some(input) = lines.recv().await {
        let sent = match live::draft(&program, &input) {
            Ok(draft) => calls.send(draft, program.role()).await,
            Err(words) => Err(words),
        };
        if let Err(words) = sent
            && tell.send(Told::Complaint(format!("line {}: {words}", input.number))).await.is_err()
        {
            return;
        }
    }
    tokio::time::sleep(linger).await;
    _ = tell.send(Told::Closing).await;
    if let Err(words) = calls.close().await {
        _ = tell.send(Told::Complaint(words)).await;
    }
}
