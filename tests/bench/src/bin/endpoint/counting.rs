//! An allocator that counts, for each thread that asks for it.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
};

/// What a thread has taken from the allocator. Only that thread writes it.
#[derive(Default)]
pub struct Meter {
    allocations: AtomicU64,
    held: AtomicI64,
}

impl Meter {
    /// How often memory was taken, or given another size.
    pub fn allocations(&self) -> u64 {
        self.allocations.load(Relaxed)
    }

    /// Octets that were taken and not given back.
    pub fn held(&self) -> i64 {
        self.held.load(Relaxed)
    }

    fn took(&self, octets: i64) {
        self.allocations.store(self.allocations.load(Relaxed) + 1, Relaxed);
        self.gave(-octets);
    }

    fn gave(&self, octets: i64) {
        self.held.store(self.held.load(Relaxed) - octets, Relaxed);
    }
}

thread_local! {
    static METER: Cell<Option<&'static Meter>> = const { Cell::new(None) };
}

/// Counts what this thread takes, from now on.
pub fn count_here(meter: &'static Meter) {
    METER.set(Some(meter));
}

fn meter() -> Option<&'static Meter> {
    METER.try_with(Cell::get).ok().flatten()
}

pub struct Counting;

// SAFETY: everything is handed on to the system's allocator; the counters allocate nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if let Some(meter) = meter() {
            meter.took(layout.size() as i64);
        }
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if let Some(meter) = meter() {
            meter.gave(layout.size() as i64);
        }
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if let Some(meter) = meter() {
            meter.took(layout.size() as i64);
        }
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if let Some(meter) = meter() {
            meter.took(size as i64 - layout.size() as i64);
        }
        unsafe { System.realloc(memory, layout, size) }
    }
}
