//! E0101: what is written is no declaration of the language.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0101",
    name: "syntax-error",
    summary: "a declaration is written as the language says",
    page: r#"The text is not written as the language says. The message names what could have stood at that place, and what stands there.

One mistake costs one declaration: the rest of the file is read, and nothing more is said about the names of declarations that could
not be read.

```ltp wrong
protocol demo "1.0";

record Point {
    x: float,
    y: float,
}
```

```ltp right
protocol demo "1.0";

record Point {
    x: float;
    y: float;
}
```

Every member, variant, case, code, property and transition ends with `;`. What ends with `}` has no `;` behind it. Fields in
expressions (`send Ping { a = 1, b = 2 }`) and items of lists are separated by `,`.
"#,
};

/// What is wrong, in words.
pub fn diagnostic(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(RULE.code, span, message)
}
