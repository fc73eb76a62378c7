//! Payload members: the sibling that names the kind, and the member that names the encoding.

use std::collections::{BTreeSet, HashMap};

use super::context::{Context, Owner};
use crate::check::{payload_encoding, payload_kind};
use crate::model::{EnvelopeId, Member, MessageBody, Model, PayloadsId, Presence, RecordId, TypeKind};
use crate::source::Span;

/// The texts that a member may have that names an encoding.
pub const ENCODINGS: [&str; 2] = ["json", "toon"];

/// Where a payload member names its kind and its encoding.
#[derive(Debug, Clone, Copy)]
pub struct Site {
    /// `Set[kind]`.
    pub kind: Span,
    /// `as encoding`.
    pub encoding: Option<Span>,
}

/// Checks every payload member that is new in the model, and finds out where its encoding stands.
pub fn resolve(context: &mut Context<'_>) {
    let owners = std::mem::take(&mut context.pending.payloads);
    if owners.is_empty() {
        return;
    }
    let bodies = bodies(&context.model);
    let mut finder = Finder {
        context,
        places: HashMap::new(),
    };
    let mut from_envelope = Vec::new();
    for owner in owners {
        let Owner::Record(record) = owner else { continue };
        for (index, payload) in payloads(&finder.context.model, record) {
            let site = finder.context.pending.sites.get(&payload.span).copied();
            let site = site.unwrap_or(Site {
                kind: payload.span,
                encoding: None,
            });
            finder.check_kind(record, payload.set, &payload.kind, site.kind);
            if let Some(encoding) = &payload.encoding
                && finder.is_in_envelope(record, encoding, bodies.get(&record), site.encoding.unwrap_or(payload.span))
            {
                from_envelope.push((record, index));
            }
        }
    }
    for (record, index) in from_envelope {
        if let TypeKind::Payload {
            encoding: Some(encoding), ..
        } = &mut context.model.records[record.0 as usize].members[index].ty.kind
        {
            encoding.in_envelope = true;
        }
    }
}

/// In which envelopes each record is a body.
fn bodies(model: &Model) -> HashMap<RecordId, BTreeSet<EnvelopeId>> {
    let mut bodies: HashMap<RecordId, BTreeSet<EnvelopeId>> = HashMap::new();
    for message in &model.messages {
        if let MessageBody::Record(record) = message.body {
            bodies.entry(record).or_default().insert(message.envelope);
        }
    }
    bodies
}

/// A payload member.
struct Payload {
    set: PayloadsId,
    kind: String,
    encoding: Option<String>,
    span: Span,
}

fn payloads(model: &Model, record: RecordId) -> Vec<(usize, Payload)> {
    let members = model[record].members.iter().enumerate();
    let payload = |(index, member): (usize, &Member)| match &member.ty.kind {
        TypeKind::Payload { set, kind, encoding } => {
            let encoding = encoding.as_ref().map(|encoding| encoding.member.clone());
            Some((
                index,
                Payload {
                    set: *set,
                    kind: kind.clone(),
                    encoding,
                    span: member.span,
                },
            ))
        }
        _ => None,
    };
    members.filter_map(payload).collect()
}

struct Finder<'c, 'a> {
    context: &'c mut Context<'a>,
    /// Where members stand, by name: gathered once for all payloads beside them.
    places: HashMap<Owner, HashMap<String, usize>>,
}

impl Finder<'_, '_> {
    fn find(&mut self, owner: Owner, name: &str) -> Option<(usize, &Member)> {
        let members = match owner {
            Owner::Record(id) => &self.context.model[id].members,
            Owner::Envelope(id) => &self.context.model[id].members,
        };
        let gather = || {
            members
                .iter()
                .enumerate()
                .map(|(index, member)| (member.name.clone(), index))
                .collect()
        };
        let index = self.places.entry(owner).or_insert_with(gather).get(name).copied()?;
        members.get(index).map(|member| (index, member))
    }

    fn check_kind(&mut self, record: RecordId, set: PayloadsId, kind: &str, span: Span) {
        let owner = Owner::Record(record);
        let name = self.context.model[set].decl.name.clone();
        let Some((index, member)) = self.find(owner, kind) else {
            if !self.context.is_left_out(owner, kind) {
                let names = self.context.model[record].members.iter().map(|member| member.name.clone());
                let nearest = self.context.nearest(kind, names);
                self.context.report(payload_kind::missing(kind, span, &name, nearest.as_deref()));
            }
            return;
        };
        let (declared, is_optional) = (member.span, member.presence == Presence::Optional);
        if member.ty.kind != TypeKind::PayloadKind(set) || member.ty.nullable {
            self.context.report(payload_kind::other_type(kind, span, &name, declared));
        } else if is_optional && !self.context.pending.defaults.contains_key(&(owner, index)) {
            self.context.report(payload_kind::may_be_absent(kind, span, declared));
        }
    }

    /// Whether the encoding stands in the envelope. Reports where it stands nowhere, or is none.
    fn is_in_envelope(&mut self, record: RecordId, name: &str, envelopes: Option<&BTreeSet<EnvelopeId>>, span: Span) -> bool {
        if self.check_encoding(Owner::Record(record), name, span) || self.context.is_left_out(Owner::Record(record), name) {
            return false;
        }
        let Some(envelopes) = envelopes else {
            self.context.report(payload_encoding::missing(name, span, None));
            return false;
        };
        for &envelope in envelopes {
            let owner = Owner::Envelope(envelope);
            if !self.check_encoding(owner, name, span) && !self.context.is_left_out(owner, name) {
                let problem = payload_encoding::missing(name, span, Some(&self.context.model[envelope].decl));
                self.context.report(problem);
            }
        }
        true
    }

    /// Whether there is such a member; if it says no encoding, that is reported.
    fn check_encoding(&mut self, owner: Owner, name: &str, span: Span) -> bool {
        let Some((_, member)) = self.find(owner, name) else { return false };
        let (declared, nullable, kind) = (member.span, member.ty.nullable, member.ty.kind.clone());
        let is_encoding = match kind {
            TypeKind::Enum(id) if !nullable => {
                let found = &self.context.model[id];
                !found.open && found.variants.iter().all(|variant| ENCODINGS.contains(&variant.wire.as_str()))
            }
            _ => false,
        };
        if !is_encoding {
            self.context.report(payload_encoding::report(name, span, declared));
        }
        true
    }
}
