//! [TypedArray objects](https://tc39.es/ecma262/#sec-typedarray-objects): constructors and methods.

use super::Answer;
use super::array::sort_values;
use super::buffers::allocate;
use super::global::kind_is;
use crate::agent::{Agent, Completion};
use crate::values::{Call, Element, IterationKind, IteratorSlots, Key, Kind, Obj, TypedArray, Value};

pub fn install(agent: &Agent, global: Obj) {
    let prototype = agent.install_prototype("TypedArray.prototype", Kind::Ordinary);
    let abstract_constructor =
        agent.native_constructor("TypedArray", 0, |a, _| Err(a.type_error("abstract constructor")));
    agent.set_intrinsic("TypedArray", abstract_constructor);
    agent.define_value(abstract_constructor, "prototype", prototype, "");
    agent.define_value(prototype, "constructor", abstract_constructor, "wc");
    agent.define_methods(abstract_constructor, &[("from", 1, from), ("of", 0, of)]);
    agent.define_species(abstract_constructor);
    getters(agent, prototype);
    agent.define_methods(
        prototype,
        &[
            ("at", 1, at),
            ("copyWithin", 2, copy_within),
            ("entries", 0, |a, c| iterator(a, c, IterationKind::Entries)),
            ("every", 1, |a, c| scan(a, c, false)),
            ("fill", 1, fill),
            ("filter", 1, filter),
            ("find", 1, |a, c| Ok(find(a, c, false)?.1)),
            ("findIndex", 1, |a, c| Ok(find(a, c, false)?.0.into())),
            ("findLast", 1, |a, c| Ok(find(a, c, true)?.1)),
            ("findLastIndex", 1, |a, c| Ok(find(a, c, true)?.0.into())),
            ("forEach", 1, for_each),
            ("includes", 1, includes),
            ("indexOf", 1, |a, c| index_of(a, c, false)),
            ("join", 1, join),
            ("keys", 0, |a, c| iterator(a, c, IterationKind::Keys)),
            ("lastIndexOf", 1, |a, c| index_of(a, c, true)),
            ("map", 1, map),
            ("reduce", 1, |a, c| reduce(a, c, false)),
            ("reduceRight", 1, |a, c| reduce(a, c, true)),
            ("reverse", 0, reverse),
            ("set", 1, set),
            ("slice", 2, slice),
            ("some", 1, |a, c| scan(a, c, true)),
            ("sort", 1, sort),
            ("subarray", 2, subarray),
            ("toReversed", 0, to_reversed),
            ("toSorted", 1, to_sorted),
            ("values", 0, |a, c| iterator(a, c, IterationKind::Values)),
            ("with", 2, with),
        ],
    );
    agent.define_outside(prototype, "TypedArray.prototype", &["toLocaleString"]);
    if let Ok(values) = agent.get(prototype, &"values".into()) {
        agent.define_value(prototype, "@@iterator", values, "wc");
    }
    let array_prototype = agent.intrinsic("Array.prototype");
    if let Ok(f) = agent.get(array_prototype, &"toString".into()) {
        agent.define_value(prototype, "toString", f, "wc");
    }
    macro_rules! classes {
        ($($element:ident)*) => {$({
            let e = Element::$element;
            let own = agent.make(prototype, Kind::Ordinary);
            agent.set_intrinsic(e.prototype(), own);
            let constructor = agent.install_class(global, e.constructor(), 3, own, |a, c| {
                construct(a, c, Element::$element)
            });
            agent.object_mut(constructor).prototype = Some(abstract_constructor);
            let size = e.size() as f64;
            agent.define_value(constructor, "BYTES_PER_ELEMENT", size, "");
            agent.define_value(own, "BYTES_PER_ELEMENT", size, "");
        })*};
    }
    classes!(Int8 Uint8 Uint8Clamped Int16 Uint16 Int32 Uint32 BigInt64 BigUint64 Float32 Float64);
}

