//! E0412: a framing that no text can be read by, or not in one way only.

use super::Rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::source::Span;
use crate::syntax::tree::{Name, Text};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0412",
    name: "bad-framing",
    summary: "a framing says all that is needed to read a text in one way only",
    page: r#"| part | what it says |
|---|---|
| `newline lf accept crlf;` | how lines of the head end, and what else is read; `lf accept crlf` is what is meant without it |
| `start "X/" version: Version " " tag;` | the start line: texts, members with their types, and what names the message, once; between two that are no texts stands a text |
| `headers ":" insensitive trim unknown keep;` | what separates name and value; whether case counts, blanks around values are dropped, unknown headers are kept (`keep`), dropped (`ignore`) or refused (`refuse`) |
| `until "line";` | the whole line that ends the head; `""` is a blank line |
| `body text length "Header" or until "line" strict;` | what a body may hold (`text`, `utf8` or `ascii`) and what ends it: a length, a whole line, or both with the rule for when they disagree (`strict` or `advisory`). Without this part there are no bodies |

`start`, `headers` and `until` must be there. A file has one framing.

```ltp wrong
protocol demo "1.0";

framing Text {
    start tag target: string;
    headers ":";
    until "";
}
message Get "GET" in Text {
    host "Host": string;
}
```

```ltp right
protocol demo "1.0";

framing Text {
    start tag " " target: string;
    headers ":";
    until "";
}
message Get "GET" in Text {
    host "Host": string;
}
```
"#,
};

/// What is wrong with a part.
pub type Problem = Box<Diagnostic>;

fn problem(span: Span, message: impl Into<String>, label: impl Into<String>) -> Problem {
    Box::new(Diagnostic::error(RULE.code, span, message.into()).label(label.into()))
}

/// A word that the part does not know.
pub fn word(name: &Name, words: &[&'static str]) -> Problem {
    let known = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let found = Diagnostic::error(RULE.code, name.span, format!("`{}` says nothing here", name.text)).label(format!("one of {known}"));
    Box::new(match did_you_mean(&name.text, words.iter().copied()) {
        Some(nearest) => found.help(format!("did you mean `{nearest}`?")),
        None => found,
    })
}

/// Two parts of the start line that are no texts, with nothing between them.
pub fn side_by_side(span: Span) -> Problem {
    problem(
        span,
        "nothing tells where a part of the start line ends",
        "put a text such as `\" \"` between its parts",
    )
}

/// A start line that does not name the message once.
pub fn no_tag(framing: &str, span: Span) -> Problem {
    problem(
        span,
        format!("the start line of `{framing}` does not name the message once"),
        "`tag` stands in it once",
    )
}

/// A text that cannot stand in a line of the head.
pub fn no_line(text: &Text) -> Problem {
    problem(text.span, "this text cannot stand here", "printable ASCII in one line, not empty")
}

/// A body that nothing ends.
pub fn endless(span: Span) -> Problem {
    problem(span, "nothing ends the body", "say `length \"Header\"`, `until \"line\"`, or both")
}

/// A part that is not said.
pub fn missing(part: &str, framing: &str, span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("the framing `{framing}` does not say `{part}`")).label(format!("add `{part} ...;`"))
}

/// A part that is said twice.
pub fn again(span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "this part is said twice")
        .label("again")
        .related(earlier, "first here")
}

/// A second framing in a file.
pub fn second(name: &str, span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` is a second framing: a stream is cut in one way"))
        .label("second")
        .related(earlier, "first here")
}
