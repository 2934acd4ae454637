//! [ArrayBuffer Objects](https://tc39.es/ecma262/#sec-arraybuffer-objects) and
//! [SharedArrayBuffer Objects](https://tc39.es/ecma262/#sec-sharedarraybuffer-objects). Both are
//! ArrayBuffer cells; a flag tells them apart.

use tierproof_heap::{ArrayBufferRef, DataViewRef, ObjectRef, TypedArrayRef, Value};
use tierproof_runtime::shared_memory;
use tierproof_runtime::typed_array::{is_detached, is_resizable, is_shared};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::install::{
    self, Accessor, Row, incompatible, index_value, needs_new, relative, relative_or, species_constructor,
};

const STATICS: &[Row] = &[("isView", 1, is_view)];
const STATIC_ACCESSORS: &[Accessor] = &[("@@species", install::species, None)];
const METHODS: &[Row] = &[
    ("resize", 1, resize),
    ("slice", 2, |cx, args| slice(cx, args, false)),
    ("transfer", 0, |cx, args| transfer(cx, args, true)),
    ("transferToFixedLength", 0, |cx, args| transfer(cx, args, false)),
];
const ACCESSORS: &[Accessor] = &[
    ("byteLength", |cx, args| byte_length(cx, args, false), None),
    ("detached", detached, None),
    ("maxByteLength", |cx, args| max_byte_length(cx, args, false), None),
    ("resizable", |cx, args| resizable(cx, args, false), None),
];
const SHARED_METHODS: &[Row] = &[("grow", 1, grow), ("slice", 2, |cx, args| slice(cx, args, true))];
const SHARED_ACCESSORS: &[Accessor] = &[
    ("byteLength", |cx, args| byte_length(cx, args, true), None),
    ("growable", |cx, args| resizable(cx, args, true), None),
    ("maxByteLength", |cx, args| max_byte_length(cx, args, true), None),
];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.array_buffer_prototype;
    let c = install::constructor(cx, ("ArrayBuffer", 1, array_buffer), p).object();
    install::methods(cx, c, STATICS);
    install::accessors(cx, c, STATIC_ACCESSORS);
    install::accessors(cx, p, ACCESSORS);
    install::methods(cx, p, METHODS);
    install::tag(cx, p, "ArrayBuffer");
    let p = cx.realm.shared_array_buffer_prototype;
    let c = install::constructor(cx, ("SharedArrayBuffer", 1, shared_array_buffer), p).object();
    install::accessors(cx, c, STATIC_ACCESSORS);
    install::accessors(cx, p, SHARED_ACCESSORS);
    install::methods(cx, p, SHARED_METHODS);
    install::tag(cx, p, "SharedArrayBuffer");
}

fn construct(cx: &mut Isolate, args: Args, name: &str, shared: bool) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, name));
    }
    let n = cx.to_index(args.get(0))?;
    // [GetArrayBufferMaxByteLengthOption](https://tc39.es/ecma262/#sec-getarraybuffermaxbytelengthoption)
    let mut max = None;
    if let Some(options) = args.get(1).try_as::<ObjectRef>() {
        let key = cx.key("maxByteLength");
        let v = cx.get_of(options, key)?;
        if !v.is_undefined() {
            max = Some(cx.to_index(v)?);
        }
    }
    if max.is_some_and(|max| n > max) {
        return Err(cx.range_error("Invalid array buffer max length"));
    }
    let fallback =
        if shared { cx.realm.shared_array_buffer_prototype } else { cx.realm.array_buffer_prototype };
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    Ok(cx.new_buffer(p.into(), n, max, shared)?.into())
}

/// [ArrayBuffer](https://tc39.es/ecma262/#sec-arraybuffer-length)
fn array_buffer(cx: &mut Isolate, args: Args) -> JsResult {
    construct(cx, args, "ArrayBuffer", false)
}

/// [SharedArrayBuffer](https://tc39.es/ecma262/#sec-sharedarraybuffer-length)
fn shared_array_buffer(cx: &mut Isolate, args: Args) -> JsResult {
    construct(cx, args, "SharedArrayBuffer", true)
}

/// [ArrayBuffer.isView](https://tc39.es/ecma262/#sec-arraybuffer.isview)
fn is_view(_: &mut Isolate, args: Args) -> JsResult {
    let v = args.get(0);
    Ok(Value::from_bool(v.try_as::<TypedArrayRef>().is_some() || v.try_as::<DataViewRef>().is_some()))
}

fn this_buffer(cx: &mut Isolate, args: Args, method: &str, shared: bool) -> JsResult<ArrayBufferRef> {
    match args.this().try_as::<ArrayBufferRef>() {
        Some(b) if is_shared(b) == shared => {
            cx.refresh_length(b);
            Ok(b)
        }
        _ => {
            let name = if shared { "SharedArrayBuffer" } else { "ArrayBuffer" };
            Err(incompatible(cx, &format!("{name}.prototype.{method}"), args.this()))
        }
    }
}

fn not_detached(cx: &mut Isolate, b: ArrayBufferRef, method: &str) -> JsResult<()> {
    if is_detached(b) {
        return Err(cx.type_error(&format!("Cannot perform {method} on a detached ArrayBuffer")));
    }
    Ok(())
}

