//! E0413: a member of framed text that has no text of its own.

use ltp_runtime::schema::Framing as Wire;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Framing, Member, MessageBody, Model, Type, TypeKind};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0413",
    name: "framed-type",
    summary: "what stands in framed text is text, a number, a truth value, or a list of them with a separator",
    page: r#"A header, a part of the start line and a body hold a text: a string, a uuid, a datetime, an enum, a number or a `bool`. A header may also hold a list of
these, whose items `separated ","` tells apart. Nothing there can be `null`: a header that may be absent is optional. A message is its members, and
its member `body` (without a name on the wire) is the body, where the framing has one; the header that says the body's length is the framing's own.

```ltp wrong
protocol demo "1.0";

framing Text {
    start tag;
    headers ":";
    until "";
}
message Hello "HELLO" in Text {
    skills "Skills": list<string>;
}
```

```ltp right
protocol demo "1.0";

framing Text {
    start tag;
    headers ":";
    until "";
}
message Hello "HELLO" in Text {
    skills "Skills": list<string> separated ",";
}
```
"#,
};

/// Looks at all that stands in framed text.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for framing in &model.framings {
        for member in &model[framing.envelope].members {
            found.extend(text(member));
        }
        for message in model.messages.iter().filter(|message| message.envelope == framing.envelope) {
            match message.body {
                MessageBody::Record(record) => {
                    found.extend(model[record].members.iter().filter_map(|member| header(framing, member)));
                }
                MessageBody::Object => found
                    .push(Diagnostic::error(RULE.code, message.decl.span, "framed text holds no object").label("give the message members")),
            }
        }
    }
}

fn header(framing: &Framing, member: &Member) -> Option<Diagnostic> {
    if member.wire == Wire::BODY {
        let none = framing.body_end == ltp_runtime::schema::BodyEnd::None;
        let absent = none.then(|| problem(member, "the framing has no body", "add `body ...;` to the framing"));
        return absent.or_else(|| text(member));
    }
    let same = |name: &str| name == member.wire || framing.insensitive && name.eq_ignore_ascii_case(&member.wire);
    if framing.body_end.header().is_some_and(same) {
        return Some(problem(
            member,
            "the length of the body is the framing's own",
            "remove it: it is read and written where there is a body",
        ));
    }
    let is_token = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
    if member.wire.is_empty() || !member.wire.bytes().all(is_token) {
        return Some(problem(
            member,
            "no header can have this name",
            "letters, digits and !#$%&'*+-.^_`|~",
        ));
    }
    match (&member.ty.kind, &member.separator) {
        (TypeKind::List { item, .. }, Some(separator)) if is_text(item) && !separator.is_empty() => nullable(member),
        (TypeKind::List { item, .. }, _) if is_text(item) => {
            Some(problem(member, "nothing tells the items apart", "add `separated \",\"`"))
        }
        (_, Some(_)) => Some(problem(member, "only a list is `separated`", "no list")),
        _ => text(member),
    }
}

fn text(member: &Member) -> Option<Diagnostic> {
    if is_text(&member.ty) || member.ty.nullable {
        return nullable(member);
    }
    Some(problem(
        member,
        "a value of this type has no text",
        "a string, an enum, a number or a `bool`",
    ))
}

fn nullable(member: &Member) -> Option<Diagnostic> {
    member
        .ty
        .nullable
        .then(|| problem(member, "no text means `null`", "make it optional (`name?: type`)"))
}

fn is_text(ty: &Type) -> bool {
    let kind = matches!(
        ty.kind,
        TypeKind::Bool
            | TypeKind::Int(_)
            | TypeKind::Uint(_)
            | TypeKind::Float(_)
            | TypeKind::String(_)
            | TypeKind::Uuid
            | TypeKind::Datetime
            | TypeKind::Enum(_)
    );
    kind && !ty.nullable
}

fn problem(member: &Member, message: &str, label: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, member.span, format!("`{}`: {message}", member.name)).label(label.to_owned())
}
