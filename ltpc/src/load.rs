//! A root file and what it imports, as trees.

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources, Span};
use crate::syntax::tree;

/// Where texts come from. The compiler itself never touches a disk.
pub trait Loader {
    /// The text of a file, or why there is none.
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
    /// Their trees: the root first, then the others in the order in which they are first imported, each once.
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
    /// Where the import stands.
    pub span: Span,
}
