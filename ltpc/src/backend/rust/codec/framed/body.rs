//! What a message says behind its start line, and how its values are written in what reads it.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use ltp_runtime::schema::Framing as Wire;

use super::{
    super::{
        super::{context::Scope, names::Item, types},
        read::wire_names,
    },
    Framed,
    values::{Place, Values, subject},
};
use crate::model::{Member, Presence, Record, RecordId};

/// A message's headers and its text.
pub struct Body<'b, 'c, 'm> {
    pub framed: &'b Framed<'c, 'm>,
    pub id: RecordId,
    pub record: &'b Record,
    pub headers: &'b [Header],
    /// The record's fields, and variables for their values.
    pub fields: &'b [Ident],
    pub locals: &'b [Ident],
    /// The variable of the body's text.
    pub text: &'b Ident,
}

/// A header that is looked for.
pub struct Header {
    /// The variable that holds its text.
    pub local: Ident,
    /// Its name, and the others that are read.
    pub names: Vec<String>,
}

impl<'b> Body<'b, '_, '_> {
    /// Each member with its place, its field and its variable.
    pub fn members(&self) -> impl Iterator<Item = (usize, &'b Member, &'b Ident, &'b Ident)> + use<'b> {
        let named = self.record.members.iter().zip(self.fields).zip(self.locals);
        named
            .enumerate()
            .map(|(index, ((member, field), local))| (index, member, field, local))
    }

    /// Whether a member is the text behind the head.
    pub fn has_text(&self) -> bool {
        self.record.members.iter().any(is_body)
    }

    /// The value of a header's text.
    pub fn value(&self, values: &mut Values<'_, '_>, index: usize, text: &TokenStream) -> TokenStream {
        let member = &self.record.members[index];
        let subject = subject(&self.record.decl.name, &member.name);
        values.of(&member.ty, member.separator.as_deref(), text, Place::Head, &subject)
    }

    /// The value of the member that is the body's text.
    pub fn text_value(&self, values: &mut Values<'_, '_>, index: usize) -> TokenStream {
        let (member, text) = (&self.record.members[index], self.text);
        let subject = subject(&self.record.decl.name, &member.name);
        let value = values.of(&member.ty, None, &quote!(#text), Place::Body, &subject);
        match member.presence {
            Presence::Optional => quote!(Some(#value)),
            Presence::Required { .. } | Presence::Default { .. } => value,
        }
    }

    /// What a member is that does not stand there, and need not.
    pub fn absent(&self, index: usize) -> TokenStream {
        match &self.record.members[index].presence {
            Presence::Default { value, .. } => {
                let context = self.framed.context;
                context.member_constant(self.id, index, Some(value), Scope::Beside)
            }
            Presence::Required { .. } | Presence::Optional => quote!(None),
        }
    }

    /// The field of what is kept beside the members, if there is one.
    pub fn rest(&self, kept: &TokenStream) -> Option<TokenStream> {
        let field = self.record.open.then(|| types::rest_name(self.record))?;
        let owned = self.framed.context.options.owned_only;
        let owned = owned.then(|| quote!(.into_owned(codec::Json::into_owned)));
        Some(quote!(#field: #kept #owned))
    }

    /// The statement that reads the body; the argument is the reader's.
    pub fn taken(&self, argument: &TokenStream) -> TokenStream {
        let text = self.text;
        let text = self.has_text().then(|| quote!(let #text =));
        quote!(#text reader.body(#argument)?;)
    }

    /// What the record is called.
    pub fn path(&self) -> TokenStream {
        let context = self.framed.context;
        context.names.path(context.model, Item::Record(self.id))
    }

    /// The head of a function that makes it with a reader.
    pub fn signature(&self, function: &Ident, reader: impl FnOnce(TokenStream) -> TokenStream) -> TokenStream {
        let context = self.framed.context;
        let made = self.framed.named(Item::Record(self.id), "'a");
        if context.item_borrows(Item::Record(self.id)) && !context.options.owned_only {
            let reader = reader(quote!('a));
            quote!(fn #function<'a>(#reader) -> Option<#made>)
        } else {
            let reader = reader(quote!('_));
            quote!(fn #function(#reader) -> Option<#made>)
        }
    }
}

/// Whether a member is the text behind the head.
pub fn is_body(member: &Member) -> bool {
    member.wire == Wire::BODY
}

/// The headers of the members: each name once, the length's own first.
pub fn headers(framed: &Framed<'_, '_>, members: &[Member], locals: &[Ident]) -> Vec<Header> {
    let mut known: Vec<String> = framed.framing.body_end.header().iter().map(ToString::to_string).collect();
    let mut headers = Vec::new();
    for (member, local) in members.iter().zip(locals).filter(|(member, _)| !is_body(member)) {
        let insensitive = framed.framing.insensitive;
        let is_known = |known: &[String], name: &str| {
            known
                .iter()
                .any(|known| known == name || insensitive && known.eq_ignore_ascii_case(name))
        };
        let names: Vec<String> = wire_names(member).into_iter().filter(|name| !is_known(&known, name)).collect();
        known.extend(names.iter().cloned());
        headers.push(Header {
            local: local.clone(),
            names,
        });
    }
    headers
}
