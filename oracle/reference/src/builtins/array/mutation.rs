//! Methods of arrays that change them, and sorting.

use super::{Answer, move_element, receiver, set_length};
use crate::agent::{Agent, Completion};
use crate::operations::NativeRow;
use crate::values::{Call, Key, Obj, Value};

pub const ROWS: &[NativeRow] = &[
    ("copyWithin", 2, copy_within),
    ("fill", 1, fill),
    ("pop", 0, pop),
    ("push", 1, push),
    ("reverse", 0, reverse),
    ("shift", 0, shift),
    ("sort", 1, sort),
    ("splice", 2, splice),
    ("toReversed", 0, to_reversed),
    ("toSorted", 1, to_sorted),
    ("toSpliced", 2, to_spliced),
    ("unshift", 1, unshift),
    ("with", 2, with),
];

/// [copyWithin](https://tc39.es/ecma262/#sec-array.prototype.copywithin)
fn copy_within(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let mut to = agent.relative_index(&call.get(0), length, 0.0)?;
    let mut from = agent.relative_index(&call.get(1), length, 0.0)?;
    let last = agent.relative_index(&call.get(2), length, length)?;
    let mut count = (last - from).min(length - to);
    let mut direction = 1.0;
    if from < to && to < from + count {
        direction = -1.0;
        from += count - 1.0;
        to += count - 1.0;
    }
    while count > 0.0 {
        move_element(agent, o, from, to)?;
        from += direction;
        to += direction;
        count -= 1.0;
    }
    Ok(o.into())
}

/// [fill](https://tc39.es/ecma262/#sec-array.prototype.fill)
fn fill(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let mut k = agent.relative_index(&call.get(1), length, 0.0)?;
    let last = agent.relative_index(&call.get(2), length, length)?;
    while k < last {
        agent.set(o, &Key::integer(k), call.get(0), true)?;
        k += 1.0;
    }
    Ok(o.into())
}

/// [pop](https://tc39.es/ecma262/#sec-array.prototype.pop)
fn pop(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    if length == 0.0 {
        set_length(agent, o, 0.0)?;
        return Ok(Value::Undefined);
    }
    let key = Key::integer(length - 1.0);
    let v = agent.get(o, &key)?;
    agent.delete_property_or_throw(o, &key)?;
    set_length(agent, o, length - 1.0)?;
    Ok(v)
}

const MOST: f64 = 9_007_199_254_740_991.0;

/// [push](https://tc39.es/ecma262/#sec-array.prototype.push)
fn push(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, mut length) = receiver(agent, call)?;
    if length + call.arguments.len() as f64 > MOST {
        return Err(agent.type_error("too long"));
    }
    for v in call.arguments {
        agent.set(o, &Key::integer(length), v.clone(), true)?;
        length += 1.0;
    }
    set_length(agent, o, length)?;
    Ok(length.into())
}

/// [reverse](https://tc39.es/ecma262/#sec-array.prototype.reverse)
fn reverse(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let middle = (length / 2.0).floor();
    let mut lower = 0.0;
    while lower != middle {
        let (lk, uk) = (Key::integer(lower), Key::integer(length - lower - 1.0));
        let lower_exists = agent.has_property(o, &lk)?;
        let lower_value = if lower_exists { agent.get(o, &lk)? } else { Value::Undefined };
        let upper_exists = agent.has_property(o, &uk)?;
        let upper_value = if upper_exists { agent.get(o, &uk)? } else { Value::Undefined };
        if upper_exists {
            agent.set(o, &lk, upper_value, true)?;
        } else if lower_exists {
            agent.delete_property_or_throw(o, &lk)?;
        }
        if lower_exists {
            agent.set(o, &uk, lower_value, true)?;
        } else if upper_exists {
            agent.delete_property_or_throw(o, &uk)?;
        }
        lower += 1.0;
    }
    Ok(o.into())
}

/// [shift](https://tc39.es/ecma262/#sec-array.prototype.shift)
fn shift(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    if length == 0.0 {
        set_length(agent, o, 0.0)?;
        return Ok(Value::Undefined);
    }
    let first = agent.get(o, &Key::Index(0))?;
    let mut k = 1.0;
    while k < length {
        move_element(agent, o, k, k - 1.0)?;
        k += 1.0;
    }
    agent.delete_property_or_throw(o, &Key::integer(length - 1.0))?;
    set_length(agent, o, length - 1.0)?;
    Ok(first)
}

