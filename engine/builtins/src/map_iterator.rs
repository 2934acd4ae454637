//! [%MapIteratorPrototype%](https://tc39.es/ecma262/#sec-%mapiteratorprototype%-object) and
//! [%SetIteratorPrototype%](https://tc39.es/ecma262/#sec-%setiteratorprototype%-object).
//! Internal words: table (undefined at the end), index, kind.

use tierproof_heap::{CellKind, ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::hash_table::{Cursor, Table};
use crate::install::{self, Row, incompatible};

/// What an iterator yields. For sets, keys and values are the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Keys,
    Values,
    Entries,
}

const MAP_METHODS: &[Row] = &[("next", 0, map_next)];
const SET_METHODS: &[Row] = &[("next", 0, set_next)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.map_iterator_prototype;
    install::methods(cx, p, MAP_METHODS);
    install::tag(cx, p, "Map Iterator");
    let p = cx.realm.set_iterator_prototype;
    install::methods(cx, p, SET_METHODS);
    install::tag(cx, p, "Set Iterator");
}

/// An iterator over a Map or Set.
pub fn new_iterator(cx: &mut Isolate, o: ObjectRef, kind: Kind) -> Value {
    let (p, cell) = match o.kind() {
        CellKind::MapObject => (cx.realm.map_iterator_prototype, CellKind::MapIterator),
        _ => (cx.realm.set_iterator_prototype, CellKind::SetIterator),
    };
    let shape = cx.root_shape(p.into(), cell, 0);
    let it = cx.heap.allocate_object_of(cell, shape.0);
    it.set_internal(&mut cx.heap, 0, Table::of(o).value());
    it.set_internal(&mut cx.heap, 1, Value::smi(0));
    it.set_internal(&mut cx.heap, 2, Value::smi(kind as i32));
    it.into()
}

fn next(cx: &mut Isolate, args: Args, cell: CellKind, method: &str) -> JsResult {
    let this = args.this();
    let Some(it) = this.try_as::<ObjectRef>().filter(|o| o.kind() == cell) else {
        return Err(incompatible(cx, method, this));
    };
    if it.internal(0).is_undefined() {
        return Ok(cx.iterator_result(Value::UNDEFINED, true));
    }
    let mut cursor =
        Cursor { table: Table::from_value(it.internal(0)), index: it.internal(1).as_smi() as usize };
    let Some((k, v)) = cursor.next() else {
        it.set_internal(&mut cx.heap, 0, Value::UNDEFINED);
        return Ok(cx.iterator_result(Value::UNDEFINED, true));
    };
    it.set_internal(&mut cx.heap, 0, cursor.table.value());
    it.set_internal(&mut cx.heap, 1, Value::smi(cursor.index as i32));
    let v = if cell == CellKind::SetIterator { k } else { v };
    let result = match it.internal(2).as_smi() {
        n if n == Kind::Keys as i32 => k,
        n if n == Kind::Values as i32 => v,
        _ => cx.new_array(&[k, v]).into(),
    };
    Ok(cx.iterator_result(result, false))
}

/// [%MapIteratorPrototype%.next](https://tc39.es/ecma262/#sec-%mapiteratorprototype%.next)
fn map_next(cx: &mut Isolate, args: Args) -> JsResult {
    next(cx, args, CellKind::MapIterator, "Map Iterator.prototype.next")
}

/// [%SetIteratorPrototype%.next](https://tc39.es/ecma262/#sec-%setiteratorprototype%.next)
fn set_next(cx: &mut Isolate, args: Args) -> JsResult {
    next(cx, args, CellKind::SetIterator, "Set Iterator.prototype.next")
}
