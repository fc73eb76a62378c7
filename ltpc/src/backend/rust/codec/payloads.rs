//! Payload sets: which kind it is, and how it is encoded, is known when a payload is read.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::{
    checks,
    context::{By, Context},
    facts,
    names::{self, Item},
};
use super::rows::Rows;
use crate::model::{Case, PayloadsId, Type, TypeKind};

/// Reading and writing the payloads of a set.
pub fn payload_set(context: &Context<'_>, id: PayloadsId) -> TokenStream {
    if !facts::is_used(context.model, id) {
        return TokenStream::new();
    }
    let set = &context.model[id];
    let names = names::variant_names(set.kinds.iter().map(|kind| kind.name.as_str()), set.open);
    let path = context.names.path(context.model, Item::Payloads(id));
    let generics = context.generics(context.item_borrows(Item::Payloads(id)), "'a");
    let encoded = context.facts.is_encoded(id);
    let owned = context.options.owned_only;

    let arms = set.kinds.iter().zip(&names).map(|(kind, name)| {
        checks::subject(
            context,
            format!("{}_{}", names::member_name(&set.decl.name), names::member_name(&kind.name)),
        );
        let (wire, read) = (&kind.wire, context.read(&kind.ty));
        quote!(#wire => Self::#name(#read?),)
    });
    let arms: Vec<_> = arms.collect();
    let (kind_owned, json_owned) = if owned {
        (quote!(kind: kind.clone().into_owned()), quote!(reader.json()?.into_owned()))
    } else {
        (quote!(kind: kind.clone()), quote!(reader.json()?))
    };
    let other = if set.open {
        quote!(Self::Other { #kind_owned, data: Carried::Json(#json_owned) })
    } else {
        quote!(return Err(reader.refuse(Rule::OneOf)))
    };
    let by_kind = quote!(reader.value(|reader| {
        Ok(match &**kind {
            #(#arms)*
            _ => #other,
        })
    }));
    let read = if encoded {
        quote! {
            pub(crate) fn read<R: Source<'a>>(reader: &mut R, kind: &Cow<'a, str>, encoding: Encoding) -> Result<Self, R::Refused> {
                match encoding {
                    Encoding::Json => Self::read_json(reader, kind),
                    Encoding::Toon => Self::read_toon(reader, kind),
                }
            }

            fn read_json<R: Source<'a>>(reader: &mut R, kind: &Cow<'a, str>) -> Result<Self, R::Refused> {
                #by_kind
            }
        }
    } else {
        quote! {
            pub(crate) fn read<R: Source<'a>>(reader: &mut R, kind: &Cow<'a, str>) -> Result<Self, R::Refused> {
                #by_kind
            }
        }
    };
    let toon = encoded.then(|| read_toon(context, id, &names));
    let written = written(context, id, &names);
    let other = set.open.then(|| quote!(Self::Other { data, .. } => data.write(out),));
    let document = encoded.then(|| document(context, id, &names));
    let carrier = set.open.then(|| carrier(context, id));
    quote! {
        #carrier

        impl<'a> #path #generics {
            #read
            #toon

            pub(crate) fn write(&self, out: &mut Vec<u8>) {
                match self { #written #other }
            }

            #document
        }
    }
}

/// What lets a program add kinds to an open set.
fn carrier(context: &Context<'_>, id: PayloadsId) -> TokenStream {
    let path = context.names.path(context.model, Item::Payloads(id));
    let generics = context.generics(context.item_borrows(Item::Payloads(id)), "'a");
    let made = if context.options.owned_only {
        quote!(Self::Other {
            kind: kind.into_owned(),
            data: data.into_owned()
        })
    } else {
        quote!(Self::Other { kind, data })
    };
    let any = context.generics(context.item_borrows(Item::Payloads(id)), "'_");
    let declared = (!context.model[id].kinds.is_empty()).then(|| quote!(_ => None,));
    quote! {
        impl<'a> codec::Carrier<'a> for #path #generics {
            type Set = fn(#path #any);

            fn carry(kind: Cow<'a, str>, data: Carried<'a>) -> Self {
                #made
            }

            fn carried(&self) -> Option<(&str, &Carried<'a>)> {
                match self {
                    Self::Other { kind, data } => Some((kind, data)),
                    #declared
                }
            }
        }
    }
}

