//! Sessions without I/O: a machine takes an input and says what to do.
//!
//! A machine never reads a clock, a socket or a source of randomness: all of them come in with each input, so that the same
//! script of inputs gives the same actions in every language. The driver (`crate::net`) moves octets, keeps time and obeys.

use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};

use crate::{codec::Violation, policy::Policy, schema::Mismatch, text::Splitter};

mod backoff;
mod entropy;
mod in_place;
mod moment;
mod observe;
mod pending;
mod readable;
pub mod script;
mod step;
mod stored;
mod timer;
mod window;

pub use backoff::{Backoff, BackoffPlan};
pub use entropy::{SplitMix64, fresh_hex, fresh_text, fresh_uuid};
pub use in_place::{FreshText, InPlace, LentTexts, OwnedTexts};
pub use moment::rfc3339;
pub use observe::{Direction, Observer};
pub use pending::Pending;
pub use readable::Readable;
pub use step::{Outcome, Retry, Step, first_due, milliseconds};
pub use stored::{Members, OptionCheck, Stored};
pub use timer::{Interval, Timer, TimerQueue};
pub use window::Window;

/// The time at which an input happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Milliseconds on a clock that never goes back; only differences mean anything.
    pub ticks: u64,
    /// Milliseconds since the Unix epoch.
    pub unix: u64,
}

/// Where a machine takes randomness from: jitter, and fresh identifiers.
pub trait Entropy {
    /// The next 32 random bits.
    fn next_u32(&mut self) -> u32;

    /// As many draws as there are words, in order.
    fn fill(&mut self, words: &mut [u32]) {
        words.iter_mut().for_each(|word| *word = self.next_u32());
    }
}

/// What comes with every input.
pub struct Context<'a> {
    /// When it happens.
    pub now: Now,
    /// Randomness for this step.
    pub entropy: &'a mut dyn Entropy,
    /// The host at the transport's other end: its address, or the name by which it was reached; empty if there is none.
    pub peer: &'a str,
    /// What decides on claims, and counts.
    pub policy: &'a mut dyn Policy,
}

/// The side of a session that one endpoint runs.
pub trait Machine {
    /// Any message of the protocol, owned.
    type Message;
    /// A message that the application asks to send: its body, and what it overrides of the envelope.
    type Call;

    /// Octets after which a frame is refused.
    fn max_size(&self) -> usize;

    /// What cuts a stream of octets into frames, if the protocol's messages are framed text.
    fn splitter(&self) -> Option<Splitter> {
        None
    }

    /// Judges declared lengths of framed text that disagree with end markers by another rule than the framing's own, from the next
    /// transport on. [`Mismatch::Advisory`] is for peers that are trusted: the two readings differ, and a peer could choose.
    fn set_mismatch(&mut self, mismatch: Mismatch) {
        // Other messages declare no lengths.
        let _ = mismatch;
    }

    /// Reads and validates one message. Boxed, as it is handed on often.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn decode(&mut self, frame: &[u8]) -> Result<Box<Self::Message>, Refusal>;

    /// Appends the message's canonical text.
    fn encode(&self, message: &Self::Message, out: &mut Vec<u8>);

    /// The message's name in the schema.
    fn message_name<'m>(&'m self, message: &'m Self::Message) -> &'m str;

