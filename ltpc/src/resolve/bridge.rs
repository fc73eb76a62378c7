//! Bridges: the role, and for each rule its messages, mappings and subjects.

use std::collections::HashMap;

use super::context::{Context, spelled};
use super::names::{Declared, Sort};
use super::session::declared::{Module, Types};
use super::session::expr::Use;
use super::session::place::{find, member_type};
use super::session::scope::Scope;
use crate::check::bridge::{incomplete, mapping, serves, subject};
use crate::diagnostic::did_you_mean;
use crate::model::{
    Ask, Binding, BindingKind, Bridge, BridgeId, BridgeOut, BridgePush, BridgeRule, BridgeRuleKind, MessageBody, MessageId, Model,
    ModuleId, Place, PlaceBase, Said, SessionId, Side, SubjectPart, TypeKind,
};
use crate::source::Span;
use crate::syntax::tree::{self, ItemKind};

/// Resolves bridges. Everything else is resolved already.
pub(super) fn resolve(context: &mut Context<'_>) {
    for (module, _, item) in context.items() {
        let ItemKind::Bridge(written) = &item.kind else { continue };
        super::annotations::read(&item.annotations, &[], &mut context.found);
        let served = role(context, module, &written.serves);
        let rules: Vec<_> = written.rules.iter().map(|rule| resolve_rule(context, module, rule)).collect();
        let Some((session, role)) = served else { continue };
        let id = BridgeId(u32::try_from(context.model.bridges.len()).unwrap_or(u32::MAX));
        let decl = context.decl(module, item, &written.name);
        context.model.bridges.push(Bridge {
            decl,
            session,
            role,
            rules: rules.into_iter().flatten().collect(),
        });
        context.bind(module, &written.name, Declared::Bridge(id));
    }
}

/// The role that `Session.role` names, if it is one that is listened on.
fn role(context: &mut Context<'_>, module: ModuleId, path: &tree::Path) -> Option<(SessionId, usize)> {
    let Some((last, first)) = path.parts.split_last().filter(|(_, first)| !first.is_empty()) else {
        context.report(serves::no_role(path.span, &spelled(path)));
        return None;
    };
    let session = tree::Path {
        parts: first.to_vec(),
        span: path.span,
    };
    let Declared::Session(id) = context.look_up(&session, module, &[Sort::Session])? else {
        return None;
    };
    let roles = &context.model[id].roles;
    let found = match roles.iter().position(|role| role.name == last.text) {
        Some(index) if roles[index].connects => Err(serves::connects(last.span, &last.text)),
        Some(index) => Ok((id, index)),
        None => {
            let known: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
            Err(serves::unknown(
                last.span,
                &last.text,
                &context.model[id].decl.name,
                did_you_mean(&last.text, known),
            ))
        }
    };
    found.map_err(|wrong| context.report(wrong)).ok()
}

fn resolve_rule(context: &mut Context<'_>, module: ModuleId, rule: &tree::BridgeRule) -> Option<BridgeRule> {
    let kind = match &rule.kind {
        tree::BridgeRuleKind::Out(out) => BridgeRuleKind::Out(Box::new(resolve_out(context, module, out, rule)?)),
        tree::BridgeRuleKind::Push(push) => BridgeRuleKind::Push(resolve_push(context, module, push)?),
    };
    Some(BridgeRule { kind, span: rule.span })
}

