//! The view: a protocol as a template sees it. `docs/templates.md` says what each part is.

mod exchange;
mod make;
mod objects;
mod plan;
mod planning;
mod roles;
mod work;

use std::collections::BTreeMap;

use serde::Serialize;

pub use make::view;
use plan::Plan;
use work::{Elements, Work};

/// What the package is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Package {
    /// As the language's registry knows it.
    pub name: String,
    /// As programs import it.
    pub module: String,
    /// Its version.
    pub version: String,
    /// Names that are given by hand: of roles (`Session.role`) and their options (`Session.role.option`).
    #[serde(skip)]
    pub names: BTreeMap<String, String>,
}

/// A protocol as a template sees it.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// What stands in the first lines of what is generated.
    pub header: String,
    /// What the package is called.
    pub package: Package,
    /// The protocol: `name`, `version`, `docs`.
    pub protocol: Named,
    /// The tables, as one line of JSON; as a text of the language in `tables_text`.
    pub tables: String,
    /// The same as a text literal of the language.
    pub tables_text: String,
    /// The same as objects and lists, for templates that write code of it.
    pub shape: serde_json::Value,
    /// Whether there are payloads that can stand in another encoding than JSON.
    pub encoded: bool,
    /// How messages are read and written; nothing where they are framed text.
    pub plan: Option<Plan>,
    /// The names of all types that are declared: scalars, enums, records, unions, payload sets.
    pub declared: Vec<String>,
    /// Named texts and numbers.
    pub scalars: Vec<Alias>,
    /// Enums, error tables and tiers.
    pub enums: Vec<Enum>,
    /// Records, with the bodies of messages.
    pub records: Vec<Record>,
    /// Unions.
    pub unions: Vec<Union>,
    /// Payload sets.
    pub payloads: Vec<Union>,
    /// What carries messages.
    pub envelopes: Vec<Record>,
    /// Messages.
    pub messages: Vec<Message>,
    /// The sides of sessions.
    pub roles: Vec<Role>,
    /// Texts that are computed from lists.
    pub digests: Vec<Digest>,
    /// Sets of groups of elements.
    pub groups: Vec<Elements>,
    /// Work that is routed to elements.
    pub works: Vec<Work>,
    /// Whether messages are framed text; else they are JSON.
    pub framed: bool,
    /// Where the protocol is served.
    pub endpoints: Vec<Endpoint>,
}

/// Something with a name and documentation.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// In the schema.
    pub name: String,
    /// The version, of the protocol.
    pub version: String,
    /// Lines.
    pub docs: Vec<String>,
}

/// A name for a type.
#[derive(Debug, Clone, Serialize)]
pub struct Alias {
    /// In the language.
    pub name: String,
    /// Lines.
    pub docs: Vec<String>,
    /// In the language.
    pub r#type: String,
}

/// One of a set of texts.
#[derive(Debug, Clone, Serialize)]
pub struct Enum {
    /// In the language.
    pub name: String,
    /// Lines.
    pub docs: Vec<String>,
    /// The type of its values.
    pub r#type: String,
    /// Whether any other text may stand there.
    pub open: bool,
    /// The texts.
    pub variants: Vec<Variant>,
}

/// A text of an enum.
#[derive(Debug, Clone, Serialize)]
pub struct Variant {
    /// The constant's name in the language.
    pub name: String,
    /// The text as a literal.
    pub literal: String,
    /// Lines.
    pub docs: Vec<String>,
    /// Of an error table: what it means, as a literal; else nothing.
    pub meaning: Option<String>,
    /// Of an error table: whether trying again may help, and whether the connection ends; as literals.
    pub retry: String,
    /// See `retry`.
    pub closes: String,
}

/// Named members.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    /// In the language.
    pub name: String,
    /// Its index in the tables: of a type, or of an envelope.
    pub id: u32,
    /// Lines.
    pub docs: Vec<String>,
    /// Whether unknown members are kept.
    pub open: bool,
    /// Whether nothing but single values stands in it: no objects, no lists.
    pub flat: bool,
    /// In the order of the schema.
    pub members: Vec<Member>,
}

/// A member.
#[derive(Debug, Clone, Serialize)]
pub struct Member {
    /// In the language.
    pub name: String,
    /// On the wire.
    pub wire: String,
    /// The same as a literal.
    pub literal: String,
    /// Lines.
    pub docs: Vec<String>,
    /// Its type, `null` and all.
    pub r#type: String,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it can be left out and is then absent, not its default.
    pub optional: bool,
    /// Whether it may be `null`.
    pub nullable: bool,
    /// What it is where nothing is said, as a literal; nothing where there is no such value.
    pub default: Option<String>,
    /// Whether the default is a list or an object.
    pub compound: bool,
}

