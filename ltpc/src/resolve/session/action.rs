//! Actions: in order, each in the light of those before it.

use super::codes;
use super::expr::Use;
use super::host::{Named, Sort};
use super::place::{find, member_type};
use super::scope::{Scope, written};
use super::state::Header;
use super::transition::{Came, Machine, named, retry, timer};
use super::unknown;
use crate::diagnostic::Diagnostic;
use crate::model::{Action, ActionKind, Expr, ExprKind, MessageBody, Tag, VarRef};
use crate::source::Span;
use crate::syntax::tree;

/// A transition that is being resolved.
pub(super) struct Step<'a, 's> {
    pub machine: &'a Machine<'a>,
    pub scope: Scope<'s>,
    pub header: &'a Header<'a>,
    pub came: Came,
    /// The messages that came, or that the application gives.
    pub messages: Vec<crate::model::MessageId>,
}

impl Step<'_, '_> {
    /// The actions of an outcome, without those that something is wrong with.
    pub fn actions(&mut self, outcome: &tree::Outcome) -> Vec<Action> {
        let mut actions = Vec::with_capacity(outcome.actions.len());
        let mut ended: Option<Span> = None;
        for (index, tree) in outcome.actions.iter().enumerate() {
            if let tree::ActionKind::Lookup { .. } = tree.kind {
                let last = index + 1 == outcome.actions.len();
                if !last || !matches!(outcome.next, tree::Next::Goto(_)) {
                    self.misplaced(
                        tree.span,
                        "a `lookup` is the last action, and leads to the state that takes the answer",
                        "write `lookup table[key] -> State`, and handle `on found` and `on missing` there",
                    );
                }
            }
            match (&tree.kind, ended) {
                (
                    tree::ActionKind::Send { .. }
                    | tree::ActionKind::SendGiven
                    | tree::ActionKind::Track(_)
                    | tree::ActionKind::Resend(_)
                    | tree::ActionKind::Close(_)
                    | tree::ActionKind::Drop(_),
                    Some(earlier),
                ) => {
                    let diagnostic = Diagnostic::error(codes::MISPLACED, tree.span, "the transport is closed when this happens");
                    self.scope.found.push(diagnostic.related(earlier, "closed here"));
                }
                (tree::ActionKind::Close(_) | tree::ActionKind::Drop(_), None) => ended = Some(tree.span),
                _ => {}
            }
            actions.extend(self.action(tree).map(|kind| Action { kind, span: tree.span }));
        }
        actions
    }

    fn action(&mut self, tree: &tree::Action) -> Option<ActionKind> {
        use tree::ActionKind as A;
        let span = tree.span;
        Some(match &tree.kind {
            A::Ignore => ActionKind::Ignore,
            A::Deliver => {
                if self.came != Came::Message {
                    self.misplaced(
                        span,
                        "there is no message here to deliver",
                        "only transitions on messages deliver: `on Message => deliver`",
                    );
                    return None;
                }
                ActionKind::Deliver
            }
            A::Report => {
                if !matches!(self.came, Came::Message | Came::News) {
                    self.misplaced(
                        span,
                        "nothing came here that could be reported",
                        "messages, `malformed`, `open` and `closed` can be reported",
                    );
                    return None;
                }
                ActionKind::Report
            }
            A::SendGiven => {
                if self.came != Came::Draft {
                    self.misplaced(
                        span,
                        "the application gave nothing here to send",
                        "name the message, `send Message { ... }`; a bare `send` stands in `app Message => send`",
                    );
                    return None;
                }
                ActionKind::SendGiven
            }
            A::Track(name) => return self.track(name, span),
            A::Resolve(name) => return self.resolve(name, span),
            A::Resend(name) => ActionKind::Resend(self.pending(name)?),
            A::Fail {
                pending,
                binding,
                guard,
                answer,
            } => return self.fail(pending, binding.as_ref(), guard.as_ref(), answer),
            A::Connect => ActionKind::Connect,
            A::Close(reason) => ActionKind::Close(reason.text.clone()),
            A::Drop(reason) => ActionKind::Drop(reason.text.clone()),
            A::Send { message, fields } => return self.send(message, fields, span),
            A::Set { var, value } => return self.set(var, value),
            A::Clear(var) => return self.clear(var),
            A::Arm(name) => ActionKind::Arm(timer(self.scope.found, self.header, name)?),
            A::Disarm(name) => ActionKind::Disarm(timer(self.scope.found, self.header, name)?),
            A::Reset(name) => ActionKind::Reset(retry(self.scope.found, self.machine.names, name)?),
            A::Lookup { table, key } => {
                let (table, key) = self.row(table, key)?;
                ActionKind::Lookup { table, key }
            }
            A::Forget { table, key } => {
                let (table, key) = self.row(table, key)?;
                ActionKind::Forget { table, key }
            }
            A::Count { meter, key, tier } => return self.count(meter, key, tier.as_ref()),
            A::Store { table, key, fields } => return self.store(table, key, fields, span),
        })
    }

