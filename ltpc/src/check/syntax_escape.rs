//! E0103: a backslash in a quoted text begins no escape.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0103",
    name: "unknown-escape",
    summary: "a backslash in a quoted text begins an escape",
    page: r#"In a quoted text a backslash begins an escape: `\"`, `\\`, `\n`, `\r`, `\t`, or `\u{...}` with the hexadecimal number of a Unicode
scalar value. Anything else is a mistake, so that a text never means something else than it seems to.

```ltp wrong
protocol demo "1.0";

scalar Year = string where pattern "\d{4}";
```

```ltp right
protocol demo "1.0";

scalar Year = string where pattern "\\d{4}";
```

Write a backslash that is meant as such twice.
"#,
};

/// `escape` is the backslash with what follows it.
pub fn diagnostic(span: Span, escape: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(RULE.code, span, format!("`{escape}` is no escape"));
    if escape.starts_with("\\u") {
        diagnostic.help("a character is written by its hexadecimal number, such as `\\u{e9}`; surrogates are none")
    } else {
        diagnostic.help("escapes are `\\\"`, `\\\\`, `\\n`, `\\r`, `\\t` and `\\u{...}`; a backslash itself is written `\\\\`")
    }
}
