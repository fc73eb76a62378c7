//! Expressions of a schema as expressions of Rust.
//!
//! `owned` gives a value to keep, `seen` something to compare (no clone), `condition` what stands behind `if`, and `chain` the same
//! where `let` may stand: what `has` asks for is bound there, and known under that name in everything behind it.

mod condition;
mod json;
mod place;
mod value;

use proc_macro2::Ident;

pub(super) use self::condition::looks_into;
use super::context::{RoleContext, Unique};
use crate::model::{Member, Place, PlaceBase, State, VarRef};

/// What is in reach where an expression stands.
pub(in super::super) struct Env<'r, 'm> {
    pub role: &'r RoleContext<'m>,
    /// Whose variables `state` holds.
    pub state: Option<usize>,
    /// What came, if it has members.
    pub came: Came<'m>,
    /// Where the role's variables are.
    pub root: Root,
    /// Nullable places that are known to hold something, and under which name what they hold is known.
    narrowed: Vec<(Place, Ident)>,
    /// Places that passing through nullable ones leads to, and the names of what they hold, or none.
    bound: Vec<(Place, Ident)>,
    locals: Unique,
}

/// What came, and of what type its members are.
#[derive(Clone, Copy)]
pub(in super::super) enum Came<'m> {
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
pub(in super::super) enum Root {
    /// Behind `self`.
    Core,
    /// In local variables, and options in `options`: the core is being made.
    Local,
    /// Options in local variables: they are being made.
    Options,
    /// There are none: a message is mapped.
    Message,
    /// There are none: a record is mapped.
    Record,
}

impl<'r, 'm> Env<'r, 'm> {
    pub fn new(role: &'r RoleContext<'m>, state: Option<usize>, came: Came<'m>) -> Self {
        let taken = [
            "state", "step", "message", "body", "envelope", "refusal", "row", "call", "given", "draft", "texts", "options", "self",
        ];
        Self {
            role,
            state,
            came,
            root: Root::Core,
            narrowed: Vec::new(),
            bound: Vec::new(),
            locals: Unique::new(taken),
        }
    }

    fn state_of(&self) -> Option<&'m State> {
        self.state.map(|state| &self.role.role.states[state])
    }

    pub(super) fn narrowed_name(&self, place: &Place) -> Option<&Ident> {
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

    /// Notes that a place, or that it is none, is known by a name.
    pub fn bind(&mut self, place: Place, name: Ident) {
        self.bound.push((place, name));
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
}
