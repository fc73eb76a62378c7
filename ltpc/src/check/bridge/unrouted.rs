//! W0901: a delivered message that no rule carries.

use super::demo;
use super::undelivered::delivers;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{BridgeRuleKind, MessageId, Model};

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0901",
    name: "bridge-unrouted",
    summary: "each message that the role delivers is carried by some rule",
    page: concat!(
        r#"What a role delivers and no rule of its bridge carries is counted and forgotten. Where that is meant, the session says so: `on Message => ignore`.

```ltp wrong
"#,
        demo!(),
        r#"
bridge Mesh serves Talk.gateway {
    push Note -> Told from "notes.*";
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

/// Finds messages that go nowhere.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for bridge in &model.bridges {
        let role = &model[bridge.session].roles[bridge.role];
        let messages = (0..model.messages.len()).filter_map(|index| u32::try_from(index).ok().map(MessageId));
        for message in messages.filter(|message| delivers(role, *message)) {
            let is_carried = bridge
                .rules
                .iter()
                .any(|rule| matches!(&rule.kind, BridgeRuleKind::Out(out) if out.message == message));
            if !is_carried {
                let name = &model[message].decl.name;
                let text = format!("the role `{}` delivers `{name}`, which no rule carries", role.name);
                found.push(
                    Diagnostic::error(RULE.code, bridge.decl.span, text)
                        .warning()
                        .help(format!("add `publish {name} -> ... to \"...\"`, or let the role ignore it")),
                );
            }
        }
    }
}
