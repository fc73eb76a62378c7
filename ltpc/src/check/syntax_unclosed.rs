//! E0102: a text, comment, text block or bracket has no end.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::Unclosed;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0102",
    name: "not-closed",
    summary: "what is opened is closed: texts, comments, text blocks and brackets",
    page: r#"A quoted text ends on its own line. A comment that begins with `/*` ends with `*/`. A text block ends with a fence of three backquotes
that begins a line. Every `{` has its `}`.

Where a brace is missing, the place shown is the brace that stays open; if another brace is closed by one with another indentation,
that one is shown too, because it is likely the culprit.

```ltp wrong
protocol demo "1.0";

record Point {
    x: float;
    y: float;

record Line {
    from: Point;
    to: Point;
}
```

```ltp right
protocol demo "1.0";

record Point {
    x: float;
    y: float;
}

record Line {
    from: Point;
    to: Point;
}
```

Close it. A text that contains a line end is written with `\n`.
"#,
};

/// A text that its line ends.
pub fn text(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "this text is not closed on its line")
        .label("it begins here")
        .help("close it with `\"`; a line end in a text is written `\\n`, a quote `\\\"`")
}

/// A bracket that is open where a declaration or the file's end (`at_end`) is at `behind`.
pub fn bracket(span: Span, bracket: &str, behind: Span, at_end: bool, suspect: Option<Span>) -> Diagnostic {
    let closing = match bracket {
        "(" => ")",
        "[" => "]",
        _ => "}",
    };
    let words = if at_end {
        "the file ends here"
    } else {
        "the next declaration begins here"
    };
    let diagnostic = Diagnostic::error(RULE.code, span, format!("this `{bracket}` is not closed"))
        .label("opened here")
        .related(behind, words)
        .help(format!("close it with `{closing}`"));
    match suspect {
        Some(suspect) => diagnostic.related(
            suspect,
            "this one is closed by a brace with another indentation: is its own missing?",
        ),
        None => diagnostic,
    }
}

/// Something whose end the rest of the file lacks.
pub fn rest_of_file(span: Span, what: Unclosed) -> Diagnostic {
    let (name, help) = match what {
        Unclosed::Comment => ("comment", "close it with `*/`"),
        Unclosed::Block => ("text block", "close it with a fence of three backquotes that begins a line"),
    };
    Diagnostic::error(RULE.code, span, format!("this {name} is never closed"))
        .label("the rest of the file belongs to it")
        .help(help)
}