fn getters(agent: &Agent, prototype: Obj) {
    fn this(agent: &Agent, call: &Call<'_>) -> Completion<(Obj, TypedArray)> {
        let found = call.this.object().and_then(|o| Some((o, agent.typed_array(o)?)));
        found.ok_or_else(|| agent.type_error("no typed array"))
    }
    agent.define_getter(prototype, "buffer", |a, c| Ok(this(a, c)?.1.buffer.into()));
    agent.define_getter(prototype, "byteLength", |a, c| {
        let (o, t) = this(a, c)?;
        Ok(((a.typed_array_length(o).unwrap_or(0) * t.element.size()) as f64).into())
    });
    agent.define_getter(prototype, "byteOffset", |a, c| {
        let (_, t) = this(a, c)?;
        Ok((if a.view_bytes(t).is_some() { t.offset as f64 } else { 0.0 }).into())
    });
    agent.define_getter(prototype, "length", |a, c| {
        let (o, _) = this(a, c)?;
        Ok((a.typed_array_length(o).unwrap_or(0) as f64).into())
    });
    agent.define_getter(prototype, "@@toStringTag", |a, c| {
        let t = c.this.object().and_then(|o| a.typed_array(o));
        Ok(t.map_or(Value::Undefined, |t| t.element.constructor().into()))
    });
}

/// [TypedArray constructors](https://tc39.es/ecma262/#sec-typedarray-constructors)
fn construct(agent: &Agent, call: &Call<'_>, element: Element) -> Answer {
    let target = agent.want_new(call)?;
    let first = call.get(0);
    let Value::Object(source) = first else {
        let length = agent.to_index(&first)?;
        let prototype = agent.get_prototype_from_constructor(target, element.prototype())?;
        return Ok(with_new_buffer(agent, prototype, element, length)?.into());
    };
    let prototype = agent.get_prototype_from_constructor(target, element.prototype())?;
    if kind_is(agent, &first, |k| matches!(k, Kind::ArrayBuffer(_))).is_some() {
        return over_buffer(agent, call, prototype, element, source);
    }
    if let Some(t) = agent.typed_array(source) {
        let Some(length) = agent.typed_array_length(source) else {
            return Err(agent.type_error("typed array out of bounds"));
        };
        if t.element.is_bigint() != element.is_bigint() {
            agent.view_size_limit(length * element.size())?;
            return Err(agent.type_error("another content type"));
        }
        let o = with_new_buffer(agent, prototype, element, length)?;
        for i in 0..length {
            let v = agent.typed_array_element(source, i);
            agent.typed_array_set_element(o, Some(i), &v)?;
        }
        return Ok(o.into());
    }
    let list = match agent.get_method(&first, &agent.symbol_key("iterator"))? {
        Some(method) => {
            let record = agent.get_iterator_from_method(&first, method)?;
            agent.iterator_to_list(&record)?
        }
        None => {
            let length = agent.length_of_array_like(source)?;
            let o = with_new_buffer(agent, prototype, element, length as usize)?;
            for i in 0..length as usize {
                let v = agent.get(source, &Key::integer(i as f64))?;
                agent.set(o, &Key::integer(i as f64), v, true)?;
            }
            return Ok(o.into());
        }
    };
    let o = with_new_buffer(agent, prototype, element, list.len())?;
    for (i, v) in list.into_iter().enumerate() {
        agent.set(o, &Key::integer(i as f64), v, true)?;
    }
    Ok(o.into())
}

impl Agent {
    fn view_size_limit(&self, bytes: usize) -> Completion<()> {
        if bytes > 64 << 20 { Err(self.outside("limit: size of a buffer")) } else { Ok(()) }
    }
}

/// [AllocateTypedArrayBuffer](https://tc39.es/ecma262/#sec-allocatetypedarraybuffer)
fn with_new_buffer(agent: &Agent, prototype: Obj, element: Element, length: usize) -> Completion<Obj> {
    let bytes = length.saturating_mul(element.size());
    let buffer = allocate(agent, agent.intrinsic("ArrayBuffer"), bytes, None)?;
    let t = TypedArray { element, buffer, offset: 0, length: Some(length) };
    Ok(agent.make(prototype, Kind::TypedArray(t)))
}

