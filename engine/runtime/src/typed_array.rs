//! Typed arrays and array buffers: element types, reads, writes, creation, resizing and detaching.
//!
//! A TypedArray cell caches its present length (in elements) and data address, which compiled code
//! reads. Views that could outlive a change of their buffer are listed in `Isolate::views`; resizing
//! and detaching bring their caches up to date, so that no access ever has to look at the buffer.
//! Spec: [TypedArray Objects](https://tc39.es/ecma262/#sec-typedarray-objects).

use half::f16;
use tierproof_heap::{
    ArrayBufferRef, BigIntRef, BytesRef, CellKind, CellRef, DataViewRef, ObjectRef, TypedArrayRef, Value,
    WeakTable,
};

use crate::isolate::{Isolate, JsResult};
use crate::object::Descriptor;
use crate::shared_memory::{base, read_element, write_element};

/// Element types in the order of their numbers (header byte 5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ElementType {
    Int8,
    Uint8,
    Uint8Clamped,
    Int16,
    Uint16,
    Int32,
    Uint32,
    Float32,
    Float64,
    BigInt64,
    BigUint64,
    Float16,
}

impl ElementType {
    pub const COUNT: usize = 12;
    pub const ALL: [ElementType; ElementType::COUNT] = [
        ElementType::Int8,
        ElementType::Uint8,
        ElementType::Uint8Clamped,
        ElementType::Int16,
        ElementType::Uint16,
        ElementType::Int32,
        ElementType::Uint32,
        ElementType::Float32,
        ElementType::Float64,
        ElementType::BigInt64,
        ElementType::BigUint64,
        ElementType::Float16,
    ];
    /// Types below this one are those that compiled code knows.
    pub const FIRST_GENERIC: u8 = ElementType::BigInt64 as u8;

    pub fn of(t: TypedArrayRef) -> ElementType {
        Self::ALL[t.element_type() as usize]
    }
    pub const fn size(self) -> usize {
        match self {
            ElementType::Int8 | ElementType::Uint8 | ElementType::Uint8Clamped => 1,
            ElementType::Int16 | ElementType::Uint16 | ElementType::Float16 => 2,
            ElementType::Int32 | ElementType::Uint32 | ElementType::Float32 => 4,
            ElementType::Float64 | ElementType::BigInt64 | ElementType::BigUint64 => 8,
        }
    }
    /// Whether elements are BigInts.
    pub const fn is_bigint(self) -> bool {
        matches!(self, ElementType::BigInt64 | ElementType::BigUint64)
    }
    /// Name of the constructor.
    pub const fn name(self) -> &'static str {
        match self {
            ElementType::Int8 => "Int8Array",
            ElementType::Uint8 => "Uint8Array",
            ElementType::Uint8Clamped => "Uint8ClampedArray",
            ElementType::Int16 => "Int16Array",
            ElementType::Uint16 => "Uint16Array",
            ElementType::Int32 => "Int32Array",
            ElementType::Uint32 => "Uint32Array",
            ElementType::Float32 => "Float32Array",
            ElementType::Float64 => "Float64Array",
            ElementType::BigInt64 => "BigInt64Array",
            ElementType::BigUint64 => "BigUint64Array",
            ElementType::Float16 => "Float16Array",
        }
    }
}

/// Low bits of an ArrayBuffer's flags word (the high ones: `shared_memory`).
pub mod buffer_flags {
    pub const RESIZABLE: u64 = 1;
    pub const SHARED: u64 = 2;
}

/// Bits of the header flags of TypedArray and DataView cells.
pub mod view_flags {
    /// The length follows the buffer's.
    pub const TRACKING: u8 = 1;
    /// Beyond the end of the buffer at present, or the buffer is detached.
    pub const OUT_OF_BOUNDS: u8 = 2;
    /// Listed in `Isolate::views`.
    pub const REGISTERED: u8 = 4;
}

pub fn is_detached(b: ArrayBufferRef) -> bool {
    b.data().is_undefined()
}
pub fn is_shared(b: ArrayBufferRef) -> bool {
    b.buffer_flags() & buffer_flags::SHARED != 0
}
pub fn is_resizable(b: ArrayBufferRef) -> bool {
    b.buffer_flags() & buffer_flags::RESIZABLE != 0
}

