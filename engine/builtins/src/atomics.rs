//! [The Atomics Object](https://tc39.es/ecma262/#sec-atomics-object), for one agent: operations are
//! plain ones, and nobody can ever wake a waiting agent, so `wait` times out at once.

use tierproof_heap::{ArrayBufferRef, TypedArrayRef, Value};
use tierproof_runtime::typed_array::{
    self, ElementType, Raw, bytes, is_out_of_bounds, is_shared, read_raw, write_raw,
};
use tierproof_runtime::{Args, Isolate, JsResult, attrs};

use crate::install::{self, Row, index_value};

const METHODS: &[Row] = &[
    ("add", 3, |cx, args| modify(cx, args, |a, b| a.wrapping_add(b))),
    ("and", 3, |cx, args| modify(cx, args, |a, b| a & b)),
    ("compareExchange", 4, compare_exchange),
    ("exchange", 3, |cx, args| modify(cx, args, |_, b| b)),
    ("isLockFree", 1, is_lock_free),
    ("load", 2, load),
    ("notify", 3, notify),
    ("or", 3, |cx, args| modify(cx, args, |a, b| a | b)),
    ("pause", 0, pause),
    ("store", 3, store),
    ("sub", 3, |cx, args| modify(cx, args, |a, b| a.wrapping_sub(b))),
    ("wait", 4, wait),
    ("waitAsync", 4, wait_async),
    ("xor", 3, |cx, args| modify(cx, args, |a, b| a ^ b)),
];

pub fn install(cx: &mut Isolate) {
    install::namespace(cx, "Atomics", METHODS);
}

/// [ValidateIntegerTypedArray](https://tc39.es/ecma262/#sec-validateintegertypedarray)
fn integer_array(cx: &mut Isolate, v: Value, waitable: bool) -> JsResult<TypedArrayRef> {
    use ElementType::*;
    let Some(t) = v.try_as::<TypedArrayRef>() else {
        return Err(cx.type_error("[object Object] is not an integer typed array."));
    };
    in_bounds(cx, t)?;
    let ty = ElementType::of(t);
    let fits = match waitable {
        true => matches!(ty, Int32 | BigInt64),
        false => !matches!(ty, Uint8Clamped | Float16 | Float32 | Float64),
    };
    if fits { Ok(t) } else { Err(cx.type_error("[object Array] is not an integer typed array.")) }
}

fn in_bounds(cx: &mut Isolate, t: TypedArrayRef) -> JsResult<()> {
    if is_out_of_bounds(t) {
        return Err(cx.type_error("Cannot perform Atomics operation on a detached ArrayBuffer"));
    }
    Ok(())
}

/// [ValidateAtomicAccess](https://tc39.es/ecma262/#sec-validateatomicaccess)
fn index(cx: &mut Isolate, t: TypedArrayRef, v: Value) -> JsResult<u64> {
    let n = t.length();
    let i = cx.to_index(v)?;
    if i >= n {
        return Err(cx.range_error("Invalid atomic access index"));
    }
    Ok(i)
}

/// The operand, converted as the array wants it: the value itself, and its bits.
fn operand(cx: &mut Isolate, t: TypedArrayRef, v: Value) -> JsResult<(Value, u64)> {
    if ElementType::of(t).is_bigint() {
        let b = cx.to_bigint(v)?;
        return Ok((b.into(), tierproof_runtime::bigint::low_64(b)));
    }
    let n = cx.to_integer(v)?;
    Ok((Value::number(n), tierproof_runtime::convert::double_to_int32(n) as u64))
}

/// The element's bytes; out of bounds again when a conversion has shrunk the buffer.
fn element<'a>(cx: &mut Isolate, t: TypedArrayRef, i: u64) -> JsResult<&'a mut [u8]> {
    in_bounds(cx, t)?;
    if i >= t.length() {
        return Err(cx.range_error("Invalid atomic access index"));
    }
    let size = ElementType::of(t).size();
    Ok(&mut bytes(t)[i as usize * size..(i as usize + 1) * size])
}

fn word(b: &[u8]) -> u64 {
    let mut w = [0; 8];
    w[..b.len()].copy_from_slice(b);
    u64::from_le_bytes(w)
}

/// [AtomicReadModifyWrite](https://tc39.es/ecma262/#sec-atomicreadmodifywrite)
fn modify(cx: &mut Isolate, args: Args, f: fn(u64, u64) -> u64) -> JsResult {
    let t = integer_array(cx, args.get(0), false)?;
    let i = index(cx, t, args.get(1))?;
    let (_, v) = operand(cx, t, args.get(2))?;
    let b = element(cx, t, i)?;
    let old = word(b);
    write_raw(ElementType::of(t), b, Raw::Big(f(old, v)));
    Ok(read_raw(cx, ElementType::of(t), &old.to_le_bytes()))
}

