//! Elements for the methods of arrays: access to those of any object, and short cuts for dense storage
//! (searching, moving and copying without asking the object for each), whose callers have checked that
//! nothing can tell the difference.

use tierproof_heap::{
    ArrayRef, CellKind, DoubleArrayRef, ElementsKind, ObjectRef, StringRef, TaggedArrayRef, Value,
};
use tierproof_runtime::elements::kind_for;
use tierproof_runtime::{Args, Isolate, JsResult, List};

use crate::array::{MAX_DENSE, list_for};
use crate::install::index_value;

/// HasProperty and Get at an index: None when absent.
#[inline]
pub fn element(cx: &mut Isolate, o: ObjectRef, k: u64) -> JsResult<Option<Value>> {
    if o.kind() == CellKind::Array
        && k < u32::MAX as u64
        && let Some(v) = cx.dense_element(o, k as usize)
    {
        return Ok(Some(v));
    }
    element_slow(cx, o, k)
}

pub fn element_slow(cx: &mut Isolate, o: ObjectRef, k: u64) -> JsResult<Option<Value>> {
    if is_dense(cx, o) && k < u32::MAX as u64 {
        return Ok(None);
    }
    let key = cx.index_key(k);
    if cx.has_property(o, key)? { Ok(Some(cx.get_of(o, key)?)) } else { Ok(None) }
}

/// CreateDataPropertyOrThrow at an index.
#[inline]
pub fn define(cx: &mut Isolate, o: ObjectRef, k: u64, v: Value) -> JsResult<()> {
    if k < u32::MAX as u64 && o.kind() == CellKind::Array && cx.append_or_overwrite_element(o, k as u32, v) {
        return Ok(());
    }
    let key = cx.index_key(k);
    cx.create_data_property_or_throw(o, key, v)
}

/// `o[k] = v`, TypeError when refused.
#[inline]
pub fn store(cx: &mut Isolate, o: ObjectRef, k: u64, v: Value) -> JsResult<()> {
    if o.kind() == CellKind::Array
        && k < u32::MAX as u64
        && (cx.holes_are_undefined(o) || cx.dense_element(o, k as usize).is_some())
        && cx.append_or_overwrite_element(o, k as u32, v)
    {
        return Ok(());
    }
    let key = cx.index_key(k);
    cx.put(o, key, v)
}

/// [DeletePropertyOrThrow](https://tc39.es/ecma262/#sec-deletepropertyorthrow) at an index.
pub fn delete(cx: &mut Isolate, o: ObjectRef, k: u64) -> JsResult<()> {
    if is_dense(cx, o) && k < u32::MAX as u64 && cx.dense_element(o, k as usize).is_none() {
        return Ok(());
    }
    let key = cx.index_key(k);
    if cx.delete(o, key)? {
        return Ok(());
    }
    Err(cx.type_error(&format!("Cannot delete property '{k}' of object")))
}

/// `o.length = n`, TypeError when refused.
pub fn set_length(cx: &mut Isolate, o: ObjectRef, n: u64) -> JsResult<()> {
    if let Some(a) = o.try_as::<ArrayRef>()
        && a.length() as u64 == n
        && !o.elements_kind().is_dictionary()
    {
        return Ok(());
    }
    let key = cx.realm.names.length;
    cx.put(o, key, index_value(n))
}

/// Moves the element (or its absence) from one index to another.
pub fn move_element(cx: &mut Isolate, o: ObjectRef, from: u64, to: u64) -> JsResult<()> {
    match element(cx, o, from)? {
        Some(v) => store(cx, o, to, v),
        None => delete(cx, o, to),
    }
}

/// Whether the object is an array with dense storage whose holes read as undefined.
#[inline]
pub fn is_dense(cx: &Isolate, o: ObjectRef) -> bool {
    o.kind() == CellKind::Array && !o.elements_kind().is_dictionary() && cx.holes_are_undefined(o)
}

