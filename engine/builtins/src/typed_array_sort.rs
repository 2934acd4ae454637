//! [%TypedArray%.prototype.sort](https://tc39.es/ecma262/#sec-%typedarray%.prototype.sort) and `toSorted`;
//! `typed_array` installs them.

use tierproof_heap::{TypedArrayRef, Value};
use tierproof_runtime::shared_memory::read_element;
use tierproof_runtime::typed_array::{ElementType, Raw, raw_of, store_raw};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::array_sort::{check_comparator, merge_sort};
use crate::typed_array::{create_same_type, element, this_typed};

fn compare_numbers(a: f64, b: f64) -> std::cmp::Ordering {
    a.partial_cmp(&b).filter(|o| o.is_ne()).unwrap_or_else(|| {
        // NaN last, -0 before +0.
        let class = |x: f64| {
            if x.is_nan() {
                2
            } else if x == 0.0 && x.is_sign_negative() {
                0
            } else {
                1
            }
        };
        class(a).cmp(&class(b))
    })
}

fn sort_into(cx: &mut Isolate, t: TypedArrayRef, compare: Value, out: TypedArrayRef) -> JsResult<()> {
    let n = t.length();
    let ty = ElementType::of(t);
    if compare.is_undefined() && ty.is_bigint() {
        let mut words: Vec<u64> = (0..n).map(|k| read_element(t, k)).collect();
        // signed order is unsigned order with the sign bit turned over
        let flip = if ty == ElementType::BigInt64 { 1 << 63 } else { 0 };
        words.sort_unstable_by_key(|w| w ^ flip);
        for (k, x) in words.into_iter().enumerate() {
            store_raw(out, k as u64, Raw::Big(x));
        }
        return Ok(());
    }
    if compare.is_undefined() {
        let mut numbers: Vec<f64> = (0..n).map(|k| element(cx, t, k).as_number()).collect();
        numbers.sort_by(|a, b| compare_numbers(*a, *b));
        for (k, x) in numbers.into_iter().enumerate() {
            store_raw(out, k as u64, Raw::Number(x));
        }
        return Ok(());
    }
    let mut list = crate::array::list_for(cx, n)?;
    for k in 0..n {
        let v = element(cx, t, k);
        list.push(cx, v);
    }
    let sorted = merge_sort(cx, list, compare)?;
    for k in 0..sorted.len() {
        store_raw(out, k as u64, raw_of(sorted.get(k)));
    }
    Ok(())
}

/// [%TypedArray%.prototype.sort](https://tc39.es/ecma262/#sec-%typedarray%.prototype.sort)
pub fn sort(cx: &mut Isolate, args: Args) -> JsResult {
    let compare = check_comparator(cx, args.get(0))?;
    let t = this_typed(cx, args)?;
    sort_into(cx, t, compare, t)?;
    Ok(t.into())
}

/// [%TypedArray%.prototype.toSorted](https://tc39.es/ecma262/#sec-%typedarray%.prototype.tosorted)
pub fn to_sorted(cx: &mut Isolate, args: Args) -> JsResult {
    let compare = check_comparator(cx, args.get(0))?;
    let t = this_typed(cx, args)?;
    let out = create_same_type(cx, t)?;
    sort_into(cx, t, compare, out)?;
    Ok(out.into())
}
