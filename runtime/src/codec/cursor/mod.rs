//! Reading what senders write: members in the declared order and no white space between them, or at least nothing that needs memory.
//!
//! A [`Cursor`] compares whole names with what is expected next. Members in another order and white space it reads too, a little slower; on
//! all that looks otherwise (names that nobody declared, documents in strings, and whatever is wrong) it gives up, and says nothing of
//! it: a [`super::Reader`] reads that again from its first octet. So it may only be narrower than the reader, never wider: what it does read
//! is a text of the same value, within the same limits. That octets are UTF-8 it sees where strings are read.
//!
//! Functions that are always called are inlined for good, so that a cursor is two registers; what is seldom called is not.

mod carried;
mod names;
mod numbers;
mod straight;
pub(super) mod strings;
mod unordered;

pub use straight::Layout;

#[cfg(test)]
mod tests;

use alloc::{borrow::Cow, vec::Vec};

use super::{Json, Map, Member, Names, Object, Open, Place, Reader, Refused, Rule, Source, scan, source, toon::Cells};
use crate::{Uuid, schema::Limits};

/// Reads a JSON text that is written as senders write.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    /// What is not read yet.
    rest: &'a [u8],
    limits: &'a Limits,
    /// How many objects and lists may still be opened, one in the other.
    left: usize,
    frame: &'a [u8],
    /// What white space is expected where members are read in the declared order.
    layout: Layout,
}

/// A text that is written in another way than a [`Cursor`] knows, or is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unexpected;

impl From<Refused> for Unexpected {
    #[inline]
    fn from(_: Refused) -> Self {
        Self
    }
}

type Read<T> = Result<T, Unexpected>;

/// So many octets may a name have that is compared without a look at the limit of strings.
const SHORT: usize = 64;

impl<'a> Cursor<'a> {
    /// Stands before the first octet of a frame; `None` if that is too large, or the limits are very narrow.
    #[inline(always)]
    #[must_use]
    pub fn new(frame: &'a [u8], limits: &'a Limits) -> Option<Self> {
        if frame.len() > limits.message || frame.len() > u32::MAX as usize || limits.string < SHORT {
            return None;
        }
        let mut cursor = Self {
            rest: frame,
            limits,
            left: limits.depth(),
            frame,
            layout: Layout::default(),
        };
        cursor.space();
        Some(cursor)
    }

    /// Whether only white space follows.
    #[inline(always)]
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.rest.is_empty() || scan::spaces(self.rest).is_empty()
    }

    /// Goes on where another cursor of the same text stands, which opened no more than it closed.
    #[doc(hidden)]
    #[inline(always)]
    pub const fn goes_on_at(&mut self, other: &Self) {
        self.rest = other.rest;
    }

    /// Passes these octets.
    #[inline(always)]
    fn passes(&mut self, text: &[u8]) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Passes so many octets.
    #[inline(always)]
    fn pass(&mut self, count: usize) -> Read<()> {
        self.rest = self.rest.get(count..).ok_or(Unexpected)?;
        Ok(())
    }

    /// Passes white space.
    #[inline(always)]
    fn space(&mut self) {
        if let Some(..=b' ') = self.rest.first() {
            self.rest = scan::spaces(self.rest);
        }
    }

    /// Passes one of two octets, in front of which white space may stand; says whether it is the first.
    #[inline(always)]
    fn either(&mut self, first: u8, second: u8) -> Read<bool> {
        self.space();
        let (octet, rest) = self.rest.split_first().ok_or(Unexpected)?;
        self.rest = rest;
        if *octet == first {
            Ok(true)
        } else if *octet == second {
            Ok(false)
        } else {
            Err(Unexpected)
        }
    }

    #[inline(always)]
    fn deepen(&mut self) -> Read<()> {
        self.left = self.left.checked_sub(1).ok_or(Unexpected)?;
        Ok(())
    }

    /// How many objects and lists are open.
    #[inline(always)]
    fn depth(&self) -> usize {
        self.limits.depth() - self.left
    }

    /// What a reader of octets found, and where it ended.
    #[inline(always)]
    fn take<T>(&mut self, read: Option<(T, &'a [u8])>) -> Read<T> {
        let (value, rest) = read.ok_or(Unexpected)?;
        self.rest = rest;
        Ok(value)
    }

    /// A number, and how many octets it has: none if there is no number.
    #[inline(always)]
    fn number<T>(&mut self, read: fn(&[u8]) -> (T, usize)) -> Read<T> {
        let (value, length) = read(self.rest);
        if length == 0 {
            return Err(Unexpected);
        }
        self.rest = self.rest.get(length..).ok_or(Unexpected)?;
        Ok(value)
    }
}

