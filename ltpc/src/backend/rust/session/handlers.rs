//! The functions that handle inputs: which there are, for which state and kind of input, and who calls them.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    context::RoleContext,
    due, entry,
    imports::{looks_at, mentions},
    states,
};
use crate::model::{StateKind, Trigger};

/// What may happen in a state, as functions are named after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Enter,
    Open,
    Found,
    Message,
    Malformed,
    Call,
    Closed,
    Close,
    Cancel,
    Due,
}

impl Kind {
    /// All of them, in the order in which functions are written.
    const ALL: [Self; 10] = [
        Self::Enter,
        Self::Open,
        Self::Found,
        Self::Message,
        Self::Malformed,
        Self::Call,
        Self::Closed,
        Self::Close,
        Self::Cancel,
        Self::Due,
    ];

    /// What happens.
    fn words(self) -> &'static str {
        match self {
            Self::Enter => "The state is entered",
            Self::Open => "The transport is open",
            Self::Found => "The row that was looked up is there, or it is not",
            Self::Message => "A message arrives",
            Self::Malformed => "Something arrives that is no message",
            Self::Call => "The application asks to send",
            Self::Closed => "The transport is gone",
            Self::Close => "The application closes",
            Self::Cancel => "The application gives up on a request",
            Self::Due => "What is due first is taken",
        }
    }

    /// The end of the function's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "on_open",
            Self::Closed => "on_closed",
            Self::Message => "on_message",
            Self::Malformed => "on_malformed",
            Self::Due => "on_due",
            Self::Call => "on_call",
            Self::Close => "on_close",
            Self::Cancel => "on_cancel",
            Self::Found => "on_found",
            Self::Enter => "on_enter",
        }
    }

    pub fn of(trigger: &Trigger) -> Self {
        match trigger {
            Trigger::Enter => Self::Enter,
            Trigger::Every(_) | Trigger::After(_) | Trigger::Timeout(_) | Trigger::Due(_) => Self::Due,
            Trigger::Open => Self::Open,
            Trigger::Closed => Self::Closed,
            Trigger::Malformed => Self::Malformed,
            Trigger::Found | Trigger::Missing => Self::Found,
            Trigger::AnyMessage | Trigger::Messages(_) | Trigger::Repeat(_) => Self::Message,
            Trigger::App(_) => Self::Call,
            Trigger::AppClose => Self::Close,
            Trigger::Cancel(_) => Self::Cancel,
        }
    }
}

/// The functions that handle inputs: for each state and kind, which.
pub(super) struct Handlers {
    of: BTreeMap<(usize, Kind), usize>,
    all: Vec<Handler>,
}

/// One function.
struct Handler {
    name: Ident,
    docs: String,
    /// What came: a parameter, with its comma.
    came: TokenStream,
    body: TokenStream,
    /// Whose variables it looks at; `None`: it looks at none.
    state: Option<usize>,
}

impl Handlers {
    /// All functions of a role.
    pub fn new(role: &RoleContext<'_>) -> Self {
        let mut handlers = Self {
            of: BTreeMap::new(),
            all: Vec::new(),
        };
        for state in 0..role.states.len() {
            for kind in Kind::ALL {
                if let Some(handler) = handler(role, state, kind) {
                    handlers.add(role, state, kind, handler);
                }
            }
        }
        handlers
    }

    /// What `any` says is the same in all states that say nothing of their own: one function for all of them.
    fn add(&mut self, role: &RoleContext<'_>, state: usize, kind: Kind, mut handler: Handler) {
        let of_kind = role.role.states[state]
            .transitions
            .iter()
            .filter(|transition| Kind::of(&transition.trigger) == kind);
        if handler.state.is_none() && kind != Kind::Enter && of_kind.clone().all(|transition| transition.from_any) {
            handler.name = format_ident!("any_{}", kind.name());
            handler.docs = format!("{}, in any state that says nothing else.", kind.words());
            let body = handler.body.to_string();
            let shared = self.all.iter().enumerate().filter(|(_, other)| other.docs == handler.docs);
            let shared: Vec<(usize, bool)> = shared.map(|(index, other)| (index, other.body.to_string() == body)).collect();
            if let Some((index, _)) = shared.iter().find(|(_, same)| *same) {
                self.of.insert((state, kind), *index);
                return;
            }
            if !shared.is_empty() {
                handler.name = format_ident!("any_{}_{}", kind.name(), shared.len() + 1);
            }
        }
        self.of.insert((state, kind), self.all.len());
        self.all.push(handler);
    }

    /// Whether some state handles a kind of input.
    pub fn has(&self, kind: Kind) -> bool {
        self.of.keys().any(|(_, of)| *of == kind)
    }

