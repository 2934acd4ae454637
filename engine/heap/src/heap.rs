//! The heap: configuration, allocation of every kind of cell, and the write barrier.

use crate::cells::{CellKind, CellRef};
use crate::layout::{self, GC_BARRIER_DUE, GC_BARRIER_MASK, GC_REMEMBERED};
use crate::value::Value;

/// When to collect, apart from need. Part of the Schedule, so never a matter of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum GcSchedule {
    #[default]
    Normal,
    /// Alternately a scavenge and a full collection at every n-th allocation.
    EveryN(u32),
    /// Collect often and move everything that is not pinned, old space included.
    StressMove,
}

#[derive(Clone, Debug)]
pub struct HeapConfig {
    pub nursery_bytes: usize,
    /// Live bytes above which `oom_pending` is raised.
    pub limit: Option<usize>,
    pub schedule: GcSchedule,
    /// Run the heap verifier after each collection and panic on what it finds.
    pub verify: bool,
}

impl Default for HeapConfig {
    fn default() -> HeapConfig {
        HeapConfig {
            nursery_bytes: 8 << 20,
            limit: None,
            schedule: GcSchedule::Normal,
            verify: false,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStats {
    pub allocated_bytes: u64,
    pub full_collections: u64,
    pub scavenges: u64,
    pub moved_cells: u64,
    pub promoted_cells: u64,
    pub pinned_cells: u64,
}

/// Owns all cells of an isolate. The first fields are read by compiled code (see `layout`).
#[repr(C)]
pub struct Heap {
    pub(crate) top: usize,
    pub(crate) limit: usize,
    pub(crate) nursery_base: usize,
    pub(crate) nursery_size: usize,
    /// Set when the heap limit is exceeded after a full collection; the VM polls it and throws.
    pub oom_pending: bool,
    remembered: Vec<CellRef>,
    stats: HeapStats,
}

impl Heap {
    pub fn new(_config: HeapConfig) -> Heap {
        let nursery_size = 8 << 30;
        // SAFETY: an anonymous private mapping at an address of the kernel's choice.
        let base = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                nursery_size,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        assert!(base != libc::MAP_FAILED, "cannot reserve the nursery");
        let base = base as usize;
        Heap {
            top: base,
            limit: base + nursery_size,
            nursery_base: base,
            nursery_size,
            oom_pending: false,
            remembered: Vec::new(),
            stats: HeapStats::default(),
        }
    }

    pub fn stats(&self) -> HeapStats {
        self.stats
    }

    // The write barrier.

    #[inline(always)]
    pub(crate) fn is_young_address(&self, address: usize) -> bool {
        address.wrapping_sub(self.nursery_base) < self.nursery_size
    }

    /// The one function through which every tagged store goes: the store, then the barrier.
    ///
    /// # Safety
    /// `slot` must point to a tagged word of `owner`.
    #[inline(always)]
    pub unsafe fn write(&mut self, owner: CellRef, slot: *mut Value, value: Value) {
        // SAFETY: promised by the caller.
        unsafe { slot.write(value) };
        if owner.gc() & GC_BARRIER_MASK == GC_BARRIER_DUE
            && self.is_young_address(value.to_bits() as usize)
        {
            self.remember(owner);
        }
    }

    /// `write` at an offset that comes from the cell table.
    #[inline(always)]
    pub(crate) fn write_at(&mut self, owner: CellRef, offset: usize, value: Value) {
        // SAFETY: callers in this crate pass offsets of tagged words.
        unsafe { self.write(owner, owner.as_ptr().add(offset).cast::<Value>(), value) }
    }

    /// Stores the `index`-th tagged word of a cell (numbered as in `CellRef::slot`).
    #[inline]
    pub fn set_slot(&mut self, cell: CellRef, index: usize, value: Value) {
        let (offset, count) = cell.tagged_range();
        assert!(
            index < count,
            "slot {index} of a {:?} with {count}",
            cell.kind()
        );
        self.write_at(cell, offset + 8 * index, value);
    }

    /// Adds an old cell to the remembered set; the slow half of the barrier.
    #[cold]
    #[inline(never)]
    pub fn remember(&mut self, owner: CellRef) {
        owner.set_gc(owner.gc() | GC_REMEMBERED);
        self.remembered.push(owner);
    }

    // Allocation.

    /// Uninitialised memory for a cell, with its header written.
    #[inline(always)]
    pub(crate) fn allocate_cell(&mut self, kind: CellKind, size: usize) -> CellRef {
        debug_assert!(size.is_multiple_of(layout::CELL_ALIGNMENT) && size >= 16);
        let address = self.top;
        assert!(size <= self.limit - self.top, "nursery exhausted");
        self.top += size;
        self.stats.allocated_bytes += size as u64;
        let cell = CellRef::from_address(address);
        cell.put(0, layout::header_word(0, kind, 0, 0));
        cell
    }

    /// Like `allocate_cell`, for a cell that never moves.
    pub(crate) fn allocate_immovable(&mut self, kind: CellKind, size: usize) -> CellRef {
        let cell = self.allocate_cell(kind, size);
        cell.set_gc(layout::GC_IMMOVABLE);
        cell
    }
}
