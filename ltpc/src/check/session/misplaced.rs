//! E0611: something that cannot be done there. Found while sessions are resolved.

use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0611",
    name: "misplaced-action",
    summary: "what is done fits what it is done on",
    page: r#"`deliver` hands on the message that came, so it stands where one came; a bare `send` sends what the application gave, so it stands in an
`app` transition; `report` tells of a message, of something malformed, or of the transport. A `lookup` is the last thing that a transition does,
as the machine waits for its answer. Behind `close` and `drop` nothing can be sent. An end state does nothing; `any` holds transitions and
nothing else; members of an envelope with a place for the body are stamped.

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
        start Listening {
            on Hello => deliver -> Done;
        }
        end Done;
        any {
            on open      => deliver;
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

Say it where it can be done, or say something else.
"#,
};

/// A guard where the application gives up on a request.
pub fn guarded_cancel(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "the application may give up on any request, whatever it is")
        .help("take the condition away: a state either gives up on requests, or refuses to")
}
