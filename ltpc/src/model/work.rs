//! Groups of elements, and how work is routed to them.

use super::{Decl, EnumId, GroupsId, Member, MessageBody, MessageId, Model, ModuleId, Record, RecordId};
use crate::source::Span;

pub use ltp_runtime::work::Route;

/// A set of groups. Its type is an enum of their codes.
#[derive(Debug, Clone)]
pub struct Groups {
    /// The enum, which has the set's name; its variants are the groups, in order.
    pub of: EnumId,
    /// Whether others may add elements, and whether elements that are not declared can be asked for.
    pub open: bool,
    /// The code (an error table and one of its variants) with which a value of the wrong type is refused.
    pub refuse: (EnumId, usize),
    /// What the groups say beside their codes, in the order of the enum's variants.
    pub groups: Vec<Group>,
}

/// What a group says beside its code.
#[derive(Debug, Clone)]
pub struct Group {
    /// What it is called.
    pub title: String,
    /// How its work is routed.
    pub route: Route,
}

/// An element of a group.
#[derive(Debug, Clone)]
pub struct Element {
    /// Where it is declared: with its group, or in a module that adds it.
    pub module: ModuleId,
    /// The set.
    pub groups: GroupsId,
    /// The group (an index into [`Groups::groups`]).
    pub group: usize,
    /// What it is on the wire.
    pub name: String,
    /// Other texts for the same.
    pub aliases: Vec<String>,
    /// Its documentation.
    pub docs: String,
    /// Whether it is never begun anew where it is not known what became of it.
    pub once: bool,
    /// What it takes: a record, or any JSON.
    pub input: Option<RecordId>,
    /// What it gives: a record, or any JSON.
    pub output: Option<RecordId>,
    /// Where the name stands.
    pub span: Span,
}

/// What a member is of the element that its siblings name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    /// The set.
    pub groups: GroupsId,
    /// The sibling that names the group.
    pub group: String,
    /// The sibling that names the element; of the element itself, none.
    pub element: Option<String>,
    /// What.
    pub part: Part,
    /// Where it stands.
    pub span: Span,
}

/// What a dependent member holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The name of an element, or one of its aliases.
    Element,
    /// What an element takes.
    Input,
    /// What an element gives.
    Output,
}

/// How work is routed: which messages and members say what.
#[derive(Debug, Clone)]
pub struct Work {
    /// What it is called.
    pub decl: Decl,
    /// The message that asks; its body is a record.
    pub request: MessageId,
    /// The message that answers, in the same envelope; its body is a record.
    pub reply: MessageId,
    /// The set of groups whose elements do it.
    pub groups: GroupsId,
    /// Members of the request's body.
    pub asked: Asked,
    /// Members of the reply's body.
    pub answered: Answered,
    /// The message that says that a frame is bad, and its members for a code and words.
    pub fault: Option<(MessageId, usize, usize)>,
    /// The message in which a peer says which elements it handles; its members for them and for its load.
    pub beat: Option<(MessageId, usize, Option<usize>)>,
    /// What is answered where work is not done, by [`CODES`].
    pub codes: [String; CODES.len()],
}

/// Members of a request, by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Which it is: text.
    pub id: usize,
    /// The group.
    pub group: usize,
    /// The element.
    pub element: usize,
    /// What the element takes.
    pub input: usize,
    /// How urgent: an unsigned integer, the greater the sooner.
    pub priority: Option<usize>,
    /// How long it may take, in milliseconds: an unsigned integer.
    pub timeout: Option<usize>,
    /// What must have succeeded before: a list of texts.
    pub after: Option<usize>,
}

/// Members of a reply, by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// Which request: text.
    pub id: usize,
    /// Whether it was done: an enum.
    pub status: usize,
    /// The enum's variants for done and not done.
    pub outcomes: (usize, usize),
    /// What the element gave.
    pub output: usize,
    /// Why it was not done: a record.
    pub failure: usize,
    /// The record's members for a code and words.
    pub words: (usize, usize),
    /// How long it took, in milliseconds.
    pub took: Option<usize>,
}

/// What can go wrong with work, as schemas call it, in the order of [`Work::codes`].
pub const CODES: [&str; 7] = ["unhandled", "invalid", "unrouted", "overloaded", "blocked", "failed", "late"];

impl Model {
    /// What a member is of an element that its siblings name.
    #[must_use]
    pub fn dependent(&self, member: &Member) -> Option<&Dependent> {
        self.dependents.get(&member.span)
    }

    /// The element of a name or an alias, in a group of a set.
    #[must_use]
    pub fn element(&self, groups: GroupsId, group: usize, name: &str) -> Option<&Element> {
        let mut elements = self
            .elements
            .iter()
            .filter(|element| element.groups == groups && element.group == group);
        elements.find(|element| element.name == name || element.aliases.iter().any(|alias| alias == name))
    }

    /// The set of groups of an enum.
    #[must_use]
    pub fn groups_of(&self, of: EnumId) -> Option<GroupsId> {
        let index = self.groups.iter().position(|groups| groups.of == of)?;
        u32::try_from(index).ok().map(GroupsId)
    }

    /// The record that a message's body is.
    #[must_use]
    pub fn body_record(&self, id: MessageId) -> Option<&Record> {
        match self[id].body {
            MessageBody::Record(record) => Some(&self[record]),
            MessageBody::Object => None,
        }
    }
}
