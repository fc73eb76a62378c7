//! What is done with the meters of a role.

use crate::model::{ActionKind, ExprKind, Role};
use crate::source::Span;

/// Where a meter is first counted, and first asked.
#[derive(Debug, Clone, Default)]
pub struct Uses {
    pub counted: Option<Span>,
    pub asked: Option<Span>,
}

/// What is done with each meter of a role.
pub fn uses(role: &Role) -> Vec<Uses> {
    let mut uses = vec![Uses::default(); role.meters.len()];
    let actions = role
        .states
        .iter()
        .flat_map(|state| &state.transitions)
        .flat_map(|transition| &transition.actions);
    for action in actions {
        if let ActionKind::Count { meter, .. } = action.kind
            && let Some(uses) = uses.get_mut(meter)
        {
            uses.counted.get_or_insert(action.span);
        }
    }
    role.expressions(&mut |expr| {
        if let ExprKind::Wait { meter, .. } = expr.kind
            && let Some(uses) = uses.get_mut(meter)
        {
            uses.asked.get_or_insert(expr.span);
        }
    });
    uses
}
