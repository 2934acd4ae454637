//! Large objects: each one an allocation of its own, kept sorted by address for lookup of interior pointers.

use std::alloc;
use std::collections::BTreeMap;

use crate::cells::CellRef;
use crate::layout::{GC_MARKED, GC_PINNED};
use crate::memory::poison;

#[derive(Default)]
pub(crate) struct LargeSpace {
    /// Address to size.
    objects: BTreeMap<usize, usize>,
    /// All objects lie in `[lowest, highest)`, which only grows.
    lowest: usize,
    highest: usize,
    pub bytes: usize,
}

fn allocation_layout(size: usize) -> alloc::Layout {
    alloc::Layout::from_size_align(size, 16).expect("size of a large object")
}

impl LargeSpace {
    pub fn allocate(&mut self, size: usize) -> usize {
        // SAFETY: the size is not zero.
        let address = unsafe { alloc::alloc(allocation_layout(size)) } as usize;
        if address == 0 {
            alloc::handle_alloc_error(allocation_layout(size));
        }
        self.lowest = if self.highest == 0 { address } else { self.lowest.min(address) };
        self.highest = self.highest.max(address + size);
        self.objects.insert(address, size);
        self.bytes += size;
        address
    }

    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    pub fn find_cell(&self, address: usize) -> Option<CellRef> {
        if address < self.lowest || address >= self.highest {
            return None;
        }
        let (&start, &size) = self.objects.range(..=address).next_back()?;
        (address < start + size).then(|| CellRef::from_address(start))
    }

    /// Frees every unmarked object and clears the marks of the others.
    pub fn sweep(&mut self) {
        let bytes = &mut self.bytes;
        self.objects.retain(|&address, &mut size| {
            let cell = CellRef::from_address(address);
            let gc = cell.gc();
            if gc & GC_MARKED != 0 {
                cell.set_gc(gc & !(GC_MARKED | GC_PINNED));
                return true;
            }
            *bytes -= size;
            poison(address, address + size);
            // SAFETY: allocated with this layout; nothing live refers to it.
            unsafe { alloc::dealloc(address as *mut u8, allocation_layout(size)) };
            false
        });
    }

    /// Calls `visit` for each object with the room it has.
    pub fn walk(&self, visit: &mut dyn FnMut(CellRef, usize)) {
        for (&address, &size) in &self.objects {
            visit(CellRef::from_address(address), size);
        }
    }
}

impl Drop for LargeSpace {
    fn drop(&mut self) {
        for (&address, &size) in &self.objects {
            // SAFETY: allocated with this layout; the heap is gone.
            unsafe { alloc::dealloc(address as *mut u8, allocation_layout(size)) };
        }
    }
}
