//! W0611: a meter that nothing asks.

use super::graph::roles;
use super::meters::uses;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0611",
    name: "meter-unasked",
    summary: "a meter that counts is asked",
    page: r#"Counting refuses nothing by itself: a guard asks the meter, `when (wait meter[key]) > 0 s`, and its transition says what happens to what is too
much.

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
            on Hello h   => count calls[h.name], send Wait { seconds = 1 };
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

Ask it before what is to be limited, or take it away.
"#,
};

/// Finds meters that are counted and never asked.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        for (meter, uses) in role.meters.iter().zip(uses(role)) {
            if let (Some(counted), None) = (uses.counted, uses.asked) {
                found.push(
                    Diagnostic::error(RULE.code, meter.span, format!("the meter `{}` limits nothing", meter.name))
                        .warning()
                        .related(counted, "counted here, and never asked")
                        .help(format!("ask it in a guard: `when (wait {}[key]) > 0 s`", meter.name)),
                );
            }
        }
    }
}
