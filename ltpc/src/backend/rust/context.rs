//! What every part of the back end writes with: names, facts, and how each type is said, read, written and owned.

mod constants;
mod values;

use std::cell::RefCell;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    Options,
    checks::Checks,
    derived::Derived,
    facts::Facts,
    names::{self, Item, Names},
};
use crate::interpret::Tables;
use crate::model::{EnvelopeId, Model, PayloadsId, Record, RecordId, Type, TypeKind, UnionId};

pub use constants::integer;

/// One run of the back end.
pub struct Context<'m> {
    /// What is compiled.
    pub model: &'m Model,
    /// How it is written.
    pub options: &'m Options,
    /// What everything is called.
    pub names: Names,
    /// What is known of its types.
    pub facts: Facts,
    /// The tables of its shape.
    pub tables: Tables,
    /// The type that this is about, where it is the user's own.
    pub derived: Option<&'m Derived>,
    /// Functions that read and check what is constrained.
    pub(super) checks: RefCell<Checks>,
}

/// From where a type is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A module that declares types: 0 is the compiled file's, the others those of imported files.
    Types(u32),
    /// The module of messages and envelopes.
    Message,
    /// The module of drafts.
    Draft,
    /// Any other module: every type has the path of its module.
    Beside,
}

/// Whether an expression is a reference to a value, or the value's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A reference.
    Ref,
    /// A place, such as `self.member`.
    Place,
}

/// A value that is written together with its neighbours: by an expression, and between quotes if it is a string.
#[derive(Debug)]
pub struct Piece {
    /// What stands before and behind it.
    pub quotes: &'static str,
    /// The expression.
    pub piece: TokenStream,
}

