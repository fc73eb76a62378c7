//! Enums: of texts, and of records that a member tells apart.

use ltpc::{
    backend::rust::derived::{Field, Shape},
    syntax::tree::{self, ItemKind},
};
use quote::ToTokens;
use syn::{DataEnum, DeriveInput, Error, Fields, Result, Variant, spanned::Spanned};

use super::{Deriving, plain, variants};
use crate::{
    attributes::{self, On, Said},
    declare::{item, name, text, wire},
    types::Sort,
};

impl Deriving {
    /// The declaration of an enum.
    pub(super) fn choices(&mut self, input: &DeriveInput, data: &DataEnum) -> Result<tree::Item> {
        if data.variants.is_empty() {
            return Err(Error::new(
                input.ident.span(),
                "an enum without variants has no values: write at least one",
            ));
        }
        let said: Vec<Said> = data
            .variants
            .iter()
            .map(|variant| attributes::read(&variant.attrs, On::Variant, &mut self.errors))
            .collect();
        let declared = data.variants.iter().zip(&said).filter(|(_, said)| said.open.is_none());
        let holds = |variant: &Variant| !matches!(variant.fields, Fields::Unit);
        let is_union = self.said.tag.is_some() || declared.clone().any(|(variant, _)| holds(variant));
        let open = self.open(data, &said);
        if is_union {
            self.union(input, declared, open)
        } else {
            self.texts(input, declared, open)
        }
    }

    /// Finds the variant that keeps what is not declared.
    fn open(&mut self, data: &DataEnum, said: &[Said]) -> bool {
        for (variant, said) in data.variants.iter().zip(said) {
            let Some(span) = said.open else { continue };
            if self.derived.open.is_some() {
                self.errors
                    .add(Error::new(span, "one variant keeps what is not declared: there is one already"));
            }
            if variant.fields.len() != 1 || matches!(variant.fields, Fields::Named(_)) {
                self.errors.add(Error::new(
                    variant.span(),
                    "what is not declared is kept: write `Other(Cow<'a, str>)` of texts, `Other(Object<'a>)` of records",
                ));
            }
            if let Some(rename) = &said.rename {
                self.errors.add(Error::new(
                    rename.span(),
                    "what is not declared has its own text: leave `rename` out",
                ));
            }
            self.derived.open = Some(variant.ident.clone());
        }
        self.derived.open.is_some()
    }

    fn texts<'v>(
        &mut self,
        input: &DeriveInput,
        declared: impl Iterator<Item = (&'v Variant, &'v Said)>,
        open: bool,
    ) -> Result<tree::Item> {
        self.derived.shape = Shape::Texts;
        let mut variants = Vec::new();
        for (variant, said) in declared {
            self.errors.take(not_cased(said, "a variant that is a text has no members"));
            let own = plain(&variant.ident);
            variants.push(tree::Variant {
                docs: attributes::docs(&variant.attrs),
                name: name(own.clone(), variant.ident.span(), &mut self.places),
                wire: wire(&own, variant.ident.span(), said, &self.said, &mut self.places),
                annotations: Vec::new(),
            });
            self.derived.variants.push(variant.ident.clone());
        }
        let name = self.declared_name(input);
        let kind = ItemKind::Enum { name, open, variants };
        Ok(item(attributes::docs(&input.attrs), kind, input.ident.span(), &mut self.places))
    }

    fn union<'v>(
        &mut self,
        input: &DeriveInput,
        declared: impl Iterator<Item = (&'v Variant, &'v Said)>,
        open: bool,
    ) -> Result<tree::Item> {
        let Some(tag) = self.said.tag.as_ref().map(|tag| text(tag, &mut self.places)) else {
            return Err(Error::new(
                input.ident.span(),
                "a member tells apart what the variants hold: say its name, `#[ltp(tag = \"type\")]`",
            ));
        };
        self.derived.shape = Shape::Union;
        let mut cases = Vec::new();
        for (variant, said) in declared {
            let case = self.case(input, variant, said);
            cases.extend(self.errors.take(case));
        }
        let name = self.declared_name(input);
        let kind = ItemKind::Union { name, tag, open, cases };
        Ok(item(attributes::docs(&input.attrs), kind, input.ident.span(), &mut self.places))
    }

    fn case(&mut self, input: &DeriveInput, variant: &Variant, said: &Said) -> Result<tree::Case> {
        let (record, inline) = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                not_cased(said, "a variant that holds a record leaves the names of members to it")?;
                (fields.unnamed[0].ty.clone(), None)
            }
            fields @ Fields::Unnamed(_) => {
                return Err(Error::new(
                    fields.span(),
                    "members have names: give the fields theirs, `Name { x: f64, y: f64 }`, or write `Name(Record)`",
                ));
            }
            Fields::Named(_) | Fields::Unit => {
                let declared = variants::declared(input, variant)?;
                self.records.extend(declared.tokens);
                (declared.ty, Some(declared.inline))
            }
        };
        let held = self.foreign.held(&record, &mut self.places)?;
        if held.sort != Sort::Foreign || held.ty.nullable {
            return Err(Error::new(
                record.span(),
                "only records have a member that tells them apart: write a struct that derives `Payload`",
            ));
        }
        let own = plain(&variant.ident);
        self.derived.variants.push(variant.ident.clone());
        self.derived.fields.push(Field {
            name: variant.ident.clone(),
            ty: record.to_token_stream(),
            constrained: false,
            holds: None,
            text_of_enum: None,
            inline,
        });
        Ok(tree::Case {
            docs: attributes::docs(&variant.attrs),
            name: name(own.clone(), variant.ident.span(), &mut self.places),
            wire: wire(&own, variant.ident.span(), said, &self.said, &mut self.places),
            ty: held.ty,
            constraints: Vec::new(),
            annotations: Vec::new(),
        })
    }
}

/// Refuses `rename_all` where there are no fields.
fn not_cased(said: &Said, why: &str) -> Result<()> {
    match said.rename_all_span {
        Some(span) => Err(Error::new(span, format!("`rename_all` is of a variant's fields, and {why}"))),
        None => Ok(()),
    }
}
