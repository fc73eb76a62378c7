//! Envelopes, and the enum of all messages.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    codec::{fit, messages::tag_field},
    context::{Context, Scope},
    docs,
    names::{self, Item},
    types::{self, Field},
};
use crate::model::{EnvelopeId, Framing, Message, MessageBody, MessageId, Mismatch, Presence, Tag};

/// Messages and their envelopes.
pub fn module(context: &Context<'_>) -> TokenStream {
    let mut items: TokenStream = context.envelopes().map(|id| envelope(context, id)).collect();
    if !context.model.messages.is_empty() {
        items.extend(messages(context));
    }
    let runtime = context.runtime();
    let text = context.model.framing().is_some().then(|| quote!(, text));
    let codec = (!context.model.messages.is_empty()).then(|| quote!(use #runtime::{codec::{self, Violation}, session::Refusal #text};));
    imports(context, Scope::Message, &items, &codec.unwrap_or_default())
}

/// A module's items behind what they use.
pub(super) fn imports(context: &Context<'_>, scope: Scope, items: &TokenStream, codec: &TokenStream) -> TokenStream {
    let text = items.to_string();
    let words: std::collections::HashSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let cow = (words.contains("Cow") && !context.hides("Cow", scope)).then(|| {
        quote!(
            use ::std::borrow::Cow;
        )
    });
    let own = if scope == Scope::Message { "message" } else { "draft" };
    let beside = ["message", "tables"]
        .into_iter()
        .map(str::to_owned)
        .chain(context.names.modules.iter().map(names::plain));
    let beside = beside
        .filter(|module| module != own && text.contains(&format!("{module} ::")))
        .map(|module| names::ident(&module));
    let beside: Vec<_> = beside.collect();
    let beside = (!beside.is_empty()).then(|| quote!(use super::{#(#beside),*};));
    quote!(#cow #codec #beside #items)
}

fn envelope(context: &Context<'_>, id: EnvelopeId) -> TokenStream {
    let envelope = &context.model[id];
    let names = names::member_names(&envelope.members);
    let fields = envelope.members.iter().zip(&names).map(|(member, name)| {
        let bare = context.bare(&member.ty, Scope::Message, "'a");
        let made = |constant| context.constant(constant, &member.ty, Scope::Message);
        let default = match &member.presence {
            Presence::Required { default: None } => None,
            Presence::Required { default: Some(value) } | Presence::Default { value, .. } => Some(made(value)),
            Presence::Optional => Some(quote!(None)),
        };
        types::field(
            context,
            member,
            name,
            docs::member(context.model, member),
            bare,
            default,
            Scope::Message,
        )
    });
    let fields: Vec<Field> = fields.collect();
    let docs = docs::of(&envelope.decl.docs, &format!("The envelope `{}`.", envelope.decl.name), &[]);
    let ident = context.names.ident(Item::Envelope(id));
    types::structure(
        context,
        &envelope.decl,
        ident,
        context.item_borrows(Item::Envelope(id)),
        &docs,
        &fields,
        Scope::Message,
    )
}

/// The fields of a message's variant.
pub(super) fn fields(context: &Context<'_>, message: &Message, draft: bool) -> TokenStream {
    let scope = if draft { Scope::Draft } else { Scope::Message };
    let tag = tag_field(message).map(|field| {
        let docs = match &message.tag {
            Tag::Scalar { scalar, .. } => docs::lines(&format!("What the tag says: a `{}`.", context.model[*scalar].decl.name)),
            Tag::Text(_) => TokenStream::new(),
        };
        let text = match &message.tag {
            Tag::Scalar { scalar, .. } => context.named(Item::Scalar(*scalar), scope, "'a"),
            Tag::Text(_) => TokenStream::new(),
        };
        quote!(#docs #field: #text,)
    });
    let item = if draft {
        Item::EnvelopeDraft(message.envelope)
    } else {
        Item::Envelope(message.envelope)
    };
    let envelope = context.named(item, scope, "'a");
    let body = body_type(context, message, scope);
    let envelope_docs = docs::lines(if draft {
        "What is said of what carries it."
    } else {
        "What carries it."
    });
    quote! {
        #tag
        #envelope_docs
        envelope: #envelope,
        /// What it says.
        body: #body,
    }
}

pub(super) fn body_type(context: &Context<'_>, message: &Message, scope: Scope) -> TokenStream {
    let runtime = context.runtime();
    match message.body {
        MessageBody::Record(id) => context.named(Item::Record(id), scope, "'a"),
        MessageBody::Object if context.options.owned_only => quote!(#runtime::codec::Object<'static>),
        MessageBody::Object => quote!(#runtime::codec::Object<'a>),
    }
}

fn messages(context: &Context<'_>) -> TokenStream {
    let (model, vis) = (context.model, context.vis());
    let ident = &context.names.message;
    let borrows = context.message_borrows();
    let (generics, any) = (context.generics(borrows, "'a"), context.generics(borrows, "'_"));
    let variants = model.messages.iter().zip(&context.names.messages).map(|(message, variant)| {
        let (docs, fields) = (
            docs::of(&message.decl.docs, &format!("The message `{}`.", message.decl.name), &[]),
            fields(context, message, false),
        );
        quote!(#docs #variant { #fields })
    });
    let names = context.names.messages.iter().zip(&model.messages).map(|(variant, message)| {
        let name = &message.decl.name;
        quote!(Self::#variant { .. } => #name)
    });
    let names: Vec<_> = names.collect();
    let tags = context
        .names
        .messages
        .iter()
        .zip(&model.messages)
        .map(|(variant, message)| match (&message.tag, tag_field(message)) {
            (Tag::Text(text), _) => quote!(Self::#variant { .. } => #text),
            (_, Some(field)) => quote!(Self::#variant { #field, .. } => #field),
            (_, None) => quote!(Self::#variant { .. } => ""),
        });
    let has_patterns = model.messages.iter().any(|message| matches!(message.tag, Tag::Scalar { .. }));
    let (tag_type, tags) = (if has_patterns { quote!(&str) } else { quote!(&'static str) }, tags);
    let same = has_patterns.then(|| quote!(if read.name() == self.name()));
    let read = if has_patterns { quote!(read) } else { quote!(_) };
    let derives = types::derives(context, None, &["Debug", "Clone", "PartialEq"]);
    let docs = docs::lines(&format!("Any message of `{}`.", model.protocol.name));
    let into_owned = (borrows && !context.options.owned_only).then(|| {
        let fixed = context.generics(true, "'static");
        let owned = (0..model.messages.len() as u32).map(|index| own(context, MessageId(index), ident, Item::Envelope));
        quote! {
            impl #ident #any {
                /// The same, on its own: it borrows from no frame.
                #[must_use]
                #vis fn into_owned(self) -> #ident #fixed {
                    match self { #(#owned),* }
                }
            }
        }
    });
    let shareable = shareable(context);
    let result = context.std("Result", Scope::Message);
    let (vec, string) = (context.std("Vec", Scope::Message), context.std("String", Scope::Message));
    let framed = model.framing().is_some();
    let decode = match model.framing() {
        Some(_) => quote!(Self::read(mismatch, frame)),
        None => quote!(Self::read(habit, frame)),
    };
    let room = Literal::usize_unsuffixed(TEXT);
    let validate = if framed {
        let runtime = context.runtime();
        quote! {
            let mut text = #vec::new();
            self.encode(&mut text);
            let mismatch = #runtime::schema::Mismatch::Strict;
            match #ident::read(mismatch, &text) {
                Ok(read) if read == *self => Ok(()),
                // Equal or not, as texts of values are.
                Ok(_) => match text::check_members(&tables::SCHEMA, &self.members()) {
                    violations if violations.is_empty() => Ok(()),
                    violations => Err(violations),
                },
                Err(refusal) => Err(refusal.violations),
            }
        }
    } else {
        let fits = fit::is_wanted(context).then(|| {
            quote!(if self.fits() {
                return Ok(());
            })
        });
        // One that is written as another.
        let other = has_patterns.then(|| quote!(Ok(_) => Err(codec::refusal(&tables::SCHEMA, &text).violations),));
        quote! {
            #fits
            let mut text = #vec::with_capacity(#room);
            self.encode(&mut text);
            match #ident::decode(&text) {
                Ok(#read) #same => Ok(()),
                #other
                Err(refusal) => Err(refusal.violations),
            }
        }
    };
    let to_text = if framed { quote!(to_text) } else { quote!(to_json) };
    let lifetime = if generics.is_empty() { quote!() } else { quote!('a) };
    let runtime = context.runtime();
    let (decode, decode_by) = match model.framing() {
        None => {
            let decode_by = quote! {
                /// As [`Self::decode`], of a sender whose messages have been written so: what it is used to is expected first.
                ///
                /// # Errors
                /// Everything that is wrong with it.
                #[inline]
                #vis fn decode_by(habit: &mut #runtime::codec::Habit, frame: &#lifetime [u8]) -> #result<Self, Refusal> {
                    #decode
                }
            };
            (quote!(Self::decode_by(&mut #runtime::codec::Habit::default(), frame)), decode_by)
        }
        Some(framing) => {
            let mismatch = rule(context, framing);
            let decode_by = quote! {
                /// As [`Self::decode`], by another rule for declared lengths that disagree with the text.
                ///
                /// # Errors
                /// Everything that is wrong with it.
                #vis fn decode_by(mismatch: #runtime::schema::Mismatch, frame: &#lifetime [u8]) -> #result<Self, Refusal> {
                    #decode
                }
            };
            (quote!(Self::decode_by(#mismatch, frame)), decode_by)
        }
    };
    quote! {
        #docs
        #derives
        #vis enum #ident #generics { #(#variants),* }

        impl #generics #ident #generics {
            /// Reads and validates a message.
            ///
            /// # Errors
            /// Everything that is wrong with it.
            #vis fn decode(frame: &#lifetime [u8]) -> #result<Self, Refusal> {
                #decode
            }

            #decode_by
        }

        impl #ident #any {
            /// Everything that is wrong with a message, sorted; empty if and only if [`Self::decode`] reads it.
            #[must_use]
            #vis fn explain(frame: &[u8]) -> #vec<Violation> {
                codec::explain(&tables::SCHEMA, frame)
            }

            /// Checks that it conforms, as every message is before it is sent.
            ///
            /// # Errors
            /// Everything for which a receiver would refuse it.
            #vis fn validate(&self) -> #result<(), #vec<Violation>> {
                #validate
            }

            /// Its canonical text.
            #[must_use]
            #vis fn #to_text(&self) -> #string {
                let mut text = #vec::new();
                self.encode(&mut text);
                #string::from_utf8(text).unwrap_or_default()
            }

            /// Its name in the schema.
            #[must_use]
            #vis const fn name(&self) -> &'static str {
                match self { #(#names),* }
            }

            /// What its tag says.
            #[must_use]
            #vis fn tag(&self) -> #tag_type {
                match self { #(#tags),* }
            }
        }

        #into_owned

        #shareable
    }
}

/// What lets the enum of all messages be held together with its frame.
fn shareable(context: &Context<'_>) -> TokenStream {
    let (ident, borrows) = (&context.names.message, context.message_borrows());
    let of = |lifetime| {
        let generics = context.generics(borrows, lifetime);
        quote!(#ident #generics)
    };
    let (fixed, any, borrowed, long, short) = (of("'static"), of("'_"), of("'a"), of("'long"), of("'short"));
    let result = context.std("Result", Scope::Message);
    let own = (borrows && !context.options.owned_only).then(|| quote!(.into_owned()));
    quote! {
        impl codec::Shareable for #any {
            type Borrowed<'a> = #borrowed;
            type Refused = Refusal;

            fn decode_from(frame: &[u8]) -> #result<#any, Refusal> {
                #ident::decode(frame)
            }

            fn shorten<'short, 'long: 'short>(long: &'short #long) -> &'short #short
            where
                Self: 'short,
            {
                long
            }
        }

        impl codec::IntoOwned for #any {
            type Owned = #fixed;

            fn into_owned(borrowed: #any) -> #fixed {
                borrowed #own
            }
        }
    }
}

/// An arm that makes a message its own.
pub(super) fn own(context: &Context<'_>, id: MessageId, ident: &syn::Ident, envelope: impl Fn(EnvelopeId) -> Item) -> TokenStream {
    let message = &context.model[id];
    let variant = context.names.variant(id);
    let tag_field = tag_field(message);
    let bind = tag_field.iter().map(|field| quote!(#field,));
    let tag = tag_field.iter().map(|field| quote!(#field: codec::owned(#field),));
    let owned = |borrows: bool, name: TokenStream| if borrows { quote!(#name: #name.into_owned()) } else { name };
    let envelope = owned(context.item_borrows(envelope(message.envelope)), quote!(envelope));
    let body = match message.body {
        MessageBody::Record(id) => owned(context.item_borrows(Item::Record(id)), quote!(body)),
        MessageBody::Object => owned(true, quote!(body)),
    };
    quote!(Self::#variant { #(#bind)* envelope, body } => #ident::#variant { #(#tag)* #envelope, #body })
}

/// Octets that most messages have at most: room for those that are written to be judged.
pub(super) const TEXT: usize = 1024;

/// The framing's own rule for lengths that disagree.
pub(super) fn rule(context: &Context<'_>, framing: &Framing) -> TokenStream {
    let runtime = context.runtime();
    match framing.body_end.mismatch() {
        Mismatch::Strict => quote!(#runtime::schema::Mismatch::Strict),
        Mismatch::Advisory => quote!(#runtime::schema::Mismatch::Advisory),
    }
}
