//! One text, declaration by declaration.

use pest::Parser as _;

use super::build::Builder;
use super::grammar::{Grammar, Rule};
use super::scan::{self, MAX_DEPTH, Scan};
use super::{recover, report, tree};
use crate::check::{syntax_nesting, syntax_unclosed, syntax_unreadable};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// How many mistakes are reported in one file before the rest of it is left unread.
pub const MAX_ERRORS: usize = 100;

/// How many mistakes are looked for in one session: each costs another look at it.
const MAX_ERRORS_OF_SESSION: usize = 20;

/// Reads a text. Never fails: what cannot be read is left out of the tree and said in the diagnostics, in the order of the text.
///
/// Texts may have up to 4 GiB. Time is linear in the text; the stack is bounded whatever the text.
#[must_use]
pub fn parse(file: FileId, text: &str) -> (tree::File, Vec<Diagnostic>) {
    let mut parser = Parser {
        file,
        text,
        scan: Scan::default(),
        tree: tree::File::default(),
        diagnostics: Vec::new(),
    };
    if u32::try_from(text.len()).is_err() {
        parser.tree.incomplete = true;
        parser
            .diagnostics
            .push(syntax_unreadable::too_large(Span { file, start: 0, end: 0 }));
    } else {
        parser.scan = Scan::of(text);
        parser.file();
    }
    (parser.tree, parser.diagnostics)
}

struct Parser<'t> {
    file: FileId,
    text: &'t str,
    scan: Scan,
    tree: tree::File,
    diagnostics: Vec<Diagnostic>,
}

impl Parser<'_> {
    fn file(&mut self) {
        // A byte order mark is no text.
        let mut at = if self.text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut errors = 0;
        loop {
            at = scan::skip_blanks(&self.text[..self.scan.end], at);
            if at >= self.scan.end {
                break;
            }
            if errors == MAX_ERRORS {
                self.tree.incomplete = true;
                let place = self.span(at, at);
                self.diagnostics.push(report::too_many(place, MAX_ERRORS));
                break;
            }
            match self.item(at) {
                Ok(end) => at = end,
                Err(resume) => {
                    errors += 1;
                    at = resume;
                }
            }
        }
        if let Some((what, at)) = self.scan.unclosed {
            self.tree.incomplete = true;
            self.diagnostics
                .push(syntax_unclosed::rest_of_file(self.span(at, at + what.opening().len()), what));
        }
    }

    /// Reads the declaration at `start` and says where it ends, or where to go on behind one that cannot be read.
    fn item(&mut self, start: usize) -> Result<usize, usize> {
        let text = &self.text[..self.scan.end];
        let keyword = scan::keyword_of_item(text, start);
        let following = self.scan.start_after(keyword);
        if let Some(deep) = self.scan.too_deep_between(start, following.unwrap_or(text.len())) {
            self.diagnostics
                .push(syntax_nesting::too_deep(self.span(deep, deep + 1), MAX_DEPTH));
            self.lose(keyword);
            return Err(following.unwrap_or(text.len()));
        }
        let failure = match Grammar::parse(Rule::item, &text[start..]) {
            Ok(mut pairs) => match pairs.next() {
                Some(pair) => {
                    let end = start + pair.as_span().end();
                    let problems = self.diagnostics.len();
                    let item = Builder::new(self.file, octets(start), &mut self.diagnostics).item(pair);
                    match item {
                        Some(item) => self.tree.items.push(item),
                        None => {
                            self.lose(keyword);
                            if self.diagnostics.len() == problems {
                                self.diagnostics.push(report::unreadable(self.span(start, end)));
                            }
                        }
                    }
                    return Ok(end);
                }
                None => return Err(text.len()),
            },
            Err(failure) => failure,
        };
        let failure = report::Failure::new(text, start, &failure);
        self.lose(keyword);
        // What is never closed has its own diagnostic, which explains why the text ends too early.
        if failure.at < text.len() || self.scan.unclosed.is_none() {
            let next = self.scan.start_from(scan::line_start(text, failure.at).max(keyword + 1));
            self.diagnostics.push(failure.explain(self.file, next));
        }
        let end = self.resume(keyword, failure.at);
        if scan::Lexer::new(text, keyword)
            .next()
            .is_some_and(|word| &text[word.start..word.end] == "session")
        {
            self.rest_of_session(start, end, failure.at);
        }
        Err(end)
    }

    /// Looks for further mistakes in a session that ends before `end` and cannot be read beyond `failed`: the part at fault is taken out, and
    /// so on until the rest can be read. Where that does not lead further in the text, a mistake would follow from another.
    fn rest_of_session(&mut self, start: usize, end: usize, mut failed: usize) {
        if self.scan.unclosed.is_some() {
            return;
        }
        let mut rest = self.text[start..end].to_owned();
        for _ in 1..MAX_ERRORS_OF_SESSION {
            let Some(part) = failed.checked_sub(start).and_then(|at| recover::part_at(&rest, at)) else {
                return;
            };
            rest = recover::without(&rest, part);
            let Err(error) = Grammar::parse(Rule::item, &rest) else { return };
            let failure = report::Failure::new(&self.text[..end], start, &error);
            if failure.at < start + part.1 || failure.at >= end {
                return;
            }
            self.diagnostics.push(failure.explain(self.file, None));
            failed = failure.at;
        }
    }

    /// Where the next declaration begins, seen from one that begins at `keyword` and cannot be read beyond `failed`.
    fn resume(&self, keyword: usize, failed: usize) -> usize {
        let from = if failed > keyword {
            scan::line_start(self.text, failed).max(keyword + 1)
        } else {
            failed.max(keyword)
        };
        let at = self.scan.start_from(from).unwrap_or(self.scan.end);
        if at > keyword || failed < keyword {
            at
        } else {
            self.scan.start_after(at).unwrap_or(self.scan.end)
        }
    }

    /// Notes a declaration that cannot be read.
    fn lose(&mut self, keyword: usize) {
        let mut words = scan::Lexer::new(&self.text[..self.scan.end], keyword).map(|token| (token.kind, token.start, token.end));
        let Some((scan::Kind::Word, start, end)) = words.next() else {
            return;
        };
        let name = words
            .next()
            .filter(|(kind, ..)| *kind == scan::Kind::Word)
            .map(|(_, start, end)| tree::Name {
                text: self.text[start..end].to_owned(),
                span: self.span(start, end),
            });
        let keyword = self.text[start..end].to_owned();
        // The names that it would have brought are not known.
        self.tree.incomplete |= keyword == "import";
        self.tree.broken.push(tree::Broken { keyword, name });
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span {
            file: self.file,
            start: octets(start),
            end: octets(end.min(self.text.len())),
        }
    }
}

/// Texts of more than 4 GiB are refused.
pub(super) fn octets(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
