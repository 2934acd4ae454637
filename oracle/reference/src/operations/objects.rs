//! The [essential internal methods](https://tc39.es/ecma262/#sec-object-internal-methods-and-internal-slots) of all
//! kinds of objects, and the [operations on objects](https://tc39.es/ecma262/#sec-operations-on-objects).

use crate::agent::{Agent, Completion};
use crate::values::{Descriptor, Key, Kind, Obj, Property, Slot, Str, Value};

/// What EnumerableOwnProperties lists.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    Keys,
    Values,
    Entries,
}

impl Agent {
    fn is_proxy(&self, o: Obj) -> bool {
        matches!(self.object(o).kind, Kind::Proxy(_))
    }

    /// [[GetPrototypeOf]]
    pub fn get_prototype_of(&self, o: Obj) -> Completion<Option<Obj>> {
        if self.is_proxy(o) {
            return self.proxy_get_prototype_of(o);
        }
        Ok(self.object(o).prototype)
    }

    /// [[SetPrototypeOf]]
    pub fn set_prototype_of(&self, o: Obj, v: Option<Obj>) -> Completion<bool> {
        if self.is_proxy(o) {
            return self.proxy_set_prototype_of(o, v);
        }
        if o == self.intrinsic("Object.prototype") {
            // [SetImmutablePrototype](https://tc39.es/ecma262/#sec-set-immutable-prototype)
            return Ok(self.object(o).prototype == v);
        }
        Ok(self.ordinary_set_prototype_of(o, v))
    }

    /// [[IsExtensible]]
    pub fn is_extensible(&self, o: Obj) -> Completion<bool> {
        if self.is_proxy(o) {
            return self.proxy_is_extensible(o);
        }
        Ok(self.object(o).extensible)
    }

    /// [[PreventExtensions]]
    pub fn prevent_extensions(&self, o: Obj) -> Completion<bool> {
        if self.is_proxy(o) {
            return self.proxy_prevent_extensions(o);
        }
        if !self.typed_array_may_be_fixed(o) {
            return Ok(false);
        }
        self.object_mut(o).extensible = false;
        Ok(true)
    }

    /// [[GetOwnProperty]]
    pub fn get_own_property(&self, o: Obj, key: &Key) -> Completion<Option<Property>> {
        let special = match &self.object(o).kind {
            Kind::Proxy(_) => 1,
            Kind::Primitive(Value::String(_)) => 2,
            Kind::TypedArray(_) => 3,
            Kind::Arguments(_) => 4,
            Kind::Error if key.is("stack") => return Err(self.outside("stack of an error")),
            _ => 0,
        };
        match special {
            1 => self.proxy_get_own_property(o, key),
            2 => self.string_get_own_property(o, key),
            3 => self.typed_array_get_own_property(o, key),
            4 => self.arguments_get_own_property(o, key),
            _ => {
                let own = self.object(o).properties.get(key).cloned();
                self.known_property(own)
            }
        }
    }

    /// [[DefineOwnProperty]]
    pub fn define_own_property(&self, o: Obj, key: &Key, d: Descriptor) -> Completion<bool> {
        let special = match &self.object(o).kind {
            Kind::Proxy(_) => 1,
            Kind::Primitive(Value::String(_)) => 2,
            Kind::TypedArray(_) => 3,
            Kind::Arguments(_) => 4,
            Kind::Array => 5,
            _ => 0,
        };
        match special {
            1 => self.proxy_define_own_property(o, key, d),
            2 => self.string_define_own_property(o, key, d),
            3 => self.typed_array_define_own_property(o, key, d),
            4 => self.arguments_define_own_property(o, key, d),
            5 => self.array_define_own_property(o, key, d),
            _ => self.ordinary_define(o, key, &d),
        }
    }

    /// [[HasProperty]]
    pub fn has_property(&self, o: Obj, key: &Key) -> Completion<bool> {
        let mut at = o;
        loop {
            self.step()?;
            if self.is_proxy(at) {
                return self.proxy_has_property(at, key);
            }
            if let Some(answer) = self.typed_array_has_property(at, key) {
                return Ok(answer);
            }
            if self.get_own_property(at, key)?.is_some() {
                return Ok(true);
            }
            match self.get_prototype_of(at)? {
                Some(parent) => at = parent,
                None => return Ok(false),
            }
        }
    }

