//! [Proxy object internal methods](https://tc39.es/ecma262/#sec-proxy-object-internal-methods-and-internal-slots).

use crate::agent::{Agent, Completion};
use crate::values::{Descriptor, Key, Kind, Obj, Property, Slot, Value};

impl Agent {
    /// [ValidateNonRevokedProxy](https://tc39.es/ecma262/#sec-validatenonrevokedproxy), and the trap if there is one:
    /// target, handler, trap.
    pub(super) fn proxy_trap(&self, o: Obj, name: &str) -> Completion<(Obj, Value, Option<Obj>)> {
        self.check_depth()?;
        self.step()?;
        let slots = match &self.object(o).kind {
            Kind::Proxy(p) => p.target,
            _ => None,
        };
        let Some((target, handler)) = slots else { return Err(self.type_error("revoked proxy")) };
        let handler = Value::Object(handler);
        let trap = self.get_method(&handler, &name.into())?;
        Ok((target, handler, trap))
    }

    pub(super) fn proxy_get_prototype_of(&self, o: Obj) -> Completion<Option<Obj>> {
        let (target, handler, trap) = self.proxy_trap(o, "getPrototypeOf")?;
        let Some(trap) = trap else { return self.get_prototype_of(target) };
        let result = match self.call_function(trap, &handler, &[target.into()])? {
            Value::Object(p) => Some(p),
            Value::Null => None,
            _ => return Err(self.type_error("prototype from trap")),
        };
        if !self.is_extensible(target)? && self.get_prototype_of(target)? != result {
            return Err(self.type_error("prototype from trap"));
        }
        Ok(result)
    }

    pub(super) fn proxy_set_prototype_of(&self, o: Obj, v: Option<Obj>) -> Completion<bool> {
        let (target, handler, trap) = self.proxy_trap(o, "setPrototypeOf")?;
        let Some(trap) = trap else { return self.set_prototype_of(target, v) };
        let value = v.map_or(Value::Null, Value::Object);
        let done = self.call_function(trap, &handler, &[target.into(), value])?;
        if !self.to_boolean(&done) {
            return Ok(false);
        }
        if !self.is_extensible(target)? && self.get_prototype_of(target)? != v {
            return Err(self.type_error("trap lied about the prototype"));
        }
        Ok(true)
    }

    pub(super) fn proxy_is_extensible(&self, o: Obj) -> Completion<bool> {
        let (target, handler, trap) = self.proxy_trap(o, "isExtensible")?;
        let Some(trap) = trap else { return self.is_extensible(target) };
        let answer = self.call_function(trap, &handler, &[target.into()])?;
        let answer = self.to_boolean(&answer);
        if answer != self.is_extensible(target)? {
            return Err(self.type_error("trap lied about extensibility"));
        }
        Ok(answer)
    }

    pub(super) fn proxy_prevent_extensions(&self, o: Obj) -> Completion<bool> {
        let (target, handler, trap) = self.proxy_trap(o, "preventExtensions")?;
        let Some(trap) = trap else { return self.prevent_extensions(target) };
        let answer = self.call_function(trap, &handler, &[target.into()])?;
        let answer = self.to_boolean(&answer);
        if answer && self.is_extensible(target)? {
            return Err(self.type_error("trap lied about extensibility"));
        }
        Ok(answer)
    }

