//! Methods of arrays that read them and call nothing back.

use super::{Answer, receiver};
use crate::agent::{Agent, Completion};
use crate::operations::NativeRow;
use crate::values::{Call, IterationKind, IteratorSlots, Key, Kind, Obj, Value};

pub const ROWS: &[NativeRow] = &[
    ("at", 1, at),
    ("concat", 1, concat),
    ("entries", 0, |a, c| iterator(a, c, IterationKind::Entries)),
    ("flat", 0, flat),
    ("includes", 1, includes),
    ("indexOf", 1, index_of),
    ("join", 1, join),
    ("keys", 0, |a, c| iterator(a, c, IterationKind::Keys)),
    ("lastIndexOf", 1, last_index_of),
    ("slice", 2, slice),
    ("toLocaleString", 0, to_locale_string),
    ("toString", 0, to_string),
    ("values", 0, |a, c| iterator(a, c, IterationKind::Values)),
];

/// [CreateArrayIterator](https://tc39.es/ecma262/#sec-createarrayiterator)
fn iterator(agent: &Agent, call: &Call<'_>, kind: IterationKind) -> Answer {
    let o = agent.to_object(call.this)?;
    let slots = IteratorSlots::Array { object: Some(o.into()), index: 0.0, kind };
    Ok(agent.make(agent.intrinsic("ArrayIterator.prototype"), Kind::Iterator(slots)).into())
}

/// [at](https://tc39.es/ecma262/#sec-array.prototype.at)
fn at(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let relative = agent.to_integer_or_infinity(&call.get(0))?;
    let k = if relative < 0.0 { length + relative } else { relative };
    if !(0.0..length).contains(&k) {
        return Ok(Value::Undefined);
    }
    agent.get(o, &Key::integer(k))
}

/// [IsConcatSpreadable](https://tc39.es/ecma262/#sec-isconcatspreadable)
fn is_concat_spreadable(agent: &Agent, v: &Value) -> Completion<bool> {
    let Value::Object(o) = v else { return Ok(false) };
    match agent.get(*o, &agent.symbol_key("isConcatSpreadable"))? {
        Value::Undefined => agent.is_array(v),
        spreadable => Ok(agent.to_boolean(&spreadable)),
    }
}

/// [concat](https://tc39.es/ecma262/#sec-array.prototype.concat)
fn concat(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = agent.to_object(call.this)?;
    let a = agent.array_species_create(o, 0.0)?;
    let mut n = 0.0;
    let this = Value::Object(o);
    for item in std::iter::once(&this).chain(call.arguments) {
        if let (Value::Object(e), true) = (item, is_concat_spreadable(agent, item)?) {
            let length = agent.length_of_array_like(*e)?;
            if n + length > 9_007_199_254_740_991.0 {
                return Err(agent.type_error("too long"));
            }
            let mut k = 0.0;
            while k < length {
                let key = Key::integer(k);
                if agent.has_property(*e, &key)? {
                    let v = agent.get(*e, &key)?;
                    agent.create_data_property_or_throw(a, &Key::integer(n), v)?;
                }
                n += 1.0;
                k += 1.0;
            }
        } else {
            if n >= 9_007_199_254_740_991.0 {
                return Err(agent.type_error("too long"));
            }
            agent.create_data_property_or_throw(a, &Key::integer(n), item.clone())?;
            n += 1.0;
        }
    }
    agent.set(a, &"length".into(), n.into(), true)?;
    Ok(a.into())
}

/// [flat](https://tc39.es/ecma262/#sec-array.prototype.flat)
fn flat(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let depth = match call.get(0) {
        Value::Undefined => 1.0,
        v => agent.to_integer_or_infinity(&v)?.max(0.0),
    };
    let a = agent.array_species_create(o, 0.0)?;
    flatten_into(agent, a, o, length, 0.0, depth, None)?;
    Ok(a.into())
}

/// [FlattenIntoArray](https://tc39.es/ecma262/#sec-flattenintoarray)
pub fn flatten_into(
    agent: &Agent,
    target: Obj,
    source: Obj,
    length: f64,
    start: f64,
    depth: f64,
    mapper: Option<(Obj, &Value)>,
) -> Completion<f64> {
    agent.check_depth()?;
    let (mut to, mut from) = (start, 0.0);
    while from < length {
        let key = Key::integer(from);
        if agent.has_property(source, &key)? {
            let mut v = agent.get(source, &key)?;
            if let Some((f, this)) = mapper {
                v = agent.call_function(f, this, &[v, f64::into(from), source.into()])?;
            }
            if let (Value::Object(inner), true) = (&v, depth > 0.0 && agent.is_array(&v)?) {
                let inner_length = agent.length_of_array_like(*inner)?;
                to = flatten_into(agent, target, *inner, inner_length, to, depth - 1.0, None)?;
            } else {
                if to >= 9_007_199_254_740_991.0 {
                    return Err(agent.type_error("too long"));
                }
                agent.create_data_property_or_throw(target, &Key::integer(to), v)?;
                to += 1.0;
            }
        }
        from += 1.0;
    }
    Ok(to)
}

