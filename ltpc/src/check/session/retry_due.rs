//! E0623: a retry that falls due where nothing is said of it.

use std::collections::HashSet;

use super::graph::{closure, lives, roles};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{ActionKind, Model, Next, Role, Transition, Trigger};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0623",
    name: "retry-not-due",
    summary: "every state in which a retry may fall due says what is done then",
    page: r#"`retry r -> A else -> B` arms `r` and goes to `A`. The pause goes on in whatever state follows, until `r` falls due, is `reset`, or another
pause is taken; each of these states says what is done `on due r`.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        retry again = 1 s ..= 30 s factor 2 jitter 20% tries 5;
        start Dialing {
            enter     => connect;
            on open   => send Hello -> Done;
            on closed => retry again -> Waiting else -> Done;
            app close => -> Done;
        }
        state Waiting {
            app close    => -> Done;
        }
        end Done;
    }
    role server {
        start Listening {
            on Hello => deliver -> Done;
        }
        end Done;
        any {
            on open      => ignore;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
}
```

```ltp right
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        retry again = 1 s ..= 30 s factor 2 jitter 20% tries 5;
        start Dialing {
            enter     => connect;
            on open   => send Hello -> Done;
            on closed => retry again -> Waiting else -> Done;
            app close => -> Done;
        }
        state Waiting {
            on due again => -> Dialing;
            app close    => -> Done;
        }
        end Done;
    }
    role server {
        start Listening {
            on Hello => deliver -> Done;
        }
        end Done;
        any {
            on open      => ignore;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
}
```

Add `on due r => ...` to the state, or `reset r` to the transitions that lead there.
"#,
};

/// Finds states in which a retry falls due that do not say so.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        for (index, retry) in role.retries.iter().enumerate() {
            let armed = armed(role, index);
            let mut said = HashSet::new();
            for (state, _) in role.states.iter().zip(&armed).filter(|(state, armed)| **armed && lives(state)) {
                let handled = state
                    .transitions
                    .iter()
                    .any(|one| matches!(one.trigger, Trigger::Due(due) if due == index));
                if !handled && said.insert(state.span) {
                    found.push(
                        Diagnostic::error(
                            RULE.code,
                            state.span,
                            format!(
                                "the retry `{}` may fall due in the state `{}`, which says nothing of it",
                                retry.name, state.name
                            ),
                        )
                        .related(retry.span, "declared here")
                        .help(format!(
                            "add `on due {name} => ...`, or `reset {name}` on the way here",
                            name = retry.name
                        )),
                    );
                }
            }
        }
    }
}

/// The states in which a retry may fall due: from where it leads, until it falls due, is reset, or another pause is taken.
pub fn armed(role: &Role, retry: usize) -> Vec<bool> {
    let takes = |transition: &&Transition| matches!(transition.next, Next::Retry { retry: taken, .. } if taken == retry);
    let from = role
        .states
        .iter()
        .flat_map(|state| &state.transitions)
        .filter(takes)
        .filter_map(|transition| match &transition.next {
            Next::Retry { again, .. } => Some(again.state),
            _ => None,
        });
    closure(role, from, |transition| {
        let resets = transition
            .actions
            .iter()
            .any(|action| matches!(action.kind, ActionKind::Reset(reset) if reset == retry));
        let due = matches!(transition.trigger, Trigger::Due(due) if due == retry);
        // Another retry's pause takes its place.
        !resets && !due && !matches!(transition.next, Next::Retry { .. })
    })
}