/// [get ArrayBuffer.prototype.byteLength](https://tc39.es/ecma262/#sec-get-arraybuffer.prototype.bytelength)
fn byte_length(cx: &mut Isolate, args: Args, shared: bool) -> JsResult {
    Ok(index_value(this_buffer(cx, args, "byteLength", shared)?.byte_length()))
}

/// [get ArrayBuffer.prototype.maxByteLength](https://tc39.es/ecma262/#sec-get-arraybuffer.prototype.maxbytelength)
fn max_byte_length(cx: &mut Isolate, args: Args, shared: bool) -> JsResult {
    Ok(index_value(this_buffer(cx, args, "maxByteLength", shared)?.max_byte_length()))
}

/// [get ArrayBuffer.prototype.resizable](https://tc39.es/ecma262/#sec-get-arraybuffer.prototype.resizable)
fn resizable(cx: &mut Isolate, args: Args, shared: bool) -> JsResult {
    let name = if shared { "growable" } else { "resizable" };
    Ok(Value::from_bool(is_resizable(this_buffer(cx, args, name, shared)?)))
}

/// [get ArrayBuffer.prototype.detached](https://tc39.es/ecma262/#sec-get-arraybuffer.prototype.detached)
fn detached(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(Value::from_bool(is_detached(this_buffer(cx, args, "detached", false)?)))
}

fn this_resizable(cx: &mut Isolate, args: Args, method: &str, shared: bool) -> JsResult<ArrayBufferRef> {
    let b = this_buffer(cx, args, method, shared)?;
    if !is_resizable(b) {
        return Err(cx.type_error(&format!("Cannot {method} an array buffer of fixed length")));
    }
    Ok(b)
}

/// [ArrayBuffer.prototype.resize](https://tc39.es/ecma262/#sec-arraybuffer.prototype.resize)
fn resize(cx: &mut Isolate, args: Args) -> JsResult {
    let b = this_resizable(cx, args, "resize", false)?;
    let n = cx.to_index(args.get(0))?;
    not_detached(cx, b, "ArrayBuffer.prototype.resize")?;
    if n > b.max_byte_length() {
        return Err(cx.range_error("Invalid array buffer length"));
    }
    cx.resize_buffer(b, n);
    Ok(Value::UNDEFINED)
}

/// [SharedArrayBuffer.prototype.grow](https://tc39.es/ecma262/#sec-sharedarraybuffer.prototype.grow)
fn grow(cx: &mut Isolate, args: Args) -> JsResult {
    let b = this_resizable(cx, args, "grow", true)?;
    let n = cx.to_index(args.get(0))?;
    if n > b.max_byte_length() || n < b.byte_length() {
        return Err(cx.range_error("Invalid array buffer length"));
    }
    if !cx.grow_shared(b, n) {
        return Err(cx.range_error("Invalid array buffer length"));
    }
    Ok(Value::UNDEFINED)
}

/// [ArrayBufferCopyAndDetach](https://tc39.es/ecma262/#sec-arraybuffercopyanddetach)
fn transfer(cx: &mut Isolate, args: Args, preserve: bool) -> JsResult {
    let method = if preserve { "transfer" } else { "transferToFixedLength" };
    let b = this_buffer(cx, args, method, false)?;
    let n = if args.get(0).is_undefined() { b.byte_length() } else { cx.to_index(args.get(0))? };
    not_detached(cx, b, &format!("ArrayBuffer.prototype.{method}"))?;
    let max = (preserve && is_resizable(b)).then(|| b.max_byte_length());
    let p = cx.realm.array_buffer_prototype;
    let new = cx.new_buffer(p.into(), n, max, false)?;
    shared_memory::copy(b, 0, new, 0, n.min(b.byte_length()));
    cx.detach_buffer(b)?;
    Ok(new.into())
}

/// [ArrayBuffer.prototype.slice](https://tc39.es/ecma262/#sec-arraybuffer.prototype.slice) and that of SharedArrayBuffer
fn slice(cx: &mut Isolate, args: Args, shared: bool) -> JsResult {
    const METHOD: &str = "ArrayBuffer.prototype.slice";
    let b = this_buffer(cx, args, "slice", shared)?;
    not_detached(cx, b, METHOD)?;
    let n = b.byte_length();
    let from = relative(cx, args.get(0), n)?;
    let to = relative_or(cx, args.get(1), n, n)?;
    let count = to.saturating_sub(from);
    let p = if shared { cx.realm.shared_array_buffer_prototype } else { cx.realm.array_buffer_prototype };
    let key = cx.realm.names.constructor;
    let default = install::own_value(cx, p, key);
    let c = species_constructor(cx, b.value().cast(), default)?;
    let new = cx.construct(c, &[index_value(count)], c)?;
    let copy = match new.try_as::<ArrayBufferRef>() {
        Some(copy) if is_shared(copy) == shared => copy,
        _ => return Err(incompatible(cx, METHOD, new)),
    };
    not_detached(cx, copy, METHOD)?;
    if copy == b || shared && shared_memory::base(copy) == shared_memory::base(b) {
        return Err(cx.type_error("ArrayBuffer subclass returned this from species constructor"));
    }
    if copy.byte_length() < count {
        return Err(cx.type_error("Species constructor returned a too small ArrayBuffer"));
    }
    not_detached(cx, b, METHOD)?;
    shared_memory::copy(b, from, copy, 0, count.min(b.byte_length().saturating_sub(from)));
    Ok(new)
}
