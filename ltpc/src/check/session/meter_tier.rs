//! E0630: a meter and a tier that do not go together. Found while sessions are resolved.

use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::Name;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0630",
    name: "meter-tier",
    summary: "a meter of tiers is asked `at` a tier, and no other meter is",
    page: r#"A meter that is declared with tiers admits as often as the tier says that it is asked about, so it must be said. A meter that is declared with a
rate admits everyone as often.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

tiers Trust {
    STAFF { may read, write; }
    GUEST { may read; at most 10 per 60 s; }
}

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
        meter calls = Trust last 1024;
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

```ltp right
protocol demo "1.0";

envelope Plain tag "type" {}

tiers Trust {
    STAFF { may read, write; }
    GUEST { may read; at most 10 per 60 s; }
}

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
        meter calls = Trust last 1024;
        start Listening {
            on open      => ignore;
            on Hello h when (wait calls[h.name] at GUEST) > 0 s => send Wait { seconds = wait calls[h.name] at GUEST as s up };
            on Hello h   => count calls[h.name] at GUEST, deliver;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
        end Done;
    }
}
```

Write `at tier` behind the key, or leave it out.
"#,
};

/// A meter of tiers that is asked about no tier.
pub fn missing(meter: &Name, tiers: &str, declared: Span) -> Diagnostic {
    let problem = format!("how often `{}` admits depends on a tier, and none is named", meter.text);
    Diagnostic::error(RULE.code, meter.span, problem)
        .related(declared, format!("declared here by `{tiers}`"))
        .help(format!("write `{}[...] at tier`", meter.text))
}

/// A tier that makes no difference.
pub fn needless(meter: &Name, tier: Span, declared: Span) -> Diagnostic {
    let problem = format!("`{}` admits every tier as often", meter.text);
    Diagnostic::error(RULE.code, tier, problem)
        .related(declared, "declared here by a rate")
        .help("leave `at ...` out, or declare the meter by tiers: `meter name = Tiers last 1024;`")
}
