//! Operators and units.

use super::codes;
use super::expr::{Typed, Use};
use super::scope::Scope;
use super::shape::{alike, describe, includes, nullable, plain, unconstrained};
use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, Expr, ExprKind, StringSet, Type, TypeKind};
use crate::source::Span;
use crate::syntax::tree;

/// A left operand: typed already where it is itself what operators join.
struct Left<'t> {
    tree: &'t tree::Expr,
    typed: Option<Typed>,
}

impl Scope<'_> {
    /// Operators, along their left operands without recursion: `a + b + c + ...` is as deep as it is long.
    pub(super) fn chain(&mut self, tree: &tree::Expr, expected: Option<&Type>) -> Option<Typed> {
        let mut parts = Vec::new();
        let (mut at, mut wanted) = (tree, expected.cloned());
        while let tree::ExprKind::Binary { op, left, right } = &at.kind {
            let for_left = of_left(*op, wanted.as_ref());
            parts.push((*op, left, right, at.span, std::mem::replace(&mut wanted, for_left)));
            at = left;
        }
        let mut typed = None;
        for (op, left, right, span, wanted) in parts.into_iter().rev() {
            let left = Left {
                tree: left,
                typed: typed.take(),
            };
            typed = Some(match op {
                BinaryOp::And | BinaryOp::Or => self.logic(op, left, right, span)?,
                BinaryOp::Coalesce => self.coalesce(left, right, span, wanted.as_ref())?.into(),
                BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply => self.arithmetic(op, left, right, span, wanted.as_ref())?.into(),
                _ => self.comparison(op, left, right, span)?.into(),
            });
        }
        typed
    }

    fn left(&mut self, left: Left<'_>, expected: Option<&Type>) -> Option<Typed> {
        match left.typed {
            Some(typed) => Some(typed),
            None => self.typed(left.tree, expected),
        }
    }

    /// `and`, `or`: the right side knows what the left one made sure of.
    fn logic(&mut self, op: BinaryOp, left: Left<'_>, right: &tree::Expr, span: Span) -> Option<Typed> {
        let bool = plain(TypeKind::Bool);
        let left_tree = left.tree;
        let mut first = self.left(left, Some(&bool))?;
        let known = if op == BinaryOp::And { &first.when_true } else { &first.when_false };
        let mut second = self.knowing(known, |scope| scope.typed(right, Some(&bool)))?;
        let left = self.fit(first.expr, left_tree, &bool, Use::Kept)?;
        let right = self.fit(second.expr, right, &bool, Use::Kept)?;
        let (mut when_true, mut when_false) = (Vec::new(), Vec::new());
        if op == BinaryOp::And {
            when_true = std::mem::take(&mut first.when_true);
            when_true.append(&mut second.when_true);
        } else {
            when_false = std::mem::take(&mut first.when_false);
            when_false.append(&mut second.when_false);
        }
        Some(Typed {
            expr: binary(op, left, right, bool, span),
            when_true,
            when_false,
        })
    }

    /// Both operands; the one whose type is its own tells the other what to be.
    fn operands(
        &mut self,
        left: Left<'_>,
        right: &tree::Expr,
        hint: impl Fn(&Type) -> Type,
        wanted: Option<&Type>,
    ) -> Option<(Expr, Expr)> {
        if left.typed.is_none() && self.is_literal(left.tree) && !self.is_literal(right) {
            let right = self.typed(right, wanted)?.expr;
            let left = self.typed(left.tree, Some(&hint(&right.ty)))?.expr;
            return Some((left, right));
        }
        let left = self.left(left, wanted)?.expr;
        let right = self.typed(right, Some(&hint(&left.ty)))?.expr;
        Some((left, right))
    }

    /// Whether an expression takes its type from where it stands.
    fn is_literal(&self, tree: &tree::Expr) -> bool {
        use tree::ExprKind as E;
        match &tree.kind {
            E::Text(_) | E::Number(_) | E::Object(_) | E::List(_) => true,
            E::Path(path) => path.parts.len() == 1 && path.parts.first().is_some_and(|name| !self.names_value(&name.text)),
            _ => false,
        }
    }

    fn comparison(&mut self, op: BinaryOp, left: Left<'_>, right: &tree::Expr, span: Span) -> Option<Expr> {
        let equality = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        if equality && [left.tree, right].into_iter().any(is_none) {
            self.found
                .push(Diagnostic::error(codes::OPERATOR, span, "`none` is not compared with").help("write `has ...`, or `not has ...`"));
            return None;
        }
        // Any text or number may be compared by order, but only one that is possible by equality.
        let hint = |ty: &Type| {
            if equality {
                nullable(ty, false)
            } else {
                plain(unconstrained(&ty.kind))
            }
        };
        let (left_tree, right_tree) = (left.tree, right);
        let (left, right) = self.operands(left, right, hint, None)?;
        if !alike(&left.ty.kind, &right.ty.kind) {
            self.unlike(&left, &right, span);
            return None;
        }
        use TypeKind as T;
        let comparable = match left.ty.kind {
            T::Int(_) | T::Uint(_) | T::Float(_) | T::Duration | T::Instant => true,
            // Tiers have an order.
            T::Enum(id) if self.model.tiers_of(id).is_some() => true,
            T::Bool | T::String(_) | T::Uuid | T::Datetime | T::Enum(_) | T::PayloadKind(_) => equality,
            _ => false,
        };
        if !comparable {
            let (what, how) = (
                describe(self.model, &nullable(&left.ty, false)),
                if equality { "equal" } else { "less or greater" },
            );
            self.error(codes::OPERATOR, span, format!("values of `{what}` cannot be compared as {how}"));
            return None;
        }
        // Nothing equals nothing; but nothing is neither less nor more than something.
        let may_be_none = equality && (left.ty.nullable || right.ty.nullable);
        let target = |own: &Expr| nullable(&plain(unconstrained(&own.ty.kind)), may_be_none);
        let (for_left, for_right) = (target(&left), target(&right));
        let left = self.fit(left, left_tree, &for_left, Use::Kept)?;
        let right = self.fit(right, right_tree, &for_right, Use::Kept)?;
        Some(binary(op, left, right, plain(TypeKind::Bool), span))
    }

    fn coalesce(&mut self, left: Left<'_>, right: &tree::Expr, span: Span, expected: Option<&Type>) -> Option<Expr> {
        let left = self.left(left, expected)?.expr;
        if !left.ty.nullable {
            self.found.push(
                Diagnostic::error(
                    codes::NEVER_NONE,
                    left.span,
                    "this is never none here, so what stands behind `??` is never used",
                )
                .help("leave out `??` and what follows it"),
            );
            return None;
        }
        let right = self.typed(right, Some(&left.ty))?.expr;
        if !alike(&left.ty.kind, &right.ty.kind) {
            self.unlike(&left, &right, span);
            return None;
        }
        // The wider of both, so that it says all that may come out.
        let mut ty = if includes(&left.ty.kind, &right.ty.kind) {
            left.ty.clone()
        } else if includes(&right.ty.kind, &left.ty.kind) {
            right.ty.clone()
        } else {
            plain(unconstrained(&left.ty.kind))
        };
        ty.nullable = right.ty.nullable;
        Some(binary(BinaryOp::Coalesce, left, right, ty, span))
    }

    fn arithmetic(&mut self, op: BinaryOp, left: Left<'_>, right: &tree::Expr, span: Span, expected: Option<&Type>) -> Option<Expr> {
        let times = op == BinaryOp::Multiply;
        let hint = |ty: &Type| match &ty.kind {
            TypeKind::Duration if times => plain(TypeKind::Uint(Vec::new())),
            kind => plain(unconstrained(kind)),
        };
        let wanted = of_left(op, expected);
        let trees = [left.tree, right];
        let (left, right) = self.operands(left, right, hint, wanted.as_ref())?;
        for (operand, tree) in [&left, &right].into_iter().zip(trees) {
            if operand.ty.nullable {
                self.may_be_none(tree);
                return None;
            }
        }
        let (left, right, kind) = match (&left.ty.kind, &right.ty.kind) {
            (TypeKind::Int(_), TypeKind::Int(_)) | (TypeKind::Uint(_), TypeKind::Uint(_)) => {
                let kind = unconstrained(&left.ty.kind);
                (left, right, kind)
            }
            (TypeKind::Duration, TypeKind::Duration) if !times => (left, right, TypeKind::Duration),
            (TypeKind::Duration, TypeKind::Uint(_)) if times => (left, right, TypeKind::Duration),
            // Neither side draws anything, so their order is free.
            (TypeKind::Uint(_), TypeKind::Duration) if times => (right, left, TypeKind::Duration),
            _ => {
                self.found.push(
                    Diagnostic::error(
                        codes::OPERATOR,
                        span,
                        format!(
                            "`{}` and `{}` cannot be {}",
                            describe(self.model, &left.ty),
                            describe(self.model, &right.ty),
                            match op {
                                BinaryOp::Add => "added",
                                BinaryOp::Subtract => "subtracted",
                                _ => "multiplied",
                            }
                        ),
                    )
                    .help("integers of one type can, durations can be added and subtracted, and a duration taken times a `uint`"),
                );
                return None;
            }
        };
        Some(binary(op, left, right, plain(kind), span))
    }

    pub(super) fn of_unit(&mut self, value: &tree::Expr, unit: u64, span: Span) -> Option<Expr> {
        let value = self.typed(value, Some(&plain(TypeKind::Uint(Vec::new()))))?.expr;
        let TypeKind::Uint(_) = value.ty.kind else {
            let what = describe(self.model, &value.ty);
            self.error(
                codes::OPERATOR,
                value.span,
                format!("a duration is made of a `uint`, and this is `{what}`"),
            );
            return None;
        };
        let ty = nullable(&plain(TypeKind::Duration), value.ty.nullable);
        Some(Expr {
            kind: ExprKind::OfUnit {
                value: Box::new(value),
                unit,
            },
            ty,
            span,
        })
    }

    pub(super) fn in_unit(&mut self, value: &tree::Expr, unit: u64, up: bool, span: Span) -> Option<Expr> {
        let tree = value;
        let value = self.typed(value, None)?.expr;
        if !matches!(value.ty.kind, TypeKind::Duration | TypeKind::Instant) {
            let what = describe(self.model, &value.ty);
            self.error(
                codes::OPERATOR,
                value.span,
                format!("only a duration or a moment is counted in a unit, and this is `{what}`"),
            );
            return None;
        }
        let value = self.there(value, tree)?;
        Some(Expr {
            kind: ExprKind::InUnit {
                value: Box::new(value),
                unit,
                up,
            },
            ty: plain(TypeKind::Uint(Vec::new())),
            span,
        })
    }

    pub(super) fn as_text(&mut self, value: &tree::Expr, span: Span, expected: Option<&Type>) -> Option<Expr> {
        let tree = value;
        let value = self.typed(value, None)?.expr;
        let TypeKind::Instant = value.ty.kind else {
            let what = describe(self.model, &value.ty);
            self.error(
                codes::OPERATOR,
                value.span,
                format!("only a moment is written as RFC 3339 text, and this is `{what}`"),
            );
            return None;
        };
        let value = self.there(value, tree)?;
        let kind = match expected.map(|ty| &ty.kind) {
            Some(TypeKind::Datetime) => TypeKind::Datetime,
            _ => TypeKind::String(StringSet::default()),
        };
        Some(Expr {
            kind: ExprKind::AsText(Box::new(value)),
            ty: plain(kind),
            span,
        })
    }

    /// A value that must not be none.
    fn there(&mut self, value: Expr, tree: &tree::Expr) -> Option<Expr> {
        let ty = nullable(&value.ty, false);
        self.fit(value, tree, &ty, Use::Kept)
    }

    fn unlike(&mut self, left: &Expr, right: &Expr, span: Span) {
        let (left_type, right_type) = (describe(self.model, &left.ty), describe(self.model, &right.ty));
        self.found.push(
            Diagnostic::error(
                codes::MISMATCH,
                span,
                format!("`{left_type}` and `{right_type}` do not go together"),
            )
            .related(left.span, format!("this is `{left_type}`"))
            .related(right.span, format!("this is `{right_type}`")),
        );
    }
}

/// What is wanted of a left operand where something is wanted of the whole.
fn of_left(op: BinaryOp, wanted: Option<&Type>) -> Option<Type> {
    match op {
        BinaryOp::And | BinaryOp::Or => Some(plain(TypeKind::Bool)),
        BinaryOp::Coalesce => wanted.cloned(),
        // `2 * 3` is of the type that is wanted; a wanted duration says nothing of a factor.
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply => wanted
            .filter(|ty| matches!(ty.kind, TypeKind::Int(_) | TypeKind::Uint(_)))
            .map(|ty| plain(unconstrained(&ty.kind))),
        _ => None,
    }
}

fn binary(op: BinaryOp, left: Expr, right: Expr, ty: Type, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Binary {
            op,
            left: Box::new(left),
            right: Box::new(right),
        },
        ty,
        span,
    }
}

fn is_none(tree: &tree::Expr) -> bool {
    matches!(&tree.kind, tree::ExprKind::Path(path) if path.parts.len() == 1 && path.parts.iter().all(|name| name.text == "none"))
}
