//! Digests: a text computed from a list of records.

use super::{Decl, RecordId, ScalarId};

/// A text computed from a list of records: sorted, members joined, hashed, some digits of the hash behind a prefix.
#[derive(Debug, Clone)]
pub struct Digest {
    /// What it is called.
    pub decl: Decl,
    /// What the items are.
    pub record: RecordId,
    /// Members (indices) by which items are sorted, the first first: texts by code points, numbers by value. Items that are equal in
    /// all of them stay in the order in which they are given. Empty: they are not sorted.
    pub sort: Vec<usize>,
    /// Members (indices) whose texts are joined, item by item.
    pub join: Vec<usize>,
    /// What the joined text is hashed by.
    pub algorithm: Algorithm,
    /// How many hexadecimal digits of the hash, its first octets first.
    pub digits: usize,
    /// What stands before them.
    pub prefix: String,
    /// What a list without items gives; `None`: the digest of the empty text.
    pub empty: Option<String>,
    /// The scalar of texts that it gives.
    pub output: ScalarId,
}

/// How a text is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// FIPS 180-4: 32 octets.
    Sha256,
}

impl Algorithm {
    /// The name in schemas.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
        }
    }

    /// How many hexadecimal digits a hash has.
    #[must_use]
    pub const fn digits(self) -> usize {
        match self {
            Self::Sha256 => 64,
        }
    }
}