/// [unshift](https://tc39.es/ecma262/#sec-array.prototype.unshift)
fn unshift(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let count = call.arguments.len() as f64;
    if count > 0.0 {
        if length + count > MOST {
            return Err(agent.type_error("too long"));
        }
        let mut k = length;
        while k > 0.0 {
            move_element(agent, o, k - 1.0, k + count - 1.0)?;
            k -= 1.0;
        }
        for (j, v) in call.arguments.iter().enumerate() {
            agent.set(o, &Key::integer(j as f64), v.clone(), true)?;
        }
    }
    set_length(agent, o, length + count)?;
    Ok((length + count).into())
}

/// What `splice` and `toSpliced` remove: start and count.
fn spliced(agent: &Agent, call: &Call<'_>, length: f64) -> Completion<(f64, f64)> {
    let start = agent.relative_index(&call.get(0), length, 0.0)?;
    let count = match call.arguments.len() {
        0 => 0.0,
        1 => length - start,
        _ => agent.to_integer_or_infinity(&call.get(1))?.clamp(0.0, length - start),
    };
    Ok((start, count))
}

/// [splice](https://tc39.es/ecma262/#sec-array.prototype.splice)
fn splice(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let (start, removed) = spliced(agent, call, length)?;
    let items = call.arguments.get(2..).unwrap_or_default();
    let count = items.len() as f64;
    if length + count - removed > MOST {
        return Err(agent.type_error("too long"));
    }
    let a = agent.array_species_create(o, removed)?;
    let mut k = 0.0;
    while k < removed {
        let from = Key::integer(start + k);
        if agent.has_property(o, &from)? {
            let v = agent.get(o, &from)?;
            agent.create_data_property_or_throw(a, &Key::integer(k), v)?;
        }
        k += 1.0;
    }
    agent.set(a, &"length".into(), removed.into(), true)?;
    if count < removed {
        let mut k = start;
        while k < length - removed {
            move_element(agent, o, k + removed, k + count)?;
            k += 1.0;
        }
        let mut k = length;
        while k > length - removed + count {
            agent.delete_property_or_throw(o, &Key::integer(k - 1.0))?;
            k -= 1.0;
        }
    } else if count > removed {
        let mut k = length - removed;
        while k > start {
            move_element(agent, o, k + removed - 1.0, k + count - 1.0)?;
            k -= 1.0;
        }
    }
    for (i, v) in items.iter().enumerate() {
        agent.set(o, &Key::integer(start + i as f64), v.clone(), true)?;
    }
    set_length(agent, o, length - removed + count)?;
    Ok(a.into())
}

/// Reads elements `from..to`, in ascending order.
fn elements(agent: &Agent, o: Obj, from: f64, to: f64) -> Completion<Vec<Value>> {
    let mut out = Vec::new();
    let mut k = from;
    while k < to {
        out.push(agent.get(o, &Key::integer(k))?);
        k += 1.0;
    }
    Ok(out)
}

fn fits_an_array(agent: &Agent, length: f64) -> Completion<()> {
    if length > 4_294_967_295.0 { Err(agent.range_error("array length")) } else { Ok(()) }
}

/// [toSpliced](https://tc39.es/ecma262/#sec-array.prototype.tospliced)
fn to_spliced(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let (start, removed) = spliced(agent, call, length)?;
    let items = call.arguments.get(2..).unwrap_or_default();
    let new_length = length + items.len() as f64 - removed;
    if new_length > MOST {
        return Err(agent.type_error("too long"));
    }
    fits_an_array(agent, new_length)?;
    let mut list = elements(agent, o, 0.0, start)?;
    list.extend_from_slice(items);
    list.extend(elements(agent, o, start + removed, length)?);
    Ok(agent.create_array_from_list(list)?.into())
}

/// [toReversed](https://tc39.es/ecma262/#sec-array.prototype.toreversed)
fn to_reversed(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    fits_an_array(agent, length)?;
    let mut list = Vec::new();
    let mut k = length;
    while k > 0.0 {
        k -= 1.0;
        list.push(agent.get(o, &Key::integer(k))?);
    }
    Ok(agent.create_array_from_list(list)?.into())
}

/// [with](https://tc39.es/ecma262/#sec-array.prototype.with)
fn with(agent: &Agent, call: &Call<'_>) -> Answer {
    let (o, length) = receiver(agent, call)?;
    let relative = agent.to_integer_or_infinity(&call.get(0))?;
    let index = if relative < 0.0 { length + relative } else { relative };
    if !(0.0..length).contains(&index) {
        return Err(agent.range_error("index"));
    }
    fits_an_array(agent, length)?;
    let mut list = elements(agent, o, 0.0, index)?;
    list.push(call.get(1));
    list.extend(elements(agent, o, index + 1.0, length)?);
    Ok(agent.create_array_from_list(list)?.into())
}

fn comparator(agent: &Agent, call: &Call<'_>) -> Completion<Option<Obj>> {
    match call.get(0) {
        Value::Undefined => Ok(None),
        f => agent.want_callable(f).map(Some),
    }
}