    pub(super) fn proxy_get_own_property(&self, o: Obj, key: &Key) -> Completion<Option<Property>> {
        let (target, handler, trap) = self.proxy_trap(o, "getOwnPropertyDescriptor")?;
        let Some(trap) = trap else { return self.get_own_property(target, key) };
        let result = self.call_function(trap, &handler, &[target.into(), key.clone().into()])?;
        let actual = self.get_own_property(target, key)?;
        if result.is_undefined() {
            let Some(actual) = actual else { return Ok(None) };
            if !actual.configurable || !self.is_extensible(target)? {
                return Err(self.type_error("trap hides a property"));
            }
            return Ok(None);
        }
        if result.object().is_none() {
            return Err(self.type_error("descriptor from trap"));
        }
        let extensible = self.is_extensible(target)?;
        let d = self.to_property_descriptor(&result)?;
        // CompletePropertyDescriptor
        let completed = Property {
            slot: if d.is_accessor() {
                Slot::Accessor { get: d.get.flatten(), set: d.set.flatten() }
            } else {
                Slot::Data {
                    value: d.value.clone().unwrap_or(Value::Undefined),
                    writable: d.writable.unwrap_or(false),
                }
            },
            enumerable: d.enumerable.unwrap_or(false),
            configurable: d.configurable.unwrap_or(false),
        };
        let full: Descriptor = completed.clone().into();
        if !self.validate_and_apply(None, key, extensible, &full, actual.clone())? {
            return Err(self.type_error("descriptor from trap"));
        }
        if !completed.configurable {
            match &actual {
                Some(a) if !a.configurable => {
                    if let (Slot::Data { writable: false, .. }, Slot::Data { writable: true, .. }) =
                        (&completed.slot, &a.slot)
                    {
                        return Err(self.type_error("descriptor from trap"));
                    }
                }
                _ => return Err(self.type_error("descriptor from trap")),
            }
        }
        Ok(Some(completed))
    }

    pub(super) fn proxy_define_own_property(&self, o: Obj, key: &Key, d: Descriptor) -> Completion<bool> {
        let (target, handler, trap) = self.proxy_trap(o, "defineProperty")?;
        let Some(trap) = trap else { return self.define_own_property(target, key, d) };
        let description = self.from_property_descriptor(Some(d.clone()))?;
        let done = self.call_function(trap, &handler, &[target.into(), key.clone().into(), description])?;
        if !self.to_boolean(&done) {
            return Ok(false);
        }
        let actual = self.get_own_property(target, key)?;
        let extensible = self.is_extensible(target)?;
        let setting_fixed = d.configurable == Some(false);
        match actual {
            None => {
                if !extensible || setting_fixed {
                    return Err(self.type_error("trap lied about a definition"));
                }
            }
            Some(a) => {
                if !self.validate_and_apply(None, key, extensible, &d, Some(a.clone()))?
                    || (setting_fixed && a.configurable)
                {
                    return Err(self.type_error("trap lied about a definition"));
                }
                if let Slot::Data { writable: true, .. } = a.slot
                    && !a.configurable
                    && d.writable == Some(false)
                {
                    return Err(self.type_error("trap lied about a definition"));
                }
            }
        }
        Ok(true)
    }

    pub(super) fn proxy_has_property(&self, o: Obj, key: &Key) -> Completion<bool> {
        let (target, handler, trap) = self.proxy_trap(o, "has")?;
        let Some(trap) = trap else { return self.has_property(target, key) };
        let answer = self.call_function(trap, &handler, &[target.into(), key.clone().into()])?;
        let answer = self.to_boolean(&answer);
        if !answer
            && let Some(actual) = self.get_own_property(target, key)?
            && (!actual.configurable || !self.is_extensible(target)?)
        {
            return Err(self.type_error("trap hides a property"));
        }
        Ok(answer)
    }

    pub(super) fn proxy_get(&self, o: Obj, key: &Key, receiver: &Value) -> Completion<Value> {
        let (target, handler, trap) = self.proxy_trap(o, "get")?;
        let Some(trap) = trap else { return self.internal_get(target, key, receiver) };
        let arguments = [target.into(), key.clone().into(), receiver.clone()];
        let v = self.call_function(trap, &handler, &arguments)?;
        if let Some(actual) = self.get_own_property(target, key)?
            && !actual.configurable
        {
            match actual.slot {
                Slot::Data { value, writable: false } if !self.same_value(&v, &value)? => {
                    return Err(self.type_error("trap gave another value"));
                }
                Slot::Accessor { get: None, .. } if !v.is_undefined() => {
                    return Err(self.type_error("trap gave another value"));
                }
                _ => {}
            }
        }
        Ok(v)
    }

