//! E0306: a default that is no value of its type.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0306",
    name: "bad-default",
    summary: "defaults are values of their type",
    page: r#"What a sender fills in, or a receiver takes an absent member for, is a value like any other: of the declared type, within its constraints. Variants
of enums are written by their names, records and objects as `{ member = value }`.

```ltp wrong
protocol demo "1.0";

enum Encoding { json; toon; }

record Options {
    level?: float where 0.0 ..= 1.0 = 2.0;
    encoding?: Encoding = "json";
}
```

```ltp right
protocol demo "1.0";

enum Encoding { json; toon; }

record Options {
    level?: float where 0.0 ..= 1.0 = 0.5;
    encoding?: Encoding = json;
}
```
"#,
};

/// A value of another type than `wanted`.
pub fn other_type(span: Span, wanted: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "the default is not of the member's type").label(format!("{wanted} is wanted here"))
}

/// A value of the type that its constraints do not allow.
pub fn outside(span: Span, why: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "the default is not allowed by the member's type").label(why)
}

/// A record without a member.
pub fn lacks(span: Span, member: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("the default lacks the member `{member}`")).label(format!("`{member}` must be there"))
}

/// A type that has no constants.
pub fn no_constant(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a member of this type has no default")
        .label("not here")
        .help("make the member optional: `name?: type`")
}

/// A value that is nested too deep.
pub fn too_deep(span: Span, deepest: usize) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("the default is nested more than {deepest} deep")).label("too deep")
}
