//! What a role sends, and where.

use std::collections::HashSet;

use crate::model::{ActionKind, MessageId, Role, Trigger};
use crate::source::Span;

/// Every message that a role sends, with the first place where it does, in order.
pub fn sent_by(role: &Role) -> Vec<(MessageId, Span)> {
    let mut seen = HashSet::new();
    let mut sent = Vec::new();
    let mut add = |id: MessageId, span: Span| {
        if seen.insert(id) {
            sent.push((id, span));
        }
    };
    for transition in role.states.iter().flat_map(|state| &state.transitions) {
        for action in &transition.actions {
            match (&action.kind, &transition.trigger) {
                (ActionKind::Send { message, .. }, _) => add(*message, action.span),
                (ActionKind::SendGiven | ActionKind::Track(_), Trigger::App(messages)) => {
                    messages.iter().for_each(|id| add(*id, transition.span))
                }
                _ => {}
            }
        }
    }
    sent
}
