//! What can be named where an expression stands.

use std::collections::{HashMap, HashSet};

use super::codes;
use super::host::{Host, Named};
use super::place::find;
use super::policy::Meters;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::did_you_mean;
use crate::model::{Binding, Member, Model, Place, PlaceBase, RecordId, Type, VarRef};
use crate::source::Span;
use crate::syntax::tree;

/// A variable that can be named.
#[derive(Debug, Clone)]
pub(in crate::resolve) struct Known {
    pub var: VarRef,
    pub ty: Type,
    pub span: Span,
}

/// What a mapping maps.
#[derive(Debug, Clone, Copy)]
pub(in crate::resolve) struct Source<'a> {
    pub name: &'a str,
    pub envelope: &'a [Member],
    pub body: &'a [Member],
}

impl<'a> Source<'a> {
    /// Where a member stands, the body's before the envelope's.
    pub fn member(&self, name: &str) -> Option<(PlaceBase, &'a Member)> {
        let body = find(self.body, name).map(|(at, member)| (PlaceBase::Body(at), member));
        body.or_else(|| find(self.envelope, name).map(|(at, member)| (PlaceBase::Envelope(at), member)))
    }
}

/// Variables by name.
pub(in crate::resolve) type Vars = HashMap<String, Known>;

/// Everything that an expression may name, and what is known there.
pub(in crate::resolve) struct Scope<'a> {
    pub host: &'a dyn Host,
    pub model: &'a Model,
    pub found: &'a mut Vec<Diagnostic>,
    /// Options, persisted and other variables of the role.
    pub role: &'a Vars,
    /// Variables of the state, with its name.
    pub state: Option<(&'a str, &'a Vars)>,
    /// What a mapping maps: its members are named without anything in front of them.
    pub source: Option<Source<'a>>,
    /// What came.
    pub binding: Option<Binding>,
    /// Whether what came is what the application gave: then it has no envelope yet.
    pub draft: bool,
    /// Whether what came is malformed.
    pub malformed: bool,
    /// The record of the row that was found.
    pub row: Option<RecordId>,
    /// The meters that can be asked; none where a machine does not run yet.
    pub meters: Option<Meters<'a>>,
    /// Places of nullable type that hold something here.
    pub present: HashSet<Place>,
    /// How deep the expression is that is being typed.
    pub depth: u32,
}

impl<'a> Scope<'a> {
    /// A scope without binding, in which nothing is known.
    pub fn new(host: &'a dyn Host, found: &'a mut Vec<Diagnostic>, role: &'a Vars, state: Option<(&'a str, &'a Vars)>) -> Self {
        Self {
            host,
            model: host.model(),
            found,
            role,
            state,
            source: None,
            binding: None,
            draft: false,
            malformed: false,
            row: None,
            meters: None,
            present: HashSet::new(),
            depth: 0,
        }
    }

    /// The variable of a name: the state's, else the role's.
    pub fn var(&self, name: &str) -> Option<&'a Known> {
        self.state.and_then(|(_, vars)| vars.get(name)).or_else(|| self.role.get(name))
    }

    /// Whether a name is that of a variable or of what came.
    pub fn names_value(&self, name: &str) -> bool {
        self.source.is_some_and(|source| source.member(name).is_some())
            || self.var(name).is_some()
            || self.binding.as_ref().is_some_and(|binding| binding.name == name)
    }

    /// Notes that a variable has another value, and whether that is something.
    pub fn assigned(&mut self, var: VarRef, something: bool) {
        self.present.retain(|place| place.base != PlaceBase::Var(var));
        if something {
            self.present.insert(Place {
                base: PlaceBase::Var(var),
                path: Vec::new(),
            });
        }
    }

    /// Says that a name stands for nothing here.
    pub fn undefined(&mut self, name: &tree::Name, what: &str, more: &[&str]) {
        let mut candidates: Vec<&str> = more.to_vec();
        candidates.extend(self.state.iter().flat_map(|(_, vars)| vars.keys().map(String::as_str)));
        candidates.extend(self.role.keys().map(String::as_str));
        candidates.extend(
            self.source
                .iter()
                .flat_map(|source| source.body.iter().chain(source.envelope))
                .map(|member| member.name.as_str()),
        );
        candidates.extend(self.binding.as_ref().map(|binding| binding.name.as_str()));
        // Hash maps have no order, and equally near names must always give the same answer.
        candidates.sort_unstable();
        let near = did_you_mean(&name.text, candidates);
        let what = if self.source.is_some() {
            what.replace("variable", "member")
        } else {
            what.to_owned()
        };
        let place = match (self.state, self.source) {
            (Some((state, _)), _) => format!(" in state `{state}`"),
            (None, Some(source)) => format!(" in `{}`", source.name),
            (None, None) => String::new(),
        };
        let mut diagnostic = Diagnostic::error(codes::UNDEFINED, name.span, format!("there is no {what} `{}`{place}", name.text));
        if let Some(near) = near {
            diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
        }
        self.found.push(diagnostic);
    }

    /// What a path stands for among the names of the module.
    pub fn find(&self, path: &tree::Path) -> Option<Named> {
        self.host.find(path)
    }

    pub fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.found.push(Diagnostic::error(code, span, message));
    }
}

/// A path as it was written.
pub(in crate::resolve) fn written(path: &tree::Path) -> String {
    let parts: Vec<&str> = path.parts.iter().map(|part| part.text.as_str()).collect();
    parts.join(".")
}
