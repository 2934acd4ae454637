//! Installing tables of builtins on their objects, and what many builtins share.
//!
//! A table row is `(name, length, function)`; a name that starts with `@@` is a well-known symbol.

use tierproof_heap::{CellKind, FunctionRef, ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult, NativeFn, PropertyKey, Thrown, attrs};

/// `(name, length, function)`.
pub type Row = (&'static str, u32, NativeFn);
/// `(name, getter, setter)`.
pub type Accessor = (&'static str, NativeFn, Option<NativeFn>);

/// Native loops account for themselves this often.
const STEPS_PER_CHARGE: u32 = 4096;
/// Ticks that many steps cost.
const TICKS_PER_CHARGE: i64 = 256;
/// Deepest native recursion of builtins that recurse in Rust.
pub const MAX_DEPTH: u32 = 800;

fn key_of(cx: &mut Isolate, name: &str) -> (PropertyKey, Value) {
    let Some(symbol) = name.strip_prefix("@@") else {
        let key = cx.key(name);
        let text = key.to_value(cx);
        return (key, text);
    };
    let s = &cx.realm.symbols;
    let Some((_, s)) = s.all().into_iter().find(|e| e.0 == symbol) else {
        unreachable!("unknown symbol {symbol}")
    };
    let text = cx.intern(&format!("[Symbol.{symbol}]"));
    (PropertyKey::Name(s.into()), text.into())
}

fn add(cx: &mut Isolate, o: ObjectRef, key: PropertyKey, value: Value, attributes: u8) {
    if let PropertyKey::Name(name) = key {
        cx.add_property(o, name, value, attributes);
    }
}

/// Installs methods.
pub fn methods(cx: &mut Isolate, o: ObjectRef, rows: &[Row]) {
    for &(name, length, native) in rows {
        let (key, text) = key_of(cx, name);
        let f = cx.new_builtin_named(text, length, native, false);
        add(cx, o, key, f.into(), attrs::HIDDEN);
    }
}

/// Installs one method with other attributes than usual.
pub fn method_with(cx: &mut Isolate, o: ObjectRef, row: Row, attributes: u8) {
    let (key, text) = key_of(cx, row.0);
    let f = cx.new_builtin_named(text, row.1, row.2, false);
    add(cx, o, key, f.into(), attributes);
}

/// Installs accessors.
pub fn accessors(cx: &mut Isolate, o: ObjectRef, rows: &[Accessor]) {
    for &(name, getter, setter) in rows {
        let (key, text) = key_of(cx, name);
        let text = cx.to_rust_string(text).unwrap_or_default();
        let get_name = cx.intern(&format!("get {text}"));
        let get = cx.new_builtin_named(get_name.into(), 0, getter, false);
        let set: Value = match setter {
            Some(native) => {
                let set_name = cx.intern(&format!("set {text}"));
                cx.new_builtin_named(set_name.into(), 1, native, false).into()
            }
            None => Value::UNDEFINED,
        };
        let pair = cx.heap.allocate_accessor_pair(get.into(), set);
        add(cx, o, key, pair.into(), attrs::CONFIGURABLE | attrs::ACCESSOR);
    }
}

/// The same function object under another name.
pub fn alias(cx: &mut Isolate, o: ObjectRef, name: &str, existing: &str) -> Value {
    let (old, _) = key_of(cx, existing);
    let f = own_value(cx, o, old);
    let (key, _) = key_of(cx, name);
    add(cx, o, key, f, attrs::HIDDEN);
    f
}

/// Value of an own data property, undefined when absent.
pub fn own_value(cx: &mut Isolate, o: ObjectRef, key: PropertyKey) -> Value {
    match cx.get_own_property(o, key) {
        Ok(Some(p)) => p.value,
        _ => Value::UNDEFINED,
    }
}

/// Value of an own data property with this name.
pub fn own_named(cx: &mut Isolate, o: ObjectRef, name: &str) -> Value {
    let (key, _) = key_of(cx, name);
    own_value(cx, o, key)
}

/// A data property with the given attributes.
pub fn value(cx: &mut Isolate, o: ObjectRef, name: &str, v: Value, attributes: u8) {
    let (key, _) = key_of(cx, name);
    add(cx, o, key, v, attributes);
}

/// `@@toStringTag`.
pub fn tag(cx: &mut Isolate, o: ObjectRef, text: &str) {
    let s = cx.intern(text);
    value(cx, o, "@@toStringTag", s.into(), attrs::CONFIGURABLE);
}

/// A constructor with its `prototype`, as global property.
pub fn constructor(cx: &mut Isolate, row: Row, prototype: ObjectRef) -> FunctionRef {
    let f = detached_constructor(cx, row, prototype);
    let global = cx.realm.global;
    value(cx, global, row.0, f.into(), attrs::HIDDEN);
    f
}

/// A constructor that is no global property.
pub fn detached_constructor(cx: &mut Isolate, row: Row, prototype: ObjectRef) -> FunctionRef {
    let text = cx.intern(row.0);
    let f = cx.new_builtin_named(text.into(), row.1, row.2, true);
    let names = cx.realm.names;
    add(cx, f.object(), names.prototype, prototype.into(), 0);
    add(cx, prototype, names.constructor, f.into(), attrs::HIDDEN);
    f
}

/// `get [Symbol.species]`: returns `this`.
pub fn species(_: &mut Isolate, args: Args) -> JsResult {
    Ok(args.this())
}

/// Whether `v` is a builtin with this implementation.
pub fn is_native(v: Value, native: NativeFn) -> bool {
    v.try_as::<FunctionRef>().is_some_and(|f| {
        let d = f.function_data();
        d.data_flags() & tierproof_runtime::function::data_flags::BUILTIN != 0
            && d.native() == native as usize
    })
}

/// A global namespace object (`Math`, `JSON`, `Reflect`).
pub fn namespace(cx: &mut Isolate, name: &str, rows: &[Row]) -> ObjectRef {
    let o = cx.new_plain_object();
    methods(cx, o, rows);
    tag(cx, o, name);
    let global = cx.realm.global;
    value(cx, global, name, o.into(), attrs::HIDDEN);
    o
}

/// [SpeciesConstructor](https://tc39.es/ecma262/#sec-speciesconstructor).
pub fn species_constructor(cx: &mut Isolate, o: ObjectRef, default: Value) -> JsResult {
    let key = cx.realm.names.constructor;
    let c = cx.get_of(o, key)?;
    if c.is_undefined() {
        return Ok(default);
    }
    let Some(c) = c.try_as::<ObjectRef>() else {
        return Err(cx.type_error("The .constructor property is not an object"));
    };
    let key = cx.realm.symbols.species.key();
    let s = cx.get_of(c, key)?;
    if s.is_nullish() {
        return Ok(default);
    }
    if cx.is_constructor(s) {
        return Ok(s);
    }
    Err(cx.type_error("object.constructor[Symbol.species] is not a constructor"))
}

/// What GenericObject cells stand for (their flags byte).
pub mod brand {
    pub const REGEXP_STRING_ITERATOR: u8 = 1;
    pub const ITERATOR_HELPER: u8 = 2;
    pub const WRAPPED_ITERATOR: u8 = 3;
    pub const FINALIZATION_REGISTRY: u8 = 4;
    pub const RAW_JSON: u8 = 5;
    pub const DISPOSABLE_STACK: u8 = 6;
    pub const ASYNC_DISPOSABLE_STACK: u8 = 7;
    /// The first of eight.
    pub const TEMPORAL: u8 = 16;
}

/// A GenericObject of this brand; its four internal words are undefined.
pub fn branded(cx: &mut Isolate, prototype: ObjectRef, brand: u8) -> ObjectRef {
    let shape = cx.root_shape(prototype.into(), CellKind::GenericObject, 0);
    let o = cx.heap.allocate_object_of(CellKind::GenericObject, shape.0);
    o.set_flags(brand);
    o
}

/// The object, if it is a GenericObject of this brand.
pub fn as_branded(v: Value, brand: u8) -> Option<ObjectRef> {
    v.try_as::<ObjectRef>().filter(|o| o.kind() == CellKind::GenericObject && o.flags() == brand)
}

/// Counts the steps of a native loop over a range of the program's choosing: now and then it takes
/// ticks, so that such a loop ends like one in JavaScript.
#[derive(Default)]
pub struct Steps(u32);

impl Steps {
    #[inline]
    pub fn step(&mut self, cx: &mut Isolate) -> JsResult<()> {
        self.0 += 1;
        if self.0 >= STEPS_PER_CHARGE {
            self.0 = 0;
            return charge(cx);
        }
        Ok(())
    }
}

#[cold]
fn charge(cx: &mut Isolate) -> JsResult<()> {
    cx.jit.ticks -= TICKS_PER_CHARGE;
    if cx.jit.ticks <= 0 || cx.heap.oom_pending {
        cx.tick_event()?;
    }
    if cx.termination.is_some() { Err(Thrown) } else { Ok(()) }
}

/// The callback argument of an iteration method.
#[inline]
pub fn callback(cx: &mut Isolate, v: Value) -> JsResult {
    if cx.is_callable(v) {
        return Ok(v);
    }
    Err(cx.not_callable(v))
}

/// TypeError for a method called on the wrong kind of `this`.
#[cold]
pub fn incompatible(cx: &mut Isolate, method: &str, this: Value) -> Thrown {
    let what = cx.describe(this);
    cx.type_error(&format!("Method {method} called on incompatible receiver {what}"))
}

/// TypeError for a constructor called without `new`.
#[cold]
pub fn needs_new(cx: &mut Isolate, name: &str) -> Thrown {
    cx.type_error(&format!("Constructor {name} requires 'new'"))
}

/// A relative index argument clamped into `0..=length` (negative counts from the end).
pub fn relative(cx: &mut Isolate, v: Value, length: u64) -> JsResult<u64> {
    let n = cx.to_integer(v)?;
    Ok(clamp_relative(n, length))
}

/// As `relative`, with a default for undefined.
pub fn relative_or(cx: &mut Isolate, v: Value, length: u64, default: u64) -> JsResult<u64> {
    if v.is_undefined() { Ok(default) } else { relative(cx, v, length) }
}

pub fn clamp_relative(n: f64, length: u64) -> u64 {
    let l = length as f64;
    if n < 0.0 { (l + n).max(0.0) as u64 } else { n.min(l) as u64 }
}

/// Value of a length or index.
#[inline]
pub fn index_value(n: u64) -> Value {
    if n <= i32::MAX as u64 { Value::smi(n as i32) } else { Value::number(n as f64) }
}
