//! E0618: a retry that cannot be.

use super::graph::{duration, roles};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Model, Retry};

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0618",
    name: "retry-numbers",
    summary: "the numbers of a retry or a queue are whole, and make sense together",
    page: r#"`retry r = first ..= longest factor f jitter j% tries n`: the first pause is above 0 and no longer than the longest; the factor and the number
of tries are at least 1; a pause varies by at most 100%.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        retry again = 1 min ..= 30 s factor 2 jitter 20% tries 5;
        start Dialing {
            enter     => connect;
            on open   => send Hello -> Done;
            on closed => retry again -> Waiting else -> Done;
            app close => -> Done;
        }
        state Waiting {
            on due again => -> Dialing;
            app close    => -> Done;
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
        retry again = 1 s ..= 30 s factor 2 jitter 20% tries 5;
        start Dialing {
            enter     => connect;
            on open   => send Hello -> Done;
            on closed => retry again -> Waiting else -> Done;
            app close => -> Done;
        }
        state Waiting {
            on due again => -> Dialing;
            app close    => -> Done;
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

Correct the number.
"#,
};

/// Finds retries whose numbers contradict each other.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for retry in roles(model).flat_map(|(_, role, _)| &role.retries) {
        if let Some((message, help)) = wrong(retry) {
            found.push(Diagnostic::error(RULE.code, retry.span, message).help(help));
        }
    }
}

fn wrong(retry: &Retry) -> Option<(String, &'static str)> {
    let Retry {
        name,
        first,
        cap,
        factor,
        jitter,
        tries,
        ..
    } = retry;
    if *first == 0 {
        return Some((
            format!("the first pause of `{name}` is 0"),
            "give it a pause, so that a failure is not repeated at once",
        ));
    }
    if first > cap {
        let message = format!(
            "the first pause of `{name}`, {}, is longer than the longest, {}",
            duration(*first),
            duration(*cap)
        );
        return Some((message, "write the shorter one first: `1 s ..= 30 s`"));
    }
    if *tries == 0 {
        return Some((format!("`{name}` is tried 0 times"), "give it at least one try"));
    }
    if *factor == 0 {
        return Some((
            format!("the pauses of `{name}` are multiplied by 0"),
            "`factor 1` keeps pauses equal, `factor 2` doubles them",
        ));
    }
    if *jitter > 100 {
        return Some((
            format!("the jitter of `{name}` is {jitter}%, and a pause cannot vary by more than itself"),
            "write at most `jitter 100%`",
        ));
    }
    None
}
