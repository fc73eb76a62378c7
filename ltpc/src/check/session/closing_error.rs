//! E0627: an error that ends the connection, and a connection that goes on.

use super::graph::{closes, roles};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{ActionKind, Expr, ExprKind, Model, Transition};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0627",
    name: "closing-error",
    summary: "the transition that sends an error code that `closes` also closes",
    page: r#"An error table says of each code whether the connection survives it. What the peer reads there must be what happens.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

errors Code {
    BAD_NAME "the name is not known" closes;
}

message Hello "hello" in Plain {}
message Error "error" in Plain {
    code: Code;
}

session Talk between client, server {
    role client {
        start Dialing {
            enter   => connect;
            on open => send Hello -> Ready;
        }
        state Ready {
            on Error => deliver;
        }
        end Done;
        any {
            on message   => report;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
    role server {
        start Listening {
            on Hello => send Error { code = BAD_NAME };
        }
        end Done;
        any {
            on open      => ignore;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
}
```

```ltp right
protocol demo "1.0";

envelope Plain tag "type" {}

errors Code {
    BAD_NAME "the name is not known" closes;
}

message Hello "hello" in Plain {}
message Error "error" in Plain {
    code: Code;
}

session Talk between client, server {
    role client {
        start Dialing {
            enter   => connect;
            on open => send Hello -> Ready;
        }
        state Ready {
            on Error => deliver;
        }
        end Done;
        any {
            on message   => report;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
    role server {
        start Listening {
            on Hello => send Error { code = BAD_NAME }, close "bad name";
        }
        end Done;
        any {
            on open      => ignore;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
}
```

Add `close "reason"` or `drop "reason"` behind the `send`, or take `closes` from the code.
"#,
};

/// Finds codes that close, sent where nothing is closed.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let mut said = std::collections::HashSet::new();
    for transition in roles(model)
        .flat_map(|(_, role, _)| &role.states)
        .flat_map(|state| &state.transitions)
    {
        if closes(transition) {
            continue;
        }
        for (name, declared, span) in codes(model, transition) {
            if said.insert(span) {
                found.push(
                    Diagnostic::error(
                        RULE.code,
                        span,
                        format!("`{name}` closes the connection, and nothing closes it here"),
                    )
                    .related(declared, "declared here with `closes`")
                    .help("add `close \"reason\"` behind the `send`"),
                );
            }
        }
    }
}

/// The codes that close which a transition sends.
fn codes<'m>(model: &'m Model, transition: &Transition) -> Vec<(&'m str, Span, Span)> {
    let mut codes = Vec::new();
    for action in &transition.actions {
        let ActionKind::Send { envelope, body, .. } = &action.kind else {
            continue;
        };
        for (_, value) in envelope.iter().chain(body) {
            codes.extend(code(model, value));
        }
    }
    codes
}

fn code<'m>(model: &'m Model, value: &Expr) -> Option<(&'m str, Span, Span)> {
    match &value.kind {
        ExprKind::Wrap(inner) => code(model, inner),
        ExprKind::Variant(id, index) => {
            let variant = model[*id].variants.get(*index)?;
            variant
                .error
                .as_ref()
                .filter(|flags| flags.closes)
                .map(|_| (variant.name.as_str(), variant.span, value.span))
        }
        _ => None,
    }
}
