//! E0804: what cannot be mapped, or is mapped already.

use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0804",
    name: "mapping-sides",
    summary: "a mapping goes from a message or record with members to another, once",
    page: r#"Both sides of a mapping have members that rules can name: a record, or a message with one tag and members of its own. Between two sides
there is one mapping.

```ltp wrong
protocol demo "1.0";

enum Tone { high; low; }
record Sound {
    tone: Tone;
}
mapping Tone -> Sound {
    tone = low;
}
```

```ltp right
protocol demo "1.0";

enum Tone { high; low; }
record Note {
    tone: Tone;
}
record Sound {
    pitch: Tone;
}
mapping Note -> Sound {
    pitch = tone;
}
```
"#,
};

/// Something that is no message and no record.
pub fn no_side(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` cannot be mapped")).label("a message or a record is wanted here")
}

/// A message that any object is.
pub fn no_members(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` has no members that rules could name")).label("its body is any object")
}

/// A message with many tags.
pub fn many_tags(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` is a message for many tags")).label("its tag is not known here")
}

/// A framed message of another file: a compiled schema has one framing, its own.
pub fn foreign(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` is framed text of another file"))
        .label("not read here")
        .help("declare the mapping where the framing is declared")
}

/// A record of which rules name members, while what one of them is another says.
pub fn payload(span: Span, record: &str, member: &str) -> Diagnostic {
    Diagnostic::error(
        RULE.code,
        span,
        format!("`{record}` holds a payload, `{member}`, which rules cannot take apart"),
    )
    .label("not member by member")
    .help("map or drop the record as a whole")
}

/// A second mapping between the same sides.
pub fn again(span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "between these there is a mapping already")
        .label("again")
        .related(earlier, "first here")
}
