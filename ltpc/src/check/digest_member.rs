//! E0802: a member that a digest cannot sort by or join.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::Name;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0802",
    name: "digest-member",
    summary: "what a digest sorts by and joins is a member that is always there and has one text and one order",
    page: r#"A digest must come out the same wherever it is computed, whatever the language. So it sorts by members that are always there, and whose order
every language knows: strings and enums (by the code points of their texts), UUIDs, and integers (by value). The same can be joined, and
datetimes, which are not sorted by: two that are the same moment may be written with other offsets. Doubles are written in more than one
way, and lists and records have no text of their own.

```ltp wrong
protocol demo "1.0";

scalar Hash = string where pattern "[0-9a-f]{64}";
record Part {
    at:    datetime;
    hash?: string;
}
digest state of list<Part> -> Hash {
    sort at;
    join hash;
    sha256 hex 64;
}
```

```ltp right
protocol demo "1.0";

scalar Hash = string where pattern "[0-9a-f]{64}";
record Part {
    at:   uint;
    hash: string;
}
digest state of list<Part> -> Hash {
    sort at, hash;
    join hash;
    sha256 hex 64;
}
```
"#,
};

/// What a digest does with a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use(&'static str);

/// It sorts by it.
pub const SORTED: Use = Use("sorted by");

/// It joins it.
pub const JOINED: Use = Use("joined");

/// Why a member does not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It may be absent or `null`.
    MayBeNone,
    /// Its type has no text or no order.
    Type,
}

/// A member that does not do.
pub fn unfit(name: &Name, Use(what): Use, why: Why, declared: Span) -> Diagnostic {
    let label = match (why, what) {
        (Why::MayBeNone, _) => "it may be none",
        (Why::Type, "joined") => "strings, enums, UUIDs, datetimes and integers have a text",
        (Why::Type, _) => "strings, enums, UUIDs and integers have an order",
    };
    Diagnostic::error(RULE.code, name.span, format!("`{}` cannot be {what}", name.text))
        .label(label)
        .related(declared, "declared here")
}

/// A name of no member.
pub fn unknown(name: &Name, record: &str, near: Option<&str>) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, name.span, format!("`{record}` has no member `{}`", name.text));
    match near {
        Some(near) => found.label(format!("did you mean `{near}`?")),
        None => found,
    }
}
