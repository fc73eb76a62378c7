//! Requests that wait for their answers.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    action::{self, Given},
    context::RoleContext,
    expr::{Came, Env},
    handlers::Kind,
    imports::looks_at,
    send, states,
};
use crate::model::{Answer, Expr, Keyed, Member, MessageBody, MessageId, Presence, Trigger};

/// The function that answers what waited too long.
pub(super) fn late_name(field: &Ident) -> Ident {
    format_ident!("{}_late", field)
}

/// `track`: what the application gave is sent, and waits.
pub(super) fn track(env: &Env<'_, '_>, index: usize, message: MessageId, again: bool) -> TokenStream {
    let (role, field) = (env.role, &env.role.pendings[index]);
    let (name, draft) = send::given_draft(env, message, again);
    let (action, asked, within) = (
        role.session("Action"),
        format_ident!("{field}_asked"),
        format_ident!("{field}_within"),
    );
    let path = if role_within_looks(role, index) {
        quote!(self.)
    } else {
        quote!(Self::)
    };
    quote! {
        if self.#field.is_full() {
            step.full(self.#field.most());
        } else {
            #draft
            match #name.boxed() {
                Ok(request) => {
                    let (within, keys) = (#path #within(&request, step), Self::#asked(&request));
                    self.#field.add(request.clone(), keys, step.after(within));
                    step.push(#action::Send(request));
                }
                Err(violations) => step.send(Err(violations)),
            }
        }
    }
}

/// `resolve`: what came goes to who asked.
pub(super) fn resolve(env: &Env<'_, '_>, index: usize, again: bool) -> TokenStream {
    let (role, field) = (env.role, &env.role.pendings[index]);
    let (action, answered, state) = (role.session("Action"), format_ident!("{field}_answered"), env.state_name());
    let reply = if again { quote!(message.clone()) } else { quote!(message) };
    quote! {
        match self.#field.resolve(&Self::#answered(&message)) {
            Some(request) => step.push(#action::Answer { request, reply: #reply }),
            None => step.unexpected(message.name(), #state, None),
        }
    }
}

/// `resend`: all that wait are sent again.
pub(super) fn resend(env: &Env<'_, '_>, index: usize) -> TokenStream {
    let (action, field) = (env.role.session("Action"), &env.role.pendings[index]);
    quote! {
        for request in self.#field.requests() {
            step.push(#action::Send(Box::new(request.clone())));
        }
    }
}

/// `fail`: those that are meant are answered.
pub(super) fn fail(env: &Env<'_, '_>, index: usize, guard: Option<&Expr>, answer: &Answer) -> TokenStream {
    let (role, field) = (env.role, &env.role.pendings[index]);
    let request = role.role.pendings[index].request;
    let mut env = Env::new(role, env.state, came(role, request));
    let conditions = guard.map_or_else(Vec::new, |guard| env.chain(guard, |_| true));
    let made = made(&env, answer);
    let looked = |name: &str| looks_at(&made, name) || conditions.iter().any(|condition| looks_at(condition, name));
    let pattern = pattern(role, request, looked("envelope"), looked("body"));
    quote! {
        for serial in self.#field.serials() {
            if let Some(#pattern) = self.#field.get(serial) #(&& #conditions)* {
                let made = #made;
                if let Some(request) = self.#field.remove(serial) {
                    step.answer(request, made.validate().map(|()| made));
                }
            }
        }
    }
}

/// All that still wait where the machine ends are answered.
pub(super) fn abandoned(role: &RoleContext<'_>) -> TokenStream {
    let each = role.pendings.iter().map(|field| {
        let late = late_name(field);
        quote! {
            while let Some(request) = self.#field.take_first() {
                self.#late(request, step);
            }
        }
    });
    quote!(#(#each)*)
}

