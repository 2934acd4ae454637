//! [TypedArray exotic objects](https://tc39.es/ecma262/#sec-typedarray-exotic-objects) and the raw bytes of
//! buffers.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::conversion::int32_of;
use crate::agent::{Agent, Completion};
use crate::values::{
    Descriptor, Element, Key, Kind, Obj, Property, Str, TypedArray, Value, number_to_string, string_to_number,
};

impl Element {
    pub const ALL: [(Element, &'static str, &'static str); 11] = [
        (Element::Int8, "Int8Array", "Int8Array.prototype"),
        (Element::Uint8, "Uint8Array", "Uint8Array.prototype"),
        (Element::Uint8Clamped, "Uint8ClampedArray", "Uint8ClampedArray.prototype"),
        (Element::Int16, "Int16Array", "Int16Array.prototype"),
        (Element::Uint16, "Uint16Array", "Uint16Array.prototype"),
        (Element::Int32, "Int32Array", "Int32Array.prototype"),
        (Element::Uint32, "Uint32Array", "Uint32Array.prototype"),
        (Element::BigInt64, "BigInt64Array", "BigInt64Array.prototype"),
        (Element::BigUint64, "BigUint64Array", "BigUint64Array.prototype"),
        (Element::Float32, "Float32Array", "Float32Array.prototype"),
        (Element::Float64, "Float64Array", "Float64Array.prototype"),
    ];
    /// Bytes of an element.
    pub fn size(self) -> usize {
        match self {
            Element::Int8 | Element::Uint8 | Element::Uint8Clamped => 1,
            Element::Int16 | Element::Uint16 => 2,
            Element::Int32 | Element::Uint32 | Element::Float32 => 4,
            Element::BigInt64 | Element::BigUint64 | Element::Float64 => 8,
        }
    }
    pub fn is_bigint(self) -> bool {
        matches!(self, Element::BigInt64 | Element::BigUint64)
    }
    pub fn constructor(self) -> &'static str {
        Element::ALL.iter().find(|e| e.0 == self).map_or("", |e| e.1)
    }
    pub fn prototype(self) -> &'static str {
        Element::ALL.iter().find(|e| e.0 == self).map_or("", |e| e.2)
    }
    /// [RawBytesToNumeric](https://tc39.es/ecma262/#sec-rawbytestonumeric), little-endian.
    pub fn read(self, bytes: &[u8]) -> Value {
        let mut word = [0u8; 8];
        word[..bytes.len().min(8)].copy_from_slice(&bytes[..bytes.len().min(8)]);
        let n = u64::from_le_bytes(word);
        Value::Number(match self {
            Element::Int8 => f64::from(n as i8),
            Element::Uint8 | Element::Uint8Clamped => f64::from(n as u8),
            Element::Int16 => f64::from(n as i16),
            Element::Uint16 => f64::from(n as u16),
            Element::Int32 => f64::from(n as i32),
            Element::Uint32 => f64::from(n as u32),
            Element::Float32 => f64::from(f32::from_bits(n as u32)),
            Element::Float64 => f64::from_bits(n),
            Element::BigInt64 => return Value::bigint(n as i64),
            Element::BigUint64 => return Value::bigint(n),
        })
    }
    /// [NumericToRawBytes](https://tc39.es/ecma262/#sec-numerictorawbytes), little-endian.
    pub fn write(self, v: &Value) -> Vec<u8> {
        let n = match v {
            Value::Number(n) => *n,
            Value::BigInt(b) => {
                let low: BigInt = &**b & BigInt::from(u64::MAX);
                return low.to_u64().unwrap_or(0).to_le_bytes().to_vec();
            }
            _ => f64::NAN,
        };
        let integer = int32_of(n);
        match self {
            Element::Int8 | Element::Uint8 => vec![integer as u8],
            // ties to even
            Element::Uint8Clamped => vec![n.clamp(0.0, 255.0).round_ties_even() as u8],
            Element::Int16 | Element::Uint16 => (integer as u16).to_le_bytes().to_vec(),
            Element::Int32 | Element::Uint32 => integer.to_le_bytes().to_vec(),
            Element::Float32 if n.is_nan() => f32::NAN.to_le_bytes().to_vec(),
            Element::Float32 => (n as f32).to_le_bytes().to_vec(),
            Element::Float64 if n.is_nan() => f64::NAN.to_le_bytes().to_vec(),
            _ => n.to_le_bytes().to_vec(),
        }
    }
}

