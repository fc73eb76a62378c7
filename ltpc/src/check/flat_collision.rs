//! E0403: a flat message and its envelope that want the same place.

use std::collections::{HashMap, HashSet};

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Envelope, Member, Message, MessageBody, Model};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0403",
    name: "flat-collision",
    summary: "the members of a flat message are none of its envelope's",
    page: r#"Without a `body` member in its envelope, a message's members stand beside those of the envelope and the tag; with `@accepts_flat` they may. Then all
of them have different names, in the schema and on the wire, and the message is a record: any `object` would swallow the envelope.

```ltp wrong
protocol demo "1.0";

envelope Handshake tag "type" {
    version: string;
}
message Hello "hello" in Handshake {
    version: uint;
}
```

```ltp right
protocol demo "1.0";

envelope Handshake tag "type" {
    version: string;
}
message Hello "hello" in Handshake {
    client_version: uint;
}
```

Rename one of them, or give the envelope a body: `payload: body;`.
"#,
};

/// Finds it.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    // The names of an envelope are gathered once, however many messages stand in it.
    let mut gathered: HashMap<u32, Names<'_>> = HashMap::new();
    // Several messages may share a record; it is looked at once.
    let mut seen = HashSet::new();
    for message in &model.messages {
        let envelope = &model[message.envelope];
        if envelope.body.is_some() && !message.accepts_flat {
            continue;
        }
        let names = gathered.entry(message.envelope.0).or_insert_with(|| Names::of(envelope));
        match message.body {
            MessageBody::Record(record) if !seen.insert((message.envelope, record)) => {}
            MessageBody::Record(record) => names.check(&model[record].members, message, found),
            MessageBody::Object => found.push(
                Diagnostic::error(
                    RULE.code,
                    message.decl.span,
                    "an object cannot stand beside the members of its envelope",
                )
                .label("any object")
                .related(
                    envelope.decl.span,
                    "this envelope has no body of its own, or the message does without",
                )
                .help("declare the message's members, or give the envelope a body: `payload: body;`"),
            ),
        }
    }
}

struct Names<'m> {
    by_wire: HashMap<&'m str, Span>,
    by_name: HashMap<&'m str, Span>,
}

impl<'m> Names<'m> {
    fn of(envelope: &'m Envelope) -> Self {
        let mut by_wire = HashMap::from([(envelope.tag.as_str(), envelope.decl.span)]);
        by_wire.extend(envelope.body.iter().map(|body| (body.wire.as_str(), body.span)));
        by_wire.extend(envelope.members.iter().flat_map(wires));
        Self {
            by_wire,
            by_name: envelope.members.iter().map(|member| (member.name.as_str(), member.span)).collect(),
        }
    }

    fn check(&self, members: &[Member], message: &Message, found: &mut Vec<Diagnostic>) {
        for member in members {
            let by_wire = wires(member).find_map(|(wire, _)| self.by_wire.get(wire).map(|span| (wire, *span)));
            let taken = by_wire.or_else(|| self.by_name.get(member.name.as_str()).map(|span| (member.name.as_str(), *span)));
            if let Some((name, span)) = taken {
                found.push(
                    Diagnostic::error(
                        RULE.code,
                        member.span,
                        format!("`{name}` of the flat message `{}` is its envelope's, too", message.decl.name),
                    )
                    .label("would stand beside it")
                    .related(span, "in the envelope"),
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
