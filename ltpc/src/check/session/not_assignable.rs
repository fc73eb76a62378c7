//! E0612: something set that cannot be. Found while sessions are resolved.

use crate::check::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0612",
    name: "not-assignable",
    summary: "only variables are set, and only those that may be none are cleared",
    page: r#"Options are the application's: it chooses them when it makes the endpoint, and no transition changes them. `clear x` makes `x` none, which its
type must allow.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {
    name: string;
}

session Talk between client, server {
    role client {
        option name: string = "Ann";
        start Dialing {
            enter     => connect;
            on open   => send Hello { name = name }, set name = "Bob" -> Done;
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
        option first: string = "Ann";
        var name: string = first;
        start Dialing {
            enter     => connect;
            on open   => send Hello { name = name }, set name = "Bob" -> Done;
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

Declare a variable for what changes.
"#,
};
