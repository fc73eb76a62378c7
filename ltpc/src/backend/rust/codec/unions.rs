//! Unions: the tag is looked for first, then the record read that it names.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    super::{context::Context, facts, names::Item, tables, types},
    raw_literal,
};
use crate::model::{Case, TypeKind, UnionId};

/// Reading and writing a union.
pub fn union(context: &Context<'_>, id: UnionId) -> TokenStream {
    let union = &context.model[id];
    let names = context.variant_names(union.cases.iter().map(|case| case.name.as_str()), union.open);
    let tag = &union.tag;
    if let Some(derived) = context.derived {
        let (read, write) = derived.union(union);
        return super::wire(context, Item::Union(id), tables::union_id(context, id), &read, &write);
    }
    let arms = union.cases.iter().zip(&names).map(|(case, name)| {
        let (wire, read) = (&case.wire, read_case(context, case, tag));
        quote!(#wire => #read.map(Self::#name),)
    });
    let other = if union.open {
        let owned = context.options.owned_only.then(|| quote!(.map(codec::Object::into_owned)));
        quote!(reader.object()#owned.map(Self::Other))
    } else {
        quote!(Err(reader.refuse(Rule::OneOf)))
    };
    let read = quote! {
        let Some(tag) = reader.find_string(#tag)? else { return Err(reader.refuse(Rule::Required)); };
        match &*tag {
            #(#arms)*
            _ => #other,
        }
    };
    let written = union.cases.iter().zip(&names).map(|(case, name)| {
        let start = tagged(tag, &case.wire);
        let documents = case_record(context, case)
            .filter(|record| facts::encoded_by_envelope(record).is_some())
            .map(|_| quote!(, None));
        quote! {
            Self::#name(value) => {
                write::raw(out, #start);
                value.write_members(out #documents);
                out.push(b'}');
            }
        }
    });
    let other = union.open.then(|| quote!(Self::Other(value) => write::raw(out, value.as_str()),));
    let write = quote!(match self { #(#written)* #other });
    super::wire(context, Item::Union(id), tables::union_id(context, id), &read, &write)
}

/// `{"tag":"text"`.
pub fn tagged(tag: &str, text: &str) -> TokenStream {
    let mut out = Vec::new();
    out.push(b'{');
    ltp_runtime::codec::write::string(&mut out, tag);
    out.push(b':');
    ltp_runtime::codec::write::string(&mut out, text);
    raw_literal(&String::from_utf8(out).unwrap_or_default())
}

fn case_record<'m>(context: &Context<'m>, case: &Case) -> Option<&'m crate::model::Record> {
    match case.ty.kind {
        TypeKind::Record(id) => Some(&context.model[id]),
        _ => None,
    }
}

/// An expression that reads a case: a record to which the tag is a member like others that it does not declare.
fn read_case(context: &Context<'_>, case: &Case, tag: &str) -> TokenStream {
    let read = context.read(&case.ty);
    match case_record(context, case).filter(|record| record.open) {
        Some(record) => {
            let rest = types::rest_name(record);
            quote!(#read.map(|mut value| {
                value.#rest.remove(#tag);
                value
            }))
        }
        None => read,
    }
}
