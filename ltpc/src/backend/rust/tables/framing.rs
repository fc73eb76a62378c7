//! How messages stand as framed text.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use ltp_runtime::schema::{BodyEnd, Framing, Headers, StartPart};

use super::text;

/// A framing, where one may be absent.
pub fn framing(framing: &Framing) -> TokenStream {
    let envelope = Literal::u32_unsuffixed(framing.envelope);
    let (newline, charset) = (variant(framing.newline), variant(framing.body_charset));
    let start = framing.start.iter().map(|part| match part {
        StartPart::Literal(literal) => {
            let literal = text(literal);
            quote!(StartPart::Literal(#literal))
        }
        StartPart::Member(index) => {
            let index = Literal::usize_unsuffixed(*index);
            quote!(StartPart::Member(#index))
        }
        StartPart::Tag => quote!(StartPart::Tag),
    });
    let (headers, head_end, body_end) = (headers(&framing.headers), text(&framing.head_end), body_end(&framing.body_end));
    let line = Literal::usize_unsuffixed(framing.line);
    quote! {
        Some(Framing {
            envelope: #envelope,
            newline: Newline::#newline,
            start: Cow::Borrowed(&[#(#start),*]),
            headers: #headers,
            head_end: #head_end,
            body_end: #body_end,
            body_charset: Charset::#charset,
            line: #line,
        })
    }
}

fn headers(headers: &Headers) -> TokenStream {
    let Headers {
        separator,
        insensitive,
        trim,
        unknown,
        most,
        lists,
    } = headers;
    let (separator, unknown, most) = (text(separator), variant(unknown), Literal::usize_unsuffixed(*most));
    let lists = lists.iter().map(|(name, separator)| {
        let (name, separator) = (text(name), text(separator));
        quote!((#name, #separator))
    });
    quote! {
        Headers {
            separator: #separator,
            insensitive: #insensitive,
            trim: #trim,
            unknown: Unknown::#unknown,
            most: #most,
            lists: Cow::Borrowed(&[#(#lists),*]),
        }
    }
}

fn body_end(end: &BodyEnd) -> TokenStream {
    match end {
        BodyEnd::None => quote!(BodyEnd::None),
        BodyEnd::Length { header } => {
            let header = text(header);
            quote!(BodyEnd::Length { header: #header })
        }
        BodyEnd::Marker { line, header, mismatch } => {
            let line = text(line);
            let header = match header {
                Some(header) => {
                    let header = text(header);
                    quote!(Some(#header))
                }
                None => quote!(None),
            };
            let mismatch = variant(mismatch);
            quote!(BodyEnd::Marker { line: #line, header: #header, mismatch: Mismatch::#mismatch })
        }
    }
}

/// The name of a variant without fields.
fn variant(value: impl std::fmt::Debug) -> Ident {
    format_ident!("{}", format!("{value:?}"))
}
