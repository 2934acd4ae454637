//! Allocation of each kind of cell, fully initialised. Any of these may collect before it allocates.

use crate::cells::{CellKind, CellRef, Layout};
use crate::heap::Heap;
use crate::layout;
use crate::value::Value;
use crate::views::*;

/// Longest FixedArray or DoubleArray.
pub const MAX_ARRAY_LENGTH: usize = (u32::MAX >> 2) as usize;

impl Heap {
    /// FixedArray, Context or FeedbackVector with every element `fill`.
    pub fn allocate_tagged(&mut self, kind: CellKind, len: usize, fill: Value) -> TaggedArrayRef {
        assert!(kind.layout() == Layout::Tagged && len <= MAX_ARRAY_LENGTH);
        let cell = self.allocate_cell(kind, layout::array_size(len));
        cell.put(layout::ARRAY_LENGTH as usize, len as u32);
        cell.put(layout::ARRAY_AUX as usize, 0u32);
        // SAFETY: the cell was just allocated with room for `len` values.
        unsafe { std::slice::from_raw_parts_mut(data::<Value>(cell), len) }.fill(fill);
        cell.cast()
    }

    /// As `allocate_tagged`, for arrays whose address compiled code or interpreter keep (feedback vectors, constants).
    pub fn allocate_tagged_immovable(&mut self, kind: CellKind, len: usize, fill: Value) -> TaggedArrayRef {
        assert!(kind.layout() == Layout::Tagged && len <= MAX_ARRAY_LENGTH);
        let cell = self.allocate_immovable(kind, layout::array_size(len));
        cell.put(layout::ARRAY_LENGTH as usize, len as u64);
        // SAFETY: the cell was just allocated with room for `len` values.
        unsafe { std::slice::from_raw_parts_mut(data::<Value>(cell), len) }.fill(fill);
        cell.cast()
    }

    pub fn allocate_fixed_array(&mut self, len: usize, fill: Value) -> TaggedArrayRef {
        self.allocate_tagged(CellKind::FixedArray, len, fill)
    }

    /// A FixedArray with a copy of `values`, which must lie where the collector sees them (a frame, a cell, `Rooted`).
    pub fn allocate_fixed_array_from(&mut self, values: &[Value]) -> TaggedArrayRef {
        self.copy_tagged(values, values.len(), Value::UNDEFINED)
    }

    /// A FixedArray of `len` elements that starts with a copy of `values`; the rest is `fill`. For growing.
    pub fn copy_tagged(&mut self, values: &[Value], len: usize, fill: Value) -> TaggedArrayRef {
        assert!(values.len() <= len && len <= MAX_ARRAY_LENGTH);
        let cell = self.allocate_cell(CellKind::FixedArray, layout::array_size(len));
        cell.put(layout::ARRAY_LENGTH as usize, len as u32);
        cell.put(layout::ARRAY_AUX as usize, 0u32);
        // SAFETY: the cell was just allocated with room for `len` values.
        let target = unsafe { std::slice::from_raw_parts_mut(data::<Value>(cell), len) };
        target[..values.len()].copy_from_slice(values);
        target[values.len()..].fill(fill);
        cell.cast()
    }

    /// A scope: slot 0 is the parent, the rest starts as `fill`.
    pub fn allocate_context(&mut self, len: usize, parent: Value, fill: Value) -> TaggedArrayRef {
        assert!(len >= 1);
        let context = self.allocate_tagged(CellKind::Context, len, fill);
        context.init(0, parent);
        context
    }

    /// The slow half of allocation in compiled code: `size` bytes that start with `header` (see
    /// `layout::header_word`), every other word zero. Compiled code initialises the rest at once.
    pub fn allocate_cleared(&mut self, size: usize, header: u64) -> CellRef {
        let kind = CellKind::from_u8((header >> 32) as u8).unwrap_or(CellKind::Filler);
        let cell = self.allocate_cell(kind, size);
        let gc = cell.gc();
        for offset in (8..size).step_by(8) {
            cell.put(offset, Value::smi(0));
        }
        cell.put(0, header | (gc as u64) << 48);
        cell
    }

    /// All holes.
    pub fn allocate_double_array(&mut self, len: usize) -> DoubleArrayRef {
        assert!(len <= MAX_ARRAY_LENGTH);
        let cell = self.allocate_cell(CellKind::DoubleArray, layout::array_size(len));
        cell.put(layout::ARRAY_LENGTH as usize, len as u64);
        // SAFETY: the cell was just allocated with room for `len` words.
        unsafe { std::slice::from_raw_parts_mut(data::<u64>(cell), len) }.fill(layout::HOLE_NAN_BITS);
        cell.cast()
    }

    /// Zeroed bytes.
    pub fn allocate_bytes(&mut self, len: usize) -> BytesRef {
        let cell = self.allocate_cell(CellKind::Bytes, 16 + len.next_multiple_of(8));
        init_bytes(cell, len)
    }

