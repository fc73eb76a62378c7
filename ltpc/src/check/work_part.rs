//! E0703: work whose parts are not what they must be. Found while work is resolved.

use super::Rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::source::Span;
use crate::syntax::tree::{Name, Path};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0703",
    name: "work-part",
    summary: "work says which members of its messages mean what, and with which codes it is refused",
    page: r#"What routes work must know which member is the request's id, how a reply repeats it, where what an element takes and gives stands, and what is
answered where nothing is done. The request and its reply stand in one envelope, so that a reply can repeat what the request's says.

```ltp wrong
protocol demo "1.0";

errors Code {
    LOST "nobody does it"; BAD "it does not fit"; FULL "too much"; BLOCKED "not before"; FAILED "it went wrong"; LATE "too late";
}

groups Kind open refuse Code.BAD {
    df "Data flow" route parallel { transform; }
}

record Job { id: string; kind: Kind; element: Kind[kind].element; data: json as Kind[kind][element].input; }
enum Status { done; undone; }
record Trouble { code: Code; words: string; }
record Done { of: string; status: Status; data?: json; trouble?: Trouble; }

envelope Plain tag "type" {
    payload: body;
}

message Ask "ask" in Plain = Job;
message Told "told" in Plain = Done;

work Jobs of Ask -> Told {
    id         id, off;
    status     status, done, undone;
    output     data;
    failure    trouble, code, words;
    unhandled  LOST;
    invalid    BAD;
    unrouted   LOST;
    overloaded FULL;
    blocked    BLOCKED;
    failed     FAILED;
    late       LATE;
}
```

```ltp right
protocol demo "1.0";

errors Code {
    LOST "nobody does it"; BAD "it does not fit"; FULL "too much"; BLOCKED "not before"; FAILED "it went wrong"; LATE "too late";
}

groups Kind open refuse Code.BAD {
    df "Data flow" route parallel { transform; }
}

record Job { id: string; kind: Kind; element: Kind[kind].element; data: json as Kind[kind][element].input; }
enum Status { done; undone; }
record Trouble { code: Code; words: string; }
record Done { of: string; status: Status; data?: json; trouble?: Trouble; }

envelope Plain tag "type" {
    payload: body;
}

message Ask "ask" in Plain = Job;
message Told "told" in Plain = Done;

work Jobs of Ask -> Told {
    id         id, of;
    status     status, done, undone;
    output     data;
    failure    trouble, code, words;
    unhandled  LOST;
    invalid    BAD;
    unrouted   LOST;
    overloaded FULL;
    blocked    BLOCKED;
    failed     FAILED;
    late       LATE;
}
```
"#,
};

/// What work says.
pub const PARTS: &[&str] = &[
    "id",
    "priority",
    "timeout",
    "after",
    "status",
    "output",
    "failure",
    "took",
    "fault",
    "beat",
    "unhandled",
    "invalid",
    "unrouted",
    "overloaded",
    "blocked",
    "failed",
    "late",
];

/// A part that there is not.
pub fn unknown(name: &Name) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, name.span, format!("work has no part `{}`", name.text));
    match did_you_mean(&name.text, PARTS.iter().copied()) {
        Some(nearest) => found.label(format!("did you mean `{nearest}`?")),
        None => found.help(format!("its parts are `{}`", PARTS.join("`, `"))),
    }
}

/// A part that is missing.
pub fn missing(work: &Name, part: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, work.span, format!("`{}` does not say `{part}`", work.text))
}

/// A part that says too little.
pub fn values(name: &Name, least: usize) -> Diagnostic {
    Diagnostic::error(RULE.code, name.span, format!("`{}` names {least}", name.text)).help(match name.text.as_str() {
        "id" => "the request's member, and the reply's: `id member, member;`",
        "status" => "the reply's member, and its variants for done and not done: `status member, done, undone;`",
        "failure" => "the reply's member, a record, and its members for a code and words: `failure member, code, words;`",
        "fault" => "a message, and its members for a code and words: `fault Message, code, words;`",
        _ => "a message, and its members for the elements and the load: `beat Message, handlers, load;`",
    })
}

/// A request or a reply whose members are not declared.
pub fn no_members(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "the members of this message are not declared")
}

/// A reply that cannot repeat what the request's envelope says.
pub fn envelopes(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "the reply stands in another envelope than the request")
}

/// A request that names no element.
pub fn no_dependents(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        RULE.code,
        span,
        format!("`{name}` does not say which element is to work, and on what"),
    )
    .help("it has members `group: Groups;`, `element: Groups[group].element;` and `data: json as Groups[group][element].input;`")
}

/// A member that a record does not have.
pub fn no_member(path: &Path, of: &str) -> Diagnostic {
    let name: Vec<&str> = path.parts.iter().map(|part| part.text.as_str()).collect();
    Diagnostic::error(RULE.code, path.span, format!("`{of}` has no member `{}`", name.join(".")))
}

/// A member of another type.
pub fn other_type(name: &Name, wanted: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, name.span, format!("`{}` is not {wanted}", name.text))
}

/// A variant that an enum does not have.
pub fn no_variant(name: &Name, of: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, name.span, format!("`{of}` has no variant `{}`", name.text))
}
