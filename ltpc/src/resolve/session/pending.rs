//! Requests that wait for their answers, and what can be read of what was malformed.

use super::action::Step;
use super::codes;
use super::expr::Use;
use super::host::{Host, Named, Sort};
use super::place::{find, member_type};
use super::role::{Names, note};
use super::scope::{Scope, written};
use super::shape::{alike, describe, nullable, plain};
use super::transition::{Came, named};
use super::unknown;
use crate::check::session::correlation;
use crate::diagnostic::Diagnostic;
use crate::model::{
    ActionKind, Answer, Binding, BindingKind, Correlation, Expr, ExprKind, Keyed, Member, MessageBody, MessageId, Model, Pending, Role,
    StringSet, Type, TypeKind,
};
use crate::source::Span;
use crate::syntax::tree;

/// Declares a set of requests that wait.
pub(super) fn declare(host: &dyn Host, found: &mut Vec<Diagnostic>, names: &mut Names, role: &mut Role, tree: &tree::Pending) {
    let earlier = names.pendings.get(&tree.name.text).map(|(_, span)| *span);
    if !note(found, "set of requests", &tree.name, earlier) {
        return;
    }
    // Until all of it is known to be right.
    names.broken_pendings.insert(tree.name.text.clone());
    let request = message(host, found, &tree.request);
    let replies: Vec<MessageId> = tree.replies.iter().filter_map(|path| message(host, found, path)).collect();
    let Some(request) = request.filter(|_| replies.len() == tree.replies.len()) else {
        return;
    };
    let keys: Vec<Correlation> = tree
        .keys
        .iter()
        .filter_map(|(asked, answered)| key(host.model(), found, request, &replies, asked, answered))
        .collect();
    if keys.len() < tree.keys.len() {
        return;
    }
    for (index, reply) in replies.iter().enumerate() {
        if keys.iter().all(|key| key.replies[index].is_none()) {
            let name = &host.model()[*reply].decl.name;
            found.push(correlation::nothing(tree.replies[index].span, name));
        }
    }
    let Some(most) = tree.most.text.parse().ok().filter(|most| *most > 0) else {
        found.push(correlation::number(&tree.most));
        return;
    };
    let mut scope = Scope::new(host, found, &names.vars, None);
    bind(&mut scope, tree.binding.as_ref(), request);
    let within = scope.duration(&tree.within);
    let late = answer(&mut scope, &tree.late, request, &replies);
    let (Some(within), Some(late)) = (within, late) else { return };
    names.broken_pendings.remove(&tree.name.text);
    names.pendings.insert(tree.name.text.clone(), (role.pendings.len(), tree.name.span));
    role.pendings.push(Pending {
        name: tree.name.text.clone(),
        docs: tree.docs.clone(),
        request,
        replies,
        keys,
        within,
        most,
        late,
        span: tree.name.span,
    });
}

/// The request is what came, under a name or without one.
fn bind(scope: &mut Scope<'_>, name: Option<&tree::Name>, request: MessageId) {
    if let Some(name) = name
        && let Some(known) = scope.var(&name.text)
    {
        let diagnostic = Diagnostic::error(codes::DUPLICATE, name.span, format!("`{}` is a variable already", name.text));
        scope.found.push(
            diagnostic
                .related(known.span, "declared here")
                .help("give the request another name"),
        );
    }
    scope.draft = false;
    scope.binding = name.map(|name| Binding {
        name: name.text.clone(),
        kind: BindingKind::Message(request),
    });
}

fn message(host: &dyn Host, found: &mut Vec<Diagnostic>, path: &tree::Path) -> Option<MessageId> {
    match host.find(path) {
        Some(Named::Message(id)) => return Some(id),
        Some(Named::Broken) => {}
        other => found.push(unknown(host, path, Sort::Message, "message", other.is_some())),
    }
    None
}

/// The members by which a reply is told.
fn key(
    model: &Model,
    found: &mut Vec<Diagnostic>,
    request: MessageId,
    replies: &[MessageId],
    asked: &tree::Name,
    answered: &tree::Name,
) -> Option<Correlation> {
    let Some((of_request, ty)) = keyed(model, request, &asked.text) else {
        found.push(correlation::no_member(asked, &model[request].decl.name));
        return None;
    };
    if !matches!(ty.kind, TypeKind::String(_) | TypeKind::Uuid | TypeKind::Int(_) | TypeKind::Uint(_)) {
        found.push(correlation::no_key(asked.span, &describe(model, &ty)));
        return None;
    }
    let mut members = Vec::with_capacity(replies.len());
    for reply in replies {
        let member = keyed(model, *reply, &answered.text);
        if let Some((_, other)) = &member
            && !alike(&ty.kind, &other.kind)
        {
            found.push(correlation::differ(answered.span, &describe(model, &ty), &describe(model, other)));
            return None;
        }
        members.push(member.map(|(keyed, _)| keyed));
    }
    if members.iter().all(Option::is_none) {
        let names: Vec<&str> = replies.iter().map(|reply| model[*reply].decl.name.as_str()).collect();
        found.push(correlation::no_member(answered, &names.join("` or `")));
        return None;
    }
    Some(Correlation {
        request: of_request,
        replies: members,
    })
}

/// A member of a message, of its body before its envelope's.
fn keyed(model: &Model, id: MessageId, name: &str) -> Option<(Keyed, Type)> {
    let message = &model[id];
    let body: &[Member] = match message.body {
        MessageBody::Record(record) => &model[record].members,
        MessageBody::Object => &[],
    };
    let in_body = find(body, name).map(|(at, member)| (Keyed::Body(at), member_type(member)));
    in_body.or_else(|| find(&model[message.envelope].members, name).map(|(at, member)| (Keyed::Envelope(at), member_type(member))))
}

