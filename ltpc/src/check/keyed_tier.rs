//! E0313: a last tier that takes a key.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0313",
    name: "keyed-tier",
    summary: "the last tier can be claimed without a key",
    page: r#"The last tier is what everyone has of whom nothing is known, and what a claim of nothing counts as. A key for it, or for what everyone may have,
would leave them without a tier.

```ltp wrong
protocol demo "1.0";

tiers Trust {
    STAFF { may read, write; }
    GUEST { may read; claimed by key; }
}
```

```ltp right
protocol demo "1.0";

tiers Trust {
    STAFF { may read, write; claimed by key; }
    GUEST { may read; }
}
```

Let it be claimed freely, or declare a lower one.
"#,
};

/// Finds tiers of which the last is claimed by key.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for tiers in &model.tiers {
        if let (Some(tier), Some(variant)) = (tiers.levels.last(), model[tiers.of].variants.last())
            && tier.by_key
        {
            found.push(
                Diagnostic::error(
                    RULE.code,
                    variant.span,
                    format!("`{}` is the last tier, and is claimed by key", variant.name),
                )
                .label("who has no key has no tier")
                .help("take `claimed by key` away, or declare a tier below it"),
            );
        }
    }
}
