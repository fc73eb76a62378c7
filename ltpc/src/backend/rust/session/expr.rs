//! Expressions of a schema as expressions of Rust.
//!
//! `owned` gives a value to keep, `seen` something to compare (no clone), `condition` what stands behind `if`, and `chain` the same
//! where `let` may stand: what `has` asks for is bound there, and known under that name in everything behind it.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{
    context::{RoleContext, Unique},
    names::{field, member_field, plain_field},
    uses::{Access, places},
};
use crate::model::{Expr, ExprKind, Member, Place, PlaceBase, Presence, State, Type, TypeKind, VarRef, expr::BinaryOp};

/// What is in reach where an expression stands.
pub(super) struct Env<'r, 'm> {
    pub role: &'r RoleContext<'m>,
    /// Whose variables `state` holds.
    pub state: Option<usize>,
    /// What came, if it has members.
    pub came: Came<'m>,
    /// Where the role's variables are.
    pub root: Root,
    /// Nullable places that are known to hold something, and under which name what they hold is known.
    narrowed: Vec<(Place, Ident)>,
    locals: Unique,
}

/// What came, and of what type its members are.
#[derive(Clone, Copy)]
pub(super) enum Came<'m> {
    /// Nothing with members.
    Nothing,
    /// A message, in `message`; its members in `envelope` and `body`.
    Message(&'m [Member], &'m [Member]),
    /// A row, in `row`.
    Row(&'m [Member]),
}

/// What an expression of Rust is to the value that it names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// Its place, or a copy of it.
    Place,
    /// A reference to it.
    Ref,
    /// Its text, borrowed; of what is no text, as `Place`.
    Text,
}

/// Where the role's variables are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    /// Behind `self`.
    Core,
    /// In local variables, and options in `options`: the core is being made.
    Local,
    /// Options in local variables: they are being made.
    Options,
}

impl<'r, 'm> Env<'r, 'm> {
    pub fn new(role: &'r RoleContext<'m>, state: Option<usize>, came: Came<'m>) -> Self {
        let taken = [
            "state", "step", "message", "body", "envelope", "refusal", "row", "call", "given", "draft", "options", "self",
        ];
        Self {
            role,
            state,
            came,
            root: Root::Core,
            narrowed: Vec::new(),
            locals: Unique::new(taken),
        }
    }

