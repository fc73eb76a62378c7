//! Members of records and envelopes: drafted as they are read, put together once everything that is spread is known.

use std::collections::HashMap;

use super::annotations::{self, Known};
use super::context::{Context, Owner, Scope, last_span};
use super::graph;
use super::names::{Declared, Sort};
use super::payloads::Site;
use crate::check;
use crate::model::{Body, Encoding, Member, Presence, RecordId, Type, TypeKind};
use crate::source::Span;
use crate::syntax::tree::{self, ItemKind};

/// How many members all spreads of a schema together may copy: chains of spreads grow with the square of their length.
const MOST_SPREAD: usize = 1 << 17;

/// Members that are not yet where they belong, and what waits until they are.
#[derive(Debug, Default)]
pub struct Pending<'a> {
    drafts: Vec<(Owner, Vec<Part<'a>>)>,
    /// Members of the model whose default is still to be made a constant.
    pub defaults: HashMap<(Owner, usize), &'a tree::Member>,
    /// Owners with a payload among their members.
    pub payloads: Vec<Owner>,
    /// Where a payload member names its kind and encoding, by the place of the member.
    pub sites: HashMap<Span, Site>,
    spread: usize,
}

/// What members are made of.
#[derive(Debug)]
enum Part<'a> {
    Member(Box<Member>, &'a tree::Member),
    Spread(RecordId, Span),
    Body(Body),
}

/// Drafts the members of all declared records.
pub fn resolve_records(context: &mut Context<'_>) {
    for (module, index, item) in context.items() {
        if let (ItemKind::Record { name, members, .. }, Some(Declared::Record(id))) =
            (&item.kind, context.targets[module.0 as usize][index])
        {
            annotations::read(&item.annotations, &[], &mut context.found);
            let scope = Scope {
                module,
                owner: &name.text,
                in_session: false,
            };
            context.draft_members(Owner::Record(id), members, scope, 0);
        }
    }
}

impl<'a> Context<'a> {
    /// Puts in place what is drafted, such as records that were written in place since the last time.
    pub fn complete(&mut self) {
        finish(self);
        super::payloads::resolve(self);
        super::constants::resolve_defaults(self);
    }

    /// Reads members; they stand in the model after [`finish`].
    pub(super) fn draft_members(&mut self, owner: Owner, members: &'a tree::Members, scope: Scope<'_>, depth: usize) {
        let mut parts = Vec::with_capacity(members.items.len());
        for item in &members.items {
            match item {
                tree::MemberItem::Spread(path) => match self.look_up(path, scope.module, &[Sort::Type]) {
                    Some(Declared::Record(record)) => parts.push(Part::Spread(record, path.span)),
                    Some(_) => {
                        self.report(check::wrong_sort::no_record(last_span(path)));
                        self.leave_incomplete(owner);
                    }
                    None => self.leave_incomplete(owner),
                },
                tree::MemberItem::Member(member) => {
                    check::reserved_name::check(&member.name, &mut self.found);
                    check::unspeakable_name::check(&member.name, &mut self.found);
                    match self.draft_member(owner, member, scope, depth) {
                        Some(part) => parts.push(part),
                        None => self.leave_out(owner, &member.name.text),
                    }
                }
            }
        }
        self.pending.drafts.push((owner, parts));
    }

    fn draft_member(&mut self, owner: Owner, member: &'a tree::Member, scope: Scope<'_>, depth: usize) -> Option<Part<'a>> {
        let wire = member
            .wire
            .as_ref()
            .map_or_else(|| member.name.text.clone(), |wire| wire.text.clone());
        let Some(ty) = &member.ty else {
            if matches!(owner, Owner::Record(_)) {
                self.report(check::misplaced_body::report(member.span));
                return None;
            }
            annotations::read(&member.annotations, &[], &mut self.found);
            return Some(Part::Body(Body {
                wire,
                position: 0,
                optional: member.optional,
                span: member.name.span,
            }));
        };
        let read = annotations::read(&member.annotations, &[Known::Accepts, Known::Always], &mut self.found);
        if let Some(span) = read.always.filter(|_| !member.optional || member.default.is_none()) {
            self.report(check::misplaced_annotation::always(span));
        }
        let ty = if let tree::TypeKind::Payload { set, kind } = &ty.kind {
            self.payload_type(owner, member, ty, set, kind, scope)?
        } else if let (tree::TypeKind::Dependent(dependent), Owner::Record(_)) = (&ty.kind, owner) {
            super::work::dependent_type(self, member, ty, dependent, scope)?
        } else {
            if let Some(encoding) = &member.encoding {
                self.report(check::payload_encoding::no_payload(encoding.span));
            }
            self.type_of(&member.name.text, ty, &member.constraints, scope, depth)?
        };
        let drafted = Member {
            name: member.name.text.clone(),
            wire,
            accepts: read.accepts,
            docs: member.docs.clone(),
            separator: member.separated.as_ref().map(|text| text.text.clone()),
            ty,
            presence: if member.optional {
                Presence::Optional
            } else {
                Presence::Required { default: None }
            },
            annotations: read.kept,
            span: member.name.span,
        };
        Some(Part::Member(Box::new(drafted), member))
    }

    fn payload_type(
        &mut self,
        owner: Owner,
        member: &'a tree::Member,
        ty: &tree::Type,
        set: &tree::Path,
        kind: &tree::Name,
        scope: Scope<'_>,
    ) -> Option<Type> {
        if scope.in_session || matches!(owner, Owner::Envelope(_)) {
            self.report(check::misplaced_type::payload(ty.span));
            return None;
        }
        if ty.nullable {
            self.report(check::misplaced_type::nullable_payload(ty.span));
        }
        if let Some(constraint) = member.constraints.first() {
            self.report(check::misplaced_constraint::payload(constraint.span));
        }
        let Declared::Payloads(set) = self.look_up(set, scope.module, &[Sort::Type])? else {
            self.report(check::wrong_sort::no_payloads(last_span(set)));
            return None;
        };
        let site = Site {
            kind: kind.span,
            encoding: member.encoding.as_ref().map(|encoding| encoding.span),
        };
        self.pending.sites.insert(member.name.span, site);
        let encoding = member.encoding.as_ref().map(|encoding| Encoding {
            member: encoding.text.clone(),
            in_envelope: false,
        });
        Some(super::types::plain(TypeKind::Payload {
            set,
            kind: kind.text.clone(),
            encoding,
        }))
    }
}

