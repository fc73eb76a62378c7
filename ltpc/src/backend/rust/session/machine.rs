//! The machine: its struct, its core, and the enum of its states.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    super::{docs, message},
    context::RoleContext,
    entry,
    expr::{Came, Env, Root},
};
use crate::model::{StateKind, Table, TypeKind, Var};

/// `Client`, with what an application may see of it.
pub(super) fn structure(role: &RoleContext<'_>) -> TokenStream {
    let (name, options, state) = (role.own(""), role.own("Options"), role.own("State"));
    let vis = role.rust.vis();
    let docs = docs::of(
        &role.role.docs,
        &format!("The side `{}` of the session `{}`.", role.role.name, role.session.decl.name),
        &role.role.tables.iter().map(of_table).collect::<Vec<_>>(),
    );
    let core = core_new(role);
    let getters = getters(role);
    let runtime = role.rust.runtime();
    let reading = match role.model.framing() {
        Some(_) => quote! {
            /// How declared lengths that disagree with the text are judged.
            mismatch: #runtime::schema::Mismatch,
        },
        None => quote! {
            /// How the peer writes its messages.
            habit: #runtime::codec::Habit,
        },
    };
    quote! {
        #docs
        #[derive(Debug)]
        #vis struct #name {
            core: Core,
            state: Option<#state>,
            #reading
        }

        impl #name {
            /// A machine that has not started. Machines of one server may share their options.
            #[must_use]
            #vis fn new(options: impl Into<::std::sync::Arc<#options>>) -> Self {
                let options = options.into();
                #core
            }

            /// The state that it is in, with what is known there; `None` before the start.
            #[must_use]
            #vis const fn current(&self) -> Option<&#state> {
                self.state.as_ref()
            }

            /// What the application chose.
            #[must_use]
            #vis fn options(&self) -> &#options {
                &self.core.options
            }

            #getters
        }
    }
}

fn of_table(table: &Table) -> String {
    let docs = &table.docs;
    if docs.is_empty() {
        String::new()
    } else {
        format!("Its table `{}`: {docs}", table.name)
    }
}

