//! E0617: something that persists, and cannot be found again. Found while sessions are resolved.

use crate::check::Rule;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0617",
    name: "persist-key",
    summary: "what persists is kept by an option that is text and always there, and is none at first",
    page: r#"What persists is stored under the text of an option, all of a role's under the same, and is none until it is first set.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        option who: string?;
        persist visits: uint? by who;
        start Dialing {
            enter     => connect;
            on open   => set visits = 1 + (visits ?? 0), send Hello -> Done;
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

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        option who: string;
        persist visits: uint? by who;
        start Dialing {
            enter     => connect;
            on open   => set visits = 1 + (visits ?? 0), send Hello -> Done;
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

Name an option whose type is text without `?`, and put `?` behind the type of what persists.
"#,
};
