//! What a schema says, as it says it: the tree that parsing yields, with the place of everything.
//!
//! Names are unresolved, nothing is checked. The model is built from it; back ends never see it.

mod bridge;
mod mapping;
mod policy;
mod session;
mod types;
mod work;

pub use bridge::*;
pub use mapping::*;
pub use policy::*;
pub use session::*;
pub use types::*;
pub use work::*;

use crate::source::Span;

/// A word with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// Names joined by dots, such as `module.Name` or `message.member.part`. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The parts.
    pub parts: Vec<Name>,
    /// From the first part to the last.
    pub span: Span,
}

/// A quoted text, unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Where it stands, with its quotes.
    pub span: Span,
}

/// A number as written, without `_`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// The digits.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// One file.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// Its declarations, in order; those that could not be read are left out.
    pub items: Vec<Item>,
    /// The declarations that could not be read. That their names are used is no second mistake.
    pub broken: Vec<Broken>,
    /// Whether more was left out than `broken` says, so that nothing can be said about a name that seems to be missing.
    pub incomplete: bool,
}

/// A declaration that could not be read.
#[derive(Debug, Clone)]
pub struct Broken {
    /// The word that it begins with, such as `record`.
    pub keyword: String,
    /// The name behind that word.
    pub name: Option<Name>,
}

/// One declaration.
#[derive(Debug, Clone)]
pub struct Item {
    /// The `///` lines above it, without slashes, joined by line ends.
    pub docs: String,
    /// `@...` in front of it.
    pub annotations: Vec<Annotation>,
    /// All of it.
    pub span: Span,
    /// What is declared.
    pub kind: ItemKind,
}

/// What is declared.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum ItemKind {
    Protocol {
        name: Name,
        version: Text,
    },
    Import {
        file: Text,
        alias: Option<Name>,
    },
    Limits(Vec<(Name, Size)>),
    Scalar {
        name: Name,
        ty: Type,
        constraints: Vec<Constraint>,
    },
    Record {
        name: Name,
        open: bool,
        members: Members,
    },
    Enum {
        name: Name,
        open: bool,
        variants: Vec<Variant>,
    },
    Union {
        name: Name,
        tag: Text,
        open: bool,
        cases: Vec<Case>,
    },
    Payloads {
        name: Name,
        open: bool,
        kinds: Vec<Case>,
    },
    Errors {
        name: Name,
        open: bool,
        codes: Vec<ErrorCode>,
    },
    Tiers(Tiers),
    Envelope {
        name: Name,
        tag: Text,
        members: Members,
    },
    Framing(Framing),
    Message {
        name: Name,
        tag: Tag,
        envelope: Path,
        body: MessageBody,
    },
    Endpoint {
        name: Name,
        properties: Vec<Property>,
    },
    Digest(Digest),
    Mapping(Mapping),
    Session(Session),
    Bridge(Bridge),
    Groups(Groups),
    Element(Element),
    Work(Work),
    Example(Example),
}

/// `1 MiB`: a number and the octets (or pieces) of its unit.
#[derive(Debug, Clone)]
pub struct Size {
    /// The number.
    pub number: Number,
    /// 1, 1024, 1024^2 or 1024^3.
    pub factor: u64,
    /// With the unit.
    pub span: Span,
}

/// `@name(key = value, value)`.
#[derive(Debug, Clone)]
pub struct Annotation {
    /// Its name.
    pub name: Name,
    /// Its arguments, with or without a key.
    pub args: Vec<(Option<Name>, Value)>,
    /// All of it.
    pub span: Span,
}

/// A constant.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum Value {
    Text(Text),
    Number(Number),
    /// In milliseconds.
    Duration {
        millis: u64,
        span: Span,
    },
    /// `true`, `false`, `null`, or an enum's variant.
    Name(Name),
    List {
        items: Vec<Value>,
        span: Span,
    },
    Object {
        members: Vec<(Name, Value)>,
        span: Span,
    },
}

/// One text of an enum.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Variant {
    pub docs: String,
    pub name: Name,
    pub wire: Option<Text>,
    pub annotations: Vec<Annotation>,
}

/// One case of a union, or one kind of a payload set.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Case {
    pub docs: String,
    pub name: Name,
    pub wire: Option<Text>,
    pub ty: Type,
    pub constraints: Vec<Constraint>,
    pub annotations: Vec<Annotation>,
}

/// One code of an error table.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct ErrorCode {
    pub docs: String,
    pub name: Name,
    pub meaning: Text,
    /// `retry`, `closes`.
    pub flags: Vec<Name>,
    pub annotations: Vec<Annotation>,
}

/// How a message is told from the others.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum Tag {
    Text(Text),
    /// Any text of a scalar with a pattern, kept as the named member.
    Scalar {
        scalar: Path,
        member: Name,
    },
}

/// A message's body.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum MessageBody {
    Members(Members),
    /// `= Record;` or `= object;`
    Named(Path),
}

/// `name value, value or none;` in an endpoint.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Property {
    pub name: Name,
    pub values: Vec<PropertyValue>,
    pub or_none: bool,
    pub span: Span,
}

/// One value of a property.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum PropertyValue {
    Text(Text),
    Size(Size),
    Name(Name),
}

/// How messages stand as text. Each part may be said several times here; resolving finds that.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Framing {
    pub name: Name,
    /// The members of the start line.
    pub members: Members,
    pub parts: Vec<FramingPart>,
}

/// A part of a framing.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct FramingPart {
    pub kind: FramingPartKind,
    pub span: Span,
}

/// What a part of a framing says.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum FramingPartKind {
    /// `newline lf accept crlf;`
    Newline { written: Name, accepted: Option<Name> },
    /// `start "text" member: Type tag;`
    Start(Vec<StartPart>),
    /// `headers ":" insensitive trim unknown keep;`
    Headers { separator: Text, words: Vec<Name> },
    /// `until "line";`
    Until(Text),
    /// `body text length "Header" or until "line" strict;`
    Body {
        charset: Name,
        length: Option<Text>,
        until: Option<Text>,
        mismatch: Option<Name>,
    },
}

/// A part of a start line.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum StartPart {
    Literal(Text),
    Member(Name),
    Tag(Span),
}

/// Real wire text.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it shows.
    pub title: Text,
    /// `as Name`: the message or type that it must be.
    pub of: Option<Path>,
    /// `refused "/pointer" rule, ...`: exactly what must be wrong with it. Empty: nothing may be wrong.
    pub refusals: Vec<(Text, Name)>,
    /// `advisory`: read so where lengths disagree.
    pub advisory: bool,
    /// The whole lines between the fences, each with its line end. The span is theirs, octet by octet.
    pub body: Text,
}
