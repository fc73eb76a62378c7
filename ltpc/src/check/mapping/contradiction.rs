//! E0811: rules of a mapping that cannot both be meant.

use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{MapRule, MapRuleKind, Member, Model, Presence, Side, Taken};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0811",
    name: "mapping-contradicts",
    summary: "what is dropped or refused is not mapped too, and what is refused may be absent",
    page: r#"A member that a rule drops or refuses is named by no other rule, nor is a part of it: `drop record.rest because "...";` takes what other rules
leave of a record. What is refused may be absent, or its default: else no message would ever be mapped.

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
    refuse y because "only what is across can be said";
}
```

```ltp right
protocol demo "1.0";

record Place {
    x: float;
    y?: float;
}
record Point {
    x: float;
}
mapping Place -> Point {
    x = x;
    refuse y because "only what is across can be said";
}
```
"#,
};

/// What is taken away by one rule and named by another.
pub fn also(span: Span, other: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "this is named by another rule too")
        .label("dropped or refused here")
        .related(other, "and named here")
}

/// Reports a rule that refuses everything.
pub fn always(model: &Model, source: Side, rule: &MapRule, found: &mut Vec<Diagnostic>) {
    let MapRuleKind::Refuse { source: taken, .. } = &rule.kind else {
        return;
    };
    let always = match taken {
        Taken::Place(place, ty) => !ty.nullable && !source.member(model, place).is_some_and(is_default),
        Taken::Rest(rest) => rest.record(model, source.record(model)).is_some_and(|record| {
            let members = rest.members.iter().filter_map(|index| model[record].members.get(*index));
            rest.path.is_empty() && members.into_iter().any(is_there)
        }),
    };
    if always {
        found.push(
            Diagnostic::error(RULE.code, rule.span, "this refuses everything")
                .label("it is always there")
                .help("drop it, or map it"),
        );
    }
}

fn is_default(member: &Member) -> bool {
    matches!(member.presence, Presence::Default { .. })
}

fn is_there(member: &Member) -> bool {
    !member.ty.nullable && matches!(member.presence, Presence::Required { .. })
}
