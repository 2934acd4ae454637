//! [Reflect](https://tc39.es/ecma262/#sec-reflect-object).

use super::Answer;
use crate::agent::{Agent, Completion};
use crate::values::{Call, Descriptor, Kind, Obj, Value};

pub fn install(agent: &Agent, global: Obj) {
    let reflect = agent.make(agent.intrinsic("Object.prototype"), Kind::Ordinary);
    agent.define_value(global, "Reflect", reflect, "wc");
    agent.define_methods(
        reflect,
        &[
            ("apply", 3, |a, c| {
                if !a.is_callable(&c.get(0)) {
                    return Err(a.type_error("no function"));
                }
                let list = a.create_list_from_array_like(&c.get(2))?;
                a.call(&c.get(0), &c.get(1), &list)
            }),
            ("construct", 2, construct),
            ("defineProperty", 3, |a, c| {
                let o = target(a, c)?;
                let key = a.to_property_key(&c.get(1))?;
                let d = a.to_property_descriptor(&c.get(2))?;
                Ok(a.define_own_property(o, &key, d)?.into())
            }),
            ("deleteProperty", 2, |a, c| {
                let o = target(a, c)?;
                let key = a.to_property_key(&c.get(1))?;
                Ok(a.delete(o, &key)?.into())
            }),
            ("get", 2, |a, c| {
                let o = target(a, c)?;
                let key = a.to_property_key(&c.get(1))?;
                let receiver = if c.arguments.len() > 2 { c.get(2) } else { o.into() };
                a.internal_get(o, &key, &receiver)
            }),
            ("getOwnPropertyDescriptor", 2, |a, c| {
                let o = target(a, c)?;
                let key = a.to_property_key(&c.get(1))?;
                let p = a.get_own_property(o, &key)?;
                a.from_property_descriptor(p.map(Descriptor::from))
            }),
            ("getPrototypeOf", 1, |a, c| {
                let o = target(a, c)?;
                Ok(a.get_prototype_of(o)?.map_or(Value::Null, Value::Object))
            }),
            ("has", 2, |a, c| {
                let o = target(a, c)?;
                let key = a.to_property_key(&c.get(1))?;
                Ok(a.has_property(o, &key)?.into())
            }),
            ("isExtensible", 1, |a, c| Ok(a.is_extensible(target(a, c)?)?.into())),
            ("ownKeys", 1, |a, c| {
                let o = target(a, c)?;
                if matches!(a.object(o).kind, Kind::Error) {
                    return Err(a.outside("own names of an error"));
                }
                let keys = a.own_property_keys(o)?;
                Ok(a.create_array_from_list(keys.into_iter().map(Value::from))?.into())
            }),
            ("preventExtensions", 1, |a, c| Ok(a.prevent_extensions(target(a, c)?)?.into())),
            ("set", 3, |a, c| {
                let o = target(a, c)?;
                let key = a.to_property_key(&c.get(1))?;
                let receiver = if c.arguments.len() > 3 { c.get(3) } else { o.into() };
                Ok(a.internal_set(o, &key, c.get(2), &receiver)?.into())
            }),
            ("setPrototypeOf", 2, |a, c| {
                let o = target(a, c)?;
                let p = match c.get(1) {
                    Value::Object(p) => Some(p),
                    Value::Null => None,
                    _ => return Err(a.type_error("prototype")),
                };
                Ok(a.set_prototype_of(o, p)?.into())
            }),
        ],
    );
    agent.define_value(reflect, "@@toStringTag", "Reflect", "c");
}

fn target(agent: &Agent, call: &Call<'_>) -> Completion<Obj> {
    call.get(0).object().ok_or_else(|| agent.type_error("no object"))
}

/// [Reflect.construct](https://tc39.es/ecma262/#sec-reflect.construct)
fn construct(agent: &Agent, call: &Call<'_>) -> Answer {
    let f = call.get(0);
    let new_target = if call.arguments.len() > 2 { call.get(2) } else { f.clone() };
    let (Value::Object(f), Value::Object(t)) = (&f, &new_target) else {
        return Err(agent.type_error("no constructor"));
    };
    if !agent.is_constructor(&(*f).into()) || !agent.is_constructor(&new_target) {
        return Err(agent.type_error("no constructor"));
    }
    let list = agent.create_list_from_array_like(&call.get(1))?;
    Ok(agent.construct(*f, &list, *t)?.into())
}
