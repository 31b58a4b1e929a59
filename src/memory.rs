//! An allocator that says so where there is no more memory. What follows is a trap, and the error
//! of a trap does not tell why.

use std::alloc::{GlobalAlloc, Layout, System};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_namespace = tunescape)]
extern "C" {
    /// Says that the memory is full, in a worker to the page, on the page to its crash notice.
    /// Nothing is handed over, so that it takes no memory of this module's.
    fn full();
}

struct Telling;

#[global_allocator]
static ALLOCATOR: Telling = Telling;

/// What was allocated, if anything was.
fn told(memory: *mut u8) -> *mut u8 {
    if memory.is_null() {
        full();
    }
    memory
}

// SAFETY: everything is left to the system's allocator, and handed on as it is.
unsafe impl GlobalAlloc for Telling {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        told(unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        told(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        told(unsafe { System.realloc(memory, layout, size) })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}
