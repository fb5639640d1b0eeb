//! The module's heap: a list of free blocks per size, which are never merged or
//! split. The standard library's allocator would add five kilobytes to what
//! every reader downloads, and would save little memory here: an engine holds
//! shards, which have few different sizes, and drops them together.
//!
//! The module runs on one thread (see the crate's documentation), so the shared
//! state here is never accessed concurrently.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;
use core::ptr;

/// Size of a page of linear memory, in bytes.
const PAGE: usize = 1 << 16;

/// Number of size classes: eight up to 64 bytes, then four per doubling.
const CLASSES: usize = 27 * 4 + 4;

/// Alignment of all blocks, in bytes.
const ALIGN: usize = 8;

/// The allocator.
pub struct Heap {
    /// First free block of each class; its first word points to the next one.
    free: [Cell<*mut u8>; CLASSES],
    /// Start and end of the memory that was never used.
    unused: Cell<(usize, usize)>,
}

// SAFETY: a module instance runs on one thread.
unsafe impl Sync for Heap {}

/// The size class for a size, and the size of its blocks.
fn class_of(size: usize) -> (usize, usize) {
    let last = size.max(1) - 1;
    let bits = (usize::BITS - (last | 63).leading_zeros()) as usize;
    let step = bits - 3;
    let eighths = last >> step;
    ((bits - 6) * 4 + eighths, (eighths + 1) << step)
}

impl Heap {
    /// Creates a heap without memory.
    pub const fn new() -> Self {
        Self {
            free: [const { Cell::new(ptr::null_mut()) }; CLASSES],
            unused: Cell::new((0, 0)),
        }
    }

    /// A block that was never used; null if there is no more memory.
    fn fresh(&self, size: usize) -> *mut u8 {
        let (mut from, mut to) = self.unused.get();
        if to - from < size {
            // Nobody else requests pages, so new pages directly follow the old
            // ones.
            let pages = (size - (to - from)).div_ceil(PAGE);
            let before = memory_size::<0>() * PAGE;
            if memory_grow::<0>(pages) == usize::MAX {
                return ptr::null_mut();
            }
            if to == 0 {
                from = before;
            }
            to = before + pages * PAGE;
        }
        self.unused.set((from + size, to));
        from as *mut u8
    }
}

// SAFETY: a block is either in one list or in use, never both, and has the size
// of its class, which only depends on the layout.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > ALIGN {
            return ptr::null_mut();
        }
        let (class, size) = class_of(layout.size());
        let first = self.free[class].get();
        if first.is_null() {
            return self.fresh(size);
        }
        // SAFETY: a free block holds the address of the next in its first word.
        self.free[class].set(unsafe { first.cast::<*mut u8>().read() });
        first
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let (class, _) = class_of(layout.size());
        // SAFETY: by contract the block is no longer in use; it is at least a
        // word long.
        unsafe { block.cast::<*mut u8>().write(self.free[class].get()) };
        self.free[class].set(block);
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if class_of(layout.size()) == class_of(size) {
            return block;
        }
        // SAFETY: by contract, the caller's layout with the new size is a valid
        // layout too.
        let other = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: as above.
        let moved = unsafe { self.alloc(other) };
        if !moved.is_null() {
            // SAFETY: both blocks are at least as long as the smaller size.
            unsafe { ptr::copy_nonoverlapping(block, moved, layout.size().min(size)) };
            // SAFETY: by contract the old block is no longer used.
            unsafe { self.dealloc(block, layout) };
        }
        moved
    }
}
