//! E0308: a payload whose kind nothing says.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0308",
    name: "payload-kind",
    summary: "a payload's kind is a member beside it",
    page: r#"`Set[kind]` is what the member `kind` of the same record says: that member's type is the set itself, and it is always there (or has a default).

```ltp wrong
protocol demo "1.0";

payloads Kind {
    note: string;
}
record Update {
    data: Kind[kind];
}
```

```ltp right
protocol demo "1.0";

payloads Kind {
    note: string;
}
record Update {
    kind: Kind;
    data: Kind[kind];
}
```
"#,
};

/// There is no such member.
pub fn missing(kind: &str, span: Span, set: &str, nearest: Option<&str>) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, span, format!("the record has no member `{kind}` to say the kind")).label("no such member");
    match nearest {
        Some(nearest) => found.help(format!("did you mean `{nearest}`?")),
        None => found.help(format!("add it: `{kind}: {set};`")),
    }
}

/// The member is of another type.
pub fn other_type(kind: &str, span: Span, set: &str, member: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("the member `{kind}` does not say a kind of `{set}`"))
        .label(format!("of type `{set}` it would"))
        .related(member, "this member")
}

/// The member may be absent.
pub fn may_be_absent(kind: &str, span: Span, member: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("without `{kind}` nobody knows what the payload is"))
        .label("this member may be absent")
        .related(member, "make it required, or give it a default")
}
