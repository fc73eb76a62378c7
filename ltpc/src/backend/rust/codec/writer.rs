//! Statements that write, gathered: what stands together is written together.

use proc_macro2::TokenStream;
use quote::quote;

use super::{super::context::Piece, raw_literal};

/// Gathers statements; texts and pieces that follow each other are written as one.
#[derive(Default)]
pub struct Writer {
    statements: TokenStream,
    /// What is written together: expressions of pieces.
    pieces: Vec<TokenStream>,
    /// A text behind them.
    text: String,
    /// Whether the next text's comma gives its place to a brace.
    opens: bool,
}

/// The most pieces of a tuple.
const TUPLE: usize = 12;

impl Writer {
    /// One whose first text's comma gives its place to a brace, if it opens an object.
    pub fn opening(opens: bool) -> Self {
        Self { opens, ..Self::default() }
    }

    /// Writes a text.
    pub fn text(&mut self, text: &str) {
        match text.strip_prefix(',').filter(|_| std::mem::take(&mut self.opens)) {
            Some(rest) => {
                self.text.push('{');
                self.text.push_str(rest);
            }
            None => self.text.push_str(text),
        }
    }

    /// Writes a value: an expression of a piece.
    pub fn piece(&mut self, piece: TokenStream) {
        self.end_text();
        self.pieces.push(piece);
    }

    /// Writes a value that stands as one piece, between texts that belong to it.
    pub fn value(&mut self, value: Piece) {
        self.text.push_str(value.quotes);
        self.piece(value.piece);
        self.text.push_str(value.quotes);
    }

    /// Does something.
    pub fn push(&mut self, statements: TokenStream) {
        self.flush();
        self.statements.extend(statements);
    }

    /// Takes away the space that the text ends with: the piece behind it brings its own.
    pub fn unspace(&mut self) {
        if self.text.ends_with(' ') {
            self.text.pop();
        }
    }

    /// All statements.
    pub fn finish(mut self) -> TokenStream {
        self.flush();
        self.statements
    }

    /// What is written, as one expression, if nothing else is done.
    pub fn expression(mut self) -> Option<TokenStream> {
        self.end_text();
        self.statements.is_empty().then(|| tuple(std::mem::take(&mut self.pieces)))
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(raw_literal(&std::mem::take(&mut self.text)));
        }
    }

    fn flush(&mut self) {
        if self.pieces.is_empty() {
            if !self.text.is_empty() {
                let text = raw_literal(&std::mem::take(&mut self.text));
                self.statements.extend(quote!(write::raw(out, #text);));
            }
            return;
        }
        self.end_text();
        let pieces = tuple(std::mem::take(&mut self.pieces));
        self.statements.extend(quote!(write::all(out, #pieces);));
    }
}

/// Pieces as one: a tuple of them, or of tuples.
pub fn tuple(pieces: Vec<TokenStream>) -> TokenStream {
    if pieces.len() <= TUPLE {
        return quote!((#(#pieces,)*));
    }
    let size = pieces.len().div_ceil(pieces.len().div_ceil(TUPLE));
    tuple(pieces.chunks(size).map(|chunk| tuple(chunk.to_vec())).collect())
}
