//! [DataView Objects](https://tc39.es/ecma262/#sec-dataview-objects).

use tierproof_heap::{ArrayBufferRef, DataViewRef, Value};
use tierproof_runtime::convert::to_boolean;
use tierproof_runtime::shared_memory;
use tierproof_runtime::typed_array::{ElementType, decode, encode, is_detached, is_resizable, view_flags};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::install::{self, Accessor, Row, incompatible, index_value, needs_new};

const ACCESSORS: &[Accessor] =
    &[("buffer", buffer, None), ("byteLength", byte_length, None), ("byteOffset", byte_offset, None)];

macro_rules! elements {
    ($($ty:ident $get:literal $set:literal;)*) => {
        /// Getters and setters of all element types.
        const METHODS: &[Row] = &[
            $(($get, 1, |cx, args| get(cx, args, ElementType::$ty, $get)),)*
            $(($set, 2, |cx, args| set(cx, args, ElementType::$ty, $set)),)*
        ];
    };
}
elements! {
    Int8 "getInt8" "setInt8";
    Uint8 "getUint8" "setUint8";
    Int16 "getInt16" "setInt16";
    Uint16 "getUint16" "setUint16";
    Int32 "getInt32" "setInt32";
    Uint32 "getUint32" "setUint32";
    Float16 "getFloat16" "setFloat16";
    Float32 "getFloat32" "setFloat32";
    Float64 "getFloat64" "setFloat64";
    BigInt64 "getBigInt64" "setBigInt64";
    BigUint64 "getBigUint64" "setBigUint64";
}

pub fn install(cx: &mut Isolate) {
    let p = cx.realm.data_view_prototype;
    install::constructor(cx, ("DataView", 1, data_view), p);
    install::accessors(cx, p, ACCESSORS);
    install::methods(cx, p, METHODS);
    install::tag(cx, p, "DataView");
}

/// [DataView](https://tc39.es/ecma262/#sec-dataview-buffer-byteoffset-bytelength)
fn data_view(cx: &mut Isolate, args: Args) -> JsResult {
    if !args.is_construct() {
        return Err(needs_new(cx, "DataView"));
    }
    let Some(b) = args.get(0).try_as::<ArrayBufferRef>() else {
        return Err(cx.type_error("First argument to DataView constructor must be an ArrayBuffer"));
    };
    let offset = cx.to_index(args.get(1))?;
    let check = |cx: &mut Isolate, length: Option<u64>| {
        if is_detached(b) {
            return Err(cx.type_error("Cannot make a DataView of a detached ArrayBuffer"));
        }
        if offset > b.byte_length() {
            return Err(cx.range_error(&format!("Start offset {offset} is outside the bounds of the buffer")));
        }
        match length {
            Some(n) if offset + n > b.byte_length() => {
                Err(cx.range_error(&format!("Invalid DataView length {n}")))
            }
            _ => Ok(()),
        }
    };
    check(cx, None)?;
    let length = if args.get(2).is_undefined() { None } else { Some(cx.to_index(args.get(2))?) };
    check(cx, length)?;
    let fallback = cx.realm.data_view_prototype;
    let p = cx.prototype_from_constructor(args.new_target(), fallback)?;
    check(cx, length)?;
    let length = match length {
        None if !is_resizable(b) => Some(b.byte_length() - offset),
        other => other,
    };
    Ok(cx.new_data_view(p.into(), b, offset, length).into())
}

fn this_view(cx: &mut Isolate, args: Args, method: &str) -> JsResult<DataViewRef> {
    match args.this().try_as() {
        Some(d) => Ok(d),
        None => Err(incompatible(cx, &format!("DataView.prototype.{method}"), args.this())),
    }
}

fn in_bounds(cx: &mut Isolate, d: DataViewRef, method: &str) -> JsResult<()> {
    if d.flags() & view_flags::OUT_OF_BOUNDS != 0 {
        return Err(cx.type_error(&format!(
            "DataView.prototype.{method}: the view is out of bounds or its buffer detached"
        )));
    }
    Ok(())
}

/// [get DataView.prototype.buffer](https://tc39.es/ecma262/#sec-get-dataview.prototype.buffer)
fn buffer(cx: &mut Isolate, args: Args) -> JsResult {
    Ok(this_view(cx, args, "buffer")?.buffer())
}

/// [get DataView.prototype.byteLength](https://tc39.es/ecma262/#sec-get-dataview.prototype.bytelength)
fn byte_length(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this_view(cx, args, "byteLength")?;
    in_bounds(cx, d, "byteLength")?;
    Ok(index_value(d.byte_length()))
}

/// [get DataView.prototype.byteOffset](https://tc39.es/ecma262/#sec-get-dataview.prototype.byteoffset)
fn byte_offset(cx: &mut Isolate, args: Args) -> JsResult {
    let d = this_view(cx, args, "byteOffset")?;
    in_bounds(cx, d, "byteOffset")?;
    Ok(index_value(d.byte_offset()))
}

/// Buffer and offset of the element at the index, after all checks.
fn place(
    cx: &mut Isolate,
    d: DataViewRef,
    at: u64,
    ty: ElementType,
    method: &str,
) -> JsResult<(ArrayBufferRef, u64)> {
    in_bounds(cx, d, method)?;
    match d.buffer().try_as::<ArrayBufferRef>() {
        Some(b) if at.saturating_add(ty.size() as u64) <= d.byte_length() => Ok((b, d.byte_offset() + at)),
        _ => Err(cx.range_error("Offset is outside the bounds of the DataView")),
    }
}

/// [GetViewValue](https://tc39.es/ecma262/#sec-getviewvalue)
fn get(cx: &mut Isolate, args: Args, ty: ElementType, method: &str) -> JsResult {
    let d = this_view(cx, args, method)?;
    let at = cx.to_index(args.get(0))?;
    let little = to_boolean(args.get(1));
    let (b, at) = place(cx, d, at, ty, method)?;
    let word = shared_memory::read(b, at, ty.size());
    Ok(decode(cx, ty, if little { word } else { turned(word, ty) }))
}

/// [SetViewValue](https://tc39.es/ecma262/#sec-setviewvalue)
fn set(cx: &mut Isolate, args: Args, ty: ElementType, method: &str) -> JsResult {
    let d = this_view(cx, args, method)?;
    let at = cx.to_index(args.get(0))?;
    let raw = cx.to_raw(ty, args.get(1))?;
    let little = to_boolean(args.get(2));
    let (b, at) = place(cx, d, at, ty, method)?;
    let word = encode(ty, raw);
    shared_memory::write(b, at, ty.size(), if little { word } else { turned(word, ty) });
    Ok(Value::UNDEFINED)
}

/// The element's bytes in the other order.
fn turned(word: u64, ty: ElementType) -> u64 {
    word.swap_bytes() >> (64 - 8 * ty.size())
}
