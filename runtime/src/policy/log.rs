use alloc::collections::VecDeque;

use super::Rate;

/// When something was counted: a sliding log, in order.
///
/// It holds at most as many times as the greatest limit that was asked of it, and takes memory only as they come. Asking looks at one
/// time, counting writes one.
#[derive(Debug, Default)]
pub(super) struct Log {
    counted: VecDeque<u64>,
    most: usize,
}

/// How many times a log has room for at first.
const FIRST: usize = 4;

impl Log {
    /// Milliseconds until fewer than the limit were counted within the window.
    pub(super) fn wait(&self, rate: Rate, now: u64) -> u64 {
        let limit = limit(rate);
        // The oldest of the last `limit`: once it has left the window, one more fits.
        let oldest = self.counted.len().checked_sub(limit).and_then(|index| self.counted.get(index));
        oldest.map_or(0, |at| at.saturating_add(rate.window).saturating_sub(now))
    }

    pub(super) fn count(&mut self, rate: Rate, now: u64) {
        self.most = self.most.max(limit(rate));
        if self.counted.len() >= self.most {
            self.counted.pop_front();
        } else if self.counted.len() == self.counted.capacity() {
            // Twice as many, but never more than it may hold.
            let more = self.counted.len().max(FIRST).min(self.most - self.counted.len());
            self.counted.reserve_exact(more);
        }
        self.counted.push_back(now);
    }
}

fn limit(rate: Rate) -> usize {
    usize::try_from(rate.limit.max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    const RATE: Rate = Rate { limit: 3, window: 100 };

    #[test]
    fn the_one_past_the_limit_waits_until_the_oldest_has_left_the_window() {
        let mut log = Log::default();
        for at in [10, 20, 90] {
            assert_eq!(log.wait(RATE, at), 0);
            log.count(RATE, at);
        }
        assert_eq!(log.wait(RATE, 90), 20);
        assert_eq!((log.wait(RATE, 109), log.wait(RATE, 110)), (1, 0));
        log.count(RATE, 110);
        assert_eq!(log.wait(RATE, 110), 10);
    }

    #[test]
    fn a_lower_limit_looks_at_what_a_higher_one_counted() {
        let mut log = Log::default();
        (0..5).for_each(|at| log.count(Rate { limit: 10, ..RATE }, at));
        assert_eq!(log.wait(RATE, 5), 97);
        assert_eq!(log.wait(Rate { limit: 10, ..RATE }, 5), 0);
    }

    #[test]
    fn a_log_takes_memory_as_times_come_and_never_more_than_its_limit() {
        let mut log = Log::default();
        let rate = Rate {
            limit: 100,
            window: 60_000,
        };
        log.count(rate, 0);
        assert_eq!(log.counted.capacity(), 4);
        (1..1_000).for_each(|at| log.count(rate, at));
        assert_eq!((log.counted.len(), log.counted.capacity()), (100, 100));
    }

    proptest! {
        /// The rule itself, counted out: admitted iff fewer than the limit within the last window; refused ones are not counted.
        #[test]
        fn a_log_is_the_rule_counted_out(limit in 1..6u32, window in 1..50u64, pauses in prop::collection::vec(0..30u64, 0..80)) {
            let rate = Rate { limit, window };
            let (mut log, mut counted, mut now) = (Log::default(), Vec::<u64>::new(), 0u64);
            for pause in pauses {
                now += pause;
                let within = |at: u64| counted.iter().filter(|counted| **counted + window > at).count();
                let expected = (now..).find(|at| within(*at) < limit as usize).unwrap_or(u64::MAX) - now;
                prop_assert_eq!(log.wait(rate, now), expected);
                if expected == 0 {
                    counted.push(now);
                    log.count(rate, now);
                }
            }
        }
    }
}
