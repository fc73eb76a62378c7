//! W0603: guards that leave a case open.

use std::collections::{HashMap, HashSet};

use super::graph::{lives, roles};
use super::traffic::sent_by;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{MessageId, Model, State, Trigger};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0603",
    name: "guard-gap",
    summary: "the last of the guarded transitions on an input is followed by one without a guard",
    page: r#"Where every transition on an input has a guard, and none of them holds, the input is one that the state does not handle. Transitions of `any`
count; for messages, so does one on `message`.

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
        var greeted: bool = false;
        start Listening {
            on Hello when not greeted => set greeted = true, deliver;
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
        start Dialing {
            enter     => connect;
            on open   => send Hello -> Done;
            on closed => -> Done;
            app close => -> Done;
        }
        end Done;
    }
    role server {
        var greeted: bool = false;
        start Listening {
            on Hello when not greeted => set greeted = true, deliver;
            on Hello                  => deliver -> Done;
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

Add the transition without a guard, as the last one: `ignore` or `report`, if nothing is to be done.
"#,
};

/// Finds inputs of which only some cases are handled.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, peer) in roles(model) {
        let comes: Vec<MessageId> = peer
            .map(|peer| sent_by(peer).into_iter().map(|(id, _)| id).collect())
            .unwrap_or_default();
        let mut said = HashSet::new();
        for state in role.states.iter().filter(|state| lives(state)) {
            for (span, inputs) in gaps(model, state, &comes) {
                if said.insert(span) {
                    found.push(
                        Diagnostic::error(RULE.code, span, format!("nothing is said of {inputs} when no guard holds"))
                            .warning()
                            .help("add the same transition without `when`, as the last one; `ignore` and `report` say that nothing is to be done"),
                    );
                }
            }
        }
    }
}

/// The last guard of every input that has nothing else, with the inputs that it leaves open.
fn gaps(model: &Model, state: &State, comes: &[MessageId]) -> Vec<(Span, String)> {
    let mut simple: HashMap<String, Option<Span>> = HashMap::new();
    let mut messages: HashMap<MessageId, Option<Span>> = HashMap::new();
    let mut rest: Option<Option<Span>> = None;
    for transition in &state.transitions {
        let guard = transition.guard.as_ref().map(|guard| guard.span);
        let input = match &transition.trigger {
            Trigger::Messages(ids) => {
                for id in ids {
                    note(messages.entry(*id).or_insert(guard), guard);
                }
                continue;
            }
            Trigger::AnyMessage => {
                note(rest.get_or_insert(guard), guard);
                continue;
            }
            Trigger::Open => "`open`".to_owned(),
            Trigger::Closed => "`closed`".to_owned(),
            Trigger::Malformed => "`malformed`".to_owned(),
            Trigger::Found => "`found`".to_owned(),
            Trigger::Missing => "`missing`".to_owned(),
            Trigger::Timeout(timer) => format!("`timeout {}`", state.timers.get(*timer).map_or("...", |timer| &timer.name)),
            Trigger::Due(_) => "`due`".to_owned(),
            // On entry and on a tick there may be nothing to do, and a call that is not taken is refused.
            Trigger::Enter
            | Trigger::Every(_)
            | Trigger::After(_)
            | Trigger::App(_)
            | Trigger::AppClose
            | Trigger::Cancel(_)
            | Trigger::Repeat(_) => continue,
        };
        note(simple.entry(input).or_insert(guard), guard);
    }
    let mut open: HashMap<Span, Vec<String>> = HashMap::new();
    for (input, guard) in simple {
        if let Some(span) = guard {
            open.entry(span).or_default().push(input);
        }
    }
    if rest != Some(None) {
        for id in comes {
            // What has no transition at all is listed elsewhere.
            if let Some(Some(span)) = messages.get(id).copied() {
                open.entry(span).or_default().push(format!("`{}`", model[*id].decl.name));
            }
        }
    }
    if let Some(Some(span)) = rest {
        open.entry(span).or_default().push("other messages".to_owned());
    }
    let mut open: Vec<(Span, String)> = open
        .into_iter()
        .map(|(span, mut inputs)| {
            inputs.sort_unstable();
            (span, inputs.join(", "))
        })
        .collect();
    open.sort_unstable();
    open
}

/// The last guard, until there is a transition without.
fn note(open: &mut Option<Span>, guard: Option<Span>) {
    *open = open.and(guard);
}