/// What a key means to a typed array.
enum Index {
    /// Not numeric: an ordinary property.
    No,
    /// Numeric; the element it names, unless none can be there.
    Numeric(Option<usize>),
}

/// [CanonicalNumericIndexString](https://tc39.es/ecma262/#sec-canonicalnumericindexstring)
fn numeric_index(key: &Key) -> Index {
    match key {
        Key::Index(i) => Index::Numeric(Some(*i as usize)),
        Key::Symbol(_) => Index::No,
        Key::String(s) if s.is("-0") => Index::Numeric(None),
        Key::String(s) => {
            let n = string_to_number(s);
            if Str::from(number_to_string(n)) != *s {
                return Index::No;
            }
            let whole = n.is_finite() && n.fract() == 0.0 && n >= 0.0;
            Index::Numeric(if whole { Some(n as usize) } else { None })
        }
    }
}

impl Agent {
    pub fn typed_array(&self, o: Obj) -> Option<TypedArray> {
        match &self.object(o).kind {
            Kind::TypedArray(t) => Some(*t),
            _ => None,
        }
    }

    /// Bytes of a buffer, `None` when detached.
    pub fn buffer_length(&self, buffer: Obj) -> Option<usize> {
        match &self.object(buffer).kind {
            Kind::ArrayBuffer(b) => b.bytes.as_ref().map(Vec::len),
            _ => None,
        }
    }

    /// Bytes that a view covers; `None` when it is out of bounds or detached.
    /// [IsTypedArrayOutOfBounds](https://tc39.es/ecma262/#sec-istypedarrayoutofbounds)
    pub fn view_bytes(&self, view: TypedArray) -> Option<usize> {
        let available = self.buffer_length(view.buffer)?;
        match view.length {
            Some(n) => {
                let bytes = n * view.element.size();
                (view.offset + bytes <= available).then_some(bytes)
            }
            None => available.checked_sub(view.offset),
        }
    }

    /// [TypedArrayLength](https://tc39.es/ecma262/#sec-typedarraylength), `None` when out of bounds.
    pub fn typed_array_length(&self, o: Obj) -> Option<usize> {
        let t = self.typed_array(o)?;
        Some(self.view_bytes(t)? / t.element.size())
    }

    /// [ValidateTypedArray](https://tc39.es/ecma262/#sec-validatetypedarray): the array and its length.
    pub fn validate_typed_array(&self, v: &Value) -> Completion<(Obj, TypedArray, usize)> {
        let array = v.object().and_then(|o| Some((o, self.typed_array(o)?)));
        let Some((o, t)) = array else { return Err(self.type_error("no typed array")) };
        match self.typed_array_length(o) {
            Some(length) => Ok((o, t, length)),
            None => Err(self.type_error("typed array out of bounds")),
        }
    }

    /// [TypedArrayGetElement](https://tc39.es/ecma262/#sec-typedarraygetelement)
    pub fn typed_array_element(&self, o: Obj, index: usize) -> Value {
        let (Some(t), Some(length)) = (self.typed_array(o), self.typed_array_length(o)) else {
            return Value::Undefined;
        };
        if index >= length {
            return Value::Undefined;
        }
        let at = t.offset + index * t.element.size();
        self.read_bytes(t.buffer, at, t.element.size()).map_or(Value::Undefined, |b| t.element.read(&b))
    }

    pub fn read_bytes(&self, buffer: Obj, at: usize, count: usize) -> Option<Vec<u8>> {
        match &self.object(buffer).kind {
            Kind::ArrayBuffer(b) => b.bytes.as_ref()?.get(at..at + count).map(<[u8]>::to_vec),
            _ => None,
        }
    }

