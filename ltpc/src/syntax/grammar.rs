//! The parser that the grammar file describes.
#![allow(missing_docs)]

/// See `grammar.pest`.
#[derive(pest_derive::Parser)]
#[grammar = "syntax/grammar.pest"]
pub struct Grammar;
