//! E0406: a limit that is none.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::did_you_mean;
use crate::resolve::LIMITS;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0406",
    name: "unknown-limit",
    summary: "limits are `message`, `depth`, `string`, `list` and `members`, each at least 1, and `depth` at most 256",
    page: r#"What a receiver enforces: `message` and `string` in octets (with `B`, `KiB`, `MiB` or `GiB`), `depth` of nested objects and lists (the message is 1),
at most 256, items of a `list`, `members` of an object. What is left out has a default: 1 MiB, 32, 1 MiB, 65536, 1024.

```ltp wrong
protocol demo "1.0";

limits { mesage 1 MiB; depth 0; }
```

```ltp right
protocol demo "1.0";

limits { message 1 MiB; depth 10; }
```
"#,
};

/// No limit is called so.
pub fn report(name: &str, span: Span) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, span, format!("there is no limit `{name}`")).label("no limit");
    match did_you_mean(name, LIMITS) {
        Some(nearest) => found.help(format!("did you mean `{nearest}`?")),
        None => found.help(format!("there are {}", LIMITS.map(|limit| format!("`{limit}`")).join(", "))),
    }
}

/// Nothing would be accepted.
pub fn zero(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a limit of 0 lets nothing through").label("at least 1")
}

/// Deeper than any receiver looks.
pub fn too_deep(span: Span, most: usize) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("objects and lists nest at most {most} deep"))
        .label("deeper than any receiver looks")
        .help(format!("{most} or less: receivers have a stack, and it ends"))
}

/// Not a count.
pub fn no_size(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a limit is a whole number of 64 bits").label("not one")
}
