//! Enum to enum: by name, and by pairs.

use std::collections::HashMap;

use crate::check::mapping::variants as rule;
use crate::model::{EnumId, Expr, Model, Others, Type, TypeKind, Variants};
use crate::resolve::session::scope::Scope;
use crate::source::Span;
use crate::syntax::tree::{self, Name, VariantElseKind};

/// Whether both are enums, and not the same.
pub(super) fn differ(from: &Type, to: &Type) -> bool {
    matches!((&from.kind, &to.kind), (TypeKind::Enum(from), TypeKind::Enum(to)) if from != to)
}

/// What becomes of each variant of the value's enum.
pub(super) fn resolve(
    model: &Model,
    scope: &mut Scope<'_>,
    value: &Expr,
    target: &Type,
    written: Option<&tree::Variants>,
) -> Option<Variants> {
    let span = written.map_or(value.span, |written| written.span);
    let (TypeKind::Enum(from), TypeKind::Enum(to)) = (&value.ty.kind, &target.kind) else {
        scope.found.push(rule::no_enums(span));
        return None;
    };
    let (from, to) = (*from, *to);
    let mut found = Vec::new();
    let variants = pairs(model, from, to, written, value.span, &mut found);
    scope.found.extend(found);
    variants
}

fn pairs(
    model: &Model,
    from: EnumId,
    to: EnumId,
    written: Option<&tree::Variants>,
    span: Span,
    found: &mut Vec<crate::diagnostic::Diagnostic>,
) -> Option<Variants> {
    let before = found.len();
    let (source, target) = (&model[from], &model[to]);
    let index = |id: EnumId, name: &Name, found: &mut Vec<_>| {
        let declared = &model[id];
        let index = declared.variants.iter().position(|variant| variant.name == name.text);
        if index.is_none() {
            found.push(rule::unknown(name, declared));
        }
        index
    };
    let mut pairs = vec![None; source.variants.len()];
    let mut said: HashMap<usize, Span> = HashMap::new();
    for pair in written.map_or(&[][..], |written| &written.pairs) {
        let partner = index(to, &pair.to, found);
        for name in &pair.from {
            let Some(variant) = index(from, name, found) else { continue };
            if let Some(earlier) = said.insert(variant, name.span) {
                found.push(rule::again(&name.text, name.span, earlier));
            }
            pairs[variant] = partner;
        }
    }
    // Those of which nothing is said have the partner of their name.
    for (at, pair) in pairs.iter_mut().enumerate().filter(|(at, _)| !said.contains_key(at)) {
        *pair = target.variants.iter().position(|variant| variant.name == source.variants[at].name);
    }
    let lonely: Vec<&str> = pairs
        .iter()
        .zip(&source.variants)
        .filter(|(pair, _)| pair.is_none())
        .map(|(_, variant)| variant.name.as_str())
        .collect();
    let others = match written.map_or(&[][..], |written| &written.others) {
        [] => None,
        [only] => Some(only),
        [first, second, ..] => {
            found.push(rule::again("else", second.span, first.span));
            Some(first)
        }
    };
    let others = match others {
        Some(others) => {
            if lonely.is_empty() && !source.open {
                found.push(rule::no_others(others.span, &source.decl.name));
            }
            match &others.kind {
                VariantElseKind::To(name) => Others::Variant(index(to, name, found)?),
                VariantElseKind::Refuse(reason) => Others::Refuse(reason.text.clone()),
            }
        }
        None if !lonely.is_empty() && found.len() == before => {
            found.push(rule::lonely(span, &lonely, source, target));
            return None;
        }
        None if source.open && !target.open => {
            found.push(rule::open(span, source, target));
            return None;
        }
        None if source.open => Others::Keep,
        None => Others::None,
    };
    (found.len() == before).then_some(Variants { from, to, pairs, others })
}
