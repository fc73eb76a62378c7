//! Sessions: what each side does, state by state.
//!
//! # What a machine does with an input
//! Transitions of the state are tried in order (its own first, then those of `any`); the first whose trigger fits and whose guard
//! holds is taken, the others are not looked at. Its actions happen in order. Then, with `->`, the fields of the next state are
//! evaluated, the state is left (all its timers end), the next one is entered (`Action::Enter`), its variables are set, its `every`
//! and `after` timers and nothing else are armed, and the first fitting `enter` transition is taken. Without `->`, state,
//! variables and timers stay. An input for which no transition is taken: `Action::Unexpected` (a call: `Action::Refuse`), nothing
//! changes. In an end state nothing does anything. If persisted variables changed in a step, one `Store` (or `Forget`, when all
//! are none) of them is the step's last action.

use super::{Binding, Decl, EndpointId, EnvelopeId, Expr, MessageId, Meter, Type};
use crate::source::Span;

/// A session between two roles.
#[derive(Debug, Clone)]
pub struct Session {
    /// What it is called.
    pub decl: Decl,
    /// The two sides, in the order in which `between` names them.
    pub roles: Vec<Role>,
    /// Where it is served; the first is the default.
    pub endpoints: Vec<EndpointId>,
}

/// One side.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// Whether it opens the transport: some transition says `connect`. Else it is given one.
    pub connects: bool,
    /// What the application chooses. Without [`Var::init`] and not nullable: it must.
    pub options: Vec<Var>,
    /// What lasts as long as the machine.
    pub vars: Vec<Var>,
    /// What survives restarts: nullable, none at first.
    pub persists: Vec<Var>,
    /// The option (an index) whose text is the key under which `persists` are kept.
    pub persist_key: Option<usize>,
    /// Retries.
    pub retries: Vec<Retry>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Meters.
    pub meters: Vec<Meter>,
    /// Requests that wait for their answers.
    pub pendings: Vec<Pending>,
    /// Members that must not repeat.
    pub uniques: Vec<Unique>,
    /// The states, in order.
    pub states: Vec<State>,
    /// Which of the states is the first.
    pub start: usize,
    /// Where the name stands.
    pub span: Span,
}

/// An option or a variable.
#[derive(Debug, Clone)]
pub struct Var {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// Its type.
    pub ty: Type,
    /// Its first value; evaluated in order, may name what stands before it. Nullable ones without it are none.
    pub init: Option<Expr>,
    /// Where the name stands.
    pub span: Span,
}

/// How often, and after what pauses, something is tried again.
#[derive(Debug, Clone)]
pub struct Retry {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// The first pause, in milliseconds.
    pub first: u64,
    /// The longest pause, in milliseconds.
    pub cap: u64,
    /// What a pause is multiplied by.
    pub factor: u32,
    /// How far a pause is spread around its length, in per cent.
    pub jitter: u32,
    /// How often.
    pub tries: u32,
    /// Where the name stands.
    pub span: Span,
}

/// Rows that all connections of an endpoint share.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// The key's type: text, uuid or integer.
    pub key: Type,
    /// A row: a record of the model.
    pub row: super::RecordId,
    /// How long a row is kept after it was stored: a duration of options and constants.
    pub expires: Expr,
    /// Where the name stands.
    pub span: Span,
}

/// A member of an envelope that must not repeat within a connection. Messages without the member pass.
#[derive(Debug, Clone)]
pub struct Unique {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// The member (an index into the envelope's): text or uuid.
    pub member: usize,
    /// How many of the last texts are remembered; all are forgotten when a transport opens.
    pub last: u32,
    /// Where it stands.
    pub span: Span,
}

/// Requests that wait for their answers.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// The message that asks.
    pub request: MessageId,
    /// The messages that answer.
    pub replies: Vec<MessageId>,
    /// What a reply is told by: the first that leads to a request decides. Never empty.
    pub keys: Vec<Correlation>,
    /// How long a request waits: of the role's variables and the request, which is what came.
    pub within: Expr,
    /// How many wait at most.
    pub most: u32,
    /// The answer to what waited too long, or waits when the machine ends; of the role's variables and the request.
    pub late: Answer,
    /// Where the name stands.
    pub span: Span,
}

