//! The heap verifier: headers, sizes, references, elements kinds, the remembered set and roots of the whole heap.

use rustc_hash::FxHashSet;

use crate::cells::{CellKind, CellRef, Layout};
use crate::elements_kind::ElementsKind;
use crate::heap::Heap;
use crate::layout::{self, GC_FORWARDED, GC_IMMOVABLE, GC_MARKED, GC_OLD, GC_PINNED, GC_REMEMBERED};
use crate::nursery::walk_range;
use crate::roots::RootVisitor;
use crate::value::Value;
use crate::views::*;

/// Checks an object against its shape, which only the runtime knows.
pub trait ShapeCheck {
    fn check(&self, shape: u32, object: ObjectRef) -> Result<(), String>;
}

impl Heap {
    /// Calls `visit` for each cell, dead ones that no collection has freed yet included.
    pub fn walk(&self, visit: &mut dyn FnMut(CellRef)) {
        self.make_walkable();
        for (start, end) in self.nursery.blocks_in_use() {
            walk_range(start, end, &mut |cell| {
                if cell.kind() != CellKind::Filler {
                    visit(cell);
                }
            });
        }
        self.old.walk(&mut |cell, _| visit(cell));
        self.large.walk(&mut |cell, _| visit(cell));
    }

    /// Checks every invariant of the heap that can be checked from its contents; describes the first violation.
    pub fn verify(&mut self) -> Result<(), String> {
        let cells = self.find_all_cells()?;
        let mut known = FxHashSet::default();
        known.extend(cells.iter().copied());
        let remembered: FxHashSet<CellRef> = self.remembered.iter().copied().collect();
        for owner in &remembered {
            if !known.contains(owner) {
                return Err("the remembered set holds something that is not a cell".to_string());
            }
        }
        let check = Checker { heap: self, known: &known };
        for &cell in &cells {
            check.slots(cell, &remembered).map_err(|problem| format!("{cell:?}: {problem}"))?;
            check.contents(cell).map_err(|problem| format!("{cell:?}: {problem}"))?;
        }
        let mut roots = RootCheck { known: &known, problem: None };
        for provider in self.providers.clone() {
            // SAFETY: whoever registered the provider keeps it alive.
            unsafe { (*provider).trace_roots(&mut roots) };
        }
        self.rooted.trace(&mut roots);
        roots.problem.map_or(Ok(()), Err)
    }

    /// Before a collection: old cells with references to the nursery that the barrier did not see. They
    /// are reported and remembered now, so that the collection leaves nothing dangling.
    pub(crate) fn find_missed_barriers(&mut self) {
        let mut missed = Vec::new();
        let mut visit = |cell: CellRef, _: usize| {
            let young = |v: &Value| v.is_cell() && self.is_young(v.as_cell());
            if cell.gc() & GC_REMEMBERED == 0 && cell.tagged_slots().iter().any(young) {
                missed.push(cell);
            }
        };
        self.old.walk(&mut visit);
        self.large.walk(&mut visit);
        for cell in missed {
            self.remember(cell);
            self.found(format!(
                "heap verifier: {cell:?}, an old cell, refers to the nursery, but is not remembered: a store missed the barrier"
            ));
        }
    }

    /// All cells, after a check of their headers.
    fn find_all_cells(&self) -> Result<Vec<CellRef>, String> {
        self.make_walkable();
        let mut cells = Vec::new();
        for (start, end) in self.nursery.blocks_in_use() {
            let mut address = start;
            while address < end {
                let cell = CellRef::from_address(address);
                let kind = check_kind(cell)?;
                let size = cell.size();
                if size < 8 || !size.is_multiple_of(layout::CELL_ALIGNMENT) || size > end - address {
                    return Err(format!("{cell:?} of {size} bytes does not fit its nursery block"));
                }
                if kind != CellKind::Filler {
                    check_gc_bits(cell, 0)?;
                    cells.push(cell);
                }
                address += size;
            }
        }
        let mut result = Ok(());
        let mut visit = |cell: CellRef, room: usize| {
            if result.is_err() {
                return;
            }
            result =
                check_kind(cell).and_then(|_| check_gc_bits(cell, GC_OLD)).and_then(|()| match cell.size() {
                    size if size < 16 || size > room => {
                        Err(format!("{cell:?} of {size} bytes has {room} bytes of room"))
                    }
                    _ => Ok(()),
                });
            cells.push(cell);
        };
        self.old.walk(&mut visit);
        self.large.walk(&mut visit);
        result.map(|()| cells)
    }
}

