//! Taking values out of the text that they borrow from.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::{
    context::Context,
    facts::{self, Part},
    names::{self, Item},
    types,
};
use crate::model::{EnvelopeId, Member, PayloadsId, Presence, RecordId, Type, UnionId};

/// `into_owned` of a record.
pub fn record(context: &Context<'_>, id: RecordId) -> TokenStream {
    let record = &context.model[id];
    let names = names::member_names(&record.members);
    let parts = facts::parts(record);
    let fields = record
        .members
        .iter()
        .enumerate()
        .filter(|(index, _)| !matches!(parts[*index], Part::KindOf(_)))
        .map(|(index, member)| {
            let name = &names[index];
            let owned = field(context, member, &quote!(self.#name), context.facts.is_boxed(id, index));
            quote!(#name: #owned)
        });
    let rest = record.open.then(|| {
        let rest = types::rest_name(record);
        quote!(#rest: self.#rest.into_owned(codec::Json::into_owned))
    });
    let fields: Vec<TokenStream> = fields.chain(rest).collect();
    of(context, Item::Record(id), |path| quote!(#path { #(#fields),* }))
}

/// `into_owned` of an envelope.
pub fn envelope(context: &Context<'_>, id: EnvelopeId) -> TokenStream {
    let members = &context.model[id].members;
    let names = names::member_names(members);
    let fields = members.iter().zip(&names).map(|(member, name)| {
        let owned = field(context, member, &quote!(self.#name), false);
        quote!(#name: #owned)
    });
    let fields: Vec<TokenStream> = fields.collect();
    of(context, Item::Envelope(id), |path| quote!(#path { #(#fields),* }))
}

/// `into_owned` of an envelope's draft: every member is an `Option`.
pub fn draft(context: &Context<'_>, id: EnvelopeId) -> TokenStream {
    let members = &context.model[id].members;
    let names = names::member_names(members);
    let fields = members.iter().zip(&names).map(|(member, name)| {
        let owned = field(
            context,
            &Member {
                presence: Presence::Optional,
                ..member.clone()
            },
            &quote!(self.#name),
            false,
        );
        quote!(#name: #owned)
    });
    let fields: Vec<TokenStream> = fields.collect();
    of(context, Item::EnvelopeDraft(id), |path| quote!(#path { #(#fields),* }))
}

/// `into_owned` of a union.
pub fn union(context: &Context<'_>, id: UnionId) -> TokenStream {
    let union = &context.model[id];
    let names = names::variant_names(union.cases.iter().map(|case| case.name.as_str()), union.open);
    let cases: Vec<(&syn::Ident, &Type)> = names.iter().zip(union.cases.iter().map(|case| &case.ty)).collect();
    of(context, Item::Union(id), |path| {
        let arms = cases.iter().map(|(name, ty)| {
            let owned = context.own(ty, &quote!(value));
            quote!(Self::#name(value) => #path::#name(#owned),)
        });
        let other = union.open.then(|| quote!(Self::Other(value) => #path::Other(value.into_owned()),));
        quote!(match self { #(#arms)* #other })
    })
}

/// `into_owned` of a payload set.
pub fn payload_set(context: &Context<'_>, id: PayloadsId) -> TokenStream {
    let set = &context.model[id];
    let carries = set.open;
    let names = names::variant_names(set.kinds.iter().map(|kind| kind.name.as_str()), carries);
    of(context, Item::Payloads(id), |path| {
        let arms = set.kinds.iter().zip(&names).map(|(kind, name)| {
            let owned = context.own(&kind.ty, &quote!(value));
            quote!(Self::#name(value) => #path::#name(#owned),)
        });
        let other =
            carries.then(|| quote!(Self::Other { kind, data } => #path::Other { kind: codec::owned(kind), data: data.into_owned() },));
        quote!(match self { #(#arms)* #other })
    })
}

/// The field of a member, on its own.
pub fn field(context: &Context<'_>, member: &Member, place: &TokenStream, boxed: bool) -> TokenStream {
    if !context.facts.borrows(context.model, &member.ty) {
        return place.clone();
    }
    let bare = Type {
        nullable: false,
        ..member.ty.clone()
    };
    let owned = |value: TokenStream| {
        if boxed {
            let owned = context.own(&bare, &quote!((*#value)));
            quote!(Box::new(#owned))
        } else {
            context.own(&bare, &value)
        }
    };
    let owner = if boxed {
        let owned = owned(quote!(value));
        quote!(|value| #owned)
    } else {
        context.owner(&bare)
    };
    match (&member.presence, member.ty.nullable) {
        (Presence::Optional, true) => quote!(#place.map(|value| value.map(#owner))),
        (Presence::Optional, false) | (_, true) => quote!(#place.map(#owner)),
        _ => owned(place.clone()),
    }
}

fn of(context: &Context<'_>, item: Item, made: impl FnOnce(&TokenStream) -> TokenStream) -> TokenStream {
    if context.options.owned_only || context.derived.is_some() || !context.item_borrows(item) {
        return TokenStream::new();
    }
    let (vis, path) = (context.vis(), context.names.path(context.model, item));
    let (any, fixed) = (context.generics(true, "'_"), context.generics(true, "'static"));
    let made = made(&path);
    quote! {
        impl #path #any {
            /// The same, on its own: it borrows from no text.
            #[must_use]
            #vis fn into_owned(self) -> #path #fixed {
                #made
            }
        }
    }
}
