//! What stands behind the start line, written as our encoders write it: declared headers in their order, nothing else, and the body.

use core::marker::PhantomData;

use super::{
    form::Form,
    octets::{printed, printed_of},
    reader::{block, ends_behind, is_bare},
};

/// Reads that from front to back. `None` everywhere means that it is written otherwise, or refused: [`super::Reader`] decides.
///
/// A line is ended by the literal that comes behind it, so each begins with a line end. The frame is no longer than a line may be, so none is.
#[derive(Debug)]
pub struct Straight<'a, F> {
    rest: &'a [u8],
    form: PhantomData<F>,
}

impl<'a, F: Form> Straight<'a, F> {
    /// Of what is left of a frame, from the end of its first line.
    #[inline(always)]
    pub(super) const fn new(rest: &'a [u8]) -> Self {
        Self { rest, form: PhantomData }
    }

    /// Passes over this.
    #[inline(always)]
    pub fn past(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text.as_bytes())?;
        Some(())
    }

    /// Passes over this, if it comes next.
    #[inline(always)]
    pub fn next_is(&mut self, text: &str) -> bool {
        self.past(text).is_some()
    }

    /// A value, to the end of its line.
    #[inline(always)]
    pub fn value(&mut self) -> Option<&'a str> {
        let (value, rest) = printed(self.rest);
        self.rest = rest;
        whole::<F>(value)
    }

    /// A value of so many octets, of a type that has no blanks around it: where it ends need not be looked for. Whether it ends there, the next
    /// literal says.
    #[inline(always)]
    pub fn value_of<const N: usize>(&mut self) -> Option<&'a str> {
        let (value, rest) = printed_of::<N>(self.rest)?;
        self.rest = rest;
        Some(value)
    }

    /// The length that a header says.
    #[inline(always)]
    pub fn length(&mut self) -> Option<usize> {
        let mut length = 0_usize;
        let mut rest = self.rest;
        while let [octet @ b'0'..=b'9', behind @ ..] = rest {
            length = length.checked_mul(10)?.checked_add(usize::from(octet - b'0'))?;
            rest = behind;
        }
        let count = self.rest.len() - rest.len();
        if count == 0 || count > 1 && self.rest.first() == Some(&b'0') {
            return None;
        }
        self.rest = rest;
        Some(length)
    }

    /// The body of this length, behind which the frame ends.
    #[inline(always)]
    pub fn body(self, length: usize) -> Option<&'a str> {
        let body = self.rest.get(..length).filter(|_| ends_behind::<F>(self.rest, length))?;
        block::<F>(body)
    }
}

/// A value with no blanks around it, if they would not belong to it.
#[inline(always)]
fn whole<F: Form>(value: &str) -> Option<&str> {
    (!F::FACTS.trim || is_bare(value)).then_some(value)
}
