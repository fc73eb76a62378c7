//! E0201: a name that nothing declares.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::did_you_mean;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0201",
    name: "undefined-name",
    summary: "every name is declared",
    page: r#"A name stands for a declaration of the same file, or, behind the name of an import and a dot, for one of an imported file. Imports of imports
are not seen: a file says itself what it needs.

```ltp wrong
protocol demo "1.0";

record Line {
    from: Pont;
}
record Point {
    x: float;
}
```

```ltp right
protocol demo "1.0";

record Line {
    from: Point;
}
record Point {
    x: float;
}
```

Declare it, import the file that does, or correct the spelling.
"#,
};

/// Nothing is called so.
pub fn report(name: &str, span: Span, nearest: Option<&str>) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, span, format!("`{name}` is not declared"));
    match nearest {
        Some(nearest) => found.label("not declared").help(format!("did you mean `{nearest}`?")),
        None => found.label("not declared"),
    }
}

/// The name that was likely meant.
pub fn nearest(name: &str, candidates: &[String]) -> Option<String> {
    // `Affect` where `common.Affect` is declared is the likeliest mistake of all.
    let qualified = candidates
        .iter()
        .find(|candidate| candidate.split_once('.').is_some_and(|(_, own)| own == name));
    qualified
        .cloned()
        .or_else(|| did_you_mean(name, candidates.iter().map(String::as_str)).map(str::to_owned))
}
