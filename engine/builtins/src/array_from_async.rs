//! [Array.fromAsync](https://tc39.es/ecma262/#sec-array.fromasync): an asynchronous function written in
//! JavaScript over helpers that do what the specification's operations do; nothing of it can be seen or
//! changed by a program.

use tierproof_heap::Value;
use tierproof_runtime::{Args, Isolate, JsResult, List, NativeFn};

use crate::install::index_value;

/// Parameters: the arguments, `this`, and the helpers in the order of `HELPERS`.
const PARAMETERS: &str = "items, mapper, thisArg, C, isCallable, wrap, construct, define, setLength, \
                          toObject, lengthOf, get, call, typeError";
const BODY: &str = "\"use strict\";
if (mapper !== undefined && !isCallable(mapper)) typeError();
const iterable = wrap(items);
if (iterable !== undefined) {
    const target = construct(C);
    let k = 0;
    for await (let value of iterable) {
        if (mapper !== undefined) value = await call(mapper, thisArg, value, k);
        define(target, k, value);
        k++;
    }
    setLength(target, k);
    return target;
}
const source = toObject(items);
const length = lengthOf(source);
const target = construct(C, length);
for (let k = 0; k < length; k++) {
    let value = await get(source, k);
    if (mapper !== undefined) value = await call(mapper, thisArg, value, k);
    define(target, k, value);
}
setLength(target, length);
return target;";

const HELPERS: &[NativeFn] = &[
    |cx, a| Ok(Value::from_bool(cx.is_callable(a.get(0)))),
    wrap,
    construct,
    |cx, a| {
        let key = cx.to_property_key(a.get(1))?;
        cx.create_data_property_or_throw(a.get(0).cast(), key, a.get(2))?;
        Ok(Value::UNDEFINED)
    },
    |cx, a| {
        let key = cx.realm.names.length;
        cx.put(a.get(0).cast(), key, a.get(1))?;
        Ok(Value::UNDEFINED)
    },
    |cx, a| Ok(cx.to_object(a.get(0))?.into()),
    |cx, a| {
        let n = cx.length_of(a.get(0).cast())?;
        Ok(index_value(n))
    },
    |cx, a| {
        let key = cx.to_property_key(a.get(1))?;
        cx.get_of(a.get(0).cast(), key)
    },
    |cx, a| cx.call(a.get(0), a.get(1), &[a.get(2), a.get(3)]),
    |cx, _| Err(cx.type_error("Array.fromAsync: the mapper is not a function")),
];

/// An object without prototype whose iterator method is the iterable's; undefined for array-likes.
fn wrap(cx: &mut Isolate, args: Args) -> JsResult {
    let items = args.get(0);
    for symbol in [cx.realm.symbols.async_iterator, cx.realm.symbols.iterator] {
        let method = cx.get_method(items, symbol.key())?;
        if method.is_undefined() {
            continue;
        }
        let captured = cx.heap.allocate_fixed_array_from(&[items, method]);
        let f = cx.native_closure(call_method, 0, captured.into());
        let o = cx.new_object(Value::NULL);
        cx.create_data_property(o, symbol.key(), f.into())?;
        return Ok(o.into());
    }
    Ok(Value::UNDEFINED)
}

fn call_method(cx: &mut Isolate, args: Args) -> JsResult {
    let captured = args.captured_array();
    cx.call(captured.get(1), captured.get(0), &[])
}

/// A new object of the constructor, or an array.
fn construct(cx: &mut Isolate, args: Args) -> JsResult {
    let c = args.get(0);
    let length = args.get(1);
    if !cx.is_constructor(c) {
        if length.is_number() && length.as_number() > u32::MAX as f64 {
            return Err(cx.range_error("Invalid array length"));
        }
        return Ok(cx.new_empty_array().into());
    }
    if args.len() > 1 { cx.construct(c, &[length], c) } else { cx.construct(c, &[], c) }
}

/// [Array.fromAsync](https://tc39.es/ecma262/#sec-array.fromasync)
pub fn from_async(cx: &mut Isolate, args: Args) -> JsResult {
    if cx.realm.array_from_async.is_undefined() {
        let (parameters, body) = (cx.string(PARAMETERS), cx.string(BODY));
        cx.realm.array_from_async =
            cx.function_from_text("async function", parameters.into(), body.into())?;
    }
    let mut list = List::with_capacity(cx, 4 + HELPERS.len());
    for v in [args.get(0), args.get(1), args.get(2), args.this()] {
        list.push(cx, v);
    }
    for &native in HELPERS {
        let f = cx.native_closure(native, 0, Value::UNDEFINED);
        list.push(cx, f.into());
    }
    let f = cx.realm.array_from_async;
    cx.call(f, Value::UNDEFINED, list.as_slice())
}
