//! From what the grammar matched to the tree.
//!
//! The grammar has decided what stands where, so that every function here takes its parts in order. One that does not find the
//! part that it is due returns `None`, which costs the declaration; what is wrong with a part itself (an escape, a number, too deep
//! an expression) is reported where it is found.

mod bridges;
mod expressions;
mod framing;
mod items;
mod literals;
mod mapping;
mod policy;
mod sessions;
mod types;
mod work;

use pest::iterators::{Pair, Pairs};

use super::grammar::Rule;
use super::tree::{Name, Path};
use crate::check::syntax_stray_doc;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// Builds the tree of one declaration.
pub(super) struct Builder<'d> {
    file: FileId,
    /// Where the text that was parsed begins in its file.
    base: u32,
    diagnostics: &'d mut Vec<Diagnostic>,
    expressions: expressions::Budget,
}

impl<'d> Builder<'d> {
    /// A builder for text that begins at `base` in its file.
    pub(super) fn new(file: FileId, base: u32, diagnostics: &'d mut Vec<Diagnostic>) -> Self {
        Self {
            file,
            base,
            diagnostics,
            expressions: expressions::Budget::default(),
        }
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        Span {
            file: self.file,
            start: self.base + octets(span.start()),
            end: self.base + octets(span.end()),
        }
    }

    fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Name {
            text: pair.as_str().to_owned(),
            span: self.span(pair),
        }
    }

    fn take_name(&self, parts: &mut Parts<'_>) -> Option<Name> {
        Some(self.name(&parts.accept(Rule::name)?))
    }

    fn path(&self, pair: Pair<'_, Rule>) -> Path {
        let span = self.span(&pair);
        let parts = pair.into_inner().map(|part| self.name(&part)).collect();
        Path { parts, span }
    }

    /// Passes over the `///` lines of what no documentation is kept of, and says so.
    fn no_docs(&mut self, parts: &mut Parts<'_>) {
        let first = parts.next.as_ref().filter(|next| next.as_rule() == Rule::doc);
        if let Some(place) = first.map(|doc| self.span(doc)) {
            parts.docs();
            self.diagnostics.push(syntax_stray_doc::diagnostic(place));
        }
    }

    fn take_path(&self, parts: &mut Parts<'_>) -> Option<Path> {
        Some(self.path(parts.accept(Rule::path)?))
    }
}

/// Positions come from texts whose length [`super::parse`] has bounded.
fn octets(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// The parts of a match, in order, without signs and words that only hold the form together.
struct Parts<'i> {
    next: Option<Pair<'i, Rule>>,
    rest: Pairs<'i, Rule>,
}

impl<'i> Parts<'i> {
    fn of(pair: Pair<'i, Rule>) -> Self {
        let mut parts = Self {
            next: None,
            rest: pair.into_inner(),
        };
        parts.next();
        parts
    }

    /// What the next part is.
    fn peek(&self) -> Option<Rule> {
        self.next.as_ref().map(Pair::as_rule)
    }

    /// What the last part is.
    fn peek_last(&self) -> Option<Rule> {
        self.rest.clone().next_back().map(|part| part.as_rule()).or_else(|| self.peek())
    }

    /// The next part, if it is that.
    fn accept(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        if self.peek() == Some(rule) { self.next() } else { None }
    }

    /// Whether the next part is that; it is passed over if so.
    fn has(&mut self, rule: Rule) -> bool {
        self.accept(rule).is_some()
    }

    /// The `///` lines that come next, without slashes.
    fn docs(&mut self) -> String {
        let mut docs = String::new();
        while let Some(doc) = self.accept(Rule::doc) {
            if !docs.is_empty() {
                docs.push('\n');
            }
            let line = doc.as_str().trim_start_matches('/');
            docs.push_str(line.strip_prefix(' ').unwrap_or(line).trim_end());
        }
        docs
    }
}

impl<'i> Iterator for Parts<'i> {
    type Item = Pair<'i, Rule>;

    fn next(&mut self) -> Option<Self::Item> {
        let following = self.rest.find(|pair| !holds_form(pair.as_rule()));
        std::mem::replace(&mut self.next, following)
    }
}

/// Whether a rule matches only what holds a form together.
fn holds_form(rule: Rule) -> bool {
    rule >= Rule::lbrace && rule <= Rule::percent || rule >= Rule::kw_after
}
