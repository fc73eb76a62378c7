//! What happens in each state on each kind of input: the bodies of the functions that handle them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    super::{context::Scope, names::Item},
    action::{self, Block, Given},
    context::RoleContext,
    expr::{Came, Env},
    handlers::Kind,
    imports::mentions,
};
use crate::model::{ActionKind, BindingKind, EnvelopeId, MessageId, Next, RecordId, State, Transition, Trigger};

pub(super) fn simple(role: &RoleContext<'_>, state: usize, kind: Kind) -> (TokenStream, TokenStream) {
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

pub(super) fn on_found(role: &RoleContext<'_>, state: usize) -> (TokenStream, TokenStream) {
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
    // What is found may be kept.
    let owned = (role.rust.item_borrows(Item::Record(record)) && !role.rust.options.owned_only).then(|| quote!(.map(#path::into_owned)));
    let body = quote! {
        // A row that does not conform counts as missing.
        match row.and_then(|row| #path::decode(row.as_bytes()).ok())#owned {
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

pub(super) fn transitions(state: &State, kind: Kind) -> impl Iterator<Item = &Transition> {
    state
        .transitions
        .iter()
        .filter(move |transition| Kind::of(&transition.trigger) == kind)
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
