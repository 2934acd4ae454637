//! [BigInt Objects](https://tc39.es/ecma262/#sec-bigint-objects).

use tierproof_heap::{BigIntRef, CellKind, ObjectRef, Value};
use tierproof_runtime::convert::Hint;
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::install::{self, Row, incompatible};

const STATICS: &[Row] = &[("asUintN", 2, as_uint_n), ("asIntN", 2, as_int_n)];
const METHODS: &[Row] =
    &[("toLocaleString", 0, to_locale_string), ("toString", 0, to_string), ("valueOf", 0, value_of)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.bigint_prototype;
    let c = install::constructor(cx, ("BigInt", 1, bigint), p).object();
    install::methods(cx, c, STATICS);
    install::methods(cx, p, METHODS);
    install::tag(cx, p, "BigInt");
}

/// [BigInt](https://tc39.es/ecma262/#sec-bigint-constructor-number-value)
fn bigint(cx: &mut Isolate, args: Args) -> JsResult {
    if args.is_construct() {
        return Err(cx.type_error("BigInt is not a constructor"));
    }
    let v = cx.to_primitive(args.get(0), Hint::Number)?;
    if v.is_number() { cx.number_to_bigint(v.as_number()) } else { Ok(cx.to_bigint(v)?.into()) }
}

/// [BigInt.asUintN](https://tc39.es/ecma262/#sec-bigint.asuintn)
fn as_uint_n(cx: &mut Isolate, args: Args) -> JsResult {
    let bits = cx.to_index(args.get(0))?;
    let b = cx.to_bigint(args.get(1))?;
    cx.bigint_as_n(bits, b, false)
}

/// [BigInt.asIntN](https://tc39.es/ecma262/#sec-bigint.asintn)
fn as_int_n(cx: &mut Isolate, args: Args) -> JsResult {
    let bits = cx.to_index(args.get(0))?;
    let b = cx.to_bigint(args.get(1))?;
    cx.bigint_as_n(bits, b, true)
}

/// [ThisBigIntValue](https://tc39.es/ecma262/#sec-thisbigintvalue)
fn this_bigint(cx: &mut Isolate, v: Value, method: &str) -> JsResult<BigIntRef> {
    if let Some(b) = v.try_as::<BigIntRef>() {
        return Ok(b);
    }
    if let Some(o) = v.try_as::<ObjectRef>()
        && o.kind() == CellKind::PrimitiveWrapper
        && let Some(b) = o.internal(0).try_as::<BigIntRef>()
    {
        return Ok(b);
    }
    Err(incompatible(cx, method, v))
}

/// [BigInt.prototype.toString](https://tc39.es/ecma262/#sec-bigint.prototype.tostring)
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let b = this_bigint(cx, args.this(), "BigInt.prototype.toString")?;
    let radix = if args.get(0).is_undefined() { 10.0 } else { cx.to_integer(args.get(0))? };
    if !(2.0..=36.0).contains(&radix) {
        return Err(cx.range_error("toString() radix must be between 2 and 36"));
    }
    Ok(cx.bigint_to_string(b, radix as u32)?.into())
}

/// [BigInt.prototype.toLocaleString](https://tc39.es/ecma262/#sec-bigint.prototype.tolocalestring)
fn to_locale_string(cx: &mut Isolate, args: Args) -> JsResult {
    let b = this_bigint(cx, args.this(), "BigInt.prototype.toLocaleString")?;
    Ok(cx.bigint_to_string(b, 10)?.into())
}

/// [BigInt.prototype.valueOf](https://tc39.es/ecma262/#sec-bigint.prototype.valueof)
fn value_of(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(this_bigint(cx, args.this(), "BigInt.prototype.valueOf")?.into())
}