/// [InitializeTypedArrayFromArrayBuffer](https://tc39.es/ecma262/#sec-initializetypedarrayfromarraybuffer)
fn over_buffer(agent: &Agent, call: &Call<'_>, prototype: Obj, element: Element, buffer: Obj) -> Answer {
    let size = element.size();
    let offset = agent.to_index(&call.get(1))?;
    if !offset.is_multiple_of(size) {
        return Err(agent.range_error("offset"));
    }
    let new_length = match call.get(2) {
        Value::Undefined => None,
        v => Some(agent.to_index(&v)?),
    };
    let Some(bytes) = agent.buffer_length(buffer) else { return Err(agent.type_error("detached")) };
    let resizable = match &agent.object(buffer).kind {
        Kind::ArrayBuffer(b) => b.max_length.is_some(),
        _ => false,
    };
    let length = match new_length {
        None if resizable => {
            if offset > bytes {
                return Err(agent.range_error("offset"));
            }
            None
        }
        None => {
            if !bytes.is_multiple_of(size) || offset > bytes {
                return Err(agent.range_error("length"));
            }
            Some((bytes - offset) / size)
        }
        Some(n) => {
            if n.checked_mul(size).and_then(|b| b.checked_add(offset)).is_none_or(|end| end > bytes) {
                return Err(agent.range_error("length"));
            }
            Some(n)
        }
    };
    let t = TypedArray { element, buffer, offset, length };
    Ok(agent.make(prototype, Kind::TypedArray(t)).into())
}

/// [TypedArrayCreateFromConstructor](https://tc39.es/ecma262/#sec-typedarraycreatefromconstructor)
fn create(agent: &Agent, constructor: Obj, arguments: &[Value]) -> Completion<Obj> {
    let o = agent.construct(constructor, arguments, constructor)?;
    let (_, _, length) = agent.validate_typed_array(&o.into())?;
    if let [Value::Number(n)] = arguments
        && (length as f64) < *n
    {
        return Err(agent.type_error("typed array too short"));
    }
    Ok(o)
}

/// [TypedArraySpeciesCreate](https://tc39.es/ecma262/#sec-typedarray-species-create)
fn species_create(agent: &Agent, exemplar: Obj, t: TypedArray, arguments: &[Value]) -> Completion<Obj> {
    let default = agent.intrinsic(t.element.constructor());
    let c = agent.species_constructor(exemplar, default)?;
    let o = create(agent, c, arguments)?;
    match agent.typed_array(o) {
        Some(new) if new.element.is_bigint() == t.element.is_bigint() => Ok(o),
        _ => Err(agent.type_error("another content type")),
    }
}

/// [TypedArrayCreateSameType](https://tc39.es/ecma262/#sec-typedarray-create-same-type)
fn same_type(agent: &Agent, t: TypedArray, length: usize) -> Completion<Obj> {
    create(agent, agent.intrinsic(t.element.constructor()), &[(length as f64).into()])
}

fn want_constructor(agent: &Agent, v: &Value) -> Completion<Obj> {
    v.object().filter(|_| agent.is_constructor(v)).ok_or_else(|| agent.type_error("no constructor"))
}

/// [from](https://tc39.es/ecma262/#sec-%typedarray%.from)
fn from(agent: &Agent, call: &Call<'_>) -> Answer {
    let c = want_constructor(agent, call.this)?;
    let mapper = match call.get(1) {
        Value::Undefined => None,
        f => Some(agent.want_callable(f)?),
    };
    let source = call.get(0);
    let list = match agent.get_method(&source, &agent.symbol_key("iterator"))? {
        Some(method) => {
            let record = agent.get_iterator_from_method(&source, method)?;
            Some(agent.iterator_to_list(&record)?)
        }
        None => None,
    };
    let like = agent.to_object(&source)?;
    let length = match &list {
        Some(l) => l.len() as f64,
        None => agent.length_of_array_like(like)?,
    };
    let o = create(agent, c, &[length.into()])?;
    let mut k = 0.0;
    while k < length {
        let v = match &list {
            Some(l) => l[k as usize].clone(),
            None => agent.get(like, &Key::integer(k))?,
        };
        let v = match mapper {
            Some(f) => agent.call_function(f, &call.get(2), &[v, k.into()])?,
            None => v,
        };
        agent.set(o, &Key::integer(k), v, true)?;
        k += 1.0;
    }
    Ok(o.into())
}