    pub fn write_bytes(&self, buffer: Obj, at: usize, bytes: &[u8]) {
        if let Kind::ArrayBuffer(b) = &mut self.object_mut(buffer).kind
            && let Some(place) = b.bytes.as_mut().and_then(|all| all.get_mut(at..at + bytes.len()))
        {
            place.copy_from_slice(bytes);
        }
    }

    /// [TypedArraySetElement](https://tc39.es/ecma262/#sec-typedarraysetelement): the value is converted first, which
    /// may detach or shrink the buffer.
    pub fn typed_array_set_element(&self, o: Obj, index: Option<usize>, v: &Value) -> Completion<()> {
        let Some(t) = self.typed_array(o) else { return Ok(()) };
        let numeric = self.to_element(t.element, v)?;
        if let (Some(i), Some(length)) = (index, self.typed_array_length(o))
            && i < length
        {
            self.write_bytes(t.buffer, t.offset + i * t.element.size(), &t.element.write(&numeric));
        }
        Ok(())
    }

    /// ToNumber or ToBigInt, by content type.
    pub fn to_element(&self, e: Element, v: &Value) -> Completion<Value> {
        if e.is_bigint() {
            self.to_bigint(v).map(Value::BigInt)
        } else {
            self.to_number(v).map(Value::Number)
        }
    }

    fn typed_index(&self, o: Obj, key: &Key) -> Option<Option<usize>> {
        self.typed_array(o)?;
        match numeric_index(key) {
            Index::No => None,
            Index::Numeric(i) => Some(i.filter(|&i| self.typed_array_length(o).is_some_and(|l| i < l))),
        }
    }

    pub(super) fn is_typed_array_index(&self, o: Obj, key: &Key) -> bool {
        self.typed_index(o, key).is_some()
    }

    pub(super) fn typed_array_get_own_property(&self, o: Obj, key: &Key) -> Completion<Option<Property>> {
        match self.typed_index(o, key) {
            None => Ok(self.object(o).properties.get(key).cloned()),
            Some(None) => Ok(None),
            Some(Some(i)) => Ok(Some(Property::data(self.typed_array_element(o, i), "wec"))),
        }
    }

    pub(super) fn typed_array_has_property(&self, o: Obj, key: &Key) -> Option<bool> {
        self.typed_index(o, key).map(|i| i.is_some())
    }

    pub(super) fn typed_array_get(&self, o: Obj, key: &Key) -> Option<Value> {
        let i = self.typed_index(o, key)?;
        Some(i.map_or(Value::Undefined, |i| self.typed_array_element(o, i)))
    }

    /// [TypedArray [[Set]]](https://tc39.es/ecma262/#sec-typedarray-set); `None`: go on as for ordinary objects.
    pub(super) fn typed_array_set(
        &self,
        o: Obj,
        key: &Key,
        value: &Value,
        receiver: &Value,
    ) -> Completion<Option<bool>> {
        let Some(index) = self.typed_index(o, key) else { return Ok(None) };
        if receiver.object() == Some(o) {
            self.typed_array_set_element(o, index, value)?;
            return Ok(Some(true));
        }
        Ok(if index.is_none() { Some(true) } else { None })
    }

    pub(super) fn typed_array_define_own_property(
        &self,
        o: Obj,
        key: &Key,
        d: Descriptor,
    ) -> Completion<bool> {
        let Some(index) = self.typed_index(o, key) else { return self.ordinary_define(o, key, &d) };
        if index.is_none()
            || d.configurable == Some(false)
            || d.enumerable == Some(false)
            || d.is_accessor()
            || d.writable == Some(false)
        {
            return Ok(false);
        }
        if let Some(v) = d.value {
            self.typed_array_set_element(o, index, &v)?;
        }
        Ok(true)
    }

    /// [IsTypedArrayFixedLength](https://tc39.es/ecma262/#sec-istypedarrayfixedlength); true for other objects.
    pub(super) fn typed_array_may_be_fixed(&self, o: Obj) -> bool {
        let Some(t) = self.typed_array(o) else { return true };
        let fixed_buffer = match &self.object(t.buffer).kind {
            Kind::ArrayBuffer(b) => b.max_length.is_none(),
            _ => true,
        };
        t.length.is_some() && fixed_buffer
    }
}
