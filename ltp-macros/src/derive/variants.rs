//! Variants with fields of their own: each is a record, whose struct the derive declares beside its implementations.

use ltpc::backend::rust::derived::{Inline, Parts};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, Data, DataStruct, DeriveInput, Fields, FieldsNamed, Generics, Result, Token, Variant, parse_quote};

use super::{As, derive_parts, plain};
use crate::{attributes::On, places::Errors};

/// What a variant's fields become.
pub struct Declared {
    /// The record's type.
    pub ty: syn::Type,
    /// How a value of the variant is made of it, and written without it.
    pub inline: Inline,
    /// The struct with its implementations.
    pub tokens: TokenStream,
}

/// Declares the record of a variant whose fields have names, or which has none.
pub fn declared(input: &DeriveInput, variant: &Variant) -> Result<Declared> {
    let fields = match &variant.fields {
        Fields::Named(fields) => fields.clone(),
        _ => parse_quote!({}),
    };
    let ident = format_ident!("__{}{}", plain(&input.ident), plain(&variant.ident), span = variant.ident.span());
    let generics = without_defaults(&input.generics);
    let phantom = phantom(&generics);
    let mut borrowing = generics.clone();
    borrowing.params.insert(0, parse_quote!('__ltp));
    let (parts, all) = parts(&ident, &fields, &borrowing, &generics);
    let record = DeriveInput {
        attrs: attributes(input, variant),
        vis: syn::Visibility::Inherited,
        ident: ident.clone(),
        generics: generics.clone(),
        data: Data::Struct(DataStruct {
            struct_token: <Token![struct]>::default(),
            fields: Fields::Named(fields.clone()),
            semi_token: None,
        }),
    };
    let name = &parts.name;
    let (own, other) = (
        fields.named.iter().map(|field| {
            let (name, ty) = (&field.ident, &field.ty);
            quote!(#name: #ty)
        }),
        parts.fields.iter().map(|(name, ty)| quote!(#name: &'__ltp #ty)),
    );
    let (own_parameters, condition) = (generics.params.iter(), &generics.where_clause);
    let parameters = borrowing.params.iter();
    let structs = quote! {
        struct #ident<#(#own_parameters),*> #condition {
            #(#own,)*
            __ltp: #phantom,
        }

        #[allow(dead_code, clippy::ref_option)]
        struct #name<#(#parameters),*> #condition {
            #(#other,)*
            __ltp: ::core::marker::PhantomData<(&'__ltp (), #phantom)>,
        }
    };
    let inline = Inline {
        fields: all,
        parts: parts.path.clone(),
        written: parts.fields.iter().map(|(name, _)| name.clone()).collect(),
    };
    let implementation = derive_parts(&record, As::Payload, parts, phantom)?;
    let (_, arguments, _) = generics.split_for_impl();
    Ok(Declared {
        ty: parse_quote!(#ident #arguments),
        inline,
        tokens: quote!(#structs #implementation),
    })
}

/// What is said of the record: the variant's documentation and how its fields are called, and the name under which it is declared.
fn attributes(input: &DeriveInput, variant: &Variant) -> Vec<Attribute> {
    let docs = variant.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned();
    let name = format!("{}{}", plain(&input.ident), plain(&variant.ident));
    let mut attributes: Vec<Attribute> = docs.collect();
    attributes.push(parse_quote!(#[ltp(rename = #name)]));
    // Whatever is wrong with these is told where the enum is read.
    let mut told = Errors::default();
    if let Some(path) = &crate::attributes::read(&input.attrs, On::Enum, &mut told).runtime {
        attributes.push(parse_quote!(#[ltp(crate = #path)]));
    }
    let cased = variant.attrs.iter().filter(|attribute| attribute.path().is_ident("ltp"));
    for attribute in cased {
        let read = attribute.parse_nested_meta(|meta| {
            let is_case = meta.path.is_ident("rename_all");
            if meta.input.peek(Token![=]) {
                let value: syn::Expr = meta.value()?.parse()?;
                if is_case {
                    attributes.push(parse_quote!(#[ltp(rename_all = #value)]));
                }
            }
            Ok(())
        });
        told.take(read);
    }
    attributes
}

/// The fields that are on the wire, and all of them.
fn parts(ident: &syn::Ident, fields: &FieldsNamed, borrowing: &Generics, generics: &Generics) -> (Parts, Vec<syn::Ident>) {
    let mut told = Errors::default();
    let mut on_wire = Vec::new();
    let all: Vec<syn::Ident> = fields.named.iter().filter_map(|field| field.ident.clone()).collect();
    for field in &fields.named {
        let said = crate::attributes::read(&field.attrs, On::Field, &mut told);
        if let (Some(ident), None) = (&field.ident, said.skip) {
            on_wire.push((ident.clone(), field.ty.to_token_stream()));
        }
    }
    let name = format_ident!("{ident}Parts");
    let own = generics.params.iter().map(|parameter| match parameter {
        syn::GenericParam::Lifetime(parameter) => parameter.lifetime.to_token_stream(),
        syn::GenericParam::Type(parameter) => parameter.ident.to_token_stream(),
        syn::GenericParam::Const(parameter) => parameter.ident.to_token_stream(),
    });
    let parts = Parts {
        path: quote!(#name::<'_, #(#own),*>),
        name,
        fields: on_wire,
        arguments: borrowing.split_for_impl().1.to_token_stream(),
    };
    (parts, all)
}

fn without_defaults(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for parameter in &mut generics.params {
        match parameter {
            syn::GenericParam::Type(parameter) => parameter.default = None,
            syn::GenericParam::Const(parameter) => parameter.default = None,
            syn::GenericParam::Lifetime(_) => {}
        }
    }
    generics
}

/// A type that has all of the parameters, so that each is used.
fn phantom(generics: &Generics) -> TokenStream {
    let lifetimes = generics.lifetimes().map(|one| &one.lifetime);
    let types = generics.type_params().map(|one| &one.ident);
    quote!(::core::marker::PhantomData<(#(&#lifetimes (),)* #(#types,)*)>)
}
