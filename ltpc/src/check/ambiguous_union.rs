//! E0307: a union whose cases cannot be told apart.

use std::collections::HashMap;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Member, Model, RecordId, TypeKind};
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
    // What records read, gathered once for all unions that they are in.
    let mut read: HashMap<RecordId, HashMap<&str, Span>> = HashMap::new();
    for union in &model.unions {
        for case in &union.cases {
            let TypeKind::Record(id) = case.ty.kind else { continue };
            let names = read.entry(id).or_insert_with(|| model[id].members.iter().flat_map(wires).collect());
            if let Some(member) = names.get(union.tag.as_str()) {
                let problem = format!("`{}` is the tag, and a member of this case, too", union.tag);
                found.push(
                    Diagnostic::error(RULE.code, case.span, problem)
                        .label("this case has it")
                        .related(*member, "as this member")
                        .help("remove the member: the tag is written by itself"),
                );
            }
        }
    }
}

fn wires(member: &Member) -> impl Iterator<Item = (&str, Span)> {
    std::iter::once(&member.wire)
        .chain(&member.accepts)
        .map(|wire| (wire.as_str(), member.span))
}

/// A case that is no record.
pub fn no_record(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("the case `{name}` is no record"))
        .label("a tag stands beside members")
        .help("put it into one: `record { value: ...; }`")
}
