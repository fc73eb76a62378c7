//! W0601: a state that no path leads to.

use super::graph::{reachable, roles};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0601",
    name: "unreachable-state",
    summary: "some path leads from the start to every state",
    page: r#"A state that no transition leads to, from the start on, is never entered: likely a `->` is missing.

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
        }
        state Forgotten {
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

Let a transition lead to it, or take it away.
"#,
};

/// Finds states that are never entered.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        for (state, _) in role.states.iter().zip(reachable(role)).filter(|(_, reachable)| !reachable) {
            let start = role.states.get(role.start).map_or("...", |start| &start.name);
            found.push(
                Diagnostic::error(RULE.code, state.span, format!("the state `{}` is never entered", state.name))
                    .warning()
                    .help(format!(
                        "no path of transitions leads from `{start}` to it: add `-> {}`, or take it away",
                        state.name
                    )),
            );
        }
    }
}
