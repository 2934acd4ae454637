//! The [methods of sets](https://tc39.es/ecma262/#sec-set.prototype.union) that take another set.

use super::Answer;
use super::collections::collection_key;
use crate::agent::{Agent, Completion};
use crate::operations::NativeRow;
use crate::values::{Call, Collection, IteratorRecord, Kind, Obj, Value};

pub const ROWS: &[NativeRow] = &[
    ("difference", 1, difference),
    ("intersection", 1, intersection),
    ("isDisjointFrom", 1, is_disjoint_from),
    ("isSubsetOf", 1, is_subset_of),
    ("isSupersetOf", 1, is_superset_of),
    ("symmetricDifference", 1, symmetric_difference),
    ("union", 1, union),
];

/// [Set Record](https://tc39.es/ecma262/#sec-set-records)
struct SetRecord {
    object: Obj,
    size: f64,
    has: Obj,
    keys: Obj,
}

/// Runs `f` on the data of a set.
fn data<R>(agent: &Agent, set: Obj, f: impl FnOnce(&mut Collection) -> R) -> Completion<R> {
    match &mut agent.object_mut(set).kind {
        Kind::Set(c) => Ok(f(c)),
        _ => Err(agent.outside("data of a set")),
    }
}

/// `this` as a set, and the argument's record. [GetSetRecord](https://tc39.es/ecma262/#sec-getsetrecord)
fn operands(agent: &Agent, call: &Call<'_>) -> Completion<(Obj, SetRecord)> {
    let Some(this) = super::global::kind_is(agent, call.this, |k| matches!(k, Kind::Set(_))) else {
        return Err(agent.type_error("no set"));
    };
    let Value::Object(object) = call.get(0) else { return Err(agent.type_error("no object")) };
    let size = agent.get(object, &"size".into())?;
    let size = agent.to_number(&size)?;
    if size.is_nan() {
        return Err(agent.type_error("size is no number"));
    }
    let size = agent.to_integer_or_infinity(&size.into())?;
    if size < 0.0 {
        return Err(agent.range_error("negative size"));
    }
    let method = |name: &str| agent.get(object, &name.into()).and_then(|f| agent.want_callable(f));
    let has = method("has")?;
    let keys = method("keys")?;
    Ok((this, SetRecord { object, size, has, keys }))
}

impl SetRecord {
    fn has(&self, agent: &Agent, v: &Value) -> Completion<bool> {
        let answer = agent.call_function(self.has, &self.object.into(), std::slice::from_ref(v))?;
        Ok(agent.to_boolean(&answer))
    }
    fn keys(&self, agent: &Agent) -> Completion<IteratorRecord> {
        agent.get_iterator_from_method(&self.object.into(), self.keys)
    }
}

/// [SetDataSize](https://tc39.es/ecma262/#sec-setdatasize)
fn size(agent: &Agent, set: Obj) -> Completion<f64> {
    data(agent, set, |c| c.places.len() as f64)
}

fn contains(agent: &Agent, set: Obj, v: &Value) -> Completion<bool> {
    let key = collection_key(agent, v)?;
    data(agent, set, |c| c.places.contains_key(&key))
}

fn add(agent: &Agent, to: &mut Collection, v: Value) -> Completion<()> {
    // [CanonicalizeKeyedCollectionKey](https://tc39.es/ecma262/#sec-canonicalizekeyedcollectionkey)
    let v = if let Value::Number(n) = v { Value::Number(n + 0.0) } else { v };
    let key = collection_key(agent, &v)?;
    if !to.places.contains_key(&key) {
        to.places.insert(key, to.entries.len());
        to.entries.push(Some((v.clone(), v)));
    }
    Ok(())
}

fn remove(agent: &Agent, from: &mut Collection, v: &Value) -> Completion<()> {
    let key = collection_key(agent, v)?;
    if let Some(i) = from.places.remove(&key) {
        from.entries[i] = None;
    }
    Ok(())
}

/// A copy of a set's data, without the gaps.
fn copy(agent: &Agent, set: Obj) -> Completion<Collection> {
    let list: Vec<Value> = data(agent, set, |c| c.entries.iter().flatten().map(|e| e.0.clone()).collect())?;
    let mut out = Collection::default();
    for v in list {
        add(agent, &mut out, v)?;
    }
    Ok(out)
}

fn finish(agent: &Agent, c: Collection) -> Answer {
    agent.check_heap()?;
    Ok(agent.make(agent.intrinsic("Set.prototype"), Kind::Set(c)).into())
}

