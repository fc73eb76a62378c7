//! What survives a restart: the struct, its text, and how it is read back.

use proc_macro2::TokenStream;
use quote::quote;

use super::{super::context::By, context::RoleContext, names};
use crate::model::{Model, RecordId, Type, TypeKind, Var};

/// `Persisted`, private: a role's persisted variables.
pub(super) fn persisted(role: &RoleContext<'_>) -> TokenStream {
    if role.role.persists.is_empty() {
        return TokenStream::new();
    }
    let fields = &role.persists;
    let types = role.role.persists.iter().map(|var| role.var_rust_type(&var.ty));
    let reads = role.role.persists.iter().zip(fields).map(|(var, field)| load(role, var, field));
    let members = role.role.persists.iter().zip(fields).map(|(var, field)| member(role, var, field));
    let (stored, members_type) = (role.session("Stored"), role.session("Members"));
    quote! {
        /// What survives a restart.
        #[derive(Debug, Clone, PartialEq, Default)]
        struct Persisted { #(#fields: #types),* }

        impl Persisted {
            /// What was stored, as far as it conforms.
            fn load(stored: Option<&str>) -> Self {
                let stored = #stored::parse(stored, &tables::SCHEMA);
                Self { #(#reads),* }
            }

            /// The object to store; `None` if there is nothing in it.
            fn text(&self) -> Option<String> {
                let mut members = #members_type::new();
                #(#members)*
                members.finish()
            }
        }
    }
}

fn load(role: &RoleContext<'_>, var: &Var, field: &proc_macro2::Ident) -> TokenStream {
    let inner = Type {
        nullable: false,
        ..var.ty.clone()
    };
    let name = &var.name;
    let Some(id) = super::options_check::type_id(role, &inner) else {
        return quote!(#field: None);
    };
    role.note_wire(&inner, true);
    let plain = unconstrained(&inner);
    let read = role.rust.read(&plain);
    let read = if role.rust.facts.borrows(role.model, &plain) && !role.rust.options.owned_only {
        let own = role.rust.own(&plain, &quote!(value));
        quote!(#read.map(|value| #own))
    } else {
        read
    };
    quote!(#field: stored.value(#name, #id, |reader| #read))
}

fn member(role: &RoleContext<'_>, var: &Var, field: &proc_macro2::Ident) -> TokenStream {
    let inner = Type {
        nullable: false,
        ..var.ty.clone()
    };
    let name = &var.name;
    role.codec("write");
    role.note_wire(&inner, false);
    let by_copy = role.is_copy(&inner);
    let written = role.rust.write(&inner, &quote!(value), if by_copy { By::Place } else { By::Ref });
    let bound = if by_copy { quote!(self.#field) } else { quote!(&self.#field) };
    quote! {
        if let Some(value) = #bound {
            members.member(#name, |out| #written);
        }
    }
}

/// The type without constraints, which have been checked.
fn unconstrained(ty: &Type) -> Type {
    let kind = match &ty.kind {
        TypeKind::Int(_) => TypeKind::Int(Vec::new()),
        TypeKind::Uint(_) => TypeKind::Uint(Vec::new()),
        TypeKind::Float(_) => TypeKind::Float(Vec::new()),
        TypeKind::String(_) | TypeKind::Datetime => TypeKind::String(crate::model::StringSet::default()),
        TypeKind::List { item, toon_key, .. } => TypeKind::List {
            item: Box::new(unconstrained(item)),
            length: None,
            toon_key: toon_key.clone(),
        },
        TypeKind::Map { value, .. } => TypeKind::Map {
            value: Box::new(unconstrained(value)),
            length: None,
        },
        other => other.clone(),
    };
    Type {
        kind,
        nullable: ty.nullable,
        scalar: None,
    }
}

/// How the core stores what has changed.
pub(super) fn store(role: &RoleContext<'_>) -> TokenStream {
    if role.persists.is_empty() {
        return TokenStream::new();
    }
    let (place, action, step) = (role.session("Place"), role.session("Action"), role.step_type());
    let space = role.space();
    let key = match role.role.persist_key {
        Some(index) => {
            let field = names::field(&names::plain_field(&role.role.options[index].name));
            quote!(&*self.options.#field)
        }
        None => quote!(""),
    };
    // Values of tiers are equal whose texts are not, and it is texts that are stored.
    let unchanged = if role
        .role
        .persists
        .iter()
        .any(|var| holds_tiers(role.model, &var.ty, &mut Vec::new()))
    {
        quote!(self.persisted.text() == self.stored.text())
    } else {
        quote!(self.persisted == self.stored)
    };
    quote! {
        fn place(&self) -> #place {
            #place::new(#space, #key)
        }

        /// Stores what survives a restart, if the step changed it.
        fn store(&mut self, step: #step) {
            if #unchanged {
                return;
            }
            self.stored = self.persisted.clone();
            let place = self.place();
            match self.persisted.text() {
                Some(value) => step.store(place, value, None),
                None => step.push(#action::Forget { place }),
            }
        }
    }
}

/// Whether a tier may be within a value of a type; `seen` are the records that were looked into.
fn holds_tiers(model: &Model, ty: &Type, seen: &mut Vec<RecordId>) -> bool {
    let mut record = |id: RecordId| {
        if seen.contains(&id) {
            return false;
        }
        seen.push(id);
        model[id].members.iter().any(|member| holds_tiers(model, &member.ty, seen))
    };
    match &ty.kind {
        TypeKind::Enum(id) => model.tiers_of(*id).is_some(),
        TypeKind::List { item: inner, .. } | TypeKind::Map { value: inner, .. } => holds_tiers(model, inner, seen),
        TypeKind::Record(id) => record(*id),
        TypeKind::Union(id) => model[*id].cases.iter().any(|case| holds_tiers(model, &case.ty, seen)),
        _ => false,
    }
}
