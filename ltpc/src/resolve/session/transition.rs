//! Transitions: what they wait for, what came is called, and where they lead.

use std::collections::HashMap;

use super::action::Step;
use super::codes;
use super::expr::Use;
use super::host::{Host, Named, Sort};
use super::policy::Meters;
use super::role::Names;
use super::scope::Scope;
use super::state::{Header, placeholder};
use super::{ByEnvelope, unknown};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::did_you_mean;
use crate::model::{Binding, BindingKind, ExprKind, Goto, MessageId, Next, Role, Transition, Trigger, TypeKind};
use crate::source::Span;
use crate::syntax::tree::{self, TriggerKind};

/// What is declared around a state.
#[derive(Clone, Copy)]
pub(super) struct Machine<'a> {
    pub host: &'a dyn Host,
    pub by_envelope: &'a ByEnvelope,
    pub role: &'a Role,
    pub names: &'a Names,
    pub headers: &'a [Header<'a>],
    /// The tables of which a state may be given a row.
    pub looked_up: &'a HashMap<usize, Vec<usize>>,
}

impl<'a> Machine<'a> {
    /// What can be named in a state, or in the role alone.
    pub fn scope<'s>(&self, found: &'s mut Vec<Diagnostic>, header: Option<&'s Header<'_>>) -> Scope<'s>
    where
        'a: 's,
    {
        let mut scope = Scope::new(
            self.host,
            found,
            &self.names.vars,
            header.map(|header| (header.tree.name.text.as_str(), &header.names)),
        );
        scope.meters = Some(Meters {
            names: &self.names.meters,
            declared: &self.role.meters,
        });
        scope
    }
}

/// What came, as far as it decides what can be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// A message.
    Message,
    /// Something malformed, or news of the transport.
    News,
    /// A message of the application.
    Draft,
    /// Nothing that could be handed on.
    Nothing,
}

/// What is done when a member repeats, in one state.
pub(super) fn repeat(
    machine: &Machine<'_>,
    found: &mut Vec<Diagnostic>,
    header: &Header<'_>,
    unique: usize,
    outcome: &tree::Outcome,
) -> Transition {
    let scope = machine.scope(found, Some(header));
    let mut step = Step {
        machine,
        scope,
        header,
        came: Came::Message,
        messages: Vec::new(),
    };
    let actions = step.actions(outcome);
    let next = step.next(&outcome.next);
    Transition {
        trigger: Trigger::Repeat(unique),
        binding: None,
        guard: None,
        actions,
        next,
        from_any: true,
        span: outcome.span,
    }
}

/// Resolves a transition in a state. `None`: what it waits for is unknown, which has been reported.
pub(super) fn resolve(
    machine: &Machine<'_>,
    found: &mut Vec<Diagnostic>,
    header: &Header<'_>,
    tree: &tree::Transition,
    from_any: bool,
) -> Option<Transition> {
    let resolved = trigger(machine, found, header, &tree.trigger)?;
    let mut scope = machine.scope(found, Some(header));
    if let Some((name, kind)) = resolved.binding {
        if let Some(known) = scope.var(&name.text) {
            let diagnostic = Diagnostic::error(codes::DUPLICATE, name.span, format!("`{}` is a variable already", name.text));
            scope
                .found
                .push(diagnostic.related(known.span, "declared here").help("give what comes another name"));
        }
        scope.binding = Some(Binding {
            name: name.text.clone(),
            kind,
        });
        if let BindingKind::Row(table) = kind {
            scope.row = machine.role.tables.get(table).map(|table| table.row);
        }
    }
    scope.draft = resolved.came == Came::Draft;
    scope.malformed = matches!(resolved.trigger, Trigger::Malformed);
    if let (Trigger::Cancel(_), Some(guard)) = (&resolved.trigger, &tree.guard) {
        scope.found.push(crate::check::session::misplaced::guarded_cancel(guard.span));
    }
    let binding = scope.binding.clone();
    let guard = tree
        .guard
        .as_ref()
        .map(|guard| scope.guard(guard).unwrap_or_else(|| placeholder(TypeKind::Bool, guard.span)));
    let mut step = Step {
        machine,
        scope,
        header,
        came: resolved.came,
        messages: match &resolved.trigger {
            Trigger::Messages(messages) | Trigger::App(messages) => messages.clone(),
            _ => Vec::new(),
        },
    };
    let actions = step.actions(&tree.outcome);
    let next = step.next(&tree.outcome.next);
    Some(Transition {
        trigger: resolved.trigger,
        binding,
        guard,
        actions,
        next,
        from_any,
        span: tree.span,
    })
}

struct Resolved<'t> {
    trigger: Trigger,
    binding: Option<(&'t tree::Name, BindingKind)>,
    came: Came,
}

