//! [%StringIteratorPrototype%](https://tc39.es/ecma262/#sec-%stringiteratorprototype%-object).
//! Internal words: string (undefined at the end), position.

use tierproof_heap::{CellKind, ObjectRef, StringRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult, strings};

use crate::install::{self, Row, incompatible};

const METHODS: &[Row] = &[("next", 0, next)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.string_iterator_prototype;
    install::methods(cx, p, METHODS);
    install::tag(cx, p, "String Iterator");
}

/// [%StringIteratorPrototype%.next](https://tc39.es/ecma262/#sec-%stringiteratorprototype%.next)
fn next(cx: &mut Isolate, args: Args) -> JsResult {
    let this = args.this();
    let Some(it) = this.try_as::<ObjectRef>().filter(|o| o.kind() == CellKind::StringIterator) else {
        return Err(incompatible(cx, "String Iterator.prototype.next", this));
    };
    let Some(s) = it.internal(0).try_as::<StringRef>() else {
        return Ok(cx.iterator_result(Value::UNDEFINED, true));
    };
    let at = it.internal(1).as_smi() as usize;
    if at >= s.len() {
        it.set_internal(&mut cx.heap, 0, Value::UNDEFINED);
        return Ok(cx.iterator_result(Value::UNDEFINED, true));
    }
    let (_, n) = crate::string::code_point(strings::units(cx, s), at);
    it.set_internal(&mut cx.heap, 1, Value::smi((at + n) as i32));
    let c = cx.substring(s, at, at + n);
    Ok(cx.iterator_result(c.into(), false))
}
