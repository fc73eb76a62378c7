//! What a module of the schema declares: structs, enums, aliases, with their documentation.

mod texts;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    context::{Context, Scope},
    docs,
    facts::{self, Part},
    names::{self, Item, Scope as Taken},
};
use crate::model::{Decl, EnumId, Member, PayloadsId, Presence, Record, RecordId, ScalarId, Type, UnionId};

pub use texts::uses_kind;
use texts::{enumeration, kinds};

/// Everything that a module of the schema declares: 0 is the compiled file, the others are those that it imports.
pub fn module(context: &Context<'_>, module: u32) -> TokenStream {
    let model = context.model;
    let here = |decl: &crate::model::Decl| decl.module.0 == module;
    let scope = Scope::Types(module);
    let mut items = TokenStream::new();
    for (index, declared) in model.scalars.iter().enumerate().filter(|(_, scalar)| here(&scalar.decl)) {
        items.extend(scalar(context, ScalarId(index as u32), &declared.ty, scope));
    }
    for (index, _) in model.enums.iter().enumerate().filter(|(_, declared)| here(&declared.decl)) {
        items.extend(enumeration(context, EnumId(index as u32), scope));
    }
    for (index, _) in model.records.iter().enumerate().filter(|(_, record)| here(&record.decl)) {
        items.extend(record(context, RecordId(index as u32), scope));
    }
    for id in context.unions().filter(|id| here(&model[*id].decl)) {
        items.extend(union(context, id, scope));
    }
    for id in context.payload_sets().filter(|id| here(&model[*id].decl)) {
        items.extend(payloads(context, id, scope));
        if uses_kind(context, id) {
            items.extend(kinds(context, id, scope));
        }
    }
    let cow = !context.options.owned_only
        && items
            .to_string()
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|word| word == "Cow");
    let cow = (cow && !context.hides("Cow", scope)).then(|| {
        quote!(
            use ::std::borrow::Cow;
        )
    });
    quote!(#cow #items)
}

/// `#[derive(...)]` with what the options add: for every type, and for this declaration.
pub fn derives(context: &Context<'_>, of: Option<&Decl>, usual: &[&str]) -> TokenStream {
    derives_without(context, of, usual, &[])
}