fn check_kind(cell: CellRef) -> Result<CellKind, String> {
    match CellKind::from_u8(cell.kind_byte()) {
        Some(kind) if kind != CellKind::Invalid => Ok(kind),
        _ => Err(format!("a cell has the invalid kind {}", cell.kind_byte())),
    }
}

fn check_gc_bits(cell: CellRef, expected: u8) -> Result<(), String> {
    let gc = cell.gc();
    if gc & (GC_MARKED | GC_PINNED | GC_FORWARDED) != 0 {
        return Err(format!("{cell:?} kept bits of a collection: {gc:#x}"));
    }
    if gc & GC_OLD != expected || expected == 0 && gc & (GC_REMEMBERED | GC_IMMOVABLE) != 0 {
        return Err(format!("{cell:?} has gc bits of another space: {gc:#x}"));
    }
    if cell.shape() != 0 && !cell.kind().is_object() && !cell.kind().is_string() {
        return Err(format!("{cell:?} is no object, but has shape {}", cell.shape()));
    }
    Ok(())
}

struct Checker<'h> {
    heap: &'h Heap,
    known: &'h FxHashSet<CellRef>,
}

impl Checker<'_> {
    /// Every tagged word is a value, every reference ends at the start of a live cell, and old-to-young ones are remembered.
    fn slots(&self, cell: CellRef, remembered: &FxHashSet<CellRef>) -> Result<(), String> {
        let mut refers_to_nursery = false;
        for (index, &value) in cell.tagged_slots().iter().enumerate() {
            if value.to_bits() == 0 {
                return Err(format!("slot {index} is zeroed memory"));
            }
            if value.is_cell() {
                if !self.known.contains(&CellRef::from_address(value.to_bits() as usize & !7)) {
                    return Err(format!("slot {index} refers to something that is not a cell"));
                }
                refers_to_nursery |= self.heap.is_young(value.as_cell());
            }
        }
        let marked = cell.gc() & GC_REMEMBERED != 0;
        if refers_to_nursery && cell.is_old() && !marked {
            return Err(
                "an old cell refers to the nursery, but is not remembered: a store missed the barrier".into(),
            );
        }
        if marked && !remembered.contains(&cell) {
            return Err("has the remembered bit, but is not in the remembered set".into());
        }
        Ok(())
    }

    fn contents(&self, cell: CellRef) -> Result<(), String> {
        match cell.kind() {
            CellKind::StringCons => {
                let [left, right] = [cell.slot(0), cell.slot(1)].map(|part| part.try_as::<StringRef>());
                let (Some(left), Some(right)) = (left, right) else {
                    return Err("a part is not a string".into());
                };
                expect(
                    left.len() + right.len() == cell.cast::<StringRef>().len(),
                    "length differs from its parts'",
                )
            }
            CellKind::StringSlice => {
                let Some(parent) = cell.slot(0).try_as::<StringRef>() else {
                    return Err("the parent is not a string".into());
                };
                let offset: u64 = cell.read(layout::SLICE_OFFSET as usize);
                let end = (offset as usize).checked_add(cell.cast::<StringRef>().len());
                expect(end.is_some_and(|end| end <= parent.len()), "reaches beyond its parent")
            }
            kind if kind.is_object() => self.object(cell.cast()),
            _ => Ok(()),
        }
    }

    fn object(&self, object: ObjectRef) -> Result<(), String> {
        if let Some(slots) = object.slots().cell_or_none() {
            expect(slots.kind().layout() == Layout::Tagged, "the out-of-line slots are not a tagged array")?;
        } else {
            expect(
                object.slots().is_undefined(),
                "the out-of-line slots are neither an array nor undefined",
            )?;
        }
        if let Some(array) = object.try_as::<TypedArrayRef>() {
            self.typed_array(array)?;
        } else {
            check_elements(object)?;
        }
        match &self.heap.shape_check {
            Some(check) => check.check(object.shape(), object),
            None => Ok(()),
        }
    }

    fn typed_array(&self, array: TypedArrayRef) -> Result<(), String> {
        let address = array.data_address();
        if address == 0 {
            return Ok(());
        }
        let (old, large) = (&self.heap.old, &self.heap.large);
        let bytes = if old.contains(address) { old.find_cell(address) } else { large.find_cell(address) };
        let Some(bytes) = bytes.filter(|cell| cell.kind() == CellKind::Bytes) else {
            return Err("the data address does not point into Bytes".into());
        };
        expect(bytes.gc() & GC_IMMOVABLE != 0, "the data address points into Bytes that may move")
    }
}

