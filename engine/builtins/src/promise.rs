//! [Promise Objects](https://tc39.es/ecma262/#sec-promise-objects). The cell and its reactions are
//! `runtime::promise`; here is what JavaScript sees of them, and `queueMicrotask`.

use tierproof_heap::{FunctionRef, ObjectRef, TaggedArrayRef, Value};
use tierproof_runtime::iteration::IteratorRecord;
use tierproof_runtime::promise::as_promise;
use tierproof_runtime::{Args, Capability, Isolate, JsResult, List, Thrown, attrs};

use crate::install::{self, Accessor, Row, callback, incompatible, needs_new, species_constructor};

const STATICS: &[Row] = &[
    ("all", 1, all),
    ("allSettled", 1, all_settled),
    ("any", 1, any),
    ("race", 1, race),
    ("reject", 1, reject),
    ("resolve", 1, resolve),
    ("try", 1, try_),
    ("withResolvers", 0, with_resolvers),
];
const STATIC_ACCESSORS: &[Accessor] = &[("@@species", install::species, None)];
const METHODS: &[Row] = &[("then", 2, then), ("catch", 1, catch), ("finally", 1, finally)];
const FUNCTIONS: &[Row] = &[("queueMicrotask", 1, queue_microtask)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.promise_prototype;
    let c = install::constructor(cx, ("Promise", 1, promise), p);
    cx.realm.promise_constructor = c.into();
    install::methods(cx, c.object(), STATICS);
    install::accessors(cx, c.object(), STATIC_ACCESSORS);
    install::methods(cx, p, METHODS);
    install::tag(cx, p, "Promise");
    let global = cx.realm.global;
    install::methods(cx, global, FUNCTIONS);
}

/// [Promise](https://tc39.es/ecma262/#sec-promise-executor)
fn promise(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, "Promise"));
    }
    let executor = args.get(0);
    if !cx.is_callable(executor) {
        let what = cx.describe(executor);
        return Err(cx.type_error(&format!("Promise resolver {what} is not a function")));
    }
    let fallback = cx.realm.promise_prototype;
    let prototype = cx.prototype_from_constructor(args.new_target(), fallback)?;
    let p = cx.new_promise_of(prototype);
    let c = cx.resolving_functions(p);
    if let Err(Thrown) = cx.call(executor, Value::UNDEFINED, &[c.resolve, c.reject]) {
        let e = cx.take_exception()?;
        cx.call(c.reject, Value::UNDEFINED, &[e])?;
    }
    Ok(p.into())
}

/// `this` of a static method, which must be an object.
fn this_constructor(cx: &mut Isolate, args: Args, method: &str) -> JsResult {
    if args.this().is_object() {
        return Ok(args.this());
    }
    Err(incompatible(cx, method, args.this()))
}

/// [Promise.resolve](https://tc39.es/ecma262/#sec-promise.resolve)
fn resolve(cx: &mut Isolate, args: Args) -> JsResult {
    let c = this_constructor(cx, args, "Promise.resolve")?;
    cx.promise_resolve(c, args.get(0))
}

/// [Promise.reject](https://tc39.es/ecma262/#sec-promise.reject)
fn reject(cx: &mut Isolate, args: Args) -> JsResult {
    let c = cx.new_promise_capability(args.this())?;
    cx.capability_reject(c, args.get(0))?;
    Ok(c.promise)
}

/// [Promise.withResolvers](https://tc39.es/ecma262/#sec-promise.withResolvers)
fn with_resolvers(cx: &mut Isolate, args: Args) -> JsResult {
    let c = cx.new_promise_capability(args.this())?;
    let o = cx.new_plain_object();
    for (name, v) in [("promise", c.promise), ("resolve", c.resolve), ("reject", c.reject)] {
        install::value(cx, o, name, v, attrs::ALL);
    }
    Ok(o.into())
}

/// [Promise.try](https://tc39.es/ecma262/#sec-promise.try)
fn try_(cx: &mut Isolate, args: Args) -> JsResult {
    let constructor = this_constructor(cx, args, "Promise.try")?;
    let c = cx.new_promise_capability(constructor)?;
    let mut rest = List::new(cx);
    for i in 1..args.len() {
        rest.push(cx, args.get(i));
    }
    match cx.call(args.get(0), Value::UNDEFINED, rest.as_slice()) {
        Ok(v) => cx.capability_resolve(c, v)?,
        Err(Thrown) => {
            let e = cx.take_exception()?;
            cx.capability_reject(c, e)?;
        }
    }
    Ok(c.promise)
}