/// The same, but for what is implemented otherwise.
fn derives_without(context: &Context<'_>, of: Option<&Decl>, usual: &[&str], otherwise: &[&str]) -> TokenStream {
    let own = of.and_then(|decl| context.options.derives_of.get(&context.model.path_of(decl)));
    let added = context
        .options
        .derives
        .iter()
        .chain(own.into_iter().flatten())
        .map(String::as_str)
        .filter(|added| !usual.contains(added) && !otherwise.contains(&added.rsplit("::").next().unwrap_or(added)));
    let paths: Vec<TokenStream> = usual.iter().copied().chain(added).filter_map(|path| path.parse().ok()).collect();
    quote!(#[derive(#(#paths),*)])
}

/// An alias for a named type of strings or numbers.
fn scalar(context: &Context<'_>, id: ScalarId, ty: &Type, scope: Scope) -> TokenStream {
    let decl = &context.model[id].decl;
    let docs = docs::of(
        &decl.docs,
        &format!("The scalar `{}`.", decl.name),
        &[docs::constraint(ty).unwrap_or_default()],
    );
    let (vis, ident) = (context.vis(), context.names.ident(Item::Scalar(id)));
    let generics = context.generics(context.item_borrows(Item::Scalar(id)), "'a");
    let bare = Type {
        nullable: false,
        ..ty.clone()
    };
    let ty = context.structure(&bare, scope, "'a");
    quote! {
        #docs
        #vis type #ident #generics = #ty;
    }
}

/// A record's struct, its constructor and its default.
pub fn record(context: &Context<'_>, id: RecordId, scope: Scope) -> TokenStream {
    let record = &context.model[id];
    let docs = docs::of(&record.decl.docs, &format!("The record `{}`.", record.decl.name), &[]);
    let fields: Vec<Field> = fields(context, id, scope);
    let ident = context.names.ident(Item::Record(id));
    let borrows = context.item_borrows(Item::Record(id));
    structure(context, &record.decl, ident, borrows, &docs, &fields, scope)
}

/// A field of a struct.
pub struct Field {
    /// Its name.
    pub name: Ident,
    /// Its documentation.
    pub docs: TokenStream,
    /// Its type.
    pub ty: TokenStream,
    /// What it is made with where nothing is said of it; `None`: it must be given.
    pub default: Option<TokenStream>,
    /// Whether that is what its type is made with anyway.
    pub plain: bool,
    /// Whether it is text, for which anything that becomes text is taken.
    pub text: bool,
}

/// A struct with its constructor and default.
pub fn structure(
    context: &Context<'_>,
    decl: &Decl,
    ident: &Ident,
    borrows: bool,
    docs: &TokenStream,
    fields: &[Field],
    scope: Scope,
) -> TokenStream {
    let (vis, generics) = (context.vis(), context.generics(borrows, "'a"));
    let all_plain = fields.iter().all(|field| field.default.is_some() && field.plain);
    let all_default = fields.iter().all(|field| field.default.is_some());
    let mut usual = vec!["Debug", "Clone", "PartialEq"];
    if all_plain {
        usual.push("Default");
    }
    let derives = derives(context, Some(decl), &usual);
    let declared = fields.iter().map(|Field { name, docs, ty, .. }| quote!(#docs #vis #name: #ty));
    let mut items = quote! {
        #docs
        #derives
        #vis struct #ident #generics { #(#declared),* }
    };
    let init = fields.iter().map(|Field { name, default, text, .. }| match default {
        Some(default) => quote!(#name: #default),
        None if *text => quote!(#name: #name.into()),
        None => quote!(#name),
    });
    if all_plain {
        return items;
    }
    if all_default {
        let default = context.std("Default", scope);
        let generics = context.generics(borrows, "'_");
        items.extend(quote! {
            impl #default for #ident #generics {
                fn default() -> Self {
                    Self { #(#init),* }
                }
            }
        });
        return items;
    }
    let required: Vec<_> = fields.iter().filter(|field| field.default.is_none()).collect();
    // A longer list of arguments says less than a struct expression does.
    if required.len() <= 7 {
        let into = context.std("Into", scope);
        let arguments = required.iter().map(|Field { name, ty, text, .. }| {
            if *text {
                quote!(#name: impl #into<#ty>)
            } else {
                quote!(#name: #ty)
            }
        });
        let docs = docs::lines(if required.len() < fields.len() {
            "One with what must be said; all else is absent or has its default."
        } else {
            "One of all its members."
        });
        let new = quote! {
            #docs
            #[must_use]
            #vis fn new(#(#arguments),*) -> Self {
                Self { #(#init),* }
            }
        };
        items.extend(context.functions(&quote!(#ident), borrows, &new));
    }
    items
}

/// The fields of a record's struct.
fn fields(context: &Context<'_>, id: RecordId, scope: Scope) -> Vec<Field> {
    let record = &context.model[id];
    let parts = facts::parts(record);
    let names = names::member_names(&record.members);
    let mut fields = Vec::new();
    for (index, ((member, part), name)) in record.members.iter().zip(parts).zip(&names).enumerate() {
        let docs = match part {
            Part::KindOf(_) => continue,
            Part::PayloadWith(kind) => payload_docs(context, member, &record.members[kind]),
            Part::Whole => docs::member(context.model, member),
        };
        let bare = context.bare(&member.ty, scope, "'a");
        let bare = if context.facts.is_boxed(id, index) {
            let boxed = context.std("Box", scope);
            quote!(#boxed<#bare>)
        } else {
            bare
        };
        let default = match &member.presence {
            Presence::Required { default: None } => None,
            _ => Some(context.member_constant(id, index, None, scope)),
        };
        fields.push(field(context, member, name, docs, bare, default, scope));
    }
    if record.open {
        let runtime = context.runtime();
        let life = if context.options.owned_only { quote!('static) } else { quote!('a) };
        fields.push(Field {
            name: rest_name(record),
            docs: docs::lines("Members that the schema does not declare, as they came."),
            ty: quote!(#runtime::codec::Map<#life, #runtime::codec::Json<#life>>),
            default: Some(quote!(#runtime::codec::Map::new())),
            plain: true,
            text: false,
        });
    }
    fields
}

/// A member's field, `bare` being its type without `null` and absence.
pub fn field(
    context: &Context<'_>,
    member: &Member,
    name: &Ident,
    docs: TokenStream,
    bare: TokenStream,
    default: Option<TokenStream>,
    scope: Scope,
) -> Field {
    let option = context.std("Option", scope);
    let mut ty = if member.ty.nullable { quote!(#option<#bare>) } else { bare };
    if member.presence == Presence::Optional {
        ty = quote!(#option<#ty>);
    }
    let plain = default.as_ref().is_some_and(is_usual);
    let is_text = matches!(member.ty.kind, crate::model::TypeKind::String(_) | crate::model::TypeKind::Datetime);
    Field {
        name: name.clone(),
        docs,
        ty,
        default,
        plain,
        text: is_text && !member.ty.nullable,
    }
}

/// Whether a value is what its type's `Default` gives.
fn is_usual(value: &TokenStream) -> bool {
    let value = value.to_string();
    ["None", "0", "0.0", "false"].contains(&value.as_str()) || value.ends_with("Vec :: new ()")
}

fn payload_docs(context: &Context<'_>, member: &Member, kind: &Member) -> TokenStream {
    let mut more = vec![format!("On the wire, `{}` says what `{}` holds.", kind.wire, member.wire)];
    if !kind.docs.is_empty() {
        more.insert(0, kind.docs.clone());
    }
    let otherwise = match &member.ty.kind {
        crate::model::TypeKind::Payload { set, .. } => format!("One of the kinds of [`{}`].", context.names.ident(Item::Payloads(*set))),
        _ => String::new(),
    };
    docs::of(&member.docs, &otherwise, &more)
}

/// The field of an open record that keeps unknown members.
pub fn rest_name(record: &Record) -> Ident {
    Taken::of(&names::member_names(&record.members)).take("rest")
}

fn union(context: &Context<'_>, id: UnionId, scope: Scope) -> TokenStream {
    let union = &context.model[id];
    let more = format!("On the wire, `{}` says which.", union.tag);
    let docs = docs::of(&union.decl.docs, &format!("The union `{}`.", union.decl.name), &[more]);
    let (vis, ident) = (context.vis(), context.names.ident(Item::Union(id)));
    let generics = context.generics(context.item_borrows(Item::Union(id)), "'a");
    let names = names::variant_names(union.cases.iter().map(|case| case.name.as_str()), union.open);
    let variants = union.cases.iter().zip(&names).map(|(case, name)| {
        let (docs, ty) = (
            docs::of(&case.docs, &format!("`{}`.", case.wire), &[]),
            context.ty(&case.ty, scope, "'a"),
        );
        quote!(#docs #name(#ty))
    });
    let other = union.open.then(|| {
        let ty = context.structure(&object(), scope, "'a");
        quote!(
            /// An object with another tag, as it came.
            Other(#ty),
        )
    });
    let derives = derives(context, Some(&union.decl), &["Debug", "Clone", "PartialEq"]);
    quote! {
        #docs
        #derives
        #vis enum #ident #generics { #(#variants,)* #other }
    }
}

fn object() -> Type {
    Type {
        kind: crate::model::TypeKind::Object,
        nullable: false,
        scalar: None,
    }
}

fn payloads(context: &Context<'_>, id: PayloadsId, scope: Scope) -> TokenStream {
    let set = &context.model[id];
    let docs = docs::of(&set.decl.docs, &format!("The payload set `{}`.", set.decl.name), &[]);
    let (vis, ident, runtime) = (context.vis(), context.names.ident(Item::Payloads(id)), context.runtime());
    let borrows = context.item_borrows(Item::Payloads(id));
    let generics = context.generics(borrows, "'a");
    let carries = set.open;
    let names = names::variant_names(set.kinds.iter().map(|kind| kind.name.as_str()), carries);
    let wires: Vec<&str> = set.kinds.iter().map(|kind| kind.wire.as_str()).collect();
    let variants = set.kinds.iter().zip(&names).map(|(kind, name)| {
        let (docs, ty) = (
            docs::of(&kind.docs, &format!("`{}`.", kind.wire), &[]),
            context.ty(&kind.ty, scope, "'a"),
        );
        quote!(#docs #name(#ty))
    });
    let other = carries.then(|| {
        let text = context.text(scope, "'a");
        let life = if context.options.owned_only { quote!('static) } else { quote!('a) };
        quote! {
            /// A payload of a kind that the schema does not declare, as it came.
            Other {
                /// The name of the kind.
                kind: #text,
                /// What came.
                data: #runtime::codec::Carried<#life>,
            },
        }
    });
    let other_kind = carries.then(|| quote!(Self::Other { kind, .. } => kind,));
    let (borrowed, any) = if carries {
        (quote!(&str), context.generics(borrows, "'_"))
    } else {
        (quote!(&'static str), context.generics(borrows, "'_"))
    };
    let derives = derives(context, Some(&set.decl), &["Debug", "Clone", "PartialEq"]);
    quote! {
        #docs
        #derives
        #vis enum #ident #generics { #(#variants,)* #other }

        impl #ident #any {
            /// The name of the kind.
            #[must_use]
            #vis fn kind(&self) -> #borrowed {
                match self {
                    #(Self::#names(_) => #wires,)*
                    #other_kind
                }
            }
        }
    }
}
