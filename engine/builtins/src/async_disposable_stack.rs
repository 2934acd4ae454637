//! [AsyncDisposableStack Objects](https://tc39.es/ecma262/#sec-asyncdisposablestack-objects). Laid out like
//! a DisposableStack; disposing is an asynchronous function over helpers that a program cannot reach.

use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult, Thrown};

use crate::disposable_stack::{
    AS_METHOD, DISPOSED, RESOURCES, WITH_ARGUMENT, add, adopt, constructor, defer, disposed, move_, pending,
    suppressed_error, this_stack,
};
use crate::install::{self, Accessor, Row};

const METHODS: &[Row] = &[
    ("adopt", 2, adopt::<true>),
    ("defer", 1, defer::<true>),
    ("disposeAsync", 0, dispose_async),
    ("move", 0, move_::<true>),
    ("use", 1, use_),
];
const ACCESSORS: &[Accessor] = &[("disposed", disposed::<true>, None)];

/// The method is a synchronous one, whose result is not waited for.
const SYNC_METHOD: i32 = 2;
/// A resource that is null or undefined: it only makes disposing wait once.
const NOTHING: i32 = 3;

/// [DisposeResources](https://tc39.es/ecma262/#sec-disposeresources)
const PARAMETERS: &str = "count, isNothing, dispose, suppress";
const BODY: &str = "\"use strict\";
let error, failed = false, needsAwait = false, hasAwaited = false;
for (let i = count - 3; i >= 0; i -= 3) {
    if (isNothing(i)) {
        needsAwait = true;
        continue;
    }
    try {
        const result = dispose(i);
        hasAwaited = true;
        await result;
    } catch (e) {
        error = failed ? suppress(e, error) : e;
        failed = true;
    }
}
if (needsAwait && !hasAwaited) await undefined;
if (failed) throw error;";

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.async_disposable_stack_prototype;
    install::constructor(cx, ("AsyncDisposableStack", 0, constructor::<true>), p);
    install::methods(cx, p, METHODS);
    install::accessors(cx, p, ACCESSORS);
    install::alias(cx, p, "@@asyncDispose", "disposeAsync");
    install::tag(cx, p, "AsyncDisposableStack");
}

/// [AsyncDisposableStack.prototype.use](https://tc39.es/ecma262/#sec-asyncdisposablestack.prototype.use)
fn use_(cx: &mut Isolate, args: Args) -> JsResult {
    let o = pending::<true>(cx, args, "use")?;
    let v = args.get(0);
    if v.is_nullish() {
        add(cx, o, Value::UNDEFINED, Value::UNDEFINED, NOTHING)?;
        return Ok(v);
    }
    if !v.is_object() {
        return Err(cx.type_error("The resource is not an object"));
    }
    let key = cx.realm.symbols.async_dispose.key();
    let method = cx.get_method(v, key)?;
    if !method.is_undefined() {
        add(cx, o, v, method, AS_METHOD)?;
        return Ok(v);
    }
    let key = cx.realm.symbols.dispose.key();
    let method = cx.get_method(v, key)?;
    if method.is_undefined() {
        return Err(cx.type_error("The resource has no Symbol.asyncDispose or Symbol.dispose method"));
    }
    add(cx, o, v, method, SYNC_METHOD)?;
    Ok(v)
}

/// [AsyncDisposableStack.prototype.disposeAsync](https://tc39.es/ecma262/#sec-asyncdisposablestack.prototype.disposeasync)
fn dispose_async(cx: &mut Isolate, args: Args) -> JsResult {
    let c = cx.new_direct_capability();
    let o = this_stack::<true>(cx, args, "disposeAsync");
    let o = match cx.reject_if_abrupt(o, c)? {
        Ok(o) => o,
        Err(promise) => return Ok(promise),
    };
    if o.internal(DISPOSED).is_true() {
        cx.capability_resolve(c, Value::UNDEFINED)?;
        return Ok(c.promise);
    }
    o.set_internal(&mut cx.heap, DISPOSED, Value::TRUE);
    if cx.realm.dispose_resources.is_undefined() {
        let (parameters, body) = (cx.string(PARAMETERS), cx.string(BODY));
        cx.realm.dispose_resources =
            cx.function_from_text("async function", parameters.into(), body.into())?;
    }
    let list = o.internal(RESOURCES);
    let n = cx.length_of(list.cast())?;
    let is_nothing = cx.native_closure(is_nothing, 1, list);
    let dispose = cx.native_closure(dispose_one, 1, list);
    let suppress = cx.native_closure(|cx, a| suppressed_error(cx, a.get(0), a.get(1)), 2, Value::UNDEFINED);
    let f = cx.realm.dispose_resources;
    cx.call(
        f,
        Value::UNDEFINED,
        &[install::index_value(n), is_nothing.into(), dispose.into(), suppress.into()],
    )
}

fn word(cx: &mut Isolate, args: Args, n: u64) -> JsResult {
    let list: ObjectRef = args.captured().cast();
    cx.get_index(list, args.get(0).as_number() as u64 + n)
}

fn is_nothing(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::from_bool(word(cx, args, 2)? == Value::smi(NOTHING)))
}

fn dispose_one(cx: &mut Isolate, args: Args) -> JsResult {
    let (v, method, how) = (word(cx, args, 0)?, word(cx, args, 1)?, word(cx, args, 2)?.as_smi());
    match how {
        AS_METHOD => cx.call(method, v, &[]),
        WITH_ARGUMENT => cx.call(method, Value::UNDEFINED, &[v]),
        _ => {
            let c = cx.new_direct_capability();
            match cx.call(method, v, &[]) {
                Ok(_) => cx.capability_resolve(c, Value::UNDEFINED)?,
                Err(Thrown) => {
                    let e = cx.take_exception()?;
                    cx.capability_reject(c, e)?;
                }
            }
            Ok(c.promise)
        }
    }
}
