//! Patterns, where the library is built without: none can be read.

#[path = "shape.rs"]
pub mod shape;

/// A pattern, of which there is none.
#[derive(Debug, Clone)]
pub enum Pattern {}

/// Why a pattern is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, as a clause.
    pub message: String,
    /// Where in the pattern, in octets.
    pub at: std::ops::Range<usize>,
}

/// Refuses a pattern.
///
/// # Errors
/// Always.
pub fn parse(source: &str) -> Result<Pattern, Fault> {
    Err(Fault {
        message: "patterns take the feature `pattern`".to_owned(),
        at: 0..source.len(),
    })
}

impl Pattern {
    /// The least and most characters of a text that it matches.
    #[must_use]
    pub const fn length(&self) -> Option<(u64, u64)> {
        match *self {}
    }

    /// How it is matched without an automaton.
    #[must_use]
    pub const fn shape(&self) -> Option<shape::Shape> {
        match *self {}
    }

    /// Its automaton.
    ///
    /// # Errors
    /// Never.
    pub const fn table(&self) -> Result<ltp_runtime::schema::Pattern, Fault> {
        match *self {}
    }
}
