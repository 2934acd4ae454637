//! What a heap was at some moment, to be taken up again by the same heap: how an isolate gets rid of
//! everything a program did in microseconds (`runtime::image` has the rest of the isolate).
//!
//! A copy of the used memory with the spaces' bookkeeping. Cells come back at the addresses they had, so
//! every reference from outside that was good then is good again, and nothing is relocated. Copying back
//! some 200 kB costs less than remapping pages would (`docs/decisions/realm-reset.md`).

use crate::cells::CellRef;
use crate::heap::{Heap, HeapConfig, HeapStats, SavedRange};
use crate::nursery::Nursery;
use crate::old_space::OldSpace;

/// See the module.
pub struct HeapImage {
    nursery: Nursery,
    old: OldSpace,
    remembered: Vec<CellRef>,
    range: SavedRange,
    stats: HeapStats,
    /// Start and contents of each piece of memory.
    memory: Vec<(usize, Box<[u8]>)>,
}

impl Heap {
    /// The heap as it is now. None while there are large objects, which have no fixed place.
    pub fn image(&mut self) -> Option<HeapImage> {
        if !self.large.is_empty() {
            return None;
        }
        self.make_walkable();
        let range = self.saved_range();
        let young = self.nursery.blocks_in_use().map(|(start, end)| {
            // nothing is in the rest of the range being bumped through
            if range.holds(end) { (start, range.top) } else { (start, end) }
        });
        let memory = young
            .chain(self.old.used_ranges())
            .map(|(start, end)| {
                // SAFETY: both spaces are mapped there, and nobody writes meanwhile.
                let bytes = unsafe { std::slice::from_raw_parts(start as *const u8, end - start) };
                (start, Box::from(bytes))
            })
            .collect();
        Some(HeapImage {
            nursery: self.nursery.clone(),
            old: self.old.clone(),
            remembered: self.remembered.clone(),
            range,
            stats: self.stats,
            memory,
        })
    }

    /// Makes this heap, with another configuration, what it was when the image was taken of it. Everything
    /// allocated since is gone; root providers and the native stack have to be registered again.
    ///
    /// # Safety
    /// The image is one of this heap, and nobody uses a reference into the heap that is younger.
    pub unsafe fn restore(&mut self, image: &HeapImage, config: HeapConfig) {
        self.old.release_blocks_unknown_to(&image.old);
        // a field that nobody thinks of here begins as in every new heap
        *self = Heap::around(image.nursery.clone(), image.old.clone(), config);
        for (start, bytes) in &image.memory {
            // SAFETY: it was copied from there, and the mapping is the same.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), *start as *mut u8, bytes.len()) };
        }
        self.remembered.clone_from(&image.remembered);
        self.stats = image.stats;
        self.take_up_range(image.range);
    }
}
