//! What no other rule names.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    super::{session::expr::Env, types},
    Map,
    place::when,
};
use crate::check::mapping::rest::{Holds, holds};
use crate::model::{Rest, Target, Type, TypeKind};

impl<'m> Map<'_, 'm> {
    /// Where a record of the source keeps unknown members, with the conditions under which it is there.
    pub fn kept(&self, env: &Env<'_, 'm>, rest: &Rest) -> Option<(Vec<TokenStream>, TokenStream)> {
        let model = self.role.model;
        let record = rest.record(model, self.mapping.source.record(model))?;
        let field = types::rest_name(&model[record]);
        match rest.record_place() {
            None => {
                let body = env.body();
                Some((Vec::new(), quote!(#body.#field)))
            }
            Some(place) => {
                let way = self.way(env, &place)?;
                let value = way.value;
                Some((way.conditions, quote!(#value.#field)))
            }
        }
    }

    /// The rest as a value for a place of the target.
    pub fn rest(&self, env: &Env<'_, 'm>, rest: &Rest, target: &Target) -> TokenStream {
        let is_text = !target.kept && holds(&target.ty) == Some(Holds::Text);
        let members = self.members(env, rest, is_text);
        if target.kept {
            return members;
        }
        let value = match &target.ty.kind {
            TypeKind::Map { .. } => members,
            TypeKind::Object => quote!(mapping::object(&#members)),
            _ => {
                let json = self.role.codec("Json");
                quote!(#json::from(mapping::object(&#members)))
            }
        };
        if !target.ty.nullable {
            return value;
        }
        match &target.ty.kind {
            TypeKind::Map { .. } => quote!(Some(#value).filter(|rest| !rest.is_empty())),
            _ => quote!(Some(#value).filter(|rest| rest.as_str() != "{}")),
        }
    }

    /// The rest as a map, of texts or of JSON.
    fn members(&self, env: &Env<'_, 'm>, rest: &Rest, is_text: bool) -> TokenStream {
        let map = self.role.codec("Map");
        let kept = rest.kept.then(|| self.kept(env, rest)).flatten();
        if let (true, Some((conditions, kept))) = (rest.members.is_empty(), &kept)
            && conditions.is_empty()
        {
            return if is_text {
                quote!(mapping::texts(&#kept))
            } else {
                quote!(#kept.clone())
            };
        }
        let mut inserts = TokenStream::new();
        for index in &rest.members {
            let Some(way) = rest.place(*index).and_then(|place| self.way(env, &place)) else {
                continue;
            };
            let (name, value) = (&way.member.wire, &way.value);
            let text = match &way.member.ty.kind {
                _ if !is_text => {
                    let written = self.written(&way);
                    quote!(mapping::json(|out| #written))
                }
                TypeKind::String(_) | TypeKind::Datetime => quote!(#value.clone()),
                TypeKind::Uuid => self.role.text_owned(&quote!(#value.to_string())),
                _ => self.role.text_owned(&quote!(#value.as_str().to_owned())),
            };
            let insert = quote!(rest.insert(#name, #text););
            let insert = match self.default(way.member) {
                Some(default) => {
                    let written = self.written(&way);
                    quote!(if mapping::json(|out| #written).as_str() != #default { #insert })
                }
                None => insert,
            };
            inserts.extend(when(&way.conditions, &insert));
        }
        if let Some((conditions, kept)) = kept {
            let each = if is_text {
                quote!(mapping::texts(&#kept))
            } else {
                quote!(#kept.clone())
            };
            inserts.extend(when(&conditions, &quote!(for (name, value) in #each { rest.insert(name, value); })));
        }
        if inserts.is_empty() {
            return quote!(#map::new());
        }
        quote!({ let mut rest = #map::new(); #inserts rest })
    }
}

/// What is given for what the target keeps of unknown members, by the type of what is given.
pub(super) fn kept_of(ty: &Type, value: &TokenStream) -> TokenStream {
    let kept = kept_by(ty);
    quote!(#kept(&#value))
}

/// A function that makes it from a reference.
pub(super) fn kept_by(ty: &Type) -> TokenStream {
    match &ty.kind {
        TypeKind::Map { value, .. } => match value.kind {
            TypeKind::String(_) => quote!(mapping::kept),
            _ => quote!(Clone::clone),
        },
        _ => quote!(mapping::members),
    }
}
