//! Values that are written together, behind one check for room.
//!
//! Generated code gives what stands between two decisions, literals and values, as one tuple: `write::all(out, (r#"{"t":"#, point.t,
//! r#","valence":"#, point.valence, "}"))`. The most octets that it can have are known before any is written, so room is made
//! once. What looks unusual, a text with an escape or a double of many digits, is written the long way, and all of the tuple with it.

use alloc::vec::Vec;
use core::ptr;

use uuid::Uuid;

use super::{put, write};

/// Something that is written.
///
/// # Safety
/// `put` writes at most `most` octets, and gives null or the place behind what it wrote.
pub unsafe trait Piece {
    /// How many octets it has at most.
    fn most(&self) -> usize;

    /// Appends it, whatever it holds.
    fn append(&self, out: &mut Vec<u8>);

    /// Writes it at `at`, and gives the place behind it; null if it is unusual.
    ///
    /// # Safety
    /// There is room for as many octets as `most` says, which nothing else refers to.
    unsafe fn put(&self, at: *mut u8) -> *mut u8;
}

/// What stands between the quotes of a JSON string.
#[derive(Debug, Clone, Copy)]
pub struct Text<'t>(pub &'t str);

/// A text as it is.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'t>(pub &'t str);

/// Appends pieces.
// Inlined, so that pieces stand in registers; what is unusual takes them by value, so that they are put together only there.
#[inline(always)]
pub fn all<P: Piece>(out: &mut Vec<u8>, pieces: P) {
    let most = pieces.most();
    if out.capacity() - out.len() < most {
        grow(out, most);
    }
    let start = out.len();
    // SAFETY: there is room for so many octets behind the buffer's own, and a piece writes no more.
    let end = unsafe { pieces.put(out.as_mut_ptr().add(start)) };
    if end.is_null() {
        return unusual(out, pieces);
    }
    // SAFETY: what stands before the end was written.
    unsafe { out.set_len(end.offset_from_unsigned(out.as_ptr())) };
}

/// Appends a list, each item as pieces.
#[inline]
pub fn rows<'t, T, P: Piece>(out: &mut Vec<u8>, items: &'t [T], mut piece: impl FnMut(&'t T) -> P) {
    let mut before = Octet(b'[');
    for item in items {
        all(out, (before, piece(item)));
        before = Octet(b',');
    }
    if items.is_empty() {
        out.push(b'[');
    }
    out.push(b']');
}

/// An octet as it is.
#[derive(Clone, Copy)]
struct Octet(u8);

// SAFETY: one octet.
unsafe impl Piece for Octet {
    #[inline(always)]
    fn most(&self) -> usize {
        1
    }

    fn append(&self, out: &mut Vec<u8>) {
        out.push(self.0);
    }

    #[inline(always)]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe {
            *at = self.0;
            at.add(1)
        }
    }
}

#[cold]
#[inline(never)]
fn grow(out: &mut Vec<u8>, most: usize) {
    out.reserve(most);
}

#[cold]
#[inline(never)]
fn unusual<P: Piece>(out: &mut Vec<u8>, pieces: P) {
    pieces.append(out);
}

/// JSON text as it is.
// Literals have a length only where they stand: what follows is always inlined.
// SAFETY: its octets, and no more.
unsafe impl Piece for &str {
    #[inline(always)]
    fn most(&self) -> usize {
        self.len()
    }

    fn append(&self, out: &mut Vec<u8>) {
        write::raw(out, self);
    }

    #[inline(always)]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe { put::raw(at, self.as_bytes()) }
    }
}

// SAFETY: its octets, and no more.
unsafe impl Piece for Raw<'_> {
    #[inline(always)]
    fn most(&self) -> usize {
        self.0.len()
    }

    fn append(&self, out: &mut Vec<u8>) {
        write::raw(out, self.0);
    }

    #[inline(always)]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe { put::raw(at, self.0.as_bytes()) }
    }
}

// SAFETY: `fit` writes the text's octets.
unsafe impl Piece for Text<'_> {
    #[inline(always)]
    fn most(&self) -> usize {
        self.0.len()
    }

    fn append(&self, out: &mut Vec<u8>) {
        write::escaped(out, self.0);
    }

    #[inline(always)]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe { text(at, self.0) }
    }
}

