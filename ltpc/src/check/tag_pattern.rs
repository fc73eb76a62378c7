//! E0402: a message whose tag is any text of a scalar, where that does not work.

use std::collections::{BTreeMap, HashSet};

use ltp_runtime::schema::Pattern;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Message, MessageBody, Model, Tag, TypeKind};
use crate::source::Span;

/// How many messages of a tag member may take a pattern: each is compared with all others.
const MOST: usize = 16;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0402",
    name: "tag-pattern",
    summary: "a message whose tag is a scalar's has a pattern that no other such message has a text of",
    page: r#"`message Custom Name as name in Frame` takes every tag that the scalar's pattern matches and no other message has by name. So the scalar has a
pattern, the patterns of two such messages have no text in common, and the member that keeps the text is called as no other member of the message
and its envelope.

```ltp wrong
protocol demo "1.0";

scalar Name = string;

envelope Frame tag "type" {
    payload: body;
}
message Custom Name as name in Frame = object;
```

```ltp right
protocol demo "1.0";

scalar Name = string where pattern "[a-z]+:[a-z]+";

envelope Frame tag "type" {
    payload: body;
}
message Custom Name as name in Frame = object;
```
"#,
};

/// Finds patterns that have a text in common, and texts that have no name of their own.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let mut by_member: BTreeMap<&str, Vec<(&Message, Pattern)>> = BTreeMap::new();
    for message in &model.messages {
        let Tag::Scalar { scalar, member } = &message.tag else { continue };
        kept_text(model, message, member, found);
        let TypeKind::String(set) = &model[*scalar].ty.kind else { continue };
        let table = set
            .pattern
            .as_ref()
            .and_then(|source| crate::pattern::parse(source).ok()?.table().ok());
        let others = by_member.entry(&model[message.envelope].tag).or_default();
        let Some(table) = table else { continue };
        if others.len() == MOST {
            found.push(
                Diagnostic::error(RULE.code, message.decl.span, format!("more than {MOST} messages take a pattern")).label("one too many"),
            );
            return;
        }
        others.push((message, table));
    }
    for messages in by_member.values() {
        for (index, (message, pattern)) in messages.iter().enumerate() {
            for (earlier, other) in &messages[..index] {
                if let Some(text) = common_text(pattern, other) {
                    found.push(
                        Diagnostic::error(RULE.code, message.decl.span, "two messages take the same tags")
                            .label(format!("`{text}` would be this"))
                            .related(earlier.decl.span, "and this"),
                    );
                }
            }
        }
    }
}

/// The text is kept under a name beside the members.
fn kept_text(model: &Model, message: &Message, name: &str, found: &mut Vec<Diagnostic>) {
    let body = match message.body {
        MessageBody::Record(record) => model[record].members.as_slice(),
        MessageBody::Object => &[],
    };
    for member in body.iter().chain(&model[message.envelope].members) {
        if member.name == *name {
            found.push(
                Diagnostic::error(
                    RULE.code,
                    message.decl.span,
                    format!("the tag is kept as `{name}`, and a member is called so, too"),
                )
                .label(format!("`as {name}`"))
                .related(member.span, "this member"),
            );
        }
    }
}

/// A text that both automata accept, the shortest one. Of octets that are no text by themselves, dots are shown.
fn common_text(a: &Pattern, b: &Pattern) -> Option<String> {
    // Octets of one class in both are one; a printable one stands for them.
    let mut octets: BTreeMap<(u8, u8), u8> = BTreeMap::new();
    for octet in (b' '..=b'~').rev().chain(0..b' ').chain(0x7f..=0xff) {
        let class = |pattern: &Pattern| pattern.classes.get(usize::from(octet)).copied().unwrap_or_default();
        let classes = (class(a), class(b));
        let shown = octets.entry(classes).or_insert(octet);
        if octet.is_ascii_alphanumeric() {
            *shown = octet;
        }
    }
    let mut seen = HashSet::from([(1u16, 1u16)]);
    let mut steps: Vec<(u16, u16, usize, u8)> = vec![(1, 1, 0, 0)];
    let mut at = 0;
    while let Some(&(x, y, ..)) = steps.get(at) {
        if accepts(a, x) && accepts(b, y) {
            return Some(text(&steps, at));
        }
        for (&(of_a, of_b), &octet) in &octets {
            let (x, y) = (next(a, x, of_a), next(b, y, of_b));
            if x != 0 && y != 0 && seen.insert((x, y)) {
                steps.push((x, y, at, octet));
            }
        }
        at += 1;
    }
    None
}

fn accepts(pattern: &Pattern, state: u16) -> bool {
    pattern.accepting.get(usize::from(state)).copied().unwrap_or_default()
}

fn next(pattern: &Pattern, state: u16, class: u8) -> u16 {
    let entry = usize::from(state) * usize::from(pattern.stride) + usize::from(class);
    pattern.next.get(entry).copied().unwrap_or_default()
}

fn text(steps: &[(u16, u16, usize, u8)], mut at: usize) -> String {
    let mut octets = Vec::new();
    while let Some(&(_, _, before, octet)) = steps.get(at).filter(|_| at > 0) {
        octets.push(if octet.is_ascii_graphic() || octet == b' ' { octet } else { b'.' });
        at = before;
    }
    octets.reverse();
    String::from_utf8(octets).unwrap_or_default()
}

/// A scalar that says nothing about which texts are the message's.
pub fn no_pattern(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a tag is any text of a scalar with a pattern")
        .label("no scalar with a pattern")
        .help("declare one: `scalar Name = string where pattern \"...\";`")
}

#[cfg(test)]
mod tests {
    use super::common_text;

    #[test]
    fn what_two_patterns_have_in_common() {
        let table = |source: &str| crate::pattern::parse(source).unwrap().table().unwrap();
        let common = |a: &str, b: &str| common_text(&table(a), &table(b));
        assert_eq!(common("[a-z]+:[a-z]+", "x:.*").as_deref(), Some("x:a"));
        assert_eq!(common("[a-z]+", "[A-Z]+"), None);
        assert_eq!(common("a*", "b*").as_deref(), Some(""));
        assert_eq!(common("é", "[^a]").as_deref(), Some(".."));
    }
}
