//! E0312: a rate that admits nothing.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0312",
    name: "bad-rate",
    summary: "a rate admits at least one in a length of time above 0",
    page: r#"How often is `limit per window`: a whole number from 1 on, and a length of time above 0. What may never be done is not said by a rate: leave the
capability out, or refuse it in a transition.

```ltp wrong
protocol demo "1.0";

tiers Trust {
    STAFF { may read, write; }
    GUEST { may read; at most 0 per 60 s; }
}
```

```ltp right
protocol demo "1.0";

tiers Trust {
    STAFF { may read, write; }
    GUEST { may read; at most 10 per 60 s; }
}
```

Say how often it is at most.
"#,
};

/// A limit that is no number of times.
pub fn limit(written: &str, span: Span) -> Diagnostic {
    let problem = format!("how often is a whole number from 1 to {}, and this is {written}", u32::MAX);
    Diagnostic::error(RULE.code, span, problem)
}

/// A window of no length.
pub fn window(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "nothing can be counted within no time")
        .label("0")
        .help("say within which time: `per 60 s`")
}