/// [Promise.prototype.then](https://tc39.es/ecma262/#sec-promise.prototype.then)
fn then(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(p) = as_promise(args.this()) else {
        return Err(incompatible(cx, "Promise.prototype.then", args.this()));
    };
    let default = cx.realm.promise_constructor;
    let constructor = species_constructor(cx, p, default)?;
    let c = if constructor == default {
        cx.new_direct_capability()
    } else {
        cx.new_promise_capability(constructor)?
    };
    cx.perform_promise_then(p, args.get(0), args.get(1), c);
    Ok(c.promise)
}

fn call_then(cx: &mut Isolate, promise: Value, arguments: &[Value]) -> JsResult {
    let key = cx.realm.names.then;
    cx.invoke_method(promise, key, arguments)
}

/// [Promise.prototype.catch](https://tc39.es/ecma262/#sec-promise.prototype.catch)
fn catch(cx: &mut Isolate, args: Args) -> JsResult {
    call_then(cx, args.this(), &[Value::UNDEFINED, args.get(0)])
}

/// [Promise.prototype.finally](https://tc39.es/ecma262/#sec-promise.prototype.finally)
fn finally(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(p) = args.this().try_as::<ObjectRef>() else {
        return Err(incompatible(cx, "Promise.prototype.finally", args.this()));
    };
    let default = cx.realm.promise_constructor;
    let constructor = species_constructor(cx, p, default)?;
    let f = args.get(0);
    if !cx.is_callable(f) {
        return call_then(cx, args.this(), &[f, f]);
    }
    let captured = cx.heap.allocate_fixed_array_from(&[f, constructor]);
    let on_fulfilled = cx.native_closure(then_finally, 1, captured.into());
    let on_rejected = cx.native_closure(catch_finally, 1, captured.into());
    call_then(cx, args.this(), &[on_fulfilled.into(), on_rejected.into()])
}

/// Calls the `finally` handler, then hands the outcome on through `after`.
fn run_finally(cx: &mut Isolate, args: Args, after: tierproof_runtime::NativeFn) -> JsResult {
    let captured = args.captured_array();
    let result = cx.call(captured.get(0), Value::UNDEFINED, &[])?;
    let p = cx.promise_resolve(captured.get(1), result)?;
    let f = cx.native_closure(after, 0, args.get(0));
    call_then(cx, p, &[f.into()])
}
/// [Then Finally Functions](https://tc39.es/ecma262/#sec-promise.prototype.finally)
fn then_finally(cx: &mut Isolate, args: Args) -> JsResult {
    run_finally(cx, args, |_, args| Ok(args.captured()))
}
/// [Catch Finally Functions](https://tc39.es/ecma262/#sec-promise.prototype.finally)
fn catch_finally(cx: &mut Isolate, args: Args) -> JsResult {
    run_finally(cx, args, |cx, args| Err(cx.throw(args.captured())))
}

/// [GetPromiseResolve](https://tc39.es/ecma262/#sec-getpromiseresolve)
fn promise_resolve_of(cx: &mut Isolate, constructor: Value) -> JsResult {
    let key = cx.realm.names.resolve;
    let f = cx.get_value(constructor, key)?;
    callback(cx, f)
}

/// What the combinators share: a capability, the constructor's `resolve`, the iteration.
fn combine(
    cx: &mut Isolate,
    args: Args,
    perform: fn(&mut Isolate, Value, Value, Capability, IteratorRecord) -> JsResult<bool>,
) -> JsResult {
    let constructor = args.this();
    let c = cx.new_promise_capability(constructor)?;
    let resolve = promise_resolve_of(cx, constructor);
    let resolve = match cx.reject_if_abrupt(resolve, c)? {
        Ok(f) => f,
        Err(promise) => return Ok(promise),
    };
    let record = cx.get_iterator(args.get(0));
    let record = match cx.reject_if_abrupt(record, c)? {
        Ok(r) => r,
        Err(promise) => return Ok(promise),
    };
    let done = perform(cx, constructor, resolve, c, record);
    match cx.reject_if_abrupt(done, c)? {
        Ok(_) => Ok(c.promise),
        Err(promise) => Ok(promise),
    }
}

