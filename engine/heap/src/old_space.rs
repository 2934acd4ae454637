//! Old space: blocks of cells of one size class with free lists inside, swept eagerly after marking.
//! A free cell is a filler whose shape field holds the index of the next free cell plus one.

use crate::cells::{CellKind, CellRef};
use crate::layout::{self, GC_MARKED, GC_PINNED, MAX_NURSERY_CELL};
use crate::memory::{BLOCK_SIZE, Reservation, poison};

/// Address space for old blocks; the system may grant less.
const RESERVED: usize = 16 << 30;
const LEAST_RESERVED: usize = 256 << 20;
/// Empty blocks kept with their pages.
const KEPT_FREE_BLOCKS: usize = 64;

const NO_BLOCK: u32 = u32::MAX;

const STRIDES: [u32; 44] = strides();
const CLASS_OF: [u8; MAX_NURSERY_CELL / 16 + 1] = class_table();

/// Multiples of 16 up to 512, then steps of a fifth or so up to the largest small cell.
const fn strides() -> [u32; 44] {
    let large = [640, 896, 1024, 1280, 1536, 2048, 2560, 3072, 4096, 5120, 6528, 8192];
    let mut strides = [0; 44];
    let mut index = 0;
    while index < strides.len() {
        strides[index] = if index < 32 { 16 * (index as u32 + 1) } else { large[index - 32] };
        index += 1;
    }
    strides
}

const fn class_table() -> [u8; MAX_NURSERY_CELL / 16 + 1] {
    let mut table = [0; MAX_NURSERY_CELL / 16 + 1];
    let (mut units, mut class) = (0, 0);
    while units < table.len() {
        if units * 16 > STRIDES[class] as usize {
            class += 1;
        }
        table[units] = class as u8;
        units += 1;
    }
    table
}

#[derive(Clone, Copy)]
struct Block {
    /// 0 while the block is empty and belongs to no class.
    stride: u32,
    capacity: u32,
    used: u32,
    /// Index of the first free cell plus one; 0 for none.
    free_head: u32,
    /// Cells from here on were never used and have no header.
    bump: u32,
    /// What is not pinned leaves this block in the running collection.
    evacuating: bool,
}

#[derive(Clone)]
struct Class {
    current: u32,
    /// Blocks with room, to be used from the back.
    available: Vec<u32>,
}

/// A clone is the bookkeeping of the same memory at that moment (see `image`).
#[derive(Clone)]
pub(crate) struct OldSpace {
    reservation: Reservation,
    blocks: Vec<Block>,
    free_blocks: Vec<u32>,
    classes: Vec<Class>,
    /// Bytes in cells, rounded to size classes.
    pub bytes: usize,
}

impl OldSpace {
    pub fn new() -> OldSpace {
        OldSpace {
            reservation: Reservation::new(RESERVED, LEAST_RESERVED),
            blocks: Vec::new(),
            free_blocks: Vec::new(),
            classes: vec![Class { current: NO_BLOCK, available: Vec::new() }; STRIDES.len()],
            bytes: 0,
        }
    }

    #[inline(always)]
    pub fn contains(&self, address: usize) -> bool {
        self.reservation.contains(address)
    }

    fn block_start(&self, index: usize) -> usize {
        self.reservation.base + index * BLOCK_SIZE
    }

    #[inline(always)]
    fn cell_at(&self, block: usize, cell: u32) -> CellRef {
        CellRef::from_address(self.block_start(block) + (cell * self.blocks[block].stride) as usize)
    }

    /// Memory for a cell; the caller writes its header.
    pub fn allocate(&mut self, size: usize) -> usize {
        let class = CLASS_OF[size.div_ceil(16)] as usize;
        loop {
            let index = self.classes[class].current;
            if index != NO_BLOCK {
                let start = self.block_start(index as usize);
                let block = &mut self.blocks[index as usize];
                let cell = if block.free_head != 0 {
                    let cell = block.free_head - 1;
                    let address = start + (cell * block.stride) as usize;
                    block.free_head = CellRef::from_address(address).shape();
                    Some(address)
                } else if block.bump < block.capacity {
                    block.bump += 1;
                    Some(start + ((block.bump - 1) * block.stride) as usize)
                } else {
                    None
                };
                if let Some(address) = cell {
                    block.used += 1;
                    self.bytes += block.stride as usize;
                    return address;
                }
            }
            self.classes[class].current = match self.classes[class].available.pop() {
                Some(block) => block,
                None => self.new_block(STRIDES[class]),
            };
        }
    }