/// [of](https://tc39.es/ecma262/#sec-%typedarray%.of)
fn of(agent: &Agent, call: &Call<'_>) -> Answer {
    let c = want_constructor(agent, call.this)?;
    let o = create(agent, c, &[(call.arguments.len() as f64).into()])?;
    for (k, v) in call.arguments.iter().enumerate() {
        agent.set(o, &Key::integer(k as f64), v.clone(), true)?;
    }
    Ok(o.into())
}

fn at(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, _, length) = agent.validate_typed_array(call.this)?;
    let relative = agent.to_integer_or_infinity(&call.get(0))?;
    let k = if relative < 0.0 { length as f64 + relative } else { relative };
    Ok(if (0.0..length as f64).contains(&k) {
        agent.typed_array_element(o, k as usize)
    } else {
        Value::Undefined
    })
}

fn iterator(agent: &Agent, call: &Call<'_>, kind: IterationKind) -> Answer {
    let (o, ..) = agent.validate_typed_array(call.this)?;
    let slots = IteratorSlots::Array { object: Some(o.into()), index: 0.0, kind };
    Ok(agent.make(agent.intrinsic("ArrayIterator.prototype"), Kind::Iterator(slots)).into())
}

/// [copyWithin](https://tc39.es/ecma262/#sec-%typedarray%.prototype.copywithin)
fn copy_within(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, t, length) = agent.validate_typed_array(call.this)?;
    let length = length as f64;
    let to = agent.relative_index(&call.get(0), length, 0.0)?;
    let from = agent.relative_index(&call.get(1), length, 0.0)?;
    let last = agent.relative_index(&call.get(2), length, length)?;
    let count = (last - from).min(length - to);
    if count > 0.0 {
        let Some(now) = agent.typed_array_length(o) else {
            return Err(agent.type_error("typed array out of bounds"));
        };
        let now = now as f64;
        let count = count.min(now - from).min(now - to).max(0.0) as usize * t.element.size();
        let place = |k: f64| t.offset + k as usize * t.element.size();
        if let Some(bytes) = agent.read_bytes(t.buffer, place(from), count) {
            agent.write_bytes(t.buffer, place(to), &bytes);
        }
    }
    Ok(o.into())
}

/// [fill](https://tc39.es/ecma262/#sec-%typedarray%.prototype.fill)
fn fill(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, t, length) = agent.validate_typed_array(call.this)?;
    let v = agent.to_element(t.element, &call.get(0))?;
    let first = agent.relative_index(&call.get(1), length as f64, 0.0)? as usize;
    let last = agent.relative_index(&call.get(2), length as f64, length as f64)? as usize;
    let Some(now) = agent.typed_array_length(o) else {
        return Err(agent.type_error("typed array out of bounds"));
    };
    for k in first..last.min(now) {
        agent.step()?;
        agent.typed_array_set_element(o, Some(k), &v)?;
    }
    Ok(o.into())
}

/// Calls the function for each element until `each` says to stop.
fn each(
    agent: &Agent,
    call: &Call<'_>,
    mut each: impl FnMut(usize, Value, Value) -> Completion<bool>,
) -> Completion<()> {
    let (o, _, length) = agent.validate_typed_array(call.this)?;
    let f = agent.want_callable(call.get(0))?;
    for k in 0..length {
        let v = agent.typed_array_element(o, k);
        let result = agent.call_function(f, &call.get(1), &[v.clone(), (k as f64).into(), o.into()])?;
        if !each(k, v, result)? {
            break;
        }
    }
    Ok(())
}

/// `every` and `some`: stops at the first element whose answer is `stop_at`.
fn scan(agent: &Agent, call: &Call<'_>, stop_at: bool) -> Answer {
    let mut answer = !stop_at;
    each(agent, call, |_, _, result| {
        if agent.to_boolean(&result) == stop_at {
            answer = stop_at;
        }
        Ok(answer != stop_at)
    })?;
    Ok(answer.into())
}

