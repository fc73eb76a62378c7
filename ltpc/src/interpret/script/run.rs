//! Running scripts, on any machine.

use ltp_runtime::{
    codec::{Value, Violation},
    policy::Memory,
    session::{Action, CallError, Context, Input, Machine, Now, Place, SplitMix64},
};

use super::{Event, Line, Script, ScriptError, text_of};
use crate::interpret::{eval::number::number, text::oversized};

/// Steps at one tick after which a machine is taken to go round in circles.
const STEPS_PER_TICK: u32 = 10_000;

/// Runs a script on a machine that was made with its options: one line of trace for each action, and one for each time that the
/// machine comes to rest. `policy` knows the agents of the script; `call` reads a draft's JSON.
///
/// # Errors
/// If a line does not fit what the machine asked for, a draft cannot be read, or the machine does not come to rest.
pub fn run<M: Machine>(
    script: &Script,
    machine: M,
    policy: Memory,
    call: impl FnMut(&str) -> Result<M::Call, String>,
) -> Result<Vec<String>, ScriptError> {
    let mut runner = Runner::new(script, machine, policy, call);
    for line in &script.lines {
        runner.line(line)?;
    }
    Ok(runner.trace)
}

/// A machine, and how far its script has come.
pub(super) struct Runner<M, C> {
    pub machine: M,
    call: C,
    entropy: SplitMix64,
    policy: Memory,
    peer: String,
    unix: u64,
    pub at: u64,
    steps: u32,
    /// Whether a row was asked for that did not come yet.
    pub asked: bool,
    pub trace: Vec<String>,
}

impl<M: Machine, C: FnMut(&str) -> Result<M::Call, String>> Runner<M, C> {
    /// At the script's beginning; none of its lines has taken place.
    pub fn new(script: &Script, machine: M, policy: Memory, call: C) -> Self {
        Self {
            machine,
            call,
            entropy: SplitMix64::new(script.seed),
            policy,
            peer: script.peer.clone(),
            unix: script.unix,
            at: 0,
            steps: 0,
            asked: false,
            trace: Vec::new(),
        }
    }

    pub fn line(&mut self, line: &Line) -> Result<(), ScriptError> {
        let answers = matches!(line.event, Some(Event::Found(_)));
        if !self.asked {
            self.advance(line)?;
        }
        if answers != self.asked {
            let message = if answers {
                "no row was looked up"
            } else {
                "a row was looked up: expected `found`"
            };
            return Err(ScriptError::at(line.number, message));
        }
        self.move_to(line.at);
        let Some(event) = &line.event else { return Ok(()) };
        let input = self.input(event).map_err(|message| ScriptError::at(line.number, message))?;
        self.step(input, line)
    }

    /// Meets all deadlines up to and at the line's time.
    fn advance(&mut self, line: &Line) -> Result<(), ScriptError> {
        while let Some(due) = self
            .machine
            .next_deadline()
            .filter(|due| *due <= line.at && !self.asked && !self.machine.is_ended())
        {
            self.move_to(due.max(self.at));
            self.step(Input::Due, line)?;
        }
        Ok(())
    }

    fn move_to(&mut self, at: u64) {
        if at > self.at {
            (self.at, self.steps) = (at, 0);
        }
    }

    fn input(&mut self, event: &Event) -> Result<Input<M::Message, M::Call>, String> {
        Ok(match event {
            Event::Start(persisted) => Input::Start {
                persisted: persisted.clone(),
            },
            Event::Open => Input::Opened,
            Event::Closed(reason) => Input::Closed { reason: reason.clone() },
            Event::Message(text) => match self.machine.decode(text.as_bytes()) {
                Ok(message) => Input::Message(message),
                Err(refusal) => Input::Malformed(refusal),
            },
            Event::Oversized(octets) => Input::Malformed(oversized(*octets, self.machine.max_size())),
            Event::Call(draft) => Input::Call((self.call)(draft)?),
            Event::Close => Input::Close,
            Event::Cancel(key) => Input::Cancel(key.clone()),
            Event::Found(row) => Input::Found(row.clone()),
        })
    }

