use alloc::{collections::BTreeMap, string::String};
use core::{fmt, hint::black_box};

use super::{Claim, Tier, highest_free};

/// Which agents are known, and what they may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registry {
    agents: BTreeMap<String, Agent>,
}

/// An agent that is known.
#[derive(Clone, PartialEq, Eq)]
pub struct Agent {
    /// The highest tier that it may have, by its name in the schema. Of tiers that have none of that name, nothing is said.
    pub tier: String,
    /// What it must show to be granted a tier that is not free.
    pub key: Option<String>,
}

impl Registry {
    /// Adds an agent, in place of one of that name.
    pub fn insert(&mut self, name: impl Into<String>, agent: Agent) {
        self.agents.insert(name.into(), agent);
    }

    /// Whether an agent of that name is known.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.agents.contains_key(name)
    }

    /// How many agents are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.agents.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.agents.is_empty()
    }

    /// The tier (an index) that a claim is granted, see [`Policy::grant`](super::Policy::grant).
    #[must_use]
    pub fn grant(&self, tiers: &[Tier], claim: Claim<'_>) -> usize {
        claim.level.max(self.allowed(tiers, claim)).min(tiers.len().saturating_sub(1))
    }

    /// The highest tier (an index) that an agent may have with the key that it shows.
    fn allowed(&self, tiers: &[Tier], claim: Claim<'_>) -> usize {
        let free = highest_free(tiers);
        let Some(agent) = self.agents.get(claim.agent) else { return free };
        let Some(level) = tiers.iter().position(|tier| tier.name == agent.tier) else {
            return free;
        };
        let shows_key = match (&agent.key, claim.key) {
            (Some(key), Some(shown)) => is_same(shown.as_bytes(), key.as_bytes()),
            _ => false,
        };
        if shows_key { level } else { level.max(free) }
    }
}

impl FromIterator<(String, Agent)> for Registry {
    fn from_iter<I: IntoIterator<Item = (String, Agent)>>(agents: I) -> Self {
        Self {
            agents: agents.into_iter().collect(),
        }
    }
}

/// Keys do not belong into logs.
impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent")
            .field("tier", &self.tier)
            .field("key", &self.key.as_ref().map(|_| "..."))
            .finish()
    }
}

/// Whether two keys are the same, in a time that depends on the length of what is shown alone.
fn is_same(shown: &[u8], key: &[u8]) -> bool {
    let mut differ = u8::from(shown.len() != key.len());
    for (index, octet) in shown.iter().enumerate() {
        // Beyond the key's end its last octet stands in, so that each turn does the same.
        let at = index.min(key.len().saturating_sub(1));
        differ |= octet ^ key.get(at).copied().unwrap_or(0);
        differ = black_box(differ);
    }
    differ == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{borrow::Cow, format, string::ToString};

    const fn tier(name: &'static str, by_key: bool) -> Tier {
        Tier {
            name: Cow::Borrowed(name),
            rate: None,
            by_key,
        }
    }

    const TIERS: &[Tier] = &[
        tier("ROOT", false),
        tier("STAFF", true),
        tier("GUEST", false),
        tier("NOBODY", false),
    ];

    fn registry() -> Registry {
        [
            ("root", "ROOT", Some("r00t")),
            ("staff", "STAFF", Some("s")),
            ("banned", "NOBODY", None),
            ("keyless", "STAFF", None),
            ("other", "ELSE", Some("e")),
        ]
        .into_iter()
        .map(|(name, tier, key)| {
            (
                name.to_string(),
                Agent {
                    tier: tier.to_string(),
                    key: key.map(ToString::to_string),
                },
            )
        })
        .collect()
    }

    #[track_caller]
    fn check(agent: &str, level: usize, key: Option<&str>, granted: usize) {
        assert_eq!(
            registry().grant(TIERS, Claim { agent, level, key }),
            granted,
            "{agent} {level} {key:?}"
        );
    }

    #[test]
    fn a_claim_is_granted_no_higher_than_the_agent_is_allowed() {
        check("root", 0, Some("r00t"), 0);
        check("root", 2, Some("r00t"), 2);
        check("staff", 0, Some("s"), 1);
        check("staff", 3, Some("s"), 3);
        check("banned", 0, None, 3);
    }

    #[test]
    fn above_what_is_free_only_the_key_counts() {
        for key in [None, Some(""), Some("r00"), Some("r00t2"), Some("R00t")] {
            check("root", 0, key, 2);
            check("root", 1, key, 2);
            check("root", 3, key, 3);
        }
        check("keyless", 0, Some(""), 2);
        check("keyless", 0, None, 2);
    }

    #[test]
    fn who_is_not_known_gets_what_is_free() {
        check("anyone", 0, Some("s"), 2);
        check("anyone", 3, None, 3);
        check("anyone", 99, None, 3);
        check("other", 0, Some("e"), 2);
    }

    #[test]
    fn where_no_tier_takes_a_key_all_are_free() {
        let tiers = [tier("A", false), tier("B", false)];
        let claim = Claim {
            agent: "x",
            level: 0,
            key: None,
        };
        assert_eq!(Registry::default().grant(&tiers, claim), 0);
        assert_eq!(highest_free(&[tier("A", true)]), 0);
    }

    #[test]
    fn keys_are_the_same_or_not() {
        assert!(is_same(b"", b"") && is_same(b"key", b"key"));
        for (shown, key) in [("", "k"), ("k", ""), ("ke", "key"), ("keyy", "key"), ("kez", "key"), ("\0", "")] {
            assert!(!is_same(shown.as_bytes(), key.as_bytes()), "{shown:?} {key:?}");
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        assert!(!format!("{:?}", registry()).contains("r00t"));
    }
}
