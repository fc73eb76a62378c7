//! What to say of a declaration that cannot be read.

mod before;
mod help;
mod words;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::grammar::Rule;
use super::octets;
use super::scan::{self, Kind, Lexer, MAX_DEPTH, Token};
use crate::check::{syntax_error, syntax_nesting, syntax_stray_doc, syntax_unclosed};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use before::Before;

/// How much of what was found is shown.
const SHOWN: usize = 32;

/// Where the grammar came to an end, and what it could have gone on with.
pub(super) struct Failure<'t> {
    text: &'t str,
    start: usize,
    /// The furthest place that could be read to.
    pub(super) at: usize,
    /// What could have stood there; none: it nests too deep for the parser's stack.
    expected: Option<Vec<Rule>>,
}

/// A declaration that the grammar takes and the tree does not: a mistake of the compiler's own.
pub(super) fn unreadable(span: Span) -> Diagnostic {
    syntax_error::diagnostic(span, "this declaration cannot be read").help("this is a mistake of the compiler: please report it")
}

/// Where reading stops, behind so many mistakes.
pub(super) fn too_many(span: Span, most: usize) -> Diagnostic {
    syntax_error::diagnostic(span, format!("the rest of the file is left unread, after {most} mistakes"))
        .help("correct those before it first")
}

impl<'t> Failure<'t> {
    /// From what the parser says of a text that was parsed from `start` on.
    pub(super) fn new(text: &'t str, start: usize, error: &Error<Rule>) -> Self {
        let at = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => start + at,
        };
        // The grammar may stop within what is one thing to a reader, such as behind the `10` of `10s`.
        let behind = scan::skip_blanks(text, at);
        let at = Lexer::new(text, start)
            .find(|token| token.end > behind)
            .map_or(behind, |token| token.start);
        let expected = match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => Some(positives.clone()),
            ErrorVariant::CustomError { .. } => None,
        };
        Self { text, start, at, expected }
    }

    /// The diagnostic; `next` is where the next declaration seems to begin.
    pub(super) fn explain(&self, file: FileId, next: Option<usize>) -> Diagnostic {
        let span = |start, end| Span {
            file,
            start: octets(start),
            end: octets(end),
        };
        let found = Lexer::new(self.text, self.at).next();
        let place = found.map_or(span(self.at, self.at), |token| span(token.start, token.end));
        let Some(expected) = &self.expected else {
            return syntax_nesting::too_deep(place, MAX_DEPTH);
        };
        match found.map(|token| token.kind) {
            Some(Kind::UnclosedText) => return syntax_unclosed::text(place),
            Some(Kind::Doc) => return syntax_stray_doc::diagnostic(place),
            Some(Kind::Block) if expected.contains(&Rule::text_block) => {
                return syntax_error::diagnostic(
                    Span {
                        end: place.start + 3,
                        ..place
                    },
                    "the opening fence of a text block ends its line",
                )
                .label("more follows on this line")
                .help("put what follows on lines of its own, and the closing fence at the beginning of one");
            }
            _ => {}
        }

        // A declaration within another's braces: they are not closed.
        let next = next.filter(|next| *next <= self.at);
        let before = Before::of(self.text, self.start, next.unwrap_or(self.at), help::begins_form);
        let at_end = matches!(found.map(|token| token.kind), None | Some(Kind::Sign(b'}')));
        if let Some(doc) = before.last.filter(|last| at_end && last.kind == Kind::Doc) {
            return syntax_stray_doc::diagnostic(span(doc.start, doc.end));
        }
        if let Some(open) = before.open.filter(|_| found.is_none() || next.is_some()) {
            let suspect = before.suspect.map(|suspect| span(suspect, suspect + 1));
            let behind = next.map_or(place, |next| span(next, self.word_end(next)));
            return syntax_unclosed::bracket(span(open, open + 1), &self.text[open..=open], behind, next.is_none(), suspect);
        }

        let words = words::expected(expected);
        let list = words::list(&words);
        let shown = found.map_or_else(|| "the end of the file".to_owned(), |token| self.shown(&token));
        // What ends a form is missed where the form ends, not where the next one begins.
        let last = before
            .last
            .filter(|last| found.is_none_or(|token| self.text[last.end..token.start].contains('\n')));
        let diagnostic = match words::missing_end(&words).zip(last) {
            Some((end, last)) => {
                let message = format!("expected {end} behind {}, found {shown}", self.shown(&last));
                syntax_error::diagnostic(span(last.end, last.end), message).label(format!("expected {end}"))
            }
            None => syntax_error::diagnostic(place, format!("expected {list}, found {shown}")).label(if words.len() > 3 {
                "this does not fit here".to_owned()
            } else {
                format!("expected {list}")
            }),
        };
        diagnostic.help(self.help(&words, found, &before))
    }

    fn word_end(&self, at: usize) -> usize {
        Lexer::new(self.text, at).next().map_or(at, |token| token.end)
    }

    /// A token as it is shown in a message.
    fn shown(&self, token: &Token) -> String {
        let text = &self.text[token.start..token.end];
        match text.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("`{}...`", text[..end].replace('\n', " ")),
            None if token.kind == Kind::Block => "a text block".to_owned(),
            None => format!("`{text}`"),
        }
    }
}
