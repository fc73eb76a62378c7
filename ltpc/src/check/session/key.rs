//! E0619: something that cannot tell one from another. Found while sessions are resolved.

use crate::check::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0619",
    name: "session-key",
    summary: "tables are kept by text, `uuid` or integer, and only text or `uuid` is unique",
    page: r#"A row of a table is found by its key: a text, a `uuid` or an integer, and always there. `unique` remembers the last texts of a member, which
is text or a `uuid`, and how many is a whole number above 0.

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
        table seen by bool { name: string; } expires 1 h;
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
            on open   => send Hello { name = "Ann" } -> Done;
            on closed => -> Done;
            app close => -> Done;
        }
        end Done;
    }
    role server {
        table seen by string { name: string; } expires 1 h;
        start Listening {
            on Hello h => store seen[h.name] { name = h.name }, deliver -> Done;
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

Choose another key.
"#,
};
