//! W0609: times that contradict each other.

use super::graph::{constant, duration, roles};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{ActionKind, Model, Next, Role, State, Trigger};

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0609",
    name: "times-contradict",
    summary: "what is waited for comes before the waiting is over",
    page: r#"A timer that is armed again before it can run out never does: arming it moves its only deadline. With `queue n` it keeps one deadline for each
arming. A period is never over in a state that is left sooner. Options count as what they are by default.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}
message Bye "bye" in Plain {}

session Talk between client, server {
    role client {
        start Dialing {
            enter   => connect;
            on open => -> Ready;
        }
        state Ready {
            timer silence = 30 s;
            every 10 s         => send Hello, arm silence;
            on Bye             => disarm silence;
            on timeout silence => drop "no answer";
        }
        end Done;
        any {
            on message   => report;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
    role server {
        start Listening {
            on open  => ignore;
            on Hello => send Bye;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
        end Done;
    }
}
```

```ltp right
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}
message Bye "bye" in Plain {}

session Talk between client, server {
    role client {
        start Dialing {
            enter   => connect;
            on open => -> Ready;
        }
        state Ready {
            timer silence queue 8 = 30 s;
            every 10 s         => send Hello, arm silence;
            on Bye             => disarm silence;
            on timeout silence => drop "no answer";
        }
        end Done;
        any {
            on message   => report;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
    role server {
        start Listening {
            on open  => ignore;
            on Hello => send Bye;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
        end Done;
    }
}
```

Let the timer be a queue, or let the times fit each other.
"#,
};

/// Finds timers that can never run out, and periods that never pass.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        for state in &role.states {
            check_state(role, state, found);
        }
    }
}

fn check_state(role: &Role, state: &State, found: &mut Vec<Diagnostic>) {
    // The shortest wait after which the state is left, whatever happens.
    let left = state
        .transitions
        .iter()
        .filter_map(|one| match (&one.trigger, &one.next, &one.guard) {
            (Trigger::After(pause), Next::Goto(_) | Next::Retry { .. }, None) => Some((constant(role, pause, true)?, pause.span)),
            _ => None,
        });
    let left = left.min();
    for transition in &state.transitions {
        let Trigger::Every(period) = &transition.trigger else { continue };
        let Some(every) = constant(role, period, true) else { continue };
        if let Some((after, span)) = left.filter(|(after, _)| *after <= every) {
            found.push(
                Diagnostic::error(
                    RULE.code,
                    period.span,
                    format!("this never happens: the state is left before {} pass", duration(every)),
                )
                .warning()
                .related(span, format!("left after {}", duration(after))),
            );
        }
        if transition.guard.is_some() {
            continue;
        }
        for action in &transition.actions {
            let ActionKind::Arm(timer) = action.kind else { continue };
            let Some(timer) = state.timers.get(timer).filter(|timer| timer.queue.is_none()) else {
                continue;
            };
            let Some(wait) = constant(role, &timer.duration, true).filter(|wait| *wait > every) else {
                continue;
            };
            found.push(
                Diagnostic::error(RULE.code, action.span, format!("the timer `{}` never runs out", timer.name))
                    .warning()
                    .label(format!(
                        "armed again every {}, before it runs out after {}",
                        duration(every),
                        duration(wait)
                    ))
                    .related(timer.span, "declared here")
                    .help(format!(
                        "let it keep a deadline for each time: `timer {} queue 64 = ...`, or make it shorter",
                        timer.name
                    )),
            );
        }
    }
}
