//! The names of an object's members, found by their octets.

use alloc::borrow::Cow;

use super::{cursor::strings, scan};

/// The names that an object's members may have. A name as most senders write it is found by its first octets, in a table that the compiler made.
#[derive(Debug)]
pub struct Names<E: ?Sized = [Entry]> {
    /// Of a text's first eight octets, those that every name has, with what stands behind it.
    window: u64,
    /// By what those are multiplied to see where a name is looked for.
    factor: u64,
    /// Places of names, each where it is looked for; of two of one slot, the second in the next slot that is free.
    slots: [u8; SLOTS],
    entries: E,
}

/// A name.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// It with the quote and the colon behind it, if those are sixteen octets at most.
    octets: u128,
    /// Which of sixteen octets those are; none, and it is never found by them.
    mask: u128,
    /// How many octets it has with those behind it.
    length: usize,
    name: &'static str,
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
/// What is in a slot without a name.
const FREE: u8 = u8::MAX;

/// What is found in place of a name: the object's end.
const END: u32 = u32::MAX;
/// So many octets are passed where there is neither.
const NONE: (u32, u32) = (END, u32::MAX);

impl Names {
    /// These, no two of which are the same.
    #[must_use]
    pub const fn of<const COUNT: usize>(all: [&'static str; COUNT]) -> Names<[Entry; COUNT]> {
        let mut entries = [Entry::of(""); COUNT];
        let mut place = 0;
        while place < COUNT {
            entries[place] = Entry::of(all[place]);
            place += 1;
        }
        let mut names = Names {
            window: window(&all),
            factor: 0x9e37_79b9_7f4a_7c15,
            slots: [FREE; SLOTS],
            entries,
        };
        // Of some factors the first that gives each name a slot of its own, or else the last.
        let mut tries = 0;
        while !names.fill() && tries < 32 {
            names.factor = names.factor.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(2);
            tries += 1;
        }
        names
    }

    /// The place of the name that comes next, behind `lead`, and the text from where that would stand if the name were written as
    /// `,"name":` right before its value; no place, and what follows the object's end.
    ///
    /// Who knows the place knows how long that is: a processor that foresees the place need not wait until the name is looked up.
    #[inline(always)]
    pub(super) fn next<'t>(&self, text: &'t [u8], lead: u8) -> Option<(Option<usize>, &'t [u8])> {
        if let [first, b'"', inner @ ..] = text
            && *first == lead
            && let Some(octets) = inner.first_chunk()
            && let Some((place, length)) = self.short(octets)
            && let Some(b'!'..) = inner.get(length)
        {
            return Some((Some(place), text));
        }
        if lead == b','
            && let [b'}', rest @ ..] = text
        {
            return Some((None, rest));
        }
        // Frames are shorter than what 32 bits count, and two of those are given back in registers.
        match self.otherwise(text, lead) {
            NONE => None,
            (END, passed) => Some((None, text.get(passed as usize..)?)),
            (place, passed) => Some((Some(place as usize), text.get(passed as usize..)?)),
        }
    }

    /// How many octets the name of a place is, written as `,"name":`.
    #[inline(always)]
    pub(super) fn length(&self, place: usize) -> usize {
        self.entries.get(place).map_or(0, |entry| entry.length + 2)
    }

    /// The place of the name that starts here as most senders write it, and how many octets it is with its quote and colon; of one that stands
    /// where it is looked for, and is short.
    #[inline(always)]
    fn short(&self, octets: &[u8; 16]) -> Option<(usize, usize)> {
        let octets = u128::from_le_bytes(*octets);
        let place = usize::from(*self.slots.get(slot(octets as u64, self.window, self.factor))?);
        let entry = self.entries.get(place)?;
        (octets & entry.mask == entry.octets).then_some((place, entry.length))
    }

