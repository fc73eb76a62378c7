//! Who is called what: the declarations of every module, and finding them.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use crate::load::LoadedFile;
use crate::model::{
    BridgeId, DigestId, EndpointId, EnumId, EnvelopeId, MessageId, ModuleId, PayloadsId, RecordId, ScalarId, SessionId, UnionId,
};
use crate::source::Span;
use crate::syntax::tree::Path;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Declared {
    Scalar(ScalarId),
    Record(RecordId),
    Enum(EnumId),
    Union(UnionId),
    Payloads(PayloadsId),
    Envelope(EnvelopeId),
    Message(MessageId),
    Endpoint(EndpointId),
    Digest(DigestId),
    Session(SessionId),
    Bridge(BridgeId),
}

/// What sort of thing a name stands for: known as soon as declarations are collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Sort {
    Type,
    Envelope,
    Message,
    Endpoint,
    Digest,
    Session,
    Bridge,
    Work,
}

impl Sort {
    /// With its article, as diagnostics say it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Type => "a type",
            Self::Envelope => "an envelope",
            Self::Message => "a message",
            Self::Endpoint => "an endpoint",
            Self::Digest => "a digest",
            Self::Session => "a session",
            Self::Bridge => "a bridge",
            Self::Work => "work",
        }
    }
}

/// One declaration.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it stands for; `None`: its declaration is wrong, which was said, or its turn has not come.
    pub target: Option<Declared>,
    /// What sort of thing it is.
    pub sort: Sort,
    /// Where the name stands.
    pub span: Span,
    /// Whether anything names it.
    pub used: Cell<bool>,
}

/// What a path leads to.
pub enum Found<'n> {
    /// A declaration.
    Entry(&'n Entry),
    /// Nothing, and it is known already why: silence.
    Broken,
    /// Nothing.
    Nothing,
}

/// The declarations of every module.
#[derive(Debug, Default)]
pub struct Names<'a> {
    modules: Vec<Scope<'a>>,
}

#[derive(Debug, Default)]
struct Scope<'a> {
    entries: HashMap<&'a str, Entry>,
    /// In the order of declaration: suggestions and warnings must not depend on hashing.
    order: Vec<&'a str>,
    aliases: HashMap<&'a str, Alias>,
    /// What was declared in a way that could not be read.
    lost: HashSet<&'a str>,
    /// Whether more than that may have been declared.
    incomplete: bool,
}

#[derive(Debug)]
struct Alias {
    module: ModuleId,
    span: Span,
    used: Cell<bool>,
}

impl<'a> Names<'a> {
    /// Room for the modules of a compilation.
    #[must_use]
    pub fn new(modules: usize) -> Self {
        Self {
            modules: (0..modules).map(|_| Scope::default()).collect(),
        }
    }

    /// Declares a name. An earlier declaration of the same name stands, and its place is returned.
    pub fn declare(&mut self, module: ModuleId, name: &'a str, entry: Entry) -> Option<Span> {
        let scope = &mut self.modules[module.0 as usize];
        if let Some(earlier) = scope.entries.get(name) {
            return Some(earlier.span);
        }
        scope.entries.insert(name, entry);
        scope.order.push(name);
        None
    }

    /// The declaration of a module's own name, whether it is used or not.
    pub fn own(&mut self, module: ModuleId, name: &str) -> Option<&mut Entry> {
        self.modules[module.0 as usize].entries.get_mut(name)
    }

    /// What a module calls others, and what of it could not be read.
    pub fn enter(&mut self, module: ModuleId, file: &'a LoadedFile) {
        let scope = &mut self.modules[module.0 as usize];
        for import in &file.imports {
            let alias = Alias {
                module: module_of(import.file),
                span: import.span,
                used: Cell::new(false),
            };
            scope.aliases.insert(&import.alias, alias);
        }
        scope.lost.extend(
            file.tree
                .broken
                .iter()
                .filter_map(|broken| broken.name.as_ref())
                .map(|name| name.text.as_str()),
        );
        scope.incomplete = file.tree.incomplete;
    }

