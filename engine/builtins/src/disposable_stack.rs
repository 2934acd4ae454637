//! [DisposableStack Objects](https://tc39.es/ecma262/#sec-disposablestack-objects).
//!
//! Internal words: state (true once disposed), array of resources, three words each: receiver or
//! argument, method, how it is called. What is generic over `ASYNC` serves AsyncDisposableStack, too.

use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult, Thrown, attrs};

use crate::install::{self, Accessor, Row, brand, callback, incompatible, needs_new};

const METHODS: &[Row] = &[
    ("adopt", 2, adopt::<false>),
    ("defer", 1, defer::<false>),
    ("dispose", 0, dispose),
    ("move", 0, move_::<false>),
    ("use", 1, use_),
];
const ACCESSORS: &[Accessor] = &[("disposed", disposed::<false>, None)];

pub const DISPOSED: usize = 0;
pub const RESOURCES: usize = 1;
/// Calls of a resource's method: as method of the value, with the value as argument.
pub const AS_METHOD: i32 = 0;
pub const WITH_ARGUMENT: i32 = 1;

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.disposable_stack_prototype;
    install::constructor(cx, ("DisposableStack", 0, constructor::<false>), p);
    install::methods(cx, p, METHODS);
    install::accessors(cx, p, ACCESSORS);
    install::alias(cx, p, "@@dispose", "dispose");
    install::tag(cx, p, "DisposableStack");
}

const fn name(is_async: bool) -> &'static str {
    if is_async { "AsyncDisposableStack" } else { "DisposableStack" }
}
const fn brand_of(is_async: bool) -> u8 {
    if is_async { brand::ASYNC_DISPOSABLE_STACK } else { brand::DISPOSABLE_STACK }
}
fn prototype(cx: &Isolate, is_async: bool) -> ObjectRef {
    if is_async { cx.realm.async_disposable_stack_prototype } else { cx.realm.disposable_stack_prototype }
}

/// [DisposableStack](https://tc39.es/ecma262/#sec-disposablestack)
pub fn constructor<const ASYNC: bool>(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, name(ASYNC)));
    }
    let fallback = prototype(cx, ASYNC);
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    Ok(new_stack(cx, p, brand_of(ASYNC)).into())
}

/// An empty stack of this brand.
fn new_stack(cx: &mut Isolate, p: ObjectRef, brand: u8) -> ObjectRef {
    let o = install::branded(cx, p, brand);
    let list = cx.new_empty_array();
    o.set_internal(&mut cx.heap, DISPOSED, Value::FALSE);
    o.set_internal(&mut cx.heap, RESOURCES, list.into());
    o
}

