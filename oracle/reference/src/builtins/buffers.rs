//! [ArrayBuffer](https://tc39.es/ecma262/#sec-arraybuffer-objects) and [DataView](https://tc39.es/ecma262/#sec-dataview-objects).

use super::Answer;
use super::global::kind_is;
use crate::agent::{Agent, Completion};
use crate::values::{Buffer, Call, Element, Kind, Obj, TypedArray, Value};

/// Larger buffers are outside.
const MOST: usize = 64 << 20;

pub fn install(agent: &Agent, global: Obj) {
    let prototype = agent.install_prototype("ArrayBuffer.prototype", Kind::Ordinary);
    let constructor = agent.install_class(global, "ArrayBuffer", 1, prototype, construct);
    agent.define_methods(
        constructor,
        &[("isView", 1, |a, c| {
            let is = |k: &Kind| matches!(k, Kind::TypedArray(_) | Kind::DataView(_));
            Ok(kind_is(a, &c.get(0), is).is_some().into())
        })],
    );
    agent.define_species(constructor);
    agent.define_getter(prototype, "byteLength", |a, c| {
        let o = this_buffer(a, c)?;
        Ok((a.buffer_length(o).unwrap_or(0) as f64).into())
    });
    agent.define_getter(prototype, "detached", |a, c| {
        let o = this_buffer(a, c)?;
        Ok(a.buffer_length(o).is_none().into())
    });
    agent.define_getter(prototype, "resizable", |a, c| {
        let o = this_buffer(a, c)?;
        Ok(max_length(a, o).is_some().into())
    });
    agent.define_getter(prototype, "maxByteLength", |a, c| {
        let o = this_buffer(a, c)?;
        let length = a.buffer_length(o);
        let max = max_length(a, o).or(length).filter(|_| length.is_some());
        Ok((max.unwrap_or(0) as f64).into())
    });
    agent.define_methods(
        prototype,
        &[
            ("resize", 1, resize),
            ("slice", 2, slice),
            ("transfer", 0, |a, c| transfer(a, c, true)),
            ("transferToFixedLength", 0, |a, c| transfer(a, c, false)),
        ],
    );
    agent.define_value(prototype, "@@toStringTag", "ArrayBuffer", "c");
    data_view(agent, global);
}

fn this_buffer(agent: &Agent, call: &Call<'_>) -> Completion<Obj> {
    let found = kind_is(agent, call.this, |k| matches!(k, Kind::ArrayBuffer(_)));
    found.ok_or_else(|| agent.type_error("no ArrayBuffer"))
}

fn max_length(agent: &Agent, o: Obj) -> Option<usize> {
    match &agent.object(o).kind {
        Kind::ArrayBuffer(b) => b.max_length,
        _ => None,
    }
}

/// [AllocateArrayBuffer](https://tc39.es/ecma262/#sec-allocatearraybuffer)
pub fn allocate(agent: &Agent, constructor: Obj, length: usize, max: Option<usize>) -> Completion<Obj> {
    if max.is_some_and(|m| length > m) {
        return Err(agent.range_error("length beyond the maximum"));
    }
    let empty = Buffer { bytes: Some(Vec::new()), max_length: max };
    let o = agent.create_from_constructor(constructor, "ArrayBuffer.prototype", Kind::ArrayBuffer(empty))?;
    if length.max(max.unwrap_or(0)) > MOST {
        return Err(agent.outside("limit: size of a buffer"));
    }
    if let Kind::ArrayBuffer(b) = &mut agent.object_mut(o).kind {
        b.bytes = Some(vec![0; length]);
    }
    agent.made_string(length / 2)?;
    Ok(o)
}

/// [ArrayBuffer](https://tc39.es/ecma262/#sec-arraybuffer-length)
fn construct(agent: &Agent, call: &Call<'_>) -> Answer {
    let target = agent.want_new(call)?;
    let length = agent.to_index(&call.get(0))?;
    let mut max = None;
    if let Value::Object(options) = call.get(1) {
        let v = agent.get(options, &"maxByteLength".into())?;
        if !v.is_undefined() {
            max = Some(agent.to_index(&v)?);
        }
    }
    Ok(allocate(agent, target, length, max)?.into())
}

