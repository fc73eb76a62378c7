//! What everything is called in Rust: decided once, before any code is written.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::{
    model::{
        Decl, DigestId, EnumId, EnvelopeId, Member, MessageId, Model, ModuleId, PayloadsId, RecordId, ScalarId, Side, TiersId, UnionId,
    },
    naming,
};

/// Modules that the output declares or uses: no imported file and no session gives its own such a name.
pub const MODULES: [&str; 26] = [
    "types",
    "message",
    "draft",
    "codec",
    "tables",
    "digests",
    "endpoint",
    "mapping",
    "mappings",
    "serde",
    "checks",
    "elements",
    "enums",
    "envelopes",
    "flat",
    "formats",
    "framed",
    "messages",
    "records",
    "schema",
    "straight",
    "text",
    "texts",
    "unordered",
    "work",
    "write",
];

/// The name of everything that the output declares.
#[derive(Debug)]
pub struct Names {
    /// Modules of imported files; the compiled file's own is `types`.
    pub modules: Vec<Ident>,
    /// Aliases of scalars.
    pub scalars: Vec<Ident>,
    /// Structs.
    pub records: Vec<Ident>,
    /// Enums.
    pub enums: Vec<Ident>,
    /// Enums of records.
    pub unions: Vec<Ident>,
    /// Enums of payloads.
    pub payloads: Vec<Ident>,
    /// Enums of the kinds of payloads, by name alone.
    pub kinds: Vec<Ident>,
    /// Enums of the capabilities of tiers.
    pub capabilities: Vec<Ident>,
    /// Structs.
    pub envelopes: Vec<Ident>,
    /// What a sender says of an envelope.
    pub drafts: Vec<Ident>,
    /// Variants of the two enums below.
    pub messages: Vec<Ident>,
    /// Functions.
    pub digests: Vec<Ident>,
    /// Functions.
    pub mappings: Vec<Ident>,
    /// The enum of all messages.
    pub message: Ident,
    /// The enum of all messages that are to be sent.
    pub draft: Ident,
}

/// Names that are taken in one scope.
#[derive(Debug, Clone, Default)]
pub struct Scope(HashSet<String>);

impl Scope {
    /// A scope in which these are taken.
    pub fn of<'i>(taken: impl IntoIterator<Item = &'i Ident>) -> Self {
        Self(taken.into_iter().map(ToString::to_string).collect())
    }

    /// The name, or the first like it that is free.
    pub fn take(&mut self, name: &str) -> Ident {
        let mut ident = ident(name);
        let mut count = 2;
        while !self.0.insert(ident.to_string()) {
            ident = self::ident(&format!(
                "{name}{}{count}",
                if name.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" }
            ));
            count += 1;
        }
        ident
    }

    /// Whether a name is taken.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

impl Names {
    /// Names everything in a model.
    pub fn new(model: &Model) -> Self {
        let mut modules = Scope(MODULES.iter().map(ToString::to_string).collect());
        let module_names = model.modules.iter().enumerate().map(|(index, module)| match index {
            0 => ident("types"),
            _ => modules.take(&naming::snake_case(&module.name)),
        });
        let module_names = module_names.collect();

        // Types of each module, and what `message.rs` declares, which is named beside those of the compiled file.
        let mut scopes = vec![Scope::default(); model.modules.len().max(1)];
        let mut all = |decls: &mut dyn Iterator<Item = &Decl>| -> Vec<Ident> {
            decls
                .map(|decl| {
                    scopes
                        .get_mut(decl.module.0 as usize)
                        .map_or_else(|| ident(&decl.name), |scope| scope.take(&type_name(&decl.name)))
                })
                .collect()
        };
        let records = all(&mut model.records.iter().map(|record| &record.decl));
        let enums = all(&mut model.enums.iter().map(|declared| &declared.decl));
        let unions = all(&mut model.unions.iter().map(|union| &union.decl));
        let payloads = all(&mut model.payloads.iter().map(|set| &set.decl));
        let scalars = all(&mut model.scalars.iter().map(|scalar| &scalar.decl));
        let named_kinds: Vec<Decl> = model
            .payloads
            .iter()
            .map(|set| Decl {
                name: format!("{}Name", set.decl.name),
                ..set.decl.clone()
            })
            .collect();
        let kinds = all(&mut named_kinds.iter());
        let named_capabilities: Vec<Decl> = model
            .tiers
            .iter()
            .map(|tiers| Decl {
                name: format!("{}Capability", model[tiers.of].decl.name),
                ..model[tiers.of].decl.clone()
            })
            .collect();
        let capabilities = all(&mut named_capabilities.iter());

        let mut own = scopes.first().cloned().unwrap_or_default();
        let envelopes: Vec<Ident> = model
            .envelopes
            .iter()
            .map(|envelope| own.take(&type_name(&envelope.decl.name)))
            .collect();
        let drafts = envelopes
            .iter()
            .map(|envelope| own.take(&format!("{}Draft", plain(envelope))))
            .collect();
        let mut functions = Scope::default();
        let digests = model
            .digests
            .iter()
            .map(|digest| functions.take(&member_name(&digest.decl.name)))
            .collect();
        let mut functions = Scope::default();
        let mappings = model.mappings.iter().map(|mapping| {
            let name = |side: Side| member_name(side.name(model));
            functions.take(&format!("{}_to_{}", name(mapping.source), name(mapping.target)))
        });
        let mappings = mappings.collect();
        let mut variants = Scope::default();
        let messages = model
            .messages
            .iter()
            .map(|message| variants.take(&type_name(&message.decl.name)))
            .collect();
        let mut invented = |name: &str| {
            let free = [name.to_owned(), format!("Any{name}")].into_iter().find(|name| !own.has(name));
            // No schema declares a name that starts so.
            own.take(&free.unwrap_or_else(|| format!("Ltpc{name}")))
        };
        let (message, draft) = (invented("Message"), invented("Draft"));
        Self {
            modules: module_names,
            scalars,
            records,
            enums,
            unions,
            payloads,
            kinds,
            capabilities,
            envelopes,
            drafts,
            messages,
            digests,
            mappings,
            message,
            draft,
        }
    }
}

