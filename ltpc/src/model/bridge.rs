//! Bridges: how what one side of a session hears and says goes on over a bus.
//!
//! What the role delivers is carried by the first rule whose message it is and whose condition holds. What comes back, and what is
//! pushed, goes the application's way (`app`), so that the session decides what its peer gets.

use super::{Decl, Expr, MessageId, Place, SessionId};
use crate::source::Span;

/// A bridge.
#[derive(Debug, Clone)]
pub struct Bridge {
    /// What it is called.
    pub decl: Decl,
    /// The session.
    pub session: SessionId,
    /// Its role that is listened on (an index).
    pub role: usize,
    /// In the order written.
    pub rules: Vec<BridgeRule>,
}

/// A rule.
#[derive(Debug, Clone)]
pub struct BridgeRule {
    /// What it says.
    pub kind: BridgeRuleKind,
    /// Where it stands.
    pub span: Span,
}

/// What a rule says.
#[derive(Debug, Clone)]
pub enum BridgeRuleKind {
    /// What becomes of a message that the role delivers.
    Out(Box<BridgeOut>),
    /// What is sent to peers unasked.
    Push(BridgePush),
}

/// What becomes of a message that the role delivers.
#[derive(Debug, Clone)]
pub struct BridgeOut {
    /// The message.
    pub message: MessageId,
    /// Whether the rule is meant; over the message's members.
    pub guard: Option<Expr>,
    /// The mapping (an index into [`super::Model::mappings`]) of what goes to the bus.
    pub mapping: usize,
    /// Under which subject.
    pub subject: Vec<SubjectPart>,
    /// Whether an answer is waited for.
    pub ask: Option<Ask>,
    /// What the peer is told where it comes to nothing.
    pub otherwise: Option<Said>,
}

/// A part of a subject.
#[derive(Debug, Clone, PartialEq)]
pub enum SubjectPart {
    /// As it is.
    Text(String),
    /// The text of a member of what goes to the bus, which must be one word of a subject.
    Member(Place),
}

/// An answer that is waited for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// How long, in milliseconds.
    pub within: u64,
    /// The mapping (an index) of what comes back.
    pub reply: usize,
    /// Where that is said.
    pub span: Span,
}

/// What is sent to peers unasked: to each connection whose session takes it.
#[derive(Debug, Clone)]
pub struct BridgePush {
    /// The mapping (an index) of what comes from the bus.
    pub mapping: usize,
    /// Under which subjects.
    pub patterns: Vec<String>,
}

/// A message with some of its members.
#[derive(Debug, Clone)]
pub struct Said {
    /// Which.
    pub message: MessageId,
    /// Members of a flat message's envelope, by index.
    pub envelope: Vec<(usize, Expr)>,
    /// Members of the body, by index.
    pub body: Vec<(usize, Expr)>,
    /// Where it is named.
    pub span: Span,
}
