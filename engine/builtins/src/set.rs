//! [Set Objects](https://tc39.es/ecma262/#sec-set-objects).

use tierproof_heap::{CellKind, ObjectRef, Value};
use tierproof_runtime::convert::to_boolean;
use tierproof_runtime::iteration::IteratorRecord;
use tierproof_runtime::{Args, Isolate, JsResult, NativeFn};

use crate::hash_table::{self, Cursor, Table, normalise};
use crate::install::{self, Accessor, Row, Steps, callback, index_value, is_native, needs_new};
use crate::map::{new_collection, this_collection};
use crate::map_iterator::{Kind, new_iterator};

const STATIC_ACCESSORS: &[Accessor] = &[("@@species", install::species, None)];
const METHODS: &[Row] = &[
    ("has", 1, has),
    ("add", 1, add),
    ("delete", 1, delete),
    ("clear", 0, clear),
    ("entries", 0, entries),
    ("forEach", 1, for_each),
];
const MORE_METHODS: &[Row] = &[
    ("values", 0, values),
    ("union", 1, union),
    ("intersection", 1, intersection),
    ("difference", 1, difference),
    ("symmetricDifference", 1, symmetric_difference),
    ("isSubsetOf", 1, is_subset_of),
    ("isSupersetOf", 1, is_superset_of),
    ("isDisjointFrom", 1, is_disjoint_from),
];
const ACCESSORS: &[Accessor] = &[("size", size, None)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.set_prototype;
    let c = install::constructor(cx, ("Set", 0, set), p).object();
    install::accessors(cx, c, STATIC_ACCESSORS);
    install::methods(cx, p, METHODS);
    install::accessors(cx, p, ACCESSORS);
    install::methods(cx, p, MORE_METHODS);
    install::tag(cx, p, "Set");
    install::alias(cx, p, "keys", "values");
    install::alias(cx, p, "@@iterator", "values");
}

fn this_set(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ObjectRef> {
    this_collection(cx, args, CellKind::SetObject, method)
}

/// Adds the values of an iterable through `o.add`, for Set and WeakSet; `native` is the untouched adder.
pub fn add_values(cx: &mut Isolate, o: ObjectRef, iterable: Value, native: NativeFn) -> JsResult<()> {
    let key = cx.realm.names.add;
    let adder = cx.get_of(o, key)?;
    if !cx.is_callable(adder) {
        return Err(cx.not_callable(adder));
    }
    let direct = is_native(adder, native) && o.kind() == CellKind::SetObject;
    let record = cx.get_iterator(iterable)?;
    let mut steps = Steps::default();
    while let Some(item) = cx.iterator_step(record)? {
        steps.step(cx)?;
        if direct {
            hash_table::set(cx, o, item, Value::UNDEFINED)?;
        } else {
            let r = cx.call(adder, o.into(), &[item]);
            cx.close_on_throw(record.iterator, r)?;
        }
    }
    Ok(())
}

/// [Set](https://tc39.es/ecma262/#sec-set-iterable)
fn set(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, "Set"));
    }
    let fallback = cx.realm.set_prototype;
    let o = new_collection(cx, CellKind::SetObject, args.new_target(), fallback)?;
    if !args.get(0).is_nullish() {
        add_values(cx, o, args.get(0), add)?;
    }
    Ok(o.into())
}

/// [Set.prototype.has](https://tc39.es/ecma262/#sec-set.prototype.has)
fn has(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.has")?;
    Ok(Value::from_bool(Table::of(o).has(cx, normalise(args.get(0)))))
}

/// [Set.prototype.add](https://tc39.es/ecma262/#sec-set.prototype.add)
fn add(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.add")?;
    hash_table::set(cx, o, args.get(0), Value::UNDEFINED)?;
    Ok(o.into())
}

/// [Set.prototype.delete](https://tc39.es/ecma262/#sec-set.prototype.delete)
fn delete(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.delete")?;
    Ok(Value::from_bool(hash_table::delete(cx, o, args.get(0))))
}

