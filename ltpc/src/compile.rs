//! From a root file to a model.

use crate::check::check;
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::load::{Loader, load};
use crate::model::Model;
use crate::resolve::resolve;
use crate::source::Sources;

/// What comes of a schema.
#[derive(Debug, Clone)]
pub struct Compilation {
    /// The protocol; none if there is any error.
    pub model: Option<Model>,
    /// All that there is to say, sorted by file and place, each thing once.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that places are in.
    pub sources: Sources,
}

/// Loads a file and what it imports, resolves and checks it: all problems in one run, none that follows from another.
///
/// Nothing but the loader touches the world.
#[must_use]
pub fn compile(root: &str, loader: &dyn Loader) -> Compilation {
    let loaded = load(root, loader);
    let (model, found) = resolve(&loaded);
    let mut diagnostics = loaded.diagnostics;
    diagnostics.extend(found);
    diagnostics.extend(check(&model));
    diagnostic::sort(&mut diagnostics);
    let refused = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    Compilation {
        model: (!refused).then_some(model),
        diagnostics,
        sources: loaded.sources,
    }
}