    pub(super) fn proxy_set(&self, o: Obj, key: &Key, value: Value, receiver: &Value) -> Completion<bool> {
        let (target, handler, trap) = self.proxy_trap(o, "set")?;
        let Some(trap) = trap else { return self.internal_set(target, key, value, receiver) };
        let arguments = [target.into(), key.clone().into(), value.clone(), receiver.clone()];
        let done = self.call_function(trap, &handler, &arguments)?;
        if !self.to_boolean(&done) {
            return Ok(false);
        }
        if let Some(actual) = self.get_own_property(target, key)?
            && !actual.configurable
        {
            match actual.slot {
                Slot::Data { value: old, writable: false } if !self.same_value(&value, &old)? => {
                    return Err(self.type_error("trap lied about a store"));
                }
                Slot::Accessor { set: None, .. } => return Err(self.type_error("trap lied about a store")),
                _ => {}
            }
        }
        Ok(true)
    }

    pub(super) fn proxy_delete(&self, o: Obj, key: &Key) -> Completion<bool> {
        let (target, handler, trap) = self.proxy_trap(o, "deleteProperty")?;
        let Some(trap) = trap else { return self.delete(target, key) };
        let done = self.call_function(trap, &handler, &[target.into(), key.clone().into()])?;
        if !self.to_boolean(&done) {
            return Ok(false);
        }
        if let Some(actual) = self.get_own_property(target, key)?
            && (!actual.configurable || !self.is_extensible(target)?)
        {
            return Err(self.type_error("trap lied about a deletion"));
        }
        Ok(true)
    }

    pub(super) fn proxy_own_property_keys(&self, o: Obj) -> Completion<Vec<Key>> {
        let (target, handler, trap) = self.proxy_trap(o, "ownKeys")?;
        let Some(trap) = trap else { return self.own_property_keys(target) };
        let result = self.call_function(trap, &handler, &[target.into()])?;
        let list = self.create_list_from_array_like(&result)?;
        let mut keys: Vec<Key> = Vec::new();
        for v in list {
            let key = match v {
                Value::String(s) => Key::new(s),
                Value::Symbol(s) => Key::Symbol(s),
                _ => return Err(self.type_error("key from trap")),
            };
            if keys.contains(&key) {
                return Err(self.type_error("key twice from trap"));
            }
            keys.push(key);
        }
        let extensible = self.is_extensible(target)?;
        let (mut fixed, mut free) = (Vec::new(), Vec::new());
        for key in self.own_property_keys(target)? {
            match self.get_own_property(target, &key)? {
                Some(p) if !p.configurable => fixed.push(key),
                _ => free.push(key),
            }
        }
        if extensible && fixed.is_empty() {
            return Ok(keys);
        }
        let mut unchecked = keys.clone();
        let mut take = |key: &Key| {
            let place = unchecked.iter().position(|k| k == key);
            place.map(|i| unchecked.remove(i)).is_some()
        };
        if !fixed.iter().all(&mut take) {
            return Err(self.type_error("trap hides a property"));
        }
        if extensible {
            return Ok(keys);
        }
        if !free.iter().all(&mut take) || !unchecked.is_empty() {
            return Err(self.type_error("trap lied about the keys"));
        }
        Ok(keys)
    }

    /// [Proxy [[Call]]](https://tc39.es/ecma262/#sec-proxy-object-internal-methods-and-internal-slots-call-thisargument-argumentslist)
    pub(super) fn proxy_call(&self, o: Obj, this: &Value, arguments: &[Value]) -> Completion<Value> {
        let (target, handler, trap) = self.proxy_trap(o, "apply")?;
        let Some(trap) = trap else { return self.call_function(target, this, arguments) };
        let list = self.create_array_from_list(arguments.iter().cloned())?;
        self.call_function(trap, &handler, &[target.into(), this.clone(), list.into()])
    }

    /// [Proxy [[Construct]]](https://tc39.es/ecma262/#sec-proxy-object-internal-methods-and-internal-slots-construct-argumentslist-newtarget)
    pub(super) fn proxy_construct(&self, o: Obj, arguments: &[Value], new_target: Obj) -> Completion<Obj> {
        let (target, handler, trap) = self.proxy_trap(o, "construct")?;
        let Some(trap) = trap else { return self.construct(target, arguments, new_target) };
        let list = self.create_array_from_list(arguments.iter().cloned())?;
        match self.call_function(trap, &handler, &[target.into(), list.into(), new_target.into()])? {
            Value::Object(o) => Ok(o),
            _ => Err(self.type_error("construct trap gave no object")),
        }
    }
}