/// A reply that is made.
fn answer(scope: &mut Scope<'_>, tree: &tree::Answer, request: MessageId, replies: &[MessageId]) -> Option<Answer> {
    let id = match scope.find(&tree.message) {
        Some(Named::Message(id)) => id,
        Some(Named::Broken) => return None,
        other => {
            let problem = unknown(scope.host, &tree.message, Sort::Message, "message", other.is_some());
            scope.found.push(problem);
            return None;
        }
    };
    let model = scope.model;
    if !replies.contains(&id) {
        scope.found.push(correlation::no_reply(tree.message.span, &written(&tree.message)));
        return None;
    }
    let (made, asked) = (&model[id], &model[request]);
    let MessageBody::Record(record) = made.body else {
        scope.found.push(correlation::not_made(
            tree.message.span,
            &made.decl.name,
            "its members are not declared",
        ));
        return None;
    };
    if made.envelope != asked.envelope {
        let why = format!(
            "it does not stand in the envelope `{}`, as the request does",
            model[asked.envelope].decl.name
        );
        scope.found.push(correlation::not_made(tree.message.span, &made.decl.name, &why));
        return None;
    }
    let body = scope.complete(record, &tree.fields, tree.span, Use::Sent)?;
    Some(Answer {
        message: id,
        body,
        span: tree.span,
    })
}

/// The set of requests of a name. One that is broken is silently none.
pub(super) fn set(found: &mut Vec<Diagnostic>, names: &Names, name: &tree::Name) -> Option<usize> {
    if !names.pendings.contains_key(&name.text) && names.broken_pendings.contains(&name.text) {
        return None;
    }
    named(found, &names.pendings, name, "set of requests", "")
}

impl Step<'_, '_> {
    pub(super) fn pending(&mut self, name: &tree::Name) -> Option<usize> {
        set(self.scope.found, self.machine.names, name)
    }

    pub(super) fn track(&mut self, name: &tree::Name, span: Span) -> Option<ActionKind> {
        let index = self.pending(name)?;
        let request = self.machine.role.pendings.get(index)?.request;
        if self.came != Came::Draft || self.messages != [request] {
            let wanted = &self.scope.model[request].decl.name;
            let help = format!("write `app {wanted} => track {}`", name.text);
            self.misplaced(span, "nothing that the application gave here waits for an answer", &help);
            return None;
        }
        Some(ActionKind::Track(index))
    }

    pub(super) fn resolve(&mut self, name: &tree::Name, span: Span) -> Option<ActionKind> {
        let index = self.pending(name)?;
        let pending = self.machine.role.pendings.get(index)?;
        let answers = !self.messages.is_empty() && self.messages.iter().all(|id| pending.replies.contains(id));
        if self.came != Came::Message || !answers {
            let names: Vec<&str> = pending.replies.iter().map(|id| self.scope.model[*id].decl.name.as_str()).collect();
            let help = format!("write `on {} => resolve {}`", names.join(" | "), name.text);
            self.misplaced(span, "what came here answers none of these requests", &help);
            return None;
        }
        Some(ActionKind::Resolve(index))
    }

    pub(super) fn fail(
        &mut self,
        name: &tree::Name,
        binding: Option<&tree::Name>,
        guard: Option<&tree::Expr>,
        tree: &tree::Answer,
    ) -> Option<ActionKind> {
        let index = self.pending(name)?;
        let pending = self.machine.role.pendings.get(index)?;
        let (request, replies) = (pending.request, pending.replies.clone());
        // In here the request is what came.
        let before = (
            self.scope.binding.take(),
            self.scope.draft,
            self.scope.malformed,
            self.scope.present.clone(),
        );
        self.scope.malformed = false;
        bind(&mut self.scope, binding, request);
        let guard = guard.map(|guard| self.scope.guard(guard));
        let answer = answer(&mut self.scope, tree, request, &replies);
        (self.scope.binding, self.scope.draft, self.scope.malformed, self.scope.present) = before;
        let guard = match guard {
            Some(guard) => Some(guard?),
            None => None,
        };
        Some(ActionKind::Fail {
            pending: index,
            guard,
            answer: answer?,
        })
    }
}

impl Scope<'_> {
    /// `peek "/pointer" as type`
    pub(super) fn peek(&mut self, pointer: &tree::Text, ty: &tree::Name, span: Span) -> Option<Expr> {
        if !self.malformed {
            self.found.push(
                Diagnostic::error(codes::MISPLACED, span, "only what is malformed is peeked into")
                    .help("other messages have members: `on Message m when m.member == ...`"),
            );
            return None;
        }
        let kind = match ty.text.as_str() {
            "string" => TypeKind::String(StringSet::default()),
            "uint" => TypeKind::Uint(Vec::new()),
            _ => {
                self.found.push(
                    Diagnostic::error(codes::MISMATCH, ty.span, "what is peeked at is a `string` or a `uint`")
                        .label(format!("not a `{}`", ty.text)),
                );
                return None;
            }
        };
        if !pointer.text.starts_with('/') {
            self.found.push(
                Diagnostic::error(codes::MISMATCH, pointer.span, "that is no JSON pointer")
                    .help("a pointer begins with `/`: `\"/payload/id\"`"),
            );
            return None;
        }
        Some(Expr {
            kind: ExprKind::Peek(pointer.text.clone()),
            ty: nullable(&plain(kind), true),
            span,
        })
    }
}
