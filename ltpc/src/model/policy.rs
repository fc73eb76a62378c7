//! Tiers and meters: what an agent may do, and how often.

use super::{EnumId, TiersId};
use crate::source::Span;

/// Tiers, the highest first. They are the variants of an open enum, in its order; a value that is none of them counts as the last.
#[derive(Debug, Clone)]
pub struct Tiers {
    /// The enum of their names.
    pub of: EnumId,
    /// What their agents may do: every capability that one of them names, in the order in which they are first named.
    pub capabilities: Vec<Capability>,
    /// What each variant of the enum says.
    pub levels: Vec<Tier>,
}

/// Something that an agent may do.
#[derive(Debug, Clone)]
pub struct Capability {
    /// Its name.
    pub name: String,
    /// Where it is first named.
    pub span: Span,
}

/// One tier.
#[derive(Debug, Clone, Default)]
pub struct Tier {
    /// What it may: indices into [`Tiers::capabilities`], in order.
    pub may: Vec<usize>,
    /// How often; none: without a limit.
    pub rate: Option<Rate>,
    /// Whether a claim of it, or of a higher one, takes a key.
    pub by_key: bool,
}

/// How often something may be done.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// How often within a window.
    pub limit: u32,
    /// The window, in milliseconds.
    pub window: u64,
    /// Where it stands.
    pub span: Span,
}

/// What is counted by key, for all connections of an endpoint together.
#[derive(Debug, Clone)]
pub struct Meter {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// How often it admits.
    pub rate: MeterRate,
    /// How many keys are remembered.
    pub last: u32,
    /// Where the name stands.
    pub span: Span,
}

/// How often a meter admits.
#[derive(Debug, Clone, Copy)]
pub enum MeterRate {
    /// So often.
    Fixed(Rate),
    /// As the tier says that it is asked about.
    Tiers(TiersId),
}

impl Tiers {
    /// The capability of a name (an index).
    #[must_use]
    pub fn capability(&self, name: &str) -> Option<usize> {
        self.capabilities.iter().position(|capability| capability.name == name)
    }
}

impl super::Model {
    /// The tiers whose names an enum has, if it is of tiers.
    #[must_use]
    pub fn tiers_of(&self, of: EnumId) -> Option<TiersId> {
        // They are declared in the order of their enums.
        let index = self.tiers.binary_search_by_key(&of, |tiers| tiers.of).ok()?;
        u32::try_from(index).ok().map(TiersId)
    }
}

impl From<Rate> for ltp_runtime::policy::Rate {
    fn from(rate: Rate) -> Self {
        Self {
            limit: rate.limit,
            window: rate.window,
        }
    }
}
