//! Enums, error tables, unions and payload sets.

use std::collections::HashMap;

use super::annotations::{self, Known};
use super::context::{Context, Scope};
use super::names::Declared;
use crate::check;
use crate::model::{Case, ErrorFlags, ModuleId, TypeKind, Variant};
use crate::source::Span;
use crate::syntax::tree::{self, ItemKind, Name};

/// Resolves enums and error tables.
pub fn resolve_enums(context: &mut Context<'_>) {
    for (module, index, item) in context.items() {
        let Some(Declared::Enum(id)) = context.targets[module.0 as usize][index] else {
            continue;
        };
        if let ItemKind::Tiers(_) | ItemKind::Groups(_) = item.kind {
            continue;
        }
        annotations::read(&item.annotations, &[], &mut context.found);
        let mut names = Names::default();
        let mut variants = Vec::new();
        match &item.kind {
            ItemKind::Enum { variants: written, .. } => {
                for variant in written {
                    if names.add(context, "variant", &variant.name) {
                        let wire = variant.wire.as_ref().map_or(&variant.name.text, |wire| &wire.text);
                        variants.push(made(context, &variant.name, wire, &variant.docs, &variant.annotations, None));
                    }
                }
            }
            ItemKind::Errors { codes, .. } => {
                for code in codes {
                    let error = flags(context, code);
                    if names.add(context, "error code", &code.name) {
                        variants.push(made(
                            context,
                            &code.name,
                            &code.name.text,
                            &code.docs,
                            &code.annotations,
                            Some(error),
                        ));
                    }
                }
            }
            _ => {}
        }
        context.model.enums[id.0 as usize].variants = variants;
    }
}

pub(super) fn made(
    context: &mut Context<'_>,
    name: &Name,
    wire: &str,
    docs: &str,
    annotations: &[tree::Annotation],
    error: Option<ErrorFlags>,
) -> Variant {
    Variant {
        name: name.text.clone(),
        wire: wire.to_owned(),
        docs: docs.to_owned(),
        error,
        annotations: annotations::read(annotations, &[], &mut context.found).kept,
        span: name.span,
    }
}

fn flags(context: &mut Context<'_>, code: &tree::ErrorCode) -> ErrorFlags {
    let mut flags = ErrorFlags {
        meaning: code.meaning.text.clone(),
        retry: false,
        closes: false,
    };
    for flag in &code.flags {
        let known = match flag.text.as_str() {
            "retry" => &mut flags.retry,
            "closes" => &mut flags.closes,
            _ => {
                context.report(check::error_flag::unknown(&flag.text, flag.span));
                continue;
            }
        };
        if std::mem::replace(known, true) {
            context.report(check::error_flag::twice(&flag.text, flag.span));
        }
    }
    flags
}

/// Resolves unions; every case is a record.
pub fn resolve_unions(context: &mut Context<'_>) {
    for (module, index, item) in context.items() {
        let (ItemKind::Union { name, tag, cases, .. }, Some(Declared::Union(id))) = (&item.kind, context.targets[module.0 as usize][index])
        else {
            continue;
        };
        check::empty_tag::check(tag, &mut context.found);
        annotations::read(&item.annotations, &[], &mut context.found);
        let mut resolved = resolve_cases(context, module, name, cases, "case", &[]);
        resolved.retain(|(case, span)| {
            let sound = matches!(case.ty.kind, TypeKind::Record(_)) && !case.ty.nullable;
            if !sound {
                context.found.push(check::ambiguous_union::no_record(&case.name, *span));
            }
            sound
        });
        context.model.unions[id.0 as usize].cases = resolved.into_iter().map(|(case, _)| case).collect();
    }
}

/// Resolves payload sets.
pub fn resolve_payloads(context: &mut Context<'_>) {
    for (module, index, item) in context.items() {
        let (ItemKind::Payloads { name, kinds, .. }, Some(Declared::Payloads(id))) =
            (&item.kind, context.targets[module.0 as usize][index])
        else {
            continue;
        };
        annotations::read(&item.annotations, &[], &mut context.found);
        let resolved = resolve_cases(context, module, name, kinds, "payload kind", &[Known::Toon]);
        context.model.payloads[id.0 as usize].kinds = resolved.into_iter().map(|(kind, _)| kind).collect();
    }
}

/// Each case with the place of its type.
fn resolve_cases<'a>(
    context: &mut Context<'a>,
    module: ModuleId,
    owner: &Name,
    cases: &'a [tree::Case],
    what: &str,
    known: &[Known],
) -> Vec<(Case, Span)> {
    let mut names = Names::default();
    let mut resolved = Vec::with_capacity(cases.len());
    let scope = Scope {
        module,
        owner: &owner.text,
        in_session: false,
    };
    for case in cases {
        let read = annotations::read(&case.annotations, known, &mut context.found);
        let ty = context.type_of(&case.name.text, &case.ty, &case.constraints, scope, 0);
        if !names.add(context, what, &case.name) {
            continue;
        }
        let Some(mut ty) = ty else { continue };
        if let Some((key, span)) = read.toon_key {
            if let TypeKind::List { toon_key, .. } = &mut ty.kind {
                *toon_key = Some(key);
            } else {
                context.report(check::misplaced_annotation::report(Known::Toon, span));
            }
        }
        let wire = case.wire.as_ref().map_or_else(|| case.name.text.clone(), |wire| wire.text.clone());
        let docs = case.docs.clone();
        resolved.push((
            Case {
                name: case.name.text.clone(),
                wire,
                docs,
                ty,
                annotations: read.kept,
                span: case.name.span,
            },
            case.ty.span,
        ));
    }
    resolved
}

/// The names within one declaration.
#[derive(Default)]
pub(super) struct Names<'a>(HashMap<&'a str, Span>);

impl<'a> Names<'a> {
    /// Whether the name is the first of its kind.
    pub(super) fn add(&mut self, context: &mut Context<'_>, what: &str, name: &'a Name) -> bool {
        check::reserved_name::check(name, &mut context.found);
        check::unspeakable_name::check(name, &mut context.found);
        if let Some(earlier) = self.0.get(name.text.as_str()) {
            context.report(check::duplicate_name::report(what, &name.text, name.span, *earlier));
            return false;
        }
        self.0.insert(&name.text, name.span);
        true
    }
}
