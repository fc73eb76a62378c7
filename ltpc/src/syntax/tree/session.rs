//! Sessions, and the expressions in them.

use super::{Constraint, Members, Meter, Name, Number, Path, Text, Type};
use crate::source::Span;

/// A session.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Session {
    pub name: Name,
    pub between: [Name; 2],
    pub over: Vec<Path>,
    pub roles: Vec<Role>,
}

/// What one side does.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Role {
    pub docs: String,
    pub name: Name,
    pub items: Vec<RoleItem>,
}

/// A part of a role.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum RoleItem {
    Persist {
        var: Var,
        key: Name,
    },
    Option(Var),
    Var(Var),
    Retry(Retry),
    Table(Table),
    Meter(Meter),
    Pending(Pending),
    Unique {
        envelope: Path,
        member: Name,
        last: Number,
        outcome: Outcome,
        span: Span,
    },
    Stamp(Stamp),
    State(State),
    Any(Vec<StateItem>, Span),
}

/// A variable, option or persisted value.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Var {
    pub docs: String,
    pub name: Name,
    pub ty: Type,
    pub constraints: Vec<Constraint>,
    pub init: Option<Expr>,
}

/// `retry name = first ..= cap factor f jitter j% tries n;`
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Retry {
    pub docs: String,
    pub name: Name,
    /// In milliseconds.
    pub first: (u64, Span),
    /// In milliseconds.
    pub cap: (u64, Span),
    pub factor: Number,
    pub jitter: Option<Number>,
    pub tries: Number,
}

/// `pending name: Request r -> Reply by member == member within 30 s most 1024 else Reply { ... };`
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Pending {
    pub docs: String,
    pub name: Name,
    pub request: Path,
    pub binding: Option<Name>,
    pub replies: Vec<Path>,
    /// A member of the request, and that of a reply which is equal to it; the first that is there decides.
    pub keys: Vec<(Name, Name)>,
    pub within: Expr,
    pub most: Number,
    pub late: Answer,
}

/// A reply that is made where none came.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Answer {
    pub message: Path,
    pub fields: Vec<(Name, Expr)>,
    pub span: Span,
}

/// Rows that every connection of an endpoint shares.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Table {
    pub docs: String,
    pub name: Name,
    pub key: Type,
    pub members: Members,
    pub expires: Expr,
}

/// What an envelope's members are set to when a message is sent.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Stamp {
    pub envelope: Path,
    pub entries: Vec<StampEntry>,
    pub span: Span,
}

/// `path = expr` or `path ?= expr` (only where the message does not say otherwise).
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct StampEntry {
    pub target: Path,
    pub only_if_absent: bool,
    pub value: Expr,
}

/// A state.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct State {
    pub docs: String,
    pub kind: StateKind,
    pub name: Name,
    pub items: Vec<StateItem>,
    pub span: Span,
}

/// What a state is to its machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum StateKind {
    Start,
    Plain,
    End,
}

/// A part of a state.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum StateItem {
    Var(Var),
    Timer {
        docs: String,
        name: Name,
        queue: Option<Number>,
        duration: Expr,
    },
    Stamp(Stamp),
    Transition(Transition),
}

/// What happens on what.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Transition {
    pub trigger: Trigger,
    pub guard: Option<Expr>,
    pub outcome: Outcome,
    pub span: Span,
}

/// What a transition waits for.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// What.
    pub kind: TriggerKind,
    /// All of it.
    pub span: Span,
}

/// What a transition waits for.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum TriggerKind {
    Enter,
    Every(Expr),
    After(Expr),
    Open,
    Closed,
    Malformed(Option<Name>),
    Timeout(Name),
    Due(Name),
    Found(Option<Name>),
    Missing,
    AnyMessage(Option<Name>),
    /// Messages, or all messages of an envelope.
    Messages {
        names: Vec<Path>,
        binding: Option<Name>,
    },
    App {
        names: Vec<Path>,
        binding: Option<Name>,
    },
    AppClose,
    /// `app cancel pending r`
    Cancel {
        pending: Name,
        binding: Option<Name>,
    },
}

/// Actions, then where to.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Outcome {
    pub actions: Vec<Action>,
    pub next: Next,
    pub span: Span,
}

/// Where to.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum Next {
    Stay,
    Goto(Goto),
    Retry { retry: Name, again: Goto, spent: Goto },
}

/// `-> State { var = expr }`
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Goto {
    pub state: Name,
    pub fields: Vec<(Name, Expr)>,
    pub span: Span,
}

/// One thing to do.
#[derive(Debug, Clone)]
pub struct Action {
    /// What.
    pub kind: ActionKind,
    /// All of it.
    pub span: Span,
}

/// One thing to do.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum ActionKind {
    Ignore,
    Deliver,
    Report,
    Connect,
    Close(Text),
    Drop(Text),
    /// Send what the application gave.
    SendGiven,
    Send {
        message: Path,
        fields: Vec<(Name, Expr)>,
    },
    Set {
        var: Name,
        value: Expr,
    },
    Clear(Name),
    Arm(Name),
    Disarm(Name),
    Reset(Name),
    Lookup {
        table: Name,
        key: Expr,
    },
    Store {
        table: Name,
        key: Expr,
        fields: Vec<(Name, Expr)>,
    },
    Forget {
        table: Name,
        key: Expr,
    },
    /// Send what the application gave, and wait for its answer.
    Track(Name),
    /// Hand what came to who asked.
    Resolve(Name),
    /// Send what waits again.
    Resend(Name),
    /// `fail pending r when condition with Reply { ... }`
    Fail {
        pending: Name,
        binding: Option<Name>,
        guard: Option<Expr>,
        answer: Answer,
    },
    /// `count meter[key] at tier`
    Count {
        meter: Name,
        key: Expr,
        tier: Option<Expr>,
    },
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// All of it.
    pub span: Span,
}

/// What an expression is.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum ExprKind {
    Text(String),
    Number(String),
    /// In milliseconds.
    Duration(u64),
    /// A variable, a binding's member, an enum variant, `true`, `false`, `none`, `now`, `fresh`.
    Path(Path),
    /// `fresh hex 12 prefix "s_"`
    FreshHex(Box<(Number, Option<Text>)>),
    /// `has path`
    Has(Path),
    /// `peek "/pointer" as type`
    Peek {
        pointer: Text,
        ty: Name,
    },
    Not(Box<Expr>),
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `expr ms`: a number as a duration; the unit in milliseconds.
    OfUnit {
        value: Box<Expr>,
        unit: u64,
    },
    /// `expr as s`, `expr as s up`: a duration or time as a number, rounded down or up; the unit in milliseconds.
    InUnit {
        value: Box<Expr>,
        unit: u64,
        up: bool,
    },
    /// `expr as rfc3339`
    AsText(Box<Expr>),
    /// `grant Tiers[agent] claim tier with key`
    Grant {
        tiers: Path,
        agent: Box<Expr>,
        claim: Box<Expr>,
        key: Option<Box<Expr>>,
    },
    /// `tier may capability`
    May {
        tier: Box<Expr>,
        capability: Name,
    },
    /// `wait meter[key] at tier`
    Wait {
        meter: Name,
        key: Box<Expr>,
        tier: Option<Box<Expr>>,
    },
    Object(Vec<(Name, Expr)>),
    List(Vec<Expr>),
    /// `digest(expr)`
    Call {
        function: Path,
        argument: Box<Expr>,
    },
}

/// An operator between two operands, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// `a ?? b`: a, or b where a is none.
    Coalesce,
    Add,
    Subtract,
    Multiply,
}
