//! [Array exotic objects](https://tc39.es/ecma262/#sec-array-exotic-objects) and
//! [arguments exotic objects](https://tc39.es/ecma262/#sec-arguments-exotic-objects).

use crate::agent::{Agent, Completion};
use crate::values::{Descriptor, Key, Kind, Obj, Object, Property, Slot, Value};

impl Agent {
    /// [ArrayCreate](https://tc39.es/ecma262/#sec-arraycreate)
    pub fn array_create(&self, length: f64, prototype: Option<Obj>) -> Completion<Obj> {
        if length > 4_294_967_295.0 {
            return Err(self.range_error("array length"));
        }
        self.check_heap()?;
        let prototype = prototype.unwrap_or_else(|| self.intrinsic("Array.prototype"));
        let mut object = Object::new(Some(prototype), Kind::Array);
        object.properties.insert("length".into(), Property::data(length + 0.0, "w"));
        Ok(self.allocate(object))
    }

    /// [ArraySpeciesCreate](https://tc39.es/ecma262/#sec-arrayspeciescreate)
    pub fn array_species_create(&self, original: Obj, length: f64) -> Completion<Obj> {
        if !self.is_array(&original.into())? {
            return self.array_create(length, None);
        }
        let mut c = self.get(original, &"constructor".into())?;
        if let Value::Object(o) = c {
            c = self.get(o, &self.symbol_key("species"))?;
            if matches!(c, Value::Null) {
                c = Value::Undefined;
            }
        }
        match c {
            Value::Undefined => self.array_create(length, None),
            Value::Object(f) if self.is_constructor(&c) => self.construct(f, &[length.into()], f),
            _ => Err(self.type_error("species is no constructor")),
        }
    }

    fn array_length_property(&self, o: Obj) -> (u32, bool) {
        match self.object(o).properties.get(&"length".into()) {
            Some(Property { slot: Slot::Data { value: Value::Number(n), writable }, .. }) => {
                (*n as u32, *writable)
            }
            _ => (0, false),
        }
    }

    /// [Array [[DefineOwnProperty]]](https://tc39.es/ecma262/#sec-array-exotic-objects-defineownproperty-p-desc)
    pub(super) fn array_define_own_property(&self, o: Obj, key: &Key, d: Descriptor) -> Completion<bool> {
        match key {
            Key::Index(i) => {
                let (length, writable) = self.array_length_property(o);
                if *i >= length && !writable {
                    return Ok(false);
                }
                if !self.ordinary_define(o, key, &d)? {
                    return Ok(false);
                }
                if *i >= length {
                    self.write_array_length(o, *i + 1, true);
                }
                Ok(true)
            }
            k if k.is("length") => self.array_set_length(o, d),
            _ => self.ordinary_define(o, key, &d),
        }
    }

    fn write_array_length(&self, o: Obj, length: u32, writable: bool) {
        let attributes = if writable { "w" } else { "" };
        let p = Property::data(f64::from(length), attributes);
        self.object_mut(o).properties.insert("length".into(), p);
    }

    /// [ArraySetLength](https://tc39.es/ecma262/#sec-arraysetlength)
    fn array_set_length(&self, o: Obj, mut d: Descriptor) -> Completion<bool> {
        let key = "length".into();
        let Some(value) = d.value.clone() else { return self.ordinary_define(o, &key, &d) };
        let new_length = self.to_uint32(&value)?;
        let number = self.to_number(&value)?;
        if f64::from(new_length) != number {
            return Err(self.range_error("array length"));
        }
        d.value = Some(f64::from(new_length).into());
        let (old_length, writable) = self.array_length_property(o);
        if new_length >= old_length {
            return self.ordinary_define(o, &key, &d);
        }
        if !writable {
            return Ok(false);
        }
        let make_read_only = d.writable == Some(false);
        d.writable = Some(true);
        if !self.ordinary_define(o, &key, &d)? {
            return Ok(false);
        }
        let indices = self.object(o).properties.indices_from(new_length);
        for i in indices.into_iter().rev() {
            self.step()?;
            if !self.delete(o, &Key::Index(i))? {
                self.write_array_length(o, i + 1, !make_read_only);
                return Ok(false);
            }
        }
        if make_read_only {
            self.write_array_length(o, new_length, false);
        }
        Ok(true)
    }

    // Arguments objects: properties hold the values, the map says which of them are variables.

    fn mapped(&self, o: Obj, key: &Key) -> Option<(crate::environments::Env, crate::values::Str)> {
        let Key::Index(i) = key else { return None };
        match &self.object(o).kind {
            Kind::Arguments(map) => map.get(*i as usize).cloned().flatten(),
            _ => None,
        }
    }

    pub(super) fn unmap_argument(&self, o: Obj, key: &Key) {
        if let (Key::Index(i), Kind::Arguments(map)) = (key, &mut self.object_mut(o).kind)
            && let Some(entry) = map.get_mut(*i as usize)
        {
            *entry = None;
        }
    }

    pub(super) fn arguments_get_own_property(&self, o: Obj, key: &Key) -> Completion<Option<Property>> {
        let Some(mut p) = self.object(o).properties.get(key).cloned() else { return Ok(None) };
        if let Some((env, name)) = self.mapped(o, key)
            && let Slot::Data { value, .. } = &mut p.slot
        {
            *value = self.get_binding_value(&env, &name, false)?;
        }
        Ok(Some(p))
    }

    pub(super) fn arguments_define_own_property(&self, o: Obj, key: &Key, d: Descriptor) -> Completion<bool> {
        let mapped = self.mapped(o, key);
        let mut new = d.clone();
        if let Some((env, name)) = &mapped
            && d.is_data()
            && d.value.is_none()
            && d.writable == Some(false)
        {
            new.value = Some(self.get_binding_value(env, name, false)?);
        }
        if !self.ordinary_define(o, key, &new)? {
            return Ok(false);
        }
        if let Some((env, name)) = mapped {
            if d.is_accessor() {
                self.unmap_argument(o, key);
            } else {
                if let Some(v) = d.value {
                    self.set_mutable_binding(&env, &name, v, false)?;
                }
                if d.writable == Some(false) {
                    self.unmap_argument(o, key);
                }
            }
        }
        Ok(true)
    }

    /// Whether [[Set]] writes a variable: only when the receiver is the arguments object itself.
    pub(super) fn is_mapped_argument(&self, o: Obj, key: &Key, receiver: &Value) -> bool {
        receiver.object() == Some(o) && self.mapped(o, key).is_some()
    }

    pub(super) fn write_mapped_argument(&self, o: Obj, key: &Key, value: &Value) -> Completion<()> {
        match self.mapped(o, key) {
            Some((env, name)) => self.set_mutable_binding(&env, &name, value.clone(), false),
            None => Ok(()),
        }
    }
}
