//! States: what is known in them, and what happens in them.

use std::collections::HashMap;

use super::codes;
use super::expr::Use;
use super::host::{Host, Named, Sort};
use super::place::member_type;
use super::role::{Names, merged, note};
use super::scope::{Known, Scope, Vars, written};
use super::transition::{self, Machine};
use super::unknown;
use crate::diagnostic::Diagnostic;
use crate::model::{EnvelopeId, Expr, ExprKind, Stamp, StampEntry, State, StateKind, Timer, Type, TypeKind, Var, VarRef};
use crate::source::Span;
use crate::syntax::tree::{self, RoleItem, StateItem};

/// What can be said of a state before any transition is resolved.
pub(super) struct Header<'t> {
    pub tree: &'t tree::State,
    pub vars: Vec<Var>,
    pub names: Vars,
    pub timers: HashMap<String, (usize, Span)>,
}

/// Declares the states of a role, with their variables and the names of their timers.
pub(super) fn declare<'t>(host: &dyn Host, found: &mut Vec<Diagnostic>, names: &mut Names, tree: &'t tree::Role) -> Vec<Header<'t>> {
    let mut headers = Vec::new();
    for item in &tree.items {
        let RoleItem::State(state) = item else { continue };
        if !note(
            found,
            "state",
            &state.name,
            names.states.get(&state.name.text).map(|(_, span)| *span),
        ) {
            continue;
        }
        names.states.insert(state.name.text.clone(), (headers.len(), state.name.span));
        let mut header = Header {
            tree: state,
            vars: Vec::new(),
            names: Vars::new(),
            timers: HashMap::new(),
        };
        if state.kind == StateKind::End {
            if !state.items.is_empty() {
                found.push(
                    Diagnostic::error(
                        codes::MISPLACED,
                        state.name.span,
                        format!("nothing happens in the end state `{}`", state.name.text),
                    )
                    .help(format!("write `end {};`, or call it `state`", state.name.text)),
                );
            }
            headers.push(header);
            continue;
        }
        for item in &state.items {
            match item {
                StateItem::Var(var) => declare_var(host, found, names, &mut header, var),
                StateItem::Timer { name, .. } if note(found, "timer", name, header.timers.get(&name.text).map(|(_, span)| *span)) => {
                    header.timers.insert(name.text.clone(), (header.timers.len(), name.span));
                }
                _ => {}
            }
        }
        headers.push(header);
    }
    headers
}

fn declare_var(host: &dyn Host, found: &mut Vec<Diagnostic>, names: &Names, header: &mut Header<'_>, var: &tree::Var) {
    let earlier = header.names.get(&var.name.text).or_else(|| names.vars.get(&var.name.text));
    if !note(found, "variable", &var.name, earlier.map(|known| known.span)) {
        return;
    }
    let Some(ty) = host.var(var.name.span) else { return };
    // A first value stands in what goes to the state, so it cannot name what is only known inside.
    let init = var
        .init
        .as_ref()
        .and_then(|init| Scope::new(host, found, &names.vars, None).assigned_to(init, &ty, Use::Kept));
    if header.tree.kind == StateKind::Start && var.init.is_none() && !ty.nullable {
        found.push(
            Diagnostic::error(
                codes::NO_VALUE,
                var.name.span,
                format!("`{}` has no value when the machine starts here", var.name.text),
            )
            .help("give it a first value, `= ...`, or put `?` behind its type: it is none then"),
        );
    }
    let reference = VarRef::State(header.vars.len());
    header.names.insert(
        var.name.text.clone(),
        Known {
            var: reference,
            ty: ty.clone(),
            span: var.name.span,
        },
    );
    header.vars.push(Var {
        name: var.name.text.clone(),
        docs: var.docs.clone(),
        ty,
        init,
        span: var.name.span,
    });
}

/// Resolves a state: its own stamps, timers and transitions, then what it shares with all others.
pub(super) fn resolve(
    machine: &Machine<'_>,
    found: &mut Vec<Diagnostic>,
    header: &Header<'_>,
    shared_stamps: &[Stamp],
    repeats: &[(usize, &tree::Outcome)],
    shared: &[&tree::Transition],
) -> State {
    let tree = header.tree;
    let mut state = State {
        name: tree.name.text.clone(),
        docs: tree.docs.clone(),
        kind: tree.kind,
        vars: header.vars.clone(),
        timers: Vec::new(),
        transitions: Vec::new(),
        stamps: Vec::new(),
        span: tree.name.span,
    };
    if tree.kind == StateKind::End {
        return state;
    }
    let own = tree
        .items
        .iter()
        .filter_map(|item| if let StateItem::Stamp(stamp) = item { Some(stamp) } else { None });
    state.stamps = merged(stamps(machine, found, own, Some(header)), shared_stamps);
    for item in &tree.items {
        let StateItem::Timer {
            docs,
            name,
            queue,
            duration,
        } = item
        else {
            continue;
        };
        if header.timers.get(&name.text).is_none_or(|(_, span)| *span != name.span) {
            continue;
        }
        let duration = machine.scope(found, Some(header)).duration(duration);
        state.timers.push(Timer {
            name: name.text.clone(),
            docs: docs.clone(),
            queue: queue.as_ref().map(|length| queue_length(found, length)),
            duration: duration.unwrap_or_else(|| placeholder(TypeKind::Duration, name.span)),
            span: name.span,
        });
    }
    state.transitions.extend(
        repeats
            .iter()
            .map(|(unique, outcome)| transition::repeat(machine, found, header, *unique, outcome)),
    );
    for item in &tree.items {
        if let StateItem::Transition(tree) = item {
            state.transitions.extend(transition::resolve(machine, found, header, tree, false));
        }
    }
    for tree in shared {
        state.transitions.extend(transition::resolve(machine, found, header, tree, true));
    }
    state
}

