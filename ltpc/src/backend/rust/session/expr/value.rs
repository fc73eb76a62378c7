//! Values to keep.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{super::policy, Env, Root};
use crate::model::{DigestId, Expr, ExprKind, Member, Place, PlaceBase, Presence, Type, TypeKind, VarRef, expr::BinaryOp};

impl Env<'_, '_> {
    /// A value of the type that generated code keeps.
    pub fn owned(&self, expr: &Expr) -> TokenStream {
        let role = self.role;
        match &expr.kind {
            ExprKind::Text(text) => role.text_literal(text),
            ExprKind::Integer(_) | ExprKind::Float(_) | ExprKind::Duration(_) | ExprKind::Bool(_) | ExprKind::None => self.literal(expr),
            ExprKind::Variant(id, index) => role.variant(*id, *index),
            ExprKind::Place(place) => self.owned_place(place, &expr.ty),
            ExprKind::Now if self.is_mapping() => quote!(context.unix),
            ExprKind::Now => quote!(step.now.unix),
            ExprKind::Fresh if matches!(expr.ty.kind, TypeKind::Uuid) => {
                let step = self.step();
                quote!(#step.fresh())
            }
            ExprKind::FreshHex { prefix, digits } => {
                let digits = proc_macro2::Literal::u32_unsuffixed(*digits);
                let step = self.step();
                role.text_owned(&quote!(#step.fresh_hex(#prefix, #digits)))
            }
            ExprKind::Fresh => {
                let step = self.step();
                role.text_owned(&quote!(#step.fresh_text()))
            }
            ExprKind::Wrap(inner) => {
                let inner = self.owned(inner);
                quote!(Some(#inner))
            }
            ExprKind::Unwrap(inner) => match &inner.kind {
                ExprKind::Place(place) => match self.narrowed_name(place) {
                    Some(name) if role.is_copy(&expr.ty) => quote!(#name),
                    Some(name) => quote!(#name.clone()),
                    None => {
                        let value = self.owned(inner);
                        quote!(#value.unwrap_or_default())
                    }
                },
                _ => {
                    let value = self.owned(inner);
                    quote!(#value.unwrap_or_default())
                }
            },
            ExprKind::Has(_) | ExprKind::Not(_) => self.condition(expr),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, expr),
            ExprKind::OfUnit { value, unit } => self.of_unit(value, *unit),
            ExprKind::InUnit { value, unit, up } => self.in_unit(value, *unit, *up),
            ExprKind::Peek(pointer) if matches!(expr.ty.kind, TypeKind::Uint(_)) => quote!(refusal.readable.integer(#pointer)),
            ExprKind::Peek(pointer) => {
                let text = role.text_owned(&quote!(text.to_owned()));
                quote!(refusal.readable.text(#pointer).map(|text| #text))
            }
            ExprKind::Peer => role.text_owned(&quote!(step.peer.to_owned())),
            ExprKind::Grant { tiers, agent, claim, key } => policy::grant(self, *tiers, agent, claim, key.as_deref()),
            ExprKind::May { tiers, tier, capability } => policy::may(self, *tiers, tier, *capability),
            ExprKind::Wait { meter, key, tier } => policy::wait(self, *meter, key, tier.as_deref()),
            ExprKind::AsText(value) => {
                let rfc3339 = role.session("rfc3339");
                let inner = self.owned(value);
                if value.ty.nullable {
                    let text = role.text_owned(&quote!(#rfc3339(moment)));
                    quote!(#inner.map(|moment| #text))
                } else {
                    role.text_owned(&quote!(#rfc3339(#inner)))
                }
            }
            ExprKind::Object(members) => self.object(members, &expr.ty),
            ExprKind::List(items) => self.list(items, &expr.ty),
            ExprKind::Digest { digest, list } => self.digest(*digest, list),
        }
    }

    fn is_mapping(&self) -> bool {
        matches!(self.root, Root::Message | Root::Record)
    }

    /// What is drawn from.
    fn step(&self) -> TokenStream {
        if self.is_mapping() { quote!(context) } else { quote!(step) }
    }

    fn literal(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Integer(value) => integer(*value),
            ExprKind::Float(value) => {
                let value = Literal::f64_unsuffixed(*value);
                quote!(#value)
            }
            ExprKind::Duration(value) => integer((*value).into()),
            ExprKind::Bool(value) => quote!(#value),
            _ => quote!(None),
        }
    }

    fn owned_place(&self, place: &Place, ty: &Type) -> TokenStream {
        let role = self.role;
        let path = self.path(place);
        match &place.base {
            PlaceBase::RefusedTag if role.rust.options.owned_only => quote!(#path.clone()),
            PlaceBase::RefusedTag => {
                let cow = role.cow();
                quote!(#path.clone().map(#cow::Owned))
            }
            PlaceBase::RefusedRule => role.text_static(&path),
            PlaceBase::RefusedPointer | PlaceBase::Tag => role.text_owned(&quote!(#path.to_owned())),
            PlaceBase::RefusedText => role.text_owned(&path),
            PlaceBase::Var(VarRef::Option(_)) if place.path.is_empty() && matches!(ty.kind, TypeKind::Duration) => {
                let milliseconds = role.session("milliseconds");
                if ty.nullable {
                    quote!(#path.map(#milliseconds))
                } else {
                    quote!(#milliseconds(#path))
                }
            }
            _ if role.is_copy(ty) => path,
            _ => quote!(#path.clone()),
        }
    }

    /// Something to call a method on, of a type that is certain.
    pub(super) fn receiver(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Integer(value) => match expr.ty.kind {
                TypeKind::Int(_) if *value < 0 => {
                    let value = Literal::i64_suffixed(i64::try_from(*value).unwrap_or(i64::MIN));
                    quote!((#value))
                }
                TypeKind::Int(_) => {
                    let value = Literal::i64_suffixed(i64::try_from(*value).unwrap_or(i64::MAX));
                    quote!(#value)
                }
                _ => {
                    let value = Literal::u64_suffixed(u64::try_from(*value).unwrap_or_default());
                    quote!(#value)
                }
            },
            ExprKind::Duration(value) => {
                let value = Literal::u64_suffixed(*value);
                quote!(#value)
            }
            ExprKind::InUnit { unit, up: false, .. } if *unit != 1 => {
                let value = self.owned(expr);
                quote!((#value))
            }
            _ => self.owned(expr),
        }
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr, whole: &Expr) -> TokenStream {
        let method = match op {
            BinaryOp::Add => "saturating_add",
            BinaryOp::Subtract => "saturating_sub",
            BinaryOp::Multiply => "saturating_mul",
            BinaryOp::Coalesce => return self.coalesce(left, right),
            _ => return self.condition(whole),
        };
        let method = format_ident!("{method}");
        // A duration may be multiplied from either side, by an integer of either kind.
        let (left, right) = if op == BinaryOp::Multiply && matches!(right.ty.kind, TypeKind::Duration) {
            (right, left)
        } else {
            (left, right)
        };
        let is_duration = matches!(left.ty.kind, TypeKind::Duration);
        let (receiver, argument) = (self.receiver(left), self.owned(right));
        let argument = match right.ty.kind {
            TypeKind::Int(_) if is_duration => match &right.kind {
                ExprKind::Integer(value) => integer((*value).max(0)),
                _ => quote!(u64::try_from(#argument).unwrap_or(0)),
            },
            _ => argument,
        };
        quote!(#receiver.#method(#argument))
    }

    fn coalesce(&self, left: &Expr, right: &Expr) -> TokenStream {
        let (value, other) = (self.owned(left), self.owned(right));
        let is_plain = matches!(
            right.kind,
            ExprKind::Integer(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Duration(_) | ExprKind::None | ExprKind::Variant(..)
        ) || matches!(&right.kind, ExprKind::Place(place) if self.role.is_copy(&right.ty) && !matches!(place.base, PlaceBase::Var(VarRef::Option(_))))
            || matches!(&right.kind, ExprKind::Text(_));
        match (is_plain, right.ty.nullable) {
            (true, true) => quote!(#value.or(#other)),
            (false, true) => quote!(#value.or_else(|| #other)),
            (true, false) => quote!(#value.unwrap_or(#other)),
            (false, false) => quote!(#value.unwrap_or_else(|| #other)),
        }
    }

    fn of_unit(&self, value: &Expr, unit: u64) -> TokenStream {
        let inner = self.receiver(value);
        let factor = Literal::u64_unsuffixed(unit);
        let convert = |value: TokenStream, signed: bool| {
            let unsigned = if signed {
                quote!(u64::try_from(#value).unwrap_or(0))
            } else {
                value
            };
            if unit == 1 {
                unsigned
            } else {
                quote!(#unsigned.saturating_mul(#factor))
            }
        };
        let signed = matches!(value.ty.kind, TypeKind::Int(_));
        if !value.ty.nullable {
            return convert(inner, signed);
        }
        if unit == 1 && !signed {
            return inner;
        }
        let each = convert(quote!(value), signed);
        quote!(#inner.map(|value| #each))
    }

    fn in_unit(&self, value: &Expr, unit: u64, up: bool) -> TokenStream {
        if unit <= 1 {
            return self.owned(value);
        }
        let unit = Literal::u64_unsuffixed(unit);
        let value = self.receiver(value);
        if up {
            quote!(#value.div_ceil(#unit))
        } else {
            quote!(#value / #unit)
        }
    }

    fn object(&self, members: &[(String, Expr)], ty: &Type) -> TokenStream {
        let role = self.role;
        if let TypeKind::Record(record) = ty.kind {
            let given = |wire: &str| members.iter().find(|(name, _)| name == wire).map(|(_, value)| value);
            return role.record_literal(record, |index| {
                let member = &role.model[record].members[index];
                given(&member.wire).map(|value| self.for_member(value, member))
            });
        }
        let object = self.json_object(members);
        if matches!(ty.kind, TypeKind::Json) {
            let json = role.codec("Json");
            quote!(#json::from(#object))
        } else {
            object
        }
    }

    /// What is given for a member: none leaves one that may be absent out, and then its default stands in for it.
    pub fn for_member(&self, value: &Expr, member: &Member) -> TokenStream {
        let Presence::Default { value: default, .. } = &member.presence else {
            return self.owned(value);
        };
        match &value.kind {
            _ if !value.ty.nullable || member.ty.nullable => self.owned(value),
            ExprKind::Wrap(inner) => self.owned(inner),
            ExprKind::None => self.role.constant(default, &member.ty),
            _ => {
                let (value, default) = (self.owned(value), self.role.constant(default, &member.ty));
                quote!(#value.unwrap_or(#default))
            }
        }
    }

    fn list(&self, items: &[Expr], ty: &Type) -> TokenStream {
        if matches!(ty.kind, TypeKind::Json) {
            let json = self.role.codec("Json");
            let items = items.iter().map(|item| self.json(item));
            return quote!(#json::list([#(#items),*]));
        }
        let items = items.iter().map(|item| self.owned(item));
        quote!(vec![#(#items),*])
    }

    /// The digest of a list, which is only looked at.
    fn digest(&self, digest: DigestId, list: &Expr) -> TokenStream {
        let function = self.role.rust.names.digest(digest);
        let list = match &list.kind {
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.owned(item));
                quote!([#(#items),*])
            }
            _ => self.seen(list),
        };
        quote!(digests::#function(&#list))
    }

    /// The text of a value, for what wants a `String` or a `&str` of any lifetime.
    pub fn key(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Text(text) => quote!(#text),
            ExprKind::Integer(value) => {
                let text = value.to_string();
                quote!(#text)
            }
            _ if matches!(expr.ty.kind, TypeKind::String(_)) => self.owned(expr),
            _ => {
                let value = self.receiver(expr);
                quote!(#value.to_string())
            }
        }
    }
}

fn integer(value: i128) -> TokenStream {
    let literal = Literal::i128_unsuffixed(value);
    quote!(#literal)
}