    /// Follows a path.
    #[must_use]
    pub fn find(&self, module: ModuleId, path: &Path) -> Found<'_> {
        let (home, name) = match path.parts.as_slice() {
            [name] => (module, name),
            [alias, name] => {
                let scope = &self.modules[module.0 as usize];
                match scope.aliases.get(alias.text.as_str()) {
                    Some(found) => {
                        found.used.set(true);
                        (found.module, name)
                    }
                    None if scope.is_lost(&alias.text) => return Found::Broken,
                    None => return Found::Nothing,
                }
            }
            _ => return Found::Nothing,
        };
        let scope = &self.modules[home.0 as usize];
        match scope.entries.get(name.text.as_str()) {
            Some(entry) => {
                entry.used.set(true);
                Found::Entry(entry)
            }
            None if scope.is_lost(&name.text) => Found::Broken,
            None => Found::Nothing,
        }
    }

    /// A module and those that it imports, by their names there: its own has none. What is asked for counts as used once it is named.
    pub fn reached(&self, module: ModuleId) -> Vec<(Option<&'a str>, ModuleId)> {
        let scope = &self.modules[module.0 as usize];
        let mut imported: Vec<_> = scope.aliases.iter().map(|(name, alias)| (Some(*name), alias.module)).collect();
        imported.sort_unstable();
        std::iter::once((None, module)).chain(imported).collect()
    }

    /// Notes that something of an imported module is used.
    pub fn use_import(&self, module: ModuleId, of: ModuleId) {
        let aliases = self.modules[module.0 as usize].aliases.values();
        aliases.filter(|alias| alias.module == of).for_each(|alias| alias.used.set(true));
    }

    /// Every name of a sort that could have been meant in a module, as it would be written there.
    pub fn candidates(&self, module: ModuleId, sort: Sort) -> impl Iterator<Item = String> + '_ {
        let scope = &self.modules[module.0 as usize];
        let own = scope.of(sort).map(str::to_owned);
        let mut aliases: Vec<_> = scope.aliases.iter().collect();
        aliases.sort_by_key(|(alias, _)| **alias);
        let imported = aliases.into_iter().flat_map(move |(alias, to)| {
            self.modules[to.module.0 as usize]
                .of(sort)
                .map(move |name| format!("{alias}.{name}"))
        });
        own.chain(imported)
    }

    /// The declarations of a module that nothing names, in order.
    pub fn unused(&self, module: ModuleId) -> impl Iterator<Item = (&'a str, &Entry)> + '_ {
        let scope = &self.modules[module.0 as usize];
        scope.order.iter().filter_map(|name| {
            scope
                .entries
                .get(name)
                .filter(|entry| !entry.used.get())
                .map(|entry| (*name, entry))
        })
    }

    /// The imports of a module of which nothing is used.
    #[must_use]
    pub fn unused_imports(&self, module: ModuleId) -> Vec<(&'a str, ModuleId, Span)> {
        let aliases = &self.modules[module.0 as usize].aliases;
        let mut unused: Vec<_> = aliases
            .iter()
            .filter(|(_, alias)| !alias.used.get())
            .map(|(name, alias)| (*name, alias.module, alias.span))
            .collect();
        unused.sort_by_key(|(_, _, span)| *span);
        unused
    }
}

impl<'a> Scope<'a> {
    fn is_lost(&self, name: &str) -> bool {
        self.incomplete || self.lost.contains(name)
    }

    fn of(&self, sort: Sort) -> impl Iterator<Item = &'a str> + '_ {
        self.order
            .iter()
            .copied()
            .filter(move |name| self.entries.get(name).is_some_and(|entry| entry.sort == sort))
    }
}

/// The module of a file by its place in the compilation.
#[must_use]
pub fn module_of(file: usize) -> ModuleId {
    ModuleId(u32::try_from(file).unwrap_or(u32::MAX))
}