/// Calls `f` for each element of the set as it is then, until `f` says to stop.
fn each(agent: &Agent, set: Obj, mut f: impl FnMut(&Agent, Value) -> Completion<bool>) -> Completion<()> {
    let mut i = 0;
    while let Some(entry) = data(agent, set, |c| c.entries.get(i).cloned())? {
        agent.step()?;
        i += 1;
        if let Some((v, _)) = entry
            && !f(agent, v)?
        {
            break;
        }
    }
    Ok(())
}

/// [union](https://tc39.es/ecma262/#sec-set.prototype.union)
fn union(agent: &Agent, call: &Call<'_>) -> Answer {
    let (this, other) = operands(agent, call)?;
    let keys = other.keys(agent)?;
    let mut out = copy(agent, this)?;
    while let Some(v) = agent.iterator_step_value(&keys)? {
        add(agent, &mut out, v)?;
    }
    finish(agent, out)
}

/// [intersection](https://tc39.es/ecma262/#sec-set.prototype.intersection)
fn intersection(agent: &Agent, call: &Call<'_>) -> Answer {
    let (this, other) = operands(agent, call)?;
    let mut out = Collection::default();
    if size(agent, this)? <= other.size {
        each(agent, this, |agent, v| {
            if other.has(agent, &v)? {
                add(agent, &mut out, v)?;
            }
            Ok(true)
        })?;
    } else {
        let keys = other.keys(agent)?;
        while let Some(v) = agent.iterator_step_value(&keys)? {
            if contains(agent, this, &v)? {
                add(agent, &mut out, v)?;
            }
        }
    }
    finish(agent, out)
}

/// [difference](https://tc39.es/ecma262/#sec-set.prototype.difference)
fn difference(agent: &Agent, call: &Call<'_>) -> Answer {
    let (this, other) = operands(agent, call)?;
    let mut out = copy(agent, this)?;
    if size(agent, this)? <= other.size {
        // over the elements that the set had at first
        let list: Vec<Value> = out.entries.iter().flatten().map(|e| e.0.clone()).collect();
        for v in list {
            if other.has(agent, &v)? {
                remove(agent, &mut out, &v)?;
            }
        }
    } else {
        let keys = other.keys(agent)?;
        while let Some(v) = agent.iterator_step_value(&keys)? {
            remove(agent, &mut out, &v)?;
        }
    }
    finish(agent, out)
}

/// [symmetricDifference](https://tc39.es/ecma262/#sec-set.prototype.symmetricdifference)
fn symmetric_difference(agent: &Agent, call: &Call<'_>) -> Answer {
    let (this, other) = operands(agent, call)?;
    let keys = other.keys(agent)?;
    let mut out = copy(agent, this)?;
    while let Some(v) = agent.iterator_step_value(&keys)? {
        if contains(agent, this, &v)? {
            remove(agent, &mut out, &v)?;
        } else {
            add(agent, &mut out, v)?;
        }
    }
    finish(agent, out)
}

/// [isSubsetOf](https://tc39.es/ecma262/#sec-set.prototype.issubsetof)
fn is_subset_of(agent: &Agent, call: &Call<'_>) -> Answer {
    let (this, other) = operands(agent, call)?;
    if size(agent, this)? > other.size {
        return Ok(false.into());
    }
    let mut all = true;
    each(agent, this, |agent, v| {
        all = other.has(agent, &v)?;
        Ok(all)
    })?;
    Ok(all.into())
}

/// [isSupersetOf](https://tc39.es/ecma262/#sec-set.prototype.issupersetof)
fn is_superset_of(agent: &Agent, call: &Call<'_>) -> Answer {
    let (this, other) = operands(agent, call)?;
    if size(agent, this)? < other.size {
        return Ok(false.into());
    }
    let keys = other.keys(agent)?;
    while let Some(v) = agent.iterator_step_value(&keys)? {
        if !contains(agent, this, &v)? {
            return agent.iterator_close(&keys, Ok(false.into()));
        }
    }
    Ok(true.into())
}

/// [isDisjointFrom](https://tc39.es/ecma262/#sec-set.prototype.isdisjointfrom)
fn is_disjoint_from(agent: &Agent, call: &Call<'_>) -> Answer {
    let (this, other) = operands(agent, call)?;
    if size(agent, this)? <= other.size {
        let mut disjoint = true;
        each(agent, this, |agent, v| {
            disjoint = !other.has(agent, &v)?;
            Ok(disjoint)
        })?;
        return Ok(disjoint.into());
    }
    let keys = other.keys(agent)?;
    while let Some(v) = agent.iterator_step_value(&keys)? {
        if contains(agent, this, &v)? {
            return agent.iterator_close(&keys, Ok(false.into()));
        }
    }
    Ok(true.into())
}
