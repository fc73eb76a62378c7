//! Structs: records, and single values.

use ltpc::{
    backend::rust::derived::{Field, Shape},
    syntax::tree::{self, ItemKind, MemberItem, Value},
};
use proc_macro2::Span;
use quote::ToTokens;
use syn::{DataStruct, DeriveInput, Error, Fields, Result, Type, spanned::Spanned};

use super::{As, Deriving, plain};
use crate::{
    attributes::{self, On, Said},
    declare::{self, annotation, constraints, item, name, wire},
    types::{Held, Sort, built_in, inside},
};

impl Deriving {
    /// The declaration of a struct.
    pub(super) fn structure(&mut self, input: &DeriveInput, data: &DataStruct) -> Result<tree::Item> {
        match &data.fields {
            Fields::Named(_) | Fields::Unit => self.record(input, data),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => self.value(input, &fields.unnamed[0].ty),
            Fields::Unnamed(fields) => Err(Error::new(
                fields.span(),
                "members have names: give the fields theirs, `{ x: f64, y: f64 }`",
            )),
        }
    }

    fn record(&mut self, input: &DeriveInput, data: &DataStruct) -> Result<tree::Item> {
        if let Some((word, span)) = self.said.constraint() {
            self.errors.add(Error::new(
                span,
                format!("`{word}` is said of a field, or of a struct that holds one value, `struct Name(f64);`"),
            ));
        }
        let mut items = Vec::new();
        let mut open = false;
        for field in &data.fields {
            let said = attributes::read(&field.attrs, On::Field, &mut self.errors);
            let Some(ident) = &field.ident else { continue };
            if let Some(span) = said.skip {
                self.skipped(ident, &field.ty, &said, span);
            } else if let Some(span) = said.open {
                if self.derived_as == As::Headers {
                    self.errors
                        .add(Error::new(span, "what is unknown stays in the message: leave the field out"));
                }
                if self.derived.open.is_some() {
                    self.errors
                        .add(Error::new(span, "one field keeps what is unknown: there is one already"));
                }
                self.kept(&field.ty, &said, span);
                self.derived.open = Some(ident.clone());
                open = true;
            } else {
                let member = self.member(ident, &field.ty, &said, attributes::docs(&field.attrs), items.len());
                items.extend(self.errors.take(member).map(MemberItem::Member));
            }
        }
        let name = self.declared_name(input);
        let members = tree::Members {
            items,
            span: self.places.at(input.ident.span()),
        };
        let kind = ItemKind::Record { name, open, members };
        Ok(item(attributes::docs(&input.attrs), kind, input.ident.span(), &mut self.places))
    }

    /// A field that is not on the wire.
    fn skipped(&mut self, ident: &syn::Ident, ty: &Type, said: &Said, span: Span) {
        if said.rename.is_some() || !said.accepts.is_empty() || said.constraint().is_some() || said.open.is_some() {
            self.errors.add(Error::new(
                span,
                "what is skipped is not on the wire, and is made by `Default`: leave all else out",
            ));
        }
        self.derived.skipped.push((ident.clone(), ty.to_token_stream()));
    }

    /// The field that keeps unknown members.
    fn kept(&mut self, ty: &Type, said: &Said, span: Span) {
        if said.rename.is_some() || !said.accepts.is_empty() || said.default.is_some() || said.constraint().is_some() {
            self.errors.add(Error::new(
                span,
                "what is unknown is kept under its own names, as it came: leave all else out",
            ));
        }
        if inside(ty, "Map").and_then(|inner| named_json(inner).then_some(())).is_none() {
            self.errors.add(Error::new(
                ty.span(),
                "what is unknown is kept as it came: write `Map<'a, Json<'a>>`",
            ));
        }
    }

