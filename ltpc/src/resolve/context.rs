//! What resolving knows while it goes.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use super::members::Pending;
use super::names::{Declared, Found, Names, Sort, module_of};
use crate::check;
use crate::diagnostic::Diagnostic;
use crate::load::Loaded;
use crate::model::{Annotation, Decl, EnvelopeId, Model, ModuleId, RecordId, ScalarId};
use crate::source::Span;
use crate::syntax::tree;

/// How many names are compared to find those that were meant, in all: a schema may be full of wrong ones.
const MOST_COMPARED: usize = 200_000;

/// Everything that resolving knows while it goes.
pub struct Context<'a> {
    /// What was loaded.
    pub loaded: &'a Loaded,
    /// The model so far.
    pub model: Model,
    /// What is wrong so far.
    pub found: Vec<Diagnostic>,
    /// Who is called what.
    pub(super) names: Names<'a>,
    /// What each item declares, by module and item, as far as it is known before anything is resolved.
    pub(super) targets: Vec<Vec<Option<Declared>>>,
    /// Scalars whose declaration is wrong; in the model they are `json`.
    pub(super) broken_scalars: HashSet<ScalarId>,
    /// Records written in place that have a name and wait for their members.
    pub(super) in_place: HashSet<RecordId>,
    /// Members, and what waits until more is known of them.
    pub(super) pending: Pending<'a>,
    /// Members that were left out because something about them is wrong.
    left_out: HashMap<Owner, HashSet<String>>,
    /// What has members of which not even the names are known.
    incomplete: HashSet<Owner>,
    /// Automata of patterns.
    pub(super) patterns: HashMap<String, Option<ltp_runtime::schema::Pattern>>,
    /// Texts and more that could not be read, by file and place.
    misread: Vec<Span>,
    /// Where names stand in what they are chosen from.
    pub(super) choices: RefCell<HashMap<super::constants::Choice, HashMap<String, usize>>>,
    /// How many names were compared.
    compared: Cell<usize>,
}

/// What has members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// A record.
    Record(RecordId),
    /// An envelope.
    Envelope(EnvelopeId),
}

/// Where a type stands.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'s> {
    /// Whose names it sees.
    pub module: ModuleId,
    /// What a record is called that is written in place without a name.
    pub owner: &'s str,
    /// Whether it is a session's: there are durations.
    pub in_session: bool,
}

impl<'a> Context<'a> {
    pub(super) fn new(loaded: &'a Loaded) -> Self {
        let mut misread: Vec<Span> = loaded.diagnostics.iter().map(|one| one.span).collect();
        misread.sort_unstable();
        Self {
            loaded,
            model: Model::default(),
            found: Vec::new(),
            names: Names::new(loaded.files.len()),
            targets: Vec::new(),
            broken_scalars: HashSet::new(),
            in_place: HashSet::new(),
            pending: Pending::default(),
            left_out: HashMap::new(),
            incomplete: HashSet::new(),
            patterns: HashMap::new(),
            misread,
            choices: RefCell::default(),
            compared: Cell::new(0),
        }
    }

