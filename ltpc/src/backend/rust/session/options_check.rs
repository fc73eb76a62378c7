//! Which options the walk has to look at, and where their types stand in the tables.

use super::context::RoleContext;
use crate::{
    interpret::Tables,
    model::{Type, TypeKind},
};

/// Where a type stands in the tables.
pub(super) fn type_id(role: &RoleContext<'_>, ty: &Type) -> Option<proc_macro2::Literal> {
    let id = role.tables.type_id(ty)?;
    Some(proc_macro2::Literal::u32_unsuffixed(id))
}

/// Whether a value of the option's Rust type may be one that the schema does not allow.
pub(super) fn is_constrained(role: &RoleContext<'_>, ty: &Type) -> bool {
    !matches!(ty.kind, TypeKind::Bool | TypeKind::Uuid | TypeKind::Duration | TypeKind::Instant)
        && !matches!(&ty.kind, TypeKind::Int(set) | TypeKind::Uint(set) if set.is_empty())
        && !matches!(&ty.kind, TypeKind::Enum(id) if !role.model[*id].open)
}

/// The tables of a model.
pub(super) fn tables(model: &crate::model::Model) -> Tables {
    Tables::new(model)
}