/// The application gives up on a request.
pub(super) fn on_cancel(role: &RoleContext<'_>, state: usize) -> (TokenStream, TokenStream) {
    let mut body = TokenStream::new();
    for transition in states::transitions(&role.role.states[state], Kind::Cancel) {
        let Trigger::Cancel(index) = transition.trigger else { continue };
        let field = &role.pendings[index];
        let block = action::block(
            Env::new(role, Some(state), action::came(role.model, transition)),
            transition,
            Given::Nothing,
        );
        let (statements, outcome) = (block.statements, block.outcome);
        let looked = |name: &str| looks_at(&statements, name) || looks_at(&outcome, name);
        let (envelope, in_body) = (looked("envelope"), looked("body"));
        if envelope || in_body {
            let pattern = pattern(role, role.role.pendings[index].request, envelope, in_body);
            body.extend(quote! {
                if let Some(request) = self.#field.cancel(key) {
                    let #pattern = &*request else { return Outcome::Stay };
                    #statements
                    return #outcome;
                }
            });
        } else {
            body.extend(quote!(if self.#field.cancel(key).is_some() { #statements return #outcome; }));
        }
    }
    body.extend(quote!(Outcome::Unhandled));
    (quote!(key: &str,), body)
}

/// The functions of all sets of requests.
pub(super) fn functions(role: &RoleContext<'_>) -> TokenStream {
    (0..role.pendings.len()).map(|index| of_one(role, index)).collect()
}

fn of_one(role: &RoleContext<'_>, index: usize) -> TokenStream {
    let (pending, field) = (&role.role.pendings[index], &role.pendings[index]);
    let (message, step) = (role.message_type(), role.step_type());
    let name = &role.model[pending.request].decl.name;
    let asked = keys(
        role,
        &format_ident!("{field}_asked"),
        &format!(" By what a `{name}` is told from others."),
        &[(pending.request, pending.keys.iter().map(|key| Some(key.request)).collect())],
    );
    let replies = pending.replies.iter().enumerate().map(|(reply, id)| {
        let keys = pending.keys.iter().map(|key| key.replies[reply]).collect();
        (*id, keys)
    });
    let replies: Vec<_> = replies.collect();
    let answered = keys(
        role,
        &format_ident!("{field}_answered"),
        &format!(" By what is told which `{name}` is answered."),
        &replies,
    );
    let within = within(role, index);
    let late = late_name(field);
    let env = Env::new(role, None, came(role, pending.request));
    let made = made(&env, &pending.late);
    let pattern = pattern(role, pending.request, looks_at(&made, "envelope"), looks_at(&made, "body"));
    let docs = format!(" A `{name}` that waited too long is answered.");
    quote! {
        #asked
        #answered
        #within
        #[doc = #docs]
        #[allow(clippy::unused_self)]
        fn #late(&self, request: Box<#message>, step: #step) {
            let #pattern = &*request else { return };
            let made = #made;
            step.answer(request, made.validate().map(|()| made));
        }
    }
}

