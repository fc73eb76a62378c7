//! E0807: a place of the target that two rules set.

use std::collections::HashMap;

use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{MapRule, MapRuleKind, Target};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0807",
    name: "set-twice",
    summary: "a place of a mapping's target is set once",
    page: r#"Two rules for one place of the target would overwrite each other. Neither is a record set as a whole and in part.

```ltp wrong
protocol demo "1.0";

record Place {
    x: float;
    y: float;
}
record Point {
    x: float;
}
mapping Place -> Point {
    x = x;
    x = y;
}
```

```ltp right
protocol demo "1.0";

record Place {
    x: float;
    y: float;
}
record Point {
    x: float;
}
mapping Place -> Point {
    x = x;
    drop y because "only what is across counts";
}
```
"#,
};

/// Reports places that are set twice.
pub fn find(rules: &[MapRule], found: &mut Vec<Diagnostic>) {
    // By the members that they begin at: others are not compared.
    let mut known: HashMap<_, Vec<(&Target, Span)>> = HashMap::new();
    for rule in rules {
        let MapRuleKind::Set { target, .. } = &rule.kind else { continue };
        let near = known.entry((target.in_envelope, target.path.first().copied())).or_default();
        if let Some((_, earlier)) = near.iter().find(|(other, _)| overlap(target, other)) {
            found.push(
                Diagnostic::error(RULE.code, rule.span, "this is set twice")
                    .label("again")
                    .related(*earlier, "first here"),
            );
        }
        near.push((target, rule.span));
    }
}

/// Whether one is the other, or holds it.
fn overlap(one: &Target, other: &Target) -> bool {
    match (one.kept, other.kept) {
        (false, false) => one.path.starts_with(&other.path) || other.path.starts_with(&one.path),
        (true, true) => one.path == other.path,
        (true, false) => one.path.starts_with(&other.path),
        (false, true) => other.path.starts_with(&one.path),
    }
}
