//! `#[derive(Payload)]`: from a struct or enum to its implementations.

mod choices;
pub mod element;
mod fields;
mod generics;
mod variants;

use ltpc::{
    backend::rust::derived::{Derived, Kind, Parts, implementation},
    diagnostic::Severity,
    load::{Import, Loaded, LoadedFile},
    model::{Model, Presence},
    source::FileId,
    syntax::tree,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Error, Result};

use crate::{
    attributes::{self, On, Said},
    declare::{item, name},
    places::{Errors, Places},
    types::{ELSEWHERE, Foreign},
};

/// What is gathered of a type.
struct Deriving {
    said: Said,
    places: Places,
    errors: Errors,
    foreign: Foreign,
    derived: Derived,
    /// Defaults that are texts of enums that are declared elsewhere: by the place of the member.
    texts: Vec<(usize, String, bool)>,
    /// The records of variants that have fields of their own.
    records: TokenStream,
    /// As what it is derived.
    derived_as: As,
}

/// What a type is derived as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// A type of JSON.
    Payload,
    /// A set of headers of framed text.
    Headers,
}

/// The implementations for a type, or all that is wrong with it.
pub fn derive(input: &DeriveInput, derived_as: As) -> Result<TokenStream> {
    with(&generics::with_our_lifetime(input)?, derived_as, Derived::default())
}

/// The implementations for a variant's record, which has a field `__ltp` beside its own and can be written in parts.
fn derive_parts(input: &DeriveInput, derived_as: As, parts: Parts, phantom: TokenStream) -> Result<TokenStream> {
    let derived = Derived {
        skipped: vec![(Ident::new("__ltp", Span::call_site()), phantom)],
        parts: Some(parts),
        ..Derived::default()
    };
    with(input, derived_as, derived)
}

fn with(input: &DeriveInput, derived_as: As, derived: Derived) -> Result<TokenStream> {
    if derived_as == As::Headers {
        fields::is_header_set(input)?;
    }
    let mut errors = Errors::default();
    let on = if matches!(input.data, Data::Enum(_)) {
        On::Enum
    } else {
        On::Struct
    };
    let said = attributes::read(&input.attrs, on, &mut errors);
    let mut deriving = Deriving {
        derived: Derived {
            runtime: said.runtime(),
            name: input.ident.to_token_stream(),
            kind: kind(&said, &mut errors),
            ..derived
        },
        said,
        places: Places::default(),
        errors,
        foreign: Foreign::default(),
        texts: Vec::new(),
        records: TokenStream::new(),
        derived_as,
    };
    let declared = match &input.data {
        Data::Struct(data) => deriving.structure(input, data),
        Data::Enum(data) => deriving.choices(input, data),
        Data::Union(data) => Err(Error::new(
            data.union_token.span,
            "a union does not say which of its fields it holds: write an enum",
        )),
    };
    let declared = deriving.errors.take(declared);
    let Deriving {
        places,
        errors,
        foreign,
        mut derived,
        texts,
        records,
        ..
    } = deriving;
    let Some(declared) = declared else {
        errors.finish()?;
        return Ok(TokenStream::new());
    };
    errors.finish()?;
    if derived_as == As::Headers {
        derived.separators.get_or_insert_default();
    }
    generics::apply(input, &mut derived);
    derived.foreign = foreign.0;
    let model = model(declared, &derived, &places, &texts)?;
    let implementation = implementation(&model, &derived).map_err(|words| Error::new(Span::call_site(), words))?;
    if records.is_empty() {
        return Ok(implementation);
    }
    Ok(quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        const _: () = {
            #records
            #implementation
        };
    })
}

/// What is said of payload sets.
fn kind(said: &Said, errors: &mut Errors) -> Option<Kind> {
    match &said.kind {
        None => {
            if let Some(set) = said.sets.first() {
                errors.add(Error::new_spanned(
                    set,
                    "a set has kinds: say the name of this one too, `kind = \"name\"`",
                ));
            } else if let Some(key) = &said.toon_key {
                errors.add(Error::new(key.span(), "the key is a kind's: say its name too, `kind = \"name\"`"));
            }
            None
        }
        Some(name) => Some(Kind {
            name: name.value(),
            sets: said.sets.iter().map(ToTokens::to_token_stream).collect(),
            toon_key: said.toon_key.as_ref().map(syn::LitStr::value),
        }),
    }
}

/// The declaration resolved and checked, as if it stood in a file beside those of the types that it names.
fn model(declared: tree::Item, derived: &Derived, places: &Places, texts: &[(usize, String, bool)]) -> Result<Model> {
    let mut none = Places::default();
    let elsewhere = (0..derived.foreign.len()).map(|index| {
        let span = ltpc::source::Span {
            file: FileId(1),
            start: u32::try_from(index).unwrap_or(u32::MAX),
            end: u32::try_from(index).unwrap_or(u32::MAX),
        };
        let kind = tree::ItemKind::Record {
            name: tree::Name {
                text: format!("T{index}"),
                span,
            },
            open: false,
            members: tree::Members::default(),
        };
        item(String::new(), kind, Span::call_site(), &mut none)
    });
    let elsewhere: Vec<tree::Item> = elsewhere.collect();
    let file = |id, items, imports| LoadedFile {
        id: FileId(id),
        tree: tree::File {
            items,
            ..tree::File::default()
        },
        imports,
    };
    let import = Import {
        alias: ELSEWHERE.to_owned(),
        file: 1,
        span: ltpc::source::Span::default(),
    };
    let loaded = Loaded {
        files: vec![file(0, vec![declared], vec![import]), file(1, elsewhere, Vec::new())],
        ..Loaded::default()
    };
    let (mut model, found) = ltpc::resolve::resolve(&loaded);
    let mut errors = Errors::default();
    let found = found.into_iter().chain(ltpc::check::check(&model));
    for diagnostic in found.filter(|diagnostic| diagnostic.severity == Severity::Error) {
        errors.add(places.error(&diagnostic));
    }
    errors.finish()?;
    for (place, text, always) in texts {
        if let Some(member) = model.records.first_mut().and_then(|record| record.members.get_mut(*place)) {
            member.presence = Presence::Default {
                value: ltpc::model::Constant::Text(text.clone()),
                always: *always,
            };
        }
    }
    Ok(model)
}

impl Deriving {
    /// The name under which the type is declared.
    fn declared_name(&mut self, input: &DeriveInput) -> tree::Name {
        match &self.said.rename {
            Some(rename) => name(rename.value(), rename.span(), &mut self.places),
            None => name(plain(&input.ident), input.ident.span(), &mut self.places),
        }
    }
}

/// The name without `r#`.
fn plain(ident: &syn::Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or(text.clone(), ToOwned::to_owned)
}
