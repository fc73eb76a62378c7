//! Scalars: named strings and numbers, which may be made of each other in any order.

use super::context::{Context, Scope};
use super::graph;
use super::names::{Declared, Found};
use crate::check;
use crate::model::{ModuleId, ScalarId, TypeKind};
use crate::syntax::tree::{self, ItemKind};

/// One scalar's declaration.
struct Site<'a> {
    id: ScalarId,
    module: ModuleId,
    name: &'a tree::Name,
    ty: &'a tree::Type,
    constraints: &'a [tree::Constraint],
}

/// Resolves all scalars, those first of which others are made.
pub fn resolve(context: &mut Context<'_>) {
    let mut sites = Vec::new();
    for (module, index, item) in context.items() {
        if let (ItemKind::Scalar { name, ty, constraints }, Some(Declared::Scalar(id))) =
            (&item.kind, context.targets[module.0 as usize][index])
        {
            sites.push(Site {
                id,
                module,
                name,
                ty,
                constraints,
            });
        }
    }
    // Scalars have their ids in the order in which they are declared, so that an id is a place in `sites`.
    let edges: Vec<Vec<usize>> = sites.iter().map(|site| base(context, site).into_iter().collect()).collect();
    for part in graph::parts(sites.len(), &edges) {
        if graph::is_cycle(&part, &edges) {
            let names: Vec<&tree::Name> = part.iter().map(|&index| sites[index].name).collect();
            context.report(check::endless_type::scalars(&names));
            context.broken_scalars.extend(part.iter().map(|&index| sites[index].id));
            continue;
        }
        for index in part {
            let site = &sites[index];
            let scope = Scope {
                module: site.module,
                owner: &site.name.text,
                in_session: false,
            };
            match context.resolve_type(site.ty, site.constraints, scope) {
                Some(ty) if ty.nullable => context.report(check::misplaced_type::nullable_scalar(site.ty.span)),
                Some(mut ty) if is_scalar(&ty.kind) => {
                    ty.scalar = Some(site.id);
                    context.model.scalars[index].ty = ty;
                    continue;
                }
                Some(_) => context.report(check::misplaced_type::no_scalar(site.ty.span)),
                None => {}
            }
            context.broken_scalars.insert(site.id);
        }
    }
}

/// The scalar that a scalar is made of.
fn base(context: &Context<'_>, site: &Site<'_>) -> Option<usize> {
    let tree::TypeKind::Path(path) = &site.ty.kind else { return None };
    match context.names.find(site.module, path) {
        Found::Entry(entry) => match entry.target? {
            Declared::Scalar(id) => Some(id.0 as usize),
            _ => None,
        },
        Found::Broken | Found::Nothing => None,
    }
}

const fn is_scalar(kind: &TypeKind) -> bool {
    matches!(
        kind,
        TypeKind::Bool
            | TypeKind::Int(_)
            | TypeKind::Uint(_)
            | TypeKind::Float(_)
            | TypeKind::String(_)
            | TypeKind::Uuid
            | TypeKind::Datetime
    )
}
