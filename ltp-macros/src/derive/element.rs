//! `#[derive(Element)]`: what an element of a group takes, with what it gives.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{DeriveInput, Error, Result};

use super::generics::with_our_lifetime;
use crate::{
    attributes::{self, On},
    places::Errors,
};

/// The implementation for the type of an element's input.
pub fn element(input: &DeriveInput) -> Result<TokenStream> {
    let input = with_our_lifetime(input)?;
    let mut errors = Errors::default();
    let on = if matches!(input.data, syn::Data::Enum(_)) {
        On::Enum
    } else {
        On::Struct
    };
    let said = attributes::read(&input.attrs, on, &mut errors);
    errors.finish()?;
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new_spanned(
            parameter,
            "what an element takes is handed to another task: it owns what it holds, and is one type",
        ));
    }
    let missing = |what: &str| {
        Error::new(
            Span::call_site(),
            format!("say {what}: `#[ltp(element = \"group:name\", output = Type)]`"),
        )
    };
    let kind = said.element.as_ref().ok_or_else(|| missing("which element takes this"))?;
    let output = said.output.as_ref().ok_or_else(|| missing("what the element gives"))?;
    let text = kind.value();
    let Some((group, name)) = text.split_once(':').filter(|(group, name)| !group.is_empty() && !name.is_empty()) else {
        return Err(Error::new(
            kind.span(),
            "an element is called by its group and its name: `\"group:name\"`",
        ));
    };
    let refused = said.refused.as_ref().map_or_else(|| "INVALID_INPUT".to_owned(), syn::LitStr::value);
    let (ident, runtime) = (&input.ident, said.runtime());
    let result = |ok: TokenStream| quote!(::core::result::Result<#ok, #runtime::derived::Vec<#runtime::codec::Violation>>);
    let (reads_input, reads_output) = (result(quote!(Self)), result(quote!(#output)));
    let writes = result(quote!(#runtime::derived::String));
    let written = |ty: TokenStream| {
        quote! {
            <#ty as #runtime::codec::Wire<'_>>::validate(value)?;
            ::core::result::Result::Ok(<#ty as #runtime::codec::Wire<'_>>::to_json(value))
        }
    };
    let (write_input, write_output) = (written(quote!(Self)), written(quote!(#output)));
    Ok(quote! {
        #[automatically_derived]
        impl #runtime::work::Element for #ident {
            const GROUP: &'static str = #group;
            const NAME: &'static str = #name;
            const REFUSED: &'static str = #refused;
            type Input = Self;
            type Output = #output;

            fn read_input(json: &str) -> #reads_input {
                <Self as #runtime::codec::Wire<'_>>::decode(json.as_bytes())
            }

            fn write_input(value: &Self) -> #writes {
                #write_input
            }

            fn read_output(json: &str) -> #reads_output {
                <#output as #runtime::codec::Wire<'_>>::decode(json.as_bytes())
            }

            fn write_output(value: &#output) -> #writes {
                #write_output
            }
        }
    })
}
