//! What happens in each state: one function for each kind of input that the state handles.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{
    super::{context::Scope, names::Item},
    action::{self, Block, Given},
    context::RoleContext,
    expr::{Came, Env},
    imports::mentions,
};
use crate::model::{ActionKind, BindingKind, EnvelopeId, Expr, MessageId, Next, RecordId, State, StateKind, Transition, Trigger};

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
    Due,
}

impl Kind {
    /// All of them, in the order in which functions are written.
    const ALL: [Self; 9] = [
        Self::Enter,
        Self::Open,
        Self::Found,
        Self::Message,
        Self::Malformed,
        Self::Call,
        Self::Closed,
        Self::Close,
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
            Self::Found => "on_found",
            Self::Enter => "on_enter",
        }
    }

    fn of(trigger: &Trigger) -> Self {
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
    fn on_enter(&self, state: usize) -> Option<TokenStream> {
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
            functions.extend(enter(role, self, state));
            for ((_, _), index) in self.of.range((state, Kind::ALL[0])..=(state, Kind::Due)) {
                let is_shared = self.of.iter().any(|((other, _), of)| of == index && *other != state);
                if !is_shared {
                    functions.extend(self.all[*index].write(role));
                    written[*index] = true;
                }
            }
            if has_deadlines(role, state) {
                functions.extend(deadlines(role, state));
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
        quote! {
            #[doc = #docs]
            fn #name(&mut self, #parameter #came #step_name: #step) -> Outcome {
                #body
            }
        }
    }
}

/// Whether anything in a state runs by time.
pub(super) fn has_deadlines(role: &RoleContext<'_>, state: usize) -> bool {
    role.role.states[state].kind != StateKind::End
        && (role.states[state].timers.fields().next().is_some() || !role.waiting[state].is_empty())
}

/// The function of a state that handles a kind of input, if it has any use.
fn handler(role: &RoleContext<'_>, state: usize, kind: Kind) -> Option<Handler> {
    let declared = &role.role.states[state];
    let waits = declared.transitions.iter().any(|transition| Kind::of(&transition.trigger) == kind);
    let has = match kind {
        _ if declared.kind == StateKind::End => false,
        Kind::Due => has_deadlines(role, state),
        Kind::Message => waits || !role.role.uniques.is_empty(),
        _ => waits,
    };
    if !has {
        return None;
    }
    let (came, body) = match kind {
        Kind::Message => super::messages::on_message(role, state),
        Kind::Call => super::messages::on_call(role, state),
        Kind::Found => on_found(role, state),
        Kind::Due => (TokenStream::new(), on_due(role, state)),
        _ => simple(role, state, kind),
    };
    // A function that handles nothing is none.
    if body.to_string() == quote!(Outcome::Unhandled).to_string() {
        return None;
    }
    let name = format_ident!("{}_{}", role.states[state].prefix, kind.name());
    let docs = format!("{}, in `{}`.", kind.words(), declared.name);
    let looks = mentions(&body, "state").then_some(state);
    Some(Handler {
        name,
        docs,
        came,
        body,
        state: looks,
    })
}

fn transitions(state: &State, kind: Kind) -> impl Iterator<Item = &Transition> {
    state
        .transitions
        .iter()
        .filter(move |transition| Kind::of(&transition.trigger) == kind)
}

