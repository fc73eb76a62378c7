//! What may be held together with the text that it borrows from.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::{context::Context, names::Item, types};
use crate::model::EnumId;

/// All types that are read by themselves and borrow, but the enum of messages, which says it where it is declared.
pub fn types(context: &Context<'_>) -> TokenStream {
    if context.options.owned_only {
        return TokenStream::new();
    }
    let model = context.model;
    let records = (0..model.modules.len().max(1) as u32).flat_map(|module| context.records_in(module).map(Item::Record));
    let enums = (0..model.enums.len() as u32).map(|index| Item::Enum(EnumId(index)));
    let kinds = context.payload_sets().filter(|id| types::uses_kind(context, *id)).map(Item::Kind);
    let items = records.chain(context.unions().map(Item::Union)).chain(enums).chain(kinds);
    let paths: Vec<TokenStream> = items
        .filter(|item| context.item_borrows(*item))
        .map(|item| context.names.path(model, item))
        .collect();
    let runtime = context.runtime();
    if paths.is_empty() {
        TokenStream::new()
    } else {
        quote!(#runtime::shareable! { #(#paths),*; into_owned })
    }
}
