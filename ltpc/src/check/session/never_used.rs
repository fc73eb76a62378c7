//! W0613: what a role declares and nothing uses.

use std::collections::HashSet;

use super::graph::roles;
use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{ActionKind, Expr, ExprKind, Model, PlaceBase, Role, VarRef};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "W0613",
    name: "never-used",
    summary: "options and variables of a role are used",
    page: r#"An option that nothing in the role looks at is a promise to the application that is not kept. A variable that is neither set nor looked at is
likely left over, or its name was mistyped where it should stand. What is known only in a state is not judged: the application may look at it.

```ltp wrong
protocol demo "1.0";

envelope Plain tag "type" {}

message Hello "hello" in Plain {}

session Talk between client, server {
    role client {
        option patience: duration = 5 s;
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
            on open  => ignore;
            on Hello => deliver -> Done;
        }
        end Done;
        any {
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
        option patience: duration = 5 s;
        start Dialing {
            enter          => connect;
            on open        => send Hello -> Done;
            on closed      => -> Done;
            after patience => -> Done;
            app close      => -> Done;
        }
        end Done;
    }
    role server {
        start Listening {
            on open  => ignore;
            on Hello => deliver -> Done;
        }
        end Done;
        any {
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
}
```

Use it or take it away.
"#,
};

/// Finds options and variables that nothing uses.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for (_, role, _) in roles(model) {
        let used = used(role);
        let mut judge = |var: VarRef, what: &str, name: &str, span: Span| {
            if !used.contains(&var) {
                let problem = Diagnostic::error(RULE.code, span, format!("nothing uses the {what} `{name}`"));
                found.push(problem.warning().label("not used").help("use it or take it away"));
            }
        };
        for (index, option) in role.options.iter().enumerate() {
            judge(VarRef::Option(index), "option", &option.name, option.span);
        }
        for (index, var) in role.vars.iter().enumerate() {
            judge(VarRef::Role(index), "variable", &var.name, var.span);
        }
        for (index, var) in role.persists.iter().enumerate() {
            judge(VarRef::Persist(index), "variable", &var.name, var.span);
        }
    }
}

/// The options and variables that are looked at or set.
fn used(role: &Role) -> HashSet<VarRef> {
    let mut used: HashSet<VarRef> = role.persist_key.map(VarRef::Option).into_iter().collect();
    let mut see = |expr: &Expr| {
        if let ExprKind::Place(place) | ExprKind::Has(place) = &expr.kind
            && let PlaceBase::Var(var) = place.base
        {
            used.insert(var);
        }
    };
    role.expressions(&mut see);
    let of_states = role.states.iter().flat_map(|state| &state.vars);
    let first = role.options.iter().chain(&role.vars).chain(of_states);
    first.filter_map(|var| var.init.as_ref()).for_each(|init| init.each(&mut see));
    role.tables.iter().for_each(|table| table.expires.each(&mut see));
    let transitions = role.states.iter().flat_map(|state| &state.transitions);
    for action in transitions.flat_map(|transition| &transition.actions) {
        if let ActionKind::Set { var, .. } = action.kind {
            used.insert(var);
        }
    }
    used
}