fn getters(role: &RoleContext<'_>) -> TokenStream {
    let vis = role.rust.vis();
    let taken = [
        "new",
        "current",
        "options",
        "handle",
        "decode",
        "encode",
        "state",
        "persistence",
        "max_size",
    ];
    let getter = |var: &Var, path: TokenStream, name: &proc_macro2::Ident| {
        if taken.contains(&name.to_string().as_str()) {
            return TokenStream::new();
        }
        let docs = docs::of(&var.docs, &format!("The variable `{}`.", var.name), &[]);
        let ty = role.var_rust_type(&var.ty);
        let (returned, value) = if role.is_copy(&var.ty) {
            (quote!(#ty), quote!(#path))
        } else {
            (quote!(&#ty), quote!(&#path))
        };
        quote! {
            #docs
            #[must_use]
            #vis const fn #name(&self) -> #returned {
                #value
            }
        }
    };
    let persists = role
        .role
        .persists
        .iter()
        .zip(&role.persists)
        .map(|(var, field)| getter(var, quote!(self.core.persisted.#field), field));
    let vars = role
        .role
        .vars
        .iter()
        .zip(&role.vars)
        .map(|(var, field)| getter(var, quote!(self.core.#field), field));
    quote!(#(#persists)* #(#vars)*)
}

/// `Core`: what lasts as long as the machine.
pub(super) fn core(role: &RoleContext<'_>) -> TokenStream {
    let options = role.own("Options");
    let vars = &role.vars;
    let types = role.role.vars.iter().map(|var| role.var_rust_type(&var.ty));
    let persisted = (!role.persists.is_empty()).then(|| {
        quote! {
            persisted: Persisted,
            /// What the store holds.
            stored: Persisted,
        }
    });
    let retries = role.retries.iter().zip(&role.role.retries).map(|(field, declared)| {
        let (retry, docs) = (role.session("Retry"), docs::lines(&declared.docs));
        quote!(#docs #field: #retry,)
    });
    let windows = role.windows.iter().map(|field| {
        let window = role.session("Window");
        quote!(#field: #window,)
    });
    let pendings = role.pendings.iter().zip(&role.role.pendings).map(|(field, pending)| {
        let (kind, message, docs) = (role.session("Pending"), role.message_type(), docs::lines(&pending.docs));
        quote!(#docs #field: #kind<#message>,)
    });
    quote! {
        /// What lasts as long as the machine.
        #[derive(Debug)]
        struct Core {
            options: ::std::sync::Arc<#options>,
            #(#vars: #types,)*
            #persisted
            #(#retries)*
            #(#windows)*
            #(#pendings)*
        }
    }
}

fn core_new(role: &RoleContext<'_>) -> TokenStream {
    let mut env = Env::new(role, None, Came::Nothing);
    env.root = Root::Local;
    let vars = &role.vars;
    let lets = role.role.vars.iter().zip(vars).map(|(var, field)| {
        // What only a step can give is given at the start.
        let value = match &var.init {
            Some(init) if needs_start(init) => quote!(Default::default()),
            init => entry::initial(&env, init.as_ref()),
        };
        let ty = role.var_rust_type(&var.ty);
        quote!(let #field: #ty = #value;)
    });
    let persisted = (!role.persists.is_empty()).then(|| quote!(persisted: Persisted::default(), stored: Persisted::default(),));
    let retries = role.role.retries.iter().zip(&role.retries).map(|(retry, field)| {
        let (kind, plan) = (role.session("Retry"), role.session("BackoffPlan"));
        let literal = |value: u64| proc_macro2::Literal::u64_unsuffixed(value);
        let (first, cap, factor, jitter, tries) = (
            literal(retry.first),
            literal(retry.cap),
            literal(retry.factor.into()),
            literal(retry.jitter.into()),
            literal(retry.tries.into()),
        );
        quote! {
            #field: #kind::new(#plan { first: #first, cap: #cap, factor: #factor, jitter_percent: #jitter, tries: Some(#tries) }),
        }
    });
    let windows = role.role.uniques.iter().zip(&role.windows).map(|(unique, field)| {
        let (window, last) = (role.session("Window"), proc_macro2::Literal::u32_unsuffixed(unique.last));
        quote!(#field: #window::new(#last),)
    });
    let pendings = role.role.pendings.iter().zip(&role.pendings).map(|(pending, field)| {
        let (kind, most) = (role.session("Pending"), proc_macro2::Literal::u32_unsuffixed(pending.most));
        quote!(#field: #kind::new(#most),)
    });
    let reading = match role.model.framing() {
        Some(framing) => {
            let rule = message::rule(role.rust, framing);
            quote!(mismatch: #rule,)
        }
        None => {
            let runtime = role.rust.runtime();
            quote!(habit: #runtime::codec::Habit::default(),)
        }
    };
    quote! {
        #(#lets)*
        Self { core: Core { #(#vars,)* #persisted #(#retries)* #(#windows)* #(#pendings)* options }, state: None, #reading }
    }
}

/// The start: what was stored, what only a step can give, and the first state.
pub(super) fn start(role: &RoleContext<'_>) -> TokenStream {
    let (step, state) = (role.step_type(), role.own("State"));
    let env = Env::new(role, None, Came::Nothing);
    let set = role.role.vars.iter().zip(&role.vars).filter_map(|(var, field)| {
        let init = var.init.as_ref().filter(|init| needs_start(init))?;
        let value = env.owned(init);
        Some(quote!(self.#field = #value;))
    });
    let (parameter, load) = if role.persists.is_empty() {
        (quote!(_persisted: Option<&str>), TokenStream::new())
    } else {
        (
            quote!(persisted: Option<&str>),
            quote!(self.persisted = Persisted::load(persisted); self.stored = self.persisted.clone();),
        )
    };
    let entered = entry::start(role);
    quote! {
        /// Starts, with what was stored.
        fn start(&mut self, #parameter, step: #step) -> #state {
            #load
            #(#set)*
            #entered
        }
    }
}

/// Whether a first value can only be had when the machine starts.
fn needs_start(init: &crate::model::Expr) -> bool {
    super::uses::draws(init) || super::uses::reads(init)
}

/// `ClientState` and the structs of its variants.
pub(super) fn state_enum(role: &RoleContext<'_>) -> TokenStream {
    let (name, vis) = (role.own("State"), role.rust.vis());
    let docs = docs::lines(&format!("Where `{}` is, with what is known there.", role.own("")));
    let variants = role.role.states.iter().zip(&role.states).map(|(state, names)| {
        let variant = &names.variant;
        let otherwise = match state.kind {
            StateKind::Start => format!("`{}`, where it starts.", state.name),
            StateKind::End => format!("`{}`: nothing happens any more.", state.name),
            StateKind::Plain => format!("`{}`.", state.name),
        };
        let docs = docs::of(&state.docs, &otherwise, &[]);
        match &names.structure {
            Some(structure) => quote!(#docs #variant(#structure)),
            None => quote!(#docs #variant),
        }
    });
    let texts = role.role.states.iter().zip(&role.states).map(|(state, names)| {
        let (variant, text) = (&names.variant, &state.name);
        let fields = names.structure.is_some().then(|| quote!((_)));
        quote!(Self::#variant #fields => #text)
    });
    let structures = role.role.states.iter().zip(&role.states).filter_map(|(state, names)| {
        let structure = names.structure.as_ref()?;
        let docs = docs::of(&state.docs, &format!("What is known in `{}`.", state.name), &[]);
        let vars = state.vars.iter().zip(&names.vars).map(|(var, field)| {
            let (docs, ty) = (
                docs::of(&var.docs, &format!("The variable `{}`.", var.name), &[]),
                role.var_rust_type(&var.ty),
            );
            let docs = if matches!(var.ty.kind, TypeKind::Duration) {
                quote!(#docs #[doc = ""] #[doc = " In milliseconds."])
            } else {
                docs
            };
            quote!(#docs #vis #field: #ty,)
        });
        let periodic = names.timers.periodic.iter().map(|(_, field, repeats)| {
            let kind = role.session(if *repeats { "Interval" } else { "Timer" });
            quote!(#field: #kind,)
        });
        let timers = names.timers.declared.iter().zip(&state.timers).map(|(field, timer)| {
            let kind = role.session(if timer.queue.is_some() { "TimerQueue" } else { "Timer" });
            let docs = docs::lines(&timer.docs);
            quote!(#docs #field: #kind,)
        });
        Some(quote! {
            #docs
            #[derive(Debug)]
            #vis struct #structure { #(#vars)* #(#periodic)* #(#timers)* }
        })
    });
    quote! {
        #docs
        #[derive(Debug)]
        #[allow(clippy::large_enum_variant)]
        #vis enum #name { #(#variants),* }

        impl #name {
            /// Its name in the schema.
            #[must_use]
            #vis const fn name(&self) -> &'static str {
                match self { #(#texts),* }
            }
        }

        #(#structures)*
    }
}