    /// [[Get]]
    pub fn internal_get(&self, o: Obj, key: &Key, receiver: &Value) -> Completion<Value> {
        let mut at = o;
        loop {
            self.step()?;
            if self.is_proxy(at) {
                return self.proxy_get(at, key, receiver);
            }
            if let Some(element) = self.typed_array_get(at, key) {
                return Ok(element);
            }
            match self.get_own_property(at, key)? {
                Some(Property { slot: Slot::Data { value, .. }, .. }) => return Ok(value),
                Some(Property { slot: Slot::Accessor { get: Some(getter), .. }, .. }) => {
                    return self.call_function(getter, receiver, &[]);
                }
                Some(Property { slot: Slot::Accessor { get: None, .. }, .. }) => return Ok(Value::Undefined),
                None => {}
            }
            match self.get_prototype_of(at)? {
                Some(parent) => at = parent,
                None => return Ok(Value::Undefined),
            }
        }
    }

    /// [[Set]]
    pub fn internal_set(&self, o: Obj, key: &Key, value: Value, receiver: &Value) -> Completion<bool> {
        self.step()?;
        self.check_depth()?;
        if self.is_proxy(o) {
            return self.proxy_set(o, key, value, receiver);
        }
        if let Some(done) = self.typed_array_set(o, key, &value, receiver)? {
            return Ok(done);
        }
        let own = self.get_own_property(o, key)?;
        if self.is_mapped_argument(o, key, receiver) {
            self.write_mapped_argument(o, key, &value)?;
        }
        self.ordinary_set(o, key, value, receiver, own)
    }

    /// [[Delete]]
    pub fn delete(&self, o: Obj, key: &Key) -> Completion<bool> {
        if self.is_proxy(o) {
            return self.proxy_delete(o, key);
        }
        match self.get_own_property(o, key)? {
            None => Ok(true),
            Some(p) if p.configurable && !self.is_typed_array_index(o, key) => {
                self.object_mut(o).properties.remove(key);
                self.unmap_argument(o, key);
                Ok(true)
            }
            Some(_) => Ok(false),
        }
    }

    /// [[OwnPropertyKeys]]
    pub fn own_property_keys(&self, o: Obj) -> Completion<Vec<Key>> {
        if self.is_proxy(o) {
            return self.proxy_own_property_keys(o);
        }
        let object = self.object(o);
        let mut keys = object.properties.keys();
        let indices = match &object.kind {
            Kind::Primitive(Value::String(s)) => s.len(),
            Kind::TypedArray(_) => {
                drop(object);
                self.typed_array_length(o).unwrap_or(0)
            }
            _ => 0,
        };
        if indices > 0 {
            let mut all: Vec<Key> = (0..indices as u32).map(Key::Index).collect();
            all.append(&mut keys);
            if matches!(self.object(o).kind, Kind::Primitive(_)) {
                // `length` comes after the indices beyond the string, before the other names
                let at = all.iter().position(|k| !matches!(k, Key::Index(_))).unwrap_or(all.len());
                all.insert(at, "length".into());
            }
            keys = all;
        } else if matches!(self.object(o).kind, Kind::Primitive(Value::String(_))) {
            let at = keys.iter().position(|k| !matches!(k, Key::Index(_))).unwrap_or(keys.len());
            keys.insert(at, "length".into());
        }
        Ok(keys)
    }

    // Operations on objects

    /// [Get](https://tc39.es/ecma262/#sec-get-o-p)
    pub fn get(&self, o: Obj, key: &Key) -> Completion<Value> {
        self.internal_get(o, key, &o.into())
    }

    /// [GetV](https://tc39.es/ecma262/#sec-getv)
    pub fn get_v(&self, v: &Value, key: &Key) -> Completion<Value> {
        let o = match v {
            Value::Object(o) => *o,
            Value::String(s) => {
                self.looks_into(s)?;
                self.to_object(v)?
            }
            _ => self.to_object(v)?,
        };
        self.internal_get(o, key, v)
    }

    /// [Set](https://tc39.es/ecma262/#sec-set-o-p-v-throw)
    pub fn set(&self, o: Obj, key: &Key, value: Value, throw: bool) -> Completion<()> {
        let done = self.internal_set(o, key, value, &o.into())?;
        if !done && throw {
            return Err(self.type_error("property cannot be set"));
        }
        Ok(())
    }

    /// [CreateDataProperty](https://tc39.es/ecma262/#sec-createdataproperty)
    pub fn create_data_property(&self, o: Obj, key: &Key, value: impl Into<Value>) -> Completion<bool> {
        self.define_own_property(o, key, Descriptor::data(value, "wec"))
    }

    /// [CreateDataPropertyOrThrow](https://tc39.es/ecma262/#sec-createdatapropertyorthrow)
    pub fn create_data_property_or_throw(
        &self,
        o: Obj,
        key: &Key,
        value: impl Into<Value>,
    ) -> Completion<()> {
        self.define_property_or_throw(o, key, Descriptor::data(value, "wec"))
    }

