//! E0401: messages that cannot be told apart.

use std::collections::HashMap;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Model, Tag};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0401",
    name: "duplicate-tag",
    summary: "messages with the same tag member have different tags",
    page: r#"The tag member says which message an object is. Two messages whose envelopes have the same tag member therefore have different tags, in whatever
envelope and file they stand.

```ltp wrong
protocol demo "1.0";

envelope Frame tag "type" {
    payload: body;
}
message Ping "ping" in Frame {}
message Probe "ping" in Frame {}
```

```ltp right
protocol demo "1.0";

envelope Frame tag "type" {
    payload: body;
}
message Ping "ping" in Frame {}
message Probe "probe" in Frame {}
```
"#,
};

/// Finds it.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let mut known = HashMap::new();
    for message in &model.messages {
        let Tag::Text(tag) = &message.tag else { continue };
        let member = &model[message.envelope].tag;
        if let Some(earlier) = known.insert((member, tag), message) {
            found.push(
                Diagnostic::error(RULE.code, message.decl.span, format!("two messages have the tag `{tag}`"))
                    .label(format!("`\"{member}\": \"{tag}\"` means this"))
                    .related(earlier.decl.span, "and this"),
            );
        }
    }
}
