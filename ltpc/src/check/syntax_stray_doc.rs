//! E0106: documentation where nothing can be documented.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0106",
    name: "stray-documentation",
    summary: "a `///` line stands above what it documents",
    page: r#"Lines that begin with `///` travel into the generated code, as the documentation of what stands below them: a declaration, a member, a
variant, a case, an error code, a tier, a role, and of a role its states, variables, timers, retries, tables and meters. Elsewhere they would
be lost.

```ltp wrong
protocol demo "1.0";

record Point {
    x: float; /// From the left.
    y: float; /// From the top.
}
```

```ltp right
protocol demo "1.0";

record Point {
    /// From the left.
    x: float;
    /// From the top.
    y: float;
}
```

Put it above what it documents, or make a remark of it: `//`.
"#,
};

/// The line at fault.
pub fn diagnostic(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "this documents nothing")
        .label("nothing that can be documented follows")
        .help("a `///` line stands above what it documents; a remark begins with `//`")
}
