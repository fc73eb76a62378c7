//! E0605: a value of another type than is wanted. Found while sessions are resolved.

use crate::check::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0605",
    name: "session-type",
    summary: "a value has the type of what it is given to",
    page: r#"Every expression has a type, and nothing is converted unless the schema says so: a duration is counted in a unit (`timeout as ms`), a number
is given one (`m.timeout ms`), a moment is written as a number (`now as s`) or as text (`now as rfc3339`).

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {
    name: string;
}

session Talk between client, server {
    role client {
        option name: string;
        start Dialing {
            enter     => connect;
            on open   => send Hello { name = now } -> Done;
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

message Hello "hello" in Plain {
    name: string;
}

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Hello { name = now as rfc3339 } -> Done;
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

Say which unit or form is meant, or change the type of one of the two.
"#,
};
