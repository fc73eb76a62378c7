//! E0311: an annotation that says nothing where it stands.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::resolve::Known;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0311",
    name: "misplaced-annotation",
    summary: "the annotations that the compiler reads stand where they mean something",
    page: r#"The compiler reads four annotations: `@accepts("name", ...)` on a member, `@always` on an optional member with a default, `@toon(key = "name")` on a
payload kind that is a list, `@accepts_flat` on a message whose envelope has a body. Any other is kept for templates, wherever it stands.

```ltp wrong
protocol demo "1.0";

record Options {
    resumed?: bool @always;
}
```

```ltp right
protocol demo "1.0";

record Options {
    resumed?: bool = false @always;
}
```
"#,
};

/// Finds `@accepts_flat` where there is nothing to be flat.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for message in &model.messages {
        if message.accepts_flat && model[message.envelope].body.is_none() {
            let annotation = message.decl.annotations.iter().find(|one| one.name == Known::AcceptsFlat.name());
            found.push(report(Known::AcceptsFlat, annotation.map_or(message.decl.span, |one| one.span)));
        }
    }
}

/// An annotation that says nothing here.
pub fn report(known: Known, span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`@{}` says nothing here", known.name())).label(format!("it stands on {}", known.place()))
}

/// An annotation with other arguments than it has, or a second one.
pub fn form(known: Known, span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`@{}` is not written so", known.name())).label(format!("once, as `{}`", known.form()))
}

/// `@always` without a default.
pub fn always(span: Span) -> Diagnostic {
    report(Known::Always, span).help("what has no default is written whenever it is there")
}