    /// Zeroed bytes that never move, so that raw pointers into them stay valid while they live.
    pub fn allocate_bytes_immovable(&mut self, len: usize) -> BytesRef {
        let cell = self.allocate_immovable(CellKind::Bytes, 16 + len.next_multiple_of(8));
        init_bytes(cell, len)
    }

    pub fn allocate_bigint(&mut self, negative: bool, digits: &[u64]) -> BigIntRef {
        let cell = self.allocate_cell(CellKind::BigInt, 16 + 8 * digits.len());
        init_bigint(cell, negative, digits)
    }

    /// As `allocate_bigint`, never moving (constants).
    pub fn allocate_bigint_immovable(&mut self, negative: bool, digits: &[u64]) -> BigIntRef {
        let cell = self.allocate_immovable(CellKind::BigInt, 16 + 8 * digits.len());
        init_bigint(cell, negative, digits)
    }

    pub fn allocate_one_byte_string(&mut self, characters: &[u8]) -> StringRef {
        self.allocate_one_byte_string_with(characters.len(), |target| target.copy_from_slice(characters))
    }

    /// A one-byte string whose (zeroed) characters `fill` writes.
    pub fn allocate_one_byte_string_with(&mut self, len: usize, fill: impl FnOnce(&mut [u8])) -> StringRef {
        assert!(len <= u32::MAX as usize);
        let cell = self.allocate_cell(CellKind::StringOneByte, 16 + len.next_multiple_of(8));
        cell.put(layout::STRING_LENGTH as usize, len as u64);
        // SAFETY: the cell was just allocated with room for the rounded length.
        let target = unsafe { std::slice::from_raw_parts_mut(data::<u8>(cell), len.next_multiple_of(8)) };
        target.fill(0);
        fill(&mut target[..len]);
        cell.cast()
    }

    pub fn allocate_two_byte_string(&mut self, characters: &[u16]) -> StringRef {
        self.allocate_two_byte_string_with(characters.len(), |target| target.copy_from_slice(characters))
    }

    /// A two-byte string whose (zeroed) characters `fill` writes.
    pub fn allocate_two_byte_string_with(&mut self, len: usize, fill: impl FnOnce(&mut [u16])) -> StringRef {
        assert!(len <= u32::MAX as usize);
        let cell = self.allocate_cell(CellKind::StringTwoByte, 16 + (2 * len).next_multiple_of(8));
        cell.put(layout::STRING_LENGTH as usize, len as u64);
        // SAFETY: the cell was just allocated with room for the rounded length.
        let target = unsafe { std::slice::from_raw_parts_mut(data::<u16>(cell), len.next_multiple_of(4)) };
        target.fill(0);
        fill(&mut target[..len]);
        cell.cast()
    }

    /// As `allocate_one_byte_string`, never moving (interned strings).
    pub fn allocate_one_byte_string_immovable(&mut self, characters: &[u8]) -> StringRef {
        let cell =
            self.allocate_immovable(CellKind::StringOneByte, 16 + characters.len().next_multiple_of(8));
        cell.put(layout::STRING_LENGTH as usize, characters.len() as u64);
        // SAFETY: the cell was just allocated with room for the characters.
        unsafe { std::slice::from_raw_parts_mut(data::<u8>(cell), characters.len()) }
            .copy_from_slice(characters);
        cell.cast()
    }

    /// As `allocate_two_byte_string`, never moving (interned strings).
    pub fn allocate_two_byte_string_immovable(&mut self, characters: &[u16]) -> StringRef {
        let cell =
            self.allocate_immovable(CellKind::StringTwoByte, 16 + (2 * characters.len()).next_multiple_of(8));
        cell.put(layout::STRING_LENGTH as usize, characters.len() as u64);
        // SAFETY: the cell was just allocated with room for the characters.
        unsafe { std::slice::from_raw_parts_mut(data::<u16>(cell), characters.len()) }
            .copy_from_slice(characters);
        cell.cast()
    }

    pub fn allocate_cons_string(&mut self, left: StringRef, right: StringRef) -> StringRef {
        let cell = self.allocate_cell(CellKind::StringCons, CellKind::StringCons.fixed_size());
        let len = left.len() + right.len();
        assert!(len <= u32::MAX as usize);
        cell.put(layout::STRING_LENGTH as usize, len as u64);
        cell.put(layout::CONS_LEFT as usize, Value::from(left));
        cell.put(layout::CONS_RIGHT as usize, Value::from(right));
        cell.cast()
    }

    pub fn allocate_slice_string(&mut self, parent: StringRef, offset: usize, len: usize) -> StringRef {
        assert!(offset + len <= parent.len());
        let cell = self.allocate_cell(CellKind::StringSlice, CellKind::StringSlice.fixed_size());
        cell.put(layout::STRING_LENGTH as usize, len as u64);
        cell.put(layout::SLICE_PARENT as usize, Value::from(parent));
        cell.put(layout::SLICE_OFFSET as usize, offset as u64);
        cell.cast()
    }

