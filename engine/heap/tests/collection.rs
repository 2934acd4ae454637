//! What survives a collection, where it goes, what stays in place, and what the verifier catches.

use std::hint::black_box;

use tierproof_heap::{
    ArrayRef, CellKind, CellRef, Collection, ElementsKind, GcSchedule, Heap, HeapConfig, ObjectRef,
    RootProvider, RootVisitor, Rooted, RootedVec, StringRef, TaggedArrayRef, Value, WeakTable, layout,
};

fn heap() -> Heap {
    Heap::new(HeapConfig { nursery_bytes: 256 << 10, verify: true, ..HeapConfig::default() })
}

fn linked_list(heap: &mut Heap, length: i32) -> Rooted<Value> {
    let mut head = Rooted::new(heap, Value::NULL);
    for number in 0..length {
        let node = heap.allocate_object(7, 2);
        node.set_inline_slot(heap, 0, Value::smi(number));
        node.set_inline_slot(heap, 1, *head);
        *head = node.into();
    }
    head
}

fn check_list(head: Value, length: i32) {
    let mut node = head;
    for number in (0..length).rev() {
        let object: ObjectRef = node.cast();
        assert_eq!(object.shape(), 7);
        assert_eq!(object.inline_slot(0), Value::smi(number));
        node = object.inline_slot(1);
    }
    assert!(node.is_null());
}

/// Writes a tagged word behind the barrier's back.
fn store_without_barrier(owner: CellRef, offset: i32, value: Value) {
    // SAFETY: the tests pass the offset of a tagged word of a live cell.
    unsafe { owner.as_ptr().add(offset as usize).cast::<Value>().write(value) };
}

#[test]
fn second_survival_promotes() {
    let mut heap = heap();
    let list = linked_list(&mut heap, 100);
    assert!(heap.is_young(list.as_cell()));
    let before = list.to_bits();
    heap.collect(Collection::Scavenge);
    assert!(heap.is_young(list.as_cell()));
    assert_ne!(list.to_bits(), before);
    check_list(*list, 100);
    heap.collect(Collection::Scavenge);
    assert!(!heap.is_young(list.as_cell()) && list.as_cell().is_old());
    check_list(*list, 100);
    let stats = heap.stats();
    assert_eq!(
        (stats.scavenges, stats.moved_cells, stats.promoted_cells, stats.pinned_cells),
        (2, 200, 100, 0)
    );
    heap.collect(Collection::Scavenge);
    assert_eq!(heap.stats().moved_cells, 200);
}

#[test]
fn full_collection_promotes_and_frees() {
    let mut heap = heap();
    let list = linked_list(&mut heap, 1000);
    let garbage = linked_list(&mut heap, 1000);
    heap.collect(Collection::Full);
    check_list(*list, 1000);
    let with_garbage = heap.stats().old_bytes;
    assert_eq!(heap.stats().nursery_bytes, 0);
    drop(garbage);
    heap.collect(Collection::Full);
    check_list(*list, 1000);
    assert_eq!(heap.stats().old_bytes, with_garbage / 2);
}

#[test]
fn churn_stays_bounded() {
    let mut heap = Heap::new(HeapConfig { nursery_bytes: 256 << 10, ..HeapConfig::default() });
    let list = linked_list(&mut heap, 500);
    for _ in 0..200_000 {
        heap.allocate_object(1, 3);
    }
    check_list(*list, 500);
    let stats = heap.stats();
    assert!(stats.scavenges > 20, "{stats:?}");
    assert!(stats.allocated_bytes >= 200_000 * 48);
    assert!(heap.used_bytes() < 1 << 20);
    heap.verify().unwrap();
}

#[test]
fn allocated_bytes_are_exact() {
    let mut heap = heap();
    heap.allocate_object(1, 2);
    heap.allocate_fixed_array(3, Value::UNDEFINED);
    assert_eq!(heap.stats().allocated_bytes, 40 + 40);
    heap.collect(Collection::Scavenge);
    heap.allocate_fixed_array(100_000, Value::UNDEFINED);
    assert_eq!(heap.stats().allocated_bytes, 80 + 800_016);
    assert_eq!(heap.used_bytes(), 800_016);
}

