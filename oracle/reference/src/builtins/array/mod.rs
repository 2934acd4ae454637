//! [Array objects](https://tc39.es/ecma262/#sec-array-objects): constructor, statics, and what all methods share.

mod iteration;
mod mutation;
mod reading;

pub use mutation::sort_values;

use super::Answer;
use crate::agent::{Agent, Completion};
use crate::values::{Call, Key, Kind, Obj, Property, Value};

pub fn install(agent: &Agent, global: Obj) {
    let prototype = agent.install_prototype("Array.prototype", Kind::Array);
    agent.object_mut(prototype).properties.insert("length".into(), Property::data(0.0, "w"));
    let constructor = agent.install_class(global, "Array", 1, prototype, construct);
    agent.define_methods(
        constructor,
        &[("from", 1, from), ("isArray", 1, |a, c| Ok(a.is_array(&c.get(0))?.into())), ("of", 0, of)],
    );
    agent.define_outside(constructor, "Array", &["fromAsync"]);
    agent.define_species(constructor);
    agent.define_methods(prototype, mutation::ROWS);
    agent.define_methods(prototype, reading::ROWS);
    agent.define_methods(prototype, iteration::ROWS);
    let values = agent.get(prototype, &"values".into()).ok().and_then(|v| v.object());
    if let Some(values) = values {
        agent.set_intrinsic("Array.prototype.values", values);
        agent.define_value(prototype, "@@iterator", values, "wc");
    }
    let unscopables = agent.make(None, Kind::Ordinary);
    for name in [
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
    ] {
        agent.define_value(unscopables, name, true, "wec");
    }
    agent.define_value(prototype, "@@unscopables", unscopables, "c");
}

/// [Array](https://tc39.es/ecma262/#sec-array)
fn construct(agent: &Agent, call: &Call<'_>) -> Answer {
    let target = call.new_target.unwrap_or(call.function);
    let prototype = agent.get_prototype_from_constructor(target, "Array.prototype")?;
    if let [one] = call.arguments {
        let array = agent.array_create(0.0, Some(prototype))?;
        match one {
            Value::Number(n) => {
                let length = crate::operations::int32_of(*n) as u32;
                if f64::from(length) != *n {
                    return Err(agent.range_error("array length"));
                }
                agent.set(array, &"length".into(), f64::from(length).into(), true)?;
            }
            v => agent.create_data_property_or_throw(array, &Key::Index(0), v.clone())?,
        }
        return Ok(array.into());
    }
    let array = agent.array_create(call.arguments.len() as f64, Some(prototype))?;
    for (i, v) in call.arguments.iter().enumerate() {
        agent.create_data_property_or_throw(array, &Key::integer(i as f64), v.clone())?;
    }
    Ok(array.into())
}

/// Constructs with `this` if that is a constructor, else an array.
fn construct_this(agent: &Agent, this: &Value, arguments: &[Value]) -> Completion<Obj> {
    match this {
        Value::Object(c) if agent.is_constructor(this) => agent.construct(*c, arguments, *c),
        _ => {
            let length = match arguments.first() {
                Some(Value::Number(n)) => *n,
                _ => 0.0,
            };
            agent.array_create(length, None)
        }
    }
}

/// [Array.from](https://tc39.es/ecma262/#sec-array.from)
fn from(agent: &Agent, call: &Call<'_>) -> Answer {
    let items = call.get(0);
    let mapper = match call.get(1) {
        Value::Undefined => None,
        f => Some(agent.want_callable(f)?),
    };
    let map = |v: Value, k: f64| match mapper {
        Some(f) => agent.call_function(f, &call.get(2), &[v, k.into()]),
        None => Ok(v),
    };
    if let Some(method) = agent.get_method(&items, &agent.symbol_key("iterator"))? {
        let a = construct_this(agent, call.this, &[])?;
        let record = agent.get_iterator_from_method(&items, method)?;
        let mut k = 0.0;
        while let Some(v) = agent.iterator_step_value(&record)? {
            let done = map(v, k).and_then(|v| agent.create_data_property_or_throw(a, &Key::integer(k), v));
            if let Err(e) = done {
                return agent.iterator_close(&record, Err(e));
            }
            k += 1.0;
        }
        agent.set(a, &"length".into(), k.into(), true)?;
        return Ok(a.into());
    }
    let source = agent.to_object(&items)?;
    let length = agent.length_of_array_like(source)?;
    let a = construct_this(agent, call.this, &[length.into()])?;
    let mut k = 0.0;
    while k < length {
        let v = map(agent.get(source, &Key::integer(k))?, k)?;
        agent.create_data_property_or_throw(a, &Key::integer(k), v)?;
        k += 1.0;
    }
    agent.set(a, &"length".into(), length.into(), true)?;
    Ok(a.into())
}

/// [Array.of](https://tc39.es/ecma262/#sec-array.of)
fn of(agent: &Agent, call: &Call<'_>) -> Answer {
    let length = call.arguments.len() as f64;
    let a = construct_this(agent, call.this, &[length.into()])?;
    for (k, v) in call.arguments.iter().enumerate() {
        agent.create_data_property_or_throw(a, &Key::integer(k as f64), v.clone())?;
    }
    agent.set(a, &"length".into(), length.into(), true)?;
    Ok(a.into())
}

/// `this` as an object, and its length.
fn receiver(agent: &Agent, call: &Call<'_>) -> Completion<(Obj, f64)> {
    let o = agent.to_object(call.this)?;
    Ok((o, agent.length_of_array_like(o)?))
}

fn set_length(agent: &Agent, o: Obj, length: f64) -> Completion<()> {
    agent.set(o, &"length".into(), length.into(), true)
}

/// Moves a property, or deletes the target where there is none.
fn move_element(agent: &Agent, o: Obj, from: f64, to: f64) -> Completion<()> {
    let (from, to) = (Key::integer(from), Key::integer(to));
    if agent.has_property(o, &from)? {
        let v = agent.get(o, &from)?;
        agent.set(o, &to, v, true)
    } else {
        agent.delete_property_or_throw(o, &to)
    }
}
