//! Members in the declared order: octets that are known beforehand, and values between. White space is expected where senders who write it put
//! it: behind a colon one space at most, and some spaces and line ends before a name, an item and a closing bracket.
//!
//! Generated code has a cursor of its own for each message, so these functions are inlined for good: what they change stays in registers, and
//! whether there is white space is known when they are compiled.

use alloc::vec::Vec;

use super::{Cursor, Read, Unexpected};
use crate::{codec::scan, schema::Limits};

/// The white space that a sender puts between what it says, as its messages begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Layout {
    /// Whether there is any.
    spaced: bool,
    /// By how many octets more than their object a line's members are moved in; 0: all stand in one line, with a space behind each comma.
    indent: usize,
    /// Whether a space stands behind a colon.
    colon: bool,
}

impl Layout {
    /// Whether there is any white space.
    #[doc(hidden)]
    #[inline(always)]
    #[must_use]
    pub const fn is_spaced(self) -> bool {
        self.spaced
    }

    /// How many octets of white space are expected before what stands so deep; in one line, so many.
    #[inline(always)]
    const fn before(self, depth: usize, inline: usize) -> usize {
        if self.indent == 0 { inline } else { 1 + self.indent * depth }
    }
}

impl<'a> Cursor<'a> {
    /// Stands inside of a message's object, of which `rest` is what is not read yet.
    #[doc(hidden)]
    #[inline(always)]
    #[must_use]
    pub fn inside(rest: &'a [u8], limits: &'a Limits, layout: Layout) -> Self {
        Self {
            rest,
            limits,
            left: limits.depth().saturating_sub(1),
            frame: rest,
            layout,
        }
    }

    /// Says whether white space is expected: what a function knows when it is compiled, its own cursor knows then.
    #[doc(hidden)]
    #[inline(always)]
    pub const fn expects_space(&mut self, spaced: bool) {
        self.layout.spaced = spaced;
    }

    /// What is not read yet.
    #[doc(hidden)]
    #[inline(always)]
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Opens a message by its first octets, a bracket and all up to the tag: gives the white space among them; `None`: they are others.
    #[doc(hidden)]
    #[inline(always)]
    pub fn begins(&mut self, text: &'static str) -> Option<Layout> {
        if self.passes(text.as_bytes()) {
            if self.stands_at(b'"') {
                return Some(Layout::default());
            }
            return self.begins_spaced(0);
        }
        let ([first, rest @ ..], [bracket, name @ ..]) = (self.rest, text.as_bytes()) else {
            return None;
        };
        let inner = scan::spaces(rest);
        self.rest = inner.strip_prefix(name).filter(|_| first == bracket)?;
        // A line end, and what is moved in behind it.
        self.begins_spaced((rest.len() - inner.len()).saturating_sub(1))
    }

    /// Passes what stands behind the first colon.
    #[inline(always)]
    fn begins_spaced(&mut self, indent: usize) -> Option<Layout> {
        Some(Layout {
            spaced: true,
            indent,
            colon: self.passes(b" "),
        })
    }

    /// Passes a name that must be next, which is written `,"name":`, or with another octet in place of the comma.
    #[doc(hidden)]
    #[inline(always)]
    pub fn passes_all(&mut self, text: &'static str) -> Read<()> {
        if self.passes_if(text) { Ok(()) } else { Err(Unexpected) }
    }

    /// Passes a name if it is next.
    #[doc(hidden)]
    #[inline(always)]
    pub fn passes_if(&mut self, text: &'static str) -> bool {
        if !self.layout.spaced {
            return self.passes(text.as_bytes());
        }
        match (self.rest, text.as_bytes()) {
            ([first, rest @ ..], [lead, name @ ..]) if first == lead => self.passes_spaced(*lead, rest, name),
            _ => false,
        }
    }

    /// Passes a name with its colon, and white space before and behind them, if they follow `lead`.
    #[inline(always)]
    fn passes_spaced(&mut self, lead: u8, rest: &'a [u8], name: &'static [u8]) -> bool {
        let space = self.layout.before(self.depth(), usize::from(lead == b','));
        let Some(mut rest) = unspaced(rest, space).strip_prefix(name) else {
            return false;
        };
        if self.layout.colon {
            match rest.strip_prefix(b" ") {
                Some(value) => rest = value,
                None => return false,
            }
        }
        self.rest = rest;
        true
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
        let ([first, rest @ ..], [_, name @ ..]) = (self.rest, name.as_bytes()) else {
            return false;
        };
        if first != lead {
            return false;
        }
        if self.layout.spaced {
            if !self.passes_spaced(*first, rest, name) {
                return false;
            }
        } else {
            let Some(rest) = rest.strip_prefix(name) else { return false };
            self.rest = rest;
        }
        *lead = b',';
        true
    }

    /// Closes an object of which a member has come.
    #[doc(hidden)]
    #[inline(always)]
    pub fn closes(&mut self) -> Read<()> {
        self.ends_with(b"}")
    }

    /// Closes an object in which the next name would stand behind `lead`.
    #[doc(hidden)]
    #[inline(always)]
    pub fn closes_any(&mut self, lead: u8) -> Read<()> {
        if lead == b'{' && !self.passes(b"{") {
            return Err(Unexpected);
        }
        self.closes()
    }

    /// Opens a list; gives what its items are put into, and whether one follows.
    #[doc(hidden)]
    #[inline(always)]
    pub fn opens_list<T>(&mut self) -> Read<(Vec<T>, bool)> {
        self.deepen()?;
        if !self.passes(b"[") {
            return Err(Unexpected);
        }
        self.spaces(self.depth(), 0);
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
            self.spaces(self.depth(), 1);
            return if count < self.limits.list { Ok(true) } else { Err(Unexpected) };
        }
        self.ends_with(b"]")?;
        Ok(false)
    }

    /// Passes a closing bracket.
    #[inline(always)]
    fn ends_with(&mut self, bracket: &[u8]) -> Read<()> {
        self.left += 1;
        self.spaces(self.depth(), 0);
        if self.passes(bracket) { Ok(()) } else { Err(Unexpected) }
    }

    /// Passes white space where it is expected: before what stands so deep, or, in one line, so many octets.
    #[inline(always)]
    fn spaces(&mut self, depth: usize, inline: usize) {
        if self.layout.spaced {
            self.rest = unspaced(self.rest, self.layout.before(depth, inline));
        }
    }
}

/// What follows white space, which is expected to be of so many octets. If it is, where to go on is known before it is looked at. A function of its
/// own, for it would stand before each name.
#[inline(never)]
fn unspaced(rest: &[u8], expected: usize) -> &[u8] {
    if scan::has_spaces(rest, expected)
        && let Some(rest) = rest.get(expected..)
    {
        return rest;
    }
    scan::spaces(rest)
}
