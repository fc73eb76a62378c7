//! E0501: an example that does not conform.

use ltp_runtime::{codec, schema::Mismatch, text};

use super::Rule;
use super::refusals_differ;
use crate::diagnostic::Diagnostic;
use crate::interpret::Tables;
use crate::model::{Example, ExampleOf, Model};
use crate::source::Span;

mod locate;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0501",
    name: "example-refused",
    summary: "examples conform to what they are examples of",
    page: r#"An example is real text of the wire. The compiler reads each as a receiver would, and says all that is wrong with it: the place as a JSON pointer,
the rule that is broken, what the schema allows and what stands there.

````ltp wrong
protocol demo "1.0";

envelope Frame tag "type" {
    payload: body;
}
message Ping "ping" in Frame {
    id: uint;
}
example "a ping" as Ping ```
{"type": "ping", "payload": {"id": -1}}
```
````

````ltp right
protocol demo "1.0";

envelope Frame tag "type" {
    payload: body;
}
message Ping "ping" in Frame {
    id: uint;
}
example "a ping" as Ping ```
{"type": "ping", "payload": {"id": 1}}
```
````

Correct the text or the schema. An example of what is refused says so: `example "a bad ping" refused "/payload/id" number`.
"#,
};

/// The most violations that are shown.
const MOST: usize = 16;

/// Reads all examples.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    if !model.whole || model.examples.is_empty() {
        return;
    }
    let tables = Tables::new(model);
    for example in &model.examples {
        let violations = match &example.of {
            Some(ExampleOf::Type(ty)) => match tables.type_id(ty) {
                Some(id) => codec::explain_value(&tables.schema, id, example.text.as_bytes()),
                None => continue,
            },
            _ if example.advisory => text::explain(&tables.schema, Mismatch::Advisory, example.text.as_bytes()),
            _ => codec::explain(&tables.schema, example.text.as_bytes()),
        };
        if example.refusals.is_empty() {
            if violations.is_empty() {
                other_message(model, &tables, example, found);
            } else {
                found.push(refused(example, &violations));
            }
        } else {
            found.extend(refusals_differ::compare(example, &violations, |pointer| {
                match violations.iter().find(|one| one.pointer == pointer) {
                    Some(violation) => place(example, violation),
                    None => locate::span(example, pointer),
                }
            }));
        }
    }
}

fn refused(example: &Example, violations: &[codec::Violation]) -> Diagnostic {
    let mut places = violations.iter().map(|one| (place(example, one), words(one)));
    let (span, label) = places.next().unwrap_or((example.span, String::new()));
    let count = match violations.len() {
        1 => String::new(),
        more => format!(" in {more} places"),
    };
    let problem = Diagnostic::error(
        RULE.code,
        span,
        format!("the example \"{}\" does not conform{count}", example.title),
    )
    .label(label);
    places
        .take(MOST - 1)
        .fold(problem, |problem, (span, words)| problem.related(span, words))
}

/// Where a violation stands in the example.
fn place(example: &Example, violation: &codec::Violation) -> Span {
    match violation.position {
        Some(position) => locate::line(example, position),
        None => locate::span(example, &violation.pointer),
    }
}

/// A violation in words.
pub fn words(violation: &codec::Violation) -> String {
    let place = if violation.pointer.is_empty() {
        String::new()
    } else {
        format!("{}: ", violation.pointer)
    };
    format!(
        "{place}expected {}, got {} ({})",
        violation.expected,
        violation.actual,
        violation.rule.name()
    )
}

/// Finds a message that is another one than the example says.
fn other_message(model: &Model, tables: &Tables, example: &Example, found: &mut Vec<Diagnostic>) {
    let Some(ExampleOf::Message(wanted)) = example.of else { return };
    let octets = example.text.as_bytes();
    let decoded = if example.advisory {
        text::decode(&tables.schema, Mismatch::Advisory, octets).map(|framed| framed.decoded)
    } else {
        codec::decode(&tables.schema, octets)
    };
    let Ok(decoded) = decoded else { return };
    let Some(actual) = model.messages.get(decoded.message) else {
        return;
    };
    if decoded.message != wanted.0 as usize {
        let tag = &model[actual.envelope].tag;
        let problem = format!(
            "the example \"{}\" is a `{}`, not a `{}`",
            example.title, actual.decl.name, model[wanted].decl.name
        );
        let span = locate::span(example, &format!("/{}", tag.replace('~', "~0").replace('/', "~1")));
        found.push(Diagnostic::error(RULE.code, span, problem).label("by this tag"));
    }
}
