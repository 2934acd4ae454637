//! [WeakMap Objects](https://tc39.es/ecma262/#sec-weakmap-objects). Keys are held strongly: no program
//! can tell, it only costs memory.

use tierproof_heap::{CellKind, ObjectRef, SymbolRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::hash_table::{self, Table};
use crate::install::{self, Row, needs_new};
use crate::map::{add_entries, new_collection, this_collection};

const METHODS: &[Row] = &[
    ("delete", 1, delete),
    ("get", 1, get),
    ("set", 2, set),
    ("has", 1, has),
    ("getOrInsert", 2, get_or_insert),
    ("getOrInsertComputed", 2, get_or_insert_computed),
];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.weak_map_prototype;
    install::constructor(cx, ("WeakMap", 0, weak_map), p);
    install::methods(cx, p, METHODS);
    install::tag(cx, p, "WeakMap");
}

/// [CanBeHeldWeakly](https://tc39.es/ecma262/#sec-canbeheldweakly)
pub fn can_be_held_weakly(v: Value) -> bool {
    v.is_object() || v.try_as::<SymbolRef>().is_some_and(|s| !crate::symbol::is_registered(s))
}

/// [WeakMap](https://tc39.es/ecma262/#sec-weakmap-iterable)
fn weak_map(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, "WeakMap"));
    }
    let fallback = cx.realm.weak_map_prototype;
    let o = new_collection(cx, CellKind::WeakMap, args.new_target(), fallback)?;
    if !args.get(0).is_nullish() {
        add_entries(cx, o, args.get(0), set)?;
    }
    Ok(o.into())
}

fn this_map(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ObjectRef> {
    this_collection(cx, args, CellKind::WeakMap, method)
}

/// [WeakMap.prototype.delete](https://tc39.es/ecma262/#sec-weakmap.prototype.delete)
fn delete(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_map(cx, args, "WeakMap.prototype.delete")?;
    let k = args.get(0);
    Ok(Value::from_bool(can_be_held_weakly(k) && hash_table::delete(cx, o, k)))
}

/// [WeakMap.prototype.get](https://tc39.es/ecma262/#sec-weakmap.prototype.get)
fn get(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_map(cx, args, "WeakMap.prototype.get")?;
    let k = args.get(0);
    let found = if can_be_held_weakly(k) { Table::of(o).get(cx, k) } else { None };
    Ok(found.unwrap_or(Value::UNDEFINED))
}

fn check_key(cx: &mut Isolate, k: Value) -> JsResult<()> {
    if can_be_held_weakly(k) {
        return Ok(());
    }
    let what = cx.describe(k);
    Err(cx.type_error(&format!("Invalid value used as weak map key: {what}")))
}

/// [WeakMap.prototype.getOrInsert](https://tc39.es/ecma262/#sec-weakmap.prototype.getorinsert)
fn get_or_insert(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_map(cx, args, "WeakMap.prototype.getOrInsert")?;
    check_key(cx, args.get(0))?;
    if let Some(v) = Table::of(o).get(cx, args.get(0)) {
        return Ok(v);
    }
    hash_table::set(cx, o, args.get(0), args.get(1))?;
    Ok(args.get(1))
}

/// [WeakMap.prototype.getOrInsertComputed](https://tc39.es/ecma262/#sec-weakmap.prototype.getorinsertcomputed)
fn get_or_insert_computed(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_map(cx, args, "WeakMap.prototype.getOrInsertComputed")?;
    check_key(cx, args.get(0))?;
    let f = install::callback(cx, args.get(1))?;
    if let Some(v) = Table::of(o).get(cx, args.get(0)) {
        return Ok(v);
    }
    let v = cx.call(f, Value::UNDEFINED, &[args.get(0)])?;
    hash_table::set(cx, o, args.get(0), v)?;
    Ok(v)
}

/// [WeakMap.prototype.set](https://tc39.es/ecma262/#sec-weakmap.prototype.set)
fn set(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_map(cx, args, "WeakMap.prototype.set")?;
    if !can_be_held_weakly(args.get(0)) {
        let what = cx.describe(args.get(0));
        return Err(cx.type_error(&format!("Invalid value used as weak map key: {what}")));
    }
    hash_table::set(cx, o, args.get(0), args.get(1))?;
    Ok(o.into())
}

/// [WeakMap.prototype.has](https://tc39.es/ecma262/#sec-weakmap.prototype.has)
fn has(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_map(cx, args, "WeakMap.prototype.has")?;
    let k = args.get(0);
    Ok(Value::from_bool(can_be_held_weakly(k) && Table::of(o).has(cx, k)))
}
