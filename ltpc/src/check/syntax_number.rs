//! E0104: a length of time that is no whole number of milliseconds, or too long.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0104",
    name: "length-of-time",
    summary: "a length of time is a whole number of milliseconds",
    page: r#"Clocks of sessions count milliseconds, in every language. A length of time is a whole number of them, not negative, and fits in 64 bits.
Units are `ms`, `s`, `min`, `h` and `d`.

```ltp wrong
protocol demo "1.0";

session Beat between client, server {
    role client {
        option period: duration = 0.0005 s;
        start Alive {
            on open      => ignore;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "done" -> Done;
        }
        end Done;
    }
    role server {
        start Alive {
            on open      => ignore;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "done" -> Done;
        }
        end Done;
    }
}
```

```ltp right
protocol demo "1.0";

session Beat between client, server {
    role client {
        option period: duration = 0.5 s;
        start Alive {
            on open      => ignore;
            on malformed => report;
            on closed    => -> Done;
            after period => -> Done;
            app close    => close "done" -> Done;
        }
        end Done;
    }
    role server {
        start Alive {
            on open      => ignore;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "done" -> Done;
        }
        end Done;
    }
}
```

Round it to milliseconds.
"#,
};

/// `problem` says what is wrong.
pub fn diagnostic(span: Span, problem: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, problem).help("a length of time is a whole number of milliseconds, such as `250 ms` or `1.5 s`")
}