/// A number or BigInt on its way into an element.
#[derive(Clone, Copy, Debug)]
pub enum Raw {
    Number(f64),
    /// Modulo 2^64.
    Big(u64),
}

/// Views of buffers that programs hold, found again when a buffer changes.
#[derive(Default)]
pub struct Views(Vec<CellRef>); // ROOTED: a weak table the collector visits

impl WeakTable for Views {
    fn sweep(&mut self, survivor: &mut dyn FnMut(CellRef) -> Option<CellRef>) {
        self.0.retain_mut(|cell| match survivor(*cell) {
            Some(new) => {
                *cell = new;
                true
            }
            None => false,
        });
    }
}

/// [IsTypedArrayFixedLength](https://tc39.es/ecma262/#sec-istypedarrayfixedlength)
pub fn has_fixed_length(t: TypedArrayRef) -> bool {
    let buffer = t.buffer().try_as::<ArrayBufferRef>();
    t.flags() & view_flags::TRACKING == 0 && buffer.is_none_or(|b| !is_resizable(b) || is_shared(b))
}

/// Whether the view is out of bounds or its buffer detached.
pub fn is_out_of_bounds(t: TypedArrayRef) -> bool {
    t.flags() & view_flags::OUT_OF_BOUNDS != 0
}

/// [RawBytesToNumeric](https://tc39.es/ecma262/#sec-rawbytestonumeric) of the low bytes of a word.
pub fn decode(cx: &mut Isolate, ty: ElementType, word: u64) -> Value {
    match ty {
        ElementType::Int8 => Value::smi(word as i8 as i32),
        ElementType::Uint8 | ElementType::Uint8Clamped => Value::smi(word as u8 as i32),
        ElementType::Int16 => Value::smi(word as i16 as i32),
        ElementType::Uint16 => Value::smi(word as u16 as i32),
        ElementType::Int32 => Value::smi(word as i32),
        ElementType::Uint32 => Value::number(word as u32 as f64),
        ElementType::Float16 => Value::number(f16::from_bits(word as u16).to_f64()),
        ElementType::Float32 => Value::number(f32::from_bits(word as u32) as f64),
        ElementType::Float64 => Value::number(f64::from_bits(word)),
        ElementType::BigInt64 => cx.bigint_from_i64(word as i64),
        ElementType::BigUint64 => cx.bigint_from_u64(word),
    }
}

/// [NumericToRawBytes](https://tc39.es/ecma262/#sec-numerictorawbytes): the low bytes of a word.
pub fn encode(ty: ElementType, v: Raw) -> u64 {
    match v {
        Raw::Big(n) => n,
        Raw::Number(n) => match ty {
            ElementType::Uint8Clamped => clamp_u8(n) as u64,
            ElementType::Float16 => {
                let f = to_f16(n);
                (if f.is_nan() { f16::NAN } else { f }).to_bits() as u64
            }
            ElementType::Float32 => {
                let f = n as f32;
                (if f.is_nan() { f32::NAN } else { f }).to_bits() as u64
            }
            ElementType::Float64 => (if n.is_nan() { f64::NAN } else { n }).to_bits(),
            _ => crate::convert::double_to_int32(n) as u32 as u64,
        },
    }
}

/// Element `i`, None beyond the end.
pub fn get(cx: &mut Isolate, t: TypedArrayRef, i: u64) -> Option<Value> {
    if i >= t.length() {
        return None;
    }
    Some(decode(cx, ElementType::of(t), read_element(t, i)))
}

/// Stores into element `i`, if there is one.
pub fn store_raw(t: TypedArrayRef, i: u64, v: Raw) {
    write_element(t, i, encode(ElementType::of(t), v));
}

/// The nearest half-precision number, ties to even.
pub fn to_f16(n: f64) -> f16 {
    // through f32 without rounding twice: what does not fit makes the last bit odd
    let f = n as f32;
    let mut bits = f.to_bits();
    if f.is_finite() && f as f64 != n {
        if (f as f64).abs() > n.abs() {
            bits -= 1;
        }
        bits |= 1;
    }
    f16::from_f32(f32::from_bits(bits))
}

