//! E0902: a pair of messages without a mapping between them.

use super::demo;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0902",
    name: "bridge-mapping",
    summary: "what a bridge carries is mapped",
    page: concat!(
        r#"Each `A -> B` of a bridge is done by the mapping of that name, which says what becomes of each member and what is lost.

```ltp wrong
"#,
        demo!(),
        r#"
bridge Mesh serves Talk.gateway {
    publish Told -> Note to "notes.told";
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

/// No mapping goes from one to the other.
pub fn report(span: Span, source: &str, target: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("there is no mapping from `{source}` to `{target}`"))
        .help(format!("declare it: `mapping {source} -> {target} {{ ... }}`"))
}
