//! Values of the language, property keys and property descriptors: plain data, no behaviour.

mod numbers;
mod object;
mod string;

use std::rc::Rc;

use num_bigint::BigInt;

pub use numbers::{
    decimal_prefix, digits_of, exact, is_white_space, number_to_string, parse_decimal, string_to_number,
    trimmed,
};
pub use object::*;
pub use string::{OPAQUE, Str};

/// [ECMAScript language values](https://tc39.es/ecma262/#sec-ecmascript-language-types).
#[derive(Clone, Debug)]
pub enum Value {
    Undefined,
    Null,
    Boolean(bool),
    Number(f64),
    String(Str),
    Symbol(Symbol),
    BigInt(Rc<BigInt>),
    Object(Obj),
}

impl Value {
    pub fn is_undefined(&self) -> bool {
        matches!(self, Value::Undefined)
    }
    pub fn is_nullish(&self) -> bool {
        matches!(self, Value::Undefined | Value::Null)
    }
    pub fn object(&self) -> Option<Obj> {
        match self {
            Value::Object(o) => Some(*o),
            _ => None,
        }
    }
    pub fn bigint(n: impl Into<BigInt>) -> Value {
        Value::BigInt(Rc::new(n.into()))
    }
}
impl From<f64> for Value {
    fn from(n: f64) -> Value {
        Value::Number(n)
    }
}
impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Boolean(b)
    }
}
impl From<Str> for Value {
    fn from(s: Str) -> Value {
        Value::String(s)
    }
}
impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Value::String(s.into())
    }
}
impl From<Obj> for Value {
    fn from(o: Obj) -> Value {
        Value::Object(o)
    }
}
impl From<Key> for Value {
    fn from(k: Key) -> Value {
        match k {
            Key::Symbol(s) => Value::Symbol(s),
            other => Value::String(other.text()),
        }
    }
}

/// A symbol; equal only to itself.
#[derive(Clone, Debug)]
pub struct Symbol(pub Rc<SymbolData>);

#[derive(Debug)]
pub struct SymbolData {
    pub description: Option<Str>,
    /// Made by `Symbol.for`.
    pub registered: bool,
}

impl PartialEq for Symbol {
    fn eq(&self, other: &Symbol) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
impl Eq for Symbol {}
impl std::hash::Hash for Symbol {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        Rc::as_ptr(&self.0).hash(state);
    }
}
impl Symbol {
    pub fn new(description: Option<Str>) -> Symbol {
        Symbol(Rc::new(SymbolData { description, registered: false }))
    }
    pub fn registered(key: Str) -> Symbol {
        Symbol(Rc::new(SymbolData { description: Some(key), registered: true }))
    }
}

/// A property key in canonical form: what is an array index is never a `String`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// [array index](https://tc39.es/ecma262/#array-index), 0 to 2^32 - 2.
    Index(u32),
    String(Str),
    Symbol(Symbol),
}

impl Key {
    pub fn new(s: Str) -> Key {
        match array_index(&s) {
            Some(i) => Key::Index(i),
            None => Key::String(s),
        }
    }
    /// A key that is an integer.
    pub fn integer(n: f64) -> Key {
        if (0.0..4_294_967_295.0).contains(&n) && n.fract() == 0.0 {
            Key::Index(n as u32)
        } else {
            Key::String(number_to_string(n).into())
        }
    }
    /// The string of a key that is no symbol.
    pub fn text(&self) -> Str {
        match self {
            Key::Index(i) => i.to_string().into(),
            Key::String(s) => s.clone(),
            Key::Symbol(_) => Str::empty(),
        }
    }
    pub fn is_symbol(&self) -> bool {
        matches!(self, Key::Symbol(_))
    }
    pub fn is(&self, text: &str) -> bool {
        matches!(self, Key::String(s) if s.is(text))
    }
}
impl From<&str> for Key {
    fn from(s: &str) -> Key {
        Key::new(s.into())
    }
}
impl From<Str> for Key {
    fn from(s: Str) -> Key {
        Key::new(s)
    }
}
impl From<Symbol> for Key {
    fn from(s: Symbol) -> Key {
        Key::Symbol(s)
    }
}
impl From<u32> for Key {
    fn from(i: u32) -> Key {
        Key::integer(f64::from(i))
    }
}

fn array_index(s: &[u16]) -> Option<u32> {
    if s.is_empty() || s.len() > 10 || (s[0] == u16::from(b'0') && s.len() > 1) {
        return None;
    }
    let mut n = 0u64;
    for &u in s {
        n = n * 10 + u64::from(u.checked_sub(48).filter(|&d| d < 10)?);
    }
    u32::try_from(n).ok().filter(|&n| n != u32::MAX)
}

/// A stored property: [property attributes](https://tc39.es/ecma262/#sec-property-attributes).
#[derive(Clone, Debug)]
pub struct Property {
    pub slot: Slot,
    pub enumerable: bool,
    pub configurable: bool,
}

#[derive(Clone, Debug)]
pub enum Slot {
    Data { value: Value, writable: bool },
    Accessor { get: Option<Obj>, set: Option<Obj> },
}

impl Property {
    /// Writable, enumerable and configurable as the letters `w`, `e`, `c` in `attributes` say.
    pub fn data(value: impl Into<Value>, attributes: &str) -> Property {
        Property {
            slot: Slot::Data { value: value.into(), writable: attributes.contains('w') },
            enumerable: attributes.contains('e'),
            configurable: attributes.contains('c'),
        }
    }
}

/// [Property Descriptor](https://tc39.es/ecma262/#sec-property-descriptor-specification-type):
/// every field may be absent; an accessor that is `Some(None)` is undefined.
#[derive(Clone, Debug, Default)]
pub struct Descriptor {
    pub value: Option<Value>,
    pub writable: Option<bool>,
    pub get: Option<Option<Obj>>,
    pub set: Option<Option<Obj>>,
    pub enumerable: Option<bool>,
    pub configurable: Option<bool>,
}

impl Descriptor {
    pub fn data(value: impl Into<Value>, attributes: &str) -> Descriptor {
        Property::data(value, attributes).into()
    }
    pub fn accessor(get: Option<Obj>, set: Option<Obj>, enumerable: bool) -> Descriptor {
        Descriptor {
            get: Some(get),
            set: Some(set),
            enumerable: Some(enumerable),
            configurable: Some(true),
            ..Default::default()
        }
    }
    /// IsAccessorDescriptor
    pub fn is_accessor(&self) -> bool {
        self.get.is_some() || self.set.is_some()
    }
    /// IsDataDescriptor
    pub fn is_data(&self) -> bool {
        self.value.is_some() || self.writable.is_some()
    }
}
impl From<Property> for Descriptor {
    fn from(p: Property) -> Descriptor {
        let mut d = Descriptor {
            enumerable: Some(p.enumerable),
            configurable: Some(p.configurable),
            ..Default::default()
        };
        match p.slot {
            Slot::Data { value, writable } => {
                d.value = Some(value);
                d.writable = Some(writable);
            }
            Slot::Accessor { get, set } => {
                d.get = Some(get);
                d.set = Some(set);
            }
        }
        d
    }
}
