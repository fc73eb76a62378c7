//! E0404: `body` where there is none.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0404",
    name: "misplaced-body",
    summary: "`body` stands in an envelope, at most once",
    page: r#"`body` is the place of the message in its envelope. Records and messages have none, and an envelope has one or, for flat messages, none.

```ltp wrong
protocol demo "1.0";

record Frame {
    id: uuid;
    payload: body;
}
```

```ltp right
protocol demo "1.0";

envelope Frame tag "type" {
    id: uuid;
    payload: body;
}
```
"#,
};

/// Not in an envelope.
pub fn report(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "only an envelope has a body")
        .label("not here")
        .help("use a type, such as `object`")
}

/// The second one.
pub fn twice(span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "an envelope has one body")
        .label("a second one")
        .related(earlier, "the first one")
}
