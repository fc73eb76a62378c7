//! E0110: a file that cannot be read.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0110",
    name: "unreadable-file",
    summary: "the file that is compiled, and every file that it imports, can be read",
    page: r#"A file is not there, is no UTF-8, or has more than 4 GiB. The path of an import is relative to the file that imports it, and has `/` between
its parts on every system.

```ltp wrong
protocol demo "1.0";

import "nowhere/shapes.ltp";
```

```ltp right
protocol demo "1.0";

record Point {
    x: float;
    y: float;
}
```

Correct the path.
"#,
};

/// An import, or the compiled file itself (with an empty place), that cannot be loaded; `why` in words.
pub fn diagnostic(span: Span, path: &str, why: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(RULE.code, span, format!("`{path}` cannot be read: {why}"));
    if span.start == span.end {
        diagnostic
    } else {
        diagnostic.help("the path of an import is relative to the file that imports it")
    }
}

/// A text whose places do not fit into 32 bits.
pub fn too_large(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "this file has more than 4 GiB").help("split it, and import the parts")
}
