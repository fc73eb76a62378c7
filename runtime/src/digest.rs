//! Digests: a hash of texts, some of its digits behind a prefix.

use alloc::string::String;

use sha2::Digest as _;

/// SHA-256 (FIPS 180-4) of texts, one behind the other.
#[derive(Debug, Clone, Default)]
pub struct Sha256(sha2::Sha256);

impl Sha256 {
    /// Of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a text in, as UTF-8.
    pub fn update(&mut self, text: &str) {
        self.0.update(text.as_bytes());
    }

    /// The prefix and the first so many hexadecimal digits of the hash, in lower case; at most all 64.
    #[must_use]
    pub fn hex(self, prefix: &str, digits: usize) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let hash = self.0.finalize();
        let nibbles = hash.iter().flat_map(|octet| [octet >> 4, octet & 15]);
        let digits = nibbles.take(digits).map(|nibble| char::from(DIGITS[usize::from(nibble)]));
        prefix.chars().chain(digits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of FIPS 180-4.
    #[test]
    fn sha256() {
        let hex = |texts: &[&str], digits| {
            let mut hash = Sha256::new();
            texts.iter().for_each(|text| hash.update(text));
            hash.hex("", digits)
        };
        assert_eq!(hex(&[], 64), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(
            hex(&["abc"], 64),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(hex(&["a", "", "bc"], 15), "ba7816bf8f01cfe");
        assert_eq!(hex(&["abc"], 1000).len(), 64);
    }
}
