//! The codec: reading in one pass over the text, writing, and taking values out of the text that they borrow from.
//!
//! The same functions serve a schema and a single record: each gives the code of one declaration.

#[cfg(feature = "build")]
mod ahead;
#[cfg(feature = "build")]
pub mod fit;
#[cfg(feature = "build")]
mod flat;
#[cfg(feature = "build")]
mod framed;
mod members;
mod own;
#[cfg(feature = "build")]
mod payloads;
mod read;
mod rows;
#[cfg(feature = "build")]
mod shareable;
mod unions;
mod write;
mod writer;

pub(super) use unions::tagged;
pub(super) use writer::Writer;

#[cfg(feature = "build")]
pub mod envelopes;
#[cfg(feature = "build")]
pub mod messages;

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    context::Context,
    names::{self, Item},
    types,
};
use crate::model::{EnumId, PayloadsId, RecordId, UnionId};

/// The codec of a whole model: its modules, each with its name, what it is about, and its items.
#[cfg(feature = "build")]
pub fn modules(context: &Context<'_>) -> Vec<(&'static str, &'static str, TokenStream)> {
    let model = context.model;
    let records = (0..model.records.len() as u32)
        .map(|index| record(context, RecordId(index)))
        .collect();
    let unions = context.unions().map(|id| union(context, id)).collect();
    let payloads = context.payload_sets().map(|id| payload_set(context, id)).collect();
    let enums = (0..model.enums.len() as u32)
        .map(|index| enumeration(context, EnumId(index)))
        .collect();
    let envelopes = context.envelopes().map(|id| envelopes::envelope(context, id)).collect();
    let flat = context.envelopes().map(|id| flat::messages(context, id)).collect();
    let [(straight, straight_items), (unordered, unordered_items)] = ahead::ways(context);
    let messages = messages::message(context, [!straight_items.is_empty(), !unordered_items.is_empty()]);
    let (framed, texts) = framed::messages(context);
    // What all others asked for.
    let checks = super::checks::written(context);
    let fits = fit::messages(context);
    let shareable = shareable::types(context);
    let all = [
        (
            "messages",
            "Messages: the tag names one, its envelope is read with its body.",
            messages,
        ),
        (
            straight,
            "Messages as senders write them: members in the declared order, without white space or with that which a message begins with.",
            straight_items,
        ),
        (
            unordered,
            "Messages as other senders write them: members in any order, and white space where it may stand.",
            unordered_items,
        ),
        (
            "envelopes",
            "Envelopes, and what is said of them before a message is sent.",
            envelopes,
        ),
        (
            "framed",
            "Messages as their text: a start line, headers and a body, read and written in one pass.",
            framed,
        ),
        ("texts", "Values as their text.", texts),
        ("flat", "Messages whose members stand beside those of their envelope.", flat),
        ("records", "Records.", records),
        ("unions", "Unions.", unions),
        ("payloads", "Payloads, as their kind and encoding say.", payloads),
        ("enums", "Texts of which each has a name.", enums),
        ("checks", "Values that are constrained.", checks),
        (
            "fits",
            "Whether what is to be sent conforms, told by looking at its values: where this says no, its text is judged.",
            fits,
        ),
        (
            "shareable",
            "What may be held together with the text that it borrows from.",
            shareable,
        ),
    ];
    all.into_iter()
        .filter(|(.., items): &(_, _, TokenStream)| !items.is_empty())
        .collect()
}

