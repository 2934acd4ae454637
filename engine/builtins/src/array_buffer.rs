//! [ArrayBuffer Objects](https://tc39.es/ecma262/#sec-arraybuffer-objects) of fixed length.

use tierproof_heap::{ArrayBufferRef, BytesRef, DataViewRef, TypedArrayRef, Value};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::install::{
    self, Accessor, Row, incompatible, index_value, needs_new, relative, relative_or, species_constructor,
};

const STATICS: &[Row] = &[("isView", 1, is_view)];
const STATIC_ACCESSORS: &[Accessor] = &[("@@species", install::species, None)];
const METHODS: &[Row] = &[("slice", 2, slice)];
const ACCESSORS: &[Accessor] = &[("byteLength", byte_length, None)];

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.array_buffer_prototype;
    let c = install::constructor(cx, ("ArrayBuffer", 1, array_buffer), p).object();
    install::methods(cx, c, STATICS);
    install::accessors(cx, c, STATIC_ACCESSORS);
    install::accessors(cx, p, ACCESSORS);
    install::methods(cx, p, METHODS);
    install::tag(cx, p, "ArrayBuffer");
}

/// [ArrayBuffer](https://tc39.es/ecma262/#sec-arraybuffer-length)
fn array_buffer(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, "ArrayBuffer"));
    }
    let n = cx.to_index(args.get(0))?;
    let fallback = cx.realm.array_buffer_prototype;
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    Ok(cx.new_array_buffer(p.into(), n)?.into())
}

/// [ArrayBuffer.isView](https://tc39.es/ecma262/#sec-arraybuffer.isview)
fn is_view(_: &mut Isolate, args: Args) -> JsResult {
    let v = args.get(0);
    Ok(Value::from_bool(v.try_as::<TypedArrayRef>().is_some() || v.try_as::<DataViewRef>().is_some()))
}

fn this_buffer(cx: &mut Isolate, args: Args, method: &str) -> JsResult<ArrayBufferRef> {
    match args.this().try_as() {
        Some(b) => Ok(b),
        None => Err(incompatible(cx, method, args.this())),
    }
}

/// [get ArrayBuffer.prototype.byteLength](https://tc39.es/ecma262/#sec-get-arraybuffer.prototype.bytelength)
fn byte_length(cx: &mut Isolate, args: Args) -> JsResult {
    let b = this_buffer(cx, args, "get ArrayBuffer.prototype.byteLength")?;
    Ok(index_value(b.byte_length()))
}

/// Copies bytes between two buffers.
pub fn copy_bytes(from: ArrayBufferRef, start: u64, to: ArrayBufferRef, at: u64, count: u64) {
    let (Some(a), Some(b)) = (from.data().try_as::<BytesRef>(), to.data().try_as::<BytesRef>()) else {
        return;
    };
    let (start, at, count) = (start as usize, at as usize, count as usize);
    if a == b {
        b.as_mut_slice().copy_within(start..start + count, at);
    } else {
        b.as_mut_slice()[at..at + count].copy_from_slice(&a.as_slice()[start..start + count]);
    }
}

/// [ArrayBuffer.prototype.slice](https://tc39.es/ecma262/#sec-arraybuffer.prototype.slice)
fn slice(cx: &mut Isolate, args: Args) -> JsResult {
    let b = this_buffer(cx, args, "ArrayBuffer.prototype.slice")?;
    let n = b.byte_length();
    let from = relative(cx, args.get(0), n)?;
    let to = relative_or(cx, args.get(1), n, n)?;
    let count = to.saturating_sub(from);
    let p = cx.realm.array_buffer_prototype;
    let key = cx.realm.names.constructor;
    let default = install::own_value(cx, p, key);
    let c = species_constructor(cx, b.value().cast(), default)?;
    let new = cx.construct(c, &[index_value(count)], c)?;
    let Some(copy) = new.try_as::<ArrayBufferRef>() else {
        return Err(incompatible(cx, "ArrayBuffer.prototype.slice", new));
    };
    if copy == b {
        return Err(cx.type_error("ArrayBuffer subclass returned this from species constructor"));
    }
    if copy.byte_length() < count {
        return Err(cx.type_error("Species constructor returned a too small ArrayBuffer"));
    }
    copy_bytes(b, from, copy, 0, count);
    Ok(new)
}
