//! E0410: a flag that an error code does not have.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::did_you_mean;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0410",
    name: "error-flag",
    summary: "error codes have the flags `retry` and `closes`, each at most once",
    page: r#"Behind its meaning an error code can say `retry` (trying again may help) and `closes` (the connection ends).

```ltp wrong
protocol demo "1.0";

errors Code {
    OVERLOADED "too much to do" retries;
}
```

```ltp right
protocol demo "1.0";

errors Code {
    OVERLOADED "too much to do" retry;
}
```
"#,
};

/// No flag is called so.
pub fn unknown(name: &str, span: Span) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, span, format!("there is no flag `{name}`")).label("no flag");
    match did_you_mean(name, ["retry", "closes"]) {
        Some(nearest) => found.help(format!("did you mean `{nearest}`?")),
        None => found.help("there are `retry` and `closes`"),
    }
}

/// A flag that stands there twice.
pub fn twice(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` is said twice")).label("again")
}