/// [includes](https://tc39.es/ecma262/#sec-array.prototype.includes)
fn includes(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    if length == 0.0 {
        return Ok(false.into());
    }
    let mut k = agent.relative_index(&call.get(1), length, 0.0)?;
    while k < length {
        let v = agent.get(o, &Key::integer(k))?;
        if agent.same_value_zero(&v, &call.get(0))? {
            return Ok(true.into());
        }
        k += 1.0;
    }
    Ok(false.into())
}

/// [indexOf](https://tc39.es/ecma262/#sec-array.prototype.indexof)
fn index_of(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    if length == 0.0 {
        return Ok((-1.0).into());
    }
    let mut k = agent.relative_index(&call.get(1), length, 0.0)?;
    while k < length {
        let key = Key::integer(k);
        if agent.has_property(o, &key)? && agent.is_strictly_equal(&agent.get(o, &key)?, &call.get(0))? {
            return Ok(k.into());
        }
        k += 1.0;
    }
    Ok((-1.0).into())
}

/// [lastIndexOf](https://tc39.es/ecma262/#sec-array.prototype.lastindexof)
fn last_index_of(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    if length == 0.0 {
        return Ok((-1.0).into());
    }
    let n = if call.arguments.len() > 1 { agent.to_integer_or_infinity(&call.get(1))? } else { length - 1.0 };
    let mut k = if n >= 0.0 { n.min(length - 1.0) } else { length + n };
    while k >= 0.0 {
        let key = Key::integer(k);
        if agent.has_property(o, &key)? && agent.is_strictly_equal(&agent.get(o, &key)?, &call.get(0))? {
            return Ok(k.into());
        }
        k -= 1.0;
    }
    Ok((-1.0).into())
}

/// [join](https://tc39.es/ecma262/#sec-array.prototype.join). The specification lets a cycle recurse for ever;
/// engines print it as nothing, so it is outside.
fn join(agent: &Agent, call: &Call<'_>) -> Answer {
    agent.check_depth()?;
    let (o, length) = receiver(agent, call)?;
    let separator = match call.get(0) {
        Value::Undefined => ",".into(),
        v => agent.to_string(&v)?,
    };
    let mut out: Vec<u16> = Vec::new();
    let mut k = 0.0;
    while k < length {
        if k > 0.0 {
            out.extend_from_slice(&separator);
        }
        let v = agent.get(o, &Key::integer(k))?;
        if !v.is_nullish() {
            out.extend_from_slice(&agent.to_string(&v)?);
        }
        if out.len() > 1 << 24 {
            return Err(agent.outside("limit: length of a string"));
        }
        k += 1.0;
    }
    agent.made_string(out.len())?;
    Ok(Value::String(out.into()))
}

/// [toString](https://tc39.es/ecma262/#sec-array.prototype.tostring)
fn to_string(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = agent.to_object(call.this)?;
    let mut f = agent.get(o, &"join".into())?;
    if !agent.is_callable(&f) {
        f = agent.intrinsic("Object.prototype.toString").into();
    }
    agent.call(&f, &o.into(), &[])
}

/// [toLocaleString](https://tc39.es/ecma262/#sec-array.prototype.tolocalestring)
fn to_locale_string(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let mut out: Vec<u16> = Vec::new();
    let mut k = 0.0;
    while k < length {
        if k > 0.0 {
            out.push(u16::from(b','));
        }
        let v = agent.get(o, &Key::integer(k))?;
        if !v.is_nullish() {
            let text = agent.invoke(&v, &"toLocaleString".into(), &[])?;
            out.extend_from_slice(&agent.to_string(&text)?);
        }
        k += 1.0;
    }
    Ok(Value::String(out.into()))
}

/// [slice](https://tc39.es/ecma262/#sec-array.prototype.slice)
fn slice(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let mut k = agent.relative_index(&call.get(0), length, 0.0)?;
    let last = agent.relative_index(&call.get(1), length, length)?;
    let a = agent.array_species_create(o, (last - k).max(0.0))?;
    let mut n = 0.0;
    while k < last {
        let key = Key::integer(k);
        if agent.has_property(o, &key)? {
            let v = agent.get(o, &key)?;
            agent.create_data_property_or_throw(a, &Key::integer(n), v)?;
        }
        k += 1.0;
        n += 1.0;
    }
    agent.set(a, &"length".into(), n.into(), true)?;
    Ok(a.into())
}
