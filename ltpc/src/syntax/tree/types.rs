//! Types, constraints and members.

use super::{Annotation, Name, Number, Path, Text, Value};
use crate::source::Span;

/// A type.
#[derive(Debug, Clone)]
pub struct Type {
    /// What it is, `null` aside.
    pub kind: TypeKind,
    /// Whether `?` stands behind it.
    pub nullable: bool,
    /// All of it.
    pub span: Span,
}

/// What a type is.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum TypeKind {
    /// `bool int uint float string uuid datetime duration json object`, or a declared name.
    Path(Path),
    List {
        item: Box<Type>,
        constraints: Vec<Constraint>,
    },
    Map {
        value: Box<Type>,
        constraints: Vec<Constraint>,
    },
    /// `record Name? open? { ... }` in place.
    Record {
        name: Option<Name>,
        open: bool,
        members: Members,
    },
    /// `"a" | "b"`: a string that is one of these.
    Literals(Vec<Text>),
    /// `Groups[group].element`, or `json as Groups[group][element].input`.
    Dependent(Box<super::Dependent>),
    /// `Set[kind]`: what the sibling member `kind` says.
    Payload {
        set: Path,
        kind: Name,
    },
}

/// One part of `where ... and ...`.
#[derive(Debug, Clone)]
pub struct Constraint {
    /// What must hold.
    pub kind: ConstraintKind,
    /// All of it.
    pub span: Span,
}

/// What must hold.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum ConstraintKind {
    Length(Range),
    Pattern(Text),
    /// One of these ranges.
    Ranges(Vec<Range>),
    /// One of these texts.
    Texts(Vec<Text>),
}

/// `1 ..= 10`, `1 ..`, `..= 10`, `0.0 .. 1.0`, or a single number.
#[derive(Debug, Clone)]
pub struct Range {
    /// The least; none: unbounded.
    pub start: Option<Number>,
    /// The bound above; none: unbounded.
    pub end: Option<Number>,
    /// Whether `end` itself is in.
    pub end_included: bool,
    /// All of it.
    pub span: Span,
}

/// What stands between the braces of a record, a message or an envelope.
#[derive(Debug, Clone, Default)]
pub struct Members {
    /// In order.
    pub items: Vec<MemberItem>,
    /// With the braces.
    pub span: Span,
}

/// A member, or all those of another record.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
#[allow(clippy::large_enum_variant)] // nearly all are members
pub enum MemberItem {
    Member(Member),
    /// `...Name;`
    Spread(Path),
}

/// `name? "wire": type where ... as encoding = default @annotations;`
#[derive(Debug, Clone)]
pub struct Member {
    /// Its documentation.
    pub docs: String,
    /// Its name in the schema.
    pub name: Name,
    /// Its name on the wire, where it differs.
    pub wire: Option<Text>,
    /// Whether it may be absent.
    pub optional: bool,
    /// Its type; `None`: `body`, the place of an envelope's message.
    pub ty: Option<Type>,
    /// `where`.
    pub constraints: Vec<Constraint>,
    /// `separated ","`.
    pub separated: Option<Text>,
    /// `as member`.
    pub encoding: Option<Name>,
    /// `= value`.
    pub default: Option<Value>,
    /// Behind it.
    pub annotations: Vec<Annotation>,
    /// All of it.
    pub span: Span,
}
