//! [TypedArray Objects](https://tc39.es/ecma262/#sec-typedarray-objects): the constructors, their common
//! statics and prototype. Any call into JavaScript may shrink or detach the buffer: lengths are read again then.

use tierproof_base::faults::{Fault, fault};
use tierproof_heap::{ArrayBufferRef, ObjectRef, TypedArrayRef, Value};
use tierproof_runtime::convert::to_boolean;
use tierproof_runtime::iteration::array_iterator_kind;
use tierproof_runtime::shared_memory;
use tierproof_runtime::typed_array::{
    self, ElementType, is_detached, is_out_of_bounds, is_resizable, raw_of, store_raw, view_flags,
};
use tierproof_runtime::{Args, Isolate, JsResult, List, NativeFn};

use crate::install::{
    self, Accessor, Row, Steps, callback, incompatible, index_value, needs_new, relative, relative_or,
    species_constructor,
};
use crate::string_builder::StringBuilder;

const STATICS: &[Row] = &[("of", 0, of), ("from", 1, from)];
const STATIC_ACCESSORS: &[Accessor] = &[("@@species", install::species, None)];

const ACCESSORS: &[Accessor] = &[
    ("buffer", buffer, None),
    ("byteLength", byte_length, None),
    ("byteOffset", byte_offset, None),
    ("length", length, None),
    ("@@toStringTag", to_string_tag, None),
];

const METHODS: &[Row] = &[
    ("entries", 0, entries),
    ("keys", 0, keys),
    ("values", 0, values),
    ("at", 1, at),
    ("copyWithin", 2, copy_within),
    ("every", 1, every),
    ("fill", 1, fill),
    ("filter", 1, filter),
    ("find", 1, find),
    ("findIndex", 1, find_index),
    ("findLast", 1, find_last),
    ("findLastIndex", 1, find_last_index),
    ("forEach", 1, for_each),
    ("includes", 1, includes),
    ("indexOf", 1, index_of),
    ("join", 1, join),
    ("lastIndexOf", 1, last_index_of),
    ("map", 1, map),
    ("reverse", 0, reverse),
    ("reduce", 1, reduce),
    ("reduceRight", 1, reduce_right),
    ("set", 1, set),
    ("slice", 2, slice),
    ("some", 1, some),
    ("sort", 1, crate::typed_array_sort::sort),
    ("subarray", 2, subarray),
    ("toReversed", 0, to_reversed),
    ("toSorted", 1, crate::typed_array_sort::to_sorted),
    ("with", 2, with),
    ("toLocaleString", 0, to_locale_string),
];

const CONSTRUCTORS: [NativeFn; ElementType::COUNT] = [
    |cx, args| construct(cx, args, ElementType::Int8),
    |cx, args| construct(cx, args, ElementType::Uint8),
    |cx, args| construct(cx, args, ElementType::Uint8Clamped),
    |cx, args| construct(cx, args, ElementType::Int16),
    |cx, args| construct(cx, args, ElementType::Uint16),
    |cx, args| construct(cx, args, ElementType::Int32),
    |cx, args| construct(cx, args, ElementType::Uint32),
    |cx, args| construct(cx, args, ElementType::Float32),
    |cx, args| construct(cx, args, ElementType::Float64),
    |cx, args| construct(cx, args, ElementType::BigInt64),
    |cx, args| construct(cx, args, ElementType::BigUint64),
    |cx, args| construct(cx, args, ElementType::Float16),
];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.typed_array_prototype;
    let intrinsic = install::detached_constructor(cx, ("TypedArray", 0, abstract_constructor), p);
    install::methods(cx, intrinsic.object(), STATICS);
    install::accessors(cx, intrinsic.object(), STATIC_ACCESSORS);
    install::accessors(cx, p, ACCESSORS);
    install::methods(cx, p, METHODS);
    install::alias(cx, p, "@@iterator", "values");
    // The same function object as on Array.prototype.
    let array_prototype = cx.realm.array_prototype;
    let to_string = install::own_named(cx, array_prototype, "toString");
    install::value(cx, p, "toString", to_string, tierproof_runtime::attrs::HIDDEN);
    for (ty, native) in ElementType::ALL.into_iter().zip(CONSTRUCTORS) {
        let p = cx.realm.typed_array_prototypes[ty as usize];
        let c = install::constructor(cx, (ty.name(), 3, native), p);
        cx.realm.typed_array_constructors[ty as usize] = c.into();
        let _ = cx.set_prototype_of(c.object(), intrinsic.into());
        let size = Value::smi(ty.size() as i32);
        if ty == ElementType::Uint8 {
            install::methods(cx, c.object(), crate::uint8array_base64::STATICS);
            install::methods(cx, p, crate::uint8array_base64::METHODS);
        }
        install::value(cx, c.object(), "BYTES_PER_ELEMENT", size, 0);
        install::value(cx, p, "BYTES_PER_ELEMENT", size, 0);
    }
}

