//! W0607: inputs of which a state says nothing.

use std::collections::HashSet;

use super::graph::{Phases, lives, only_asking, phases, roles};
use super::not_received::received_by;
use super::traffic::sent_by;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{MessageId, Model, State, Trigger};

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0607",
    name: "unhandled-input",
    summary: "every state says what is done on everything that can come in",
    page: r#"An input that no transition takes changes nothing and is reported as a violation; a call is refused. That is safe, but seldom what was
thought of. Looked at are the messages that the peer sends, what is malformed, the transport opening and closing where it can, and the
application's wish to close. Each state is listed once.

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
        end Done;
        any {
            on open      => ignore;
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

Say what is done: in the state, or for all states in `any`. `on message => report` and `on malformed => report` keep what would have happened anyway, and say so.
"#,
};

/// Lists for every state what may come in there that no transition takes.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, peer) in roles(model) {
        // What is taken nowhere is told of once, where it is sent.
        let received = received_by(role);
        let takes = |id: &MessageId| received.as_ref().is_none_or(|received| received.contains(id));
        let comes: Vec<MessageId> = peer
            .map(sent_by)
            .unwrap_or_default()
            .into_iter()
            .map(|(id, _)| id)
            .filter(takes)
            .collect();
        let states = role.states.iter().zip(phases(role)).zip(only_asking(role));
        for ((state, phases), asking) in states {
            if asking || !lives(state) || phases == Phases::default() {
                continue;
            }
            let unhandled = unhandled(model, state, phases, &comes);
            if let Some((last, others)) = unhandled.split_last() {
                let list = if others.is_empty() {
                    last.clone()
                } else {
                    format!("{} and {last}", others.join(", "))
                };
                found.push(
                    Diagnostic::error(RULE.code, state.span, format!("the state `{}` says nothing of {list}", state.name))
                        .warning()
                        .help("say it here, or for all states in `any`: `on message => report`, `on malformed => report`, `on open => ignore`"),
                );
            }
        }
    }
}

fn unhandled(model: &Model, state: &State, phases: Phases, comes: &[MessageId]) -> Vec<String> {
    let mut taken: HashSet<MessageId> = HashSet::new();
    let (mut any, mut open, mut closed, mut malformed, mut close) = (false, false, false, false, false);
    for transition in &state.transitions {
        match &transition.trigger {
            Trigger::Messages(messages) => taken.extend(messages),
            Trigger::AnyMessage => any = true,
            Trigger::Open => open = true,
            Trigger::Closed => closed = true,
            Trigger::Malformed => malformed = true,
            Trigger::AppClose => close = true,
            _ => {}
        }
    }
    let mut list = Vec::new();
    if phases.open && !any {
        list.extend(
            comes
                .iter()
                .filter(|id| !taken.contains(id))
                .map(|id| format!("`{}`", model[*id].decl.name)),
        );
    }
    let simple = [
        (phases.open && !malformed, "`malformed`"),
        (phases.opening && !open, "`open`"),
        ((phases.opening || phases.open) && !closed, "`closed`"),
        (!close, "`app close`"),
    ];
    list.extend(simple.into_iter().filter(|(open, _)| *open).map(|(_, name)| name.to_owned()));
    list
}
