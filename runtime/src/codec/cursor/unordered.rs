//! Members in any order, and white space where it may stand.

use alloc::{borrow::Cow, vec::Vec};

use super::{Cursor, Read, Unexpected, carried};
use crate::codec::{Habit, Names, Source, scan};

impl<'a> Cursor<'a> {
    /// The place of the next member's name, behind `lead`, which is to be passed then; `None`, and the object is closed: there is none.
    #[doc(hidden)]
    #[inline(always)]
    pub fn next_name(&mut self, lead: &mut u8, names: &'static Names) -> Read<Option<usize>> {
        let (place, rest) = names.next(self.rest, *lead).ok_or(Unexpected)?;
        self.rest = rest;
        *lead = b',';
        if place.is_none() {
            self.left += 1;
        }
        Ok(place)
    }

    /// Passes the name that was found to be this one, which is written `,"name":`.
    #[doc(hidden)]
    #[inline(always)]
    pub fn past(&mut self, name: &'static str) -> Read<()> {
        self.pass(name.len())
    }

    /// Passes a string that must be this one, which is also given as it is written.
    #[doc(hidden)]
    #[inline(always)]
    pub fn reads(&mut self, text: &'static str, quoted: &'static str) -> Read<()> {
        if self.passes(quoted.as_bytes()) || self.string()? == text {
            return Ok(());
        }
        Err(Unexpected)
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

    /// What the tag may be, and how many octets are up to it: the string behind a name like its own, in quotes, wherever that stands; it is
    /// looked for first where the sender's habit is to have it. What it really is must be seen when it is read.
    #[doc(hidden)]
    #[inline(never)]
    #[must_use]
    pub fn seeks(mut self, quoted: &'static str, habit: Habit) -> Option<(Cow<'a, str>, usize)> {
        let whole = self.rest;
        let later = whole.get(habit.tag()..).and_then(|later| scan::find(later, quoted.as_bytes()));
        self.rest = later.or_else(|| scan::find(whole, quoted.as_bytes()))?;
        self.space();
        if !self.passes(b":") {
            return None;
        }
        self.space();
        let place = whole.len() - self.rest.len();
        Some((self.string().ok()?, place))
    }

    /// As [`Self::seeks`], the object's own member, if it does not stand at that place.
    #[doc(hidden)]
    #[inline(never)]
    #[must_use]
    pub fn finds(mut self, name: &'static str, seen: usize) -> Option<(Cow<'a, str>, usize)> {
        let whole = self.rest;
        self.find(name)?;
        let place = whole.len() - self.rest.len();
        if place == seen {
            return None;
        }
        Some((self.string().ok()?, place))
    }
}
