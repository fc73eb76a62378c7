//! Digests and mappings.

use super::{Expr, Name, Number, Path, Text, Type};
use crate::source::Span;

/// `digest name of list<Record> -> Scalar { ... }`. Each part may be said several times here; resolving finds that.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Digest {
    pub name: Name,
    /// What it is computed from.
    pub input: Type,
    /// The scalar that it is a text of.
    pub output: Path,
    pub parts: Vec<DigestPart>,
}

/// A part of a digest.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct DigestPart {
    pub kind: DigestPartKind,
    pub span: Span,
}

/// What a part of a digest says.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum DigestPartKind {
    /// `sort member, member;`
    Sort(Vec<Name>),
    /// `join member, member;`
    Join(Vec<Name>),
    /// `prefix "text";`
    Prefix(Text),
    /// `empty "text";`
    Empty(Text),
    /// `sha256 hex 16;`
    Hash { algorithm: Name, digits: Number },
}

/// `mapping Source -> Target { ... }`
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Mapping {
    pub source: Path,
    pub target: Path,
    pub rules: Vec<MapRule>,
    /// From the source to the target.
    pub span: Span,
}

/// A rule of a mapping.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct MapRule {
    pub kind: MapRuleKind,
    pub span: Span,
}

/// What a rule of a mapping says.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum MapRuleKind {
    /// `place = value;`
    Set {
        target: Path,
        value: Expr,
        /// `{ A | B -> C; else -> D; }` behind the value.
        variants: Option<Variants>,
    },
    /// `drop place because "reason";`
    Drop { source: Path, reason: Text },
    /// `refuse place because "reason";`
    Refuse { source: Path, reason: Text },
}

/// Which variant of one enum becomes which of another.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Variants {
    pub pairs: Vec<VariantPair>,
    /// What becomes of all others; each may be said several times here.
    pub others: Vec<VariantElse>,
    pub span: Span,
}

/// `A | B -> C;`
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct VariantPair {
    pub from: Vec<Name>,
    pub to: Name,
}

/// `else -> C;` or `else refuse because "reason";`
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct VariantElse {
    pub kind: VariantElseKind,
    pub span: Span,
}

/// What becomes of variants that are not listed.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum VariantElseKind {
    To(Name),
    Refuse(Text),
}
