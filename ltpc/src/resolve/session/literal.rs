//! Texts and numbers: of the type that is expected, and allowed by it.

use super::codes;
use super::scope::Scope;
use super::shape::{describe, nullable, plain};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::did_you_mean;
use crate::model::{Constant, Expr, ExprKind, FloatSet, IntSet, Member, StringSet, Type, TypeKind};
use crate::source::Span;
use ltp_runtime::codec::formats;

impl Scope<'_> {
    pub(super) fn text(&mut self, text: &str, span: Span, expected: Option<&Type>) -> Option<Expr> {
        let Some(expected) = expected else {
            return Some(Expr {
                kind: ExprKind::Text(text.to_owned()),
                ty: plain(exactly(text)),
                span,
            });
        };
        match &expected.kind {
            TypeKind::Uuid => {
                let Some(id) = formats::uuid(text) else {
                    self.not_allowed(&format!("{text:?}"), "is no UUID", span);
                    return None;
                };
                Some(Expr {
                    kind: ExprKind::Text(id.to_string()),
                    ty: plain(TypeKind::Uuid),
                    span,
                })
            }
            TypeKind::Datetime => {
                if !formats::is_datetime(text) {
                    self.not_allowed(&format!("{text:?}"), "is no date and time as RFC 3339 writes it", span);
                    return None;
                }
                Some(Expr {
                    kind: ExprKind::Text(text.to_owned()),
                    ty: plain(TypeKind::Datetime),
                    span,
                })
            }
            TypeKind::Enum(id) => {
                let model = self.model;
                let variants = &model[*id].variants;
                if let Some(index) = variants.iter().position(|variant| variant.wire == text) {
                    return Some(Expr {
                        kind: ExprKind::Variant(*id, index),
                        ty: plain(expected.kind.clone()),
                        span,
                    });
                }
                let near = did_you_mean(text, variants.iter().map(|variant| variant.wire.as_str()));
                self.unlisted(text, expected, near, "declare it as a variant", span);
                None
            }
            TypeKind::PayloadKind(id) => {
                let model = self.model;
                let kinds = &model[*id].kinds;
                if kinds.iter().any(|kind| kind.wire == text) {
                    return Some(Expr {
                        kind: ExprKind::Text(text.to_owned()),
                        ty: plain(expected.kind.clone()),
                        span,
                    });
                }
                let near = did_you_mean(text, kinds.iter().map(|kind| kind.wire.as_str()));
                self.unlisted(text, expected, near, "declare it as a kind", span);
                None
            }
            TypeKind::String(set) => {
                self.text_in(text, set, expected, span)?;
                Some(Expr {
                    kind: ExprKind::Text(text.to_owned()),
                    ty: Type {
                        nullable: false,
                        ..expected.clone()
                    },
                    span,
                })
            }
            _ => Some(Expr {
                kind: ExprKind::Text(text.to_owned()),
                ty: plain(exactly(text)),
                span,
            }),
        }
    }

    fn text_in(&mut self, text: &str, set: &StringSet, expected: &Type, span: Span) -> Option<()> {
        if !set.one_of.is_empty() && !set.one_of.iter().any(|one| one == text) {
            let near = did_you_mean(text, set.one_of.iter().map(String::as_str));
            self.unlisted(text, expected, near, "declare it", span);
            return None;
        }
        let length = text.chars().count() as u64;
        if let Some((least, most)) = set.length
            && !(least..=most).contains(&length)
        {
            self.not_allowed(
                &format!("{text:?}"),
                &format!("has {length} characters, and {} are allowed", bounds(least, most)),
                span,
            );
            return None;
        }
        if let Some(pattern) = &set.pattern
            && self.host.pattern(pattern).is_some_and(|automaton| !automaton.matches(text))
        {
            self.not_allowed(&format!("{text:?}"), &format!("does not match the pattern \"{pattern}\""), span);
            return None;
        }
        Some(())
    }

    pub(super) fn number(&mut self, number: &str, span: Span, expected: Option<&Type>) -> Option<Expr> {
        let integer = number.parse::<i128>().ok();
        let default = match integer {
            Some(integer) if integer < 0 => TypeKind::Int(vec![(integer, integer)]),
            Some(integer) => TypeKind::Uint(vec![(integer, integer)]),
            None => TypeKind::Float(FloatSet::new()),
        };
        let wanted = match expected.map(|ty| &ty.kind) {
            Some(kind @ (TypeKind::Int(_) | TypeKind::Uint(_))) if integer.is_some() => kind.clone(),
            Some(kind @ TypeKind::Float(_)) => kind.clone(),
            _ => default,
        };
        let scalar = expected.filter(|ty| ty.kind == wanted).and_then(|ty| ty.scalar);
        let ty = Type {
            kind: wanted,
            nullable: false,
            scalar,
        };
        let (kind, allowed) = match (&ty.kind, integer) {
            (TypeKind::Int(set), Some(value)) => (ExprKind::Integer(value), integer_in(value, i64::MIN.into(), i64::MAX.into(), set)),
            (TypeKind::Uint(set), Some(value)) => (ExprKind::Integer(value), integer_in(value, 0, u64::MAX.into(), set)),
            _ => {
                let value = number.parse::<f64>().unwrap_or(f64::NAN);
                let set: &[_] = if let TypeKind::Float(set) = &ty.kind { set } else { &[] };
                let inside = |range: &crate::model::FloatRange| {
                    range.start <= value && (value < range.end || range.end_included && value <= range.end)
                };
                (
                    ExprKind::Float(value),
                    value.is_finite() && (set.is_empty() || set.iter().any(inside)),
                )
            }
        };
        if !allowed {
            let name = describe(self.model, &ty);
            self.not_allowed(number, &format!("is none of the numbers that `{name}` allows"), span);
            return None;
        }
        Some(Expr { kind, ty, span })
    }

    fn unlisted(&mut self, text: &str, expected: &Type, near: Option<&str>, declare: &str, span: Span) {
        let of = match (&expected.kind, expected.scalar) {
            (TypeKind::String(_), None) => "that can stand here".to_owned(),
            _ => format!("of `{}`", describe(self.model, &nullable(expected, false))),
        };
        let mut diagnostic = Diagnostic::error(codes::CONSTANT, span, format!("{text:?} is none of the texts {of}"));
        diagnostic = match near {
            Some(near) => diagnostic.label(format!("did you mean {near:?}?")),
            None => diagnostic.help(format!("{declare}, or use one that is declared")),
        };
        self.found.push(diagnostic);
    }

    fn not_allowed(&mut self, value: &str, why: &str, span: Span) {
        self.error(codes::CONSTANT, span, format!("{value} {why}"));
    }
}

