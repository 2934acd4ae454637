//! Named offsets of everything compiled code touches directly. Asserted against the cell table and the real structs.

use std::mem::offset_of;

use crate::cells::{CellKind, Header};
use crate::heap::Heap;

/// Every cell starts at a multiple of this, and every size is one.
pub const CELL_ALIGNMENT: usize = 8;

// The header.
pub const HEADER_SIZE: usize = 8;
pub const HEADER_SHAPE: i32 = 0;
pub const HEADER_KIND: i32 = 4;
/// Elements kind of objects, element type of typed arrays, sign of BigInts. One u16 at `HEADER_KIND` reads kind and aux.
pub const HEADER_AUX: i32 = 5;
pub const HEADER_GC: i32 = 6;
/// Number of in-object slots of kind `Object`; flags of every other kind.
pub const HEADER_FLAGS: i32 = 7;

/// The header of a cell just allocated in the nursery, as the u64 that is stored at its start.
pub const fn header_word(shape: u32, kind: CellKind, aux: u8, flags: u8) -> u64 {
    shape as u64 | (kind as u64) << 32 | (aux as u64) << 40 | (flags as u64) << 56
}

/// What a u16 load at `HEADER_KIND` gives for this kind and aux byte.
pub const fn kind_and_aux(kind: CellKind, aux: u8) -> u16 {
    kind as u16 | (aux as u16) << 8
}

// Bits of the gc byte.
pub const GC_MARKED: u8 = 1 << 0;
/// Survived one scavenge; the next one promotes.
pub const GC_AGED: u8 = 1 << 1;
pub const GC_PINNED: u8 = 1 << 2;
/// In the remembered set.
pub const GC_REMEMBERED: u8 = 1 << 3;
/// In old space (large objects included).
pub const GC_OLD: u8 = 1 << 4;
/// Moved; the word at offset 8 is the new address. Only seen during a collection.
pub const GC_FORWARDED: u8 = 1 << 5;
/// Never moves.
pub const GC_IMMOVABLE: u8 = 1 << 6;
/// The barrier is due if `gc & GC_BARRIER_MASK == GC_BARRIER_DUE` and the stored value lies in the nursery.
pub const GC_BARRIER_MASK: u8 = GC_OLD | GC_REMEMBERED;
pub const GC_BARRIER_DUE: u8 = GC_OLD;

// Flag bits of strings (header byte 7).
pub const STRING_INTERNED: u8 = 1 << 0;

// Tagged arrays (FixedArray, Context, FeedbackVector), DoubleArray, Bytes.
pub const ARRAY_LENGTH: i32 = 8;
pub const ARRAY_AUX: i32 = 12;
pub const ARRAY_DATA: i32 = 16;
pub const CONTEXT_PARENT: i32 = 16;
pub const BYTES_LENGTH: i32 = 8;
pub const BYTES_DATA: i32 = 16;
/// The bits that stand for an absent element in a DoubleArray; a signalling NaN no computation yields.
pub const HOLE_NAN_BITS: u64 = 0x7FF4_0000_DEAD_0000;

// Strings.
pub const STRING_LENGTH: i32 = 8;
pub const STRING_HASH: i32 = 12;
pub const STRING_DATA: i32 = 16;
pub const CONS_LEFT: i32 = 16;
pub const CONS_RIGHT: i32 = 24;
pub const SLICE_PARENT: i32 = 16;
pub const SLICE_OFFSET: i32 = 24;

// Symbols.
pub const SYMBOL_HASH: i32 = 8;
pub const SYMBOL_FLAGS: i32 = 12;
pub const SYMBOL_DESCRIPTION: i32 = 16;

// Objects: the common prefix, then the words of the kind.
pub const OBJECT_SLOTS: i32 = 8;
pub const OBJECT_ELEMENTS: i32 = 16;
pub const OBJECT_INTERNAL: i32 = 24;
pub const OBJECT_INLINE_SLOTS: i32 = 24;
pub const JS_ARRAY_LENGTH: i32 = 24;
pub const JS_ARRAY_SIZE: usize = 32;
pub const FUNCTION_DATA: i32 = 24;
pub const FUNCTION_CONTEXT: i32 = 32;
pub const FUNCTION_HOME_OBJECT: i32 = 40;
/// Prototype property or the cell that caches the initial shape.
pub const FUNCTION_PROTOTYPE: i32 = 48;
pub const FUNCTION_EXTRA: i32 = 56;
pub const FUNCTION_EXTRA2: i32 = 64;
pub const FUNCTION_SIZE: usize = 72;
pub const ARRAY_BUFFER_DATA: i32 = 24;
pub const ARRAY_BUFFER_BYTE_LENGTH: i32 = 32;
pub const ARRAY_BUFFER_FLAGS: i32 = 40;
pub const ARRAY_BUFFER_MAX: i32 = 48;
pub const TYPED_ARRAY_BUFFER: i32 = 24;
pub const TYPED_ARRAY_DATA: i32 = 32;
pub const TYPED_ARRAY_LENGTH: i32 = 40;
pub const TYPED_ARRAY_BYTE_OFFSET: i32 = 48;
pub const TYPED_ARRAY_FIXED_LENGTH: i32 = 56;
pub const DATA_VIEW_BUFFER: i32 = 24;
pub const DATA_VIEW_BYTE_OFFSET: i32 = 32;
pub const DATA_VIEW_BYTE_LENGTH: i32 = 40;
pub const DATA_VIEW_FIXED_LENGTH: i32 = 48;

