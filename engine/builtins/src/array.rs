//! [Array Objects](https://tc39.es/ecma262/#sec-array-objects): constructor and methods.
//!
//! Everything follows the specification over any array-like `this`; dense arrays get short cuts where
//! nothing can tell the difference. A callback may change the array in any way, so whatever a short
//! cut relies on is checked again after each call. Sorting is in `array_sort`.

use tierproof_base::faults::{Fault, fault};
use tierproof_heap::{AccessorPairRef, ArrayRef, CellKind, DoubleArrayRef, ObjectRef, TaggedArrayRef, Value};
use tierproof_runtime::convert::to_boolean;
use tierproof_runtime::elements::kind_for;
use tierproof_runtime::iteration::array_iterator_kind;
use tierproof_runtime::realm::Protocol;
use tierproof_runtime::{Args, Frame, Isolate, JsResult, List, ShapeId, attrs};

use crate::array_elements::{
    concat_dense, define, delete, dense_index_of, element, grow_dense, is_dense, is_full, make_hole,
    move_element, set_length, shift_dense, slice_dense, splice_dense, store, swap_dense, widen_for,
};
use crate::array_sort::{sort, to_sorted};
use crate::install::{
    self, Accessor, MAX_DEPTH, Row, Steps, callback, index_value, is_native, relative, relative_or,
};
use crate::string_builder::StringBuilder;

const STATICS: &[Row] = &[
    ("isArray", 1, is_array),
    ("from", 1, from),
    ("fromAsync", 1, crate::array_from_async::from_async),
    ("of", 0, of),
];
const STATIC_ACCESSORS: &[Accessor] = &[("@@species", install::species, None)];

const METHODS: &[Row] = &[
    ("at", 1, at),
    ("concat", 1, concat),
    ("copyWithin", 2, copy_within),
    ("fill", 1, fill),
    ("lastIndexOf", 1, last_index_of),
    ("pop", 0, pop),
    ("push", 1, push),
    ("reverse", 0, reverse),
    ("shift", 0, shift),
    ("unshift", 1, unshift),
    ("slice", 2, slice),
    ("sort", 1, sort),
    ("splice", 2, splice),
    ("includes", 1, includes),
    ("indexOf", 1, index_of),
    ("join", 1, join),
    ("keys", 0, keys),
    ("entries", 0, entries),
    ("values", 0, values),
    ("flat", 0, flat),
    ("flatMap", 1, flat_map),
    ("toReversed", 0, to_reversed),
    ("toSorted", 1, to_sorted),
    ("toSpliced", 2, to_spliced),
    ("toLocaleString", 0, to_locale_string),
    ("toString", 0, to_string),
    ("with", 2, with),
];

const UNSCOPABLES: &[&str] = &[
    "at",
    "copyWithin",
    "entries",
    "fill",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "flat",
    "flatMap",
    "includes",
    "keys",
    "toReversed",
    "toSorted",
    "toSpliced",
    "values",
];

/// Most elements that dense storage is given at once.
pub const MAX_DENSE: u64 = 1 << 26;
const MAX_SAFE: u64 = (1 << 53) - 1;

/// `Hooks::array_species`.
pub fn species(cx: &mut Isolate, o: ObjectRef, length: u64) -> JsResult {
    match species_create(cx, o, length)? {
        (_, true) => Ok(Value::HOLE),
        (a, false) => Ok(a.into()),
    }
}

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.array_prototype;
    let c = install::constructor(cx, ("Array", 1, array), p);
    cx.realm.array_constructor = c.into();
    install::methods(cx, c.object(), STATICS);
    install::accessors(cx, c.object(), STATIC_ACCESSORS);
    install::methods(cx, p, METHODS);
    crate::selfhosted::install_array(cx, p);
    cx.realm.array_values = install::alias(cx, p, "@@iterator", "values");
    let hidden = cx.new_object(Value::NULL);
    for name in UNSCOPABLES {
        install::value(cx, hidden, name, Value::TRUE, attrs::ALL);
    }
    install::value(cx, p, "@@unscopables", hidden.into(), attrs::CONFIGURABLE);
}

