//! E0408: a property that an endpoint does not have, or not so.

use ltp_runtime::endpoint::Transport;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::did_you_mean;
use crate::model::Model;
use crate::resolve::PROPERTIES;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0408",
    name: "bad-property",
    summary: "an endpoint says its transport and its address, and else only what an endpoint can say",
    page: r#"| property | value |
|---|---|
| `transport` | `websocket` (a message a frame), `lines` (a message a line over TCP) or `framed` (framed text over TCP); must be there |
| `address` | the URL that is used when none is given; must be there |
| `alias` | another URL scheme for the same, such as `"demo"` |
| `subprotocols` | of WebSocket: texts, the preferred one first; with `or none`, peers that offer none of them are served all the same |
| `binary` | of WebSocket: whether messages in binary frames are read: `accepted` or `refused` (which is what is meant without it) |
| `plaintext` | where an address without TLS is taken: `loopback` only (which is what is meant without it), or `allowed` everywhere |

A file with a `framing` has messages of many lines: its endpoints are `framed`, or `websocket`. `framed` is for such files only.

```ltp wrong
protocol demo "1.0";

endpoint Main {
    transprot websocket;
    address "ws://localhost:8080";
}
```

```ltp right
protocol demo "1.0";

endpoint Main {
    transport websocket;
    address "ws://localhost:8080";
}
```
"#,
};

/// Transports that cannot carry the messages.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let is_framed = model.framing().is_some();
    for endpoint in &model.endpoints {
        let (message, help) = match (&endpoint.facts.transport, is_framed) {
            (Transport::Framed, false) => ("there is no framing", "declare a `framing`, or say `transport lines`"),
            (Transport::Lines, true) => ("framed text is no message a line", "say `transport framed`"),
            _ => continue,
        };
        let place = format!("the endpoint `{}`", endpoint.decl.name);
        found.push(Diagnostic::error(RULE.code, endpoint.decl.span, message).label(place).help(help));
    }
}

/// No property is called so.
pub fn unknown(name: &str, span: Span) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, span, format!("an endpoint has no property `{name}`")).label("no property");
    match did_you_mean(name, PROPERTIES) {
        Some(nearest) => found.help(format!("did you mean `{nearest}`?")),
        None => found.help(format!(
            "there are {}",
            PROPERTIES.map(|property| format!("`{property}`")).join(", ")
        )),
    }
}

/// What must be there is not.
pub fn missing(property: &str, endpoint: &str, span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("the endpoint `{endpoint}` says nothing of its {property}"))
        .label(format!("add `{property} ...;`"))
}

/// A value that the property does not have; `label` says which it has.
pub fn value(property: &str, span: Span, label: impl Into<String>) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{property}` is not written so")).label(label)
}

/// `or none` where it means nothing.
pub fn or_none(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "`or none` is for subprotocols").label("not here")
}

/// A property of WebSocket at another transport.
pub fn only_websocket(property: &str, span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("only `transport websocket` has `{property}`"))
        .label("not here")
        .help("remove it")
}
