//! Where the protocol is served.

use proc_macro2::TokenStream;
use quote::quote;

use ltp_runtime::endpoint::Transport;

use super::{context::Context, docs, names};
use crate::naming;

/// The module's content; nothing if the schema declares no endpoint.
pub fn module(context: &Context<'_>) -> TokenStream {
    let (runtime, vis) = (context.runtime(), context.vis());
    let mut taken = names::Scope::default();
    let endpoints = context.model.endpoints.iter().map(|endpoint| {
        let facts = &endpoint.facts;
        let ident = taken.take(&naming::screaming_case(&endpoint.decl.name));
        let docs = docs::of(
            &endpoint.decl.docs,
            &format!(
                "The endpoint `{}`: `{}` unless another address is given.",
                endpoint.decl.name, facts.address
            ),
            &[],
        );
        let (name, address, loopback) = (&*facts.name, &*facts.address, facts.plaintext_loopback_only);
        let alias = match facts.alias.as_deref() {
            Some(alias) => quote!(Some(Cow::Borrowed(#alias))),
            None => quote!(None),
        };
        let transport = match &facts.transport {
            Transport::Lines => quote!(Transport::Lines),
            Transport::Framed => quote!(Transport::Framed),
            Transport::WebSocket {
                subprotocols,
                subprotocol_optional,
                accept_binary,
            } => {
                let subprotocols = subprotocols.iter().map(|name| quote!(Cow::Borrowed(#name)));
                quote!(Transport::WebSocket {
                    subprotocols: Cow::Borrowed(&[#(#subprotocols),*]),
                    subprotocol_optional: #subprotocol_optional,
                    accept_binary: #accept_binary,
                })
            }
        };
        quote! {
            #docs
            #vis static #ident: Endpoint = Endpoint {
                name: Cow::Borrowed(#name),
                transport: #transport,
                address: Cow::Borrowed(#address),
                alias: #alias,
                plaintext_loopback_only: #loopback,
            };
        }
    });
    let endpoints: TokenStream = endpoints.collect();
    if endpoints.is_empty() {
        return endpoints;
    }
    quote! {
        use ::std::borrow::Cow;

        use #runtime::endpoint::{Endpoint, Transport};

        #endpoints
    }
}
