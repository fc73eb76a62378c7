//! W0604: a timer that never runs.

use super::graph::roles;
use super::timers::{Uses, uses};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0604",
    name: "timer-unarmed",
    summary: "a timer that is declared is armed",
    page: r#"Timers do not begin by themselves: a transition of their state arms them. What runs from the entry of a state on is written as `after` or
`every`.

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
            timer patience = 10 s;
            on open  => ignore;
            on Hello => deliver -> Done;
            on timeout patience => close "nobody spoke" -> Done;
        }
        end Done;
        any {
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
            timer patience = 10 s;
            on open  => arm patience;
            on Hello => deliver -> Done;
            on timeout patience => close "nobody spoke" -> Done;
        }
        end Done;
        any {
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
}
```

Arm it where it is to begin, or take it away.
"#,
};

/// Finds timers that are never armed.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for state in roles(model).flat_map(|(_, role, _)| &role.states) {
        for (timer, uses) in state.timers.iter().zip(uses(state)) {
            if let Uses { armed: None, handled } = uses {
                let mut diagnostic = Diagnostic::error(RULE.code, timer.span, format!("the timer `{}` is never armed", timer.name))
                    .warning()
                    .help(format!("write `arm {}` where it is to begin, or take it away", timer.name));
                if let Some(handled) = handled {
                    diagnostic = diagnostic.related(handled, "so this never happens");
                }
                found.push(diagnostic);
            }
        }
    }
}