fn for_each(agent: &Agent, call: &Call<'_>) -> Answer {
    each(agent, call, |_, _, _| Ok(true))?;
    Ok(Value::Undefined)
}

fn filter(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, t, _) = agent.validate_typed_array(call.this)?;
    let mut kept = Vec::new();
    each(agent, call, |_, v, selected| {
        if agent.to_boolean(&selected) {
            kept.push(v);
        }
        Ok(true)
    })?;
    let a = species_create(agent, o, t, &[(kept.len() as f64).into()])?;
    for (k, v) in kept.into_iter().enumerate() {
        agent.set(a, &Key::integer(k as f64), v, true)?;
    }
    Ok(a.into())
}

fn map(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, t, length) = agent.validate_typed_array(call.this)?;
    agent.want_callable(call.get(0))?;
    let a = species_create(agent, o, t, &[(length as f64).into()])?;
    let f = agent.want_callable(call.get(0))?;
    for k in 0..length {
        let v = agent.typed_array_element(o, k);
        let mapped = agent.call_function(f, &call.get(1), &[v, (k as f64).into(), o.into()])?;
        agent.set(a, &Key::integer(k as f64), mapped, true)?;
    }
    Ok(a.into())
}

fn find(agent: &Agent, call: &Call<'_>, backwards: bool) -> Completion<(f64, Value)> {
    let (o, _, length) = agent.validate_typed_array(call.this)?;
    let f = agent.want_callable(call.get(0))?;
    for i in 0..length {
        let k = if backwards { length - 1 - i } else { i };
        let v = agent.typed_array_element(o, k);
        let found = agent.call_function(f, &call.get(1), &[v.clone(), (k as f64).into(), o.into()])?;
        if agent.to_boolean(&found) {
            return Ok((k as f64, v));
        }
    }
    Ok((-1.0, Value::Undefined))
}

fn includes(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, _, length) = agent.validate_typed_array(call.this)?;
    if length == 0 {
        return Ok(false.into());
    }
    let first = agent.relative_index(&call.get(1), length as f64, 0.0)? as usize;
    for k in first..length {
        agent.step()?;
        if agent.same_value_zero(&agent.typed_array_element(o, k), &call.get(0))? {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}

/// `indexOf` and `lastIndexOf`: elements that are no longer there are passed over.
fn index_of(agent: &Agent, call: &Call<'_>, backwards: bool) -> Answer {
    let (o, _, length) = agent.validate_typed_array(call.this)?;
    if length == 0 {
        return Ok((-1.0).into());
    }
    let n = length as f64;
    let order: Vec<usize> = if backwards {
        let from =
            if call.arguments.len() > 1 { agent.to_integer_or_infinity(&call.get(1))? } else { n - 1.0 };
        let start = if from >= 0.0 { from.min(n - 1.0) } else { n + from };
        if start < 0.0 { Vec::new() } else { (0..=start as usize).rev().collect() }
    } else {
        (agent.relative_index(&call.get(1), n, 0.0)? as usize..length).collect()
    };
    for k in order {
        agent.step()?;
        if agent.typed_array_length(o).is_some_and(|l| k < l)
            && agent.is_strictly_equal(&agent.typed_array_element(o, k), &call.get(0))?
        {
            return Ok((k as f64).into());
        }
    }
    Ok((-1.0).into())
}

fn join(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, _, length) = agent.validate_typed_array(call.this)?;
    let separator = match call.get(0) {
        Value::Undefined => ",".into(),
        v => agent.to_string(&v)?,
    };
    let mut out: Vec<u16> = Vec::new();
    for k in 0..length {
        agent.step()?;
        if k > 0 {
            out.extend_from_slice(&separator);
        }
        let v = agent.typed_array_element(o, k);
        if !v.is_undefined() {
            out.extend_from_slice(&agent.to_string(&v)?);
        }
    }
    agent.made_string(out.len())?;
    Ok(Value::String(out.into()))
}

