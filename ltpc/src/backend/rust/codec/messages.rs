//! Messages: the tag names one, its envelope is read with its body.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    super::{
        context::Context,
        facts,
        names::{self, Item},
        tables,
    },
    envelopes, flat, key, raw_literal, unions,
};
use crate::model::{Message, MessageBody, MessageId, Model, Presence, ScalarId, Tag, TypeKind};

/// Reading and writing the enum of all messages, and writing that of drafts. Of framed text: what stands for it as JSON.
/// `ahead` says whether there are functions that read messages straight, and in any order.
pub fn message(context: &Context<'_>, ahead: [bool; 2]) -> TokenStream {
    if context.model.messages.is_empty() {
        return TokenStream::new();
    }
    let (message, draft) = (&context.names.message, &context.names.draft);
    let (generics, any) = (
        context.generics(context.message_borrows(), "'a"),
        context.generics(context.message_borrows(), "'_"),
    );
    let vis = context.vis();
    let arms: TokenStream = ids(context.model).map(|id| write(context, id)).collect();
    if context.model.framing().is_some() {
        // What is no text yet is judged as the object that it stands for.
        let members = quote! {
            /// The object that its text stands for.
            pub(crate) fn members(&self) -> Vec<u8> {
                let mut members = Vec::new();
                let out = &mut members;
                match self { #arms }
                out.push(b'}');
                members
            }
        };
        return quote! {
            impl message::#message #any { #members }

            impl draft::#draft #any { #members }
        };
    }
    let read = read(context, ahead);
    let encode = |vis: &TokenStream, docs: &str| {
        quote! {
            #[doc = #docs]
            #vis fn encode(&self, out: &mut Vec<u8>) {
                match self { #arms }
                out.push(b'}');
            }
        }
    };
    let (encode_message, encode_draft) = (
        encode(&vis, " Appends its canonical text."),
        encode(&quote!(pub(crate)), " Appends what it says so far."),
    );
    let carries = carries(context);
    quote! {
        #carries

        impl<'a> message::#message #generics {
            #read
        }

        impl message::#message #any {
            #encode_message
        }

        impl draft::#draft #any {
            #encode_draft
        }
    }
}

