//! Bridges.

use super::{Expr, Name, Path, Text};
use crate::source::Span;

/// `bridge Name serves Session.role { ... }`
#[derive(Debug, Clone)]
pub struct Bridge {
    /// Its name.
    pub name: Name,
    /// The session and its role.
    pub serves: Path,
    /// In order.
    pub rules: Vec<BridgeRule>,
}

/// A rule.
#[derive(Debug, Clone)]
pub struct BridgeRule {
    /// What it says.
    pub kind: BridgeRuleKind,
    /// All of it.
    pub span: Span,
}

/// What a rule says.
#[derive(Debug, Clone)]
pub enum BridgeRuleKind {
    /// `publish Message -> Other to "subject" ...;`, `request ...`
    Out(Box<BridgeOut>),
    /// `push Other -> Message from "subject", ...;`
    Push(BridgePush),
}

/// What becomes of a message that a peer sent.
#[derive(Debug, Clone)]
pub struct BridgeOut {
    /// Whether an answer is waited for.
    pub asks: bool,
    /// The message.
    pub message: Path,
    /// Under which name the condition knows it.
    pub binding: Option<Name>,
    /// Whether the rule is meant.
    pub guard: Option<Expr>,
    /// What it becomes.
    pub target: Path,
    /// Under which subject; `{member}` stands for a member of what it became.
    pub subject: Text,
    /// How long an answer may take, in milliseconds.
    pub within: Option<u64>,
    /// What the answer is, and what it becomes.
    pub reply: Option<(Path, Path)>,
    /// What the peer is told where it comes to nothing.
    pub otherwise: Option<(Path, Vec<(Name, Expr)>)>,
}

/// What is sent to peers unasked.
#[derive(Debug, Clone)]
pub struct BridgePush {
    /// What comes from the bus.
    pub source: Path,
    /// What it becomes.
    pub target: Path,
    /// Under which subjects.
    pub subjects: Vec<Text>,
}
