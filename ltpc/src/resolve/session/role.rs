//! What a role declares outside its states.

mod uniques;
mod vars;

use std::collections::{HashMap, HashSet};

use super::codes;
use super::policy::declare_meter;
use super::scope::{Scope, Vars};
use super::state::{self, Header};
use super::transition::Machine;
use super::{ByEnvelope, Host};
use crate::diagnostic::Diagnostic;
use crate::model::{ActionKind, EnvelopeId, Retry, Role, Stamp, StateKind, Table, TypeKind, VarRef};
use crate::source::Span;
use crate::syntax::tree::{self, RoleItem};

/// Words that mean something in every expression.
const RESERVED: [&str; 6] = ["true", "false", "none", "now", "fresh", "peer"];

/// What all roles of a session name together: their connections share it.
#[derive(Debug, Default)]
pub(super) struct Shared {
    tables: HashMap<String, Span>,
    meters: HashMap<String, Span>,
}

/// Resolves a role, after those of the session that `sharing` knows.
pub(super) fn resolve(
    host: &dyn Host,
    found: &mut Vec<Diagnostic>,
    by_envelope: &ByEnvelope,
    sharing: &mut Shared,
    tree: &tree::Role,
) -> Role {
    let mut names = Names::default();
    let mut role = Role {
        name: tree.name.text.clone(),
        docs: tree.docs.clone(),
        connects: false,
        options: Vec::new(),
        vars: Vec::new(),
        persists: Vec::new(),
        persist_key: None,
        retries: Vec::new(),
        tables: Vec::new(),
        meters: Vec::new(),
        pendings: Vec::new(),
        uniques: Vec::new(),
        states: Vec::new(),
        start: 0,
        span: tree.name.span,
    };
    vars::declare(host, found, &mut names, &mut role, tree);
    for item in &tree.items {
        match item {
            RoleItem::Retry(retry) => declare_retry(found, &mut names, &mut role, retry),
            RoleItem::Table(table) => declare_table(host, found, &mut sharing.tables, &mut names, &mut role, table),
            RoleItem::Meter(meter) => declare_meter(host, found, &mut sharing.meters, &mut names, &mut role, meter),
            RoleItem::Pending(pending) => super::pending::declare(host, found, &mut names, &mut role, pending),
            _ => {}
        }
    }
    let headers = state::declare(host, found, &mut names, tree);
    let repeats = uniques::declare(host, found, &mut role, tree);

    let shared = shared(found, tree);
    let looked_up = looked_up(&names, &headers, &shared, &repeats);
    let machine = Machine {
        host,
        by_envelope,
        role: &role,
        names: &names,
        headers: &headers,
        looked_up: &looked_up,
    };
    let stamps = tree
        .items
        .iter()
        .filter_map(|item| if let RoleItem::Stamp(stamp) = item { Some(stamp) } else { None });
    let stamps = state::stamps(&machine, found, stamps, None);
    let states = headers
        .iter()
        .map(|header| state::resolve(&machine, found, header, &stamps, &repeats, &shared))
        .collect();
    role.start = start(found, tree, &headers);
    role.states = states;
    role.connects = role
        .states
        .iter()
        .flat_map(|state| &state.transitions)
        .flat_map(|transition| &transition.actions)
        .any(|action| matches!(action.kind, ActionKind::Connect));
    role
}

/// What can be referred to in a role by name.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub vars: Vars,
    pub retries: HashMap<String, (usize, Span)>,
    pub tables: HashMap<String, (usize, Span)>,
    pub meters: HashMap<String, (usize, Span)>,
    pub pendings: HashMap<String, (usize, Span)>,
    /// Sets of requests in which something is wrong, which was said.
    pub broken_pendings: HashSet<String>,
    pub states: HashMap<String, (usize, Span)>,
}

/// The tables of which a state may be given a row: those of the lookups that lead to it.
fn looked_up(
    names: &Names,
    headers: &[Header<'_>],
    shared: &[&tree::Transition],
    repeats: &[(usize, &tree::Outcome)],
) -> HashMap<usize, Vec<usize>> {
    let own = headers
        .iter()
        .flat_map(|header| header.tree.items.iter())
        .filter_map(|item| match item {
            tree::StateItem::Transition(transition) => Some(&transition.outcome),
            _ => None,
        });
    let all = own
        .chain(shared.iter().map(|transition| &transition.outcome))
        .chain(repeats.iter().map(|(_, outcome)| *outcome));
    let mut tables: HashMap<usize, Vec<usize>> = HashMap::new();
    for outcome in all {
        let tree::Next::Goto(goto) = &outcome.next else { continue };
        let Some((state, _)) = names.states.get(&goto.state.text) else {
            continue;
        };
        for action in &outcome.actions {
            if let tree::ActionKind::Lookup { table, .. } = &action.kind
                && let Some((table, _)) = names.tables.get(&table.text)
            {
                let tables = tables.entry(*state).or_default();
                if !tables.contains(table) {
                    tables.push(*table);
                }
            }
        }
    }
    tables
}

/// The transitions of `any`.
fn shared<'t>(found: &mut Vec<Diagnostic>, tree: &'t tree::Role) -> Vec<&'t tree::Transition> {
    let mut shared = Vec::new();
    for item in &tree.items {
        let RoleItem::Any(items, _) = item else { continue };
        for item in items {
            let (span, what) = match item {
                tree::StateItem::Transition(transition) => {
                    shared.push(transition);
                    continue;
                }
                tree::StateItem::Var(var) => (var.name.span, "variables"),
                tree::StateItem::Timer { name, .. } => (name.span, "timers"),
                tree::StateItem::Stamp(stamp) => (stamp.span, "stamps"),
            };
            found.push(
                Diagnostic::error(codes::MISPLACED, span, format!("`any` has transitions, and no {what}"))
                    .help("declare it in the states that need it, or in the role if all do"),
            );
        }
    }
    shared
}

