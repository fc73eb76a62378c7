//! E0407: limits that refuse what the schema asks for.

mod measure;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Message, Model, Presence, Type, TypeKind};
use crate::resolve::LIMITS;
use crate::source::Span;
use measure::Measures;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0407",
    name: "limits-contradict",
    summary: "what must be sent fits within the limits",
    page: r#"A receiver enforces the limits before anything else. So the least that the schema asks for has to fit: the least length of a text, list or map, the
required members of a record, the nesting and the octets of the smallest text of every message. And a string is part of a message: its limit is
no greater than that of the message.

```ltp wrong
protocol demo "1.0";

limits { string 16 B; }

record Key {
    value: string where len 32;
}
```

```ltp right
protocol demo "1.0";

limits { string 64 B; }

record Key {
    value: string where len 32;
}
```

Raise the limit, or ask for less.
"#,
};

/// Finds it.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let limits = Limits { model };
    if let Some(span) = limits.span("string")
        && model.limits.string > model.limits.message
    {
        let problem = Diagnostic::error(RULE.code, span, "a string may be longer than the message that it is in");
        found.push(limits.beside(problem.label("more than the limit of a message"), "message"));
    }
    for scalar in &model.scalars {
        limits.lengths(&scalar.ty, scalar.decl.span, found);
    }
    let members = model
        .records
        .iter()
        .flat_map(|record| &record.members)
        .chain(model.envelopes.iter().flat_map(|one| &one.members));
    for member in members {
        limits.lengths(&member.ty, member.span, found);
    }
    for kind in model.payloads.iter().flat_map(|set| &set.kinds) {
        limits.lengths(&kind.ty, kind.span, found);
    }
    for record in &model.records {
        let required = record
            .members
            .iter()
            .filter(|member| matches!(member.presence, Presence::Required { .. }))
            .count();
        limits.at_least("members", required as u64, "required members", record.decl.span, found);
    }
    let measures = Measures::of(model);
    // Of framed text it is not known here how short it can be.
    let framed = |message: &&Message| model[message.envelope].tag.is_empty();
    for message in model.messages.iter().filter(|message| !framed(message)) {
        let least = measures.message(message);
        limits.at_least("depth", least.depth, "levels", message.decl.span, found);
        limits.at_least("message", least.octets, "octets", message.decl.span, found);
        limits.at_least("members", least.members, "members", message.decl.span, found);
    }
}

struct Limits<'m> {
    model: &'m Model,
}

impl Limits<'_> {
    fn span(&self, limit: &str) -> Option<Span> {
        LIMITS.iter().zip(self.model.limit_spans).find(|(name, _)| **name == limit)?.1
    }

    fn value(&self, limit: &str) -> u64 {
        let limits = &self.model.limits;
        match limit {
            "message" => limits.message,
            "depth" => limits.depth,
            "string" => limits.string,
            "list" => limits.list,
            _ => limits.members,
        }
    }

    /// Points to the limit where it is declared, and says what it is where it is not.
    fn beside(&self, found: Diagnostic, limit: &str) -> Diagnostic {
        match self.span(limit) {
            Some(span) => found.related(span, "the limit"),
            None => found.help(format!("without a declaration, `{limit}` is {}", self.value(limit))),
        }
    }

    fn at_least(&self, limit: &str, least: u64, what: &str, span: Span, found: &mut Vec<Diagnostic>) {
        let most = self.value(limit);
        if least > most {
            let problem = Diagnostic::error(
                RULE.code,
                span,
                format!("this takes at least {least} {what}, and the limit `{limit}` is {most}"),
            );
            found.push(self.beside(problem.label("no text of it would be accepted"), limit));
        }
    }

    /// The least lengths of a type; what scalars and records say is said of them.
    fn lengths(&self, mut ty: &Type, span: Span, found: &mut Vec<Diagnostic>) {
        loop {
            match &ty.kind {
                TypeKind::String(set) => {
                    if let Some((least, _)) = set.length {
                        self.at_least("string", least, "characters", span, found);
                    }
                    let shortest = set.one_of.iter().map(|text| text.len() as u64).min();
                    self.at_least("string", shortest.unwrap_or(0), "octets", span, found);
                    return;
                }
                TypeKind::List { item, length, .. } => {
                    self.at_least("list", length.map_or(0, |(least, _)| least), "items", span, found);
                    ty = item;
                }
                TypeKind::Map { value, length } => {
                    self.at_least("members", length.map_or(0, |(least, _)| least), "members", span, found);
                    ty = value;
                }
                _ => return,
            }
        }
    }
}