/// [Atomics.compareExchange](https://tc39.es/ecma262/#sec-atomics.compareexchange)
fn compare_exchange(cx: &mut Isolate, args: Args) -> JsResult {
    let t = integer_array(cx, args.get(0), false)?;
    let i = index(cx, t, args.get(1))?;
    let (_, expected) = operand(cx, t, args.get(2))?;
    let (_, v) = operand(cx, t, args.get(3))?;
    let b = element(cx, t, i)?;
    let old = word(b);
    let mut wanted = [0u8; 8];
    write_raw(ElementType::of(t), &mut wanted, Raw::Big(expected));
    if word(&wanted[..b.len()]) == old {
        write_raw(ElementType::of(t), b, Raw::Big(v));
    }
    Ok(read_raw(cx, ElementType::of(t), &old.to_le_bytes()))
}

/// [Atomics.load](https://tc39.es/ecma262/#sec-atomics.load)
fn load(cx: &mut Isolate, args: Args) -> JsResult {
    let t = integer_array(cx, args.get(0), false)?;
    let i = index(cx, t, args.get(1))?;
    in_bounds(cx, t)?;
    Ok(typed_array::get(cx, t, i).unwrap_or(Value::UNDEFINED))
}

/// [Atomics.store](https://tc39.es/ecma262/#sec-atomics.store)
fn store(cx: &mut Isolate, args: Args) -> JsResult {
    let t = integer_array(cx, args.get(0), false)?;
    let i = index(cx, t, args.get(1))?;
    let (v, bits) = operand(cx, t, args.get(2))?;
    let b = element(cx, t, i)?;
    write_raw(ElementType::of(t), b, Raw::Big(bits));
    Ok(v)
}

/// [Atomics.isLockFree](https://tc39.es/ecma262/#sec-atomics.islockfree)
fn is_lock_free(cx: &mut Isolate, args: Args) -> JsResult {
    let n = cx.to_integer(args.get(0))?;
    Ok(Value::from_bool([1.0, 2.0, 4.0, 8.0].contains(&n)))
}

/// [Atomics.pause](https://tc39.es/ecma262/#sec-atomics.pause)
fn pause(cx: &mut Isolate, args: Args) -> JsResult {
    let v = args.get(0);
    if !(v.is_undefined() || v.is_number() && v.as_number().fract() == 0.0) {
        return Err(cx.type_error("Atomics.pause takes an integer"));
    }
    Ok(Value::UNDEFINED)
}

fn buffer_is_shared(t: TypedArrayRef) -> bool {
    t.buffer().try_as::<ArrayBufferRef>().is_some_and(is_shared)
}

/// [DoWait](https://tc39.es/ecma262/#sec-dowait) up to the wait itself: whether the value is the expected
/// one, and the timeout.
fn prepare_wait(cx: &mut Isolate, args: Args) -> JsResult<(bool, f64)> {
    let t = integer_array(cx, args.get(0), true)?;
    if !buffer_is_shared(t) {
        return Err(cx.type_error("Atomics.wait needs a SharedArrayBuffer"));
    }
    let i = index(cx, t, args.get(1))?;
    let (_, expected) = operand(cx, t, args.get(2))?;
    let timeout = cx.to_number(args.get(3))?;
    let timeout = if timeout.is_nan() { f64::INFINITY } else { timeout.max(0.0) };
    let b = element(cx, t, i)?;
    let mut wanted = [0u8; 8];
    write_raw(ElementType::of(t), &mut wanted, Raw::Big(expected));
    Ok((word(&wanted[..b.len()]) == word(b), timeout))
}

/// [Atomics.wait](https://tc39.es/ecma262/#sec-atomics.wait)
fn wait(cx: &mut Isolate, args: Args) -> JsResult {
    let (equal, _) = prepare_wait(cx, args)?;
    Ok(cx.string(if equal { "timed-out" } else { "not-equal" }).into())
}

/// [Atomics.waitAsync](https://tc39.es/ecma262/#sec-atomics.waitasync)
fn wait_async(cx: &mut Isolate, args: Args) -> JsResult {
    let (equal, timeout) = prepare_wait(cx, args)?;
    let (is_async, v): (bool, Value) = if !equal {
        (false, cx.string("not-equal").into())
    } else if timeout == 0.0 {
        (false, cx.string("timed-out").into())
    } else {
        let p = cx.new_promise();
        if timeout.is_finite() {
            let text = cx.string("timed-out");
            cx.resolve_promise(p, text.into())?;
        }
        (true, p.into())
    };
    let o = cx.new_plain_object();
    install::value(cx, o, "async", Value::from_bool(is_async), attrs::ALL);
    install::value(cx, o, "value", v, attrs::ALL);
    Ok(o.into())
}

/// [Atomics.notify](https://tc39.es/ecma262/#sec-atomics.notify)
fn notify(cx: &mut Isolate, args: Args) -> JsResult {
    let t = integer_array(cx, args.get(0), true)?;
    index(cx, t, args.get(1))?;
    if !args.get(2).is_undefined() {
        cx.to_integer(args.get(2))?;
    }
    Ok(index_value(0))
}