/// As `is_dense`, with storage for all of its length.
pub fn is_full(cx: &Isolate, o: ObjectRef) -> bool {
    is_dense(cx, o) && cx.elements_capacity(o) >= o.cast::<ArrayRef>().length() as usize
}

/// All values of a concatenation of dense arrays without holes and primitives, None when it is not one.
pub fn concat_dense(cx: &mut Isolate, o: ObjectRef, args: Args) -> JsResult<Option<List>> {
    let key = cx.realm.symbols.is_concat_spreadable.key();
    let mut total = 0;
    for i in 0..=args.len() {
        let item: Value = if i == 0 { o.into() } else { args.get(i - 1) };
        let Some(from) = item.try_as::<ObjectRef>() else {
            total += 1;
            continue;
        };
        if !is_dense(cx, from) || from.elements_kind().is_holey() || cx.has_property(from, key)? {
            return Ok(None);
        }
        total += from.cast::<ArrayRef>().length() as u64;
    }
    if total > MAX_DENSE {
        return Ok(None);
    }
    let mut list = list_for(cx, total)?;
    for i in 0..=args.len() {
        let item: Value = if i == 0 { o.into() } else { args.get(i - 1) };
        match item.try_as::<ArrayRef>() {
            Some(from) => push_range(cx, &mut list, from, 0, from.length() as usize),
            None => list.push(cx, item),
        }
    }
    Ok(Some(list))
}

/// Appends elements of a dense array; absent ones as undefined.
pub fn push_range(cx: &mut Isolate, list: &mut List, a: ArrayRef, from: usize, to: usize) {
    for k in from..to {
        let v = cx.dense_element(a.object(), k).unwrap_or(Value::UNDEFINED);
        list.push(cx, v);
    }
}

/// Position in a dense array of the first strictly equal element in `from..to`.
pub fn dense_index_of(cx: &mut Isolate, o: ObjectRef, v: Value, from: usize, to: usize) -> Option<usize> {
    let to = to.min(cx.elements_capacity(o));
    if from >= to {
        return None;
    }
    if let Some(d) = o.elements().try_as::<DoubleArrayRef>() {
        let n = if v.is_number() { v.as_number() } else { return None };
        return (from..to).find(|&i| d.get(i) == Some(n));
    }
    let e = o.elements().try_as::<TaggedArrayRef>()?;
    let values = &e.as_slice()[from..to];
    let found = if v.is_number() {
        let n = v.as_number();
        values.iter().position(|x| x.is_number() && x.as_number() == n)
    } else if let Some(s) = v.try_as::<StringRef>() {
        values.iter().position(|x| *x == v || x.try_as().is_some_and(|t| cx.strings_equal(s, t)))
    } else {
        values.iter().position(|x| cx.strict_equals(*x, v))
    };
    found.map(|i| i + from)
}

/// Clears an element behind the new end of a dense array.
pub fn make_hole(cx: &mut Isolate, o: ObjectRef, i: usize) {
    if let Some(d) = o.elements().try_as::<DoubleArrayRef>() {
        d.set_hole(i);
    } else if let Some(e) = o.elements().try_as::<TaggedArrayRef>() {
        e.set(&mut cx.heap, i, Value::HOLE);
    }
}

/// Exchanges two elements of full dense storage, holes included.
pub fn swap_dense(cx: &mut Isolate, o: ObjectRef, i: usize, j: usize) {
    if let Some(d) = o.elements().try_as::<DoubleArrayRef>() {
        let (x, y) = (d.get(i), d.get(j));
        let put = |k, v: Option<f64>| match v {
            Some(n) => d.set(k, n),
            None => d.set_hole(k),
        };
        put(i, y);
        put(j, x);
    } else if let Some(e) = o.elements().try_as::<TaggedArrayRef>() {
        let (x, y) = (e.get(i), e.get(j));
        e.set(&mut cx.heap, i, y);
        e.set(&mut cx.heap, j, x);
    }
}

