//! E0805: a member of the source of which a mapping says nothing.

use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0805",
    name: "unmapped-member",
    summary: "every member of a mapping's source is mapped, dropped, refused, or part of the rest",
    page: r#"Nothing is lost without being said. Every member of the source stands in the value of a rule, is dropped or refused with a reason, or is part
of the `rest`: the members of the message itself that no other rule names, and the unknown ones that it keeps. What carries a message, such as
the members of an envelope or of a start line, is never part of the rest. Whether a member is there (`has`) says nothing of what it holds.

```ltp wrong
protocol demo "1.0";

record Place {
    x: float;
    y: float;
    height?: float;
}
record Point {
    x: float;
    y: float;
}
mapping Place -> Point {
    x = x;
    y = y;
}
```

```ltp right
protocol demo "1.0";

record Place {
    x: float;
    y: float;
    height?: float;
}
record Point {
    x: float;
    y: float;
}
mapping Place -> Point {
    x = x;
    y = y;
    drop height because "points lie in the plane";
}
```
"#,
};

/// Members that no rule names.
pub fn report(span: Span, source: &str, members: &[String]) -> Diagnostic {
    let (names, are) = (members.join("`, `"), if members.len() == 1 { "is" } else { "are" });
    let first = members.first().map_or("", String::as_str);
    Diagnostic::error(
        RULE.code,
        span,
        format!("of `{source}`, `{names}` {are} neither mapped nor dropped nor refused"),
    )
    .help(format!("give it to the target, or say `drop {first} because \"...\";`"))
}