fn trigger<'t>(machine: &Machine<'_>, found: &mut Vec<Diagnostic>, header: &Header<'_>, tree: &'t tree::Trigger) -> Option<Resolved<'t>> {
    let of = |trigger, came| {
        Some(Resolved {
            trigger,
            binding: None,
            came,
        })
    };
    match &tree.kind {
        TriggerKind::Enter => of(Trigger::Enter, Came::Nothing),
        TriggerKind::Every(period) => {
            let period = machine.scope(found, Some(header)).duration(period)?;
            of(Trigger::Every(period), Came::Nothing)
        }
        TriggerKind::After(pause) => {
            let pause = machine.scope(found, Some(header)).duration(pause)?;
            of(Trigger::After(pause), Came::Nothing)
        }
        TriggerKind::Open => of(Trigger::Open, Came::News),
        TriggerKind::Closed => of(Trigger::Closed, Came::News),
        TriggerKind::Malformed(name) => {
            let binding = name.as_ref().map(|name| (name, BindingKind::Malformed));
            Some(Resolved {
                trigger: Trigger::Malformed,
                binding,
                came: Came::News,
            })
        }
        TriggerKind::Timeout(name) => of(Trigger::Timeout(timer(found, header, name)?), Came::Nothing),
        TriggerKind::Due(name) => of(Trigger::Due(retry(found, machine.names, name)?), Came::Nothing),
        TriggerKind::Found(name) => {
            let binding = match name {
                Some(name) => Some((name, row(machine, found, header, name)?)),
                None => None,
            };
            Some(Resolved {
                trigger: Trigger::Found,
                binding,
                came: Came::Nothing,
            })
        }
        TriggerKind::Missing => of(Trigger::Missing, Came::Nothing),
        TriggerKind::AnyMessage(name) => {
            let binding = name.as_ref().map(|name| (name, BindingKind::AnyMessage));
            Some(Resolved {
                trigger: Trigger::AnyMessage,
                binding,
                came: Came::Message,
            })
        }
        TriggerKind::Messages { names, binding } => {
            let (messages, kind) = messages(machine, found, names)?;
            let binding = binding.as_ref().map(|name| (name, kind));
            Some(Resolved {
                trigger: Trigger::Messages(messages),
                binding,
                came: Came::Message,
            })
        }
        TriggerKind::App { names, binding } => {
            let (messages, kind) = messages(machine, found, names)?;
            // Before it is sent a message has only its own members, and several have none in common.
            let mut binding = binding.as_ref().map(|name| (name, kind));
            if let Some((name, _)) = binding.take_if(|(_, kind)| !matches!(kind, BindingKind::Message(_))) {
                found.push(
                    Diagnostic::error(
                        codes::MISPLACED,
                        name.span,
                        "of several messages that the application may send, none has a name",
                    )
                    .help("write a transition for each: `app Message m when ... => send`"),
                );
            }
            Some(Resolved {
                trigger: Trigger::App(messages),
                binding,
                came: Came::Draft,
            })
        }
        TriggerKind::AppClose => of(Trigger::AppClose, Came::Nothing),
        TriggerKind::Cancel { pending, binding } => {
            let index = super::pending::set(found, machine.names, pending)?;
            let request = machine.role.pendings.get(index)?.request;
            Some(Resolved {
                trigger: Trigger::Cancel(index),
                binding: binding.as_ref().map(|name| (name, BindingKind::Message(request))),
                came: Came::Nothing,
            })
        }
    }
}

