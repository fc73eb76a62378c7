//! What nothing names: likely a leftover.

use std::collections::HashSet;

use super::context::Context;
use super::names::{Sort, module_of};
use crate::check;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::ModuleId;

/// Reports declarations of the compiled file that nothing uses. A file without messages is a library: others use what is in it.
pub fn report(context: &mut Context<'_>) {
    let module = module_of(0);
    // What is wrong may be what would use it.
    let wrong = |found: &[Diagnostic]| found.iter().any(|one| one.severity == Severity::Error);
    if wrong(&context.found)
        || wrong(&context.loaded.diagnostics)
        || !context.model.messages.iter().any(|message| message.decl.module == module)
    {
        return;
    }
    let mut unused = Vec::new();
    for (name, entry) in context.names.unused(module) {
        // Messages, endpoints and sessions are what a protocol is for. Envelopes have a warning of their own.
        if entry.sort == Sort::Type {
            unused.push(check::unused::declaration(name, entry.span));
        }
    }
    // What is imported brings its messages, endpoints and sessions, whether anything names them or not.
    let carrying = carrying(context);
    for (alias, imported, span) in context.names.unused_imports(module) {
        if !carrying.contains(&imported) {
            unused.push(check::unused::import(alias, span));
        }
    }
    context.found.extend(unused);
}

/// The modules that bring something that works without being named, themselves or by what they import.
fn carrying(context: &Context<'_>) -> HashSet<ModuleId> {
    let model = &context.model;
    let messages = model.messages.iter().map(|one| one.decl.module);
    let endpoints = model.endpoints.iter().map(|one| one.decl.module);
    let mut carrying: HashSet<ModuleId> = messages
        .chain(endpoints)
        .chain(model.sessions.iter().map(|one| one.decl.module))
        .collect();
    // Importers come before what they import, except around cycles, which are wrong.
    for (index, file) in context.loaded.files.iter().enumerate().rev() {
        if file.imports.iter().any(|import| carrying.contains(&module_of(import.file))) {
            carrying.insert(module_of(index));
        }
    }
    carrying
}
