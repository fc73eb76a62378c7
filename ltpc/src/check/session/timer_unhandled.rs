//! E0624: a timer that runs out unheard.

use super::graph::roles;
use super::timers::{Uses, uses};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0624",
    name: "timer-unhandled",
    summary: "a state that arms a timer says what is done when it runs out",
    page: r#"A timer belongs to a state, is armed by its transitions, and ends when the state is left. When it runs out, the state says what is done.

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
            on open  => arm patience;
            on Hello => deliver -> Done;
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

Add `on timeout name => ...` to the state, or do not arm the timer.
"#,
};

/// Finds timers that are armed, and of whose end nothing is said.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for state in roles(model).flat_map(|(_, role, _)| &role.states) {
        for (timer, uses) in state.timers.iter().zip(uses(state)) {
            if let Uses {
                armed: Some(armed),
                handled: None,
            } = uses
            {
                found.push(
                    Diagnostic::error(
                        RULE.code,
                        timer.span,
                        format!("nothing is said of when the timer `{}` runs out", timer.name),
                    )
                    .related(armed, "armed here")
                    .help(format!("add `on timeout {} => ...` to the state `{}`", timer.name, state.name)),
                );
            }
        }
    }
}
