//! The heap: configuration, bump allocation and its slow path, the write barrier, and when to collect.

use crate::cells::{CellKind, CellRef, Header};
use crate::large_space::LargeSpace;
use crate::layout::{self, GC_BARRIER_DUE, GC_BARRIER_MASK, GC_IMMOVABLE, GC_OLD, GC_REMEMBERED};
use crate::memory::write_filler;
use crate::nursery::Nursery;
use crate::old_space::OldSpace;
use crate::roots::{RootProvider, RootedList};
use crate::value::Value;
use crate::verify::ShapeCheck;

/// When to collect, apart from need. Part of the Schedule, so never a matter of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum GcSchedule {
    #[default]
    Normal,
    /// Alternately a scavenge and a full collection at every n-th allocation.
    EveryN(u32),
    /// Collect often and move everything that is not pinned, old space and large objects included.
    StressMove,
}

/// What to collect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// The nursery.
    Scavenge,
    /// Everything.
    Full,
}

#[derive(Clone, Debug)]
pub struct HeapConfig {
    pub nursery_bytes: usize,
    /// Bytes in use above which, after a full collection, `oom_pending` is raised.
    pub limit: Option<usize>,
    pub schedule: GcSchedule,
    /// Run the heap verifier around each collection.
    /// Debug builds do so anyway under a schedule other than `Normal`.
    pub verify: bool,
    /// What the heap verifier finds ends the program (`Heap::problem`) instead of panicking.
    pub report_problems: bool,
}

