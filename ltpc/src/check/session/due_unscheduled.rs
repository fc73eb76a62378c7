//! W0605: a retry that is never taken, or that is never due where it is waited for.

use super::graph::{lives, roles};
use super::retry_due::armed;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Model, Next, Trigger};

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0605",
    name: "due-unscheduled",
    summary: "a state with `due` is one in which the retry may fall due, and a retry is taken somewhere",
    page: r#"A retry is armed by `retry r -> A else -> B` and falls due in `A`, or in a state that follows before it is due.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        retry again = 1 s ..= 30 s factor 2 tries 5;
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

Take the retry where something failed, or take it away.
"#,
};

/// Finds retries that are never taken, and states that wait for one that cannot fall due there.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        for (index, retry) in role.retries.iter().enumerate() {
            let all = || role.states.iter().flat_map(|state| &state.transitions);
            if !all().any(|one| matches!(one.next, Next::Retry { retry, .. } if retry == index)) {
                found.push(
                    Diagnostic::error(RULE.code, retry.span, format!("the retry `{}` is never taken", retry.name))
                        .warning()
                        .help(format!(
                            "write `retry {} -> State else -> State` where something failed, or take it away",
                            retry.name
                        )),
                );
                continue;
            }
            for (state, _) in role
                .states
                .iter()
                .zip(armed(role, index))
                .filter(|(state, armed)| !armed && lives(state))
            {
                for transition in state.transitions.iter().filter(|one| !one.from_any) {
                    if matches!(transition.trigger, Trigger::Due(due) if due == index) {
                        found.push(
                            Diagnostic::error(
                                RULE.code,
                                transition.span,
                                format!("the retry `{}` never falls due in the state `{}`", retry.name, state.name),
                            )
                            .warning()
                            .help(format!("it falls due after `retry {} -> {} else ...`", retry.name, state.name)),
                        );
                    }
                }
            }
        }
    }
}
