//! [Map Objects](https://tc39.es/ecma262/#sec-map-objects).

use tierproof_heap::{CellKind, ObjectRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult, NativeFn};

use crate::hash_table::{self, Cursor, Table, normalise};
use crate::install::{self, Accessor, Row, Steps, callback, incompatible, index_value, is_native, needs_new};
use crate::map_iterator::{Kind, new_iterator};

const STATICS: &[Row] = &[("groupBy", 2, group_by)];
const STATIC_ACCESSORS: &[Accessor] = &[("@@species", install::species, None)];
const METHODS: &[Row] = &[
    ("get", 1, get),
    ("set", 2, set),
    ("has", 1, has),
    ("delete", 1, delete),
    ("clear", 0, clear),
    ("entries", 0, entries),
    ("forEach", 1, for_each),
    ("getOrInsert", 2, get_or_insert),
    ("getOrInsertComputed", 2, get_or_insert_computed),
    ("keys", 0, keys),
];
const ACCESSORS: &[Accessor] = &[("size", size, None)];
const MORE_METHODS: &[Row] = &[("values", 0, values)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.map_prototype;
    let c = install::constructor(cx, ("Map", 0, map), p).object();
    install::methods(cx, c, STATICS);
    install::accessors(cx, c, STATIC_ACCESSORS);
    install::methods(cx, p, METHODS);
    install::accessors(cx, p, ACCESSORS);
    install::methods(cx, p, MORE_METHODS);
    install::tag(cx, p, "Map");
    install::alias(cx, p, "@@iterator", "entries");
}

/// The collection that a method is called on.
pub fn this_collection(cx: &mut Isolate, args: Args, kind: CellKind, method: &str) -> JsResult<ObjectRef> {
    match args.this().try_as::<ObjectRef>() {
        Some(o) if o.kind() == kind => Ok(o),
        _ => Err(incompatible(cx, method, args.this())),
    }
}

/// A new empty collection with the prototype that `new_target` asks for.
pub fn new_collection(
    cx: &mut Isolate,
    kind: CellKind,
    new_target: Value,
    fallback: ObjectRef,
) -> JsResult<ObjectRef> {
    let p = cx.prototype_from_constructor(new_target, fallback)?;
    let shape = cx.root_shape(p.into(), kind, 0);
    let o = cx.heap.allocate_object_of(kind, shape.0);
    let table = Table::new(cx);
    o.set_internal(&mut cx.heap, 0, table.value());
    Ok(o)
}

/// [AddEntriesFromIterable](https://tc39.es/ecma262/#sec-add-entries-from-iterable), for Map and WeakMap;
/// `native` is the untouched adder.
pub fn add_entries(cx: &mut Isolate, o: ObjectRef, iterable: Value, native: NativeFn) -> JsResult<()> {
    let key = cx.realm.names.set;
    let adder = cx.get_of(o, key)?;
    if !cx.is_callable(adder) {
        return Err(cx.not_callable(adder));
    }
    let direct = is_native(adder, native) && o.kind() == CellKind::MapObject;
    let record = cx.get_iterator(iterable)?;
    let mut steps = Steps::default();
    while let Some(item) = cx.iterator_step(record)? {
        steps.step(cx)?;
        let r = add_entry(cx, o, item, adder, direct);
        cx.close_on_throw(record.iterator, r)?;
    }
    Ok(())
}

fn add_entry(cx: &mut Isolate, o: ObjectRef, item: Value, adder: Value, direct: bool) -> JsResult<()> {
    let Some(entry) = item.try_as::<ObjectRef>() else {
        let what = cx.describe(item);
        return Err(cx.type_error(&format!("Iterator value {what} is not an entry object")));
    };
    let k = cx.get_index(entry, 0)?;
    let v = cx.get_index(entry, 1)?;
    if direct {
        return hash_table::set(cx, o, k, v);
    }
    cx.call(adder, o.into(), &[k, v])?;
    Ok(())
}

/// [Map](https://tc39.es/ecma262/#sec-map-iterable)
fn map(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, "Map"));
    }
    let fallback = cx.realm.map_prototype;
    let o = new_collection(cx, CellKind::MapObject, args.new_target(), fallback)?;
    if !args.get(0).is_nullish() {
        add_entries(cx, o, args.get(0), set)?;
    }
    Ok(o.into())
}

