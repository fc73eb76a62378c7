//! E0502: an example that is refused, but not as it says.

use ltp_runtime::codec;

use super::Rule;
use super::example_refused::words;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::Example;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0502",
    name: "refusals-differ",
    summary: "a refused example breaks exactly the rules that it lists",
    page: r#"`refused "/pointer" rule, ...` lists all that is wrong with an example, nothing more and nothing less: a receiver that explains otherwise is found by
it. The rules are `depth`, `duplicate`, `encoding`, `format`, `length`, `list_size`, `members`, `number`, `one_of`, `pattern`, `range`, `required`,
`size`, `string_size`, `surrogate`, `syntax`, `type`, `unknown_tag` and `utf8`; of framed text also `charset`, `empty`, `header`, `headers`,
`length_mismatch`, `line_size`, `marker`, `start`, `trailing` and `truncated`.

````ltp wrong
protocol demo "1.0";

envelope Frame tag "type" {
    payload: body;
}
message Ping "ping" in Frame {
    id: uuid;
}
example "no id" refused "/payload/id" format ```
{"type": "ping", "payload": {}}
```
````

````ltp right
protocol demo "1.0";

envelope Frame tag "type" {
    payload: body;
}
message Ping "ping" in Frame {
    id: uuid;
}
example "no id" refused "/payload/id" required ```
{"type": "ping", "payload": {}}
```
````
"#,
};

/// Whether a rule of the wire is called so.
pub fn is_rule(name: &str) -> bool {
    codec::Rule::ALL.iter().any(|rule| rule.name() == name)
}

/// No rule is called so.
pub fn unknown_rule(name: &str, span: Span) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, span, format!("no rule is called `{name}`")).label("no rule");
    match did_you_mean(name, codec::Rule::ALL.map(codec::Rule::name)) {
        Some(nearest) => found.help(format!("did you mean `{nearest}`?")),
        None => found.help("the rules are listed by `ltpc explain E0502`"),
    }
}

/// Compares what is wrong with an example with what it says.
pub fn compare(example: &Example, violations: &[codec::Violation], place: impl Fn(&str) -> Span) -> Option<Diagnostic> {
    let says = |one: &codec::Violation| {
        example
            .refusals
            .iter()
            .any(|(pointer, rule)| *pointer == one.pointer && rule == one.rule.name())
    };
    let surplus = violations
        .iter()
        .filter(|one| !says(one))
        .map(|one| (place(&one.pointer), format!("not listed: {}", words(one))));
    let is = |pointer: &str, rule: &str| violations.iter().any(|one| one.pointer == pointer && one.rule.name() == rule);
    let missing = example
        .refusals
        .iter()
        .filter(|(pointer, rule)| !is(pointer, rule))
        .map(|(pointer, rule)| (place(pointer), format!("listed, but not so: \"{pointer}\" {rule}")));
    let mut differences = surplus.chain(missing);
    let (span, label) = differences.next()?;
    let what = if violations.is_empty() {
        "conforms, and should not"
    } else {
        "is refused otherwise than it says"
    };
    let problem = Diagnostic::error(RULE.code, span, format!("the example \"{}\" {what}", example.title)).label(label);
    Some(
        differences
            .take(15)
            .fold(problem, |problem, (span, words)| problem.related(span, words)),
    )
}
