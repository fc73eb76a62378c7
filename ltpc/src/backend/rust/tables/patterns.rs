//! Patterns that need no automaton.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::super::{context::Context, names};
use crate::pattern::{
    self,
    shape::{Part, Shape},
};

/// The function that matches the pattern; `None`: it takes the automaton.
pub fn matcher(context: &Context<'_>, source: &str) -> Option<TokenStream> {
    let shape = pattern::parse(source).ok()?.shape()?;
    let (name, body, vis) = (name(context, source), body(context, &shape), context.beside());
    let docs = format!(" Whether the whole text matches `{source}`: what its automaton says, many octets at once.");
    Some(quote! {
        #[doc = #docs]
        #[inline]
        #vis fn #name(text: &str) -> bool {
            let text = text.as_bytes();
            #body
        }
    })
}

/// An expression: whether a text matches the pattern.
pub fn matches(context: &Context<'_>, source: &str, text: &TokenStream) -> TokenStream {
    if pattern::parse(source).is_ok_and(|pattern| pattern.shape().is_some()) {
        let name = name(context, source);
        return quote!(tables::#name(#text));
    }
    let name = super::pattern_name(context, source);
    quote!(tables::#name.matches(#text))
}

/// The matcher's name, which no scalar's own has.
fn name(context: &Context<'_>, source: &str) -> Ident {
    let mut name = format!("is_{}", super::pattern_function(context, source));
    while context
        .model
        .scalars
        .iter()
        .any(|scalar| names::member_name(&scalar.decl.name) == name)
    {
        name.push('_');
    }
    names::ident(&name)
}

/// Takes off the parts before the one of any length, then those behind it.
fn body(context: &Context<'_>, shape: &Shape) -> TokenStream {
    let runtime = context.runtime();
    let loose = shape.parts.iter().position(|part| part.length().is_none());
    let (before, behind) = shape.parts.split_at(loose.unwrap_or(shape.parts.len()));
    let mut conditions = Vec::new();
    let mut steps = TokenStream::new();
    let mut count = 0;
    let mut take = |part: &Part, first: bool| match part {
        Part::Text(text) => {
            let literal = Literal::byte_string(text);
            let rest = if first {
                quote!(text.strip_prefix(#literal))
            } else {
                quote!(text.strip_suffix(#literal))
            };
            steps.extend(quote!(let Some(text) = #rest else { return false };));
        }
        Part::Class { ranges, least, .. } => {
            count += 1;
            let name = quote::format_ident!("part_{count}");
            let (least, ranges) = (Literal::usize_unsuffixed(*least), class(ranges));
            let taken = if first {
                quote!(Some((#name, text)) = text.split_first_chunk::<#least>())
            } else {
                quote!(Some((text, #name)) = text.split_last_chunk::<#least>())
            };
            steps.extend(quote!(let #taken else { return false };));
            conditions.push(quote!(#runtime::codec::all_within(#name, #ranges)));
        }
    };
    before.iter().for_each(|part| take(part, true));
    behind.iter().skip(1).rev().for_each(|part| take(part, false));
    match behind.first() {
        Some(Part::Class { ranges, least, most }) => {
            let length = match (least, most) {
                (0, None) => None,
                (1, None) => Some(quote!(!text.is_empty())),
                (least, None) => {
                    let least = Literal::usize_unsuffixed(*least);
                    Some(quote!(text.len() >= #least))
                }
                (0, Some(most)) => {
                    let most = Literal::usize_unsuffixed(*most);
                    Some(quote!(text.len() <= #most))
                }
                (least, Some(most)) => {
                    let (least, most) = (Literal::usize_unsuffixed(*least), Literal::usize_unsuffixed(*most));
                    Some(quote!((#least..=#most).contains(&text.len())))
                }
            };
            let ranges = class(ranges);
            conditions.extend(length);
            conditions.push(quote!(#runtime::codec::all_within(text, #ranges)));
        }
        _ => conditions.insert(0, quote!(text.is_empty())),
    }
    let empty = shape.may_be_empty.then(|| {
        quote!(if text.is_empty() {
            return true;
        })
    });
    quote! {
        #empty
        #steps
        #(#conditions)&&*
    }
}

/// Ranges as the runtime takes them.
fn class(ranges: &[(u8, u8)]) -> TokenStream {
    let ranges = ranges.iter().map(|(start, end)| {
        let (from, to) = (Literal::byte_character(*start), Literal::byte_character(*end));
        quote!((#from, #to))
    });
    quote!([#(#ranges),*])
}
