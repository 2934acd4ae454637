//! [Keyed collections](https://tc39.es/ecma262/#sec-keyed-collections): Map, Set, WeakMap, WeakSet.

use super::Answer;
use super::global::kind_is;
use crate::agent::{Agent, Completion};
use crate::values::{
    Call, Collection, CollectionKey, IterationKind, IteratorSlots, Key, Kind, Native, Obj, Value,
};

/// Which of the four collections a method belongs to.
type Pick = fn(&mut Kind) -> Option<&mut Collection>;

fn map_of(kind: &mut Kind) -> Option<&mut Collection> {
    if let Kind::Map(c) = kind { Some(c) } else { None }
}
fn set_of(kind: &mut Kind) -> Option<&mut Collection> {
    if let Kind::Set(c) = kind { Some(c) } else { None }
}
fn weak_map_of(kind: &mut Kind) -> Option<&mut Collection> {
    if let Kind::WeakMap(c) = kind { Some(c) } else { None }
}
fn weak_set_of(kind: &mut Kind) -> Option<&mut Collection> {
    if let Kind::WeakSet(c) = kind { Some(c) } else { None }
}

pub fn install(agent: &Agent, global: Obj) {
    let class = |name: &'static str, prototype_name: &'static str, construct: Native| {
        let prototype = agent.install_prototype(prototype_name, Kind::Ordinary);
        let constructor = agent.install_class(global, name, 0, prototype, construct);
        agent.define_value(prototype, "@@toStringTag", name, "c");
        (constructor, prototype)
    };
    let (map, p) = class("Map", "Map.prototype", |a, c| {
        construct(a, c, "Map.prototype", Kind::Map(Collection::default()), Some("set"))
    });
    agent.define_species(map);
    agent.define_methods(map, &[("groupBy", 2, group_by)]);
    agent.define_methods(
        p,
        &[
            ("clear", 0, |a, c| clear(a, c, map_of)),
            ("delete", 1, |a, c| delete(a, c, map_of)),
            ("entries", 0, |a, c| iterator(a, c, IterationKind::Entries, true)),
            ("forEach", 1, |a, c| for_each(a, c, map_of)),
            ("get", 1, |a, c| get(a, c, map_of)),
            ("getOrInsert", 2, |a, c| get_or_insert(a, c, map_of, false)),
            ("getOrInsertComputed", 2, |a, c| get_or_insert_computed(a, c, map_of, false)),
            ("has", 1, |a, c| has(a, c, map_of)),
            ("keys", 0, |a, c| iterator(a, c, IterationKind::Keys, true)),
            ("set", 2, |a, c| put(a, c, map_of, true, false)),
            ("values", 0, |a, c| iterator(a, c, IterationKind::Values, true)),
        ],
    );
    agent.define_getter(p, "size", |a, c| size(a, c, map_of));
    alias(agent, p, "@@iterator", "entries");
    let (set, p) = class("Set", "Set.prototype", |a, c| {
        construct(a, c, "Set.prototype", Kind::Set(Collection::default()), Some("add"))
    });
    agent.define_species(set);
    agent.define_methods(
        p,
        &[
            ("add", 1, |a, c| put(a, c, set_of, false, false)),
            ("clear", 0, |a, c| clear(a, c, set_of)),
            ("delete", 1, |a, c| delete(a, c, set_of)),
            ("entries", 0, |a, c| iterator(a, c, IterationKind::Entries, false)),
            ("forEach", 1, |a, c| for_each(a, c, set_of)),
            ("has", 1, |a, c| has(a, c, set_of)),
            ("values", 0, |a, c| iterator(a, c, IterationKind::Values, false)),
        ],
    );
    agent.define_getter(p, "size", |a, c| size(a, c, set_of));
    alias(agent, p, "keys", "values");
    alias(agent, p, "@@iterator", "values");
    agent.define_methods(p, super::set_methods::ROWS);
    let (_, p) = class("WeakMap", "WeakMap.prototype", |a, c| {
        construct(a, c, "WeakMap.prototype", Kind::WeakMap(Collection::default()), Some("set"))
    });
    agent.define_methods(
        p,
        &[
            ("delete", 1, |a, c| delete(a, c, weak_map_of)),
            ("get", 1, |a, c| get(a, c, weak_map_of)),
            ("getOrInsert", 2, |a, c| get_or_insert(a, c, weak_map_of, true)),
            ("getOrInsertComputed", 2, |a, c| get_or_insert_computed(a, c, weak_map_of, true)),
            ("has", 1, |a, c| has(a, c, weak_map_of)),
            ("set", 2, |a, c| put(a, c, weak_map_of, true, true)),
        ],
    );
    let (_, p) = class("WeakSet", "WeakSet.prototype", |a, c| {
        construct(a, c, "WeakSet.prototype", Kind::WeakSet(Collection::default()), Some("add"))
    });
    agent.define_methods(
        p,
        &[
            ("add", 1, |a, c| put(a, c, weak_set_of, false, true)),
            ("delete", 1, |a, c| delete(a, c, weak_set_of)),
            ("has", 1, |a, c| has(a, c, weak_set_of)),
        ],
    );
}