/// The type of one text, so that it fits wherever that text is allowed.
fn exactly(text: &str) -> TypeKind {
    TypeKind::String(StringSet {
        one_of: vec![text.to_owned()],
        ..StringSet::default()
    })
}

fn integer_in(value: i128, least: i128, most: i128, set: &IntSet) -> bool {
    (least..=most).contains(&value) && (set.is_empty() || set.iter().any(|(start, end)| (*start..=*end).contains(&value)))
}

/// A length's bounds in words.
fn bounds(least: u64, most: u64) -> String {
    match (least, most) {
        (least, u64::MAX) => format!("at least {least}"),
        (0, most) => format!("at most {most}"),
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    }
}

/// A member's default as an expression of the member's type.
pub(super) fn constant(value: &Constant, ty: &Type, member: &Member) -> Option<Expr> {
    let span = member.span;
    let kind = match value {
        Constant::Null => {
            return Some(Expr {
                kind: ExprKind::None,
                ty: ty.clone(),
                span,
            });
        }
        Constant::Bool(value) => ExprKind::Bool(*value),
        Constant::Integer(value) => ExprKind::Integer(*value),
        Constant::Float(value) => ExprKind::Float(*value),
        Constant::Text(text) => ExprKind::Text(text.clone()),
        Constant::Variant(id, index) => ExprKind::Variant(*id, *index),
        Constant::Duration(millis) => ExprKind::Duration(*millis),
        Constant::List(items) => {
            let item = match &ty.kind {
                TypeKind::List { item, .. } => (**item).clone(),
                _ => plain(TypeKind::Json),
            };
            ExprKind::List(items.iter().map(|value| constant(value, &item, member)).collect::<Option<_>>()?)
        }
        // A record's own members have types, which a constant does not say: only free objects can be defaults here.
        Constant::Object(members) if matches!(ty.kind, TypeKind::Object | TypeKind::Json) => {
            let json = plain(TypeKind::Json);
            let members = members
                .iter()
                .map(|(name, value)| Some((name.clone(), constant(value, &json, member)?)));
            ExprKind::Object(members.collect::<Option<_>>()?)
        }
        Constant::Object(_) => return None,
    };
    let expr = Expr {
        kind,
        ty: Type {
            nullable: false,
            ..ty.clone()
        },
        span,
    };
    Some(if ty.nullable { super::expr::wrap(expr) } else { expr })
}
