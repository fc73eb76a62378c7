//! Endpoints: properties to facts.

use std::borrow::Cow;
use std::collections::HashMap;

use ltp_runtime::endpoint::{Endpoint as Facts, Transport};

use super::context::Context;
use super::names::Declared;
use crate::check::{bad_address, bad_property};
use crate::model::{Endpoint, EndpointId};
use crate::source::Span;
use crate::syntax::tree::{ItemKind, Name, Property, PropertyValue, Text};

/// The names of properties.
pub const PROPERTIES: [&str; 6] = ["transport", "address", "alias", "subprotocols", "binary", "plaintext"];

/// Resolves endpoints.
pub fn resolve(context: &mut Context<'_>) {
    for (module, _, item) in context.items() {
        let ItemKind::Endpoint { name, properties } = &item.kind else {
            continue;
        };
        super::annotations::read(&item.annotations, &[], &mut context.found);
        let Some(facts) = Reader::new(context, name, properties).read() else {
            continue;
        };
        let id = EndpointId(u32::try_from(context.model.endpoints.len()).unwrap_or(u32::MAX));
        let decl = context.decl(module, item, name);
        context.model.endpoints.push(Endpoint { decl, facts });
        context.bind(module, name, Declared::Endpoint(id));
    }
}

struct Reader<'c, 'a> {
    context: &'c mut Context<'a>,
    name: &'a Name,
    properties: HashMap<&'static str, &'a Property>,
}

impl<'c, 'a> Reader<'c, 'a> {
    fn new(context: &'c mut Context<'a>, name: &'a Name, written: &'a [Property]) -> Self {
        let mut properties: HashMap<&'static str, &Property> = HashMap::new();
        for property in written {
            let Some(known) = PROPERTIES.into_iter().find(|known| *known == property.name.text) else {
                context.report(bad_property::unknown(&property.name.text, property.name.span));
                continue;
            };
            if let Some(earlier) = properties.get(known) {
                context.report(crate::check::duplicate_name::report(
                    "property",
                    known,
                    property.name.span,
                    earlier.name.span,
                ));
                continue;
            }
            if property.or_none && known != "subprotocols" {
                context.report(bad_property::or_none(property.span));
            }
            properties.insert(known, property);
        }
        Self { context, name, properties }
    }

    fn read(mut self) -> Option<Facts> {
        let transport = self.word("transport", ["websocket", "lines", "framed"]);
        let websocket = transport.map(|index| index == 0);
        if !self.properties.contains_key("transport") {
            self.context
                .report(bad_property::missing("transport", &self.name.text, self.name.span));
        }
        let plaintext_loopback_only = self.word("plaintext", ["loopback", "allowed"]).is_none_or(|index| index == 0);
        let accept_binary = self.word("binary", ["accepted", "refused"]) == Some(0);
        let subprotocols = self.subprotocols();
        let alias = self.text("alias").and_then(|text| self.scheme(text));
        let address = self.text("address").map(|text| (text.text.clone(), text.span));
        if !self.properties.contains_key("address") {
            self.context
                .report(bad_property::missing("address", &self.name.text, self.name.span));
        }
        if let (Some((address, span)), Some(websocket)) = (&address, websocket) {
            self.context
                .found
                .extend(bad_address::check(address, *span, websocket, plaintext_loopback_only));
        }
        let transport = transport?;
        if transport != 0 {
            for only in ["subprotocols", "binary"] {
                if let Some(property) = self.properties.get(only) {
                    self.context.report(bad_property::only_websocket(only, property.span));
                }
            }
        }
        let (subprotocols, subprotocol_optional) = subprotocols;
        let transport = match transport {
            0 => Transport::WebSocket {
                subprotocols: subprotocols.into(),
                subprotocol_optional,
                accept_binary,
            },
            1 => Transport::Lines,
            _ => Transport::Framed,
        };
        Some(Facts {
            name: self.name.text.clone().into(),
            transport,
            address: address?.0.into(),
            alias: alias.map(Cow::Owned),
            plaintext_loopback_only,
        })
    }

    /// Which of some words a property is. Reports what is none of them.
    fn word<const N: usize>(&mut self, name: &'static str, words: [&'static str; N]) -> Option<usize> {
        let property = self.properties.get(name)?;
        if let [PropertyValue::Name(word)] = property.values.as_slice()
            && let Some(index) = words.iter().position(|known| *known == word.text)
        {
            return Some(index);
        }
        self.context.report(bad_property::value(
            name,
            property.span,
            format!("{} is wanted here", words.map(|word| format!("`{word}`")).join(" or ")),
        ));
        None
    }

    fn text(&mut self, name: &'static str) -> Option<&'a Text> {
        let property = *self.properties.get(name)?;
        if let [PropertyValue::Text(text)] = property.values.as_slice() {
            return Some(text);
        }
        self.context
            .report(bad_property::value(name, property.span, "one text is wanted here"));
        None
    }

    fn scheme(&mut self, text: &Text) -> Option<String> {
        let scheme = text.text.strip_suffix("://").unwrap_or(&text.text);
        let mut chars = scheme.chars();
        let sound = chars.next().is_some_and(|first| first.is_ascii_lowercase())
            && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
        if !sound || bad_address::SCHEMES.contains(&scheme) {
            self.context.report(bad_address::alias(text.span));
            return None;
        }
        Some(scheme.to_owned())
    }

    /// The offered subprotocols, and whether a peer without any is served.
    fn subprotocols(&mut self) -> (Vec<Cow<'static, str>>, bool) {
        let Some(property) = self.properties.get("subprotocols").copied() else {
            return (Vec::new(), true);
        };
        let mut known: HashMap<&str, Span> = HashMap::new();
        let mut subprotocols = Vec::new();
        for value in &property.values {
            match value {
                PropertyValue::Text(text) if is_token(&text.text) => {
                    if let Some(earlier) = known.insert(&text.text, text.span) {
                        self.context
                            .report(crate::check::duplicate_name::report("subprotocol", &text.text, text.span, earlier));
                    } else {
                        subprotocols.push(text.text.clone().into());
                    }
                }
                PropertyValue::Text(text) => {
                    self.context
                        .report(bad_property::value("subprotocols", text.span, "no token of HTTP (RFC 9110, 5.6.2)"));
                }
                _ => self
                    .context
                    .report(bad_property::value("subprotocols", property.span, "texts are wanted here")),
            }
        }
        (subprotocols, property.or_none)
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}
