//! What a transition does, as statements.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    expr::{Came, Env, looks_into},
    pending, policy, send,
    uses::{draws, places},
};
use crate::model::{Action, ActionKind, BindingKind, Expr, ExprKind, Goto, Next, Place, PlaceBase, Transition, Trigger, VarRef};

/// A transition as code.
pub(super) struct Block {
    /// What must hold, joined by `&&`; `let` may stand among them.
    pub conditions: Vec<TokenStream>,
    /// What is done.
    pub statements: TokenStream,
    /// The outcome.
    pub outcome: TokenStream,
    /// Whether the guard binds names.
    pub binds: bool,
}

/// What a transition's code does with what came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// It has nothing.
    Nothing,
    /// `message`, owned.
    Message,
    /// `refusal`, borrowed.
    Malformed,
    /// `body` and `envelope` of a call, owned, to be sent as this message.
    Call(crate::model::MessageId),
}

/// The code of a transition of a state.
pub(super) fn block<'m>(mut env: Env<'_, 'm>, transition: &'m Transition, given: Given) -> Block {
    let conditions = match &transition.guard {
        None => Vec::new(),
        Some(guard) => env.chain(guard, |place| behind_guard(transition, place)),
    };
    let binds = transition.guard.is_some() && env.binds();
    let mut statements = TokenStream::new();
    for (index, action) in transition.actions.iter().enumerate() {
        let again = || uses_what_came(&transition.actions[index + 1..], &transition.next);
        let is_known_later = |var: VarRef| {
            let place = Place {
                base: PlaceBase::Var(var),
                path: Vec::new(),
            };
            let mut found = false;
            transition.actions[index + 1..]
                .iter()
                .for_each(|action| action.expressions(&mut |expr| found |= looks_into(expr, &place)));
            transition.next.expressions(&mut |expr| found |= looks_into(expr, &place));
            found
        };
        statements.extend(one(&mut env, transition, action, given, &again, &is_known_later));
    }
    let outcome = match (&*transition.actions, &transition.next, given) {
        // What is only reported is what happens to what is not handled.
        (
            [
                Action {
                    kind: ActionKind::Report, ..
                },
            ],
            Next::Stay,
            Given::Message | Given::Malformed,
        ) => {
            statements = TokenStream::new();
            quote!(Outcome::Unhandled)
        }
        (_, next, _) => outcome(&env, next, &mut statements),
    };
    Block {
        conditions,
        statements,
        outcome,
        binds,
    }
}

/// Whether what a nullable place holds is looked at by what stands behind the guard.
fn behind_guard(transition: &Transition, place: &Place) -> bool {
    let mut found = false;
    transition
        .actions
        .iter()
        .for_each(|action| action.expressions(&mut |expr| found |= looks_into(expr, place)));
    transition.next.expressions(&mut |expr| found |= looks_into(expr, place));
    found
}

/// Whether later actions or fields need what came.
fn uses_what_came(actions: &[Action], next: &Next) -> bool {
    let mut found = actions.iter().any(|action| {
        matches!(
            action.kind,
            ActionKind::Deliver | ActionKind::SendGiven | ActionKind::Track(_) | ActionKind::Resolve(_) | ActionKind::Report
        )
    });
    let mut see = |expr: &Expr| {
        places(expr, &mut |place, _| {
            found |= matches!(place.base, PlaceBase::Body(_) | PlaceBase::Envelope(_) | PlaceBase::Tag);
        });
    };
    // In a failure what came is the request.
    let others = actions.iter().filter(|action| !matches!(action.kind, ActionKind::Fail { .. }));
    others.for_each(|action| action.expressions(&mut see));
    next.expressions(&mut see);
    found
}

