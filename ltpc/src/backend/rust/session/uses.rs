//! What a transition looks at: decides which bindings its code makes.

use crate::model::{ActionKind, Expr, ExprKind, Goto, Next, Place, PlaceBase, Transition};

/// Calls `see` for every place that an expression names, and says whether it is unwrapped there.
pub(super) fn places(expr: &Expr, see: &mut impl FnMut(&Place, Access)) {
    match &expr.kind {
        ExprKind::Place(place) => see(place, Access::Whole),
        ExprKind::Has(place) => see(place, Access::Asked),
        ExprKind::Unwrap(inner) => match &inner.kind {
            ExprKind::Place(place) => see(place, Access::Unwrapped),
            _ => places(inner, see),
        },
        ExprKind::Wrap(inner) | ExprKind::Not(inner) | ExprKind::AsText(inner) => places(inner, see),
        ExprKind::OfUnit { value, .. } | ExprKind::InUnit { value, .. } => places(value, see),
        ExprKind::Binary { left, right, .. } => {
            places(left, see);
            places(right, see);
        }
        ExprKind::Object(members) => members.iter().for_each(|(_, value)| places(value, see)),
        ExprKind::List(items) => items.iter().for_each(|item| places(item, see)),
        ExprKind::Text(_)
        | ExprKind::Integer(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Duration(_)
        | ExprKind::Variant(..)
        | ExprKind::Now
        | ExprKind::Fresh
        | ExprKind::FreshHex { .. } => {}
    }
}

/// How a place is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Its value, none included.
    Whole,
    /// Whether it holds something.
    Asked,
    /// What it holds.
    Unwrapped,
}

/// Whether an expression draws from the step's entropy or reads its time: then it cannot stand where the step is borrowed.
pub(super) fn draws(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Fresh | ExprKind::FreshHex { .. } => true,
        ExprKind::Wrap(inner) | ExprKind::Not(inner) | ExprKind::AsText(inner) | ExprKind::Unwrap(inner) => draws(inner),
        ExprKind::OfUnit { value, .. } | ExprKind::InUnit { value, .. } => draws(value),
        ExprKind::Binary { left, right, .. } => draws(left) || draws(right),
        ExprKind::Object(members) => members.iter().any(|(_, value)| draws(value)),
        ExprKind::List(items) => items.iter().any(draws),
        _ => false,
    }
}

/// Sets `found` if an expression reads the step's time.
pub(super) fn now(expr: &Expr, found: &mut bool) {
    match &expr.kind {
        ExprKind::Now => *found = true,
        ExprKind::Wrap(inner) | ExprKind::Not(inner) | ExprKind::AsText(inner) | ExprKind::Unwrap(inner) => now(inner, found),
        ExprKind::OfUnit { value, .. } | ExprKind::InUnit { value, .. } => now(value, found),
        ExprKind::Binary { left, right, .. } => {
            now(left, found);
            now(right, found);
        }
        ExprKind::Object(members) => members.iter().for_each(|(_, value)| now(value, found)),
        ExprKind::List(items) => items.iter().for_each(|item| now(item, found)),
        _ => {}
    }
}

/// Calls `see` for every expression of a transition: its guard, its actions', its fields'.
pub(super) fn expressions<'t>(transition: &'t Transition, see: &mut impl FnMut(&'t Expr)) {
    transition.guard.iter().for_each(&mut *see);
    for action in &transition.actions {
        of_action(&action.kind, see);
    }
    of_next(&transition.next, see);
}

/// Calls `see` for every expression of an action.
pub(super) fn of_action<'t>(action: &'t ActionKind, see: &mut impl FnMut(&'t Expr)) {
    match action {
        ActionKind::Send { envelope, body, .. } => envelope.iter().chain(body).for_each(|(_, value)| see(value)),
        ActionKind::Set { value, .. } => see(value),
        ActionKind::Lookup { key, .. } | ActionKind::Forget { key, .. } => see(key),
        ActionKind::Store { key, fields, .. } => {
            see(key);
            fields.iter().for_each(|(_, value)| see(value));
        }
        ActionKind::Ignore
        | ActionKind::Deliver
        | ActionKind::Report
        | ActionKind::Connect
        | ActionKind::Close(_)
        | ActionKind::Drop(_)
        | ActionKind::SendGiven
        | ActionKind::Arm(_)
        | ActionKind::Disarm(_)
        | ActionKind::Reset(_) => {}
    }
}

/// Calls `see` for the fields of the states that may come next.
pub(super) fn of_next<'t>(next: &'t Next, see: &mut impl FnMut(&'t Expr)) {
    let mut fields = |goto: &'t Goto| goto.values.iter().for_each(&mut *see);
    match next {
        Next::Stay => {}
        Next::Goto(goto) => fields(goto),
        Next::Retry { again, spent, .. } => {
            fields(again);
            fields(spent);
        }
    }
}

/// Whether a transition looks at places of a kind, in its guard, actions or fields.
pub(super) fn names(transition: &Transition, wanted: impl Fn(&PlaceBase) -> bool) -> bool {
    let mut found = false;
    expressions(transition, &mut |expr| places(expr, &mut |place, _| found |= wanted(&place.base)));
    found
}
