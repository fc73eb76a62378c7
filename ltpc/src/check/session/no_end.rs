//! W0608: a role, or a part of it, from which no end is ever reached.

use super::graph::{lives, reachable, roles, targets};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Model, Role};

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0608",
    name: "no-end",
    summary: "from every state some path leads to an end",
    page: r#"A machine that never comes to an end state never ends its endpoint: the application cannot be rid of it.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Hello -> Idle;
            on closed => -> Idle;
            app close => -> Idle;
        }
        state Idle {
            on open      => ignore;
            on message   => report;
            on malformed => report;
            on closed    => ignore;
            app close    => -> Dialing;
        }
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
            enter     => connect;
            on open   => send Hello -> Idle;
            on closed => -> Idle;
            app close => -> Idle;
        }
        state Idle {
            on open      => ignore;
            on message   => report;
            on malformed => report;
            on closed    => ignore;
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

Let `app close`, or whatever ends the session, lead to an `end` state.
"#,
};

/// Finds states, or whole roles, that never end.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        let (reachable, ending) = (reachable(role), ending(role));
        if !ending.get(role.start).is_some_and(|ends| *ends) {
            found.push(
                Diagnostic::error(RULE.code, role.span, format!("the role `{}` never ends", role.name))
                    .warning()
                    .help("declare an end state, `end Closed;`, and let `app close` lead to it"),
            );
            continue;
        }
        // A state that cannot be left at all is another rule's.
        let mut trapped = role.states.iter().enumerate().filter(|(index, state)| {
            let left = state.transitions.iter().flat_map(targets).any(|goto| goto.state != *index);
            reachable[*index] && !ending[*index] && left
        });
        if let Some((_, first)) = trapped.next() {
            let mut diagnostic = Diagnostic::error(
                RULE.code,
                first.span,
                format!("from the state `{}` no end is ever reached", first.name),
            )
            .warning();
            for (_, state) in trapped {
                diagnostic = diagnostic.related(state.span, "nor from this one");
            }
            found.push(diagnostic.help("let `app close` lead to an end state, for all states at once in `any`"));
        }
    }
}

/// The states from which an end can be reached.
fn ending(role: &Role) -> Vec<bool> {
    let mut from: Vec<Vec<usize>> = vec![Vec::new(); role.states.len()];
    for (index, state) in role.states.iter().enumerate() {
        for goto in state.transitions.iter().flat_map(targets) {
            if let Some(from) = from.get_mut(goto.state) {
                from.push(index);
            }
        }
    }
    let mut ending: Vec<bool> = role.states.iter().map(|state| !lives(state)).collect();
    let mut open: Vec<usize> = ending
        .iter()
        .enumerate()
        .filter(|(_, ends)| **ends)
        .map(|(index, _)| index)
        .collect();
    while let Some(state) = open.pop() {
        for before in &from[state] {
            if !std::mem::replace(&mut ending[*before], true) {
                open.push(*before);
            }
        }
    }
    ending
}