/// [Array](https://tc39.es/ecma262/#sec-array)
fn array(cx: &mut Isolate, args: Args) -> JsResult {
    let fallback = cx.realm.array_prototype;
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    let length = args.get(0);
    let a = if args.len() == 1 && length.is_number() {
        let n = length.as_number();
        if n != n.trunc() || !(0.0..=u32::MAX as f64).contains(&n) {
            return Err(cx.range_error("Invalid array length"));
        }
        cx.new_array_with_length(n as u32)
    } else {
        let mut list = List::with_capacity(cx, args.len());
        for i in 0..args.len() {
            list.push(cx, args.get(i));
        }
        list.into_array(cx)
    };
    if p != fallback {
        let shape = cx.root_shape(p.into(), CellKind::Array, 0);
        cx.set_object_shape(a.object(), shape);
    }
    Ok(a.into())
}

/// [Array.isArray](https://tc39.es/ecma262/#sec-array.isarray)
fn is_array(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::from_bool(cx.is_array(args.get(0))?))
}

/// [Array.of](https://tc39.es/ecma262/#sec-array.of)
fn of(cx: &mut Isolate, args: Args) -> JsResult {
    let n = args.len() as u64;
    let a = construct_or_array(cx, args.this(), Some(n))?;
    for k in 0..n {
        define(cx, a, k, args.get(k as usize))?;
    }
    set_length(cx, a, n)?;
    Ok(a.into())
}

/// `new C(length)` when C is a constructor, else a new array.
fn construct_or_array(cx: &mut Isolate, c: Value, length: Option<u64>) -> JsResult<ObjectRef> {
    if c == cx.realm.array_constructor || !cx.is_constructor(c) {
        if length.is_some_and(|n| n > u32::MAX as u64) {
            return Err(cx.range_error("Invalid array length"));
        }
        return Ok(cx.new_empty_array().object());
    }
    let o = match length {
        Some(n) => cx.construct(c, &[index_value(n)], c)?,
        None => cx.construct(c, &[], c)?,
    };
    Ok(o.cast())
}

/// [Array.from](https://tc39.es/ecma262/#sec-array.from)
fn from(cx: &mut Isolate, args: Args) -> JsResult {
    let items = args.get(0);
    let mapper = args.get(1);
    if !mapper.is_undefined() {
        callback(cx, mapper)?;
    }
    let key = cx.realm.symbols.iterator.key();
    let method = cx.get_method(items, key)?;
    if !method.is_undefined() {
        let a = construct_or_array(cx, args.this(), None)?;
        let record = cx.get_iterator_from(items, method)?;
        let mut k = 0u64;
        let mut steps = Steps::default();
        while let Some(v) = cx.iterator_step(record)? {
            steps.step(cx)?;
            let r = mapped(cx, mapper, args.get(2), v, k).and_then(|v| define(cx, a, k, v));
            cx.close_on_throw(record.iterator, r)?;
            k += 1;
        }
        set_length(cx, a, k)?;
        return Ok(a.into());
    }
    let source = cx.to_object(items)?;
    let n = cx.length_of(source)?;
    let a = construct_or_array(cx, args.this(), Some(n))?;
    let mut steps = Steps::default();
    for k in 0..n {
        steps.step(cx)?;
        let v = cx.get_index(source, k)?;
        let v = mapped(cx, mapper, args.get(2), v, k)?;
        define(cx, a, k, v)?;
    }
    set_length(cx, a, n)?;
    Ok(a.into())
}

fn mapped(cx: &mut Isolate, mapper: Value, this: Value, v: Value, k: u64) -> JsResult {
    if mapper.is_undefined() { Ok(v) } else { cx.call(mapper, this, &[v, index_value(k)]) }
}

/// `this` as object, with its length.
#[inline]
fn this_and_length(cx: &mut Isolate, args: Args) -> JsResult<(ObjectRef, u64)> {
    let o = cx.to_object(args.this())?;
    let n = cx.length_of(o)?;
    Ok((o, n))
}

