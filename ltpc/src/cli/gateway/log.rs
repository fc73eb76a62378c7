//! The log: what happens, on standard error.

use std::io;

use clap::ValueEnum;
use tracing_subscriber::{Layer as _, filter::Targets, fmt, layer::SubscriberExt as _, registry, util::SubscriberInitExt as _};

use crate::cli::output::Failure;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A line for people.
    Text,
    /// An object a line.
    Json,
}

/// What is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// What needs somebody.
    Error,
    /// What is odd.
    Warn,
    /// The gateway's own coming and going.
    Info,
    /// Every connection.
    Debug,
    /// Everything.
    Trace,
}

/// Logs from now on.
///
/// # Errors
/// If something logs already.
pub fn start(form: Form, level: Level) -> Result<(), Failure> {
    use tracing::Level as Of;
    // What single connections do is a level down from what the gateway does: at `info` thousands of them say nothing.
    let (own, connections) = match level {
        Level::Error => (Of::ERROR, Of::ERROR),
        Level::Warn => (Of::WARN, Of::ERROR),
        Level::Info => (Of::INFO, Of::ERROR),
        Level::Debug => (Of::DEBUG, Of::INFO),
        Level::Trace => (Of::TRACE, Of::TRACE),
    };
    let targets = Targets::new()
        .with_default(own.min(Of::WARN))
        .with_target("ltpc", own)
        .with_target("ltp_runtime", connections)
        .with_target("ltp_runtime::net::bus", own);
    let layer = fmt::layer().with_writer(io::stderr).with_ansi(false);
    let layer = match form {
        Form::Text => layer.with_filter(targets).boxed(),
        Form::Json => layer.json().flatten_event(true).with_filter(targets).boxed(),
    };
    let started = registry().with(layer).try_init();
    started.map_err(|error| Failure::words(format!("no log: {error}")))
}
