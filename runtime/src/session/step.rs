use alloc::{borrow::Cow, boxed::Box, format, string::String, vec::Vec};
use core::time::Duration;

use uuid::Uuid;

use super::{Action, Backoff, BackoffPlan, CallError, Context, Entropy, Now, Place, Refusal, Timer, fresh_hex, fresh_text, fresh_uuid};
use crate::{
    codec::{Position, Violation},
    policy::{Claim, Meter, Policy, Rate, Tiered},
};

/// One step of a generated machine: when it happens, and what the machine asks for.
pub struct Step<'s, M> {
    /// When the input happens.
    pub now: Now,
    /// The host at the transport's other end; empty if there is none.
    pub peer: &'s str,
    entropy: &'s mut dyn Entropy,
    policy: &'s mut dyn Policy,
    actions: &'s mut Vec<Action<M>>,
}

/// What an input did to a machine whose next states are `S`.
#[derive(Debug)]
pub enum Outcome<S> {
    /// No transition was taken.
    Unhandled,
    /// One was taken, and the state stays.
    Stay,
    /// One was taken, and this state was entered.
    Goto(S),
}

impl<'s, M> Step<'s, M> {
    /// A step in a context, whose actions are appended.
    pub fn new(context: &'s mut Context<'_>, actions: &'s mut Vec<Action<M>>) -> Self {
        Self {
            now: context.now,
            peer: context.peer,
            entropy: context.entropy,
            policy: context.policy,
            actions,
        }
    }

    /// Asks for something.
    pub fn push(&mut self, action: Action<M>) {
        self.actions.push(action);
    }

    /// A state is entered.
    pub fn enter(&mut self, state: &'static str) {
        self.push(Action::Enter { state: state.into() });
    }

    /// Sends a message, unless it does not conform.
    pub fn send(&mut self, checked: Result<Box<M>, Vec<Violation>>) {
        match checked {
            Ok(message) => self.push(Action::Send(message)),
            Err(violations) => self.push(Action::Refuse(CallError::Invalid(violations.into()))),
        }
    }

    /// A request has its answer, unless that was made here and does not conform.
    pub fn answer(&mut self, request: Box<M>, reply: Result<M, Vec<Violation>>) {
        match reply {
            Ok(reply) => self.push(Action::Answer {
                request,
                reply: Box::new(reply),
            }),
            Err(violations) => self.push(Action::Refuse(CallError::Invalid(violations.into()))),
        }
    }

    /// A call for which there is no room.
    pub fn full(&mut self, most: usize) {
        self.push(Action::Refuse(CallError::Full { most }));
    }

    /// Closes the transport in good order.
    pub fn close(&mut self, reason: &'static str) {
        self.push(Action::Close { reason: reason.into() });
    }

    /// Drops the transport.
    pub fn drop(&mut self, reason: &'static str) {
        self.push(Action::Drop { reason: reason.into() });
    }

    /// An input that the state does not handle, or says to report.
    pub fn unexpected(&mut self, input: &'static str, state: &'static str, refusal: Option<Refusal>) {
        self.push(Action::Unexpected {
            input: input.into(),
            state: state.into(),
            refusal: refusal.map(Box::new),
        });
    }

    /// A call for which the state has no transition.
    pub fn not_now(&mut self, message: &'static str, state: &'static str) {
        self.push(Action::Refuse(CallError::NotNow {
            state: state.into(),
            message: message.into(),
        }));
    }

    /// Stores an object at a place, until a time in milliseconds since the Unix epoch.
    pub fn store(&mut self, place: Place, value: String, expires: Option<u64>) {
        self.push(Action::Store { place, value, expires });
    }

    /// The tick that lies so many milliseconds ahead; none counts as one, so that time always moves on.
    #[must_use]
    pub fn after(&self, milliseconds: u64) -> u64 {
        self.now.ticks.saturating_add(milliseconds.max(1))
    }

    /// Random hexadecimal digits behind a text, see [`fresh_hex`].
    pub fn fresh_hex(&mut self, prefix: &str, digits: u32) -> String {
        fresh_hex(self.entropy, prefix, digits)
    }

    /// A fresh identifier.
    pub fn fresh(&mut self) -> Uuid {
        fresh_uuid(self.entropy)
    }

    /// A fresh identifier's text.
    pub fn fresh_text(&mut self) -> String {
        fresh_text(self.entropy)
    }

    /// The tier that an agent is granted; a claim of nothing is one of the last.
    pub fn grant<T: Tiered>(&mut self, agent: &str, claim: Option<&T>, key: Option<&str>) -> T {
        let level = claim.map_or(usize::MAX, Tiered::level);
        T::of_level(self.policy.grant(T::TIERS, Claim { agent, level, key }))
    }

    /// Milliseconds until a meter admits one more; 0 where there is no limit.
    pub fn wait(&mut self, meter: Meter<'_>, key: &str, rate: Option<Rate>) -> u64 {
        rate.map_or(0, |rate| self.policy.wait(meter, key, rate, self.now.ticks))
    }

    /// Counts one, where there is a limit.
    pub fn count(&mut self, meter: Meter<'_>, key: &str, rate: Option<Rate>) {
        if let Some(rate) = rate {
            self.policy.count(meter, key, rate, self.now.ticks);
        }
    }
}

impl Place {
    /// A place in a space.
    #[must_use]
    pub fn new(space: &'static str, key: impl Into<String>) -> Self {
        Self {
            space: Cow::Borrowed(space),
            key: key.into(),
        }
    }
}