    fn new_block(&mut self, stride: u32) -> u32 {
        let index = self.free_blocks.pop().unwrap_or(self.blocks.len() as u32);
        assert!(
            (index as usize + 1) * BLOCK_SIZE <= self.reservation.size,
            "the address space of old space is used up"
        );
        let capacity = BLOCK_SIZE as u32 / stride;
        let block = Block { stride, capacity, used: 0, free_head: 0, bump: 0, evacuating: false };
        match self.blocks.get_mut(index as usize) {
            Some(free) => *free = block,
            None => self.blocks.push(block),
        }
        index
    }

    /// The cell that the address points into, if there is one.
    pub fn find_cell(&self, address: usize) -> Option<CellRef> {
        let offset = address - self.reservation.base;
        let block = self.blocks.get(offset / BLOCK_SIZE)?;
        if block.stride == 0 {
            return None;
        }
        let cell = (offset % BLOCK_SIZE) as u32 / block.stride;
        if cell >= block.bump {
            return None;
        }
        let cell = self.cell_at(offset / BLOCK_SIZE, cell);
        (cell.kind() != CellKind::Filler).then_some(cell)
    }

    #[inline(always)]
    pub fn is_evacuating(&self, address: usize) -> bool {
        self.blocks[(address - self.reservation.base) / BLOCK_SIZE].evacuating
    }

    /// Chooses the blocks to be evacuated: all, or those at most a quarter full. Nothing is allocated there from now on.
    pub fn begin_evacuation(&mut self, everything: bool) {
        for block in &mut self.blocks {
            block.evacuating = block.stride != 0 && (everything || block.used * 4 <= block.capacity);
        }
        let blocks = &self.blocks;
        for class in &mut self.classes {
            class.available.retain(|&block| !blocks[block as usize].evacuating);
            if class.current != NO_BLOCK && blocks[class.current as usize].evacuating {
                class.current = NO_BLOCK;
            }
        }
    }

    /// Frees every unmarked cell and clears the marks of the others.
    pub fn sweep(&mut self) {
        self.bytes = 0;
        for class in &mut self.classes {
            class.current = NO_BLOCK;
            class.available.clear();
        }
        for index in (0..self.blocks.len()).rev() {
            let Block { stride, bump, capacity, .. } = self.blocks[index];
            if stride == 0 {
                continue;
            }
            let (mut used, mut free_head) = (0, 0);
            for number in (0..bump).rev() {
                let cell = self.cell_at(index, number);
                let gc = cell.gc();
                if gc & GC_MARKED != 0 {
                    cell.set_gc(gc & !(GC_MARKED | GC_PINNED));
                    used += 1;
                } else {
                    if cell.kind() != CellKind::Filler {
                        cell.put(8, stride as u64);
                        poison(cell.address() + 16, cell.address() + stride as usize);
                    }
                    cell.put(0, layout::header_word(free_head, CellKind::Filler, 0, 0));
                    free_head = number + 1;
                }
            }
            if used == 0 {
                self.blocks[index] =
                    Block { stride: 0, capacity: 0, used: 0, free_head: 0, bump: 0, evacuating: false };
                if self.free_blocks.len() >= KEPT_FREE_BLOCKS {
                    self.reservation.release_block(self.block_start(index));
                }
                self.free_blocks.push(index as u32);
                continue;
            }
            self.bytes += (used * stride) as usize;
            self.blocks[index] = Block { stride, capacity, used, free_head, bump, evacuating: false };
            if used < capacity {
                self.classes[CLASS_OF[stride as usize / 16] as usize].available.push(index as u32);
            }
        }
    }

    /// The part of every block that has cells or had some, as `[start, end)`.
    pub fn used_ranges(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let used = self.blocks.iter().enumerate().filter(|(_, block)| block.stride != 0);
        used.map(|(index, block)| {
            let start = self.block_start(index);
            (start, start + (block.bump * block.stride) as usize)
        })
    }

    /// Gives the pages of blocks that came after `former` back, but for a few.
    pub fn release_blocks_unknown_to(&self, former: &OldSpace) {
        for index in former.blocks.len() + KEPT_FREE_BLOCKS..self.blocks.len() {
            self.reservation.release_block(self.block_start(index));
        }
    }

    /// Calls `visit` for each cell with the room it has.
    pub fn walk(&self, visit: &mut dyn FnMut(CellRef, usize)) {
        for (index, block) in self.blocks.iter().enumerate().filter(|(_, block)| block.stride != 0) {
            for number in 0..block.bump {
                let cell = self.cell_at(index, number);
                if cell.kind_byte() != CellKind::Filler as u8 {
                    visit(cell, block.stride as usize);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_size_has_the_tightest_class() {
        for size in (16..=MAX_NURSERY_CELL).step_by(8) {
            let class = CLASS_OF[size.div_ceil(16)] as usize;
            assert!(STRIDES[class] as usize >= size);
            assert!(class == 0 || (STRIDES[class - 1] as usize) < size, "{size}");
        }
    }
}
