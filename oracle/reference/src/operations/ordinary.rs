//! [Ordinary object internal methods](https://tc39.es/ecma262/#sec-ordinary-object-internal-methods-and-internal-slots).

use crate::agent::{Agent, Completion};
use crate::values::{Descriptor, Key, Obj, Property, Slot, Value};

impl Agent {
    /// [OrdinarySetPrototypeOf](https://tc39.es/ecma262/#sec-ordinarysetprototypeof)
    pub(super) fn ordinary_set_prototype_of(&self, o: Obj, v: Option<Obj>) -> bool {
        let current = self.object(o).prototype;
        if v == current {
            return true;
        }
        if !self.object(o).extensible {
            return false;
        }
        let mut p = v;
        while let Some(q) = p {
            if q == o {
                return false;
            }
            let object = self.object(q);
            if matches!(object.kind, crate::values::Kind::Proxy(_)) {
                break;
            }
            p = object.prototype;
        }
        self.object_mut(o).prototype = v;
        true
    }

    /// [OrdinaryDefineOwnProperty](https://tc39.es/ecma262/#sec-ordinarydefineownproperty)
    pub(super) fn ordinary_define(&self, o: Obj, key: &Key, d: &Descriptor) -> Completion<bool> {
        let current = self.object(o).properties.get(key).cloned();
        let extensible = self.object(o).extensible;
        self.validate_and_apply(Some(o), key, extensible, d, current)
    }

    /// [ValidateAndApplyPropertyDescriptor](https://tc39.es/ecma262/#sec-validateandapplypropertydescriptor)
    pub(super) fn validate_and_apply(
        &self,
        o: Option<Obj>,
        key: &Key,
        extensible: bool,
        d: &Descriptor,
        current: Option<Property>,
    ) -> Completion<bool> {
        let Some(current) = current else {
            if !extensible {
                return Ok(false);
            }
            if let Some(o) = o {
                let slot = if d.is_accessor() {
                    Slot::Accessor { get: d.get.flatten(), set: d.set.flatten() }
                } else {
                    Slot::Data {
                        value: d.value.clone().unwrap_or(Value::Undefined),
                        writable: d.writable.unwrap_or(false),
                    }
                };
                let property = Property {
                    slot,
                    enumerable: d.enumerable.unwrap_or(false),
                    configurable: d.configurable.unwrap_or(false),
                };
                self.check_heap()?;
                self.object_mut(o).properties.insert(key.clone(), property);
            }
            return Ok(true);
        };
        if !current.configurable {
            if d.configurable == Some(true) || d.enumerable.is_some_and(|e| e != current.enumerable) {
                return Ok(false);
            }
            let generic = !d.is_accessor() && !d.is_data();
            match &current.slot {
                Slot::Accessor { get, set } => {
                    if (!generic && !d.is_accessor())
                        || d.get.is_some_and(|g| g != *get)
                        || d.set.is_some_and(|s| s != *set)
                    {
                        return Ok(false);
                    }
                }
                Slot::Data { value, writable } => {
                    if d.is_accessor() {
                        return Ok(false);
                    }
                    if !writable {
                        if d.writable == Some(true) {
                            return Ok(false);
                        }
                        if let Some(v) = &d.value
                            && !self.same_value(v, value)?
                        {
                            return Ok(false);
                        }
                    }
                }
            }
        }
        if let Some(o) = o {
            let slot = match current.slot {
                Slot::Data { .. } if d.is_accessor() => {
                    Slot::Accessor { get: d.get.flatten(), set: d.set.flatten() }
                }
                Slot::Accessor { .. } if d.is_data() => Slot::Data {
                    value: d.value.clone().unwrap_or(Value::Undefined),
                    writable: d.writable.unwrap_or(false),
                },
                Slot::Data { value, writable } => Slot::Data {
                    value: d.value.clone().unwrap_or(value),
                    writable: d.writable.unwrap_or(writable),
                },
                Slot::Accessor { get, set } => {
                    Slot::Accessor { get: d.get.unwrap_or(get), set: d.set.unwrap_or(set) }
                }
            };
            let property = Property {
                slot,
                enumerable: d.enumerable.unwrap_or(current.enumerable),
                configurable: d.configurable.unwrap_or(current.configurable),
            };
            self.object_mut(o).properties.insert(key.clone(), property);
        }
        Ok(true)
    }

    /// [OrdinarySetWithOwnDescriptor](https://tc39.es/ecma262/#sec-ordinarysetwithowndescriptor)
    pub(super) fn ordinary_set(
        &self,
        o: Obj,
        key: &Key,
        value: Value,
        receiver: &Value,
        own: Option<Property>,
    ) -> Completion<bool> {
        let own = match own {
            Some(p) => p,
            None => match self.get_prototype_of(o)? {
                Some(parent) => return self.internal_set(parent, key, value, receiver),
                None => Property::data(Value::Undefined, "wec"),
            },
        };
        match own.slot {
            Slot::Data { writable, .. } => {
                let Value::Object(receiver) = receiver else { return Ok(false) };
                if !writable {
                    return Ok(false);
                }
                match self.get_own_property(*receiver, key)? {
                    Some(Property { slot: Slot::Accessor { .. }, .. })
                    | Some(Property { slot: Slot::Data { writable: false, .. }, .. }) => Ok(false),
                    Some(_) => {
                        let d = Descriptor { value: Some(value), ..Default::default() };
                        self.define_own_property(*receiver, key, d)
                    }
                    None => self.create_data_property(*receiver, key, value),
                }
            }
            Slot::Accessor { set: None, .. } => Ok(false),
            Slot::Accessor { set: Some(setter), .. } => {
                self.call_function(setter, receiver, &[value])?;
                Ok(true)
            }
        }
    }
}
