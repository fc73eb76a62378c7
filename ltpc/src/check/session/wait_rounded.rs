//! W0612: a wait that is told too short.

use super::graph::roles;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{ExprKind, Model};

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0612",
    name: "wait-rounded",
    summary: "how long to wait is rounded up",
    page: r#"`as s` rounds down, and what comes after that many seconds would still be too early: of a wait of 900 ms nothing is left. `as s up` rounds up.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {
    name: string;
}
message Wait "wait" in Plain {
    seconds: uint;
}

session Talk between client, server {
    role client {
        start Dialing {
            enter        => connect;
            on open      => send Hello { name = "Ann" };
            on Wait      => deliver;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
        end Done;
    }
    role server {
        meter calls = 10 per 60 s last 1024;
        start Listening {
            on open      => ignore;
            on Hello h when (wait calls[h.name]) > 0 s => send Wait { seconds = wait calls[h.name] as s };
            on Hello h   => count calls[h.name], deliver;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
        end Done;
    }
}
```

```ltp right
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {
    name: string;
}
message Wait "wait" in Plain {
    seconds: uint;
}

session Talk between client, server {
    role client {
        start Dialing {
            enter        => connect;
            on open      => send Hello { name = "Ann" };
            on Wait      => deliver;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
        end Done;
    }
    role server {
        meter calls = 10 per 60 s last 1024;
        start Listening {
            on open      => ignore;
            on Hello h when (wait calls[h.name]) > 0 s => send Wait { seconds = wait calls[h.name] as s up };
            on Hello h   => count calls[h.name], deliver;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
        end Done;
    }
}
```

Write `up` behind the unit, or count in `ms`.
"#,
};

/// Finds waits that are rounded down.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let mut said = std::collections::HashSet::new();
    for (_, role, _) in roles(model) {
        role.expressions(&mut |expr| {
            if let ExprKind::InUnit { value, unit, up: false } = &expr.kind
                && *unit > 1
                && matches!(value.kind, ExprKind::Wait { .. })
                && said.insert(expr.span)
            {
                found.push(
                    Diagnostic::error(RULE.code, expr.span, "this is rounded down: what comes so late is still too early")
                        .warning()
                        .help("write `up` behind the unit: `wait ... as s up`"),
                );
            }
        });
    }
}
