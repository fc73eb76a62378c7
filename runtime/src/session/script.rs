//! Machines under virtual time: a script of inputs, a clock that jumps, and the trace of what was done.
//!
//! [`VirtualTime`] obeys a machine as the driver does, but without a socket or a clock: rows are kept in memory, `Close` and
//! `Drop` are answered at once, and what reaches outside is handed to a closure that can schedule further inputs. A day of
//! heartbeats takes milliseconds.

use alloc::{
    collections::{BTreeMap, VecDeque},
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{Action, Context, Entropy, Input, Machine, Now, Observer, Place};
use crate::policy::Memory;

/// Steps at one tick after which a machine is taken to go round in circles.
const STEPS_PER_TICK: u32 = 10_000;

/// Inputs that are still to come, each at its time; those of one tick in the order in which they were added.
#[derive(Debug)]
pub struct Schedule<I> {
    queue: BTreeMap<(u64, u64), I>,
    added: u64,
}

impl<I> Schedule<I> {
    /// Adds an input that happens at a time in [`Now::ticks`]; in the past means now.
    pub fn at(&mut self, ticks: u64, input: I) {
        self.queue.insert((ticks, self.added), input);
        self.added += 1;
    }

    fn next_at(&self) -> Option<u64> {
        self.queue.first_key_value().map(|((ticks, _), _)| *ticks)
    }
}

impl<I> Default for Schedule<I> {
    fn default() -> Self {
        Self {
            queue: BTreeMap::new(),
            added: 0,
        }
    }
}

/// An input of one machine type.
pub type InputOf<M> = Input<<M as Machine>::Message, <M as Machine>::Call>;

/// The inputs of one machine type, scheduled.
pub type ScheduleOf<M> = Schedule<InputOf<M>>;

/// What lies outside a machine: sees each action after it was carried out, and can schedule inputs that follow from it.
pub type Outside<'o, M> = dyn FnMut(&M, Now, &Action<<M as Machine>::Message>, &mut ScheduleOf<M>) + 'o;

/// A machine that does not come to rest: more than ten thousand steps at one tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restless {
    /// The tick.
    pub ticks: u64,
}

impl core::fmt::Display for Restless {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "the machine took more than {STEPS_PER_TICK} steps at tick {} without coming to rest",
            self.ticks
        )
    }
}

impl core::error::Error for Restless {}

/// One machine and the time it lives in.
pub struct VirtualTime<M: Machine, E, O> {
    /// The machine.
    pub machine: M,
    /// What sees every input and action.
    pub observer: O,
    /// What is still to come. Timers of the machine need not be scheduled.
    pub schedule: ScheduleOf<M>,
    /// What the machine stored: the value, and when it may be forgotten.
    pub rows: BTreeMap<Place, (String, Option<u64>)>,
    /// What decides on claims, and counts: without a registry, if nothing is said.
    pub policy: Memory,
    /// The host at the transport's other end.
    pub peer: String,
    entropy: E,
    now: Now,
    /// Answers to actions; they come before anything that is scheduled.
    answers: VecDeque<InputOf<M>>,
    actions: Vec<Action<M::Message>>,
}

impl<M: Machine, E: Entropy, O: Observer<M>> VirtualTime<M, E, O> {
    /// A machine that has not been started, at a time.
    pub fn new(machine: M, entropy: E, observer: O, now: Now) -> Self {
        Self {
            machine,
            observer,
            schedule: Schedule::default(),
            rows: BTreeMap::new(),
            policy: Memory::default(),
            peer: String::new(),
            entropy,
            now,
            answers: VecDeque::new(),
            actions: Vec::new(),
        }
    }

    /// The present time.
    pub const fn now(&self) -> Now {
        self.now
    }

    /// Starts the machine with what is stored at its place.
    ///
    /// # Errors
    /// If it does not come to rest.
    pub fn start(&mut self, outside: &mut Outside<'_, M>) -> Result<(), Restless> {
        let persisted = self.machine.persistence().and_then(|place| self.row(&place));
        self.answers.push_back(Input::Start { persisted });
        self.run(self.now.ticks, outside)
    }

    /// Runs everything that happens up to and including a time, and stands there. At one tick, answers to actions come first,
    /// then due timers, then what is scheduled. `outside` sees each action that was carried out.
    ///
    /// # Errors
    /// If the machine does not come to rest at some tick.
    pub fn run(&mut self, until: u64, outside: &mut Outside<'_, M>) -> Result<(), Restless> {
        let mut steps = 0;
        while let Some((ticks, input)) = self.next_input(until) {
            steps = if ticks > self.now.ticks { 1 } else { steps + 1 };
            if steps > STEPS_PER_TICK {
                return Err(Restless { ticks: self.now.ticks });
            }
            self.move_to(ticks);
            self.step(input, outside);
        }
        self.move_to(until);
        Ok(())
    }