    fn step(&mut self, input: Input<M::Message, M::Call>, line: &Line) -> Result<(), ScriptError> {
        self.steps += 1;
        if self.steps > STEPS_PER_TICK {
            return Err(ScriptError::at(
                line.number,
                format!("the machine takes more than {STEPS_PER_TICK} steps at {} ms", self.at),
            ));
        }
        self.asked = false;
        let now = Now {
            ticks: self.at,
            unix: self.unix.saturating_add(self.at),
        };
        let mut actions = Vec::new();
        self.machine.handle(
            input,
            &mut Context {
                now,
                entropy: &mut self.entropy,
                peer: &self.peer,
                policy: &mut self.policy,
            },
            &mut actions,
        );
        for action in &actions {
            self.asked |= matches!(action, Action::Lookup { .. });
            let (name, what) = self.action(action);
            self.note(vec![(name, what)]);
        }
        let due = self.machine.next_deadline().filter(|_| !self.machine.is_ended());
        let state = Value::String(self.machine.state().to_owned());
        self.note(vec![("state", state), ("due", due.map_or(Value::Null, number))]);
        Ok(())
    }

    fn note(&mut self, members: Vec<(&str, Value)>) {
        let mut line = vec![("at".to_owned(), number(self.at))];
        line.extend(members.into_iter().map(|(name, value)| (name.to_owned(), value)));
        self.trace.push(text_of(&Value::Object(line)));
    }

    fn action(&self, action: &Action<M::Message>) -> (&'static str, Value) {
        match action {
            Action::Connect => ("connect", Value::Bool(true)),
            Action::Send(message) => ("send", self.message(message)),
            Action::Deliver(message) => ("deliver", self.message(message)),
            Action::Answer { request, reply } => (
                "answer",
                object([("request", self.message(request)), ("reply", self.message(reply))]),
            ),
            Action::Close { reason } => ("close", text(reason)),
            Action::Drop { reason } => ("drop", text(reason)),
            Action::Enter { state } => ("enter", text(state)),
            Action::Store { place, value, expires } => {
                let more = [
                    ("value", Value::Raw(value.clone())),
                    ("expires", expires.map_or(Value::Null, number)),
                ];
                ("store", at_place(place, more))
            }
            Action::Forget { place } => ("forget", at_place(place, [])),
            Action::Lookup { place } => ("lookup", at_place(place, [])),
            Action::Refuse(CallError::NotNow { state, message }) => {
                ("refuse", object([("message", text(message)), ("state", text(state))]))
            }
            Action::Refuse(CallError::Full { most }) => ("refuse", object([("full", number(*most as u64))])),
            Action::Refuse(CallError::Invalid(violations)) => ("refuse", object([("violations", listed(violations))])),
            Action::Unexpected { input, state, refusal } => {
                let mut members = vec![("input", text(input)), ("state", text(state))];
                members.extend(refusal.as_ref().map(|refusal| ("violations", listed(&refusal.violations))));
                ("unexpected", object(members))
            }
        }
    }

    fn message(&self, message: &M::Message) -> Value {
        let mut out = Vec::new();
        self.machine.encode(message, &mut out);
        Value::Raw(String::from_utf8(out).unwrap_or_default())
    }
}

/// Violations by what every language says alike: place and rule.
fn listed(violations: &[Violation]) -> Value {
    let item = |violation: &Violation| object([("pointer", text(&violation.pointer)), ("rule", text(violation.rule.name()))]);
    Value::List(violations.iter().map(item).collect())
}

fn at_place<const N: usize>(place: &Place, more: [(&str, Value); N]) -> Value {
    object([("space", text(&place.space)), ("key", text(&place.key))].into_iter().chain(more))
}

fn object<'n>(members: impl IntoIterator<Item = (&'n str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}
