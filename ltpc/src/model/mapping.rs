//! Mappings: how one message or record becomes another.
//!
//! A mapping is an ordered list of rules, each of which gives a place of the target a value or says what becomes of one of the source.
//! All members of the source are in a rule's reach: those that no rule names are in one that takes the rest.

use super::{EnumId, Expr, ExprKind, Member, MessageBody, MessageId, Model, ModuleId, Place, PlaceBase, RecordId, Type, TypeKind};
use crate::source::Span;

/// How one message or record becomes another.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// `Source -> Target`, as the schema that declares it names them.
    pub name: String,
    /// The module that declares it.
    pub module: ModuleId,
    /// The documentation.
    pub docs: String,
    /// From what.
    pub source: Side,
    /// To what.
    pub target: Side,
    /// In the order written. What is set is evaluated in it, and what is refused is looked for before anything is set.
    pub rules: Vec<MapRule>,
    /// Where source and target are named.
    pub span: Span,
}

/// What is mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// A message with one tag and a record as its body.
    Message(MessageId),
    /// A record.
    Record(RecordId),
}

/// A rule.
#[derive(Debug, Clone)]
pub struct MapRule {
    /// What it says.
    pub kind: MapRuleKind,
    /// Where it stands.
    pub span: Span,
}

/// What a rule says.
#[derive(Debug, Clone)]
pub enum MapRuleKind {
    /// A place of the target is set. A value that is none leaves out a member that may be absent; a record on the way that may be
    /// absent is there if anything in it is set.
    Set {
        /// Where.
        target: Target,
        /// To what.
        value: MapValue,
    },
    /// What a place of the source holds is lost, if it holds anything.
    Drop {
        /// What.
        source: Taken,
        /// Why.
        reason: String,
    },
    /// Nothing is mapped if a place of the source holds anything.
    Refuse {
        /// What.
        source: Taken,
        /// Why.
        reason: String,
    },
}

/// A place of the target.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Whether it is the envelope's; else the body's, or the record's.
    pub in_envelope: bool,
    /// Members by index, each within the record that the one before it is. Empty: the body itself.
    pub path: Vec<usize>,
    /// Whether it is what the record at `path` keeps of unknown members, and not the record.
    pub kept: bool,
    /// The type of a value for it: of a member that may be absent, nullable; of what is kept, a map that may be none.
    pub ty: Type,
}

/// A value for a place of the target.
#[derive(Debug, Clone)]
pub enum MapValue {
    /// An expression over the source's members, of the target's type. [`super::PlaceBase::Envelope`] and [`super::PlaceBase::Body`]
    /// are the source's (the body: also the record's own); a record on the way that is absent makes the place none.
    Expr(Expr),
    /// An enum's variant as one of another enum.
    Variant {
        /// Of the first enum, nullable as the target.
        value: Expr,
        /// What becomes of it.
        by: Variants,
    },
    /// What no other rule names, by the names on the wire.
    Rest(Rest),
}

/// Which variant of one enum becomes which of another.
#[derive(Debug, Clone)]
pub struct Variants {
    /// The enum of the source.
    pub from: EnumId,
    /// The enum of the target.
    pub to: EnumId,
    /// For each variant of the source, by index: one of the target. `None`: as [`Variants::others`] says.
    pub pairs: Vec<Option<usize>>,
    /// What becomes of variants without a partner, and of texts that an open source does not list.
    pub others: Others,
}

/// What becomes of variants without a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Others {
    /// There are none.
    None,
    /// Both enums are open: a text stays what it is.
    Keep,
    /// This variant (an index into the target's).
    Variant(usize),
    /// Nothing is mapped, for this reason.
    Refuse(String),
}

/// What no other rule names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// The record whose members these are: members by index, from the body on. A record on the way may be absent: then there is none.
    pub path: Vec<usize>,
    /// Its members, by index.
    pub members: Vec<usize>,
    /// Whether unknown members that it keeps are among them, behind the others.
    pub kept: bool,
}

/// What a rule takes away from the source.
#[derive(Debug, Clone)]
pub enum Taken {
    /// A place, with its type (nullable where it may be none).
    Place(Place, Type),
    /// What no other rule names.
    Rest(Rest),
}

impl Side {
    /// The record whose members a message's body has, or the record itself.
    #[must_use]
    pub fn record(self, model: &Model) -> RecordId {
        match self {
            Self::Record(record) => record,
            Self::Message(message) => match model[message].body {
                MessageBody::Record(record) => record,
                // Resolving refuses others.
                MessageBody::Object => RecordId(0),
            },
        }
    }
}

impl Side {
    /// What it is called.
    #[must_use]
    pub fn name(self, model: &Model) -> &str {
        match self {
            Self::Record(record) => &model[record].decl.name,
            Self::Message(message) => &model[message].decl.name,
        }
    }

    /// The members of what carries a message; of a record, none.
    #[must_use]
    pub fn envelope(self, model: &Model) -> &[Member] {
        match self {
            Self::Record(_) => &[],
            Self::Message(message) => &model[model[message].envelope].members,
        }
    }

