//! E0615: a message that is sent in an envelope with a gap.

use std::collections::HashSet;

use super::graph::roles;
use super::stamps::{half_made, open_members};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{ActionKind, EnvelopeId, Model, State, Trigger};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0615",
    name: "open-stamp",
    summary: "a state that sends stamps every required member of the envelope",
    page: r#"A stamp says what an envelope's members are when a state sends in it: its own stamp, else the role's. What neither a stamp nor a default fills
is missing from every message that the state sends, and the peer refuses it.

A stamp that sets a part of an optional record (`meta.name = ...`) makes the record, and must set all that the record must have.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {
    thread: uuid;
    payload?: body;
}

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

```ltp right
protocol demo "1.0";

envelope Plain tag "type" {
    thread: uuid;
    payload?: body;
}

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        stamp Plain {
            thread = fresh;
        }
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

Add the member to the stamp, or give it a default where it is declared.
"#,
};

/// Finds states that send messages whose envelope they do not fill.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let mut halves = HashSet::new();
    for state in roles(model).flat_map(|(_, role, _)| &role.states) {
        for stamp in &state.stamps {
            if let Some((entry, member)) = half_made(model, &model[stamp.envelope].members, stamp)
                && halves.insert(entry.value.span)
            {
                found.push(
                    Diagnostic::error(
                        RULE.code,
                        entry.value.span,
                        format!("this makes a record without its required member `{member}`"),
                    )
                    .help("stamp all its required members, or the record as a whole"),
                );
            }
        }
        for (id, span) in envelopes(model, state) {
            let envelope = &model[id];
            let stamp = state.stamps.iter().find(|stamp| stamp.envelope == id);
            let open = open_members(model, &envelope.members, stamp);
            let names: Vec<&str> = open
                .iter()
                .filter_map(|index| envelope.members.get(*index))
                .map(|member| member.name.as_str())
                .collect();
            let Some(first) = names.first() else { continue };
            let (name, word) = (&envelope.decl.name, if names.len() == 1 { "member" } else { "members" });
            let mut diagnostic = Diagnostic::error(
                RULE.code,
                span,
                format!(
                    "the state `{}` sends in `{name}` and leaves its required {word} `{}` open",
                    state.name,
                    names.join("`, `")
                ),
            );
            diagnostic = match stamp {
                Some(stamp) => diagnostic
                    .related(stamp.span, "the stamp that holds here")
                    .help(format!("add `{first} = ...;` to it")),
                None => diagnostic.help(format!("add `stamp {name} {{ {first} = ...; }}` to the state or to its role")),
            };
            found.push(diagnostic);
        }
    }
}

/// The envelopes that a state sends in, with the first place where it does. What the schema gives to a flat message by name is
/// looked at where it is sent.
fn envelopes(model: &Model, state: &State) -> Vec<(EnvelopeId, Span)> {
    let mut seen = HashSet::new();
    let mut envelopes = Vec::new();
    for transition in &state.transitions {
        for action in &transition.actions {
            let sent = match (&action.kind, &transition.trigger) {
                (ActionKind::Send { message, .. }, _) if model[model[*message].envelope].body.is_some() => std::slice::from_ref(message),
                (ActionKind::SendGiven | ActionKind::Track(_), Trigger::App(messages)) => messages,
                _ => continue,
            };
            for id in sent.iter().map(|id| model[*id].envelope) {
                if seen.insert(id) {
                    envelopes.push((id, action.span));
                }
            }
        }
    }
    envelopes
}
