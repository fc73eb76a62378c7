//! Expressions of sessions: typed, with every conversion explicit.

use super::{DigestId, EnumId, EnvelopeId, MessageId, TiersId, Type};
use crate::source::Span;
pub use crate::syntax::tree::BinaryOp;

/// A typed expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type. Optional members and nullable variables are nullable.
    pub ty: Type,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is. Operands of an operator have equal types (nullability too); what an expression is assigned to has
/// exactly its type: [`ExprKind::Wrap`] and [`ExprKind::Unwrap`] stand where they are needed. Types are equal here if they are but
/// for constraints and names of scalars; what a variable is set to is always within its constraints.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A text: also a UUID (in lower case), a date and time, or the name of a payload kind (its text on the wire), as its type says.
    Text(String),
    /// An integer.
    Integer(i128),
    /// A double.
    Float(f64),
    /// `true`, `false`.
    Bool(bool),
    /// Nothing, of a nullable type.
    None,
    /// Milliseconds.
    Duration(u64),
    /// An enum's variant, by its index.
    Variant(EnumId, usize),
    /// A variable or a member of what came.
    Place(Place),
    /// The time of the input.
    Now,
    /// A fresh UUIDv4: of type `uuid`, or its text where a string is expected. Four draws of entropy, in order.
    Fresh,
    /// Random hexadecimal digits in lower case, up to eight a draw of entropy, behind a text.
    FreshHex {
        /// The text.
        prefix: String,
        /// How many digits, 1 to 64.
        digits: u32,
    },
    /// What stands at a JSON pointer of what was malformed: nullable, and none unless it can be read as the type, text or `uint`.
    Peek(String),
    /// The host at the transport's other end, as text; empty if there is none.
    Peer,
    /// The tier that an agent is granted: of the type of the tiers.
    Grant {
        /// Which tiers.
        tiers: TiersId,
        /// Who: text or uuid.
        agent: Box<Expr>,
        /// The tier that is claimed; may be nullable: none is the last.
        claim: Box<Expr>,
        /// What is shown for it: text, may be nullable.
        key: Option<Box<Expr>>,
    },
    /// Whether a tier may do something.
    May {
        /// Which tiers.
        tiers: TiersId,
        /// The tier.
        tier: Box<Expr>,
        /// An index into [`Tiers::capabilities`](super::Tiers::capabilities).
        capability: usize,
    },
    /// How long until a meter admits one more, a duration: nothing if now. It counts nothing.
    Wait {
        /// An index into [`Role::meters`](super::Role::meters).
        meter: usize,
        /// Whose: text or uuid.
        key: Box<Expr>,
        /// The tier, of a meter of tiers.
        tier: Option<Box<Expr>>,
    },
    /// Whether a place of nullable type holds something.
    Has(Place),
    /// A value as one of the nullable type.
    Wrap(Box<Expr>),
    /// What a nullable place holds, where a guard (`has`) has made sure that it does.
    Unwrap(Box<Expr>),
    /// `not`.
    Not(Box<Expr>),
    /// Both operands of `and`, `or` are bool; of comparisons, equal types; of `+ - *`, integers, or durations (times integers).
    /// `??`: the left is nullable, the right has the whole's type (nullable or not).
    Binary {
        /// The operator.
        op: BinaryOp,
        /// First operand.
        left: Box<Expr>,
        /// Second operand.
        right: Box<Expr>,
    },
    /// An integer as a duration, the unit in milliseconds. None stays none. Saturates.
    OfUnit {
        /// The integer.
        value: Box<Expr>,
        /// The unit.
        unit: u64,
    },
    /// A duration, or a moment since the Unix epoch, as an unsigned integer; the unit in milliseconds.
    InUnit {
        /// The duration or moment.
        value: Box<Expr>,
        /// The unit.
        unit: u64,
        /// Whether it is rounded up; else down.
        up: bool,
    },
    /// A moment as RFC 3339 text in UTC with milliseconds.
    AsText(Box<Expr>),
    /// Members for an `object` or `json`: a nullable value that is none is left out. For a record: every member, by its wire name.
    Object(Vec<(String, Expr)>),
    /// Items of a list, or of `json`.
    List(Vec<Expr>),
    /// The digest of a list.
    Digest {
        /// Which.
        digest: DigestId,
        /// The list.
        list: Box<Expr>,
    },
}

/// A variable, or a member of what came.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// Where it begins.
    pub base: PlaceBase,
    /// Members of records within, by index. All are there, except that the last may be optional; in mappings any may be absent: then
    /// the place is none.
    pub path: Vec<usize>,
}

/// Where a place begins.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PlaceBase {
    /// A variable.
    Var(VarRef),
    /// A member of the body of the message that came (an index).
    Body(usize),
    /// A member of the envelope of the message that came (an index).
    Envelope(usize),
    /// The tag's text of the message that came.
    Tag,
    /// A member of the row that was found (an index).
    Row(usize),
    /// `m.tag` of something malformed: text, nullable.
    RefusedTag,
    /// `m.rule`: the first violation's rule.
    RefusedRule,
    /// `m.pointer`: the first violation's pointer.
    RefusedPointer,
    /// `m.text`: the first violation in words, `POINTER: expected EXPECTED, got ACTUAL` (without pointer where it is empty).
    RefusedText,
    /// `m.size`: octets of what came, uint.
    RefusedSize,
    /// `m.limit`: octets of the message limit, uint.
    MessageLimit,
}

/// A variable, by its index in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VarRef {
    /// Of [`Role::options`](super::Role::options).
    Option(usize),
    /// Of [`Role::vars`](super::Role::vars).
    Role(usize),
    /// Of [`Role::persists`](super::Role::persists).
    Persist(usize),
    /// Of the current [`State::vars`](super::State::vars).
    State(usize),
}

/// The name under which what came is known in a transition.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: BindingKind,
}

/// What a binding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingKind {
    /// This message.
    Message(MessageId),
    /// Any message of this envelope: its members.
    Envelope(EnvelopeId),
    /// Any message: its tag.
    AnyMessage,
    /// Something malformed.
    Malformed,
    /// A row of the role's table (an index).
    Row(usize),
}
