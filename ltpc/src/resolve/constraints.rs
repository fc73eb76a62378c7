//! `where`: what it makes of a type.

use super::context::Context;
use super::sets;
use crate::check::{bad_pattern, empty_set, misplaced_constraint as rule};
use crate::diagnostic::Diagnostic;
use crate::model::{StringSet, Type, TypeKind};
use crate::source::Span;
use crate::syntax::tree::{Constraint, ConstraintKind, Text};

const INT: (i128, i128) = (i64::MIN as i128, i64::MAX as i128);
const UINT: (i128, i128) = (0, u64::MAX as i128);

/// Narrows a type to what all constraints allow. Whether that worked; if not, it has been reported.
pub fn apply(context: &mut Context<'_>, ty: &mut Type, constraints: &[Constraint]) -> bool {
    let mut sound = true;
    for constraint in constraints {
        if let Err(problem) = narrow(context, &mut ty.kind, constraint) {
            context.found.extend(problem);
            sound = false;
        }
    }
    if let (true, TypeKind::String(set), Some(first)) = (sound, &mut ty.kind, constraints.first())
        && let Err(problem) = settle(context, set, first.span)
    {
        context.report(problem);
        return false;
    }
    sound
}

/// The texts of `"a" | "b"`, each once.
pub fn texts(context: &mut Context<'_>, texts: &[Text]) -> Vec<String> {
    let mut known = std::collections::HashMap::with_capacity(texts.len());
    let mut one_of = Vec::with_capacity(texts.len());
    for text in texts {
        if context.is_misread(text.span) {
            continue;
        }
        if let Some(earlier) = known.insert(text.text.as_str(), text.span) {
            context.report(crate::check::duplicate_name::report("text", &text.text, text.span, earlier));
        } else {
            one_of.push(text.text.clone());
        }
    }
    one_of
}

/// An error without a diagnostic was reported before.
fn narrow(context: &mut Context<'_>, kind: &mut TypeKind, constraint: &Constraint) -> Result<(), Option<Diagnostic>> {
    let span = constraint.span;
    match (&constraint.kind, kind) {
        (ConstraintKind::Length(range), TypeKind::String(StringSet { length, .. }))
        | (ConstraintKind::Length(range), TypeKind::List { length, .. } | TypeKind::Map { length, .. }) => {
            *length = Some(sets::common_length(*length, sets::length(range)?, span)?);
        }
        (ConstraintKind::Ranges(ranges), TypeKind::Int(set)) => {
            *set = sets::common_integers(set, &sets::integers(ranges, INT, "int")?).ok_or_else(|| empty_set::intersection(span))?;
        }
        (ConstraintKind::Ranges(ranges), TypeKind::Uint(set)) => {
            *set = sets::common_integers(set, &sets::integers(ranges, UINT, "uint")?).ok_or_else(|| empty_set::intersection(span))?;
        }
        (ConstraintKind::Ranges(ranges), TypeKind::Float(set)) => {
            *set = sets::common_floats(set, &sets::floats(ranges)?).ok_or_else(|| empty_set::intersection(span))?;
        }
        (ConstraintKind::Texts(list), TypeKind::String(set)) => {
            let allowed = texts(context, list);
            if set.one_of.is_empty() {
                set.one_of = allowed;
            } else {
                let allowed: std::collections::HashSet<String> = allowed.into_iter().collect();
                set.one_of.retain(|text| allowed.contains(text));
                if set.one_of.is_empty() {
                    return Err(Some(empty_set::intersection(span)));
                }
            }
        }
        (ConstraintKind::Pattern(text), TypeKind::String(set)) => {
            if set.pattern.as_ref().is_some_and(|known| *known != text.text) {
                return Err(Some(rule::two_patterns(span)));
            }
            if !is_pattern(context, text) {
                return Err(None);
            }
            set.pattern = Some(text.text.clone());
        }
        (what, kind) => return Err(Some(rule::report(what, kind, span))),
    }
    Ok(())
}

/// Whether a pattern is one, reported once for every place where it is none.
fn is_pattern(context: &mut Context<'_>, text: &Text) -> bool {
    if let Some(Some(_)) = context.patterns.get(&text.text) {
        return true;
    }
    if context.is_misread(text.span) {
        return false;
    }
    let compiled = match crate::pattern::parse(&text.text) {
        Ok(pattern) if pattern.length().is_none() => {
            context.report(bad_pattern::matches_nothing(text.span));
            None
        }
        Ok(pattern) => pattern
            .table()
            .map_err(|fault| context.report(bad_pattern::report(text, &fault)))
            .ok(),
        Err(fault) => {
            context.report(bad_pattern::report(text, &fault));
            None
        }
    };
    let sound = compiled.is_some();
    context.patterns.insert(text.text.clone(), compiled);
    sound
}

/// Brings the parts of a set of texts together: of listed texts, those stay that the other parts allow, which then say nothing more.
fn settle(context: &Context<'_>, set: &mut StringSet, span: Span) -> Result<(), Diagnostic> {
    let pattern = set
        .pattern
        .as_ref()
        .and_then(|source| context.patterns.get(source))
        .and_then(Option::as_ref);
    if !set.one_of.is_empty() {
        let length = set.length;
        set.one_of.retain(|text| {
            let fits = length.is_none_or(|(least, most)| (least..=most).contains(&(text.chars().count() as u64)));
            fits && pattern.is_none_or(|pattern| pattern.matches(text))
        });
        (set.length, set.pattern) = (None, None);
        return if set.one_of.is_empty() {
            Err(empty_set::intersection(span))
        } else {
            Ok(())
        };
    }
    let matched = set
        .pattern
        .as_ref()
        .and_then(|source| crate::pattern::parse(source).ok())
        .and_then(|pattern| pattern.length());
    if let (Some((least, most)), Some((shortest, longest))) = (set.length, matched)
        && (least > longest || most < shortest)
    {
        return Err(empty_set::intersection(span));
    }
    Ok(())
}
