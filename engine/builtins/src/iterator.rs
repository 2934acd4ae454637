//! [Iterator Objects](https://tc39.es/ecma262/#sec-iterator-objects): the constructor, the helpers on
//! %Iterator.prototype%, and the objects they return.
//!
//! A helper object is a small state machine: words kind, state (FixedArray), status, spare.

use tierproof_heap::{ObjectRef, StringRef, TaggedArrayRef, Value};
use tierproof_runtime::convert::to_boolean;
use tierproof_runtime::iteration::IteratorRecord;
use tierproof_runtime::{Args, Descriptor, Isolate, JsResult, List, PropertyKey, Thrown, attrs};

use crate::install::{self, Accessor, Row, brand, incompatible, index_value};

const STATICS: &[Row] =
    &[("concat", 0, concat), ("from", 1, from), ("zip", 1, zip), ("zipKeyed", 1, zip_keyed)];
const METHODS: &[Row] = &[
    ("reduce", 1, reduce),
    ("toArray", 0, to_array),
    ("forEach", 1, for_each),
    ("some", 1, |cx, args| search(cx, args, "some")),
    ("every", 1, |cx, args| search(cx, args, "every")),
    ("find", 1, |cx, args| search(cx, args, "find")),
    ("map", 1, |cx, args| with_callback(cx, args, kind::MAP)),
    ("filter", 1, |cx, args| with_callback(cx, args, kind::FILTER)),
    ("take", 1, |cx, args| with_limit(cx, args, kind::TAKE)),
    ("drop", 1, |cx, args| with_limit(cx, args, kind::DROP)),
    ("flatMap", 1, |cx, args| with_callback(cx, args, kind::FLAT_MAP)),
    ("chunks", 1, |cx, args| with_size(cx, args, kind::CHUNKS)),
    ("windows", 1, |cx, args| with_size(cx, args, kind::WINDOWS)),
    ("includes", 1, includes),
];
const ACCESSORS: &[Accessor] =
    &[("constructor", get_constructor, Some(set_constructor)), ("@@toStringTag", get_tag, Some(set_tag))];
const HELPER_METHODS: &[Row] = &[("next", 0, helper_next), ("return", 0, helper_return)];
const WRAPPER_METHODS: &[Row] = &[("next", 0, wrapper_next), ("return", 0, wrapper_return)];

/// What a helper does.
mod kind {
    pub const MAP: i32 = 0;
    pub const FILTER: i32 = 1;
    pub const TAKE: i32 = 2;
    pub const DROP: i32 = 3;
    pub const FLAT_MAP: i32 = 4;
    pub const CONCAT: i32 = 5;
    pub const CHUNKS: i32 = 6;
    pub const WINDOWS: i32 = 7;
    pub const ZIP: i32 = 8;
}

/// Words of a helper's state.
mod state {
    pub const ITERATOR: usize = 0;
    pub const NEXT: usize = 1;
    /// Callback, remaining count, list of iterables: by kind.
    pub const EXTRA: usize = 2;
    pub const COUNTER: usize = 3;
    pub const INNER: usize = 4;
    pub const INNER_NEXT: usize = 5;
    /// Zip: mode Smi; array of keys or undefined; windows: whether partial ones count.
    pub const MODE: usize = 6;
    pub const KEYS: usize = 7;
    pub const WORDS: usize = 8;
}

/// Where a helper is.
mod status {
    pub const START: i32 = 0;
    pub const YIELDED: i32 = 1;
    pub const RUNNING: i32 = 2;
    pub const DONE: i32 = 3;
}

/// Modes of zip.
mod mode {
    pub const SHORTEST: i32 = 0;
    pub const LONGEST: i32 = 1;
    pub const STRICT: i32 = 2;
}

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.iterator_prototype;
    let text = cx.intern("Iterator");
    let c = cx.new_builtin_named(text.into(), 0, iterator, true);
    cx.realm.iterator_constructor = c.into();
    install::value(cx, c.object(), "prototype", p.into(), 0);
    let global = cx.realm.global;
    install::value(cx, global, "Iterator", c.into(), attrs::HIDDEN);
    install::methods(cx, c.object(), STATICS);
    install::methods(cx, p, METHODS);
    install::accessors(cx, p, ACCESSORS);
    let h = cx.realm.iterator_helper_prototype;
    install::methods(cx, h, HELPER_METHODS);
    install::tag(cx, h, "Iterator Helper");
    let w = cx.realm.wrapped_iterator_prototype;
    install::methods(cx, w, WRAPPER_METHODS);
}