/// The codec of one record.
pub fn record(context: &Context<'_>, id: RecordId) -> TokenStream {
    let (read, write, own) = (read::record(context, id), write::record(context, id), own::record(context, id));
    quote!(#read #write #own)
}

/// The codec of one union.
pub fn union(context: &Context<'_>, id: UnionId) -> TokenStream {
    let (codec, own) = (unions::union(context, id), own::union(context, id));
    quote!(#codec #own)
}

/// The codec of one payload set.
#[cfg(feature = "build")]
pub fn payload_set(context: &Context<'_>, id: PayloadsId) -> TokenStream {
    let (codec, own) = (payloads::payload_set(context, id), own::payload_set(context, id));
    let kinds = types::uses_kind(context, id).then(|| {
        let set = &context.model[id];
        let names = names::variant_names(set.kinds.iter().map(|kind| kind.name.as_str()), set.open);
        let wires: Vec<&str> = set.kinds.iter().map(|kind| kind.wire.as_str()).collect();
        texts(
            context,
            Item::Kind(id),
            set.open,
            super::tables::kinds_id(context, id),
            &names,
            &wires,
        )
    });
    quote!(#codec #own #kinds)
}

/// The codec of one enum.
pub fn enumeration(context: &Context<'_>, id: EnumId) -> TokenStream {
    let declared = &context.model[id];
    let names = context.variant_names(declared.variants.iter().map(|variant| variant.name.as_str()), declared.open);
    let wires: Vec<&str> = declared.variants.iter().map(|variant| variant.wire.as_str()).collect();
    texts(
        context,
        Item::Enum(id),
        declared.open,
        super::tables::enum_id(context, id),
        &names,
        &wires,
    )
}

fn texts(context: &Context<'_>, item: Item, open: bool, type_id: u32, names: &[syn::Ident], wires: &[&str]) -> TokenStream {
    let read = if open {
        let owned = if context.options.owned_only {
            quote!(.map(Cow::into_owned))
        } else {
            TokenStream::new()
        };
        quote!(reader.string() #owned .map(Self::from))
    } else {
        quote! {
            match &*reader.string()? {
                #(#wires => Ok(Self::#names),)*
                _ => Err(reader.refuse(Rule::OneOf)),
            }
        }
    };
    let encode = quote!(write::string(out, self.as_str()););
    wire(context, item, type_id, &read, &encode)
}

/// The implementation of the trait by which every declared type is read and written.
pub(super) fn wire(context: &Context<'_>, item: Item, type_id: u32, read: &TokenStream, encode: &TokenStream) -> TokenStream {
    let more = untag(context, item);
    if let Some(derived) = context.derived {
        return derived.wire(context.model, type_id, read, encode, &more);
    }
    let path = context.names.path(context.model, item);
    let borrows = context.item_borrows(item) && !context.options.owned_only;
    // What borrows nothing is read from a text of any lifetime.
    let (generics, lifetime) = (if borrows { quote!(<'a>) } else { TokenStream::new() }, quote!('a));
    let type_id = proc_macro2::Literal::u32_unsuffixed(type_id);
    quote! {
        impl<#lifetime> codec::Wire<#lifetime> for #path #generics {
            const SCHEMA: &'static schema::Schema = &tables::SCHEMA;
            const TYPE: schema::TypeId = #type_id;

            fn read<R: Source<#lifetime>>(reader: &mut R) -> Result<Self, R::Refused> {
                #read
            }

            fn encode(&self, out: &mut Vec<u8>) {
                #encode
            }

            #more
        }
    }
}

/// What is unknown to an open record that is a case of a union does not include the union's tag.
fn untag(context: &Context<'_>, item: Item) -> TokenStream {
    let Item::Record(id) = item else { return TokenStream::new() };
    let record = &context.model[id];
    if !record.open {
        return TokenStream::new();
    }
    let rest = context.rest_name(record);
    quote! {
        fn untag(&mut self, tag: &str) {
            self.#rest.remove(tag);
        }
    }
}

/// The key of a member as it is written: `,"name":`.
pub(super) fn key(wire: &str) -> String {
    let mut out = vec![b','];
    ltp_runtime::codec::write::string(&mut out, wire);
    out.push(b':');
    String::from_utf8(out).unwrap_or_default()
}

/// A literal without escapes where that reads better.
pub(super) fn raw_literal(text: &str) -> TokenStream {
    let reads_better = text.contains('"') && !text.contains(['#', '\r']);
    if let Some(literal) = reads_better.then(|| format!("r#\"{text}\"#").parse().ok()).flatten() {
        return literal;
    }
    let literal = proc_macro2::Literal::string(text);
    quote!(#literal)
}

/// Whether an expression is a statement of its own without a semicolon.
fn statement(expression: TokenStream) -> TokenStream {
    let first = expression.clone().into_iter().next().map(|token| token.to_string());
    match first.as_deref() {
        Some("match" | "if" | "for") => expression,
        _ => quote!(#expression;),
    }
}
