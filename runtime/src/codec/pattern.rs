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

/// Whether each octet is in one of these ranges of ASCII, both ends included. Sixteen are looked at in a step, or twice eight, some of the
/// last twice if need be: there is no branch on what they are.
// Inlined, so that ranges are constants, and lengths where they are known.
#[inline(always)]
#[must_use]
pub fn all_within<const N: usize>(octets: &[u8], ranges: [(u8, u8); N]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let is_within = |octet: u8| {
        ranges
            .iter()
            .fold(false, |within, (from, to)| within | (octet.wrapping_sub(*from) <= to - from))
    };
    // Of a number that is known, which is one vector.
    let within = |chunk: &[u8; 16]| chunk.iter().fold(true, |all, octet| all & is_within(*octet));
    if let Some(last) = octets.last_chunk() {
        let (chunks, _) = octets.as_chunks();
        return chunks.iter().fold(within(last), |all, chunk| all & within(chunk));
    }
    // Of ASCII, the high bit of each octet is set if it is not below the range, and not above: no octet borrows from the next.
    let eight_within = |chunk: &[u8; 8]| {
        let word = u64::from_le_bytes(*chunk);
        let mut within = 0;
        for (from, to) in ranges {
            let not_below = (word | HIGH).wrapping_sub(ONES * u64::from(from));
            let not_above = ((ONES * u64::from(to)) | HIGH).wrapping_sub(word & !HIGH);
            within |= not_below & not_above;
        }
        within & !word
    };
    match (octets.first_chunk(), octets.last_chunk()) {
        (Some(first), Some(last)) => eight_within(first) & eight_within(last) & HIGH == HIGH,
        _ => octets.iter().all(|octet| is_within(*octet)),
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
    fn no_octet_is_overlooked() {
        const RANGES: [(u8, u8); 3] = [(b'!', b'!'), (b'0', b'9'), (b'a', 0x7f)];
        for length in 0..40 {
            let octets = vec![b'7'; length];
            assert!(all_within(&octets, RANGES));
            for (place, octet) in (0..length).flat_map(|place| (0..=u8::MAX).map(move |octet| (place, octet))) {
                let mut octets = octets.clone();
                octets[place] = octet;
                let within = RANGES.iter().any(|(from, to)| (*from..=*to).contains(&octet));
                assert_eq!(all_within(&octets, RANGES), within, "{octet:#x} at {place} of {length}");
            }
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
