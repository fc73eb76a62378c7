//! Writing framed text: functions that generated code and the walk append values with.

use alloc::vec::Vec;
use core::{marker::PhantomData, ptr};

use uuid::Uuid;

use super::{form::Form, octets::printable};
use crate::codec::{Json, Map, put, write};

/// Appends text that stays in its line: a line end in it is written as a space.
#[inline]
pub fn line(out: &mut Vec<u8>, text: &str) {
    let start = out.len();
    out.extend_from_slice(text.as_bytes());
    if printable(text.as_bytes(), 0) < text.len() {
        in_line(out, start);
    }
}

#[cold]
fn in_line(out: &mut [u8], start: usize) {
    for octet in out.iter_mut().skip(start).filter(|octet| matches!(octet, b'\n' | b'\r')) {
        *octet = b' ';
    }
}

/// Appends a header's value behind a space; an empty one takes the space away.
#[inline]
pub fn spaced(out: &mut Vec<u8>, text: &str) {
    if text.is_empty() {
        out.pop();
    }
    line(out, text);
}

/// A text in a line, as [`line()`] appends it, together with its neighbours.
#[derive(Debug, Clone, Copy)]
pub struct Line<'t>(pub &'t str);

/// A header's value with the space before it, as [`spaced`] appends it, together with its neighbours.
#[derive(Debug, Clone, Copy)]
pub struct Spaced<'t>(pub &'t str);

// SAFETY: `printed` writes the text's octets.
unsafe impl write::Piece for Line<'_> {
    #[inline(always)]
    fn most(&self) -> usize {
        self.0.len()
    }

    fn append(&self, out: &mut Vec<u8>) {
        line(out, self.0);
    }

    #[inline(always)]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe { printed(at, self.0) }
    }
}

// SAFETY: a space, and the text's octets.
unsafe impl write::Piece for Spaced<'_> {
    #[inline(always)]
    fn most(&self) -> usize {
        self.0.len() + 1
    }

    fn append(&self, out: &mut Vec<u8>) {
        out.push(b' ');
        spaced(out, self.0);
    }

    #[inline(always)]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe {
            *at = b' ';
            printed(at.add(usize::from(!self.0.is_empty())), self.0)
        }
    }
}

/// # Safety
/// There is room at `at` for the text's octets.
#[inline(never)]
unsafe fn printed(at: *mut u8, text: &str) -> *mut u8 {
    // SAFETY: as the caller says.
    unsafe {
        if put::fit::<put::Unprintable>(at, text.as_bytes()) {
            at.add(text.len())
        } else {
            ptr::null_mut()
        }
    }
}

/// Appends the items of a list between separators. `spaced`: as [`spaced`].
#[inline]
pub fn items<T>(out: &mut Vec<u8>, items: &[T], separator: &str, is_spaced: bool, mut item: impl FnMut(&mut Vec<u8>, &T)) {
    let start = out.len();
    for (index, value) in items.iter().enumerate() {
        if index > 0 {
            line(out, separator);
        }
        item(out, value);
    }
    if is_spaced && out.len() == start {
        out.pop();
    }
}

/// Appends a UUID in lower case.
#[inline]
pub fn uuid(out: &mut Vec<u8>, value: &Uuid) {
    let mut buffer = [0; uuid::fmt::Hyphenated::LENGTH];
    out.extend_from_slice(value.hyphenated().encode_lower(&mut buffer).as_bytes());
}

/// Headers that were kept, each behind a line end; mostly there are none. A value that is no string is written as its JSON.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'h, F> {
    headers: &'h Map<'h, Json<'h>>,
    form: PhantomData<F>,
}

impl<'h, F: Form> Kept<'h, F> {
    /// These.
    #[inline(always)]
    #[must_use]
    pub const fn of(headers: &'h Map<'h, Json<'h>>) -> Self {
        Self {
            headers,
            form: PhantomData,
        }
    }
}

// SAFETY: it writes nothing.
unsafe impl<F: Form> write::Piece for Kept<'_, F> {
    #[inline(always)]
    fn most(&self) -> usize {
        0
    }

    fn append(&self, out: &mut Vec<u8>) {
        for (name, value) in self.headers.iter() {
            write::raw(out, F::FACTS.newline);
            line(out, name);
            write::raw(out, F::FACTS.separator);
            let text = value.reader().string();
            let text = text.as_deref().unwrap_or(value.as_str());
            if F::FACTS.trim {
                out.push(b' ');
                spaced(out, text);
            } else {
                line(out, text);
            }
        }
    }

    #[inline(always)]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        if self.headers.is_empty() { at } else { ptr::null_mut() }
    }
}
