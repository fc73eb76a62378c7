//! Where the timers of a state are armed, and where they run out.

use crate::model::{ActionKind, State, Trigger};
use crate::source::Span;

/// What is done with a timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Uses {
    /// Where it is first armed.
    pub armed: Option<Span>,
    /// What first says what happens when it runs out.
    pub handled: Option<Span>,
}

/// The uses of a state's timers, in their order.
pub fn uses(state: &State) -> Vec<Uses> {
    let mut uses = vec![Uses::default(); state.timers.len()];
    for transition in &state.transitions {
        if let Trigger::Timeout(timer) = transition.trigger
            && let Some(uses) = uses.get_mut(timer)
        {
            uses.handled.get_or_insert(transition.span);
        }
        for action in &transition.actions {
            if let ActionKind::Arm(timer) = action.kind
                && let Some(uses) = uses.get_mut(timer)
            {
                uses.armed.get_or_insert(action.span);
            }
        }
    }
    uses
}
