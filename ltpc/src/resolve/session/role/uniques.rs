//! Members whose values may not repeat.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::model::{EnvelopeId, Role, TypeKind, Unique};
use crate::resolve::session::{
    Host, Named, Sort, codes, place,
    scope::{Scope, Vars, written},
    unknown,
};
use crate::syntax::tree::{self, RoleItem};

/// What is done when a member repeats: the `unique`s that are good, with their outcomes.
pub fn declare<'t>(host: &dyn Host, found: &mut Vec<Diagnostic>, role: &mut Role, tree: &'t tree::Role) -> Vec<(usize, &'t tree::Outcome)> {
    let mut outcomes = Vec::new();
    let mut seen: HashSet<(EnvelopeId, usize)> = HashSet::new();
    for item in &tree.items {
        let RoleItem::Unique {
            envelope,
            member,
            last,
            outcome,
            span,
        } = item
        else {
            continue;
        };
        let id = match host.find(envelope) {
            Some(Named::Envelope(id)) => id,
            Some(Named::Broken) => continue,
            other => {
                found.push(unknown(host, envelope, Sort::Envelope, "envelope", other.is_some()));
                continue;
            }
        };
        let vars = Vars::new();
        let model = host.model();
        let Some((index, declared)) = place::find(&model[id].members, &member.text) else {
            let names: Vec<&str> = model[id].members.iter().map(|member| member.name.as_str()).collect();
            Scope::new(host, found, &vars, None).no_member(member, &written(envelope), &names);
            continue;
        };
        if !matches!(declared.ty.kind, TypeKind::String(_) | TypeKind::Uuid) {
            found.push(Diagnostic::error(
                codes::KEY,
                member.span,
                "only a text or a `uuid` can be remembered as unique",
            ));
            continue;
        }
        if !seen.insert((id, index)) {
            found.push(Diagnostic::error(
                codes::DUPLICATE,
                *span,
                format!("`{}.{}` is unique twice", written(envelope), member.text),
            ));
            continue;
        }
        let Some(last) = last.text.parse().ok().filter(|last| *last > 0) else {
            let message = format!(
                "how many are remembered is a whole number from 1 to {}, and this is {}",
                u32::MAX,
                last.text
            );
            found.push(Diagnostic::error(codes::KEY, last.span, message));
            continue;
        };
        outcomes.push((role.uniques.len(), outcome));
        role.uniques.push(Unique {
            envelope: id,
            member: index,
            last,
            span: *span,
        });
    }
    outcomes
}
