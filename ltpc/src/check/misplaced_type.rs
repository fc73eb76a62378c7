//! E0310: a type where it cannot be.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0310",
    name: "misplaced-type",
    summary: "types stand where they mean something",
    page: r#"Some types have their places: `duration` is a type of sessions, as nothing on the wire says which unit it would have; `Set[kind]` is the type of a
record's member; a scalar is a text, a number, a `bool`, a `uuid` or a `datetime`. `?` is written where a scalar is used, not where it is declared,
and not behind `json`, which may be `null` anyway.

```ltp wrong
protocol demo "1.0";

record Options {
    timeout: duration;
    extra: json?;
}
```

```ltp right
protocol demo "1.0";

record Options {
    timeout_ms: uint;
    extra: json;
}
```
"#,
};

/// A duration outside a session.
pub fn duration(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "nothing on the wire is a duration")
        .label("in sessions only")
        .help("say the unit in the name: `timeout_ms: uint`")
}

/// A payload that is no record's member.
pub fn payload(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a payload is the type of a record's member").label("not here")
}

/// A payload that may be `null`.
pub fn nullable_payload(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a payload is not `null`")
        .label("`?` has no place here")
        .help("make the member optional: `name?: Set[kind]`")
}

/// `?` on what may be `null` already.
pub fn twice_nullable(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "this may be `null` already").label("remove `?`")
}

/// `json?`.
pub fn nullable_json(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "`json` may be `null` already").label("remove `?`")
}

/// A scalar that may be `null`.
pub fn nullable_scalar(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a scalar is not `null`")
        .label("`?` has no place here")
        .help("write `?` where the scalar is used")
}

/// A scalar that is none.
pub fn no_scalar(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a scalar is a text, a number, a `bool`, a `uuid` or a `datetime`")
        .label("none of them")
        .help("use the type itself, or declare a record")
}

/// A type in too many others.
pub fn too_deep(span: Span, deepest: usize) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("types are nested here more than {deepest} deep"))
        .label("too deep")
        .help("declare records by name")
}
