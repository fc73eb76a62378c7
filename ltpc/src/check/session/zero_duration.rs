//! E0628: a duration of nothing.

use super::graph::{constant, roles};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Expr, Model, Role, Trigger};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0628",
    name: "zero-duration",
    summary: "`every`, `after` and timers take a length of time above 0",
    page: r#"What happens `every 0 s` would happen without a pause, and what happens `after 0 s` happens on entry. At run time a duration of 0, from an
option or from the peer, counts as one millisecond; written in the schema it is a mistake.

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
            after 0 s => close "nobody came" -> Done;
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
        option timeout: duration = 5 s;
        start Listening {
            on Hello => deliver -> Done;
            after timeout => close "nobody came" -> Done;
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

Write the length of time that is meant.
"#,
};

/// Finds periods and pauses of 0.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        for state in &role.states {
            for transition in &state.transitions {
                match &transition.trigger {
                    Trigger::Every(period) => zero(role, period, "it would happen without a pause", found),
                    Trigger::After(pause) => zero(role, pause, "write an `enter` transition for what happens at once", found),
                    _ => {}
                }
            }
            for timer in &state.timers {
                zero(role, &timer.duration, "it would run out as soon as it is armed", found);
            }
        }
    }
}

fn zero(role: &Role, duration: &Expr, help: &str, found: &mut Vec<Diagnostic>) {
    if constant(role, duration, true) == Some(0) {
        found.push(Diagnostic::error(RULE.code, duration.span, "this length of time is 0").help(help));
    }
}
