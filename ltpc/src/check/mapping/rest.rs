//! E0809: a rest that its place cannot hold.

use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{MapRule, MapRuleKind, MapValue, Model, RecordId, Rest, Target, Type, TypeKind};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0809",
    name: "mapped-rest",
    summary: "the rest of a source goes where members of any name fit",
    page: r#"`rest` is what no other rule names: members of the source, and the unknown ones that it keeps, under their names on the wire. It goes to a map, to
an object, or to what an open target keeps of unknown members (`rest = ...;`). A map of strings holds it only if all of it is text: strings,
enums, UUIDs and datetimes, and the unknown headers of framed text. What JSON keeps may be anything, and needs `map<json>` or `object`.

```ltp wrong
protocol demo "1.0";

record Place open {
    name: string;
    floor: uint;
}
record Point {
    label: string;
    others: map<string>;
}
mapping Place -> Point {
    label  = name;
    others = rest;
}
```

```ltp right
protocol demo "1.0";

record Place open {
    name: string;
    floor: uint;
}
record Point {
    label: string;
    others: map<json>;
}
mapping Place -> Point {
    label  = name;
    others = rest;
}
```
"#,
};

/// What values of members of any name may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// Text.
    Text,
    /// Any JSON.
    Json,
}

/// What a type holds in members of any name, if it has such.
#[must_use]
pub fn holds(ty: &Type) -> Option<Holds> {
    match &ty.kind {
        TypeKind::Object | TypeKind::Json => Some(Holds::Json),
        TypeKind::Map { value, .. } => match value.kind {
            TypeKind::String(_) => Some(Holds::Text),
            TypeKind::Json => Some(Holds::Json),
            _ => None,
        },
        _ => None,
    }
}

/// What is kept of unknown members, where none is kept.
pub fn closed(span: Span, record: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{record}` keeps no unknown members")).label("only an `open` record does")
}

/// A place for members of any name that has no room for them.
pub fn no_room(span: Span, target: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{target}` has no room for the rest"))
        .label("a map of strings or of JSON, or an object, has")
        .help("name the members that are meant, one rule for each")
}

/// A value for unknown members that has none, or others than can be kept.
pub fn no_members(span: Span, value: &str, wanted: Option<Holds>) -> Diagnostic {
    let wanted = match wanted {
        Some(Holds::Text) => "a map of strings",
        _ => "a map of strings or of JSON, or an object,",
    };
    Diagnostic::error(RULE.code, span, format!("`{value}` cannot be kept as unknown members")).label(format!("{wanted} can"))
}

/// Reports what a rule's rest holds that its place cannot.
pub fn check(model: &Model, source: RecordId, is_text: bool, rule: &MapRule, found: &mut Vec<Diagnostic>) {
    let MapRuleKind::Set {
        target: Target { ty, .. },
        value: MapValue::Rest(rest),
    } = &rule.kind
    else {
        return;
    };
    let Some(record) = rest.record(model, source) else { return };
    let record = &model[record];
    let wanted = holds(ty);
    let members = rest.members.iter().map(|index| &record.members[*index]);
    let mut unfit: Vec<String> = members
        .filter(|member| match member.ty.kind {
            TypeKind::Payload { .. } => true,
            TypeKind::String(_) | TypeKind::Enum(_) | TypeKind::Uuid | TypeKind::Datetime | TypeKind::PayloadKind(_) => false,
            _ => wanted == Some(Holds::Text),
        })
        .map(|member| format!("`{}`", member.name))
        .collect();
    if rest.kept && wanted == Some(Holds::Text) && !(is_text && is_body(rest)) {
        unfit.push("what is kept of unknown members".to_owned());
    }
    if !unfit.is_empty() {
        found.push(
            Diagnostic::error(RULE.code, rule.span, format!("the rest holds {}", unfit.join(", ")))
                .label(match wanted {
                    Some(Holds::Text) => "only text fits here",
                    _ => "a payload is only carried by its own message",
                })
                .help("name these in rules of their own, or choose `map<json>` or `object` for the target"),
        );
    }
}

/// Whether it is of the message itself, not of a record in it.
fn is_body(rest: &Rest) -> bool {
    rest.path.is_empty()
}