/// [resize](https://tc39.es/ecma262/#sec-arraybuffer.prototype.resize)
fn resize(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = this_buffer(agent, call)?;
    let Some(max) = max_length(agent, o) else { return Err(agent.type_error("not resizable")) };
    let length = agent.to_index(&call.get(0))?;
    if agent.buffer_length(o).is_none() {
        return Err(agent.type_error("detached"));
    }
    if length > max {
        return Err(agent.range_error("length beyond the maximum"));
    }
    if let Kind::ArrayBuffer(Buffer { bytes: Some(bytes), .. }) = &mut agent.object_mut(o).kind {
        bytes.resize(length, 0);
    }
    Ok(Value::Undefined)
}

/// [slice](https://tc39.es/ecma262/#sec-arraybuffer.prototype.slice)
fn slice(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = this_buffer(agent, call)?;
    let Some(length) = agent.buffer_length(o) else { return Err(agent.type_error("detached")) };
    let first = agent.relative_index(&call.get(0), length as f64, 0.0)? as usize;
    let last = agent.relative_index(&call.get(1), length as f64, length as f64)? as usize;
    let new_length = last.saturating_sub(first);
    let c = agent.species_constructor(o, agent.intrinsic("ArrayBuffer"))?;
    let new = agent.construct(c, &[(new_length as f64).into()], c)?;
    let Some(available) = agent.buffer_length(new) else {
        return Err(agent.type_error("no attached ArrayBuffer"));
    };
    if new == o || available < new_length {
        return Err(agent.type_error("unfit ArrayBuffer"));
    }
    let Some(current) = agent.buffer_length(o) else { return Err(agent.type_error("detached")) };
    if first < current {
        let count = new_length.min(current - first);
        if let Some(bytes) = agent.read_bytes(o, first, count) {
            agent.write_bytes(new, 0, &bytes);
        }
    }
    Ok(new.into())
}

/// [ArrayBufferCopyAndDetach](https://tc39.es/ecma262/#sec-arraybuffercopyanddetach)
fn transfer(agent: &Agent, call: &Call<'_>, preserve: bool) -> Answer {
    let o = this_buffer(agent, call)?;
    let new_length = match call.get(0) {
        Value::Undefined => agent.buffer_length(o).unwrap_or(0),
        v => agent.to_index(&v)?,
    };
    let Some(length) = agent.buffer_length(o) else { return Err(agent.type_error("detached")) };
    let max = max_length(agent, o).filter(|_| preserve);
    let new = allocate(agent, agent.intrinsic("ArrayBuffer"), new_length, max)?;
    if let Some(bytes) = agent.read_bytes(o, 0, length.min(new_length)) {
        agent.write_bytes(new, 0, &bytes);
    }
    if let Kind::ArrayBuffer(b) = &mut agent.object_mut(o).kind {
        b.bytes = None;
    }
    Ok(new.into())
}

fn data_view(agent: &Agent, global: Obj) {
    let prototype = agent.install_prototype("DataView.prototype", Kind::Ordinary);
    agent.install_class(global, "DataView", 1, prototype, construct_view);
    agent.define_getter(prototype, "buffer", |a, c| Ok(this_view(a, c)?.buffer.into()));
    agent.define_getter(prototype, "byteLength", |a, c| {
        let view = this_view(a, c)?;
        match a.view_bytes(view) {
            Some(n) => Ok((n as f64).into()),
            None => Err(a.type_error("view out of bounds")),
        }
    });
    agent.define_getter(prototype, "byteOffset", |a, c| {
        let view = this_view(a, c)?;
        match a.view_bytes(view) {
            Some(_) => Ok((view.offset as f64).into()),
            None => Err(a.type_error("view out of bounds")),
        }
    });
    macro_rules! accessors {
        ($($get:literal $set:literal $element:ident;)*) => {$(
            agent.define_method(prototype, $get, 1, |a, c| get_view_value(a, c, Element::$element));
            agent.define_method(prototype, $set, 2, |a, c| set_view_value(a, c, Element::$element));
        )*};
    }
    accessors! {
        "getBigInt64" "setBigInt64" BigInt64;
        "getBigUint64" "setBigUint64" BigUint64;
        "getFloat32" "setFloat32" Float32;
        "getFloat64" "setFloat64" Float64;
        "getInt8" "setInt8" Int8;
        "getInt16" "setInt16" Int16;
        "getInt32" "setInt32" Int32;
        "getUint8" "setUint8" Uint8;
        "getUint16" "setUint16" Uint16;
        "getUint32" "setUint32" Uint32;
    }
    agent.define_outside(prototype, "DataView.prototype", &["getFloat16", "setFloat16"]);
    agent.define_value(prototype, "@@toStringTag", "DataView", "c");
}

