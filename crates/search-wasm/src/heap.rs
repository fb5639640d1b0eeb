//! The module's heap: lists of free blocks by size, and nothing that joins or
//! splits them. The standard library's allocator is five kilobytes of what
//! every reader downloads, and what it saves in memory is little here: an
//! engine holds shards, which are of few sizes, and drops them together.
//!
//! The module runs on one thread (see the crate's own words), so what is
//! shared here is never touched twice at once.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;
use core::ptr;

/// Bytes of a page of linear memory.
const PAGE: usize = 1 << 16;

/// Sizes of blocks: eight up to 64 bytes, then four to each doubling.
const CLASSES: usize = 27 * 4 + 4;

/// What all blocks are aligned to.
const ALIGN: usize = 8;

/// The heap.
pub struct Heap {
    /// First free block of each size; its first word is the next one.
    free: [Cell<*mut u8>; CLASSES],
    /// Where memory that was never used begins and ends.
    unused: Cell<(usize, usize)>,
}

// SAFETY: a module instance runs on one thread.
unsafe impl Sync for Heap {}

/// The class of blocks for a size, and the size of its blocks.
fn class_of(size: usize) -> (usize, usize) {
    let last = size.max(1) - 1;
    let bits = (usize::BITS - (last | 63).leading_zeros()) as usize;
    let step = bits - 3;
    let eighths = last >> step;
    ((bits - 6) * 4 + eighths, (eighths + 1) << step)
}

impl Heap {
    /// A heap without memory.
    pub const fn new() -> Self {
        Self {
            free: [const { Cell::new(ptr::null_mut()) }; CLASSES],
            unused: Cell::new((0, 0)),
        }
    }

    /// A block that was never used; null when there is no more memory.
    fn fresh(&self, size: usize) -> *mut u8 {
        let (mut from, mut to) = self.unused.get();
        if to - from < size {
            // Nobody else asks for pages, so new ones follow the old ones.
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

// SAFETY: a block is in one list or in use, never both, and is as large as its
// class says, which follows from its layout alone.
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
        // SAFETY: by contract the block is nobody's any more; it has a word.
        unsafe { block.cast::<*mut u8>().write(self.free[class].get()) };
        self.free[class].set(block);
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if class_of(layout.size()) == class_of(size) {
            return block;
        }
        // SAFETY: the caller's layout with another size, which by contract is
        // a layout too.
        let other = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: as above.
        let moved = unsafe { self.alloc(other) };
        if !moved.is_null() {
            // SAFETY: both blocks hold the smaller of the two sizes.
            unsafe { ptr::copy_nonoverlapping(block, moved, layout.size().min(size)) };
            // SAFETY: by contract the old block is given up.
            unsafe { self.dealloc(block, layout) };
        }
        moved
    }
}
