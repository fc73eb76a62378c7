//! E0901: a bridge for what is no role that is listened on.

use super::demo;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0901",
    name: "bridge-serves",
    summary: "a bridge serves a role of a session that is listened on",
    page: concat!(
        r#"A bridge stands behind one side of a session: `bridge Name serves Session.role`. It is the side that is listened on, whose transitions never
say `connect`; the other side is the peer.

```ltp wrong
"#,
        demo!(),
        r#"
bridge Mesh serves Talk.device {
    push Note -> Told from "notes.*";
}
```

```ltp right
"#,
        demo!(),
        r#"
bridge Mesh serves Talk.gateway {
    request Ask -> Note to "notes.{topic}" within 5 s reply Note -> Told else Told { topic = rain };
    push Note -> Told from "notes.*";
}
```
"#
    ),
};

/// A name without a role.
pub fn no_role(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` names no role"))
        .label("a session and one of its roles are wanted here")
        .help(format!("write `{name}.role`"))
}

/// A role that the session does not have.
pub fn unknown(span: Span, role: &str, session: &str, near: Option<&str>) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, span, format!("the session `{session}` has no role `{role}`"));
    match near {
        Some(near) => found.label(format!("did you mean `{near}`?")),
        None => found,
    }
}

/// A role that opens its connections itself.
pub fn connects(span: Span, role: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{role}` is not listened on"))
        .label("it opens its connections itself")
        .help("serve the other role")
}
