//! The one table of cell kinds. Size, tracing and verification of every cell come from it.
//! In each kind the tagged words are one contiguous range, so that tracing needs an offset and a count.

use std::fmt;
use std::ptr::NonNull;

use crate::layout;
use crate::value::Value;
use crate::views::CellView;

/// First word of every cell.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Header {
    /// Shape of a JS object; 0 for every other cell.
    pub shape: u32,
    pub kind: u8,
    pub aux: u8,
    pub gc: u8,
    pub flags: u8,
}

/// How the words of a kind are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Free gap: aux 1 means 8 bytes, otherwise the size is the u64 at 8.
    Filler,
    /// length u32 at 8, aux u32 at 12, values from 16.
    Tagged,
    /// length u32 at 8, f64 from 16.
    Doubles,
    /// length u64 at 8, bytes from 16.
    Bytes,
    /// length u32 at 8, hash u32 at 12, units of that many bytes from 16.
    Characters { unit: usize },
    /// Fixed size; `count` tagged words from `tagged`.
    Fixed { size: usize, tagged: usize, count: usize },
    /// Object prefix, then as many tagged in-object slots as the flags byte says.
    InlineSlots,
}

/// Prefix (slots, elements), then tagged words, then raw words.
const fn object(tagged: usize, raw: usize) -> Layout {
    Layout::Fixed { size: CellKind::OBJECT_PREFIX_SIZE + 8 * (tagged + raw), tagged: 8, count: 2 + tagged }
}

/// Raw words first, then tagged words.
const fn internal(raw: usize, tagged: usize) -> Layout {
    Layout::Fixed { size: 8 + 8 * (raw + tagged), tagged: 8 + 8 * raw, count: tagged }
}

macro_rules! cell_kinds {
    ($($name:ident: $layout:expr,)*) => {
        /// What a cell is. Strings and objects are contiguous ranges, objects last.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum CellKind {
            /// Never a kind: what zeroed memory would be.
            Invalid = 0,
            $($name,)*
        }

        impl CellKind {
            pub const ALL: &[CellKind] = &[CellKind::Invalid, $(CellKind::$name,)*];
            const NAMES: &[&str] = &["Invalid", $(stringify!($name),)*];
            const LAYOUTS: [Layout; Self::ALL.len()] = [Layout::Filler, $($layout,)*];
        }
    };
}

cell_kinds! {
    Filler: Layout::Filler,
    FixedArray: Layout::Tagged,
    Context: Layout::Tagged,
    FeedbackVector: Layout::Tagged,
    DoubleArray: Layout::Doubles,
    Bytes: Layout::Bytes,
    BigInt: Layout::Bytes,
    StringOneByte: Layout::Characters { unit: 1 },
    StringTwoByte: Layout::Characters { unit: 2 },
    StringCons: Layout::Fixed { size: 32, tagged: 16, count: 2 },
    StringSlice: Layout::Fixed { size: 32, tagged: 16, count: 1 },
    Symbol: Layout::Fixed { size: 24, tagged: 16, count: 1 },
    FunctionData: internal(6, 6),
    AccessorPair: internal(0, 2),
    PropertyCell: internal(0, 2),
    Object: Layout::InlineSlots,
    Array: object(0, 1),
    Function: object(6, 0),
    BoundFunction: object(3, 0),
    Error: object(2, 0),
    Arguments: object(2, 0),
    MapObject: object(2, 0),
    SetObject: object(2, 0),
    MapIterator: object(3, 0),
    SetIterator: object(3, 0),
    ArrayIterator: object(3, 0),
    StringIterator: object(2, 0),
    ForInIterator: object(4, 0),
    ArrayBuffer: object(1, 3),
    TypedArray: object(1, 4),
    DataView: object(1, 3),
    PrimitiveWrapper: object(1, 0),
    Generator: object(8, 0),
    Promise: object(4, 0),
    Proxy: object(2, 0),
    RegExp: object(4, 0),
    Date: object(1, 0),
    WeakMap: object(2, 0),
    WeakSet: object(2, 0),
    WeakRef: object(1, 0),
    GenericObject: object(4, 0),
    Global: object(2, 0),
    ModuleNamespace: object(1, 0),
}

impl CellKind {
    /// Header, slots, elements.
    pub const OBJECT_PREFIX_SIZE: usize = 24;
    pub const FIRST_STRING: CellKind = CellKind::StringOneByte;
    pub const LAST_STRING: CellKind = CellKind::StringSlice;
    pub const FIRST_OBJECT: CellKind = CellKind::Object;

    #[inline(always)]
    pub const fn from_u8(byte: u8) -> Option<CellKind> {
        if (byte as usize) < Self::ALL.len() { Some(Self::ALL[byte as usize]) } else { None }
    }