/// The next value of the iteration as a promise; closes the iterator when making one throws.
fn next_promise(
    cx: &mut Isolate,
    constructor: Value,
    resolve: Value,
    record: IteratorRecord,
) -> JsResult<Option<Value>> {
    let Some(v) = cx.iterator_step(record)? else { return Ok(None) };
    cx.take_ticks(1)?;
    let p = cx.call(resolve, constructor, &[v]);
    Ok(Some(cx.close_on_throw(record.iterator, p)?))
}

/// Words of the state that the element functions of one combinator call share.
mod shared {
    /// FixedArray of values.
    pub const VALUES: usize = 0;
    pub const COUNT: usize = 1;
    pub const REMAINING: usize = 2;
    /// What the array of all values goes to: `resolve`, or `reject` as an AggregateError.
    pub const TARGET: usize = 3;
    pub const AS_ERROR: usize = 4;
    pub const LENGTH: usize = 5;
}

fn new_shared(cx: &mut Isolate, target: Value, as_error: bool) -> TaggedArrayRef {
    let values = cx.heap.allocate_fixed_array(8, Value::UNDEFINED);
    let s = cx.heap.allocate_fixed_array(shared::LENGTH, Value::UNDEFINED);
    s.set(&mut cx.heap, shared::VALUES, values.into());
    s.set(&mut cx.heap, shared::COUNT, Value::smi(0));
    s.set(&mut cx.heap, shared::REMAINING, Value::smi(1));
    s.set(&mut cx.heap, shared::TARGET, target);
    s.set(&mut cx.heap, shared::AS_ERROR, Value::from_bool(as_error));
    s
}

/// Adds room for one more value and counts it as outstanding; its index.
fn reserve(cx: &mut Isolate, s: TaggedArrayRef) -> usize {
    let i = s.get(shared::COUNT).as_smi() as usize;
    let mut values = s.get(shared::VALUES).cast::<TaggedArrayRef>();
    if i == values.len() {
        values = cx.heap.copy_tagged(values.as_slice(), i * 2, Value::UNDEFINED);
        s.set(&mut cx.heap, shared::VALUES, values.into());
    }
    s.set(&mut cx.heap, shared::COUNT, Value::smi(i as i32 + 1));
    let remaining = s.get(shared::REMAINING).as_smi();
    s.set(&mut cx.heap, shared::REMAINING, Value::smi(remaining + 1));
    i
}

/// One outstanding value fewer; delivers when none is left.
fn release(cx: &mut Isolate, s: TaggedArrayRef) -> JsResult {
    let remaining = s.get(shared::REMAINING).as_smi() - 1;
    s.set(&mut cx.heap, shared::REMAINING, Value::smi(remaining));
    if remaining > 0 {
        return Ok(Value::UNDEFINED);
    }
    let count = s.get(shared::COUNT).as_smi() as usize;
    let array = s.get(shared::VALUES).cast::<TaggedArrayRef>();
    let copy = cx.heap.copy_tagged(&array.as_slice()[..count], count.max(1), Value::HOLE);
    let values = cx.array_from_list(copy, count);
    let mut result = Value::from(values);
    if s.get(shared::AS_ERROR).is_true() {
        result = aggregate_error(cx, result)?;
    }
    cx.call(s.get(shared::TARGET), Value::UNDEFINED, &[result])
}

fn aggregate_error(cx: &mut Isolate, errors: Value) -> JsResult {
    let p = cx.realm.aggregate_error_prototype;
    let message = cx.string("All promises were rejected");
    let e = cx.make_error(p, Some(message))?;
    let key = cx.realm.names.errors;
    cx.define_own(e.cast(), key, errors, attrs::HIDDEN)?;
    Ok(e)
}

/// How an element function stores what it is called with.
mod wrap {
    pub const PLAIN: i32 = 0;
    pub const FULFILLED: i32 = 1;
    pub const REJECTED: i32 = 2;
}

/// An element function: words shared state, index, wrap, cell with the "already called" flag.
fn element_function(
    cx: &mut Isolate,
    s: TaggedArrayRef,
    i: usize,
    wrap: i32,
    called: TaggedArrayRef,
) -> FunctionRef {
    let words = [s.into(), Value::smi(i as i32), Value::smi(wrap), called.into()];
    let captured = cx.heap.allocate_fixed_array_from(&words);
    cx.native_closure(element, 1, captured.into())
}

