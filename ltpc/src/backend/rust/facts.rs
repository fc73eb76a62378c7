//! What must be known of a type before its code is written: whether it borrows, where it is recursive, how it is used.

use std::collections::HashSet;

use crate::model::{
    EnumId, Member, MessageBody, MessageId, Model, PayloadsId, Presence, Record, RecordId, Type, TypeKind, UnionId, types::Encoding,
};

/// The facts of a model.
#[derive(Debug)]
pub struct Facts {
    records: Vec<bool>,
    unions: Vec<bool>,
    payloads: Vec<bool>,
    encoded: HashSet<PayloadsId>,
    flat: HashSet<RecordId>,
    boxed: HashSet<(RecordId, usize)>,
}

/// What a member is to the field that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The field's own.
    Whole,
    /// The name of the kind of the payload at this index: the field of the payload holds it.
    KindOf(usize),
    /// The payload whose kind's name stands at this index; the field holds both.
    PayloadWith(usize),
}

impl Facts {
    /// Looks at everything.
    pub fn new(model: &Model) -> Self {
        let mut facts = Self {
            records: vec![false; model.records.len()],
            unions: vec![false; model.unions.len()],
            payloads: vec![false; model.payloads.len()],
            encoded: encoded(model),
            flat: flat(model),
            boxed: boxed(model),
        };
        // What borrows spreads to what holds it; types may be recursive, so until nothing changes.
        loop {
            let records = model
                .records
                .iter()
                .map(|record| record.open || record.members.iter().any(|member| facts.borrows(model, &member.ty)));
            let records: Vec<bool> = records.collect();
            let unions = model
                .unions
                .iter()
                .map(|union| union.open || union.cases.iter().any(|case| facts.borrows(model, &case.ty)));
            let unions: Vec<bool> = unions.collect();
            let payloads = model
                .payloads
                .iter()
                .map(|set| set.open || set.kinds.iter().any(|case| facts.borrows(model, &case.ty)));
            let payloads: Vec<bool> = payloads.collect();
            if records == facts.records && unions == facts.unions && payloads == facts.payloads {
                return facts;
            }
            (facts.records, facts.unions, facts.payloads) = (records, unions, payloads);
        }
    }

    /// Whether values of the type borrow from the text that they are read from.
    pub fn borrows(&self, model: &Model, ty: &Type) -> bool {
        match &ty.kind {
            TypeKind::String(_) | TypeKind::Datetime | TypeKind::Json | TypeKind::Object | TypeKind::Map { .. } => true,
            TypeKind::List { item, .. } => self.borrows(model, item),
            TypeKind::Record(id) => self.record(*id),
            TypeKind::Enum(EnumId(index)) => model.enums[*index as usize].open,
            TypeKind::Union(id) => self.union(*id),
            TypeKind::Payload { set, .. } => self.payloads(*set),
            TypeKind::PayloadKind(PayloadsId(index)) => model.payloads[*index as usize].open,
            TypeKind::Bool
            | TypeKind::Int(_)
            | TypeKind::Uint(_)
            | TypeKind::Float(_)
            | TypeKind::Uuid
            | TypeKind::Duration
            | TypeKind::Instant => false,
        }
    }

    /// Whether a record borrows.
    pub fn record(&self, id: RecordId) -> bool {
        self.records[id.0 as usize]
    }

    /// Whether a union borrows.
    pub fn union(&self, id: UnionId) -> bool {
        self.unions[id.0 as usize]
    }

    /// Whether a payload set borrows.
    pub fn payloads(&self, id: PayloadsId) -> bool {
        self.payloads[id.0 as usize]
    }

    /// Whether some payload of the set is encoded as another member says.
    pub fn is_encoded(&self, id: PayloadsId) -> bool {
        self.encoded.contains(&id)
    }

    /// Whether a record's members stand beside others: those of an envelope, or a union's tag.
    pub fn is_flat(&self, id: RecordId) -> bool {
        self.flat.contains(&id)
    }

    /// Whether any of the members borrows.
    pub fn members(&self, model: &Model, members: &[Member]) -> bool {
        members.iter().any(|member| self.borrows(model, &member.ty))
    }

    /// Whether a record's member leads back to the record itself without a list or map between.
    pub fn is_boxed(&self, record: RecordId, member: usize) -> bool {
        self.boxed.contains(&(record, member))
    }
}

