//! E0111: a file that declares no protocol.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{File, ItemKind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0111",
    name: "protocol-missing",
    summary: "every file declares its protocol",
    page: r#"Every file says what it is called and which version of it stands there: `protocol name "version";`. Files that others import say it too: the
name is what they are called by where no `as` says otherwise, and generated packages carry the version.

```ltp wrong
record Point {
    x: float;
}
```

```ltp right
protocol shapes "1.0";

record Point {
    x: float;
}
```

Write it at the top.
"#,
};

/// Finds it; `first_line` is where to show it.
pub fn check(file: &File, first_line: Span, found: &mut Vec<Diagnostic>) {
    let declared = file.items.iter().any(|item| matches!(item.kind, ItemKind::Protocol { .. }));
    let broken = file.broken.iter().any(|broken| broken.keyword == "protocol");
    if !declared && !broken && !file.incomplete {
        found.push(
            Diagnostic::error(RULE.code, first_line, "this file declares no protocol")
                .help("write `protocol name \"version\";` at the top"),
        );
    }
}
