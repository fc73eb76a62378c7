//! E0105: too deep for what reads it.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0105",
    name: "nesting",
    summary: "brackets nest at most 64 deep, and an expression has at most 256 operators",
    page: r#"Brackets nest at most 64 deep, and an expression has at most 256 operators, with all expressions inside it. No protocol comes near it; the
bound is there so that no text can exhaust the compiler's stack.

```ltp wrong
protocol demo "1.0";

scalar Deep = list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<
    list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<
    list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<list<
    int>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>;
```

```ltp right
protocol demo "1.0";

record Row {
    cells: list<int>;
}

record Grid {
    rows: list<Row>;
}
```

Give the inner parts names of their own: a `record` for a type, a `var` for a value.
"#,
};

/// A bracket that opens one level too many.
pub fn too_deep(span: Span, most: usize) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("brackets nest more than {most} deep here"))
        .label("one level too many")
        .help("give the inner parts names of their own")
}

/// An operator too many.
pub fn too_many_operators(span: Span, most: u32) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("this expression has more than {most} operators"))
        .label("one too many")
        .help("set variables to parts of it")
}
