//! The parameters of a type, as implementations have them.

use ltpc::backend::rust::derived::Derived;
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{DeriveInput, Error, GenericParam, Result};

/// The type with its lifetime called `'a`, which is what implementations call the text that they read.
pub fn with_our_lifetime(input: &DeriveInput) -> Result<DeriveInput> {
    let mut lifetimes = input.generics.lifetimes();
    let Some(own) = lifetimes.next() else {
        return Ok(input.clone());
    };
    if let Some(second) = lifetimes.next() {
        return Err(Error::new_spanned(
            &second.lifetime,
            "what is read borrows from one text: leave one lifetime",
        ));
    }
    if own.lifetime.ident == "a" {
        return Ok(input.clone());
    }
    syn::parse2(renamed(input.to_token_stream(), &own.lifetime.ident.to_string()))
}

fn renamed(tokens: TokenStream, lifetime: &str) -> TokenStream {
    let mut after_tick = false;
    let renamed = tokens.into_iter().map(|token| {
        let is_name = std::mem::take(&mut after_tick);
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                after_tick = true;
                TokenTree::Punct(punct)
            }
            TokenTree::Ident(ident) if is_name && ident == lifetime => TokenTree::Ident(syn::Ident::new("a", ident.span())),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), renamed(group.stream(), lifetime));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            token => token,
        }
    });
    renamed.collect()
}

/// Says the parameters to the back end: those of the type, `'a` among them in any case, and each that is a type readable from `'a`.
pub fn apply(input: &DeriveInput, derived: &mut Derived) {
    let (_, own, condition) = input.generics.split_for_impl();
    derived.own_arguments = own.to_token_stream();
    let runtime = &derived.runtime;
    let mut parameters = vec![match input.generics.lifetimes().next() {
        Some(lifetime) => lifetime.to_token_stream(),
        None => quote!('a),
    }];
    let mut arguments = vec![quote!('a)];
    let mut conditions: Vec<TokenStream> = condition
        .map(|condition| condition.predicates.iter().map(ToTokens::to_token_stream).collect())
        .unwrap_or_default();
    for parameter in &input.generics.params {
        match parameter {
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(parameter) => {
                let mut parameter = parameter.clone();
                parameter.default = None;
                let ident = &parameter.ident;
                conditions.push(quote!(#ident: #runtime::codec::Wire<'a>));
                arguments.push(ident.to_token_stream());
                derived.types.push(ident.clone());
                parameters.push(parameter.to_token_stream());
            }
            GenericParam::Const(parameter) => {
                let mut parameter = parameter.clone();
                parameter.default = None;
                arguments.push(parameter.ident.to_token_stream());
                parameters.push(parameter.to_token_stream());
            }
        }
    }
    derived.parameters = quote!(#(#parameters),*);
    derived.arguments = quote!(<#(#arguments),*>);
    derived.condition = quote!(#(#conditions),*);
}
