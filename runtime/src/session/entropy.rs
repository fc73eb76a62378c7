use alloc::{format, string::String};

use uuid::{Builder, Uuid, fmt::Hyphenated};

use super::Entropy;

/// The generator of scripts and tests: the same seed gives the same bits in every language. Nothing to keep a secret with.
///
/// SplitMix64 (Steele, Lea, Flood 2014), all arithmetic modulo 2^64. A draw is:
///
/// ```text
/// state = state + 0x9e3779b97f4a7c15                    the seed is the first state
/// z     = (state xor (state >> 30)) * 0xbf58476d1ce4e5b9
/// z     = (z xor (z >> 27)) * 0x94d049bb133111eb
/// z     = z xor (z >> 31)
/// draw  = z >> 32                                       the upper 32 bits
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// A generator that starts at a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 random bits, of which a draw is the upper half.
    pub const fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Entropy for SplitMix64 {
    fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }
}

/// A fresh identifier: UUID version 4 (RFC 9562, 5.4) from four draws, big-endian and in order, with the version and variant
/// bits set over them.
#[must_use]
pub fn fresh_uuid(entropy: &mut dyn Entropy) -> Uuid {
    let mut words = [0; 4];
    entropy.fill(&mut words);
    let mut octets = [0; 16];
    for (octets, word) in octets.as_chunks_mut().0.iter_mut().zip(words) {
        *octets = word.to_be_bytes();
    }
    Builder::from_random_bytes(octets).into_uuid()
}

/// The text of a [`fresh_uuid`].
#[must_use]
pub fn fresh_text(entropy: &mut dyn Entropy) -> String {
    let mut text = [0; Hyphenated::LENGTH];
    String::from(&*fresh_uuid(entropy).hyphenated().encode_lower(&mut text))
}

/// Random hexadecimal digits in lower case behind a text: those of one draw after the other, each from its highest, until there are
/// enough.
#[must_use]
pub fn fresh_hex(entropy: &mut dyn Entropy, prefix: &str, digits: u32) -> String {
    let mut text = String::from(prefix);
    for at in (0..digits).step_by(8) {
        let drawn = format!("{:08x}", entropy.next_u32());
        let most = digits.saturating_sub(at).min(8) as usize;
        text.push_str(drawn.get(..most).unwrap_or_default());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    /// The reference values of SplitMix64 for seed 1234567, as published with the algorithm.
    #[test]
    fn the_generator_is_splitmix64() {
        let mut entropy = SplitMix64::new(1_234_567);
        assert_eq!(entropy.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(entropy.next_u64(), 3_203_168_211_198_807_973);
        assert_eq!(SplitMix64::new(1_234_567).next_u32(), (6_457_827_717_110_365_317u64 >> 32) as u32);
    }

    struct Words(u32);

    impl Entropy for Words {
        fn next_u32(&mut self) -> u32 {
            self.0 = self.0.wrapping_add(0x1111_1111);
            self.0
        }
    }

    #[test]
    fn a_fresh_uuid_is_four_draws_with_the_version_and_variant_set() {
        assert_eq!(fresh_uuid(&mut Words(0)).to_string(), "11111111-2222-4222-b333-333344444444");
    }

    #[test]
    fn fresh_digits_are_those_of_the_draws() {
        let mut words = Words(0x1234_5678);
        assert_eq!(fresh_hex(&mut words, "s_", 12), "s_234567893456");
        assert_eq!(fresh_hex(&mut words, "", 8), "456789ab");
    }
}
