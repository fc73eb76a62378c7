//! E0625: a transition that stands behind one that is always taken instead.

use std::collections::HashMap;
use std::fmt::Write;

use super::graph::{lives, roles};
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Expr, ExprKind, MessageId, Model, Transition, Trigger};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0625",
    name: "never-taken",
    summary: "a transition stands before those that are taken in all its cases",
    page: r#"The transitions of a state are tried in the order in which they are written, those of `any` last, and the first that fits is taken. Behind one
without a guard no other is reached, and behind one with the same guard neither.

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
            on Hello              => set greeted = true, deliver;
            on Hello when greeted => deliver -> Done;
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
            on Hello when greeted => deliver -> Done;
            on Hello              => set greeted = true, deliver;
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

Put the special case first, or take one of them away.
"#,
};

/// What a transition can be taken on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum On {
    Enter,
    Open,
    Closed,
    Malformed,
    Timeout(usize),
    Due(usize),
    Found,
    Missing,
    AnyMessage,
    Message(MessageId),
    App(MessageId),
    AppClose,
    Cancel(usize),
}

/// Finds what can never be taken.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        let mut shared: HashMap<Span, (bool, Span)> = HashMap::new();
        for state in role.states.iter().filter(|state| lives(state)) {
            let mut taken = Taken::default();
            for transition in &state.transitions {
                let earlier = taken.covers(transition);
                if transition.from_any {
                    let covered = shared.entry(transition.span).or_insert((true, Span::default()));
                    covered.0 &= earlier.is_some();
                    covered.1 = earlier.unwrap_or(covered.1);
                } else if let Some(earlier) = earlier {
                    found.push(diagnostic(transition.span, earlier));
                }
                taken.add(transition);
            }
        }
        let mut covered: Vec<_> = shared.into_iter().filter(|(_, (covered, _))| *covered).collect();
        covered.sort_by_key(|(span, _)| *span);
        found.extend(covered.into_iter().map(|(span, (_, earlier))| diagnostic(span, earlier)));
    }
}

fn diagnostic(span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "this transition can never be taken")
        .related(earlier, "this one is taken instead")
        .help("transitions are tried in the order in which they are written: put the special case first")
}

/// What the transitions so far are taken on: always, or with a guard.
#[derive(Default)]
struct Taken {
    always: HashMap<On, Span>,
    guarded: HashMap<(On, String), Span>,
}

impl Taken {
    /// The transition that is taken instead of this one, if there is one in all its cases.
    fn covers(&self, transition: &Transition) -> Option<Span> {
        let any = self.always.get(&On::AnyMessage);
        let guard = transition.guard.as_ref().map(written);
        let mut earlier = None;
        for on in cases(&transition.trigger)? {
            let always = self.always.get(&on).or(any.filter(|_| matches!(on, On::Message(_))));
            let covered = always.or_else(|| self.guarded.get(&(on, guard.clone()?)));
            earlier = Some(*covered?);
        }
        earlier
    }

    fn add(&mut self, transition: &Transition) {
        let guard = transition.guard.as_ref().map(written);
        for on in cases(&transition.trigger).unwrap_or_default() {
            match &guard {
                None => self.always.entry(on).or_insert(transition.span),
                Some(guard) => self.guarded.entry((on, guard.clone())).or_insert(transition.span),
            };
        }
    }
}

/// The cases of a trigger; none: it is never that of another transition.
fn cases(trigger: &Trigger) -> Option<Vec<On>> {
    Some(match trigger {
        Trigger::Every(_) | Trigger::After(_) | Trigger::Repeat(_) => return None,
        Trigger::Enter => vec![On::Enter],
        Trigger::Open => vec![On::Open],
        Trigger::Closed => vec![On::Closed],
        Trigger::Malformed => vec![On::Malformed],
        Trigger::Timeout(timer) => vec![On::Timeout(*timer)],
        Trigger::Due(retry) => vec![On::Due(*retry)],
        Trigger::Found => vec![On::Found],
        Trigger::Missing => vec![On::Missing],
        Trigger::AnyMessage => vec![On::AnyMessage],
        Trigger::Messages(messages) => messages.iter().copied().map(On::Message).collect(),
        Trigger::App(messages) => messages.iter().copied().map(On::App).collect(),
        Trigger::AppClose => vec![On::AppClose],
        Trigger::Cancel(pending) => vec![On::Cancel(*pending)],
    })
}

/// A guard as text without places in the source: equal texts are equal guards. A guard that draws is like no other.
fn written(guard: &Expr) -> String {
    let mut text = String::new();
    write_expr(guard, &mut text);
    text
}

fn write_expr(expr: &Expr, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match &expr.kind {
        ExprKind::FreshHex { .. } => write!(out, "fresh@{}", expr.span.start),
        ExprKind::Fresh => write!(out, "fresh@{}", expr.span.start),
        ExprKind::Not(inner) => nested("not", &[inner], out),
        ExprKind::Wrap(inner) => nested("wrap", &[inner], out),
        ExprKind::Unwrap(inner) => nested("unwrap", &[inner], out),
        ExprKind::AsText(inner) => nested("text", &[inner], out),
        ExprKind::OfUnit { value, unit } => nested(&format!("of {unit}"), &[value], out),
        ExprKind::InUnit { value, unit, up } => nested(&format!("in {unit} {up}"), &[value], out),
        ExprKind::Grant { tiers, agent, claim, key } => {
            let parts: Vec<&Expr> = [Some(agent), Some(claim), key.as_ref()]
                .into_iter()
                .flatten()
                .map(|part| &**part)
                .collect();
            nested(&format!("grant {tiers:?}"), &parts, out)
        }
        ExprKind::May { tier, capability, .. } => nested(&format!("may {capability}"), &[tier], out),
        ExprKind::Wait { meter, key, tier } => {
            let parts: Vec<&Expr> = [Some(key), tier.as_ref()].into_iter().flatten().map(|part| &**part).collect();
            nested(&format!("wait {meter} {}", parts.len()), &parts, out)
        }
        ExprKind::Binary { op, left, right } => nested(&format!("{op:?}"), &[left, right], out),
        ExprKind::Digest { digest, list } => nested(&format!("digest {}", digest.0), &[list], out),
        ExprKind::List(items) => nested("list", &items.iter().collect::<Vec<_>>(), out),
        ExprKind::Object(members) => {
            let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
            nested(
                &format!("object {names:?}"),
                &members.iter().map(|(_, value)| value).collect::<Vec<_>>(),
                out,
            )
        }
        plain => write!(out, "{plain:?}"),
    };
}

fn nested(name: &str, parts: &[&Expr], out: &mut String) -> std::fmt::Result {
    write!(out, "({name}")?;
    for part in parts {
        out.push(' ');
        write_expr(part, out);
    }
    write!(out, ")")
}
