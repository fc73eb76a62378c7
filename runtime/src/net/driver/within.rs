//! What an application does with a message within the turn in which it was read.

use super::{
    core::Wakers,
    events::{EventQueue, Waiting},
    later::Later,
};
use crate::{
    net::policy::SharedPolicy,
    session::{CallError, Context, Entropy, InPlace, Input, Machine, Now, Refusal},
};

/// What a handler of messages may do within the turn in which a message was read: see [`Driver::on_message`](super::Driver::on_message).
///
/// What is sent here goes out with everything else that the turn gives, in one write.
pub struct Turn<'t, M: Machine> {
    pub(super) machine: &'t mut M,
    pub(super) now: Now,
    pub(super) entropy: &'t mut dyn Entropy,
    pub(super) host: &'t str,
    pub(super) policy: &'t SharedPolicy,
    pub(super) outgoing: &'t mut Outgoing,
    pub(super) later: &'t mut Option<Box<Later<M>>>,
    pub(super) events: &'t mut EventQueue<M::Message>,
    pub(super) wakers: &'t mut Wakers,
    /// Whether a call of this turn waits until it is over: what follows must not go before it.
    pub(super) has_waiting: bool,
}

impl<M: InPlace> Turn<'_, M> {
    /// Has the machine send a message: its body, alone or with what is said of the envelope. The message may borrow from the one that is
    /// handled; it is stamped, judged and written before this returns.
    ///
    /// Nothing is waited for. Where the state does more with such a call than to send it, as to remember a request, the machine is asked
    /// as soon as the turn is over, before anything else happens; should it refuse then, [`Event::Refused`](super::Event::Refused)
    /// says so. What is sent counts with what the machine answers by itself: while too much of it waits to be written nothing is read, and a
    /// peer that takes nothing is dropped. Who says much more than is asked uses [`Session::call`](super::Session::call), which waits.
    ///
    /// # Errors
    /// If the message does not conform, or is none that the application sends.
    pub fn send<'d>(&mut self, message: impl Into<M::Draft<'d>>) -> Result<(), CallError> {
        let draft = message.into();
        if !self.has_waiting && self.machine.sends(&draft) {
            let mut policy = self.policy.held();
            let mut context = Context {
                now: self.now,
                entropy: self.entropy,
                peer: self.host,
                policy: &mut policy,
            };
            let name = self.machine.say(draft, &mut context, &mut self.outgoing.octets)?;
            self.outgoing.ends.push((name, self.outgoing.octets.len()));
            return Ok(());
        }
        let call = M::call(draft).map_err(|message| CallError::NotNow {
            state: self.machine.state().to_owned().into(),
            message: message.into(),
        })?;
        self.has_waiting = true;
        self.later.get_or_insert_default().follow(Input::Call(call));
        Ok(())
    }

    /// Makes a message an event: [`Event::Message`](super::Event::Message).
    pub fn keep(&mut self, message: M::Read<'_>) {
        if self.events.push(Waiting::Message(M::own(message))) {
            self.wakers.wake_listener();
        }
    }

    /// The machine, with what is known in its state.
    #[must_use]
    pub const fn machine(&self) -> &M {
        self.machine
    }

    /// The time of the turn.
    #[must_use]
    pub const fn now(&self) -> Now {
        self.now
    }
}

/// Texts of messages that are to be queued, one behind the other.
#[derive(Default)]
pub(super) struct Outgoing {
    pub(super) octets: Vec<u8>,
    /// The name of each, and where it ends.
    pub(super) ends: Vec<(&'static str, usize)>,
}

impl Outgoing {
    pub(super) fn clear(&mut self) {
        self.octets.clear();
        self.ends.clear();
    }
}

/// A handler of messages, whichever way they come.
pub(super) trait Handle<M: Machine>: Send {
    /// Handles what is in a frame, if the machine does nothing but deliver it; else gives it back, for the machine.
    fn frame(&mut self, frame: &[u8], turn: Turn<'_, M>) -> Result<Option<Box<M::Message>>, Refusal>;

    /// Handles a message that the machine has delivered.
    fn message(&mut self, message: Box<M::Message>, turn: Turn<'_, M>);
}

/// A function as a handler.
pub(super) struct Within<F>(pub(super) F);

impl<M, F> Handle<M> for Within<F>
where
    M: InPlace,
    F: FnMut(M::Read<'_>, &mut Turn<'_, M>) + Send,
{
    fn frame(&mut self, frame: &[u8], mut turn: Turn<'_, M>) -> Result<Option<Box<M::Message>>, Refusal> {
        let message = turn.machine.read(frame)?;
        tracing::debug!(
            message = M::name_of(&message),
            bytes = frame.len(),
            state = turn.machine.state(),
            "received"
        );
        let mut policy = turn.policy.held();
        let mut context = Context {
            now: turn.now,
            entropy: turn.entropy,
            peer: turn.host,
            policy: &mut policy,
        };
        if !turn.machine.admit(&message, &mut context) {
            return Ok(Some(M::own(message)));
        }
        drop(policy);
        (self.0)(message, &mut turn);
        Ok(None)
    }

    fn message(&mut self, message: Box<M::Message>, mut turn: Turn<'_, M>) {
        (self.0)(M::lend(*message), &mut turn);
    }
}
