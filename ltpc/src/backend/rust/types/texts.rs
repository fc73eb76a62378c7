//! What has a text on the wire: enums, error tables, tiers, and the kinds of payload sets.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{derives, derives_without};
use crate::backend::rust::{
    context::{Context, Scope},
    docs,
    facts::{self, Part},
    names::{self, Item},
    tiers,
};
use crate::model::{Decl, Enum, EnumId, PayloadsId, TiersId, Type};

const ON_THE_WIRE: &str = " Its text on the wire.";

/// The texts of an enum with their variants.
struct Texts<'t> {
    /// What declares it, unless it stands beside that.
    decl: Option<&'t Decl>,
    name: &'t str,
    docs: TokenStream,
    open: bool,
    /// Whether two are equal whose text is.
    by_text: bool,
    /// What its text is.
    text: &'static str,
    /// Name in the schema, text, documentation, and what else is said of it.
    variants: Vec<(&'t str, &'t str, &'t str, &'t str)>,
}

pub(super) fn enumeration(context: &Context<'_>, id: EnumId, scope: Scope) -> TokenStream {
    let declared = &context.model[id];
    let tiers = context.model.tiers_of(id);
    let what = if tiers.is_some() { "tiers" } else { "enum" };
    let docs = docs::of(&declared.decl.docs, &format!("The {what} `{}`.", declared.decl.name), &[]);
    let said = tiers.map_or_else(Vec::new, |tiers| tiers::words(&context.model[tiers]));
    let variants = declared.variants.iter().enumerate().map(|(index, variant)| {
        let more = said.get(index).map_or("", String::as_str);
        (variant.name.as_str(), variant.wire.as_str(), variant.docs.as_str(), more)
    });
    let texts = Texts {
        decl: Some(&declared.decl),
        name: &declared.decl.name,
        docs,
        open: declared.open,
        by_text: tiers.is_none(),
        text: ON_THE_WIRE,
        variants: variants.collect(),
    };
    let mut items = texts_enum(context, Item::Enum(id), &texts, scope);
    if declared.is_errors {
        items.extend(error_table(context, id, declared, scope));
    }
    if let Some(tiers) = tiers {
        items.extend(capabilities(context, tiers, scope));
        items.extend(tiers::items(context, tiers, scope));
    }
    items
}

/// What tiers may, each with its name.
fn capabilities(context: &Context<'_>, id: TiersId, scope: Scope) -> TokenStream {
    let tiers = &context.model[id];
    if tiers.capabilities.is_empty() {
        return TokenStream::new();
    }
    let of = context.names.ident(Item::Enum(tiers.of));
    let named = |capability: &'_ crate::model::Capability| capability.name.clone();
    let names: Vec<String> = tiers.capabilities.iter().map(named).collect();
    let texts = Texts {
        decl: None,
        name: &names::plain(context.names.ident(Item::Capability(id))),
        docs: docs::lines(&format!("What agents of a tier of [`{of}`] may do.")),
        open: false,
        by_text: true,
        text: " Its name in the schema.",
        variants: names.iter().map(|name| (name.as_str(), name.as_str(), "", "")).collect(),
    };
    texts_enum(context, Item::Capability(id), &texts, scope)
}

pub(super) fn kinds(context: &Context<'_>, id: PayloadsId, scope: Scope) -> TokenStream {
    let set = &context.model[id];
    let docs = docs::lines(&format!(
        "The name of one of the kinds of [`{}`].",
        context.names.ident(Item::Payloads(id))
    ));
    let variants = set
        .kinds
        .iter()
        .map(|kind| (kind.name.as_str(), kind.wire.as_str(), kind.docs.as_str(), ""))
        .collect();
    texts_enum(
        context,
        Item::Kind(id),
        &Texts {
            decl: None,
            name: &set.decl.name,
            docs,
            open: set.open,
            by_text: true,
            text: ON_THE_WIRE,
            variants,
        },
        scope,
    )
}