/// [%TypedArray%](https://tc39.es/ecma262/#sec-%typedarray%)
fn abstract_constructor(cx: &mut Isolate, _: Args) -> JsResult {
    Err(cx.type_error("Abstract class TypedArray not directly constructable"))
}

fn object(t: TypedArrayRef) -> ObjectRef {
    Value::from(t).cast()
}

/// A zeroed typed array of that many elements.
fn allocate(cx: &mut Isolate, ty: ElementType, p: ObjectRef, n: u64) -> JsResult<TypedArrayRef> {
    if n > 1 << 33 {
        return Err(cx.range_error(&format!("Invalid typed array length: {n}")));
    }
    let bp = cx.realm.array_buffer_prototype;
    let buffer = cx.new_array_buffer(bp.into(), n * ty.size() as u64)?;
    Ok(cx.new_typed_array(ty, p.into(), buffer, 0, Some(n)))
}

/// [TypedArray](https://tc39.es/ecma262/#sec-typedarray)
fn construct(cx: &mut Isolate, args: Args, ty: ElementType) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, ty.name()));
    }
    let fallback = cx.realm.typed_array_prototypes[ty as usize];
    let first = args.get(0);
    let Some(o) = first.try_as::<ObjectRef>() else {
        let n = cx.to_index(first)?;
        let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
        return Ok(allocate(cx, ty, p, n)?.into());
    };
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    if let Some(source) = first.try_as::<TypedArrayRef>() {
        validate(cx, source)?;
        if ElementType::of(source).is_bigint() != ty.is_bigint() {
            return Err(mixed_content(cx));
        }
        let t = allocate(cx, ty, p, source.length())?;
        copy_elements(cx, source, 0, t, 0, source.length())?;
        return Ok(t.into());
    }
    if let Some(buffer) = first.try_as::<ArrayBufferRef>() {
        return over_buffer(cx, args, ty, p, buffer);
    }
    let key = cx.realm.symbols.iterator.key();
    let method = cx.get_method(first, key)?;
    if method.is_undefined() {
        let n = cx.length_of(o)?;
        let t = allocate(cx, ty, p, n)?;
        let mut steps = Steps::default();
        for k in 0..n {
            steps.step(cx)?;
            let v = cx.get_index(o, k)?;
            cx.typed_array_set(t, k, v)?;
        }
        return Ok(t.into());
    }
    let list = values_of(cx, first, method)?;
    let t = allocate(cx, ty, p, list.len() as u64)?;
    fill_from_list(cx, t, list)?;
    Ok(t.into())
}

/// All values of an iterable with this iterator method.
fn values_of(cx: &mut Isolate, v: Value, method: Value) -> JsResult<List> {
    let record = cx.get_iterator_from(v, method)?;
    let mut list = List::new(cx);
    let mut steps = Steps::default();
    while let Some(x) = cx.iterator_step(record)? {
        steps.step(cx)?;
        list.push(cx, x);
    }
    Ok(list)
}

fn fill_from_list(cx: &mut Isolate, t: TypedArrayRef, list: List) -> JsResult<()> {
    for k in 0..list.len() {
        cx.typed_array_set(t, k as u64, list.get(k))?;
    }
    Ok(())
}

