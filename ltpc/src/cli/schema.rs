//! The schema that a command works on.

use std::sync::Arc;

use ltpc::{
    check,
    diagnostic::{self, Diagnostic, Severity},
    disk::FsLoader,
    load,
    model::Model,
    resolve::resolve,
    source::Sources,
};

use super::output::{Failure, Output};

/// A compiled schema, with what is to be said of it.
pub struct Compiled {
    pub model: Model,
    pub diagnostics: Vec<Diagnostic>,
    pub sources: Sources,
}

/// The model of a schema; its diagnostics go to standard error.
pub fn load(path: &str, output: &mut Output) -> Result<Arc<Model>, Failure> {
    let compiled = compile(path)?;
    let wrong = compiled.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    if wrong || !compiled.diagnostics.is_empty() {
        compiled.tell(output);
    }
    if wrong {
        Err(Failure::words(format!("{path} does not compile")))
    } else {
        Ok(Arc::new(compiled.model))
    }
}

/// Compiles a schema and all that it imports.
pub fn compile(path: &str) -> Result<Compiled, Failure> {
    let mut loaded = load::load(path, &FsLoader);
    if let ([], [unreadable, ..]) = (loaded.files.as_slice(), loaded.diagnostics.as_slice()) {
        return Err(Failure::words(&unreadable.message));
    }
    let (model, found) = resolve(&loaded);
    let mut diagnostics = std::mem::take(&mut loaded.diagnostics);
    diagnostics.extend(found);
    diagnostics.extend(check::check(&model));
    diagnostic::sort(&mut diagnostics);
    Ok(Compiled {
        model,
        diagnostics,
        sources: loaded.sources,
    })
}

impl Compiled {
    /// Says on standard error what there is to say.
    pub fn tell(&self, output: &mut Output) {
        let colour = output.is_error_colourful();
        output.note(diagnostic::text(&self.diagnostics, &self.sources, colour).trim_end());
    }

    /// The diagnostics as JSON, one object a line.
    pub fn json(&self) -> String {
        diagnostic::json(&self.diagnostics, &self.sources)
    }

    /// What the schema declares, in a few words.
    pub fn summary(&self) -> String {
        let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        format!(
            "fine: {}, {}, {}",
            count(self.model.messages.len(), "message", "messages"),
            count(self.model.sessions.len(), "session", "sessions"),
            count(self.model.examples.len(), "example", "examples"),
        )
    }
}