/// The messages that names stand for, and what one of them can be called. `None`: all names are wrong.
fn messages(machine: &Machine<'_>, found: &mut Vec<Diagnostic>, names: &[tree::Path]) -> Option<(Vec<MessageId>, BindingKind)> {
    let model = machine.host.model();
    let mut messages = Vec::new();
    let mut by_name = None;
    for path in names {
        match machine.host.find(path) {
            Some(Named::Message(id)) => {
                messages.push(id);
                by_name = Some(id);
            }
            Some(Named::Envelope(id)) => messages.extend_from_slice(machine.by_envelope.of(id)),
            Some(Named::Broken) => {}
            other => {
                let mut diagnostic = unknown(machine.host, path, Sort::Message, "message or envelope", other.is_some());
                if diagnostic.label.is_empty() && other.is_none() {
                    diagnostic.label = unknown(machine.host, path, Sort::Envelope, "envelope", false).label;
                }
                found.push(diagnostic);
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    messages.retain(|id| seen.insert(*id));
    let first = *messages.first()?;
    let envelope = model[first].envelope;
    let kind = match by_name {
        Some(id) if names.len() == 1 => BindingKind::Message(id),
        _ if messages.iter().all(|id| model[*id].envelope == envelope) => BindingKind::Envelope(envelope),
        _ => BindingKind::AnyMessage,
    };
    Some((messages, kind))
}

/// The row that a lookup gives to a state.
fn row(machine: &Machine<'_>, found: &mut Vec<Diagnostic>, header: &Header<'_>, name: &tree::Name) -> Option<BindingKind> {
    let (state, _) = machine.names.states.get(&header.tree.name.text)?;
    match machine.looked_up.get(state).map(Vec::as_slice) {
        Some([table]) => return Some(BindingKind::Row(*table)),
        Some([first, second, ..]) => {
            let name_of = |table: &usize| machine.role.tables.get(*table).map_or("...", |table| &table.name);
            let message = format!("`{}` may be a row of `{}` or of `{}`", name.text, name_of(first), name_of(second));
            found.push(Diagnostic::error(codes::MISPLACED, name.span, message).help("let each lookup lead to a state of its own"));
        }
        _ => found.push(
            Diagnostic::error(
                codes::MISPLACED,
                name.span,
                format!("no `lookup` leads to the state `{}`", header.tree.name.text),
            )
            .help(format!("a row is found after `lookup table[key] -> {}`", header.tree.name.text)),
        ),
    }
    None
}

/// A timer of the state.
pub(super) fn timer(found: &mut Vec<Diagnostic>, header: &Header<'_>, name: &tree::Name) -> Option<usize> {
    let state = &header.tree.name.text;
    named(found, &header.timers, name, "timer", &format!(" in state `{state}`"))
}

/// A retry of the role.
pub(super) fn retry(found: &mut Vec<Diagnostic>, names: &Names, name: &tree::Name) -> Option<usize> {
    named(found, &names.retries, name, "retry", "")
}

/// What stands under a name, or a word on what may have been meant.
pub(super) fn named(
    found: &mut Vec<Diagnostic>,
    among: &HashMap<String, (usize, Span)>,
    name: &tree::Name,
    what: &str,
    place: &str,
) -> Option<usize> {
    if let Some((index, _)) = among.get(&name.text) {
        return Some(*index);
    }
    let mut diagnostic = Diagnostic::error(codes::UNDEFINED, name.span, format!("there is no {what} `{}`{place}", name.text));
    let mut names: Vec<&str> = among.keys().map(String::as_str).collect();
    names.sort_unstable();
    if let Some(near) = did_you_mean(&name.text, names) {
        diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
    }
    found.push(diagnostic);
    None
}

impl Step<'_, '_> {
    /// Where to. What cannot be resolved leads nowhere.
    pub fn next(&mut self, tree: &tree::Next) -> Next {
        match tree {
            tree::Next::Stay => Next::Stay,
            tree::Next::Goto(goto) => self.goto(goto).map_or(Next::Stay, Next::Goto),
            tree::Next::Retry { retry: name, again, spent } => {
                let retry = retry(self.scope.found, self.machine.names, name);
                let (again, spent) = (self.goto(again), self.goto(spent));
                match (retry, again, spent) {
                    (Some(retry), Some(again), Some(spent)) => Next::Retry { retry, again, spent },
                    (_, Some(goto), _) | (_, _, Some(goto)) => Next::Goto(goto),
                    _ => Next::Stay,
                }
            }
        }
    }

    fn goto(&mut self, tree: &tree::Goto) -> Option<Goto> {
        let state = named(self.scope.found, &self.machine.names.states, &tree.state, "state", "")?;
        let header = self.machine.headers.get(state)?;
        self.scope.unique_fields(&tree.fields);
        let mut given = HashMap::new();
        for (name, value) in &tree.fields {
            if header.names.contains_key(&name.text) {
                given.entry(name.text.as_str()).or_insert(value);
            } else {
                let mut names: Vec<&str> = header.vars.iter().map(|var| var.name.as_str()).collect();
                names.sort_unstable();
                let message = format!("the state `{}` has no variable `{}`", tree.state.text, name.text);
                let mut diagnostic = Diagnostic::error(codes::UNDEFINED, name.span, message);
                if let Some(near) = did_you_mean(&name.text, names) {
                    diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
                }
                self.scope.found.push(diagnostic);
            }
        }
        let mut values = Vec::with_capacity(header.vars.len());
        for var in &header.vars {
            let value = match (given.get(var.name.as_str()), &var.init) {
                (Some(value), _) => self.scope.assigned_to(value, &var.ty, Use::Kept),
                (None, Some(init)) => Some(init.clone()),
                (None, None) if var.ty.nullable => Some(crate::model::Expr {
                    kind: ExprKind::None,
                    ty: var.ty.clone(),
                    span: tree.span,
                }),
                (None, None) => {
                    let message = format!("the state `{}` is entered without a value for `{}`", tree.state.text, var.name);
                    self.scope.found.push(
                        Diagnostic::error(codes::NO_VALUE, tree.span, message)
                            .related(var.span, "declared here, without a first value")
                            .help(format!("write `-> {} {{ {} = ... }}`", tree.state.text, var.name)),
                    );
                    None
                }
            };
            values.push(value.unwrap_or_else(|| placeholder(var.ty.kind.clone(), tree.span)));
        }
        Some(Goto {
            state,
            values,
            span: tree.span,
        })
    }
}
