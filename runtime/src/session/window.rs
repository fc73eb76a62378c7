use alloc::{collections::VecDeque, string::String};
use core::hash::Hasher;

use hashbrown::HashTable;

/// The last few texts that were seen, to refuse one that comes again.
///
/// Holds at most `capacity` texts, each as long as the protocol's limits let a string be; the oldest makes room for the newest, in
/// whose memory that is kept: a full window of texts of like length takes none any more.
#[derive(Debug, Clone)]
pub struct Window {
    capacity: usize,
    /// Oldest first.
    texts: VecDeque<Known>,
    /// How many texts have left the front of `texts`; wraps around.
    left: u32,
    /// Where each text stands, counted from the first that ever came; by its hash.
    places: HashTable<u32>,
}

/// A text that was seen, and its hash.
#[derive(Debug, Clone)]
struct Known {
    hash: u64,
    text: String,
}

impl Window {
    /// An empty window of `capacity` texts, of which 2^32 - 1 are kept at most. One of 0 remembers nothing.
    #[must_use]
    pub const fn new(capacity: usize) -> Self {
        Self {
            capacity: if capacity > MOST { MOST } else { capacity },
            texts: VecDeque::new(),
            left: 0,
            places: HashTable::new(),
        }
    }

    /// Remembers a text. `false` if it is one of those remembered: then nothing changes, and it does not become newer.
    pub fn insert(&mut self, text: &str) -> bool {
        let hash = hash_of(text);
        let (texts, left) = (&self.texts, self.left);
        let at = |place: &u32| place.wrapping_sub(left) as usize;
        let is_known = |place: &u32| texts.get(at(place)).is_some_and(|known| known.hash == hash && known.text == text);
        if self.places.find(hash, is_known).is_some() {
            return false;
        }
        if self.capacity == 0 {
            return true;
        }
        let mut kept = String::new();
        if self.texts.len() >= self.capacity
            && let Some(oldest) = self.texts.pop_front()
        {
            let first = self.left;
            if let Ok(entry) = self.places.find_entry(oldest.hash, |place| *place == first) {
                entry.remove();
            }
            self.left = first.wrapping_add(1);
            kept = oldest.text;
            kept.clear();
            // A long one does not keep its memory for a short one.
            if kept.capacity() > 2 * text.len().max(32) {
                kept = String::new();
            }
        }
        kept.push_str(text);
        if self.texts.len() == self.texts.capacity() {
            // Doubled, from one on: most who say little say one thing.
            self.texts.reserve_exact(self.texts.len().max(1));
        }
        let place = self.left.wrapping_add(self.texts.len() as u32);
        self.texts.push_back(Known { hash, text: kept });
        let (texts, left) = (&self.texts, self.left);
        let hash_at = |place: &u32| texts.get(place.wrapping_sub(left) as usize).map_or(0, |known| known.hash);
        self.places.insert_unique(hash, place, hash_at);
        true
    }

    /// Forgets all texts.
    pub fn clear(&mut self) {
        self.texts.clear();
        self.places.clear();
    }
}

/// Texts that a window holds at most.
const MOST: usize = u32::MAX as usize;

/// Peers choose the texts, and could choose many of one hash: what that costs is bounded by the window, which is compared through.
fn hash_of(text: &str) -> u64 {
    let mut hasher = Folded(0x243f_6a88_85a3_08d3);
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Multiplies eight octets at a time into a state, and folds the halves of the product.
struct Folded(u64);

impl Hasher for Folded {
    fn write(&mut self, octets: &[u8]) {
        let (words, rest) = octets.as_chunks();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let length = u64::from_le_bytes(last) ^ (octets.len() as u64).rotate_left(56);
        for word in words.iter().map(|word| u64::from_le_bytes(*word)).chain([length]) {
            let product = u128::from(self.0 ^ word) * 0x9e37_79b9_7f4a_7c15;
            self.0 = (product as u64) ^ ((product >> 64) as u64);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, vec::Vec};
    use proptest::prelude::*;

    #[test]
    fn a_repeat_is_refused_until_it_has_left_the_window() {
        let mut window = Window::new(2);
        assert!(window.insert("a"));
        assert!(window.insert("b"));
        assert!(!window.insert("a"));
        assert!(window.insert("c"));
        assert!(window.insert("a"));
        assert!(!window.insert("c"));
        window.clear();
        assert!(window.insert("c"));
    }

    #[test]
    fn a_window_of_nothing_refuses_nothing() {
        let mut window = Window::new(0);
        assert!(window.insert("a") && window.insert("a"));
    }

    #[test]
    fn a_long_run_of_texts_finds_every_repeat() {
        let mut window = Window::new(64);
        window.left = u32::MAX - 100;
        for n in 0..1_000_u32 {
            assert!(window.insert(&format!("text {n}")), "{n}");
            for back in [0, 1, 30, 63] {
                let repeat = format!("text {}", n.saturating_sub(back));
                assert!(!window.insert(&repeat), "{repeat} after {n}");
            }
            if let Some(gone) = n.checked_sub(64) {
                let hash = hash_of(&format!("text {gone}"));
                assert!(window.texts.iter().all(|known| known.hash != hash));
            }
        }
    }

    proptest! {
        #[test]
        fn a_window_is_the_tail_of_what_was_accepted(capacity in 0..5usize, texts in prop::collection::vec("[a-h]{0,1}", 0..60)) {
            let mut window = Window::new(capacity);
            let mut accepted: Vec<String> = Vec::new();
            for text in texts {
                let tail = &accepted[accepted.len().saturating_sub(capacity)..];
                let fresh = !tail.contains(&text);
                prop_assert_eq!(window.insert(&text), fresh);
                if fresh {
                    accepted.push(text);
                }
                prop_assert!(window.texts.len() <= capacity && window.places.len() == window.texts.len());
            }
        }
    }
}