    fn state_of(&self) -> Option<&'m State> {
        self.state.map(|state| &self.role.role.states[state])
    }

    // ---- places

    /// The path to a place, with the type of what is there; not a value of its own.
    fn path(&self, place: &Place) -> TokenStream {
        let known = self
            .narrowed
            .iter()
            .filter(|(known, _)| known.base == place.base && place.path.starts_with(&known.path));
        let (mut path, passed) = match known.max_by_key(|(known, _)| known.path.len()) {
            Some((known, ident)) => (quote!(#ident), known.path.len()),
            None => (self.base(&place.base), 0),
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

    fn base(&self, base: &PlaceBase) -> TokenStream {
        let role = self.role;
        let root = |field: &Ident| match self.root {
            Root::Core => quote!(self.#field),
            Root::Local | Root::Options => quote!(#field),
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
                    Root::Options => quote!(#field),
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
            (PlaceBase::Body(index), Came::Message(_, body)) => member(quote!(body), body, *index),
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

    fn base_type(&self, base: &PlaceBase) -> Option<&'m Type> {
        match (base, self.came) {
            (PlaceBase::Var(var), _) => self.role.var_type(*var, self.state_of()),
            (PlaceBase::Body(index), Came::Message(_, members)) | (PlaceBase::Envelope(index), Came::Message(members, _)) => {
                members.get(*index).map(|member| &member.ty)
            }
            (PlaceBase::Row(index), Came::Row(members)) => members.get(*index).map(|member| &member.ty),
            _ => None,
        }
    }

    /// Whether the runtime hands a place out as borrowed text.
    fn is_borrowed_text(base: &PlaceBase) -> bool {
        matches!(base, PlaceBase::Tag | PlaceBase::RefusedRule | PlaceBase::RefusedPointer)
    }

    fn narrowed_name(&self, place: &Place) -> Option<&Ident> {
        self.narrowed.iter().rev().find(|(known, _)| known == place).map(|(_, name)| name)
    }

    /// Notes that a variable has a new value: what was known of it no longer holds. With a name, it holds what the name does.
    pub fn assigned(&mut self, var: VarRef, name: Option<Ident>) {
        let base = PlaceBase::Var(var);
        self.narrowed.retain(|(known, _)| known.base != base);
        if let Some(name) = name {
            self.narrowed.push((Place { base, path: Vec::new() }, name));
        }
    }

    /// Whether anything nullable is known to hold something.
    pub fn binds(&self) -> bool {
        !self.narrowed.is_empty()
    }

    /// The name of the state.
    pub fn state_name(&self) -> String {
        self.state_of().map_or_else(String::new, |state| state.name.clone())
    }

    /// The field of a timer of the state.
    pub fn timer(&self, timer: usize) -> Option<&'r Ident> {
        self.state.and_then(|state| self.role.states[state].timers.declared.get(timer))
    }

    /// A local name for what a place holds.
    pub fn local(&mut self, place: &Place) -> Ident {
        let name = self.name_of(place);
        self.locals.of(&name)
    }

    fn name_of(&self, place: &Place) -> String {
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

    // ---- values

    /// A value of the type that generated code keeps.
    pub fn owned(&self, expr: &Expr) -> TokenStream {
        let role = self.role;
        match &expr.kind {
            ExprKind::Text(text) => role.text_literal(text),
            ExprKind::Integer(_) | ExprKind::Float(_) | ExprKind::Duration(_) | ExprKind::Bool(_) | ExprKind::None => self.literal(expr),
            ExprKind::Variant(id, index) => role.variant(*id, *index),
            ExprKind::Place(place) => self.owned_place(place, &expr.ty),
            ExprKind::Now => quote!(step.now.unix),
            ExprKind::Fresh if matches!(expr.ty.kind, TypeKind::Uuid) => quote!(step.fresh()),
            ExprKind::Fresh => role.text_owned(&quote!(step.fresh().to_string())),
            ExprKind::Wrap(inner) => {
                let inner = self.owned(inner);
                quote!(Some(#inner))
            }
            ExprKind::Unwrap(inner) => match &inner.kind {
                ExprKind::Place(place) => match self.narrowed_name(place) {
                    Some(name) if role.is_copy(&expr.ty) => quote!(#name),
                    Some(name) => quote!(#name.clone()),
                    None => {
                        let value = self.owned(inner);
                        quote!(#value.unwrap_or_default())
                    }
                },
                _ => {
                    let value = self.owned(inner);
                    quote!(#value.unwrap_or_default())
                }
            },
            ExprKind::Has(_) | ExprKind::Not(_) => self.condition(expr),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, expr),
            ExprKind::OfUnit { value, unit } => self.of_unit(value, *unit),
            ExprKind::InUnit { value, unit } => self.in_unit(value, *unit, expr.ty.nullable),
            ExprKind::AsText(value) => {
                let rfc3339 = role.session("rfc3339");
                let inner = self.owned(value);
                if value.ty.nullable {
                    let text = role.text_owned(&quote!(#rfc3339(moment)));
                    quote!(#inner.map(|moment| #text))
                } else {
                    role.text_owned(&quote!(#rfc3339(#inner)))
                }
            }
            ExprKind::Object(members) => self.object(members, &expr.ty),
            ExprKind::List(items) => self.list(items, &expr.ty),
        }
    }

    fn literal(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Integer(value) => integer(*value),
            ExprKind::Float(value) => {
                let value = Literal::f64_unsuffixed(*value);
                quote!(#value)
            }
            ExprKind::Duration(value) => integer((*value).into()),
            ExprKind::Bool(value) => quote!(#value),
            _ => quote!(None),
        }
    }

    fn owned_place(&self, place: &Place, ty: &Type) -> TokenStream {
        let role = self.role;
        let path = self.path(place);
        match &place.base {
            PlaceBase::RefusedTag if role.rust.options.owned_only => quote!(#path.clone()),
            PlaceBase::RefusedTag => {
                let cow = role.cow();
                quote!(#path.clone().map(#cow::Owned))
            }
            PlaceBase::RefusedRule => role.text_static(&path),
            PlaceBase::RefusedPointer | PlaceBase::Tag => role.text_owned(&quote!(#path.to_owned())),
            PlaceBase::RefusedText => role.text_owned(&path),
            PlaceBase::Var(VarRef::Option(_)) if place.path.is_empty() && matches!(ty.kind, TypeKind::Duration) => {
                let milliseconds = role.session("milliseconds");
                if ty.nullable {
                    quote!(#path.map(#milliseconds))
                } else {
                    quote!(#milliseconds(#path))
                }
            }
            _ if role.is_copy(ty) => path,
            _ => quote!(#path.clone()),
        }
    }

    /// Something to call a method on, of a type that is certain.
    fn receiver(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Integer(value) => match expr.ty.kind {
                TypeKind::Int(_) if *value < 0 => {
                    let value = Literal::i64_suffixed(i64::try_from(*value).unwrap_or(i64::MIN));
                    quote!((#value))
                }
                TypeKind::Int(_) => {
                    let value = Literal::i64_suffixed(i64::try_from(*value).unwrap_or(i64::MAX));
                    quote!(#value)
                }
                _ => {
                    let value = Literal::u64_suffixed(u64::try_from(*value).unwrap_or_default());
                    quote!(#value)
                }
            },
            ExprKind::Duration(value) => {
                let value = Literal::u64_suffixed(*value);
                quote!(#value)
            }
            ExprKind::InUnit { unit, .. } if *unit != 1 => {
                let value = self.owned(expr);
                quote!((#value))
            }
            _ => self.owned(expr),
        }
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr, whole: &Expr) -> TokenStream {
        let method = match op {
            BinaryOp::Add => "saturating_add",
            BinaryOp::Subtract => "saturating_sub",
            BinaryOp::Multiply => "saturating_mul",
            BinaryOp::Coalesce => return self.coalesce(left, right),
            _ => return self.condition(whole),
        };
        let method = format_ident!("{method}");
        // A duration may be multiplied from either side, by an integer of either kind.
        let (left, right) = if op == BinaryOp::Multiply && matches!(right.ty.kind, TypeKind::Duration) {
            (right, left)
        } else {
            (left, right)
        };
        let is_duration = matches!(left.ty.kind, TypeKind::Duration);
        let (receiver, argument) = (self.receiver(left), self.owned(right));
        let argument = match right.ty.kind {
            TypeKind::Int(_) if is_duration => match &right.kind {
                ExprKind::Integer(value) => integer((*value).max(0)),
                _ => quote!(u64::try_from(#argument).unwrap_or(0)),
            },
            _ => argument,
        };
        quote!(#receiver.#method(#argument))
    }

    fn coalesce(&self, left: &Expr, right: &Expr) -> TokenStream {
        let (value, other) = (self.owned(left), self.owned(right));
        let is_plain = matches!(
            right.kind,
            ExprKind::Integer(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Duration(_) | ExprKind::None | ExprKind::Variant(..)
        ) || matches!(&right.kind, ExprKind::Place(place) if self.role.is_copy(&right.ty) && !matches!(place.base, PlaceBase::Var(VarRef::Option(_))))
            || matches!(&right.kind, ExprKind::Text(_));
        match (is_plain, right.ty.nullable) {
            (true, true) => quote!(#value.or(#other)),
            (false, true) => quote!(#value.or_else(|| #other)),
            (true, false) => quote!(#value.unwrap_or(#other)),
            (false, false) => quote!(#value.unwrap_or_else(|| #other)),
        }
    }

    fn of_unit(&self, value: &Expr, unit: u64) -> TokenStream {
        let inner = self.receiver(value);
        let factor = Literal::u64_unsuffixed(unit);
        let convert = |value: TokenStream, signed: bool| {
            let unsigned = if signed {
                quote!(u64::try_from(#value).unwrap_or(0))
            } else {
                value
            };
            if unit == 1 {
                unsigned
            } else {
                quote!(#unsigned.saturating_mul(#factor))
            }
        };
        let signed = matches!(value.ty.kind, TypeKind::Int(_));
        if !value.ty.nullable {
            return convert(inner, signed);
        }
        if unit == 1 && !signed {
            return inner;
        }
        let each = convert(quote!(value), signed);
        quote!(#inner.map(|value| #each))
    }

    fn in_unit(&self, value: &Expr, unit: u64, nullable: bool) -> TokenStream {
        if unit <= 1 {
            return self.owned(value);
        }
        let unit = Literal::u64_unsuffixed(unit);
        let value = self.receiver(value);
        if nullable {
            quote!(#value.map(|value| value / #unit))
        } else {
            quote!(#value / #unit)
        }
    }

    // ---- made values

    fn object(&self, members: &[(String, Expr)], ty: &Type) -> TokenStream {
        let role = self.role;
        if let TypeKind::Record(record) = ty.kind {
            let given = |wire: &str| members.iter().find(|(name, _)| name == wire).map(|(_, value)| value);
            return role.record_literal(record, |index| {
                let member = &role.model[record].members[index];
                given(&member.wire).map(|value| self.for_member(value, member))
            });
        }
        let object = self.json_object(members);
        if matches!(ty.kind, TypeKind::Json) {
            let json = role.codec("Json");
            quote!(#json::from(#object))
        } else {
            object
        }
    }

    /// What is given for a member: none leaves one that may be absent out, and then its default stands in for it.
    pub fn for_member(&self, value: &Expr, member: &Member) -> TokenStream {
        let Presence::Default { value: default, .. } = &member.presence else {
            return self.owned(value);
        };
        match &value.kind {
            _ if !value.ty.nullable || member.ty.nullable => self.owned(value),
            ExprKind::Wrap(inner) => self.owned(inner),
            ExprKind::None => self.role.constant(default, &member.ty),
            _ => {
                let (value, default) = (self.owned(value), self.role.constant(default, &member.ty));
                quote!(#value.unwrap_or(#default))
            }
        }
    }

    fn json_object(&self, members: &[(String, Expr)]) -> TokenStream {
        let object = self.role.codec("Object");
        if members.is_empty() {
            return quote!(#object::EMPTY);
        }
        let may_lack = members
            .iter()
            .any(|(_, value)| value.ty.nullable && !matches!(value.kind, ExprKind::Wrap(_)));
        let members = members.iter().map(|(name, value)| match &value.kind {
            ExprKind::Wrap(inner) => {
                let json = self.json(inner);
                if may_lack {
                    quote!(Some((#name, #json)))
                } else {
                    quote!((#name, #json))
                }
            }
            _ if value.ty.nullable => {
                let json = self.json_of(&quote!(value), &value.ty, self.viewed(&value.ty));
                let value = self.view(value);
                quote!(#value.map(|value| (#name, #json)))
            }
            _ => {
                let json = self.json(value);
                if may_lack {
                    quote!(Some((#name, #json)))
                } else {
                    quote!((#name, #json))
                }
            }
        });
        if may_lack {
            quote!([#(#members),*].into_iter().flatten().collect::<#object<'static>>())
        } else {
            quote!(#object::from_iter([#(#members),*]))
        }
    }

    fn list(&self, items: &[Expr], ty: &Type) -> TokenStream {
        if matches!(ty.kind, TypeKind::Json) {
            let json = self.role.codec("Json");
            let items = items.iter().map(|item| self.json(item));
            return quote!(#json::list([#(#items),*]));
        }
        let items = items.iter().map(|item| self.owned(item));
        quote!(vec![#(#items),*])
    }

    /// A value as JSON.
    fn json(&self, expr: &Expr) -> TokenStream {
        let json = self.role.codec("Json");
        match &expr.kind {
            ExprKind::Object(members) if !matches!(expr.ty.kind, TypeKind::Record(_)) => {
                let object = self.json_object(members);
                quote!(#json::from(#object))
            }
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.json(item));
                quote!(#json::list([#(#items),*]))
            }
            ExprKind::None => quote!(#json::NULL),
            ExprKind::Wrap(inner) => self.json(inner),
            ExprKind::Text(text) => quote!(#json::from(#text)),
            ExprKind::Integer(_) | ExprKind::Duration(_) => {
                let value = self.receiver(expr);
                quote!(#json::from(#value))
            }
            _ if expr.ty.nullable => {
                let each = self.json_of(&quote!(value), &expr.ty, self.viewed(&expr.ty));
                let value = self.view(expr);
                quote!(#value.map_or(#json::NULL, |value| #each))
            }
            ExprKind::Place(place) => {
                let ty = &expr.ty;
                if matches!(ty.kind, TypeKind::Duration) {
                    let value = self.owned(expr);
                    return quote!(#json::from(#value));
                }
                if Self::is_borrowed_text(&place.base) {
                    let path = self.path(place);
                    return quote!(#json::from(#path));
                }
                if matches!(place.base, PlaceBase::RefusedText) {
                    let path = self.path(place);
                    return quote!(#json::from(&*#path));
                }
                self.json_of(&self.path(place), ty, By::Place)
            }
            ExprKind::Unwrap(inner) => match &inner.kind {
                ExprKind::Place(place) if self.narrowed_name(place).is_some() => {
                    // What came is bound by reference.
                    let by = if self.role.is_copy(&expr.ty) || matches!(place.base, PlaceBase::Var(_)) {
                        By::Place
                    } else {
                        By::Ref
                    };
                    self.json_of(&self.path(place), &expr.ty, by)
                }
                _ => self.json_of(&self.owned(expr), &expr.ty, By::Place),
            },
            _ => self.json_of(&self.owned(expr), &expr.ty, By::Place),
        }
    }

    /// What [`Self::view`] gives of a nullable value that is not none.
    fn viewed(&self, ty: &Type) -> By {
        match ty.kind {
            TypeKind::String(_) | TypeKind::Datetime => By::Text,
            _ if self.role.is_copy(ty) => By::Place,
            _ => By::Ref,
        }
    }

    /// A value of a type as JSON.
    fn json_of(&self, value: &TokenStream, ty: &Type, by: By) -> TokenStream {
        let json = self.role.codec("Json");
        match (&ty.kind, by) {
            (TypeKind::String(_) | TypeKind::Datetime, By::Place) => quote!(#json::from(&*#value)),
            (TypeKind::String(_) | TypeKind::Datetime, By::Ref) => quote!(#json::from(&**#value)),
            (TypeKind::String(_) | TypeKind::Datetime, By::Text) => quote!(#json::from(#value)),
            (TypeKind::Json, _) => quote!(#value.clone()),
            (TypeKind::Object, _) => quote!(#json::from(#value.clone())),
            (TypeKind::Uuid, _) => quote!(#json::from(&*#value.to_string())),
            (TypeKind::Enum(_) | TypeKind::PayloadKind(_), _) => quote!(#json::from(#value.as_str())),
            (TypeKind::List { item, .. }, _) => {
                let each = self.json_of(&quote!(item), item, By::Ref);
                quote!(#json::list(#value.iter().map(|item| #each)))
            }
            (TypeKind::Map { value: inner, .. }, _) => {
                let (object, each) = (self.role.codec("Object"), self.json_of(&quote!(value), inner, By::Ref));
                quote!(#json::from(#value.iter().map(|(name, value)| (name, #each)).collect::<#object<'static>>()))
            }
            (TypeKind::Record(_) | TypeKind::Union(_), _) => {
                self.role.imports.wire();
                quote!(#json::parse(#value.to_json()).unwrap_or(#json::NULL))
            }
            (_, By::Ref) => quote!(#json::from(*#value)),
            _ => quote!(#json::from(#value)),
        }
    }

    /// The text of a value, for what wants a `String` or a `&str` of any lifetime.
    pub fn key(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Text(text) => quote!(#text),
            ExprKind::Integer(value) => {
                let text = value.to_string();
                quote!(#text)
            }
            _ if matches!(expr.ty.kind, TypeKind::String(_)) => self.owned(expr),
            _ => {
                let value = self.receiver(expr);
                quote!(#value.to_string())
            }
        }
    }

    /// A nullable value without a clone: a copy, or one that holds a reference.
    fn view(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Place(place) => {
                let path = self.path(place);
                match &expr.ty.kind {
                    _ if matches!(place.base, PlaceBase::RefusedTag) => quote!(#path.as_deref()),
                    TypeKind::String(_) | TypeKind::Datetime => quote!(#path.as_deref()),
                    TypeKind::Duration => self.owned(expr),
                    _ if self.role.is_copy(&expr.ty) => path,
                    _ => quote!(#path.as_ref()),
                }
            }
            _ => self.owned(expr),
        }
    }

    // ---- conditions

    /// What stands behind `if`, and in other expressions of type bool.
    pub fn condition(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Bool(value) => quote!(#value),
            ExprKind::Has(place) => {
                let path = self.path(place);
                quote!(#path.is_some())
            }
            ExprKind::Not(inner) => match &inner.kind {
                ExprKind::Has(place) => {
                    let path = self.path(place);
                    quote!(#path.is_none())
                }
                ExprKind::Place(_) | ExprKind::Unwrap(_) | ExprKind::Bool(_) => {
                    let inner = self.owned(inner);
                    quote!(!#inner)
                }
                _ => {
                    let inner = self.condition(inner);
                    quote!(!(#inner))
                }
            },
            ExprKind::Binary {
                op: op @ (BinaryOp::And | BinaryOp::Or),
                ..
            } => self.junction(*op, &operands(expr, *op)),
            ExprKind::Binary { op, left, right } => {
                let op = match op {
                    BinaryOp::Equal => quote!(==),
                    BinaryOp::NotEqual => quote!(!=),
                    BinaryOp::Less => quote!(<),
                    BinaryOp::LessEqual => quote!(<=),
                    BinaryOp::Greater => quote!(>),
                    BinaryOp::GreaterEqual => quote!(>=),
                    _ => return self.owned(expr),
                };
                let (left, right) = (self.seen(left), self.seen(right));
                quote!(#left #op #right)
            }
            _ => self.owned(expr),
        }
    }

    /// `a and b and ...` or `a or b or ...`, where what `has` asks for is used behind it.
    fn junction(&self, op: BinaryOp, operands: &[&Expr]) -> TokenStream {
        let Some((first, rest)) = operands.split_first() else {
            return TokenStream::new();
        };
        let asked = match (&first.kind, op) {
            (ExprKind::Has(place), BinaryOp::And) => Some((place, "is_some_and")),
            (ExprKind::Not(inner), BinaryOp::Or) => match &inner.kind {
                ExprKind::Has(place) => Some((place, "is_none_or")),
                _ => None,
            },
            _ => None,
        };
        if let Some((place, method)) = asked
            && !rest.is_empty()
            && rest.iter().any(|expr| looks_into(expr, place))
        {
            let mut inner = Env {
                narrowed: self.narrowed.clone(),
                locals: self.locals.clone(),
                ..*self
            };
            let name = inner.local(place);
            inner.narrowed.push((place.clone(), name.clone()));
            let rest = inner.junction(op, rest);
            let method = format_ident!("{method}");
            let value = self.narrowing(place);
            let value = match value.by_reference {
                true => {
                    let path = value.path;
                    quote!(#path.as_ref())
                }
                false => value.path,
            };
            return quote!(#value.#method(|#name| #rest));
        }
        let wrapped = |expr: &Expr| {
            let mixed = matches!(&expr.kind, ExprKind::Binary { op: other @ (BinaryOp::And | BinaryOp::Or), .. } if *other != op);
            let condition = self.condition(expr);
            if mixed { quote!((#condition)) } else { condition }
        };
        let first = wrapped(first);
        if rest.is_empty() {
            return first;
        }
        let rest = self.junction(op, rest);
        let sign = if op == BinaryOp::And { quote!(&&) } else { quote!(||) };
        quote!(#first #sign #rest)
    }

    /// A guard as the conditions of an `if`, joined by `&&`; `looked` says whether what a place holds is looked at behind the guard.
    pub fn chain(&mut self, guard: &Expr, looked: impl Fn(&Place) -> bool) -> Vec<TokenStream> {
        let operands = operands(guard, BinaryOp::And);
        let mut conditions = Vec::new();
        for (index, operand) in operands.iter().enumerate() {
            if let ExprKind::Has(place) = &operand.kind
                && (looked(place) || operands[index + 1..].iter().any(|expr| looks_into(expr, place)))
            {
                let value = self.narrowing(place);
                let path = value.path;
                let name = self.local(place);
                conditions.push(if value.by_reference {
                    quote!(let Some(#name) = &#path)
                } else {
                    quote!(let Some(#name) = #path)
                });
                self.narrowed.push((place.clone(), name));
                continue;
            }
            let mixed = matches!(&operand.kind, ExprKind::Binary { op: BinaryOp::Or, .. });
            let condition = self.condition(operand);
            conditions.push(if mixed && operands.len() > 1 {
                quote!((#condition))
            } else {
                condition
            });
        }
        conditions
    }

    /// What a place holds, to be bound: a copy; a reference into what came; a clone of a variable, which may change while it is known.
    fn narrowing(&self, place: &Place) -> Narrowing {
        let path = self.path(place);
        let ty = self.place_type(place);
        if ty.is_some_and(|ty| matches!(ty.kind, TypeKind::Duration)) {
            let milliseconds = self.role.session("milliseconds");
            let is_option = matches!(place.base, PlaceBase::Var(VarRef::Option(_)));
            return Narrowing {
                path: if is_option { quote!(#path.map(#milliseconds)) } else { path },
                by_reference: false,
            };
        }
        if ty.is_some_and(|ty| self.role.is_copy(ty)) {
            return Narrowing { path, by_reference: false };
        }
        match place.base {
            PlaceBase::Var(_) => Narrowing {
                path: quote!(#path.clone()),
                by_reference: false,
            },
            _ => Narrowing { path, by_reference: true },
        }
    }

    fn place_type(&self, place: &Place) -> Option<&'m Type> {
        let mut ty = self.base_type(&place.base)?;
        for index in &place.path {
            ty = &self.role.members_of(ty)?.get(*index)?.ty;
        }
        Some(ty)
    }

    /// An operand of a comparison.
    fn seen(&self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::Text(text) => quote!(#text),
            ExprKind::Place(place) if expr.ty.nullable => {
                let _ = place;
                self.view(expr)
            }
            ExprKind::Place(_) if matches!(expr.ty.kind, TypeKind::Duration) => self.owned(expr),
            ExprKind::Place(place) => self.path(place),
            ExprKind::Unwrap(inner) => match &inner.kind {
                ExprKind::Place(place) => match self.narrowed_name(place) {
                    // What came is bound by reference; comparing looks through it.
                    Some(name) if !self.role.is_copy(&expr.ty) && !matches!(place.base, PlaceBase::Var(_)) => quote!(*#name),
                    Some(name) => quote!(#name),
                    None => self.owned(expr),
                },
                _ => self.owned(expr),
            },
            ExprKind::Wrap(inner) => match inner.ty.kind {
                TypeKind::String(_) | TypeKind::Datetime => {
                    let inner = match &inner.kind {
                        ExprKind::Text(text) => quote!(#text),
                        ExprKind::Place(place) if Self::is_borrowed_text(&place.base) => self.path(place),
                        _ => {
                            let seen = self.seen(inner);
                            quote!(&*#seen)
                        }
                    };
                    quote!(Some(#inner))
                }
                _ if self.role.is_copy(&inner.ty) => {
                    let inner = self.owned(inner);
                    quote!(Some(#inner))
                }
                _ => {
                    let inner = self.seen(inner);
                    quote!(Some(&#inner))
                }
            },
            _ => self.owned(expr),
        }
    }
}

struct Narrowing {
    path: TokenStream,
    by_reference: bool,
}

/// The operands of a chain of one operator.
fn operands(expr: &Expr, op: BinaryOp) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Binary { op: found, left, right } if *found == op => {
            let mut all = operands(left, op);
            all.extend(operands(right, op));
            all
        }
        _ => vec![expr],
    }
}

/// Whether an expression looks at what a nullable place holds, or at members of it.
pub(super) fn looks_into(expr: &Expr, place: &Place) -> bool {
    let mut found = false;
    places(expr, &mut |other, access| {
        let within = other.base == place.base && other.path.starts_with(&place.path);
        found |= within && (other.path.len() > place.path.len() || access == Access::Unwrapped);
    });
    found
}

fn integer(value: i128) -> TokenStream {
    let literal = Literal::i128_unsuffixed(value);
    quote!(#literal)
}