fn simple(role: &RoleContext<'_>, state: usize, kind: Kind) -> (TokenStream, TokenStream) {
    let given = if kind == Kind::Malformed {
        Given::Malformed
    } else {
        Given::Nothing
    };
    let blocks = transitions(&role.role.states[state], kind).map(|transition| {
        let came = action::came(role.model, transition);
        action::block(Env::new(role, Some(state), came), transition, given)
    });
    let body = sequence(blocks, &quote!(Outcome::Unhandled));
    if kind != Kind::Malformed {
        return (TokenStream::new(), body);
    }
    let refusal = role.session("Refusal");
    let name = if mentions(&body, "refusal") {
        format_ident!("refusal")
    } else {
        format_ident!("_refusal")
    };
    (quote!(#name: &#refusal,), body)
}

/// Transitions in order: the first whose guard holds is taken.
pub(super) fn sequence(blocks: impl IntoIterator<Item = Block>, otherwise: &TokenStream) -> TokenStream {
    let mut body = TokenStream::new();
    for Block {
        conditions,
        statements,
        outcome,
        ..
    } in blocks
    {
        if conditions.is_empty() {
            // What follows is never reached.
            return quote!(#body #statements #outcome);
        }
        body.extend(quote!(if #(#conditions)&&* { #statements return #outcome; }));
    }
    quote!(#body #otherwise)
}

/// As [`sequence`], where more follows behind: every outcome is returned.
pub(super) fn returned(blocks: impl IntoIterator<Item = Block>, otherwise: &TokenStream) -> TokenStream {
    let mut body = TokenStream::new();
    for Block {
        conditions,
        statements,
        outcome,
        ..
    } in blocks
    {
        if conditions.is_empty() {
            return quote!(#body #statements return #outcome;);
        }
        body.extend(quote!(if #(#conditions)&&* { #statements return #outcome; }));
    }
    quote!(#body return #otherwise;)
}

fn on_found(role: &RoleContext<'_>, state: usize) -> (TokenStream, TokenStream) {
    let declared = &role.role.states[state];
    let Some(record) = row(role, state) else {
        return (quote!(_row: Option<&str>,), quote!(Outcome::Unhandled));
    };
    let blocks = |wanted: fn(&Trigger) -> bool| {
        let came = Came::Row(&role.model[record].members);
        let blocks = declared.transitions.iter().filter(|transition| wanted(&transition.trigger));
        sequence(
            blocks.map(|transition| action::block(Env::new(role, Some(state), came), transition, Given::Nothing)),
            &quote!(Outcome::Unhandled),
        )
    };
    let found = blocks(|trigger| matches!(trigger, Trigger::Found));
    let missing = blocks(|trigger| matches!(trigger, Trigger::Missing));
    role.imports.wire();
    let row = if mentions(&found, "row") {
        format_ident!("row")
    } else {
        format_ident!("_row")
    };
    let path = role.rust.path(Item::Record(record), Scope::Beside);
    let body = quote! {
        // A row that does not conform counts as missing.
        match row.and_then(|row| #path::decode(row.as_bytes()).ok()) {
            Some(#row) => { #found }
            None => { #missing }
        }
    };
    (quote!(row: Option<&str>,), body)
}

/// The record of the rows that a state waits for: of the table that a transition to it looks up.
fn row(role: &RoleContext<'_>, state: usize) -> Option<RecordId> {
    let bound = role.role.states[state]
        .transitions
        .iter()
        .find_map(|transition| match transition.binding.as_ref()?.kind {
            BindingKind::Row(table) => Some(table),
            _ => None,
        });
    let table = bound.or_else(|| {
        role.role.states.iter().flat_map(|state| &state.transitions).find_map(|transition| {
            let leads = matches!(&transition.next, Next::Goto(goto) if goto.state == state);
            transition.actions.iter().find_map(|action| match action.kind {
                ActionKind::Lookup { table, .. } if leads => Some(table),
                _ => None,
            })
        })
    })?;
    Some(role.role.tables[table].row)
}

// ---- time

fn deadlines(role: &RoleContext<'_>, state: usize) -> TokenStream {
    let name = format_ident!("{}_deadlines", role.states[state].prefix);
    let parameter = role.state_parameter(state, false);
    let retries: Vec<&Ident> = role.waiting[state].iter().map(|retry| &role.retries[*retry]).collect();
    let fields: Vec<&Ident> = role.states[state].timers.fields().collect();
    let count = Literal::usize_unsuffixed(fields.len() + retries.len());
    let docs = format!(
        " What runs by time in `{}`; of equal deadlines the first is due first.",
        role.role.states[state].name
    );
    let receiver = (!retries.is_empty()).then(|| quote!(&self,));
    let parameter = (!fields.is_empty()).then_some(parameter);
    quote! {
        #[doc = #docs]
        fn #name(#receiver #parameter) -> [Option<u64>; #count] {
            [#(state.#fields.deadline(),)* #(self.#retries.deadline(),)*]
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
    if role.waiting[state].is_empty() {
        quote!(#path::#name(#argument))
    } else {
        quote!(#core.#name(#argument))
    }
}

fn on_due(role: &RoleContext<'_>, state: usize) -> TokenStream {
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
    let deadlines = deadlines_call(role, state, &quote!(self), &quote!(Self));
    let numbers = (0..arms.len()).map(Literal::usize_unsuffixed);
    quote! {
        match #first_due(step.now.ticks, &#deadlines) {
            #(Some(#numbers) => #arms)*
            _ => Outcome::Unhandled,
        }
    }
}

// ---- entry

fn enter(role: &RoleContext<'_>, handlers: &Handlers, state: usize) -> TokenStream {
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
            #made
            #entered
            #value
        }
    }
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
        let duration = env.owned(duration);
        if *repeats {
            quote!(state.#field.start(step.now.ticks, #duration);)
        } else {
            quote!(state.#field.arm(step.after(#duration));)
        }
    });
    quote!(#(#armed)*)
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

/// The messages of an envelope.
pub(super) fn of_envelope(role: &RoleContext<'_>, envelope: EnvelopeId) -> Vec<MessageId> {
    let messages = role
        .model
        .messages
        .iter()
        .enumerate()
        .filter(|(_, message)| message.envelope == envelope);
    messages
        .map(|(index, _)| MessageId(u32::try_from(index).unwrap_or(u32::MAX)))
        .collect()
}