    /// [DefinePropertyOrThrow](https://tc39.es/ecma262/#sec-definepropertyorthrow)
    pub fn define_property_or_throw(&self, o: Obj, key: &Key, d: Descriptor) -> Completion<()> {
        if self.define_own_property(o, key, d)? {
            return Ok(());
        }
        Err(self.type_error("property cannot be defined"))
    }

    /// [DeletePropertyOrThrow](https://tc39.es/ecma262/#sec-deletepropertyorthrow)
    pub fn delete_property_or_throw(&self, o: Obj, key: &Key) -> Completion<()> {
        if self.delete(o, key)? { Ok(()) } else { Err(self.type_error("property cannot be deleted")) }
    }

    /// [GetMethod](https://tc39.es/ecma262/#sec-getmethod)
    pub fn get_method(&self, v: &Value, key: &Key) -> Completion<Option<Obj>> {
        let f = self.get_v(v, key)?;
        match f {
            Value::Undefined | Value::Null => Ok(None),
            Value::Object(o) if self.is_callable(&f) => Ok(Some(o)),
            _ => Err(self.type_error("no function")),
        }
    }

    /// [HasOwnProperty](https://tc39.es/ecma262/#sec-hasownproperty)
    pub fn has_own_property(&self, o: Obj, key: &Key) -> Completion<bool> {
        Ok(self.get_own_property(o, key)?.is_some())
    }

    /// [Invoke](https://tc39.es/ecma262/#sec-invoke)
    pub fn invoke(&self, v: &Value, key: &Key, arguments: &[Value]) -> Completion<Value> {
        let f = self.get_v(v, key)?;
        self.call(&f, v, arguments)
    }

    /// [SetIntegrityLevel](https://tc39.es/ecma262/#sec-setintegritylevel)
    pub fn set_integrity_level(&self, o: Obj, frozen: bool) -> Completion<bool> {
        if !self.prevent_extensions(o)? {
            return Ok(false);
        }
        for key in self.own_property_keys(o)? {
            let mut d = Descriptor { configurable: Some(false), ..Default::default() };
            if frozen {
                match self.get_own_property(o, &key)? {
                    None => continue,
                    Some(Property { slot: Slot::Data { .. }, .. }) => d.writable = Some(false),
                    Some(_) => {}
                }
            }
            self.define_property_or_throw(o, &key, d)?;
        }
        Ok(true)
    }

