//! E0204: a name that is none in a target language.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::naming;
use crate::syntax::tree::Name;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0204",
    name: "unspeakable-name",
    summary: "names still begin with a letter when they are written as a target language writes them",
    page: r#"Generated code writes names in the case of its language: `_id` becomes `id` and `Id`. Of a name such as `_` or `_1` nothing is left that could be
a name.

```ltp wrong
protocol demo "1.0";

record Point {
    _1: float;
}
```

```ltp right
protocol demo "1.0";

record Point {
    first "_1": float;
}
```

Name it with a letter first. What it is called on the wire can stay.
"#,
};

/// Checks a name of which generated code makes one.
pub fn check(name: &Name, found: &mut Vec<Diagnostic>) {
    // Of reserved names, another rule says that they are.
    if naming::is_unspeakable(&name.text) && !naming::is_reserved(&name.text) {
        found.push(
            Diagnostic::error(RULE.code, name.span, format!("no target language can say `{}`", name.text))
                .label("no letter comes first")
                .help(format!("name it with a letter first, such as `name \"{}\"`", name.text)),
        );
    }
}