    /// As [`Self::short`], of any name.
    #[inline(never)]
    fn any(&self, inner: &[u8]) -> Option<(usize, usize)> {
        let mut slot = slot(u64::from_le_bytes(*inner.first_chunk()?), self.window, self.factor);
        loop {
            let place = usize::from(*self.slots.get(slot)?);
            let entry = self.entries.get(place)?;
            if let Some([b'"', b':', ..]) = inner.strip_prefix(entry.name.as_bytes()) {
                return Some((place, entry.length));
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// As [`Self::next`], of all names, with white space around what is passed, or escapes in the name: gives how many octets are not given.
    #[inline(never)]
    fn otherwise(&self, text: &[u8], lead: u8) -> (u32, u32) {
        let passed = |place: u32, rest: &[u8]| (place, (text.len() - rest.len()) as u32);
        let [first, rest @ ..] = space(text) else { return NONE };
        if *first != lead {
            let ends = *first == b'}' && lead == b',';
            return if ends { passed(END, rest) } else { NONE };
        }
        let rest = indented(rest);
        let [b'"', inner @ ..] = rest else {
            return match rest {
                [b'}', rest @ ..] if lead == b'{' => passed(END, rest),
                _ => NONE,
            };
        };
        let known = match inner.first_chunk().and_then(|octets| self.short(octets)) {
            Some(known) => Some(known),
            None => self.any(inner),
        };
        let known = known.and_then(|(place, length)| Some((place, inner.get(length..)?)));
        match known.or_else(|| self.unplain(inner)) {
            // Its octets are not fewer than those, however it is written.
            Some((place, rest)) => (place as u32, (text.len() - space(rest).len() - self.length(place)) as u32),
            None => NONE,
        }
    }

    /// The place of a name that is written with escapes, or has white space behind it, and what follows its colon.
    #[inline(never)]
    fn unplain<'a>(&self, inner: &'a [u8]) -> Option<(usize, &'a [u8])> {
        let (name, rest) = strings::inner(inner, usize::MAX)?;
        Some((self.find(&name)?, space(rest).strip_prefix(b":")?))
    }

    /// The place of a name.
    #[inline(never)]
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.entries.iter().position(|known| known.name == name)
    }
}

impl<const COUNT: usize> Names<[Entry; COUNT]> {
    /// Puts all names into their slots; says whether each stands where it is looked for.
    const fn fill(&mut self) -> bool {
        self.slots = [FREE; SLOTS];
        let (mut alone, mut place) = (true, 0);
        while place < COUNT && place < KEPT {
            let name = self.entries[place].name.as_bytes();
            if is_plain(name) {
                let mut slot = slot(start(name).0 as u64, self.window, self.factor);
                while self.slots[slot] != FREE {
                    alone = false;
                    slot = (slot + 1) % SLOTS;
                }
                self.slots[slot] = place as u8;
            }
            place += 1;
        }
        alone
    }
}

impl Entry {
    const fn of(name: &'static str) -> Self {
        let length = name.len() + 2;
        let (octets, mask) = if length <= 16 { start(name.as_bytes()) } else { (1, 0) };
        Self {
            octets,
            mask,
            length,
            name,
        }
    }
}

/// Where a name of these first octets is looked for.
#[inline(always)]
const fn slot(octets: u64, window: u64, factor: u64) -> usize {
    ((octets & window).wrapping_mul(factor) >> (u64::BITS - SLOTS.ilog2())) as usize
}

/// What follows white space, of which there is often none, or one.
#[inline(always)]
fn space(text: &[u8]) -> &[u8] {
    match text {
        [b' ', rest @ ..] if matches!(rest, [octet, ..] if *octet > b' ') => rest,
        [..=b' ', ..] => scan::spaces(text),
        _ => text,
    }
}

/// What follows white space, of which there is often a line end and some.
#[inline(always)]
fn indented(text: &[u8]) -> &[u8] {
    match text {
        [octet, ..] if *octet > b' ' => text,
        _ => scan::few_spaces(text).unwrap_or_else(|| scan::spaces(text)),
    }
}

/// Whether a name is written as it is.
const fn is_plain(name: &[u8]) -> bool {
    let mut place = 0;
    while place < name.len() {
        if matches!(name[place], 0..=0x1f | b'"' | b'\\') {
            return false;
        }
        place += 1;
    }
    true
}

/// The first sixteen octets of a name and what stands behind it, and which those are.
const fn start(name: &[u8]) -> (u128, u128) {
    let (mut octets, mut mask, mut place) = (0, 0, 0);
    while place < 16 && place < name.len() + 2 {
        let octet = if place < name.len() {
            name[place]
        } else if place == name.len() {
            b'"'
        } else {
            b':'
        };
        octets |= (octet as u128) << (8 * place);
        mask |= 0xff << (8 * place);
        place += 1;
    }
    (octets, mask)
}

/// The octets that all names have with what stands behind them, eight at most.
const fn window(all: &[&str]) -> u64 {
    let (mut length, mut place) = (8, 0);
    while place < all.len() && place < KEPT {
        if all[place].len() + 2 < length {
            length = all[place].len() + 2;
        }
        place += 1;
    }
    u64::MAX >> (64 - 8 * length)
}

#[cfg(test)]
mod tests {
    use super::*;

