//! Members in the declared order, and no white space between them: octets that are known beforehand, and values between.
//!
//! Generated code has a cursor of its own for each message, so these functions are inlined for good: what they change stays in registers.

use alloc::vec::Vec;

use super::{Cursor, Read, Unexpected};
use crate::schema::Limits;

impl<'a> Cursor<'a> {
    /// Stands inside of a message's object, of which `rest` is what is not read yet.
    #[doc(hidden)]
    #[inline(always)]
    #[must_use]
    pub fn inside(rest: &'a [u8], limits: &'a Limits) -> Self {
        Self {
            rest,
            limits,
            left: limits.depth().saturating_sub(1),
            frame: rest,
        }
    }

    /// What is not read yet.
    #[doc(hidden)]
    #[inline(always)]
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Passes octets that must stand here.
    #[doc(hidden)]
    #[inline(always)]
    pub fn passes_all(&mut self, text: &'static str) -> Read<()> {
        if self.passes(text.as_bytes()) { Ok(()) } else { Err(Unexpected) }
    }

    /// Passes octets if they stand here.
    #[doc(hidden)]
    #[inline(always)]
    pub fn passes_if(&mut self, text: &'static str) -> bool {
        self.passes(text.as_bytes())
    }

    /// Opens an object by its first octets, which must stand here: a bracket, and all up to a value.
    #[doc(hidden)]
    #[inline(always)]
    pub fn opens(&mut self, text: &'static str) -> Read<()> {
        self.deepen()?;
        self.passes_all(text)
    }

    /// Opens an object of which no member must come; gives what its next name stands behind.
    #[doc(hidden)]
    #[inline(always)]
    pub fn opens_any(&mut self) -> Read<u8> {
        self.deepen()?;
        Ok(b'{')
    }

    /// Passes a name, which is written `,"name":`, if it is next: behind `lead`, the bracket as long as no member has come.
    #[doc(hidden)]
    #[inline(always)]
    pub fn passes_name(&mut self, lead: &mut u8, name: &'static str) -> bool {
        let rest = match (*lead, self.rest, name.as_bytes()) {
            (b',', rest, expected) => rest.strip_prefix(expected),
            (_, [b'{', rest @ ..], [_, expected @ ..]) => rest.strip_prefix(expected),
            _ => None,
        };
        let Some(rest) = rest else { return false };
        self.rest = rest;
        *lead = b',';
        true
    }

    /// Closes an object of which a member has come.
    #[doc(hidden)]
    #[inline(always)]
    pub fn closes(&mut self) -> Read<()> {
        self.passes_all("}")?;
        self.left += 1;
        Ok(())
    }

    /// Closes an object in which the next name would stand behind `lead`.
    #[doc(hidden)]
    #[inline(always)]
    pub fn closes_any(&mut self, lead: u8) -> Read<()> {
        if lead == b'{' {
            self.passes_all("{")?;
        }
        self.closes()
    }

    /// Opens a list; gives what its items are put into, and whether one follows.
    #[doc(hidden)]
    #[inline(always)]
    pub fn opens_list<T>(&mut self) -> Read<(Vec<T>, bool)> {
        self.deepen()?;
        self.passes_all("[")?;
        if self.passes(b"]") {
            self.left += 1;
            return Ok((Vec::new(), false));
        }
        Ok((Vec::with_capacity(4), true))
    }

    /// Whether another item follows so many; closes the list if not.
    #[doc(hidden)]
    #[inline(always)]
    pub fn goes_on(&mut self, count: usize) -> Read<bool> {
        if self.passes(b",") {
            return if count < self.limits.list { Ok(true) } else { Err(Unexpected) };
        }
        self.passes_all("]")?;
        self.left += 1;
        Ok(false)
    }
}
