//! The variables of a role: options, what persists, and what lasts as long as the session.

use super::{Names, note};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Role, Type, TypeKind, Var, VarRef};
use crate::resolve::session::{
    Host, codes,
    expr::Use,
    scope::{Known, Scope},
};
use crate::syntax::tree::{self, RoleItem};

/// Options first, then what persists, then variables: each may name what stands before it.
pub fn declare(host: &dyn Host, found: &mut Vec<Diagnostic>, names: &mut Names, role: &mut Role, tree: &tree::Role) {
    let mut declare = |role: &mut Role, names: &mut Names, var: &tree::Var, sort: Lasts| {
        if !note(found, "variable", &var.name, names.vars.get(&var.name.text).map(|known| known.span)) {
            return;
        }
        let Some(ty) = host.var(var.name.span) else { return };
        let init = var
            .init
            .as_ref()
            .and_then(|init| Scope::new(host, found, &names.vars, None).assigned_to(init, &ty, Use::Kept));
        let list = match sort {
            Lasts::Option => &mut role.options,
            Lasts::Persist => &mut role.persists,
            Lasts::Var => &mut role.vars,
        };
        let reference = match sort {
            Lasts::Option => VarRef::Option(list.len()),
            Lasts::Persist => VarRef::Persist(list.len()),
            Lasts::Var => VarRef::Role(list.len()),
        };
        match sort {
            Lasts::Persist if !ty.nullable => found.push(
                Diagnostic::error(
                    codes::PERSIST,
                    var.ty.span,
                    format!("`{}` is none until it is first set, and its type does not allow it", var.name.text),
                )
                .help("put `?` behind the type"),
            ),
            Lasts::Var if !ty.nullable && var.init.is_none() => found.push(
                Diagnostic::error(codes::NO_VALUE, var.name.span, format!("`{}` has no first value", var.name.text))
                    .help("give it one, `= ...`, or put `?` behind its type: it is none then"),
            ),
            _ => {}
        }
        names.vars.insert(
            var.name.text.clone(),
            Known {
                var: reference,
                ty: ty.clone(),
                span: var.name.span,
            },
        );
        list.push(Var {
            name: var.name.text.clone(),
            docs: var.docs.clone(),
            ty,
            init,
            span: var.name.span,
        });
    };
    for item in &tree.items {
        if let RoleItem::Option(var) = item {
            declare(role, names, var, Lasts::Option);
        }
    }
    let mut keys = Vec::new();
    for item in &tree.items {
        if let RoleItem::Persist { var, key } = item {
            declare(role, names, var, Lasts::Persist);
            keys.push(key);
        }
    }
    for item in &tree.items {
        if let RoleItem::Var(var) = item {
            declare(role, names, var, Lasts::Var);
        }
    }
    persist_key(found, role, names, &keys);
}

/// How long a variable of a role lasts.
#[derive(Clone, Copy)]
enum Lasts {
    Option,
    Persist,
    Var,
}

fn persist_key(found: &mut Vec<Diagnostic>, role: &mut Role, names: &Names, keys: &[&tree::Name]) {
    let Some(first) = keys.first() else { return };
    for key in keys {
        if key.text != first.text {
            found.push(
                Diagnostic::error(
                    codes::PERSIST,
                    key.span,
                    format!("what persists is kept together, by `{}`", first.text),
                )
                .related(first.span, "the first key")
                .help(format!("write `by {}`", first.text)),
            );
        }
        match names.vars.get(&key.text) {
            Some(Known {
                var: VarRef::Option(index),
                ty:
                    Type {
                        kind: TypeKind::String(_),
                        nullable: false,
                        ..
                    },
                ..
            }) => {
                role.persist_key.get_or_insert(*index);
            }
            Some(known) => found.push(
                Diagnostic::error(
                    codes::PERSIST,
                    key.span,
                    format!("`{}` cannot be the key of what persists", key.text),
                )
                .related(known.span, "declared here")
                .help("the key is an option that is text and always there: `option key: string;`"),
            ),
            None => {
                let options = role.options.iter().map(|option| option.name.as_str());
                let mut diagnostic = Diagnostic::error(codes::UNDEFINED, key.span, format!("there is no option `{}`", key.text));
                if let Some(near) = did_you_mean(&key.text, options) {
                    diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
                }
                found.push(diagnostic);
            }
        }
    }
}
