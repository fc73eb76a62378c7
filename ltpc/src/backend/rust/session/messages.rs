//! What a state does with messages that come, and with those that the application asks to send.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    action::{self, Block, Given},
    context::RoleContext,
    expr::{Came, Env},
    imports::mentions,
    names, states, uses,
};
use crate::model::{MessageId, PlaceBase, State, Transition, Trigger, TypeKind};

/// Transitions of messages, in order.
pub(super) fn on_message(role: &RoleContext<'_>, state: usize) -> (TokenStream, TokenStream) {
    let declared = &role.role.states[state];
    let subject = quote!(&*message);
    let mut body = uniques(role, &subject, |index| {
        let blocks = declared
            .transitions
            .iter()
            .filter(|transition| matches!(transition.trigger, Trigger::Repeat(of) if of == index))
            .map(|transition| action::block(Env::new(role, Some(state), Came::Nothing), transition, Given::Message));
        states::returned(blocks, &quote!(Outcome::Stay))
    });
    let blocks = coming(declared).map(|transition| {
        let came = action::came(role.model, transition);
        (
            transition,
            action::block(Env::new(role, Some(state), came), transition, Given::Message),
        )
    });
    body.extend(matched(role, &subject, &quote!(Outcome::Unhandled), blocks));
    let (message, name) = (role.message_type(), named("message", &body));
    (quote!(#name: Box<#message>,), body)
}

/// The transitions that messages take.
pub(super) fn coming(state: &State) -> impl Iterator<Item = &Transition> {
    state
        .transitions
        .iter()
        .filter(|transition| matches!(transition.trigger, Trigger::AnyMessage | Trigger::Messages(_)))
}

/// What the first transition that a message takes gives, or `none`. Runs of transitions whose guards bind nothing are one `match`, whose
/// arms are tried in order just as transitions are.
pub(super) fn matched<'t>(
    role: &RoleContext<'_>,
    subject: &TokenStream,
    none: &TokenStream,
    blocks: impl IntoIterator<Item = (&'t Transition, Block)>,
) -> TokenStream {
    let mut body = TokenStream::new();
    let mut arms: Vec<Arm> = Vec::new();
    let mut complete = false;
    let mut seen: Vec<MessageId> = Vec::new();
    for (transition, block) in blocks {
        let Block {
            conditions,
            statements,
            outcome,
            binds,
        } = block;
        let pattern = pattern(role, transition, &seen);
        let Some(pattern) = pattern else { continue };
        if binds {
            flush(&mut body, subject, &mut arms);
            body.extend(quote!(if let #pattern = #subject && #(#conditions)&&* { #statements return #outcome; }));
            continue;
        }
        if conditions.is_empty() {
            match &transition.trigger {
                Trigger::Messages(messages) => seen.extend(messages),
                _ => complete = true,
            }
        }
        arms.push(Arm {
            pattern,
            conditions,
            statements,
            outcome,
        });
        if complete || seen.len() >= role.model.messages.len() {
            complete = true;
            break;
        }
    }
    let unhandled = none.to_string();
    while arms
        .last()
        .is_some_and(|arm| arm.statements.is_empty() && arm.outcome.to_string() == unhandled)
    {
        arms.pop();
        complete = false;
    }
    let arms: Vec<TokenStream> = arms.iter().map(Arm::last).collect();
    if arms.is_empty() {
        quote!(#body #none)
    } else {
        let rest = (!complete).then(|| quote!(_ => #none,));
        quote!(#body match #subject { #(#arms)* #rest })
    }
}

/// A parameter's name: one that is not looked at begins with `_`.
fn named(name: &str, body: &TokenStream) -> Ident {
    if mentions(body, name) {
        format_ident!("{name}")
    } else {
        format_ident!("_{name}")
    }
}

/// An arm of a `match` over messages.
struct Arm {
    pattern: TokenStream,
    conditions: Vec<TokenStream>,
    statements: TokenStream,
    outcome: TokenStream,
}

impl Arm {
    fn head(&self) -> TokenStream {
        let Self { pattern, conditions, .. } = self;
        if conditions.is_empty() {
            quote!(#pattern)
        } else {
            quote!(#pattern if #(#conditions)&&*)
        }
    }

    /// As an arm of the last `match`, which is the function's value.
    fn last(&self) -> TokenStream {
        let (head, Self { statements, outcome, .. }) = (self.head(), self);
        if statements.is_empty() {
            quote!(#head => #outcome,)
        } else {
            quote!(#head => { #statements #outcome })
        }
    }

    /// As an arm of another.
    fn returning(&self) -> TokenStream {
        let (head, Self { statements, outcome, .. }) = (self.head(), self);
        if statements.is_empty() {
            quote!(#head => return #outcome,)
        } else {
            quote!(#head => { #statements return #outcome; })
        }
    }
}

/// Arms so far, behind which something comes that is no arm.
fn flush(body: &mut TokenStream, subject: &TokenStream, arms: &mut Vec<Arm>) {
    let arms = std::mem::take(arms);
    match arms.as_slice() {
        [] => {}
        [
            Arm {
                pattern,
                conditions,
                statements,
                outcome,
            },
        ] => {
            body.extend(quote!(if let #pattern = #subject #(&& #conditions)* { #statements return #outcome; }));
        }
        _ => {
            let arms = arms.iter().map(Arm::returning);
            body.extend(quote!(match #subject { #(#arms)* _ => {} }));
        }
    }
}

/// The pattern of the messages of a transition, with the parts that it looks at; `None` if earlier ones have taken them all.
fn pattern(role: &RoleContext<'_>, transition: &Transition, seen: &[MessageId]) -> Option<TokenStream> {
    let Trigger::Messages(messages) = &transition.trigger else {
        return Some(quote!(_));
    };
    let looks = |wanted: fn(&PlaceBase) -> bool| uses::names(transition, wanted);
    let envelope = looks(|base| matches!(base, PlaceBase::Envelope(_))).then(|| quote!(envelope,));
    let body = looks(|base| matches!(base, PlaceBase::Body(_))).then(|| quote!(body,));
    let path = role.message_path();
    let variants = messages.iter().filter(|id| !seen.contains(id)).map(|id| role.message_variant(*id));
    let patterns: Vec<TokenStream> = variants.map(|variant| quote!(#path::#variant { #envelope #body .. })).collect();
    (!patterns.is_empty()).then(|| quote!(#(#patterns)|*))
}

/// What must not repeat: looked at before any transition. `repeated`: what is done where one of them (an index) does.
pub(super) fn uniques(role: &RoleContext<'_>, subject: &TokenStream, repeated: impl Fn(usize) -> TokenStream) -> TokenStream {
    let mut body = TokenStream::new();
    for (index, unique) in role.role.uniques.iter().enumerate() {
        let messages = states::of_envelope(role, unique.envelope);
        if messages.is_empty() {
            continue;
        }
        let member = &role.model[unique.envelope].members[unique.member];
        let field = role.envelope_field(unique.envelope, unique.member);
        let window = &role.windows[index];
        let path = role.message_path();
        let patterns = messages.iter().map(|id| {
            let variant = role.message_variant(*id);
            quote!(#path::#variant { envelope, .. })
        });
        let optional = role.is_optional(member);
        let is_uuid = matches!(member.ty.kind, TypeKind::Uuid);
        let text = match (optional, is_uuid) {
            (true, true) => quote!(&text.to_string()),
            (true, false) => quote!(text),
            (false, true) => quote!(&envelope.#field.to_string()),
            (false, false) => quote!(&envelope.#field),
        };
        let inserted = quote!(self.#window.insert(#text));
        let bound = optional.then(|| quote!(&& let Some(text) = &envelope.#field));
        let repeated = repeated(index);
        body.extend(quote! {
            if let #(#patterns)|* = #subject #bound && !#inserted {
                #repeated
            }
        });
    }
    body
}

/// Calls, one by one: each is sent as another message.
pub(super) fn on_call(role: &RoleContext<'_>, state: usize) -> (TokenStream, TokenStream) {
    let declared = &role.role.states[state];
    let call = role.own("Call");
    let calls = role.calls();
    let mut arms = Vec::new();
    for message in &calls {
        let taken: Vec<&Transition> = taken_by(declared, *message).collect();
        if taken.is_empty() {
            continue;
        }
        let variant = role.message_variant(*message);
        let sends = |transition: &&Transition| {
            let given = transition.actions.iter().any(|action| {
                matches!(
                    action.kind,
                    crate::model::ActionKind::SendGiven | crate::model::ActionKind::Track(_)
                )
            });
            let looks = uses::names(transition, |base| matches!(base, PlaceBase::Body(_)));
            (given, given || looks)
        };
        let (sent, looked) = taken
            .iter()
            .map(sends)
            .fold((false, false), |all, one| (all.0 | one.0, all.1 | one.1));
        let tag = role.tag_field(*message).filter(|_| sent).map(|field| quote!(#field,));
        let envelope = sent.then(|| quote!(envelope,));
        let body = looked.then(|| quote!(body,));
        let blocks = taken.into_iter().map(|transition| {
            let came = action::came(role.model, transition);
            action::block(Env::new(role, Some(state), came), transition, Given::Call(*message))
        });
        let block = states::sequence(blocks, &quote!(Outcome::Unhandled));
        arms.push(quote!(#call::#variant { #tag #envelope #body .. } => { #block }));
    }
    let rest = (arms.len() < calls.len()).then(|| quote!(_ => Outcome::Unhandled,));
    let body = quote!(match call { #(#arms)* #rest });
    (quote!(call: #call,), body)
}

pub(super) fn taken_by(state: &State, message: MessageId) -> impl Iterator<Item = &Transition> {
    state
        .transitions
        .iter()
        .filter(move |transition| matches!(&transition.trigger, Trigger::App(messages) if messages.contains(&message)))
}

/// `ClientCall`: what the application may ask to send.
pub(super) fn call_enum(role: &RoleContext<'_>) -> TokenStream {
    let name = role.own("Call");
    let calls = role.calls();
    let docs = format!(
        " What the application may ask `{}` to send: a body, and what it says of the envelope.",
        role.own("")
    );
    if calls.is_empty() {
        return quote! {
            #[doc = #docs]
            #[derive(Debug, Clone, PartialEq)]
            pub enum #name {}
        };
    }
    let variants = calls.iter().map(|id| {
        let message = &role.model[*id];
        let variant = role.message_variant(*id);
        let docs = super::super::docs::of(&message.decl.docs, &format!("`{}`.", message.decl.name), &[]);
        let (body, draft) = (role.body_type(*id), role.draft_type(message.envelope, true));
        let tag = role.tag_field(*id).map(|field| {
            let text = role.text_type();
            quote!(
                /// What the tag says.
                #field: #text,
            )
        });
        quote! {
            #docs
            #variant {
                #tag
                /// What it says.
                body: Box<#body>,
                /// What it says of the envelope; the machine says the rest.
                envelope: Box<#draft>,
            }
        }
    });
    let from = calls.iter().map(|id| from(role, *id));
    let names = calls.iter().map(|id| {
        let (variant, text) = (role.message_variant(*id), &role.model[*id].decl.name);
        quote!(Self::#variant { .. } => #text,)
    });
    quote! {
        #[doc = #docs]
        #[derive(Debug, Clone, PartialEq)]
        pub enum #name {
            #(#variants,)*
        }

        impl #name {
            /// The message's name in the schema.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { #(#names)* }
            }
        }

        #(#from)*
    }
}

/// A call from a body, and from a body with what is said of the envelope.
fn from(role: &RoleContext<'_>, id: MessageId) -> TokenStream {
    let (call, variant, vis) = (role.own("Call"), role.message_variant(id), role.rust.vis());
    let (body, draft) = (role.body_type(id), role.draft_type(role.model[id].envelope, true));
    let is_of_one = role
        .calls()
        .iter()
        .filter(|other| role.model[**other].body == role.model[id].body)
        .count()
        == 1;
    if let (None, true) = (role.tag_field(id), is_of_one) {
        return quote! {
            impl From<#body> for #call {
                fn from(body: #body) -> Self {
                    Self::#variant { body: Box::new(body), envelope: Box::default() }
                }
            }

            impl From<(#body, #draft)> for #call {
                fn from((body, envelope): (#body, #draft)) -> Self {
                    Self::#variant { body: Box::new(body), envelope: Box::new(envelope) }
                }
            }
        };
    }
    let function = names::field(&names::plain_field(&role.model[id].decl.name));
    let docs = format!(" A `{}` of which nothing else is said.", role.model[id].decl.name);
    let tag = role.tag_field(id);
    let text = role.text_type();
    let parameter = tag.iter().map(|field| quote!(#field: impl Into<#text>,));
    let given = tag.iter().map(|field| quote!(#field: #field.into(),));
    quote! {
        impl #call {
            #[doc = #docs]
            #[must_use]
            #vis fn #function(#(#parameter)* body: #body) -> Self {
                Self::#variant { #(#given)* body: Box::new(body), envelope: Box::default() }
            }
        }
    }
}
