//! E0304: a constraint that says nothing of its type.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::TypeKind;
use crate::source::Span;
use crate::syntax::tree::ConstraintKind;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0304",
    name: "misplaced-constraint",
    summary: "constraints fit their type",
    page: r#"`where` takes ranges of numbers (whole ones for `int` and `uint`, within what the type holds), lengths of texts, lists and maps, and patterns and
lists of texts. A constraint in the angle brackets of a list is for its items, one behind them for the list.

```ltp wrong
protocol demo "1.0";

record Sample {
    names: list<string> where pattern "[a-z]+";
    count: uint where -1 ..= 5;
}
```

```ltp right
protocol demo "1.0";

record Sample {
    names: list<string where pattern "[a-z]+">;
    count: uint where 0 ..= 5;
}
```
"#,
};

/// A constraint on a type that it says nothing of.
pub fn report(what: &ConstraintKind, kind: &TypeKind, span: Span) -> Diagnostic {
    let (what, fits) = match what {
        ConstraintKind::Length(_) => ("a length", "texts, lists and maps have one"),
        ConstraintKind::Pattern(_) => ("a pattern", "only strings have one"),
        ConstraintKind::Ranges(_) => ("a range", "only numbers have one"),
        ConstraintKind::Texts(_) => ("a list of texts", "only strings have one"),
    };
    Diagnostic::error(RULE.code, span, format!("{what} says nothing of {}", words(kind))).label(fits)
}

const fn words(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Bool => "`bool`",
        TypeKind::Int(_) => "`int`",
        TypeKind::Uint(_) => "`uint`",
        TypeKind::Float(_) => "`float`",
        TypeKind::String(_) => "`string`",
        TypeKind::Uuid => "`uuid`",
        TypeKind::Datetime => "`datetime`",
        TypeKind::Json => "`json`",
        TypeKind::Object => "`object`",
        TypeKind::List { .. } => "a list",
        TypeKind::Map { .. } => "a map",
        TypeKind::Record(_) => "a record",
        TypeKind::Enum(_) => "an enum",
        TypeKind::Union(_) => "a union",
        TypeKind::PayloadKind(_) => "a payload kind",
        TypeKind::Payload { .. } => "a payload",
        TypeKind::Duration | TypeKind::Instant => "a time",
    }
}

/// A bound that must be an integer; `what` has such bounds.
pub fn no_integer(text: &str, span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{text}` is no bound of {what}")).label("a whole number is wanted here")
}

/// A bound beyond the type.
pub fn out_of_type(text: &str, span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{ty}` does not hold `{text}`"))
        .label("more than the type holds")
        .help("leave the bound out where the type's own is meant: `0 ..`, `..= 10`")
}

/// A pattern on top of another.
pub fn two_patterns(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "this text has a pattern already")
        .label("a second pattern")
        .help("write one pattern that says both")
}

/// A constraint on a payload.
pub fn payload(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a payload has no constraints of its own")
        .label("not here")
        .help("constrain the kinds in the payload set")
}
