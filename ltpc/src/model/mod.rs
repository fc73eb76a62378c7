//! The resolved protocol: every name bound, every type known, every place kept.
//!
//! It is built from the syntax tree by `resolve`, judged by `check`, run by
//! `interpret` and compiled by the back ends. Anything that two of these would decide is
//! decided here, once.

pub mod bridge;
pub mod digest;
pub mod expr;
pub mod mapping;
pub mod policy;
pub mod session;
pub mod types;
mod walk;
pub mod work;

pub use bridge::{Ask, Bridge, BridgeOut, BridgePush, BridgeRule, BridgeRuleKind, Said, SubjectPart};
pub use digest::{Algorithm, Digest};
pub use expr::{BinaryOp, Binding, BindingKind, Expr, ExprKind, Place, PlaceBase, VarRef};
pub use mapping::{MapRule, MapRuleKind, MapValue, Mapping, Others, Rest, Side, Taken, Target, Variants};
pub use policy::{Capability, Meter, MeterRate, Rate, Tier, Tiers};
pub use session::{
    Action, ActionKind, Answer, Correlation, Goto, Keyed, Next, Pending, Retry, Role, Session, Stamp, StampEntry, State, StateKind, Table,
    Timer, Transition, Trigger, Unique, Var,
};
pub use types::{
    Case, Constant, Encoding, Enum, ErrorFlags, FloatRange, FloatSet, Format, IntSet, Member, Payloads, Presence, Record, StringSet, Type,
    TypeKind, Union, Variant,
};

pub use work::{Dependent, Element, Group, Groups, Part, Route, Work};

use crate::source::Span;

/// One protocol, with everything that it imports.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// What it is called.
    pub protocol: Protocol,
    /// The file that was compiled (index 0) and those that it imports, each once, dependencies after dependents.
    pub modules: Vec<Module>,
    /// What a receiver enforces.
    pub limits: Limits,
    /// Where each limit is declared, in the order of the fields of [`Limits`]; `None`: it has its default.
    pub limit_spans: [Option<Span>; 7],
    /// Named types of strings and numbers.
    pub scalars: Vec<Scalar>,
    /// Records, with those written in place and the bodies of messages.
    pub records: Vec<Record>,
    /// Enums and error tables.
    pub enums: Vec<Enum>,
    /// What the enums of tiers say beside their names, in the order of these enums.
    pub tiers: Vec<Tiers>,
    /// Unions.
    pub unions: Vec<Union>,
    /// Payload sets.
    pub payloads: Vec<Payloads>,
    /// Envelopes.
    pub envelopes: Vec<Envelope>,
    /// Framings: how the messages of some envelopes stand as text.
    pub framings: Vec<Framing>,
    /// Messages of the compiled file and of those that it imports.
    pub messages: Vec<Message>,
    /// Endpoints.
    pub endpoints: Vec<Endpoint>,
    /// Digests.
    pub digests: Vec<Digest>,
    /// Mappings.
    pub mappings: Vec<Mapping>,
    /// Bridges.
    pub bridges: Vec<Bridge>,
    /// Sessions.
    pub sessions: Vec<Session>,
    /// Sets of groups.
    pub groups: Vec<Groups>,
    /// Elements of all groups, those of each module together.
    pub elements: Vec<Element>,
    /// What members are of elements that their siblings name, by the places of their names.
    pub dependents: std::collections::BTreeMap<Span, Dependent>,
    /// How work is routed.
    pub works: Vec<Work>,
    /// Examples.
    pub examples: Vec<Example>,
    /// Whether all of the schema is here: nothing was left out because of an error. What can only be judged of the whole (whether
    /// examples conform) waits for it.
    pub whole: bool,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident => $field:ident: $target:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $id(pub u32);

        impl std::ops::Index<$id> for Model {
            type Output = $target;

            fn index(&self, id: $id) -> &$target {
                &self.$field[id.0 as usize]
            }
        }
    )*};
}

ids! {
    /// Which of [`Model::modules`].
    ModuleId => modules: Module;
    /// Which of [`Model::scalars`].
    ScalarId => scalars: Scalar;
    /// Which of [`Model::records`].
    RecordId => records: Record;
    /// Which of [`Model::enums`].
    EnumId => enums: Enum;
    /// Which of [`Model::tiers`].
    TiersId => tiers: Tiers;
    /// Which of [`Model::unions`].
    UnionId => unions: Union;
    /// Which of [`Model::payloads`].
    PayloadsId => payloads: Payloads;
    /// Which of [`Model::envelopes`].
    EnvelopeId => envelopes: Envelope;
    /// Which of [`Model::messages`].
    MessageId => messages: Message;
    /// Which of [`Model::endpoints`].
    EndpointId => endpoints: Endpoint;
    /// Which of [`Model::bridges`].
    BridgeId => bridges: Bridge;
    /// Which of [`Model::digests`].
    DigestId => digests: Digest;
    /// Which of [`Model::groups`].
    GroupsId => groups: Groups;
    /// Which of [`Model::sessions`].
    SessionId => sessions: Session;
}

/// What a protocol is called.
#[derive(Debug, Clone, Default)]
pub struct Protocol {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its documentation.
    pub docs: String,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// Where it is declared.
    pub span: Span,
}