/// [Set.prototype.clear](https://tc39.es/ecma262/#sec-set.prototype.clear)
fn clear(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.clear")?;
    hash_table::clear(cx, o);
    Ok(Value::UNDEFINED)
}

/// [get Set.prototype.size](https://tc39.es/ecma262/#sec-get-set.prototype.size)
fn size(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "get Set.prototype.size")?;
    Ok(index_value(Table::of(o).len() as u64))
}

/// [Set.prototype.forEach](https://tc39.es/ecma262/#sec-set.prototype.foreach)
fn for_each(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.forEach")?;
    let f = callback(cx, args.get(0))?;
    let mut cursor = Cursor::new(o);
    while let Some((k, _)) = cursor.next() {
        cx.call(f, args.get(1), &[k, k, o.into()])?;
    }
    Ok(Value::UNDEFINED)
}

/// [Set.prototype.entries](https://tc39.es/ecma262/#sec-set.prototype.entries)
fn entries(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.entries")?;
    Ok(new_iterator(cx, o, Kind::Entries))
}

/// [Set.prototype.values](https://tc39.es/ecma262/#sec-set.prototype.values)
fn values(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.values")?;
    Ok(new_iterator(cx, o, Kind::Values))
}

/// A [Set Record](https://tc39.es/ecma262/#sec-set-records).
#[derive(Clone, Copy)]
struct Other {
    object: Value,
    size: f64,
    has: Value,
    keys: Value,
}

impl Other {
    /// [GetSetRecord](https://tc39.es/ecma262/#sec-getsetrecord)
    fn new(cx: &mut Isolate, v: Value) -> JsResult<Other> {
        let o = crate::object::non_primitive(cx, v, "Set method")?;
        let names = cx.realm.names;
        let raw = cx.get_of(o, names.size)?;
        let number = cx.to_number(raw)?;
        if number.is_nan() {
            return Err(cx.type_error("The 'size' property must be a number"));
        }
        let size = number.trunc();
        if size < 0.0 {
            return Err(cx.range_error("The 'size' property must not be negative"));
        }
        let has = cx.get_of(o, names.has)?;
        callback(cx, has)?;
        let keys = cx.get_of(o, names.keys)?;
        callback(cx, keys)?;
        Ok(Other { object: v, size, has, keys })
    }
    fn contains(&self, cx: &mut Isolate, key: Value) -> JsResult<bool> {
        let r = cx.call(self.has, self.object, &[key])?;
        Ok(to_boolean(r))
    }
    /// [GetIteratorFromMethod] of `keys`, without asking for `Symbol.iterator`.
    fn iterate(&self, cx: &mut Isolate) -> JsResult<IteratorRecord> {
        let iterator = cx.call(self.keys, self.object, &[])?;
        if !iterator.is_object() {
            return Err(cx.type_error("Result of the keys method is not an object"));
        }
        let key = cx.realm.names.next;
        let next = cx.get_value(iterator, key)?;
        Ok(IteratorRecord { iterator, next })
    }
}

fn empty_set(cx: &mut Isolate) -> JsResult<ObjectRef> {
    let fallback = cx.realm.set_prototype;
    new_collection(cx, CellKind::SetObject, Value::UNDEFINED, fallback)
}

fn copy_of(cx: &mut Isolate, o: ObjectRef) -> JsResult<ObjectRef> {
    let out = empty_set(cx)?;
    let mut cursor = Cursor::new(o);
    while let Some((k, _)) = cursor.next() {
        hash_table::set(cx, out, k, Value::UNDEFINED)?;
    }
    Ok(out)
}

/// [Set.prototype.union](https://tc39.es/ecma262/#sec-set.prototype.union)
fn union(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.union")?;
    let other = Other::new(cx, args.get(0))?;
    let record = other.iterate(cx)?;
    let out = copy_of(cx, o)?;
    while let Some(k) = cx.iterator_step(record)? {
        hash_table::set(cx, out, k, Value::UNDEFINED)?;
    }
    Ok(out.into())
}

