//! The nursery: a contiguous region of blocks in which new cells are bump-allocated.
//! Every block in use is walkable from end to end, except for the range that is being bumped through.

use crate::cells::{CellKind, CellRef};
use crate::memory::{BLOCK_SIZE, Reservation, poison, write_filler};

/// Gaps between pinned cells are allocated into if they are at least this large.
const MIN_GAP: usize = 1024;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BlockState {
    Free,
    InUse,
    /// In use when the running collection began; what survives leaves it, unless pinned.
    From,
}

/// A clone is the bookkeeping of the same memory at that moment (see `image`).
#[derive(Clone)]
pub(crate) struct Nursery {
    reservation: Reservation,
    states: Vec<BlockState>,
    /// Used as a stack, lowest block on top at first.
    free: Vec<u32>,
    gaps: Vec<(usize, usize)>,
    /// Blocks the configuration asks for; twice as many are reserved.
    capacity: usize,
    /// Blocks that may still be taken before the next scavenge.
    budget: usize,
    /// Where survivors of the running scavenge go.
    to_top: usize,
    to_end: usize,
    /// Bytes in use: survivors of the last collection and every range handed out since.
    pub used_bytes: usize,
}

impl Nursery {
    pub fn new(bytes: usize) -> Nursery {
        let capacity = bytes.div_ceil(BLOCK_SIZE).max(2);
        let blocks = 2 * capacity + 2;
        let size = blocks * BLOCK_SIZE;
        Nursery {
            reservation: Reservation::new(size, size),
            states: vec![BlockState::Free; blocks],
            free: (0..blocks as u32).rev().collect(),
            gaps: Vec::new(),
            capacity,
            budget: capacity,
            to_top: 0,
            to_end: 0,
            used_bytes: 0,
        }
    }

    pub fn base(&self) -> usize {
        self.reservation.base
    }

    pub fn size(&self) -> usize {
        self.reservation.size
    }

    #[inline(always)]
    fn index(&self, address: usize) -> usize {
        (address - self.reservation.base) / BLOCK_SIZE
    }

    fn block_start(&self, index: usize) -> usize {
        self.reservation.base + index * BLOCK_SIZE
    }

    #[inline(always)]
    pub fn is_from(&self, address: usize) -> bool {
        self.states[self.index(address)] == BlockState::From
    }

    fn take_block(&mut self) -> Option<usize> {
        let index = self.free.pop()? as usize;
        self.states[index] = BlockState::InUse;
        self.used_bytes += BLOCK_SIZE;
        Some(self.block_start(index))
    }

    /// The next range to bump through with room for `size` bytes; None when it is time for a scavenge.
    pub fn next_range(&mut self, size: usize) -> Option<(usize, usize)> {
        while let Some((start, end)) = self.gaps.pop() {
            if end - start >= size {
                self.used_bytes += end - start;
                return Some((start, end));
            }
        }
        if self.budget == 0 {
            return None;
        }
        let start = self.take_block()?;
        self.budget -= 1;
        Some((start, start + BLOCK_SIZE))
    }

    // During a collection.

    /// Everything in use becomes from-space.
    pub fn begin_collection(&mut self) {
        self.gaps.clear();
        for state in &mut self.states {
            if *state == BlockState::InUse {
                *state = BlockState::From;
            }
        }
        (self.to_top, self.to_end) = (0, 0);
    }

    /// Room for a survivor; None when the nursery is full, in which case it is promoted.
    pub fn allocate_survivor(&mut self, size: usize) -> Option<usize> {
        if size > self.to_end - self.to_top {
            let (start, end) = (self.to_top, self.to_end);
            let block = self.take_block()?;
            write_filler(start, end);
            (self.to_top, self.to_end) = (block, block + BLOCK_SIZE);
        }
        let address = self.to_top;
        self.to_top += size;
        Some(address)
    }

    /// Frees from-space around the pinned cells, which are sorted by address.
    pub fn finish_collection(&mut self, pinned: &[CellRef]) {
        let mut survivors = 0;
        let mut next = 0;
        for index in 0..self.states.len() {
            if self.states[index] == BlockState::InUse {
                survivors += BLOCK_SIZE;
            }
            if self.states[index] != BlockState::From {
                continue;
            }
            let (start, end) = (self.block_start(index), self.block_start(index) + BLOCK_SIZE);
            while next < pinned.len() && pinned[next].address() < start {
                next += 1;
            }
            let mut free_from = start;
            let first = next;
            while next < pinned.len() && pinned[next].address() < end {
                let size = pinned[next].size();
                self.add_gap(free_from, pinned[next].address());
                free_from = pinned[next].address() + size;
                survivors += size;
                next += 1;
            }
            if first == next {
                poison(start, end);
                self.states[index] = BlockState::Free;
                self.free.push(index as u32);
            } else {
                self.add_gap(free_from, end);
                self.states[index] = BlockState::InUse;
            }
        }
        if self.to_top != self.to_end {
            survivors -= self.to_end - self.to_top;
            self.add_gap(self.to_top, self.to_end);
        }
        (self.to_top, self.to_end) = (0, 0);
        // Gaps are used up from the back, lowest address first.
        self.gaps.reverse();
        let in_use = self.states.iter().filter(|&&state| state == BlockState::InUse).count();
        self.budget = self.capacity.saturating_sub(in_use).max(self.capacity / 4).max(1);
        self.used_bytes = survivors;
    }

    fn add_gap(&mut self, start: usize, end: usize) {
        poison(start, end);
        write_filler(start, end);
        if end - start >= MIN_GAP {
            self.gaps.push((start, end));
        }
    }

    // Walking. The range being bumped through must have been made walkable.

    /// Calls `found` for each cell that one of the sorted addresses points into.
    pub fn find_cells(&self, addresses: &[usize], found: &mut dyn FnMut(CellRef)) {
        let mut next = 0;
        while next < addresses.len() {
            let index = self.index(addresses[next]);
            let start = self.block_start(index);
            let end = start + BLOCK_SIZE;
            if self.states[index] != BlockState::Free {
                walk_range(start, end, &mut |cell| {
                    let cell_end = cell.address() + cell.size();
                    if next < addresses.len() && addresses[next] < cell_end {
                        while next < addresses.len() && addresses[next] < cell_end {
                            next += 1;
                        }
                        if cell.kind() != CellKind::Filler {
                            found(cell);
                        }
                    }
                });
            }
            while next < addresses.len() && addresses[next] < end {
                next += 1;
            }
        }
    }

    /// Every block in use as `[start, end)`.
    pub fn blocks_in_use(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let used = self.states.iter().enumerate().filter(|&(_, &state)| state != BlockState::Free);
        used.map(|(index, _)| (self.block_start(index), self.block_start(index) + BLOCK_SIZE))
    }
}

/// Calls `visit` for each cell in a walkable range, fillers included.
pub(crate) fn walk_range(start: usize, end: usize, visit: &mut dyn FnMut(CellRef)) {
    let mut address = start;
    while address < end {
        let cell = CellRef::from_address(address);
        let size = cell.size();
        debug_assert!(size >= 8 && address + size <= end, "the nursery is not walkable at a {cell:?}");
        visit(cell);
        address += size;
    }
}
