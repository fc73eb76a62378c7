//! `ClientOptions`: what the application chooses.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    super::{context::By, docs},
    context::RoleContext,
    expr::{Came, Env, Root},
    names::{self, duration_literal, literal_duration},
    uses::places,
};
use crate::model::{PlaceBase, Type, TypeKind, Var, VarRef};

/// The struct, its constructor, its setters and its check.
pub(super) fn options(role: &RoleContext<'_>) -> TokenStream {
    let name = role.own("Options");
    let vis = role.rust.vis();
    let declared = &role.role.options;
    let docs = docs::lines(&format!("What the application chooses for `{}`.", role.own("")));
    let fields = declared.iter().map(|var| {
        let (docs, field, ty) = (
            option_docs(var),
            names::field(&names::plain_field(&var.name)),
            role.option_type(var),
        );
        quote!(#docs #vis #field: #ty)
    });
    let new = new(role);
    let setters = declared.iter().filter(|var| role.has_first_value(var)).map(|var| setter(role, var));
    let validate = validate(role);
    let default = declared.iter().all(|var| role.has_first_value(var)).then(|| {
        quote! {
            impl Default for #name {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    });
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        #vis struct #name { #(#fields),* }

        impl #name {
            #new
            #(#setters)*
            #validate
        }

        #default
    }
}

fn option_docs(var: &Var) -> TokenStream {
    docs::of(
        &var.docs,
        &format!("The option `{}`.", var.name),
        &[docs::constraint(&var.ty).unwrap_or_default()],
    )
}

fn new(role: &RoleContext<'_>) -> TokenStream {
    let vis = role.rust.vis();
    let declared = &role.role.options;
    let (must, may): (Vec<&Var>, Vec<&Var>) = declared.iter().partition(|var| !role.has_first_value(var));
    let field = |var: &Var| names::field(&names::plain_field(&var.name));
    let arguments = must.iter().map(|var| {
        let (field, ty) = (field(var), role.option_type(var));
        if is_text(&var.ty) {
            quote!(#field: impl Into<#ty>)
        } else {
            quote!(#field: #ty)
        }
    });
    let mut env = Env::new(role, None, Came::Nothing);
    env.root = Root::Options;
    // Values that name other options are made behind them.
    let depends = may.iter().filter_map(|var| var.init.as_ref()).any(|init| {
        let mut found = false;
        places(init, &mut |place, _| {
            found |= matches!(place.base, PlaceBase::Var(VarRef::Option(_)))
        });
        found
    });
    let made = if depends {
        let converted = must.iter().filter(|var| is_text(&var.ty)).map(|var| {
            let field = field(var);
            quote!(let #field = #field.into();)
        });
        let values = may.iter().map(|var| {
            let (field, ty, value) = (field(var), role.option_type(var), first_value(&env, var, role));
            quote!(let #field: #ty = #value;)
        });
        let all = declared.iter().map(field);
        quote!(#(#converted)* #(#values)* Self { #(#all),* })
    } else {
        let fields = declared.iter().map(|var| {
            let field = field(var);
            match (role.has_first_value(var), is_text(&var.ty)) {
                (true, _) => {
                    let value = first_value(&env, var, role);
                    quote!(#field: #value)
                }
                (false, true) => quote!(#field: #field.into()),
                (false, false) => quote!(#field),
            }
        });
        quote!(Self { #(#fields),* })
    };
    let docs = if must.is_empty() {
        "As the schema has them."
    } else {
        "With what must be chosen; all else is as the schema has it."
    };
    let docs = docs::lines(docs);
    let many = (must.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote! {
        #docs
        #[must_use]
        #many
        #vis fn new(#(#arguments),*) -> Self {
            #made
        }
    }
}

fn first_value(env: &Env<'_, '_>, var: &Var, role: &RoleContext<'_>) -> TokenStream {
    let Some(init) = &var.init else { return quote!(None) };
    if !matches!(var.ty.kind, TypeKind::Duration) {
        return env.owned(init);
    }
    role.duration();
    if let Some(milliseconds) = literal_duration(&init.kind) {
        let duration = duration_literal(milliseconds);
        return if var.ty.nullable { quote!(Some(#duration)) } else { duration };
    }
    let value = env.owned(init);
    if var.ty.nullable {
        quote!(#value.map(Duration::from_millis))
    } else {
        quote!(Duration::from_millis(#value))
    }
}

fn setter(role: &RoleContext<'_>, var: &Var) -> TokenStream {
    let vis = role.rust.vis();
    let name = format_ident!("with_{}", names::plain_field(&var.name));
    let field = names::field(&names::plain_field(&var.name));
    let docs = docs::lines(&format!("With another `{}`.", var.name));
    let inner = Var {
        ty: Type {
            nullable: false,
            ..var.ty.clone()
        },
        ..var.clone()
    };
    let ty = role.option_type(&inner);
    let (argument, value) = match (is_text(&var.ty), var.ty.nullable) {
        (true, false) => (quote!(impl Into<#ty>), quote!(#field.into())),
        (true, true) => (quote!(impl Into<#ty>), quote!(Some(#field.into()))),
        (false, true) => (quote!(impl Into<Option<#ty>>), quote!(#field.into())),
        (false, false) => (quote!(#ty), quote!(#field)),
    };
    let assign = if field == value.to_string() {
        quote!(self.#field = #field;)
    } else {
        quote!(self.#field = #value;)
    };
    quote! {
        #docs
        #[must_use]
        #vis fn #name(mut self, #field: #argument) -> Self {
            #assign
            self
        }
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(ty.kind, TypeKind::String(_) | TypeKind::Datetime)
}

/// `validate`: the walk over the tables, option by option.
fn validate(role: &RoleContext<'_>) -> TokenStream {
    let (vis, violation) = (role.rust.vis(), role.codec("Violation"));
    let checks: Vec<TokenStream> = role.role.options.iter().filter_map(|var| check(role, var)).collect();
    let body = if checks.is_empty() {
        quote!(Ok(()))
    } else {
        let options = role.session("OptionCheck");
        quote! {
            let mut options = #options::new(&tables::SCHEMA);
            #(#checks)*
            options.finish()
        }
    };
    quote! {
        /// Checks that every option is one that the schema allows.
        ///
        /// # Errors
        /// All that do not conform; pointers begin with the option's name.
        #vis fn validate(&self) -> Result<(), Vec<#violation>> {
            #body
        }
    }
}

fn check(role: &RoleContext<'_>, var: &Var) -> Option<TokenStream> {
    if !super::options_check::is_constrained(role, &var.ty) {
        return None;
    }
    let field = names::field(&names::plain_field(&var.name));
    let inner = Type {
        nullable: false,
        ..var.ty.clone()
    };
    let (name, table) = (&var.name, super::options_check::type_id(role, &inner)?);
    role.note_wire(&inner, false);
    let by_copy = role.is_copy(&inner);
    if !var.ty.nullable {
        let written = role.rust.write(&inner, &quote!(self.#field), By::Place);
        return Some(quote!(options.check(#name, #table, |out| #written);));
    }
    let written = role.rust.write(&inner, &quote!(value), if by_copy { By::Place } else { By::Ref });
    let bound = if by_copy { quote!(self.#field) } else { quote!(&self.#field) };
    Some(quote! {
        if let Some(value) = #bound {
            options.check(#name, #table, |out| #written);
        }
    })
}
