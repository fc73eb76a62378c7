//! Sessions: from what a schema says to machines with every name bound and every expression typed.
//!
//! A role's names are declared before anything that refers to them is resolved, so order in the schema matters only where it says
//! what happens: transitions, actions, and first values of variables.

mod action;
pub(super) mod codes;
mod compound;
pub(super) mod declared;
pub(super) mod expr;
pub(super) mod host;
mod literal;
mod operator;
mod pending;
pub(super) mod place;
mod policy;
mod role;
pub(super) mod scope;
pub(super) mod shape;
mod state;
mod transition;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use super::context::Context;
use super::names::Declared;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::did_you_mean;
use crate::model::{Decl, EnvelopeId, MessageId, Model, Session, SessionId};
use crate::source::Span;
use crate::syntax::tree;
use host::{Host, Named, Sort};

/// Resolves all sessions. Everything else is resolved already.
pub(super) fn resolve(context: &mut Context<'_>) {
    let mut sessions = Vec::new();
    for (module, _, item) in context.items() {
        if let tree::ItemKind::Session(tree) = &item.kind {
            sessions.push((module, item, tree, declared::types(context, module, tree)));
        }
    }
    context.complete();
    for (module, item, tree, types) in sessions {
        let decl = context.decl(module, item, &tree.name);
        let (session, found) = session(&declared::Module::new(module, context, &types), decl, tree);
        let id = SessionId(u32::try_from(context.model.sessions.len()).unwrap_or(u32::MAX));
        context.model.sessions.push(session);
        context.found.extend(found);
        context.bind(module, &tree.name, Declared::Session(id));
    }
}

/// Resolves a session that is declared as `decl`, and says what is wrong with it: that is left out of the result, which is then
/// good for nothing but further checks.
fn session(host: &dyn Host, decl: Decl, tree: &tree::Session) -> (Session, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let endpoints = tree.over.iter().filter_map(|path| endpoint(host, &mut found, path)).collect();
    let roles = roles(host, &mut found, tree);
    // What `any` says is resolved in every state: what is wrong with it is said once.
    let mut said = HashSet::new();
    found.retain(|diagnostic| said.insert((diagnostic.code, diagnostic.span)));
    (Session { decl, roles, endpoints }, found)
}

fn endpoint(host: &dyn Host, found: &mut Vec<Diagnostic>, path: &tree::Path) -> Option<crate::model::EndpointId> {
    match host.find(path) {
        Some(Named::Endpoint(id)) => return Some(id),
        Some(Named::Broken) => {}
        other => found.push(unknown(host, path, Sort::Endpoint, "endpoint", other.is_some())),
    }
    None
}

fn roles(host: &dyn Host, found: &mut Vec<Diagnostic>, tree: &tree::Session) -> Vec<crate::model::Role> {
    let by_envelope = ByEnvelope::new(host.model());
    let [first, second] = &tree.between;
    if first.text == second.text {
        found.push(
            Diagnostic::error(
                codes::ROLES,
                second.span,
                format!("both sides of the session are called `{}`", first.text),
            )
            .related(first.span, "the other side"),
        );
    }
    let mut seen: HashMap<&str, Span> = HashMap::new();
    let mut shared = role::Shared::default();
    let mut roles = Vec::new();
    for role in &tree.roles {
        if let Some(earlier) = seen.insert(&role.name.text, role.name.span) {
            found.push(
                Diagnostic::error(
                    codes::DUPLICATE,
                    role.name.span,
                    format!("the role `{}` is declared twice", role.name.text),
                )
                .related(earlier, "first here"),
            );
            continue;
        }
        if !tree.between.iter().any(|name| name.text == role.name.text) {
            let mut diagnostic = Diagnostic::error(
                codes::ROLES,
                role.name.span,
                format!(
                    "the session is between `{}` and `{}`, and this is `{}`",
                    first.text, second.text, role.name.text
                ),
            );
            if let Some(near) = did_you_mean(&role.name.text, [first.text.as_str(), second.text.as_str()]) {
                diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
            }
            found.push(diagnostic);
        }
        let resolved = role::resolve(host, found, &by_envelope, &mut shared, role);
        roles.push((role.name.text.as_str(), resolved));
    }
    for side in &tree.between {
        if !seen.contains_key(side.text.as_str()) {
            found.push(
                Diagnostic::error(
                    codes::ROLES,
                    side.span,
                    format!("the session does not say what `{}` does", side.text),
                )
                .help(format!("add `role {} {{ ... }}`", side.text)),
            );
        }
    }
    // In the order of `between`, whatever the order of the declarations.
    roles.sort_by_key(|(name, _)| usize::from(*name != first.text));
    roles.into_iter().map(|(_, role)| role).collect()
}

/// The messages of every envelope, so that a trigger by envelope costs no more than its messages.
struct ByEnvelope(HashMap<EnvelopeId, Vec<MessageId>>);

impl ByEnvelope {
    fn new(model: &Model) -> Self {
        let mut messages: HashMap<EnvelopeId, Vec<MessageId>> = HashMap::new();
        for (index, message) in model.messages.iter().enumerate() {
            messages
                .entry(message.envelope)
                .or_default()
                .push(MessageId(u32::try_from(index).unwrap_or(u32::MAX)));
        }
        Self(messages)
    }

    fn of(&self, envelope: EnvelopeId) -> &[MessageId] {
        self.0.get(&envelope).map_or(&[], Vec::as_slice)
    }
}

/// Says that a path is no name of the sort that is wanted.
pub(in crate::resolve) fn unknown(host: &dyn Host, path: &tree::Path, sort: Sort, what: &str, is_other: bool) -> Diagnostic {
    let name = scope::written(path);
    if is_other {
        return Diagnostic::error(codes::UNDEFINED, path.span, format!("`{name}` is no {what}"));
    }
    let diagnostic = Diagnostic::error(codes::UNDEFINED, path.span, format!("there is no {what} `{name}`"));
    let candidates = host.candidates(sort);
    match did_you_mean(&name, candidates.iter().map(String::as_str)) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
        None => diagnostic,
    }
}
