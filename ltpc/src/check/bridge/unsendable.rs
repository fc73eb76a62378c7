//! E0906: a message for the peer that its role does not send.

use super::demo;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{BridgeRuleKind, MessageId, Model, Role, Side, Trigger};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0906",
    name: "bridge-unsendable",
    summary: "what a bridge sends to a peer is taken by an `app` transition",
    page: concat!(
        r#"Answers, pushed messages and what stands behind `else` go the way of an application that asks to send: some state of the role has
`app Message => ...`. There the session says who gets it: a condition leaves out what is not for this peer.

```ltp wrong
"#,
        demo!(),
        r#"
bridge Mesh serves Talk.gateway {
    publish Ask -> Note to "notes.{topic}" else Ask { topic = rain };
}
```

```ltp right
"#,
        demo!(),
        r#"
bridge Mesh serves Talk.gateway {
    request Ask -> Note to "notes.{topic}" within 5 s reply Note -> Told else Told { topic = rain };
    push Note -> Told from "notes.*";
}
```
"#
    ),
};

/// Finds messages that no transition sends for the application.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for bridge in &model.bridges {
        let role = &model[bridge.session].roles[bridge.role];
        for rule in &bridge.rules {
            let mapped = |mapping: usize, span: Span| match model.mappings[mapping].target {
                Side::Message(message) => Some((message, span)),
                Side::Record(_) => None,
            };
            let sent = match &rule.kind {
                BridgeRuleKind::Push(push) => [mapped(push.mapping, rule.span), None],
                BridgeRuleKind::Out(out) => [
                    out.ask.as_ref().and_then(|ask| mapped(ask.reply, ask.span)),
                    out.otherwise.as_ref().map(|said| (said.message, said.span)),
                ],
            };
            for (message, span) in sent.into_iter().flatten().filter(|(message, _)| !sends(role, *message)) {
                let name = &model[message].decl.name;
                let text = format!("the role `{}` never sends `{name}` for the application", role.name);
                found.push(Diagnostic::error(RULE.code, span, text).help(format!("add `app {name} => send` to a state of it")));
            }
        }
    }
}

fn sends(role: &Role, message: MessageId) -> bool {
    let mut triggers = role
        .states
        .iter()
        .flat_map(|state| &state.transitions)
        .map(|transition| &transition.trigger);
    triggers.any(|trigger| matches!(trigger, Trigger::App(messages) if messages.contains(&message)))
}