/// One file.
#[derive(Debug, Clone)]
pub struct Module {
    /// The name by which it is imported; of the compiled file, the protocol's.
    pub name: String,
    /// Its protocol's documentation.
    pub docs: String,
    /// Its source.
    pub file: crate::source::FileId,
}

impl Model {
    /// What a declaration is called where nothing is nearer: its name, behind that of its module if it is imported.
    #[must_use]
    pub fn path_of(&self, decl: &Decl) -> String {
        match self.modules.get(decl.module.0 as usize) {
            Some(module) if decl.module.0 > 0 => format!("{}.{}", module.name, decl.name),
            _ => decl.name.clone(),
        }
    }
}

/// What is said of every declaration.
#[derive(Debug, Clone)]
pub struct Decl {
    /// The name, unique in its module.
    pub name: String,
    /// The module.
    pub module: ModuleId,
    /// The documentation: Markdown without slashes; empty if there is none.
    pub docs: String,
    /// `@...`, as written.
    pub annotations: Vec<Annotation>,
    /// Where the name stands.
    pub span: Span,
}

/// `@name(key = value)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// Its name.
    pub name: String,
    /// Its arguments, with their keys (empty where there is none).
    pub args: Vec<(String, Constant)>,
    /// Where it stands.
    pub span: Span,
}

/// What a receiver enforces. All that a schema leaves out has a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Octets of a message.
    pub message: u64,
    /// Nested objects and lists; the message itself is 1.
    pub depth: u64,
    /// Octets of a string.
    pub string: u64,
    /// Items of a list.
    pub list: u64,
    /// Members of an object.
    pub members: u64,
    /// Octets of a line of a framing's head.
    pub line: u64,
    /// Headers of a framed message.
    pub headers: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message: 1 << 20,
            depth: 32,
            string: 1 << 20,
            list: 65_536,
            members: 1024,
            line: 8192,
            headers: 64,
        }
    }
}

/// A named type of strings or numbers.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// What it is called.
    pub decl: Decl,
    /// What it stands for; its [`Type::scalar`] is this one.
    pub ty: Type,
}

/// What carries messages.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// What it is called.
    pub decl: Decl,
    /// The member that names the message.
    pub tag: String,
    /// The members beside the tag and the body.
    pub members: Vec<Member>,
    /// Where the body stands; `None`: its members stand beside the envelope's, after them.
    pub body: Option<Body>,
}

/// The member that holds the body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Its name on the wire.
    pub wire: String,
    /// Before which of the envelope's members it stands; their count: last.
    pub position: usize,
    /// Whether it may be absent where the message has no required member.
    pub optional: bool,
    /// Where it is declared.
    pub span: Span,
}

/// How the messages of an envelope stand as text. The envelope has no tag member and no body; its members are those of the start line.
#[derive(Debug, Clone)]
pub struct Framing {
    /// The envelope, which has the framing's name.
    pub envelope: EnvelopeId,
    /// How lines of the head end.
    pub newline: Newline,
    /// The start line; members by their index in the envelope.
    pub start: Vec<StartPart>,
    /// What stands between a header's name and value.
    pub separator: String,
    /// Whether headers' names are compared without case.
    pub insensitive: bool,
    /// Whether blanks around values are no part of them.
    pub trim: bool,
    /// What becomes of headers that are not declared.
    pub unknown: Unknown,
    /// The line that ends the head; empty: a blank line.
    pub head_end: String,
    /// What ends the body.
    pub body_end: BodyEnd,
    /// What a body may hold.
    pub charset: Charset,
}

pub use ltp_runtime::schema::{BodyEnd, Charset, Mismatch, Newline, StartPart, Unknown};

/// A message.
#[derive(Debug, Clone)]
pub struct Message {
    /// What it is called.
    pub decl: Decl,
    /// How it is told from the others.
    pub tag: Tag,
    /// What carries it.
    pub envelope: EnvelopeId,
    /// What it says: a record (named as the message unless the schema names another), or any object.
    pub body: MessageBody,
    /// `@accepts_flat`: read also with its members beside those of the envelope.
    pub accepts_flat: bool,
}

/// How a message is told from the others.
#[derive(Debug, Clone, PartialEq)]
pub enum Tag {
    /// By this text.
    Text(String),
    /// By any text of a scalar with a pattern.
    Scalar {
        /// The scalar.
        scalar: ScalarId,
        /// The member's name in generated code that holds the text.
        member: String,
    },
}

/// What a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageBody {
    /// The members of a record.
    Record(RecordId),
    /// Any object.
    Object,
}

/// Where a protocol is served.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// What it is called.
    pub decl: Decl,
    /// As the runtime takes it.
    pub facts: ltp_runtime::endpoint::Endpoint,
}

/// Real wire text.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// Its documentation.
    pub docs: String,
    /// What it must be; `None`: any message.
    pub of: Option<ExampleOf>,
    /// What is wrong with it: pointer and rule of each violation. Empty: nothing.
    pub refusals: Vec<(String, String)>,
    /// How a length that disagrees is judged, in framed text: as the framing says, or as advice.
    pub advisory: bool,
    /// The text.
    pub text: String,
    /// Where the text stands; its first octet is the text's first.
    pub span: Span,
}

/// What an example must be.
#[derive(Debug, Clone, PartialEq)]
pub enum ExampleOf {
    /// This message.
    Message(MessageId),
    /// A value of this type.
    Type(Box<Type>),
}