fn alias(agent: &Agent, o: Obj, name: &'static str, of: &'static str) {
    if let Ok(f) = agent.get(o, &of.into()) {
        agent.define_value(o, name, f, "wc");
    }
}

/// A value as SameValueZero sees it.
pub fn collection_key(agent: &Agent, v: &Value) -> Completion<CollectionKey> {
    Ok(match v {
        Value::Undefined => CollectionKey::Simple(0),
        Value::Null => CollectionKey::Simple(1),
        Value::Boolean(b) => CollectionKey::Simple(2 + u8::from(*b)),
        Value::Number(n) if n.is_nan() => CollectionKey::Simple(4),
        Value::Number(n) => CollectionKey::Number((n + 0.0).to_bits()),
        Value::String(s) => {
            agent.looks_into(s)?;
            CollectionKey::String(s.clone())
        }
        Value::Symbol(s) => CollectionKey::Symbol(s.clone()),
        Value::BigInt(n) => CollectionKey::BigInt((**n).clone()),
        Value::Object(o) => CollectionKey::Object(*o),
    })
}

/// Runs `f` on the collection that `this` is.
fn with<R>(
    agent: &Agent,
    call: &Call<'_>,
    pick: Pick,
    f: impl FnOnce(&mut Collection) -> R,
) -> Completion<R> {
    let found = call.this.object().and_then(|o| pick(&mut agent.object_mut(o).kind).map(f));
    found.ok_or_else(|| agent.type_error("another kind of object"))
}

/// [Map](https://tc39.es/ecma262/#sec-map-iterable) and its kin: entries are added with the method of the new object.
fn construct(
    agent: &Agent,
    call: &Call<'_>,
    prototype: &'static str,
    kind: Kind,
    adder: Option<&str>,
) -> Answer {
    let target = agent.want_new(call)?;
    let o = agent.create_from_constructor(target, prototype, kind)?;
    let iterable = call.get(0);
    let Some(name) = adder.filter(|_| !iterable.is_nullish()) else { return Ok(o.into()) };
    let f = agent.get(o, &name.into())?;
    if !agent.is_callable(&f) {
        return Err(agent.type_error("no adder"));
    }
    let record = agent.get_iterator(&iterable)?;
    while let Some(v) = agent.iterator_step_value(&record)? {
        let added = if name == "set" {
            agent.entry(&v).and_then(|(k, v)| agent.call(&f, &o.into(), &[k, v]))
        } else {
            agent.call(&f, &o.into(), &[v])
        };
        if let Err(e) = added {
            return agent.iterator_close(&record, Err(e));
        }
    }
    Ok(o.into())
}

fn clear(agent: &Agent, call: &Call<'_>, pick: Pick) -> Answer {
    with(agent, call, pick, |c| {
        c.entries.iter_mut().for_each(|e| *e = None);
        c.places.clear();
    })?;
    Ok(Value::Undefined)
}

fn delete(agent: &Agent, call: &Call<'_>, pick: Pick) -> Answer {
    with(agent, call, pick, |_| ())?;
    let key = collection_key(agent, &call.get(0))?;
    let removed = with(agent, call, pick, |c| match c.places.remove(&key) {
        Some(i) => {
            c.entries[i] = None;
            true
        }
        None => false,
    })?;
    Ok(removed.into())
}

fn get(agent: &Agent, call: &Call<'_>, pick: Pick) -> Answer {
    with(agent, call, pick, |_| ())?;
    let key = collection_key(agent, &call.get(0))?;
    let found = with(agent, call, pick, |c| c.places.get(&key).and_then(|&i| c.entries[i].clone()))?;
    Ok(found.map_or(Value::Undefined, |e| e.1))
}

fn has(agent: &Agent, call: &Call<'_>, pick: Pick) -> Answer {
    with(agent, call, pick, |_| ())?;
    let key = collection_key(agent, &call.get(0))?;
    Ok(with(agent, call, pick, |c| c.places.contains_key(&key))?.into())
}

/// `set` and `add`.
fn put(agent: &Agent, call: &Call<'_>, pick: Pick, is_map: bool, weak: bool) -> Answer {
    with(agent, call, pick, |_| ())?;
    let mut key = call.get(0);
    if weak {
        can_be_held_weakly(agent, &key)?;
    }
    if let Value::Number(n) = key {
        key = Value::Number(n + 0.0);
    }
    let value = if is_map { call.get(1) } else { key.clone() };
    let place = collection_key(agent, &key)?;
    with(agent, call, pick, |c| match c.places.get(&place) {
        Some(&i) => {
            if let Some(e) = &mut c.entries[i] {
                e.1 = value;
            }
        }
        None => {
            c.places.insert(place, c.entries.len());
            c.entries.push(Some((key, value)));
        }
    })?;
    Ok(call.this.clone())
}