/// [InitializeTypedArrayFromArrayBuffer](https://tc39.es/ecma262/#sec-initializetypedarrayfromarraybuffer)
fn over_buffer(
    cx: &mut Isolate,
    args: Args,
    ty: ElementType,
    p: ObjectRef,
    buffer: ArrayBufferRef,
) -> JsResult {
    let size = ty.size() as u64;
    let name = ty.name();
    let offset = cx.to_index(args.get(1))?;
    if !offset.is_multiple_of(size) {
        return Err(cx.range_error(&format!("start offset of {name} should be a multiple of {size}")));
    }
    let length = if args.get(2).is_undefined() { None } else { Some(cx.to_index(args.get(2))?) };
    if is_detached(buffer) {
        return Err(cx.type_error("Cannot make a typed array of a detached ArrayBuffer"));
    }
    let bytes = buffer.byte_length();
    let outside = format!("Start offset {offset} is outside the bounds of the buffer");
    let length = match length {
        Some(n) => {
            if offset.saturating_add(n.saturating_mul(size)) > bytes {
                return Err(cx.range_error(&format!("Invalid typed array length: {n}")));
            }
            Some(n)
        }
        None if is_resizable(buffer) => {
            if offset > bytes {
                return Err(cx.range_error(&outside));
            }
            None
        }
        None if !bytes.is_multiple_of(size) => {
            return Err(cx.range_error(&format!("byte length of {name} should be a multiple of {size}")));
        }
        None if offset > bytes => return Err(cx.range_error(&outside)),
        None => Some((bytes - offset) / size),
    };
    let t = cx.new_typed_array(ty, p.into(), buffer, offset, length);
    cx.register_view(object(t));
    Ok(t.into())
}

/// Copies elements, converting when the types differ; overlapping ranges of one buffer are handled.
fn copy_elements(
    cx: &mut Isolate,
    source: TypedArrayRef,
    start: u64,
    target: TypedArrayRef,
    at: u64,
    count: u64,
) -> JsResult<()> {
    let (from, to) = (ElementType::of(source), ElementType::of(target));
    if from.is_bigint() != to.is_bigint() {
        return Err(mixed_content(cx));
    }
    let same_bytes = from == to || from.size() == 1 && to.size() == 1 && to != ElementType::Uint8Clamped;
    let (Some(a), Some(b)) =
        (source.buffer().try_as::<ArrayBufferRef>(), target.buffer().try_as::<ArrayBufferRef>())
    else {
        return Ok(());
    };
    let size = from.size() as u64;
    if same_bytes {
        let (x, y) = (source.byte_offset() + start * size, target.byte_offset() + at * size);
        shared_memory::copy(a, x, b, y, count * size);
        return Ok(());
    }
    let mut source = source;
    let mut start = start;
    if a == b {
        // Read everything before writing anything.
        let p = cx.realm.typed_array_prototypes[from as usize];
        let copy = allocate(cx, from, p, count)?;
        copy_elements(cx, source, start, copy, 0, count)?;
        (source, start) = (copy, 0);
    }
    let mut steps = Steps::default();
    for k in 0..count {
        steps.step(cx)?;
        let v = element(cx, source, start + k);
        store_raw(target, at + k, raw_of(v));
    }
    Ok(())
}

#[inline]
pub fn element(cx: &mut Isolate, t: TypedArrayRef, k: u64) -> Value {
    typed_array::get(cx, t, k).unwrap_or(Value::UNDEFINED)
}

/// [ValidateTypedArray](https://tc39.es/ecma262/#sec-validatetypedarray) of `this`.
#[inline]
pub fn this_typed(cx: &mut Isolate, args: Args) -> JsResult<TypedArrayRef> {
    match args.this().try_as() {
        Some(t) => {
            validate(cx, t)?;
            Ok(t)
        }
        None => Err(cx.type_error("this is not a typed array.")),
    }
}

/// TypeError when the array is out of bounds or its buffer detached.
#[inline]
fn validate(cx: &mut Isolate, t: TypedArrayRef) -> JsResult<()> {
    if is_out_of_bounds(t) {
        return Err(
            cx.type_error("Cannot perform the operation on a typed array that is out of bounds or detached")
        );
    }
    Ok(())
}

#[cold]
fn mixed_content(cx: &mut Isolate) -> tierproof_runtime::Thrown {
    cx.type_error("Cannot mix BigInt and other types, use explicit conversions")
}

/// [TypedArrayCreateFromConstructor](https://tc39.es/ecma262/#sec-typedarraycreatefromctor)
fn create(cx: &mut Isolate, c: Value, args: &[Value]) -> JsResult<TypedArrayRef> {
    let o = cx.construct(c, args, c)?;
    let Some(t) = o.try_as::<TypedArrayRef>() else {
        return Err(cx.type_error("Species constructor did not return a TypedArray"));
    };
    validate(cx, t)?;
    if let [n] = args
        && n.is_number()
        && (t.length() as f64) < n.as_number()
    {
        return Err(cx.type_error("Derived TypedArray constructor created an array which was too small"));
    }
    Ok(t)
}