/// An arm for each kind that writes it; kinds of one type share theirs.
fn written(context: &Context<'_>, id: PayloadsId, names: &[syn::Ident]) -> TokenStream {
    let mut by_type: Vec<(&Type, Vec<&syn::Ident>)> = Vec::new();
    for (kind, name) in context.model[id].kinds.iter().zip(names) {
        match by_type.iter_mut().find(|(ty, _)| **ty == kind.ty) {
            Some((_, same)) => same.push(name),
            None => by_type.push((&kind.ty, vec![name])),
        }
    }
    let arms = by_type.into_iter().map(|(ty, names)| {
        let written = context.write(ty, &quote!(value), By::Ref);
        match ty.kind {
            TypeKind::List { .. } | TypeKind::Map { .. } => quote!(#(Self::#names(value))|* => { #written; }),
            _ => quote!(#(Self::#names(value))|* => #written,),
        }
    });
    arms.collect()
}

/// Reading from a string that holds a document.
fn read_toon(context: &Context<'_>, id: PayloadsId, names: &[syn::Ident]) -> TokenStream {
    let set = &context.model[id];
    let arms = set.kinds.iter().zip(names).map(|(kind, name)| {
        let (wire, reader) = (&kind.wire, owned_reader(context, &kind.ty));
        if let Some(rows) = Rows::of(context, &kind.ty) {
            let fast = rows.read();
            return quote!(#wire => Self::#name(match #fast {
                Some(rows) => rows,
                None => reader.toon_list(#reader)?,
            }),);
        }
        match kind.ty.kind {
            TypeKind::List { .. } => quote!(#wire => Self::#name(reader.toon_list(#reader)?),),
            _ => quote!(#wire => Self::#name(reader.toon(#reader)?),),
        }
    });
    let other = if set.open {
        let (kind, text) = if context.options.owned_only {
            (
                quote!(kind: kind.clone().into_owned()),
                quote!(Cow::Owned(reader.document()?.into_owned())),
            )
        } else {
            (quote!(kind: kind.clone()), quote!(reader.document()?))
        };
        quote!(Self::Other { #kind, data: Carried::Document(#text) })
    } else {
        quote!(return Err(reader.refuse(Rule::OneOf)))
    };
    let arms: Vec<TokenStream> = arms.collect();
    let is_of_trait = |arm: &TokenStream| arm.to_string().contains(":: read (reader)) ?");
    let allow = arms.iter().any(is_of_trait).then(
        || quote!(#[allow(clippy::redundant_closure, reason = "the trait's function reads texts of one lifetime, the closure of any")]),
    );
    quote! {
        /// Reads it from a string that holds a TOON document.
        #allow
        fn read_toon<R: Source<'a>>(reader: &mut R, kind: &Cow<'a, str>) -> Result<Self, R::Refused> {
            Ok(match &**kind {
                #(#arms)*
                _ => #other,
            })
        }
    }
}

/// A closure that reads a value which borrows from nothing.
fn owned_reader(context: &Context<'_>, ty: &Type) -> TokenStream {
    let read = context.read(ty);
    if context.options.owned_only || !context.facts.borrows(context.model, ty) {
        return quote!(|reader| #read);
    }
    let owner = context.owner(ty);
    quote!(|reader| #read.map(#owner))
}

/// The document of a payload that is written under an encoding, and writing it.
fn document(context: &Context<'_>, id: PayloadsId, names: &[syn::Ident]) -> TokenStream {
    let set = &context.model[id];
    let is_list = |kind: &Case| matches!(kind.ty.kind, TypeKind::List { .. }) && !kind.ty.nullable;
    let mut written = TokenStream::new();
    let lists = set.kinds.iter().zip(names).filter(|(kind, _)| is_list(kind)).map(|(kind, name)| {
        let key = match &kind.ty.kind {
            TypeKind::List { toon_key: Some(key), .. } => quote!(Some(#key)),
            _ => quote!(None),
        };
        let json = context.write(&kind.ty, &quote!(value), By::Ref);
        let table = quote!(codec::toon_table(#key, |out| #json).map(codec::Document::Text));
        let Some(rows) = Rows::of(context, &kind.ty) else {
            return quote!(Self::#name(value) => #table,);
        };
        let write = rows.write();
        written.extend(quote!((Self::#name(value), codec::Document::Rows) => #write,));
        let are_plain = rows.are_plain();
        quote! {
            Self::#name(value) if #are_plain => Some(codec::Document::Rows),
            Self::#name(value) => #table,
        }
    });
    let lists: Vec<_> = lists.collect();
    let carried = set
        .open
        .then(|| quote!(Self::Other { data: Carried::Document(text), .. } => Some(codec::Document::Text(Cow::Borrowed(text))),));
    let all = lists.len() == set.kinds.len() && !set.open;
    let none = (!all).then(|| quote!(_ => None,));
    let written = if written.is_empty() {
        quote!(document.write(out))
    } else {
        quote!(match (self, document) { #written _ => document.write(out), })
    };
    quote! {
        /// Its document, if it has one that is written: a list's table, or what was carried as a document.
        pub(crate) fn document(&self) -> Option<codec::Document<'_>> {
            match self { #(#lists)* #carried #none }
        }

        /// Appends its document as a string.
        pub(crate) fn write_document(&self, out: &mut Vec<u8>, document: &codec::Document<'_>) {
            #written
        }
    }
}