#[test]
fn conservative_words_pin() {
    let mut heap = heap();
    let list = linked_list(&mut heap, 10);
    let before = list.to_bits();
    // An interior pointer to the head; its neighbour moves.
    let words = [3, 0, before as usize + 20, !0, 1 << 60];
    // SAFETY: `words` outlives the range.
    unsafe { heap.add_conservative_range(words.as_ptr().cast(), size_of_val(&words)) };
    for _ in 0..3 {
        heap.collect(Collection::Scavenge);
        assert_eq!(list.to_bits(), before);
        assert!(heap.is_young(list.as_cell()));
        check_list(*list, 10);
    }
    heap.collect(Collection::Full);
    assert_eq!(list.to_bits(), before);
    check_list(*list, 10);
    assert_eq!(heap.stats().pinned_cells, 4);
    // The rest of the pinned cell's block is used again, around the cell.
    for number in 0..20_000 {
        heap.allocate_fixed_array(4, Value::smi(number));
    }
    check_list(*list, 10);
    heap.remove_conservative_range(words.as_ptr().cast());
    heap.collect(Collection::Scavenge);
    assert_ne!(list.to_bits(), before);
    assert!(list.as_cell().is_old());
    check_list(*list, 10);
}

#[test]
fn conservative_words_pin_in_old_space() {
    let mut heap = heap();
    heap.set_schedule(GcSchedule::StressMove);
    let list = linked_list(&mut heap, 10);
    heap.collect(Collection::Full);
    let before = list.to_bits();
    let words = [before as usize + 8];
    // SAFETY: `words` outlives the range.
    unsafe { heap.add_conservative_range(words.as_ptr().cast(), size_of_val(&words)) };
    heap.collect(Collection::Full);
    assert_eq!(list.to_bits(), before);
    let second = list.cast::<ObjectRef>().inline_slot(1).to_bits();
    heap.collect(Collection::Full);
    assert_eq!(list.to_bits(), before);
    assert_ne!(list.cast::<ObjectRef>().inline_slot(1).to_bits(), second);
    check_list(*list, 10);
    heap.remove_conservative_range(words.as_ptr().cast());
    heap.collect(Collection::Full);
    assert_ne!(list.to_bits(), before);
    check_list(*list, 10);
}

#[inline(never)]
fn use_the_native_stack(heap: &mut Heap) {
    // Nothing but this frame refers to these cells.
    let object = heap.allocate_object(3, 1);
    let text = heap.allocate_one_byte_string(b"on the stack");
    let characters = text.one_byte().unwrap();
    object.set_inline_slot(heap, 0, Value::smi(9));
    let address = black_box(object).address();
    for round in 0..4 {
        heap.collect(if round % 2 == 0 { Collection::Scavenge } else { Collection::Full });
        for _ in 0..1000 {
            black_box(heap.allocate_object(1, 4));
        }
        assert_eq!(object.inline_slot(0), Value::smi(9));
        assert_eq!(characters, b"on the stack");
    }
    assert_eq!(black_box(object).address(), address);
    assert!(heap.stats().pinned_cells >= 4);
}

#[test]
fn native_stack_pins() {
    let mut heap = heap();
    let base = 0usize;
    heap.set_stack_base(black_box(&base) as *const usize as usize);
    use_the_native_stack(&mut heap);
}

#[test]
fn native_stack_pins_under_every_one() {
    let mut heap = heap();
    heap.set_schedule(GcSchedule::EveryN(7));
    let base = 0usize;
    heap.set_stack_base(black_box(&base) as *const usize as usize);
    use_the_native_stack(&mut heap);
}

#[test]
fn barrier_remembers() {
    let mut heap = heap();
    let owner = heap.allocate_fixed_array(4, Value::UNDEFINED);
    let owner = Rooted::new(&mut heap, owner);
    heap.collect(Collection::Full);
    assert!(owner.is_old());
    let young = heap.allocate_object(5, 0);
    owner.set(&mut heap, 2, young.into());
    heap.verify().unwrap();
    heap.collect(Collection::Scavenge);
    let survivor: ObjectRef = owner.get(2).cast();
    assert_eq!(survivor.shape(), 5);
    assert!(heap.is_young(*survivor));
    heap.collect(Collection::Scavenge);
    assert!(owner.get(2).as_cell().is_old());
    heap.verify().unwrap();
}

