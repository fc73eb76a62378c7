//! What every declared type that has a JSON form of its own can do.

use alloc::{string::String, vec::Vec};

use super::{Reader, Refused, Violation, explain_value};
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
    fn read(reader: &mut Reader<'a>) -> Result<Self, Refused>;

    /// Appends its canonical text.
    fn encode(&self, out: &mut Vec<u8>);

    /// Reads a whole text.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn decode(text: &'a [u8]) -> Result<Self, Vec<Violation>> {
        whole(text, Self::SCHEMA, Self::read).map_err(|_| Self::explain(text))
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

/// Reads a text that holds one value and nothing else.
///
/// # Errors
/// The first rule that it breaks.
#[inline]
pub fn whole<'a, T>(text: &'a [u8], schema: &Schema, read: impl FnOnce(&mut Reader<'a>) -> Result<T, Refused>) -> Result<T, Refused> {
    let mut reader = Reader::new(text, &schema.limits)?;
    let value = read(&mut reader)?;
    reader.finish()?;
    Ok(value)
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
