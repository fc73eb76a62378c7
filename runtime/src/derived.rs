//! What derived code says by its whole path, so that nothing which its crate declares can stand in the way. No part of the interface.

pub use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};
pub use core::{
    option::Option::{self, None, Some},
    result::Result::{self, Err, Ok},
};

use crate::{
    codec::Wire,
    schema::{Documented, Schema, TypeId},
};

/// Where a type is declared.
#[must_use]
pub fn link<'a, T: Wire<'a>>() -> (&'static Schema, TypeId) {
    (T::SCHEMA, T::TYPE)
}

/// A type with what is said of it.
#[must_use]
pub fn documented<'a, T: Wire<'a>>() -> Documented {
    Documented {
        schema: T::SCHEMA,
        ty: T::TYPE,
        docs: T::DOCS,
    }
}

/// Whether a text is one of an enum's: for defaults, while the crate compiles.
#[must_use]
pub const fn is_text(texts: &[&str], text: &str) -> bool {
    let mut place = 0;
    while place < texts.len() {
        if same(texts[place].as_bytes(), text.as_bytes()) {
            return true;
        }
        place += 1;
    }
    false
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut place = 0;
    while place < one.len() {
        if one[place] != other[place] {
            return false;
        }
        place += 1;
    }
    true
}