/// [Iterator](https://tc39.es/ecma262/#sec-iterator)
fn iterator(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() || args.new_target() == args.callee().into() {
        return Err(cx.type_error("Abstract class Iterator not directly constructable"));
    }
    let fallback = cx.realm.iterator_prototype;
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    Ok(cx.new_object(p.into()).into())
}

fn get_constructor(cx: &mut Isolate, _: Args) -> JsResult {
    Ok(cx.realm.iterator_constructor)
}
fn set_constructor(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.realm.names.constructor;
    set_ignoring_prototype(cx, args, key)
}
fn get_tag(cx: &mut Isolate, _: Args) -> JsResult {
    Ok(cx.intern("Iterator").into())
}
fn set_tag(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.realm.symbols.to_string_tag.key();
    set_ignoring_prototype(cx, args, key)
}

/// [SetterThatIgnoresPrototypeProperties](https://tc39.es/ecma262/#sec-SetterThatIgnoresPrototypeProperties)
fn set_ignoring_prototype(cx: &mut Isolate, args: Args, key: PropertyKey) -> JsResult {
    let Some(o) = args.this().try_as::<ObjectRef>() else {
        return Err(incompatible(cx, "set Iterator.prototype property", args.this()));
    };
    if o == cx.realm.iterator_prototype {
        return Err(cx.type_error("Cannot assign to this property of Iterator.prototype"));
    }
    if cx.get_own_property(o, key)?.is_none() {
        cx.create_data_property_or_throw(o, key, args.get(0))?;
    } else {
        cx.put(o, key, args.get(0))?;
    }
    Ok(Value::UNDEFINED)
}

/// [GetIteratorDirect](https://tc39.es/ecma262/#sec-getiteratordirect)
fn direct(cx: &mut Isolate, o: ObjectRef) -> JsResult<IteratorRecord> {
    let key = cx.realm.names.next;
    Ok(IteratorRecord { iterator: o.into(), next: cx.get_of(o, key)? })
}

/// [GetIteratorFlattenable](https://tc39.es/ecma262/#sec-getiteratorflattenable)
fn flattenable(cx: &mut Isolate, v: Value, strings: bool) -> JsResult<IteratorRecord> {
    if !(v.is_object() || strings && v.is_string()) {
        let what = cx.describe(v);
        return Err(cx.type_error(&format!("{what} is not an object")));
    }
    let key = cx.realm.symbols.iterator.key();
    let method = cx.get_method(v, key)?;
    let it = if method.is_undefined() { v } else { cx.call(method, v, &[])? };
    match it.try_as::<ObjectRef>() {
        Some(o) => direct(cx, o),
        None => Err(cx.type_error("Result of the Symbol.iterator method is not an object")),
    }
}

