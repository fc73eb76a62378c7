//! W0614: requests that never wait, or answers that are not handed on.

use super::graph::roles;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{ActionKind, Model, Trigger};

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0614",
    name: "pending-unused",
    summary: "what waits for an answer is sent somewhere, and each of its answers is taken somewhere",
    page: r#"A set of requests to which nothing adds any is left over. One of whose answers none is handed on lets every request wait until it is too late.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {
    seq: uint = 0;
}

message Ask "ask" in Plain {
    id: string;
}
message Told "told" in Plain {
    of: string;
    text?: string;
}

session Talk between client, server {
    role client {
        option patience: duration = 5 s;
        pending asked: Ask a -> Told by id == of within patience most 64 else Told { of = a.id };
        start Dialing {
            enter   => connect;
            on open => -> Ready;
        }
        state Ready {
            app Ask => track asked;
            on Told => deliver;
        }
        end Done;
        any {
            on malformed => report;
            on message   => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
    role server {
        start Listening {
            on Ask   => deliver;
            app Told => send;
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

envelope Plain tag "type" {
    seq: uint = 0;
}

message Ask "ask" in Plain {
    id: string;
}
message Told "told" in Plain {
    of: string;
    text?: string;
}

session Talk between client, server {
    role client {
        option patience: duration = 5 s;
        pending asked: Ask a -> Told by id == of within patience most 64 else Told { of = a.id };
        start Dialing {
            enter   => connect;
            on open => -> Ready;
        }
        state Ready {
            app Ask => track asked;
            on Told => resolve asked;
        }
        end Done;
        any {
            on malformed => report;
            on message   => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
    role server {
        start Listening {
            on Ask   => deliver;
            app Told => send;
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

Write `app Request => track set` and `on Reply => resolve set`, or take the set away.
"#,
};

/// Finds sets of requests that are not used.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        for (index, pending) in role.pendings.iter().enumerate() {
            let mut tracked = false;
            let mut open = pending.replies.clone();
            for transition in role.states.iter().flat_map(|state| &state.transitions) {
                for action in &transition.actions {
                    match (&action.kind, &transition.trigger) {
                        (ActionKind::Track(of), _) if *of == index => tracked = true,
                        (ActionKind::Resolve(of), Trigger::Messages(messages)) if *of == index => open.retain(|id| !messages.contains(id)),
                        _ => {}
                    }
                }
            }
            if !tracked {
                let name = &model[pending.request].decl.name;
                let problem = Diagnostic::error(RULE.code, pending.span, format!("nothing ever waits in `{}`", pending.name));
                found.push(
                    problem
                        .warning()
                        .help(format!("write `app {name} => track {}`, or take it away", pending.name)),
                );
            } else if let Some(first) = open.first() {
                let name = &model[*first].decl.name;
                let message = format!("no state hands `{name}` to who waits in `{}`", pending.name);
                let problem = Diagnostic::error(RULE.code, pending.span, message);
                found.push(problem.warning().help(format!("write `on {name} => resolve {}`", pending.name)));
            }
        }
    }
}