fn start(found: &mut Vec<Diagnostic>, tree: &tree::Role, headers: &[Header<'_>]) -> usize {
    let mut starts = headers
        .iter()
        .enumerate()
        .filter(|(_, header)| header.tree.kind == StateKind::Start);
    let Some((first, header)) = starts.next() else {
        found.push(
            Diagnostic::error(
                codes::START,
                tree.name.span,
                format!("the role `{}` has no state to start in", tree.name.text),
            )
            .help("call its first state `start` instead of `state`"),
        );
        return 0;
    };
    for (_, other) in starts {
        found.push(
            Diagnostic::error(
                codes::START,
                other.tree.name.span,
                format!("the role `{}` starts in two states", tree.name.text),
            )
            .related(header.tree.name.span, "in this one too"),
        );
    }
    first
}

/// Notes a name, or says that it stands already.
pub(super) fn note(found: &mut Vec<Diagnostic>, what: &str, name: &tree::Name, earlier: Option<Span>) -> bool {
    if let Some(earlier) = earlier {
        found.push(
            Diagnostic::error(codes::DUPLICATE, name.span, format!("the {what} `{}` is declared twice", name.text))
                .related(earlier, "first here"),
        );
        return false;
    }
    if RESERVED.contains(&name.text.as_str()) {
        found.push(
            Diagnostic::error(codes::DUPLICATE, name.span, format!("a {what} cannot be called `{}`", name.text))
                .help("the word means something in every expression"),
        );
        return false;
    }
    true
}

fn declare_retry(found: &mut Vec<Diagnostic>, names: &mut Names, role: &mut Role, tree: &tree::Retry) {
    if !note(
        found,
        "retry",
        &tree.name,
        names.retries.get(&tree.name.text).map(|(_, span)| *span),
    ) {
        return;
    }
    let mut count = |number: &tree::Number, what: &str| {
        number.text.parse::<u32>().unwrap_or_else(|_| {
            let message = format!(
                "the {what} of a retry is a whole number up to {}, and this is {}",
                u32::MAX,
                number.text
            );
            found.push(Diagnostic::error(codes::RETRY, number.span, message));
            1
        })
    };
    let retry = Retry {
        name: tree.name.text.clone(),
        docs: tree.docs.clone(),
        first: tree.first.0,
        cap: tree.cap.0,
        factor: count(&tree.factor, "factor"),
        jitter: tree.jitter.as_ref().map_or(0, |jitter| count(jitter, "jitter")),
        tries: count(&tree.tries, "number of tries"),
        span: tree.name.span,
    };
    names.retries.insert(retry.name.clone(), (role.retries.len(), retry.span));
    role.retries.push(retry);
}

fn declare_table(
    host: &dyn Host,
    found: &mut Vec<Diagnostic>,
    tables: &mut HashMap<String, Span>,
    names: &mut Names,
    role: &mut Role,
    tree: &tree::Table,
) {
    if !note(found, "table", &tree.name, tables.get(&tree.name.text).copied()) {
        return;
    }
    tables.insert(tree.name.text.clone(), tree.name.span);
    // Its rows last as long as the application says: nothing that changes while connections come and go.
    let options: Vars = names
        .vars
        .iter()
        .filter(|(_, known)| matches!(known.var, VarRef::Option(_)))
        .map(|(name, known)| (name.clone(), known.clone()))
        .collect();
    let expires = Scope::new(host, found, &options, None).duration(&tree.expires);
    let (Some((key, row)), Some(expires)) = (host.table(tree.name.span), expires) else {
        return;
    };
    let is_key = matches!(
        key.kind,
        TypeKind::String(_) | TypeKind::Uuid | TypeKind::Int(_) | TypeKind::Uint(_)
    ) && !key.nullable;
    if !is_key {
        found.push(
            Diagnostic::error(
                codes::KEY,
                tree.key.span,
                "the key of a table is text, a `uuid` or an integer that is always there",
            )
            .label(format!("this is `{}`", super::shape::describe(host.model(), &key))),
        );
        return;
    }
    names.tables.insert(tree.name.text.clone(), (role.tables.len(), tree.name.span));
    role.tables.push(Table {
        name: tree.name.text.clone(),
        docs: tree.docs.clone(),
        key,
        row,
        expires,
        span: tree.name.span,
    });
}

/// The stamps of a state: its own, else the role's.
pub(super) fn merged(own: Vec<Stamp>, role: &[Stamp]) -> Vec<Stamp> {
    let given: HashSet<EnvelopeId> = own.iter().map(|stamp| stamp.envelope).collect();
    let mut all = own;
    all.extend(role.iter().filter(|stamp| !given.contains(&stamp.envelope)).cloned());
    all
}