/// [ToUint8Clamp](https://tc39.es/ecma262/#sec-touint8clamp): ties to even.
pub fn clamp_u8(n: f64) -> u8 {
    if n.is_nan() || n <= 0.0 {
        return 0;
    }
    if n >= 255.0 {
        return 255;
    }
    n.round_ties_even() as u8
}

/// What an element's value is on its way into another array.
pub fn raw_of(v: Value) -> Raw {
    match v.try_as::<BigIntRef>() {
        Some(b) => Raw::Big(crate::bigint::low_64(b)),
        None => Raw::Number(v.as_number()),
    }
}

impl Isolate {
    /// The value converted for elements of this type.
    pub fn to_raw(&mut self, ty: ElementType, v: Value) -> JsResult<Raw> {
        if ty.is_bigint() {
            let b = self.to_bigint(v)?;
            return Ok(Raw::Big(crate::bigint::low_64(b)));
        }
        Ok(Raw::Number(self.to_number(v)?))
    }

    /// [TypedArraySetElement](https://tc39.es/ecma262/#sec-typedarraysetelement): converts first,
    /// then stores if the index is (still) valid.
    pub fn typed_array_set(&mut self, t: TypedArrayRef, i: u64, value: Value) -> JsResult<()> {
        let raw = self.to_raw(ElementType::of(t), value)?;
        store_raw(t, i, raw);
        Ok(())
    }

    /// [[DefineOwnProperty]] of a typed array at an index.
    pub fn typed_array_define(&mut self, t: TypedArrayRef, i: u32, d: Descriptor) -> JsResult<bool> {
        if i as u64 >= t.length()
            || d.configurable == Some(false)
            || d.enumerable == Some(false)
            || d.is_accessor()
            || d.writable == Some(false)
        {
            return Ok(false);
        }
        if let Some(v) = d.value {
            self.typed_array_set(t, i as u64, v)?;
        }
        Ok(true)
    }

    /// A zeroed buffer of fixed length.
    pub fn new_array_buffer(&mut self, prototype: Value, bytes: u64) -> JsResult<ArrayBufferRef> {
        self.new_buffer(prototype, bytes, None, false)
    }

    /// A zeroed buffer; with `max` one that can change its length up to there.
    pub fn new_buffer(
        &mut self,
        prototype: Value,
        bytes: u64,
        max: Option<u64>,
        shared: bool,
    ) -> JsResult<ArrayBufferRef> {
        let room = max.unwrap_or(bytes);
        if bytes > room {
            return Err(self.range_error("Invalid array buffer max length"));
        }
        if room > 1 << 33 || !self.heap.can_allocate(room as usize) {
            return Err(self.range_error("Array buffer allocation failed"));
        }
        let data = self.heap.allocate_bytes_immovable(room as usize);
        let shape = self.root_shape(prototype, CellKind::ArrayBuffer, 0);
        let b: ArrayBufferRef = self.heap.allocate_object_of(CellKind::ArrayBuffer, shape.0).cast();
        b.set_data(&mut self.heap, data.into());
        b.set_byte_length(bytes);
        b.set_max_byte_length(room);
        let resizable = if max.is_some() { buffer_flags::RESIZABLE } else { 0 };
        b.set_buffer_flags(resizable | if shared { buffer_flags::SHARED } else { 0 });
        Ok(b)
    }

    /// A view of `length` elements of `buffer`, None for one that follows its length.
    pub fn new_typed_array(
        &mut self,
        ty: ElementType,
        prototype: Value,
        buffer: ArrayBufferRef,
        byte_offset: u64,
        length: Option<u64>,
    ) -> TypedArrayRef {
        let shape = self.root_shape(prototype, CellKind::TypedArray, 0);
        let t: TypedArrayRef = self.heap.allocate_object_of(CellKind::TypedArray, shape.0).cast();
        t.set_element_type(ty as u8);
        t.set_flags(if length.is_none() { view_flags::TRACKING } else { 0 });
        t.set_buffer(&mut self.heap, buffer.into());
        t.set_byte_offset(byte_offset);
        t.set_fixed_length(length.unwrap_or(0));
        update_typed_array(t, buffer);
        t
    }