/// Moves the elements `from..end` of full dense storage so that they start at `to`.
pub fn shift_dense(cx: &mut Isolate, o: ObjectRef, from: usize, end: usize, to: usize) {
    let count = end - from;
    let order = |i: usize| if to > from { count - 1 - i } else { i };
    if let Some(d) = o.elements().try_as::<DoubleArrayRef>() {
        for i in (0..count).map(order) {
            match d.get(from + i) {
                Some(n) => d.set(to + i, n),
                None => d.set_hole(to + i),
            }
        }
    } else if let Some(e) = o.elements().try_as::<TaggedArrayRef>() {
        for i in (0..count).map(order) {
            let v = e.get(from + i);
            e.set(&mut cx.heap, to + i, v);
        }
    }
}

/// Gives a full dense array room for `count` more elements; false when that is not to be done here.
pub fn grow_dense(cx: &mut Isolate, o: ObjectRef, n: u64, count: u64) -> bool {
    if !is_full(cx, o) || !cx.is_extensible(o) || n + count > MAX_DENSE {
        return false;
    }
    let fits = cx.elements_capacity(o) as u64 >= n + count || cx.heap.can_allocate((n + count) as usize * 16);
    if fits {
        cx.ensure_capacity(o, (n + count) as usize);
    }
    fits
}

/// Makes the elements kind wide enough for the arguments from `first` on.
pub fn widen_for(cx: &mut Isolate, o: ObjectRef, args: Args, first: usize) {
    let mut kind = o.elements_kind();
    for i in first..args.len() {
        kind = kind.join(kind_for(args.get(i)));
    }
    cx.transition_elements(o, kind);
}

/// Elements `from..to` of a dense array without holes there, as a new array.
pub fn slice_dense(cx: &mut Isolate, o: ObjectRef, from: usize, to: usize) -> Option<ArrayRef> {
    if !is_dense(cx, o) || to > cx.elements_capacity(o) || from > to {
        return None;
    }
    if from == to {
        return Some(cx.new_empty_array());
    }
    if let Some(d) = o.elements().try_as::<DoubleArrayRef>() {
        if (from..to).any(|i| d.is_hole(i)) {
            return None;
        }
        let a = cx.new_empty_array();
        let copy = cx.heap.allocate_double_array(to - from);
        for i in from..to {
            copy.set(i - from, d.get(i).unwrap_or(f64::NAN));
        }
        a.object().set_elements(&mut cx.heap, copy.into());
        a.object().set_elements_kind(ElementsKind::PackedDouble);
        a.set_length((to - from) as u32);
        return Some(a);
    }
    let e = o.elements().try_as::<TaggedArrayRef>()?;
    let values = &e.as_slice()[from..to];
    if values.iter().any(|v| v.is_hole()) {
        return None;
    }
    Some(cx.new_array(values))
}

/// The part of `splice` that changes the array, on full dense storage.
pub fn splice_dense(cx: &mut Isolate, o: ObjectRef, n: u64, start: u64, removed: u64, args: Args) -> bool {
    let items = args.len().saturating_sub(2) as u64;
    if !grow_dense(cx, o, n, items.saturating_sub(removed)) {
        return false;
    }
    widen_for(cx, o, args, 2);
    let new_length = n - removed + items;
    shift_dense(cx, o, (start + removed) as usize, n as usize, (start + items) as usize);
    for i in 0..items {
        let (k, v) = ((start + i) as usize, args.get(i as usize + 2));
        if let Some(d) = o.elements().try_as::<DoubleArrayRef>() {
            d.set(k, v.as_number());
        } else if let Some(e) = o.elements().try_as::<TaggedArrayRef>() {
            e.set(&mut cx.heap, k, v);
        }
    }
    for k in new_length..n {
        make_hole(cx, o, k as usize);
    }
    o.cast::<ArrayRef>().set_length(new_length as u32);
    true
}