/// One of several.
#[derive(Debug, Clone, Serialize)]
pub struct Union {
    /// In the language.
    pub name: String,
    /// Its index in the tables, of a union.
    pub id: u32,
    /// Lines.
    pub docs: Vec<String>,
    /// The member that tells, as a literal; of payload sets empty.
    pub tag: String,
    /// Whether others are kept.
    pub open: bool,
    /// The cases.
    pub cases: Vec<Case>,
}

/// A case of a union, or a kind of a payload set.
#[derive(Debug, Clone, Serialize)]
pub struct Case {
    /// The text that tells, as a literal.
    pub literal: String,
    /// Its type.
    pub r#type: String,
    /// Lines.
    pub docs: Vec<String>,
}

/// A message.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// In the language.
    pub name: String,
    /// In the schema.
    pub schema: String,
    /// Its index in the tables.
    pub index: u32,
    /// Lines.
    pub docs: Vec<String>,
    /// What names it on the wire, as a literal; nothing where that is a pattern.
    pub tag: Option<String>,
    /// The type of its envelope.
    pub envelope: String,
    /// The type of what it says.
    pub body: String,
    /// Whether it says any object.
    pub any: bool,
}

/// One side of a session.
#[derive(Debug, Clone, Serialize)]
pub struct Role {
    /// In the language.
    pub name: String,
    /// Of the class of its options.
    pub options_name: String,
    /// `Session.role`.
    pub schema: String,
    /// The session's and the role's index in the tables.
    pub session: usize,
    /// See `session`.
    pub index: usize,
    /// Lines.
    pub docs: Vec<String>,
    /// Whether it opens the transport.
    pub connects: bool,
    /// What the application chooses.
    pub options: Vec<Member>,
    /// What the application can ask to send.
    pub sends: Vec<Send>,
    /// What is handed to the application: names of messages.
    pub delivers: Vec<String>,
    /// What can be said of the envelopes of what it sends.
    pub envelopes: Vec<Said>,
}

/// What can be said of an envelope.
#[derive(Debug, Clone, Serialize)]
pub struct Said {
    /// The type of the envelope.
    pub name: String,
    /// Members of its members that can be said beside its own: those that the session fills where nothing is said.
    pub lifts: Vec<Lifted>,
}

/// A member of a member.
#[derive(Debug, Clone, Serialize)]
pub struct Lifted {
    /// The type of the outer one.
    pub record: String,
    /// What the inner one is called.
    pub name: String,
}

/// What an application can ask to send.
#[derive(Debug, Clone, Serialize)]
pub struct Send {
    /// The method.
    pub method: String,
    /// The message's name in the language, and its index in the tables.
    pub message: String,
    /// See `message`.
    pub index: u32,
    /// Lines.
    pub docs: Vec<String>,
    /// The type of what it says.
    pub body: String,
    /// Whether it says any object.
    pub any: bool,
    /// Whether its name on the wire is the application's to say.
    pub named: bool,
    /// What it says.
    pub members: Vec<Member>,
    /// Whether they can be given in their order: the first must be, and none that must be stands behind one that need not.
    pub positional: bool,
    /// What can be said of its envelope.
    pub envelope: Vec<Member>,
    /// If it waits for its answer: the messages that answer it. Else nothing.
    pub replies: Vec<String>,
}

/// A text that is computed from a list.
#[derive(Debug, Clone, Serialize)]
pub struct Digest {
    /// The function's name.
    pub name: String,
    /// Its index in the tables.
    pub index: usize,
    /// Lines.
    pub docs: Vec<String>,
    /// What the list's items are: the record's name, and its index in the tables.
    pub record: String,
    /// See `record`.
    pub id: u32,
    /// The type of what it gives.
    pub r#type: String,
}

/// Where the protocol is served.
#[derive(Debug, Clone, Serialize)]
pub struct Endpoint {
    /// The constant's name.
    pub name: String,
    /// Lines.
    pub docs: Vec<String>,
    /// `websocket`, `lines` or `framed`.
    pub transport: &'static str,
    /// All of it as JSON.
    pub json: String,
    /// The same as a text literal of the language.
    pub text: String,
    /// The address, as a literal.
    pub address: String,
}