/// [Promise.all Resolve Element Functions](https://tc39.es/ecma262/#sec-promise.all-resolve-element-functions)
/// and those of `allSettled` and `any`.
fn element(cx: &mut Isolate, args: Args) -> JsResult {
    let captured = args.captured_array();
    let called = captured.get(3).cast::<TaggedArrayRef>();
    if called.get(0).is_true() {
        return Ok(Value::UNDEFINED);
    }
    called.set(&mut cx.heap, 0, Value::TRUE);
    let mut v = args.get(0);
    let wrap = captured.get(2).as_smi();
    if wrap != wrap::PLAIN {
        let (status, key) =
            if wrap == wrap::FULFILLED { ("fulfilled", "value") } else { ("rejected", "reason") };
        let o = cx.new_plain_object();
        let status = cx.intern(status);
        install::value(cx, o, "status", status.into(), attrs::ALL);
        install::value(cx, o, key, v, attrs::ALL);
        v = o.into();
    }
    let s = captured.get(0).cast::<TaggedArrayRef>();
    let values = s.get(shared::VALUES).cast::<TaggedArrayRef>();
    values.set(&mut cx.heap, captured.get(1).as_smi() as usize, v);
    release(cx, s)
}

/// What becomes of fulfilment and rejection of each element: a wrap, or handed on at once.
#[derive(Clone, Copy)]
struct Elements {
    fulfilled: Option<i32>,
    rejected: Option<i32>,
    as_error: bool,
}

fn collect(
    cx: &mut Isolate,
    constructor: Value,
    resolve: Value,
    c: Capability,
    record: IteratorRecord,
    kind: Elements,
) -> JsResult<bool> {
    let s = new_shared(cx, if kind.as_error { c.reject } else { c.resolve }, kind.as_error);
    while let Some(p) = next_promise(cx, constructor, resolve, record)? {
        let i = reserve(cx, s);
        let called = cx.heap.allocate_fixed_array(1, Value::FALSE);
        let function = |cx: &mut Isolate, wrap: Option<i32>, direct: Value| match wrap {
            Some(w) => element_function(cx, s, i, w, called).into(),
            None => direct,
        };
        let on_fulfilled = function(cx, kind.fulfilled, c.resolve);
        let on_rejected = function(cx, kind.rejected, c.reject);
        let r = call_then(cx, p, &[on_fulfilled, on_rejected]);
        cx.close_on_throw(record.iterator, r)?;
    }
    release(cx, s)?;
    Ok(true)
}

/// [Promise.all](https://tc39.es/ecma262/#sec-promise.all)
fn all(cx: &mut Isolate, args: Args) -> JsResult {
    combine(cx, args, |cx, constructor, resolve, c, record| {
        let kind = Elements { fulfilled: Some(wrap::PLAIN), rejected: None, as_error: false };
        collect(cx, constructor, resolve, c, record, kind)
    })
}

/// [Promise.allSettled](https://tc39.es/ecma262/#sec-promise.allsettled)
fn all_settled(cx: &mut Isolate, args: Args) -> JsResult {
    combine(cx, args, |cx, constructor, resolve, c, record| {
        let kind =
            Elements { fulfilled: Some(wrap::FULFILLED), rejected: Some(wrap::REJECTED), as_error: false };
        collect(cx, constructor, resolve, c, record, kind)
    })
}

/// [Promise.any](https://tc39.es/ecma262/#sec-promise.any)
fn any(cx: &mut Isolate, args: Args) -> JsResult {
    combine(cx, args, |cx, constructor, resolve, c, record| {
        let kind = Elements { fulfilled: None, rejected: Some(wrap::PLAIN), as_error: true };
        collect(cx, constructor, resolve, c, record, kind)
    })
}

/// [Promise.race](https://tc39.es/ecma262/#sec-promise.race)
fn race(cx: &mut Isolate, args: Args) -> JsResult {
    combine(cx, args, |cx, constructor, resolve, c, record| {
        while let Some(p) = next_promise(cx, constructor, resolve, record)? {
            let r = call_then(cx, p, &[c.resolve, c.reject]);
            cx.close_on_throw(record.iterator, r)?;
        }
        Ok(true)
    })
}

/// [queueMicrotask](https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#dom-queuemicrotask)
fn queue_microtask(cx: &mut Isolate, args: Args) -> JsResult {
    let f = callback(cx, args.get(0))?;
    cx.enqueue_callback(f);
    Ok(Value::UNDEFINED)
}
