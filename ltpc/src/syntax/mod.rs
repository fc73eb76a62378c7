//! Text to tree.
//!
//! A file is parsed declaration by declaration: a mistake costs the declaration that it is in, and parsing goes on with the next one
//! that begins where declarations begin. Sessions are long: of one that cannot be read, the parts are looked at too. A linear scan goes first; it knows where that is, what is never closed and what nests too
//! deep, so that the work is bounded whatever the text.

#[cfg(feature = "build")]
mod build;
#[cfg(feature = "build")]
mod grammar;
#[cfg(feature = "build")]
mod parse;
#[cfg(feature = "build")]
mod recover;
#[cfg(feature = "build")]
mod report;
mod scan;
pub mod tree;

#[cfg(feature = "build")]
use parse::octets;
#[cfg(feature = "build")]
pub use parse::{MAX_ERRORS, parse};
pub(crate) use scan::Unclosed;

/// The words that declarations begin with.
pub const DECLARATIONS: &[&str] = &[
    "protocol", "import", "limits", "scalar", "record", "enum", "union", "payloads", "errors", "tiers", "envelope", "framing", "message",
    "endpoint", "digest", "mapping", "session", "bridge", "groups", "element", "work", "example",
];
