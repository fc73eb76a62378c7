//! E0610: an operator between values that it does not join. Found while sessions are resolved.

use crate::check::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0610",
    name: "session-operator",
    summary: "operators join values of types that they are made for",
    page: r#"`+` and `-` join integers of one type, or durations; `*` integers, or a duration and a `uint`. `<` and its like compare numbers, durations and
moments; `==` also texts, enums, ids and `bool`. Whether something is none is asked with `has`.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Hello -> Done;
            on closed => -> Done;
            app close => -> Done;
        }
        end Done;
    }
    role server {
        option timeout: duration = 5 s;
        start Listening {
            on Hello => deliver -> Done;
            after timeout * timeout => close "nobody came" -> Done;
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

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Hello -> Done;
            on closed => -> Done;
            app close => -> Done;
        }
        end Done;
    }
    role server {
        option timeout: duration = 5 s;
        start Listening {
            on Hello => deliver -> Done;
            after timeout * 2 => close "nobody came" -> Done;
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

Bring both sides to types that the operator joins.
"#,
};
