//! E0121: two imports of one name.

use std::collections::HashMap;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::load::Import;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0121",
    name: "import-name",
    summary: "imports of a file have different names",
    page: r#"What is imported is used by the name of its import: `shapes.Point`. That name is the one behind `as`, else the name of the imported protocol.
Two imports of one file cannot have the same.

```ltp wrong
protocol demo "1.0";

import "shapes.ltp" as s;
import "sounds.ltp" as s;
```

```ltp right
protocol demo "1.0";

import "shapes.ltp";
import "sounds.ltp";
```

Give one of them another name with `as`.
"#,
};

/// Finds it, and leaves only the first of each name.
pub fn check(imports: &mut Vec<Import>, found: &mut Vec<Diagnostic>) {
    let mut first = HashMap::new();
    imports.retain(|import| {
        let known = *first.entry(import.alias.clone()).or_insert(import.span);
        if known != import.span {
            found.push(
                Diagnostic::error(RULE.code, import.span, format!("two imports are called `{}`", import.alias))
                    .label("this is the second")
                    .related(known, "this is the first")
                    .help("give one of them another name: `import \"...\" as name;`"),
            );
        }
        known == import.span
    });
}
