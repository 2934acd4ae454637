//! Sorting of arrays and typed arrays: a stable merge sort that a comparator may throw out of.

use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult, List};

use crate::array::list_for;
use crate::array_elements::{delete, element, store};
use crate::install::Steps;

/// Runs of this length are sorted by insertion before merging.
const RUN: usize = 8;

/// Whether `b` must come before `a`.
fn is_after(cx: &mut Isolate, compare: Value, a: Value, b: Value) -> JsResult<bool> {
    if compare.is_undefined() {
        let x = cx.to_string(a)?;
        let y = cx.to_string(b)?;
        return Ok(cx.compare_strings(x, y).is_gt());
    }
    let r = cx.call(compare, Value::UNDEFINED, &[a, b])?;
    let n = if r.is_number() { r.as_number() } else { cx.to_number(r)? };
    Ok(n > 0.0)
}

/// Sorts the list with the comparator (undefined: by their strings). Undefined values must not be in it.
pub fn merge_sort(cx: &mut Isolate, list: List, compare: Value) -> JsResult<List> {
    let n = list.len();
    if compare.is_undefined() && list.as_slice().iter().all(|v| !v.is_object() && !v.is_symbol()) {
        return sort_primitives(cx, list);
    }
    for start in (0..n).step_by(RUN) {
        for i in start + 1..(start + RUN).min(n) {
            let v = list.get(i);
            let mut j = i;
            while j > start && is_after(cx, compare, list.get(j - 1), v)? {
                let w = list.get(j - 1);
                list.set(cx, j, w);
                j -= 1;
            }
            list.set(cx, j, v);
        }
    }
    let mut from = list;
    let mut to = List::with_capacity(cx, n);
    for _ in 0..n {
        to.push(cx, Value::UNDEFINED);
    }
    let mut width = RUN;
    while width < n {
        for start in (0..n).step_by(2 * width) {
            let middle = (start + width).min(n);
            let end = (start + 2 * width).min(n);
            let (mut i, mut j) = (start, middle);
            let ordered = middle == end || !is_after(cx, compare, from.get(middle - 1), from.get(middle))?;
            for k in start..end {
                let right =
                    i == middle || j < end && !ordered && is_after(cx, compare, from.get(i), from.get(j))?;
                let v = if right { from.get(j) } else { from.get(i) };
                if right {
                    j += 1;
                } else {
                    i += 1;
                }
                to.set(cx, k, v);
            }
        }
        (from, to) = (to, from);
        width *= 2;
    }
    Ok(from)
}

/// Default order of primitives: their strings are made once, and no JavaScript runs.
fn sort_primitives(cx: &mut Isolate, list: List) -> JsResult<List> {
    let mut texts = List::with_capacity(cx, list.len());
    for i in 0..list.len() {
        let s = cx.to_string(list.get(i))?;
        texts.push(cx, s.into());
    }
    let mut order: Vec<u32> = (0..list.len() as u32).collect();
    order.sort_by(|&a, &b| cx.compare_strings(texts.get(a as usize).cast(), texts.get(b as usize).cast()));
    let mut out = List::with_capacity(cx, list.len());
    for i in order {
        out.push(cx, list.get(i as usize));
    }
    Ok(out)
}

pub fn check_comparator(cx: &mut Isolate, v: Value) -> JsResult {
    if v.is_undefined() || cx.is_callable(v) {
        return Ok(v);
    }
    Err(cx.type_error("The comparison function must be either a function or undefined"))
}

/// [Array.prototype.sort](https://tc39.es/ecma262/#sec-array.prototype.sort)
pub fn sort(cx: &mut Isolate, args: Args) -> JsResult {
    let compare = check_comparator(cx, args.get(0))?;
    let o: ObjectRef = cx.to_object(args.this())?;
    let n = cx.length_of(o)?;
    let mut list = List::with_capacity(cx, n.min(1 << 20) as usize);
    let mut undefined = 0u64;
    let mut steps = Steps::default();
    for k in 0..n {
        steps.step(cx)?;
        match element(cx, o, k)? {
            Some(v) if v.is_undefined() => undefined += 1,
            Some(v) => list.push(cx, v),
            None => {}
        }
    }
    let sorted = merge_sort(cx, list, compare)?;
    let mut k = 0u64;
    for i in 0..sorted.len() {
        store(cx, o, k, sorted.get(i))?;
        k += 1;
    }
    for _ in 0..undefined {
        store(cx, o, k, Value::UNDEFINED)?;
        k += 1;
    }
    for k in k..n {
        steps.step(cx)?;
        if element(cx, o, k)?.is_some() {
            delete(cx, o, k)?;
        }
    }
    Ok(o.into())
}

/// [Array.prototype.toSorted](https://tc39.es/ecma262/#sec-array.prototype.tosorted)
pub fn to_sorted(cx: &mut Isolate, args: Args) -> JsResult {
    let compare = check_comparator(cx, args.get(0))?;
    let o = cx.to_object(args.this())?;
    let n = cx.length_of(o)?;
    let mut list = list_for(cx, n)?;
    let mut undefined = 0u64;
    let mut steps = Steps::default();
    for k in 0..n {
        steps.step(cx)?;
        let v = cx.get_index(o, k)?;
        if v.is_undefined() {
            undefined += 1;
        } else {
            list.push(cx, v);
        }
    }
    let mut sorted = merge_sort(cx, list, compare)?;
    for _ in 0..undefined {
        sorted.push(cx, Value::UNDEFINED);
    }
    Ok(sorted.into_array(cx).into())
}