    /// Notes a view whose buffer the program can get at.
    pub fn register_view(&mut self, view: ObjectRef) {
        if view.flags() & view_flags::REGISTERED == 0 {
            view.set_flags(view.flags() | view_flags::REGISTERED);
            self.views.0.push(view.into());
        }
    }

    /// Brings the views of a changed buffer up to date.
    pub(crate) fn update_views(&mut self, buffer: ArrayBufferRef) {
        for cell in &self.views.0 {
            let v = Value::cell(*cell);
            if let Some(t) = v.try_as::<TypedArrayRef>() {
                if t.buffer() == buffer.into() {
                    update_typed_array(t, buffer);
                }
            } else if let Some(d) = v.try_as::<DataViewRef>()
                && d.buffer() == buffer.into()
            {
                update_data_view(d, buffer);
            }
        }
    }

    /// Changes the length of a resizable buffer, up to its maximum.
    pub fn resize_buffer(&mut self, b: ArrayBufferRef, bytes: u64) {
        let old = b.byte_length();
        if bytes < old
            && let Some(data) = b.data().try_as::<BytesRef>()
        {
            data.as_mut_slice()[bytes as usize..old as usize].fill(0);
        }
        b.set_byte_length(bytes);
        self.update_views(b);
    }

    /// [DetachArrayBuffer](https://tc39.es/ecma262/#sec-detacharraybuffer).
    pub fn detach_buffer(&mut self, b: ArrayBufferRef) -> JsResult<()> {
        if is_shared(b) {
            return Err(self.type_error("Cannot detach a SharedArrayBuffer"));
        }
        b.set_data(&mut self.heap, Value::UNDEFINED);
        b.set_byte_length(0);
        b.set_max_byte_length(0);
        self.update_views(b);
        Ok(())
    }

    /// A DataView cell; None for a length that follows the buffer's.
    pub fn new_data_view(
        &mut self,
        prototype: Value,
        buffer: ArrayBufferRef,
        offset: u64,
        length: Option<u64>,
    ) -> DataViewRef {
        let shape = self.root_shape(prototype, CellKind::DataView, 0);
        let d: DataViewRef = self.heap.allocate_object_of(CellKind::DataView, shape.0).cast();
        d.set_flags(if length.is_none() { view_flags::TRACKING } else { 0 });
        d.set_buffer(&mut self.heap, buffer.into());
        d.set_byte_offset(offset);
        d.set_fixed_length(length.unwrap_or(0));
        update_data_view(d, buffer);
        self.register_view(Value::from(d).cast());
        d
    }
}

/// Present length in bytes of a view, None when out of bounds.
fn present_length(buffer: ArrayBufferRef, flags: u8, offset: u64, fixed: u64) -> Option<u64> {
    let bytes = buffer.byte_length();
    if is_detached(buffer) || offset > bytes {
        return None;
    }
    if flags & view_flags::TRACKING != 0 {
        return Some(bytes - offset);
    }
    (fixed <= bytes - offset).then_some(fixed)
}

fn update_typed_array(t: TypedArrayRef, buffer: ArrayBufferRef) {
    let size = ElementType::of(t).size() as u64;
    let flags = t.flags() & !view_flags::OUT_OF_BOUNDS;
    let offset = t.byte_offset();
    match present_length(buffer, flags, offset, t.fixed_length() * size) {
        Some(bytes) => {
            let length = bytes / size;
            t.set_flags(flags);
            t.set_length(length);
            // an empty view may lie behind the end of its bytes; it has no address
            t.set_data_address(if length == 0 { 0 } else { base(buffer) + offset as usize });
        }
        None => {
            t.set_flags(flags | view_flags::OUT_OF_BOUNDS);
            t.set_length(0);
            t.set_data_address(0);
        }
    }
}

fn update_data_view(d: DataViewRef, buffer: ArrayBufferRef) {
    let flags = d.flags() & !view_flags::OUT_OF_BOUNDS;
    match present_length(buffer, flags, d.byte_offset(), d.fixed_length()) {
        Some(bytes) => {
            d.set_flags(flags);
            d.set_byte_length(bytes);
        }
        None => {
            d.set_flags(flags | view_flags::OUT_OF_BOUNDS);
            d.set_byte_length(0);
        }
    }
}