    #[inline(always)]
    pub const fn layout(self) -> Layout {
        Self::LAYOUTS[self as usize]
    }

    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    #[inline(always)]
    pub const fn is_object(self) -> bool {
        self as u8 >= Self::FIRST_OBJECT as u8
    }

    #[inline(always)]
    pub const fn is_string(self) -> bool {
        self as u8 >= Self::FIRST_STRING as u8 && self as u8 <= Self::LAST_STRING as u8
    }

    /// Functions and bound functions. Proxies may be callable too; that is the runtime's knowledge.
    #[inline(always)]
    pub const fn is_function(self) -> bool {
        matches!(self, CellKind::Function | CellKind::BoundFunction)
    }

    /// Size of a kind whose cells are all of one size.
    pub const fn fixed_size(self) -> usize {
        match self.layout() {
            Layout::Fixed { size, .. } => size,
            _ => panic!("cells of this kind vary in size"),
        }
    }

    /// Whether cells of this kind can refer to others.
    #[inline(always)]
    pub const fn has_tagged_words(self) -> bool {
        !matches!(self.layout(), Layout::Filler | Layout::Doubles | Layout::Bytes | Layout::Characters { .. })
    }

    /// Where the tagged words of this kind begin.
    pub const fn tagged_offset(self) -> usize {
        match self.layout() {
            Layout::Fixed { tagged, .. } => tagged,
            Layout::InlineSlots => 8,
            _ => 16,
        }
    }
}

/// A reference to a cell. Copy, never null; valid as long as the cell is reachable from a root, the native stack included.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct CellRef(NonNull<Header>);

impl CellRef {
    #[inline(always)]
    pub fn from_address(address: usize) -> CellRef {
        debug_assert!(address != 0 && address.is_multiple_of(layout::CELL_ALIGNMENT) && address >> 48 == 0);
        // SAFETY: zero is never a visible value, so the address of a cell is not null.
        CellRef(unsafe { NonNull::new_unchecked(address as *mut Header) })
    }

    #[inline(always)]
    pub fn address(self) -> usize {
        self.0.as_ptr() as usize
    }

    #[inline(always)]
    pub fn as_ptr(self) -> *mut u8 {
        self.0.as_ptr().cast()
    }

    #[inline(always)]
    pub fn value(self) -> Value {
        Value::cell(self)
    }

    /// Reads a raw field of the cell.
    #[inline(always)]
    pub(crate) fn read<T: Copy>(self, offset: usize) -> T {
        // SAFETY: a CellRef points to a live cell, and callers in this crate pass offsets from the cell table.
        unsafe { self.as_ptr().add(offset).cast::<T>().read() }
    }

    /// Writes a raw (untagged) field, or initialises a tagged one.
    #[inline(always)]
    pub(crate) fn put<T: Copy>(self, offset: usize, value: T) {
        // SAFETY: as in `read`.
        unsafe { self.as_ptr().add(offset).cast::<T>().write(value) }
    }

    #[inline(always)]
    pub fn header(self) -> Header {
        self.read(0)
    }

    #[inline(always)]
    pub fn kind(self) -> CellKind {
        let byte: u8 = self.read(layout::HEADER_KIND as usize);
        debug_assert!((byte as usize) < CellKind::ALL.len() && byte != 0, "invalid cell kind {byte}");
        // SAFETY: the kind byte of a live cell was written from a CellKind.
        unsafe { std::mem::transmute::<u8, CellKind>(byte) }
    }

    /// The kind byte of a cell that may be broken.
    #[inline(always)]
    pub(crate) fn kind_byte(self) -> u8 {
        self.read(layout::HEADER_KIND as usize)
    }

    /// Changes the kind to another one with the same size and the same tagged words or fewer (a cons made flat becomes a slice).
    #[inline(always)]
    pub fn set_kind(self, kind: CellKind) {
        let size = self.size();
        self.put(layout::HEADER_KIND as usize, kind as u8);
        debug_assert_eq!(size, self.size(), "a change of kind must keep the size");
    }

    #[inline(always)]
    pub fn shape(self) -> u32 {
        self.read(layout::HEADER_SHAPE as usize)
    }

    #[inline(always)]
    pub fn set_shape(self, shape: u32) {
        self.put(layout::HEADER_SHAPE as usize, shape);
    }

    #[inline(always)]
    pub fn aux(self) -> u8 {
        self.read(layout::HEADER_AUX as usize)
    }

    #[inline(always)]
    pub fn set_aux(self, aux: u8) {
        self.put(layout::HEADER_AUX as usize, aux);
    }

