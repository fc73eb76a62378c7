//! serde beside the codec: the same shapes and the same checks, for whoever turns the feature `serde` on.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    context::Context,
    names::{Item, Names},
};
use crate::model::{EnumId, RecordId};

/// The module's content.
pub fn module(context: &Context<'_>) -> TokenStream {
    let runtime = context.runtime();
    let records = (0..context.model.records.len() as u32).map(|index| Item::Record(RecordId(index)));
    let enums = (0..context.model.enums.len() as u32).map(|index| Item::Enum(EnumId(index)));
    let all = records.chain(enums).chain(context.unions().map(Item::Union));
    let items: TokenStream = all.map(|item| implementation(context, item)).collect();
    if items.is_empty() {
        return items;
    }
    let modules = context
        .names
        .modules
        .iter()
        .filter(|module| items.to_string().split(' ').any(|word| *module == word));
    quote! {
        use #runtime::codec::{Wire as _, serde::{deserialize, serialize}};
        use #runtime::serde::{Deserialize, Deserializer, Serialize, Serializer};

        use super::{#(#modules),*};

        #items
    }
}

fn implementation(context: &Context<'_>, item: Item) -> TokenStream {
    let path = Names::path(&context.names, context.model, item);
    let borrows = context.item_borrows(item);
    let (any, fixed) = (context.generics(borrows, "'_"), context.generics(borrows, "'static"));
    let owned = (borrows && !context.options.owned_only).then(|| quote!(.map(#path::into_owned)));
    let decode = quote!(|text| #path::decode(text)#owned);
    quote! {
        impl Serialize for #path #any {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize(self, serializer)
            }
        }

        impl<'de> Deserialize<'de> for #path #fixed {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserialize(deserializer, #decode)
            }
        }
    }
}
