//! Going into a state: its variables, its timers, and what it does at once.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{
    context::RoleContext,
    expr::{Came, Env},
    handlers::{Handlers, Kind},
    imports::mentions,
    states::transitions,
    uses::draws,
};
use crate::model::{Expr, Next, StateKind, Trigger};

pub(super) fn enter(role: &RoleContext<'_>, handlers: &Handlers, state: usize) -> TokenStream {
    let declared = &role.role.states[state];
    let names = &role.states[state];
    let function = format_ident!("enter_{}", names.prefix);
    let (step, state_enum, variant) = (role.step_type(), role.own("State"), &names.variant);
    let text = &declared.name;
    let vars = &names.vars;
    let types = declared.vars.iter().map(|var| role.var_rust_type(&var.ty));
    let docs = format!(" Enters `{text}`.");
    let ends: Vec<&Ident> = if declared.kind == StateKind::End {
        role.retries.iter().collect()
    } else {
        Vec::new()
    };
    let abandoned = (declared.kind == StateKind::End).then(|| super::pending::abandoned(role));
    let many = (vars.len() + 2 > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let made = match &names.structure {
        None => TokenStream::new(),
        Some(structure) => {
            let timers = timer_fields(role, state);
            let armed = armed(role, state);
            let mutable = (!armed.is_empty() || handlers.on_enter(state).is_some_and(|call| mentions(&call, "state"))).then(|| quote!(mut));
            quote!(let #mutable state = #structure { #(#vars,)* #timers }; #armed)
        }
    };
    let holds = names.structure.is_some();
    let entered = handlers.on_enter(state).map(|call| {
        // Only an `enter` that leads on gives another state.
        if transitions(declared, Kind::Enter).any(|transition| !matches!(transition.next, Next::Stay)) {
            quote!(if let Outcome::Goto(next) = #call { return next; })
        } else {
            quote!(#call;)
        }
    });
    let value = if holds {
        quote!(#state_enum::#variant(state))
    } else {
        quote!(#state_enum::#variant)
    };
    quote! {
        #[doc = #docs]
        #many
        fn #function(&mut self, #(#vars: #types,)* step: #step) -> #state_enum {
            #(self.#ends.disarm();)*
            step.enter(#text);
            #abandoned
            #made
            #entered
            #value
        }
    }
}

/// The start state, entered with what its variables are at first.
pub(super) fn start(role: &RoleContext<'_>) -> TokenStream {
    let start = role.role.start;
    let function = format_ident!("enter_{}", role.states[start].prefix);
    let names = &role.states[start].vars;
    let env = Env::new(role, Some(start), Came::Nothing);
    let values = role.role.states[start].vars.iter().map(|var| initial(&env, var.init.as_ref()));
    quote! {
        #(let #names = #values;)*
        self.#function(#(#names,)* step)
    }
}

/// A variable's first value.
pub(super) fn initial(env: &Env<'_, '_>, init: Option<&Expr>) -> TokenStream {
    init.map_or_else(|| quote!(None), |init| env.owned(init))
}

fn timer_fields(role: &RoleContext<'_>, state: usize) -> TokenStream {
    let declared = &role.role.states[state];
    let names = &role.states[state].timers;
    let periodic = names.periodic.iter().map(|(_, field, repeats)| {
        let kind = role.session(if *repeats { "Interval" } else { "Timer" });
        quote!(#field: #kind::new(),)
    });
    let timers = names.declared.iter().zip(&declared.timers).map(|(field, timer)| match timer.queue {
        Some(most) => {
            let queue = role.session("TimerQueue");
            let most = Literal::u32_unsuffixed(most);
            quote!(#field: #queue::new(#most),)
        }
        None => {
            let timer = role.session("Timer");
            quote!(#field: #timer::new(),)
        }
    });
    quote!(#(#periodic)* #(#timers)*)
}

/// Arms what runs from the entry.
fn armed(role: &RoleContext<'_>, state: usize) -> TokenStream {
    let declared = &role.role.states[state];
    let env = Env::new(role, Some(state), Came::Nothing);
    let armed = role.states[state].timers.periodic.iter().map(|(index, field, repeats)| {
        let (Trigger::Every(duration) | Trigger::After(duration)) = &declared.transitions[*index].trigger else {
            return TokenStream::new();
        };
        let value = env.owned(duration);
        if *repeats {
            quote!(state.#field.start(step.now.ticks, #value);)
        } else if draws(duration) {
            // What asks the step cannot stand within a call of it.
            quote!(let duration = #value; state.#field.arm(step.after(duration));)
        } else {
            quote!(state.#field.arm(step.after(#value));)
        }
    });
    quote!(#(#armed)*)
}
