//! [The Reflect Object](https://tc39.es/ecma262/#sec-reflect-object).

use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::function::list_from_array_like;
use crate::install::{self, Row, callback};
use crate::object::{from_property, non_primitive};

const METHODS: &[Row] = &[
    ("defineProperty", 3, define_property),
    ("deleteProperty", 2, delete_property),
    ("apply", 3, apply),
    ("construct", 2, construct),
    ("get", 2, get),
    ("getOwnPropertyDescriptor", 2, get_own_property_descriptor),
    ("getPrototypeOf", 1, get_prototype_of),
    ("has", 2, has),
    ("isExtensible", 1, is_extensible),
    ("ownKeys", 1, own_keys),
    ("preventExtensions", 1, prevent_extensions),
    ("set", 3, set),
    ("setPrototypeOf", 2, set_prototype_of),
];

pub fn install(cx: &mut Isolate) {
    install::namespace(cx, "Reflect", METHODS);
}

/// [Reflect.apply](https://tc39.es/ecma262/#sec-reflect.apply)
fn apply(cx: &mut Isolate, args: Args) -> JsResult {
    let f = callback(cx, args.get(0))?;
    let list = list_from_array_like(cx, args.get(2))?;
    cx.call(f, args.get(1), list.as_slice())
}

/// [Reflect.construct](https://tc39.es/ecma262/#sec-reflect.construct)
fn construct(cx: &mut Isolate, args: Args) -> JsResult {
    let target = args.get(0);
    if !cx.is_constructor(target) {
        return Err(cx.not_constructor(target));
    }
    let new_target = if args.len() > 2 { args.get(2) } else { target };
    if !cx.is_constructor(new_target) {
        return Err(cx.not_constructor(new_target));
    }
    let list = list_from_array_like(cx, args.get(1))?;
    cx.construct(target, list.as_slice(), new_target)
}

/// [Reflect.defineProperty](https://tc39.es/ecma262/#sec-reflect.defineproperty)
fn define_property(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Reflect.defineProperty")?;
    let key = cx.to_property_key(args.get(1))?;
    let d = cx.to_property_descriptor(args.get(2))?;
    Ok(Value::from_bool(cx.define_own_property(o, key, d)?))
}

/// [Reflect.deleteProperty](https://tc39.es/ecma262/#sec-reflect.deleteproperty)
fn delete_property(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Reflect.deleteProperty")?;
    let key = cx.to_property_key(args.get(1))?;
    Ok(Value::from_bool(cx.delete(o, key)?))
}

/// [Reflect.get](https://tc39.es/ecma262/#sec-reflect.get)
fn get(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Reflect.get")?;
    let key = cx.to_property_key(args.get(1))?;
    let receiver = if args.len() > 2 { args.get(2) } else { o.into() };
    cx.get(o, key, receiver)
}

/// [Reflect.getOwnPropertyDescriptor](https://tc39.es/ecma262/#sec-reflect.getownpropertydescriptor)
fn get_own_property_descriptor(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Reflect.getOwnPropertyDescriptor")?;
    let key = cx.to_property_key(args.get(1))?;
    match cx.get_own_property(o, key)? {
        Some(p) => from_property(cx, p),
        None => Ok(Value::UNDEFINED),
    }
}

/// [Reflect.getPrototypeOf](https://tc39.es/ecma262/#sec-reflect.getprototypeof)
fn get_prototype_of(cx: &mut Isolate, args: Args) -> JsResult {
    let o: ObjectRef = non_primitive(cx, args.get(0), "Reflect.getPrototypeOf")?;
    cx.get_prototype_of(o)
}

/// [Reflect.has](https://tc39.es/ecma262/#sec-reflect.has)
fn has(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Reflect.has")?;
    let key = cx.to_property_key(args.get(1))?;
    Ok(Value::from_bool(cx.has_property(o, key)?))
}

/// [Reflect.isExtensible](https://tc39.es/ecma262/#sec-reflect.isextensible)
fn is_extensible(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Reflect.isExtensible")?;
    Ok(Value::from_bool(cx.is_extensible_object(o)?))
}

/// [Reflect.ownKeys](https://tc39.es/ecma262/#sec-reflect.ownkeys)
fn own_keys(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Reflect.ownKeys")?;
    let keys = cx.own_keys(o)?;
    Ok(keys.into_array(cx).into())
}

/// [Reflect.preventExtensions](https://tc39.es/ecma262/#sec-reflect.preventextensions)
fn prevent_extensions(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Reflect.preventExtensions")?;
    Ok(Value::from_bool(cx.prevent_extensions(o)?))
}

/// [Reflect.set](https://tc39.es/ecma262/#sec-reflect.set)
fn set(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Reflect.set")?;
    let key = cx.to_property_key(args.get(1))?;
    let receiver = if args.len() > 3 { args.get(3) } else { o.into() };
    Ok(Value::from_bool(cx.set(o, key, args.get(2), receiver)?))
}

/// [Reflect.setPrototypeOf](https://tc39.es/ecma262/#sec-reflect.setprototypeof)
fn set_prototype_of(cx: &mut Isolate, args: Args) -> JsResult {
    let o = non_primitive(cx, args.get(0), "Reflect.setPrototypeOf")?;
    let p = args.get(1);
    if !p.is_object() && !p.is_null() {
        let what = cx.describe(p);
        return Err(cx.type_error(&format!("Object prototype may only be an Object or null: {what}")));
    }
    Ok(Value::from_bool(cx.set_prototype_of(o, p)?))
}
