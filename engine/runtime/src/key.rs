//! Property keys: array indices, interned strings and symbols.

use tierproof_heap::{StringRef, SymbolRef, Value};

use crate::convert::Hint;
use crate::isolate::{Isolate, JsResult};
use crate::strings::{self, Units};

/// A property key. Strings that are canonical array indices (0 .. 2^32-2) are always `Index`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PropertyKey {
    Index(u32),
    /// Interned string or symbol.
    Name(Value),
}

/// Largest array index.
pub const MAX_INDEX: u32 = u32::MAX - 1;

/// The array index that these units spell canonically.
pub fn parse_index(units: Units) -> Option<u32> {
    let n = units.len();
    if n == 0 || n > 10 {
        return None;
    }
    if units.at(0) == b'0' as u16 {
        return (n == 1).then_some(0);
    }
    let mut v = 0u64;
    for u in units.iter() {
        if !(b'0' as u16..=b'9' as u16).contains(&u) {
            return None;
        }
        v = v * 10 + (u - b'0' as u16) as u64;
    }
    (v <= MAX_INDEX as u64).then_some(v as u32)
}

impl PropertyKey {
    #[inline]
    pub fn is_symbol(self) -> bool {
        matches!(self, PropertyKey::Name(v) if v.is_symbol())
    }
    /// The interned string or symbol of a `Name` known not to be an index.
    pub fn name(self) -> Option<Value> {
        match self {
            PropertyKey::Name(v) => Some(v),
            PropertyKey::Index(_) => None,
        }
    }
    /// As a value: string or symbol.
    pub fn to_value(self, cx: &mut Isolate) -> Value {
        match self {
            PropertyKey::Name(v) => v,
            PropertyKey::Index(i) => cx.number_to_string(i as f64).into(),
        }
    }
    /// For error messages.
    pub fn describe(self, cx: &mut Isolate) -> String {
        match self {
            PropertyKey::Index(i) => i.to_string(),
            PropertyKey::Name(v) => match v.try_as::<StringRef>() {
                Some(s) => strings::to_rust(cx, s),
                None => cx.describe_symbol(v.cast::<SymbolRef>()),
            },
        }
    }
}

impl Isolate {
    /// A key from Rust text (an index when it spells one).
    pub fn key(&mut self, text: &str) -> PropertyKey {
        let s = self.intern(text);
        self.key_from_string(s)
    }
    /// A key from a string value.
    pub fn key_from_string(&mut self, s: StringRef) -> PropertyKey {
        if s.len() <= 10 {
            let u = strings::units(self, s);
            if let Some(i) = parse_index(u) {
                return PropertyKey::Index(i);
            }
        }
        PropertyKey::Name(self.intern_string(s).into())
    }
    /// [ToPropertyKey](https://tc39.es/ecma262/#sec-topropertykey).
    #[inline]
    pub fn to_property_key(&mut self, v: Value) -> JsResult<PropertyKey> {
        if v.is_smi() && v.as_smi() >= 0 {
            return Ok(PropertyKey::Index(v.as_smi() as u32));
        }
        self.to_property_key_slow(v)
    }
    /// [ToPropertyKey](https://tc39.es/ecma262/#sec-topropertykey) as a value; numbers stay numbers.
    pub fn property_key_value(&mut self, v: Value) -> JsResult {
        if v.is_number() || v.is_symbol() || v.is_string() {
            return Ok(v);
        }
        let p = self.to_primitive(v, Hint::String)?;
        if p.is_symbol() { Ok(p) } else { Ok(self.to_string(p)?.into()) }
    }
    fn to_property_key_slow(&mut self, v: Value) -> JsResult<PropertyKey> {
        if let Some(s) = v.try_as::<StringRef>() {
            return Ok(self.key_from_string(s));
        }
        if v.is_symbol() {
            return Ok(PropertyKey::Name(v));
        }
        if v.is_double() {
            let d = v.as_double();
            if d >= 0.0 && d <= MAX_INDEX as f64 && d == d.trunc() {
                return Ok(PropertyKey::Index(d as u32));
            }
        }
        let p = self.to_primitive(v, crate::convert::Hint::String)?;
        if p.is_symbol() {
            return Ok(PropertyKey::Name(p));
        }
        let s = self.to_string(p)?;
        Ok(self.key_from_string(s))
    }
}
