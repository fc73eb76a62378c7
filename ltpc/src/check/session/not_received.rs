//! E0621: a message that the peer does not take.

use std::collections::HashSet;

use super::graph::{lives, roles};
use super::traffic::sent_by;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{ActionKind, MessageId, Model, Role, Trigger};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0621",
    name: "not-received",
    summary: "what one side sends, the other receives in some state",
    page: r#"Each message that a role sends has a transition of its peer that takes it by name, or by its envelope without a guard; one that hands on any
message will do. A transition on `message` that only answers takes what has no place, not what is sent on purpose.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}
message Bye "bye" in Plain {}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Bye -> Done;
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
message Bye "bye" in Plain {}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Bye -> Done;
            on closed => -> Done;
            app close => -> Done;
        }
        end Done;
    }
    role server {
        start Listening {
            on Hello | Bye => deliver -> Done;
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

Let the peer take it in the states in which it may come, or do not send it.
"#,
};

/// Finds messages that are sent to a peer that never takes them.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, peer) in roles(model) {
        let Some(peer) = peer else { continue };
        let Some(received) = received_by(peer) else { continue };
        for (id, span) in sent_by(role) {
            if !received.contains(&id) {
                let message = &model[id].decl;
                found.push(
                    Diagnostic::error(
                        RULE.code,
                        span,
                        format!("`{}` sends `{}`, and `{}` never receives it", role.name, message.name, peer.name),
                    )
                    .related(peer.span, "no state of this role takes it by name")
                    .help(format!("add `on {} => deliver` to a state of `{}`", message.name, peer.name)),
                );
            }
        }
    }
}

/// The messages that a role takes; none: all, as it hands any message on. A guarded transition for several messages at once is
/// taken to sort some out, and a transition on `message` to answer what has no place.
pub fn received_by(role: &Role) -> Option<HashSet<MessageId>> {
    let mut received = HashSet::new();
    for transition in role.states.iter().filter(|state| lives(state)).flat_map(|state| &state.transitions) {
        match &transition.trigger {
            Trigger::Messages(messages) if transition.guard.is_none() || messages.len() == 1 => received.extend(messages),
            Trigger::AnyMessage if transition.actions.iter().any(|action| matches!(action.kind, ActionKind::Deliver)) => return None,
            _ => {}
        }
    }
    Some(received)
}
