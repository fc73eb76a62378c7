//! What every declared type that has a JSON form of its own can do.

use alloc::{string::String, vec::Vec};

use super::{Cursor, Reader, Source, Violation, explain_value};
use crate::schema::{Docs, Schema, TypeId, linked};

/// A type that has a form on the wire by itself: what a schema declares or `#[derive(Payload)]` stands on, and what these are made of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no form on the wire",
    label = "no type of a payload",
    note = "derive `Payload` for it, or hold it in a field that is skipped: `#[ltp(skip)]`"
)]
pub trait Wire<'a>: Sized {
    /// The tables that declare it.
    const SCHEMA: &'static Schema;
    /// Its type in them.
    const TYPE: TypeId;
    /// What is said of it in words.
    const DOCS: Docs = Docs::NONE;

    /// Reads the value that comes next.
    ///
    /// # Errors
    /// The first rule that it breaks.
    fn read<R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused>;

    /// Appends its canonical text.
    fn encode(&self, out: &mut Vec<u8>);

    /// Reads a whole text.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn decode(text: &'a [u8]) -> Result<Self, Vec<Violation>> {
        let limits = &Self::SCHEMA.limits;
        if let Some(mut reader) = Cursor::new(text, limits)
            && let Ok(value) = Self::read(&mut reader)
            && reader.is_done()
        {
            return Ok(value);
        }
        Reader::whole(text, limits, |reader| Self::read(reader)).map_err(|_| Self::explain(text))
    }

    /// Everything that is wrong with a text, sorted; empty if and only if [`Self::decode`] reads it.
    #[must_use]
    fn explain(text: &[u8]) -> Vec<Violation> {
        let (schema, ty) = linked(Self::SCHEMA, Self::TYPE);
        explain_value(&schema, ty, text)
    }

    /// Forgets the member that told a union that this is what it holds: where unknown members are kept, it is none of them.
    #[doc(hidden)]
    fn untag(&mut self, _tag: &str) {}

    /// Its canonical text.
    #[must_use]
    fn to_json(&self) -> String {
        let mut out = Vec::new();
        self.encode(&mut out);
        // Writers write whole strings and ASCII: this is UTF-8.
        String::from_utf8(out).unwrap_or_default()
    }

    /// Checks that it conforms.
    ///
    /// # Errors
    /// Everything for which a receiver would refuse it.
    fn validate(&self) -> Result<(), Vec<Violation>> {
        let violations = Self::explain(self.to_json().as_bytes());
        if violations.is_empty() { Ok(()) } else { Err(violations) }
    }
}

/// A text that a closed enum does not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotDeclared;

impl core::fmt::Display for NotDeclared {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the schema does not declare this text")
    }
}

impl core::error::Error for NotDeclared {}