/// [TypedArraySpeciesCreate](https://tc39.es/ecma262/#sec-typedarray-species-create)
fn species_create(cx: &mut Isolate, t: TypedArrayRef, args: &[Value]) -> JsResult<TypedArrayRef> {
    let default = cx.realm.typed_array_constructors[t.element_type() as usize];
    let c = species_constructor(cx, object(t), default)?;
    let new = create(cx, c, args)?;
    if ElementType::of(new).is_bigint() != ElementType::of(t).is_bigint() {
        return Err(cx.type_error("Content type of the species constructor's array does not fit"));
    }
    Ok(new)
}

/// [TypedArrayCreateSameType](https://tc39.es/ecma262/#sec-typedarray-create-same-type)
pub fn create_same_type(cx: &mut Isolate, t: TypedArrayRef) -> JsResult<TypedArrayRef> {
    let p = cx.realm.typed_array_prototypes[t.element_type() as usize];
    allocate(cx, ElementType::of(t), p, t.length())
}

/// [%TypedArray%.of](https://tc39.es/ecma262/#sec-%typedarray%.of)
fn of(cx: &mut Isolate, args: Args) -> JsResult {
    if !cx.is_constructor(args.this()) {
        return Err(cx.not_constructor(args.this()));
    }
    let t = create(cx, args.this(), &[index_value(args.len() as u64)])?;
    let o = object(t);
    for k in 0..args.len() {
        cx.put(o, tierproof_runtime::PropertyKey::Index(k as u32), args.get(k))?;
    }
    Ok(t.into())
}

/// [%TypedArray%.from](https://tc39.es/ecma262/#sec-%typedarray%.from)
fn from(cx: &mut Isolate, args: Args) -> JsResult {
    let c = args.this();
    if !cx.is_constructor(c) {
        return Err(cx.not_constructor(c));
    }
    let mapper = args.get(1);
    if !mapper.is_undefined() {
        callback(cx, mapper)?;
    }
    let source = args.get(0);
    let key = cx.realm.symbols.iterator.key();
    let method = cx.get_method(source, key)?;
    let list = if method.is_undefined() { None } else { Some(values_of(cx, source, method)?) };
    let like = match list {
        Some(_) => None,
        None => Some(cx.to_object(source)?),
    };
    let n = match (list, like) {
        (Some(l), _) => l.len() as u64,
        (_, Some(o)) => cx.length_of(o)?,
        _ => 0,
    };
    let t = create(cx, c, &[index_value(n)])?;
    let mut steps = Steps::default();
    for k in 0..n {
        steps.step(cx)?;
        let mut v = match (list, like) {
            (Some(l), _) => l.get(k as usize),
            (_, Some(o)) => cx.get_index(o, k)?,
            _ => Value::UNDEFINED,
        };
        if !mapper.is_undefined() {
            v = cx.call(mapper, args.get(2), &[v, index_value(k)])?;
        }
        let key = cx.index_key(k);
        cx.put(object(t), key, v)?;
    }
    Ok(t.into())
}

fn accessor(cx: &mut Isolate, args: Args, name: &str) -> JsResult<TypedArrayRef> {
    match args.this().try_as() {
        Some(t) => Ok(t),
        None => Err(incompatible(cx, &format!("get TypedArray.prototype.{name}"), args.this())),
    }
}

/// [get %TypedArray%.prototype.buffer](https://tc39.es/ecma262/#sec-get-%typedarray%.prototype.buffer)
fn buffer(cx: &mut Isolate, args: Args) -> JsResult {
    let t = accessor(cx, args, "buffer")?;
    // from now on the buffer can be detached
    cx.register_view(object(t));
    Ok(t.buffer())
}

/// [get %TypedArray%.prototype.byteLength](https://tc39.es/ecma262/#sec-get-%typedarray%.prototype.bytelength)
fn byte_length(cx: &mut Isolate, args: Args) -> JsResult {
    let t = accessor(cx, args, "byteLength")?;
    Ok(index_value(t.length() * ElementType::of(t).size() as u64))
}

/// [get %TypedArray%.prototype.byteOffset](https://tc39.es/ecma262/#sec-get-%typedarray%.prototype.byteoffset)
fn byte_offset(cx: &mut Isolate, args: Args) -> JsResult {
    let t = accessor(cx, args, "byteOffset")?;
    Ok(index_value(if is_out_of_bounds(t) { 0 } else { t.byte_offset() }))
}

