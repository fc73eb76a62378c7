//! E0309: a payload whose encoding nothing says.

use std::collections::HashSet;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Decl, Encoding, Model, RecordId, Type, TypeKind};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0309",
    name: "payload-encoding",
    summary: "a payload's encoding is a member beside it or of the envelope",
    page: r#"`Set[kind] as member` is written as the member says: a member of the same record, or of the envelope that carries the message. Its type is a closed
enum whose texts are encodings: `json` and `toon`. A record that leaves its encoding to the envelope is the body of messages and nothing else.

```ltp wrong
protocol demo "1.0";

payloads Kind {
    note: string;
}
record Update {
    kind: Kind;
    encoding: string;
    data: Kind[kind] as encoding;
}
```

```ltp right
protocol demo "1.0";

enum Encoding { json; toon; }

payloads Kind {
    note: string;
}
record Update {
    kind: Kind;
    encoding?: Encoding = json;
    data: Kind[kind] as encoding;
}
```
"#,
};

/// Finds records that leave their encoding to the envelope, and stand where there is none.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let needy: HashSet<RecordId> = (0u32..)
        .zip(&model.records)
        .filter(|(_, record)| {
            record.members.iter().any(|member| {
                matches!(
                    &member.ty.kind,
                    TypeKind::Payload {
                        encoding: Some(Encoding { in_envelope: true, .. }),
                        ..
                    }
                )
            })
        })
        .map(|(index, _)| RecordId(index))
        .collect();
    if needy.is_empty() {
        return;
    }
    let members = model
        .records
        .iter()
        .flat_map(|record| &record.members)
        .chain(model.envelopes.iter().flat_map(|one| &one.members));
    let cases = model
        .unions
        .iter()
        .flat_map(|union| &union.cases)
        .chain(model.payloads.iter().flat_map(|set| &set.kinds));
    let places = members
        .map(|member| (&member.ty, member.span))
        .chain(cases.map(|case| (&case.ty, case.span)));
    for (ty, span) in places {
        if let Some(record) = leaf(ty).filter(|record| needy.contains(record)) {
            let decl = &model[record].decl;
            found.push(
                Diagnostic::error(
                    RULE.code,
                    span,
                    format!("`{}` leaves its encoding to an envelope, and here is none", decl.name),
                )
                .label("not the body of a message")
                .related(decl.span, "declared here"),
            );
        }
    }
}

fn leaf(mut ty: &Type) -> Option<RecordId> {
    loop {
        match &ty.kind {
            TypeKind::Record(id) => return Some(*id),
            TypeKind::List { item: inner, .. } | TypeKind::Map { value: inner, .. } => ty = inner,
            _ => return None,
        }
    }
}

/// There is no such member, neither beside it nor in the envelope (if there is one).
pub fn missing(name: &str, span: Span, envelope: Option<&Decl>) -> Diagnostic {
    match envelope {
        Some(decl) => Diagnostic::error(
            RULE.code,
            span,
            format!("neither the record nor the envelope `{}` has a member `{name}`", decl.name),
        )
        .label("no such member")
        .related(decl.span, "this envelope carries it"),
        None => Diagnostic::error(
            RULE.code,
            span,
            format!("the record has no member `{name}`, and is no message's body"),
        )
        .label("no such member"),
    }
}

/// The member says no encoding.
pub fn report(name: &str, span: Span, member: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("the member `{name}` does not say an encoding"))
        .label("`json` or `toon`")
        .related(member, "this member")
        .help("its type is a closed enum with the variants `json` and `toon`")
}

/// `as` behind something else.
pub fn no_payload(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "only a payload is written in an encoding")
        .label("no payload")
        .help("remove `as`")
}
