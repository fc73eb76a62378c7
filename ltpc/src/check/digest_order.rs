//! W0801: a digest that depends on the order in which items come.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0801",
    name: "digest-order",
    summary: "a digest that sorts does not depend on the order in which items come",
    page: r#"Items that are equal in all members by which they are sorted stay in the order in which they are given. If they differ in what is joined, two peers
that hold the same items in another order get another digest. Name what is joined last among what is sorted by.

```ltp wrong
protocol demo "1.0";

scalar Hash = string where pattern "[0-9a-f]{64}";
record Part {
    at:   uint;
    hash: string;
}
digest state of list<Part> -> Hash {
    sort at;
    join hash;
    sha256 hex 64;
}
```

```ltp right
protocol demo "1.0";

scalar Hash = string where pattern "[0-9a-f]{64}";
record Part {
    at:   uint;
    hash: string;
}
digest state of list<Part> -> Hash {
    sort at, hash;
    join hash;
    sha256 hex 64;
}
```

A digest without `sort` is meant to depend on the order.
"#,
};

/// Finds digests that sort by less than they join.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for digest in model.digests.iter().filter(|digest| !digest.sort.is_empty()) {
        let name = |index: &usize| format!("`{}`", model[digest.record].members[*index].name);
        let loose: Vec<String> = digest.join.iter().filter(|index| !digest.sort.contains(index)).map(name).collect();
        if !loose.is_empty() {
            let by: Vec<String> = digest.sort.iter().map(name).collect();
            found.push(
                Diagnostic::error(
                    RULE.code,
                    digest.decl.span,
                    format!("`{}` depends on the order in which items come", digest.decl.name),
                )
                .warning()
                .label(format!(
                    "items that are equal in {} may differ in {}",
                    by.join(", "),
                    loose.join(", ")
                ))
                .help(format!("sort by {} last", loose.join(", "))),
            );
        }
    }
}
