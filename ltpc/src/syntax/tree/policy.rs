//! Tiers and meters: what an agent may do, and how often.

use super::{Name, Number, Path, Text};
use crate::source::Span;

/// `tiers Name { ... }`
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Tiers {
    pub name: Name,
    /// The highest first.
    pub tiers: Vec<Tier>,
}

/// One tier. Each part may be said several times here; resolving finds that.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Tier {
    pub docs: String,
    pub name: Name,
    pub wire: Option<Text>,
    pub parts: Vec<TierPart>,
}

/// A part of a tier.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct TierPart {
    pub kind: TierPartKind,
    pub span: Span,
}

/// What a part of a tier says.
#[derive(Debug, Clone)]
pub enum TierPartKind {
    /// `may query, subscribe;`
    May(Vec<Name>),
    /// `at most 100 per 60 s;`
    AtMost(Rate),
    /// `claimed by key;`
    ByKey,
}

/// `100 per 60 s`
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Rate {
    pub limit: Number,
    /// In milliseconds.
    pub window: (u64, Span),
    pub span: Span,
}

/// `meter name = 30 per 60 s last 65536;`
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Meter {
    pub docs: String,
    pub name: Name,
    pub rate: MeterRate,
    pub last: Number,
}

/// How often a meter admits.
#[derive(Debug, Clone)]
pub enum MeterRate {
    /// So often.
    Fixed(Rate),
    /// As a tier of these says.
    Tiers(Path),
}
