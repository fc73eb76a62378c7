//! Buffers that connections borrow while they have something to read or to write: one that is idle holds none.

use std::cell::RefCell;

/// Octets of a buffer.
pub(super) const SIZE: usize = 16 * 1024;

/// Buffers that a thread keeps.
const MOST: usize = 16;

/// A buffer that grew past this is not kept.
const LARGEST: usize = 4 * SIZE;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer with room for [`SIZE`] octets.
pub(super) fn take() -> Vec<u8> {
    let spare = SPARE.try_with(|spare| spare.borrow_mut().pop());
    spare.ok().flatten().unwrap_or_else(|| Vec::with_capacity(SIZE))
}

/// Gives a buffer back, whatever is in it; one that is no such buffer is freed.
pub(super) fn give(mut buffer: Vec<u8>) {
    if !(SIZE..=LARGEST).contains(&buffer.capacity()) {
        return;
    }
    buffer.clear();
    // While a thread ends there is nobody to keep it for.
    let _ = SPARE.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        if spare.len() < MOST {
            spare.push(buffer);
        }
    });
}
