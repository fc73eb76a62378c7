//! TOON (Token-Oriented Object Notation, version 4): documents to JSON, and lists of records to tables.
//!
//! Decoding is strict and complete: objects, arrays inline, tabular and in list form, nested field groups, keyed tables, all three
//! delimiters, comments. What it gives is JSON text without white space, the number tokens as they stand; names that stand twice in one object
//! stand twice there too, for whoever reads it to refuse. Memory is bounded by the octets that the JSON may have, whatever lengths
//! a header declares.
//!
//! Encoding is for the one case where TOON is shorter: a list of records that have one set of keys and only scalar values.

mod cells;
mod decode;
mod header;
mod lines;
mod rows;
mod table;

use alloc::string::String;

#[doc(hidden)]
pub use rows::{Cells, is_cell, is_plain, write_rows};
pub use table::table;

/// Why a document is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is no TOON.
    Text {
        /// The line, from 1.
        line: usize,
    },
    /// It stands for more octets of JSON than are allowed.
    Size,
    /// It stands for objects and lists nested deeper than is allowed.
    Depth,
}

/// Decodes a document to JSON text of at most `size` octets, in which objects and lists are nested at most `depth` deep.
///
/// A number's token stays as it is; what type can hold it is for whoever reads the JSON to say.
///
/// # Errors
/// See [`Wrong`].
pub fn to_json(document: &str, depth: usize, size: usize) -> Result<String, Wrong> {
    decode::document(document, depth, size, false)
}

/// As [`to_json`], for a list: it may stand at the document's root or as the one member of the document's object, which then counts
/// for the size but not for the depth. A document that holds something else is decoded to what it is.
///
/// # Errors
/// See [`Wrong`].
pub fn list_to_json(document: &str, depth: usize, size: usize) -> Result<String, Wrong> {
    decode::document(document, depth, size, true)
}