    /// The arms that hand an input to the function of the state that it finds; `argument` is what came, with its comma.
    pub fn arms(&self, role: &RoleContext<'_>, kind: Kind, argument: &TokenStream) -> TokenStream {
        let mut arms = TokenStream::new();
        let mut shared: BTreeMap<usize, Vec<TokenStream>> = BTreeMap::new();
        let state_enum = role.own("State");
        for ((state, _), index) in self.of.iter().filter(|((_, of), _)| *of == kind) {
            let (handler, names) = (&self.all[*index], &role.states[*state]);
            let (variant, function) = (&names.variant, &handler.name);
            if handler.state.is_some() {
                arms.extend(quote!(Some(#state_enum::#variant(state)) => self.core.#function(state, #argument step),));
            } else {
                let fields = names.structure.is_some().then(|| quote!((_)));
                shared.entry(*index).or_default().push(quote!(Some(#state_enum::#variant #fields)));
            }
        }
        for (index, patterns) in shared {
            let function = &self.all[index].name;
            arms.extend(quote!(#(#patterns)|* => self.core.#function(#argument step),));
        }
        arms
    }

    /// The call of a state's `enter` transitions, of a state that was just made.
    pub fn on_enter(&self, state: usize) -> Option<TokenStream> {
        let handler = &self.all[*self.of.get(&(state, Kind::Enter))?];
        let function = &handler.name;
        let argument = handler.state.is_some().then(|| quote!(&mut state,));
        Some(quote!(self.#function(#argument step)))
    }

    /// All functions: what enters each state and what happens there, then what is shared.
    pub fn functions(&self, role: &RoleContext<'_>) -> TokenStream {
        let mut functions = TokenStream::new();
        let mut written = vec![false; self.all.len()];
        for state in 0..role.states.len() {
            functions.extend(entry::enter(role, self, state));
            for ((_, _), index) in self.of.range((state, Kind::ALL[0])..=(state, Kind::Due)) {
                let is_shared = self.of.iter().any(|((other, _), of)| of == index && *other != state);
                if !is_shared {
                    functions.extend(self.all[*index].write(role));
                    written[*index] = true;
                }
            }
            if due::has_deadlines(role, state) {
                functions.extend(due::deadlines(role, state));
            }
            functions.extend(super::send::envelopes(role, state));
        }
        functions.extend(
            self.all
                .iter()
                .zip(written)
                .filter(|(_, written)| !written)
                .map(|(handler, _)| handler.write(role)),
        );
        functions
    }
}

impl Handler {
    fn write(&self, role: &RoleContext<'_>) -> TokenStream {
        let Self {
            name,
            docs,
            came,
            body,
            state,
        } = self;
        let parameter = state.map(|state| role.state_parameter(state, true));
        let step = role.step_type();
        let docs = format!(" {docs}");
        let step_name = if mentions(body, "step") {
            format_ident!("step")
        } else {
            format_ident!("_step")
        };
        // Whoever delivers what came wants it as it is.
        let boxed = mentions(came, "Box").then(|| quote!(#[allow(clippy::boxed_local)]));
        quote! {
            #[doc = #docs]
            #boxed
            fn #name(&mut self, #parameter #came #step_name: #step) -> Outcome {
                #body
            }
        }
    }
}

/// The function of a state that handles a kind of input, if it has any use.
fn handler(role: &RoleContext<'_>, state: usize, kind: Kind) -> Option<Handler> {
    let declared = &role.role.states[state];
    let waits = declared.transitions.iter().any(|transition| Kind::of(&transition.trigger) == kind);
    let has = match kind {
        _ if declared.kind == StateKind::End => false,
        Kind::Due => due::has_deadlines(role, state),
        Kind::Message => waits || !role.role.uniques.is_empty(),
        _ => waits,
    };
    if !has {
        return None;
    }
    let (came, body) = match kind {
        Kind::Message => super::messages::on_message(role, state),
        Kind::Call => super::messages::on_call(role, state),
        Kind::Found => states::on_found(role, state),
        Kind::Cancel => super::pending::on_cancel(role, state),
        Kind::Due => (TokenStream::new(), due::on_due(role, state)),
        _ => states::simple(role, state, kind),
    };
    // A function that handles nothing is none.
    if body.to_string() == quote!(Outcome::Unhandled).to_string() {
        return None;
    }
    let name = format_ident!("{}_{}", role.states[state].prefix, kind.name());
    let docs = format!("{}, in `{}`.", kind.words(), declared.name);
    let looks = looks_at(&body, "state").then_some(state);
    Some(Handler {
        name,
        docs,
        came,
        body,
        state: looks,
    })
}
