//! [WeakSet Objects](https://tc39.es/ecma262/#sec-weakset-objects). Values are held strongly, as in `weak_map`.

use tierproof_heap::{CellKind, ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::hash_table::{self, Table};
use crate::install::{self, Row, needs_new};
use crate::map::{new_collection, this_collection};
use crate::set::add_values;
use crate::weak_map::can_be_held_weakly;

const METHODS: &[Row] = &[("delete", 1, delete), ("has", 1, has), ("add", 1, add)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.weak_set_prototype;
    install::constructor(cx, ("WeakSet", 0, weak_set), p);
    install::methods(cx, p, METHODS);
    install::tag(cx, p, "WeakSet");
}

/// [WeakSet](https://tc39.es/ecma262/#sec-weakset-iterable)
fn weak_set(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, "WeakSet"));
    }
    let fallback = cx.realm.weak_set_prototype;
    let o = new_collection(cx, CellKind::WeakSet, args.new_target(), fallback)?;
    if !args.get(0).is_nullish() {
        add_values(cx, o, args.get(0), add)?;
    }
    Ok(o.into())
}

fn this_set(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ObjectRef> {
    this_collection(cx, args, CellKind::WeakSet, method)
}

/// [WeakSet.prototype.add](https://tc39.es/ecma262/#sec-weakset.prototype.add)
fn add(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "WeakSet.prototype.add")?;
    if !can_be_held_weakly(args.get(0)) {
        let what = cx.describe(args.get(0));
        return Err(cx.type_error(&format!("Invalid value used in weak set: {what}")));
    }
    hash_table::set(cx, o, args.get(0), Value::UNDEFINED)?;
    Ok(o.into())
}

/// [WeakSet.prototype.delete](https://tc39.es/ecma262/#sec-weakset.prototype.delete)
fn delete(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "WeakSet.prototype.delete")?;
    let v = args.get(0);
    Ok(Value::from_bool(can_be_held_weakly(v) && hash_table::delete(cx, o, v)))
}

/// [WeakSet.prototype.has](https://tc39.es/ecma262/#sec-weakset.prototype.has)
fn has(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "WeakSet.prototype.has")?;
    let v = args.get(0);
    Ok(Value::from_bool(can_be_held_weakly(v) && Table::of(o).has(cx, v)))
}