/// Whatever has a name in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A scalar's alias.
    Scalar(ScalarId),
    /// A record's struct.
    Record(RecordId),
    /// An enum.
    Enum(EnumId),
    /// A union's enum.
    Union(UnionId),
    /// A payload set's enum.
    Payloads(PayloadsId),
    /// The enum of a payload set's kinds.
    Kind(PayloadsId),
    /// The enum of what tiers may.
    Capability(TiersId),
    /// An envelope's struct.
    Envelope(EnvelopeId),
    /// An envelope's draft.
    EnvelopeDraft(EnvelopeId),
}

impl Names {
    /// The name without path.
    pub fn ident(&self, item: Item) -> &Ident {
        let (list, index) = match item {
            Item::Scalar(ScalarId(index)) => (&self.scalars, index),
            Item::Record(RecordId(index)) => (&self.records, index),
            Item::Enum(EnumId(index)) => (&self.enums, index),
            Item::Union(UnionId(index)) => (&self.unions, index),
            Item::Payloads(PayloadsId(index)) => (&self.payloads, index),
            Item::Kind(PayloadsId(index)) => (&self.kinds, index),
            Item::Capability(TiersId(index)) => (&self.capabilities, index),
            Item::Envelope(EnvelopeId(index)) => (&self.envelopes, index),
            Item::EnvelopeDraft(EnvelopeId(index)) => (&self.drafts, index),
        };
        &list[index as usize]
    }

    /// The module that declares it; `None`: `message` or `draft`.
    pub fn module(model: &Model, item: Item) -> Option<ModuleId> {
        match item {
            Item::Scalar(id) => Some(model[id].decl.module),
            Item::Record(id) => Some(model[id].decl.module),
            Item::Enum(id) => Some(model[id].decl.module),
            Item::Union(id) => Some(model[id].decl.module),
            Item::Payloads(id) | Item::Kind(id) => Some(model[id].decl.module),
            Item::Capability(id) => Some(model[model[id].of].decl.module),
            Item::Envelope(_) | Item::EnvelopeDraft(_) => None,
        }
    }

    /// A message's variant.
    pub fn variant(&self, message: MessageId) -> &Ident {
        &self.messages[message.0 as usize]
    }

    /// A digest's function.
    pub fn digest(&self, digest: DigestId) -> &Ident {
        &self.digests[digest.0 as usize]
    }

    /// The name with the path by which a module beside its own says it.
    pub fn path(&self, model: &Model, item: Item) -> TokenStream {
        let ident = self.ident(item);
        match Self::module(model, item) {
            Some(ModuleId(module)) => {
                let module = &self.modules[module as usize];
                quote!(#module::#ident)
            }
            None if matches!(item, Item::EnvelopeDraft(_)) => quote!(draft::#ident),
            None => quote!(message::#ident),
        }
    }
}

/// `FooBar`.
pub fn type_name(name: &str) -> String {
    spoken(naming::pascal_case(name), name)
}

/// `foo_bar`.
pub fn member_name(name: &str) -> String {
    spoken(naming::snake_case(name), name)
}

/// The names of a record's members, each once, in order.
pub fn member_names<'m>(members: impl IntoIterator<Item = &'m Member>) -> Vec<Ident> {
    let mut scope = Scope::default();
    members.into_iter().map(|member| scope.take(&member_name(&member.name))).collect()
}

/// The names of variants or cases, each once, in order; `Other` is taken where the declaration is open.
pub fn variant_names<'n>(names: impl IntoIterator<Item = &'n str>, open: bool) -> Vec<Ident> {
    let mut scope = Scope::default();
    if open {
        scope.take(OTHER);
    }
    names.into_iter().map(|name| scope.take(&type_name(name))).collect()
}

/// The variant that keeps what is not declared.
pub const OTHER: &str = "Other";

/// The name without `r#`.
pub fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or(text.clone(), ToOwned::to_owned)
}

/// A name as Rust can say it: keywords are raw, or, where they cannot be, end in `_`.
pub fn ident(name: &str) -> Ident {
    if matches!(name, "self" | "Self" | "super" | "crate" | "_") {
        return Ident::new(&format!("{name}_"), Span::call_site());
    }
    match syn::parse_str::<Ident>(name) {
        // A keyword since the 2024 edition.
        Ok(ident) if ident != "gen" => ident,
        // Names of schemas are words: what is no identifier is a keyword.
        _ => Ident::new_raw(name, Span::call_site()),
    }
}

fn spoken(converted: String, name: &str) -> String {
    // Converting leaves nothing of `_`, and may leave a digit first.
    match converted.chars().next() {
        None => name.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{converted}"),
        Some(_) => converted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_raw_or_get_a_tail() {
        for (name, expected) in [
            ("type", "r#type"),
            ("self", "self_"),
            ("crate", "crate_"),
            ("gen", "r#gen"),
            ("async", "r#async"),
            ("name", "name"),
        ] {
            assert_eq!(ident(name).to_string(), expected);
        }
        assert_eq!(ident(&type_name("self")).to_string(), "Self_");
    }

    #[test]
    fn names_that_meet_are_told_apart() {
        let names = variant_names(["foo_bar", "fooBar", "FOO_BAR", "other", "_1"], true);
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["FooBar", "FooBar2", "FooBar3", "Other2", "_1"]);
    }
}
