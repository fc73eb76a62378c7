//! E0608: a constant that its type does not allow. Found while sessions are resolved.

use crate::check::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0608",
    name: "constant-not-allowed",
    summary: "a text or number is one that its type allows",
    page: r#"A text or number takes the type of what it is given to, or compared with, and must be one of its values. A comparison with a value that
cannot be would never hold; one with the name of a broken rule (`m.rule == "..."`) must name a rule.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

enum Level {
    low;
    high;
}

message Hello "hello" in Plain {
    level: Level;
}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Hello { level = "medium" } -> Done;
            on closed => -> Done;
            app close => -> Done;
        }
        end Done;
    }
    role server {
        start Listening {
            on Hello => deliver -> Done;
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

enum Level {
    low;
    high;
}

message Hello "hello" in Plain {
    level: Level;
}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Hello { level = high } -> Done;
            on closed => -> Done;
            app close => -> Done;
        }
        end Done;
    }
    role server {
        start Listening {
            on Hello => deliver -> Done;
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

Use a value that the type allows, or allow the value in the type.
"#,
};