/// A member of the request that is equal to one of its reply.
#[derive(Debug, Clone)]
pub struct Correlation {
    /// The request's: of its body or its envelope; text, uuid or an integer.
    pub request: Keyed,
    /// For each of [`Pending::replies`], its member; none where it has no such one.
    pub replies: Vec<Option<Keyed>>,
}

/// A member by which messages are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyed {
    /// Of the body (an index).
    Body(usize),
    /// Of the envelope (an index).
    Envelope(usize),
}

/// A reply that is made for an application, where its peer gave none. It has the request's envelope.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Which message: its body is a record.
    pub message: MessageId,
    /// A value for every member of the body, by index.
    pub body: Vec<(usize, Expr)>,
    /// Where it stands.
    pub span: Span,
}

/// A state.
#[derive(Debug, Clone)]
pub struct State {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// What it is to its machine.
    pub kind: StateKind,
    /// What is known only here.
    pub vars: Vec<Var>,
    /// Timers that transitions arm.
    pub timers: Vec<Timer>,
    /// What happens on what: those of `unique`, its own, then those of `any`, resolved here.
    pub transitions: Vec<Transition>,
    /// What members of envelopes are set to when this state sends: its own, else the role's.
    pub stamps: Vec<Stamp>,
    /// Where the name stands.
    pub span: Span,
}

pub use crate::syntax::tree::StateKind;

/// A timer of a state.
#[derive(Debug, Clone)]
pub struct Timer {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// `Some(n)`: a queue of at most n deadlines. `arm` adds one, `disarm` takes the oldest away, the oldest is due first; arming a
    /// full queue makes the oldest due at once. `None`: one deadline, which `arm` replaces.
    pub queue: Option<u32>,
    /// How long, evaluated whenever it is armed.
    pub duration: Expr,
    /// Where the name stands.
    pub span: Span,
}

/// What happens on what.
#[derive(Debug, Clone)]
pub struct Transition {
    /// What it waits for.
    pub trigger: Trigger,
    /// The name under which what came is known.
    pub binding: Option<Binding>,
    /// Whether it is taken.
    pub guard: Option<Expr>,
    /// What is done.
    pub actions: Vec<Action>,
    /// Where to.
    pub next: Next,
    /// Whether it comes from `any`, or from `unique`: then it is the same in every state.
    pub from_any: bool,
    /// Where it stands.
    pub span: Span,
}

/// What a transition waits for.
#[derive(Debug, Clone)]
pub enum Trigger {
    /// The state is entered.
    Enter,
    /// Again and again, first after one period; the period is evaluated on entry.
    Every(Expr),
    /// Once, that long after entry; evaluated on entry.
    After(Expr),
    /// The transport is open.
    Open,
    /// The transport is gone.
    Closed,
    /// Something arrived that is no message.
    Malformed,
    /// The state's timer (an index) is due.
    Timeout(usize),
    /// The role's retry (an index) is due.
    Due(usize),
    /// The row that was looked up is there.
    Found,
    /// The row that was looked up is not there.
    Missing,
    /// Any message.
    AnyMessage,
    /// One of these messages.
    Messages(Vec<MessageId>),
    /// The application asks to send one of these.
    App(Vec<MessageId>),
    /// The application asks to close.
    AppClose,
    /// The application gives up on a request that waits (an index into [`Role::pendings`]): it is what came, and waits no more.
    Cancel(usize),
    /// A message came whose member repeats (an index into [`Role::uniques`]); tried before all others.
    Repeat(usize),
}

/// Where to.
#[derive(Debug, Clone)]
pub enum Next {
    /// Nowhere.
    Stay,
    /// To a state.
    Goto(Goto),
    /// While tries are left: arm the retry and go to `again`. Else go to `spent`.
    Retry {
        /// The role's retry (an index).
        retry: usize,
        /// Where to wait; that state handles `due`.
        again: Goto,
        /// Where to give up.
        spent: Goto,
    },
}

