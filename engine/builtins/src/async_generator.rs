//! [AsyncGenerator Objects](https://tc39.es/ecma262/#sec-asyncgenerator-objects), the prototypes of
//! async functions, and [%AsyncIteratorPrototype%](https://tc39.es/ecma262/#sec-asynciteratorprototype).

use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::generators::ResumeMode;
use tierproof_runtime::{Args, Capability, Isolate, JsResult, Thrown};

use crate::generator::link;
use crate::install::{self, Row};

const ITERATOR_METHODS: &[Row] = &[("@@asyncIterator", 0, iterator), ("@@asyncDispose", 0, async_dispose)];
const METHODS: &[Row] = &[("next", 1, next), ("return", 1, return_), ("throw", 1, throw)];
const FROM_SYNC: &[Row] = &[("next", 1, sync_next), ("return", 1, sync_return), ("throw", 1, sync_throw)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.async_iterator_prototype;
    install::methods(cx, p, ITERATOR_METHODS);
    let p = cx.realm.async_generator_prototype;
    install::methods(cx, p, METHODS);
    let f = cx.realm.async_generator_function_prototype;
    link(cx, f, p);
    install::tag(cx, p, "AsyncGenerator");
    install::tag(cx, f, "AsyncGeneratorFunction");
    let f = cx.realm.async_function_prototype;
    install::tag(cx, f, "AsyncFunction");
    let p = cx.realm.async_from_sync_iterator_prototype;
    install::methods(cx, p, FROM_SYNC);
}

/// [%AsyncIteratorPrototype%\[@@asyncIterator\]](https://tc39.es/ecma262/#sec-%asynciteratorprototype%-%symbol.asynciterator%)
fn iterator(_: &mut Isolate, args: Args) -> JsResult {
    Ok(args.this())
}

/// [%AsyncIteratorPrototype%\[@@asyncDispose\]](https://tc39.es/ecma262/#sec-%asynciteratorprototype%-%symbol.asyncdispose%)
fn async_dispose(cx: &mut Isolate, args: Args) -> JsResult {
    let promise = cx.new_promise();
    if let Err(Thrown) = dispose_into(cx, args.this(), promise) {
        let e = cx.take_exception()?;
        cx.reject_promise(promise, e);
    }
    Ok(promise.into())
}
fn dispose_into(cx: &mut Isolate, this: Value, promise: ObjectRef) -> JsResult<()> {
    let key = cx.realm.names.return_;
    let f = cx.get_method(this, key)?;
    if f.is_undefined() {
        return cx.resolve_promise(promise, Value::UNDEFINED);
    }
    let result = cx.call(f, this, &[])?;
    let constructor = cx.realm.promise_constructor;
    let wrapper = cx.promise_resolve(constructor, result)?;
    let unwrap = cx.native_closure(to_undefined, 1, Value::UNDEFINED);
    let c = Capability { promise: promise.into(), ..Capability::NONE };
    cx.perform_promise_then(wrapper.cast(), unwrap.into(), Value::UNDEFINED, c);
    Ok(())
}
fn to_undefined(_: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::UNDEFINED)
}

/// [%AsyncGeneratorPrototype%.next](https://tc39.es/ecma262/#sec-asyncgenerator-prototype-next)
fn next(cx: &mut Isolate, args: Args) -> JsResult {
    cx.request_async_generator(args.this(), ResumeMode::Next, args.get(0))
}

/// [%AsyncGeneratorPrototype%.return](https://tc39.es/ecma262/#sec-asyncgenerator-prototype-return)
fn return_(cx: &mut Isolate, args: Args) -> JsResult {
    cx.request_async_generator(args.this(), ResumeMode::Return, args.get(0))
}

/// [%AsyncGeneratorPrototype%.throw](https://tc39.es/ecma262/#sec-asyncgenerator-prototype-throw)
fn throw(cx: &mut Isolate, args: Args) -> JsResult {
    cx.request_async_generator(args.this(), ResumeMode::Throw, args.get(0))
}

/// [%AsyncFromSyncIteratorPrototype%.next](https://tc39.es/ecma262/#sec-%asyncfromsynciteratorprototype%.next)
fn sync_next(cx: &mut Isolate, args: Args) -> JsResult {
    cx.step_async_from_sync(args.this(), ResumeMode::Next, args)
}

/// [%AsyncFromSyncIteratorPrototype%.return](https://tc39.es/ecma262/#sec-%asyncfromsynciteratorprototype%.return)
fn sync_return(cx: &mut Isolate, args: Args) -> JsResult {
    cx.step_async_from_sync(args.this(), ResumeMode::Return, args)
}

/// [%AsyncFromSyncIteratorPrototype%.throw](https://tc39.es/ecma262/#sec-%asyncfromsynciteratorprototype%.throw)
fn sync_throw(cx: &mut Isolate, args: Args) -> JsResult {
    cx.step_async_from_sync(args.this(), ResumeMode::Throw, args)
}