fn expect(condition: bool, problem: &str) -> Result<(), String> {
    if condition { Ok(()) } else { Err(problem.to_string()) }
}

/// Elements against their kind. Beyond the `length` of an Array anything of the right representation may lie.
fn check_elements(object: ObjectRef) -> Result<(), String> {
    let Some(kind) = ElementsKind::from_u8(object.aux()) else {
        return Err(format!("invalid elements kind {}", object.aux()));
    };
    let length = object.try_as::<ArrayRef>().map(|array| array.length() as usize);
    let packed_length = if kind.is_holey() { 0 } else { length.unwrap_or(0) };
    let elements = object.elements();
    let Some(cell) = elements.cell_or_none() else {
        expect(elements.is_undefined(), "the elements are neither an array nor undefined")?;
        return expect(packed_length == 0, "a packed array lacks its elements");
    };
    if let Some(doubles) = cell.try_as::<DoubleArrayRef>() {
        expect(kind.is_double(), &format!("{kind:?} elements in a DoubleArray"))?;
        expect(packed_length <= doubles.len(), "a packed array is longer than its elements")?;
        return expect(!(0..packed_length).any(|index| doubles.is_hole(index)), "a hole in packed elements");
    }
    let Some(array) = cell.try_as::<TaggedArrayRef>() else {
        return expect(false, &format!("a {cell:?} as elements"));
    };
    if kind.is_dictionary() {
        return Ok(());
    }
    expect(!kind.is_double() || array.is_empty(), &format!("{kind:?} elements in a FixedArray"))?;
    expect(packed_length <= array.len(), "a packed array is longer than its elements")?;
    for (index, &value) in array.as_slice().iter().enumerate() {
        expect(index >= packed_length || !value.is_hole(), &format!("a hole at {index} in packed elements"))?;
        let used = length.is_none_or(|length| index < length);
        expect(
            !kind.is_smi() || !used || value.is_smi() || value.is_hole(),
            &format!("{value:?} in Smi elements"),
        )?;
    }
    Ok(())
}

struct RootCheck<'h> {
    known: &'h FxHashSet<CellRef>,
    problem: Option<String>,
}

impl RootVisitor for RootCheck<'_> {
    fn value(&mut self, slot: &mut Value) {
        if slot.to_bits() == 0 {
            self.problem = Some("a root is zeroed memory".to_string());
        } else if slot.is_cell() && !self.known.contains(&CellRef::from_address(slot.to_bits() as usize & !7))
        {
            self.problem = Some("a root refers to something that is not a cell".to_string());
        }
    }
}
