//! The session machine of any role, by interpretation.

mod act;
mod choose;
mod keep;
mod pending;
mod send;
mod timers;

use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use ltp_runtime::{
    codec::{self, Decoded, Value},
    schema::Mismatch,
    session::{self, Action, CallError, Context, Input, Pending, Place, Refusal, Window},
    text::{self, Splitter},
};

use self::{choose::What, timers::Timers};
use super::{
    Draft, Options, Program,
    eval::{Came, Scope, Variables},
};
use crate::model::{Expr, Goto, Next, Role, State, StateKind, Trigger, Var};

/// A machine of one role. It does nothing before `Input::Start`.
#[derive(Debug)]
pub struct Machine {
    program: Arc<Program>,
    variables: Variables,
    timers: Timers,
    /// Of the role's `unique`s.
    windows: Vec<Window>,
    /// Of the role's sets of requests.
    pendings: Vec<Pending<Decoded>>,
    /// The table that was asked for a row.
    asked: Option<usize>,
    started: bool,
    /// How declared lengths that disagree with the text are judged, if it has a framing.
    mismatch: Mismatch,
    /// The transitions that were taken (indices of the state and in it), if somebody wants to know.
    taken: Option<BTreeSet<(usize, usize)>>,
}

/// One input's way through a machine.
struct Step<'s, 'c> {
    program: &'s Program,
    machine: &'s mut Machine,
    context: &'s mut Context<'c>,
    actions: &'s mut Vec<Action<Decoded>>,
    came: Came,
    /// What the application says of the envelope of what it asks to send.
    said: Value,
}

impl Machine {
    pub(super) fn new(program: Arc<Program>, options: Options) -> Self {
        let role = program.role();
        let variables = Variables {
            options: options.into_values(),
            current: role.start,
            ..Variables::default()
        };
        let windows = role.uniques.iter().map(|unique| Window::new(unique.last as usize)).collect();
        let pendings = role.pendings.iter().map(|pending| Pending::new(pending.most as usize)).collect();
        Self {
            timers: Timers::new(role),
            variables,
            windows,
            pendings,
            asked: None,
            started: false,
            mismatch: program.framing().map_or(Mismatch::Strict, |framing| framing.body_end.mismatch()),
            taken: None,
            program,
        }
    }

    /// From now on remembers which transitions are taken.
    pub(super) fn watch(&mut self) {
        self.taken = Some(BTreeSet::new());
    }

    /// The transitions that were taken since it is watched: the state's index, and the transition's in it.
    pub(super) fn taken(&self) -> BTreeSet<(usize, usize)> {
        self.taken.clone().unwrap_or_default()
    }

    /// What it runs.
    #[must_use]
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// Whether its state waits for the pause before another try.
    #[must_use]
    pub fn waits_for_retry(&self) -> bool {
        self.current()
            .transitions
            .iter()
            .any(|transition| matches!(transition.trigger, Trigger::Due(_)))
    }

    fn role(&self) -> &Role {
        self.program.role()
    }

    fn current(&self) -> &State {
        &self.role().states[self.variables.current]
    }
}

impl session::Machine for Machine {
    type Message = Decoded;
    type Call = Draft;

    fn max_size(&self) -> usize {
        self.program.limits().message
    }

    fn splitter(&self) -> Option<Splitter> {
        let mut splitter = Splitter::new(Arc::clone(self.program.framing()?), self.max_size());
        splitter.set_mismatch(self.mismatch);
        Some(splitter)
    }

    fn set_mismatch(&mut self, mismatch: Mismatch) {
        self.mismatch = mismatch;
    }

    fn decode(&mut self, frame: &[u8]) -> Result<Box<Decoded>, Refusal> {
        let schema = self.program.schema();
        let decoded = match self.program.framing() {
            Some(_) => text::decode(schema, self.mismatch, frame).map(|framed| framed.decoded),
            None => codec::decode(schema, frame),
        };
        decoded.map(Box::new)
    }

    fn encode(&self, message: &Decoded, out: &mut Vec<u8>) {
        codec::encode(self.program.schema(), message, out);
    }

    fn message_name<'m>(&'m self, message: &'m Decoded) -> &'m str {
        &self.program.schema().messages[message.message].name
    }

