//! E0203: a name that is taken.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::naming;
use crate::resolve::BUILT_IN;
use crate::source::Span;
use crate::syntax::tree::Name;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0203",
    name: "reserved-name",
    summary: "names of the language and of generated code are not declared",
    page: r#"Two sorts of names are taken: those of the types that need no declaration (`string`, `uuid`, `body` and so on), and those that generated code
keeps for itself, which begin with `__` or with `ltpc` in any case.

Words that are keywords in a target language are not taken: generated code escapes them.

```ltp wrong
protocol demo "1.0";

record object {
    __id: uuid;
}
```

```ltp right
protocol demo "1.0";

record Thing {
    id "__id": uuid;
}
```

Choose another name. What a member is called on the wire can stay.
"#,
};

/// Checks the name of a declaration.
pub fn declaration(name: &Name, found: &mut Vec<Diagnostic>) {
    if BUILT_IN.contains(&name.text.as_str()) || name.text == "body" {
        found.push(report(name.span, format!("`{}` is a word of the language", name.text)));
    }
    check(name, found);
}

/// Checks any name of which generated code makes one.
pub fn check(name: &Name, found: &mut Vec<Diagnostic>) {
    if naming::is_reserved(&name.text) {
        found.push(report(
            name.span,
            format!("generated code keeps names such as `{}` for itself", name.text),
        ));
    }
}

fn report(span: Span, message: String) -> Diagnostic {
    Diagnostic::error(RULE.code, span, message)
        .label("taken")
        .help("choose another name; `name \"wire\"` keeps what a member or variant is called on the wire")
}