    pub(super) fn misplaced(&mut self, span: Span, message: &str, help: &str) {
        self.scope.found.push(Diagnostic::error(codes::MISPLACED, span, message).help(help));
    }

    fn send(&mut self, path: &tree::Path, fields: &[(tree::Name, tree::Expr)], span: Span) -> Option<ActionKind> {
        let id = match self.scope.find(path) {
            Some(Named::Message(id)) => id,
            Some(Named::Broken) => return None,
            other => {
                self.scope
                    .found
                    .push(unknown(self.machine.host, path, Sort::Message, "message", other.is_some()));
                return None;
            }
        };
        let model = self.scope.model;
        let message = &model[id];
        if let Tag::Scalar { .. } = message.tag {
            self.scope.found.push(
                Diagnostic::error(
                    codes::NOT_SENDABLE,
                    span,
                    format!("only the application can send `{}`: it chooses the tag", written(path)),
                )
                .help(format!("write `app {} => send`", written(path))),
            );
            return None;
        }
        self.scope.unique_fields(fields);
        let declared = match message.body {
            MessageBody::Record(record) => Some(record),
            MessageBody::Object => None,
        };
        let members = declared.map_or(&[][..], |record| &model[record].members[..]);
        let around = &model[message.envelope];
        let (mut envelope, mut body) = (Vec::new(), Vec::new());
        for (name, value) in fields {
            if let Some((index, member)) = find(members, &name.text) {
                body.extend(
                    self.scope
                        .member_value(value, &member_type(member), Use::Sent)
                        .map(|value| (index, value)),
                );
            } else if let Some((index, member)) = find(&around.members, &name.text) {
                if around.body.is_some() {
                    let text = format!("`{}` belongs to the envelope `{}`, not to the message", name.text, around.decl.name);
                    self.scope
                        .found
                        .push(Diagnostic::error(codes::MISPLACED, name.span, text).help(format!(
                            "set it for all messages of the state: `stamp {} {{ {} = ...; }}`",
                            around.decl.name, name.text
                        )));
                    continue;
                }
                envelope.extend(
                    self.scope
                        .member_value(value, &member_type(member), Use::Sent)
                        .map(|value| (index, value)),
                );
            } else {
                let flat = if around.body.is_none() { &around.members[..] } else { &[] };
                let names: Vec<&str> = members.iter().chain(flat).map(|member| member.name.as_str()).collect();
                self.scope.no_member(name, &message.decl.name, &names);
            }
        }
        Some(ActionKind::Send {
            message: id,
            envelope,
            body,
        })
    }

    fn set(&mut self, name: &tree::Name, value: &tree::Expr) -> Option<ActionKind> {
        let Some(known) = self.scope.var(&name.text) else {
            self.scope.undefined(name, "variable", &[]);
            return None;
        };
        if let VarRef::Option(_) = known.var {
            self.not_assignable(
                name,
                known.span,
                format!("`{}` is an option, which only the application chooses", name.text),
                "declare a variable for what changes: `var name: type = option;`",
            );
            return None;
        }
        let value = self.scope.assigned_to(value, &known.ty, Use::Kept)?;
        let something = known.ty.nullable && matches!(value.kind, ExprKind::Wrap(_));
        self.scope.assigned(known.var, something);
        Some(ActionKind::Set { var: known.var, value })
    }

    fn clear(&mut self, name: &tree::Name) -> Option<ActionKind> {
        let Some(known) = self.scope.var(&name.text) else {
            self.scope.undefined(name, "variable", &[]);
            return None;
        };
        if matches!(known.var, VarRef::Option(_)) || !known.ty.nullable {
            self.not_assignable(
                name,
                known.span,
                format!("`{}` cannot be cleared", name.text),
                "only a variable with `?` behind its type can be none",
            );
            return None;
        }
        self.scope.assigned(known.var, false);
        let value = Expr {
            kind: ExprKind::None,
            ty: known.ty.clone(),
            span: name.span,
        };
        Some(ActionKind::Set { var: known.var, value })
    }

    fn not_assignable(&mut self, name: &tree::Name, declared: Span, message: String, help: &str) {
        let diagnostic = Diagnostic::error(codes::NOT_ASSIGNABLE, name.span, message);
        self.scope.found.push(diagnostic.related(declared, "declared here").help(help));
    }

    fn row(&mut self, table: &tree::Name, key: &tree::Expr) -> Option<(usize, Expr)> {
        let index = named(self.scope.found, &self.machine.names.tables, table, "table", "")?;
        let ty = &self.machine.role.tables.get(index)?.key;
        let key = self.scope.assigned_to(key, ty, Use::Kept)?;
        Some((index, key))
    }

    fn store(&mut self, table: &tree::Name, key: &tree::Expr, fields: &[(tree::Name, tree::Expr)], span: Span) -> Option<ActionKind> {
        let (table, key) = self.row(table, key)?;
        let record = self.machine.role.tables.get(table)?.row;
        let fields = self.scope.complete(record, fields, span, Use::Kept)?;
        Some(ActionKind::Store { table, key, fields })
    }
}