    fn member(&mut self, ident: &syn::Ident, ty: &Type, said: &Said, docs: String, place: usize) -> Result<tree::Member> {
        let optional = inside(ty, "Option").filter(|_| said.nullable.is_none() && said.default.is_none());
        if let Some(span) = said.nullable.filter(|_| inside(ty, "Option").is_none()) {
            return Err(Error::new(span, "`null` is `None`: write `Option<..>`"));
        }
        let ty = optional.unwrap_or(ty);
        let held = self.held(ty, said)?;
        let constraints = constraints(said, &held, &mut self.places)?;
        self.as_text(&held, said, ty)?;
        let own = plain(ident);
        if let Some(separated) = &said.separated {
            let wire = said.rename.as_ref().map_or_else(
                || self.said.rename_all.map_or_else(|| own.clone(), |case| case.of(&own)),
                syn::LitStr::value,
            );
            self.derived.separators.get_or_insert_default().push((wire, separated.value()));
        }
        let (mut annotations, mut default) = (Vec::new(), None);
        let mut text_of_enum = None;
        if let Some((span, value)) = &said.default {
            match (value, held.sort) {
                (Some(syn::Expr::Lit(literal)), Sort::Foreign) if matches!(literal.lit, syn::Lit::Str(_)) => {
                    if let syn::Lit::Str(text) = &literal.lit {
                        self.texts.push((place, text.value(), said.always.is_some()));
                        text_of_enum = Some(text.span());
                    }
                }
                (_, Sort::Foreign) => {
                    let place = value.as_ref().map_or(*span, Spanned::span);
                    return Err(Error::new(
                        place,
                        "of a type that is declared elsewhere, a default is a text of an enum: write `default = \"text\"`, or `Option<..>`",
                    ));
                }
                (Some(value), _) => default = Some(declare::value(value, &mut self.places)?),
                (None, _) => default = Some(self.natural_default(&held, *span)),
            }
        }
        if !said.accepts.is_empty() {
            annotations.push(annotation("accepts", said.accepts[0].span(), &said.accepts, &mut self.places));
        }
        match said.always {
            Some(span) if said.default.is_none() => {
                return Err(Error::new(
                    span,
                    "what is not absent by default is written anyway: `always` goes with `default`",
                ));
            }
            Some(span) if text_of_enum.is_none() => annotations.push(annotation("always", span, &[], &mut self.places)),
            _ => {}
        }
        self.derived.fields.push(Field {
            name: ident.clone(),
            ty: ty.to_token_stream(),
            constrained: said.constraint().is_some(),
            holds: match held.sort {
                Sort::Integer(least, most) => Some((least, most)),
                _ => None,
            },
            text_of_enum,
            inline: None,
        });
        Ok(tree::Member {
            docs,
            name: name(own.clone(), ident.span(), &mut self.places),
            wire: wire(&own, ident.span(), said, &self.said, &mut self.places),
            optional: optional.is_some() || default.is_some(),
            ty: Some(held.ty),
            constraints,
            separated: None,
            encoding: None,
            default,
            annotations,
            span: self.places.at(ident.span()),
        })
    }

    /// Whether what a field holds stands as the text of a header, if it is one.
    fn as_text(&self, held: &Held, said: &Said, ty: &Type) -> Result<()> {
        let is_list = matches!(held.ty.kind, tree::TypeKind::List { .. });
        if self.derived_as == As::Payload {
            let wrong = |text: &syn::LitStr| Error::new(text.span(), "lists of JSON have their own commas: `separated` is of headers");
            return said.separated.as_ref().map_or(Ok(()), |text| Err(wrong(text)));
        }
        if said.separated.is_some() != is_list {
            let place = said.separated.as_ref().map_or_else(|| ty.span(), syn::LitStr::span);
            let wrong = match is_list {
                true => "say what stands between the items: `#[ltp(separated = \",\")]`",
                false => "only lists have something between their items",
            };
            return Err(Error::new(place, wrong));
        }
        let is_text = |ty: &tree::Type| match &ty.kind {
            tree::TypeKind::Path(path) => !matches!(path.parts[0].text.as_str(), "json" | "object"),
            _ => false,
        };
        let conforms = match &held.ty.kind {
            tree::TypeKind::List { item, .. } => is_text(item) && !item.nullable,
            _ => is_text(&held.ty),
        };
        if !conforms || said.nullable.is_some() {
            return Err(Error::new(
                ty.span(),
                "a header is text: a string, a number, a `bool`, an enum, or a list of those",
            ));
        }
        Ok(())
    }

