//! A root file and what it imports, as trees.

use std::collections::HashMap;

use crate::check::{import_alias, import_cycle, protocol_missing, syntax_repeated, syntax_unreadable};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources, Span};
#[cfg(feature = "build")]
use crate::syntax;
use crate::syntax::tree::{self, ItemKind, Name};

/// Where texts come from. The compiler itself never touches a disk.
pub trait Loader {
    /// The text of a file, or why there is none. Paths have `/` between their parts.
    ///
    /// # Errors
    /// In words, such as `no such file`.
    fn load(&self, path: &str) -> Result<String, String>;
}

/// All files of a compilation.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// Their texts.
    pub sources: Sources,
    /// Their trees: the root first, then the others in the order in which they are first imported, each once. Empty only if the
    /// root cannot be read.
    pub files: Vec<LoadedFile>,
    /// What is wrong with their syntax and imports.
    pub diagnostics: Vec<Diagnostic>,
}

/// One file of a compilation.
#[derive(Debug, Clone)]
pub struct LoadedFile {
    /// Its text, in [`Loaded::sources`].
    pub id: FileId,
    /// What it says.
    pub tree: tree::File,
    /// What it imports.
    pub imports: Vec<Import>,
}

/// An import that leads somewhere.
#[derive(Debug, Clone)]
pub struct Import {
    /// What the imported file is called here: `as name`, else the name of its protocol.
    pub alias: String,
    /// An index into [`Loaded::files`].
    pub file: usize,
    /// Where the import's path stands.
    pub span: Span,
}

impl LoadedFile {
    /// The name of its protocol, if it says one.
    #[must_use]
    pub fn protocol(&self) -> Option<&Name> {
        self.tree.items.iter().find_map(|item| match &item.kind {
            ItemKind::Protocol { name, .. } => Some(name),
            _ => None,
        })
    }
}

/// Loads a file, and all that it imports, directly or not. Paths of imports are relative to the file that imports, and have `/` between
/// their parts on every system; the root's may have those of its system.
#[cfg(feature = "build")]
pub fn load(root: &str, loader: &dyn Loader) -> Loaded {
    let mut loading = Loading {
        loader,
        loaded: Loaded::default(),
        by_path: HashMap::new(),
    };
    let root = normalize(&if cfg!(windows) { root.replace('\\', "/") } else { root.to_owned() });
    let file = loading.file(&root, None);
    if file.is_some() {
        loading.rest();
    }
    loading.loaded
}

#[cfg(feature = "build")]
struct Loading<'l> {
    loader: &'l dyn Loader,
    loaded: Loaded,
    /// Which file a path is; `None`: it cannot be read, which has been said.
    by_path: HashMap<String, Option<usize>>,
}

#[cfg(feature = "build")]
impl Loading<'_> {
    /// The file of a path, loaded at most once; `asked` is where it is imported.
    fn file(&mut self, path: &str, asked: Option<Span>) -> Option<usize> {
        if let Some(known) = self.by_path.get(path) {
            return *known;
        }
        let index = match self.loader.load(path) {
            Ok(text) => {
                let id = self.loaded.sources.add(path, text);
                let (tree, diagnostics) = syntax::parse(id, &self.loaded.sources.get(id).text);
                self.loaded.diagnostics.extend(diagnostics);
                self.loaded.files.push(LoadedFile {
                    id,
                    tree,
                    imports: Vec::new(),
                });
                Some(self.loaded.files.len() - 1)
            }
            Err(why) => {
                let span = asked.unwrap_or_else(|| Span {
                    file: self.loaded.sources.add(path, ""),
                    start: 0,
                    end: 0,
                });
                self.loaded.diagnostics.push(syntax_unreadable::diagnostic(span, path, &why));
                None
            }
        };
        self.by_path.insert(path.to_owned(), index);
        index
    }

    /// Follows the imports of all files, the root's first, and checks what every file must have.
    fn rest(&mut self) {
        let mut next = 0;
        while next < self.loaded.files.len() {
            self.imports_of(next);
            next += 1;
        }
        for file in &self.loaded.files {
            let at = |end| Span {
                file: file.id,
                start: 0,
                end,
            };
            let length = self
                .loaded
                .sources
                .get(file.id)
                .text
                .find('\n')
                .unwrap_or(self.loaded.sources.get(file.id).text.len());
            protocol_missing::check(&file.tree, at(u32::try_from(length).unwrap_or(0)), &mut self.loaded.diagnostics);
            syntax_repeated::check(&file.tree, &mut self.loaded.diagnostics);
        }
        self.name_imports();
        import_cycle::check(&self.loaded.files, &self.loaded.sources, &mut self.loaded.diagnostics);
    }

    fn imports_of(&mut self, index: usize) {
        let importer = &self.loaded.files[index];
        let directory = directory(&self.loaded.sources.get(importer.id).path).to_owned();
        let asked: Vec<_> = importer
            .tree
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Import { file, alias } => Some((file.clone(), alias.clone())),
                _ => None,
            })
            .collect();
        for (path, alias) in asked {
            let alias = alias.map(|alias| alias.text).unwrap_or_default();
            match self.file(&join(&directory, &path.text), Some(path.span)) {
                Some(file) => self.loaded.files[index].imports.push(Import {
                    alias,
                    file,
                    span: path.span,
                }),
                // What it would have brought is not known.
                None => self.loaded.files[index].tree.incomplete = true,
            }
        }
    }

    /// Calls imports without `as` by the name of the protocol that they lead to.
    fn name_imports(&mut self) {
        let names: Vec<_> = self
            .loaded
            .files
            .iter()
            .map(|file| file.protocol().map(|name| name.text.clone()))
            .collect();
        for file in &mut self.loaded.files {
            for import in &mut file.imports {
                if import.alias.is_empty() {
                    match &names[import.file] {
                        Some(name) => import.alias.clone_from(name),
                        None => file.tree.incomplete = true,
                    }
                }
            }
            file.imports.retain(|import| !import.alias.is_empty());
            import_alias::check(&mut file.imports, &mut self.loaded.diagnostics);
        }
    }
}

/// The path without its last part, with the `/` at its end.
fn directory(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..=slash])
}

fn join(directory: &str, path: &str) -> String {
    if path.starts_with('/') {
        normalize(path)
    } else {
        normalize(&format!("{directory}{path}"))
    }
}

/// The path without `.` and with `..` resolved as far as it can be, so that a file has one path.
fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            "" if !parts.is_empty() => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
