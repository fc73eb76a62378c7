//! E0631: requests and answers that cannot be matched. Found while sessions are resolved.

use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{Name, Number};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0631",
    name: "pending-correlation",
    summary: "a request and its answers are told by members that both have, and are alike",
    page: r#"An answer is matched with its request by a member of each: texts, `uuid`s or integers. Each message that may answer has at least one of
the members that are named, and what stands in for an answer is one of these messages, in the envelope of the request, so that it says of
which request it is.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {
    seq: uint = 0;
}

message Ask "ask" in Plain {
    id: string;
}
message Told "told" in Plain {
    of: string;
    text?: string;
}

session Talk between client, server {
    role client {
        option patience: duration = 5 s;
        pending asked: Ask a -> Told by id == text within patience most 64 else Ask { id = a.id };
        start Dialing {
            enter   => connect;
            on open => -> Ready;
        }
        state Ready {
            app Ask => track asked;
            on Told => resolve asked;
        }
        end Done;
        any {
            on malformed => report;
            on message   => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
    role server {
        start Listening {
            on Ask   => deliver;
            app Told => send;
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
    seq: uint = 0;
}

message Ask "ask" in Plain {
    id: string;
}
message Told "told" in Plain {
    of: string;
    text?: string;
}

session Talk between client, server {
    role client {
        option patience: duration = 5 s;
        pending asked: Ask a -> Told by id == of within patience most 64 else Told { of = a.id };
        start Dialing {
            enter   => connect;
            on open => -> Ready;
        }
        state Ready {
            app Ask => track asked;
            on Told => resolve asked;
        }
        end Done;
        any {
            on malformed => report;
            on message   => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
    role server {
        start Listening {
            on Ask   => deliver;
            app Told => send;
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

Name a member of the request, and the member of the answer that repeats it.
"#,
};

/// A member that a message does not have.
pub fn no_member(member: &Name, of: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, member.span, format!("`{of}` has no member `{}`", member.text))
        .help("the request's member stands before `==`, the answer's behind it")
}

/// A member that tells nothing apart.
pub fn no_key(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "requests are told by a text, a `uuid` or an integer").label(format!("this is `{what}`"))
}

/// Members that can never be equal.
pub fn differ(span: Span, request: &str, reply: &str) -> Diagnostic {
    Diagnostic::error(
        RULE.code,
        span,
        format!("the request's member is `{request}`, and this is `{reply}`"),
    )
    .help("both are of one type: they are equal where an answer is that request's")
}

/// An answer without any of the members.
pub fn nothing(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("nothing tells of which request `{name}` is the answer"))
        .help("name a member of it: `by id == answered_id or seq == seq`")
}

/// A number of requests that is none.
pub fn number(number: &Number) -> Diagnostic {
    let message = format!(
        "how many wait is a whole number from 1 to {}, and this is {}",
        u32::MAX,
        number.text
    );
    Diagnostic::error(RULE.code, number.span, message)
}

/// What stands in for an answer and is none.
pub fn no_reply(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` answers none of these requests"))
        .help("name one of the messages that stand behind `->` where the requests are declared")
}

/// What stands in for an answer and cannot be made.
pub fn not_made(span: Span, name: &str, why: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{name}` cannot be made here: {why}"))
}
