//! E0305: a pattern that is none.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::pattern::Fault;
use crate::source::Span;
use crate::syntax::tree::Text;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0305",
    name: "bad-pattern",
    summary: "patterns are regular expressions of the portable subset, and match something",
    page: r#"A pattern means the same in every language, so it is written in what they have in common: literals, `.` (any character but a line feed), classes
(`[a-z]`, `[^a-z]`, `\d`, `\w`, `\s` and their opposites, of ASCII), groups, `|`, `*`, `+`, `?`, `{m}`, `{m,}`, `{m,n}`. It is always for the whole
text: there are no anchors. There is no look-around, no back reference, no flag and no laziness.
In a text of the language a backslash is written twice: `"\\\\d+"`.

Patterns become automata. One that takes more than 4096 states is refused, as `[ab]*a[ab]{16}` would be.

```ltp wrong
protocol demo "1.0";

scalar Name = string where pattern "^[a-z]+$";
```

```ltp right
protocol demo "1.0";

scalar Name = string where pattern "[a-z]+";
```
"#,
};

/// A pattern that is outside the subset, or none at all.
pub fn report(text: &Text, fault: &Fault) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, place(text, fault), format!("the pattern is not one: {}", fault.message));
    found.label("here")
}

/// A pattern that no text matches.
pub fn matches_nothing(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "no text matches this pattern").label("matches nothing")
}

/// The part of the text at fault: all of it, where escapes stand between its octets and the source's.
fn place(text: &Text, fault: &Fault) -> Span {
    let quoted = text.span.end.saturating_sub(text.span.start) as usize;
    let octet = |at: usize| text.span.start.saturating_add(1).saturating_add(u32::try_from(at).unwrap_or(0));
    if quoted == text.text.len() + 2 && !fault.at.is_empty() {
        Span {
            start: octet(fault.at.start),
            end: octet(fault.at.end),
            ..text.span
        }
    } else {
        text.span
    }
}
