//! Groups of elements, and how work is routed to them.

use super::{Name, Path, Text, Type};
use crate::source::Span;

/// `groups Name open refuse Errors.CODE { ... }`
#[derive(Debug, Clone)]
pub struct Groups {
    /// What the set is called.
    pub name: Name,
    /// Whether others may add elements.
    pub open: bool,
    /// The code with which a value of the wrong type is refused.
    pub refuse: Path,
    /// In order.
    pub groups: Vec<Group>,
}

/// `code "title" route hint { elements }`
#[derive(Debug, Clone)]
pub struct Group {
    /// Its documentation.
    pub docs: String,
    /// What it is on the wire.
    pub code: Name,
    /// What it is called.
    pub title: Text,
    /// How its work is routed.
    pub route: Name,
    /// In order.
    pub elements: Vec<GroupElement>,
}

/// `name alias short, ... once (Input) -> Output;`
#[derive(Debug, Clone)]
pub struct GroupElement {
    /// Its documentation.
    pub docs: String,
    /// What it is on the wire.
    pub name: Name,
    /// Other names of the same.
    pub aliases: Vec<Name>,
    /// Whether it is never begun anew.
    pub once: bool,
    /// What it takes and what it gives; any JSON where nothing is said.
    pub signature: Option<(Type, Type)>,
}

/// `element group.name alias short once (Input) -> Output;`
#[derive(Debug, Clone)]
pub struct Element {
    /// The group's code and the element's name, behind the set and its module where that is needed.
    pub path: Path,
    /// Other names of the same.
    pub aliases: Vec<Name>,
    /// Whether it is never begun anew.
    pub once: bool,
    /// What it takes and what it gives.
    pub signature: (Type, Type),
}

/// `Groups[group].element`, `Groups[group][element].input`
#[derive(Debug, Clone)]
pub struct Dependent {
    /// The set of groups.
    pub groups: Path,
    /// The sibling that names the group.
    pub group: Name,
    /// The sibling that names the element.
    pub element: Option<Name>,
    /// `element`, `input` or `output`.
    pub part: Name,
}

/// `work Name of Request -> Reply { ... }`. Each part may be said several times here; resolving finds that.
#[derive(Debug, Clone)]
pub struct Work {
    /// Its name.
    pub name: Name,
    /// The message that asks for work.
    pub request: Path,
    /// The message that answers.
    pub reply: Path,
    /// In order.
    pub parts: Vec<WorkPart>,
}

/// `name value, value;`
#[derive(Debug, Clone)]
pub struct WorkPart {
    /// What is said.
    pub name: Name,
    /// Members, variants or messages.
    pub values: Vec<Path>,
    /// All of it.
    pub span: Span,
}
