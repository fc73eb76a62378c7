//! The record that a message says, and how it is made and taken apart.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::{
    backend::rust::{
        context::{Context, Scope},
        facts::{self, Part},
        names::Item,
        types::rest_name,
    },
    model::{Constant, Member, MessageBody, MessageId, Presence, Record, RecordId, TypeKind},
};

/// The record that a message says.
pub struct Body<'c, 'm> {
    pub context: &'c Context<'m>,
    pub id: RecordId,
    pub record: &'m Record,
    pub names: Vec<Ident>,
}

impl<'c, 'm> Body<'c, 'm> {
    pub fn of(context: &'c Context<'m>, message: MessageId) -> Option<Self> {
        match context.model[message].body {
            MessageBody::Record(id) => Some(Self::new(context, id)),
            MessageBody::Object => None,
        }
    }

    pub fn new(context: &'c Context<'m>, id: RecordId) -> Self {
        let record = &context.model[id];
        Self {
            context,
            id,
            record,
            names: context.member_names(record),
        }
    }

    pub fn ty(&self) -> TokenStream {
        self.context.named(Item::Record(self.id), Scope::Beside, "'static")
    }

    /// A body that stands in a text.
    pub fn decoded(&self, text: &TokenStream) -> TokenStream {
        let path = self.context.path(Item::Record(self.id), Scope::Beside);
        let owned =
            (self.context.item_borrows(Item::Record(self.id)) && !self.context.options.owned_only).then(|| quote!(.map(#path::into_owned)));
        quote!(#path::decode(#text.as_bytes()) #owned)
    }

    /// Whether it can be made and taken apart member by member, of which these are known.
    pub fn is_plain(&self, known: &[usize]) -> bool {
        let is_whole = facts::parts(self.record).iter().all(|part| *part == Part::Whole);
        let is_boxed = |index: usize| self.context.facts.is_boxed(self.id, index);
        let mut members = self.record.members.iter().enumerate();
        is_whole
            && members.all(|(index, member)| {
                !is_boxed(index)
                    && if known.contains(&index) {
                        !member.ty.nullable
                    } else {
                        member.presence != Presence::Required { default: None }
                    }
            })
    }

    /// A struct of these members, and the defaults of others.
    pub fn made(&self, members: &[(usize, TokenStream)]) -> TokenStream {
        let path = self.context.path(Item::Record(self.id), Scope::Beside);
        let fields = self.names.iter().enumerate().map(|(index, name)| {
            let given = members.iter().find(|(known, _)| *known == index).map(|(_, value)| value.clone());
            let value = given.unwrap_or_else(|| self.context.member_constant(self.id, index, None, Scope::Beside));
            let is_short = *name == value.to_string();
            if is_short { quote!(#name) } else { quote!(#name: #value) }
        });
        let rest = self.record.open.then(|| {
            let rest = rest_name(self.record);
            quote!(#rest: Default::default(),)
        });
        quote!(#path { #(#fields,)* #rest })
    }

    pub fn member(&self, index: usize) -> &'m Member {
        &self.record.members[index]
    }

    pub fn is_optional(&self, index: usize) -> bool {
        self.member(index).presence == Presence::Optional
    }

    /// A text that a place holds, on its own.
    pub fn text(&self, place: &TokenStream) -> TokenStream {
        if self.context.options.owned_only {
            place.clone()
        } else {
            quote!(#place.into_owned())
        }
    }

    /// A text as a member has it.
    pub fn as_text(&self, text: &TokenStream) -> TokenStream {
        if self.context.options.owned_only {
            text.clone()
        } else {
            quote!(Cow::Owned(#text))
        }
    }

    pub fn texts(&self, place: &TokenStream) -> TokenStream {
        if self.context.options.owned_only {
            place.clone()
        } else {
            quote!(#place.into_iter().map(Cow::into_owned).collect())
        }
    }

    pub fn as_texts(&self, texts: &TokenStream) -> TokenStream {
        if self.context.options.owned_only {
            texts.clone()
        } else {
            quote!(#texts.into_iter().map(Cow::Owned).collect())
        }
    }

    /// Whether a body says something that a unit does not hold by itself.
    pub fn says_more(&self, known: &[usize]) -> TokenStream {
        let mut says: Vec<TokenStream> = Vec::new();
        for (index, member) in self.record.members.iter().enumerate().filter(|(index, _)| !known.contains(index)) {
            let name = &self.names[index];
            says.push(match (&member.presence, &member.ty.kind) {
                (Presence::Optional, _) => quote!(body.#name.is_some()),
                (
                    Presence::Required {
                        default: Some(Constant::Text(text)),
                    },
                    TypeKind::String(_),
                ) if !member.ty.nullable => {
                    quote!(body.#name != #text)
                }
                _ => return quote!(true),
            });
        }
        if self.record.open {
            let rest = rest_name(self.record);
            says.push(quote!(!body.#rest.is_empty()));
        }
        if says.is_empty() { quote!(false) } else { quote!(#(#says)||*) }
    }
}
