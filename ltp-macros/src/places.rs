//! Places in the source: the compiler's are numbers, the macro's are spans.

use ltpc::{diagnostic::Diagnostic, source};
use proc_macro2::Span;

/// The spans that were given a number.
#[derive(Default)]
pub struct Places(Vec<Span>);

impl Places {
    /// The number of a span: each has its own, as every place in a text has.
    pub fn at(&mut self, span: Span) -> source::Span {
        let start = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push(span);
        source::Span {
            file: source::FileId(0),
            start,
            end: start,
        }
    }

    /// An error of the compiler, at its token.
    pub fn error(&self, diagnostic: &Diagnostic) -> syn::Error {
        let span = self.0.get(diagnostic.span.start as usize).copied().unwrap_or_else(Span::call_site);
        let mut message = diagnostic.message.clone();
        // A single word is said by the underline.
        if diagnostic.label.contains(' ') {
            message = format!("{message}: {}", diagnostic.label);
        }
        if let Some(help) = &diagnostic.help {
            message = format!("{message}\n\nhelp: {help}");
        }
        syn::Error::new(span, message)
    }
}

/// Gathers errors, so that all are told at once.
#[derive(Default)]
pub struct Errors(Option<syn::Error>);

impl Errors {
    /// Adds one.
    pub fn add(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// What a result holds, its error being added.
    pub fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// All of them.
    ///
    /// # Errors
    /// If there are any.
    pub fn finish(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}
