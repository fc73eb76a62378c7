//! Derives and macros of the crate `ltp`, which documents and re-exports them.
//!
//! A derive makes of a struct or enum the tree that its declaration in a schema would be, resolves and checks that as any schema is, and
//! has the compiler's back end write the implementations.

mod attributes;
mod declare;
mod derive;
mod places;
#[cfg(feature = "schema")]
mod schema;
mod types;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// See `ltp::Payload`.
#[proc_macro_derive(Payload, attributes(ltp))]
pub fn payload(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::derive(&input, derive::As::Payload)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// See `ltp::Headers`.
#[proc_macro_derive(Headers, attributes(ltp))]
pub fn headers(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::derive(&input, derive::As::Headers)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// See `ltp::Element`.
#[proc_macro_derive(Element, attributes(ltp))]
pub fn element(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive::element::element(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// See `ltp::schema`.
#[cfg(feature = "schema")]
#[proc_macro]
pub fn schema(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as schema::Input);
    schema::compiled(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