    /// Symbols never move: shapes and caches compare them by address.
    pub fn allocate_symbol(&mut self, hash: u32, flags: u32, description: Value) -> SymbolRef {
        let cell = self.allocate_immovable(CellKind::Symbol, CellKind::Symbol.fixed_size());
        cell.put(layout::SYMBOL_HASH as usize, hash);
        cell.put(layout::SYMBOL_FLAGS as usize, flags);
        cell.put(layout::SYMBOL_DESCRIPTION as usize, description);
        cell.cast()
    }

    /// An ordinary object; slots, elements and in-object slots start undefined, elements kind PackedSmi.
    #[inline]
    pub fn allocate_object(&mut self, shape: u32, inline_slots: usize) -> ObjectRef {
        assert!(inline_slots <= u8::MAX as usize);
        let cell = self.allocate_cell(CellKind::Object, layout::object_size(inline_slots));
        cell.put(
            0,
            layout::header_word(shape, CellKind::Object, 0, inline_slots as u8) | (cell.gc() as u64) << 48,
        );
        for index in 0..2 + inline_slots {
            cell.put(layout::OBJECT_SLOTS as usize + 8 * index, Value::UNDEFINED);
        }
        cell.cast()
    }

    /// An object of any other kind; tagged words start undefined, raw words zero.
    pub fn allocate_object_of(&mut self, kind: CellKind, shape: u32) -> ObjectRef {
        assert!(kind.is_object() && kind != CellKind::Object);
        let cell = self.allocate_fixed(kind);
        cell.set_shape(shape);
        cell.cast()
    }

    pub fn allocate_array(&mut self, shape: u32, length: u32, elements: Value) -> ArrayRef {
        let cell = self.allocate_fixed(CellKind::Array);
        cell.set_shape(shape);
        cell.put(layout::OBJECT_ELEMENTS as usize, elements);
        cell.put(layout::JS_ARRAY_LENGTH as usize, length);
        cell.cast()
    }

    pub fn allocate_function(&mut self, shape: u32, data: FunctionDataRef, context: Value) -> FunctionRef {
        let cell = self.allocate_fixed(CellKind::Function);
        cell.set_shape(shape);
        cell.put(layout::FUNCTION_DATA as usize, Value::from(data));
        cell.put(layout::FUNCTION_CONTEXT as usize, context);
        cell.cast()
    }

    pub fn allocate_function_data(&mut self) -> FunctionDataRef {
        self.allocate_fixed(CellKind::FunctionData).cast()
    }

    pub fn allocate_accessor_pair(&mut self, getter: Value, setter: Value) -> AccessorPairRef {
        let cell = self.allocate_fixed(CellKind::AccessorPair);
        cell.put(layout::ACCESSOR_PAIR_GETTER as usize, getter);
        cell.put(layout::ACCESSOR_PAIR_SETTER as usize, setter);
        cell.cast()
    }

    pub fn allocate_property_cell(&mut self, value: Value, meta: Value) -> PropertyCellRef {
        let cell = self.allocate_fixed(CellKind::PropertyCell);
        cell.put(layout::PROPERTY_CELL_VALUE as usize, value);
        cell.put(layout::PROPERTY_CELL_META as usize, meta);
        cell.cast()
    }

    /// A cell of a kind with one size: raw words zero, tagged words undefined.
    fn allocate_fixed(&mut self, kind: CellKind) -> CellRef {
        let Layout::Fixed { size, tagged, count } = kind.layout() else { panic!("{kind:?} varies in size") };
        // FunctionData and PropertyCells are embedded in compiled code and cached by address.
        let cell = match kind {
            CellKind::FunctionData | CellKind::PropertyCell => self.allocate_immovable(kind, size),
            _ => self.allocate_cell(kind, size),
        };
        for offset in (8..size).step_by(8) {
            let is_tagged = offset >= tagged && offset < tagged + 8 * count;
            cell.put(offset, if is_tagged { Value::UNDEFINED.to_bits() } else { 0 });
        }
        cell
    }
}

fn data<T>(cell: CellRef) -> *mut T {
    cell.as_ptr().wrapping_add(layout::ARRAY_DATA as usize).cast()
}

fn init_bigint(cell: CellRef, negative: bool, digits: &[u64]) -> BigIntRef {
    cell.put(layout::BYTES_LENGTH as usize, 8 * digits.len() as u64);
    cell.set_aux(negative as u8);
    // SAFETY: the cell was just allocated with room for the digits.
    unsafe { std::slice::from_raw_parts_mut(data::<u64>(cell), digits.len()) }.copy_from_slice(digits);
    cell.cast()
}

fn init_bytes(cell: CellRef, len: usize) -> BytesRef {
    cell.put(layout::BYTES_LENGTH as usize, len as u64);
    // SAFETY: the cell was just allocated with room for the rounded length.
    unsafe { data::<u8>(cell).write_bytes(0, len.next_multiple_of(8)) };
    cell.cast()
}
