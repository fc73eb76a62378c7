//! Matching a text against a pattern's automaton.

use crate::schema::Pattern;

impl Pattern {
    /// Whether the whole text matches: one table look-up an octet.
    #[inline]
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let mut state: u16 = 1;
        for byte in text.bytes() {
            let class = self.classes.get(usize::from(byte)).copied().unwrap_or_default();
            let entry = usize::from(state) * usize::from(self.stride) + usize::from(class);
            state = self.next.get(entry).copied().unwrap_or_default();
            if state == 0 {
                return false;
            }
        }
        self.accepting.get(usize::from(state)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use alloc::{borrow::Cow, vec};

    use super::*;

    /// `[a-z]+:[a-z]+`.
    pub fn namespaced() -> Pattern {
        let mut classes = vec![0; 256];
        classes[usize::from(b'a')..=usize::from(b'z')].fill(1);
        classes[usize::from(b':')] = 2;
        Pattern {
            source: Cow::Borrowed("[a-z]+:[a-z]+"),
            classes: classes.into(),
            next: vec![
                0, 0, 0, /* 1 */ 0, 2, 0, /* 2 */ 0, 2, 3, /* 3 */ 0, 4, 0, /* 4 */ 0, 4, 0,
            ]
            .into(),
            stride: 3,
            accepting: vec![false, false, false, false, true].into(),
        }
    }

    #[test]
    fn the_whole_text_matches_or_none_of_it() {
        let pattern = namespaced();
        assert!(pattern.matches("a:b"));
        assert!(pattern.matches("abc:defg"));
        for wrong in ["", "a", "a:", ":b", "a:b:c", "a:b ", "é:b", "A:b"] {
            assert!(!pattern.matches(wrong), "{wrong}");
        }
    }
}