/// Size of a cell of kind `Object` with so many in-object slots.
pub const fn object_size(inline_slots: usize) -> usize {
    OBJECT_INLINE_SLOTS as usize + 8 * inline_slots
}

/// Size of a FixedArray, Context, FeedbackVector or DoubleArray.
pub const fn array_size(length: usize) -> usize {
    ARRAY_DATA as usize + 8 * length
}

// FunctionData.
pub const FUNCTION_DATA_ENTRY: i32 = 8;
pub const FUNCTION_DATA_NATIVE: i32 = 16;
pub const FUNCTION_DATA_TEMPLATE: i32 = 24;
pub const FUNCTION_DATA_COUNTER0: i32 = 32;
pub const FUNCTION_DATA_COUNTER1: i32 = 36;
pub const FUNCTION_DATA_FLAGS: i32 = 40;
pub const FUNCTION_DATA_FLAGS2: i32 = 48;
pub const FUNCTION_DATA_TAGGED: i32 = 56;
pub const FUNCTION_DATA_SIZE: usize = 104;

pub const ACCESSOR_PAIR_GETTER: i32 = 8;
pub const ACCESSOR_PAIR_SETTER: i32 = 16;
pub const PROPERTY_CELL_VALUE: i32 = 8;
pub const PROPERTY_CELL_META: i32 = 16;

// Heap fields that compiled code reads; `HEAP_TOP` it also writes.
pub const HEAP_TOP: i32 = 0;
pub const HEAP_LIMIT: i32 = 8;
pub const HEAP_NURSERY_BASE: i32 = 16;
pub const HEAP_NURSERY_SIZE: i32 = 24;
pub const HEAP_OOM_PENDING: i32 = 32;

/// Cells above this size are large objects; compiled code must not bump-allocate them.
pub const MAX_NURSERY_CELL: usize = 8192;

const _: () = {
    assert!(size_of::<Header>() == HEADER_SIZE);
    assert!(offset_of!(Header, shape) == HEADER_SHAPE as usize);
    assert!(offset_of!(Header, kind) == HEADER_KIND as usize);
    assert!(offset_of!(Header, aux) == HEADER_AUX as usize);
    assert!(offset_of!(Header, gc) == HEADER_GC as usize);
    assert!(offset_of!(Header, flags) == HEADER_FLAGS as usize);
    assert!(offset_of!(Heap, top) == HEAP_TOP as usize);
    assert!(offset_of!(Heap, limit) == HEAP_LIMIT as usize);
    assert!(offset_of!(Heap, nursery_base) == HEAP_NURSERY_BASE as usize);
    assert!(offset_of!(Heap, nursery_size) == HEAP_NURSERY_SIZE as usize);
    assert!(offset_of!(Heap, oom_pending) == HEAP_OOM_PENDING as usize);
    assert!(CellKind::Array.fixed_size() == JS_ARRAY_SIZE);
    assert!(CellKind::Function.fixed_size() == FUNCTION_SIZE);
    assert!(CellKind::FunctionData.fixed_size() == FUNCTION_DATA_SIZE);
    assert!(CellKind::FunctionData.tagged_offset() == FUNCTION_DATA_TAGGED as usize);
    assert!(CellKind::TypedArray.fixed_size() == TYPED_ARRAY_FIXED_LENGTH as usize + 8);
    assert!(CellKind::ArrayBuffer.fixed_size() == ARRAY_BUFFER_MAX as usize + 8);
    assert!(CellKind::DataView.fixed_size() == DATA_VIEW_FIXED_LENGTH as usize + 8);
    assert!(CellKind::StringCons.fixed_size() == CONS_RIGHT as usize + 8);
    assert!(CellKind::StringSlice.fixed_size() == CellKind::StringCons.fixed_size());
    assert!(CellKind::Symbol.fixed_size() == SYMBOL_DESCRIPTION as usize + 8);
    assert!(CellKind::AccessorPair.fixed_size() == ACCESSOR_PAIR_SETTER as usize + 8);
    assert!(CellKind::PropertyCell.fixed_size() == PROPERTY_CELL_META as usize + 8);
    assert!(object_size(0) == CellKind::OBJECT_PREFIX_SIZE);
};
