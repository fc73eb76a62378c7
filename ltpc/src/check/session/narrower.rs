//! E0609: a value that a variable may not be able to keep. Found while sessions are resolved.

use crate::check::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0609",
    name: "value-too-wide",
    summary: "what a variable, row or option is given is allowed by its type, whatever it is",
    page: r#"A variable keeps only what its type allows. What came has been checked against its own type and no other: so that must not allow more.
What is sent is checked when it is sent, and needs no such proof.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

scalar Name = string where len 1 ..= 20;

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
        var name: Name = "nobody";
        start Listening {
            on Hello h => set name = h.name, deliver -> Done;
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

scalar Name = string where len 1 ..= 20;

message Hello "hello" in Plain {
    name: Name;
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
        var name: Name = "nobody";
        start Listening {
            on Hello h => set name = h.name, deliver -> Done;
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

Give both the same scalar, or the variable the wider type.
"#,
};
