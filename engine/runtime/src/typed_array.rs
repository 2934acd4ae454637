//! Typed arrays and array buffers: element types, reads, writes, creation.
//!
//! Spec: [TypedArray Objects](https://tc39.es/ecma262/#sec-typedarray-objects).

use tierproof_heap::{ArrayBufferRef, BytesRef, CellKind, TypedArrayRef, Value};

use crate::isolate::{Isolate, JsResult};
use crate::object::Descriptor;

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
}

impl ElementType {
    pub const ALL: [ElementType; 9] = [
        ElementType::Int8,
        ElementType::Uint8,
        ElementType::Uint8Clamped,
        ElementType::Int16,
        ElementType::Uint16,
        ElementType::Int32,
        ElementType::Uint32,
        ElementType::Float32,
        ElementType::Float64,
    ];
    pub fn of(t: TypedArrayRef) -> ElementType {
        Self::ALL[t.element_type() as usize]
    }
    pub const fn size(self) -> usize {
        match self {
            ElementType::Int8 | ElementType::Uint8 | ElementType::Uint8Clamped => 1,
            ElementType::Int16 | ElementType::Uint16 => 2,
            ElementType::Int32 | ElementType::Uint32 | ElementType::Float32 => 4,
            ElementType::Float64 => 8,
        }
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
        }
    }
}

/// The bytes a typed array views (empty when detached).
fn bytes<'a>(t: TypedArrayRef) -> &'a mut [u8] {
    let Some(data) = t.buffer().try_as::<ArrayBufferRef>().and_then(|b| b.data().try_as::<BytesRef>()) else {
        return &mut [];
    };
    let size = ElementType::of(t).size();
    let (from, len) = (t.byte_offset() as usize, t.length() as usize * size);
    &mut data.as_mut_slice()[from..from + len]
}

/// Element `i`, None beyond the end.
pub fn get(_cx: &mut Isolate, t: TypedArrayRef, i: u64) -> Option<Value> {
    if i >= t.length() {
        return None;
    }
    let ty = ElementType::of(t);
    let at = i as usize * ty.size();
    let b = &bytes(t)[at..at + ty.size()];
    Some(match ty {
        ElementType::Int8 => Value::smi(b[0] as i8 as i32),
        ElementType::Uint8 | ElementType::Uint8Clamped => Value::smi(b[0] as i32),
        ElementType::Int16 => Value::smi(i16::from_le_bytes([b[0], b[1]]) as i32),
        ElementType::Uint16 => Value::smi(u16::from_le_bytes([b[0], b[1]]) as i32),
        ElementType::Int32 => Value::smi(i32::from_le_bytes([b[0], b[1], b[2], b[3]])),
        ElementType::Uint32 => Value::number(u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as f64),
        ElementType::Float32 => Value::number(f32::from_le_bytes([b[0], b[1], b[2], b[3]]) as f64),
        ElementType::Float64 => {
            Value::number(f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]))
        }
    })
}

/// Stores a number in the element's type.
pub fn store_number(t: TypedArrayRef, i: u64, n: f64) {
    if i >= t.length() {
        return;
    }
    let ty = ElementType::of(t);
    let at = i as usize * ty.size();
    let b = &mut bytes(t)[at..at + ty.size()];
    let int = || crate::convert::double_to_int32(n);
    match ty {
        ElementType::Int8 | ElementType::Uint8 => b[0] = int() as u8,
        ElementType::Uint8Clamped => b[0] = clamp_u8(n),
        ElementType::Int16 | ElementType::Uint16 => b.copy_from_slice(&(int() as u16).to_le_bytes()),
        ElementType::Int32 | ElementType::Uint32 => b.copy_from_slice(&int().to_le_bytes()),
        ElementType::Float32 => {
            let f = n as f32;
            b.copy_from_slice(&if f.is_nan() { f32::NAN } else { f }.to_le_bytes())
        }
        ElementType::Float64 => b.copy_from_slice(&if n.is_nan() { f64::NAN } else { n }.to_le_bytes()),
    }
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

impl Isolate {
    /// [TypedArraySetElement](https://tc39.es/ecma262/#sec-typedarraysetelement): converts first,
    /// then stores if the index is (still) valid.
    pub fn typed_array_set(&mut self, t: TypedArrayRef, i: u64, value: Value) -> JsResult<()> {
        let n = self.to_number(value)?;
        store_number(t, i, n);
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

    /// A zeroed buffer.
    pub fn new_array_buffer(&mut self, prototype: Value, bytes: u64) -> JsResult<ArrayBufferRef> {
        if bytes > 1 << 33 || !self.heap.can_allocate(bytes as usize) {
            return Err(self.range_error("Array buffer allocation failed"));
        }
        let data = self.heap.allocate_bytes_immovable(bytes as usize);
        let shape = self.root_shape(prototype, CellKind::ArrayBuffer, 0);
        let b: ArrayBufferRef = self.heap.allocate_object_of(CellKind::ArrayBuffer, shape.0).cast();
        b.set_data(&mut self.heap, data.into());
        b.set_byte_length(bytes);
        Ok(b)
    }

    /// A view of `length` elements of `buffer`.
    pub fn new_typed_array(
        &mut self,
        ty: ElementType,
        prototype: Value,
        buffer: ArrayBufferRef,
        byte_offset: u64,
        length: u64,
    ) -> TypedArrayRef {
        let shape = self.root_shape(prototype, CellKind::TypedArray, 0);
        let t: TypedArrayRef = self.heap.allocate_object_of(CellKind::TypedArray, shape.0).cast();
        t.set_element_type(ty as u8);
        t.set_buffer(&mut self.heap, buffer.into());
        let base = buffer.data().try_as::<BytesRef>().map_or(0, |b| b.data_ptr() as usize);
        // An empty view may lie behind the end of its bytes; it has no address.
        t.set_data_address(if length == 0 { 0 } else { base + byte_offset as usize });
        t.set_length(length);
        t.set_byte_offset(byte_offset);
        t
    }
}
