//! The names of an object's members, found by their octets.

use alloc::borrow::Cow;

use super::scan;

/// The names that an object's members may have. One of less than sixteen octets is found by these octets at once.
#[derive(Debug)]
pub struct Names {
    all: &'static [&'static str],
    /// The octets of each short name, filled up with zeros.
    words: [u128; KEPT],
    /// The place of a short name where its octets say; of two that say the same, the second in the next place that is free.
    slots: [u8; SLOTS],
}

/// A member that comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Member<'a> {
    /// One of the names, by its place among them.
    Known(usize),
    /// None of them.
    Unknown(Cow<'a, str>),
    /// There is none: the object is closed.
    End,
}

/// So many names are found by their octets, more than most objects have; the others by looking at each.
const KEPT: usize = 32;
const SLOTS: usize = 64;
/// The octets that a name has, of those that it is read with.
const MASKS: [u128; 16] = {
    let (mut masks, mut length) = ([0; 16], 1);
    while length < 16 {
        masks[length] = masks[length - 1] << 8 | 0xff;
        length += 1;
    }
    masks
};
const FREE: u8 = u8::MAX;

impl Names {
    /// These, no two of which are the same.
    #[must_use]
    pub const fn new(all: &'static [&'static str]) -> Self {
        let (mut words, mut slots) = ([0; KEPT], [FREE; SLOTS]);
        let mut place = 0;
        while place < all.len() && place < KEPT {
            let name = all[place].as_bytes();
            if is_short(name) {
                let word = word(name);
                words[place] = word;
                let mut slot = start(word);
                while slots[slot] != FREE {
                    slot = (slot + 1) % SLOTS;
                }
                slots[slot] = place as u8;
            }
            place += 1;
        }
        Self { all, words, slots }
    }

    /// The place of the name that stands behind `lead`, as most senders write it, and what follows its colon; without that, nothing is known.
    #[inline(never)]
    pub(super) fn next<'a>(&self, text: &'a [u8], lead: u8) -> (usize, Option<&'a [u8]>) {
        match self.short(text, lead) {
            Some((place, rest)) => (place, Some(rest)),
            None => (0, None),
        }
    }

    #[inline(always)]
    fn short<'a>(&self, text: &'a [u8], lead: u8) -> Option<(usize, &'a [u8])> {
        let [first, b'"', inner @ ..] = text else { return None };
        let chunk = inner.first_chunk()?;
        let length = scan::short_length(chunk)?;
        let [b'"', b':', rest @ ..] = inner.get(length..)? else {
            return None;
        };
        if *first != lead {
            return None;
        }
        // A name that is kept holds no zeros, and neither does this one: where the words are equal, the lengths are.
        let word = u128::from_le_bytes(*chunk) & MASKS.get(length)?;
        let mut slot = start(word);
        loop {
            let place = *self.slots.get(slot)?;
            if *self.words.get(usize::from(place))? == word {
                return Some((usize::from(place), rest));
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// The place of a name.
    #[inline(never)]
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|known| *known == name)
    }
}

/// Whether a name is found by its octets.
const fn is_short(name: &[u8]) -> bool {
    let mut place = 0;
    while place < name.len() {
        if name[place] == 0 {
            return false;
        }
        place += 1;
    }
    name.len() < 16
}

/// The octets of a name that has fewer than sixteen.
const fn word(name: &[u8]) -> u128 {
    let (mut word, mut place) = (0, name.len());
    while place > 0 {
        place -= 1;
        word = word << 8 | name[place] as u128;
    }
    word
}

/// Where a name is looked for first.
#[inline(always)]
const fn start(word: u128) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (word as u64 ^ ((word >> 64) as u64).rotate_left(29)).wrapping_mul(ODD);
    (mixed >> (u64::BITS - SLOTS.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    static FEW: Names = Names::new(&["", "a", "b", "kind", "timestamp", "content_encoding", "fifteen_octets_", "a\0"]);
    static MANY: Names = Names::new(&[
        "a00",
        "a01",
        "a02",
        "a03",
        "a04",
        "a05",
        "a06",
        "a07",
        "a08",
        "a09",
        "a10",
        "a11",
        "a12",
        "a13",
        "a14",
        "a15",
        "a16",
        "a17",
        "a18",
        "a19",
        "a20",
        "a21",
        "a22",
        "a23",
        "a24",
        "a25",
        "a26",
        "a27",
        "a28",
        "a29",
        "a30",
        "a31",
        "a32",
        "a33",
        "a34",
        "a longer name, far behind",
    ]);

    #[test]
    fn each_is_found_and_nothing_else() {
        for names in [&FEW, &MANY] {
            for (place, name) in names.all.iter().enumerate() {
                assert_eq!(names.find(name), Some(place), "{name}");
            }
            for other in [
                "c",
                "kin",
                "kinds",
                "timestam",
                "content_encodin",
                "sixteen octets__",
                "a\0\0",
                "\0",
                "a35",
                "a longer name, far behin",
            ] {
                assert_eq!(names.find(other), None, "{other}");
            }
        }
    }

    #[test]
    fn short_names_are_found_where_they_stand() {
        for (text, lead, expected) in [
            (",\"kind\":\"affect_log_v1\"", b',', Some((3, "\"affect_log_v1\""))),
            ("{\"kind\":\"affect_log_v1\"", b'{', Some((3, "\"affect_log_v1\""))),
            (",\"\":1,\"kind\":\"affect_log\"", b',', Some((0, "1,\"kind\":\"affect_log\""))),
            (",\"fifteen_octets_\":1", b',', Some((6, "1"))),
            (",\"kind\":\"affect_log_v1\"", b'{', None),
            (",\"kin\":\"affect_log_v1\"", b',', None),
            (",\"kind\" :\"affect_log_v1\"", b',', None),
            (",\"content_encoding\":\"toon\"", b',', None),
            (",\"a\":1}", b',', None),
            (",\"a\\u0000\":1,\"a\":1234567890", b',', None),
        ] {
            let found = FEW.next(text.as_bytes(), lead);
            assert_eq!(
                found.1.map(|rest| (found.0, core::str::from_utf8(rest).unwrap())),
                expected,
                "{text}"
            );
        }
    }
}