fn reduce(agent: &Agent, call: &Call<'_>, right: bool) -> Answer {
    let (o, _, length) = agent.validate_typed_array(call.this)?;
    let f = agent.want_callable(call.get(0))?;
    let mut accumulator = if call.arguments.len() > 1 { Some(call.get(1)) } else { None };
    for i in 0..length {
        let k = if right { length - 1 - i } else { i };
        let v = agent.typed_array_element(o, k);
        accumulator = Some(match accumulator {
            None => v,
            Some(acc) => agent.call_function(f, &Value::Undefined, &[acc, v, (k as f64).into(), o.into()])?,
        });
    }
    accumulator.ok_or_else(|| agent.type_error("nothing to reduce"))
}

fn reverse(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, _, length) = agent.validate_typed_array(call.this)?;
    let all: Vec<Value> = (0..length).map(|k| agent.typed_array_element(o, k)).collect();
    for (k, v) in all.into_iter().rev().enumerate() {
        agent.typed_array_set_element(o, Some(k), &v)?;
    }
    Ok(o.into())
}

/// [set](https://tc39.es/ecma262/#sec-%typedarray%.prototype.set)
fn set(agent: &Agent, call: &Call<'_>) -> Answer {
    let found = call.this.object().and_then(|o| Some((o, agent.typed_array(o)?)));
    let Some((o, t)) = found else { return Err(agent.type_error("no typed array")) };
    let offset = agent.to_integer_or_infinity(&call.get(1))?;
    if offset < 0.0 {
        return Err(agent.range_error("offset"));
    }
    let out_of_bounds = || agent.type_error("typed array out of bounds");
    let target_length = agent.typed_array_length(o).ok_or_else(out_of_bounds)? as f64;
    if let Value::Object(source) = call.get(0)
        && let Some(from) = agent.typed_array(source)
    {
        let length = agent.typed_array_length(source).ok_or_else(out_of_bounds)?;
        if from.element.is_bigint() != t.element.is_bigint() {
            return Err(agent.type_error("another content type"));
        }
        if length as f64 + offset > target_length {
            return Err(agent.range_error("offset"));
        }
        // all are read first, because the two may share their bytes
        let all: Vec<Value> = (0..length).map(|k| agent.typed_array_element(source, k)).collect();
        for (k, v) in all.into_iter().enumerate() {
            agent.typed_array_set_element(o, Some(k + offset as usize), &v)?;
        }
        return Ok(Value::Undefined);
    }
    let source = agent.to_object(&call.get(0))?;
    let length = agent.length_of_array_like(source)?;
    if length + offset > target_length {
        return Err(agent.range_error("offset"));
    }
    let mut k = 0.0;
    while k < length {
        let v = agent.get(source, &Key::integer(k))?;
        agent.typed_array_set_element(o, Some((offset + k) as usize), &v)?;
        k += 1.0;
    }
    Ok(Value::Undefined)
}

/// [slice](https://tc39.es/ecma262/#sec-%typedarray%.prototype.slice)
fn slice(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, t, length) = agent.validate_typed_array(call.this)?;
    let first = agent.relative_index(&call.get(0), length as f64, 0.0)? as usize;
    let last = agent.relative_index(&call.get(1), length as f64, length as f64)? as usize;
    let count = last.saturating_sub(first);
    let a = species_create(agent, o, t, &[(count as f64).into()])?;
    if count > 0 {
        let Some(now) = agent.typed_array_length(o) else {
            return Err(agent.type_error("typed array out of bounds"));
        };
        let last = last.min(now);
        let to = agent.typed_array(a);
        if let Some(to) = to.filter(|to| to.element == t.element) {
            // bytes one by one, which matters when both share a buffer
            let size = t.element.size();
            for i in 0..last.saturating_sub(first) * size {
                if let Some(b) = agent.read_bytes(t.buffer, t.offset + first * size + i, 1)
                    && agent.view_bytes(to).is_some_and(|n| i < n)
                {
                    agent.write_bytes(to.buffer, to.offset + i, &b);
                }
            }
        } else {
            for (n, k) in (first..last).enumerate() {
                let v = agent.typed_array_element(o, k);
                agent.set(a, &Key::integer(n as f64), v, true)?;
            }
        }
    }
    Ok(a.into())
}