fn resolve_out(context: &mut Context<'_>, module: ModuleId, out: &tree::BridgeOut, rule: &tree::BridgeRule) -> Option<BridgeOut> {
    let message = message(context, module, &out.message);
    let mapped = mapped(context, module, &out.message, &out.target);
    let target = mapped.map(|mapped| context.model.mappings[mapped].target);
    let subject = target.and_then(|target| parts(context, target, &out.subject));
    let reply = out
        .reply
        .as_ref()
        .map(|(source, target)| self::mapped(context, module, source, target));
    let otherwise = out.otherwise.as_ref().map(|(path, _)| self::message(context, module, path));
    let (guard, otherwise) = expressions(context, module, message?, out, otherwise.flatten());
    let ask = if out.asks {
        let missing: Vec<&str> = [
            out.within.is_none().then_some("how long an answer may take (`within 10 s`)"),
            out.reply.is_none().then_some("what the answer is (`reply Other -> Message`)"),
            out.otherwise
                .is_none()
                .then_some("what the peer is told without one (`else Message { ... }`)"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !missing.is_empty() {
            context.report(incomplete::report(rule.span, &missing));
            return None;
        }
        Some(Ask {
            within: out.within?,
            reply: reply??,
            span: out.reply.as_ref()?.1.span,
        })
    } else {
        None
    };
    Some(BridgeOut {
        message: message?,
        guard: guard?,
        mapping: mapped?,
        subject: subject?,
        ask,
        otherwise: otherwise?,
    })
}

/// The condition, and what is said otherwise; none of either if something is wrong with it.
fn expressions(
    context: &mut Context<'_>,
    module: ModuleId,
    message: MessageId,
    out: &tree::BridgeOut,
    otherwise: Option<MessageId>,
) -> (Option<Option<crate::model::Expr>>, Option<Option<Said>>) {
    let (types, no_variables) = (Types::default(), HashMap::new());
    let mut found = Vec::new();
    let resolved = {
        let host = Module::new(module, context, &types);
        let mut scope = Scope::new(&host, &mut found, &no_variables, None);
        scope.binding = out.binding.as_ref().map(|name| Binding {
            name: name.text.clone(),
            kind: BindingKind::Message(message),
        });
        let guard = match &out.guard {
            None => Some(None),
            Some(guard) => scope.guard(guard).map(Some),
        };
        let said = match (&out.otherwise, otherwise) {
            (None, _) => Some(None),
            (Some((path, fields)), Some(message)) => said(&mut scope, message, path, fields).map(Some),
            (Some(_), None) => None,
        };
        (guard, said)
    };
    context.found.extend(found);
    resolved
}

fn said(scope: &mut Scope<'_>, id: MessageId, path: &tree::Path, fields: &[(tree::Name, tree::Expr)]) -> Option<Said> {
    let model = scope.model;
    let message = &model[id];
    let around = &model[message.envelope];
    let members = match message.body {
        MessageBody::Record(record) => &model[record].members[..],
        MessageBody::Object => &[],
    };
    let flat = if around.body.is_none() { &around.members[..] } else { &[] };
    scope.unique_fields(fields);
    let (mut envelope, mut body) = (Vec::new(), Vec::new());
    let mut is_sound = true;
    for (name, value) in fields {
        let (list, index, member) = if let Some((index, member)) = find(members, &name.text) {
            (&mut body, index, member)
        } else if let Some((index, member)) = find(flat, &name.text) {
            (&mut envelope, index, member)
        } else {
            let names: Vec<&str> = members.iter().chain(flat).map(|member| member.name.as_str()).collect();
            scope.no_member(name, &message.decl.name, &names);
            is_sound = false;
            continue;
        };
        match scope.member_value(value, &member_type(member), Use::Sent) {
            Some(value) => list.push((index, value)),
            None => is_sound = false,
        }
    }
    is_sound.then_some(Said {
        message: id,
        envelope,
        body,
        span: path.span,
    })
}

fn resolve_push(context: &mut Context<'_>, module: ModuleId, push: &tree::BridgePush) -> Option<BridgePush> {
    let mapping = mapped(context, module, &push.source, &push.target);
    message(context, module, &push.target)?;
    for text in &push.subjects {
        if !ltp_runtime::subject::is_pattern(&text.text) {
            context.report(subject::no_pattern(text.span, &text.text));
        }
    }
    Some(BridgePush {
        mapping: mapping?,
        patterns: push.subjects.iter().map(|text| text.text.clone()).collect(),
    })
}

fn message(context: &mut Context<'_>, module: ModuleId, path: &tree::Path) -> Option<MessageId> {
    match context.look_up(path, module, &[Sort::Message])? {
        Declared::Message(id) => Some(id),
        _ => None,
    }
}

/// The mapping between what two paths name.
fn mapped(context: &mut Context<'_>, module: ModuleId, source: &tree::Path, target: &tree::Path) -> Option<usize> {
    let mut side = |path| match context.look_up(path, module, &[Sort::Message, Sort::Type])? {
        Declared::Message(id) => Some(Side::Message(id)),
        Declared::Record(id) => Some(Side::Record(id)),
        _ => None,
    };
    let sides = side(source).zip(side(target))?;
    let mappings = &context.model.mappings;
    let found = mappings.iter().position(|mapping| (mapping.source, mapping.target) == sides);
    // A mapping that something is wrong with is not in the model, and was told of.
    let was_told = context.items().any(|(_, _, item)| match &item.kind {
        ItemKind::Mapping(mapping) => (spelled(&mapping.source), spelled(&mapping.target)) == (spelled(source), spelled(target)),
        _ => false,
    });
    if found.is_none() && !was_told {
        context.report(mapping::report(
            Span {
                end: target.span.end,
                ..source.span
            },
            &spelled(source),
            &spelled(target),
        ));
    }
    found
}

/// The parts of a subject over the members of a side.
fn parts(context: &mut Context<'_>, target: Side, text: &tree::Text) -> Option<Vec<SubjectPart>> {
    match take_apart(&context.model, target, &text.text) {
        Ok(parts) => Some(parts),
        Err(wrong) => {
            context.report(subject::report(text.span, wrong));
            None
        }
    }
}

fn take_apart(model: &Model, target: Side, text: &str) -> Result<Vec<SubjectPart>, String> {
    let mut parts = Vec::new();
    // What the subject could look like.
    let mut sample = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, behind) = rest.split_at(open);
        let close = behind.find('}').ok_or("a `{` has no `}`")?;
        let name = &behind[1..close];
        if !before.is_empty() {
            parts.push(SubjectPart::Text(before.to_owned()));
        }
        parts.push(SubjectPart::Member(member(model, target, name)?));
        sample.push_str(before);
        sample.push('x');
        rest = &behind[close + 1..];
    }
    sample.push_str(rest);
    if !rest.is_empty() {
        parts.push(SubjectPart::Text(rest.to_owned()));
    }
    let is_subject = ltp_runtime::subject::is_pattern(&sample) && !sample.contains(['*', '>']);
    if is_subject {
        Ok(parts)
    } else {
        Err(format!("`{text}` is no subject"))
    }
}