impl<'a> Source<'a> for Cursor<'a> {
    type Refused = Unexpected;

    #[inline(always)]
    fn refuse(&self, _: Rule) -> Unexpected {
        Unexpected
    }

    #[inline(always)]
    fn begin_object(&mut self) -> Read<Open> {
        self.deepen()?;
        Ok(Open::new(b'{'))
    }

    #[inline(always)]
    fn name_is(&mut self, object: &mut Open, name: &'static str) -> bool {
        let (expected, lead) = (name.as_bytes(), object.lead);
        if expected.len() - 4 > SHORT {
            return false;
        }
        let there = if lead == b',' {
            self.passes(expected)
        } else {
            match (self.rest, expected) {
                ([b'{', rest @ ..], [_, quoted @ ..]) => match rest.strip_prefix(quoted) {
                    Some(rest) => {
                        self.rest = rest;
                        true
                    }
                    None => false,
                },
                _ => false,
            }
        };
        let there = if there {
            self.space();
            true
        } else if let [..=b' ', ..] | [_, ..=b' ', ..] = self.rest
            && let [_, quoted @ ..] = expected
            && let Some(rest) = self.spaced_name(lead, quoted)
        {
            self.rest = rest;
            true
        } else {
            false
        };
        if there {
            object.lead = b',';
            object.count += 1;
        }
        there
    }

    #[inline(always)]
    fn ends(&mut self, object: &mut Open) -> bool {
        // There are no more than are declared, so they are counted when all are read.
        if object.count > self.limits.members {
            return false;
        }
        let lead: &[u8] = if object.lead == b',' { b"}" } else { b"{}" };
        let closed = self.passes(lead)
            || match self.spaced_end(object.lead) {
                Some(rest) => {
                    self.rest = rest;
                    true
                }
                None => false,
            };
        if closed {
            self.left += 1;
        }
        closed
    }

    #[inline(always)]
    fn member(&mut self, object: &mut Open, names: &'static Names) -> Read<Member<'a>> {
        let (place, rest) = names.next(self.rest, object.lead).ok_or(Unexpected)?;
        self.rest = rest;
        match place {
            Some(place) => {
                self.pass(names.length(place))?;
                object.lead = b',';
                object.count += 1;
                Ok(Member::Known(place))
            }
            None if object.count > self.limits.members => Err(Unexpected),
            None => {
                self.left += 1;
                Ok(Member::End)
            }
        }
    }

    #[inline(always)]
    fn elsewhere<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        let mut cursor = *self;
        let value = source::elsewhere(&mut cursor, read)?;
        // All else is what it was, when as many objects are closed as were open.
        (self.rest, self.left) = (cursor.rest, cursor.left);
        Ok(value)
    }

    #[inline(always)]
    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.take(strings::read(self.rest, self.limits.string))
    }

    #[inline(always)]
    fn document(&mut self) -> Read<Cow<'a, str>> {
        self.take(strings::read(self.rest, usize::MAX))
    }

    #[inline(always)]
    fn uuid(&mut self) -> Read<Uuid> {
        let Some(([b'"', text @ .., b'"'], rest)) = self.rest.split_first_chunk::<38>() else {
            return Err(Unexpected);
        };
        if self.limits.string < text.len() {
            return Err(Unexpected);
        }
        let octets = scan::uuid(text).ok_or(Unexpected)?;
        self.rest = rest;
        Ok(Uuid::from_bytes(octets))
    }

    #[inline(always)]
    fn u64(&mut self) -> Read<u64> {
        self.number(numbers::read_u64)
    }

    #[inline(always)]
    fn i64(&mut self) -> Read<i64> {
        self.number(numbers::read_i64)
    }

    #[inline(always)]
    fn f64(&mut self) -> Read<f64> {
        self.number(numbers::read_f64)
    }

    #[inline(always)]
    fn bool(&mut self) -> Read<bool> {
        if self.passes(b"true") {
            Ok(true)
        } else if self.passes(b"false") {
            Ok(false)
        } else {
            Err(Unexpected)
        }
    }

    #[inline(always)]
    fn null(&mut self) -> Read<bool> {
        Ok(self.passes(b"null"))
    }

    #[inline(always)]
    fn json(&mut self) -> Read<Json<'a>> {
        self.take(carried::read(self.rest, self.limits, self.depth()))
            .map(|text| Json::trusted(Cow::Borrowed(text)))
    }

    #[inline(always)]
    fn object(&mut self) -> Read<Object<'a>> {
        if self.rest.first() != Some(&b'{') {
            return Err(Unexpected);
        }
        self.take(carried::read(self.rest, self.limits, self.depth()))
            .map(|text| Object::trusted(Cow::Borrowed(text)))
    }

    #[inline(always)]
    fn skip(&mut self) -> Read<()> {
        if self.rest.first() == Some(&b'"') {
            self.string().map(|_| ())
        } else {
            self.json().map(|_| ())
        }
    }

    #[inline(always)]
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut cursor = *self;
        if !cursor.passes(b"[") {
            return Err(Unexpected);
        }
        cursor.deepen()?;
        cursor.space();
        let mut items = Vec::new();
        if !cursor.passes(b"]") {
            items = Vec::with_capacity(4);
            loop {
                if items.len() >= cursor.limits.list {
                    return Err(Unexpected);
                }
                items.push(cursor.value(&mut item)?);
                if !cursor.either(b',', b']')? {
                    break;
                }
                cursor.space();
            }
        }
        self.rest = cursor.rest;
        Ok(items)
    }

    #[inline(always)]
    fn map<T>(&mut self, mut value: impl FnMut(&mut Self) -> Read<T>) -> Read<Map<'a, T>> {
        /// So many names are compared with each other.
        const FEW: usize = 16;
        let mut cursor = *self;
        if !cursor.passes(b"{") {
            return Err(Unexpected);
        }
        cursor.deepen()?;
        cursor.space();
        let mut members = Map::new();
        if !cursor.passes(b"}") {
            loop {
                let name = cursor.string()?;
                cursor.space();
                let known = members.len() >= FEW.min(cursor.limits.members) || members.get(&name).is_some();
                if known || !cursor.passes(b":") {
                    return Err(Unexpected);
                }
                cursor.space();
                members.push(name, cursor.value(&mut value)?);
                if !cursor.either(b',', b'}')? {
                    break;
                }
                cursor.space();
            }
        }
        self.rest = cursor.rest;
        Ok(members)
    }

    #[inline(always)]
    fn value<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        // What is read elsewhere has a cursor in memory; this one stays where it is.
        let mut cursor = *self;
        let value = read(&mut cursor)?;
        self.rest = cursor.rest;
        Ok(value)
    }

    #[inline(always)]
    fn unknown(&mut self, _: Cow<'a, str>) -> Read<&'a str> {
        Err(Unexpected)
    }

    #[inline(always)]
    fn keep(&mut self, _: Cow<'a, str>, _: &mut Map<'a, Json<'a>>) -> Read<()> {
        Err(Unexpected)
    }

    #[inline(always)]
    fn find_string(&mut self, wanted: &str) -> Read<Option<Cow<'a, str>>> {
        let mut ahead = *self;
        if ahead.passes(b"{\"") && ahead.passes(wanted.as_bytes()) && ahead.passes(b"\":\"") {
            let read = strings::inner(ahead.rest, ahead.limits.string).ok_or(Unexpected)?;
            return Ok(Some(read.0));
        }
        ahead.rest = self.rest;
        ahead.find(wanted).ok_or(Unexpected)?;
        ahead.string().map(Some)
    }

    #[inline(always)]
    fn toon<T>(&mut self, _: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>) -> Read<T> {
        Err(Unexpected)
    }

    #[inline(always)]
    fn toon_list<T>(&mut self, _: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>) -> Read<T> {
        Err(Unexpected)
    }

    #[inline(always)]
    fn toon_rows<T>(&mut self, _: [&'static str; 2], _: [usize; 2], _: impl FnMut(&mut Cells<'a>) -> Option<T>) -> Option<Vec<T>> {
        None
    }

    #[inline(always)]
    fn set_aside(&mut self) -> Read<Place> {
        let place = self.place();
        self.rest = carried::skip(self.rest).ok_or(Unexpected)?;
        Ok(place)
    }

    #[inline(always)]
    fn place(&self) -> Place {
        Place::new(self.frame.len() - self.rest.len(), self.depth())
    }

    #[inline(always)]
    fn back(&mut self, place: Place) -> Read<()> {
        *self = self.again(place)?;
        Ok(())
    }

    #[inline(always)]
    fn again(&self, place: Place) -> Read<Self> {
        let rest = self.frame.get(place.at..).ok_or(Unexpected)?;
        Ok(Self {
            rest,
            left: self.limits.depth() - place.depth,
            ..*self
        })
    }
}
