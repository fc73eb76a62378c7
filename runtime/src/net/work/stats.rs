use std::time::Duration;

/// How long things took, roughly: in classes that double.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Latency {
    /// How many took less than 2^n microseconds, and not less than half of that.
    classes: [u64; 32],
    count: u64,
}

impl Latency {
    /// Counts one.
    pub fn add(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let class = (u64::BITS - micros.leading_zeros()) as usize;
        self.classes[class.min(self.classes.len() - 1)] += 1;
        self.count += 1;
    }

    /// How many were counted.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// What so many of a hundred took at most: the upper end of a class.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Duration {
        let wanted = (self.count * percent).div_ceil(100);
        let mut seen = 0;
        for (class, count) in self.classes.iter().enumerate() {
            seen += count;
            if seen >= wanted && seen > 0 {
                return Duration::from_micros(1 << class);
            }
        }
        Duration::ZERO
    }
}

/// What a node has done of one kind of work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KindStats {
    /// Units that wait: for others, or for a place.
    pub queued: u64,
    /// Units that are worked on.
    pub running: u64,
    /// Units that were done.
    pub done: u64,
    /// Units that were begun and not done.
    pub failed: u64,
    /// From begin to end.
    pub latency: Latency,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_upper_ends_of_classes() {
        let mut latency = Latency::default();
        assert_eq!(latency.percentile(99), Duration::ZERO);
        for _ in 0..99 {
            latency.add(Duration::from_micros(3));
        }
        latency.add(Duration::from_millis(3));
        assert_eq!(latency.percentile(99), Duration::from_micros(4));
        assert_eq!(latency.percentile(100), Duration::from_micros(4096));
    }
}
