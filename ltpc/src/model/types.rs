//! Types: what a value may be, with its constraints as sets.

use super::{Annotation, Decl, EnumId, PayloadsId, RecordId, ScalarId, UnionId};
use crate::source::Span;

/// What a value may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// What it is, `null` aside.
    pub kind: TypeKind,
    /// Whether it may be `null` too (of a session's variable: none).
    pub nullable: bool,
    /// The named scalar that it was declared by.
    pub scalar: Option<ScalarId>,
}

/// What a type is.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `true` or `false`.
    Bool,
    /// 64 bits, signed.
    Int(IntSet),
    /// 64 bits, unsigned.
    Uint(IntSet),
    /// A finite double.
    Float(FloatSet),
    /// Text.
    String(StringSet),
    /// RFC 9562 text.
    Uuid,
    /// RFC 3339 text.
    Datetime,
    /// Any JSON value.
    Json,
    /// Any JSON object.
    Object,
    /// Items.
    List {
        /// Their type.
        item: Box<Type>,
        /// How many, least and most.
        length: Option<(u64, u64)>,
        /// `@toon(key = ...)`.
        toon_key: Option<String>,
    },
    /// Members of any name.
    Map {
        /// Their type.
        value: Box<Type>,
        /// How many, least and most.
        length: Option<(u64, u64)>,
    },
    /// Named members.
    Record(RecordId),
    /// One of a set of texts.
    Enum(EnumId),
    /// One of several records.
    Union(UnionId),
    /// The name of one of a payload set's kinds.
    PayloadKind(PayloadsId),
    /// What the sibling member `kind` says.
    Payload {
        /// The set.
        set: PayloadsId,
        /// The sibling member's name in the schema.
        kind: String,
        /// The member that names the encoding, with whether it is the envelope's.
        encoding: Option<Encoding>,
    },
    /// A length of time, in milliseconds. In sessions only.
    Duration,
    /// A moment. In sessions only.
    Instant,
}

/// The member that names a payload's encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoding {
    /// Its name in the schema.
    pub member: String,
    /// Whether it is the envelope's; else a sibling.
    pub in_envelope: bool,
}

/// Allowed integers: sorted, disjoint, inclusive. Empty: all that the type holds.
pub type IntSet = Vec<(i128, i128)>;

/// Allowed doubles: sorted, disjoint. Empty: all finite ones.
pub type FloatSet = Vec<FloatRange>;

/// A range of doubles that includes its start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FloatRange {
    /// The least.
    pub start: f64,
    /// The bound above.
    pub end: f64,
    /// Whether `end` is in.
    pub end_included: bool,
}

/// Allowed texts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StringSet {
    /// Unicode scalar values, least and most.
    pub length: Option<(u64, u64)>,
    /// If not empty, one of these.
    pub one_of: Vec<String>,
    /// A regular expression for the whole text, in the portable subset.
    pub pattern: Option<String>,
}

pub use ltp_runtime::schema::Format;

/// Named members.
#[derive(Debug, Clone)]
pub struct Record {
    /// What it is called. Records written in place get the name they are given there, or one made of where they stand.
    pub decl: Decl,
    /// In the order in which they are written. Spread members are already in their places.
    pub members: Vec<Member>,
    /// Whether unknown members are kept.
    pub open: bool,
}

/// A member.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name in the schema.
    pub name: String,
    /// Its name on the wire.
    pub wire: String,
    /// Other names that are read.
    pub accepts: Vec<String>,
    /// Its documentation.
    pub docs: String,
    /// `separated ","`: what stands between the items of a list in framed text.
    pub separator: Option<String>,
    /// Its type.
    pub ty: Type,
    /// Whether it may be absent.
    pub presence: Presence,
    /// `@...` that the compiler does not itself read.
    pub annotations: Vec<Annotation>,
    /// Where the name stands.
    pub span: Span,
}

/// Whether a member may be absent.
#[derive(Debug, Clone, PartialEq)]
pub enum Presence {
    /// It must be there. Where code makes one, `default` stands in for what is left out (`name: T = value`).
    Required {
        /// What a sender fills in.
        default: Option<Constant>,
    },
    /// It may be absent (`name?: T`).
    Optional,
    /// Absent means a value (`name?: T = value`).
    Default {
        /// The value.
        value: Constant,
        /// `@always`: written even where it is the default.
        always: bool,
    },
}

/// A value known at compile time, already of its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Constant {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer.
    Integer(i128),
    /// A double.
    Float(f64),
    /// A text.
    Text(String),
    /// An enum's variant, by its index.
    Variant(EnumId, usize),
    /// A list.
    List(Vec<Constant>),
    /// An object; of a record, by the wire names of its members, in their order.
    Object(Vec<(String, Constant)>),
    /// Milliseconds.
    Duration(u64),
}

/// One of a set of texts; error tables too.
#[derive(Debug, Clone)]
pub struct Enum {
    /// What it is called.
    pub decl: Decl,
    /// The texts.
    pub variants: Vec<Variant>,
    /// Whether any other text is kept.
    pub open: bool,
    /// Whether it is an error table: then every variant has [`Variant::error`].
    pub is_errors: bool,
}

/// One text of an enum.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its name in the schema.
    pub name: String,
    /// Its text on the wire.
    pub wire: String,
    /// Its documentation.
    pub docs: String,
    /// Of an error table: what it means.
    pub error: Option<ErrorFlags>,
    /// `@...`, as written.
    pub annotations: Vec<Annotation>,
    /// Where the name stands.
    pub span: Span,
}

/// What an error code means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorFlags {
    /// In words.
    pub meaning: String,
    /// Whether trying again may help.
    pub retry: bool,
    /// Whether the connection ends.
    pub closes: bool,
}

/// One of several records, told apart by a member.
#[derive(Debug, Clone)]
pub struct Union {
    /// What it is called.
    pub decl: Decl,
    /// The member that tells, on the wire.
    pub tag: String,
    /// The records; their [`Case::ty`] is always [`TypeKind::Record`].
    pub cases: Vec<Case>,
    /// Whether an object with another tag is kept.
    pub open: bool,
}

/// A set of payload kinds.
#[derive(Debug, Clone)]
pub struct Payloads {
    /// What it is called.
    pub decl: Decl,
    /// The kinds.
    pub kinds: Vec<Case>,
    /// Whether other kinds are carried.
    pub open: bool,
}

/// One case of a union, or one kind of a payload set.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name in the schema.
    pub name: String,
    /// Its text on the wire.
    pub wire: String,
    /// Its documentation.
    pub docs: String,
    /// Its type.
    pub ty: Type,
    /// `@...` that the compiler does not itself read.
    pub annotations: Vec<Annotation>,
    /// Where the name stands.
    pub span: Span,
}