    /// A struct that holds one value, as a record's only member.
    fn value(&mut self, input: &DeriveInput, ty: &Type) -> Result<tree::Item> {
        let field = match &input.data {
            syn::Data::Struct(data) => data.fields.iter().next(),
            _ => None,
        };
        let mut said = field.map_or_else(Said::default, |field| attributes::read(&field.attrs, On::Field, &mut self.errors));
        if let Some((word, span)) = said.constraint() {
            return Err(Error::new(span, format!("say `{word}` of the struct: it is what the value is")));
        }
        said.range = self.said.range.take();
        said.len = self.said.len.take();
        said.pattern = self.said.pattern.take();
        said.one_of = self.said.one_of.take();
        said.datetime = self.said.datetime.take();
        if let Some(span) = said
            .skip
            .or(said.open)
            .or(said.always)
            .or(said.default.as_ref().map(|(span, _)| *span))
        {
            return Err(Error::new(span, "this is the whole value: it is there, and is nothing else"));
        }
        let member = self.member(
            &syn::Ident::new("value", input.ident.span()),
            ty,
            &Said {
                nullable: inside(ty, "Option").map(|_| ty.span()),
                ..said
            },
            String::new(),
            0,
        )?;
        self.derived.shape = Shape::Value;
        let name = self.declared_name(input);
        let members = tree::Members {
            items: vec![MemberItem::Member(member)],
            span: self.places.at(input.ident.span()),
        };
        let kind = ItemKind::Record {
            name,
            open: false,
            members,
        };
        Ok(item(attributes::docs(&input.attrs), kind, input.ident.span(), &mut self.places))
    }

    /// What a field holds, under the attributes that change it.
    fn held(&mut self, ty: &Type, said: &Said) -> Result<Held> {
        let mut held = self.foreign.held(ty, &mut self.places)?;
        if let Some(span) = said.datetime.filter(|_| held.sort == Sort::Text) {
            held.ty.kind = built_in("datetime", span, &mut self.places);
        }
        Ok(held)
    }

    /// What a value is made with where nothing is said.
    fn natural_default(&mut self, held: &Held, span: Span) -> Value {
        let place = self.places.at(span);
        let word = |text: &str| {
            Value::Name(tree::Name {
                text: text.to_owned(),
                span: place,
            })
        };
        if held.ty.nullable {
            return word("null");
        }
        match (held.sort, &held.ty.kind) {
            (Sort::Integer(..) | Sort::Float, _) => Value::Number(tree::Number {
                text: "0".to_owned(),
                span: place,
            }),
            (Sort::Text, _) => Value::Text(tree::Text {
                text: String::new(),
                span: place,
            }),
            (_, tree::TypeKind::List { .. }) => Value::List {
                items: Vec::new(),
                span: place,
            },
            (_, tree::TypeKind::Map { .. }) => Value::Object {
                members: Vec::new(),
                span: place,
            },
            (_, tree::TypeKind::Path(path)) if path.parts[0].text == "bool" => word("false"),
            (_, tree::TypeKind::Path(path)) if path.parts[0].text == "object" => Value::Object {
                members: Vec::new(),
                span: place,
            },
            (_, tree::TypeKind::Path(path)) if path.parts[0].text == "uuid" => Value::Text(tree::Text {
                text: "00000000-0000-0000-0000-000000000000".to_owned(),
                span: place,
            }),
            _ => word("null"),
        }
    }
}

/// Whether a type can be a set of headers.
pub fn is_header_set(input: &DeriveInput) -> Result<()> {
    let is_record = matches!(&input.data, syn::Data::Struct(data) if matches!(data.fields, Fields::Named(_)));
    if !is_record {
        return Err(Error::new(
            input.ident.span(),
            "a set of headers is a struct whose fields are headers",
        ));
    }
    if let Some(parameter) = input.generics.params.first() {
        return Err(Error::new_spanned(
            parameter,
            "headers are read from those that a message keeps, which are put together: the set owns its text, and is one type",
        ));
    }
    Ok(())
}

fn named_json(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Json"))
}