#[test]
fn verifier_catches_a_store_without_barrier() {
    let mut heap = heap();
    let owner = heap.allocate_fixed_array(4, Value::UNDEFINED);
    let owner = Rooted::new(&mut heap, owner);
    heap.collect(Collection::Full);
    let young = heap.allocate_object(5, 0);
    store_without_barrier(**owner, layout::ARRAY_DATA + 8, young.into());
    let problem = heap.verify().unwrap_err();
    assert!(problem.contains("missed the barrier"), "{problem}");
    heap.remember(**owner);
    heap.verify().unwrap();
}

#[test]
fn a_missed_barrier_is_reported_and_leaves_nothing_dangling() {
    let config = HeapConfig { verify: true, report_problems: true, ..HeapConfig::default() };
    let mut heap = Heap::new(config);
    let owner = heap.allocate_fixed_array(4, Value::UNDEFINED);
    let owner = Rooted::new(&mut heap, owner);
    heap.collect(Collection::Full);
    assert!(heap.problem.is_none() && !heap.oom_pending);
    let young = heap.allocate_object(5, 0);
    store_without_barrier(**owner, layout::ARRAY_DATA + 8, young.into());
    heap.collect(Collection::Scavenge);
    let problem = heap.problem.clone().unwrap();
    assert!(problem.contains("missed the barrier") && heap.oom_pending, "{problem}");
    heap.verify().unwrap();
}

#[test]
fn verifier_catches_broken_cells() {
    let mut heap = heap();
    let array = heap.allocate_fixed_array(4, Value::UNDEFINED);
    store_without_barrier(*array, layout::ARRAY_DATA, Value::from_bits(array.address() as u64 + 8));
    assert!(heap.verify().unwrap_err().contains("not a cell"));
    store_without_barrier(*array, layout::ARRAY_DATA, Value::from_bits(0));
    assert!(heap.verify().unwrap_err().contains("zeroed memory"));
    array.init(0, Value::NULL);
    array.set_shape(4);
    assert!(heap.verify().unwrap_err().contains("no object"));
    array.set_shape(0);
    heap.verify().unwrap();
    let dangling = heap.allocate_object(1, 0);
    let mut root = Rooted::new(&mut heap, Value::from(dangling));
    *root = Value::from_bits(root.to_bits() + 8);
    assert!(heap.verify().unwrap_err().contains("root"));
}

fn array_with(heap: &mut Heap, kind: ElementsKind, values: &[Value]) -> ArrayRef {
    let elements = heap.allocate_fixed_array_from(values);
    let array = heap.allocate_array(2, values.len() as u32, elements.into());
    array.object().set_elements_kind(kind);
    array
}

#[test]
fn verifier_checks_elements_kinds() {
    let mut heap = heap();
    let array = array_with(&mut heap, ElementsKind::PackedSmi, &[Value::smi(1), Value::smi(2)]);
    let object = array.object();
    heap.verify().unwrap();
    let elements: TaggedArrayRef = object.elements().cast();
    elements.set(&mut heap, 1, Value::HOLE);
    assert!(heap.verify().unwrap_err().contains("hole"));
    object.set_elements_kind(ElementsKind::HoleySmi);
    heap.verify().unwrap();
    elements.set(&mut heap, 0, Value::TRUE);
    assert!(heap.verify().unwrap_err().contains("in Smi elements"));
    object.set_elements_kind(ElementsKind::HoleyAny);
    heap.verify().unwrap();
    object.set_elements_kind(ElementsKind::HoleyDouble);
    assert!(heap.verify().unwrap_err().contains("FixedArray"));
    let doubles = heap.allocate_double_array(2);
    doubles.set(0, -f64::NAN);
    object.set_elements(&mut heap, doubles.into());
    heap.verify().unwrap();
    assert_eq!(doubles.bits(0), 0x7FF8_0000_0000_0000);
    assert_eq!(doubles.get(1), None);
    object.set_elements_kind(ElementsKind::PackedDouble);
    assert!(heap.verify().unwrap_err().contains("hole"));
    doubles.set(1, 2.5);
    heap.verify().unwrap();
    array.set_length(3);
    assert!(heap.verify().unwrap_err().contains("longer"));
}

struct EvenShapes;

impl tierproof_heap::ShapeCheck for EvenShapes {
    fn check(&self, shape: u32, _: ObjectRef) -> Result<(), String> {
        if shape.is_multiple_of(2) { Ok(()) } else { Err(format!("odd shape {shape}")) }
    }
}

