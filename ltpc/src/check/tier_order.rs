//! W0314: a tier that may less than a lower one.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Model, Rate, Tier, Tiers};

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0314",
    name: "tier-order",
    summary: "a higher tier may do all that a lower one may, as often",
    page: r#"Tiers are written from the highest to the lowest, and a guard such as `tier >= STAFF` counts on it. A tier that lacks what a lower one may, or may
it less often, is likely in the wrong place.

```ltp wrong
protocol demo "1.0";

tiers Trust {
    GUEST { may read; at most 10 per 60 s; }
    STAFF { may read, write; }
}
```

```ltp right
protocol demo "1.0";

tiers Trust {
    STAFF { may read, write; }
    GUEST { may read; at most 10 per 60 s; }
}
```

Put the highest first, or give it what the lower one has.
"#,
};

/// Finds tiers that may less, or less often, than the one below them.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    // What is wrong is left out, and may be what the higher one has.
    if !model.whole {
        return;
    }
    for tiers in &model.tiers {
        let named: Vec<_> = tiers.levels.iter().zip(&model[tiers.of].variants).collect();
        for pair in named.windows(2) {
            let [(higher, high), (lower, low)] = pair else { continue };
            let Some(problem) = less(tiers, higher, lower) else { continue };
            found.push(
                Diagnostic::error(
                    RULE.code,
                    high.span,
                    format!("`{}` stands above `{}`, which {problem}", high.name, low.name),
                )
                .warning()
                .related(low.span, "the lower one")
                .help("the highest tier stands first"),
            );
        }
    }
}

/// What the lower of two tiers has and the higher has not.
fn less(tiers: &Tiers, higher: &Tier, lower: &Tier) -> Option<String> {
    let lacks = lower.may.iter().find(|capability| higher.may.binary_search(capability).is_err());
    if let Some(capability) = lacks.and_then(|index| tiers.capabilities.get(*index)) {
        return Some(format!("may `{}`", capability.name));
    }
    let often = |rate: Rate, other: Rate| u128::from(rate.limit) * u128::from(other.window);
    match (higher.rate, lower.rate) {
        (Some(_), None) => Some("has no limit".to_owned()),
        (Some(high), Some(low)) if often(high, low) < often(low, high) => Some("may it more often".to_owned()),
        _ => None,
    }
}