    static FEW: &Names = &Names::of(["", "a", "b", "kind", "timestamp", "content_encoding", "fifteen_octets_", "a\0"]);
    static MANY: &Names = &Names::of([
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
        for names in [FEW, MANY] {
            for (place, Entry { name, .. }) in names.entries.iter().enumerate() {
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
    fn names_are_found_where_they_stand() {
        let long = ",\"content_encoding\":\"toon\"";
        for (text, lead, expected) in [
            (",\"kind\":\"affect_log_v1\"", b',', Some((3, "\"affect_log_v1\""))),
            ("{\"kind\":\"affect_log_v1\"", b'{', Some((3, "\"affect_log_v1\""))),
            (",\"\":1,\"kind\":\"affect_log\"", b',', Some((0, "1,\"kind\":\"affect_log\""))),
            (",\"fifteen_octets_\":1", b',', Some((6, "1"))),
            (",\"kind\":\"affect_log_v1\"", b'{', None),
            (",\"kin\":\"affect_log_v1\"", b',', None),
            (",\"kind\" :\"affect_log_v1\"", b',', Some((3, "\"affect_log_v1\""))),
            (" ,\n  \"kind\" : \"affect_log_v1\"", b',', Some((3, "\"affect_log_v1\""))),
            ("\t{ \"\\u006bind\": 1", b'{', Some((3, "1"))),
            (long, b',', Some((5, "\"toon\""))),
            (",\"content_encodinG\":\"toon\"", b',', None),
            (",\"content_encoding_\":\"toon\"", b',', None),
            (",\"a\":1}", b',', Some((1, "1}"))),
            (",\"a\\u0000\":1,\"a\":1234567890", b',', Some((7, "1,\"a\":1234567890"))),
            (",\"kind\":\u{1}1, and so on", b',', Some((3, "\u{1}1, and so on"))),
            (",\u{1}\"kind\":1, and so on", b',', None),
        ] {
            let found = FEW.next(text.as_bytes(), lead);
            let found = found.map(|(place, rest)| (place.unwrap_or(usize::MAX), &rest[place.map_or(0, |place| FEW.length(place))..]));
            assert_eq!(found, expected.map(|(place, rest)| (place, rest.as_bytes())), "{text}");
        }
        for (text, lead, rest) in [("}", b',', ""), (" \n}]", b',', "]"), ("{ }]", b'{', "]"), ("{}", b'{', "")] {
            assert_eq!(FEW.next(text.as_bytes(), lead), Some((None, rest.as_bytes())), "{text}");
        }
        for (text, lead) in [("}", b'{'), ("", b','), ("{\"a\"", b'{'), (",}", b','), (",", b',')] {
            assert_eq!(FEW.next(text.as_bytes(), lead), None, "{text}");
        }
    }

    #[test]
    fn each_is_found_where_many_are() {
        for (place, Entry { name, .. }) in MANY.entries.iter().enumerate() {
            let text = alloc::format!(",\"{name}\":1, and whatever else follows here");
            assert_eq!(MANY.next(text.as_bytes(), b','), Some((Some(place), text.as_bytes())), "{name}");
        }
    }
}
