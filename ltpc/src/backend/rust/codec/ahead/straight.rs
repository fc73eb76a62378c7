//! Members in the declared order, with no white space between them or with all that senders put there.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Ahead, Message, Part, key, raw_literal};
use crate::model::PayloadsId;

/// What the next name stands behind.
#[derive(Clone, Copy)]
pub enum Lead {
    /// The bracket that opens the object.
    Bracket,
    /// That or a comma.
    Either,
    /// A comma.
    Comma,
}

/// The functions that choose a message by the tag, which is the first member.
pub fn chosen(ahead: &Ahead<'_, '_>, tags: &[&str], read: &[Message]) -> TokenStream {
    let (ty, declared, reference) = ahead.message_type();
    let text = if reference.is_empty() { quote!('_) } else { reference.clone() };
    let (mut chosen, mut functions) = (TokenStream::new(), TokenStream::new());
    for (place, name) in tags.iter().enumerate() {
        let function = ahead.tagged(tags.len(), place);
        let (start, arms) = (opening(name), ahead.arms(name, read, &quote!(rest, layout), &quote!(::<SPACED>)));
        chosen.extend(quote! {
            if let Some(layout) = cursor.begins(#start) {
                let tag = cursor.string()?;
                return if layout.is_spaced() {
                    Self::#function::<true>(cursor.rest(), layout, tag)
                } else {
                    Self::#function::<false>(cursor.rest(), layout, tag)
                };
            }
        });
        functions.extend(quote! {
            #[inline(always)]
            fn #function<const SPACED: bool>(rest: &#reference [u8], layout: codec::Layout, tag: Cow<#text, str>) -> Result<Self, Unexpected> {
                match &*tag { #arms _ => Err(Unexpected) }
            }
        });
    }
    quote! {
        impl #declared #ty {
            /// Reads a frame whose members stand in the declared order, if it looks so.
            #[inline]
            pub(crate) fn read_straight(frame: &#reference [u8]) -> Result<Self, Unexpected> {
                let mut cursor = Cursor::new(frame, &LIMITS).ok_or(Unexpected)?;
                #chosen
                Err(Unexpected)
            }

            #functions
        }
    }
}

/// `{"name":`.
fn opening(name: &str) -> TokenStream {
    raw_literal(&key(name).replacen(',', "{", 1))
}

impl Ahead<'_, '_> {
    /// Statements that read all members and close their object; `None` if names are ambiguous, or are more or longer than is read at all.
    pub(super) fn straight(&self, parts: &[Part], mut lead: Lead, tag: Option<&str>) -> Option<TokenStream> {
        let names: Vec<&str> = tag.into_iter().chain(parts.iter().map(|part| part.wire.as_str())).collect();
        if !self.are_plain(&names) {
            return None;
        }
        let mut read = TokenStream::new();
        for part in parts {
            let Part {
                wire,
                local,
                required,
                read: value,
                absent,
                ..
            } = part;
            let name = raw_literal(&key(wire));
            if *required {
                let passed = match lead {
                    Lead::Bracket => {
                        let name = opening(wire);
                        quote!(reader.opens(#name)?;)
                    }
                    Lead::Either => quote!(if !reader.passes_name(&mut lead, #name) { return Err(Unexpected); }),
                    Lead::Comma => quote!(reader.passes_all(#name)?;),
                };
                lead = Lead::Comma;
                read.extend(quote!(#passed let #local = #value;));
                continue;
            }
            if let Lead::Bracket = lead {
                read.extend(quote!(let mut lead = reader.opens_any()?;));
                lead = Lead::Either;
            }
            let passes = match lead {
                Lead::Comma => quote!(reader.passes_if(#name)),
                Lead::Bracket | Lead::Either => quote!(reader.passes_name(&mut lead, #name)),
            };
            read.extend(match absent {
                Some(absent) => quote!(let #local = if #passes { #value } else { #absent };),
                None => quote!(let #local = if #passes { Some(#value) } else { None };),
            });
        }
        read.extend(match lead {
            Lead::Bracket => quote!(let lead = reader.opens_any()?; reader.closes_any(lead)?;),
            Lead::Either => quote!(reader.closes_any(lead)?;),
            Lead::Comma => quote!(reader.closes()?;),
        });
        Some(read)
    }

    /// A payload whose kind is known, and its encoding too.
    pub(super) fn told_payload(&self, set: PayloadsId, kind: &Ident, encoding: Option<&TokenStream>) -> TokenStream {
        let read = self.payload(set, kind);
        match encoding {
            Some(encoding) => quote!({ if #encoding != Encoding::Json { return Err(Unexpected); } #read }),
            None => read,
        }
    }
}
