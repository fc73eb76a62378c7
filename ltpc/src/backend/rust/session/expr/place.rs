//! Places: what variables and what came are called, and of what type they are.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{
    super::names::{field, member_field, plain_field},
    Came, Env, Root,
};
use crate::model::{Member, Place, PlaceBase, Type, VarRef};

impl<'m> Env<'_, 'm> {
    /// The path to a place, with the type of what is there; not a value of its own.
    pub fn path(&self, place: &Place) -> TokenStream {
        let known = self
            .narrowed
            .iter()
            .filter(|(known, _)| known.base == place.base && place.path.starts_with(&known.path));
        let (mut path, passed) = match known.max_by_key(|(known, _)| known.path.len()) {
            Some((known, ident)) => (quote!(#ident), known.path.len()),
            None => match self.bound.iter().find(|(bound, _)| bound == place) {
                Some((_, ident)) => return quote!(#ident),
                None => (self.base(&place.base), 0),
            },
        };
        let mut ty = self.base_type(&place.base);
        for (depth, index) in place.path.iter().enumerate() {
            let Some(members) = ty.and_then(|ty| self.role.members_of(ty)) else {
                break;
            };
            if depth >= passed {
                let field = member_field(members, *index);
                path = quote!(#path.#field);
            }
            ty = members.get(*index).map(|member| &member.ty);
        }
        path
    }

    /// What the members of a message's body, or of a record that is mapped, are behind.
    pub fn body(&self) -> TokenStream {
        if self.root == Root::Record { quote!(source) } else { quote!(body) }
    }

    fn base(&self, base: &PlaceBase) -> TokenStream {
        let role = self.role;
        let root = |field: &Ident| match self.root {
            Root::Core => quote!(self.#field),
            Root::Local | Root::Options | Root::Message | Root::Record => quote!(#field),
        };
        let member = |of: TokenStream, members: &[Member], index: usize| {
            let field = member_field(members, index);
            quote!(#of.#field)
        };
        match (base, self.came) {
            (PlaceBase::Var(VarRef::Option(index)), _) => {
                let field = field(&plain_field(&role.role.options[*index].name));
                match self.root {
                    Root::Core => quote!(self.options.#field),
                    Root::Local => quote!(options.#field),
                    Root::Options | Root::Message | Root::Record => quote!(#field),
                }
            }
            (PlaceBase::Var(VarRef::Role(index)), _) => root(&role.vars[*index]),
            (PlaceBase::Var(VarRef::Persist(index)), _) => {
                let (persisted, field) = (root(&format_ident!("persisted")), &role.persists[*index]);
                quote!(#persisted.#field)
            }
            (PlaceBase::Var(VarRef::State(index)), _) => {
                let field = self.state.and_then(|state| role.states[state].vars.get(*index));
                quote!(state.#field)
            }
            (PlaceBase::Body(index), Came::Message(_, body)) => member(self.body(), body, *index),
            (PlaceBase::Envelope(index), Came::Message(envelope, _)) => member(quote!(envelope), envelope, *index),
            (PlaceBase::Row(index), Came::Row(members)) => member(quote!(row), members, *index),
            (PlaceBase::Tag, _) => quote!(message.tag()),
            (PlaceBase::RefusedTag, _) => quote!(refusal.tag),
            (PlaceBase::RefusedRule, _) => quote!(refusal.rule()),
            (PlaceBase::RefusedPointer, _) => quote!(refusal.pointer()),
            (PlaceBase::RefusedText, _) => quote!(refusal.text()),
            (PlaceBase::RefusedSize, _) => quote!(refusal.size),
            (PlaceBase::MessageLimit, _) => {
                let limit = Literal::u64_suffixed(role.model.limits.message);
                quote!(#limit)
            }
            (PlaceBase::Body(_) | PlaceBase::Envelope(_) | PlaceBase::Row(_), _) => TokenStream::new(),
        }
    }

    pub(super) fn base_type(&self, base: &PlaceBase) -> Option<&'m Type> {
        match (base, self.came) {
            (PlaceBase::Var(var), _) => self.role.var_type(*var, self.state_of()),
            (PlaceBase::Body(index), Came::Message(_, members)) | (PlaceBase::Envelope(index), Came::Message(members, _)) => {
                members.get(*index).map(|member| &member.ty)
            }
            (PlaceBase::Row(index), Came::Row(members)) => members.get(*index).map(|member| &member.ty),
            _ => None,
        }
    }

    pub(super) fn place_type(&self, place: &Place) -> Option<&'m Type> {
        let mut ty = self.base_type(&place.base)?;
        for index in &place.path {
            ty = &self.role.members_of(ty)?.get(*index)?.ty;
        }
        Some(ty)
    }

    /// Whether the runtime hands a place out as borrowed text.
    pub fn is_borrowed_text(base: &PlaceBase) -> bool {
        matches!(base, PlaceBase::Tag | PlaceBase::RefusedRule | PlaceBase::RefusedPointer)
    }

    pub(super) fn name_of(&self, place: &Place) -> String {
        let mut name = match &place.base {
            PlaceBase::Var(VarRef::Option(index)) => self.role.role.options[*index].name.clone(),
            PlaceBase::Var(VarRef::Role(index)) => self.role.role.vars[*index].name.clone(),
            PlaceBase::Var(VarRef::Persist(index)) => self.role.role.persists[*index].name.clone(),
            PlaceBase::Var(VarRef::State(index)) => self
                .state_of()
                .and_then(|state| state.vars.get(*index))
                .map_or_else(String::new, |var| var.name.clone()),
            PlaceBase::Body(index) => self.member_name(|came| if let Came::Message(_, body) = came { body } else { &[] }, *index),
            PlaceBase::Envelope(index) => {
                self.member_name(|came| if let Came::Message(envelope, _) = came { envelope } else { &[] }, *index)
            }
            PlaceBase::Row(index) => self.member_name(|came| if let Came::Row(row) = came { row } else { &[] }, *index),
            PlaceBase::RefusedTag | PlaceBase::Tag => "tag".to_owned(),
            _ => "value".to_owned(),
        };
        let mut ty = self.base_type(&place.base);
        for index in &place.path {
            let Some(member) = ty.and_then(|ty| self.role.members_of(ty)).and_then(|members| members.get(*index)) else {
                break;
            };
            name.clone_from(&member.name);
            ty = Some(&member.ty);
        }
        name
    }

    fn member_name(&self, members: impl Fn(Came<'m>) -> &'m [Member], index: usize) -> String {
        members(self.came).get(index).map_or_else(String::new, |member| member.name.clone())
    }
}
