//! What a transition looks at: decides which bindings its code makes.

use crate::model::{ActionKind, Expr, ExprKind, Place, PlaceBase, Transition};

/// Calls `see` for every place that an expression names, and says whether it is unwrapped there.
pub(super) fn places(expr: &Expr, see: &mut impl FnMut(&Place, Access)) {
    match &expr.kind {
        ExprKind::Place(place) => see(place, Access::Whole),
        ExprKind::Has(place) => see(place, Access::Asked),
        ExprKind::Unwrap(inner) => match &inner.kind {
            ExprKind::Place(place) => see(place, Access::Unwrapped),
            _ => places(inner, see),
        },
        _ => expr.parts(&mut |part| places(part, see)),
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

/// Whether an expression needs the whole step, to draw from its entropy or to ask its policy: then it cannot stand where the step is
/// borrowed.
pub(in super::super) fn draws(expr: &Expr) -> bool {
    any(expr, |kind| {
        matches!(
            kind,
            ExprKind::Fresh | ExprKind::FreshHex { .. } | ExprKind::Grant { .. } | ExprKind::Wait { .. }
        )
    })
}

/// Whether an expression reads from the step: its time, or its peer.
pub(super) fn reads(expr: &Expr) -> bool {
    any(expr, |kind| matches!(kind, ExprKind::Now | ExprKind::Peer))
}

fn any(expr: &Expr, is: impl Fn(&ExprKind) -> bool) -> bool {
    let mut found = false;
    expr.each(&mut |expr| found |= is(&expr.kind));
    found
}

/// Whether a transition looks at places of a kind, in its guard, actions or fields. In a failure what came is the request: there it
/// looks at nothing of what came itself.
pub(super) fn names(transition: &Transition, wanted: impl Fn(&PlaceBase) -> bool) -> bool {
    let mut found = false;
    let mut see = |expr: &Expr, of_request: bool| {
        places(expr, &mut |place, _| {
            let of_what_came = matches!(place.base, PlaceBase::Body(_) | PlaceBase::Envelope(_));
            found |= wanted(&place.base) && !(of_request && of_what_came);
        });
    };
    transition.guard.iter().for_each(|guard| see(guard, false));
    for action in &transition.actions {
        let of_request = matches!(action.kind, ActionKind::Fail { .. });
        action.expressions(&mut |expr| see(expr, of_request));
    }
    transition.next.expressions(&mut |expr| see(expr, false));
    found
}
