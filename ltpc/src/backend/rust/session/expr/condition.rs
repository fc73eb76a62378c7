//! Guards and comparisons.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    super::uses::{Access, places},
    Env,
};
use crate::model::{Expr, ExprKind, Place, PlaceBase, TypeKind, VarRef, expr::BinaryOp};

impl Env<'_, '_> {
    /// What stands behind `if`, and in other expressions of type bool.
    pub fn condition(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Bool(value) => quote!(#value),
            ExprKind::Has(place) => {
                let path = self.path(place);
                quote!(#path.is_some())
            }
            ExprKind::Not(inner) => match &inner.kind {
                ExprKind::Has(place) => {
                    let path = self.path(place);
                    quote!(#path.is_none())
                }
                ExprKind::Place(_) | ExprKind::Unwrap(_) | ExprKind::Bool(_) => {
                    let inner = self.owned(inner);
                    quote!(!#inner)
                }
                _ => {
                    let inner = self.condition(inner);
                    quote!(!(#inner))
                }
            },
            ExprKind::Binary {
                op: op @ (BinaryOp::And | BinaryOp::Or),
                ..
            } => self.junction(*op, &operands(expr, *op)),
            ExprKind::Binary { op, left, right } => {
                let op = match op {
                    BinaryOp::Equal => quote!(==),
                    BinaryOp::NotEqual => quote!(!=),
                    BinaryOp::Less => quote!(<),
                    BinaryOp::LessEqual => quote!(<=),
                    BinaryOp::Greater => quote!(>),
                    BinaryOp::GreaterEqual => quote!(>=),
                    _ => return self.owned(expr),
                };
                let (left, right) = (self.seen(left), self.seen(right));
                quote!(#left #op #right)
            }
            _ => self.owned(expr),
        }
    }

    /// `a and b and ...` or `a or b or ...`, where what `has` asks for is used behind it.
    fn junction(&self, op: BinaryOp, operands: &[&Expr]) -> TokenStream {
        let Some((first, rest)) = operands.split_first() else {
            return TokenStream::new();
        };
        let asked = match (&first.kind, op) {
            (ExprKind::Has(place), BinaryOp::And) => Some((place, "is_some_and")),
            (ExprKind::Not(inner), BinaryOp::Or) => match &inner.kind {
                ExprKind::Has(place) => Some((place, "is_none_or")),
                _ => None,
            },
            _ => None,
        };
        if let Some((place, method)) = asked
            && !rest.is_empty()
            && rest.iter().any(|expr| looks_into(expr, place))
        {
            let mut inner = Env {
                narrowed: self.narrowed.clone(),
                bound: self.bound.clone(),
                locals: self.locals.clone(),
                ..*self
            };
            let name = inner.local(place);
            inner.narrowed.push((place.clone(), name.clone()));
            let rest = inner.junction(op, rest);
            let method = format_ident!("{method}");
            let value = self.narrowing(place);
            let value = match value.by_reference {
                true => {
                    let path = value.path;
                    quote!(#path.as_ref())
                }
                false => value.path,
            };
            return quote!(#value.#method(|#name| #rest));
        }
        let wrapped = |expr: &Expr| {
            let mixed = matches!(&expr.kind, ExprKind::Binary { op: other @ (BinaryOp::And | BinaryOp::Or), .. } if *other != op);
            let condition = self.condition(expr);
            if mixed { quote!((#condition)) } else { condition }
        };
        let first = wrapped(first);
        if rest.is_empty() {
            return first;
        }
        let rest = self.junction(op, rest);
        let sign = if op == BinaryOp::And { quote!(&&) } else { quote!(||) };
        quote!(#first #sign #rest)
    }

    /// A guard as the conditions of an `if`, joined by `&&`; `looked` says whether what a place holds is looked at behind the guard.
    pub fn chain(&mut self, guard: &Expr, looked: impl Fn(&Place) -> bool) -> Vec<TokenStream> {
        let operands = operands(guard, BinaryOp::And);
        let mut conditions = Vec::new();
        for (index, operand) in operands.iter().enumerate() {
            if let ExprKind::Has(place) = &operand.kind
                && (looked(place) || operands[index + 1..].iter().any(|expr| looks_into(expr, place)))
            {
                let value = self.narrowing(place);
                let path = value.path;
                let name = self.local(place);
                conditions.push(if value.by_reference {
                    quote!(let Some(#name) = &#path)
                } else {
                    quote!(let Some(#name) = #path)
                });
                self.narrowed.push((place.clone(), name));
                continue;
            }
            let mixed = matches!(&operand.kind, ExprKind::Binary { op: BinaryOp::Or, .. });
            let condition = self.condition(operand);
            conditions.push(if mixed && operands.len() > 1 {
                quote!((#condition))
            } else {
                condition
            });
        }
        conditions
    }

    /// What a place holds, to be bound: a copy; a reference into what came; a clone of a variable, which may change while it is known.
    fn narrowing(&self, place: &Place) -> Narrowing {
        let path = self.path(place);
        let ty = self.place_type(place);
        if ty.is_some_and(|ty| matches!(ty.kind, TypeKind::Duration)) {
            let milliseconds = self.role.session("milliseconds");
            let is_option = matches!(place.base, PlaceBase::Var(VarRef::Option(_)));
            return Narrowing {
                path: if is_option { quote!(#path.map(#milliseconds)) } else { path },
                by_reference: false,
            };
        }
        if ty.is_some_and(|ty| self.role.is_copy(ty)) {
            return Narrowing { path, by_reference: false };
        }
        match place.base {
            PlaceBase::Var(_) => Narrowing {
                path: quote!(#path.clone()),
                by_reference: false,
            },
            _ => Narrowing { path, by_reference: true },
        }
    }

    /// An operand of a comparison.
    pub(super) fn seen(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Text(text) => quote!(#text),
            ExprKind::Place(place) if expr.ty.nullable => {
                let _ = place;
                self.view(expr)
            }
            ExprKind::Place(_) if matches!(expr.ty.kind, TypeKind::Duration) => self.owned(expr),
            ExprKind::Place(place) => self.path(place),
            ExprKind::Unwrap(inner) => match &inner.kind {
                ExprKind::Place(place) => match self.narrowed_name(place) {
                    // What came is bound by reference; comparing looks through it.
                    Some(name) if !self.role.is_copy(&expr.ty) && !matches!(place.base, PlaceBase::Var(_)) => quote!(*#name),
                    Some(name) => quote!(#name),
                    None => self.owned(expr),
                },
                _ => self.owned(expr),
            },
            ExprKind::Wrap(inner) => match inner.ty.kind {
                TypeKind::String(_) | TypeKind::Datetime => {
                    let inner = match &inner.kind {
                        ExprKind::Text(text) => quote!(#text),
                        ExprKind::Place(place) if Self::is_borrowed_text(&place.base) => self.path(place),
                        _ => {
                            let seen = self.seen(inner);
                            quote!(&*#seen)
                        }
                    };
                    quote!(Some(#inner))
                }
                _ if self.role.is_copy(&inner.ty) => {
                    let inner = self.owned(inner);
                    quote!(Some(#inner))
                }
                _ => {
                    let inner = self.seen(inner);
                    quote!(Some(&#inner))
                }
            },
            _ => self.owned(expr),
        }
    }
}

struct Narrowing {
    path: TokenStream,
    by_reference: bool,
}

/// The operands of a chain of one operator.
fn operands(expr: &Expr, op: BinaryOp) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Binary { op: found, left, right } if *found == op => {
            let mut all = operands(left, op);
            all.extend(operands(right, op));
            all
        }
        _ => vec![expr],
    }
}

/// Whether an expression looks at what a nullable place holds, or at members of it.
pub(in super::super) fn looks_into(expr: &Expr, place: &Place) -> bool {
    let mut found = false;
    places(expr, &mut |other, access| {
        let within = other.base == place.base && other.path.starts_with(&place.path);
        found |= within && (other.path.len() > place.path.len() || access == Access::Unwrapped);
    });
    found
}