/// [CanBeHeldWeakly](https://tc39.es/ecma262/#sec-canbeheldweakly)
fn can_be_held_weakly(agent: &Agent, key: &Value) -> Completion<()> {
    match key {
        Value::Object(_) => Ok(()),
        Value::Symbol(s) if !s.0.registered => Ok(()),
        _ => Err(agent.type_error("key cannot be held weakly")),
    }
}

/// [Map.prototype.getOrInsert](https://tc39.es/ecma262/#sec-map.prototype.getorinsert)
fn get_or_insert(agent: &Agent, call: &Call<'_>, pick: Pick, weak: bool) -> Answer {
    if has_after_checks(agent, call, pick, weak)? {
        return get(agent, call, pick);
    }
    put(agent, call, pick, true, weak)?;
    Ok(call.get(1))
}

/// Whether the first argument is a key, which must be one that can be.
fn has_after_checks(agent: &Agent, call: &Call<'_>, pick: Pick, weak: bool) -> Completion<bool> {
    with(agent, call, pick, |_| ())?;
    if weak {
        can_be_held_weakly(agent, &call.get(0))?;
    }
    Ok(agent.to_boolean(&has(agent, call, pick)?))
}

/// [Map.prototype.getOrInsertComputed](https://tc39.es/ecma262/#sec-map.prototype.getorinsertcomputed)
fn get_or_insert_computed(agent: &Agent, call: &Call<'_>, pick: Pick, weak: bool) -> Answer {
    with(agent, call, pick, |_| ())?;
    if weak {
        can_be_held_weakly(agent, &call.get(0))?;
    }
    let f = agent.want_callable(call.get(1))?;
    if has_after_checks(agent, call, pick, weak)? {
        return get(agent, call, pick);
    }
    let key = match call.get(0) {
        Value::Number(n) => Value::Number(n + 0.0),
        other => other,
    };
    let value = agent.call_function(f, &Value::Undefined, std::slice::from_ref(&key))?;
    put(agent, &Call { arguments: &[key, value.clone()], ..*call }, pick, true, weak)?;
    Ok(value)
}

fn size(agent: &Agent, call: &Call<'_>, pick: Pick) -> Answer {
    Ok((with(agent, call, pick, |c| c.places.len())? as f64).into())
}

/// [Map.prototype.forEach](https://tc39.es/ecma262/#sec-map.prototype.foreach) and that of sets: entries added
/// meanwhile are visited.
fn for_each(agent: &Agent, call: &Call<'_>, pick: Pick) -> Answer {
    with(agent, call, pick, |_| ())?;
    let f = agent.want_callable(call.get(0))?;
    let mut i = 0;
    while let Some(entry) = with(agent, call, pick, |c| c.entries.get(i).cloned())? {
        agent.step()?;
        i += 1;
        if let Some((key, value)) = entry {
            agent.call_function(f, &call.get(1), &[value, key, call.this.clone()])?;
        }
    }
    Ok(Value::Undefined)
}

fn iterator(agent: &Agent, call: &Call<'_>, kind: IterationKind, map: bool) -> Answer {
    let is = |k: &Kind| if map { matches!(k, Kind::Map(_)) } else { matches!(k, Kind::Set(_)) };
    let Some(o) = kind_is(agent, call.this, is) else {
        return Err(agent.type_error("another kind of object"));
    };
    let (prototype, slots) = if map {
        ("MapIterator.prototype", IteratorSlots::Map { object: Some(o), index: 0, kind })
    } else {
        ("SetIterator.prototype", IteratorSlots::Set { object: Some(o), index: 0, kind })
    };
    Ok(agent.make(agent.intrinsic(prototype), Kind::Iterator(slots)).into())
}

/// [Map.groupBy](https://tc39.es/ecma262/#sec-map.groupby)
fn group_by(agent: &Agent, call: &Call<'_>) -> Answer {
    agent.require_object_coercible(&call.get(0))?;
    let f = agent.want_callable(call.get(1))?;
    let map = agent.make(agent.intrinsic("Map.prototype"), Kind::Map(Collection::default()));
    let this = Value::Object(map);
    let record = agent.get_iterator(&call.get(0))?;
    let mut k = 0.0;
    while let Some(v) = agent.iterator_step_value(&record)? {
        let key = match agent.call_function(f, &Value::Undefined, &[v.clone(), f64::into(k)]) {
            Ok(key) => key,
            Err(e) => return agent.iterator_close(&record, Err(e)),
        };
        let on_map = |arguments: &[Value], f: fn(&Agent, &Call<'_>) -> Answer| {
            f(agent, &Call { this: &this, arguments, new_target: None, function: map })
        };
        let group = match on_map(std::slice::from_ref(&key), |a, c| get(a, c, map_of))? {
            Value::Object(o) => o,
            _ => {
                let o = agent.create_array_from_list([])?;
                on_map(&[key, o.into()], |a, c| put(a, c, map_of, true, false))?;
                o
            }
        };
        let length = agent.length_of_array_like(group)?;
        agent.create_data_property_or_throw(group, &Key::integer(length), v)?;
        k += 1.0;
    }
    Ok(map.into())
}