    /// Takes one input, appends what to do to `actions`, in order. Actions never call back into the machine.
    fn handle(&mut self, input: Input<Self::Message, Self::Call>, context: &mut Context<'_>, actions: &mut Vec<Action<Self::Message>>);

    /// When the next timer is due, in [`Now::ticks`].
    fn next_deadline(&self) -> Option<u64>;

    /// The name of the state that the machine is in, as the schema has it.
    fn state(&self) -> &str;

    /// Whether the machine is in an end state: nothing that comes in does anything any more.
    fn is_ended(&self) -> bool;

    /// Under which space and key the values that survive a restart are kept, if the role declares any.
    fn persistence(&self) -> Option<Place>;
}

/// What happens to a machine.
#[derive(Debug)]
pub enum Input<M, C> {
    /// The endpoint starts. `persisted` is the JSON object stored at [`Machine::persistence`], if there is one.
    Start {
        /// The stored object's text.
        persisted: Option<String>,
    },
    /// The transport is open.
    Opened,
    /// The transport is gone, or could not be opened. Also follows every `Close` and `Drop` action.
    Closed {
        /// Why, in words.
        reason: String,
    },
    /// A message arrived.
    Message(Box<M>),
    /// Something arrived that is no message.
    Malformed(Refusal),
    /// The time of [`Machine::next_deadline`] has come.
    Due,
    /// The application asks to send a message.
    Call(C),
    /// The application asks to close.
    Close,
    /// The application no longer wants the answer to the request that has this key: the first kind of key of a set of those that wait.
    Cancel(String),
    /// The answer to a `Lookup`: the row's JSON text, or `None`. Nothing else comes in between.
    Found(Option<String>),
}

/// What a machine asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Action<M> {
    /// Open the transport.
    Connect,
    /// Send a message.
    Send(Box<M>),
    /// Hand a message to the application.
    Deliver(Box<M>),
    /// A request has its answer: what the peer said, or what stands in for it where the peer said nothing.
    Answer {
        /// The request, as it was sent.
        request: Box<M>,
        /// The answer.
        reply: Box<M>,
    },
    /// Close the transport in good order; `Input::Closed` follows.
    Close {
        /// Why.
        reason: Cow<'static, str>,
    },
    /// Drop the transport at once; `Input::Closed` follows.
    Drop {
        /// Why.
        reason: Cow<'static, str>,
    },
    /// The machine entered a state.
    Enter {
        /// Its name in the schema.
        state: Cow<'static, str>,
    },
    /// Store a JSON object at a place, until a time.
    Store {
        /// Where.
        place: Place,
        /// The object's canonical text.
        value: String,
        /// When it may be forgotten: milliseconds since the Unix epoch.
        expires: Option<u64>,
    },
    /// Remove what is stored at a place.
    Forget {
        /// Where.
        place: Place,
    },
    /// Look up what is stored at a place; `Input::Found` answers before anything else comes in.
    Lookup {
        /// Where.
        place: Place,
    },
    /// The application's call cannot be carried out.
    Refuse(CallError),
    /// An input that the state does not handle (it changes nothing), or that it says to report.
    Unexpected {
        /// What came: a message's name, `malformed`, `open` or `closed`.
        input: Cow<'static, str>,
        /// The state's name.
        state: Cow<'static, str>,
        /// What is wrong with it, if it was malformed.
        refusal: Option<Box<Refusal>>,
    },
}

/// Where a value is stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// What kind of value: `Session.role` for persisted variables, `Session.table` for a table's rows.
    pub space: Cow<'static, str>,
    /// Which one.
    pub key: String,
}

/// Why something that arrived is no message, for the machine and for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What the tag member said, if it could be read.
    pub tag: Option<String>,
    /// The schema's name of the message that the tag names.
    pub message: Option<String>,
    /// The octets of what arrived (of an oversized frame: those announced or read).
    pub size: u64,
    /// All that is wrong; never empty.
    pub violations: Vec<Violation>,
    /// What could be read of it nevertheless.
    pub readable: Readable,
}

/// Why an application's call was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// The state does not send this.
    NotNow {
        /// The state's name.
        state: Cow<'static, str>,
        /// The message's name.
        message: Cow<'static, str>,
    },
    /// The message does not conform.
    Invalid(Box<[Violation]>),
    /// As many requests wait for their answers as may.
    Full {
        /// How many.
        most: usize,
    },
}

impl core::fmt::Display for CallError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NotNow { state, message } => write!(f, "`{message}` cannot be sent in state `{state}`"),
            Self::Full { most } => write!(f, "{most} requests wait for their answers, and no more may"),
            Self::Invalid(violations) => {
                f.write_str("the message does not conform")?;
                violations.iter().try_for_each(|violation| write!(f, "; {violation}"))
            }
        }
    }
}

impl core::error::Error for CallError {}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.message.as_deref().unwrap_or("what arrived"))?;
        f.write_str(" does not conform")?;
        self.violations.iter().try_for_each(|violation| write!(f, "; {violation}"))
    }
}

impl core::error::Error for Refusal {}
