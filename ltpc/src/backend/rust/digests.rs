//! Digests: a function each.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    context::{Context, Scope, integer},
    docs,
    names::{self, Item},
};
use crate::model::{Algorithm, Digest, Member, Type, TypeKind};

/// The module's content; nothing if the schema declares no digest.
pub fn module(context: &Context<'_>) -> TokenStream {
    let digests = context.model.digests.iter().zip(&context.names.digests);
    let functions: TokenStream = digests.map(|(digest, name)| function(context, digest, name)).collect();
    if functions.is_empty() {
        return functions;
    }
    let runtime = context.runtime();
    let cow = (!context.options.owned_only).then(|| {
        quote!(
            use ::std::borrow::Cow;
        )
    });
    let text = functions.to_string();
    let beside = context.names.modules.iter().filter(|module| text.contains(&format!("{module} ::")));
    quote! {
        #cow

        use #runtime::digest::Sha256;

        use super::{#(#beside),*};

        #functions
    }
}

fn function(context: &Context<'_>, digest: &Digest, name: &proc_macro2::Ident) -> TokenStream {
    let vis = context.vis();
    let members = &context.model[digest.record].members;
    let fields = names::member_names(members);
    let item = context.named(Item::Record(digest.record), Scope::Beside, "'_");
    let output = Type {
        scalar: Some(digest.output),
        ..context.model[digest.output].ty.clone()
    };
    let output = context.ty(&output, Scope::Beside, "'static");
    let text = |literal: &str| match context.options.owned_only {
        true => quote!(String::from(#literal)),
        false => quote!(Cow::Borrowed(#literal)),
    };
    let of_empty = digest.empty.as_deref().map(|empty| {
        let empty = text(empty);
        quote!(if items.is_empty() { return #empty; })
    });
    let comparisons = digest.sort.iter().map(|index| {
        let field = &fields[*index];
        match members[*index].ty.kind {
            TypeKind::Enum(_) => quote!(a.#field.as_str().cmp(b.#field.as_str())),
            _ => quote!(a.#field.cmp(&b.#field)),
        }
    });
    let order = comparisons.reduce(|first, then| quote!(#first.then_with(|| #then)));
    let (sort, items) = match order {
        Some(order) => (
            Some(quote! {
                let mut sorted: Vec<&#item> = items.iter().collect();
                sorted.sort_by(|a, b| #order);
            }),
            quote!(sorted),
        ),
        None => (None, quote!(items)),
    };
    let updates = digest.join.iter().map(|index| {
        let text = joined(&members[*index], &fields[*index]);
        quote!(hash.update(#text);)
    });
    let Algorithm::Sha256 = digest.algorithm;
    let (prefix, digits) = (&digest.prefix, integer(digest.digits as i128));
    let hex = quote!(hash.hex(#prefix, #digits));
    let hex = if context.options.owned_only {
        hex
    } else {
        quote!(Cow::Owned(#hex))
    };
    let docs = docs::of(
        &digest.decl.docs,
        &format!("The digest `{}`.", digest.decl.name),
        &[said(members, digest)],
    );
    quote! {
        #docs
        #[must_use]
        #vis fn #name(items: &[#item]) -> #output {
            #of_empty
            #sort
            let mut hash = Sha256::new();
            for item in #items {
                #(#updates)*
            }
            #hex
        }
    }
}

/// A member's text.
fn joined(member: &Member, field: &proc_macro2::Ident) -> TokenStream {
    match member.ty.kind {
        TypeKind::Enum(_) => quote!(item.#field.as_str()),
        TypeKind::String(_) | TypeKind::Datetime => quote!(&item.#field),
        _ => quote!(&item.#field.to_string()),
    }
}

/// What is computed, in words.
fn said(members: &[Member], digest: &Digest) -> String {
    let names = |indices: &[usize]| {
        let names: Vec<String> = indices.iter().map(|index| format!("`{}`", members[*index].name)).collect();
        names.join(", ")
    };
    let order = match digest.sort.as_slice() {
        [] => "The items, as they come:".to_owned(),
        sort => format!("The items, sorted by {}:", names(sort)),
    };
    let (join, digits, hash) = (names(&digest.join), digest.digits, digest.algorithm.name());
    let prefix = match digest.prefix.as_str() {
        "" => String::new(),
        prefix => format!(" behind `{prefix}`"),
    };
    format!("{order} {join} of each, joined; the first {digits} hexadecimal digits of the `{hash}` of that{prefix}.")
}
