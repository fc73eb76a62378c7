//! W0602: a state that is no end, and that nothing leaves.

use super::graph::{lives, reachable, roles, targets};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0602",
    name: "stuck-state",
    summary: "a state is left by some transition, or is an end",
    page: r#"A machine in a state without a way out stays there for ever, and its endpoint with it. Where that is meant, the state is an `end`.

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
            on Hello     => deliver -> Stuck;
            on open      => ignore;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
        state Stuck {
            on Hello     => deliver;
            on malformed => report;
            on closed    => ignore;
            app close    => close "no longer needed";
        }
        end Done;
    }
}
```

```ltp right
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
            on Hello     => deliver -> Stuck;
            on open      => ignore;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
        state Stuck {
            on Hello     => deliver;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed";
        }
        end Done;
    }
}
```

Add a transition that leads on, or declare it as `end State;`.
"#,
};

/// Finds states that cannot be left.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        for (index, (state, reachable)) in role.states.iter().zip(reachable(role)).enumerate() {
            let left = state.transitions.iter().flat_map(targets).any(|goto| goto.state != index);
            if reachable && lives(state) && !left {
                found.push(
                    Diagnostic::error(RULE.code, state.span, format!("the state `{}` can never be left", state.name))
                        .warning()
                        .help(format!("add a transition with `->`, or declare it as `end {};`", state.name)),
                );
            }
        }
    }
}
