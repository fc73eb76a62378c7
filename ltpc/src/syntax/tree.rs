//! What a schema says, as it says it: the tree that parsing yields, with the place of everything.
//!
//! Names are unresolved, nothing is checked. The model is built from it; back ends never see it.

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
    Envelope {
        name: Name,
        tag: Text,
        members: Members,
    },
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
    Session(Session),
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
    /// `as member`.
    pub encoding: Option<Name>,
    /// `= value`.
    pub default: Option<Value>,
    /// Behind it.
    pub annotations: Vec<Annotation>,
    /// All of it.
    pub span: Span,
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

/// Real wire text.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it shows.
    pub title: Text,
    /// `as Name`: the message or type that it must be.
    pub of: Option<Path>,
    /// `refused "/pointer" rule, ...`: exactly what must be wrong with it. Empty: nothing may be wrong.
    pub refusals: Vec<(Text, Name)>,
    /// The whole lines between the fences, each with its line end. The span is theirs, octet by octet.
    pub body: Text,
}

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
    pub docs: String,
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
    /// `has path`
    Has(Path),
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
    /// `expr as s`: a duration or time as a number; the unit in milliseconds.
    InUnit {
        value: Box<Expr>,
        unit: u64,
    },
    /// `expr as rfc3339`
    AsText(Box<Expr>),
    Object(Vec<(Name, Expr)>),
    List(Vec<Expr>),
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