/// The texts of the members by which messages are told apart.
fn keys(role: &RoleContext<'_>, name: &Ident, docs: &str, of: &[(MessageId, Vec<Option<Keyed>>)]) -> TokenStream {
    let message = role.message_type();
    let arms = of.iter().map(|(id, keys)| {
        let texts: Vec<TokenStream> = keys
            .iter()
            .map(|key| key.map_or_else(|| quote!(None), |key| key_text(role, *id, key)))
            .collect();
        let looks_at = |wanted: fn(&Keyed) -> bool| keys.iter().flatten().any(wanted);
        let pattern = pattern(
            role,
            *id,
            looks_at(|key| matches!(key, Keyed::Envelope(_))),
            looks_at(|key| matches!(key, Keyed::Body(_))),
        );
        quote!(#pattern => vec![#(#texts),*],)
    });
    let rest = (of.len() < role.model.messages.len()).then(|| quote!(_ => Vec::new(),));
    quote! {
        #[doc = #docs]
        fn #name(message: &#message) -> Vec<Option<String>> {
            match message { #(#arms)* #rest }
        }
    }
}

fn key_text(role: &RoleContext<'_>, id: MessageId, key: Keyed) -> TokenStream {
    let message = &role.model[id];
    let (path, member): (TokenStream, &Member) = match (key, message.body) {
        (Keyed::Body(index), MessageBody::Record(record)) => {
            let field = role.record_field(record, index);
            (quote!(body.#field), &role.model[record].members[index])
        }
        (Keyed::Envelope(index), _) => {
            let field = role.envelope_field(message.envelope, index);
            (quote!(envelope.#field), &role.model[message.envelope].members[index])
        }
        (Keyed::Body(_), MessageBody::Object) => return quote!(None),
    };
    match (member.presence == Presence::Optional, member.ty.nullable) {
        (false, false) => quote!(Some(#path.to_string())),
        (true, true) => quote!(#path.as_ref().and_then(Option::as_ref).map(ToString::to_string)),
        _ => quote!(#path.as_ref().map(ToString::to_string)),
    }
}

fn within_value(role: &RoleContext<'_>, index: usize) -> TokenStream {
    let pending = &role.role.pendings[index];
    Env::new(role, None, came(role, pending.request)).owned(&pending.within)
}

/// Whether the time that a request has is the core's to say.
fn role_within_looks(role: &RoleContext<'_>, index: usize) -> bool {
    looks_at(&within_value(role, index), "self")
}

fn within(role: &RoleContext<'_>, index: usize) -> TokenStream {
    let (pending, name) = (&role.role.pendings[index], format_ident!("{}_within", role.pendings[index]));
    let (message, step) = (role.message_type(), role.step_type());
    let value = within_value(role, index);
    let receiver = looks_at(&value, "self").then(|| quote!(&self,));
    let (looks_envelope, looks_body) = (looks_at(&value, "envelope"), looks_at(&value, "body"));
    let (request, taken) = if looks_envelope || looks_body {
        let pattern = pattern(role, pending.request, looks_envelope, looks_body);
        (quote!(request), quote!(let #pattern = request else { return 0 };))
    } else {
        (quote!(_request), TokenStream::new())
    };
    let step_name = if looks_at(&value, "step") { quote!(step) } else { quote!(_step) };
    let docs = format!(" Milliseconds that a `{}` waits.", role.model[pending.request].decl.name);
    quote! {
        #[doc = #docs]
        fn #name(#receiver #request: &#message, #step_name: #step) -> u64 {
            #taken
            #value
        }
    }
}

/// The reply that stands in for one that did not come.
fn made(env: &Env<'_, '_>, answer: &Answer) -> TokenStream {
    let role = env.role;
    let body = match role.model[answer.message].body {
        MessageBody::Record(record) => role.record_literal(record, |index| {
            let member = &role.model[record].members[index];
            let (_, value) = answer.body.iter().find(|(given, _)| *given == index)?;
            Some(env.for_member(value, member))
        }),
        MessageBody::Object => TokenStream::new(),
    };
    let (path, variant) = (role.message_path(), role.message_variant(answer.message));
    quote!(#path::#variant { envelope: envelope.clone(), body: #body })
}

fn came<'m>(role: &RoleContext<'m>, id: MessageId) -> Came<'m> {
    let message = &role.model[id];
    let body: &[Member] = match message.body {
        MessageBody::Record(record) => &role.model[record].members,
        MessageBody::Object => &[],
    };
    Came::Message(&role.model[message.envelope].members, body)
}

/// The pattern of a message with the parts that are looked at.
fn pattern(role: &RoleContext<'_>, id: MessageId, envelope: bool, body: bool) -> TokenStream {
    let (path, variant) = (role.message_path(), role.message_variant(id));
    let (envelope, body) = (envelope.then(|| quote!(envelope,)), body.then(|| quote!(body,)));
    quote!(#path::#variant { #envelope #body .. })
}
