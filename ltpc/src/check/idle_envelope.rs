//! W0405: an envelope that carries nothing.

use std::collections::HashSet;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Model, ModuleId};

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0405",
    name: "idle-envelope",
    summary: "envelopes carry messages",
    page: r#"An envelope in which no message stands is likely left over, or a message stands in the wrong one. Files without messages are libraries for others,
and are not looked at.

```ltp wrong
protocol demo "1.0";

envelope Frame tag "type" {
    payload: body;
}
envelope Notice tag "type" {
    payload: body;
}
message Ping "ping" in Frame {}
```

```ltp right
protocol demo "1.0";

envelope Frame tag "type" {
    payload: body;
}
message Ping "ping" in Frame {}
```
"#,
};

/// Finds it in the compiled file.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let root = ModuleId(0);
    if !model.whole || !model.messages.iter().any(|message| message.decl.module == root) {
        return;
    }
    let carrying: HashSet<u32> = model.messages.iter().map(|message| message.envelope.0).collect();
    for (index, envelope) in (0u32..).zip(&model.envelopes) {
        if envelope.decl.module == root && !carrying.contains(&index) {
            found.push(
                Diagnostic::error(
                    RULE.code,
                    envelope.decl.span,
                    format!("no message stands in `{}`", envelope.decl.name),
                )
                .warning()
                .label("carries nothing")
                .help("use it or remove it"),
            );
        }
    }
}
