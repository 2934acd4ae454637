//! [%IteratorPrototype%](https://tc39.es/ecma262/#sec-%iteratorprototype%-object) and
//! [%ArrayIteratorPrototype%](https://tc39.es/ecma262/#sec-%arrayiteratorprototype%-object).

use tierproof_heap::{CellKind, ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::install::{self, Row, incompatible};

const ITERATOR_METHODS: &[Row] = &[("@@iterator", 0, iterator), ("@@dispose", 0, dispose)];
const METHODS: &[Row] = &[("next", 0, next)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.iterator_prototype;
    install::methods(cx, p, ITERATOR_METHODS);
    let p = cx.realm.array_iterator_prototype;
    install::methods(cx, p, METHODS);
    cx.realm.array_iterator_next = install::own_named(cx, p, "next");
    cx.jit.array_iterator_next = cx.realm.array_iterator_next;
    install::tag(cx, p, "Array Iterator");
}

/// [%IteratorPrototype%\[@@iterator\]](https://tc39.es/ecma262/#sec-%iteratorprototype%-%symbol.iterator%)
fn iterator(_: &mut Isolate, args: Args) -> JsResult {
    Ok(args.this())
}

/// [%IteratorPrototype%\[@@dispose\]](https://tc39.es/ecma262/#sec-%iteratorprototype%-%symbol.dispose%)
fn dispose(cx: &mut Isolate, args: Args) -> JsResult {
    let key = cx.realm.names.return_;
    let f = cx.get_method(args.this(), key)?;
    if !f.is_undefined() {
        cx.call(f, args.this(), &[])?;
    }
    Ok(Value::UNDEFINED)
}

/// [%ArrayIteratorPrototype%.next](https://tc39.es/ecma262/#sec-%arrayiteratorprototype%.next)
fn next(cx: &mut Isolate, args: Args) -> JsResult {
    let this = args.this();
    let Some(it) = this.try_as::<ObjectRef>().filter(|o| o.kind() == CellKind::ArrayIterator) else {
        return Err(incompatible(cx, "Array Iterator.prototype.next", this));
    };
    let v = cx.array_iterator_step(it)?;
    Ok(cx.iterator_result(v.unwrap_or(Value::UNDEFINED), v.is_none()))
}