/// What each member of a record is to the fields.
pub fn parts(record: &Record) -> Vec<Part> {
    let members = &record.members;
    let mut parts = vec![Part::Whole; members.len()];
    for (index, member) in members.iter().enumerate() {
        let TypeKind::Payload { set, kind, .. } = &member.ty.kind else {
            continue;
        };
        let Some(place) = members.iter().position(|other| other.name == *kind) else {
            continue;
        };
        let alone = members
            .iter()
            .filter(|other| matches!(&other.ty.kind, TypeKind::Payload { kind: other, .. } if other == kind))
            .count()
            == 1;
        let always = |member: &Member| matches!(member.presence, Presence::Required { .. });
        let said = always(&members[place]) || matches!(members[place].presence, Presence::Default { .. });
        if alone && always(member) && said && members[place].ty.kind == TypeKind::PayloadKind(*set) {
            parts[place] = Part::KindOf(index);
            parts[index] = Part::PayloadWith(place);
        }
    }
    parts
}

/// The members of a record that are payloads encoded as a member of its message's envelope says; and that member's name.
pub fn encoded_by_envelope(record: &Record) -> Option<(&str, Vec<usize>)> {
    let named = |member: &Member| match &member.ty.kind {
        TypeKind::Payload {
            encoding: Some(Encoding { member, in_envelope: true }),
            ..
        } => Some(member.clone()),
        _ => None,
    };
    let payloads: Vec<usize> = (0..record.members.len())
        .filter(|index| named(&record.members[*index]).is_some())
        .collect();
    match &record.members.get(*payloads.first()?)?.ty.kind {
        TypeKind::Payload {
            encoding: Some(encoding), ..
        } => Some((&encoding.member, payloads)),
        _ => None,
    }
}

/// The record that is a message's body.
pub fn body_record(model: &Model, message: MessageId) -> Option<&Record> {
    match model[message].body {
        MessageBody::Record(record) => Some(&model[record]),
        MessageBody::Object => None,
    }
}

/// Whether an object without members conforms.
pub fn can_be_empty(record: &Record) -> bool {
    !record
        .members
        .iter()
        .any(|member| matches!(member.presence, Presence::Required { .. }))
}

/// Whether every member has a value where nothing is said of it.
pub fn has_default(members: &[Member]) -> bool {
    !members.iter().any(|member| member.presence == Presence::Required { default: None })
}

/// Whether some record holds a payload of the set.
pub fn is_used(model: &Model, id: PayloadsId) -> bool {
    let holds = |member: &Member| matches!(&member.ty.kind, TypeKind::Payload { set, .. } if *set == id);
    model.records.iter().flat_map(|record| &record.members).any(holds)
}

fn encoded(model: &Model) -> HashSet<PayloadsId> {
    let named = |member: &Member| match &member.ty.kind {
        TypeKind::Payload {
            set, encoding: Some(_), ..
        } => Some(*set),
        _ => None,
    };
    model.records.iter().flat_map(|record| &record.members).filter_map(named).collect()
}

fn flat(model: &Model) -> HashSet<RecordId> {
    let bodies = model
        .messages
        .iter()
        .filter(|message| model[message.envelope].body.is_none())
        .filter_map(|message| match message.body {
            MessageBody::Record(id) => Some(id),
            MessageBody::Object => None,
        });
    let cases = model
        .unions
        .iter()
        .flat_map(|union| &union.cases)
        .filter_map(|case| match case.ty.kind {
            TypeKind::Record(id) => Some(id),
            _ => None,
        });
    bodies.chain(cases).collect()
}

/// Members of records through which a record holds itself. A way back leads through a member of a record in any case: unions hold
/// records, payload sets records and unions.
fn boxed(model: &Model) -> HashSet<(RecordId, usize)> {
    let mut boxed = HashSet::new();
    for (index, record) in model.records.iter().enumerate() {
        let from = Node::Record(index as u32);
        for (place, member) in record.members.iter().enumerate() {
            if held(&member.ty).is_some_and(|start| reaches(model, start, from)) {
                boxed.insert((RecordId(index as u32), place));
            }
        }
    }
    boxed
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Record(u32),
    Union(u32),
    Payloads(u32),
}

/// What a value of the type holds in its own memory.
fn held(ty: &Type) -> Option<Node> {
    match &ty.kind {
        TypeKind::Record(id) => Some(Node::Record(id.0)),
        TypeKind::Union(id) => Some(Node::Union(id.0)),
        TypeKind::Payload { set, .. } => Some(Node::Payloads(set.0)),
        _ => None,
    }
}

fn reaches(model: &Model, start: Node, goal: Node) -> bool {
    let mut seen = HashSet::new();
    let mut next = vec![start];
    while let Some(node) = next.pop() {
        if node == goal {
            return true;
        }
        if !seen.insert(node) {
            continue;
        }
        match node {
            Node::Record(index) => next.extend(model.records[index as usize].members.iter().filter_map(|member| held(&member.ty))),
            Node::Union(index) => next.extend(model.unions[index as usize].cases.iter().filter_map(|case| held(&case.ty))),
            Node::Payloads(index) => next.extend(model.payloads[index as usize].kinds.iter().filter_map(|case| held(&case.ty))),
        }
    }
    false
}