impl Piece {
    /// A string, of an expression of a `&str`.
    pub fn text(text: TokenStream) -> Self {
        Self {
            quotes: "\"",
            piece: quote!(write::Text(#text)),
        }
    }
}

impl<'m> Context<'m> {
    /// Decides everything that is decided before code is written.
    pub fn new(model: &'m Model, options: &'m Options) -> Self {
        let names = Names::new(model);
        let checks = RefCell::new(Checks::default());
        Self {
            model,
            options,
            facts: Facts::new(model),
            tables: Tables::new(model),
            names,
            derived: None,
            checks,
        }
    }

    /// As [`Self::new`], of a model whose own declaration is a type that is there already.
    pub fn of_derived(model: &'m Model, options: &'m Options, derived: &'m Derived) -> Self {
        Self {
            derived: Some(derived),
            ..Self::new(model, options)
        }
    }

    /// The fields of a record, in the order of its members.
    pub fn member_names(&self, record: &Record) -> Vec<Ident> {
        match self.derived {
            Some(derived) => derived.fields.iter().map(|field| field.name.clone()).collect(),
            None => names::member_names(&record.members),
        }
    }

    /// The field of an open record that keeps unknown members.
    pub fn rest_name(&self, record: &Record) -> Ident {
        let own = self.derived.and_then(|derived| derived.open.clone());
        own.unwrap_or_else(|| super::types::rest_name(record))
    }

    /// The variants of an enum or union.
    pub fn variant_names<'n>(&self, names: impl IntoIterator<Item = &'n str>, open: bool) -> Vec<Ident> {
        match self.derived {
            Some(derived) => derived.variants.clone(),
            None => names::variant_names(names, open),
        }
    }

    /// The path of the runtime.
    pub fn runtime(&self) -> TokenStream {
        self.options.runtime.parse().unwrap_or_else(|_| quote!(::ltp_runtime))
    }

    /// The visibility of what the output declares.
    pub fn vis(&self) -> TokenStream {
        if self.options.public { quote!(pub) } else { quote!(pub(crate)) }
    }

    /// The visibility of what one module of the output declares for those beside it.
    pub fn beside(&self) -> TokenStream {
        if self.derived.is_some() {
            TokenStream::new()
        } else {
            quote!(pub(super))
        }
    }

    /// A type of the standard library that is in every scope, or its path where a declaration of the schema hides it.
    pub fn std(&self, name: &str, scope: Scope) -> TokenStream {
        let ident = format_ident!("{name}");
        if !self.hides(name, scope) {
            return quote!(#ident);
        }
        match name {
            "Option" => quote!(::core::option::Option),
            "Result" => quote!(::core::result::Result),
            "Vec" => quote!(::std::vec::Vec),
            "String" => quote!(::std::string::String),
            "Box" => quote!(::std::boxed::Box),
            "Cow" => quote!(::std::borrow::Cow),
            "Into" => quote!(::core::convert::Into),
            "From" => quote!(::core::convert::From),
            "Default" => quote!(::core::default::Default),
            _ => quote!(#ident),
        }
    }

    /// Whether a module declares something of this name.
    pub fn hides(&self, name: &str, scope: Scope) -> bool {
        let names = &self.names;
        match scope {
            Scope::Beside => false,
            Scope::Message => names.envelopes.iter().chain([&names.message]).any(|ident| ident == name),
            Scope::Draft => names.drafts.iter().chain([&names.draft]).any(|ident| ident == name),
            Scope::Types(_) => {
                let declared = names.records.iter().chain(&names.enums).chain(&names.unions);
                declared
                    .chain(&names.payloads)
                    .chain(&names.kinds)
                    .chain(&names.capabilities)
                    .chain(&names.scalars)
                    .any(|ident| ident == name)
            }
        }
    }

    /// The name of a declaration, as this scope says it.
    pub fn path(&self, item: Item, scope: Scope) -> TokenStream {
        let ident = self.names.ident(item);
        let module = Names::module(self.model, item);
        match (scope, module) {
            (Scope::Types(here), Some(module)) if module.0 == here => quote!(#ident),
            (Scope::Message, None) if !matches!(item, Item::EnvelopeDraft(_)) => quote!(#ident),
            (Scope::Draft, None) if matches!(item, Item::EnvelopeDraft(_)) => quote!(#ident),
            (Scope::Types(_), _) => {
                let path = self.names.path(self.model, item);
                quote!(super::#path)
            }
            _ => self.names.path(self.model, item),
        }
    }

    /// `<'a>` if there is something to borrow, and borrowing is wanted.
    pub fn generics(&self, borrows: bool, lifetime: &str) -> TokenStream {
        if !borrows || self.options.owned_only {
            return TokenStream::new();
        }
        let lifetime = syn::Lifetime::new(lifetime, proc_macro2::Span::call_site());
        quote!(<#lifetime>)
    }

    /// An `impl` of a type's own functions: its lifetime has a name where they say it.
    pub fn functions(&self, path: &TokenStream, borrows: bool, functions: &TokenStream) -> TokenStream {
        let named = functions
            .to_string()
            .split(|c: char| !c.is_alphanumeric() && c != '\'')
            .any(|word| word == "'a");
        let generics = self.generics(borrows, if named { "'a" } else { "'_" });
        let declared = named.then(|| self.generics(borrows, "'a"));
        quote!(impl #declared #path #generics { #functions })
    }

    /// A declaration with its lifetime.
    pub fn named(&self, item: Item, scope: Scope, lifetime: &str) -> TokenStream {
        let path = self.path(item, scope);
        let generics = self.generics(self.item_borrows(item), lifetime);
        quote!(#path #generics)
    }

    /// Whether a declaration has a lifetime.
    pub fn item_borrows(&self, item: Item) -> bool {
        let (model, facts) = (self.model, &self.facts);
        match item {
            Item::Scalar(id) => facts.borrows(model, &model[id].ty),
            Item::Record(id) => facts.record(id),
            Item::Enum(id) => model[id].open,
            Item::Union(id) => facts.union(id),
            Item::Payloads(id) => facts.payloads(id),
            Item::Kind(id) => model[id].open,
            Item::Capability(_) => false,
            Item::Envelope(id) | Item::EnvelopeDraft(id) => facts.members(model, &model[id].members),
        }
    }

    /// Whether the enum of all messages has a lifetime.
    pub fn message_borrows(&self) -> bool {
        let model = self.model;
        model.messages.iter().any(|message| {
            let body = match message.body {
                crate::model::MessageBody::Record(id) => self.facts.record(id),
                crate::model::MessageBody::Object => true,
            };
            body || matches!(message.tag, crate::model::Tag::Scalar { .. }) || self.item_borrows(Item::Envelope(message.envelope))
        })
    }

    /// Whether values of the type are copied.
    pub fn is_copy(&self, ty: &Type) -> bool {
        match &ty.kind {
            TypeKind::Bool
            | TypeKind::Int(_)
            | TypeKind::Uint(_)
            | TypeKind::Float(_)
            | TypeKind::Uuid
            | TypeKind::Duration
            | TypeKind::Instant => true,
            TypeKind::Enum(id) => !self.model[*id].open,
            TypeKind::PayloadKind(id) => !self.model[*id].open,
            _ => false,
        }
    }

    /// The text type.
    pub fn text(&self, scope: Scope, lifetime: &str) -> TokenStream {
        if self.options.owned_only {
            return self.std("String", scope);
        }
        let cow = self.std("Cow", scope);
        let lifetime = syn::Lifetime::new(lifetime, proc_macro2::Span::call_site());
        quote!(#cow<#lifetime, str>)
    }

    /// The Rust type of a type.
    pub fn ty(&self, ty: &Type, scope: Scope, lifetime: &str) -> TokenStream {
        let bare = self.bare(ty, scope, lifetime);
        if ty.nullable {
            let option = self.std("Option", scope);
            quote!(#option<#bare>)
        } else {
            bare
        }
    }

    /// As [`Self::ty`], without `null`.
    pub fn bare(&self, ty: &Type, scope: Scope, lifetime: &str) -> TokenStream {
        match ty.scalar {
            Some(id) => self.named(Item::Scalar(id), scope, lifetime),
            None => self.structure(ty, scope, lifetime),
        }
    }

    /// As [`Self::bare`], knowing nothing of named scalars: what their aliases stand for.
    pub fn structure(&self, ty: &Type, scope: Scope, lifetime: &str) -> TokenStream {
        let runtime = self.runtime();
        let owned = if self.options.owned_only { "'static" } else { lifetime };
        let life = syn::Lifetime::new(owned, proc_macro2::Span::call_site());
        match &ty.kind {
            TypeKind::Bool => quote!(bool),
            TypeKind::Int(_) => quote!(i64),
            TypeKind::Uint(_) => quote!(u64),
            TypeKind::Float(_) => quote!(f64),
            TypeKind::String(_) | TypeKind::Datetime => self.text(scope, lifetime),
            TypeKind::Uuid => quote!(#runtime::Uuid),
            TypeKind::Json => quote!(#runtime::codec::Json<#life>),
            TypeKind::Object => quote!(#runtime::codec::Object<#life>),
            TypeKind::List { item, .. } => {
                let (vec, item) = (self.std("Vec", scope), self.ty(item, scope, lifetime));
                quote!(#vec<#item>)
            }
            TypeKind::Map { value, .. } => {
                let value = self.ty(value, scope, lifetime);
                quote!(#runtime::codec::Map<#life, #value>)
            }
            TypeKind::Record(id) => self.named(Item::Record(*id), scope, lifetime),
            TypeKind::Enum(id) => self.named(Item::Enum(*id), scope, lifetime),
            TypeKind::Union(id) => self.named(Item::Union(*id), scope, lifetime),
            TypeKind::Payload { set, .. } => self.named(Item::Payloads(*set), scope, lifetime),
            TypeKind::PayloadKind(id) => self.named(Item::Kind(*id), scope, lifetime),
            TypeKind::Duration | TypeKind::Instant => quote!(u64),
        }
    }

    /// All declarations of one kind in a module.
    pub fn records_in(&self, module: u32) -> impl Iterator<Item = RecordId> + '_ {
        let in_module = move |id: &RecordId| self.model[*id].decl.module.0 == module;
        (0..self.model.records.len() as u32).map(RecordId).filter(in_module)
    }

    /// All unions.
    pub fn unions(&self) -> impl Iterator<Item = UnionId> + use<> {
        (0..self.model.unions.len() as u32).map(UnionId)
    }

    /// All payload sets.
    pub fn payload_sets(&self) -> impl Iterator<Item = PayloadsId> + use<> {
        (0..self.model.payloads.len() as u32).map(PayloadsId)
    }

    /// All envelopes that carry a message.
    pub fn envelopes(&self) -> impl Iterator<Item = EnvelopeId> + use<> {
        (0..self.model.envelopes.len() as u32).map(EnvelopeId)
    }
}

/// Whether a value costs nothing to make.
pub fn is_cheap(value: &TokenStream) -> bool {
    !value.to_string().replace("Cow :: Borrowed (", "").contains('(')
}