/// Whether the kinds of a payload set are said by name alone somewhere.
pub fn uses_kind(context: &Context<'_>, id: PayloadsId) -> bool {
    let alone = |ty: &Type| context_mentions(ty, id);
    let in_records = context.model.records.iter().any(|record| {
        let parts = facts::parts(record);
        record
            .members
            .iter()
            .zip(parts)
            .any(|(member, part)| !matches!(part, Part::KindOf(_)) && alone(&member.ty))
    });
    let mut elsewhere = context
        .model
        .envelopes
        .iter()
        .flat_map(|envelope| &envelope.members)
        .map(|member| &member.ty);
    in_records || elsewhere.any(alone) || context.model.payloads.iter().flat_map(|set| &set.kinds).any(|kind| alone(&kind.ty))
}

fn context_mentions(ty: &Type, id: PayloadsId) -> bool {
    match &ty.kind {
        crate::model::TypeKind::PayloadKind(set) => *set == id,
        crate::model::TypeKind::List { item: inner, .. } | crate::model::TypeKind::Map { value: inner, .. } => context_mentions(inner, id),
        _ => false,
    }
}

/// An enum of texts, with the ways from and to text.
fn texts_enum(context: &Context<'_>, item: Item, texts: &Texts<'_>, scope: Scope) -> TokenStream {
    let (vis, ident, runtime) = (context.vis(), context.names.ident(item), context.runtime());
    let names = names::variant_names(texts.variants.iter().map(|(name, ..)| *name), texts.open);
    let wires: Vec<&str> = texts.variants.iter().map(|(_, wire, ..)| *wire).collect();
    let variants = texts.variants.iter().zip(&names).map(|((_, wire, docs, more), name)| {
        let docs = docs::of(docs, &format!("`{wire}`."), &[(*more).to_owned()]);
        quote!(#docs #name)
    });
    let (docs, generics) = (&texts.docs, context.generics(texts.open, "'a"));
    let (result, from) = (context.std("Result", scope), context.std("From", scope));
    if !texts.open {
        let derives = derives(
            context,
            texts.decl,
            &["Debug", "Clone", "Copy", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash"],
        );
        let count = proc_macro2::Literal::usize_unsuffixed(names.len());
        let said = texts.text;
        let all = docs::lines(&format!("Everything that `{}` declares, in order.", texts.name));
        return quote! {
            #docs
            #derives
            #vis enum #ident { #(#variants),* }

            impl #ident {
                #all
                #vis const ALL: [Self; #count] = [#(Self::#names),*];

                #[doc = #said]
                #[must_use]
                #vis const fn as_str(self) -> &'static str {
                    match self { #(Self::#names => #wires),* }
                }
            }

            impl ::core::str::FromStr for #ident {
                type Err = #runtime::codec::NotDeclared;

                fn from_str(text: &str) -> #result<Self, Self::Err> {
                    match text {
                        #(#wires => Ok(Self::#names),)*
                        _ => Err(#runtime::codec::NotDeclared),
                    }
                }
            }

            impl ::core::fmt::Display for #ident {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str(self.as_str())
                }
            }
        };
    }
    let derives = match texts.by_text {
        true => derives(context, texts.decl, &["Debug", "Clone", "PartialEq", "Eq", "Hash"]),
        // Tiers compare by their levels, by implementations of their own.
        false => derives_without(
            context,
            texts.decl,
            &["Debug", "Clone"],
            &["PartialEq", "Eq", "Hash", "PartialOrd", "Ord"],
        ),
    };
    let (text, any) = (context.text(scope, "'a"), context.generics(true, "'_"));
    let static_any = context.generics(true, "'static");
    let string = context.std("String", scope);
    let (keep, into_owned) = if context.options.owned_only {
        (quote!(text), None)
    } else {
        let cow = context.std("Cow", scope);
        let into_owned = quote! {
            /// The same, on its own.
            #[must_use]
            #vis fn into_owned(self) -> #ident #static_any {
                match self {
                    #(Self::#names => #ident::#names,)*
                    Self::Other(text) => #ident::Other(#cow::Owned(text.into_owned())),
                }
            }
        };
        (quote!(text), Some(into_owned))
    };
    let owned_text = if context.options.owned_only {
        quote!(#string::from(text))
    } else {
        let cow = context.std("Cow", scope);
        quote!(#cow::Owned(#string::from(text)))
    };
    let functions = quote! {
        /// Its text on the wire.
        #[must_use]
        #vis fn as_str(&self) -> &str {
            match self {
                #(Self::#names => #wires,)*
                Self::Other(text) => text,
            }
        }

        #into_owned
    };
    let functions = context.functions(&quote!(#ident), true, &functions);
    quote! {
        #docs
        #derives
        #vis enum #ident #generics {
            #(#variants,)*
            /// A text that the schema does not declare. Made by `from`, it never holds one that it does.
            Other(#text),
        }

        #functions

        impl #generics #from<#text> for #ident #generics {
            fn from(text: #text) -> Self {
                match &*text {
                    #(#wires => Self::#names,)*
                    _ => Self::Other(#keep),
                }
            }
        }

        impl ::core::str::FromStr for #ident #static_any {
            type Err = ::core::convert::Infallible;

            fn from_str(text: &str) -> #result<Self, Self::Err> {
                Ok(Self::from(#owned_text))
            }
        }

        impl ::core::fmt::Display for #ident #any {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    }
}

/// What the codes of an error table mean.
fn error_table(context: &Context<'_>, id: EnumId, declared: &Enum, scope: Scope) -> TokenStream {
    let (vis, ident) = (context.vis(), context.names.ident(Item::Enum(id)));
    let names = names::variant_names(declared.variants.iter().map(|variant| variant.name.as_str()), declared.open);
    let generics = context.generics(declared.open, "'_");
    let flags: Vec<_> = declared.variants.iter().map(|variant| variant.error.clone()).collect();
    let meanings = flags.iter().map(|flags| flags.as_ref().map_or("", |flags| flags.meaning.as_str()));
    let (receiver, constant) = if declared.open {
        (quote!(&self), TokenStream::new())
    } else {
        (quote!(self), quote!(const))
    };
    let option = context.std("Option", scope);
    let meaning = if declared.open {
        quote! {
            /// What it means, if the schema declares it.
            #[must_use]
            #vis fn meaning(&self) -> #option<&'static str> {
                match self {
                    #(Self::#names => Some(#meanings),)*
                    Self::Other(_) => None,
                }
            }
        }
    } else {
        quote! {
            /// What it means.
            #[must_use]
            #vis const fn meaning(self) -> &'static str {
                match self { #(Self::#names => #meanings),* }
            }
        }
    };
    let set: Vec<&Ident> = names
        .iter()
        .zip(&flags)
        .filter(|(_, flags)| flags.as_ref().is_some_and(|flags| flags.retry))
        .map(|(name, _)| name)
        .collect();
    let closing: Vec<&Ident> = names
        .iter()
        .zip(&flags)
        .filter(|(_, flags)| flags.as_ref().is_some_and(|flags| flags.closes))
        .map(|(name, _)| name)
        .collect();
    let one_of = |names: &[&Ident]| {
        if names.is_empty() {
            quote!(false)
        } else {
            quote!(::core::matches!(self, #(Self::#names)|*))
        }
    };
    let (retry, closes) = (one_of(&set), one_of(&closing));
    quote! {
        impl #ident #generics {
            #meaning

            /// Whether trying again may help.
            #[must_use]
            #vis #constant fn may_retry(#receiver) -> bool {
                #retry
            }

            /// Whether the connection ends after it.
            #[must_use]
            #vis #constant fn closes(#receiver) -> bool {
                #closes
            }
        }
    }
}
