//! [Object objects](https://tc39.es/ecma262/#sec-object-objects).

use super::Answer;
use crate::agent::{Agent, Completion};
use crate::operations::Listing;
use crate::values::{Call, Descriptor, Key, Kind, Obj, Property, Slot, Value};

pub fn install(agent: &Agent, global: Obj) {
    let prototype = agent.intrinsic("Object.prototype");
    let constructor = agent.install_class(global, "Object", 1, prototype, construct);
    agent.define_methods(
        constructor,
        &[
            ("assign", 2, assign),
            ("create", 2, create),
            ("defineProperties", 2, define_properties),
            ("defineProperty", 3, define_property),
            ("entries", 1, |a, c| listing(a, c, Listing::Entries)),
            ("freeze", 1, |a, c| set_level(a, c, true)),
            ("fromEntries", 1, from_entries),
            ("getOwnPropertyDescriptor", 2, get_own_property_descriptor),
            ("getOwnPropertyDescriptors", 1, get_own_property_descriptors),
            ("getOwnPropertyNames", 1, |a, c| own_keys(a, c, false)),
            ("getOwnPropertySymbols", 1, |a, c| own_keys(a, c, true)),
            ("getPrototypeOf", 1, get_prototype_of),
            ("groupBy", 2, group_by),
            ("hasOwn", 2, has_own),
            ("is", 2, |a, c| Ok(a.same_value(&c.get(0), &c.get(1))?.into())),
            ("isExtensible", 1, |a, c| {
                Ok(c.get(0).object().map_or(Ok(false), |o| a.is_extensible(o))?.into())
            }),
            ("isFrozen", 1, |a, c| test_level(a, c, true)),
            ("isSealed", 1, |a, c| test_level(a, c, false)),
            ("keys", 1, |a, c| listing(a, c, Listing::Keys)),
            ("preventExtensions", 1, prevent_extensions),
            ("seal", 1, |a, c| set_level(a, c, false)),
            ("setPrototypeOf", 2, set_prototype_of),
            ("values", 1, |a, c| listing(a, c, Listing::Values)),
        ],
    );
    agent.define_methods(
        prototype,
        &[
            ("hasOwnProperty", 1, has_own_property),
            ("isPrototypeOf", 1, is_prototype_of),
            ("propertyIsEnumerable", 1, property_is_enumerable),
            ("toLocaleString", 0, |a, c| a.invoke(c.this, &"toString".into(), &[])),
            ("toString", 0, to_string),
            ("valueOf", 0, |a, c| Ok(a.to_object(c.this)?.into())),
            ("__defineGetter__", 2, |a, c| define_accessor(a, c, true)),
            ("__defineSetter__", 2, |a, c| define_accessor(a, c, false)),
            ("__lookupGetter__", 1, |a, c| lookup_accessor(a, c, true)),
            ("__lookupSetter__", 1, |a, c| lookup_accessor(a, c, false)),
        ],
    );
    agent.set_intrinsic("Object.prototype.toString", {
        let p = agent.object(prototype).properties.get(&"toString".into()).cloned();
        match p {
            Some(Property { slot: Slot::Data { value: Value::Object(o), .. }, .. }) => o,
            _ => prototype,
        }
    });
    let getter = agent.native("get __proto__", 0, |a, c| {
        let o = a.to_object(c.this)?;
        Ok(a.get_prototype_of(o)?.map_or(Value::Null, Value::Object))
    });
    let setter = agent.native("set __proto__", 1, |a, c| {
        a.require_object_coercible(c.this)?;
        let v = match c.get(0) {
            Value::Object(o) => Some(o),
            Value::Null => None,
            _ => return Ok(Value::Undefined),
        };
        if let Value::Object(o) = c.this
            && !a.set_prototype_of(*o, v)?
        {
            return Err(a.type_error("prototype cannot be set"));
        }
        Ok(Value::Undefined)
    });
    let slot = Slot::Accessor { get: Some(getter), set: Some(setter) };
    let p = Property { slot, enumerable: false, configurable: true };
    agent.object_mut(prototype).properties.insert("__proto__".into(), p);
}