    fn next_input(&mut self, until: u64) -> Option<(u64, InputOf<M>)> {
        if let Some(answer) = self.answers.pop_front() {
            return Some((self.now.ticks, answer));
        }
        let due = self
            .machine
            .next_deadline()
            .filter(|_| !self.machine.is_ended())
            .map(|due| due.max(self.now.ticks));
        let scheduled = self.schedule.next_at().map(|at| at.max(self.now.ticks));
        match (due, scheduled) {
            (Some(due), _) if due <= until && scheduled.is_none_or(|at| due <= at) => Some((due, Input::Due)),
            (_, Some(at)) if at <= until => self.schedule.queue.pop_first().map(|(_, input)| (at, input)),
            _ => None,
        }
    }

    fn step(&mut self, input: InputOf<M>, outside: &mut Outside<'_, M>) {
        self.observer.input(&self.machine, self.now, &input);
        let mut context = Context {
            now: self.now,
            entropy: &mut self.entropy,
            peer: &self.peer,
            policy: &mut self.policy,
        };
        let mut actions = core::mem::take(&mut self.actions);
        self.machine.handle(input, &mut context, &mut actions);
        for action in &actions {
            self.observer.action(&self.machine, self.now, action);
            self.obey(action);
            outside(&self.machine, self.now, action, &mut self.schedule);
        }
        actions.clear();
        self.actions = actions;
    }

    fn obey(&mut self, action: &Action<M::Message>) {
        match action {
            Action::Close { reason } | Action::Drop { reason } => {
                self.answers.push_back(Input::Closed {
                    reason: reason.to_string(),
                });
            }
            Action::Store { place, value, expires } => {
                self.rows.insert(place.clone(), (value.clone(), *expires));
            }
            Action::Forget { place } => {
                self.rows.remove(place);
            }
            Action::Lookup { place } => {
                let row = self.row(place);
                self.answers.push_front(Input::Found(row));
            }
            _ => {}
        }
    }

    fn row(&self, place: &Place) -> Option<String> {
        let (value, expires) = self.rows.get(place)?;
        expires.is_none_or(|expires| expires > self.now.unix).then(|| value.clone())
    }

    fn move_to(&mut self, ticks: u64) {
        let passed = ticks.saturating_sub(self.now.ticks);
        self.now = Now {
            ticks: self.now.ticks + passed,
            unix: self.now.unix.saturating_add(passed),
        };
    }
}

/// An observer that writes one line for each input (`<`) and action (`>`): the tick, the direction, what it is.
///
/// ```text
/// 15000 < due
/// 15000 > send {"type":"ping"}
/// ```
#[derive(Debug, Default)]
pub struct TraceLines {
    /// The lines so far.
    pub lines: Vec<String>,
}

impl<M: Machine> Observer<M> for TraceLines {
    fn input(&mut self, machine: &M, now: Now, input: &InputOf<M>) {
        self.lines.push(format!("{} < {}", now.ticks, describe_input(machine, input)));
    }

    fn action(&mut self, machine: &M, now: Now, action: &Action<M::Message>) {
        self.lines.push(format!("{} > {}", now.ticks, describe_action(machine, action)));
    }
}

/// An input in one line; a message as its canonical text.
pub fn describe_input<M: Machine>(machine: &M, input: &InputOf<M>) -> String {
    match input {
        Input::Start { persisted: None } => "start".into(),
        Input::Start { persisted: Some(value) } => format!("start {value}"),
        Input::Opened => "open".into(),
        Input::Closed { reason } => format!("closed {reason}"),
        Input::Message(message) => format!("message {}", text(machine, message)),
        Input::Malformed(refusal) => {
            let mut line = format!("malformed {} octets", refusal.size);
            for violation in &refusal.violations {
                line += &format!(" {}:{}", violation.pointer, violation.rule.name());
            }
            line
        }
        Input::Due => "due".into(),
        Input::Call(_) => "call".into(),
        Input::Close => "close".into(),
        Input::Cancel(key) => format!("cancel {key}"),
        Input::Found(None) => "found nothing".into(),
        Input::Found(Some(row)) => format!("found {row}"),
    }
}

/// An action in one line; a message as its canonical text.
pub fn describe_action<M: Machine>(machine: &M, action: &Action<M::Message>) -> String {
    match action {
        Action::Connect => "connect".into(),
        Action::Send(message) => format!("send {}", text(machine, message)),
        Action::Deliver(message) => format!("deliver {}", text(machine, message)),
        Action::Answer { request, reply } => format!("answer {} with {}", text(machine, request), text(machine, reply)),
        Action::Close { reason } => format!("close {reason}"),
        Action::Drop { reason } => format!("drop {reason}"),
        Action::Enter { state } => format!("enter {state}"),
        Action::Store {
            place,
            value,
            expires: None,
        } => format!("store {} {} {value}", place.space, place.key),
        Action::Store {
            place,
            value,
            expires: Some(at),
        } => format!("store {} {} {value} until {at}", place.space, place.key),
        Action::Forget { place } => format!("forget {} {}", place.space, place.key),
        Action::Lookup { place } => format!("look up {} {}", place.space, place.key),
        Action::Refuse(error) => format!("refuse {error}"),
        Action::Unexpected { input, state, .. } => format!("unexpected {input} in {state}"),
    }
}

fn text<M: Machine>(machine: &M, message: &M::Message) -> String {
    let mut text = Vec::new();
    machine.encode(message, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}
