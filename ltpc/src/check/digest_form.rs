//! E0801: a digest that does not say what is hashed, or how.

use super::Rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::Algorithm;
use crate::source::Span;
use crate::syntax::tree::Name;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0801",
    name: "digest-form",
    summary: "a digest says once what of a list is joined, how it is hashed, and of which scalar it gives a text",
    page: r#"| part | what it says |
|---|---|
| `digest name of list<Record> -> Scalar` | what it is computed from, and the scalar of strings that it gives |
| `sort member, member;` | by what the items are sorted; without it they are taken as they come |
| `join member;` | whose texts are joined, item by item |
| `sha256 hex 16;` | what the joined text is hashed by, and how many hexadecimal digits are taken, 1 to 64 |
| `prefix "0x";` | what stands before the digits |
| `empty "0x0";` | what a list without items gives; without it: the digest of the empty text |

`join` and the hash must be there, and each part stands once.

```ltp wrong
protocol demo "1.0";

scalar Hash = string where pattern "[0-9a-f]{16}";
record Part {
    hash: string;
}
digest state of list<Part> -> Hash {
    join hash;
    sha256 hex 65;
}
```

```ltp right
protocol demo "1.0";

scalar Hash = string where pattern "[0-9a-f]{16}";
record Part {
    hash: string;
}
digest state of list<Part> -> Hash {
    sort hash;
    join hash;
    sha256 hex 16;
}
```
"#,
};

/// What is wrong with a part.
pub type Problem = Box<Diagnostic>;

/// What it is computed from is no list of records.
pub fn no_records(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a digest is computed from a list of records").label("`list<Record>`, without constraints")
}

/// What it gives is no scalar of texts.
pub fn no_scalar(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "a digest gives a text of a scalar")
        .label("no scalar of strings")
        .help("declare one that says how the text looks: `scalar Hash = string where pattern \"[0-9a-f]{16}\";`")
}

/// A hash that is not known.
pub fn algorithm(name: &Name, known: &[&str]) -> Problem {
    let found = Diagnostic::error(RULE.code, name.span, format!("`{}` is no hash that is known", name.text))
        .label(format!("one of `{}`", known.join("`, `")));
    Box::new(match did_you_mean(&name.text, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found,
    })
}

/// A count of digits that the hash does not have.
pub fn digits(span: Span, of: Algorithm) -> Problem {
    Box::new(
        Diagnostic::error(RULE.code, span, format!("`{}` has {} hexadecimal digits", of.name(), of.digits()))
            .label(format!("1 to {}", of.digits())),
    )
}

/// A part that is said twice.
pub fn again(span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "this part is said twice")
        .label("again")
        .related(earlier, "first here")
}

/// A part that is not said.
pub fn missing(part: &str, digest: &Name) -> Diagnostic {
    let (what, add) = match part {
        "join" => ("what is joined", "join member;"),
        _ => ("how it is hashed", "sha256 hex 64;"),
    };
    Diagnostic::error(RULE.code, digest.span, format!("the digest `{}` does not say {what}", digest.text)).label(format!("add `{add}`"))
}