    /// [TestIntegrityLevel](https://tc39.es/ecma262/#sec-testintegritylevel)
    pub fn test_integrity_level(&self, o: Obj, frozen: bool) -> Completion<bool> {
        if self.is_extensible(o)? {
            return Ok(false);
        }
        for key in self.own_property_keys(o)? {
            if let Some(p) = self.get_own_property(o, &key)?
                && (p.configurable || (frozen && matches!(p.slot, Slot::Data { writable: true, .. })))
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// [LengthOfArrayLike](https://tc39.es/ecma262/#sec-lengthofarraylike)
    pub fn length_of_array_like(&self, o: Obj) -> Completion<f64> {
        let length = self.get(o, &"length".into())?;
        self.to_length(&length)
    }

    /// [CreateArrayFromList](https://tc39.es/ecma262/#sec-createarrayfromlist)
    pub fn create_array_from_list(&self, list: impl IntoIterator<Item = Value>) -> Completion<Obj> {
        let array = self.array_create(0.0, None)?;
        for (i, v) in list.into_iter().enumerate() {
            self.create_data_property_or_throw(array, &Key::integer(i as f64), v)?;
        }
        Ok(array)
    }

    /// [CreateListFromArrayLike](https://tc39.es/ecma262/#sec-createlistfromarraylike)
    pub fn create_list_from_array_like(&self, v: &Value) -> Completion<Vec<Value>> {
        let Value::Object(o) = v else { return Err(self.type_error("no object")) };
        let length = self.length_of_array_like(*o)?;
        let mut list = Vec::new();
        let mut i = 0.0;
        while i < length {
            list.push(self.get(*o, &Key::integer(i))?);
            i += 1.0;
        }
        Ok(list)
    }

    /// [SpeciesConstructor](https://tc39.es/ecma262/#sec-speciesconstructor)
    pub fn species_constructor(&self, o: Obj, default: Obj) -> Completion<Obj> {
        let c = self.get(o, &"constructor".into())?;
        if c.is_undefined() {
            return Ok(default);
        }
        let Value::Object(c) = c else { return Err(self.type_error("constructor is no object")) };
        let species = self.get(c, &self.symbol_key("species"))?;
        match species {
            Value::Undefined | Value::Null => Ok(default),
            Value::Object(s) if self.is_constructor(&species) => Ok(s),
            _ => Err(self.type_error("species is no constructor")),
        }
    }

    /// [EnumerableOwnProperties](https://tc39.es/ecma262/#sec-enumerableownproperties)
    pub fn enumerable_own_properties(&self, o: Obj, listing: Listing) -> Completion<Vec<Value>> {
        let mut out = Vec::new();
        for key in self.own_property_keys(o)? {
            if key.is_symbol() || !self.get_own_property(o, &key)?.is_some_and(|p| p.enumerable) {
                continue;
            }
            if listing == Listing::Keys {
                out.push(key.into());
                continue;
            }
            let value = self.get(o, &key)?;
            out.push(if listing == Listing::Values {
                value
            } else {
                self.create_array_from_list([key.into(), value])?.into()
            });
        }
        Ok(out)
    }

    /// [CopyDataProperties](https://tc39.es/ecma262/#sec-copydataproperties)
    pub fn copy_data_properties(&self, target: Obj, source: &Value, excluded: &[Key]) -> Completion<()> {
        if source.is_nullish() {
            return Ok(());
        }
        let from = self.to_object(source)?;
        for key in self.own_property_keys(from)? {
            if excluded.contains(&key) {
                continue;
            }
            if self.get_own_property(from, &key)?.is_some_and(|p| p.enumerable) {
                let value = self.get(from, &key)?;
                self.create_data_property_or_throw(target, &key, value)?;
            }
        }
        Ok(())
    }

    /// [ToPropertyDescriptor](https://tc39.es/ecma262/#sec-topropertydescriptor)
    pub fn to_property_descriptor(&self, v: &Value) -> Completion<Descriptor> {
        let Value::Object(o) = v else { return Err(self.type_error("descriptor is no object")) };
        let field = |name: &str| -> Completion<Option<Value>> {
            let key = name.into();
            if self.has_property(*o, &key)? { Ok(Some(self.get(*o, &key)?)) } else { Ok(None) }
        };
        let function = |v: Option<Value>| match v {
            None => Ok(None),
            Some(Value::Undefined) => Ok(Some(None)),
            Some(f) if self.is_callable(&f) => Ok(Some(f.object())),
            Some(_) => Err(self.type_error("accessor is no function")),
        };
        // fields are read in this order
        let d = Descriptor {
            enumerable: field("enumerable")?.map(|v| self.to_boolean(&v)),
            configurable: field("configurable")?.map(|v| self.to_boolean(&v)),
            value: field("value")?,
            writable: field("writable")?.map(|v| self.to_boolean(&v)),
            get: function(field("get")?)?,
            set: function(field("set")?)?,
        };
        if d.is_accessor() && d.is_data() {
            return Err(self.type_error("descriptor of both kinds"));
        }
        Ok(d)
    }

    /// [FromPropertyDescriptor](https://tc39.es/ecma262/#sec-frompropertydescriptor)
    pub fn from_property_descriptor(&self, p: Option<Descriptor>) -> Completion<Value> {
        let Some(d) = p else { return Ok(Value::Undefined) };
        let o = self.ordinary_object();
        let object = |f: Option<Obj>| f.map_or(Value::Undefined, Value::Object);
        let fields: [(&str, Option<Value>); 6] = [
            ("value", d.value),
            ("writable", d.writable.map(Value::Boolean)),
            ("get", d.get.map(object)),
            ("set", d.set.map(object)),
            ("enumerable", d.enumerable.map(Value::Boolean)),
            ("configurable", d.configurable.map(Value::Boolean)),
        ];
        for (name, v) in fields {
            if let Some(v) = v {
                self.create_data_property_or_throw(o, &name.into(), v)?;
            }
        }
        Ok(o.into())
    }

    /// The units of a string exotic object.
    fn string_data(&self, o: Obj) -> Str {
        match &self.object(o).kind {
            Kind::Primitive(Value::String(s)) => s.clone(),
            _ => Str::empty(),
        }
    }

    /// [StringGetOwnProperty](https://tc39.es/ecma262/#sec-stringgetownproperty)
    fn string_get_own_property(&self, o: Obj, key: &Key) -> Completion<Option<Property>> {
        let own = self.object(o).properties.get(key).cloned();
        if own.is_some() {
            return self.known_property(own);
        }
        let s = self.string_data(o);
        Ok(match key {
            Key::Index(i) if (*i as usize) < s.len() => {
                Some(Property::data(s.substring(*i as usize, *i as usize + 1), "e"))
            }
            k if k.is("length") => Some(Property::data(s.len() as f64, "")),
            _ => None,
        })
    }

    fn string_define_own_property(&self, o: Obj, key: &Key, d: Descriptor) -> Completion<bool> {
        let own = self.string_get_own_property(o, key)?;
        let of_string = own.is_some() && self.object(o).properties.get(key).is_none();
        if of_string {
            return self.validate_and_apply(None, key, self.object(o).extensible, &d, own);
        }
        self.ordinary_define(o, key, &d)
    }
}