#[test]
fn verifier_asks_about_shapes() {
    let mut heap = heap();
    heap.set_shape_check(Some(Box::new(EvenShapes)));
    let object = heap.allocate_object(2, 0);
    heap.verify().unwrap();
    object.set_shape(3);
    assert!(heap.verify().unwrap_err().contains("odd shape 3"));
}

#[test]
fn large_objects() {
    for schedule in [GcSchedule::Normal, GcSchedule::StressMove] {
        let mut heap = heap();
        heap.set_schedule(schedule);
        let array = heap.allocate_fixed_array(5000, Value::NULL);
        let array = Rooted::new(&mut heap, array);
        assert!(array.is_old());
        // Initialising stores into a large object need no barrier, because it is born remembered.
        let young = heap.allocate_object(6, 0);
        array.init(4999, young.into());
        heap.verify().unwrap();
        let bytes = heap.allocate_bytes(100_000);
        bytes.as_mut_slice()[99_999] = 17;
        array.set(&mut heap, 0, bytes.into());
        for round in 0..4 {
            heap.collect(if round % 2 == 0 { Collection::Scavenge } else { Collection::Full });
            assert_eq!(array.len(), 5000);
            assert_eq!(array.get(4999).cast::<ObjectRef>().shape(), 6);
            assert_eq!(array.get(4998), Value::NULL);
            assert_eq!(array.get(0).cast::<tierproof_heap::BytesRef>().as_slice()[99_999], 17);
        }
        assert!(heap.used_bytes() >= 140_000);
        drop(array);
        heap.collect(Collection::Full);
        assert_eq!(heap.used_bytes(), 0);
    }
}

#[test]
fn large_objects_are_pinned_by_interior_words() {
    let mut heap = heap();
    heap.set_schedule(GcSchedule::StressMove);
    let array = heap.allocate_fixed_array(5000, Value::smi(3));
    let words = [array.address() + 30_001];
    // SAFETY: `words` outlives the range.
    unsafe { heap.add_conservative_range(words.as_ptr().cast(), 8) };
    let array = Rooted::new(&mut heap, array);
    let before = array.address();
    heap.collect(Collection::Full);
    assert_eq!(array.address(), before);
    heap.remove_conservative_range(words.as_ptr().cast());
    heap.collect(Collection::Full);
    assert_ne!(array.address(), before);
    assert!(array.as_slice().iter().all(|&value| value == Value::smi(3)));
}

#[test]
fn immovable_bytes_stay() {
    let mut heap = heap();
    heap.set_schedule(GcSchedule::StressMove);
    for len in [24, 100_000] {
        let bytes = heap.allocate_bytes_immovable(len);
        let buffer =
            heap.allocate_object_of(CellKind::ArrayBuffer, 8).cast::<tierproof_heap::ArrayBufferRef>();
        buffer.set_data(&mut heap, bytes.into());
        let array = heap.allocate_object_of(CellKind::TypedArray, 9).cast::<tierproof_heap::TypedArrayRef>();
        array.set_buffer(&mut heap, buffer.into());
        array.set_data_address(bytes.data_ptr() as usize);
        bytes.as_mut_slice()[len - 1] = 5;
        let array = Rooted::new(&mut heap, array);
        let address = array.data_address();
        for _ in 0..5 {
            heap.collect(Collection::Full);
        }
        let buffer = array.buffer().cast::<tierproof_heap::ArrayBufferRef>();
        let bytes = buffer.data().cast::<tierproof_heap::BytesRef>();
        assert_eq!(bytes.data_ptr() as usize, address);
        assert_eq!(bytes.as_slice()[len - 1], 5);
    }
}

#[test]
fn limit_raises_the_flag_and_keeps_allocating() {
    let mut heap =
        Heap::new(HeapConfig { nursery_bytes: 256 << 10, limit: Some(4 << 20), ..HeapConfig::default() });
    for _ in 0..100_000 {
        heap.allocate_fixed_array(20, Value::UNDEFINED);
    }
    assert!(!heap.oom_pending, "garbage does not count");
    let mut kept = RootedVec::new(&mut heap, Vec::new());
    let mut count = 0;
    while !heap.oom_pending {
        let array = heap.allocate_fixed_array(100, Value::smi(count));
        kept.push(array.into());
        count += 1;
        assert!(count < 10_000);
    }
    assert!(count > 3000, "{count}");
    heap.oom_pending = false;
    for number in 0..100 {
        let array = heap.allocate_fixed_array(100, Value::smi(number));
        kept.push(array.into());
    }
    assert_eq!(kept[5].cast::<TaggedArrayRef>().get(99), Value::smi(5));
    assert!(!heap.can_allocate(1 << 20));
    kept.clear();
    assert!(heap.can_allocate(1 << 20));
    assert!(!heap.can_allocate(5 << 20));
    heap.verify().unwrap();
}