    /// Adds a problem.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Every declaration of every module, in order: its module, its place among the module's items, and itself.
    pub fn items(&self) -> impl Iterator<Item = (ModuleId, usize, &'a tree::Item)> + use<'a> {
        let files = &self.loaded.files;
        files.iter().enumerate().flat_map(|(file, loaded)| {
            loaded
                .tree
                .items
                .iter()
                .enumerate()
                .map(move |(index, item)| (module_of(file), index, item))
        })
    }

    /// Whether something within a text could not be read, so that it is not the text that was meant.
    #[must_use]
    pub fn is_misread(&self, text: Span) -> bool {
        let first = self
            .misread
            .partition_point(|span| (span.file, span.start) < (text.file, text.start));
        self.misread
            .get(first)
            .is_some_and(|span| span.file == text.file && span.start < text.end)
    }

    /// What is said of a declaration.
    pub fn decl(&mut self, module: ModuleId, item: &tree::Item, name: &tree::Name) -> Decl {
        Decl {
            name: name.text.clone(),
            module,
            docs: item.docs.clone(),
            annotations: item
                .annotations
                .iter()
                .map(super::annotations::as_written)
                .collect::<Vec<Annotation>>(),
            span: name.span,
        }
    }

    /// Binds a declaration's name to what it has become. Until then it counts as wrong, and its uses are silent.
    pub fn bind(&mut self, module: ModuleId, name: &tree::Name, target: Declared) {
        // A second declaration of the same name was reported and is not bound.
        if let Some(entry) = self.names.own(module, &name.text).filter(|entry| entry.span == name.span) {
            entry.target = Some(target);
        }
    }

    /// What a path names, if that is of one of these sorts. Reports what is not; `None` without a report means that the declaration
    /// itself is wrong, which was said.
    pub fn look_up(&mut self, path: &tree::Path, module: ModuleId, sorts: &[Sort]) -> Option<Declared> {
        match self.names.find(module, path) {
            Found::Entry(entry) if sorts.contains(&entry.sort) => entry.target,
            Found::Entry(entry) => {
                let (sort, span) = (entry.sort, entry.span);
                let wanted = sorts.first().copied().unwrap_or(Sort::Type);
                self.report(check::wrong_sort::report(
                    &spelled(path),
                    path.span,
                    wanted.words(),
                    sort.words(),
                    span,
                ));
                None
            }
            Found::Broken => None,
            Found::Nothing => {
                let name = spelled(path);
                let suggestion = self.suggestion(&name, module, sorts);
                self.report(check::undefined_name::report(&name, path.span, suggestion.as_deref()));
                None
            }
        }
    }

    /// The envelope that a path names. Reports as [`Context::look_up`].
    pub fn envelope(&mut self, path: &tree::Path, module: ModuleId) -> Option<EnvelopeId> {
        match self.look_up(path, module, &[Sort::Envelope])? {
            Declared::Envelope(id) => Some(id),
            _ => None,
        }
    }

    /// Remembers that a member was left out.
    pub fn leave_out(&mut self, owner: Owner, name: &str) {
        self.left_out.entry(owner).or_default().insert(name.to_owned());
    }

    /// Remembers that any member may be missing.
    pub(super) fn leave_incomplete(&mut self, owner: Owner) {
        self.incomplete.insert(owner);
    }

    /// Whether a member that is not there was left out, so that nothing more is to be said of it.
    #[must_use]
    pub fn is_left_out(&self, owner: Owner, name: &str) -> bool {
        self.incomplete.contains(&owner) || self.left_out.get(&owner).is_some_and(|names| names.contains(name))
    }

    /// What is left out of one is left out of the other, which spreads it.
    pub(super) fn leave_out_as(&mut self, from: Owner, to: Owner) {
        if self.incomplete.contains(&from) {
            self.incomplete.insert(to);
        }
        if let Some(names) = self.left_out.get(&from).cloned() {
            self.left_out.entry(to).or_default().extend(names);
        }
    }

    /// The name that was likely meant.
    fn suggestion(&self, name: &str, module: ModuleId, sorts: &[Sort]) -> Option<String> {
        let candidates = sorts.iter().flat_map(|sort| self.names.candidates(module, *sort));
        let built_in = sorts.contains(&Sort::Type).then_some(super::types::BUILT_IN).into_iter().flatten();
        self.nearest(name, candidates.chain(built_in.map(|name| (*name).to_owned())))
    }

    /// The candidate that was likely meant.
    pub(super) fn nearest(&self, name: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
        let left = MOST_COMPARED.saturating_sub(self.compared.get());
        let candidates: Vec<String> = candidates.take(left).collect();
        self.compared.set(self.compared.get() + candidates.len());
        check::undefined_name::nearest(name, &candidates)
    }
}

/// A path as it is written.
#[must_use]
pub fn spelled(path: &tree::Path) -> String {
    path.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".")
}

/// The place of a path's last part.
#[must_use]
pub fn last_span(path: &tree::Path) -> Span {
    path.parts.last().map_or(path.span, |part| part.span)
}