/// The constructor that results derived from `o` are made with; None for plain arrays.
fn species_of(cx: &mut Isolate, o: ObjectRef) -> JsResult<Option<Value>> {
    if o.kind() != CellKind::Array && !cx.is_array(o.into())? {
        return Ok(None);
    }
    // The common case: a plain array, Array and its species untouched.
    if ShapeId(o.shape()) == cx.realm.array_shape
        && cx.protocol_slot(Protocol::ArrayConstructor) == Some(cx.realm.array_constructor)
        && let Some(pair) = cx.protocol_slot(Protocol::ArraySpecies)
        && let Some(pair) = pair.try_as::<AccessorPairRef>()
        && is_native(pair.getter(), install::species)
    {
        return Ok(None);
    }
    let names = cx.realm.names;
    let c = cx.get_of(o, names.constructor)?;
    let species = cx.realm.symbols.species.key();
    if c == cx.realm.array_constructor
        && let Some(p) = cx.get_own_property(c.cast(), species)?
        && p.is_accessor()
        && is_native(p.pair().getter(), install::species)
    {
        return Ok(None);
    }
    if c.is_undefined() {
        return Ok(None);
    }
    // The %Array% of another realm counts as this realm's own.
    let mut c = c;
    if cx.is_constructor(c) && cx.is_foreign_array_constructor(c) {
        return Ok(None);
    }
    if c.is_object() {
        c = cx.get_value(c, species)?;
        if c.is_nullish() {
            return Ok(None);
        }
    }
    if !cx.is_constructor(c) {
        return Err(cx.type_error("object.constructor[Symbol.species] is not a constructor"));
    }
    Ok(Some(c))
}

/// [ArraySpeciesCreate](https://tc39.es/ecma262/#sec-arrayspeciescreate). A plain array comes without
/// its length set (nobody sees it before the caller is done); the flag says so.
fn species_create(cx: &mut Isolate, o: ObjectRef, length: u64) -> JsResult<(ObjectRef, bool)> {
    match species_of(cx, o)? {
        Some(c) => Ok((cx.construct(c, &[index_value(length)], c)?.cast(), false)),
        None if length > u32::MAX as u64 => Err(cx.range_error("Invalid array length")),
        None => Ok((cx.new_empty_array().object(), true)),
    }
}

/// A list for that many values; RangeError when an array could not hold them.
pub fn list_for(cx: &mut Isolate, length: u64) -> JsResult<List> {
    if length > u32::MAX as u64 || length > MAX_DENSE && !cx.heap.can_allocate(length as usize * 16) {
        return Err(cx.range_error("Invalid array length"));
    }
    Ok(List::with_capacity(cx, length.min(MAX_DENSE) as usize))
}

// --- methods

/// [Array.prototype.at](https://tc39.es/ecma262/#sec-array.prototype.at)
fn at(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let i = cx.to_integer(args.get(0))?;
    let k = if i >= 0.0 { i } else { n as f64 + i };
    if k < 0.0 || k >= n as f64 {
        return Ok(Value::UNDEFINED);
    }
    cx.get_index(o, k as u64)
}

/// [IsConcatSpreadable](https://tc39.es/ecma262/#sec-isconcatspreadable)
fn is_concat_spreadable(cx: &mut Isolate, v: Value) -> JsResult<bool> {
    let Some(o) = v.try_as::<ObjectRef>() else { return Ok(false) };
    let key = cx.realm.symbols.is_concat_spreadable.key();
    let spreadable = cx.get_of(o, key)?;
    if !spreadable.is_undefined() {
        return Ok(to_boolean(spreadable));
    }
    cx.is_array(v)
}

