//! E0613: a variable that would be without a value. Found while sessions are resolved.

use crate::check::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0613",
    name: "no-value",
    summary: "a variable has a value from the start",
    page: r#"A variable of a role has a first value, or may be none. A variable of a state is given its value by the transition that goes there, unless it
has a first value or may be none; in a start state nobody could give it one.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {
    name: string;
}

session Talk between client, server {
    role client {
        start Dialing {
            enter   => connect;
            on open => -> Ready;
        }
        state Ready {
            var who: string;
            on Hello h => deliver -> Ready { who = h.name };
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
            on open => ignore;
            app Hello => send;
            on malformed => report;
            on closed => -> Done;
            app close => close "no longer needed" -> Done;
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

session Talk between client, server {
    role client {
        start Dialing {
            enter   => connect;
            on open => -> Ready { who = "nobody" };
        }
        state Ready {
            var who: string;
            on Hello h => deliver -> Ready { who = h.name };
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
            on open => ignore;
            app Hello => send;
            on malformed => report;
            on closed => -> Done;
            app close => close "no longer needed" -> Done;
        }
        end Done;
    }
}
```

Give the value where the state is entered, `-> State { name = value }`, or a first value where the variable is declared.
"#,
};
