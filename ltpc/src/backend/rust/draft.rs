//! Drafts of messages: the body, and what is said of the envelope so far.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    codec::{fit, messages::tag_field},
    context::{Context, Scope, is_cheap},
    docs,
    message::{TEXT, body_type, fields, imports, own},
    names::{self, Item},
    types,
};
use crate::model::{EnvelopeId, Message, MessageBody, MessageId, Presence, RecordId, Tag};

/// Messages as a sender has them.
pub fn module(context: &Context<'_>) -> TokenStream {
    if context.model.messages.is_empty() {
        return TokenStream::new();
    }
    let used = |id: &EnvelopeId| context.model.messages.iter().any(|message| message.envelope == *id);
    let mut items: TokenStream = context.envelopes().filter(used).map(|id| draft(context, id)).collect();
    items.extend(drafts(context));
    let runtime = context.runtime();
    // A framed draft that is not complete is judged as an object, and not by its text.
    let codec = items
        .to_string()
        .replace(":: codec ::", "")
        .contains("codec ::")
        .then(|| quote!(self,));
    let text = context.model.framing().is_some().then(|| quote!(, text));
    imports(
        context,
        Scope::Draft,
        &items,
        &quote!(use #runtime::{codec::{#codec Violation} #text};),
    )
}

fn draft(context: &Context<'_>, id: EnvelopeId) -> TokenStream {
    let envelope = &context.model[id];
    let (vis, ident) = (context.vis(), context.names.ident(Item::EnvelopeDraft(id)));
    let whole = context.path(Item::Envelope(id), Scope::Draft);
    let whole_name = context.names.ident(Item::Envelope(id));
    let borrows = context.item_borrows(Item::Envelope(id));
    let (generics, option) = (context.generics(borrows, "'a"), context.std("Option", Scope::Draft));
    let names = names::member_names(&envelope.members);
    let fields = envelope.members.iter().zip(&names).map(|(member, name)| {
        let (docs, ty) = (docs::member(context.model, member), context.ty(&member.ty, Scope::Draft, "'a"));
        quote!(#docs #vis #name: #option<#ty>)
    });
    let given = envelope.members.iter().zip(&names).map(|(member, name)| match &member.presence {
        Presence::Optional => quote!(#name: self.#name),
        Presence::Required { default: None } => quote!(#name: self.#name?),
        Presence::Required { default: Some(value) } | Presence::Default { value, .. } => {
            let value = context.constant(value, &member.ty, Scope::Draft);
            if is_cheap(&value) {
                quote!(#name: self.#name.unwrap_or(#value))
            } else {
                quote!(#name: self.#name.unwrap_or_else(|| #value))
            }
        }
    });
    let said = envelope.members.iter().zip(&names).map(|(member, name)| match &member.presence {
        Presence::Optional => quote!(#name: envelope.#name),
        _ => quote!(#name: Some(envelope.#name)),
    });
    let taken = if envelope.members.is_empty() { quote!(_) } else { quote!(envelope) };
    let docs = docs::lines(&format!(
        "What a sender says of a message's [`{whole_name}`](super::message::{whole_name}); the session, and defaults, say the rest."
    ));
    let derives = types::derives(context, None, &["Debug", "Clone", "PartialEq", "Default"]);
    let from = context.std("From", Scope::Draft);
    quote! {
        #docs
        #derives
        #vis struct #ident #generics { #(#fields),* }

        impl #generics #ident #generics {
            /// The envelope, if all is said that must be.
            #[must_use]
            #vis fn complete(self) -> #option<#whole #generics> {
                Some(#whole { #(#given),* })
            }
        }

        impl #generics #from<#whole #generics> for #ident #generics {
            fn from(#taken: #whole #generics) -> Self {
                Self { #(#said),* }
            }
        }
    }
}

fn drafts(context: &Context<'_>) -> TokenStream {
    let (model, vis) = (context.model, context.vis());
    let (ident, message) = (&context.names.draft, &context.names.message);
    let whole = quote!(message::#message);
    let borrows = context.message_borrows();
    let (generics, any) = (context.generics(borrows, "'a"), context.generics(borrows, "'_"));
    let variants = model.messages.iter().zip(&context.names.messages).map(|(message, variant)| {
        let (docs, fields) = (
            docs::of(&message.decl.docs, &format!("The message `{}`.", message.decl.name), &[]),
            fields(context, message, true),
        );
        quote!(#docs #variant { #fields })
    });
    let names = context.names.messages.iter().zip(&model.messages).map(|(variant, message)| {
        let name = &message.decl.name;
        quote!(Self::#variant { .. } => #name)
    });
    let completed = model.messages.iter().zip(&context.names.messages).map(|(message, variant)| {
        let tag: Vec<_> = tag_field(message).into_iter().collect();
        quote!(Self::#variant { #(#tag,)* envelope, body } => #whole::#variant { #(#tag,)* envelope: envelope.complete()?, body })
    });
    let said = model.messages.iter().zip(&context.names.messages).map(|(message, variant)| {
        let tag: Vec<_> = tag_field(message).into_iter().collect();
        quote!(#whole::#variant { #(#tag,)* envelope, body } => Self::#variant { #(#tag,)* envelope: envelope.into(), body })
    });
    let into_owned = (borrows && !context.options.owned_only).then(|| {
        let fixed = context.generics(true, "'static");
        let owned = (0..model.messages.len() as u32).map(|index| own(context, MessageId(index), ident, Item::EnvelopeDraft));
        quote! {
            impl #ident #any {
                /// The same, on its own.
                #[must_use]
                #vis fn into_owned(self) -> #ident #fixed {
                    match self { #(#owned),* }
                }
            }
        }
    });
    let of_bodies = model
        .messages
        .iter()
        .enumerate()
        .filter_map(|(index, message)| from_body(context, MessageId(index as u32), message));
    let derives = types::derives(context, None, &["Debug", "Clone", "PartialEq"]);
    let docs = docs::lines(&format!(
        "Any message of `{}` as a sender has it: the body, and what is said of the envelope.",
        model.protocol.name
    ));
    let (result, option, from) = (
        context.std("Result", Scope::Draft),
        context.std("Option", Scope::Draft),
        context.std("From", Scope::Draft),
    );
    let (vec, boxed) = (context.std("Vec", Scope::Draft), context.std("Box", Scope::Draft));
    let has_patterns = model.messages.iter().any(|message| matches!(message.tag, Tag::Scalar { .. }));
    let conforms = if has_patterns {
        quote!(#whole::decode(&text).is_ok_and(|read| read.name() == self.name()))
    } else {
        quote!(#whole::decode(&text).is_ok())
    };
    let room = Literal::usize_unsuffixed(TEXT);
    let judged = if fit::is_wanted(context) {
        quote! {
            let mut text = #vec::new();
            let conforms = self.fits() || {
                self.encode(&mut text);
                #conforms
            };
        }
    } else {
        quote! {
            let mut text = #vec::with_capacity(#room);
            self.encode(&mut text);
            let conforms = #conforms;
        }
    };
    let finish = if model.framing().is_some() {
        quote! {
            let members = self.members();
            match self.complete().map(#boxed::new) {
                Some(message) if message.validate().is_ok() => Ok(message),
                _ => Err(text::check_members(&tables::SCHEMA, &members)),
            }
        }
    } else {
        quote! {
            #judged
            match self.complete().map(#boxed::new) {
                // What a draft leaves out has its default in the message, whose text may then be another.
                Some(message) if conforms || message.validate().is_ok() => Ok(message),
                _ => Err(codec::refusal(&tables::SCHEMA, &text).violations),
            }
        }
    };
    quote! {
        #docs
        #derives
        #vis enum #ident #generics { #(#variants),* }

        impl #generics #ident #generics {
            /// The message, if it is complete and conforms.
            ///
            /// # Errors
            /// Everything for which a receiver would refuse it.
            #vis fn finish(self) -> #result<#whole #generics, #vec<Violation>> {
                self.boxed().map(|message| *message)
            }

            /// As [`Self::finish`], where it is to be kept: messages are large.
            pub(crate) fn boxed(self) -> #result<#boxed<#whole #generics>, #vec<Violation>> {
                #finish
            }

            /// The message, if all is said that must be.
            #[must_use]
            #vis fn complete(self) -> #option<#whole #generics> {
                Some(match self { #(#completed),* })
            }
        }

        impl #ident #any {
            /// Its name in the schema.
            #[must_use]
            #vis const fn name(&self) -> &'static str {
                match self { #(#names),* }
            }
        }

        #into_owned

        impl #generics #from<#whole #generics> for #ident #generics {
            fn from(message: #whole #generics) -> Self {
                match message { #(#said),* }
            }
        }

        #(#of_bodies)*
    }
}

/// A body as a draft of its message, if it is the body of one message alone.
fn from_body(context: &Context<'_>, id: MessageId, message: &Message) -> Option<TokenStream> {
    let MessageBody::Record(body) = message.body else { return None };
    let of_it = |other: &&Message| other.body == MessageBody::Record(body);
    if tag_field(message).is_some() || context.model.messages.iter().filter(of_it).count() > 1 {
        return None;
    }
    let (ident, variant) = (&context.names.draft, context.names.variant(id));
    let borrows = context.message_borrows();
    let generics = context.generics(borrows, if body_borrows(context, body) { "'a" } else { "'_" });
    let implied = context.generics(body_borrows(context, body), "'a");
    let (from, ty) = (context.std("From", Scope::Draft), body_type(context, message, Scope::Draft));
    let default = context.names.ident(Item::EnvelopeDraft(message.envelope));
    Some(quote! {
        impl #implied #from<#ty> for #ident #generics {
            fn from(body: #ty) -> Self {
                Self::#variant { envelope: #default::default(), body }
            }
        }
    })
}

fn body_borrows(context: &Context<'_>, body: RecordId) -> bool {
    context.item_borrows(Item::Record(body))
}
