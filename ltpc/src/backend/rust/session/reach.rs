//! In which states a retry can be waiting: its deadline survives changes of state.

use std::collections::BTreeSet;

use crate::model::{Action, ActionKind, Next, Role, StateKind, Trigger};

/// For each state, the retries (indices) that may have a deadline there.
pub(super) fn waiting(role: &Role) -> Vec<BTreeSet<usize>> {
    let mut waiting = vec![BTreeSet::new(); role.states.len()];
    // Sets only grow, and are bounded: this ends.
    while step(role, &mut waiting) {}
    waiting
}

fn step(role: &Role, waiting: &mut [BTreeSet<usize>]) -> bool {
    let mut grown = false;
    let mut add = |waiting: &mut [BTreeSet<usize>], state: usize, retries: &BTreeSet<usize>| {
        if role.states[state].kind != StateKind::End {
            let before = waiting[state].len();
            waiting[state].extend(retries);
            grown |= waiting[state].len() > before;
        }
    };
    for (index, state) in role.states.iter().enumerate() {
        for transition in &state.transitions {
            let mut after = waiting[index].clone();
            if let Trigger::Due(retry) = transition.trigger {
                after.remove(&retry);
            }
            for Action { kind, .. } in &transition.actions {
                if let ActionKind::Reset(retry) = kind {
                    after.remove(retry);
                }
            }
            match &transition.next {
                Next::Stay => {}
                Next::Goto(goto) => add(waiting, goto.state, &after),
                // Arming one ends all others.
                Next::Retry { retry, again, .. } => add(waiting, again.state, &BTreeSet::from([*retry])),
            }
        }
    }
    grown
}