    /// The member that a place of this side is.
    #[must_use]
    pub fn member<'m>(self, model: &'m Model, place: &Place) -> Option<&'m Member> {
        let (members, first) = match place.base {
            PlaceBase::Envelope(index) => (self.envelope(model), index),
            PlaceBase::Body(index) => (model[self.record(model)].members.as_slice(), index),
            _ => return None,
        };
        let mut member = members.get(first)?;
        for index in &place.path {
            let TypeKind::Record(record) = member.ty.kind else { return None };
            member = model[record].members.get(*index)?;
        }
        Some(member)
    }
}

impl Side {
    /// Where a place stands in what is read: a JSON pointer, or of framed text a header's name.
    #[must_use]
    pub fn pointer(self, model: &Model, place: &Place) -> String {
        let mut members = match place.base {
            PlaceBase::Envelope(_) => self.envelope(model),
            _ => model[self.record(model)].members.as_slice(),
        };
        let (PlaceBase::Envelope(first) | PlaceBase::Body(first)) = place.base else {
            return String::new();
        };
        let is_body = matches!(place.base, PlaceBase::Body(_));
        let mut pointer = self.pointer_of_record(model, &[]);
        if !is_body {
            pointer = pointer.map(|_| String::new());
        }
        for index in std::iter::once(&first).chain(&place.path) {
            let Some(member) = members.get(*index) else { break };
            // Members of the start line stand in brackets, as no header does.
            let wire = match pointer {
                None if !is_body => format!("({})", member.wire),
                _ => member.wire.clone(),
            };
            pointer = Some(ltp_runtime::mapping::pointer(pointer.as_deref(), &wire));
            members = match member.ty.kind {
                TypeKind::Record(record) => &model[record].members,
                _ => &[],
            };
        }
        pointer.unwrap_or_default()
    }

    /// Where a record of the body stands, by the members that lead to it. `None`: its members have no pointer but their names.
    #[must_use]
    pub fn pointer_of_record(self, model: &Model, path: &[usize]) -> Option<String> {
        let body = match self {
            Self::Record(_) => String::new(),
            Self::Message(id) => {
                let envelope = &model[model[id].envelope];
                if envelope.tag.is_empty() {
                    return None;
                }
                let within = |body: &super::Body| ltp_runtime::mapping::pointer(Some(""), &body.wire);
                envelope.body.as_ref().map_or_else(String::new, within)
            }
        };
        let mut pointer = body;
        let mut members = model[self.record(model)].members.as_slice();
        for index in path {
            let member = members.get(*index)?;
            pointer = ltp_runtime::mapping::pointer(Some(&pointer), &member.wire);
            members = match member.ty.kind {
                TypeKind::Record(record) => &model[record].members,
                _ => &[],
            };
        }
        Some(pointer)
    }

    /// Where the first place that an expression names stands.
    #[must_use]
    pub fn pointer_of(self, model: &Model, expr: &Expr) -> Option<String> {
        let mut first = None;
        expr.each(&mut |inner| {
            if let (None, ExprKind::Place(place)) = (&first, &inner.kind) {
                first = Some(self.pointer(model, place));
            }
        });
        first
    }
}

impl Target {
    /// The place in the target; `None`: it is what the body keeps.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        let (first, path) = self.path.split_first()?;
        let base = if self.in_envelope {
            PlaceBase::Envelope(*first)
        } else {
            PlaceBase::Body(*first)
        };
        Some(Place { base, path: path.to_vec() })
    }
}

impl Mapping {
    /// The record of the target that keeps what a place takes, and its pointer; `None`: the place takes no unknown members.
    #[must_use]
    pub fn keeper(&self, model: &Model, target: &Target) -> Option<(RecordId, Option<String>)> {
        if !target.kept {
            return None;
        }
        let body = self.target.record(model);
        match target.place() {
            None => Some((body, self.target.pointer_of_record(model, &[]))),
            Some(place) => match self.target.member(model, &place)?.ty.kind {
                TypeKind::Record(record) => Some((record, Some(self.target.pointer(model, &place)))),
                _ => None,
            },
        }
    }
}

impl Rest {
    /// Where its record stands; `None`: it is the body.
    #[must_use]
    pub fn record_place(&self) -> Option<Place> {
        let (first, path) = self.path.split_first()?;
        Some(Place {
            base: PlaceBase::Body(*first),
            path: path.to_vec(),
        })
    }

    /// Where a member of its record stands.
    #[must_use]
    pub fn place(&self, member: usize) -> Option<Place> {
        Some(match self.record_place() {
            None => Place {
                base: PlaceBase::Body(member),
                path: Vec::new(),
            },
            Some(mut place) => {
                place.path.push(member);
                place
            }
        })
    }

    /// The record whose members these are, of a source whose body is that one.
    #[must_use]
    pub fn record(&self, model: &Model, body: RecordId) -> Option<RecordId> {
        let mut record = body;
        for index in &self.path {
            let TypeKind::Record(inner) = model[record].members.get(*index)?.ty.kind else {
                return None;
            };
            record = inner;
        }
        Some(record)
    }
}
