//! E0301: two things that are one on the wire.

use std::collections::HashMap;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Case, Member, Model};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0301",
    name: "duplicate-wire-name",
    summary: "names on the wire are unique where they stand, those of `@accepts` too",
    page: r#"A receiver must know which member a name on the wire means. Members of an object have different names there, those that `@accepts` reads included,
and so have the tag and the body of an envelope; variants, cases and kinds have different texts.

```ltp wrong
protocol demo "1.0";

record Event {
    event_type: string @accepts("kind");
    kind: uint;
}
```

```ltp right
protocol demo "1.0";

record Event {
    event_type: string @accepts("kind");
    level: uint;
}
```

Change one of the names, or accept another.
"#,
};

/// Finds it.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for record in &model.records {
        Names::default().members(&record.members, found);
    }
    for envelope in &model.envelopes {
        let mut names = Names::default();
        names.add("the tag", &envelope.tag, envelope.decl.span, found);
        if let Some(body) = &envelope.body {
            names.add("the body", &body.wire, body.span, found);
        }
        names.members(&envelope.members, found);
    }
    for set in &model.enums {
        let mut names = Names::default();
        for variant in &set.variants {
            names.add("this variant", &variant.wire, variant.span, found);
        }
    }
    for union in &model.unions {
        cases("this case", &union.cases, found);
    }
    for payloads in &model.payloads {
        cases("this kind", &payloads.kinds, found);
    }
}

fn cases(what: &'static str, cases: &[Case], found: &mut Vec<Diagnostic>) {
    let mut names = Names::default();
    for case in cases {
        names.add(what, &case.wire, case.span, found);
    }
}

#[derive(Default)]
struct Names<'m>(HashMap<&'m str, (&'static str, Span)>);

impl<'m> Names<'m> {
    fn members(&mut self, members: &'m [Member], found: &mut Vec<Diagnostic>) {
        for member in members {
            for wire in std::iter::once(&member.wire).chain(&member.accepts) {
                self.add("this member", wire, member.span, found);
            }
        }
    }

    fn add(&mut self, what: &'static str, wire: &'m str, span: Span, found: &mut Vec<Diagnostic>) {
        if let Some((other, earlier)) = self.0.get(wire) {
            found.push(
                Diagnostic::error(RULE.code, span, format!("`{wire}` on the wire would mean two things"))
                    .label(format!("{what} is `{wire}`"))
                    .related(*earlier, format!("and {other}, too")),
            );
        } else {
            self.0.insert(wire, (what, span));
        }
    }
}