/// [Map.groupBy](https://tc39.es/ecma262/#sec-map.groupby)
fn group_by(cx: &mut Isolate, args: Args) -> JsResult {
    if args.get(0).is_nullish() {
        let what = cx.describe(args.get(0));
        return Err(cx.type_error(&format!("{what} is not iterable")));
    }
    let f = callback(cx, args.get(1))?;
    let fallback = cx.realm.map_prototype;
    let out = new_collection(cx, CellKind::MapObject, Value::UNDEFINED, fallback)?;
    let record = cx.get_iterator(args.get(0))?;
    let mut k = 0u64;
    let mut steps = Steps::default();
    while let Some(item) = cx.iterator_step(record)? {
        steps.step(cx)?;
        let group = cx.call(f, Value::UNDEFINED, &[item, index_value(k)]);
        let group = normalise(cx.close_on_throw(record.iterator, group)?);
        match Table::of(out).get(cx, group) {
            Some(array) => cx.append(array, item)?,
            None => {
                let array = cx.new_array(&[item]);
                hash_table::set(cx, out, group, array.into())?;
            }
        }
        k += 1;
    }
    Ok(out.into())
}

/// [Map.prototype.get](https://tc39.es/ecma262/#sec-map.prototype.get)
fn get(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "Map.prototype.get")?;
    Ok(Table::of(o).get(cx, normalise(args.get(0))).unwrap_or(Value::UNDEFINED))
}

/// [Map.prototype.getOrInsert](https://tc39.es/ecma262/#sec-map.prototype.getorinsert)
fn get_or_insert(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "Map.prototype.getOrInsert")?;
    let k = normalise(args.get(0));
    if let Some(v) = Table::of(o).get(cx, k) {
        return Ok(v);
    }
    hash_table::set(cx, o, k, args.get(1))?;
    Ok(args.get(1))
}

/// [Map.prototype.getOrInsertComputed](https://tc39.es/ecma262/#sec-map.prototype.getorinsertcomputed)
fn get_or_insert_computed(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "Map.prototype.getOrInsertComputed")?;
    let f = callback(cx, args.get(1))?;
    let k = normalise(args.get(0));
    if let Some(v) = Table::of(o).get(cx, k) {
        return Ok(v);
    }
    let v = cx.call(f, Value::UNDEFINED, &[k])?;
    hash_table::set(cx, o, k, v)?;
    Ok(v)
}

/// [Map.prototype.set](https://tc39.es/ecma262/#sec-map.prototype.set)
fn set(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "Map.prototype.set")?;
    hash_table::set(cx, o, args.get(0), args.get(1))?;
    Ok(o.into())
}

/// [Map.prototype.has](https://tc39.es/ecma262/#sec-map.prototype.has)
fn has(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "Map.prototype.has")?;
    Ok(Value::from_bool(Table::of(o).has(cx, normalise(args.get(0)))))
}

/// [Map.prototype.delete](https://tc39.es/ecma262/#sec-map.prototype.delete)
fn delete(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "Map.prototype.delete")?;
    Ok(Value::from_bool(hash_table::delete(cx, o, args.get(0))))
}

/// [Map.prototype.clear](https://tc39.es/ecma262/#sec-map.prototype.clear)
fn clear(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "Map.prototype.clear")?;
    hash_table::clear(cx, o);
    Ok(Value::UNDEFINED)
}

/// [get Map.prototype.size](https://tc39.es/ecma262/#sec-get-map.prototype.size)
fn size(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "get Map.prototype.size")?;
    Ok(index_value(Table::of(o).len() as u64))
}

/// [Map.prototype.forEach](https://tc39.es/ecma262/#sec-map.prototype.foreach)
fn for_each(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "Map.prototype.forEach")?;
    let f = callback(cx, args.get(0))?;
    let mut cursor = Cursor::new(o);
    while let Some((k, v)) = cursor.next() {
        cx.call(f, args.get(1), &[v, k, o.into()])?;
    }
    Ok(Value::UNDEFINED)
}

/// [Map.prototype.entries](https://tc39.es/ecma262/#sec-map.prototype.entries)
fn entries(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "Map.prototype.entries")?;
    Ok(new_iterator(cx, o, Kind::Entries))
}

/// [Map.prototype.keys](https://tc39.es/ecma262/#sec-map.prototype.keys)
fn keys(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "Map.prototype.keys")?;
    Ok(new_iterator(cx, o, Kind::Keys))
}

/// [Map.prototype.values](https://tc39.es/ecma262/#sec-map.prototype.values)
fn values(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_collection(cx, args, CellKind::MapObject, "Map.prototype.values")?;
    Ok(new_iterator(cx, o, Kind::Values))
}