#[test]
fn sparse_blocks_are_evacuated() {
    let mut heap = heap();
    let mut kept = RootedVec::new(&mut heap, Vec::new());
    for number in 0..20_000 {
        let array = heap.allocate_fixed_array(6, Value::smi(number));
        kept.push(array.into());
    }
    heap.collect(Collection::Full);
    let mut index = 0;
    kept.retain(|_| {
        index += 1;
        index % 10 == 0
    });
    heap.collect(Collection::Full);
    let moved = heap.stats().moved_cells;
    heap.collect(Collection::Full);
    assert!(heap.stats().moved_cells - moved >= 1900, "the blocks were a tenth full");
    assert!(kept.iter().enumerate().all(|(index, value)| {
        value.cast::<TaggedArrayRef>().get(5) == Value::smi(10 * index as i32 + 9)
    }));
    let moved = heap.stats().moved_cells;
    heap.collect(Collection::Full);
    assert!(heap.stats().moved_cells - moved < 1500, "now they are full");
}

/// Allocates as compiled code does: bump `top`, compare with `limit`, write header and fields.
fn bump_allocate(heap: *mut Heap, size: usize) -> Option<CellRef> {
    // SAFETY: `top` and `limit` are the first two fields of a live heap.
    unsafe {
        let top = heap.cast::<u8>().add(layout::HEAP_TOP as usize).cast::<usize>();
        let limit = heap.cast::<u8>().add(layout::HEAP_LIMIT as usize).cast::<usize>();
        let cell = *top;
        if cell + size > *limit {
            return None;
        }
        *top = cell + size;
        Some(CellRef::from_address(cell))
    }
}

#[test]
fn inline_allocation_keeps_the_nursery_walkable() {
    let mut heap = heap();
    let list = linked_list(&mut heap, 3);
    let mut fast = 0;
    for round in 0..20_000usize {
        let slots = round % 6;
        match bump_allocate(&mut heap, layout::object_size(slots)) {
            Some(cell) => {
                fast += 1;
                let words = cell.as_ptr().cast::<u64>();
                // SAFETY: the bump made room for the header and 2 + slots words.
                unsafe {
                    words.write(layout::header_word(4, CellKind::Object, 0, slots as u8));
                    for word in 1..3 + slots {
                        words.add(word).write(Value::UNDEFINED.to_bits());
                    }
                }
            }
            None => {
                heap.allocate_object(4, slots);
            }
        }
        if round % 1000 == 0 {
            heap.verify().unwrap();
            let mut count = 0;
            heap.walk(&mut |cell| count += (cell.shape() == 4) as usize);
            assert!(count > 0);
        }
    }
    assert!(fast > 19_000);
    check_list(*list, 3);
    // No fast path when the schedule must see each allocation.
    heap.set_schedule(GcSchedule::EveryN(3));
    heap.allocate_object(4, 0);
    assert!(bump_allocate(&mut heap, 24).is_none());
    let before = heap.stats();
    for _ in 0..12 {
        heap.allocate_object(4, 0);
    }
    let after = heap.stats();
    assert_eq!(after.scavenges - before.scavenges, 2);
    assert_eq!(after.full_collections - before.full_collections, 2);
}

#[derive(Default)]
struct InternTable {
    entries: Vec<CellRef>,
}

impl WeakTable for InternTable {
    fn sweep(&mut self, f: &mut dyn FnMut(CellRef) -> Option<CellRef>) {
        self.entries.retain_mut(|entry| match f(*entry) {
            Some(place) => {
                *entry = place;
                true
            }
            None => false,
        });
    }
}

struct Provider {
    frame: [Value; 4],
    table: InternTable,
}

impl RootProvider for Provider {
    fn trace_roots(&mut self, visitor: &mut dyn RootVisitor) {
        // SAFETY: the whole frame is initialised.
        unsafe { visitor.range(self.frame.as_mut_ptr(), self.frame.len()) };
    }

