//! Scripts: what happens to a machine, line by line, and the trace of what it did. The format is described in `docs/scripts.md`;
//! every language replays the same scripts and must give the same traces.

mod read;
mod run;
mod step;

use std::{fmt, sync::Arc};

use ltp_runtime::{
    codec::Value,
    policy::{Memory, Registry},
};
use serde_json::{Map, Value as Json};

pub use run::run;
pub(crate) use step::Stepper;

use super::{NoRole, OptionError, Options, Program, registry};
use crate::model::Model;

/// A script: what it starts from, and its inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// The session's name, if the script says it.
    pub session: Option<String>,
    /// The role's name, if the script says it.
    pub role: Option<String>,
    /// The role's options, by name.
    pub options: Map<String, Json>,
    /// What randomness is drawn from.
    pub seed: u64,
    /// Milliseconds since the Unix epoch at time 0.
    pub unix: u64,
    /// The host at the transport's other end.
    pub peer: String,
    /// Which agents are known: as `registry` in the script says it.
    pub registry: Json,
    /// In order.
    pub lines: Vec<Line>,
}

/// One line of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which line of the text, from 1.
    pub number: usize,
    /// Milliseconds since the beginning; never less than the line's before it.
    pub at: u64,
    /// What happens then; `None`: only time passes.
    pub event: Option<Event>,
}

/// What happens to a machine. Deadlines are met by the runner: scripts do not name them.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The endpoint starts, with the text of the object that is stored.
    Start(Option<String>),
    /// The transport is open.
    Open,
    /// The transport is gone.
    Closed(String),
    /// Something arrives: the text of a frame.
    Message(String),
    /// A frame of so many octets arrives, more than the limit.
    Oversized(u64),
    /// The application asks to send: the text of a draft.
    Call(String),
    /// The application asks to close.
    Close,
    /// The application no longer wants the answer to a request: its key.
    Cancel(String),
    /// The text of the row that was looked up.
    Found(Option<String>),
}

/// Why a script cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError {
    /// Which line, from 1; 0: none.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// The first line that is none, or that goes back in time.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        read::script(text)
    }

    /// Runs it by the interpreter: one line of trace for each action, and one for each time that the machine comes to rest.
    ///
    /// # Errors
    /// If the model has no such role, the options do not conform, or a line does not fit what the machine asked for.
    pub fn run(&self, model: Arc<Model>) -> Result<Vec<String>, ScriptError> {
        let program = Program::new(model, self.session.as_deref(), self.role.as_deref(), true)?;
        let options = Options::read(&program, &self.options)?;
        let policy = Memory::new(self.registry(program.model())?);
        run(self, program.machine(options), policy, |draft| {
            let refused = |violations: Vec<_>| violations.iter().map(super::text::violation).collect::<Vec<_>>().join("; ");
            program.draft(draft.as_bytes()).map_err(refused)
        })
    }
}

impl Script {
    /// The agents that are known in it.
    ///
    /// # Errors
    /// If the script's registry is not one of the model's tiers.
    pub fn registry(&self, model: &Model) -> Result<Registry, ScriptError> {
        match &self.registry {
            Json::Null => Ok(Registry::default()),
            registry => registry::read(model, registry).map_err(|error| ScriptError::at(1, format!("`registry`: {error}"))),
        }
    }
}

impl ScriptError {
    fn at(line: usize, message: impl Into<String>) -> Self {
        Self {
            line,
            message: message.into(),
        }
    }
}

impl From<NoRole> for ScriptError {
    fn from(error: NoRole) -> Self {
        Self::at(1, error.to_string())
    }
}

impl From<OptionError> for ScriptError {
    fn from(error: OptionError) -> Self {
        Self::at(1, error.to_string())
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            line => write!(f, "line {line}: {}", self.message),
        }
    }
}

impl std::error::Error for ScriptError {}

fn text_of(value: &Value) -> String {
    super::constant::text_of(value)
}
