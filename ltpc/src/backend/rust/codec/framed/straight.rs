//! What a message says, written as we write it: declared headers in their order and no others, then the body.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{
    body::{Body, is_body},
    values::Values,
};
use crate::{
    model::{Member, Presence, TypeKind},
    pattern,
};

/// The function that reads it; none where not all that is written so may be read so.
pub fn body(body: &Body<'_, '_, '_>, values: &mut Values<'_, '_>, function: &Ident) -> Option<TokenStream> {
    let (framed, framing) = (body.framed, body.framed.framing);
    let limits = &framed.context.model.limits;
    let length = framing.body_end.header().filter(|_| body.has_text());
    let headers = body.headers.len() as u64 + u64::from(length.is_some());
    let members = body.headers.len() as u64 + u64::from(body.has_text());
    if headers > limits.headers || members > limits.members {
        return None;
    }
    let newline = framing.newline.written();
    let key = |name: &str| {
        let key = || format!("{newline}{}", framed.key(name));
        framed.is_expected(name).then(key)
    };

    let mut keys = body.headers.iter().map(|header| header.names.first().and_then(|name| key(name)));
    let mut steps = TokenStream::new();
    for (index, member, _, local) in body.members().filter(|(_, member, ..)| !is_body(member)) {
        let key = keys.next()??;
        let value = body.value(values, index, &text(member));
        steps.extend(match &member.presence {
            Presence::Required { .. } => quote! {
                reader.past(#key)?;
                let #local = #value;
            },
            Presence::Optional => quote!(let #local = if reader.next_is(#key) { Some(#value) } else { None };),
            Presence::Default { .. } => {
                let default = body.absent(index);
                quote!(let #local = if reader.next_is(#key) { #value } else { #default };)
            }
        });
    }
    let counted = match length {
        Some(name) => {
            let key = key(name)?;
            steps.extend(quote!(reader.past(#key)?; let length = reader.length()?;));
            quote!(length)
        }
        None => quote!(0),
    };
    let end = format!("{newline}{}{newline}", framing.head_end);
    let fields: Vec<_> = (body.members())
        .map(|(index, member, field, local)| {
            if is_body(member) {
                let value = body.text_value(values, index);
                quote!(#field: #value)
            } else if field == local {
                quote!(#field)
            } else {
                quote!(#field: #local)
            }
        })
        .collect();
    let taken = body.taken(&counted);
    let (path, rest) = (body.path(), body.rest(&quote!(codec::Map::new())));
    let signature = body.signature(function, |lifetime| quote!(mut reader: text::Straight<#lifetime, texts::Form>));
    Some(quote! {
        #[inline(always)]
        #signature {
            #steps
            reader.past(#end)?;
            #taken
            Some(#path { #(#fields,)* #rest })
        }
    })
}

/// The text of a header's value. One that always has the same length is taken by it.
fn text(member: &Member) -> TokenStream {
    match length(&member.ty.kind) {
        Some(length) => {
            let length = Literal::usize_unsuffixed(length);
            quote!(reader.value_of::<#length>()?)
        }
        None => quote!(reader.value()?),
    }
}

/// How many octets a value has, unless it is empty, if that is always the same number, and none of them is a blank around it.
fn length(kind: &TypeKind) -> Option<usize> {
    match kind {
        TypeKind::Uuid => Some(36),
        TypeKind::String(set) => {
            let shape = pattern::parse(set.pattern.as_deref()?).ok()?.shape()?;
            shape.length().filter(|length| *length > 0 && shape.is_bare())
        }
        _ => None,
    }
}
