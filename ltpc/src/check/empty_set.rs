//! E0303: constraints that nothing meets.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Decl, EnumId, Model};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0303",
    name: "empty-set",
    summary: "constraints leave something over",
    page: r#"Constraints are sets: `where` narrows a type to the values in all of them, those of the scalar included. A range whose end is before its start has
no values, and two sets may have none in common.

```ltp wrong
protocol demo "1.0";

scalar Level = float where 0.0 ..= 1.0;

record Sample {
    level: Level where 2.0 ..= 3.0;
}
```

```ltp right
protocol demo "1.0";

scalar Level = float where 0.0 ..= 1.0;

record Sample {
    level: Level where 0.5 ..= 1.0;
}
```

A range `a .. b` does not contain `b`; `a ..= b` does. An enum, a union or a payload set that is not `open` has at least one variant, case or kind; there is at least one tier of `tiers`.
"#,
};

const OPEN: &str = "add something, or make it `open`";

/// Finds what one can choose nothing from.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    // What is wrong is left out, and may be all that there was.
    if !model.whole {
        return;
    }
    let mut look = |decl: &Decl, is_empty: bool, is_open: bool, help: &str| {
        if is_empty && !is_open {
            let problem = format!("there is nothing to choose from in `{}`", decl.name);
            found.push(Diagnostic::error(RULE.code, decl.span, problem).label("empty").help(help));
        }
    };
    for (one, id) in model.enums.iter().zip(0..) {
        let is_tiers = model.tiers_of(EnumId(id)).is_some();
        let help = if is_tiers {
            "the last tier is what everyone has of whom nothing is known"
        } else {
            OPEN
        };
        look(&one.decl, one.variants.is_empty(), one.open && !is_tiers, help);
    }
    for one in &model.unions {
        look(&one.decl, one.cases.is_empty(), one.open, OPEN);
    }
    for one in &model.payloads {
        look(&one.decl, one.kinds.is_empty(), one.open, OPEN);
    }
}

/// A range without values.
pub fn range(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "nothing is in this range").label("empty")
}

/// A constraint of which nothing is left beside the others.
pub fn intersection(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "nothing meets all of the constraints").label("nothing is left")
}