fn this_view(agent: &Agent, call: &Call<'_>) -> Completion<TypedArray> {
    match call.this.object().map(|o| agent.object(o)).as_deref() {
        Some(crate::values::Object { kind: Kind::DataView(v), .. }) => Ok(*v),
        _ => Err(agent.type_error("no DataView")),
    }
}

/// [DataView](https://tc39.es/ecma262/#sec-dataview-buffer-byteoffset-bytelength)
fn construct_view(agent: &Agent, call: &Call<'_>) -> Answer {
    let target = agent.want_new(call)?;
    let Some(buffer) = kind_is(agent, &call.get(0), |k| matches!(k, Kind::ArrayBuffer(_))) else {
        return Err(agent.type_error("no ArrayBuffer"));
    };
    let offset = agent.to_index(&call.get(1))?;
    let Some(length) = agent.buffer_length(buffer) else { return Err(agent.type_error("detached")) };
    if offset > length {
        return Err(agent.range_error("offset"));
    }
    let resizable = max_length(agent, buffer).is_some();
    let view_length = match call.get(2) {
        Value::Undefined if resizable => None,
        Value::Undefined => Some(length - offset),
        v => {
            let n = agent.to_index(&v)?;
            if offset + n > length {
                return Err(agent.range_error("length"));
            }
            Some(n)
        }
    };
    let view = TypedArray { element: Element::Uint8, buffer, offset, length: view_length };
    let o = agent.create_from_constructor(target, "DataView.prototype", Kind::DataView(view))?;
    let Some(length) = agent.buffer_length(buffer) else { return Err(agent.type_error("detached")) };
    if offset > length || view_length.is_some_and(|n| offset + n > length) {
        return Err(agent.range_error("view out of bounds"));
    }
    Ok(o.into())
}

/// [GetViewValue](https://tc39.es/ecma262/#sec-getviewvalue)
fn get_view_value(agent: &Agent, call: &Call<'_>, element: Element) -> Answer {
    let view = this_view(agent, call)?;
    let index = agent.to_index(&call.get(0))?;
    let little = agent.to_boolean(&call.get(1));
    let at = view_place(agent, view, index, element)?;
    let Some(mut bytes) = agent.read_bytes(view.buffer, at, element.size()) else {
        return Err(agent.range_error("offset"));
    };
    if !little {
        bytes.reverse();
    }
    Ok(element.read(&bytes))
}

fn view_place(agent: &Agent, view: TypedArray, index: usize, element: Element) -> Completion<usize> {
    let Some(size) = agent.view_bytes(view) else { return Err(agent.type_error("view out of bounds")) };
    if index.checked_add(element.size()).is_none_or(|end| end > size) {
        return Err(agent.range_error("offset"));
    }
    Ok(view.offset + index)
}

/// [SetViewValue](https://tc39.es/ecma262/#sec-setviewvalue)
fn set_view_value(agent: &Agent, call: &Call<'_>, element: Element) -> Answer {
    let view = this_view(agent, call)?;
    let index = agent.to_index(&call.get(0))?;
    let v = agent.to_element(element, &call.get(1))?;
    let little = agent.to_boolean(&call.get(2));
    let at = view_place(agent, view, index, element)?;
    let mut bytes = element.write(&v);
    if !little {
        bytes.reverse();
    }
    agent.write_bytes(view.buffer, at, &bytes);
    Ok(Value::Undefined)
}
