//! One rule: its place and its value, or what it takes away.

use super::{Sides, variants};
use crate::check::mapping::{never_fits, rest};
use crate::check::{misplaced_type, session as codes};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Expr, ExprKind, MapRule, MapRuleKind, MapValue, Member, Model, Place, PlaceBase, RecordId, Rest, Taken, Target, Type, TypeKind,
};
use crate::resolve::session::expr::{Use, wrap};
use crate::resolve::session::place::{find, member_type};
use crate::resolve::session::scope::{Scope, written};
use crate::resolve::session::shape::{describe, nullable, plain};
use crate::resolve::types::DEEPEST;
use crate::syntax::tree::{self, MapRuleKind as Written};

/// The word for what no rule names, or for what a record keeps of unknown members.
const REST: &str = "rest";

pub(super) fn resolve(sides: Sides<'_>, scope: &mut Scope<'_>, rule: &tree::MapRule) -> Option<MapRule> {
    let kind = match &rule.kind {
        Written::Set { target, value, variants } => {
            let target = place(sides, scope, target)?;
            let value = value_of(sides, scope, value, variants.as_ref(), &target)?;
            MapRuleKind::Set { target, value }
        }
        Written::Drop { source, reason } => MapRuleKind::Drop {
            source: taken(sides, scope, source)?,
            reason: reason.text.clone(),
        },
        Written::Refuse { source, reason } => MapRuleKind::Refuse {
            source: taken(sides, scope, source)?,
            reason: reason.text.clone(),
        },
    };
    Some(MapRule { kind, span: rule.span })
}

/// The place of the target that a path leads to.
fn place(sides: Sides<'_>, scope: &mut Scope<'_>, path: &tree::Path) -> Option<Target> {
    let (model, target) = (sides.model, sides.target);
    if path.parts.len() > DEEPEST {
        scope.found.push(misplaced_type::too_deep(path.span, DEEPEST));
        return None;
    }
    let (mut in_envelope, mut at, mut record) = (false, Vec::new(), Some(target.body));
    let mut ty = plain(TypeKind::Record(target.body));
    for (depth, part) in path.parts.iter().enumerate() {
        let last = depth + 1 == path.parts.len();
        let Some(within) = record else {
            no_members(scope, path, depth, &ty);
            return None;
        };
        let envelope = if depth == 0 { target.envelope } else { &[] };
        let found = find(&model[within].members, &part.text);
        let found = found
            .map(|found| (false, found))
            .or_else(|| find(envelope, &part.text).map(|found| (true, found)));
        match found {
            Some((outer, (index, member))) => {
                in_envelope |= outer;
                at.push(index);
                ty = member_type(member);
                record = record_of(&ty);
            }
            None if last && part.text == REST => {
                if !model[within].open {
                    scope.found.push(rest::closed(path.span, &model[within].decl.name));
                    return None;
                }
                return Some(Target {
                    in_envelope,
                    path: at,
                    kept: true,
                    ty: nullable(&kept_type(target.is_text), true),
                });
            }
            None => {
                let names = model[within].members.iter().chain(envelope).map(|member| member.name.as_str());
                scope.no_member(part, &owner(model, within, target.body, target.name), &names.collect::<Vec<_>>());
                return None;
            }
        }
    }
    Some(Target {
        in_envelope,
        path: at,
        kept: false,
        ty,
    })
}

/// What a record keeps of unknown members, as a map.
fn kept_type(is_text: bool) -> Type {
    let value = if is_text {
        TypeKind::String(crate::model::StringSet::default())
    } else {
        TypeKind::Json
    };
    plain(TypeKind::Map {
        value: Box::new(plain(value)),
        length: None,
    })
}

fn value_of(
    sides: Sides<'_>,
    scope: &mut Scope<'_>,
    value: &tree::Expr,
    variants: Option<&tree::Variants>,
    target: &Target,
) -> Option<MapValue> {
    if let tree::ExprKind::Path(path) = &value.kind
        && let Some(rest) = rest_at(sides, scope, path)
    {
        if rest::holds(&target.ty).is_none() {
            let what = describe(sides.model, &nullable(&target.ty, false));
            scope.found.push(rest::no_room(value.span, &what));
            return None;
        }
        if let Some(variants) = variants {
            scope.found.push(crate::check::mapping::variants::no_enums(variants.span));
            return None;
        }
        return Some(MapValue::Rest(rest));
    }
    if let TypeKind::Payload { .. } = target.ty.kind {
        return scope.member_value(value, &target.ty, Use::Sent).map(MapValue::Expr);
    }
    if target.kept {
        return kept(scope, value, target).map(MapValue::Expr);
    }
    let expr = scope.typed(value, Some(&target.ty))?.expr;
    shallow(scope, &expr)?;
    if variants.is_some() || variants::differ(&expr.ty, &target.ty) {
        let by = variants::resolve(sides.model, scope, &expr, &target.ty, variants)?;
        let value = match (target.ty.nullable, expr.ty.nullable) {
            (true, false) => wrap(expr),
            (false, true) => {
                scope.may_be_none(value);
                return None;
            }
            _ => expr,
        };
        return Some(MapValue::Variant { value, by });
    }
    let expr = scope.fit(expr, value, &target.ty, Use::Sent)?;
    if never_fits::disjoint(&target.ty.kind, &expr.ty.kind) {
        if let Some(member) = sides.target.side.member(sides.model, &target.place()?) {
            scope.found.push(never_fits::report(value.span, member));
        }
        return None;
    }
    Some(MapValue::Expr(expr))
}