/// [sort](https://tc39.es/ecma262/#sec-array.prototype.sort)
fn sort(agent: &Agent, call: &Call<'_>) -> Answer {
    let compare = comparator(agent, call)?;
    let (o, length) = receiver(agent, call)?;
    let mut items = Vec::new();
    let mut k = 0.0;
    while k < length {
        let key = Key::integer(k);
        if agent.has_property(o, &key)? {
            items.push(agent.get(o, &key)?);
        }
        k += 1.0;
    }
    let count = items.len() as f64;
    let sorted = sort_values(agent, items, |a, b| compare_elements(agent, compare, a, b))?;
    for (i, v) in sorted.into_iter().enumerate() {
        agent.set(o, &Key::integer(i as f64), v, true)?;
    }
    let mut k = count;
    while k < length {
        let key = Key::integer(k);
        if agent.has_property(o, &key)? {
            agent.delete_property_or_throw(o, &key)?;
        }
        k += 1.0;
    }
    Ok(o.into())
}

/// [toSorted](https://tc39.es/ecma262/#sec-array.prototype.tosorted)
fn to_sorted(agent: &Agent, call: &Call<'_>) -> Answer {
    let compare = comparator(agent, call)?;
    let (o, length) = receiver(agent, call)?;
    fits_an_array(agent, length)?;
    let items = elements(agent, o, 0.0, length)?;
    let sorted = sort_values(agent, items, |a, b| compare_elements(agent, compare, a, b))?;
    Ok(agent.create_array_from_list(sorted)?.into())
}

/// [CompareArrayElements](https://tc39.es/ecma262/#sec-comparearrayelements)
fn compare_elements(agent: &Agent, compare: Option<Obj>, x: &Value, y: &Value) -> Completion<f64> {
    match (x.is_undefined(), y.is_undefined()) {
        (true, true) => return Ok(0.0),
        (true, false) => return Ok(1.0),
        (false, true) => return Ok(-1.0),
        _ => {}
    }
    if let Some(f) = compare {
        let v = agent.call_function(f, &Value::Undefined, &[x.clone(), y.clone()])?;
        let n = agent.to_number(&v)?;
        return Ok(if n.is_nan() { 0.0 } else { n });
    }
    let (a, b) = (agent.to_string(x)?, agent.to_string(y)?);
    agent.looks_into(&a)?;
    agent.looks_into(&b)?;
    Ok(match a[..].cmp(&b[..]) {
        std::cmp::Ordering::Less => -1.0,
        std::cmp::Ordering::Greater => 1.0,
        std::cmp::Ordering::Equal => 0.0,
    })
}

/// Up to this length each element is compared with every other one to see whether the comparison is consistent.
const ALL_PAIRS: usize = 64;

/// [SortIndexedProperties](https://tc39.es/ecma262/#sec-sortindexedproperties), by stable merging. Which pairs are
/// compared is the implementation's choice, so a comparison with effects is outside, and so is one that
/// contradicts itself.
pub fn sort_values(
    agent: &Agent,
    items: Vec<Value>,
    mut compare: impl FnMut(&Value, &Value) -> Completion<f64>,
) -> Completion<Vec<Value>> {
    if items.len() < 2 {
        return Ok(items);
    }
    let (sorted, effect) = agent.watching(|| {
        let mut runs: Vec<Vec<Value>> = items.into_iter().map(|v| vec![v]).collect();
        while runs.len() > 1 {
            let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
            let mut it = runs.into_iter();
            while let Some(a) = it.next() {
                match it.next() {
                    Some(b) => merged.push(merge(a, b, &mut compare)?),
                    None => merged.push(a),
                }
            }
            runs = merged;
        }
        let sorted = runs.pop().unwrap_or_default();
        // neighbours in order are not enough where something (NaN) equals everything
        let reach = if sorted.len() <= ALL_PAIRS { sorted.len() } else { 2 };
        for (i, x) in sorted.iter().enumerate() {
            for y in sorted.iter().skip(i + 1).take(reach - 1) {
                if compare(x, y)? > 0.0 || compare(y, x)? < 0.0 {
                    return Err(agent.outside("sort with an inconsistent comparison"));
                }
            }
        }
        Ok(sorted)
    });
    if effect {
        return Err(agent.outside("sort with a comparison that has effects"));
    }
    sorted
}

fn merge(
    a: Vec<Value>,
    b: Vec<Value>,
    compare: &mut impl FnMut(&Value, &Value) -> Completion<f64>,
) -> Completion<Vec<Value>> {
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.into_iter().peekable(), b.into_iter().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        let next = if compare(x, y)? > 0.0 { b.next() } else { a.next() };
        out.extend(next);
    }
    out.extend(a);
    out.extend(b);
    Ok(out)
}