    fn trace_weak_tables(&mut self, visit: &mut dyn FnMut(&mut dyn WeakTable)) {
        visit(&mut self.table);
    }
}

#[test]
fn weak_tables_drop_the_dead_and_follow_the_moved() {
    let mut heap = heap();
    let provider =
        Box::into_raw(Box::new(Provider { frame: [Value::NULL; 4], table: InternTable::default() }));
    // SAFETY: the provider lives until the end of the test.
    let roots = unsafe {
        heap.add_root_provider(provider);
        &mut *provider
    };
    for number in 0..4u8 {
        let string = heap.allocate_one_byte_string(&[b'a' + number]);
        string.set_interned(true);
        roots.table.entries.push(*string);
        if number % 2 == 0 {
            roots.frame[number as usize] = string.into();
        }
    }
    for collection in [Collection::Scavenge, Collection::Scavenge, Collection::Full, Collection::Full] {
        heap.collect(collection);
        let texts: Vec<_> =
            roots.table.entries.iter().map(|cell| cell.cast::<StringRef>().one_byte().unwrap()).collect();
        assert_eq!(texts, [b"a", b"c"]);
        assert_eq!(roots.frame[2].as_cell(), roots.table.entries[1]);
    }
    roots.frame[0] = Value::NULL;
    heap.collect(Collection::Scavenge);
    assert_eq!(roots.table.entries.len(), 2, "old cells die in full collections only");
    heap.collect(Collection::Full);
    assert_eq!(roots.table.entries.len(), 1);
    heap.remove_root_provider(provider);
    drop(heap);
    // SAFETY: made by Box::into_raw above, no longer registered.
    drop(unsafe { Box::from_raw(provider) });
}

#[test]
fn rooted_values_come_and_go_in_any_order() {
    let mut heap = heap();
    let first = linked_list(&mut heap, 5);
    let second = linked_list(&mut heap, 6);
    let third = linked_list(&mut heap, 7);
    drop(second);
    heap.collect(Collection::Full);
    check_list(*first, 5);
    check_list(*third, 7);
    assert_eq!(heap.used_bytes(), 12 * 48);
    drop(heap);
    drop(first);
    drop(third);
}

#[test]
fn strings_and_truncation() {
    let mut heap = heap();
    let left = heap.allocate_one_byte_string(b"left");
    let right = heap.allocate_two_byte_string(&[0x263A, 0x263B]);
    let cons = heap.allocate_cons_string(left, right);
    let cons = Rooted::new(&mut heap, cons);
    heap.collect(Collection::Full);
    let (left, right) = cons.cons_parts().unwrap();
    assert_eq!((left.one_byte(), right.two_byte()), (Some(&b"left"[..]), Some(&[0x263A, 0x263B][..])));
    let flat = heap.allocate_two_byte_string_with(6, |target| target.fill(65));
    cons.make_flat(&mut heap, flat);
    heap.verify().unwrap();
    heap.collect(Collection::Scavenge);
    let (parent, offset) = cons.slice_parts().unwrap();
    assert_eq!((parent.two_byte().unwrap(), offset, cons.len()), (&[65u16; 6][..], 0, 6));

    let array = heap.allocate_fixed_array(10, Value::TRUE);
    let doubles = heap.allocate_double_array(10);
    array.truncate(&mut heap, 9);
    doubles.truncate(&mut heap, 0);
    heap.verify().unwrap();
    assert_eq!((array.len(), doubles.len()), (9, 0));
    let digits = heap.allocate_bigint(true, &[1, 2]);
    assert!(digits.is_negative());
    assert_eq!(digits.digits(), [1, 2]);
}

#[test]
fn pausing_only_grows() {
    let mut heap = heap();
    heap.set_schedule(GcSchedule::EveryN(1));
    heap.pause_collection();
    for _ in 0..20_000 {
        heap.allocate_object(1, 4);
    }
    let stats = heap.stats();
    assert_eq!((stats.scavenges, stats.full_collections), (0, 0));
    assert!(stats.old_bytes > 0, "more than the nursery holds");
    heap.resume_collection();
    heap.verify().unwrap();
    heap.collect(Collection::Full);
    assert_eq!(heap.used_bytes(), 0);
}
