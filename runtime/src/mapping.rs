//! Mappings: what comes of translating a message, and what is lost on the way.

use alloc::{borrow::Cow, string::String, vec::Vec};

use uuid::Uuid;

use crate::{
    codec::{Json, Map, Violation, write},
    session::{Entropy, fresh_hex, fresh_uuid},
};

/// What a mapping takes from outside.
pub struct Context<'a> {
    /// Milliseconds since the Unix epoch: what `now` is.
    pub unix: u64,
    /// Randomness: what `fresh` draws from.
    pub entropy: &'a mut dyn Entropy,
}

impl Context<'_> {
    /// A fresh identifier, from four draws.
    pub fn fresh(&mut self) -> Uuid {
        fresh_uuid(self.entropy)
    }

    /// Random hexadecimal digits behind a text, see [`fresh_hex`].
    pub fn fresh_hex(&mut self, prefix: &str, digits: u32) -> String {
        fresh_hex(self.entropy, prefix, digits)
    }
}

impl core::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Context").field("unix", &self.unix).finish_non_exhaustive()
    }
}

/// A message that was translated.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped<T> {
    /// What it became. It conforms.
    pub message: T,
    /// What of the source is not in it, in the order of the rules that drop it.
    pub lost: Vec<Lost>,
}

/// What a message held that its translation does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Where it stood in the source: a JSON pointer, or of framed text a header's name.
    pub pointer: Cow<'static, str>,
    /// Why it is lost, in the schema's words.
    pub reason: Cow<'static, str>,
    /// What it was, as JSON.
    pub value: String,
}

/// Why a message was not translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotMapped {
    /// It holds something that the mapping refuses to lose.
    Refused(Lost),
    /// What it would become does not conform: everything that is wrong with that.
    Invalid(Vec<Violation>),
}

impl Lost {
    /// Something that stood at a pointer.
    #[must_use]
    pub fn new(pointer: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>, value: String) -> Self {
        Self {
            pointer: pointer.into(),
            reason: reason.into(),
            value,
        }
    }

    /// As a JSON object: `pointer`, `reason`, `value`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        write::raw(&mut out, "{\"pointer\":");
        write::string(&mut out, &self.pointer);
        write::raw(&mut out, ",\"reason\":");
        write::string(&mut out, &self.reason);
        write::raw(&mut out, ",\"value\":");
        write::raw(&mut out, &self.value);
        out.push(b'}');
        String::from_utf8(out).unwrap_or_default()
    }
}

/// The pointer of a member within what stands at a pointer. Framed text has no members within: its headers are their own pointers.
#[must_use]
pub fn pointer(within: Option<&str>, name: &str) -> String {
    match within {
        None => String::from(name),
        Some(within) => [within, "/", &name.replace('~', "~0").replace('/', "~1")].concat(),
    }
}

/// What an open record keeps of unknown members, all of it text, as a map of texts. Of framed text it is; what is none becomes its JSON.
#[must_use]
pub fn texts<'a>(kept: &Map<'_, Json<'_>>) -> Map<'a, Cow<'a, str>> {
    let text = |value: &Json<'_>| match value.reader().string() {
        Ok(text) => text.into_owned(),
        Err(_) => String::from(value.as_str()),
    };
    kept.iter()
        .map(|(name, value)| (String::from(name), Cow::Owned(text(value))))
        .collect()
}

impl core::fmt::Display for NotMapped {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Refused(lost) => write!(f, "{} would be lost: {}", lost.pointer, lost.reason),
            Self::Invalid(violations) => {
                f.write_str("what it would become does not conform")?;
                for Violation {
                    pointer, expected, actual, ..
                } in violations
                {
                    write!(f, "; {pointer}: expected {expected}, got {actual}")?;
                }
                Ok(())
            }
        }
    }
}

impl core::error::Error for NotMapped {}