fn one(
    env: &mut Env<'_, '_>,
    transition: &Transition,
    action: &Action,
    given: Given,
    again: &dyn Fn() -> bool,
    is_known_later: &dyn Fn(VarRef) -> bool,
) -> TokenStream {
    let role = env.role;
    match &action.kind {
        ActionKind::Ignore => TokenStream::new(),
        ActionKind::Deliver => {
            let action = role.session("Action");
            match given {
                Given::Message if again() => quote!(step.push(#action::Deliver(message.clone()));),
                Given::Message => quote!(step.push(#action::Deliver(message));),
                _ => TokenStream::new(),
            }
        }
        ActionKind::Report => report(env, transition, given),
        ActionKind::Connect => {
            let action = role.session("Action");
            quote!(step.push(#action::Connect);)
        }
        ActionKind::Close(reason) => quote!(step.close(#reason);),
        ActionKind::Drop(reason) => quote!(step.drop(#reason);),
        ActionKind::SendGiven => match given {
            Given::Call(message) => send::given(env, message, again()),
            _ => TokenStream::new(),
        },
        ActionKind::Track(index) => match given {
            Given::Call(message) => pending::track(env, *index, message, again()),
            _ => TokenStream::new(),
        },
        ActionKind::Resolve(index) => match given {
            Given::Message => pending::resolve(env, *index, again()),
            _ => TokenStream::new(),
        },
        ActionKind::Resend(index) => pending::resend(env, *index),
        ActionKind::Fail { pending, guard, answer } => pending::fail(env, *pending, guard.as_ref(), answer),
        ActionKind::Send { message, envelope, body } => send::made(env, *message, envelope, body),
        ActionKind::Set { var, value } => set(env, *var, value, is_known_later(*var)),
        ActionKind::Arm(timer) => arm(env, *timer),
        ActionKind::Disarm(timer) => {
            let field = env.timer(*timer);
            quote!(state.#field.disarm();)
        }
        ActionKind::Reset(retry) => {
            let field = &role.retries[*retry];
            quote!(self.#field.reset();)
        }
        ActionKind::Lookup { table, key } => {
            let (action, place) = (role.session("Action"), table_place(env, *table, key));
            quote!(step.push(#action::Lookup { place: #place });)
        }
        ActionKind::Forget { table, key } => {
            let (action, place) = (role.session("Action"), table_place(env, *table, key));
            quote!(step.push(#action::Forget { place: #place });)
        }
        ActionKind::Count { meter, key, tier } => policy::count(env, *meter, key, tier.as_ref()),
        ActionKind::Store { table, key, fields } => store(env, *table, key, fields),
    }
}

fn report(env: &Env<'_, '_>, transition: &Transition, given: Given) -> TokenStream {
    let state = env.state_name();
    match (given, &transition.trigger) {
        (Given::Message, _) => quote!(step.unexpected(message.name(), #state, None);),
        (Given::Malformed, _) => quote!(step.unexpected("malformed", #state, Some(refusal.clone()));),
        (_, Trigger::Open) => quote!(step.unexpected("open", #state, None);),
        (_, Trigger::Closed) => quote!(step.unexpected("closed", #state, None);),
        _ => TokenStream::new(),
    }
}

fn set(env: &mut Env<'_, '_>, var: VarRef, value: &crate::model::Expr, is_known_later: bool) -> TokenStream {
    let place = Place {
        base: PlaceBase::Var(var),
        path: Vec::new(),
    };
    // What a nullable variable now holds is known by a name, where something behind it looks.
    if let ExprKind::Wrap(inner) = &value.kind
        && is_known_later
    {
        let inner_value = env.owned(inner);
        let name = env.local(&place);
        let kept = if env.role.is_copy(&inner.ty) {
            quote!(#name)
        } else {
            quote!(#name.clone())
        };
        let assign = assign(env, var, &quote!(Some(#kept)));
        env.assigned(var, Some(name.clone()));
        return quote!(let #name = #inner_value; #assign);
    }
    let value = env.owned(value);
    env.assigned(var, None);
    assign(env, var, &value)
}

fn assign(env: &Env<'_, '_>, var: VarRef, value: &TokenStream) -> TokenStream {
    let role = env.role;
    match var {
        VarRef::Option(_) => TokenStream::new(),
        VarRef::Role(index) => {
            let field = &role.vars[index];
            quote!(self.#field = #value;)
        }
        VarRef::Persist(index) => {
            let field = &role.persists[index];
            quote!(self.persisted.#field = #value;)
        }
        VarRef::State(index) => {
            let field = env.state.map(|state| &role.states[state].vars[index]);
            quote!(state.#field = #value;)
        }
    }
}

fn arm(env: &Env<'_, '_>, timer: usize) -> TokenStream {
    let Some(declared) = env.state.and_then(|state| env.role.role.states[state].timers.get(timer)) else {
        return TokenStream::new();
    };
    let (field, duration) = (env.timer(timer), env.owned(&declared.duration));
    // What asks the step cannot stand within a call of it.
    let (first, duration) = match draws(&declared.duration) {
        true => (quote!(let duration = #duration;), quote!(duration)),
        false => (TokenStream::new(), duration),
    };
    if declared.queue.is_some() {
        quote!(#first state.#field.arm(step.now.ticks, step.after(#duration));)
    } else {
        quote!(#first state.#field.arm(step.after(#duration));)
    }
}

/// The place of a table's row.
fn table_place(env: &Env<'_, '_>, table: usize, key: &crate::model::Expr) -> TokenStream {
    let (place, space) = (env.role.session("Place"), env.role.table_space(table));
    let key = env.key(key);
    quote!(#place::new(#space, #key))
}

fn store(env: &Env<'_, '_>, table: usize, key: &crate::model::Expr, fields: &[(usize, crate::model::Expr)]) -> TokenStream {
    let role = env.role;
    let declared = &role.role.tables[table];
    let place = table_place(env, table, key);
    let row = role.record_literal(declared.row, |index| {
        let member = &role.model[declared.row].members[index];
        fields
            .iter()
            .find(|(given, _)| *given == index)
            .map(|(_, value)| env.for_member(value, member))
    });
    let expires = env.owned(&declared.expires);
    role.imports.wire();
    quote! {
        let row = #row;
        step.store(#place, row.to_json(), Some(step.now.unix.saturating_add(#expires)));
    }
}

/// Where a transition leads; what must be done before stands behind the `statements`.
fn outcome(env: &Env<'_, '_>, next: &Next, statements: &mut TokenStream) -> TokenStream {
    match next {
        Next::Stay => quote!(Outcome::Stay),
        Next::Goto(goto) => {
            let entered = enter(env, goto);
            quote!(Outcome::Goto(#entered))
        }
        Next::Retry { retry, again, spent } => {
            let role = env.role;
            let field = &role.retries[*retry];
            let (again, spent) = (enter(env, again), enter(env, spent));
            let others = role.retries.iter().filter(|other| *other != field);
            statements.extend(quote!(#(self.#others.disarm();)*));
            quote!(Outcome::Goto(if self.#field.arm(step) { #again } else { #spent }))
        }
    }
}

/// The call that enters a state.
pub(super) fn enter(env: &Env<'_, '_>, goto: &Goto) -> TokenStream {
    let function = format_ident!("enter_{}", env.role.states[goto.state].prefix);
    let values = goto.values.iter().map(|value| env.owned(value));
    quote!(self.#function(#(#values,)* step))
}

/// What members a transition's binding gives names to.
pub(super) fn came<'m>(model: &'m crate::model::Model, transition: &Transition) -> Came<'m> {
    match transition.binding.as_ref().map(|binding| binding.kind) {
        Some(BindingKind::Message(message)) => {
            let message = &model[message];
            let body: &[_] = match message.body {
                crate::model::MessageBody::Record(record) => &model[record].members,
                crate::model::MessageBody::Object => &[],
            };
            Came::Message(&model[message.envelope].members, body)
        }
        Some(BindingKind::Envelope(envelope)) => Came::Message(&model[envelope].members, &[]),
        _ => Came::Nothing,
    }
}
