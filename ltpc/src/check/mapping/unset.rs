//! E0806: a member that a mapping's target requires, and that no rule sets.

use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0806",
    name: "unset-member",
    summary: "every member that a mapping's target requires is set",
    page: r#"What must be there must be set, also in a record within the target of which a rule sets something. A member with a default has it where no rule sets
another value; one that may be absent is absent.

```ltp wrong
protocol demo "1.0";

record Place {
    x: float;
}
record Point {
    x: float;
    y: float;
}
mapping Place -> Point {
    x = x;
}
```

```ltp right
protocol demo "1.0";

record Place {
    x: float;
}
record Point {
    x: float;
    y: float;
}
mapping Place -> Point {
    x = x;
    y = 0;
}
```
"#,
};

/// Members that no rule sets.
pub fn report(span: Span, target: &str, members: &[String]) -> Diagnostic {
    let names = members.join("`, `");
    let first = members.first().map_or("", String::as_str);
    Diagnostic::error(RULE.code, span, format!("`{target}` requires `{names}`, which no rule sets")).help(format!("say `{first} = ...;`"))
}
