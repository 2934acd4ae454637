//! [The Atomics Object](https://tc39.es/ecma262/#sec-atomics-object). The operations are those of
//! `runtime::shared_memory`, the waiting is that of `runtime::agents`.

use tierproof_heap::{ArrayBufferRef, TypedArrayRef, Value};
use tierproof_runtime::agents::{WaitPlace, WaitResult};
use tierproof_runtime::shared_memory::{Atomic, atomic};
use tierproof_runtime::typed_array::{ElementType, decode, is_out_of_bounds, is_shared};
use tierproof_runtime::{Args, Isolate, JsResult, attrs};

use crate::install::{self, Row, index_value};

const METHODS: &[Row] = &[
    ("add", 3, |cx, args| modify(cx, args, Atomic::Add)),
    ("and", 3, |cx, args| modify(cx, args, Atomic::And)),
    ("compareExchange", 4, compare_exchange),
    ("exchange", 3, |cx, args| modify(cx, args, Atomic::Exchange)),
    ("isLockFree", 1, is_lock_free),
    ("load", 2, load),
    ("notify", 3, notify),
    ("or", 3, |cx, args| modify(cx, args, Atomic::Or)),
    ("pause", 0, pause),
    ("store", 3, store),
    ("sub", 3, |cx, args| modify(cx, args, Atomic::Sub)),
    ("wait", 4, wait),
    ("waitAsync", 4, wait_async),
    ("xor", 3, |cx, args| modify(cx, args, Atomic::Xor)),
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

/// Checks again what a conversion may have changed.
fn revalidate(cx: &mut Isolate, t: TypedArrayRef, i: u64) -> JsResult<()> {
    in_bounds(cx, t)?;
    if i >= t.length() {
        return Err(cx.range_error("Invalid atomic access index"));
    }
    Ok(())
}

/// The low bytes of a word that an element has.
fn truncate(t: TypedArrayRef, word: u64) -> u64 {
    word & u64::MAX >> (64 - 8 * ElementType::of(t).size())
}

/// [AtomicReadModifyWrite](https://tc39.es/ecma262/#sec-atomicreadmodifywrite)
fn modify(cx: &mut Isolate, args: Args, op: Atomic) -> JsResult {
    let t = integer_array(cx, args.get(0), false)?;
    let i = index(cx, t, args.get(1))?;
    let (_, v) = operand(cx, t, args.get(2))?;
    revalidate(cx, t, i)?;
    let old = atomic(t, i, op, v);
    Ok(decode(cx, ElementType::of(t), old))
}

/// [Atomics.compareExchange](https://tc39.es/ecma262/#sec-atomics.compareexchange)
fn compare_exchange(cx: &mut Isolate, args: Args) -> JsResult {
    let t = integer_array(cx, args.get(0), false)?;
    let i = index(cx, t, args.get(1))?;
    let (_, expected) = operand(cx, t, args.get(2))?;
    let (_, v) = operand(cx, t, args.get(3))?;
    revalidate(cx, t, i)?;
    let old = atomic(t, i, Atomic::CompareExchange(expected), v);
    Ok(decode(cx, ElementType::of(t), old))
}

/// [Atomics.load](https://tc39.es/ecma262/#sec-atomics.load)
fn load(cx: &mut Isolate, args: Args) -> JsResult {
    let t = integer_array(cx, args.get(0), false)?;
    let i = index(cx, t, args.get(1))?;
    revalidate(cx, t, i)?;
    if !cx.agent.is_alone() {
        // it may be polling for what another agent writes
        std::thread::yield_now();
    }
    let word = atomic(t, i, Atomic::Load, 0);
    Ok(decode(cx, ElementType::of(t), word))
}

/// [Atomics.store](https://tc39.es/ecma262/#sec-atomics.store)
fn store(cx: &mut Isolate, args: Args) -> JsResult {
    let t = integer_array(cx, args.get(0), false)?;
    let i = index(cx, t, args.get(1))?;
    let (v, word) = operand(cx, t, args.get(2))?;
    revalidate(cx, t, i)?;
    atomic(t, i, Atomic::Store, word);
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

/// The buffer, if it is a SharedArrayBuffer.
fn shared_buffer(t: TypedArrayRef) -> Option<ArrayBufferRef> {
    t.buffer().try_as::<ArrayBufferRef>().filter(|b| is_shared(*b))
}

/// [DoWait](https://tc39.es/ecma262/#sec-dowait) up to the wait itself: where, and the timeout in
/// milliseconds.
fn prepare_wait(cx: &mut Isolate, args: Args, blocks: bool) -> JsResult<(WaitPlace, f64)> {
    let t = integer_array(cx, args.get(0), true)?;
    let Some(buffer) = shared_buffer(t) else {
        return Err(cx.type_error("Atomics.wait needs a SharedArrayBuffer"));
    };
    let i = index(cx, t, args.get(1))?;
    let (_, expected) = operand(cx, t, args.get(2))?;
    let timeout = cx.to_number(args.get(3))?;
    let timeout = if timeout.is_nan() { f64::INFINITY } else { timeout.max(0.0) };
    if blocks && !cx.agent.can_block {
        return Err(cx.type_error("Atomics.wait cannot be called in this agent"));
    }
    let block = cx.shared_block(buffer);
    let byte = t.byte_offset() + i * ElementType::of(t).size() as u64;
    Ok((WaitPlace { array: t, index: i, expected: truncate(t, expected), block, byte }, timeout))
}

/// [Atomics.wait](https://tc39.es/ecma262/#sec-atomics.wait)
fn wait(cx: &mut Isolate, args: Args) -> JsResult {
    let (place, timeout) = prepare_wait(cx, args, true)?;
    let result = cx.wait_at(&place, timeout)?;
    Ok(cx.string(result.name()).into())
}

/// [Atomics.waitAsync](https://tc39.es/ecma262/#sec-atomics.waitasync)
fn wait_async(cx: &mut Isolate, args: Args) -> JsResult {
    let (place, timeout) = prepare_wait(cx, args, false)?;
    let waiting = match timeout {
        0.0 if atomic(place.array, place.index, Atomic::Load, 0) != place.expected => {
            Err(WaitResult::NotEqual)
        }
        0.0 => Err(WaitResult::TimedOut),
        _ => cx.wait_async_at(&place, timeout),
    };
    let v: Value = match waiting {
        Ok(promise) => promise.into(),
        Err(result) => cx.string(result.name()).into(),
    };
    let o = cx.new_plain_object();
    install::value(cx, o, "async", Value::from_bool(waiting.is_ok()), attrs::ALL);
    install::value(cx, o, "value", v, attrs::ALL);
    Ok(o.into())
}

/// [Atomics.notify](https://tc39.es/ecma262/#sec-atomics.notify)
fn notify(cx: &mut Isolate, args: Args) -> JsResult {
    let t = integer_array(cx, args.get(0), true)?;
    let i = index(cx, t, args.get(1))?;
    let count = match args.get(2) {
        v if v.is_undefined() => f64::INFINITY,
        v => cx.to_integer(v)?.max(0.0),
    };
    let Some(buffer) = shared_buffer(t) else { return Ok(index_value(0)) };
    let block = cx.shared_block(buffer);
    let byte = t.byte_offset() + i * ElementType::of(t).size() as u64;
    Ok(index_value(cx.notify_at(&block, byte, count as u64)))
}
