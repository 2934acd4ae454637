//! Scavenges and full collections: one tracing routine, parametrised by what is collected and what moves.
//!
//! A cell of the collected part is, on first visit, either marked in place (pinned, or its block stays) or copied,
//! leaving a forwarding address; each traced slot is updated at once. A scavenge collects the nursery: first-time
//! survivors move to fresh nursery blocks, the others to old space. A full collection collects everything and promotes
//! all that survives in the nursery; blocks of old space that are nearly empty (all, under `StressMove`) are evacuated.
//! Pinned cells are roots. WeakMap, WeakSet and WeakRef hold strongly: what a program can observe of their clearing
//! would depend on the native stack, hence on the tier.

use crate::cells::CellRef;
use crate::heap::{Collection, Heap};
use crate::layout::{
    GC_AGED, GC_FORWARDED, GC_IMMOVABLE, GC_MARKED, GC_OLD, GC_PINNED, GC_REMEMBERED, MAX_NURSERY_CELL,
};
use crate::roots::{RootVisitor, SAVED_REGISTERS, save_registers, scan_words};
use crate::value::Value;

struct Collector<'h> {
    heap: &'h mut Heap,
    full: bool,
    /// Large objects move too.
    move_large: bool,
    /// Marked or copied, not yet traced.
    gray: Vec<CellRef>,
    /// Whether the cell being traced refers to the nursery.
    saw_young: bool,
}

impl Heap {
    /// Collects now.
    #[inline(never)]
    pub fn collect(&mut self, collection: Collection) {
        let mut registers = [0; SAVED_REGISTERS];
        save_registers(&mut registers);
        let registers = std::hint::black_box(&mut registers);
        self.collect_from(collection, registers.as_ptr() as usize);
    }

    /// Collects, with the native stack scanned from `stack_top` up.
    #[inline(never)]
    fn collect_from(&mut self, collection: Collection, stack_top: usize) {
        assert!(!self.collecting, "collection during a collection");
        if self.verifies() {
            self.find_missed_barriers();
        }
        self.collecting = true;
        let full = collection == Collection::Full;
        self.close_range();
        self.nursery.begin_collection();
        let move_everything = self.moves_everything();
        if full {
            self.stats.full_collections += 1;
            self.old.begin_evacuation(move_everything);
        } else {
            self.stats.scavenges += 1;
        }

        let pinned = self.pin_conservatively(full, stack_top);
        let remembered = std::mem::take(&mut self.remembered);
        for owner in &remembered {
            owner.set_gc(owner.gc() & !GC_REMEMBERED);
        }
        let providers = self.providers.clone();
        let rooted: *const _ = &self.rooted;

        let mut collector =
            Collector { heap: self, full, move_large: move_everything, gray: Vec::new(), saw_young: false };
        for &cell in &pinned {
            collector.mark(cell);
        }
        if !full {
            for &owner in &remembered {
                collector.trace(owner);
            }
        }
        for &provider in &providers {
            // SAFETY: whoever registered the provider keeps it alive.
            unsafe { (*provider).trace_roots(&mut collector) };
        }
        // SAFETY: the list is not touched by tracing, which only updates the values in it.
        unsafe { (*rooted).trace(&mut collector) };
        while let Some(cell) = collector.gray.pop() {
            collector.trace(cell);
        }
        for &provider in &providers {
            // SAFETY: as above.
            unsafe {
                (*provider).trace_weak_tables(&mut |table| table.sweep(&mut |cell| collector.survivor(cell)));
            }
        }

        self.stats.pinned_cells += pinned.len() as u64;
        let mut young = pinned;
        young.retain(|&cell| self.is_young(cell));
        self.nursery.finish_collection(&young);
        for cell in young {
            cell.set_gc(cell.gc() & !(GC_MARKED | GC_PINNED) | GC_AGED);
        }
        if full {
            self.old.sweep();
            self.large.sweep();
        }
        self.collecting = false;
        self.finish_collection(collection);
    }