/// [Object](https://tc39.es/ecma262/#sec-object-value)
fn construct(agent: &Agent, call: &Call<'_>) -> Answer {
    if let Some(target) = call.new_target
        && target != call.function
    {
        return Ok(agent.create_from_constructor(target, "Object.prototype", Kind::Ordinary)?.into());
    }
    let v = call.get(0);
    if v.is_nullish() {
        agent.check_heap()?;
        return Ok(agent.ordinary_object().into());
    }
    Ok(agent.to_object(&v)?.into())
}

/// [Object.assign](https://tc39.es/ecma262/#sec-object.assign)
fn assign(agent: &Agent, call: &Call<'_>) -> Answer {
    let to = agent.to_object(&call.get(0))?;
    for source in call.arguments.iter().skip(1).filter(|v| !v.is_nullish()) {
        let from = agent.to_object(source)?;
        for key in agent.own_property_keys(from)? {
            if agent.get_own_property(from, &key)?.is_some_and(|p| p.enumerable) {
                let v = agent.get(from, &key)?;
                agent.set(to, &key, v, true)?;
            }
        }
    }
    Ok(to.into())
}

/// [Object.create](https://tc39.es/ecma262/#sec-object.create)
fn create(agent: &Agent, call: &Call<'_>) -> Answer {
    let prototype = match call.get(0) {
        Value::Object(o) => Some(o),
        Value::Null => None,
        _ => return Err(agent.type_error("prototype")),
    };
    agent.check_heap()?;
    let o = agent.make(prototype, Kind::Ordinary);
    let properties = call.get(1);
    if !properties.is_undefined() {
        object_define_properties(agent, o, &properties)?;
    }
    Ok(o.into())
}

/// [ObjectDefineProperties](https://tc39.es/ecma262/#sec-objectdefineproperties)
fn object_define_properties(agent: &Agent, o: Obj, properties: &Value) -> Completion<()> {
    let from = agent.to_object(properties)?;
    let mut list = Vec::new();
    for key in agent.own_property_keys(from)? {
        if agent.get_own_property(from, &key)?.is_some_and(|p| p.enumerable) {
            let v = agent.get(from, &key)?;
            list.push((key, agent.to_property_descriptor(&v)?));
        }
    }
    for (key, d) in list {
        agent.define_property_or_throw(o, &key, d)?;
    }
    Ok(())
}

fn want_object(agent: &Agent, v: Value) -> Completion<Obj> {
    v.object().ok_or_else(|| agent.type_error("no object"))
}

/// [Object.defineProperties](https://tc39.es/ecma262/#sec-object.defineproperties)
fn define_properties(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = want_object(agent, call.get(0))?;
    object_define_properties(agent, o, &call.get(1))?;
    Ok(o.into())
}

/// [Object.defineProperty](https://tc39.es/ecma262/#sec-object.defineproperty)
fn define_property(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = want_object(agent, call.get(0))?;
    let key = agent.to_property_key(&call.get(1))?;
    let d = agent.to_property_descriptor(&call.get(2))?;
    agent.define_property_or_throw(o, &key, d)?;
    Ok(o.into())
}

fn listing(agent: &Agent, call: &Call<'_>, what: Listing) -> Answer {
    let o = agent.to_object(&call.get(0))?;
    let list = agent.enumerable_own_properties(o, what)?;
    Ok(agent.create_array_from_list(list)?.into())
}

fn set_level(agent: &Agent, call: &Call<'_>, frozen: bool) -> Answer {
    let Value::Object(o) = call.get(0) else { return Ok(call.get(0)) };
    if !agent.set_integrity_level(o, frozen)? {
        return Err(agent.type_error("object cannot be frozen"));
    }
    Ok(o.into())
}

fn test_level(agent: &Agent, call: &Call<'_>, frozen: bool) -> Answer {
    match call.get(0) {
        Value::Object(o) => Ok(agent.test_integrity_level(o, frozen)?.into()),
        _ => Ok(true.into()),
    }
}

/// [Object.fromEntries](https://tc39.es/ecma262/#sec-object.fromentries)
fn from_entries(agent: &Agent, call: &Call<'_>) -> Answer {
    agent.require_object_coercible(&call.get(0))?;
    let o = agent.ordinary_object();
    let record = agent.get_iterator(&call.get(0))?;
    while let Some(next) = agent.iterator_step_value(&record)? {
        let one = agent.entry(&next).and_then(|(k, v)| {
            let key = agent.to_property_key(&k)?;
            agent.create_data_property_or_throw(o, &key, v)
        });
        if let Err(e) = one {
            return agent.iterator_close(&record, Err(e));
        }
    }
    Ok(o.into())
}

