//! Typed views of cells: `CellRef` with a known kind and named accessors. Reads are methods; tagged stores go through the heap.

use std::ops::Deref;

use crate::cells::{CellKind, CellRef};
use crate::elements_kind::ElementsKind;
use crate::heap::Heap;
use crate::layout;
use crate::memory::write_filler;
use crate::roots::{RootVisitor, TraceRoots};
use crate::value::Value;

/// A `CellRef` of a known kind or group of kinds.
pub trait CellView: Copy + Deref<Target = CellRef> {
    fn matches(kind: CellKind) -> bool;
    fn from_cell(cell: CellRef) -> Self;
}

macro_rules! cell_views {
    ($($(#[$doc:meta])* $name:ident: |$kind:ident| $matches:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(transparent)]
        pub struct $name(CellRef);

        impl CellView for $name {
            #[inline(always)]
            fn matches($kind: CellKind) -> bool {
                $matches
            }

            #[inline(always)]
            fn from_cell(cell: CellRef) -> $name {
                $name(cell)
            }
        }

        impl Deref for $name {
            type Target = CellRef;

            #[inline(always)]
            fn deref(&self) -> &CellRef {
                &self.0
            }
        }

        impl From<$name> for CellRef {
            #[inline(always)]
            fn from(view: $name) -> CellRef {
                view.0
            }
        }

        impl TraceRoots for $name {
            fn trace_roots(&mut self, visitor: &mut dyn RootVisitor) {
                self.0.trace_roots(visitor);
            }
        }

        impl From<$name> for Value {
            #[inline(always)]
            fn from(view: $name) -> Value {
                view.0.value()
            }
        }
    )*};
}

cell_views! {
    /// FixedArray, Context or FeedbackVector: a sequence of values.
    TaggedArrayRef: |kind| matches!(kind, CellKind::FixedArray | CellKind::Context | CellKind::FeedbackVector);
    DoubleArrayRef: |kind| kind == CellKind::DoubleArray;
    BytesRef: |kind| kind == CellKind::Bytes;
    BigIntRef: |kind| kind == CellKind::BigInt;
    /// Any string representation.
    StringRef: |kind| kind.is_string();
    SymbolRef: |kind| kind == CellKind::Symbol;
    /// Any JS object.
    ObjectRef: |kind| kind.is_object();
    ArrayRef: |kind| kind == CellKind::Array;
    FunctionRef: |kind| kind == CellKind::Function;
    ArrayBufferRef: |kind| kind == CellKind::ArrayBuffer;
    TypedArrayRef: |kind| kind == CellKind::TypedArray;
    DataViewRef: |kind| kind == CellKind::DataView;
    FunctionDataRef: |kind| kind == CellKind::FunctionData;
    AccessorPairRef: |kind| kind == CellKind::AccessorPair;
    PropertyCellRef: |kind| kind == CellKind::PropertyCell;
}

const LENGTH: usize = layout::ARRAY_LENGTH as usize;
const DATA: usize = layout::ARRAY_DATA as usize;

/// Shortens an array in place; in the nursery, what it gives up becomes a filler.
fn truncate(heap: &Heap, cell: CellRef, old_len: usize, new_len: usize) {
    assert!(new_len <= old_len, "truncation to a greater length");
    cell.put(LENGTH, new_len as u32);
    if heap.is_young(cell) {
        let end = cell.address() + DATA;
        write_filler(end + 8 * new_len, end + 8 * old_len);
    }
}

/// Offset of the `index`-th element, after the bounds check.
#[inline(always)]
fn element_offset(index: usize, len: usize) -> usize {
    assert!(index < len, "index {index} out of bounds, length {len}");
    DATA + 8 * index
}

impl TaggedArrayRef {
    /// Shortens the array in place.
    pub fn truncate(self, heap: &mut Heap, len: usize) {
        truncate(heap, self.0, self.len(), len);
    }

    #[inline(always)]
    pub fn len(self) -> usize {
        self.read::<u32>(LENGTH) as usize
    }

    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub fn get(self, index: usize) -> Value {
        self.read(element_offset(index, self.len()))
    }

    #[inline(always)]
    pub fn set(self, heap: &mut Heap, index: usize, value: Value) {
        let offset = element_offset(index, self.len());
        heap.write_at(self.0, offset, value);
    }

    /// Store into an array allocated since the last allocation or safepoint.
    #[inline(always)]
    pub fn init(self, index: usize, value: Value) {
        self.put(element_offset(index, self.len()), value);
    }

    /// The word after the length, free for the user of the array.
    #[inline(always)]
    pub fn user_word(self) -> u32 {
        self.read(layout::ARRAY_AUX as usize)
    }

    #[inline(always)]
    pub fn set_user_word(self, word: u32) {
        self.put(layout::ARRAY_AUX as usize, word);
    }

    #[inline(always)]
    pub fn as_slice<'a>(self) -> &'a [Value] {
        // SAFETY: `len` initialised values lie at DATA. The slice pins the array while it is on the stack.
        unsafe { std::slice::from_raw_parts(self.as_ptr().add(DATA).cast::<Value>(), self.len()) }
    }

    /// Parent scope of a Context.
    #[inline(always)]
    pub fn parent(self) -> Value {
        debug_assert_eq!(self.kind(), CellKind::Context);
        self.get(0)
    }
}

impl DoubleArrayRef {
    /// Shortens the array in place.
    pub fn truncate(self, heap: &mut Heap, len: usize) {
        truncate(heap, self.0, self.len(), len);
    }

    #[inline(always)]
    pub fn len(self) -> usize {
        self.read::<u32>(LENGTH) as usize
    }

    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The bits of the element, `HOLE_NAN_BITS` for a hole.
    #[inline(always)]
    pub fn bits(self, index: usize) -> u64 {
        self.read(element_offset(index, self.len()))
    }

    #[inline(always)]
    pub fn is_hole(self, index: usize) -> bool {
        self.bits(index) == layout::HOLE_NAN_BITS
    }

    /// None for a hole.
    #[inline(always)]
    pub fn get(self, index: usize) -> Option<f64> {
        let bits = self.bits(index);
        (bits != layout::HOLE_NAN_BITS).then(|| f64::from_bits(bits))
    }

    /// Stores a number; NaN is canonicalised.
    #[inline(always)]
    pub fn set(self, index: usize, number: f64) {
        let number = if number.is_nan() { f64::NAN } else { number };
        self.put(element_offset(index, self.len()), number.to_bits());
    }

    #[inline(always)]
    pub fn set_hole(self, index: usize) {
        self.put(element_offset(index, self.len()), layout::HOLE_NAN_BITS);
    }

    #[inline(always)]
    pub fn as_bits<'a>(self) -> &'a [u64] {
        // SAFETY: `len` initialised words lie at DATA.
        unsafe { std::slice::from_raw_parts(self.as_ptr().add(DATA).cast::<u64>(), self.len()) }
    }
}

impl BytesRef {
    #[inline(always)]
    pub fn len(self) -> usize {
        self.read::<u64>(LENGTH) as usize
    }

    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub fn data_ptr(self) -> *mut u8 {
        self.as_ptr().wrapping_add(DATA)
    }

    #[inline(always)]
    pub fn as_slice<'a>(self) -> &'a [u8] {
        // SAFETY: `len` initialised bytes lie at DATA.
        unsafe { std::slice::from_raw_parts(self.data_ptr(), self.len()) }
    }

    /// The bytes for writing. Bytes carry no references, so there is no barrier; do not hold two of these at once.
    #[inline(always)]
    pub fn as_mut_slice<'a>(self) -> &'a mut [u8] {
        // SAFETY: as in `as_slice`; the caller keeps one slice at a time.
        unsafe { std::slice::from_raw_parts_mut(self.data_ptr(), self.len()) }
    }
}

impl BigIntRef {
    #[inline(always)]
    pub fn is_negative(self) -> bool {
        self.aux() != 0
    }

    /// Little-endian 64-bit digits.
    #[inline(always)]
    pub fn digits<'a>(self) -> &'a [u64] {
        let bytes = self.read::<u64>(LENGTH) as usize;
        // SAFETY: BigInts are allocated with whole digits, 8-byte aligned at DATA.
        unsafe { std::slice::from_raw_parts(self.as_ptr().add(DATA).cast::<u64>(), bytes / 8) }
    }
}

impl StringRef {
    /// Length in UTF-16 code units.
    #[inline(always)]
    pub fn len(self) -> usize {
        self.read::<u32>(layout::STRING_LENGTH as usize) as usize
    }

    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The cached hash; 0 when not computed.
    #[inline(always)]
    pub fn hash(self) -> u32 {
        self.read(layout::STRING_HASH as usize)
    }

    #[inline(always)]
    pub fn set_hash(self, hash: u32) {
        self.put(layout::STRING_HASH as usize, hash);
    }

    #[inline(always)]
    pub fn is_interned(self) -> bool {
        self.flags() & layout::STRING_INTERNED != 0
    }

    #[inline(always)]
    pub fn set_interned(self, interned: bool) {
        let rest = self.flags() & !layout::STRING_INTERNED;
        self.set_flags(rest | if interned { layout::STRING_INTERNED } else { 0 });
    }

    #[inline(always)]
    pub fn is_flat(self) -> bool {
        matches!(self.kind(), CellKind::StringOneByte | CellKind::StringTwoByte)
    }

    /// The characters of a flat one-byte string.
    #[inline(always)]
    pub fn one_byte<'a>(self) -> Option<&'a [u8]> {
        if self.kind() != CellKind::StringOneByte {
            return None;
        }
        // SAFETY: a one-byte string holds `len` bytes at STRING_DATA.
        Some(unsafe { std::slice::from_raw_parts(self.as_ptr().add(DATA), self.len()) })
    }

    /// The characters of a flat two-byte string.
    #[inline(always)]
    pub fn two_byte<'a>(self) -> Option<&'a [u16]> {
        if self.kind() != CellKind::StringTwoByte {
            return None;
        }
        // SAFETY: a two-byte string holds `len` aligned u16 at STRING_DATA.
        Some(unsafe { std::slice::from_raw_parts(self.as_ptr().add(DATA).cast::<u16>(), self.len()) })
    }

    /// Left and right of a cons.
    #[inline(always)]
    pub fn cons_parts(self) -> Option<(StringRef, StringRef)> {
        (self.kind() == CellKind::StringCons).then(|| {
            let left: Value = self.read(layout::CONS_LEFT as usize);
            let right: Value = self.read(layout::CONS_RIGHT as usize);
            (left.cast(), right.cast())
        })
    }

    /// Parent and offset of a slice.
    #[inline(always)]
    pub fn slice_parts(self) -> Option<(StringRef, usize)> {
        (self.kind() == CellKind::StringSlice).then(|| {
            let parent: Value = self.read(layout::SLICE_PARENT as usize);
            (parent.cast(), self.read::<u64>(layout::SLICE_OFFSET as usize) as usize)
        })
    }

    /// Turns a cons into a slice that covers all of `flat`, once it has been flattened.
    pub fn make_flat(self, heap: &mut Heap, flat: StringRef) {
        assert!(self.kind() == CellKind::StringCons && flat.is_flat() && flat.len() == self.len());
        heap.write_at(self.0, layout::SLICE_PARENT as usize, flat.into());
        self.put(layout::SLICE_OFFSET as usize, 0u64);
        self.set_kind(CellKind::StringSlice);
    }
}

impl SymbolRef {
    #[inline(always)]
    pub fn hash(self) -> u32 {
        self.read(layout::SYMBOL_HASH as usize)
    }

    /// Flags word of the symbol, meaning given by the runtime.
    #[inline(always)]
    pub fn symbol_flags(self) -> u32 {
        self.read(layout::SYMBOL_FLAGS as usize)
    }

    #[inline(always)]
    pub fn set_symbol_flags(self, flags: u32) {
        self.put(layout::SYMBOL_FLAGS as usize, flags);
    }

    #[inline(always)]
    pub fn description(self) -> Value {
        self.read(layout::SYMBOL_DESCRIPTION as usize)
    }
}

impl ObjectRef {
    /// Out-of-line slots: a FixedArray or undefined.
    #[inline(always)]
    pub fn slots(self) -> Value {
        self.read(layout::OBJECT_SLOTS as usize)
    }

    #[inline(always)]
    pub fn set_slots(self, heap: &mut Heap, slots: Value) {
        heap.write_at(self.0, layout::OBJECT_SLOTS as usize, slots);
    }

    /// FixedArray, DoubleArray or undefined.
    #[inline(always)]
    pub fn elements(self) -> Value {
        self.read(layout::OBJECT_ELEMENTS as usize)
    }

    #[inline(always)]
    pub fn set_elements(self, heap: &mut Heap, elements: Value) {
        heap.write_at(self.0, layout::OBJECT_ELEMENTS as usize, elements);
    }

    #[inline(always)]
    pub fn elements_kind(self) -> ElementsKind {
        debug_assert_ne!(self.kind(), CellKind::TypedArray, "byte 5 of a typed array is its element type");
        ElementsKind::from_u8(self.aux()).expect("valid elements kind")
    }

    #[inline(always)]
    pub fn set_elements_kind(self, kind: ElementsKind) {
        debug_assert_ne!(self.kind(), CellKind::TypedArray);
        self.set_aux(kind as u8);
    }

    /// Number of in-object slots; 0 for every kind but `Object`.
    #[inline(always)]
    pub fn inline_slots(self) -> usize {
        if self.kind() == CellKind::Object { self.flags() as usize } else { 0 }
    }

    #[inline(always)]
    pub fn inline_slot(self, index: usize) -> Value {
        assert!(index < self.inline_slots(), "in-object slot {index} out of bounds");
        self.read(layout::OBJECT_INLINE_SLOTS as usize + 8 * index)
    }

    #[inline(always)]
    pub fn set_inline_slot(self, heap: &mut Heap, index: usize, value: Value) {
        assert!(index < self.inline_slots(), "in-object slot {index} out of bounds");
        heap.write_at(self.0, layout::OBJECT_INLINE_SLOTS as usize + 8 * index, value);
    }

    /// Offset of the `index`-th tagged internal word of this kind.
    #[inline(always)]
    fn internal_offset(self, index: usize) -> usize {
        assert!(index + 2 < self.slot_count(), "internal word {index} of a {:?}", self.kind());
        layout::OBJECT_INTERNAL as usize + 8 * index
    }

    /// The `index`-th tagged internal word of this kind (Map table, Promise state, bound target, ...).
    #[inline(always)]
    pub fn internal(self, index: usize) -> Value {
        self.read(self.internal_offset(index))
    }

    #[inline(always)]
    pub fn set_internal(self, heap: &mut Heap, index: usize, value: Value) {
        heap.write_at(self.0, self.internal_offset(index), value);
    }
}

impl ArrayRef {
    #[inline(always)]
    pub fn object(self) -> ObjectRef {
        ObjectRef(self.0)
    }

    /// The JS `length`.
    #[inline(always)]
    pub fn length(self) -> u32 {
        self.read(layout::JS_ARRAY_LENGTH as usize)
    }

    #[inline(always)]
    pub fn set_length(self, length: u32) {
        self.put(layout::JS_ARRAY_LENGTH as usize, length);
    }

    /// The u32 after the length, free for the runtime (writability of `length`, for instance).
    #[inline(always)]
    pub fn array_flags(self) -> u32 {
        self.read(layout::JS_ARRAY_LENGTH as usize + 4)
    }

    #[inline(always)]
    pub fn set_array_flags(self, flags: u32) {
        self.put(layout::JS_ARRAY_LENGTH as usize + 4, flags);
    }
}

macro_rules! tagged_fields {
    ($view:ident { $($(#[$doc:meta])* $get:ident $set:ident @ $offset:ident;)* }) => {
        impl $view {$(
            $(#[$doc])*
            #[inline(always)]
            pub fn $get(self) -> Value {
                self.read(layout::$offset as usize)
            }

            #[inline(always)]
            pub fn $set(self, heap: &mut Heap, value: Value) {
                heap.write_at(self.0, layout::$offset as usize, value);
            }
        )*}
    };
}

macro_rules! raw_fields {
    ($view:ident { $($(#[$doc:meta])* $get:ident $set:ident: $type:ident @ $offset:ident;)* }) => {
        impl $view {$(
            $(#[$doc])*
            #[inline(always)]
            pub fn $get(self) -> $type {
                self.read(layout::$offset as usize)
            }

            #[inline(always)]
            pub fn $set(self, value: $type) {
                self.put(layout::$offset as usize, value);
            }
        )*}
    };
}

tagged_fields!(FunctionRef {
    /// The FunctionData shared by closures of one template, as a Value.
    data set_data @ FUNCTION_DATA;
    context set_context @ FUNCTION_CONTEXT;
    home_object set_home_object @ FUNCTION_HOME_OBJECT;
    prototype_cache set_prototype_cache @ FUNCTION_PROTOTYPE;
    extra set_extra @ FUNCTION_EXTRA;
    extra2 set_extra2 @ FUNCTION_EXTRA2;
});

impl FunctionRef {
    #[inline(always)]
    pub fn object(self) -> ObjectRef {
        ObjectRef(self.0)
    }

    #[inline(always)]
    pub fn function_data(self) -> FunctionDataRef {
        self.data().cast()
    }
}

raw_fields!(FunctionDataRef {
    /// Address callers jump through.
    entry set_entry: usize @ FUNCTION_DATA_ENTRY;
    native set_native: usize @ FUNCTION_DATA_NATIVE;
    template set_template: u64 @ FUNCTION_DATA_TEMPLATE;
    counter0 set_counter0: i32 @ FUNCTION_DATA_COUNTER0;
    counter1 set_counter1: i32 @ FUNCTION_DATA_COUNTER1;
    data_flags set_data_flags: u64 @ FUNCTION_DATA_FLAGS;
    data_flags2 set_data_flags2: u64 @ FUNCTION_DATA_FLAGS2;
});

impl FunctionDataRef {
    /// Number of tagged words.
    pub const TAGGED: usize = 6;

    #[inline(always)]
    pub fn tagged(self, index: usize) -> Value {
        assert!(index < Self::TAGGED);
        self.read(layout::FUNCTION_DATA_TAGGED as usize + 8 * index)
    }

    #[inline(always)]
    pub fn set_tagged(self, heap: &mut Heap, index: usize, value: Value) {
        assert!(index < Self::TAGGED);
        heap.write_at(self.0, layout::FUNCTION_DATA_TAGGED as usize + 8 * index, value);
    }
}

tagged_fields!(AccessorPairRef {
    getter set_getter @ ACCESSOR_PAIR_GETTER;
    setter set_setter @ ACCESSOR_PAIR_SETTER;
});

tagged_fields!(PropertyCellRef {
    value_slot set_value_slot @ PROPERTY_CELL_VALUE;
    meta set_meta @ PROPERTY_CELL_META;
});

tagged_fields!(ArrayBufferRef {
    /// The Bytes cell; undefined when detached, null when the bytes lie outside the heap.
    data set_data @ ARRAY_BUFFER_DATA;
});

raw_fields!(ArrayBufferRef {
    byte_length set_byte_length: u64 @ ARRAY_BUFFER_BYTE_LENGTH;
    buffer_flags set_buffer_flags: u64 @ ARRAY_BUFFER_FLAGS;
    /// Equal to the length for buffers that cannot change it.
    max_byte_length set_max_byte_length: u64 @ ARRAY_BUFFER_MAX;
});

tagged_fields!(TypedArrayRef {
    buffer set_buffer @ TYPED_ARRAY_BUFFER;
});

raw_fields!(TypedArrayRef {
    /// Into a Bytes cell from `allocate_bytes_immovable` or memory outside the heap; 0 when detached.
    data_address set_data_address: usize @ TYPED_ARRAY_DATA;
    /// In elements.
    length set_length: u64 @ TYPED_ARRAY_LENGTH;
    byte_offset set_byte_offset: u64 @ TYPED_ARRAY_BYTE_OFFSET;
    /// The length asked for, when it does not follow the buffer's.
    fixed_length set_fixed_length: u64 @ TYPED_ARRAY_FIXED_LENGTH;
});

impl TypedArrayRef {
    /// Element type, numbered by the runtime.
    #[inline(always)]
    pub fn element_type(self) -> u8 {
        self.aux()
    }

    #[inline(always)]
    pub fn set_element_type(self, element_type: u8) {
        self.set_aux(element_type);
    }
}

tagged_fields!(DataViewRef {
    buffer set_buffer @ DATA_VIEW_BUFFER;
});

raw_fields!(DataViewRef {
    byte_offset set_byte_offset: u64 @ DATA_VIEW_BYTE_OFFSET;
    byte_length set_byte_length: u64 @ DATA_VIEW_BYTE_LENGTH;
    fixed_length set_fixed_length: u64 @ DATA_VIEW_FIXED_LENGTH;
});