/// # Safety
/// There is room at `at` for the text's octets.
#[inline(never)]
unsafe fn text(at: *mut u8, text: &str) -> *mut u8 {
    // SAFETY: as the caller says.
    unsafe {
        if put::fit::<put::Escaped>(at, text.as_bytes()) {
            at.add(text.len())
        } else {
            ptr::null_mut()
        }
    }
}

// SAFETY: `true` and `false`.
unsafe impl Piece for bool {
    #[inline]
    fn most(&self) -> usize {
        5
    }

    fn append(&self, out: &mut Vec<u8>) {
        write::bool(out, *self);
    }

    #[inline]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe { if *self { put::raw(at, b"true") } else { put::raw(at, b"false") } }
    }
}

// SAFETY: as `put::u64` says.
unsafe impl Piece for u64 {
    #[inline]
    fn most(&self) -> usize {
        put::INTEGER
    }

    fn append(&self, out: &mut Vec<u8>) {
        write::u64(out, *self);
    }

    #[inline]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe { put::u64(at, *self) }
    }
}

// SAFETY: as `put::i64` says.
unsafe impl Piece for i64 {
    #[inline]
    fn most(&self) -> usize {
        put::INTEGER
    }

    fn append(&self, out: &mut Vec<u8>) {
        write::i64(out, *self);
    }

    #[inline]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe { put::i64(at, *self) }
    }
}

// SAFETY: as `put::f64` says.
unsafe impl Piece for f64 {
    #[inline]
    fn most(&self) -> usize {
        put::FLOAT
    }

    fn append(&self, out: &mut Vec<u8>) {
        write::f64(out, *self);
    }

    #[inline]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe { put::f64(at, *self) }
    }
}

/// A UUID's text, without quotes.
// SAFETY: as `put::uuid` says.
unsafe impl Piece for &Uuid {
    #[inline(always)]
    fn most(&self) -> usize {
        put::UUID
    }

    fn append(&self, out: &mut Vec<u8>) {
        let mut buffer = [0; uuid::fmt::Hyphenated::LENGTH];
        write::raw(out, self.hyphenated().encode_lower(&mut buffer));
    }

    #[inline(always)]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        // SAFETY: as the caller says.
        unsafe { put::uuid(at, self) }
    }
}

/// What may be absent.
// SAFETY: the piece's own, or nothing.
unsafe impl<P: Piece> Piece for Option<P> {
    #[inline(always)]
    fn most(&self) -> usize {
        self.as_ref().map_or(0, Piece::most)
    }

    fn append(&self, out: &mut Vec<u8>) {
        if let Some(piece) = self {
            piece.append(out);
        }
    }

    #[inline(always)]
    unsafe fn put(&self, at: *mut u8) -> *mut u8 {
        match self {
            // SAFETY: as the caller says.
            Some(piece) => unsafe { piece.put(at) },
            None => at,
        }
    }
}

macro_rules! tuples {
    ($(($($piece:ident)+))+) => {$(
        // SAFETY: each piece writes behind the one before it, and all together no more than the sum.
        unsafe impl<$($piece: Piece),+> Piece for ($($piece,)+) {
            #[inline(always)]
            #[allow(non_snake_case)]
            fn most(&self) -> usize {
                let ($($piece,)+) = self;
                // A sum that is no number is more than any buffer has room for.
                0_usize $(.saturating_add($piece.most()))+
            }

            #[allow(non_snake_case)]
            fn append(&self, out: &mut Vec<u8>) {
                let ($($piece,)+) = self;
                $($piece.append(out);)+
            }

            #[inline(always)]
            #[allow(non_snake_case)]
            unsafe fn put(&self, at: *mut u8) -> *mut u8 {
                let ($($piece,)+) = self;
                $(
                    // SAFETY: as the caller says.
                    let at = unsafe { $piece.put(at) };
                    if at.is_null() {
                        return at;
                    }
                )+
                at
            }
        }
    )+};
}

tuples! {
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J K)
    (A B C D E F G H I J K L)
}