/// [subarray](https://tc39.es/ecma262/#sec-%typedarray%.prototype.subarray)
fn subarray(agent: &Agent, call: &Call<'_>) -> Answer {
    let found = call.this.object().and_then(|o| Some((o, agent.typed_array(o)?)));
    let Some((o, t)) = found else { return Err(agent.type_error("no typed array")) };
    let length = agent.typed_array_length(o).unwrap_or(0) as f64;
    let first = agent.relative_index(&call.get(0), length, 0.0)?;
    let mut arguments = vec![t.buffer.into(), ((t.offset + first as usize * t.element.size()) as f64).into()];
    if !(t.length.is_none() && call.get(1).is_undefined()) {
        let last = agent.relative_index(&call.get(1), length, length)?;
        arguments.push((last - first).max(0.0).into());
    }
    Ok(species_create(agent, o, t, &arguments)?.into())
}

fn comparator(agent: &Agent, call: &Call<'_>) -> Completion<Option<Obj>> {
    match call.get(0) {
        Value::Undefined => Ok(None),
        f => agent.want_callable(f).map(Some),
    }
}

/// [CompareTypedArrayElements](https://tc39.es/ecma262/#sec-typedarray-comparetypedarrayelements)
fn compare(agent: &Agent, f: Option<Obj>, x: &Value, y: &Value) -> Completion<f64> {
    if let Some(f) = f {
        let v = agent.call_function(f, &Value::Undefined, &[x.clone(), y.clone()])?;
        let n = agent.to_number(&v)?;
        return Ok(if n.is_nan() { 0.0 } else { n });
    }
    Ok(match (x, y) {
        (Value::Number(a), Value::Number(b)) => {
            // NaN last, -0 before +0
            match (a.is_nan(), b.is_nan()) {
                (true, true) => 0.0,
                (true, false) => 1.0,
                (false, true) => -1.0,
                _ => f64::from(a.total_cmp(b) as i8),
            }
        }
        (Value::BigInt(a), Value::BigInt(b)) => f64::from(a.cmp(b) as i8),
        _ => 0.0,
    })
}

fn sorted(agent: &Agent, o: Obj, length: usize, f: Option<Obj>) -> Completion<Vec<Value>> {
    let all: Vec<Value> = (0..length).map(|k| agent.typed_array_element(o, k)).collect();
    sort_values(agent, all, |a, b| compare(agent, f, a, b))
}

fn sort(agent: &Agent, call: &Call<'_>) -> Answer {
    let f = comparator(agent, call)?;
    let (o, _, length) = agent.validate_typed_array(call.this)?;
    for (k, v) in sorted(agent, o, length, f)?.into_iter().enumerate() {
        agent.typed_array_set_element(o, Some(k), &v)?;
    }
    Ok(o.into())
}

fn to_sorted(agent: &Agent, call: &Call<'_>) -> Answer {
    let f = comparator(agent, call)?;
    let (o, t, length) = agent.validate_typed_array(call.this)?;
    let a = same_type(agent, t, length)?;
    for (k, v) in sorted(agent, o, length, f)?.into_iter().enumerate() {
        agent.typed_array_set_element(a, Some(k), &v)?;
    }
    Ok(a.into())
}

fn to_reversed(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, t, length) = agent.validate_typed_array(call.this)?;
    let a = same_type(agent, t, length)?;
    for k in 0..length {
        let v = agent.typed_array_element(o, length - 1 - k);
        agent.typed_array_set_element(a, Some(k), &v)?;
    }
    Ok(a.into())
}

/// [with](https://tc39.es/ecma262/#sec-%typedarray%.prototype.with)
fn with(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, t, length) = agent.validate_typed_array(call.this)?;
    let relative = agent.to_integer_or_infinity(&call.get(0))?;
    let index = if relative < 0.0 { length as f64 + relative } else { relative };
    let value = agent.to_element(t.element, &call.get(1))?;
    if index < 0.0 || agent.typed_array_length(o).is_none_or(|l| index >= l as f64) {
        return Err(agent.range_error("index"));
    }
    let a = same_type(agent, t, length)?;
    for k in 0..length {
        let v = if k as f64 == index { value.clone() } else { agent.typed_array_element(o, k) };
        agent.typed_array_set_element(a, Some(k), &v)?;
    }
    Ok(a.into())
}
