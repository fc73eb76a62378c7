//! E0905: a rule that is never tried.

use super::demo;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{ActionKind, Trigger};
use crate::model::{BridgeOut, BridgeRuleKind, MessageId, Model, Role};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0905",
    name: "bridge-undelivered",
    summary: "each rule carries what the role delivers and no rule before it carries",
    page: concat!(
        r#"A bridge carries what a transition of its role delivers (`on Message => deliver`), by the first rule whose message it is and whose condition
holds. A rule for another message, or behind one for the same message that has no condition, does nothing.

```ltp wrong
"#,
        demo!(),
        r#"
bridge Mesh serves Talk.gateway {
    publish Ask -> Note to "notes.all";
    publish Ask a when a.topic == sun -> Note to "notes.sun";
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

/// Finds rules that do nothing.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for bridge in &model.bridges {
        let role = &model[bridge.session].roles[bridge.role];
        let mut carried: Vec<(&BridgeOut, crate::source::Span)> = Vec::new();
        for rule in &bridge.rules {
            let BridgeRuleKind::Out(out) = &rule.kind else { continue };
            let name = &model[out.message].decl.name;
            if !delivers(role, out.message) {
                let message = format!("the role `{}` never delivers `{name}`", role.name);
                found.push(Diagnostic::error(RULE.code, rule.span, message).help(format!("add `on {name} => deliver` to a state of it")));
            } else if let Some((_, earlier)) = carried
                .iter()
                .find(|(earlier, _)| earlier.message == out.message && earlier.guard.is_none())
            {
                let message = format!("each `{name}` is carried by a rule above");
                found.push(Diagnostic::error(RULE.code, rule.span, message).related(*earlier, "by this one"));
            }
            carried.push((out, rule.span));
        }
    }
}

/// Whether a role hands a message to its application.
pub fn delivers(role: &Role, message: MessageId) -> bool {
    let mut transitions = role.states.iter().flat_map(|state| &state.transitions);
    transitions.any(|transition| {
        let comes = match &transition.trigger {
            Trigger::Messages(messages) => messages.contains(&message),
            Trigger::AnyMessage => true,
            _ => false,
        };
        comes && transition.actions.iter().any(|action| matches!(action.kind, ActionKind::Deliver))
    })
}