/// Which payloads of messages may be of kinds that the schema does not declare; nothing if there are none.
fn carries(context: &Context<'_>) -> TokenStream {
    let model = context.model;
    let arms = ids(model).filter_map(|id| {
        let MessageBody::Record(record) = model[id].body else { return None };
        let names = names::member_names(&model[record].members);
        let payloads = model[record]
            .members
            .iter()
            .zip(&names)
            .filter_map(|(member, name)| match &member.ty.kind {
                TypeKind::Payload { set, .. } if model[*set].open => Some(match member.presence {
                    Presence::Optional => quote!(body.#name.as_ref().and_then(codec::Carrier::carried)),
                    _ => quote!(codec::Carrier::carried(&body.#name)),
                }),
                _ => None,
            });
        let payloads: Vec<TokenStream> = payloads.collect();
        let (first, others) = payloads.split_first()?;
        let variant = context.names.variant(id);
        Some(quote!(Self::#variant { body, .. } => #first #(.or_else(|| #others))*,))
    });
    let arms: Vec<TokenStream> = arms.collect();
    if arms.is_empty() {
        return TokenStream::new();
    }
    let (message, any) = (&context.names.message, context.generics(context.message_borrows(), "'_"));
    let others = (arms.len() < model.messages.len()).then(|| quote!(_ => None,));
    quote! {
        impl codec::Carries for message::#message #any {
            fn carried(&self) -> Option<(&str, &Carried<'_>)> {
                match self { #(#arms)* #others }
            }
        }
    }
}

fn ids(model: &Model) -> impl Iterator<Item = MessageId> + use<> {
    (0..model.messages.len() as u32).map(MessageId)
}

/// The names of the tag members of all envelopes, each once, in order.
fn tag_names(model: &Model) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for envelope in &model.envelopes {
        if !names.contains(&envelope.tag.as_str()) {
            names.push(&envelope.tag);
        }
    }
    names
}

fn read(context: &Context<'_>, [straight, unordered]: [bool; 2]) -> TokenStream {
    let names = tag_names(context.model);
    let habit = if straight || unordered { quote!(habit) } else { quote!(_) };
    let others = if unordered {
        quote!(Self::read_unordered(frame, habit))
    } else {
        quote!(Self::read_any(frame))
    };
    let straight = straight.then(|| {
        quote! {
            if habit.is_straight() && let Ok(message) = Self::read_straight(frame) {
                return Ok(message);
            }
        }
    });
    let read = quote! {
        /// Reads a frame: in one pass, if it is written as senders write.
        #[inline]
        pub(crate) fn read(#habit: &mut codec::Habit, frame: &'a [u8]) -> Result<Self, Refusal> {
            #straight
            #others
        }

        /// Reads a frame however it is written.
        #[cold]
        #[inline(never)]
        pub(super) fn read_any(frame: &'a [u8]) -> Result<Self, Refusal> {
            let read = Reader::whole(frame, &tables::SCHEMA.limits, Self::read_from);
            read.map_err(|_| codec::refusal(&tables::SCHEMA, frame))
        }
    };
    if let [tag] = names.as_slice() {
        let arms = arms(context, tag);
        return quote! {
            #read

            #[inline(always)]
            fn read_from<R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused> {
                let Some(tag) = reader.find_string(#tag)? else { return Err(reader.refuse(Rule::Required)); };
                Ok(match &*tag {
                    #arms
                    _ => return Err(reader.refuse(Rule::UnknownTag)),
                })
            }
        };
    }
    let functions: Vec<_> = names
        .iter()
        .map(|tag| format_ident!("read_by_{}", names::plain(&names::ident(&names::member_name(&word(tag))))))
        .collect();
    let each = names.iter().zip(&functions).map(|(tag, function)| {
        let arms = arms(context, tag);
        quote! {
            fn #function<R: Source<'a>>(reader: &mut R, tag: Cow<'a, str>) -> Result<Option<Self>, R::Refused> {
                Ok(Some(match &*tag {
                    #arms
                    _ => return Ok(None),
                }))
            }
        }
    });
    quote! {
        #read

        #[inline(always)]
        fn read_from<R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused> {
            #(
                if let Some(tag) = reader.find_string(#names)?
                    && let Some(message) = Self::#functions(reader, tag)?
                {
                    return Ok(message);
                }
            )*
            Err(reader.refuse(Rule::UnknownTag))
        }

        #(#each)*
    }
}

/// A tag's name as a word.
fn word(tag: &str) -> String {
    tag.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// An arm for each message whose envelope's tag has that name: those that a text names first.
fn arms(context: &Context<'_>, tag: &str) -> TokenStream {
    let of_tag = |id: &MessageId| context.model[context.model[*id].envelope].tag == tag;
    let mut texts = TokenStream::new();
    let mut patterns = TokenStream::new();
    for id in ids(context.model).filter(of_tag) {
        let message = &context.model[id];
        let made = read_one(context, id);
        match &message.tag {
            Tag::Text(text) => texts.extend(quote!(#text => #made)),
            Tag::Scalar { scalar, .. } => {
                let matches = tag_matches(context, *scalar);
                patterns.extend(quote!(_ if #matches => #made));
            }
        }
    }
    quote!(#texts #patterns)
}

/// Whether `tag` is a text of the scalar.
pub fn tag_matches(context: &Context<'_>, scalar: ScalarId) -> TokenStream {
    let pattern = match &context.model[scalar].ty.kind {
        TypeKind::String(set) => set.pattern.as_ref(),
        _ => None,
    };
    match pattern {
        Some(pattern) => tables::matches(context, pattern, &quote!(&tag)),
        None => quote!(!tag.contains('\n')),
    }
}

/// A block that reads one message.
fn read_one(context: &Context<'_>, id: MessageId) -> TokenStream {
    let message = &context.model[id];
    let envelope = &context.model[message.envelope];
    let variant = context.names.variant(id);
    let path = context.names.path(context.model, Item::Envelope(message.envelope));
    let tag = tag_field(message).map(|field| {
        let owned = context.options.owned_only.then(|| quote!(.into_owned()));
        if owned.is_none() && field == "tag" {
            quote!(#field,)
        } else {
            quote!(#field: tag #owned,)
        }
    });
    let made = quote!(Self::#variant { #tag envelope, body });
    let Some(body) = &envelope.body else {
        let read = flat::read_name(context, id);
        return quote!({
            let (envelope, body) = flat::#read(reader)?;
            #made
        });
    };
    let record = facts::body_record(context.model, id);
    let naming = record
        .and_then(facts::encoded_by_envelope)
        .and_then(|(name, _)| envelope.members.iter().position(|member| member.name == name));
    let function = envelopes::read_name(context, message.envelope, naming);
    let encoded = envelopes::namings(context, message.envelope);
    let takes_encoding = naming.is_some() || encoded.len() == 1;
    let owned = context.options.owned_only.then(|| quote!(.map(codec::Object::into_owned)));
    let read_body = match (message.body, takes_encoding) {
        (MessageBody::Record(body), _) => {
            let body = context.names.path(context.model, Item::Record(body));
            match (naming.is_some(), takes_encoding) {
                (true, _) => quote!(#body::read_encoded),
                (false, true) => quote!(|reader, _| #body::read(reader)),
                (false, false) => quote!(#body::read),
            }
        }
        (MessageBody::Object, true) => quote!(|reader, _| reader.object() #owned),
        (MessageBody::Object, false) => quote!(|reader| reader.object() #owned),
    };
    if message.accepts_flat {
        let read = flat::read_name(context, id);
        return quote!({
            let mut again = reader.clone();
            let (envelope, body) = match #path::#function(reader, #read_body)? {
                (envelope, Some(body)) => (envelope, body),
                // Without the member, the body stands beside it.
                (_, None) => flat::#read(&mut again)?,
            };
            #made
        });
    }
    let can_be_empty = record.is_none_or(facts::can_be_empty);
    let body = if body.optional && can_be_empty {
        quote!(let body = body.unwrap_or_default();)
    } else {
        quote!(let Some(body) = body else { return Err(reader.refuse(Rule::Required)); };)
    };
    quote!({
        let (envelope, body) = #path::#function(reader, #read_body)?;
        #body
        #made
    })
}

/// The field that keeps the tag's text, of a message with any of a pattern's.
pub fn tag_field(message: &Message) -> Option<syn::Ident> {
    match &message.tag {
        Tag::Text(_) => None,
        Tag::Scalar { member, .. } => {
            let fixed = [names::ident("envelope"), names::ident("body")];
            Some(names::Scope::of(&fixed).take(&names::member_name(member)))
        }
    }
}

/// An arm that writes one message but for its closing brace.
fn write(context: &Context<'_>, id: MessageId) -> TokenStream {
    let message = &context.model[id];
    let envelope = &context.model[message.envelope];
    let variant = context.names.variant(id);
    let tag_field = tag_field(message);
    let start = match (&message.tag, &tag_field) {
        (Tag::Text(text), _) => {
            let start = unions::tagged(&envelope.tag, text);
            quote!(write::raw(out, #start);)
        }
        (_, Some(field)) => {
            let start = raw_literal(&key(&envelope.tag).replacen(',', "{", 1));
            quote!(write::raw(out, #start); write::string(out, #field);)
        }
        (_, None) => TokenStream::new(),
    };
    let record = facts::body_record(context.model, id);
    let naming = record
        .and_then(facts::encoded_by_envelope)
        .and_then(|(name, _)| envelope.members.iter().position(|member| member.name == name));
    let fields = names::member_names(&envelope.members);
    let documents = naming.map(|place| {
        let encoding = envelopes::encoding_name(context, message.envelope, &fields[place]);
        quote! {
            let encoding = envelope.#encoding();
            let documents = body.documents(encoding);
        }
    });
    // Only the member for this message's payloads must say so where they have no document.
    let flags = envelopes::namings(context, message.envelope).into_iter().map(|place| {
        if naming == Some(place) {
            quote!(, encoding == Encoding::Toon && documents.is_none())
        } else {
            quote!(, false)
        }
    });
    let flags: TokenStream = flags.collect();
    let argument = naming.map(|_| quote!(, documents.as_ref()));
    let write_body = match (message.body, envelope.body.is_some()) {
        (MessageBody::Record(_), true) if naming.is_some() => quote!(, |out| body.write(out #argument)),
        (MessageBody::Record(_), true) => quote!(, |out| body.encode(out)),
        (MessageBody::Object, true) => quote!(, |out| write::raw(out, body.as_str())),
        _ => TokenStream::new(),
    };
    let beside = match (message.body, envelope.body.is_some()) {
        (MessageBody::Record(_), false) => quote!(body.write_members(out #argument);),
        _ => TokenStream::new(),
    };
    let tag = tag_field.map(|field| quote!(#field,));
    quote! {
        Self::#variant { #tag envelope, body } => {
            #start
            #documents
            envelope.write(out #flags #write_body);
            #beside
        }
    }
}
