//! E0616: a message that a schema cannot make. Found while sessions are resolved.

use crate::check::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0616",
    name: "not-sendable",
    summary: "a schema only sends messages that it can write out",
    page: r#"A message whose tag is any text of a scalar has no tag until someone chooses it, and a payload depends on its kind: both are made by the
application, and sent by `app Message => send`.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {
    payload?: body;
}

scalar Word = string where pattern "x-[a-z]+";

message Custom Word as name in Plain = object;

session Talk between client, server {
    role client {
        start Dialing {
            enter     => connect;
            on open   => send Custom -> Done;
            on closed => -> Done;
            app close => -> Done;
        }
        end Done;
    }
    role server {
        start Listening {
            on Custom => deliver -> Done;
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

envelope Plain tag "type" {
    payload?: body;
}

scalar Word = string where pattern "x-[a-z]+";

message Custom Word as name in Plain = object;

session Talk between client, server {
    role client {
        start Dialing {
            enter   => connect;
            on open => -> Ready;
        }
        state Ready {
            app Custom => send;
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
            on Custom => deliver -> Done;
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

Let the application send it.
"#,
};
