//! Envelopes and messages.

use super::annotations::{self, Known};
use super::collect::add_record;
use super::context::{Context, Owner, Scope, last_span};
use super::names::{Declared, Sort};
use crate::check;
use crate::model::{Envelope, EnvelopeId, Message, MessageBody, MessageId, ModuleId, StringSet, Tag, TypeKind};
use crate::syntax::tree::{self, Item, ItemKind, Name};

/// Resolves envelopes.
pub fn resolve_envelopes(context: &mut Context<'_>) {
    for (module, _, item) in context.items() {
        let ItemKind::Envelope { name, tag, members } = &item.kind else {
            continue;
        };
        annotations::read(&item.annotations, &[], &mut context.found);
        check::empty_tag::check(tag, &mut context.found);
        let id = EnvelopeId(u32::try_from(context.model.envelopes.len()).unwrap_or(u32::MAX));
        let decl = context.decl(module, item, name);
        context.model.envelopes.push(Envelope {
            decl,
            tag: tag.text.clone(),
            members: Vec::new(),
            body: None,
        });
        context.draft_members(
            Owner::Envelope(id),
            members,
            Scope {
                module,
                owner: &name.text,
                in_session: false,
            },
            0,
        );
        context.bind(module, name, Declared::Envelope(id));
    }
}

/// Resolves messages.
pub fn resolve_messages(context: &mut Context<'_>) {
    for (module, _, item) in context.items() {
        let ItemKind::Message { name, tag, envelope, body } = &item.kind else {
            continue;
        };
        let read = annotations::read(&item.annotations, &[Known::AcceptsFlat], &mut context.found);
        // All parts are looked at, so that all that is wrong is found.
        let tag = resolve_tag(context, tag, module);
        let envelope = context.envelope(envelope, module);
        let body = resolve_body(context, item, name, body, module);
        let (Some(tag), Some(envelope), Some(body)) = (tag, envelope, body) else {
            continue;
        };
        let id = MessageId(u32::try_from(context.model.messages.len()).unwrap_or(u32::MAX));
        let decl = context.decl(module, item, name);
        context.model.messages.push(Message {
            decl,
            tag,
            envelope,
            body,
            accepts_flat: read.accepts_flat.is_some(),
        });
        context.bind(module, name, Declared::Message(id));
    }
}

fn resolve_tag(context: &mut Context<'_>, tag: &tree::Tag, module: ModuleId) -> Option<Tag> {
    match tag {
        tree::Tag::Text(text) => Some(Tag::Text(text.text.clone())),
        tree::Tag::Scalar { scalar, member } => {
            check::reserved_name::check(member, &mut context.found);
            check::unspeakable_name::check(member, &mut context.found);
            match context.look_up(scalar, module, &[Sort::Type])? {
                Declared::Scalar(id) if context.broken_scalars.contains(&id) => None,
                Declared::Scalar(id) if matches!(&context.model[id].ty.kind, TypeKind::String(StringSet { pattern: Some(_), .. })) => {
                    Some(Tag::Scalar {
                        scalar: id,
                        member: member.text.clone(),
                    })
                }
                _ => {
                    context.report(check::tag_pattern::no_pattern(last_span(scalar)));
                    None
                }
            }
        }
    }
}

fn resolve_body<'a>(
    context: &mut Context<'a>,
    item: &'a Item,
    name: &'a Name,
    body: &'a tree::MessageBody,
    module: ModuleId,
) -> Option<MessageBody> {
    match body {
        tree::MessageBody::Members(members) => {
            let decl = context.decl(module, item, name);
            let record = add_record(context, decl, false);
            context.draft_members(
                Owner::Record(record),
                members,
                Scope {
                    module,
                    owner: &name.text,
                    in_session: false,
                },
                0,
            );
            Some(MessageBody::Record(record))
        }
        tree::MessageBody::Named(path) => match path.parts.as_slice() {
            [object] if object.text == "object" => Some(MessageBody::Object),
            _ => match context.look_up(path, module, &[Sort::Type])? {
                Declared::Record(record) => Some(MessageBody::Record(record)),
                _ => {
                    context.report(check::wrong_sort::no_record(last_span(path)));
                    None
                }
            },
        },
    }
}