    /// Flags byte of any kind but `Object`, where it counts the in-object slots.
    #[inline(always)]
    pub fn flags(self) -> u8 {
        self.read(layout::HEADER_FLAGS as usize)
    }

    #[inline(always)]
    pub fn set_flags(self, flags: u8) {
        debug_assert!(
            self.kind() != CellKind::Object,
            "the flags byte of an Object counts its in-object slots"
        );
        self.put(layout::HEADER_FLAGS as usize, flags);
    }

    #[inline(always)]
    pub(crate) fn gc(self) -> u8 {
        self.read(layout::HEADER_GC as usize)
    }

    #[inline(always)]
    pub(crate) fn set_gc(self, gc: u8) {
        self.put(layout::HEADER_GC as usize, gc);
    }

    #[inline(always)]
    pub fn is_old(self) -> bool {
        self.gc() & layout::GC_OLD != 0
    }

    #[inline(always)]
    pub fn is_object(self) -> bool {
        self.kind().is_object()
    }

    #[inline(always)]
    pub fn is_string(self) -> bool {
        self.kind().is_string()
    }

    /// Size in bytes, a multiple of the cell alignment.
    #[inline]
    pub fn size(self) -> usize {
        let length = layout::ARRAY_LENGTH as usize;
        match self.kind().layout() {
            Layout::Fixed { size, .. } => size,
            Layout::InlineSlots => layout::object_size(self.flags() as usize),
            Layout::Tagged | Layout::Doubles => layout::array_size(self.read::<u32>(length) as usize),
            Layout::Bytes => 16 + (self.read::<u64>(length) as usize).next_multiple_of(8),
            Layout::Characters { unit } => {
                16 + (self.read::<u32>(length) as usize * unit).next_multiple_of(8)
            }
            Layout::Filler if self.aux() == 1 => 8,
            Layout::Filler => self.read::<u64>(length) as usize,
        }
    }

    /// Offset and number of the tagged words.
    #[inline]
    pub(crate) fn tagged_range(self) -> (usize, usize) {
        match self.kind().layout() {
            Layout::Fixed { tagged, count, .. } => (tagged, count),
            Layout::InlineSlots => (8, 2 + self.flags() as usize),
            Layout::Tagged => (16, self.read::<u32>(layout::ARRAY_LENGTH as usize) as usize),
            _ => (8, 0),
        }
    }

    /// Number of tagged words in this cell.
    #[inline]
    pub fn slot_count(self) -> usize {
        self.tagged_range().1
    }

    /// The `index`-th tagged word of this cell, in layout order (for objects: slots, elements, then the rest).
    #[inline]
    pub fn slot(self, index: usize) -> Value {
        let (offset, count) = self.tagged_range();
        assert!(index < count, "slot {index} of a {:?} with {count}", self.kind());
        self.read(offset + 8 * index)
    }

    /// All tagged words.
    #[inline]
    pub fn tagged_slots<'a>(self) -> &'a [Value] {
        let (offset, count) = self.tagged_range();
        // SAFETY: the cell table says that so many initialised values lie there.
        unsafe { std::slice::from_raw_parts(self.as_ptr().add(offset).cast::<Value>(), count) }
    }

    /// Typed view, or None if the cell is of another kind.
    #[inline(always)]
    pub fn try_as<T: CellView>(self) -> Option<T> {
        if T::matches(self.kind()) { Some(T::from_cell(self)) } else { None }
    }

    /// Typed view of a cell known to be of that kind.
    #[inline(always)]
    pub fn cast<T: CellView>(self) -> T {
        debug_assert!(T::matches(self.kind()), "{:?} is not a {}", self.kind(), std::any::type_name::<T>());
        T::from_cell(self)
    }
}

impl fmt::Debug for CellRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match CellKind::from_u8(self.kind_byte()) {
            Some(kind) => write!(out, "<{}>", kind.name()),
            None => out.write_str("<invalid cell>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_consistent() {
        assert!(CellKind::ALL.len() < 64);
        for &kind in CellKind::ALL {
            assert_eq!(CellKind::from_u8(kind as u8), Some(kind));
            if let Layout::Fixed { size, tagged, count } = kind.layout() {
                assert!(size >= 16 && size % 8 == 0 && tagged >= 8 && tagged + 8 * count <= size, "{kind:?}");
                assert_eq!(kind.is_object(), kind > CellKind::Object);
            }
        }
        assert!(
            CellKind::StringCons.is_string()
                && !CellKind::Symbol.is_string()
                && !CellKind::BigInt.is_string()
        );
        assert!(!CellKind::PropertyCell.is_object() && CellKind::Object.is_object());
    }
}
