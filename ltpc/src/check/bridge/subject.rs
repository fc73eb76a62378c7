//! E0903: a text that is no subject.

use super::demo;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0903",
    name: "bridge-subject",
    summary: "a subject is words joined by dots, and what stands in braces in it is a member that holds text",
    page: concat!(
        r#"A subject is words joined by dots, without blanks, `*` and `>`. `{member}` stands for a member of what goes to the bus: a text or an enum that is
always there (`{record.member}` for one within a record). Behind `from`, `*` stands for one word and `>` at the end for one or more.

```ltp wrong
"#,
        demo!(),
        r#"
bridge Mesh serves Talk.gateway {
    publish Ask -> Note to "notes.{tpoic}";
    push Note -> Told from "notes..told";
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

/// A subject that is none.
pub fn report(span: Span, problem: String) -> Diagnostic {
    Diagnostic::error(RULE.code, span, problem)
}

/// A pattern that is none.
pub fn no_pattern(span: Span, text: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("{text:?} is no subject to listen to"))
        .label("words joined by dots; `*` for any word, `>` at the end for any words")
}
