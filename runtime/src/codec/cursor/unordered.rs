//! Members in any order, and white space where it may stand.

use alloc::{borrow::Cow, vec::Vec};

use super::{Cursor, Read, Unexpected, carried};
use crate::codec::{Names, Source, scan};

impl<'a> Cursor<'a> {
    /// The place of the next member's name, behind `lead`; `None`, and the object is closed: there is none.
    #[doc(hidden)]
    #[inline(always)]
    pub fn next_name(&mut self, lead: &mut u8, names: &'static Names) -> Read<Option<usize>> {
        let (place, passed) = names.next(self.rest, *lead).ok_or(Unexpected)?;
        self.rest = self.rest.get(passed..).ok_or(Unexpected)?;
        *lead = b',';
        if place.is_none() {
            self.left += 1;
        }
        Ok(place)
    }

    /// As [`Self::opens_list`].
    #[doc(hidden)]
    #[inline(always)]
    pub fn begins_list<T>(&mut self) -> Read<(Vec<T>, bool)> {
        self.deepen()?;
        self.passes_all("[")?;
        self.space();
        if self.passes(b"]") {
            self.left += 1;
            return Ok((Vec::new(), false));
        }
        Ok((Vec::with_capacity(4), true))
    }

    /// As [`Self::goes_on`].
    #[doc(hidden)]
    #[inline(always)]
    pub fn follows(&mut self, count: usize) -> Read<bool> {
        self.space();
        if !self.goes_on(count)? {
            return Ok(false);
        }
        self.space();
        Ok(true)
    }

    /// Whether a value starts with this octet.
    #[doc(hidden)]
    #[inline(always)]
    #[must_use]
    pub fn stands_at(&self, octet: u8) -> bool {
        self.rest.first() == Some(&octet)
    }

    /// Passes over a value; gives a cursor that stands before it.
    #[doc(hidden)]
    #[inline(always)]
    pub fn sets_aside(&mut self) -> Read<Self> {
        let aside = *self;
        self.rest = carried::skip(self.rest).ok_or(Unexpected)?;
        Ok(aside)
    }

    /// The string that follows the first name which is this one, in quotes, wherever that stands. What it really is must be seen when it is read.
    #[doc(hidden)]
    #[inline(never)]
    #[must_use]
    pub fn seeks(&self, quoted: &'static str) -> Option<Cow<'a, str>> {
        let mut found = *self;
        found.rest = scan::find(self.rest, quoted.as_bytes())?;
        found.space();
        if !found.passes(b":") {
            return None;
        }
        found.space();
        found.string().ok()
    }
}
