//! E0701: groups and elements that are not what they must be. Found while groups are resolved.

use super::Rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::source::Span;
use crate::syntax::tree::{Name, Path};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0701",
    name: "group-element",
    summary: "groups say how they are routed and with which code they refuse; elements belong to one group, and take and give records or JSON",
    page: r#"A set of groups names the code of an error table with which a value of the wrong type is refused, and each group one of the ways in which
work is routed. An element takes and gives a record, or any `json`. Modules add elements to sets that are `open`, by the group's code; where
several sets in reach have such a group, the set is named, too.

```ltp wrong
protocol demo "1.0";

errors Code {
    BAD "it does not fit";
}

groups Kind open refuse Code.BAD {
    df "Data flow" route parallel { transform; }
}

record Job { size: uint; }

element dg.resize (Job) -> Job;
```

```ltp right
protocol demo "1.0";

errors Code {
    BAD "it does not fit";
}

groups Kind open refuse Code.BAD {
    df "Data flow" route parallel { transform; }
}

record Job { size: uint; }

element df.resize (Job) -> Job;
```
"#,
};

const ROUTES: [&str; 6] = ["ordered", "parallel", "urgent", "network", "admin", "memory"];

/// A way of routing that there is not.
pub fn route(name: &Name) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, name.span, format!("work cannot be routed `{}`", name.text));
    match did_you_mean(&name.text, ROUTES) {
        Some(nearest) => found.label(format!("did you mean `{nearest}`?")),
        None => found.help(format!("it is routed `{}`", ROUTES.join("`, `"))),
    }
}

/// What is no code of an error table.
pub fn code(path: &Path) -> Diagnostic {
    Diagnostic::error(RULE.code, path.span, "a code of an error table is wanted here")
        .help("write `Errors.CODE`, as in `refuse Errors.CODE`")
}

/// A type that an element cannot take or give.
pub fn carried(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "an element takes and gives a record, or any `json`")
        .help("put what this is into a member of a record")
}

/// An element without a group.
pub fn no_group(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "an element belongs to a group").help("write the group's code before it: `element group.name`")
}

/// What is no set of groups.
pub fn no_groups(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` is no set of groups"))
}

/// A set to which nobody may add.
pub fn closed(span: Span, name: &str, declared: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` takes no further elements"))
        .related(declared, "declared here, without `open`")
        .help(format!("declare the element with its group, or write `groups {name} open`"))
}

/// A group that no set in reach has.
pub fn unknown_group(code: &Name, nearest: Option<&str>) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, code.span, format!("there is no group `{}`", code.text));
    match nearest {
        Some(nearest) => found.label(format!("did you mean `{nearest}`?")),
        None => found,
    }
}

/// A group that several sets in reach have.
pub fn several(code: &Name) -> Diagnostic {
    Diagnostic::error(RULE.code, code.span, format!("several sets have a group `{}`", code.text))
        .help(format!("name the set before it: `module.Set.{}.element`", code.text))
}
