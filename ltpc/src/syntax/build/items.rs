//! Declarations, sessions aside.

use pest::iterators::Pair;

use super::{Builder, Parts};
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{Case, ErrorCode, Example, Item, ItemKind, MessageBody, Name, Property, PropertyValue, Size, Tag, Text, Variant};

impl Builder<'_> {
    /// A declaration, from a match of `item`.
    pub(in crate::syntax) fn item(&mut self, pair: Pair<'_, Rule>) -> Option<Item> {
        let end = self.span(&pair).end;
        let mut parts = Parts::of(pair);
        let docs = parts.docs();
        let annotations = self.annotations(&mut parts)?;
        let declaration = parts.next()?;
        let start = annotations.first().map_or(self.span(&declaration).start, |first| first.span.start);
        let kind = self.declaration(declaration)?;
        Some(Item {
            docs,
            annotations,
            span: Span {
                file: self.file,
                start,
                end,
            },
            kind,
        })
    }

    fn declaration(&mut self, pair: Pair<'_, Rule>) -> Option<ItemKind> {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        let parts = &mut parts;
        Some(match rule {
            Rule::protocol => ItemKind::Protocol {
                name: self.take_name(parts)?,
                version: self.take_text(parts)?,
            },
            Rule::import => ItemKind::Import {
                file: self.take_text(parts)?,
                alias: self.take_name(parts),
            },
            Rule::limits => ItemKind::Limits(self.all(parts, Self::limit)?),
            Rule::scalar => ItemKind::Scalar {
                name: self.take_name(parts)?,
                ty: self.take_type(parts)?,
                constraints: self.take_where(parts)?,
            },
            Rule::record => ItemKind::Record {
                name: self.take_name(parts)?,
                open: parts.has(Rule::open),
                members: self.take_members(parts)?,
            },
            Rule::enumeration => {
                let (name, open) = (self.take_name(parts)?, parts.has(Rule::open));
                ItemKind::Enum {
                    name,
                    open,
                    variants: self.all(parts, Self::variant)?,
                }
            }
            Rule::union => {
                let (name, tag, open) = (self.take_name(parts)?, self.take_text(parts)?, parts.has(Rule::open));
                ItemKind::Union {
                    name,
                    tag,
                    open,
                    cases: self.all(parts, Self::case)?,
                }
            }
            Rule::payloads => {
                let (name, open) = (self.take_name(parts)?, parts.has(Rule::open));
                ItemKind::Payloads {
                    name,
                    open,
                    kinds: self.all(parts, Self::case)?,
                }
            }
            Rule::errors => {
                let (name, open) = (self.take_name(parts)?, parts.has(Rule::open));
                ItemKind::Errors {
                    name,
                    open,
                    codes: self.all(parts, Self::error)?,
                }
            }
            Rule::envelope => ItemKind::Envelope {
                name: self.take_name(parts)?,
                tag: self.take_text(parts)?,
                members: self.take_members(parts)?,
            },
            Rule::tiers => ItemKind::Tiers(self.tiers(parts)?),
            Rule::framing => ItemKind::Framing(self.framing(parts)?),
            Rule::message => {
                let (name, tag, envelope) = (self.take_name(parts)?, self.tag(parts.accept(Rule::tag)?)?, self.take_path(parts)?);
                let body = match parts.accept(Rule::message_as) {
                    Some(body) => MessageBody::Named(self.take_path(&mut Parts::of(body))?),
                    None => MessageBody::Members(self.take_members(parts)?),
                };
                ItemKind::Message { name, tag, envelope, body }
            }
            Rule::endpoint => ItemKind::Endpoint {
                name: self.take_name(parts)?,
                properties: self.all(parts, Self::property)?,
            },
            Rule::digest => ItemKind::Digest(self.digest(parts)?),
            Rule::mapping => ItemKind::Mapping(self.mapping(parts)?),
            Rule::session => ItemKind::Session(self.session(parts)?),
            Rule::bridge => ItemKind::Bridge(self.bridge(parts)?),
            Rule::groups => ItemKind::Groups(self.groups(parts)?),
            Rule::element => ItemKind::Element(self.work_element(parts)?),
            Rule::work => ItemKind::Work(self.work(parts)?),
            Rule::example => ItemKind::Example(self.example(parts)?),
            _ => return None,
        })
    }

    /// All parts that are left.
    pub(super) fn all<T>(&mut self, parts: &mut Parts<'_>, mut each: impl FnMut(&mut Self, Pair<'_, Rule>) -> Option<T>) -> Option<Vec<T>> {
        parts.map(|part| each(self, part)).collect()
    }

    fn limit(&mut self, pair: Pair<'_, Rule>) -> Option<(Name, Size)> {
        let mut parts = Parts::of(pair);
        Some((self.take_name(&mut parts)?, self.size(parts.accept(Rule::size)?)?))
    }

    fn variant(&mut self, pair: Pair<'_, Rule>) -> Option<Variant> {
        let mut parts = Parts::of(pair);
        let parts = &mut parts;
        Some(Variant {
            docs: parts.docs(),
            name: self.take_name(parts)?,
            wire: self.take_text(parts),
            annotations: self.annotations(parts)?,
        })
    }

    fn case(&mut self, pair: Pair<'_, Rule>) -> Option<Case> {
        let mut parts = Parts::of(pair);
        let parts = &mut parts;
        Some(Case {
            docs: parts.docs(),
            name: self.take_name(parts)?,
            wire: self.take_text(parts),
            ty: self.take_type(parts)?,
            constraints: self.take_where(parts)?,
            annotations: self.annotations(parts)?,
        })
    }

    fn error(&mut self, pair: Pair<'_, Rule>) -> Option<ErrorCode> {
        let mut parts = Parts::of(pair);
        let (docs, name, meaning) = (parts.docs(), self.take_name(&mut parts)?, self.take_text(&mut parts)?);
        let mut flags = Vec::new();
        while let Some(flag) = parts.accept(Rule::flag) {
            flags.push(self.name(&flag));
        }
        Some(ErrorCode {
            docs,
            name,
            meaning,
            flags,
            annotations: self.annotations(&mut parts)?,
        })
    }

    fn tag(&mut self, pair: Pair<'_, Rule>) -> Option<Tag> {
        let mut parts = Parts::of(pair);
        Some(match self.take_text(&mut parts) {
            Some(text) => Tag::Text(text),
            None => Tag::Scalar {
                scalar: self.take_path(&mut parts)?,
                member: self.take_name(&mut parts)?,
            },
        })
    }

    fn property(&mut self, pair: Pair<'_, Rule>) -> Option<Property> {
        let whole = self.span(&pair);
        let mut parts = Parts::of(pair);
        self.no_docs(&mut parts);
        let name = self.take_name(&mut parts)?;
        let mut values = Vec::new();
        while let Some(value) = parts.accept(Rule::property_value) {
            let value = Parts::of(value).next()?;
            values.push(match value.as_rule() {
                Rule::string => PropertyValue::Text(self.text(&value)),
                Rule::size => PropertyValue::Size(self.size(value)?),
                _ => PropertyValue::Name(self.name(&value)),
            });
        }
        let or_none = parts.has(Rule::or_none);
        let span = Span {
            start: name.span.start,
            ..whole
        };
        Some(Property {
            name,
            values,
            or_none,
            span,
        })
    }

    fn example(&mut self, parts: &mut Parts<'_>) -> Option<Example> {
        let title = self.take_text(parts)?;
        let of = match parts.accept(Rule::example_as) {
            Some(of) => Some(self.take_path(&mut Parts::of(of))?),
            None => None,
        };
        let refusals = match parts.accept(Rule::example_refused) {
            Some(refused) => self.all(&mut Parts::of(refused), |builder, refusal| {
                let mut refusal = Parts::of(refusal);
                Some((builder.take_text(&mut refusal)?, builder.take_name(&mut refusal)?))
            })?,
            None => Vec::new(),
        };
        let advisory = parts.has(Rule::advisory);
        let mut block = Parts::of(parts.accept(Rule::text_block)?);
        block.has(Rule::fence);
        let body = block.accept(Rule::text_body)?;
        Some(Example {
            title,
            of,
            refusals,
            advisory,
            body: Text {
                text: body.as_str().to_owned(),
                span: self.span(&body),
            },
        })
    }
}
