//! What `serve` and `connect` share: the program, its options, its endpoint, and drafts from standard input.

mod calls;
mod input;
mod trace;

use std::{future::Future, sync::Arc, time::Duration};

use ltp_runtime::{
    codec::{Decoded, Violation},
    endpoint::Endpoint,
    net::{Address, ConnectError, Event, Options as DriverOptions},
};
use ltpc::{
    interpret::{Draft, Options, Program, form},
    model::EndpointId,
};

pub use self::{
    calls::Calls,
    input::{Input, lines},
    trace::Trace,
};
use super::{
    output::{Failure, Output},
    schema,
};

/// How long sessions have to say good-bye.
pub const GRACE: Duration = Duration::from_secs(5);

/// What both are told.
#[derive(Debug, clap::Args)]
pub struct Common {
    /// The schema
    pub schema: String,
    /// Which session; may be left out where there is only one
    #[arg(long, value_name = "NAME")]
    pub session: Option<String>,
    /// Which role; may be left out where only one can be meant
    #[arg(long, value_name = "NAME")]
    pub role: Option<String>,
    /// An option of the role: JSON, or text; durations as `15 s`
    #[arg(long = "option", value_name = "NAME=VALUE")]
    pub options: Vec<String>,
    /// Say on standard error what happens, as it happens
    #[arg(long)]
    pub trace: bool,
    /// Go without TLS to, or listen without TLS for, other machines
    #[arg(long)]
    pub allow_plaintext: bool,
}

/// A role that can be run.
pub struct Live {
    pub program: Arc<Program>,
    pub options: Options,
    pub endpoint: Endpoint,
}

impl Live {
    /// The role that is meant, with its options and the endpoint that an address is of.
    pub fn new(common: &Common, connects: bool, address: Option<&str>, output: &mut Output) -> Result<Self, Failure> {
        let model = schema::load(&common.schema, output)?;
        let program = Program::new(model, common.session.as_deref(), common.role.as_deref(), connects)?;
        let role = program.role();
        if role.connects != connects {
            let other = if role.connects { "connect" } else { "serve" };
            return Err(Failure::words(format!("the role `{}` is for `ltpc {other}`", role.name)));
        }
        let options = Options::from_pairs(&program, common.options.iter().map(String::as_str));
        let options = options.map_err(|error| Failure::words(format!("options of the role `{}`:\n{error}", role.name)))?;
        let endpoint = endpoint(&program, address, common.allow_plaintext)?;
        Ok(Self {
            program,
            options,
            endpoint,
        })
    }

    /// What a driver is told.
    pub fn driver_options(&self) -> DriverOptions {
        driver_options(&self.program)
    }
}

/// What a role's driver is told.
pub fn driver_options(program: &Program) -> DriverOptions {
    DriverOptions {
        session: program.session().decl.name.clone().into(),
        role: program.role().name.clone().into(),
        ..DriverOptions::default()
    }
}

/// The session's endpoint that an address is of, by its scheme; without one, the first.
pub fn endpoint(program: &Program, address: Option<&str>, allow_plaintext: bool) -> Result<Endpoint, Failure> {
    let endpoints = program
        .session()
        .endpoints
        .iter()
        .map(|id: &EndpointId| &program.model()[*id].facts);
    let Some(address) = address else {
        let none = || Failure::words("the session has no endpoint: declare one, and name it with `over`");
        return endpoints.clone().next().cloned().ok_or_else(none);
    };
    let mut schemes = Vec::new();
    for endpoint in endpoints {
        match Address::parse(address, endpoint, allow_plaintext) {
            Ok(_) => return Ok(endpoint.clone()),
            Err(ConnectError::Scheme { expected, .. }) => schemes.extend(expected),
            Err(error) => return Err(Failure::words(format!("{error}; {}", error.remedy()))),
        }
    }
    Err(Failure::words(format!(
        "{address} is of none of the session's endpoints: they are reached by {}",
        schemes.join(", ")
    )))
}

/// Runs what a command does until it is done. Standard input may still be read from then: nobody waits for that.
pub fn run<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    result
}

/// Says what a session told: messages as results, with the connection's number if there are several; what went wrong as notes.
pub fn show(event: &Event<Decoded>, from: Option<u64>, program: &Program, output: &mut Output) -> Result<(), Failure> {
    let who = from.map_or(String::new(), |number| format!("connection {number}: "));
    match event {
        Event::Message(message) => return show_message(message, from, program, output),
        Event::Answer { reply, .. } => return show_message(reply, from, program, output),
        Event::Unexpected { input, state, refusal } => {
            let why = refusal.as_ref().map_or(String::new(), |refusal| format!(": {}", refusal.text()));
            output.note(&format!("{who}{input} was not expected in {state}{why}"));
        }
        Event::Refused(error) => output.note(&format!("{who}{error}")),
        Event::StoreFailed { place, error } => output.note(&format!("{who}{} {}: {error}", place.space, place.key)),
        Event::Skipped(count) => output.note(&format!("{who}{count} events were left out")),
        Event::State(_) | Event::Ended { .. } => {}
    }
    Ok(())
}

fn show_message(message: &Decoded, from: Option<u64>, program: &Program, output: &mut Output) -> Result<(), Failure> {
    let message = form::json(program.schema(), message);
    match from {
        Some(number) => output.line(&format!(r#"{{"from":{number},"message":{message}}}"#))?,
        None => output.line(&message)?,
    }
    output.flush()
}

/// The draft that a line of input holds.
pub fn draft(program: &Program, input: &Input) -> Result<Draft, String> {
    let limit = program.schema().limits.message;
    let text = input
        .text
        .as_ref()
        .map_err(|octets| format!("expected at most {limit} octets, got {octets}"))?;
    program.draft(text).map_err(|violations| all_words(&violations))
}

/// Violations in words.
pub fn all_words(violations: &[Violation]) -> String {
    violations.iter().map(words).collect::<Vec<_>>().join("; ")
}

/// A violation in words.
pub fn words(
    Violation {
        pointer,
        rule,
        expected,
        actual,
        ..
    }: &Violation,
) -> String {
    let colon = if pointer.is_empty() { "" } else { ": " };
    format!("{pointer}{colon}expected {expected}, got {actual} ({})", rule.name())
}

/// From now on, whoever asks again to stop does not wait for a good end.
pub fn insist() {
    tokio::spawn(async {
        stopped().await;
        std::process::exit(130);
    });
}

/// Waits until the user wants to stop: Ctrl-C, or the signal that ends services.
pub async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without handlers the signals end the process as they always do.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
