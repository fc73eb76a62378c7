//! E0629: a capability that no tier has. Found while sessions are resolved.

use crate::check::Rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::syntax::tree::Name;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0629",
    name: "unknown-capability",
    summary: "what is asked of a tier is something that tiers may",
    page: r#"The capabilities of tiers are those that the tiers name. What none of them may is likely a slip of the pen: the answer would always be no.

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
        meter calls = 10 per 60 s last 1024;
        start Listening {
            on open      => ignore;
            on Hello h when not (grant Trust[h.name] claim STAFF) may reed => ignore;
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
        meter calls = 10 per 60 s last 1024;
        start Listening {
            on open      => ignore;
            on Hello h when not (grant Trust[h.name] claim STAFF) may read => ignore;
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

Name one that a tier has, or give it to a tier: `STAFF { may read, write; }`.
"#,
};

/// A capability that the tiers of a name do not have, beside those that they have.
pub fn report(capability: &Name, tiers: &str, known: &[&str]) -> Diagnostic {
    let problem = format!("nobody of `{tiers}` may `{}`", capability.text);
    let diagnostic = Diagnostic::error(RULE.code, capability.span, problem);
    match did_you_mean(&capability.text, known.iter().copied()) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
        None if known.is_empty() => diagnostic.help("no tier may anything: write `HIGH { may this; }`"),
        None => diagnostic.help(format!("they may `{}`", known.join("`, `"))),
    }
}
