//! E0607: a question whose answer is known. Found while sessions are resolved.

use crate::check::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0607",
    name: "never-none",
    summary: "`has` and `??` are used on what may be none",
    page: r#"`has x` asks whether something nullable or optional holds a value, and `x ?? y` stands in for it. Where `x` is always there, the one is always
true and the other never used: likely something else was meant.

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

```ltp right
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

Leave it out; or put `?` behind the type, if it can be none after all.
"#,
};
