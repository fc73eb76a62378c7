//! A protocol's shape as data: what the table-driven walk reads.
//!
//! The compiler lowers a resolved model into a [`Schema`]; generated code carries the same tables as constants. Both use the one
//! walk of [`crate::codec`], which is the reference for what is accepted, how a refusal is explained, and how a message is written.
//! The fast path that generated code adds must agree with it on every input.

mod declared;
mod framing;
mod link;

use alloc::borrow::Cow;

pub use declared::Declared;
pub use framing::{BodyEnd, Charset, Framing, Headers, Mismatch, Newline, StartPart, Unknown};
pub use link::{Docs, Documented, Link, linked};

/// A protocol's messages and everything they are made of.
#[derive(Debug, Clone)]
pub struct Schema {
    /// What a receiver enforces while it reads.
    pub limits: Limits,
    /// Every type, referred to by its index: types may be recursive.
    pub types: Cow<'static, [Type]>,
    /// What carries messages, referred to by index.
    pub envelopes: Cow<'static, [Envelope]>,
    /// Every message.
    pub messages: Cow<'static, [Message]>,
    /// How the messages of one envelope stand as framed text, if this is a text protocol; else messages are JSON objects.
    pub framing: Option<Framing>,
}

/// An index into [`Schema::types`].
pub type TypeId = u32;

/// Bounds that hold before memory is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Octets in one message.
    pub message: usize,
    /// Nested objects and lists; the message's own object is 1.
    pub depth: usize,
    /// Octets of one string or member name, as UTF-8 after unescaping. An encoded document (`as toon`) is bounded by `message`.
    pub string: usize,
    /// Items of one list.
    pub list: usize,
    /// Members of one object.
    pub members: usize,
}

impl Limits {
    /// What a schema that says nothing of limits has.
    pub const DEFAULT: Self = Self {
        message: 1 << 20,
        depth: 32,
        string: 1 << 20,
        list: 65_536,
        members: 1024,
    };

    /// The depth past which no schema goes, whatever it declares: so much of a peer's nesting costs stack.
    pub const DEEPEST: usize = 256;

    /// No bound but the greatest depth: for texts that are no peer's.
    pub const NONE: Self = Self {
        message: usize::MAX,
        depth: usize::MAX,
        string: usize::MAX,
        list: usize::MAX,
        members: usize::MAX,
    };

    /// The depth that is enforced.
    #[must_use]
    pub const fn depth(&self) -> usize {
        if self.depth < Self::DEEPEST { self.depth } else { Self::DEEPEST }
    }
}

/// What a value may be.
#[derive(Debug, Clone)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A 64-bit signed integer, written without fraction or exponent.
    Int(IntSet),
    /// A 64-bit unsigned integer, written without sign, fraction or exponent.
    Uint(IntSet),
    /// A finite double.
    Float(FloatSet),
    /// Text.
    String(StringSet),
    /// Any JSON value, carried as its text.
    Json,
    /// Any JSON object, carried as its text.
    Object,
    /// Items of one type.
    List(List),
    /// Members of any name and one type.
    Map(List),
    /// The type, or `null`.
    Nullable(TypeId),
    /// Named members.
    Record(Record),
    /// One of a set of texts.
    Enum(Enum),
    /// One of several records, told apart by a member.
    Union(Union),
    /// What a sibling member's kind says it is.
    Payload(Payload),
    /// A type of other tables: what a type derived by itself knows of those that it is made of. [`linked`] puts them in its place; to
    /// the walk it is any value.
    Linked(Link),
}

/// Allowed integers: sorted, disjoint, inclusive ranges. Empty means all that the type holds.
pub type IntSet = Cow<'static, [(i128, i128)]>;

/// Allowed doubles: sorted, disjoint ranges. Empty means all finite doubles.
pub type FloatSet = Cow<'static, [FloatRange]>;

/// A range of doubles that includes its start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FloatRange {
    /// The least value.
    pub start: f64,
    /// The bound above.
    pub end: f64,
    /// Whether `end` itself is allowed.
    pub end_included: bool,
}

/// Allowed texts; all parts hold.
#[derive(Debug, Clone, Default)]
pub struct StringSet {
    /// Unicode scalar values, least and most.
    pub length: Option<(u64, u64)>,
    /// If not empty, the text is one of these.
    pub one_of: Cow<'static, [Cow<'static, str>]>,
    /// A pattern that the whole text matches.
    pub pattern: Option<Pattern>,
    /// A named format.
    pub format: Option<Format>,
}

/// A regular expression as the table of its automaton: one table look-up an octet, no backtracking.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The expression as the schema wrote it.
    pub source: Cow<'static, str>,
    /// The class of each octet: 256 entries.
    pub classes: Cow<'static, [u8]>,
    /// The next state by `state * stride + class`. State 0 is dead, state 1 is the start.
    pub next: Cow<'static, [u16]>,
    /// How many classes there are.
    pub stride: u16,
    /// Whether each state accepts the text that ends there.
    pub accepting: Cow<'static, [bool]>,
}

