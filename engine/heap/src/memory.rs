//! Address space from the operating system, and the fillers and poison that free memory is made of.

use std::rc::Rc;

use crate::cells::{CellKind, CellRef};
use crate::layout;

/// Unit of both spaces.
pub(crate) const BLOCK_SIZE: usize = 64 << 10;

/// What freed memory is overwritten with in debug builds, after the filler's header.
const POISON: u8 = 0xDB;

/// A block-aligned stretch of address space; pages come into being when touched. Clones are the same stretch.
#[derive(Clone)]
pub(crate) struct Reservation {
    _mapping: Rc<Mapping>,
    pub base: usize,
    pub size: usize,
}

/// What the system granted, given back with the last clone.
struct Mapping {
    start: usize,
    size: usize,
}

impl Reservation {
    /// Reserves `size` bytes, or less (halving down to `least`) if the system refuses.
    pub fn new(size: usize, least: usize) -> Reservation {
        let mut size = size.next_multiple_of(BLOCK_SIZE);
        loop {
            let mapping_size = size + BLOCK_SIZE;
            // SAFETY: an anonymous private mapping at an address of the kernel's choice.
            let mapping = unsafe {
                libc::mmap(
                    std::ptr::null_mut(),
                    mapping_size,
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                    -1,
                    0,
                )
            };
            if mapping != libc::MAP_FAILED {
                let mapping = mapping as usize;
                let base = mapping.next_multiple_of(BLOCK_SIZE);
                let _mapping = Rc::new(Mapping { start: mapping, size: mapping_size });
                return Reservation { _mapping, base, size };
            }
            assert!(size / 2 >= least, "cannot reserve {size} bytes of address space for the heap");
            size = (size / 2).next_multiple_of(BLOCK_SIZE);
        }
    }

    #[inline(always)]
    pub fn contains(&self, address: usize) -> bool {
        address.wrapping_sub(self.base) < self.size
    }

    /// Gives the pages of one block back; it reads as zero afterwards.
    pub fn release_block(&self, address: usize) {
        debug_assert!(self.contains(address) && address.is_multiple_of(BLOCK_SIZE));
        // SAFETY: the block lies in our mapping and holds no live cell.
        unsafe { libc::madvise(address as *mut libc::c_void, BLOCK_SIZE, libc::MADV_DONTNEED) };
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: exactly what `Reservation::new` mapped; the heap that owned the cells is gone.
        unsafe { libc::munmap(self.start as *mut libc::c_void, self.size) };
    }
}

/// Makes `[start, end)` walkable as free memory.
pub(crate) fn write_filler(start: usize, end: usize) {
    debug_assert!(start <= end && (end - start).is_multiple_of(layout::CELL_ALIGNMENT));
    match end - start {
        0 => {}
        8 => CellRef::from_address(start).put(0, layout::header_word(0, CellKind::Filler, 1, 0)),
        size => {
            let filler = CellRef::from_address(start);
            filler.put(0, layout::header_word(0, CellKind::Filler, 0, 0));
            filler.put(8, size as u64);
        }
    }
}

/// Overwrites `[start, end)` in debug builds, so that a dangling reference shows.
pub(crate) fn poison(start: usize, end: usize) {
    if cfg!(debug_assertions) && start < end {
        // SAFETY: the caller owns the range and nothing live is in it.
        unsafe { (start as *mut u8).write_bytes(POISON, end - start) };
    }
}
