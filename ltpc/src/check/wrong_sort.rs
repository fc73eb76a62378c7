//! E0206: a name of something else than what stands there.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0206",
    name: "wrong-sort",
    summary: "a name stands for the sort of thing that its place takes",
    page: r#"Types, envelopes, messages, endpoints and sessions have their places: a member has a type, a message stands in an envelope, `...Name;` spreads a
record.

```ltp wrong
protocol demo "1.0";

envelope Frame tag "type" {
    payload: body;
}
message Ping "ping" in Frame {}
message Pong "pong" in Frame {
    to: Ping;
}
```

```ltp right
protocol demo "1.0";

record Probe {
    id: uuid;
}
envelope Frame tag "type" {
    payload: body;
}
message Ping "ping" in Frame = Probe;
message Pong "pong" in Frame {
    to: Probe;
}
```

What a message says can be used elsewhere if it is a record of its own.
"#,
};

/// A name of another sort than is wanted. Both sorts with their articles.
pub fn report(name: &str, span: Span, wanted: &str, sort: &str, declared: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` is {sort}, and {wanted} is wanted here"))
        .label(format!("{sort}, not {wanted}"))
        .related(declared, "declared here")
}

/// A type that is no record where only a record fits.
pub fn no_record(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a record is wanted here").label("no record")
}

/// A type that is no payload set where only one fits.
pub fn no_payloads(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a payload set is wanted here").label("no payload set")
}