/// A format with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 9562 text: 8-4-4-4-12 hexadecimal digits in either case; written in lower case.
    Uuid,
    /// RFC 3339 date and time with an offset.
    Datetime,
}

/// Items of a list, or members of a map.
#[derive(Debug, Clone)]
pub struct List {
    /// The type of each.
    pub item: TypeId,
    /// How many, least and most.
    pub length: Option<(u64, u64)>,
    /// The name that a TOON document gives to the list, if the schema names one.
    pub toon_key: Option<Cow<'static, str>>,
}

/// Named members.
#[derive(Debug, Clone)]
pub struct Record {
    /// The name in the schema.
    pub name: Cow<'static, str>,
    /// In the order in which they are written.
    pub members: Cow<'static, [Member]>,
    /// Whether unknown members are kept, octet for octet, and written after the declared ones. Otherwise they are ignored.
    pub open: bool,
}

/// One member of a record.
#[derive(Debug, Clone)]
pub struct Member {
    /// The name on the wire.
    pub name: Cow<'static, str>,
    /// Other names that are read as this one, never written.
    pub accepts: Cow<'static, [Cow<'static, str>]>,
    /// The type.
    pub ty: TypeId,
    /// Whether it may be absent.
    pub presence: Presence,
}

/// Whether a member may be absent, and what that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It must be there.
    Required,
    /// It may be absent, and absent is not the same as any value.
    Optional,
    /// Absent means this value (as JSON text).
    Default {
        /// The value, as canonical JSON text.
        value: Cow<'static, str>,
        /// Whether it is written even when it equals the default.
        always: bool,
    },
}

/// One of a set of texts.
#[derive(Debug, Clone)]
pub struct Enum {
    /// The name in the schema.
    pub name: Cow<'static, str>,
    /// The texts on the wire.
    pub variants: Cow<'static, [Cow<'static, str>]>,
    /// Whether any other text is kept.
    pub open: bool,
}

/// One of several records, told apart by the text of a member.
#[derive(Debug, Clone)]
pub struct Union {
    /// The name in the schema.
    pub name: Cow<'static, str>,
    /// The member that tells.
    pub tag: Cow<'static, str>,
    /// The tag's text and the record's type of each.
    pub variants: Cow<'static, [(Cow<'static, str>, TypeId)]>,
    /// Whether an object with another tag is kept as it is.
    pub open: bool,
}

/// A value whose type a sibling member names, in an encoding that another member names.
#[derive(Debug, Clone)]
pub struct Payload {
    /// The sibling member that holds the kind.
    pub kind: Cow<'static, str>,
    /// The kind's text and the type of each.
    pub kinds: Cow<'static, [(Cow<'static, str>, TypeId)]>,
    /// Whether another kind is carried as JSON; under an encoding, as the text of the encoded document.
    pub open: bool,
    /// The member that names the encoding, if there is one: of the record itself or of the envelope that carries it.
    pub encoding: Option<EncodingMember>,
}

/// Where the name of a payload's encoding stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodingMember {
    /// The member's name on the wire.
    pub name: Cow<'static, str>,
    /// Whether it is a member of the envelope (else of the record that holds the payload).
    pub in_envelope: bool,
}

/// What carries messages: an object with a tag member.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The name in the schema.
    pub name: Cow<'static, str>,
    /// The member that names the message; written first. Empty if the messages are framed text: the start line names them.
    pub tag: Cow<'static, str>,
    /// Members beside the tag and the body, in the order in which they are written.
    pub members: Cow<'static, [Member]>,
    /// Where the body stands. `None`: its members stand beside the envelope's own, after them.
    pub body: Option<Body>,
}

/// The envelope's member that holds the body.
#[derive(Debug, Clone)]
pub struct Body {
    /// The name on the wire.
    pub name: Cow<'static, str>,
    /// Before which of the envelope's members it is written (an index; their count means last).
    pub position: usize,
    /// Whether an absent body is read as an object without members. It is always written.
    pub optional: bool,
}

/// One message.
#[derive(Debug, Clone)]
pub struct Message {
    /// The name in the schema.
    pub name: Cow<'static, str>,
    /// What the tag member says.
    pub tag: Tag,
    /// An index into [`Schema::envelopes`].
    pub envelope: u32,
    /// The body's type: a record, or [`Type::Object`].
    pub body: TypeId,
    /// Whether a body whose member is absent is looked for beside the envelope's members; never written so.
    pub accepts_flat: bool,
}

/// How a message is told from the others.
#[derive(Debug, Clone)]
pub enum Tag {
    /// By this text.
    Text(Cow<'static, str>),
    /// By any text that the pattern matches and no other message claims; the text is part of the message.
    Pattern(Pattern),
}