/// [get %TypedArray%.prototype.length](https://tc39.es/ecma262/#sec-get-%typedarray%.prototype.length)
fn length(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(index_value(accessor(cx, args, "length")?.length()))
}

/// [get %TypedArray%.prototype\[@@toStringTag\]](https://tc39.es/ecma262/#sec-get-%typedarray%.prototype-%symbol.tostringtag%)
fn to_string_tag(cx: &mut Isolate, args: Args) -> JsResult {
    match args.this().try_as::<TypedArrayRef>() {
        Some(t) => Ok(cx.intern(ElementType::of(t).name()).into()),
        None => Ok(Value::UNDEFINED),
    }
}

fn new_iterator(cx: &mut Isolate, args: Args, kind: i32) -> JsResult {
    let t = this_typed(cx, args)?;
    Ok(cx.new_array_iterator(object(t), kind))
}

/// [%TypedArray%.prototype.entries](https://tc39.es/ecma262/#sec-%typedarray%.prototype.entries)
fn entries(cx: &mut Isolate, args: Args) -> JsResult {
    new_iterator(cx, args, array_iterator_kind::ENTRIES)
}

/// [%TypedArray%.prototype.keys](https://tc39.es/ecma262/#sec-%typedarray%.prototype.keys)
fn keys(cx: &mut Isolate, args: Args) -> JsResult {
    new_iterator(cx, args, array_iterator_kind::KEYS)
}

/// [%TypedArray%.prototype.values](https://tc39.es/ecma262/#sec-%typedarray%.prototype.values)
fn values(cx: &mut Isolate, args: Args) -> JsResult {
    new_iterator(cx, args, array_iterator_kind::VALUES)
}

/// [%TypedArray%.prototype.at](https://tc39.es/ecma262/#sec-%typedarray%.prototype.at)
fn at(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let n = t.length() as f64;
    let i = cx.to_integer(args.get(0))?;
    let k = if i >= 0.0 { i } else { n + i };
    if k < 0.0 || k >= n {
        return Ok(Value::UNDEFINED);
    }
    Ok(element(cx, t, k as u64))
}

/// [%TypedArray%.prototype.copyWithin](https://tc39.es/ecma262/#sec-%typedarray%.prototype.copywithin)
fn copy_within(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let n = t.length();
    let to = relative(cx, args.get(0), n)?;
    let from = relative(cx, args.get(1), n)?;
    let end = relative_or(cx, args.get(2), n, n)?;
    let count = end.saturating_sub(from).min(n - to);
    if count > 0 {
        validate(cx, t)?;
        let now = t.length();
        let count = count.min(now.saturating_sub(from)).min(now.saturating_sub(to));
        copy_elements(cx, t, from, t, to, count)?;
    }
    Ok(t.into())
}

