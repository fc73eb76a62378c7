//! W0207: what nothing names.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0207",
    name: "unused",
    summary: "types and imports are used",
    page: r#"A type that nothing names is likely left over, or its name was mistyped where it should stand. So is an import of which nothing is used. Files
without messages are libraries for others, and are not looked at.

```ltp wrong
protocol demo "1.0";

record Point {
    x: float;
}
envelope Frame tag "type" {
    payload: body;
}
message Ping "ping" in Frame {}
```

```ltp right
protocol demo "1.0";

record Point {
    x: float;
}
envelope Frame tag "type" {
    payload: body;
}
message Ping "ping" in Frame {
    at: Point;
}
```

Use it or remove it.
"#,
};

/// A type that nothing names.
pub fn declaration(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("nothing uses `{name}`"))
        .warning()
        .label("not used")
        .help("use it or remove it")
}

/// An import of which nothing is used.
pub fn import(alias: &str, span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("nothing of `{alias}` is used"))
        .warning()
        .label("not used")
        .help("use it or remove it")
}