fn this_object(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ObjectRef> {
    args.this()
        .try_as::<ObjectRef>()
        .ok_or_else(|| incompatible(cx, &format!("Iterator.prototype.{method}"), args.this()))
}

/// `this` as iterator with the callback that a method needs; closes it when there is none.
fn this_and_callback(cx: &mut Isolate, args: Args, method: &str) -> JsResult<(IteratorRecord, Value)> {
    let o = this_object(cx, args, method)?;
    let f = args.get(0);
    if !cx.is_callable(f) {
        let e = Err(cx.not_callable(f));
        return cx.close_on_throw(o.into(), e);
    }
    Ok((direct(cx, o)?, f))
}

/// [Iterator.from](https://tc39.es/ecma262/#sec-iterator.from)
fn from(cx: &mut Isolate, args: Args) -> JsResult {
    let r = flattenable(cx, args.get(0), true)?;
    let c = cx.realm.iterator_constructor;
    if cx.ordinary_has_instance(c, r.iterator)? {
        return Ok(r.iterator);
    }
    let p = cx.realm.wrapped_iterator_prototype;
    let w = install::branded(cx, p, brand::WRAPPED_ITERATOR);
    w.set_internal(&mut cx.heap, 0, r.iterator);
    w.set_internal(&mut cx.heap, 1, r.next);
    Ok(w.into())
}

fn this_wrapper(cx: &mut Isolate, args: Args) -> JsResult<ObjectRef> {
    install::as_branded(args.this(), brand::WRAPPED_ITERATOR)
        .ok_or_else(|| incompatible(cx, "%WrapForValidIteratorPrototype%", args.this()))
}
fn wrapper_next(cx: &mut Isolate, args: Args) -> JsResult {
    let w = this_wrapper(cx, args)?;
    cx.call(w.internal(1), w.internal(0), &[])
}
fn wrapper_return(cx: &mut Isolate, args: Args) -> JsResult {
    let w = this_wrapper(cx, args)?;
    let key = cx.realm.names.return_;
    let f = cx.get_method(w.internal(0), key)?;
    if f.is_undefined() {
        return Ok(cx.iterator_result(Value::UNDEFINED, true));
    }
    cx.call(f, w.internal(0), &[])
}

// --- helpers that return iterators

fn new_helper(cx: &mut Isolate, kind: i32, r: IteratorRecord, extra: Value) -> (ObjectRef, TaggedArrayRef) {
    let s = cx.heap.allocate_fixed_array(state::WORDS, Value::UNDEFINED);
    s.set(&mut cx.heap, state::ITERATOR, r.iterator);
    s.set(&mut cx.heap, state::NEXT, r.next);
    s.set(&mut cx.heap, state::EXTRA, extra);
    s.set(&mut cx.heap, state::COUNTER, Value::smi(0));
    let p = cx.realm.iterator_helper_prototype;
    let h = install::branded(cx, p, brand::ITERATOR_HELPER);
    for (i, v) in [Value::smi(kind), s.into(), Value::smi(status::START)].into_iter().enumerate() {
        h.set_internal(&mut cx.heap, i, v);
    }
    (h, s)
}

fn with_callback(cx: &mut Isolate, args: Args, kind: i32) -> JsResult {
    let (r, f) = this_and_callback(cx, args, "helper")?;
    Ok(new_helper(cx, kind, r, f).0.into())
}

/// Finite, and beyond the safe integers.
fn is_too_large(n: f64) -> bool {
    n.is_finite() && n > 9_007_199_254_740_991.0
}

fn with_limit(cx: &mut Isolate, args: Args, kind: i32) -> JsResult {
    let o = this_object(cx, args, "helper")?;
    let limit = cx.to_number(args.get(0));
    let limit = cx.close_on_throw(o.into(), limit)?;
    if limit.is_nan() || limit.trunc() < 0.0 || is_too_large(limit) {
        let e = Err(cx.range_error("The limit must be a safe integer or Infinity, and not negative"));
        return cx.close_on_throw(o.into(), e);
    }
    let r = direct(cx, o)?;
    Ok(new_helper(cx, kind, r, Value::number(limit.trunc())).0.into())
}

/// `chunks` and `windows`.
fn with_size(cx: &mut Isolate, args: Args, kind: i32) -> JsResult {
    let o = this_object(cx, args, "helper")?;
    let v = args.get(0);
    let integral = v.is_number() && v.as_number().is_finite() && v.as_number().fract() == 0.0;
    if !integral || !(1.0..=4_294_967_295.0).contains(&v.as_number()) {
        let e = Err(if integral {
            cx.range_error("The size must be an integer between 1 and 2^32 - 1")
        } else {
            cx.type_error("The size must be an integer")
        });
        return cx.close_on_throw(o.into(), e);
    }
    let mut partial = false;
    if kind == kind::WINDOWS && !args.get(1).is_undefined() {
        let text = match args.get(1).try_as::<StringRef>() {
            Some(s) => tierproof_runtime::strings::to_rust(cx, s),
            None => String::new(),
        };
        match text.as_str() {
            "only-full" => {}
            "allow-partial" => partial = true,
            _ => {
                let e = Err(cx.type_error("undersized must be \"only-full\" or \"allow-partial\""));
                return cx.close_on_throw(o.into(), e);
            }
        }
    }
    let r = direct(cx, o)?;
    let (h, s) = new_helper(cx, kind, r, v);
    s.set(&mut cx.heap, state::MODE, Value::from_bool(partial));
    Ok(h.into())
}

/// [Iterator.concat](https://tc39.es/ecma262/#sec-iterator.concat)
fn concat(cx: &mut Isolate, args: Args) -> JsResult {
    let mut list = List::new(cx);
    let key = cx.realm.symbols.iterator.key();
    for i in 0..args.len() {
        let item = args.get(i);
        if !item.is_object() {
            let what = cx.describe(item);
            return Err(cx.type_error(&format!("{what} is not an object")));
        }
        let method = cx.get_method(item, key)?;
        if method.is_undefined() {
            return Err(cx.type_error("The object is not iterable"));
        }
        list.push(cx, method);
        list.push(cx, item);
    }
    let array = list.into_array(cx);
    let none = IteratorRecord { iterator: Value::UNDEFINED, next: Value::UNDEFINED };
    Ok(new_helper(cx, kind::CONCAT, none, array.into()).0.into())
}

fn this_helper(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ObjectRef> {
    let h = install::as_branded(args.this(), brand::ITERATOR_HELPER)
        .ok_or_else(|| incompatible(cx, &format!("Iterator Helper.prototype.{method}"), args.this()))?;
    if h.internal(2).as_smi() == status::RUNNING {
        return Err(cx.type_error("Iterator helper is already running"));
    }
    Ok(h)
}

fn set_status(cx: &mut Isolate, h: ObjectRef, s: i32) {
    h.set_internal(&mut cx.heap, 2, Value::smi(s));
}

/// [%IteratorHelperPrototype%.next](https://tc39.es/ecma262/#sec-%iteratorhelperprototype%.next)
fn helper_next(cx: &mut Isolate, args: Args) -> JsResult {
    let h = this_helper(cx, args, "next")?;
    if h.internal(2).as_smi() == status::DONE {
        return Ok(cx.iterator_result(Value::UNDEFINED, true));
    }
    set_status(cx, h, status::RUNNING);
    let s = h.internal(1).cast::<TaggedArrayRef>();
    let r = match h.internal(0).as_smi() {
        kind::MAP => step_map(cx, s),
        kind::FILTER => step_filter(cx, s),
        kind::TAKE => step_take(cx, s),
        kind::DROP => step_drop(cx, s),
        kind::FLAT_MAP => step_flat_map(cx, s),
        kind::CONCAT => step_concat(cx, s),
        kind::CHUNKS => step_chunks(cx, s),
        kind::WINDOWS => step_windows(cx, s),
        _ => step_zip(cx, s),
    };
    match r {
        Ok(Some(v)) => {
            set_status(cx, h, status::YIELDED);
            Ok(cx.iterator_result(v, false))
        }
        Ok(None) => {
            set_status(cx, h, status::DONE);
            Ok(cx.iterator_result(Value::UNDEFINED, true))
        }
        Err(e) => {
            set_status(cx, h, status::DONE);
            Err(e)
        }
    }
}

/// [%IteratorHelperPrototype%.return](https://tc39.es/ecma262/#sec-%iteratorhelperprototype%.return)
fn helper_return(cx: &mut Isolate, args: Args) -> JsResult {
    let h = this_helper(cx, args, "return")?;
    let before = h.internal(2).as_smi();
    if before != status::DONE {
        let started = before == status::YIELDED;
        set_status(cx, h, if started { status::RUNNING } else { status::DONE });
        let s = h.internal(1).cast::<TaggedArrayRef>();
        let r = close_underlying(cx, h.internal(0).as_smi(), s, started);
        set_status(cx, h, status::DONE);
        r?;
    }
    Ok(cx.iterator_result(Value::UNDEFINED, true))
}

fn close_underlying(cx: &mut Isolate, kind: i32, s: TaggedArrayRef, started: bool) -> JsResult<()> {
    if kind == kind::ZIP {
        return close_all(cx, s.get(state::EXTRA).cast(), None);
    }
    let inner = s.get(state::INNER);
    if kind == kind::CONCAT {
        return if started && !inner.is_undefined() { cx.iterator_close(inner) } else { Ok(()) };
    }
    if kind == kind::FLAT_MAP && !inner.is_undefined() {
        let r = cx.iterator_close(inner);
        cx.close_on_throw(s.get(state::ITERATOR), r)?;
    }
    cx.iterator_close(s.get(state::ITERATOR))
}

fn record(s: TaggedArrayRef) -> IteratorRecord {
    IteratorRecord { iterator: s.get(state::ITERATOR), next: s.get(state::NEXT) }
}

/// Calls the callback with the value and the counter, which goes on.
fn call_counted(cx: &mut Isolate, s: TaggedArrayRef, v: Value) -> JsResult {
    let n = s.get(state::COUNTER);
    s.set(&mut cx.heap, state::COUNTER, Value::number(n.as_number() + 1.0));
    let r = cx.call(s.get(state::EXTRA), Value::UNDEFINED, &[v, n]);
    cx.close_on_throw(s.get(state::ITERATOR), r)
}

fn step_map(cx: &mut Isolate, s: TaggedArrayRef) -> JsResult<Option<Value>> {
    match cx.iterator_step(record(s))? {
        Some(v) => Ok(Some(call_counted(cx, s, v)?)),
        None => Ok(None),
    }
}

fn step_filter(cx: &mut Isolate, s: TaggedArrayRef) -> JsResult<Option<Value>> {
    while let Some(v) = cx.iterator_step(record(s))? {
        cx.take_ticks(1)?;
        if to_boolean(call_counted(cx, s, v)?) {
            return Ok(Some(v));
        }
    }
    Ok(None)
}

fn step_take(cx: &mut Isolate, s: TaggedArrayRef) -> JsResult<Option<Value>> {
    let left = s.get(state::EXTRA).as_number();
    if left == 0.0 {
        cx.iterator_close(s.get(state::ITERATOR))?;
        return Ok(None);
    }
    s.set(&mut cx.heap, state::EXTRA, Value::number(left - 1.0));
    cx.iterator_step(record(s))
}

/// [IteratorStep](https://tc39.es/ecma262/#sec-iteratorstep), without looking at the value.
fn step_blindly(cx: &mut Isolate, r: IteratorRecord) -> JsResult<bool> {
    let result = cx.call(r.next, r.iterator, &[])?;
    let Some(o) = result.try_as::<ObjectRef>() else {
        let what = cx.describe(result);
        return Err(cx.type_error(&format!("Iterator result {what} is not an object")));
    };
    let key = cx.realm.names.done;
    let done = cx.get_of(o, key)?;
    Ok(!to_boolean(done))
}

fn step_drop(cx: &mut Isolate, s: TaggedArrayRef) -> JsResult<Option<Value>> {
    loop {
        let left = s.get(state::EXTRA).as_number();
        if left <= 0.0 {
            return cx.iterator_step(record(s));
        }
        s.set(&mut cx.heap, state::EXTRA, Value::number(left - 1.0));
        cx.take_ticks(1)?;
        if !step_blindly(cx, record(s))? {
            return Ok(None);
        }
    }
}

fn step_flat_map(cx: &mut Isolate, s: TaggedArrayRef) -> JsResult<Option<Value>> {
    loop {
        cx.take_ticks(1)?;
        let inner = IteratorRecord { iterator: s.get(state::INNER), next: s.get(state::INNER_NEXT) };
        if !inner.iterator.is_undefined() {
            let v = cx.iterator_step(inner);
            if let Some(v) = cx.close_on_throw(s.get(state::ITERATOR), v)? {
                return Ok(Some(v));
            }
            s.set(&mut cx.heap, state::INNER, Value::UNDEFINED);
        }
        let Some(v) = cx.iterator_step(record(s))? else { return Ok(None) };
        let mapped = call_counted(cx, s, v)?;
        let r = flattenable(cx, mapped, false);
        let r = cx.close_on_throw(s.get(state::ITERATOR), r)?;
        s.set(&mut cx.heap, state::INNER, r.iterator);
        s.set(&mut cx.heap, state::INNER_NEXT, r.next);
    }
}

fn step_concat(cx: &mut Isolate, s: TaggedArrayRef) -> JsResult<Option<Value>> {
    let list: ObjectRef = s.get(state::EXTRA).cast();
    loop {
        let inner = IteratorRecord { iterator: s.get(state::INNER), next: s.get(state::INNER_NEXT) };
        if !inner.iterator.is_undefined() {
            match cx.iterator_step(inner)? {
                Some(v) => return Ok(Some(v)),
                None => s.set(&mut cx.heap, state::INNER, Value::UNDEFINED),
            }
        }
        let at = s.get(state::COUNTER).as_smi();
        let n = cx.length_of(list)?;
        if at as u64 >= n {
            return Ok(None);
        }
        s.set(&mut cx.heap, state::COUNTER, Value::smi(at + 2));
        let method = cx.get_index(list, at as u64)?;
        let item = cx.get_index(list, at as u64 + 1)?;
        let it = cx.call(method, item, &[])?;
        let Some(o) = it.try_as::<ObjectRef>() else {
            return Err(cx.type_error("Result of the Symbol.iterator method is not an object"));
        };
        let r = direct(cx, o)?;
        s.set(&mut cx.heap, state::INNER, r.iterator);
        s.set(&mut cx.heap, state::INNER_NEXT, r.next);
    }
}

fn step_chunks(cx: &mut Isolate, s: TaggedArrayRef) -> JsResult<Option<Value>> {
    let size = s.get(state::EXTRA).as_number();
    let mut list = List::new(cx);
    while (list.len() as f64) < size {
        cx.take_ticks(1)?;
        let Some(v) = cx.iterator_step(record(s))? else { break };
        list.push(cx, v);
    }
    if list.is_empty() { Ok(None) } else { Ok(Some(list.into_array(cx).into())) }
}

/// The last window is kept as array in INNER.
fn step_windows(cx: &mut Isolate, s: TaggedArrayRef) -> JsResult<Option<Value>> {
    let size = s.get(state::EXTRA).as_number();
    let mut list = List::new(cx);
    let first = s.get(state::INNER).is_undefined();
    if let Some(old) = s.get(state::INNER).try_as::<ObjectRef>() {
        let n = cx.length_of(old)?;
        let full = n as f64 >= size;
        for i in full as u64..n {
            let v = cx.get_index(old, i)?;
            list.push(cx, v);
        }
    }
    let mut taken = false;
    while (list.len() as f64) < size {
        cx.take_ticks(1)?;
        let Some(v) = cx.iterator_step(record(s))? else { break };
        taken = true;
        list.push(cx, v);
    }
    let full = list.len() as f64 >= size;
    let partial = first && taken && s.get(state::MODE).is_true();
    if !(partial || full && taken) {
        return Ok(None);
    }
    let kept = cx.new_array(list.as_slice());
    s.set(&mut cx.heap, state::INNER, kept.into());
    Ok(Some(list.into_array(cx).into()))
}

// --- zip

/// Closes all iterators still open, last first; `thrown` says that an exception is under way.
fn close_all(cx: &mut Isolate, open: ObjectRef, thrown: Option<Thrown>) -> JsResult<()> {
    let n = cx.length_of(open)?;
    let mut result = match thrown {
        Some(t) => Err(t),
        None => Ok(()),
    };
    for i in (0..n / 3).rev() {
        let it = cx.get_index(open, i * 3)?;
        if it.is_undefined() {
            continue;
        }
        if result.is_err() {
            cx.iterator_close_quietly(it);
        } else {
            result = cx.iterator_close(it);
        }
    }
    result
}

/// Runs a fallible step, closing everything open when it throws.
fn or_close_all<T>(cx: &mut Isolate, open: ObjectRef, r: JsResult<T>) -> JsResult<T> {
    match r {
        Ok(v) => Ok(v),
        Err(t) => Err(close_all(cx, open, Some(t)).err().unwrap_or(Thrown)),
    }
}

fn zip_options(cx: &mut Isolate, v: Value) -> JsResult<(i32, Value)> {
    let options = match v.try_as::<ObjectRef>() {
        Some(o) => o,
        None if v.is_undefined() => return Ok((mode::SHORTEST, Value::UNDEFINED)),
        None => return Err(cx.type_error("The options must be an object")),
    };
    let key = cx.key("mode");
    let m = cx.get_of(options, key)?;
    let text = match m.try_as::<StringRef>() {
        Some(s) => tierproof_runtime::strings::to_rust(cx, s),
        None if m.is_undefined() => "shortest".into(),
        None => String::new(),
    };
    let m = match text.as_str() {
        "shortest" => mode::SHORTEST,
        "longest" => mode::LONGEST,
        "strict" => mode::STRICT,
        _ => return Err(cx.type_error("mode must be \"shortest\", \"longest\" or \"strict\"")),
    };
    let mut padding = Value::UNDEFINED;
    if m == mode::LONGEST {
        let key = cx.key("padding");
        padding = cx.get_of(options, key)?;
        if !padding.is_undefined() && !padding.is_object() {
            return Err(cx.type_error("padding must be an object"));
        }
    }
    Ok((m, padding))
}

/// Adds iterator, next and padding of one column.
fn push_column(cx: &mut Isolate, open: Value, r: IteratorRecord) -> JsResult<()> {
    cx.append(open, r.iterator)?;
    cx.append(open, r.next)?;
    cx.append(open, Value::UNDEFINED)
}

fn finish_zip(cx: &mut Isolate, open: Value, m: i32, keys: Value) -> Value {
    let none = IteratorRecord { iterator: Value::UNDEFINED, next: Value::UNDEFINED };
    let (h, s) = new_helper(cx, kind::ZIP, none, open);
    s.set(&mut cx.heap, state::MODE, Value::smi(m));
    s.set(&mut cx.heap, state::KEYS, keys);
    h.into()
}

/// [Iterator.zip](https://tc39.es/ecma262/#sec-iterator.zip)
fn zip(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.get(0).is_object() {
        return Err(cx.type_error("Iterator.zip needs an iterable object"));
    }
    let (m, padding) = zip_options(cx, args.get(1))?;
    let open = Value::from(cx.new_empty_array());
    let input = cx.get_iterator(args.get(0))?;
    loop {
        let item = cx.iterator_step(input);
        let Some(item) = or_close_all(cx, open.cast(), item)? else { break };
        cx.take_ticks(1)?;
        match flattenable(cx, item, false) {
            Ok(r) => push_column(cx, open, r)?,
            Err(t) => {
                // the input closes after the iterators taken from it
                let _ = close_all(cx, open.cast(), Some(t));
                cx.iterator_close_quietly(input.iterator);
                return Err(t);
            }
        }
    }
    if m == mode::LONGEST && !padding.is_undefined() {
        pad_from_iterable(cx, open.cast(), padding)?;
    }
    Ok(finish_zip(cx, open, m, Value::UNDEFINED))
}

fn pad_from_iterable(cx: &mut Isolate, open: ObjectRef, padding: Value) -> JsResult<()> {
    let r = cx.get_iterator(padding);
    let r = or_close_all(cx, open, r)?;
    let n = cx.length_of(open)? / 3;
    let mut using = true;
    for i in 0..n {
        if !using {
            break;
        }
        let v = cx.iterator_step(r);
        match or_close_all(cx, open, v)? {
            Some(v) => {
                let key = cx.index_key(i * 3 + 2);
                cx.put(open, key, v)?;
            }
            None => using = false,
        }
    }
    if using {
        let closed = cx.iterator_close(r.iterator);
        or_close_all(cx, open, closed)?;
    }
    Ok(())
}

/// [Iterator.zipKeyed](https://tc39.es/ecma262/#sec-iterator.zipkeyed)
fn zip_keyed(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(input) = args.get(0).try_as::<ObjectRef>() else {
        return Err(cx.type_error("Iterator.zipKeyed needs an object"));
    };
    let (m, padding) = zip_options(cx, args.get(1))?;
    let open = Value::from(cx.new_empty_array());
    let keys = Value::from(cx.new_empty_array());
    let all = cx.own_keys(input);
    let all = or_close_all(cx, open.cast(), all)?;
    for i in 0..all.len() {
        let key = cx.to_property_key(all.get(i))?;
        let p = cx.get_own_property(input, key);
        let Some(p) = or_close_all(cx, open.cast(), p)? else { continue };
        if !p.is_enumerable() {
            continue;
        }
        let v = cx.get_of(input, key);
        let v = or_close_all(cx, open.cast(), v)?;
        if v.is_undefined() {
            continue;
        }
        cx.append(keys, all.get(i))?;
        let r = flattenable(cx, v, false);
        let r = or_close_all(cx, open.cast(), r)?;
        push_column(cx, open, r)?;
    }
    if let Some(p) = padding.try_as::<ObjectRef>() {
        let n = cx.length_of(keys.cast())?;
        for i in 0..n {
            let k = cx.get_index(keys.cast(), i)?;
            let key = cx.to_property_key(k)?;
            let v = cx.get_of(p, key);
            let v = or_close_all(cx, open.cast(), v)?;
            let at = cx.index_key(i * 3 + 2);
            cx.put(open.cast(), at, v)?;
        }
    }
    Ok(finish_zip(cx, open, m, keys))
}

/// The body of [IteratorZip](https://tc39.es/ecma262/#sec-iteratorzip): one round.
fn step_zip(cx: &mut Isolate, s: TaggedArrayRef) -> JsResult<Option<Value>> {
    let open: ObjectRef = s.get(state::EXTRA).cast();
    let m = s.get(state::MODE).as_smi();
    let n = cx.length_of(open)? / 3;
    if n == 0 {
        return Ok(None);
    }
    let mut row = List::with_capacity(cx, n as usize);
    let mut any_open = false;
    for i in 0..n {
        cx.take_ticks(1)?;
        let r = IteratorRecord { iterator: cx.get_index(open, i * 3)?, next: cx.get_index(open, i * 3 + 1)? };
        if r.iterator.is_undefined() {
            let v = cx.get_index(open, i * 3 + 2)?;
            row.push(cx, v);
            continue;
        }
        let stepped = cx.iterator_step(r);
        if !matches!(stepped, Ok(Some(_))) {
            let at = cx.index_key(i * 3);
            cx.put(open, at, Value::UNDEFINED)?;
        }
        if let Some(v) = or_close_all(cx, open, stepped)? {
            any_open = true;
            row.push(cx, v);
            continue;
        }
        match m {
            mode::SHORTEST => {
                close_all(cx, open, None)?;
                return Ok(None);
            }
            mode::STRICT => return finish_strict(cx, open, i, n),
            _ => {
                let v = cx.get_index(open, i * 3 + 2)?;
                row.push(cx, v);
            }
        }
    }
    if m == mode::LONGEST && !any_open {
        return Ok(None);
    }
    let Some(keys) = s.get(state::KEYS).try_as::<ObjectRef>() else {
        return Ok(Some(row.into_array(cx).into()));
    };
    let o = cx.new_object(Value::NULL);
    for i in 0..n {
        let k = cx.get_index(keys, i)?;
        let key = cx.to_property_key(k)?;
        cx.define_own_property(o, key, Descriptor::data(row.get(i as usize), attrs::ALL))?;
    }
    Ok(Some(o.into()))
}

/// In mode strict the first column has ended: so must all others.
fn finish_strict(cx: &mut Isolate, open: ObjectRef, ended: u64, n: u64) -> JsResult<Option<Value>> {
    if ended != 0 {
        let e = cx.type_error("Iterators passed to zip with mode \"strict\" have different lengths");
        return Err(close_all(cx, open, Some(e)).err().unwrap_or(Thrown));
    }
    for i in 1..n {
        let r = IteratorRecord { iterator: cx.get_index(open, i * 3)?, next: cx.get_index(open, i * 3 + 1)? };
        let more = step_blindly(cx, r);
        if !matches!(more, Ok(true)) {
            let at = cx.index_key(i * 3);
            cx.put(open, at, Value::UNDEFINED)?;
        }
        if or_close_all(cx, open, more)? {
            let e = cx.type_error("Iterators passed to zip with mode \"strict\" have different lengths");
            return Err(close_all(cx, open, Some(e)).err().unwrap_or(Thrown));
        }
    }
    Ok(None)
}

// --- helpers that consume the iterator

/// [Iterator.prototype.toArray](https://tc39.es/ecma262/#sec-iterator.prototype.toarray)
fn to_array(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_object(cx, args, "toArray")?;
    let r = direct(cx, o)?;
    let out = Value::from(cx.new_empty_array());
    while let Some(v) = cx.iterator_step(r)? {
        cx.take_ticks(1)?;
        cx.append(out, v)?;
    }
    Ok(out)
}

/// [Iterator.prototype.forEach](https://tc39.es/ecma262/#sec-iterator.prototype.foreach)
fn for_each(cx: &mut Isolate, args: Args) -> JsResult {
    let (r, f) = this_and_callback(cx, args, "forEach")?;
    let mut k = 0;
    while let Some(v) = cx.iterator_step(r)? {
        cx.take_ticks(1)?;
        let done = cx.call(f, Value::UNDEFINED, &[v, index_value(k)]);
        cx.close_on_throw(r.iterator, done)?;
        k += 1;
    }
    Ok(Value::UNDEFINED)
}

/// [Iterator.prototype.some](https://tc39.es/ecma262/#sec-iterator.prototype.some), every and find.
fn search(cx: &mut Isolate, args: Args, method: &str) -> JsResult {
    let (r, f) = this_and_callback(cx, args, method)?;
    let mut k = 0;
    while let Some(v) = cx.iterator_step(r)? {
        cx.take_ticks(1)?;
        let answer = cx.call(f, Value::UNDEFINED, &[v, index_value(k)]);
        let answer = to_boolean(cx.close_on_throw(r.iterator, answer)?);
        if answer != (method == "every") {
            cx.iterator_close(r.iterator)?;
            return Ok(if method == "find" { v } else { Value::from_bool(answer) });
        }
        k += 1;
    }
    Ok(if method == "find" { Value::UNDEFINED } else { Value::from_bool(method == "every") })
}

/// [Iterator.prototype.reduce](https://tc39.es/ecma262/#sec-iterator.prototype.reduce)
fn reduce(cx: &mut Isolate, args: Args) -> JsResult {
    let (r, f) = this_and_callback(cx, args, "reduce")?;
    let (mut accumulator, mut k) = (args.get(1), 0);
    if args.len() < 2 {
        let Some(first) = cx.iterator_step(r)? else {
            return Err(cx.type_error("Reduce of a done iterator with no initial value"));
        };
        (accumulator, k) = (first, 1);
    }
    while let Some(v) = cx.iterator_step(r)? {
        cx.take_ticks(1)?;
        let next = cx.call(f, Value::UNDEFINED, &[accumulator, v, index_value(k)]);
        accumulator = cx.close_on_throw(r.iterator, next)?;
        k += 1;
    }
    Ok(accumulator)
}

/// [Iterator.prototype.includes](https://tc39.es/proposal-iterator-includes/)
fn includes(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_object(cx, args, "includes")?;
    let mut skip = 0.0;
    let given = args.get(1);
    if !given.is_undefined() {
        let whole =
            given.is_number() && (given.as_number().is_infinite() || given.as_number().fract() == 0.0);
        if !whole {
            let e = Err(cx.type_error("The number of skipped elements must be an integer"));
            return cx.close_on_throw(o.into(), e);
        }
        skip = given.as_number();
        if skip < 0.0 || is_too_large(skip) {
            let e =
                Err(cx.range_error("The number of skipped elements must be a safe integer, not negative"));
            return cx.close_on_throw(o.into(), e);
        }
    }
    let r = direct(cx, o)?;
    while let Some(v) = cx.iterator_step(r)? {
        cx.take_ticks(1)?;
        if skip > 0.0 {
            skip -= 1.0;
        } else if cx.same_value_zero(v, args.get(0)) {
            cx.iterator_close(r.iterator)?;
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}
