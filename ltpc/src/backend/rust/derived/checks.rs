//! Conditions that hold for a field beside its type.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    super::{checks, context::Context},
    Field,
};
use crate::model::{Type, TypeKind};

/// Statements that refuse `value` where it does not conform; `None`: whatever the field holds conforms.
pub fn of(context: &Context<'_>, field: &Field, ty: &Type) -> Option<TokenStream> {
    if !field.constrained {
        return None;
    }
    let (bound, condition) = match &ty.kind {
        TypeKind::Int(set) | TypeKind::Uint(set) => {
            let (least, most) = field.holds.unwrap_or((i128::from(i64::MIN), i128::from(u64::MAX)));
            let condition = checks::integers(set, least, most);
            (quote!(value), quote!(if !(#condition) { return Err(reader.refuse(Rule::Range)); }))
        }
        TypeKind::Float(set) => {
            let condition = checks::floats(set);
            (quote!(value), quote!(if !(#condition) { return Err(reader.refuse(Rule::Range)); }))
        }
        TypeKind::String(set) => {
            let checks = checks::strings(context, set);
            (
                quote!(&value),
                quote!(let text: &str = ::core::convert::AsRef::<str>::as_ref(value); #checks),
            )
        }
        TypeKind::Datetime => (
            quote!(&value),
            quote! {
                if !formats::is_datetime(::core::convert::AsRef::<str>::as_ref(value)) {
                    return Err(reader.refuse(Rule::Format));
                }
            },
        ),
        TypeKind::List { length: Some(length), .. } | TypeKind::Map { length: Some(length), .. } => {
            let condition = checks::miscounts(&quote!(value), &quote!(value.len()), *length);
            (quote!(&value), quote!(if #condition { return Err(reader.refuse(Rule::Length)); }))
        }
        _ => return None,
    };
    Some(if ty.nullable {
        quote!(if let Some(value) = #bound { #condition })
    } else {
        quote!({ let value = #bound; #condition })
    })
}
