use alloc::{borrow::ToOwned, boxed::Box, string::String, vec::Vec};

use lru::LruCache;

use super::{Claim, Meter, Policy, Rate, Registry, Tier, log::Log};

/// A policy in memory: a registry, and the logs of what was counted.
///
/// A meter holds at most [`Meter::last`] keys, each with at most as many times (of 8 octets) as its limit; what was not seen for longest is
/// forgotten first. Whatever comes takes the same time, however many keys there are.
#[derive(Debug, Default)]
pub struct Memory {
    registry: Registry,
    meters: Vec<Logs>,
}

/// The logs of one meter.
#[derive(Debug)]
struct Logs {
    meter: String,
    by_key: LruCache<Box<str>, Log, Hasher>,
}

/// Keys are the peer's choice: where there is randomness, their places in the table are not.
#[cfg(feature = "net")]
type Hasher = std::hash::RandomState;
#[cfg(not(feature = "net"))]
type Hasher = lru::DefaultHasher;

impl Memory {
    /// Nothing is counted yet.
    #[must_use]
    pub const fn new(registry: Registry) -> Self {
        Self {
            registry,
            meters: Vec::new(),
        }
    }

    /// How many keys a meter remembers.
    #[must_use]
    pub fn keys(&self, meter: &str) -> usize {
        self.meters
            .iter()
            .find(|logs| logs.meter == meter)
            .map_or(0, |logs| logs.by_key.len())
    }

    /// Forgets all that was counted.
    pub fn clear(&mut self) {
        self.meters.clear();
    }

    /// The log of a key, which counts as seen then.
    fn log(&mut self, meter: Meter<'_>, key: &str) -> Option<&mut Log> {
        let logs = self.meters.iter_mut().find(|logs| logs.meter == meter.name)?;
        logs.by_key.get_mut(key)
    }

    fn logs(&mut self, meter: Meter<'_>) -> Option<&mut Logs> {
        let index = self.meters.iter().position(|logs| logs.meter == meter.name).unwrap_or_else(|| {
            self.meters.push(Logs {
                meter: meter.name.to_owned(),
                by_key: LruCache::unbounded_with_hasher(Hasher::default()),
            });
            self.meters.len() - 1
        });
        self.meters.get_mut(index)
    }
}

impl Policy for Memory {
    fn grant(&mut self, tiers: &[Tier], claim: Claim<'_>) -> usize {
        self.registry.grant(tiers, claim)
    }

    fn wait(&mut self, meter: Meter<'_>, key: &str, rate: Rate, now: u64) -> u64 {
        // Who is refused again and again is not forgotten meanwhile.
        self.log(meter, key).map_or(0, |log| log.wait(rate, now))
    }

    fn count(&mut self, meter: Meter<'_>, key: &str, rate: Rate, now: u64) {
        if let Some(log) = self.log(meter, key) {
            log.count(rate, now);
            return;
        }
        let mut log = Log::default();
        log.count(rate, now);
        if let Some(logs) = self.logs(meter) {
            // Room is made first, so that the table never grows past the bound.
            if logs.by_key.len() >= meter.last.max(1) {
                logs.by_key.pop_lru();
            }
            logs.by_key.put(key.into(), log);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    const METER: Meter<'static> = Meter { name: "S.m", last: 2 };
    const RATE: Rate = Rate { limit: 1, window: 1_000 };

    #[test]
    fn each_key_of_each_meter_is_counted_for_itself() {
        let mut memory = Memory::default();
        memory.count(METER, "a", RATE, 0);
        assert_eq!(memory.wait(METER, "a", RATE, 1), 999);
        assert_eq!(memory.wait(METER, "b", RATE, 1), 0);
        assert_eq!(memory.wait(Meter { name: "S.n", ..METER }, "a", RATE, 1), 0);
        assert_eq!((memory.keys("S.m"), memory.keys("S.n")), (1, 0));
    }

    #[test]
    fn asking_counts_nothing() {
        let mut memory = Memory::default();
        (0..10).for_each(|at| assert_eq!(memory.wait(METER, "a", RATE, at), 0));
        assert_eq!(memory.keys("S.m"), 0);
    }

    #[test]
    fn who_was_not_seen_for_longest_is_forgotten_and_asking_is_being_seen() {
        let mut memory = Memory::default();
        memory.count(METER, "a", RATE, 0);
        memory.count(METER, "b", RATE, 0);
        assert_eq!(memory.wait(METER, "a", RATE, 1), 999);
        memory.count(METER, "c", RATE, 2);
        assert_eq!(memory.wait(METER, "b", RATE, 2), 0);
        assert_eq!(memory.wait(METER, "a", RATE, 2), 998);
        assert_eq!(memory.keys("S.m"), 2);
    }

    #[test]
    fn a_meter_never_holds_more_keys_than_it_says() {
        let mut memory = Memory::default();
        for key in 0..1_000 {
            memory.count(METER, &format!("{key}"), RATE, key);
            assert!(memory.keys("S.m") <= 2);
        }
        memory.clear();
        assert_eq!(memory.keys("S.m"), 0);
    }
}
