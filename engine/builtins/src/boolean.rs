//! [Boolean Objects](https://tc39.es/ecma262/#sec-boolean-objects).

use tierproof_heap::{CellKind, ObjectRef, Value};
use tierproof_runtime::convert::to_boolean;
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::install::{self, Row, incompatible};

const METHODS: &[Row] = &[("toString", 0, to_string), ("valueOf", 0, value_of)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.boolean_prototype;
    install::constructor(cx, ("Boolean", 1, boolean), p);
    install::methods(cx, p, METHODS);
}

/// [Boolean](https://tc39.es/ecma262/#sec-boolean-constructor-boolean-value)
fn boolean(cx: &mut Isolate, args: Args) -> JsResult {
    let b = Value::from_bool(to_boolean(args.get(0)));
    if !args.is_construct() {
        return Ok(b);
    }
    let fallback = cx.realm.boolean_prototype;
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    Ok(cx.new_wrapper(p, b).into())
}

fn this_boolean(cx: &mut Isolate, args: Args, method: &str) -> JsResult<bool> {
    let v = args.this();
    if v.is_boolean() {
        return Ok(v.is_true());
    }
    if v == Value::from(cx.realm.boolean_prototype) {
        return Ok(false);
    }
    match v.try_as::<ObjectRef>() {
        Some(o) if o.kind() == CellKind::PrimitiveWrapper && o.internal(0).is_boolean() => {
            Ok(o.internal(0).is_true())
        }
        _ => Err(incompatible(cx, method, v)),
    }
}

/// [Boolean.prototype.toString](https://tc39.es/ecma262/#sec-boolean.prototype.tostring)
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let b = this_boolean(cx, args, "Boolean.prototype.toString")?;
    let s = &cx.realm.strings;
    Ok(if b { s.true_() } else { s.false_() }.into())
}

/// [Boolean.prototype.valueOf](https://tc39.es/ecma262/#sec-boolean.prototype.valueof)
fn value_of(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::from_bool(this_boolean(cx, args, "Boolean.prototype.valueOf")?))
}