/// [Array.prototype.concat](https://tc39.es/ecma262/#sec-array.prototype.concat)
fn concat(cx: &mut Isolate, args: Args) -> JsResult {
    let o = cx.to_object(args.this())?;
    let (a, plain) = species_create(cx, o, 0)?;
    if plain && let Some(list) = concat_dense(cx, o, args)? {
        return Ok(list.into_array(cx).into());
    }
    let mut n = 0u64;
    let mut steps = Steps::default();
    for i in 0..=args.len() {
        let item: Value = if i == 0 { o.into() } else { args.get(i - 1) };
        if !is_concat_spreadable(cx, item)? {
            if n >= MAX_SAFE {
                return Err(cx.type_error("Array length exceeds the largest safe integer"));
            }
            define(cx, a, n, item)?;
            n += 1;
            continue;
        }
        let from: ObjectRef = item.cast();
        let length = cx.length_of(from)?;
        if n + length > MAX_SAFE {
            return Err(cx.type_error("Array length exceeds the largest safe integer"));
        }
        for k in 0..length {
            steps.step(cx)?;
            if let Some(v) = element(cx, from, k)? {
                define(cx, a, n + k, v)?;
            }
        }
        n += length;
    }
    set_length(cx, a, n)?;
    Ok(a.into())
}

/// [Array.prototype.copyWithin](https://tc39.es/ecma262/#sec-array.prototype.copywithin)
fn copy_within(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let to = relative(cx, args.get(0), n)?;
    let from = relative(cx, args.get(1), n)?;
    let end = relative_or(cx, args.get(2), n, n)?;
    let count = end.saturating_sub(from).min(n - to);
    let mut steps = Steps::default();
    let backwards = from < to && to < from + count;
    for i in 0..count {
        steps.step(cx)?;
        let i = if backwards { count - 1 - i } else { i };
        move_element(cx, o, from + i, to + i)?;
    }
    Ok(o.into())
}

/// [Array.prototype.fill](https://tc39.es/ecma262/#sec-array.prototype.fill)
fn fill(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let v = args.get(0);
    let from = relative(cx, args.get(1), n)?;
    let to = relative_or(cx, args.get(2), n, n)?;
    if from >= to {
        return Ok(o.into());
    }
    if is_dense(cx, o)
        && to <= (o.cast::<ArrayRef>().length() as u64).min(MAX_DENSE)
        && cx.is_extensible(o)
        && cx.heap.can_allocate(to as usize * 16)
    {
        let kind = o.elements_kind().join(kind_for(v));
        cx.transition_elements(o, kind);
        cx.ensure_capacity(o, to as usize);
        if let Some(d) = o.elements().try_as::<DoubleArrayRef>() {
            for k in from..to {
                d.set(k as usize, v.as_number());
            }
        } else {
            let e: TaggedArrayRef = o.elements().cast();
            for k in from..to {
                e.set(&mut cx.heap, k as usize, v);
            }
        }
        return Ok(o.into());
    }
    let mut steps = Steps::default();
    for k in from..to {
        steps.step(cx)?;
        store(cx, o, k, v)?;
    }
    Ok(o.into())
}

/// [Array.prototype.indexOf](https://tc39.es/ecma262/#sec-array.prototype.indexof)
fn index_of(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    if n == 0 {
        return Ok(Value::smi(-1));
    }
    let from = relative(cx, args.get(1), n)?;
    let v = args.get(0);
    if is_dense(cx, o) {
        let to = n.min(o.cast::<ArrayRef>().length() as u64);
        let found = dense_index_of(cx, o, v, from as usize, to as usize);
        return Ok(found.map_or(Value::smi(-1), |i| index_value(i as u64)));
    }
    let mut steps = Steps::default();
    for k in from..n {
        steps.step(cx)?;
        if let Some(x) = element(cx, o, k)?
            && cx.strict_equals(x, v)
        {
            return Ok(index_value(k));
        }
    }
    Ok(Value::smi(-1))
}

/// [Array.prototype.lastIndexOf](https://tc39.es/ecma262/#sec-array.prototype.lastindexof)
fn last_index_of(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    if n == 0 {
        return Ok(Value::smi(-1));
    }
    let i = if args.len() > 1 { cx.to_integer(args.get(1))? } else { n as f64 - 1.0 };
    let start = if i >= 0.0 { i.min(n as f64 - 1.0) } else { n as f64 + i };
    if start < 0.0 {
        return Ok(Value::smi(-1));
    }
    let mut steps = Steps::default();
    for k in (0..=start as u64).rev() {
        steps.step(cx)?;
        if let Some(x) = element(cx, o, k)?
            && cx.strict_equals(x, args.get(0))
        {
            return Ok(index_value(k));
        }
    }
    Ok(Value::smi(-1))
}

