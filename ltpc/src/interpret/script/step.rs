//! Scripts that are made while they run: a line at a time, by the interpreter.

use std::sync::Arc;

use ltp_runtime::policy::Memory;

use super::{Script, ScriptError, run::Runner};
use crate::interpret::{Draft, Machine, Options, Program};

/// A machine, and what has happened to it so far.
pub(crate) struct Stepper {
    runner: Runner<Machine, ReadDraft>,
}

/// What reads a draft's JSON.
type ReadDraft = Box<dyn FnMut(&str) -> Result<Draft, String>>;

impl Stepper {
    /// A machine to which nothing has happened; of the script only the head is read.
    ///
    /// # Errors
    /// If the head does not fit the program.
    pub fn new(program: &Arc<Program>, head: &Script) -> Result<Self, ScriptError> {
        let machine = program.machine(Options::read(program, &head.options)?);
        let policy = Memory::new(head.registry(program.model())?);
        let of = Arc::clone(program);
        let call = move |draft: &str| of.draft(draft.as_bytes()).map_err(|violations| format!("{violations:?}"));
        Ok(Self {
            runner: Runner::new(head, machine, policy, Box::new(call)),
        })
    }

    /// Lets a line take place.
    ///
    /// # Errors
    /// As running a script of it.
    pub fn line(&mut self, line: &str) -> Result<(), ScriptError> {
        for line in &Script::parse(line)?.lines {
            self.runner.line(line)?;
        }
        Ok(())
    }

    pub fn machine(&self) -> &Machine {
        &self.runner.machine
    }

    pub fn machine_mut(&mut self) -> &mut Machine {
        &mut self.runner.machine
    }

    /// The time of the last line or deadline.
    pub fn at(&self) -> u64 {
        self.runner.at
    }

    /// Whether the next line must say which row was found.
    pub fn asked(&self) -> bool {
        self.runner.asked
    }

    /// What was done so far.
    pub fn trace(&self) -> &[String] {
        &self.runner.trace
    }
}