impl Default for HeapConfig {
    fn default() -> HeapConfig {
        HeapConfig {
            nursery_bytes: 8 << 20,
            limit: None,
            schedule: GcSchedule::Normal,
            verify: false,
            report_problems: false,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStats {
    /// Bytes handed out, inline allocation of compiled code included.
    pub allocated_bytes: u64,
    pub scavenges: u64,
    pub full_collections: u64,
    /// Cells copied, promotions included.
    pub moved_cells: u64,
    pub promoted_cells: u64,
    /// Cells pinned by native words, summed over collections.
    pub pinned_cells: u64,
    /// Bytes in old space and large objects.
    pub old_bytes: usize,
    /// Bytes of the nursery handed out or occupied by survivors.
    pub nursery_bytes: usize,
}

/// Old space is collected when it exceeds this, or twice what was live after the last full collection.
const MIN_OLD_THRESHOLD: usize = 16 << 20;
/// `StressMove` collects this often.
const STRESS_INTERVAL: u64 = 32;
/// What a heap without a limit still refuses in one piece.
const UNLIMITED: usize = 4 << 30;

/// Owns all cells of an isolate. The first fields are read by compiled code (see `layout`).
#[repr(C)]
pub struct Heap {
    pub(crate) top: usize,
    /// Compiled code and the fast path may bump up to here; 0 when each allocation must be seen.
    pub(crate) limit: usize,
    pub(crate) nursery_base: usize,
    pub(crate) nursery_size: usize,
    /// Set when the heap limit is exceeded even after a full collection; the VM polls it and throws.
    pub oom_pending: bool,
    /// The first thing the heap verifier found. `oom_pending` is set with it, so that the program
    /// ends at the next tick.
    pub problem: Option<String>,
    /// End of the range that `top` is in.
    range_end: usize,
    /// `top` when the range was opened, for statistics.
    range_start: usize,
    pub(crate) nursery: Nursery,
    pub(crate) old: OldSpace,
    pub(crate) large: LargeSpace,
    pub(crate) remembered: Vec<CellRef>,
    pub(crate) rooted: RootedList,
    pub(crate) providers: Vec<*mut dyn RootProvider>,
    pub(crate) conservative_ranges: Vec<(usize, usize)>,
    /// Highest address of the native stack to scan; 0 for no scan.
    pub(crate) stack_base: usize,
    pub(crate) shape_check: Option<Box<dyn ShapeCheck>>,
    config: HeapConfig,
    pub(crate) stats: HeapStats,
    /// Allocations seen, when each must be.
    allocations: u64,
    paused: u32,
    pub(crate) collecting: bool,
    old_threshold: usize,
    used_after_full: usize,
}

/// The range that new cells are bumped into.
#[derive(Clone, Copy)]
pub(crate) struct SavedRange {
    pub top: usize,
    pub start: usize,
    pub end: usize,
}

impl SavedRange {
    /// Whether it is what ends there.
    pub fn holds(&self, end: usize) -> bool {
        self.top != 0 && self.end == end
    }
}

impl Heap {
    pub fn new(config: HeapConfig) -> Heap {
        Heap::around(Nursery::new(config.nursery_bytes), OldSpace::new(), config)
    }

    /// A heap that nobody uses yet, of these spaces.
    pub(crate) fn around(nursery: Nursery, old: OldSpace, config: HeapConfig) -> Heap {
        Heap {
            top: 0,
            limit: 0,
            nursery_base: nursery.base(),
            nursery_size: nursery.size(),
            oom_pending: false,
            problem: None,
            range_end: 0,
            range_start: 0,
            nursery,
            old,
            large: LargeSpace::default(),
            remembered: Vec::new(),
            rooted: RootedList::new(),
            providers: Vec::new(),
            conservative_ranges: Vec::new(),
            stack_base: 0,
            shape_check: None,
            config,
            stats: HeapStats::default(),
            allocations: 0,
            paused: 0,
            collecting: false,
            old_threshold: MIN_OLD_THRESHOLD,
            used_after_full: 0,
        }
    }

    /// Registers an owner of precise roots.
    ///
    /// # Safety
    /// `provider` must stay valid until it is removed or the heap is dropped.
    pub unsafe fn add_root_provider(&mut self, provider: *mut dyn RootProvider) {
        self.providers.push(provider);
    }

    pub fn remove_root_provider(&mut self, provider: *mut dyn RootProvider) {
        self.providers.retain(|&known| !std::ptr::addr_eq(known, provider));
    }

    /// The native stack between the point of a collection and `base` is scanned conservatively from now on.
    /// 0 turns the scan off, for embedders (tests) that report every root precisely.
    pub fn set_stack_base(&mut self, base: usize) {
        self.stack_base = base;
    }

    /// Adds memory whose words pin what they point into.
    ///
    /// # Safety
    /// The range must stay readable until it is removed.
    pub unsafe fn add_conservative_range(&mut self, start: *const u8, bytes: usize) {
        self.conservative_ranges.push((start as usize, start as usize + bytes));
    }

    pub fn remove_conservative_range(&mut self, start: *const u8) {
        self.conservative_ranges.retain(|range| range.0 != start as usize);
    }

    /// Asked by the verifier about each object and its shape.
    pub fn set_shape_check(&mut self, check: Option<Box<dyn ShapeCheck>>) {
        self.shape_check = check;
    }

    pub fn schedule(&self) -> GcSchedule {
        self.config.schedule
    }

    pub fn set_schedule(&mut self, schedule: GcSchedule) {
        self.config.schedule = schedule;
        self.allocations = 0;
        self.limit = if self.sees_each_allocation() { 0 } else { self.range_end };
    }

    pub fn set_limit(&mut self, limit: Option<usize>) {
        self.config.limit = limit;
    }

    /// While paused, nothing collects and the heap only grows. Calls nest.
    pub fn pause_collection(&mut self) {
        self.paused += 1;
    }

    pub fn resume_collection(&mut self) {
        self.paused -= 1;
    }

    pub fn stats(&self) -> HeapStats {
        let mut stats = self.stats;
        stats.allocated_bytes += (self.top - self.range_start) as u64;
        stats.old_bytes = self.old_bytes();
        stats.nursery_bytes = self.nursery.used_bytes - (self.range_end - self.top);
        stats
    }

    #[inline]
    fn old_bytes(&self) -> usize {
        self.old.bytes + self.large.bytes
    }

    /// Bytes in use: old space, large objects and what was handed out of the nursery.
    pub fn used_bytes(&self) -> usize {
        self.old_bytes() + self.nursery.used_bytes - (self.range_end - self.top)
    }

    /// Whether a request of the program's choosing fits, if need be after a full collection.
    pub fn can_allocate(&mut self, bytes: usize) -> bool {
        let limit = self.config.limit.unwrap_or(UNLIMITED);
        if bytes > limit {
            return false;
        }
        let used = self.used_bytes();
        // near the limit, not again before there can be something to win
        if used.saturating_add(bytes) > limit && used + bytes >= self.used_after_full + limit / 16 {
            self.collect(Collection::Full);
        }
        self.used_bytes().saturating_add(bytes) <= limit
    }

    pub(crate) fn saved_range(&self) -> SavedRange {
        SavedRange { top: self.top, start: self.range_start, end: self.range_end }
    }

    /// Goes on bumping through `range`.
    pub(crate) fn take_up_range(&mut self, range: SavedRange) {
        (self.top, self.range_start, self.range_end) = (range.top, range.start, range.end);
        self.set_schedule(self.config.schedule);
    }

    // The write barrier.

    #[inline(always)]
    pub(crate) fn is_young_address(&self, address: usize) -> bool {
        address.wrapping_sub(self.nursery_base) < self.nursery_size
    }

    /// Whether the cell lies in the nursery.
    #[inline(always)]
    pub fn is_young(&self, cell: CellRef) -> bool {
        self.is_young_address(cell.address())
    }

    /// The one function through which every tagged store goes: the store, then the barrier.
    ///
    /// # Safety
    /// `slot` must point to a tagged word of `owner`.
    #[inline(always)]
    pub unsafe fn write(&mut self, owner: CellRef, slot: *mut Value, value: Value) {
        // SAFETY: promised by the caller.
        unsafe { slot.write(value) };
        if owner.gc() & GC_BARRIER_MASK == GC_BARRIER_DUE && self.is_young_address(value.to_bits() as usize) {
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
        assert!(index < count, "slot {index} of a {:?} with {count}", cell.kind());
        self.write_at(cell, offset + 8 * index, value);
    }

    /// Adds an old cell to the remembered set: the slow half of the barrier, also of compiled code's.
    #[cold]
    #[inline(never)]
    pub fn remember(&mut self, owner: CellRef) {
        let gc = owner.gc();
        if gc & GC_BARRIER_MASK == GC_BARRIER_DUE {
            owner.set_gc(gc | GC_REMEMBERED);
            self.remembered.push(owner);
        }
    }

    // Allocation.

    /// Uninitialised memory for a cell, with its header written. The caller initialises every word before the next
    /// allocation; a cell born old is in the remembered set already, so initialising stores need no barrier.
    #[inline(always)]
    pub(crate) fn allocate_cell(&mut self, kind: CellKind, size: usize) -> CellRef {
        debug_assert!(size.is_multiple_of(layout::CELL_ALIGNMENT) && size >= 16);
        let address = self.top;
        if size <= layout::MAX_NURSERY_CELL && address + size <= self.limit {
            self.top = address + size;
            let cell = CellRef::from_address(address);
            cell.put(0, layout::header_word(0, kind, 0, 0));
            return cell;
        }
        self.allocate_slow(kind, size)
    }

    #[cold]
    #[inline(never)]
    fn allocate_slow(&mut self, kind: CellKind, size: usize) -> CellRef {
        assert!(!self.collecting, "allocation during a collection");
        self.follow_schedule();
        if size > layout::MAX_NURSERY_CELL {
            return self.allocate_old(kind, size, 0);
        }
        if self.top + size > self.range_end && !self.open_range(size) {
            self.collect_for_nursery();
            if self.top + size > self.range_end && !self.open_range(size) {
                return self.allocate_old(kind, size, 0);
            }
        }
        let cell = CellRef::from_address(self.top);
        self.top += size;
        cell.put(0, layout::header_word(0, kind, 0, 0));
        cell
    }

    /// Like `allocate_cell`, for a cell that never moves.
    pub(crate) fn allocate_immovable(&mut self, kind: CellKind, size: usize) -> CellRef {
        self.follow_schedule();
        self.allocate_old(kind, size, GC_IMMOVABLE)
    }

    /// A cell born in old space, remembered until the next collection has looked at it.
    fn allocate_old(&mut self, kind: CellKind, size: usize, gc: u8) -> CellRef {
        if self.old_bytes() + size > self.old_threshold {
            self.collect_unless_paused(Collection::Full);
        }
        self.check_limit(size);
        let address =
            if size > layout::MAX_NURSERY_CELL { self.large.allocate(size) } else { self.old.allocate(size) };
        self.stats.allocated_bytes += size as u64;
        let cell = CellRef::from_address(address);
        cell.put(0, layout::header_word(0, kind, 0, 0));
        cell.set_gc(gc | GC_OLD);
        if kind.has_tagged_words() {
            self.remember(cell);
        }
        cell
    }

    fn sees_each_allocation(&self) -> bool {
        self.config.schedule != GcSchedule::Normal
    }

    /// Collects if the schedule says so at this allocation.
    fn follow_schedule(&mut self) {
        let interval = match self.config.schedule {
            GcSchedule::Normal => return,
            GcSchedule::EveryN(interval) => interval.max(1) as u64,
            GcSchedule::StressMove => STRESS_INTERVAL,
        };
        self.allocations += 1;
        if self.allocations.is_multiple_of(interval) {
            let even = (self.allocations / interval).is_multiple_of(2);
            self.collect_unless_paused(if even { Collection::Full } else { Collection::Scavenge });
        }
    }

    /// Continues allocation in another range of the nursery.
    fn open_range(&mut self, size: usize) -> bool {
        self.check_limit(size);
        self.close_range();
        let Some((start, end)) = self.nursery.next_range(size) else { return false };
        (self.top, self.range_start, self.range_end) = (start, start, end);
        self.limit = if self.sees_each_allocation() { 0 } else { end };
        true
    }

    /// Gives up the rest of the range, so that the whole nursery is walkable.
    pub(crate) fn close_range(&mut self) {
        write_filler(self.top, self.range_end);
        self.stats.allocated_bytes += (self.top - self.range_start) as u64;
        (self.top, self.limit, self.range_start, self.range_end) = (0, 0, 0, 0);
    }

    /// Writes a filler over the rest of the range without giving it up.
    pub(crate) fn make_walkable(&self) {
        write_filler(self.top, self.range_end);
    }

    // When to collect.

    fn collect_for_nursery(&mut self) {
        let full = self.old_bytes() > self.old_threshold;
        self.collect_unless_paused(if full { Collection::Full } else { Collection::Scavenge });
    }

    fn collect_unless_paused(&mut self, collection: Collection) {
        if self.paused == 0 {
            self.collect(collection);
        }
    }

    /// Raises `oom_pending` if the limit is exceeded and a full collection does not help.
    fn check_limit(&mut self, size: usize) {
        let Some(limit) = self.config.limit else { return };
        let used = self.used_bytes() + size;
        if used <= limit || self.paused > 0 {
            return;
        }
        if used >= self.used_after_full + limit / 16 {
            self.collect(Collection::Full);
        }
        // `used_after_full` may also come from a collection that `can_allocate` asked for
        self.oom_pending |= self.used_after_full + size > limit;
    }

    /// Whether old space is to be evacuated as a whole.
    pub(crate) fn moves_everything(&self) -> bool {
        self.config.schedule == GcSchedule::StressMove
    }

    /// Bookkeeping after a collection.
    pub(crate) fn finish_collection(&mut self, collection: Collection) {
        if collection == Collection::Full {
            self.old_threshold = MIN_OLD_THRESHOLD.max(2 * self.old_bytes());
            self.used_after_full = self.used_bytes();
        }
        if self.verifies()
            && let Err(problem) = self.verify()
        {
            self.found(format!("heap verifier after {collection:?}: {problem}"));
        }
    }

    /// Whether the verifier runs around each collection.
    pub(crate) fn verifies(&self) -> bool {
        self.config.verify || cfg!(debug_assertions) && self.sees_each_allocation()
    }

    /// Reports what a verifier found, of the heap or of code that works on it.
    pub fn found(&mut self, problem: String) {
        assert!(self.config.report_problems, "{problem}");
        self.problem.get_or_insert(problem);
        self.oom_pending = true;
    }
}

/// The barrier's slow half in the C calling convention, for compiled code.
///
/// # Safety
/// `heap` and `owner` must be a live heap and a live cell of it.
pub unsafe extern "C" fn remember_owner(heap: *mut Heap, owner: *mut Header) {
    // SAFETY: promised by the caller.
    unsafe { (*heap).remember(CellRef::from_address(owner as usize)) }
}