/// [Object.getOwnPropertyDescriptor](https://tc39.es/ecma262/#sec-object.getownpropertydescriptor)
fn get_own_property_descriptor(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = agent.to_object(&call.get(0))?;
    let key = agent.to_property_key(&call.get(1))?;
    let p = agent.get_own_property(o, &key)?;
    agent.from_property_descriptor(p.map(Descriptor::from))
}

/// [Object.getOwnPropertyDescriptors](https://tc39.es/ecma262/#sec-object.getownpropertydescriptors)
fn get_own_property_descriptors(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = agent.to_object(&call.get(0))?;
    let out = agent.ordinary_object();
    for key in agent.own_property_keys(o)? {
        let p = agent.get_own_property(o, &key)?;
        let d = agent.from_property_descriptor(p.map(Descriptor::from))?;
        if !d.is_undefined() {
            agent.create_data_property_or_throw(out, &key, d)?;
        }
    }
    Ok(out.into())
}

fn own_keys(agent: &Agent, call: &Call<'_>, symbols: bool) -> Answer {
    let o = agent.to_object(&call.get(0))?;
    if !symbols && matches!(agent.object(o).kind, Kind::Error) {
        return Err(agent.outside("own names of an error"));
    }
    if Record::is_global(agent, o) {
        return Err(agent.outside("own names of the global object"));
    }
    let keys = agent.own_property_keys(o)?;
    let list = keys.into_iter().filter(|k| k.is_symbol() == symbols).map(Value::from);
    Ok(agent.create_array_from_list(list)?.into())
}

/// The realm's global object, which the host may extend.
struct Record;
impl Record {
    fn is_global(agent: &Agent, o: Obj) -> bool {
        let Ok(env) = agent.global() else { return false };
        matches!(&env.record, crate::environments::Record::Global(_, g) if g.object == o)
    }
}

fn get_prototype_of(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = agent.to_object(&call.get(0))?;
    Ok(agent.get_prototype_of(o)?.map_or(Value::Null, Value::Object))
}

/// [Object.groupBy](https://tc39.es/ecma262/#sec-object.groupby)
fn group_by(agent: &Agent, call: &Call<'_>) -> Answer {
    agent.require_object_coercible(&call.get(0))?;
    let callback = agent.want_callable(call.get(1))?;
    let mut groups: Vec<(Key, Vec<Value>)> = Vec::new();
    let record = agent.get_iterator(&call.get(0))?;
    let mut k = 0.0;
    while let Some(v) = agent.iterator_step_value(&record)? {
        let key = agent
            .call_function(callback, &Value::Undefined, &[v.clone(), f64::into(k)])
            .and_then(|key| agent.to_property_key(&key));
        let key = match key {
            Ok(key) => key,
            Err(e) => return agent.iterator_close(&record, Err(e)),
        };
        match groups.iter_mut().find(|g| g.0 == key) {
            Some(g) => g.1.push(v),
            None => groups.push((key, vec![v])),
        }
        k += 1.0;
    }
    let o = agent.make(None, Kind::Ordinary);
    for (key, list) in groups {
        let array = agent.create_array_from_list(list)?;
        agent.create_data_property_or_throw(o, &key, array)?;
    }
    Ok(o.into())
}

fn has_own(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = agent.to_object(&call.get(0))?;
    let key = agent.to_property_key(&call.get(1))?;
    Ok(agent.has_own_property(o, &key)?.into())
}

fn prevent_extensions(agent: &Agent, call: &Call<'_>) -> Answer {
    if let Value::Object(o) = call.get(0)
        && !agent.prevent_extensions(o)?
    {
        return Err(agent.type_error("object stays extensible"));
    }
    Ok(call.get(0))
}

