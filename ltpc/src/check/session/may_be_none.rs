//! E0606: a value that may not be there. Found while sessions are resolved.

use crate::check::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0606",
    name: "may-be-none",
    summary: "what may be none is only used where a guard has made sure that it is not",
    page: r#"An optional member, and a variable with `?` behind its type, may be none. A guard that says `has x` makes sure of it, for the rest of the
guard and for all that the transition does; so does `set x = ...` for what follows it. Otherwise `??` gives a value to stand in.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {
    name: string;
}

session Talk between client, server {
    role client {
        option name: string?;
        start Dialing {
            enter     => connect;
            on open   => send Hello { name = name } -> Done;
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
        option name: string?;
        start Dialing {
            enter     => connect;
            on open   => send Hello { name = name ?? "nobody" } -> Done;
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

Guard the transition with `when has x`, followed by one that says what is done without it, or write `x ?? value`.
"#,
};
