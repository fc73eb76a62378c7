//! The schema that a command works on.

use std::sync::Arc;

use ltpc::{
    Compilation, compile,
    diagnostic::{self, Diagnostic},
    disk::FsLoader,
    model::Model,
    source::Span,
};

use super::output::{Failure, Output};

/// The model of a schema; its diagnostics go to standard error.
pub fn load(path: &str, output: &mut Output) -> Result<Arc<Model>, Failure> {
    let compilation = read(path)?;
    tell(&compilation, output);
    match compilation.model {
        Some(model) => Ok(Arc::new(model)),
        None => Err(Failure::words(format!("{path} does not compile"))),
    }
}

/// Compiles a schema; one that cannot be read is no diagnostic here, for there is nothing that it could be about.
pub fn read(path: &str) -> Result<Compilation, Failure> {
    let compilation = compile(path, &FsLoader);
    // Of a file that is imported, the place is the import's.
    let of_root = |diagnostic: &&Diagnostic| diagnostic.code == UNREADABLE && diagnostic.span == Span::default();
    match compilation.diagnostics.iter().find(of_root) {
        Some(unreadable) => Err(Failure::words(&unreadable.message)),
        None => Ok(compilation),
    }
}

/// Says what there is to say on standard error.
pub fn tell(compilation: &Compilation, output: &mut Output) {
    if !compilation.diagnostics.is_empty() {
        let colour = output.is_error_colourful();
        output.note(diagnostic::text(&compilation.diagnostics, &compilation.sources, colour).trim_end());
    }
}

/// The rule of a file that cannot be read.
const UNREADABLE: &str = "E0110";
