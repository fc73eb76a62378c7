//! E0614: a message, record or row without a member that must be there.

use super::graph::roles;
use super::stamps::open_members;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{ActionKind, Member, MessageBody, Model, Presence};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0614",
    name: "missing-member",
    summary: "what is sent or stored has every member that must be there",
    page: r#"A member without `?` behind its name and without a default must be given when a message is sent, a row stored or a record made. Members of
an envelope with a place for the body are stamped, which is another rule's matter.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {
    name: string;
}

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

envelope Plain tag "type" {}

message Hello "hello" in Plain {
    name: string;
}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Hello { name = "Ann" } -> Done;
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

Give the member a value: `send Message { member = value }`. Or let it be absent, or have a default, where it is declared.
"#,
};

/// Finds messages that are sent without a member that must be there.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let mut said = std::collections::HashSet::new();
    for state in roles(model).flat_map(|(_, role, _)| &role.states) {
        for action in state.transitions.iter().flat_map(|transition| &transition.actions) {
            let ActionKind::Send { message, envelope, body } = &action.kind else {
                continue;
            };
            let message = &model[*message];
            let members: &[Member] = match message.body {
                MessageBody::Record(record) => &model[record].members,
                MessageBody::Object => &[],
            };
            let given: std::collections::HashSet<usize> = body.iter().map(|(index, _)| *index).collect();
            let mut open: Vec<&str> = members
                .iter()
                .enumerate()
                .filter(|(index, member)| must_be_given(member) && !given.contains(index))
                .map(|(_, member)| member.name.as_str())
                .collect();
            // Members of an envelope with a place for the body are only stamped: another rule's matter.
            let around = &model[message.envelope];
            if around.body.is_none() {
                let stamp = state.stamps.iter().find(|stamp| stamp.envelope == message.envelope);
                let left = open_members(model, &around.members, stamp);
                let left = left.into_iter().filter(|index| !envelope.iter().any(|(given, _)| given == index));
                open.extend(
                    left.filter_map(|index| around.members.get(index))
                        .map(|member| member.name.as_str()),
                );
            }
            if let Some(first) = open.first()
                && said.insert(action.span)
            {
                let (word, names) = (if open.len() == 1 { "member" } else { "members" }, open.join("`, `"));
                found.push(
                    Diagnostic::error(
                        RULE.code,
                        action.span,
                        format!("`{}` is sent without its required {word} `{names}`", message.decl.name),
                    )
                    .help(format!("give it a value: `send {} {{ {first} = ... }}`", message.decl.name)),
                );
            }
        }
    }
}

/// Whether a member must be there and has no value of its own.
pub fn must_be_given(member: &Member) -> bool {
    member.presence == Presence::Required { default: None }
}
