//! E0622: a lookup whose answer has no place to go.

use super::graph::{roles, targets};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{ActionKind, Model, Next, Trigger};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0622",
    name: "answer-unhandled",
    summary: "a `lookup` leads to a state that waits for both answers",
    page: r#"The machine asks for a row and goes to a state; the answer is the next thing that comes in. That state says what is done when the row is
`found` and when it is `missing`, and is not left before.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {
    name: string;
}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Hello { name = "Ann" } -> Done;
            on closed => -> Done;
            app close => -> Done;
        }
        end Done;
    }
    role server {
        table seen by string { name: string; } expires 1 h;
        start Listening {
            on Hello h => lookup seen[h.name] -> Looking;
        }
        state Looking {
            on found   => -> Done;
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

message Hello "hello" in Plain {
    name: string;
}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Hello { name = "Ann" } -> Done;
            on closed => -> Done;
            app close => -> Done;
        }
        end Done;
    }
    role server {
        table seen by string { name: string; } expires 1 h;
        start Listening {
            on Hello h => lookup seen[h.name] -> Looking;
        }
        state Looking {
            on found   => -> Done;
            on missing => -> Done;
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

Add what is missing to the state that the lookup leads to.
"#,
};

/// Finds lookups that lead to a state without `found` or `missing`, or to one that is left before the answer comes.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        let handled: Vec<(bool, bool, bool)> = role
            .states
            .iter()
            .map(|state| {
                let on = |wanted: fn(&Trigger) -> bool| state.transitions.iter().any(|one| wanted(&one.trigger));
                let leaves = state
                    .transitions
                    .iter()
                    .any(|one| matches!(one.trigger, Trigger::Enter) && targets(one).next().is_some());
                (
                    on(|trigger| matches!(trigger, Trigger::Found)),
                    on(|trigger| matches!(trigger, Trigger::Missing)),
                    leaves,
                )
            })
            .collect();
        for transition in role.states.iter().flat_map(|state| &state.transitions) {
            let (Next::Goto(goto), Some(action)) = (&transition.next, transition.actions.last()) else {
                continue;
            };
            let ActionKind::Lookup { .. } = action.kind else { continue };
            let (Some(state), Some((on_found, on_missing, leaves))) = (role.states.get(goto.state), handled.get(goto.state)) else {
                continue;
            };
            let missing = match (on_found, on_missing) {
                (true, true) => None,
                (true, false) => Some("`on missing`"),
                (false, true) => Some("`on found`"),
                (false, false) => Some("`on found` and `on missing`"),
            };
            if let Some(missing) = missing {
                found.push(
                    Diagnostic::error(
                        RULE.code,
                        action.span,
                        format!("the state `{}` does not take the answer to this", state.name),
                    )
                    .related(state.span, format!("{missing} is wanted here"))
                    .help(format!("add {missing} to `{}`", state.name)),
                );
            } else if *leaves {
                found.push(
                    Diagnostic::error(
                        RULE.code,
                        action.span,
                        format!("the state `{}` may be left before the answer to this comes", state.name),
                    )
                    .related(state.span, "an `enter` transition of this state leads away from it")
                    .help("do on `found` and `missing` what is done on entry"),
                );
            }
        }
    }
}
