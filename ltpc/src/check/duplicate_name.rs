//! E0202: two things of one name.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0202",
    name: "duplicate-name",
    summary: "names are unique where they stand",
    page: r#"Declarations of a file have different names, whatever they declare; so have the members of a record (with those that it spreads), the
variants of an enum, the cases of a union and the kinds of a payload set.

```ltp wrong
protocol demo "1.0";

record Point {
    x: float;
    x: float;
}
```

```ltp right
protocol demo "1.0";

record Point {
    x: float;
    y: float;
}
```

Rename one of them. What it is called on the wire need not change: `y "x2": float;`.
"#,
};

/// The second of a name; `what` is what has the name, such as `member`.
pub fn report(what: &str, name: &str, span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("the {what} `{name}` stands here twice"))
        .label("again here")
        .related(earlier, "first here")
}
