//! Values as JSON, for members that carry anything.

use proc_macro2::TokenStream;
use quote::quote;

use super::{By, Env};
use crate::model::{Expr, ExprKind, PlaceBase, Type, TypeKind};

impl Env<'_, '_> {
    pub(super) fn json_object(&self, members: &[(String, Expr)]) -> TokenStream {
        let object = self.role.codec("Object");
        if members.is_empty() {
            return quote!(#object::EMPTY);
        }
        let may_lack = members
            .iter()
            .any(|(_, value)| value.ty.nullable && !matches!(value.kind, ExprKind::Wrap(_)));
        let members = members.iter().map(|(name, value)| match &value.kind {
            ExprKind::Wrap(inner) => {
                let json = self.json(inner);
                if may_lack {
                    quote!(Some((#name, #json)))
                } else {
                    quote!((#name, #json))
                }
            }
            _ if value.ty.nullable => {
                let json = self.json_of(&quote!(value), &value.ty, self.viewed(&value.ty));
                let value = self.view(value);
                quote!(#value.map(|value| (#name, #json)))
            }
            _ => {
                let json = self.json(value);
                if may_lack {
                    quote!(Some((#name, #json)))
                } else {
                    quote!((#name, #json))
                }
            }
        });
        if may_lack {
            quote!([#(#members),*].into_iter().flatten().collect::<#object<'static>>())
        } else {
            quote!(#object::from_iter([#(#members),*]))
        }
    }

    /// A value as JSON.
    pub(super) fn json(&self, expr: &Expr) -> TokenStream {
        let json = self.role.codec("Json");
        match &expr.kind {
            ExprKind::Object(members) if !matches!(expr.ty.kind, TypeKind::Record(_)) => {
                let object = self.json_object(members);
                quote!(#json::from(#object))
            }
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.json(item));
                quote!(#json::list([#(#items),*]))
            }
            ExprKind::None => quote!(#json::NULL),
            ExprKind::Wrap(inner) => self.json(inner),
            ExprKind::Text(text) => quote!(#json::from(#text)),
            ExprKind::Integer(_) | ExprKind::Duration(_) => {
                let value = self.receiver(expr);
                quote!(#json::from(#value))
            }
            _ if expr.ty.nullable => {
                let each = self.json_of(&quote!(value), &expr.ty, self.viewed(&expr.ty));
                let value = self.view(expr);
                quote!(#value.map_or(#json::NULL, |value| #each))
            }
            ExprKind::Place(place) => {
                let ty = &expr.ty;
                if matches!(ty.kind, TypeKind::Duration) {
                    let value = self.owned(expr);
                    return quote!(#json::from(#value));
                }
                if Self::is_borrowed_text(&place.base) {
                    let path = self.path(place);
                    return quote!(#json::from(#path));
                }
                if matches!(place.base, PlaceBase::RefusedText) {
                    let path = self.path(place);
                    return quote!(#json::from(&*#path));
                }
                self.json_of(&self.path(place), ty, By::Place)
            }
            ExprKind::Unwrap(inner) => match &inner.kind {
                ExprKind::Place(place) if self.narrowed_name(place).is_some() => {
                    // What came is bound by reference.
                    let by = if self.role.is_copy(&expr.ty) || matches!(place.base, PlaceBase::Var(_)) {
                        By::Place
                    } else {
                        By::Ref
                    };
                    self.json_of(&self.path(place), &expr.ty, by)
                }
                _ => self.json_of(&self.owned(expr), &expr.ty, By::Place),
            },
            _ => self.json_of(&self.owned(expr), &expr.ty, By::Place),
        }
    }

    /// What [`Self::view`] gives of a nullable value that is not none.
    fn viewed(&self, ty: &Type) -> By {
        match ty.kind {
            TypeKind::String(_) | TypeKind::Datetime => By::Text,
            _ if self.role.is_copy(ty) => By::Place,
            _ => By::Ref,
        }
    }

    /// A value of a type as JSON.
    pub(super) fn json_of(&self, value: &TokenStream, ty: &Type, by: By) -> TokenStream {
        let json = self.role.codec("Json");
        match (&ty.kind, by) {
            (TypeKind::String(_) | TypeKind::Datetime, By::Place) => quote!(#json::from(&*#value)),
            (TypeKind::String(_) | TypeKind::Datetime, By::Ref) => quote!(#json::from(&**#value)),
            (TypeKind::String(_) | TypeKind::Datetime, By::Text) => quote!(#json::from(#value)),
            (TypeKind::Json, _) => quote!(#value.clone()),
            (TypeKind::Object, _) => quote!(#json::from(#value.clone())),
            (TypeKind::Uuid, _) => quote!(#json::from(&*#value.to_string())),
            (TypeKind::Enum(_) | TypeKind::PayloadKind(_), _) => quote!(#json::from(#value.as_str())),
            (TypeKind::List { item, .. }, _) => {
                let each = self.json_of(&quote!(item), item, By::Ref);
                quote!(#json::list(#value.iter().map(|item| #each)))
            }
            (TypeKind::Map { value: inner, .. }, _) => {
                let (object, each) = (self.role.codec("Object"), self.json_of(&quote!(value), inner, By::Ref));
                quote!(#json::from(#value.iter().map(|(name, value)| (name, #each)).collect::<#object<'static>>()))
            }
            (TypeKind::Record(_) | TypeKind::Union(_), _) => {
                self.role.imports.wire();
                quote!(#json::parse(#value.to_json()).unwrap_or(#json::NULL))
            }
            (_, By::Ref) => quote!(#json::from(*#value)),
            _ => quote!(#json::from(#value)),
        }
    }

    /// A nullable value without a clone: a copy, or one that holds a reference.
    pub fn view(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Peek(pointer) if matches!(expr.ty.kind, TypeKind::String(_)) => quote!(refusal.readable.text(#pointer)),
            ExprKind::Place(place) => {
                let path = self.path(place);
                match &expr.ty.kind {
                    _ if matches!(place.base, PlaceBase::RefusedTag) => quote!(#path.as_deref()),
                    TypeKind::String(_) | TypeKind::Datetime => quote!(#path.as_deref()),
                    TypeKind::Duration => self.owned(expr),
                    _ if self.role.is_copy(&expr.ty) => path,
                    _ => quote!(#path.as_ref()),
                }
            }
            _ => self.owned(expr),
        }
    }
}
