//! [Proxy objects](https://tc39.es/ecma262/#sec-proxy-objects).

use super::Answer;
use crate::agent::{Agent, Completion};
use crate::values::{Call, Kind, Obj, ProxySlots, Value};

pub fn install(agent: &Agent, global: Obj) {
    let constructor = agent.native_constructor("Proxy", 2, |a, c| {
        a.want_new(c)?;
        Ok(create(a, c)?.into())
    });
    agent.define_methods(constructor, &[("revocable", 2, revocable)]);
    agent.define_value(global, "Proxy", constructor, "wc");
}

/// [ProxyCreate](https://tc39.es/ecma262/#sec-proxycreate)
fn create(agent: &Agent, call: &Call<'_>) -> Completion<Obj> {
    let (Value::Object(target), Value::Object(handler)) = (call.get(0), call.get(1)) else {
        return Err(agent.type_error("target and handler"));
    };
    let slots = ProxySlots {
        target: Some((target, handler)),
        callable: agent.is_callable(&target.into()),
        constructor: agent.is_constructor(&target.into()),
    };
    agent.check_heap()?;
    Ok(agent.make(None, Kind::Proxy(slots)))
}

/// [Proxy.revocable](https://tc39.es/ecma262/#sec-proxy.revocable)
fn revocable(agent: &Agent, call: &Call<'_>) -> Answer {
    let proxy = create(agent, call)?;
    let revoke = agent.native_closure(0, move |agent, _| {
        if let Kind::Proxy(p) = &mut agent.object_mut(proxy).kind {
            p.target = None;
        }
        Ok(Value::Undefined)
    });
    let o = agent.ordinary_object();
    agent.create_data_property_or_throw(o, &"proxy".into(), proxy)?;
    agent.create_data_property_or_throw(o, &"revoke".into(), revoke)?;
    Ok(o.into())
}
