//! Messages whose members stand beside those of their envelope.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    super::{
        context::Context,
        facts,
        names::{self, Item},
    },
    envelopes,
    members::{self, Finish},
    read::{EncodingSource, Plan},
};
use crate::model::{EnvelopeId, Message, MessageBody, MessageId, RecordId};

/// The functions that read the flat messages of an envelope.
pub fn messages(context: &Context<'_>, envelope: EnvelopeId) -> TokenStream {
    if context.model.framing().is_some_and(|framing| framing.envelope == envelope) {
        return TokenStream::new();
    }
    let all = context
        .model
        .messages
        .iter()
        .enumerate()
        .filter(|(_, message)| message.envelope == envelope);
    all.filter_map(|(index, message)| match message.body {
        MessageBody::Record(body) if is_flat(context, message) => Some(read(context, MessageId(index as u32), body)),
        _ => None,
    })
    .collect()
}

/// Whether a message is read, always or if need be, with its members beside those of its envelope.
fn is_flat(context: &Context<'_>, message: &Message) -> bool {
    message.accepts_flat || context.model[message.envelope].body.is_none()
}

/// The function that reads a flat message.
pub fn read_name(context: &Context<'_>, message: MessageId) -> Ident {
    format_ident!("read_{}", names::member_name(&names::plain(context.names.variant(message))))
}

fn read(context: &Context<'_>, message: MessageId, body: RecordId) -> TokenStream {
    let envelope_id = context.model[message].envelope;
    let envelope = &context.model[envelope_id];
    let mut scope = members::scope();
    let variables: Vec<Ident> = names::member_names(&envelope.members)
        .iter()
        .map(|name| scope.take(&names::plain(name)))
        .collect();
    let naming = facts::encoded_by_envelope(&context.model[body])
        .and_then(|(name, _)| envelope.members.iter().position(|member| member.name == name));
    let source = match naming {
        Some(place) => EncodingSource::Beside(variables[place].clone(), Box::new(envelope.members[place].clone())),
        None => EncodingSource::Given,
    };
    let mut plan = Plan::new(context, body, &mut scope, source);
    let mut slots = envelopes::slots(context, envelope, &variables);
    slots.extend(plan.slots());
    let (unpack, made) = envelopes::made(context, envelope, &variables);
    let (envelope_path, body_path) = (Item::Envelope(envelope_id), Item::Record(body));
    let typed = |item| {
        let (path, generics) = (
            context.names.path(context.model, item),
            context.generics(context.item_borrows(item), "'a"),
        );
        quote!(#path #generics)
    };
    let name = read_name(context, message);
    let (envelope_type, body_type) = (typed(envelope_path), typed(body_path));
    let envelope_path = context.names.path(context.model, envelope_path);
    let finish = |declared| {
        let (unpack_body, body_made) = plan.taken(&context.names.path(context.model, Item::Record(body)), declared);
        Finish {
            statements: quote!(#unpack #unpack_body),
            made: quote!((#envelope_path { #made }, #body_made)),
        }
    };
    let pass = members::read(Some(&envelope.tag), slots, &plan.others(), &finish(true), &finish(false));
    quote! {
        pub(crate) fn #name<'a, R: Source<'a>>(reader: &mut R) -> Result<(#envelope_type, #body_type), R::Refused> {
            reader.value(|reader| {
                #pass
            })
        }
    }
}
