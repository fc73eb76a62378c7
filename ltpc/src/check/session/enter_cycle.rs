//! E0626: states that enter each other for ever.

use super::graph::roles;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Model, Next, Role, Trigger};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0626",
    name: "enter-cycle",
    summary: "what states do on entry comes to rest",
    page: r#"An `enter` transition is taken as soon as its state is entered. If it leads on, and that state leads on, until the first is entered again,
the machine never comes to rest.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        start Dialing {
            enter   => connect -> Waiting;
        }
        state Waiting {
            enter     => -> Dialing;
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
        start Dialing {
            enter   => connect -> Waiting;
        }
        state Waiting {
            on message => report;
            on malformed => report;
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

Let one of the states wait for something.
"#,
};

/// Finds states that are left as soon as they are entered, in a circle.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        // Every state has at most one next: 0 is not looked at yet, else the round in which it was.
        let next: Vec<Option<usize>> = (0..role.states.len()).map(|state| on_entry(role, state)).collect();
        let mut round = vec![0_usize; next.len()];
        for start in 0..next.len() {
            let mut at = start;
            while round[at] == 0 {
                round[at] = start + 1;
                let Some(then) = next[at].filter(|then| *then < next.len()) else {
                    break;
                };
                if round[then] == start + 1 {
                    report(role, then, &next, found);
                }
                at = then;
            }
        }
    }
}

/// Where a state leads to whenever it is entered.
fn on_entry(role: &Role, state: usize) -> Option<usize> {
    let first = role
        .states
        .get(state)?
        .transitions
        .iter()
        .find(|one| matches!(one.trigger, Trigger::Enter))?;
    match (&first.next, &first.guard) {
        (Next::Goto(goto), None) => Some(goto.state),
        _ => None,
    }
}

fn report(role: &Role, first: usize, next: &[Option<usize>], found: &mut Vec<Diagnostic>) {
    let mut names = vec![role.states[first].name.as_str()];
    let mut at = next[first];
    while let Some(state) = at.filter(|state| *state != first) {
        names.push(&role.states[state].name);
        at = next[state];
    }
    names.push(&role.states[first].name);
    found.push(
        Diagnostic::error(
            RULE.code,
            role.states[first].span,
            format!("entering `{}` never comes to an end", role.states[first].name),
        )
        .label(names.join(" -> "))
        .help("let one of these states wait for something: `on`, `after`, `app`"),
    );
}
