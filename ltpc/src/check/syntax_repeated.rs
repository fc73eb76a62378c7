//! E0112: what a file says once, said again.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{File, Item, ItemKind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0112",
    name: "said-twice",
    summary: "a file has one `protocol` and at most one `limits`",
    page: r#"A file declares one protocol, and its limits in one place: with two, it would be a matter of luck which of them is meant.

```ltp wrong
protocol demo "1.0";

limits { message 1 MiB; }
limits { depth 10; }
```

```ltp right
protocol demo "1.0";

limits { message 1 MiB; depth 10; }
```

Make one of them.
"#,
};

/// Finds it.
pub fn check(file: &File, found: &mut Vec<Diagnostic>) {
    let protocol: fn(&Item) -> bool = |item| matches!(item.kind, ItemKind::Protocol { .. });
    let limits: fn(&Item) -> bool = |item| matches!(item.kind, ItemKind::Limits(_));
    for (word, is) in [("protocol", protocol), ("limits", limits)] {
        let mut items = file.items.iter().filter(|item| is(item));
        let Some(first) = items.next() else { continue };
        found.extend(items.map(|again| {
            Diagnostic::error(RULE.code, again.span, format!("`{word}` stands in this file twice"))
                .label("again here")
                .related(first.span, "first here")
                .help("make one of them")
        }));
    }
}