/// `this`, disposed or not.
pub fn this_stack<const ASYNC: bool>(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ObjectRef> {
    install::as_branded(args.this(), brand_of(ASYNC))
        .ok_or_else(|| incompatible(cx, &format!("{}.prototype.{method}", name(ASYNC)), args.this()))
}
/// `this`; ReferenceError when it has been disposed.
pub fn pending<const ASYNC: bool>(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ObjectRef> {
    let o = this_stack::<ASYNC>(cx, args, method)?;
    if o.internal(DISPOSED).is_true() {
        return Err(cx.reference_error("The stack has already been disposed"));
    }
    Ok(o)
}

/// Adds a resource.
pub fn add(cx: &mut Isolate, o: ObjectRef, v: Value, method: Value, how: i32) -> JsResult<()> {
    let list = o.internal(RESOURCES);
    cx.append(list, v)?;
    cx.append(list, method)?;
    cx.append(list, Value::smi(how))
}

/// [get DisposableStack.prototype.disposed](https://tc39.es/ecma262/#sec-get-disposablestack.prototype.disposed)
pub fn disposed<const ASYNC: bool>(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(this_stack::<ASYNC>(cx, args, "disposed")?.internal(DISPOSED))
}

/// [DisposableStack.prototype.use](https://tc39.es/ecma262/#sec-disposablestack.prototype.use)
fn use_(cx: &mut Isolate, args: Args) -> JsResult {
    let o = pending::<false>(cx, args, "use")?;
    let v = args.get(0);
    if v.is_nullish() {
        return Ok(v);
    }
    if !v.is_object() {
        return Err(cx.type_error("The resource is not an object"));
    }
    let key = cx.realm.symbols.dispose.key();
    let method = cx.get_method(v, key)?;
    if method.is_undefined() {
        return Err(cx.type_error("The resource has no Symbol.dispose method"));
    }
    add(cx, o, v, method, AS_METHOD)?;
    Ok(v)
}

/// [DisposableStack.prototype.adopt](https://tc39.es/ecma262/#sec-disposablestack.prototype.adopt)
pub fn adopt<const ASYNC: bool>(cx: &mut Isolate, args: Args) -> JsResult {
    let o = pending::<ASYNC>(cx, args, "adopt")?;
    let f = callback(cx, args.get(1))?;
    add(cx, o, args.get(0), f, WITH_ARGUMENT)?;
    Ok(args.get(0))
}

/// [DisposableStack.prototype.defer](https://tc39.es/ecma262/#sec-disposablestack.prototype.defer)
pub fn defer<const ASYNC: bool>(cx: &mut Isolate, args: Args) -> JsResult {
    let o = pending::<ASYNC>(cx, args, "defer")?;
    let f = callback(cx, args.get(0))?;
    add(cx, o, Value::UNDEFINED, f, AS_METHOD)?;
    Ok(Value::UNDEFINED)
}

/// [DisposableStack.prototype.move](https://tc39.es/ecma262/#sec-disposablestack.prototype.move)
pub fn move_<const ASYNC: bool>(cx: &mut Isolate, args: Args) -> JsResult {
    let from = pending::<ASYNC>(cx, args, "move")?;
    let p = prototype(cx, ASYNC);
    let to = new_stack(cx, p, brand_of(ASYNC));
    let fresh = to.internal(RESOURCES);
    to.set_internal(&mut cx.heap, RESOURCES, from.internal(RESOURCES));
    from.set_internal(&mut cx.heap, RESOURCES, fresh);
    from.set_internal(&mut cx.heap, DISPOSED, Value::TRUE);
    Ok(to.into())
}

/// [DisposableStack.prototype.dispose](https://tc39.es/ecma262/#sec-disposablestack.prototype.dispose)
fn dispose(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_stack::<false>(cx, args, "dispose")?;
    if o.internal(DISPOSED).is_true() {
        return Ok(Value::UNDEFINED);
    }
    o.set_internal(&mut cx.heap, DISPOSED, Value::TRUE);
    let list: ObjectRef = o.internal(RESOURCES).cast();
    let mut pending: Option<Value> = None;
    let mut i = cx.length_of(list)?;
    while i >= 3 {
        i -= 3;
        cx.take_ticks(1)?;
        let (v, method) = (cx.get_index(list, i)?, cx.get_index(list, i + 1)?);
        let as_method = cx.get_index(list, i + 2)? == Value::smi(AS_METHOD);
        let r = if as_method { cx.call(method, v, &[]) } else { cx.call(method, Value::UNDEFINED, &[v]) };
        if let Err(Thrown) = r {
            let e = cx.take_exception()?;
            pending = Some(match pending {
                None => e,
                Some(suppressed) => suppressed_error(cx, e, suppressed)?,
            });
        }
    }
    match pending {
        None => Ok(Value::UNDEFINED),
        Some(e) => Err(cx.throw(e)),
    }
}

/// A SuppressedError of two errors.
pub fn suppressed_error(cx: &mut Isolate, error: Value, suppressed: Value) -> JsResult {
    let p = cx.realm.suppressed_error_prototype;
    let e = cx.make_error(p, None)?;
    for (name, v) in [("error", error), ("suppressed", suppressed)] {
        let key = cx.key(name);
        cx.define_own(e.cast(), key, v, attrs::HIDDEN)?;
    }
    Ok(e)
}