    /// Pins what native words point into and returns it, nursery cells in address order.
    fn pin_conservatively(&mut self, full: bool, stack_top: usize) -> Vec<CellRef> {
        let mut young = Vec::new();
        let mut pinned = Vec::new();
        let heap = &*self;
        let mut visit = |word: usize| {
            if heap.is_young_address(word) {
                young.push(word);
            } else if full {
                let found = if heap.old.contains(word) {
                    heap.old.find_cell(word)
                } else {
                    heap.large.find_cell(word)
                };
                pinned.extend(found);
            }
        };
        if self.stack_base != 0 {
            scan_words(stack_top, self.stack_base, &mut visit);
        }
        for &(start, end) in &self.conservative_ranges {
            scan_words(start, end, &mut visit);
        }
        young.sort_unstable();
        young.dedup();
        self.nursery.find_cells(&young, &mut |cell| pinned.push(cell));
        pinned.retain(|cell| {
            let gc = cell.gc();
            cell.set_gc(gc | GC_PINNED);
            gc & GC_PINNED == 0
        });
        pinned
    }
}

impl Collector<'_> {
    fn mark(&mut self, cell: CellRef) {
        cell.set_gc(cell.gc() | GC_MARKED);
        self.gray.push(cell);
    }

    /// Where the value's cell is after this collection; keeps it alive.
    #[inline]
    fn visit(&mut self, value: Value) -> Value {
        if !value.is_cell() {
            return value;
        }
        debug_assert_ne!(value.to_bits(), 0, "zeroed memory was visible as a value");
        let address = value.to_bits() as usize;
        let young = self.heap.is_young_address(address);
        if young {
            if !self.heap.nursery.is_from(address) {
                self.saw_young = true;
                return value;
            }
        } else if !self.full {
            return value;
        }
        let cell = value.as_cell();
        let gc = cell.gc();
        if gc & GC_FORWARDED != 0 {
            let target: CellRef = cell.read(8);
            self.saw_young |= self.heap.is_young(target);
            return target.value();
        }
        if gc & GC_MARKED != 0 {
            self.saw_young |= young;
            return value;
        }
        if gc & (GC_PINNED | GC_IMMOVABLE) != 0 || !(young || self.moves(address)) {
            self.saw_young |= young;
            self.mark(cell);
            return value;
        }
        self.copy(cell, gc).value()
    }

    /// Whether an old cell is to be evacuated.
    #[inline]
    fn moves(&self, address: usize) -> bool {
        if self.heap.old.contains(address) { self.heap.old.is_evacuating(address) } else { self.move_large }
    }

    fn copy(&mut self, cell: CellRef, gc: u8) -> CellRef {
        let size = cell.size();
        let keep_young = !self.full && gc & GC_AGED == 0;
        let survivor = if keep_young { self.heap.nursery.allocate_survivor(size) } else { None };
        let (address, new_gc) = match survivor {
            Some(address) => {
                self.saw_young = true;
                (address, GC_AGED)
            }
            None => {
                self.heap.stats.promoted_cells += (gc & GC_OLD == 0) as u64;
                let large = size > MAX_NURSERY_CELL;
                let address =
                    if large { self.heap.large.allocate(size) } else { self.heap.old.allocate(size) };
                (address, if self.full { GC_OLD | GC_MARKED } else { GC_OLD })
            }
        };
        // SAFETY: the new place was just allocated with the cell's size.
        unsafe { std::ptr::copy_nonoverlapping(cell.as_ptr(), address as *mut u8, size) };
        let target = CellRef::from_address(address);
        target.set_gc(new_gc);
        cell.set_gc(gc | GC_FORWARDED);
        cell.put(8, target);
        self.heap.stats.moved_cells += 1;
        self.gray.push(target);
        target
    }

    /// Visits every tagged word, and remembers the cell if it is old and refers to the nursery.
    fn trace(&mut self, cell: CellRef) {
        let (offset, count) = cell.tagged_range();
        self.saw_young = false;
        let first = cell.as_ptr().wrapping_add(offset).cast::<Value>();
        for index in 0..count {
            // SAFETY: the cell table says that so many values lie there.
            unsafe {
                let slot = first.add(index);
                let value = slot.read();
                let new = self.visit(value);
                if new != value {
                    slot.write(new);
                }
            }
        }
        if self.saw_young && cell.is_old() {
            self.heap.remember(cell);
        }
    }

    /// The cell's place after this collection, or None if it did not survive.
    fn survivor(&self, cell: CellRef) -> Option<CellRef> {
        let young = self.heap.is_young(cell);
        if young && !self.heap.nursery.is_from(cell.address()) || !young && !self.full {
            return Some(cell);
        }
        match cell.gc() {
            gc if gc & GC_FORWARDED != 0 => Some(cell.read(8)),
            gc => (gc & GC_MARKED != 0).then_some(cell),
        }
    }
}

impl RootVisitor for Collector<'_> {
    fn value(&mut self, slot: &mut Value) {
        *slot = self.visit(*slot);
    }
}
