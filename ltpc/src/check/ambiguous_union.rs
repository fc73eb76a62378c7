//! E0307: a union whose cases cannot be told apart.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Model, TypeKind};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0307",
    name: "ambiguous-union",
    summary: "the cases of a union are records, told apart by a member that is not theirs",
    page: r#"A union is an object with a tag: the member named behind `tag` says which record the others are of. So every case is a record, and none of them
has a member of that name itself.

```ltp wrong
protocol demo "1.0";

record Circle {
    shape: string;
    radius: float;
}
union Shape tag "shape" {
    circle: Circle;
    name: string;
}
```

```ltp right
protocol demo "1.0";

record Circle {
    radius: float;
}
union Shape tag "shape" {
    circle: Circle;
    name: record Named { text: string; };
}
```

The tag is written by itself: remove it from the records.
"#,
};

/// Finds cases with the tag among their members.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for union in &model.unions {
        for case in &union.cases {
            let TypeKind::Record(id) = case.ty.kind else { continue };
            for member in &model[id].members {
                if member.wire == union.tag || member.accepts.contains(&union.tag) {
                    found.push(
                        Diagnostic::error(
                            RULE.code,
                            case.span,
                            format!("`{}` is the tag, and a member of this case, too", union.tag),
                        )
                        .label("this case has it")
                        .related(member.span, "as this member")
                        .help("remove the member: the tag is written by itself"),
                    );
                }
            }
        }
    }
}

/// A case that is no record.
pub fn no_record(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("the case `{name}` is no record"))
        .label("a tag stands beside members")
        .help("put it into one: `record { value: ...; }`")
}
