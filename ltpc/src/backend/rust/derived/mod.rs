//! Implementations for types that are there already: what a derive adds to a user's struct or enum.
//!
//! The model declares the user's type in its first module and, as records without members in its second, every type that it names and
//! of which a derive knows nothing: those are read and written by their own implementations, and tables link to theirs.
//! Fields are of the user's types, so each is read and written by the trait; order, names, defaults, constraints and tables are the
//! model's, written by what writes generated records.

mod checks;
mod qualify;
mod shape;

use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream};
use quote::quote;

use super::{
    Options, codec,
    codec::Writer,
    context::{Context, integer},
    tables,
};
use crate::model::{Constant, Member, Model, Presence, Record, RecordId, Type, TypeKind, UnionId};

pub use shape::{Derived, Field, Inline, Kind, Parts, Shape};

/// The implementations for a type, in an anonymous constant.
///
/// # Errors
/// In words, if the model does not hold the declaration that `derived` says.
pub fn implementation(model: &Model, derived: &Derived) -> Result<TokenStream, String> {
    let options = Options {
        runtime: derived.runtime.to_string(),
        ..Options::default()
    };
    let context = Context::of_derived(model, &options, derived);
    let codec = match derived.shape {
        Shape::Record => codec::record(&context, RecordId(0)),
        Shape::Union => codec::union(&context, UnionId(0)),
        Shape::Texts => derived.texts(&context)?,
        Shape::Value => derived.value(&context)?,
    };
    let (tables, kind) = (derived.tables(&context), derived.kinds());
    let (asserted, headers) = (derived.asserted(model), derived.headers());
    let all = qualify::qualified(quote!(#tables #codec #kind #headers #asserted), &derived.runtime);
    Ok(quote! {
        #[doc(hidden)]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery, unused_qualifications, non_snake_case, non_upper_case_globals)]
        const _: () = { #all };
    })
}

/// Tokens of the user's, which mean what they mean where they stand.
fn theirs(tokens: &TokenStream) -> TokenStream {
    TokenStream::from(proc_macro2::TokenTree::Group(Group::new(Delimiter::None, tokens.clone())))
}

/// A field that is not on the wire, as it is made.
pub fn made((name, ty): &(Ident, TokenStream)) -> TokenStream {
    let ty = theirs(ty);
    quote!(#name: <#ty as ::core::default::Default>::default())
}

/// What a member is whose default is meant: an expression of its field's type, in a function that may refuse.
pub fn constant(model: &Model, member: &Member, value: &Constant) -> TokenStream {
    match value {
        Constant::Bool(value) if !member.ty.nullable => quote!(#value),
        Constant::Integer(value) if !member.ty.nullable && !matches!(member.ty.kind, TypeKind::Float(_) | TypeKind::Json) => {
            integer(*value)
        }
        _ => {
            let json = super::constant_json(model, value);
            quote!(codec::constant(#json)?)
        }
    }
}

impl Derived {
    /// The implementation of the trait by which everything is read and written.
    pub(super) fn wire(&self, model: &Model, type_id: u32, read: &TokenStream, encode: &TokenStream, more: &TokenStream) -> TokenStream {
        let docs = self.docs(model);
        let (encode, parts) = self.parts(encode);
        let (target, arguments, parameters, condition) = (theirs(&self.target()), &self.arguments, &self.parameters, &self.condition);
        let type_id = Literal::u32_unsuffixed(type_id);
        quote! {
            #[automatically_derived]
            impl<#parameters> codec::Wire<'a> for #target where #condition {
                const SCHEMA: &'static schema::Schema = __LtpTables::#arguments::SCHEMA;
                const TYPE: schema::TypeId = #type_id;
                #docs

                fn read<__R: Source<'a>>(reader: &mut __R) -> Result<Self, __R::Refused> {
                    #read
                }

                fn encode(&self, out: &mut Vec<u8>) {
                    #encode
                }

                #more
            }

            #parts
        }
    }

    /// How the record is written, and what it is written in, if that is something else.
    fn parts(&self, encode: &TokenStream) -> (TokenStream, TokenStream) {
        let Some(Parts {
            name,
            path,
            fields,
            arguments,
        }) = &self.parts
        else {
            return (encode.clone(), TokenStream::new());
        };
        let names = fields.iter().map(|(name, _)| name);
        let path = theirs(path);
        let whole = quote!(#path { #(#names: &self.#names,)* __ltp: ::core::marker::PhantomData }.encode(out););
        let (parameters, condition) = (&self.parameters, &self.condition);
        let written = quote! {
            impl<'__ltp, #parameters> #name #arguments where #condition {
                fn encode(&self, out: &mut Vec<u8>) {
                    #encode
                }
            }
        };
        (whole, written)
    }

    /// What is said in words, of the type and of its parts, and where that of others is found.
    fn docs(&self, model: &Model) -> TokenStream {
        let members = |record: &Record| {
            let of = &record.decl.docs;
            (
                of.clone(),
                record.members.iter().map(|member| member.docs.clone()).collect::<Vec<_>>(),
            )
        };
        let declared = match self.shape {
            Shape::Record => model.records.first().map(members),
            Shape::Value => model.records.first().map(|record| (record.decl.docs.clone(), Vec::new())),
            Shape::Texts => model.enums.first().map(|declared| {
                let variants = declared.variants.iter().map(|variant| variant.docs.clone());
                (declared.decl.docs.clone(), variants.collect())
            }),
            Shape::Union => model.unions.first().map(|union| {
                let cases = union.cases.iter().map(|case| case.docs.clone());
                (union.decl.docs.clone(), cases.collect())
            }),
        };
        let (of, mut parts) = declared.unwrap_or_default();
        if parts.iter().all(String::is_empty) {
            parts.clear();
        }
        if of.is_empty() && parts.is_empty() && self.foreign.is_empty() {
            return TokenStream::new();
        }
        let links = self.foreign.iter().map(theirs);
        quote! {
            const DOCS: schema::Docs = schema::Docs {
                of: #of,
                parts: &[#(#parts),*],
                links: &[#(derived::documented::<#links>),*],
            };
        }
    }

    /// An expression that reads a member's value and checks it.
    pub(super) fn fill(&self, context: &Context<'_>, index: usize, member: &Member) -> TokenStream {
        self.fields
            .get(index)
            .map_or_else(TokenStream::new, |field| field_value(context, field, &member.ty))
    }

    /// Statements that write a member.
    pub(super) fn write(&self, model: &Model, writer: &mut Writer, index: usize, member: &Member) {
        let Some(Field { name, ty, .. }) = self.fields.get(index) else {
            return;
        };
        let ty = theirs(ty);
        let key = codec::key(&member.wire);
        let key_text = codec::raw_literal(&key);
        match &member.presence {
            Presence::Required { .. } | Presence::Default { always: true, .. } => {
                writer.text(&key);
                writer.push(quote!(<#ty as codec::Wire<'a>>::encode(&self.#name, out);));
            }
            Presence::Optional => writer.push(quote!(if let Some(value) = &self.#name {
                write::raw(out, #key_text);
                <#ty as codec::Wire<'a>>::encode(value, out);
            })),
            Presence::Default { value, .. } => {
                let json = codec::raw_literal(&super::constant_json(model, value));
                writer.push(quote!(
                    write::unless(out, #key_text, #json, |out| <#ty as codec::Wire<'a>>::encode(&self.#name, out));
                ));
            }
        }
    }

    /// Statements that read and write a union.
    pub(super) fn union(&self, union: &crate::model::Union) -> (TokenStream, TokenStream) {
        let tag = &union.tag;
        let cases = union.cases.iter().zip(&self.variants).zip(&self.fields);
        let (mut read, mut write) = (TokenStream::new(), TokenStream::new());
        for ((case, name), Field { ty, inline, .. }) in cases {
            let (ty, wire) = (theirs(ty), &case.wire);
            let start = codec::tagged(tag, wire);
            let (made, written) = match inline {
                None => (
                    quote!(Self::#name(value)),
                    quote!(Self::#name(value) => write::tagged(out, #start, |out| <#ty as codec::Wire<'a>>::encode(value, out)),),
                ),
                Some(Inline { fields, parts, written }) => {
                    let parts = theirs(parts);
                    // Fields may be called as what stands here is.
                    let bound: Vec<Ident> = (0..written.len()).map(|place| quote::format_ident!("__field{place}")).collect();
                    (
                        quote!(Self::#name { #(#fields: value.#fields),* }),
                        quote!(Self::#name { #(#written: #bound,)* .. } => write::tagged(out, #start, |out| {
                            #parts { #(#written: #bound,)* __ltp: ::core::marker::PhantomData }.encode(out);
                        }),),
                    )
                }
            };
            read.extend(quote!(#wire => {
                let mut value = <#ty as codec::Wire<'a>>::read(reader)?;
                <#ty as codec::Wire<'a>>::untag(&mut value, #tag);
                Ok(#made)
            }));
            write.extend(written);
        }
        let other = match &self.open {
            Some(name) => {
                write.extend(quote!(Self::#name(value) => write::raw(out, value.as_str()),));
                quote!(reader.object().map(|value| Self::#name(::core::convert::From::from(value))))
            }
            None => quote!(Err(reader.refuse(Rule::OneOf))),
        };
        let read = quote! {
            let Some(tag) = reader.find_string(#tag)? else { return Err(reader.refuse(Rule::Required)); };
            match &*tag {
                #read
                _ => #other,
            }
        };
        (read, quote!(match self { #write }))
    }

    /// An enum of texts.
    fn texts(&self, context: &Context<'_>) -> Result<TokenStream, String> {
        let declared = context.model.enums.first().ok_or("the model has no enum")?;
        let wires: Vec<&str> = declared.variants.iter().map(|variant| variant.wire.as_str()).collect();
        let names = &self.variants;
        let (other, text) = match &self.open {
            Some(name) => (
                quote!(_ => Ok(Self::#name(::core::convert::From::from(text)))),
                Some(quote!(Self::#name(text) => ::core::convert::AsRef::<str>::as_ref(text),)),
            ),
            None => (quote!(_ => Err(reader.refuse(Rule::OneOf))), None),
        };
        let read = quote! {
            let text = reader.string()?;
            match &*text {
                #(#wires => Ok(Self::#names),)*
                #other,
            }
        };
        let encode = quote!(write::string(out, codec::Texts::text(self)););
        let id = tables::enum_id(context, crate::model::EnumId(0));
        let wire = self.wire(context.model, id, &read, &encode, &TokenStream::new());
        let (target, parameters, condition) = (theirs(&self.target()), &self.parameters, &self.condition);
        Ok(quote! {
            #wire

            #[automatically_derived]
            impl<#parameters> codec::Texts for #target where #condition {
                const TEXTS: &'static [&'static str] = &[#(#wires),*];

                fn text(&self) -> &str {
                    match self {
                        #(Self::#names => #wires,)*
                        #text
                    }
                }
            }
        })
    }

    /// A struct that holds one value: the value, under its own constraints.
    fn value(&self, context: &Context<'_>) -> Result<TokenStream, String> {
        let record = context.model.records.first().ok_or("the model has no value")?;
        let (member, field) = record.members.first().zip(self.fields.first()).ok_or("the value has no type")?;
        let plain = Type {
            scalar: None,
            ..member.ty.clone()
        };
        let id = context.tables.type_id(&plain).ok_or("the value has no table")?;
        let (read, ty) = (field_value(context, field, &member.ty), theirs(&field.ty));
        Ok(self.wire(
            context.model,
            id,
            &quote!(Ok(Self(#read))),
            &quote!(<#ty as codec::Wire<'a>>::encode(&self.0, out)),
            &TokenStream::new(),
        ))
    }

    /// The tables, whose entries may be of the type's own parameters.
    fn tables(&self, context: &Context<'_>) -> TokenStream {
        let (entries, statics) = tables::of_derived(context, self);
        let (parameters, arguments, condition, types) = (&self.parameters, &self.arguments, &self.condition, &self.types);
        quote! {
            #statics

            struct __LtpTables<#parameters>(::core::marker::PhantomData<(&'a (), #(#types),*)>) where #condition;

            impl<#parameters> __LtpTables #arguments where #condition {
                const TYPES: &'static [Type] = &[#(#entries),*];
                const SCHEMA: &'static Schema = &Schema {
                    limits: Limits::DEFAULT,
                    types: Cow::Borrowed(Self::TYPES),
                    envelopes: Cow::Borrowed(&[]),
                    messages: Cow::Borrowed(&[]),
                    framing: None,
                };
            }
        }
    }

    /// The entry of a type that is declared elsewhere; `None`: it is the model's own.
    pub(super) fn linked(&self, model: &Model, index: usize) -> Option<TokenStream> {
        let record = model.records.get(index).filter(|record| record.decl.module.0 != 0)?;
        let ty = theirs(self.foreign.get(record.decl.span.start as usize)?);
        Some(quote!(Type::Linked(derived::link::<#ty>)))
    }

    /// What the type is to payload sets.
    fn kinds(&self) -> TokenStream {
        let Some(Kind { name, sets, toon_key }) = &self.kind else {
            return TokenStream::new();
        };
        let (target, parameters, condition) = (theirs(&self.target()), &self.parameters, &self.condition);
        let toon_key = match toon_key {
            Some(key) => quote!(Some(#key)),
            None => quote!(None),
        };
        let sets = sets.iter().map(theirs);
        quote! {
            #[automatically_derived]
            impl<#parameters> codec::PayloadKind for #target where #condition {
                const KIND: &'static str = #name;
                const TOON_KEY: Option<&'static str> = #toon_key;
            }

            #(
                #[automatically_derived]
                #[allow(elided_lifetimes_in_paths)]
                impl<#parameters> codec::KindOf<fn(#sets)> for #target where #condition {}
            )*
        }
    }

    /// What a set of headers says beside its types.
    fn headers(&self) -> TokenStream {
        let Some(separators) = &self.separators else {
            return TokenStream::new();
        };
        let target = theirs(&self.target());
        let separators = separators.iter().map(|(name, separator)| quote!((#name, #separator)));
        quote! {
            #[automatically_derived]
            impl text::Headers for #target {
                const SEPARATORS: &'static [(&'static str, &'static str)] = &[#(#separators),*];
            }
        }
    }

    /// What only the compiler of Rust can tell: that defaults of enums declared elsewhere are texts of theirs.
    fn asserted(&self, model: &Model) -> TokenStream {
        let members = model.records.first().map_or(&[][..], |record| &record.members);
        let texts = members
            .iter()
            .zip(&self.fields)
            .filter_map(|(member, Field { ty, text_of_enum, .. })| {
                let (
                    Presence::Default {
                        value: Constant::Text(text),
                        ..
                    },
                    Some(span),
                ) = (&member.presence, text_of_enum)
                else {
                    return None;
                };
                let (ty, message) = (theirs(ty), format!("`{text}` is no text of the enum that is this field's type"));
                Some(quote::quote_spanned!(*span=> ::core::assert!(derived::is_text(<#ty as codec::Texts>::TEXTS, #text), #message);))
            });
        let texts: Vec<_> = texts.collect();
        if texts.is_empty() || !self.types.is_empty() {
            return TokenStream::new();
        }
        let parameters = &self.parameters;
        quote! {
            #[allow(dead_code)]
            impl<#parameters> __LtpTables<'a> {
                const ASSERTED: () = { #(#texts)* };
            }
            const _: () = __LtpTables::<'static>::ASSERTED;
        }
    }

    /// The type with its arguments.
    fn target(&self) -> TokenStream {
        let (name, own) = (&self.name, &self.own_arguments);
        quote!(#name #own)
    }
}

/// An expression that reads a value of the field's type, and checks it.
fn field_value(context: &Context<'_>, field: &Field, ty: &Type) -> TokenStream {
    let own = theirs(&field.ty);
    let read = quote!(reader.value(|reader| <#own as codec::Wire<'a>>::read(reader))?);
    match checks::of(context, field, ty) {
        Some(check) => quote!({
            let value = #read;
            #check
            value
        }),
        None => read,
    }
}
