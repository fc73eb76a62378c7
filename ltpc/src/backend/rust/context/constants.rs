//! How constants are written.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Context, Scope};
use crate::backend::rust::names::{self, Item};
use crate::model::{Constant, RecordId, Type, TypeKind};

impl Context<'_> {
    /// A constant of a type.
    pub fn constant(&self, constant: &Constant, ty: &Type, scope: Scope) -> TokenStream {
        if ty.nullable {
            return match constant {
                Constant::Null => quote!(None),
                _ => {
                    let inner = self.constant(
                        constant,
                        &Type {
                            nullable: false,
                            ..ty.clone()
                        },
                        scope,
                    );
                    quote!(Some(#inner))
                }
            };
        }
        let runtime = self.runtime();
        match (&ty.kind, constant) {
            (TypeKind::Json, constant) => {
                let json = Literal::string(&crate::backend::rust::constant_json(self.model, constant));
                quote!(#runtime::codec::Json::literal(#json))
            }
            (TypeKind::Object, constant) => {
                let json = Literal::string(&crate::backend::rust::constant_json(self.model, constant));
                quote!(#runtime::codec::Object::literal(#json))
            }
            (TypeKind::Float(_), Constant::Integer(value)) => float(*value as f64),
            (_, Constant::Bool(value)) => quote!(#value),
            (_, Constant::Integer(value)) => integer(*value),
            (_, Constant::Float(value)) => float(*value),
            (TypeKind::Uuid, Constant::Text(text)) => {
                let value = ltp_runtime::codec::formats::uuid(text).map_or(0, |uuid| uuid.as_u128());
                let value: TokenStream = format!("{value:#034x}").parse().unwrap_or_default();
                quote!(#runtime::Uuid::from_u128(#value))
            }
            (TypeKind::PayloadKind(id), Constant::Text(text)) => {
                let set = &self.model[*id];
                let variants = names::variant_names(set.kinds.iter().map(|kind| kind.name.as_str()), set.open);
                let path = self.path(Item::Kind(*id), scope);
                match set.kinds.iter().position(|kind| kind.wire == *text) {
                    Some(index) => {
                        let variant = &variants[index];
                        quote!(#path::#variant)
                    }
                    None => {
                        let text = self.text_literal(text, scope);
                        quote!(#path::Other(#text))
                    }
                }
            }
            (_, Constant::Text(text)) => self.text_literal(text, scope),
            (_, Constant::Variant(id, index)) => {
                let declared = &self.model[*id];
                let variants = names::variant_names(declared.variants.iter().map(|variant| variant.name.as_str()), declared.open);
                let (path, variant) = (self.path(Item::Enum(*id), scope), &variants[*index]);
                quote!(#path::#variant)
            }
            (TypeKind::List { item, .. }, Constant::List(items)) => {
                let vec = self.std("Vec", scope);
                if items.is_empty() {
                    return quote!(#vec::new());
                }
                let items = items.iter().map(|constant| self.constant(constant, item, scope));
                quote!(#vec::from([#(#items),*]))
            }
            (TypeKind::Map { value, .. }, Constant::Object(members)) => {
                let members = members.iter().map(|(name, constant)| {
                    let value = self.constant(constant, value, scope);
                    quote!((#name, #value))
                });
                quote!([#(#members),*].into_iter().collect())
            }
            (TypeKind::Record(id), Constant::Object(members)) => self.record_constant(*id, members, scope),
            // The model holds only constants of their type.
            (_, Constant::Null | Constant::List(_) | Constant::Object(_)) => quote!(Default::default()),
            (_, Constant::Duration(milliseconds)) => quote!(#milliseconds),
        }
    }

    fn record_constant(&self, id: RecordId, given: &[(String, Constant)], scope: Scope) -> TokenStream {
        let record = &self.model[id];
        let path = self.path(Item::Record(id), scope);
        let names = names::member_names(&record.members);
        let fields = record.members.iter().zip(&names).enumerate().map(|(index, (member, name))| {
            let given = given.iter().find(|(wire, _)| *wire == member.wire).map(|(_, constant)| constant);
            let value = self.member_constant(id, index, given, scope);
            quote!(#name: #value)
        });
        let rest = record
            .open
            .then(|| crate::backend::rust::types::rest_name(record))
            .map(|rest| quote!(, #rest: Default::default()));
        quote!(#path { #(#fields),* #rest })
    }

    /// What a record's field is made with where nothing, or this, is said of its member.
    pub fn member_constant(&self, id: RecordId, index: usize, given: Option<&Constant>, scope: Scope) -> TokenStream {
        let member = &self.model[id].members[index];
        let made = |constant: &Constant| {
            let made = self.constant(constant, &member.ty, scope);
            if self.facts.is_boxed(id, index) {
                let boxed = self.std("Box", scope);
                quote!(#boxed::new(#made))
            } else {
                made
            }
        };
        match (given, &member.presence) {
            (Some(constant), crate::model::Presence::Optional) => {
                let made = made(constant);
                quote!(Some(#made))
            }
            (Some(constant), _) => made(constant),
            (None, crate::model::Presence::Optional) => quote!(None),
            (None, crate::model::Presence::Default { value, .. } | crate::model::Presence::Required { default: Some(value) }) => {
                made(value)
            }
            (None, crate::model::Presence::Required { default: None }) => quote!(Default::default()),
        }
    }

    fn text_literal(&self, text: &str, scope: Scope) -> TokenStream {
        if self.options.owned_only {
            let string = self.std("String", scope);
            return quote!(#string::from(#text));
        }
        let cow = self.std("Cow", scope);
        quote!(#cow::Borrowed(#text))
    }
}

/// An integer, its digits in groups where there are many.
pub fn integer(value: i128) -> TokenStream {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if digits.len() > 4 && index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    let sign = (value < 0).then(|| quote!(-));
    let literal: TokenStream = text.parse().unwrap_or_default();
    quote!(#sign #literal)
}

/// A finite double.
fn float(value: f64) -> TokenStream {
    let text = format!("{value:?}");
    text.parse().unwrap_or_default()
}
