//! W0606: an answer where nothing was asked.

use super::graph::{asking, lives, roles};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Model, Trigger};

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0606",
    name: "answer-unasked",
    summary: "a state with `found` or `missing` is one that a `lookup` leads to",
    page: r#"`found` and `missing` are the answers to a `lookup`, and come to the state that it leads to.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Hello -> Done;
            on closed => -> Done;
            app close => -> Done;
        }
        end Done;
    }
    role server {
        start Listening {
            on Hello => deliver -> Done;
            on found => -> Done;
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

Let a lookup lead to the state, or take the transition away.
"#,
};

/// Finds answers in states that no lookup leads to.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        let asking = asking(role);
        let asks = asking.contains(&true);
        let mut first_of_any = true;
        for (state, _) in role.states.iter().zip(asking).filter(|(state, asking)| lives(state) && !asking) {
            for transition in state
                .transitions
                .iter()
                .filter(|one| matches!(one.trigger, Trigger::Found | Trigger::Missing))
            {
                // What `any` says is there for the states that ask.
                if transition.from_any && (asks || !std::mem::take(&mut first_of_any)) {
                    continue;
                }
                found.push(
                    Diagnostic::error(
                        RULE.code,
                        transition.span,
                        format!("nothing is looked up on the way to `{}`", state.name),
                    )
                    .warning()
                    .help(format!(
                        "end a transition with `lookup table[key] -> {}`, or take this away",
                        state.name
                    )),
                );
            }
        }
    }
}
