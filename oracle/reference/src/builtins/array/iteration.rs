//! Methods of arrays that call a function for each element.

use super::reading::flatten_into;
use super::{Answer, receiver};
use crate::agent::{Agent, Completion};
use crate::operations::NativeRow;
use crate::values::{Call, Key, Obj, Value};

pub const ROWS: &[NativeRow] = &[
    ("every", 1, every),
    ("filter", 1, filter),
    ("find", 1, |a, c| Ok(find(a, c, false)?.1)),
    ("findIndex", 1, |a, c| Ok(find(a, c, false)?.0.into())),
    ("findLast", 1, |a, c| Ok(find(a, c, true)?.1)),
    ("findLastIndex", 1, |a, c| Ok(find(a, c, true)?.0.into())),
    ("flatMap", 1, flat_map),
    ("forEach", 1, for_each),
    ("map", 1, map),
    ("reduce", 1, |a, c| reduce(a, c, false)),
    ("reduceRight", 1, |a, c| reduce(a, c, true)),
    ("some", 1, some),
];

/// Calls the function for each element that is there, until `each` says to stop.
fn each(
    agent: &Agent,
    call: &Call<'_>,
    mut each: impl FnMut(f64, Value, Value) -> Completion<bool>,
) -> Completion<()> {
    let (o, length) = receiver(agent, call)?;
    let f = agent.want_callable(call.get(0))?;
    each_of(agent, call, o, length, f, &mut each)
}

fn each_of(
    agent: &Agent,
    call: &Call<'_>,
    o: Obj,
    length: f64,
    f: Obj,
    each: &mut impl FnMut(f64, Value, Value) -> Completion<bool>,
) -> Completion<()> {
    let mut k = 0.0;
    while k < length {
        let key = Key::integer(k);
        if agent.has_property(o, &key)? {
            let v = agent.get(o, &key)?;
            let result = agent.call_function(f, &call.get(1), &[v.clone(), k.into(), o.into()])?;
            if !each(k, v, result)? {
                return Ok(());
            }
        }
        k += 1.0;
    }
    Ok(())
}

/// [every](https://tc39.es/ecma262/#sec-array.prototype.every)
fn every(agent: &Agent, call: &Call<'_>) -> Answer {
    let mut all = true;
    each(agent, call, |_, _, result| {
        all = agent.to_boolean(&result);
        Ok(all)
    })?;
    Ok(all.into())
}

/// [some](https://tc39.es/ecma262/#sec-array.prototype.some)
fn some(agent: &Agent, call: &Call<'_>) -> Answer {
    let mut any = false;
    each(agent, call, |_, _, result| {
        any = agent.to_boolean(&result);
        Ok(!any)
    })?;
    Ok(any.into())
}

/// [forEach](https://tc39.es/ecma262/#sec-array.prototype.foreach)
fn for_each(agent: &Agent, call: &Call<'_>) -> Answer {
    each(agent, call, |_, _, _| Ok(true))?;
    Ok(Value::Undefined)
}

/// [filter](https://tc39.es/ecma262/#sec-array.prototype.filter)
fn filter(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let f = agent.want_callable(call.get(0))?;
    let a = agent.array_species_create(o, 0.0)?;
    let mut to = 0.0;
    each_of(agent, call, o, length, f, &mut |_, v, selected| {
        if agent.to_boolean(&selected) {
            agent.create_data_property_or_throw(a, &Key::integer(to), v)?;
            to += 1.0;
        }
        Ok(true)
    })?;
    Ok(a.into())
}

/// [map](https://tc39.es/ecma262/#sec-array.prototype.map)
fn map(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let f = agent.want_callable(call.get(0))?;
    let a = agent.array_species_create(o, length)?;
    each_of(agent, call, o, length, f, &mut |k, _, mapped| {
        agent.create_data_property_or_throw(a, &Key::integer(k), mapped)?;
        Ok(true)
    })?;
    Ok(a.into())
}

/// [FindViaPredicate](https://tc39.es/ecma262/#sec-findviapredicate)
fn find(agent: &Agent, call: &Call<'_>, backwards: bool) -> Completion<(f64, Value)> {
    let (o, length) = receiver(agent, call)?;
    let f = agent.want_callable(call.get(0))?;
    let mut i = 0.0;
    while i < length {
        let k = if backwards { length - 1.0 - i } else { i };
        let v = agent.get(o, &Key::integer(k))?;
        let found = agent.call_function(f, &call.get(1), &[v.clone(), k.into(), o.into()])?;
        if agent.to_boolean(&found) {
            return Ok((k, v));
        }
        i += 1.0;
    }
    Ok((-1.0, Value::Undefined))
}

/// [flatMap](https://tc39.es/ecma262/#sec-array.prototype.flatmap)
fn flat_map(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let f = agent.want_callable(call.get(0))?;
    let a = agent.array_species_create(o, 0.0)?;
    flatten_into(agent, a, o, length, 0.0, 1.0, Some((f, &call.get(1))))?;
    Ok(a.into())
}

/// [reduce](https://tc39.es/ecma262/#sec-array.prototype.reduce),
/// [reduceRight](https://tc39.es/ecma262/#sec-array.prototype.reduceright)
fn reduce(agent: &Agent, call: &Call<'_>, right: bool) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let f = agent.want_callable(call.get(0))?;
    let mut accumulator = if call.arguments.len() > 1 { Some(call.get(1)) } else { None };
    let mut i = 0.0;
    while i < length {
        let k = if right { length - 1.0 - i } else { i };
        let key = Key::integer(k);
        if agent.has_property(o, &key)? {
            let v = agent.get(o, &key)?;
            accumulator = Some(match accumulator {
                None => v,
                Some(acc) => agent.call_function(f, &Value::Undefined, &[acc, v, k.into(), o.into()])?,
            });
        }
        i += 1.0;
    }
    accumulator.ok_or_else(|| agent.type_error("nothing to reduce"))
}