/// How often something may be tried again, and when the next try is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    backoff: Backoff,
    timer: Timer,
}

impl Retry {
    /// None of its tries is used.
    #[must_use]
    pub const fn new(plan: BackoffPlan) -> Self {
        Self {
            backoff: Backoff::new(plan),
            timer: Timer::new(),
        }
    }

    /// Uses up one try and sets its time; whether there was one left. If not, none is due any more.
    pub fn arm<M>(&mut self, step: &mut Step<'_, M>) -> bool {
        self.timer.disarm();
        let Some(pause) = self.backoff.next(step.entropy) else {
            return false;
        };
        self.timer.arm(step.now.ticks.saturating_add(pause));
        true
    }

    /// Gives all tries back; none is due.
    pub fn reset(&mut self) {
        self.backoff.reset();
        self.timer.disarm();
    }

    /// None is due any more. The tries that were used stay used.
    pub const fn disarm(&mut self) {
        self.timer.disarm();
    }

    /// When the next try is due, if one is.
    #[must_use]
    pub const fn deadline(&self) -> Option<u64> {
        self.timer.deadline()
    }

    /// Whether the next try is due; if so it is no longer.
    pub fn take_due(&mut self, now: u64) -> bool {
        self.timer.take_due(now)
    }
}

/// The first of the deadlines that are not after a time: the earliest, of equal ones the first in the list.
#[must_use]
pub fn first_due(now: u64, deadlines: &[Option<u64>]) -> Option<usize> {
    let earliest = deadlines.iter().enumerate().filter_map(|(index, due)| Some(((*due)?, index))).min();
    earliest.filter(|(due, _)| *due <= now).map(|(_, index)| index)
}

/// Whole milliseconds.
#[must_use]
pub fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Characters of a violation in words that a header holds.
const MOST_SAID: usize = 400;

/// A character as ASCII.
fn plain(character: char) -> impl Iterator<Item = char> {
    let (ascii, escaped) = match character {
        '…' => (Some("..."), None),
        ' '..='~' => (None, None),
        other => (None, Some(other.escape_default())),
    };
    let itself = (ascii.is_none() && escaped.is_none()).then_some(character);
    ascii.unwrap_or_default().chars().chain(escaped.into_iter().flatten()).chain(itself)
}

impl Refusal {
    /// The first violation's rule, by its name.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.violations.first().map_or("", |first| first.rule.name())
    }

    /// The first violation's pointer.
    #[must_use]
    pub fn pointer(&self) -> &str {
        self.violations.first().map_or("", |first| &first.pointer)
    }

    /// The first violation in words: `POINTER: expected EXPECTED, got ACTUAL`, without the pointer where it is empty. Of framed text
    /// it is fit to stand in a header: ASCII, at most 400 characters, and then ` at line L, column C`.
    #[must_use]
    pub fn text(&self) -> String {
        let Some(Violation {
            pointer,
            expected,
            actual,
            position,
            ..
        }) = self.violations.first()
        else {
            return String::new();
        };
        let colon = if pointer.is_empty() { "" } else { ": " };
        let text = format!("{pointer}{colon}expected {expected}, got {actual}");
        let Some(Position { line, column }) = position else { return text };
        let mut said: String = text.chars().flat_map(plain).take(MOST_SAID).collect();
        let place = format!(" at line {line}, column {column}");
        // What breaks the form is told with its place.
        if !said.ends_with(&place) {
            said.push_str(&place);
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{policy::Memory, session::SplitMix64};

    #[test]
    fn of_framed_text_a_refusal_is_said_in_ascii_with_its_place() {
        let refusal = |position| Refusal {
            tag: None,
            message: None,
            size: 0,
            violations: [Violation {
                pointer: "Näme".into(),
                rule: crate::codec::Rule::Charset,
                expected: "it".into(),
                actual: "a…".into(),
                position,
            }]
            .into(),
            readable: super::super::Readable::default(),
        };
        assert_eq!(refusal(None).text(), "Näme: expected it, got a…");
        let place = Position { line: 2, column: 7 };
        assert_eq!(refusal(Some(place)).text(), "N\\u{e4}me: expected it, got a... at line 2, column 7");
    }

    #[test]
    fn the_earliest_deadline_is_first_and_the_order_decides_between_equals() {
        assert_eq!(first_due(20, &[None, Some(15), Some(10), Some(10)]), Some(2));
        assert_eq!(first_due(20, &[Some(21), None]), None);
        assert_eq!(first_due(0, &[]), None);
    }

    #[test]
    fn a_retry_is_due_after_its_pause_and_runs_out() {
        let mut entropy = SplitMix64::new(1);
        let mut context = Context {
            now: Now { ticks: 100, unix: 0 },
            entropy: &mut entropy,
            peer: "",
            policy: &mut Memory::default(),
        };
        let mut actions: Vec<Action<()>> = Vec::new();
        let mut step = Step::new(&mut context, &mut actions);
        let mut retry = Retry::new(BackoffPlan {
            first: 10,
            cap: 10,
            factor: 2,
            jitter_percent: 0,
            tries: Some(1),
        });
        assert!(retry.arm(&mut step));
        assert_eq!(retry.deadline(), Some(110));
        assert!(!retry.arm(&mut step));
        assert_eq!(retry.deadline(), None);
        retry.reset();
        assert!(retry.arm(&mut step));
        assert!(retry.take_due(110) && !retry.take_due(110));
    }
}
