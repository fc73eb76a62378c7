//! The timers of a state: what it declares, and what its `every` and `after` transitions need.

use proc_macro2::Ident;

use super::context::Unique;
use crate::{
    model::{Expr, ExprKind, Place, PlaceBase, Role, State, Trigger, VarRef},
    naming::snake_case,
};

/// The fields that hold a state's deadlines.
pub(in super::super) struct StateTimers {
    /// Of `every` and `after`: the transition's index, the field, and whether it repeats. In the order written.
    pub periodic: Vec<(usize, Ident, bool)>,
    /// Of declared timers, in their order.
    pub declared: Vec<Ident>,
}

impl StateTimers {
    pub fn new(role: &Role, state: &State) -> Self {
        let mut names = Unique::new::<String>([]);
        let declared = state.timers.iter().map(|timer| names.of(&timer.name)).collect();
        let mut periodic = Vec::new();
        for (index, transition) in state.transitions.iter().enumerate() {
            let (word, duration, repeats) = match &transition.trigger {
                Trigger::Every(duration) => ("every", duration, true),
                Trigger::After(duration) => ("after", duration, false),
                _ => continue,
            };
            let name = variable(role, state, duration).map_or_else(|| word.to_owned(), |variable| format!("{word}_{variable}"));
            periodic.push((index, names.of(&name), repeats));
        }
        Self { periodic, declared }
    }

    /// All fields, in the order in which equal deadlines are due.
    pub fn fields(&self) -> impl Iterator<Item = &Ident> {
        self.periodic.iter().map(|(_, field, _)| field).chain(&self.declared)
    }
}

/// The name of the variable that a duration is, if it is one.
fn variable(role: &Role, state: &State, duration: &Expr) -> Option<String> {
    let ExprKind::Place(Place {
        base: PlaceBase::Var(var),
        path,
    }) = &duration.kind
    else {
        return None;
    };
    let list = match var {
        VarRef::Option(_) => &role.options,
        VarRef::Role(_) => &role.vars,
        VarRef::Persist(_) => &role.persists,
        VarRef::State(_) => &state.vars,
    };
    let (VarRef::Option(index) | VarRef::Role(index) | VarRef::Persist(index) | VarRef::State(index)) = *var;
    path.is_empty().then(|| list.get(index)).flatten().map(|var| snake_case(&var.name))
}
