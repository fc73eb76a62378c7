//! E0414: a tag member without a name.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::Text;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0414",
    name: "empty-tag",
    summary: "tag members have names",
    page: r#"The text behind `tag` is the name of the member that tells messages or cases apart, so it says something.

```ltp wrong
protocol demo "1.0";

envelope Frame tag "" {
    payload: body;
}
```

```ltp right
protocol demo "1.0";

envelope Frame tag "type" {
    payload: body;
}
```
"#,
};

/// Checks the name of a tag member.
pub fn check(tag: &Text, found: &mut Vec<Diagnostic>) {
    if tag.text.is_empty() {
        found.push(
            Diagnostic::error(RULE.code, tag.span, "the tag member has no name")
                .label("no name")
                .help("such as `tag \"type\"`"),
        );
    }
}
