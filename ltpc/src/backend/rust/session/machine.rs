//! The machine: its struct, its core, and `ltp_runtime::session::Machine` for it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    super::docs,
    context::RoleContext,
    expr::{Came, Env, Root},
    names,
    states::{self, Handlers, Kind},
};
use crate::model::{StateKind, TypeKind, Var};

/// `Client`, with what an application may see of it.
pub(super) fn structure(role: &RoleContext<'_>) -> TokenStream {
    let (name, options, state) = (role.own(""), role.own("Options"), role.own("State"));
    let vis = role.rust.vis();
    let docs = docs::of(
        &role.role.docs,
        &format!("The side `{}` of the session `{}`.", role.role.name, role.session.decl.name),
        &[],
    );
    let core = core_new(role);
    let getters = getters(role);
    quote! {
        #docs
        #[derive(Debug)]
        #vis struct #name {
            core: Core,
            state: Option<#state>,
        }

        impl #name {
            /// A machine that has not started.
            #[must_use]
            #vis fn new(options: #options) -> Self {
                #core
            }

            /// The state that it is in, with what is known there; `None` before the start.
            #[must_use]
            #vis const fn current(&self) -> Option<&#state> {
                self.state.as_ref()
            }

            /// What the application chose.
            #[must_use]
            #vis const fn options(&self) -> &#options {
                &self.core.options
            }

            #getters
        }
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
    let retries = role.retries.iter().map(|field| {
        let retry = role.session("Retry");
        quote!(#field: #retry,)
    });
    let windows = role.windows.iter().map(|field| {
        let window = role.session("Window");
        quote!(#field: #window,)
    });
    quote! {
        /// What lasts as long as the machine.
        #[derive(Debug)]
        struct Core {
            options: #options,
            #(#vars: #types,)*
            #persisted
            #(#retries)*
            #(#windows)*
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
            init => states::initial(&env, init.as_ref()),
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
    quote! {
        #(#lets)*
        Self { core: Core { #(#vars,)* #persisted #(#retries)* #(#windows)* options }, state: None }
    }
}

/// Whether a first value can only be had when the machine starts.
fn needs_start(init: &crate::model::Expr) -> bool {
    let mut found = super::uses::draws(init);
    super::uses::now(init, &mut found);
    found
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
    let entered = states::start(role);
    quote! {
        /// Starts, with what was stored.
        fn start(&mut self, #parameter, step: #step) -> #state {
            #load
            #(#set)*
            #entered
        }
    }
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

/// `Machine` for it.
pub(super) fn implementation(role: &RoleContext<'_>, handlers: &Handlers) -> TokenStream {
    let name = role.own("");
    let (machine, input, context, action, place, refusal) = (
        role.session("Machine"),
        role.session("Input"),
        role.session("Context"),
        role.session("Action"),
        role.session("Place"),
        role.session("Refusal"),
    );
    let (message, call, step) = (role.message_type(), role.own("Call"), format_ident!("Step"));
    let message_path = role.message_path();
    let max = proc_macro2::Literal::u64_unsuffixed(role.model.limits.message);
    let into_owned = (role.rust.message_borrows() && !role.rust.options.owned_only).then(|| quote!(.map(#message_path::into_owned)));
    let start_name = &role.role.states[role.role.start].name;
    let ended = ended(role);
    let persistence = persistence(role);
    let store = if role.persists.is_empty() {
        TokenStream::new()
    } else {
        quote!(self.core.store(&mut step);)
    };
    let inputs = inputs(role, handlers);
    let deadline = next_deadline(role);
    quote! {
        impl #machine for #name {
            type Message = #message;
            type Call = #call;

            fn max_size(&self) -> usize {
                #max
            }

            fn decode(&mut self, frame: &[u8]) -> Result<Self::Message, #refusal> {
                #message_path::decode(frame)#into_owned
            }

            fn encode(&self, message: &Self::Message, out: &mut Vec<u8>) {
                message.encode(out);
            }

            fn message_name<'m>(&'m self, message: &'m Self::Message) -> &'m str {
                message.name()
            }

            fn handle(
                &mut self,
                input: #input<Self::Message, Self::Call>,
                context: &mut #context<'_>,
                actions: &mut Vec<#action<Self::Message>>,
            ) {
                let mut step = #step::new(context, actions);
                if let #input::Start { persisted } = input {
                    self.state = Some(self.core.start(persisted.as_deref(), &mut step));
                } else if self.state.is_some() && !self.is_ended() {
                    self.take(input, &mut step);
                }
                #store
            }

            fn next_deadline(&self) -> Option<u64> {
                #deadline
            }

            fn state(&self) -> &str {
                self.state.as_ref().map_or(#start_name, |state| state.name())
            }

            fn is_ended(&self) -> bool {
                #ended
            }

            fn persistence(&self) -> Option<#place> {
                #persistence
            }
        }

        #inputs
    }
}

fn ended(role: &RoleContext<'_>) -> TokenStream {
    let state = role.own("State");
    let ends = role
        .role
        .states
        .iter()
        .zip(&role.states)
        .filter(|(state, _)| state.kind == StateKind::End)
        .map(|(_, names)| {
            let variant = &names.variant;
            quote!(#state::#variant)
        });
    let ends: Vec<TokenStream> = ends.collect();
    if ends.is_empty() {
        quote!(false)
    } else {
        quote!(matches!(self.state, Some(#(#ends)|*)))
    }
}

fn persistence(role: &RoleContext<'_>) -> TokenStream {
    if role.persists.is_empty() {
        return quote!(None);
    }
    quote!(Some(self.core.place()))
}

/// How the core stores what has changed.
pub(super) fn store(role: &RoleContext<'_>) -> TokenStream {
    if role.persists.is_empty() {
        return TokenStream::new();
    }
    let (place, action, step) = (role.session("Place"), role.session("Action"), role.step_type());
    let space = role.space();
    let key = match role.role.persist_key {
        Some(index) => {
            let field = names::field(&names::plain_field(&role.role.options[index].name));
            quote!(&*self.options.#field)
        }
        None => quote!(""),
    };
    quote! {
        fn place(&self) -> #place {
            #place::new(#space, #key)
        }

        /// Stores what survives a restart, if the step changed it.
        fn store(&mut self, step: #step) {
            if self.persisted == self.stored {
                return;
            }
            self.stored = self.persisted.clone();
            let place = self.place();
            match self.persisted.text() {
                Some(value) => step.store(place, value, None),
                None => step.push(#action::Forget { place }),
            }
        }
    }
}

/// From inputs to states.
fn inputs(role: &RoleContext<'_>, handlers: &Handlers) -> TokenStream {
    let (name, input, call, message) = (role.own(""), role.session("Input"), role.own("Call"), role.message_type());
    let (step, state) = (role.step_type(), role.own("State"));
    let windows = &role.windows;
    let opened = dispatch(role, handlers, Kind::Open, &TokenStream::new());
    let closed = dispatch(role, handlers, Kind::Closed, &TokenStream::new());
    let messages = dispatch(role, handlers, Kind::Message, &quote!(message,));
    let malformed = dispatch(role, handlers, Kind::Malformed, &quote!(&refusal,));
    let due = dispatch(role, handlers, Kind::Due, &TokenStream::new());
    let calls = dispatch(role, handlers, Kind::Call, &quote!(call,));
    let close = dispatch(role, handlers, Kind::Close, &TokenStream::new());
    let found = dispatch(role, handlers, Kind::Found, &quote!(row.as_deref(),));
    let row = if handlers.has(Kind::Found) { quote!(row) } else { quote!(_) };
    let name_of_call = if role.calls().is_empty() { quote!("") } else { quote!(call.name()) };
    quote! {
        impl #name {
            /// Hands an input to the state that it finds.
            fn take(&mut self, input: #input<#message, #call>, step: #step) {
                match input {
                    #input::Start { .. } => {}
                    #input::Opened => {
                        #(self.core.#windows.clear();)*
                        let outcome = #opened;
                        if !self.follow(outcome) {
                            step.unexpected("open", self.name(), None);
                        }
                    }
                    #input::Closed { .. } => {
                        let outcome = #closed;
                        if !self.follow(outcome) {
                            step.unexpected("closed", self.name(), None);
                        }
                    }
                    #input::Message(message) => {
                        let name = message.name();
                        let outcome = #messages;
                        if !self.follow(outcome) {
                            step.unexpected(name, self.name(), None);
                        }
                    }
                    #input::Malformed(refusal) => {
                        let outcome = #malformed;
                        if !self.follow(outcome) {
                            step.unexpected("malformed", self.name(), Some(refusal));
                        }
                    }
                    #input::Due => loop {
                        let outcome = #due;
                        if !self.follow(outcome) {
                            break;
                        }
                    },
                    #input::Call(call) => {
                        let name = #name_of_call;
                        let outcome = #calls;
                        if !self.follow(outcome) {
                            step.not_now(name, self.name());
                        }
                    }
                    #input::Close => {
                        let outcome = #close;
                        if !self.follow(outcome) {
                            step.not_now("close", self.name());
                        }
                    }
                    #input::Found(#row) => {
                        let outcome = #found;
                        self.follow(outcome);
                    }
                }
            }

            /// Goes where an outcome leads; whether there was a transition.
            fn follow(&mut self, outcome: Outcome) -> bool {
                match outcome {
                    Outcome::Unhandled => false,
                    Outcome::Stay => true,
                    Outcome::Goto(next) => {
                        self.state = Some(next);
                        true
                    }
                }
            }

            /// The state's name; of the start state before the start.
            fn name(&self) -> &'static str {
                self.state.as_ref().map_or("", #state::name)
            }
        }
    }
}

/// The states that handle a kind of input; all others do not.
fn dispatch(role: &RoleContext<'_>, handlers: &Handlers, kind: Kind, argument: &TokenStream) -> TokenStream {
    if !handlers.has(kind) {
        return quote!(Outcome::Unhandled);
    }
    let arms = handlers.arms(role, kind, argument);
    quote!(match &mut self.state { #arms _ => Outcome::Unhandled, })
}

fn next_deadline(role: &RoleContext<'_>) -> TokenStream {
    let state_enum = role.own("State");
    let timed: Vec<usize> = (0..role.states.len()).filter(|state| states::has_deadlines(role, *state)).collect();
    if timed.is_empty() {
        return quote!(None);
    }
    let arms = timed.into_iter().map(|state| {
        let variant = &role.states[state].variant;
        let bound = if states::looks_at_state(role, state) {
            quote!((state))
        } else {
            quote!((_))
        };
        let fields = role.states[state].structure.is_some().then_some(bound);
        let call = states::deadlines_call(role, state, &quote!(self.core), &quote!(Core));
        quote!(Some(#state_enum::#variant #fields) => #call.into_iter().flatten().min(),)
    });
    quote!(match &self.state { #(#arms)* _ => None, })
}
