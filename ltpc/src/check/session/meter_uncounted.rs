//! W0610: a meter that counts nothing.

use super::graph::roles;
use super::meters::uses;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0610",
    name: "meter-uncounted",
    summary: "a meter that is declared counts something",
    page: r#"Asking a meter how long to wait counts nothing: what is admitted is counted by `count`. A meter that never counts always admits.

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
            on Hello h when (wait calls[h.name]) > 0 s => send Wait { seconds = wait calls[h.name] as s up };
            on Hello     => deliver;
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

Count where something is admitted, or take the meter away.
"#,
};

/// Finds meters that are never counted.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        for (meter, uses) in role.meters.iter().zip(uses(role)) {
            if uses.counted.is_some() {
                continue;
            }
            let mut diagnostic = Diagnostic::error(RULE.code, meter.span, format!("the meter `{}` never counts", meter.name))
                .warning()
                .help(format!(
                    "write `count {}[key]` where something is admitted, or take it away",
                    meter.name
                ));
            if let Some(asked) = uses.asked {
                diagnostic = diagnostic.related(asked, "so there is never anything to wait for");
            }
            found.push(diagnostic);
        }
    }
}
