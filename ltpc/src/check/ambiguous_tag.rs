//! E0411: a member that another envelope would take for its tag.

use std::collections::{BTreeMap, HashSet};

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Decl, Member, MessageBody, Model};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0411",
    name: "ambiguous-tag",
    summary: "the tag member of one envelope is no member of another",
    page: r#"Which envelope an object is in shows by the tag member that it has. Where envelopes have different ones, none of them (nor a flat message in it) has a
member that is called as the tag of another: its text could name a message there.

```ltp wrong
protocol demo "1.0";

envelope Frame tag "type" {
    op: string;
    payload: body;
}
envelope Control tag "op" {
    payload: body;
}
message Data "data" in Frame {}
message Close "close" in Control {}
```

```ltp right
protocol demo "1.0";

envelope Frame tag "type" {
    op: string;
    payload: body;
}
envelope Control tag "type" {
    payload: body;
}
message Data "data" in Frame {}
message Close "close" in Control {}
```

Give the envelopes one tag member, or rename the member.
"#,
};

/// Finds it.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    // Framed text has no tag member.
    let tagged = model.envelopes.iter().filter(|envelope| !envelope.tag.is_empty());
    let tags: BTreeMap<&str, &Decl> = tagged.map(|envelope| (envelope.tag.as_str(), &envelope.decl)).collect();
    if tags.len() < 2 {
        return;
    }
    let mut look = |own: &str, name: &str, span: Span| {
        if let Some(decl) = tags.get(name).filter(|_| name != own) {
            found.push(
                Diagnostic::error(RULE.code, span, format!("`{name}` is the tag of another envelope"))
                    .label("could name a message there")
                    .related(decl.span, format!("the tag of `{}`", decl.name)),
            );
        }
    };
    for envelope in &model.envelopes {
        if let Some(body) = &envelope.body {
            look(&envelope.tag, &body.wire, body.span);
        }
        for (wire, span) in envelope.members.iter().flat_map(wires) {
            look(&envelope.tag, wire, span);
        }
    }
    // Several messages may share a record; it is looked at once.
    let mut seen = HashSet::new();
    for message in &model.messages {
        let envelope = &model[message.envelope];
        if let (MessageBody::Record(record), true) = (message.body, envelope.body.is_none() || message.accepts_flat)
            && seen.insert((message.envelope, record))
        {
            for (wire, span) in model[record].members.iter().flat_map(wires) {
                look(&envelope.tag, wire, span);
            }
        }
    }
}

fn wires(member: &Member) -> impl Iterator<Item = (&str, Span)> {
    std::iter::once(&member.wire)
        .chain(&member.accepts)
        .map(|wire| (wire.as_str(), member.span))
}
