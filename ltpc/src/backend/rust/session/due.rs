//! What a state does by time: what is due when, and what is taken then.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{
    action::{self, Given},
    context::RoleContext,
    expr::{Came, Env},
    states::sequence,
};
use crate::model::{StateKind, Trigger};

/// Whether anything in a state runs by time.
pub(super) fn has_deadlines(role: &RoleContext<'_>, state: usize) -> bool {
    role.role.states[state].kind != StateKind::End && (role.states[state].timers.fields().next().is_some() || looks_at_core(role, state))
}

/// Whether something runs by time in a state that the core holds.
fn looks_at_core(role: &RoleContext<'_>, state: usize) -> bool {
    !role.waiting[state].is_empty() || !role.pendings.is_empty()
}

/// The function that tells them.
pub(super) fn deadlines(role: &RoleContext<'_>, state: usize) -> TokenStream {
    let name = format_ident!("{}_deadlines", role.states[state].prefix);
    let parameter = role.state_parameter(state, false);
    let retries: Vec<&Ident> = role.waiting[state].iter().map(|retry| &role.retries[*retry]).collect();
    let fields: Vec<&Ident> = role.states[state].timers.fields().collect();
    let pendings = &role.pendings;
    let count = Literal::usize_unsuffixed(fields.len() + retries.len() + pendings.len());
    let docs = format!(
        " What runs by time in `{}`; of equal deadlines the first is due first.",
        role.role.states[state].name
    );
    let receiver = looks_at_core(role, state).then(|| quote!(&self,));
    let parameter = (!fields.is_empty()).then_some(parameter);
    quote! {
        #[doc = #docs]
        fn #name(#receiver #parameter) -> [Option<u64>; #count] {
            [#(state.#fields.deadline(),)* #(self.#retries.deadline(),)* #(self.#pendings.deadline(),)*]
        }
    }
}

/// Whether something runs by time in a state that its struct holds.
pub(super) fn looks_at_state(role: &RoleContext<'_>, state: usize) -> bool {
    role.states[state].timers.fields().next().is_some()
}

/// How the deadlines of a state are asked for.
pub(super) fn deadlines_call(role: &RoleContext<'_>, state: usize, core: &TokenStream, path: &TokenStream) -> TokenStream {
    let name = format_ident!("{}_deadlines", role.states[state].prefix);
    let argument = looks_at_state(role, state).then(|| role.state_argument(state));
    if !looks_at_core(role, state) {
        quote!(#path::#name(#argument))
    } else {
        quote!(#core.#name(#argument))
    }
}

pub(super) fn on_due(role: &RoleContext<'_>, state: usize) -> TokenStream {
    let declared = &role.role.states[state];
    let first_due = role.session("first_due");
    let names = &role.states[state].timers;
    let block = |transition| action::block(Env::new(role, Some(state), Came::Nothing), transition, Given::Nothing);
    let mut arms = Vec::new();
    for (index, field, _) in &names.periodic {
        let body = sequence([block(&declared.transitions[*index])], &quote!(Outcome::Stay));
        arms.push(quote!({ state.#field.take_due(step.now.ticks); #body }));
    }
    let taken = |wanted: &dyn Fn(&Trigger) -> bool| {
        let blocks = declared
            .transitions
            .iter()
            .filter(|transition| wanted(&transition.trigger))
            .map(block);
        sequence(blocks, &quote!(Outcome::Stay))
    };
    for (timer, field) in names.declared.iter().enumerate() {
        let body = taken(&|trigger| matches!(trigger, Trigger::Timeout(of) if *of == timer));
        arms.push(quote!({ state.#field.take_due(step.now.ticks); #body }));
    }
    for retry in &role.waiting[state] {
        let field = &role.retries[*retry];
        let body = taken(&|trigger| matches!(trigger, Trigger::Due(of) if of == retry));
        arms.push(quote!({ self.#field.take_due(step.now.ticks); #body }));
    }
    for field in &role.pendings {
        let late = super::pending::late_name(field);
        arms.push(quote!({
            if let Some(request) = self.#field.take_due(step.now.ticks) {
                self.#late(request, step);
            }
            Outcome::Stay
        }));
    }
    let deadlines = deadlines_call(role, state, &quote!(self), &quote!(Self));
    let numbers = (0..arms.len()).map(Literal::usize_unsuffixed);
    quote! {
        match #first_due(step.now.ticks, &#deadlines) {
            #(Some(#numbers) => #arms)*
            _ => Outcome::Unhandled,
        }
    }
}
