//! What happens to a session, in lines that a person follows.

use std::io::Write as _;

use ltp_runtime::{
    codec::Decoded,
    session::{Action, CallError, Input, Machine as _, Now, Observer, rfc3339},
};
use ltpc::interpret::{Draft, Machine};

/// Writes each transition to standard error: the time (UTC), who, from which state to which, and on what.
pub struct Trace {
    who: String,
    /// The state before the step, and what began it.
    state: String,
    cause: String,
    colour: bool,
    /// Whether all is told; else only that a transport is lost.
    whole: bool,
}

impl Trace {
    /// A trace that calls the session by a name. One that is not `whole` tells only of transports that are lost.
    pub fn new(who: impl Into<String>, whole: bool, colour: bool) -> Self {
        Self {
            who: who.into(),
            state: String::new(),
            cause: String::new(),
            colour,
            whole,
        }
    }

    fn say(&self, now: Now, colour: &str, what: &str) {
        if self.whole {
            self.always_say(now, colour, what);
        }
    }

    fn always_say(&self, now: Now, colour: &str, what: &str) {
        let stamp = rfc3339(now.unix);
        let time = stamp.get(11..23).unwrap_or(&stamp);
        let (dim, on, off) = if self.colour {
            ("\x1b[2m", colour, "\x1b[0m")
        } else {
            ("", "", "")
        };
        // There is nobody to tell if standard error is closed.
        _ = writeln!(std::io::stderr().lock(), "{dim}{time}{off} {:<8} {on}{what}{off}", self.who);
    }
}

const GREEN: &str = "\x1b[32m";
const CYAN: &str = "\x1b[36m";
const RED: &str = "\x1b[31m";
const BOLD: &str = "\x1b[1m";

impl Observer<Machine> for Trace {
    fn input(&mut self, machine: &Machine, now: Now, input: &Input<Decoded, Draft>) {
        machine.state().clone_into(&mut self.state);
        self.cause = match input {
            Input::Start { .. } => {
                self.state = "·".to_owned();
                "started".to_owned()
            }
            Input::Opened => "the transport is open".to_owned(),
            Input::Closed { reason } => {
                if !self.whole && !machine.is_ended() {
                    self.always_say(now, "", &format!("{reason} (in {})", self.state));
                }
                format!("the transport is gone: {reason}")
            }
            Input::Message(message) => {
                self.say(now, GREEN, &format!("{}  ← {}", self.state, machine.message_name(message)));
                format!("{} came", machine.message_name(message))
            }
            Input::Malformed(refusal) => {
                let first = refusal.violations.first();
                let what = first.map(|v| format!("{} ({}): expected {}, got {}", v.pointer, v.rule.name(), v.expected, v.actual));
                self.say(now, RED, &format!("{}  ← malformed {}", self.state, what.unwrap_or_default()));
                "something malformed came".to_owned()
            }
            Input::Due => "its time has come".to_owned(),
            Input::Call(draft) => format!("the application sends {}", draft.tag),
            Input::Close => "the application closes".to_owned(),
            Input::Cancel(key) => format!("the application gives up on {key}"),
            Input::Found(Some(_)) => "the row is there".to_owned(),
            Input::Found(None) => "the row is not there".to_owned(),
        };
    }

    fn action(&mut self, machine: &Machine, now: Now, action: &Action<Decoded>) {
        match action {
            Action::Enter { state } => {
                self.say(now, BOLD, &format!("{} ⇒ {state}  ({})", self.state, self.cause));
                state.as_ref().clone_into(&mut self.state);
            }
            Action::Send(message) => self.say(now, CYAN, &format!("{}  → {}", self.state, machine.message_name(message))),
            Action::Answer { reply, .. } => self.say(now, GREEN, &format!("{}  answered: {}", self.state, machine.message_name(reply))),
            Action::Connect => self.say(now, "", &format!("{}  connects", self.state)),
            Action::Close { reason } => self.say(now, "", &format!("{}  closes: {reason}", self.state)),
            Action::Drop { reason } => self.say(now, RED, &format!("{}  drops the transport: {reason}", self.state)),
            Action::Store { place, .. } => self.say(now, "", &format!("{}  stores {} {}", self.state, place.space, place.key)),
            Action::Forget { place } => self.say(now, "", &format!("{}  forgets {} {}", self.state, place.space, place.key)),
            // The call waits for a state that takes it.
            Action::Refuse(CallError::NotNow { .. }) => {}
            Action::Refuse(error) => self.say(now, RED, &format!("{}  refuses: {error}", self.state)),
            Action::Unexpected { input, state, .. } => self.say(now, RED, &format!("{state}  did not expect {input}")),
            Action::Deliver(_) | Action::Lookup { .. } => {}
        }
    }
}