/// Puts all drafts together, what is spread first.
pub fn finish(context: &mut Context<'_>) {
    let mut drafts = std::mem::take(&mut context.pending.drafts);
    let places: HashMap<Owner, usize> = drafts.iter().enumerate().map(|(index, (owner, _))| (*owner, index)).collect();
    let edges: Vec<Vec<usize>> = drafts
        .iter()
        .map(|(_, parts)| {
            parts
                .iter()
                .filter_map(|part| places.get(&Owner::Record(spread(part)?)).copied())
                .collect()
        })
        .collect();
    for group in graph::parts(drafts.len(), &edges) {
        if graph::is_cycle(&group, &edges) {
            break_cycle(context, &mut drafts, &group);
        }
        for index in group {
            if let Some((owner, parts)) = drafts.get_mut(index) {
                let (owner, parts) = (*owner, std::mem::take(parts));
                assemble(context, owner, parts);
            }
        }
    }
}

const fn spread(part: &Part<'_>) -> Option<RecordId> {
    match part {
        Part::Spread(record, _) => Some(*record),
        _ => None,
    }
}

/// Takes the spreads that lead around out of the records of a cycle.
fn break_cycle(context: &mut Context<'_>, drafts: &mut [(Owner, Vec<Part<'_>>)], group: &[usize]) {
    let owners: std::collections::HashSet<Owner> = group.iter().map(|&index| drafts[index].0).collect();
    let mut around = Vec::new();
    for &index in group {
        let (owner, parts) = &mut drafts[index];
        parts.retain(|part| match part {
            Part::Spread(record, span) if owners.contains(&Owner::Record(*record)) => {
                around.push(*span);
                false
            }
            _ => true,
        });
        context.leave_incomplete(*owner);
    }
    around.sort_unstable();
    context.report(check::endless_type::spreads(&around));
}

fn assemble<'a>(context: &mut Context<'a>, owner: Owner, parts: Vec<Part<'a>>) {
    let mut whole = Whole {
        owner,
        members: Vec::with_capacity(parts.len()),
        places: HashMap::with_capacity(parts.len()),
    };
    let mut body: Option<Body> = None;
    for part in parts {
        match part {
            Part::Member(member, written) => {
                let span = member.span;
                if let Some(index) = whole.add(context, *member, span)
                    && written.default.is_some()
                {
                    context.pending.defaults.insert((owner, index), written);
                }
            }
            Part::Spread(record, span) => whole.spread(context, record, span),
            Part::Body(found) => {
                if let Some(earlier) = &body {
                    context.report(check::misplaced_body::twice(found.span, earlier.span));
                } else {
                    body = Some(Body {
                        position: whole.members.len(),
                        ..found
                    });
                }
            }
        }
    }
    if whole
        .members
        .iter()
        .any(|member| matches!(member.ty.kind, TypeKind::Payload { .. }))
    {
        context.pending.payloads.push(owner);
    }
    match owner {
        Owner::Record(id) => {
            if let Some(record) = context.model.records.get_mut(id.0 as usize) {
                record.members = whole.members;
            }
        }
        Owner::Envelope(id) => {
            if let Some(envelope) = context.model.envelopes.get_mut(id.0 as usize) {
                (envelope.members, envelope.body) = (whole.members, body);
            }
        }
    }
}

struct Whole {
    owner: Owner,
    members: Vec<Member>,
    places: HashMap<String, Span>,
}

impl Whole {
    /// Adds a member, unless there is one of its name. Its index.
    fn add(&mut self, context: &mut Context<'_>, member: Member, span: Span) -> Option<usize> {
        if let Some(earlier) = self.places.get(&member.name) {
            context.report(check::duplicate_name::report("member", &member.name, span, *earlier));
            return None;
        }
        self.places.insert(member.name.clone(), span);
        self.members.push(member);
        Some(self.members.len() - 1)
    }

    fn spread(&mut self, context: &mut Context<'_>, record: RecordId, span: Span) {
        let from = Owner::Record(record);
        context.leave_out_as(from, self.owner);
        let before = context.pending.spread;
        context.pending.spread += context.model[record].members.len();
        if context.pending.spread > MOST_SPREAD {
            if before <= MOST_SPREAD {
                context.report(check::endless_type::too_many(span, MOST_SPREAD));
            }
            context.leave_incomplete(self.owner);
            return;
        }
        for (index, member) in context.model[record].members.clone().into_iter().enumerate() {
            let default = context.pending.defaults.get(&(from, index)).copied();
            if let (Some(place), Some(written)) = (self.add(context, member, span), default) {
                context.pending.defaults.insert((self.owner, place), written);
            }
        }
    }
}