/// To a state.
#[derive(Debug, Clone)]
pub struct Goto {
    /// An index into [`Role::states`].
    pub state: usize,
    /// A value for each of the state's variables, in their order: what is given, else its `init`.
    pub values: Vec<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// One thing to do.
#[derive(Debug, Clone)]
pub struct Action {
    /// What.
    pub kind: ActionKind,
    /// Where it stands.
    pub span: Span,
}

/// One thing to do.
#[derive(Debug, Clone)]
pub enum ActionKind {
    /// Nothing.
    Ignore,
    /// Hand what came to the application.
    Deliver,
    /// Tell the application of what came: `Action::Unexpected`.
    Report,
    /// Open the transport.
    Connect,
    /// Close the transport in good order.
    Close(String),
    /// Drop the transport.
    Drop(String),
    /// Send what the application gave, stamped and validated.
    SendGiven,
    /// Send a message, stamped and validated.
    Send {
        /// Which.
        message: MessageId,
        /// Members of a flat message's envelope that are given, by index into the envelope's members.
        envelope: Vec<(usize, Expr)>,
        /// Members of the body that are given, by index into the record's members. A value is nullable where the member may be
        /// absent: none leaves it out.
        body: Vec<(usize, Expr)>,
    },
    /// Set a variable (`clear` sets none).
    Set {
        /// Which.
        var: super::VarRef,
        /// To what.
        value: Expr,
    },
    /// Arm a timer of the state (an index).
    Arm(usize),
    /// Disarm a timer of the state (an index).
    Disarm(usize),
    /// Give a retry (an index) its tries back.
    Reset(usize),
    /// Ask for a row; always the last action, and followed by `->` to a state that handles `found` and `missing`.
    Lookup {
        /// An index into [`Role::tables`].
        table: usize,
        /// Which row.
        key: Expr,
    },
    /// Store a row; it expires as its table says.
    Store {
        /// An index into [`Role::tables`].
        table: usize,
        /// Which row.
        key: Expr,
        /// A value for the row's members, by index. None leaves an optional one out.
        fields: Vec<(usize, Expr)>,
    },
    /// Remove a row.
    Forget {
        /// An index into [`Role::tables`].
        table: usize,
        /// Which row.
        key: Expr,
    },
    /// Send what the application gave, as `SendGiven` does, and let it wait for its answer in one of [`Role::pendings`]. If that is
    /// full nothing is sent.
    Track(usize),
    /// Hand what came, with the request that it answers, to the application. Of what answers none is told: `Action::Unexpected`.
    Resolve(usize),
    /// Send all that wait again.
    Resend(usize),
    /// Answer requests that wait, the oldest first.
    Fail {
        /// An index into [`Role::pendings`].
        pending: usize,
        /// Whether a request is meant; in it, as in the answer, the request is what came.
        guard: Option<Expr>,
        /// What is answered.
        answer: Answer,
    },
    /// Count one.
    Count {
        /// An index into [`Role::meters`].
        meter: usize,
        /// Whose: text or uuid.
        key: Expr,
        /// The tier, of a meter of tiers.
        tier: Option<Expr>,
    },
}

/// What an envelope's members are set to when a message is sent.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// Which envelope.
    pub envelope: EnvelopeId,
    /// In order.
    pub entries: Vec<StampEntry>,
    /// Where it stands.
    pub span: Span,
}

/// One member that is set.
#[derive(Debug, Clone)]
pub struct StampEntry {
    /// The envelope's member (an index), then members of records within (indices). A record on the way that is absent is made,
    /// unless the value is none.
    pub target: Vec<usize>,
    /// Only where the message does not say otherwise.
    pub only_if_absent: bool,
    /// What; nullable where the member may be absent: none leaves the member as it is.
    pub value: Expr,
}