/// [Set.prototype.intersection](https://tc39.es/ecma262/#sec-set.prototype.intersection)
fn intersection(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.intersection")?;
    let other = Other::new(cx, args.get(0))?;
    let out = empty_set(cx)?;
    if Table::of(o).len() as f64 <= other.size {
        let mut cursor = Cursor::new(o);
        while let Some((k, _)) = cursor.next() {
            if other.contains(cx, k)? {
                hash_table::set(cx, out, k, Value::UNDEFINED)?;
            }
        }
    } else {
        let record = other.iterate(cx)?;
        while let Some(k) = cx.iterator_step(record)? {
            if Table::of(o).has(cx, normalise(k)) {
                hash_table::set(cx, out, k, Value::UNDEFINED)?;
            }
        }
    }
    Ok(out.into())
}

/// [Set.prototype.difference](https://tc39.es/ecma262/#sec-set.prototype.difference)
fn difference(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.difference")?;
    let other = Other::new(cx, args.get(0))?;
    let out = copy_of(cx, o)?;
    if Table::of(o).len() as f64 <= other.size {
        let mut cursor = Cursor::new(o);
        while let Some((k, _)) = cursor.next() {
            if other.contains(cx, k)? {
                hash_table::delete(cx, out, k);
            }
        }
    } else {
        let record = other.iterate(cx)?;
        while let Some(k) = cx.iterator_step(record)? {
            hash_table::delete(cx, out, k);
        }
    }
    Ok(out.into())
}

/// [Set.prototype.symmetricDifference](https://tc39.es/ecma262/#sec-set.prototype.symmetricdifference)
fn symmetric_difference(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.symmetricDifference")?;
    let other = Other::new(cx, args.get(0))?;
    let record = other.iterate(cx)?;
    let out = copy_of(cx, o)?;
    while let Some(k) = cx.iterator_step(record)? {
        if Table::of(o).has(cx, normalise(k)) {
            hash_table::delete(cx, out, k);
        } else {
            hash_table::set(cx, out, k, Value::UNDEFINED)?;
        }
    }
    Ok(out.into())
}

/// [Set.prototype.isSubsetOf](https://tc39.es/ecma262/#sec-set.prototype.issubsetof)
fn is_subset_of(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.isSubsetOf")?;
    let other = Other::new(cx, args.get(0))?;
    if Table::of(o).len() as f64 > other.size {
        return Ok(Value::FALSE);
    }
    let mut cursor = Cursor::new(o);
    while let Some((k, _)) = cursor.next() {
        if !other.contains(cx, k)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

/// [Set.prototype.isSupersetOf](https://tc39.es/ecma262/#sec-set.prototype.issupersetof)
fn is_superset_of(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.isSupersetOf")?;
    let other = Other::new(cx, args.get(0))?;
    if (Table::of(o).len() as f64) < other.size {
        return Ok(Value::FALSE);
    }
    let record = other.iterate(cx)?;
    while let Some(k) = cx.iterator_step(record)? {
        if !Table::of(o).has(cx, normalise(k)) {
            cx.iterator_close(record.iterator)?;
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

/// [Set.prototype.isDisjointFrom](https://tc39.es/ecma262/#sec-set.prototype.isdisjointfrom)
fn is_disjoint_from(cx: &mut Isolate, args: Args) -> JsResult {
    let o = this_set(cx, args, "Set.prototype.isDisjointFrom")?;
    let other = Other::new(cx, args.get(0))?;
    if Table::of(o).len() as f64 <= other.size {
        let mut cursor = Cursor::new(o);
        while let Some((k, _)) = cursor.next() {
            if other.contains(cx, k)? {
                return Ok(Value::FALSE);
            }
        }
        return Ok(Value::TRUE);
    }
    let record = other.iterate(cx)?;
    while let Some(k) = cx.iterator_step(record)? {
        if Table::of(o).has(cx, normalise(k)) {
            cx.iterator_close(record.iterator)?;
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}
