//! The plan: how messages are read and written straight, as far as that is decided before the language is. Templates put each of its
//! parts on paper; what it does not cover is for the walk, which goes by the tables.

use serde::Serialize;

/// How the messages of a protocol are read and written.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// How deep values may be nested.
    pub depth: usize,
    /// How many members an object may have.
    pub members: usize,
    /// Names of members, each once: on the wire with quotes and the colon.
    pub names: Vec<Word>,
    /// Types that messages are made of, in the order of the tables.
    pub types: Vec<Step>,
    /// What tells messages apart, by the name of the member that does.
    pub tags: Vec<Tag>,
    /// Messages, in the order of the tables.
    pub messages: Vec<Exchange>,
}

/// A JSON text that is known beforehand.
#[derive(Debug, Clone, Serialize)]
pub struct Word {
    /// Of a constant, unique where the word stands.
    pub name: String,
    /// The value, without quotes, as a literal.
    pub literal: String,
    /// The JSON text as a literal.
    pub text: String,
    /// How many octets that has.
    pub octets: usize,
    /// Those octets, four a word, the least first; the last word is of the last four, and may cover some again. Empty where there are fewer, and where
    /// not all are ASCII.
    pub words: Vec<i32>,
}

/// How a type is read and written.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// Its index in the tables.
    pub id: u32,
    /// Unique in the plan, cased as a type.
    pub name: String,
    /// As the tables have it.
    pub is: &'static str,
    /// Of a list, a map and what may be `null`: the name of what is in it.
    pub of: Option<String>,
    /// Whether others are let be: members, texts, cases, kinds.
    pub open: bool,
    /// Whether it must be told the kind: payloads.
    pub kind: bool,
    /// Of texts, lists and maps.
    pub length: Option<Length>,
    /// Of numbers: none if any may stand there.
    pub ranges: Vec<Range>,
    /// Of texts: `uuid` or `datetime`.
    pub format: Option<&'static str>,
    /// Of texts: whether the tables have a pattern for it.
    pub pattern: bool,
    /// The texts that it can be.
    pub texts: Vec<Word>,
    /// Of a union: the name of the member that tells, as a literal.
    pub tag: Option<String>,
    /// Of unions and payloads.
    pub cases: Vec<CasePlan>,
    /// Of a record.
    pub object: Option<Object>,
}

/// How much of it there may be.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Length {
    /// At least.
    pub least: u64,
    /// At most, or nothing.
    pub most: Option<u64>,
}

/// Numbers, as literals.
#[derive(Debug, Clone, Serialize)]
pub struct Range {
    /// The least, or nothing.
    pub least: Option<String>,
    /// The greatest, or nothing.
    pub most: Option<String>,
    /// Whether that one is in it.
    pub included: bool,
}

/// A case of a union, or a kind.
#[derive(Debug, Clone, Serialize)]
pub struct CasePlan {
    /// Of a union's case: unique in the plan, cased as a type. Of a kind: the step that it is read and written by.
    pub name: String,
    /// The text that tells, as a literal.
    pub literal: String,
    /// Of a union's case: the member that tells, as it stands on the wire.
    pub opening: Option<Word>,
    /// Of a union's case: the other members.
    pub object: Option<Object>,
}

/// Members that stand in one object.
#[derive(Debug, Clone, Serialize)]
pub struct Object {
    /// In the order in which they are written.
    pub members: Vec<Field>,
    /// The name of the member that tells what it is and stands among them, as a literal.
    pub tag: Option<String>,
    /// Other names by which members are known.
    pub accepted: Vec<Accepted>,
    /// Whether members that are not declared are kept.
    pub open: bool,
    /// How many of the first members can be read in this order without looking anything up.
    pub straight: usize,
}

/// Another name of a member.
#[derive(Debug, Clone, Serialize)]
pub struct Accepted {
    /// The name as a literal.
    pub literal: String,
    /// The member's place among the object's.
    pub at: usize,
}

/// A member of an object.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// Its place among the object's members.
    pub at: usize,
    /// As applications see it; of a message's body `body`.
    pub name: String,
    /// The same, unique in the object.
    pub local: String,
    /// On the wire.
    pub word: Word,
    /// The step that its value is read and written by.
    pub r#type: String,
    /// Whether it must stand there.
    pub required: bool,
    /// Whether it can be left out and is then absent.
    pub optional: bool,
    /// What it is when left out, or nothing.
    pub default: Option<Default>,
    /// Where its value is a payload.
    pub payload: Option<PayloadPlan>,
    /// Whether it is a message's body.
    pub body: bool,
}

/// What a member is when it is left out.
#[derive(Debug, Clone, Serialize)]
pub struct Default {
    /// As a literal of the language; nothing where it is none: a list, an object, a number that a double does not hold.
    pub literal: Option<String>,
    /// As canonical JSON, and that as a text literal.
    pub text: String,
    /// Whether it is written all the same.
    pub always: bool,
    /// The index of its type in the tables.
    pub id: u32,
}

/// What a payload depends on.
#[derive(Debug, Clone, Serialize)]
pub struct PayloadPlan {
    /// The member beside it that says its kind; nothing where there is none.
    pub kind: Option<Peer>,
    /// The member beside it that names its encoding.
    pub encoding: Option<Peer>,
}

/// A member beside another.
#[derive(Debug, Clone, Serialize)]
pub struct Peer {
    /// As applications see it.
    pub name: String,
    /// See [`Field::local`].
    pub local: String,
    /// What it is when left out, as a literal: of a kind nothing where that is no kind, of an encoding JSON at the last.
    pub default: String,
}

/// What tells messages apart.
#[derive(Debug, Clone, Serialize)]
pub struct Tag {
    /// The name of the member, as a literal.
    pub literal: String,
    /// Messages that a text tells, in the order of the tables.
    pub texts: Vec<Told>,
    /// Messages that a pattern tells.
    pub patterns: Vec<Told>,
}

/// A message that is told.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// Its index in the tables.
    pub index: usize,
    /// Its name in the language.
    pub name: String,
    /// The text that tells it, as a literal.
    pub literal: Option<String>,
}

/// How a message is read and written.
#[derive(Debug, Clone, Serialize)]
pub struct Exchange {
    /// Its index in the tables.
    pub index: usize,
    /// In the language.
    pub name: String,
    /// In the schema, as a literal.
    pub schema: String,
    /// What names it on the wire, as a literal; nothing where that is a pattern.
    pub tag: Option<String>,
    /// That member as it stands on the wire.
    pub opening: Option<Word>,
    /// All members of the object that it is; one that is its body stands where it is written.
    pub object: Object,
    /// Those of its envelope.
    pub envelope: Vec<Field>,
    /// Members of the envelope that name the encoding of payloads.
    pub encodings: Vec<Peer>,
    /// How its body stands there: as one `member`, its members `beside` the envelope's, or as the `rest` of the object.
    pub body: &'static str,
    /// The step that a body is read and written by, which is one member.
    pub step: Option<String>,
    /// Of a body that is one member: whether an absent one is an object without members.
    pub empty: bool,
    /// The members of a body that stand beside the envelope's.
    pub beside: Vec<Field>,
    /// Whether writing it is left to the walk.
    pub walked: bool,
}