/// [Object.setPrototypeOf](https://tc39.es/ecma262/#sec-object.setprototypeof)
fn set_prototype_of(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = call.get(0);
    agent.require_object_coercible(&o)?;
    let prototype = match call.get(1) {
        Value::Object(p) => Some(p),
        Value::Null => None,
        _ => return Err(agent.type_error("prototype")),
    };
    if let Value::Object(o) = o
        && !agent.set_prototype_of(o, prototype)?
    {
        return Err(agent.type_error("prototype cannot be set"));
    }
    Ok(o)
}

/// [Object.prototype.hasOwnProperty](https://tc39.es/ecma262/#sec-object.prototype.hasownproperty)
fn has_own_property(agent: &Agent, call: &Call<'_>) -> Answer {
    let key = agent.to_property_key(&call.get(0))?;
    let o = agent.to_object(call.this)?;
    Ok(agent.has_own_property(o, &key)?.into())
}

/// [Object.prototype.isPrototypeOf](https://tc39.es/ecma262/#sec-object.prototype.isprototypeof)
fn is_prototype_of(agent: &Agent, call: &Call<'_>) -> Answer {
    let Value::Object(mut v) = call.get(0) else { return Ok(false.into()) };
    let o = agent.to_object(call.this)?;
    while let Some(p) = agent.get_prototype_of(v)? {
        agent.step()?;
        if p == o {
            return Ok(true.into());
        }
        v = p;
    }
    Ok(false.into())
}

fn property_is_enumerable(agent: &Agent, call: &Call<'_>) -> Answer {
    let key = agent.to_property_key(&call.get(0))?;
    let o = agent.to_object(call.this)?;
    Ok(agent.get_own_property(o, &key)?.is_some_and(|p| p.enumerable).into())
}

/// [Object.prototype.toString](https://tc39.es/ecma262/#sec-object.prototype.tostring)
fn to_string(agent: &Agent, call: &Call<'_>) -> Answer {
    let o = match call.this {
        Value::Undefined => return Ok("[object Undefined]".into()),
        Value::Null => return Ok("[object Null]".into()),
        v => agent.to_object(v)?,
    };
    let is_array = agent.is_array(&o.into())?;
    let builtin = match &agent.object(o).kind {
        _ if is_array => "Array",
        Kind::Arguments(_) => "Arguments",
        Kind::Function(_) | Kind::Builtin(_) | Kind::Bound(_) => "Function",
        Kind::Proxy(p) if p.callable => "Function",
        Kind::Error => "Error",
        Kind::Primitive(Value::Boolean(_)) => "Boolean",
        Kind::Primitive(Value::Number(_)) => "Number",
        Kind::Primitive(Value::String(_)) => "String",
        _ => "Object",
    };
    match agent.get(o, &agent.symbol_key("toStringTag"))? {
        Value::String(tag) => {
            let units = [&"[object ".encode_utf16().collect::<Vec<_>>()[..], &tag[..], &[u16::from(b']')]];
            Ok(Value::String(units.concat().into()))
        }
        _ => Ok(format!("[object {builtin}]").as_str().into()),
    }
}

/// [Additional properties](https://tc39.es/ecma262/#sec-object.prototype.__defineGetter__) of Annex B.
fn define_accessor(agent: &Agent, call: &Call<'_>, getter: bool) -> Answer {
    let o = agent.to_object(call.this)?;
    let f = agent.want_callable(call.get(1))?;
    let mut d = Descriptor { enumerable: Some(true), configurable: Some(true), ..Default::default() };
    if getter {
        d.get = Some(Some(f));
    } else {
        d.set = Some(Some(f));
    }
    let key = agent.to_property_key(&call.get(0))?;
    agent.define_property_or_throw(o, &key, d)?;
    Ok(Value::Undefined)
}

fn lookup_accessor(agent: &Agent, call: &Call<'_>, getter: bool) -> Answer {
    let mut at = Some(agent.to_object(call.this)?);
    let key = agent.to_property_key(&call.get(0))?;
    while let Some(o) = at {
        agent.step()?;
        if let Some(p) = agent.get_own_property(o, &key)? {
            return Ok(match p.slot {
                Slot::Accessor { get, set } => {
                    (if getter { get } else { set }).map_or(Value::Undefined, Value::Object)
                }
                Slot::Data { .. } => Value::Undefined,
            });
        }
        at = agent.get_prototype_of(o)?;
    }
    Ok(Value::Undefined)
}
