//! [Symbol Objects](https://tc39.es/ecma262/#sec-symbol-objects).
//!
//! The registry of `Symbol.for` is an object that realms share.

use tierproof_heap::{CellKind, ObjectRef, StringRef, SymbolRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult, attrs};

use crate::install::{self, Accessor, Row, incompatible};

const STATICS: &[Row] = &[("for", 1, symbol_for), ("keyFor", 1, key_for)];
const METHODS: &[Row] = &[("toString", 0, to_string), ("valueOf", 0, value_of)];
const ACCESSORS: &[Accessor] = &[("description", description, None)];

/// `SymbolRef::symbol_flags` bit: made by `Symbol.for`.
const REGISTERED: u32 = 1;

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.symbol_prototype;
    let c = install::constructor(cx, ("Symbol", 0, symbol), p);
    install::methods(cx, c.object(), STATICS);
    for (name, s) in cx.realm.symbols.all() {
        install::value(cx, c.object(), name, s.into(), 0);
    }
    install::methods(cx, p, METHODS);
    install::accessors(cx, p, ACCESSORS);
    install::method_with(cx, p, ("@@toPrimitive", 1, value_of), attrs::CONFIGURABLE);
    install::tag(cx, p, "Symbol");
    // later realms come with that of the first
    if cx.realm.symbol_registry.is_undefined() {
        cx.realm.symbol_registry = cx.new_object(Value::NULL).into();
    }
}

/// [Symbol](https://tc39.es/ecma262/#sec-symbol-description)
fn symbol(cx: &mut Isolate, args: Args) -> JsResult {
    if args.is_construct() {
        return Err(cx.type_error("Symbol is not a constructor"));
    }
    let d = args.get(0);
    let description = if d.is_undefined() { d } else { cx.to_string(d)?.into() };
    Ok(cx.new_symbol(description).into())
}

/// [Symbol.for](https://tc39.es/ecma262/#sec-symbol.for)
fn symbol_for(cx: &mut Isolate, args: Args) -> JsResult {
    let text = cx.to_string(args.get(0))?;
    let registry: ObjectRef = cx.realm.symbol_registry.cast();
    let key = cx.key_from_string(text);
    if let Some(p) = cx.get_own_property(registry, key)? {
        return Ok(p.value);
    }
    let s = cx.new_symbol(text.into());
    s.set_symbol_flags(REGISTERED);
    cx.define_own(registry, key, s.into(), attrs::ALL)?;
    Ok(s.into())
}

/// [Symbol.keyFor](https://tc39.es/ecma262/#sec-symbol.keyfor)
fn key_for(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(s) = args.get(0).try_as::<SymbolRef>() else {
        let what = cx.describe(args.get(0));
        return Err(cx.type_error(&format!("{what} is not a symbol")));
    };
    Ok(if s.symbol_flags() & REGISTERED != 0 { s.description() } else { Value::UNDEFINED })
}

fn this_symbol(cx: &mut Isolate, args: Args, method: &str) -> JsResult<SymbolRef> {
    let v = args.this();
    if let Some(s) = v.try_as() {
        return Ok(s);
    }
    if let Some(o) = v.try_as::<ObjectRef>()
        && o.kind() == CellKind::PrimitiveWrapper
        && let Some(s) = o.internal(0).try_as()
    {
        return Ok(s);
    }
    Err(incompatible(cx, method, v))
}

/// The text `Symbol(description)` as a string value.
pub fn descriptive_string(cx: &mut Isolate, s: SymbolRef) -> JsResult<StringRef> {
    let open = cx.string("Symbol(");
    let text = match s.description().try_as() {
        Some(d) => cx.concat(open, d)?,
        None => open,
    };
    let close = cx.string(")");
    cx.concat(text, close)
}

/// [Symbol.prototype.toString](https://tc39.es/ecma262/#sec-symbol.prototype.tostring)
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let s = this_symbol(cx, args, "Symbol.prototype.toString")?;
    Ok(descriptive_string(cx, s)?.into())
}

/// [Symbol.prototype.valueOf](https://tc39.es/ecma262/#sec-symbol.prototype.valueof)
fn value_of(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(this_symbol(cx, args, "Symbol.prototype.valueOf")?.into())
}

/// [Symbol.prototype.description](https://tc39.es/ecma262/#sec-symbol.prototype.description)
fn description(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(this_symbol(cx, args, "get Symbol.prototype.description")?.description())
}

/// Whether the symbol comes from `Symbol.for`.
pub fn is_registered(s: SymbolRef) -> bool {
    s.symbol_flags() & REGISTERED != 0
}