/// A value for what a record keeps of unknown members: a map, or an object.
fn kept(scope: &mut Scope<'_>, value: &tree::Expr, target: &Target) -> Option<Expr> {
    let expr = scope.typed(value, Some(&target.ty))?.expr;
    shallow(scope, &expr)?;
    let fits = match (rest::holds(&expr.ty), rest::holds(&target.ty)) {
        (Some(given), Some(wanted)) => given <= wanted && !matches!(expr.ty.kind, TypeKind::Json),
        _ => false,
    };
    if !fits {
        let what = describe(scope.model, &nullable(&expr.ty, false));
        scope.found.push(rest::no_members(value.span, &what, rest::holds(&target.ty)));
        return None;
    }
    Some(if expr.ty.nullable { expr } else { wrap(expr) })
}

/// Paths go no deeper than types: what walks along them recurses.
fn shallow(scope: &mut Scope<'_>, expr: &Expr) -> Option<()> {
    let mut deep = None;
    expr.each(&mut |inner| {
        if let ExprKind::Place(place) | ExprKind::Has(place) = &inner.kind
            && place.path.len() >= DEEPEST
        {
            deep = Some(inner.span);
        }
    });
    match deep {
        None => Some(()),
        Some(span) => {
            scope.found.push(misplaced_type::too_deep(span, DEEPEST));
            None
        }
    }
}

/// What a rule takes away.
fn taken(sides: Sides<'_>, scope: &mut Scope<'_>, path: &tree::Path) -> Option<Taken> {
    if let Some(rest) = rest_at(sides, scope, path) {
        return Some(Taken::Rest(rest));
    }
    let expr = scope.value_at(path)?;
    shallow(scope, &expr)?;
    match expr.kind {
        ExprKind::Place(place) => Some(Taken::Place(place, expr.ty)),
        _ => None,
    }
}

/// The rest that a path names: `rest`, or `record.rest`, where no member is called so. Its members are found when all rules are known.
fn rest_at(sides: Sides<'_>, scope: &mut Scope<'_>, path: &tree::Path) -> Option<Rest> {
    let (last, way) = path.parts.split_last().filter(|(last, _)| last.text == REST)?;
    if way.len() > DEEPEST {
        return None;
    }
    let (at, within) = if way.is_empty() {
        (Vec::new(), sides.source.body)
    } else {
        let mut place = path.clone();
        place.parts.pop();
        let source = scope.source?;
        let Some((PlaceBase::Body(_), _)) = source.member(&way.first()?.text) else {
            return None;
        };
        let before = scope.found.len();
        let found = scope.place(&place);
        // What is wrong with it is said when it is read as a value.
        scope.found.truncate(before);
        let found = found?;
        let (
            Place {
                base: PlaceBase::Body(first),
                path,
            },
            Some(record),
        ) = (found.place, record_of(&found.ty))
        else {
            return None;
        };
        (std::iter::once(first).chain(path).collect(), record)
    };
    let declared = &sides.model[within];
    let is_member = |members: &[Member]| find(members, &last.text).is_some();
    if is_member(&declared.members) || way.is_empty() && is_member(sides.source.envelope) {
        return None;
    }
    Some(Rest {
        path: at,
        members: Vec::new(),
        kept: declared.open,
    })
}

/// The record that a type is, `null` aside.
pub(super) const fn record_of(ty: &Type) -> Option<RecordId> {
    match ty.kind {
        TypeKind::Record(id) => Some(id),
        _ => None,
    }
}

/// What has the members of a record, in words: the body is called as its side.
fn owner(model: &Model, record: RecordId, body: RecordId, side: &str) -> String {
    if record == body {
        side.to_owned()
    } else {
        model[record].decl.name.clone()
    }
}

fn no_members(scope: &mut Scope<'_>, path: &tree::Path, depth: usize, ty: &Type) {
    let mut way = path.clone();
    way.parts.truncate(depth);
    let what = describe(scope.model, &nullable(ty, false));
    let span = path.parts.get(depth).map_or(path.span, |part| part.span);
    scope.found.push(Diagnostic::error(
        codes::undefined::RULE.code,
        span,
        format!("`{}` is `{what}`, which has no members to name", written(&way)),
    ));
}
