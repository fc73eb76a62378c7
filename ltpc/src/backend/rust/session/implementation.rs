//! `Machine` for a role: from inputs to the functions that handle them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    context::RoleContext,
    due,
    handlers::{Handlers, Kind},
};
use crate::model::StateKind;

/// How a frame is read, and what a machine of framed text has beside.
fn decode(role: &RoleContext<'_>) -> (TokenStream, TokenStream) {
    let message = role.message_path();
    if role.model.framing().is_none() {
        return (quote!(#message::decode_by(&mut self.habit, frame)), TokenStream::new());
    }
    let runtime = role.rust.runtime();
    let framed = quote! {
        fn splitter(&self) -> Option<#runtime::text::Splitter> {
            #runtime::text::Splitter::of(&tables::SCHEMA, self.mismatch)
        }

        fn set_mismatch(&mut self, mismatch: #runtime::schema::Mismatch) {
            self.mismatch = mismatch;
        }
    };
    (quote!(#message::decode_by(self.mismatch, frame)), framed)
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
    let max = proc_macro2::Literal::u64_unsuffixed(role.model.limits.message);
    let boxed = if role.rust.message_borrows() && !role.rust.options.owned_only {
        quote!(message.into_owned())
    } else {
        quote!(message)
    };
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
    let (decode, framed) = decode(role);
    quote! {
        impl #machine for #name {
            type Message = #message;
            type Call = #call;

            fn max_size(&self) -> usize {
                #max
            }

            #framed

            fn decode(&mut self, frame: &[u8]) -> Result<Box<Self::Message>, #refusal> {
                let message = #decode?;
                Ok(Box::new(#boxed))
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
    let cancel = dispatch(role, handlers, Kind::Cancel, &quote!(&key,));
    let key = if handlers.has(Kind::Cancel) { quote!(key) } else { quote!(_) };
    let row = if handlers.has(Kind::Found) { quote!(row) } else { quote!(_) };
    let on_call = if role.calls().is_empty() {
        // There is none that could be made.
        quote!(match call {})
    } else {
        quote!({
            let name = call.name();
            let outcome = #calls;
            if !self.follow(outcome) {
                step.not_now(name, self.name());
            }
        })
    };
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
                    #input::Call(call) => #on_call,
                    #input::Close => {
                        let outcome = #close;
                        if !self.follow(outcome) {
                            step.not_now("close", self.name());
                        }
                    }
                    #input::Cancel(#key) => {
                        let outcome = #cancel;
                        if !self.follow(outcome) {
                            step.not_now("cancel", self.name());
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
    let timed: Vec<usize> = (0..role.states.len()).filter(|state| due::has_deadlines(role, *state)).collect();
    if timed.is_empty() {
        return quote!(None);
    }
    let arms = timed.into_iter().map(|state| {
        let variant = &role.states[state].variant;
        let bound = if due::looks_at_state(role, state) {
            quote!((state))
        } else {
            quote!((_))
        };
        let fields = role.states[state].structure.is_some().then_some(bound);
        let call = due::deadlines_call(role, state, &quote!(self.core), &quote!(Core));
        quote!(Some(#state_enum::#variant #fields) => #call.into_iter().flatten().min(),)
    });
    quote!(match &self.state { #(#arms)* _ => None, })
}
