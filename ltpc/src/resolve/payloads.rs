//! Payload members: the sibling that names the kind, and the member that names the encoding.

use std::collections::HashMap;

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
    let mut from_envelope = Vec::new();
    for owner in owners {
        let Owner::Record(record) = owner else { continue };
        let payloads: Vec<(usize, PayloadsId, String, Option<String>, Span)> = context.model[record]
            .members
            .iter()
            .enumerate()
            .filter_map(|(index, member)| match &member.ty.kind {
                TypeKind::Payload { set, kind, encoding } => Some((
                    index,
                    *set,
                    kind.clone(),
                    encoding.as_ref().map(|encoding| encoding.member.clone()),
                    member.span,
                )),
                _ => None,
            })
            .collect();
        for (index, set, kind, encoding, span) in payloads {
            let site = context.pending.sites.get(&span).copied().unwrap_or(Site {
                kind: span,
                encoding: None,
            });
            check_kind(context, record, set, &kind, site.kind);
            if let Some(encoding) = encoding
                && find_encoding(context, record, &encoding, bodies.get(&record), site.encoding.unwrap_or(span))
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
fn bodies(model: &Model) -> HashMap<RecordId, Vec<EnvelopeId>> {
    let mut bodies: HashMap<RecordId, Vec<EnvelopeId>> = HashMap::new();
    for message in &model.messages {
        if let MessageBody::Record(record) = message.body {
            bodies.entry(record).or_default().push(message.envelope);
        }
    }
    bodies
}

fn check_kind(context: &mut Context<'_>, record: RecordId, set: PayloadsId, kind: &str, span: Span) {
    let name = context.model[set].decl.name.clone();
    let members = &context.model[record].members;
    match members.iter().enumerate().find(|(_, member)| member.name == kind) {
        Some((_, member)) if member.ty.kind != TypeKind::PayloadKind(set) || member.ty.nullable => {
            let problem = payload_kind::other_type(kind, span, &name, member.span);
            context.report(problem);
        }
        Some((index, member)) => {
            let has_default = context.pending.defaults.contains_key(&(Owner::Record(record), index));
            if member.presence == Presence::Optional && !has_default {
                let problem = payload_kind::may_be_absent(kind, span, member.span);
                context.report(problem);
            }
        }
        None if context.is_left_out(Owner::Record(record), kind) => {}
        None => {
            let members = &context.model[record].members;
            let nearest = crate::check::undefined_name::nearest(kind, members.iter().map(|member| member.name.clone()));
            context.report(payload_kind::missing(kind, span, &name, nearest.as_deref()));
        }
    }
}

/// Whether the encoding stands in the envelope. Reports where it stands nowhere, or is none.
fn find_encoding(context: &mut Context<'_>, record: RecordId, name: &str, envelopes: Option<&Vec<EnvelopeId>>, span: Span) -> bool {
    if find(&context.model[record].members, name).is_some() {
        check_encoding(context, Owner::Record(record), name, span);
        return false;
    }
    if context.is_left_out(Owner::Record(record), name) {
        return false;
    }
    let Some(envelopes) = envelopes else {
        context.report(payload_encoding::missing(name, span, None));
        return false;
    };
    let mut envelopes = envelopes.clone();
    envelopes.sort_unstable();
    envelopes.dedup();
    for envelope in envelopes {
        if find(&context.model[envelope].members, name).is_some() {
            check_encoding(context, Owner::Envelope(envelope), name, span);
        } else if !context.is_left_out(Owner::Envelope(envelope), name) {
            let problem = payload_encoding::missing(name, span, Some(&context.model[envelope].decl));
            context.report(problem);
        }
    }
    true
}

fn check_encoding(context: &mut Context<'_>, owner: Owner, name: &str, span: Span) {
    let model = &context.model;
    let members = match owner {
        Owner::Record(id) => &model[id].members,
        Owner::Envelope(id) => &model[id].members,
    };
    let Some(member) = find(members, name) else { return };
    let sound = match member.ty.kind {
        TypeKind::Enum(id) => {
            let found = &model[id];
            !member.ty.nullable && !found.open && found.variants.iter().all(|variant| ENCODINGS.contains(&variant.wire.as_str()))
        }
        _ => false,
    };
    if !sound {
        let problem = payload_encoding::report(name, span, member.span);
        context.report(problem);
    }
}

fn find<'m>(members: &'m [Member], name: &str) -> Option<&'m Member> {
    members.iter().find(|member| member.name == name)
}