/// Calls the callback for each of `n` elements until `visit` says stop.
fn each(
    cx: &mut Isolate,
    args: Args,
    (t, n): (TypedArrayRef, u64),
    backwards: bool,
    mut visit: impl FnMut(&mut Isolate, u64, Value, Value) -> JsResult<bool>,
) -> JsResult<bool> {
    let f = callback(cx, args.get(0))?;
    for i in 0..n {
        let k = if backwards { n - 1 - i } else { i };
        let v = element(cx, t, k);
        let r = cx.call(f, args.get(1), &[v, index_value(k), t.into()])?;
        if visit(cx, k, v, r)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// [%TypedArray%.prototype.every](https://tc39.es/ecma262/#sec-%typedarray%.prototype.every)
fn every(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    Ok(Value::from_bool(!each(cx, args, (t, t.length()), false, |_, _, _, r| Ok(!to_boolean(r)))?))
}

/// [%TypedArray%.prototype.some](https://tc39.es/ecma262/#sec-%typedarray%.prototype.some)
fn some(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    Ok(Value::from_bool(each(cx, args, (t, t.length()), false, |_, _, _, r| Ok(to_boolean(r)))?))
}

/// [%TypedArray%.prototype.forEach](https://tc39.es/ecma262/#sec-%typedarray%.prototype.foreach)
fn for_each(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    each(cx, args, (t, t.length()), false, |_, _, _, _| Ok(false))?;
    Ok(Value::UNDEFINED)
}

fn find_by(cx: &mut Isolate, args: Args, backwards: bool) -> JsResult<Option<(u64, Value)>> {
    let t = this_typed(cx, args)?;
    let mut found = None;
    each(cx, args, (t, t.length()), backwards, |_, k, v, r| {
        if to_boolean(r) {
            found = Some((k, v));
        }
        Ok(found.is_some())
    })?;
    Ok(found)
}

/// [%TypedArray%.prototype.find](https://tc39.es/ecma262/#sec-%typedarray%.prototype.find)
fn find(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(find_by(cx, args, false)?.map_or(Value::UNDEFINED, |f| f.1))
}

/// [%TypedArray%.prototype.findIndex](https://tc39.es/ecma262/#sec-%typedarray%.prototype.findindex)
fn find_index(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(find_by(cx, args, false)?.map_or(Value::smi(-1), |f| index_value(f.0)))
}

/// [%TypedArray%.prototype.findLast](https://tc39.es/ecma262/#sec-%typedarray%.prototype.findlast)
fn find_last(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(find_by(cx, args, true)?.map_or(Value::UNDEFINED, |f| f.1))
}

/// [%TypedArray%.prototype.findLastIndex](https://tc39.es/ecma262/#sec-%typedarray%.prototype.findlastindex)
fn find_last_index(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(find_by(cx, args, true)?.map_or(Value::smi(-1), |f| index_value(f.0)))
}

/// [%TypedArray%.prototype.fill](https://tc39.es/ecma262/#sec-%typedarray%.prototype.fill)
fn fill(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let n = t.length();
    let v = cx.to_raw(ElementType::of(t), args.get(0))?;
    let from = relative(cx, args.get(1), n)?;
    let to = relative_or(cx, args.get(2), n, n)?;
    if !fault(Fault::F046) {
        validate(cx, t)?;
    }
    let mut steps = Steps::default();
    for k in from..to.min(t.length()) {
        steps.step(cx)?;
        store_raw(t, k, v);
    }
    Ok(t.into())
}

/// [%TypedArray%.prototype.filter](https://tc39.es/ecma262/#sec-%typedarray%.prototype.filter)
fn filter(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let mut kept = List::new(cx);
    each(cx, args, (t, t.length()), false, |cx, _, v, r| {
        if to_boolean(r) {
            kept.push(cx, v);
        }
        Ok(false)
    })?;
    let out = species_create(cx, t, &[index_value(kept.len() as u64)])?;
    fill_from_list(cx, out, kept)?;
    Ok(out.into())
}

/// [%TypedArray%.prototype.map](https://tc39.es/ecma262/#sec-%typedarray%.prototype.map)
fn map(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    callback(cx, args.get(0))?;
    let n = t.length();
    let out = species_create(cx, t, &[index_value(n)])?;
    each(cx, args, (t, n), false, |cx, k, _, r| cx.typed_array_set(out, k, r).map(|()| false))?;
    Ok(out.into())
}

/// [%TypedArray%.prototype.includes](https://tc39.es/ecma262/#sec-%typedarray%.prototype.includes)
fn includes(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let n = t.length();
    if n == 0 {
        return Ok(Value::FALSE);
    }
    let from = relative(cx, args.get(1), n)?;
    let v = args.get(0);
    let mut steps = Steps::default();
    for k in from..n {
        steps.step(cx)?;
        let x = element(cx, t, k);
        if cx.same_value_zero(x, v) {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

/// [%TypedArray%.prototype.indexOf](https://tc39.es/ecma262/#sec-%typedarray%.prototype.indexof)
fn index_of(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let n = t.length();
    if n == 0 {
        return Ok(Value::smi(-1));
    }
    let from = relative(cx, args.get(1), n)?;
    let v = args.get(0);
    let mut steps = Steps::default();
    for k in from..n {
        steps.step(cx)?;
        let x = element(cx, t, k);
        if k < t.length() && cx.strict_equals(x, v) {
            return Ok(index_value(k));
        }
    }
    Ok(Value::smi(-1))
}

/// [%TypedArray%.prototype.lastIndexOf](https://tc39.es/ecma262/#sec-%typedarray%.prototype.lastindexof)
fn last_index_of(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let n = t.length();
    if n == 0 {
        return Ok(Value::smi(-1));
    }
    let i = if args.len() > 1 { cx.to_integer(args.get(1))? } else { n as f64 - 1.0 };
    let start = if i >= 0.0 { i.min(n as f64 - 1.0) } else { n as f64 + i };
    let v = args.get(0);
    if start < 0.0 {
        return Ok(Value::smi(-1));
    }
    let mut steps = Steps::default();
    for k in (0..=start as u64).rev() {
        steps.step(cx)?;
        let x = element(cx, t, k);
        if k < t.length() && cx.strict_equals(x, v) {
            return Ok(index_value(k));
        }
    }
    Ok(Value::smi(-1))
}

/// [%TypedArray%.prototype.join](https://tc39.es/ecma262/#sec-%typedarray%.prototype.join)
fn join(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let n = t.length();
    let separator = if args.get(0).is_undefined() { cx.string(",") } else { cx.to_string(args.get(0))? };
    join_with(cx, t, n, |cx, v| cx.to_string(v), separator.into())
}

fn join_with(
    cx: &mut Isolate,
    t: TypedArrayRef,
    n: u64,
    text: impl Fn(&mut Isolate, Value) -> JsResult<tierproof_heap::StringRef>,
    separator: Value,
) -> JsResult {
    let mut out = StringBuilder::default();
    let mut steps = Steps::default();
    for k in 0..n {
        steps.step(cx)?;
        if k > 0 {
            out.push_string(cx, separator.cast());
        }
        let v = element(cx, t, k);
        if !v.is_undefined() {
            let s = text(cx, v)?;
            out.push_string(cx, s);
        }
        if out.overflowed() {
            break;
        }
    }
    Ok(out.finish(cx)?.into())
}

/// [%TypedArray%.prototype.toLocaleString](https://tc39.es/ecma262/#sec-%typedarray%.prototype.tolocalestring)
fn to_locale_string(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let key = cx.key("toLocaleString");
    let separator = cx.string(",");
    let text = |cx: &mut Isolate, v| {
        let r = cx.invoke_method(v, key, &[])?;
        cx.to_string(r)
    };
    join_with(cx, t, t.length(), text, separator.into())
}

fn reduce_by(cx: &mut Isolate, args: Args, backwards: bool) -> JsResult {
    let t = this_typed(cx, args)?;
    let f = callback(cx, args.get(0))?;
    let mut accumulator = if args.len() > 1 { Some(args.get(1)) } else { None };
    let n = t.length();
    for i in 0..n {
        let k = if backwards { n - 1 - i } else { i };
        let v = element(cx, t, k);
        accumulator = Some(match accumulator {
            None => v,
            Some(acc) => cx.call(f, Value::UNDEFINED, &[acc, v, index_value(k), t.into()])?,
        });
    }
    match accumulator {
        Some(v) => Ok(v),
        None => Err(cx.type_error("Reduce of empty array with no initial value")),
    }
}

/// [%TypedArray%.prototype.reduce](https://tc39.es/ecma262/#sec-%typedarray%.prototype.reduce)
fn reduce(cx: &mut Isolate, args: Args) -> JsResult {
    reduce_by(cx, args, false)
}

/// [%TypedArray%.prototype.reduceRight](https://tc39.es/ecma262/#sec-%typedarray%.prototype.reduceright)
fn reduce_right(cx: &mut Isolate, args: Args) -> JsResult {
    reduce_by(cx, args, true)
}

fn reverse_into(cx: &mut Isolate, from: TypedArrayRef, to: TypedArrayRef) -> JsResult<()> {
    let n = from.length();
    let mut steps = Steps::default();
    for k in 0..n.div_ceil(2) {
        steps.step(cx)?;
        let (x, y) = (element(cx, from, k), element(cx, from, n - 1 - k));
        store_raw(to, k, raw_of(y));
        store_raw(to, n - 1 - k, raw_of(x));
    }
    Ok(())
}

/// [%TypedArray%.prototype.reverse](https://tc39.es/ecma262/#sec-%typedarray%.prototype.reverse)
fn reverse(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    reverse_into(cx, t, t)?;
    Ok(t.into())
}

/// [%TypedArray%.prototype.toReversed](https://tc39.es/ecma262/#sec-%typedarray%.prototype.toreversed)
fn to_reversed(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let out = create_same_type(cx, t)?;
    reverse_into(cx, t, out)?;
    Ok(out.into())
}

/// [%TypedArray%.prototype.set](https://tc39.es/ecma262/#sec-%typedarray%.prototype.set)
fn set(cx: &mut Isolate, args: Args) -> JsResult {
    let t = match args.this().try_as::<TypedArrayRef>() {
        Some(t) => t,
        None => return Err(cx.type_error("this is not a typed array.")),
    };
    let offset = cx.to_integer(args.get(1))?;
    if offset < 0.0 {
        return Err(cx.range_error("offset is out of bounds"));
    }
    validate(cx, t)?;
    let room = t.length() as f64 - offset;
    if let Some(source) = args.get(0).try_as::<TypedArrayRef>() {
        validate(cx, source)?;
        if ElementType::of(source).is_bigint() != ElementType::of(t).is_bigint() {
            return Err(mixed_content(cx));
        }
        if source.length() as f64 > room {
            return Err(cx.range_error("offset is out of bounds"));
        }
        copy_elements(cx, source, 0, t, offset as u64, source.length())?;
        return Ok(Value::UNDEFINED);
    }
    let source = cx.to_object(args.get(0))?;
    let n = cx.length_of(source)?;
    if n as f64 > room {
        return Err(cx.range_error("offset is out of bounds"));
    }
    for k in 0..n {
        let v = cx.get_index(source, k)?;
        cx.typed_array_set(t, offset as u64 + k, v)?;
    }
    Ok(Value::UNDEFINED)
}

/// [%TypedArray%.prototype.slice](https://tc39.es/ecma262/#sec-%typedarray%.prototype.slice)
fn slice(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let n = t.length();
    let from = relative(cx, args.get(0), n)?;
    let to = relative_or(cx, args.get(1), n, n)?;
    let count = to.saturating_sub(from);
    let out = species_create(cx, t, &[index_value(count)])?;
    if count == 0 {
        return Ok(out.into());
    }
    validate(cx, t)?;
    let count = count.min(t.length().saturating_sub(from));
    if ElementType::of(out) == ElementType::of(t) && out.buffer() == t.buffer() {
        // Byte by byte forwards, as the specification has it, even over itself.
        let size = ElementType::of(t).size() as u64;
        let b: ArrayBufferRef = t.buffer().cast();
        for i in 0..count * size {
            shared_memory::copy(b, t.byte_offset() + from * size + i, b, out.byte_offset() + i, 1);
        }
    } else if ElementType::of(out) == ElementType::of(t) {
        copy_elements(cx, t, from, out, 0, count)?;
    } else {
        for k in 0..count {
            let v = element(cx, t, from + k);
            store_raw(out, k, raw_of(v));
        }
    }
    Ok(out.into())
}

/// [%TypedArray%.prototype.subarray](https://tc39.es/ecma262/#sec-%typedarray%.prototype.subarray)
fn subarray(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(t) = args.this().try_as::<TypedArrayRef>() else {
        return Err(cx.type_error("this is not a typed array."));
    };
    let n = t.length();
    let from = relative(cx, args.get(0), n)?;
    let offset = t.byte_offset() + from * ElementType::of(t).size() as u64;
    let buffer = t.buffer();
    if args.get(1).is_undefined() && t.flags() & view_flags::TRACKING != 0 {
        return Ok(species_create(cx, t, &[buffer, index_value(offset)])?.into());
    }
    let to = relative_or(cx, args.get(1), n, n)?;
    let arguments = [buffer, index_value(offset), index_value(to.saturating_sub(from))];
    Ok(species_create(cx, t, &arguments)?.into())
}

/// [%TypedArray%.prototype.with](https://tc39.es/ecma262/#sec-%typedarray%.prototype.with)
fn with(cx: &mut Isolate, args: Args) -> JsResult {
    let t = this_typed(cx, args)?;
    let n = t.length();
    let i = cx.to_integer(args.get(0))?;
    let at = if i >= 0.0 { i } else { n as f64 + i };
    let v = cx.to_raw(ElementType::of(t), args.get(1))?;
    if at < 0.0 || at >= t.length() as f64 {
        return Err(cx.range_error("Invalid typed array index"));
    }
    let p = cx.realm.typed_array_prototypes[t.element_type() as usize];
    let out = allocate(cx, ElementType::of(t), p, n)?;
    copy_elements(cx, t, 0, out, 0, t.length().min(n))?;
    store_raw(out, at as u64, v);
    Ok(out.into())
}
