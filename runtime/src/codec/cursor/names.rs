//! Names that stand elsewhere than expected, or are written in another way.

use alloc::borrow::Cow;

use super::{Cursor, carried};
use crate::codec::{Source, scan};

impl<'a> Cursor<'a> {
    /// As [`Source::name_is`], where white space may stand before the name.
    #[inline(never)]
    pub(super) fn spaced_name(mut self, lead: u8, quoted: &[u8]) -> Option<&'a [u8]> {
        self.space();
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.space();
        (*first == lead && self.passes(quoted)).then(|| scan::spaces(self.rest))
    }

    /// As [`Source::ends`], where white space may stand before the end.
    #[inline(never)]
    pub(super) fn spaced_end(mut self, lead: u8) -> Option<&'a [u8]> {
        self.space();
        if lead == b'{' {
            self.rest = self.rest.strip_prefix(b"{")?;
            self.space();
        }
        self.rest.strip_prefix(b"}")
    }

    /// The next member's name, or `None` at the end of the object, and what follows.
    #[inline(never)]
    pub(super) fn any_name(mut self, lead: u8) -> Option<(Option<Cow<'a, str>>, &'a [u8])> {
        self.space();
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        if *first != lead {
            return (*first == b'}' && lead == b',').then_some((None, rest));
        }
        self.space();
        if lead == b'{' && self.passes(b"}") {
            return Some((None, self.rest));
        }
        let name = self.string().ok()?;
        self.space();
        if !self.passes(b":") {
            return None;
        }
        self.space();
        Some((Some(name), self.rest))
    }

    /// Goes to the value of a member; `None` if it is not there.
    #[inline(never)]
    pub(super) fn find(&mut self, wanted: &str) -> Option<()> {
        let mut lead = b'{';
        loop {
            let (name, rest) = self.any_name(lead)?;
            self.rest = rest;
            if name? == wanted {
                return Some(());
            }
            self.rest = carried::skip(self.rest)?;
            lead = b',';
        }
    }
}