/// The place of a member that always holds text.
fn member(model: &Model, target: Side, name: &str) -> Result<Place, String> {
    let mut names = name.split('.');
    let first = names.next().unwrap_or_default();
    let body = &model[target.record(model)].members[..];
    let found = find(body, first).map(|(index, member)| (PlaceBase::Body(index), member));
    let (base, mut member) = found
        .or_else(|| find(target.envelope(model), first).map(|(index, member)| (PlaceBase::Envelope(index), member)))
        .ok_or_else(|| no_member(first, body.iter().map(|member| member.name.as_str())))?;
    let mut path = Vec::new();
    for part in names {
        let TypeKind::Record(record) = member.ty.kind else {
            return Err(format!("`{name}` has no members"));
        };
        let members = &model[record].members;
        let (index, inner) = find(members, part).ok_or_else(|| no_member(part, members.iter().map(|member| member.name.as_str())))?;
        path.push(index);
        member = inner;
    }
    let is_text = matches!(member.ty.kind, TypeKind::String(_) | TypeKind::Enum(_) | TypeKind::Uuid);
    if !is_text || member_type(member).nullable {
        return Err(format!("`{name}` is not always a text"));
    }
    Ok(Place { base, path })
}

fn no_member<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    let near = did_you_mean(name, known);
    let near = near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
    format!("what goes to the bus has no member `{name}`{near}")
}