    fn handle(&mut self, input: Input<Decoded, Draft>, context: &mut Context<'_>, actions: &mut Vec<Action<Decoded>>) {
        let program = Arc::clone(&self.program);
        let before = self.variables.persists.clone();
        let starts = matches!(input, Input::Start { .. });
        Step {
            program: &program,
            machine: self,
            context,
            actions,
            came: Came::Nothing,
            said: Value::Null,
        }
        .run(input);
        // What a start loads is no change.
        let before = if starts { Vec::new() } else { before };
        if !before.is_empty() && before != self.variables.persists {
            actions.push(keep::persists(&program, &self.variables));
        }
    }

    fn next_deadline(&self) -> Option<u64> {
        let waiting = self.pendings.iter().filter_map(Pending::deadline);
        self.timers.earliest().map(|(at, _)| at).into_iter().chain(waiting).min()
    }

    fn state(&self) -> &str {
        &self.current().name
    }

    fn is_ended(&self) -> bool {
        self.current().kind == StateKind::End
    }

    fn persistence(&self) -> Option<Place> {
        keep::place_of_persists(&self.program, &self.variables)
    }
}

impl<'s> Step<'s, '_> {
    fn run(&mut self, input: Input<Decoded, Draft>) {
        match input {
            Input::Start { persisted } => self.start(persisted.as_deref()),
            _ if !self.machine.started || self.state().kind == StateKind::End => {}
            Input::Opened => {
                self.machine.windows.iter_mut().for_each(Window::clear);
                self.came = Came::Transport("open");
                self.expect(&What::Open, "open");
            }
            Input::Closed { .. } => {
                self.came = Came::Transport("closed");
                self.expect(&What::Closed, "closed");
            }
            Input::Message(message) => self.message(*message),
            Input::Malformed(refusal) => {
                self.came = Came::Malformed(refusal);
                self.expect(&What::Malformed, "malformed");
            }
            Input::Due => self.due(),
            Input::Call(draft) => self.call(draft),
            Input::Close => {
                if !self.transition(&What::AppClose) {
                    self.refuse_now("close".into());
                }
            }
            Input::Cancel(key) => self.cancel(&key),
            Input::Found(row) => self.found(row.as_deref()),
        }
    }

    fn start(&mut self, persisted: Option<&str>) {
        let role = self.program.role();
        self.machine.started = true;
        self.machine.timers = Timers::new(role);
        self.machine.windows.iter_mut().for_each(Window::clear);
        self.machine.variables.persists = keep::load(self.program, persisted);
        self.machine.pendings = role.pendings.iter().map(|pending| Pending::new(pending.most as usize)).collect();
        self.machine.variables.role.clear();
        for var in &role.vars {
            let value = self.initial(var);
            self.machine.variables.role.push(value);
        }
        self.enter(role.start, Vec::new());
        self.settle();
    }

    /// A message: first what must not repeat, then the state's transitions.
    fn message(&mut self, message: Decoded) {
        let name = self.program.schema().messages[message.message].name.clone();
        let index = message.message;
        let repeat = self.repeat(&message);
        self.came = Came::Message(message);
        match repeat {
            Some(unique) => _ = self.transition(&What::Repeat(unique)),
            None => self.expect(&What::Message(index), &name),
        }
    }

    /// Which `unique` the message breaks, if any; else its texts are remembered.
    fn repeat(&mut self, message: &Decoded) -> Option<usize> {
        let model = self.program.model();
        let envelope = model.messages[message.message].envelope;
        let uniques = self.program.role().uniques.iter().enumerate();
        for (index, unique) in uniques.filter(|(_, unique)| unique.envelope == envelope) {
            let member = &model[envelope].members[unique.member];
            let Some(text) = message.envelope.get(&member.wire).and_then(Value::as_str) else {
                continue;
            };
            if !self.machine.windows[index].insert(text) {
                return Some(index);
            }
        }
        None
    }

    fn call(&mut self, draft: Draft) {
        let message = draft.message;
        self.said = draft.envelope.clone();
        self.came = Came::Call(draft.filled(self.program.model()));
        if !self.transition(&What::Call(message)) {
            self.refuse_now(self.program.schema().messages[message].name.clone());
        }
    }

    fn found(&mut self, row: Option<&str>) {
        let Some(table) = self.machine.asked.take() else { return };
        match row.and_then(|row| keep::row(self.program, table, row)) {
            Some(row) => {
                self.came = Came::Row(table, row);
                self.transition(&What::Found);
            }
            None => _ = self.transition(&What::Missing),
        }
    }

    /// Takes the first transition that fits; without one, what came is unexpected.
    fn expect(&mut self, what: &What, name: &str) {
        if !self.transition(what) {
            self.unexpected(name.to_owned().into());
        }
    }

    fn unexpected(&mut self, input: Cow<'static, str>) {
        let refusal = match &self.came {
            Came::Malformed(refusal) => Some(Box::new(refusal.clone())),
            _ => None,
        };
        let state = self.state().name.clone().into();
        self.actions.push(Action::Unexpected { input, state, refusal });
    }

    fn refuse_now(&mut self, message: Cow<'static, str>) {
        let state = self.state().name.clone().into();
        self.actions.push(Action::Refuse(CallError::NotNow { state, message }));
    }

    /// Takes the first transition that fits and whose guard holds; whether there is one.
    fn transition(&mut self, what: &What) -> bool {
        let transitions = &self.state().transitions;
        let Some(index) = (0..transitions.len()).find(|index| {
            let transition = &transitions[*index];
            what.fits(&transition.trigger) && transition.guard.as_ref().is_none_or(|guard| self.scope().holds(guard))
        }) else {
            return false;
        };
        self.take(index);
        self.settle();
        true
    }

    /// Takes the `enter` transitions of states as long as they lead on.
    fn settle(&mut self) {
        while std::mem::take(&mut self.machine.timers.entered) {
            self.came = Came::Nothing;
            let transitions = &self.state().transitions;
            let fitting = (0..transitions.len()).find(|index| {
                let transition = &transitions[*index];
                What::Enter.fits(&transition.trigger) && transition.guard.as_ref().is_none_or(|guard| self.scope().holds(guard))
            });
            if let Some(index) = fitting {
                self.take(index);
            }
        }
    }

    /// The actions of a transition of the state, in order, then where it leads.
    fn take(&mut self, index: usize) {
        let transition = &self.state().transitions[index];
        if let Some(taken) = &mut self.machine.taken {
            taken.insert((self.machine.variables.current, index));
        }
        for action in &transition.actions {
            self.act(&action.kind);
        }
        match &transition.next {
            Next::Stay => {}
            Next::Goto(goto) => self.go(goto),
            Next::Retry { retry, again, spent } => {
                let goto = if self.retry(*retry) { again } else { spent };
                self.go(goto);
            }
        }
    }

    fn go(&mut self, goto: &'s Goto) {
        let values = goto.values.iter().map(|value| self.eval(value)).collect();
        self.enter(goto.state, values);
    }

    /// Leaves the state for another: its timers end, variables are set, what runs from entry is armed.
    fn enter(&mut self, index: usize, values: Vec<Value>) {
        let state = &self.program.role().states[index];
        self.machine.timers.leave(state);
        self.actions.push(Action::Enter {
            state: state.name.clone().into(),
        });
        self.machine.variables.current = index;
        self.machine.variables.state = values;
        for var in state.vars.iter().skip(self.machine.variables.state.len()) {
            let value = self.initial(var);
            self.machine.variables.state.push(value);
        }
        self.arm_entered(state);
        if state.kind == StateKind::End {
            self.abandon();
        }
        self.machine.timers.entered = true;
    }

    fn initial(&mut self, var: &'s Var) -> Value {
        var.init.as_ref().map_or(Value::Null, |init| self.eval(init))
    }

    fn state(&self) -> &'s State {
        &self.program.role().states[self.machine.variables.current]
    }

    fn scope(&mut self) -> Scope<'_> {
        Scope {
            model: self.program.model(),
            program: Some(self.program),
            variables: &self.machine.variables,
            came: &self.came,
            now: self.context.now,
            entropy: self.context.entropy,
            peer: self.context.peer,
            policy: self.context.policy,
        }
    }

    fn eval(&mut self, expr: &Expr) -> Value {
        self.scope().eval(expr)
    }
}