/// [Array.prototype.includes](https://tc39.es/ecma262/#sec-array.prototype.includes)
fn includes(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    if n == 0 {
        return Ok(Value::FALSE);
    }
    let from = relative(cx, args.get(1), n)?;
    let v = args.get(0);
    let is_nan = v.is_number() && v.as_number().is_nan();
    if is_dense(cx, o) && !is_nan && !v.is_undefined() {
        let to = n.min(o.cast::<ArrayRef>().length() as u64);
        return Ok(Value::from_bool(dense_index_of(cx, o, v, from as usize, to as usize).is_some()));
    }
    let mut steps = Steps::default();
    for k in from..n {
        steps.step(cx)?;
        let x = cx.get_index(o, k)?;
        if cx.same_value_zero(x, v) {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

/// [Array.prototype.pop](https://tc39.es/ecma262/#sec-array.prototype.pop)
fn pop(cx: &mut Isolate, args: Args) -> JsResult {
    if let Some(o) = args.this().try_as::<ObjectRef>()
        && is_full(cx, o)
        && o.cast::<ArrayRef>().length() > 0
    {
        let a: ArrayRef = o.cast();
        let last = a.length() as usize - 1;
        let v = cx.dense_element(o, last).unwrap_or(Value::UNDEFINED);
        make_hole(cx, o, last);
        a.set_length(last as u32);
        return Ok(v);
    }
    let (o, n) = this_and_length(cx, args)?;
    if n == 0 {
        set_length(cx, o, 0)?;
        return Ok(Value::UNDEFINED);
    }
    let v = cx.get_index(o, n - 1)?;
    delete(cx, o, n - 1)?;
    set_length(cx, o, n - 1)?;
    Ok(v)
}

/// [Array.prototype.push](https://tc39.es/ecma262/#sec-array.prototype.push)
pub(crate) fn push(cx: &mut Isolate, args: Args) -> JsResult {
    if let Some(o) = args.this().try_as::<ObjectRef>()
        && args.len() == 1
        && let Some(n) = cx.push_dense(o, args.get(0))
    {
        return Ok(Value::smi(n as i32));
    }
    let (o, n) = this_and_length(cx, args)?;
    let count = args.len() as u64;
    if n + count > MAX_SAFE {
        return Err(cx.type_error("Pushing elements past the largest safe integer"));
    }
    for i in 0..count {
        store(cx, o, n + i, args.get(i as usize))?;
    }
    set_length(cx, o, n + count)?;
    Ok(index_value(n + count))
}

/// [Array.prototype.reverse](https://tc39.es/ecma262/#sec-array.prototype.reverse)
fn reverse(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    if is_full(cx, o) {
        for i in 0..n as usize / 2 {
            swap_dense(cx, o, i, n as usize - 1 - i);
        }
        return Ok(o.into());
    }
    let mut steps = Steps::default();
    for lower in 0..n / 2 {
        steps.step(cx)?;
        let upper = n - 1 - lower;
        let low_key = cx.index_key(lower);
        let up_key = cx.index_key(upper);
        let low = if cx.has_property(o, low_key)? { Some(cx.get_of(o, low_key)?) } else { None };
        let up = if cx.has_property(o, up_key)? { Some(cx.get_of(o, up_key)?) } else { None };
        match (low, up) {
            (Some(l), Some(u)) => {
                store(cx, o, lower, u)?;
                store(cx, o, upper, l)?;
            }
            (None, Some(u)) => {
                store(cx, o, lower, u)?;
                delete(cx, o, upper)?;
            }
            (Some(l), None) => {
                delete(cx, o, lower)?;
                store(cx, o, upper, l)?;
            }
            (None, None) => {}
        }
    }
    Ok(o.into())
}

/// [Array.prototype.shift](https://tc39.es/ecma262/#sec-array.prototype.shift)
fn shift(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    if n == 0 {
        set_length(cx, o, 0)?;
        return Ok(Value::UNDEFINED);
    }
    if is_full(cx, o) {
        let first = cx.dense_element(o, 0).unwrap_or(Value::UNDEFINED);
        shift_dense(cx, o, 1, n as usize, 0);
        make_hole(cx, o, n as usize - 1);
        o.cast::<ArrayRef>().set_length(n as u32 - 1);
        return Ok(first);
    }
    let first = cx.get_index(o, 0)?;
    let mut steps = Steps::default();
    for k in 1..n {
        steps.step(cx)?;
        move_element(cx, o, k, k - 1)?;
    }
    delete(cx, o, n - 1)?;
    set_length(cx, o, n - 1)?;
    Ok(first)
}

/// [Array.prototype.unshift](https://tc39.es/ecma262/#sec-array.prototype.unshift)
fn unshift(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let count = args.len() as u64;
    if count > 0 {
        if n + count > MAX_SAFE {
            return Err(cx.type_error("Unshifting elements past the largest safe integer"));
        }
        if grow_dense(cx, o, n, count) {
            widen_for(cx, o, args, 0);
            shift_dense(cx, o, 0, n as usize, count as usize);
            o.cast::<ArrayRef>().set_length((n + count) as u32);
        } else {
            let mut steps = Steps::default();
            for k in (0..n).rev() {
                steps.step(cx)?;
                move_element(cx, o, k, k + count)?;
            }
        }
        for i in 0..count {
            store(cx, o, i, args.get(i as usize))?;
        }
    }
    set_length(cx, o, n + count)?;
    Ok(index_value(n + count))
}

/// [Array.prototype.slice](https://tc39.es/ecma262/#sec-array.prototype.slice)
fn slice(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let from = relative(cx, args.get(0), n)?;
    let to = relative_or(cx, args.get(1), n, n)?;
    let count = to.saturating_sub(from);
    let (a, plain) = species_create(cx, o, count)?;
    if plain && let Some(copy) = slice_dense(cx, o, from as usize, from.max(to) as usize) {
        return Ok(copy.into());
    }
    let mut steps = Steps::default();
    for i in 0..count {
        steps.step(cx)?;
        if let Some(v) = element(cx, o, from + i)? {
            define(cx, a, i, v)?;
        }
    }
    set_length(cx, a, count)?;
    Ok(a.into())
}

/// [Array.prototype.splice](https://tc39.es/ecma262/#sec-array.prototype.splice)
fn splice(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let start = relative(cx, args.get(0), n)?;
    let items = args.len().saturating_sub(2) as u64;
    let removed = match args.len() {
        0 => 0,
        1 => n - start,
        _ => cx.to_integer(args.get(1))?.clamp(0.0, (n - start) as f64) as u64,
    };
    if n + items - removed > MAX_SAFE {
        return Err(cx.type_error("Splicing elements past the largest safe integer"));
    }
    let (a, plain) = species_create(cx, o, removed)?;
    let mut steps = Steps::default();
    let full = is_full(cx, o) && o.cast::<ArrayRef>().length() as u64 == n;
    let copy =
        if plain && full { slice_dense(cx, o, start as usize, (start + removed) as usize) } else { None };
    let a = match copy {
        Some(copy) => copy.object(),
        None => {
            for i in 0..removed {
                steps.step(cx)?;
                if let Some(v) = element(cx, o, start + i)? {
                    define(cx, a, i, v)?;
                }
            }
            set_length(cx, a, removed)?;
            a
        }
    };
    if full
        && is_full(cx, o)
        && o.cast::<ArrayRef>().length() as u64 == n
        && splice_dense(cx, o, n, start, removed, args)
    {
        return Ok(a.into());
    }
    if items < removed {
        for k in start..n - removed {
            steps.step(cx)?;
            move_element(cx, o, k + removed, k + items)?;
        }
        for k in (n - removed + items..n).rev() {
            steps.step(cx)?;
            delete(cx, o, k)?;
        }
    } else if items > removed {
        for k in (start..n - removed).rev() {
            steps.step(cx)?;
            move_element(cx, o, k + removed, k + items)?;
        }
    }
    for i in 0..items {
        store(cx, o, start + i, args.get(i as usize + 2))?;
    }
    set_length(cx, o, n - removed + items)?;
    Ok(a.into())
}

/// Whether a join of the same object is under way in a frame below the current one.
fn is_being_joined(cx: &Isolate, args: Args, o: ObjectRef) -> bool {
    let callee = Value::from(args.callee());
    let mut at = Frame::at(cx.jit.fp).caller();
    while !at.is_null() {
        let f = Frame::at(at);
        if f.kind() == tierproof_runtime::stack::kind::BUILTIN && f.callee() == callee && f.this() == o.into()
        {
            return true;
        }
        at = f.caller();
    }
    false
}

/// [Array.prototype.join](https://tc39.es/ecma262/#sec-array.prototype.join)
fn join(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let separator = if args.get(0).is_undefined() { cx.string(",") } else { cx.to_string(args.get(0))? };
    let mut out = StringBuilder::default();
    let mut steps = Steps::default();
    let mut checked = false;
    let mut early = List::new(cx);
    for k in 0..if fault(Fault::F084) { n.min(1 << 12) } else { 0 } {
        let v = cx.get_index(o, k)?;
        early.push(cx, v);
    }
    for k in 0..n {
        steps.step(cx)?;
        if k > 0 {
            out.push_string(cx, separator);
        }
        let v = if k < early.len() as u64 { early.get(k as usize) } else { cx.get_index(o, k)? };
        if v.is_nullish() {
            continue;
        }
        if v.is_object() && !checked {
            // An array that contains itself joins as the empty string, as everywhere.
            checked = true;
            if is_being_joined(cx, args, o) {
                return Ok(cx.realm.strings.empty().into());
            }
        }
        let s = cx.to_string(v)?;
        out.push_string(cx, s);
        if out.overflowed() {
            break;
        }
    }
    Ok(out.finish(cx)?.into())
}

/// [Array.prototype.toString](https://tc39.es/ecma262/#sec-array.prototype.tostring)
fn to_string(cx: &mut Isolate, args: Args) -> JsResult {
    let o = cx.to_object(args.this())?;
    let key = cx.realm.names.join;
    let f = cx.get_of(o, key)?;
    if cx.is_callable(f) {
        return cx.call(f, o.into(), &[]);
    }
    crate::object::to_string(cx, args)
}

/// [Array.prototype.toLocaleString](https://tc39.es/ecma262/#sec-array.prototype.tolocalestring)
fn to_locale_string(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    if is_being_joined(cx, args, o) {
        return Ok(cx.realm.strings.empty().into());
    }
    let mut out = StringBuilder::default();
    let mut steps = Steps::default();
    let key = cx.key("toLocaleString");
    for k in 0..n {
        steps.step(cx)?;
        if k > 0 {
            out.push_ascii(",");
        }
        let v = cx.get_index(o, k)?;
        if !v.is_nullish() {
            let r = cx.invoke_method(v, key, &[])?;
            let s = cx.to_string(r)?;
            out.push_string(cx, s);
        }
    }
    Ok(out.finish(cx)?.into())
}

fn new_iterator(cx: &mut Isolate, args: Args, kind: i32) -> JsResult {
    let o = cx.to_object(args.this())?;
    Ok(cx.new_array_iterator(o, kind))
}

/// [Array.prototype.keys](https://tc39.es/ecma262/#sec-array.prototype.keys)
fn keys(cx: &mut Isolate, args: Args) -> JsResult {
    new_iterator(cx, args, array_iterator_kind::KEYS)
}

/// [Array.prototype.entries](https://tc39.es/ecma262/#sec-array.prototype.entries)
fn entries(cx: &mut Isolate, args: Args) -> JsResult {
    new_iterator(cx, args, array_iterator_kind::ENTRIES)
}

/// [Array.prototype.values](https://tc39.es/ecma262/#sec-array.prototype.values)
fn values(cx: &mut Isolate, args: Args) -> JsResult {
    new_iterator(cx, args, array_iterator_kind::VALUES)
}

/// [FlattenIntoArray](https://tc39.es/ecma262/#sec-flattenintoarray)
fn flatten(
    cx: &mut Isolate,
    target: ObjectRef,
    (source, n): (ObjectRef, u64),
    mut at: u64,
    depth: f64,
    mapper: Option<(Value, Value)>,
    level: u32,
) -> JsResult<u64> {
    if level > MAX_DEPTH {
        return Err(cx.overflow_error());
    }
    let mut steps = Steps::default();
    for k in 0..n {
        steps.step(cx)?;
        let Some(mut v) = element(cx, source, k)? else { continue };
        if let Some((f, this)) = mapper {
            v = cx.call(f, this, &[v, index_value(k), source.into()])?;
        }
        match v.try_as::<ObjectRef>() {
            Some(inner) if depth > 0.0 && cx.is_array(v)? => {
                let inner = (inner, cx.length_of(inner)?);
                at = flatten(cx, target, inner, at, depth - 1.0, None, level + 1)?;
            }
            _ => {
                define(cx, target, at, v)?;
                at += 1;
            }
        }
    }
    Ok(at)
}

/// [Array.prototype.flat](https://tc39.es/ecma262/#sec-array.prototype.flat)
fn flat(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let depth = if args.get(0).is_undefined() { 1.0 } else { cx.to_integer(args.get(0))?.max(0.0) };
    let (a, _) = species_create(cx, o, 0)?;
    flatten(cx, a, (o, n), 0, depth, None, 0)?;
    Ok(a.into())
}

/// [Array.prototype.flatMap](https://tc39.es/ecma262/#sec-array.prototype.flatmap)
fn flat_map(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let f = callback(cx, args.get(0))?;
    let (a, _) = species_create(cx, o, 0)?;
    flatten(cx, a, (o, n), 0, 1.0, Some((f, args.get(1))), 0)?;
    Ok(a.into())
}

/// [Array.prototype.toReversed](https://tc39.es/ecma262/#sec-array.prototype.toreversed)
fn to_reversed(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let mut list = list_for(cx, n)?;
    let mut steps = Steps::default();
    for k in (0..n).rev() {
        steps.step(cx)?;
        let v = cx.get_index(o, k)?;
        list.push(cx, v);
    }
    Ok(list.into_array(cx).into())
}

/// [Array.prototype.toSpliced](https://tc39.es/ecma262/#sec-array.prototype.tospliced)
fn to_spliced(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let start = relative(cx, args.get(0), n)?;
    let items = args.len().saturating_sub(2) as u64;
    let skipped = match args.len() {
        0 => 0,
        1 => n - start,
        _ => cx.to_integer(args.get(1))?.clamp(0.0, (n - start) as f64) as u64,
    };
    let length = n + items - skipped;
    if length > MAX_SAFE {
        return Err(cx.type_error("Array length exceeds the largest safe integer"));
    }
    let mut list = list_for(cx, length)?;
    let mut steps = Steps::default();
    for k in 0..start {
        steps.step(cx)?;
        let v = cx.get_index(o, k)?;
        list.push(cx, v);
    }
    for i in 2..args.len() {
        list.push(cx, args.get(i));
    }
    for k in start + skipped..n {
        steps.step(cx)?;
        let v = cx.get_index(o, k)?;
        list.push(cx, v);
    }
    Ok(list.into_array(cx).into())
}

/// [Array.prototype.with](https://tc39.es/ecma262/#sec-array.prototype.with)
fn with(cx: &mut Isolate, args: Args) -> JsResult {
    let (o, n) = this_and_length(cx, args)?;
    let i = cx.to_integer(args.get(0))?;
    let at = if i >= 0.0 { i } else { n as f64 + i };
    if at < 0.0 || at >= n as f64 {
        return Err(cx.range_error("Invalid index : with"));
    }
    let mut list = list_for(cx, n)?;
    let mut steps = Steps::default();
    for k in 0..n {
        steps.step(cx)?;
        let v = if k == at as u64 { args.get(1) } else { cx.get_index(o, k)? };
        list.push(cx, v);
    }
    Ok(list.into_array(cx).into())
}