fn queue_length(found: &mut Vec<Diagnostic>, length: &tree::Number) -> u32 {
    length.text.parse().ok().filter(|length| *length > 0).unwrap_or_else(|| {
        let message = format!(
            "the length of a queue is a whole number from 1 to {}, and this is {}",
            u32::MAX,
            length.text
        );
        found.push(Diagnostic::error(codes::RETRY, length.span, message));
        1
    })
}

/// Stamps of a state, or of the role.
pub(super) fn stamps<'t>(
    machine: &Machine<'_>,
    found: &mut Vec<Diagnostic>,
    trees: impl Iterator<Item = &'t tree::Stamp>,
    header: Option<&Header<'_>>,
) -> Vec<Stamp> {
    let mut stamps: Vec<Stamp> = Vec::new();
    let mut seen: HashMap<EnvelopeId, Span> = HashMap::new();
    for tree in trees {
        let envelope = match machine.host.find(&tree.envelope) {
            Some(Named::Envelope(id)) => id,
            Some(Named::Broken) => continue,
            other => {
                found.push(unknown(machine.host, &tree.envelope, Sort::Envelope, "envelope", other.is_some()));
                continue;
            }
        };
        if let Some(earlier) = seen.insert(envelope, tree.envelope.span) {
            found.push(
                Diagnostic::error(
                    codes::DUPLICATE,
                    tree.envelope.span,
                    format!("`{}` is stamped twice", written(&tree.envelope)),
                )
                .related(earlier, "first here"),
            );
            continue;
        }
        let mut scope = machine.scope(found, header);
        let mut targets: HashMap<Vec<usize>, Span> = HashMap::new();
        let mut entries = Vec::new();
        for entry in &tree.entries {
            let Some(resolved) = stamp_entry(&mut scope, envelope, entry) else {
                continue;
            };
            if let Some(earlier) = targets.insert(resolved.target.clone(), entry.target.span) {
                scope.found.push(
                    Diagnostic::error(
                        codes::DUPLICATE,
                        entry.target.span,
                        format!("`{}` is stamped twice", written(&entry.target)),
                    )
                    .related(earlier, "first here"),
                );
                continue;
            }
            entries.push(resolved);
        }
        stamps.push(Stamp {
            envelope,
            entries,
            span: tree.span,
        });
    }
    stamps
}

fn stamp_entry(scope: &mut Scope<'_>, envelope: EnvelopeId, tree: &tree::StampEntry) -> Option<StampEntry> {
    let model = scope.model;
    let (first, rest) = tree.target.parts.split_first()?;
    let members = &model[envelope].members;
    let Some((index, member)) = super::place::find(members, &first.text) else {
        let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
        scope.no_member(first, &model[envelope].decl.name, &names);
        return None;
    };
    let (mut target, mut ty) = (vec![index], member_type(member));
    for (at, part) in rest.iter().enumerate() {
        let TypeKind::Record(record) = ty.kind else {
            let names: Vec<&str> = tree.target.parts.iter().take(at + 1).map(|part| part.text.as_str()).collect();
            scope.error(
                codes::UNDEFINED,
                part.span,
                format!("`{}` is no record, and has no members to set", names.join(".")),
            );
            return None;
        };
        let (index, of) = scope.member_of_record(record, part)?;
        target.push(index);
        ty = of;
    }
    let value = scope.assigned_to(&tree.value, &ty, Use::Sent)?;
    Some(StampEntry {
        target,
        only_if_absent: tree.only_if_absent,
        value,
    })
}

/// Stands where a value is that could not be resolved, so that the checks that follow see the rest.
pub(super) fn placeholder(kind: TypeKind, span: Span) -> Expr {
    Expr {
        kind: ExprKind::None,
        ty: Type {
            kind,
            nullable: true,
            scalar: None,
        },
        span,
    }
}
