use super::Entropy;

/// How long to wait before each try, as a schema's `backoff` declares it. Times are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackoffPlan {
    /// The first delay.
    pub first: u64,
    /// The longest delay, jitter included.
    pub cap: u64,
    /// What each delay is multiplied by to give the next.
    pub factor: u32,
    /// How far a delay may be off to either side, in percent of itself; above 100 counts as 100.
    pub jitter_percent: u32,
    /// How many tries there are; `None` means without end.
    pub tries: Option<u32>,
}

/// A [`BackoffPlan`] and how much of it is used up.
///
/// The arithmetic is exact, so that equal random bits give equal delays in every language. With `n` tries used:
///
/// ```text
/// delay  = min(cap, first * factor^n)
/// spread = delay * jitter_percent / 100                             rounded down
/// delay' = delay - spread + ((u * (2 * spread + 1)) >> 32)          u: one draw of 32 bits
/// result = min(cap, delay')
/// ```
///
/// Without jitter nothing is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    plan: BackoffPlan,
    used: u32,
    delay: u64,
}

impl Backoff {
    /// A backoff of which no try is used.
    #[must_use]
    pub const fn new(plan: BackoffPlan) -> Self {
        Self {
            plan,
            used: 0,
            delay: plan.first,
        }
    }

    /// Uses up one try: how many milliseconds to wait before it, or `None` if there is none left.
    pub fn next(&mut self, entropy: &mut dyn Entropy) -> Option<u64> {
        if self.plan.tries.is_some_and(|tries| self.used >= tries) {
            return None;
        }
        let delay = self.delay.min(self.plan.cap);
        self.used = self.used.saturating_add(1);
        self.delay = delay.saturating_mul(u64::from(self.plan.factor));
        Some(self.jittered(delay, entropy))
    }

    /// Gives all tries back.
    pub fn reset(&mut self) {
        *self = Self::new(self.plan);
    }

    /// How many tries are used up.
    #[must_use]
    pub const fn used(&self) -> u32 {
        self.used
    }

    fn jittered(&self, delay: u64, entropy: &mut dyn Entropy) -> u64 {
        let percent = u64::from(self.plan.jitter_percent.min(100));
        if percent == 0 {
            return delay;
        }
        // 128 bits: no delay that a schema can declare overflows, so no language has to agree on how it would.
        let spread = u128::from(delay) * u128::from(percent) / 100;
        let offset = (u128::from(entropy.next_u32()) * (2 * spread + 1)) >> 32;
        let delay = u128::from(delay) - spread + offset;
        u64::try_from(delay).unwrap_or(u64::MAX).min(self.plan.cap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::SplitMix64;

    const PLAN: BackoffPlan = BackoffPlan {
        first: 1_000,
        cap: 30_000,
        factor: 2,
        jitter_percent: 0,
        tries: Some(7),
    };

    struct Fixed(u32);

    impl Entropy for Fixed {
        fn next_u32(&mut self) -> u32 {
            self.0
        }
    }

    struct Untouched;

    impl Entropy for Untouched {
        fn next_u32(&mut self) -> u32 {
            unreachable!("nothing is drawn without jitter")
        }
    }

    fn delays(plan: BackoffPlan, entropy: &mut dyn Entropy) -> alloc::vec::Vec<u64> {
        let mut backoff = Backoff::new(plan);
        core::iter::from_fn(|| backoff.next(entropy)).take(100).collect()
    }

    #[test]
    fn doubles_up_to_the_cap_and_then_gives_up() {
        assert_eq!(delays(PLAN, &mut Untouched), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    }

    #[test]
    fn jitter_spans_both_sides_and_never_passes_the_cap() {
        let plan = BackoffPlan {
            jitter_percent: 20,
            ..PLAN
        };
        assert_eq!(delays(plan, &mut Fixed(0)), [800, 1_600, 3_200, 6_400, 12_800, 24_000, 24_000]);
        assert_eq!(
            delays(plan, &mut Fixed(u32::MAX)),
            [1_200, 2_400, 4_800, 9_600, 19_200, 30_000, 30_000]
        );
        assert_eq!(delays(plan, &mut Fixed(1 << 31))[0], 1_000);
    }

    #[test]
    fn a_seed_gives_the_same_delays_for_ever() {
        let plan = BackoffPlan {
            jitter_percent: 20,
            ..PLAN
        };
        assert_eq!(
            delays(plan, &mut SplitMix64::new(7)),
            [956, 1_613, 4_642, 8_265, 15_696, 26_993, 29_615]
        );
    }

    #[test]
    fn a_reset_gives_all_tries_back() {
        let mut backoff = Backoff::new(PLAN);
        assert_eq!(
            (backoff.next(&mut Untouched), backoff.next(&mut Untouched)),
            (Some(1_000), Some(2_000))
        );
        backoff.reset();
        assert_eq!((backoff.next(&mut Untouched), backoff.used()), (Some(1_000), 1));
    }

    #[test]
    fn without_a_number_of_tries_it_goes_on() {
        assert_eq!(delays(BackoffPlan { tries: None, ..PLAN }, &mut Untouched).len(), 100);
    }

    proptest::proptest! {
        #[test]
        fn every_delay_is_within_the_declared_bounds(first: u64, cap: u64, factor: u32, jitter_percent in 0..=150u32, seed: u64) {
            let plan = BackoffPlan { first, cap, factor, jitter_percent, tries: Some(20) };
            let bare = delays(BackoffPlan { jitter_percent: 0, ..plan }, &mut Untouched);
            let jittered = delays(plan, &mut SplitMix64::new(seed));
            for (n, (bare, jittered)) in bare.into_iter().zip(jittered).enumerate() {
                let expected = u128::from(factor).checked_pow(n as u32).and_then(|power| power.checked_mul(first.into()));
                proptest::prop_assert_eq!(u128::from(bare), expected.unwrap_or(u128::MAX).min(cap.into()));
                let spread = (u128::from(bare) * u128::from(jitter_percent.min(100)) / 100) as u64;
                proptest::prop_assert!(jittered >= bare - spread && jittered <= bare.saturating_add(spread).min(cap));
            }
        }
    }
}
