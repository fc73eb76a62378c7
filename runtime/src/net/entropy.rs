use std::cell::RefCell;

use crate::session::{Entropy, SplitMix64};

/// Words that are taken from the system at once.
const WORDS: usize = 256;

/// The operating system's randomness, a kilobyte at a time for all of a thread.
///
/// Should the system refuse (none that is supported does once it is up), the error is logged and the words come from a generator
/// that the last words of the system seed: a session goes on, and its identifiers stay distinct.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl OsEntropy {
    /// Takes nothing from the system yet.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

/// What a thread has taken from the system.
struct Words {
    words: [u32; WORDS],
    left: usize,
    fallback: SplitMix64,
}

impl Words {
    const fn new() -> Self {
        Self {
            words: [0; WORDS],
            left: 0,
            fallback: SplitMix64::new(0),
        }
    }

    fn next(&mut self) -> u32 {
        if self.left == 0 {
            self.refill();
        }
        self.left -= 1;
        // No word is given out twice, nor left lying about.
        std::mem::take(&mut self.words[self.left])
    }

    fn refill(&mut self) {
        let mut octets = [0; WORDS * 4];
        match getrandom::fill(&mut octets) {
            Ok(()) => {
                for (word, octets) in self.words.iter_mut().zip(octets.chunks_exact(4)) {
                    *word = u32::from_ne_bytes([octets[0], octets[1], octets[2], octets[3]]);
                }
                let seed = u64::from(self.words[0]) << 32 | u64::from(self.words[1]);
                self.fallback = SplitMix64::new(seed ^ self.fallback.next_u64());
            }
            Err(error) => {
                tracing::error!(%error, "the system gives no randomness");
                self.words = std::array::from_fn(|_| self.fallback.next_u32());
            }
        }
        self.left = WORDS;
    }
}

thread_local! {
    static TAKEN: RefCell<Words> = const { RefCell::new(Words::new()) };
}

impl Entropy for OsEntropy {
    fn next_u32(&mut self) -> u32 {
        // While a thread ends, what it had taken is gone, and words are taken for this alone.
        let taken = TAKEN.try_with(|taken| taken.borrow_mut().next());
        taken.unwrap_or_else(|_| Words::new().next())
    }

    fn fill(&mut self, words: &mut [u32]) {
        let filled = TAKEN.try_with(|taken| {
            let mut taken = taken.borrow_mut();
            words.iter_mut().for_each(|word| *word = taken.next());
        });
        if filled.is_err() {
            words.iter_mut().for_each(|word| *word = self.next_u32());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_do_not_repeat_across_refills() {
        let mut entropy = OsEntropy::new();
        let draws: std::collections::HashSet<u32> = (0..4 * WORDS).map(|_| entropy.next_u32()).collect();
        assert!(draws.len() >= 4 * WORDS - 3);
    }
}
