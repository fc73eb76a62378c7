//! E0904: a request that says too little.

use super::demo;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0904",
    name: "bridge-request",
    summary: "a request says how long it may take, what its answer is and what the peer is told without one",
    page: concat!(
        r#"A bus gives no answer when nobody listens, when it is down, or when those who listen are too slow. So a request has a time, the mapping of its
answer, and a message for the peer that is left without one: no peer waits for ever.

```ltp wrong
"#,
        demo!(),
        r#"
bridge Mesh serves Talk.gateway {
    request Ask -> Note to "notes.{topic}" reply Note -> Told;
}
```

```ltp right
"#,
        demo!(),
        r#"
bridge Mesh serves Talk.gateway {
    request Ask -> Note to "notes.{topic}" within 5 s reply Note -> Told else Told { topic = rain };
    push Note -> Told from "notes.*";
}
```
"#
    ),
};

/// What a request leaves out.
pub fn report(span: Span, missing: &[&str]) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("the request does not say {}", missing.join(", nor ")))
}
