//! Objects: the essential internal methods of ordinary and exotic objects.
//!
//! Named properties live in slots described by the shape (`shapes`), indexed ones in elements
//! (`elements`). The exotic kinds (Array length, String wrapper, TypedArray, mapped Arguments,
//! Global with its property cells, functions whose own properties appear on first look) are decided
//! by cell kind inside these methods, so that callers need not know.
//! Spec: [Ordinary and Exotic Objects Behaviours](https://tc39.es/ecma262/#sec-ordinary-and-exotic-objects-behaviours).

use tierproof_base::faults::{Fault, fault};
use tierproof_heap::{
    AccessorPairRef, ArrayRef, CellKind, FunctionRef, ObjectRef, PropertyCellRef, StringRef, TaggedArrayRef,
    TypedArrayRef, Value,
};

use crate::isolate::{Isolate, JsResult};
use crate::key::PropertyKey;
use crate::list::List;
use crate::proxy::is_proxy;
use crate::shapes::{PropertyInfo, ShapeId, attrs};

/// An own property as found: `value` is the value, or the AccessorPair of an accessor.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    pub value: Value,
    pub attrs: u8,
}

impl Property {
    pub fn is_accessor(self) -> bool {
        self.attrs & attrs::ACCESSOR != 0
    }
    pub fn value_if_data(self) -> Option<Value> {
        (!self.is_accessor()).then_some(self.value)
    }
    pub fn pair(self) -> AccessorPairRef {
        self.value.cast()
    }
    pub fn is_enumerable(self) -> bool {
        self.attrs & attrs::ENUMERABLE != 0
    }
    pub fn is_configurable(self) -> bool {
        self.attrs & attrs::CONFIGURABLE != 0
    }
    pub fn is_writable(self) -> bool {
        self.attrs & attrs::WRITABLE != 0
    }
}

/// A [Property Descriptor](https://tc39.es/ecma262/#sec-property-descriptor-specification-type).
#[derive(Clone, Copy, Default, Debug)]
pub struct Descriptor {
    pub value: Option<Value>,
    pub writable: Option<bool>,
    pub get: Option<Value>,
    pub set: Option<Value>,
    pub enumerable: Option<bool>,
    pub configurable: Option<bool>,
}

impl Descriptor {
    /// A fully specified data descriptor.
    pub fn data(value: Value, attributes: u8) -> Descriptor {
        Descriptor {
            value: Some(value),
            writable: Some(attributes & attrs::WRITABLE != 0),
            enumerable: Some(attributes & attrs::ENUMERABLE != 0),
            configurable: Some(attributes & attrs::CONFIGURABLE != 0),
            ..Descriptor::default()
        }
    }
    pub fn is_accessor(&self) -> bool {
        self.get.is_some() || self.set.is_some()
    }
    pub fn is_data(&self) -> bool {
        self.value.is_some() || self.writable.is_some()
    }
}

/// Most elements of a typed array that can be listed as keys.
const MAX_ENUMERATED: u64 = 1 << 26;

/// Flag bit in a Function's header: own `length`, `name`, `prototype` exist as real properties.
pub const FUNCTION_MATERIALISED: u8 = 1;
/// `ArrayRef::array_flags` bit: `length` is not writable.
pub const LENGTH_READ_ONLY: u32 = 1;

impl Isolate {
    #[inline]
    pub fn shape_of(&self, o: ObjectRef) -> ShapeId {
        ShapeId(o.shape())
    }
    #[inline]
    pub fn prototype_of(&self, o: ObjectRef) -> Value {
        self.shapes.get(ShapeId(o.shape())).prototype
    }
    #[inline]
    pub fn is_extensible(&self, o: ObjectRef) -> bool {
        self.shapes.get(ShapeId(o.shape())).extensible
    }

    /// Shape of an empty object of this kind with this prototype (object or null).
    pub fn root_shape(&mut self, prototype: Value, kind: CellKind, inline_slots: u8) -> ShapeId {
        let Some(p) = prototype.try_as::<ObjectRef>() else {
            return self.shapes.null_root(kind, inline_slots);
        };
        let owner = self.become_prototype(p);
        self.shapes.root(owner, p.into(), kind, inline_slots)
    }

    /// Gives `o` the unique shape of a prototype.
    pub fn become_prototype(&mut self, o: ObjectRef) -> ShapeId {
        let id = ShapeId(o.shape());
        if self.shapes.get(id).is_prototype {
            return id;
        }
        let id = self.shapes.to_prototype(id);
        o.set_shape(id.0);
        let exotic = matches!(
            o.kind(),
            CellKind::PrimitiveWrapper | CellKind::TypedArray | CellKind::Arguments | CellKind::Proxy
        );
        if exotic || !o.elements().is_undefined() {
            self.drop_array_protector();
        }
        id
    }

    /// A new ordinary object.
    pub fn new_object(&mut self, prototype: Value) -> ObjectRef {
        let shape = self.root_shape(prototype, CellKind::Object, 4);
        self.heap.allocate_object(shape.0, 4)
    }
    /// `{}`.
    pub fn new_plain_object(&mut self) -> ObjectRef {
        let p = self.realm.object_prototype;
        self.new_object(p.into())
    }

    /// The slot's content.
    #[inline]
    pub fn load_slot(&self, o: ObjectRef, slot: u32) -> Value {
        let inline = o.inline_slots();
        if (slot as usize) < inline {
            o.inline_slot(slot as usize)
        } else {
            o.slots().cast::<TaggedArrayRef>().get(slot as usize - inline)
        }
    }
    #[inline]
    pub fn store_slot(&mut self, o: ObjectRef, slot: u32, value: Value) {
        let inline = o.inline_slots();
        if (slot as usize) < inline {
            o.set_inline_slot(&mut self.heap, slot as usize, value);
        } else {
            o.slots().cast::<TaggedArrayRef>().set(&mut self.heap, slot as usize - inline, value);
        }
    }
    /// Stores into a slot that may lie beyond the out-of-line array, growing it.
    pub fn store_new_slot(&mut self, o: ObjectRef, slot: u32, value: Value) {
        let inline = o.inline_slots();
        let index = (slot as usize).wrapping_sub(inline);
        if slot as usize >= inline {
            let old = o.slots().try_as::<TaggedArrayRef>();
            if old.is_none_or(|a| a.len() <= index) {
                let capacity = (index + 4).max(index + index / 2);
                let new = match old {
                    Some(a) => {
                        let n = self.heap.copy_tagged(a.as_slice(), capacity, Value::UNDEFINED);
                        n.set_user_word(a.user_word());
                        n
                    }
                    None => self.heap.allocate_fixed_array(capacity, Value::UNDEFINED),
                };
                o.set_slots(&mut self.heap, new.into());
            }
        }
        self.store_slot(o, slot, value);
    }

    /// Makes a function's own properties real; see the module comment.
    pub fn materialise_function(&mut self, o: ObjectRef) {
        if o.kind() != CellKind::Function || o.flags() & FUNCTION_MATERIALISED != 0 {
            return;
        }
        o.set_flags(o.flags() | FUNCTION_MATERIALISED);
        crate::function::define_own_properties(self, o.cast::<FunctionRef>());
    }
    fn lazily_named(&mut self, o: ObjectRef, name: Value) {
        if o.kind() == CellKind::Function && o.flags() & FUNCTION_MATERIALISED == 0 {
            let n = &self.realm.names;
            let key = PropertyKey::Name(name);
            if key == n.length || key == n.name || key == n.prototype {
                self.materialise_function(o);
            }
        }
    }

    /// Adds a named property that does not exist yet; no checks.
    pub fn add_property(&mut self, o: ObjectRef, name: Value, value: Value, attributes: u8) {
        self.materialise_function(o);
        let value = if o.kind() == CellKind::Global && attributes & attrs::ACCESSOR == 0 {
            self.heap.allocate_property_cell(value, Value::smi(0)).into()
        } else {
            value
        };
        let added = self.shapes.add(ShapeId(o.shape()), name, attributes);
        self.store_new_slot(o, added.slot, value);
        self.set_object_shape(o, added.shape);
    }

    /// Installs a new shape id; unsharing in-object capacity is the allocation site's matter.
    pub fn set_object_shape(&mut self, o: ObjectRef, shape: ShapeId) {
        o.set_shape(shape.0);
        self.sync_epoch();
    }

    pub(crate) fn property_at(&self, o: ObjectRef, p: PropertyInfo) -> Property {
        let mut value = self.load_slot(o, p.slot);
        if let Some(cell) = value.try_as::<PropertyCellRef>() {
            value = cell.value_slot();
        }
        Property { value, attrs: p.attrs }
    }

    /// [[GetOwnProperty]].
    pub fn get_own_property(&mut self, o: ObjectRef, key: PropertyKey) -> JsResult<Option<Property>> {
        if is_proxy(o) {
            return self.proxy_get_own_property(o, key);
        }
        match key {
            PropertyKey::Name(name) => {
                match o.kind() {
                    CellKind::Function => self.lazily_named(o, name),
                    CellKind::Array if key == self.realm.names.length => {
                        let a = o.cast::<ArrayRef>();
                        let writable = a.array_flags() & LENGTH_READ_ONLY == 0;
                        return Ok(Some(Property {
                            value: Value::number(a.length() as f64),
                            attrs: if writable { attrs::WRITABLE } else { 0 },
                        }));
                    }
                    CellKind::PrimitiveWrapper if key == self.realm.names.length => {
                        if let Some(s) = o.internal(0).try_as::<StringRef>() {
                            return Ok(Some(Property { value: Value::smi(s.len() as i32), attrs: 0 }));
                        }
                    }
                    _ => {}
                }
                let found = self.shapes.lookup(ShapeId(o.shape()), name).map(|p| self.property_at(o, p));
                if o.kind() == CellKind::ModuleNamespace && found.is_some_and(|p| p.value.is_hole()) {
                    let n = key.describe(self);
                    return Err(self.reference_error(&format!("Cannot access '{n}' before initialization")));
                }
                Ok(found)
            }
            PropertyKey::Index(i) if o.kind() == CellKind::ModuleNamespace => {
                let name = self.intern(&i.to_string());
                self.get_own_property(o, PropertyKey::Name(name.into()))
            }
            PropertyKey::Index(i) => Ok(self.get_own_element(o, i)),
        }
    }

    /// Adds or overwrites a data property, whatever is there (for builtins and fresh objects).
    pub fn define_own(
        &mut self,
        o: ObjectRef,
        key: PropertyKey,
        value: Value,
        attributes: u8,
    ) -> JsResult<()> {
        self.define_own_property(o, key, Descriptor::data(value, attributes))?;
        Ok(())
    }

    /// [CreateDataProperty](https://tc39.es/ecma262/#sec-createdataproperty).
    pub fn create_data_property(&mut self, o: ObjectRef, key: PropertyKey, value: Value) -> JsResult<bool> {
        if let PropertyKey::Index(i) = key
            && self.append_or_overwrite_element(o, i, value)
        {
            return Ok(true);
        }
        if fault(Fault::F059)
            && let PropertyKey::Name(name) = key
            && let Some(p) = self.shapes.lookup(ShapeId(o.shape()), name)
            && p.attrs & attrs::ACCESSOR == 0
        {
            self.store_slot(o, p.slot, value);
            return Ok(true);
        }
        self.define_own_property(o, key, Descriptor::data(value, attrs::ALL))
    }
    /// [CreateDataPropertyOrThrow](https://tc39.es/ecma262/#sec-createdatapropertyorthrow).
    pub fn create_data_property_or_throw(
        &mut self,
        o: ObjectRef,
        key: PropertyKey,
        value: Value,
    ) -> JsResult<()> {
        if self.create_data_property(o, key, value)? {
            return Ok(());
        }
        let name = key.describe(self);
        Err(self.type_error(&format!("Cannot redefine property: {name}")))
    }
    /// [DefinePropertyOrThrow](https://tc39.es/ecma262/#sec-definepropertyorthrow).
    pub fn define_property_or_throw(
        &mut self,
        o: ObjectRef,
        key: PropertyKey,
        d: Descriptor,
    ) -> JsResult<()> {
        if self.define_own_property(o, key, d)? {
            return Ok(());
        }
        let name = key.describe(self);
        if self.get_own_property(o, key)?.is_none() {
            return Err(self.type_error(&format!("Cannot define property {name}, object is not extensible")));
        }
        Err(self.type_error(&format!("Cannot redefine property: {name}")))
    }

    /// [[DefineOwnProperty]].
    pub fn define_own_property(&mut self, o: ObjectRef, key: PropertyKey, d: Descriptor) -> JsResult<bool> {
        match o.kind() {
            CellKind::Proxy => return self.proxy_define_own_property(o, key, d),
            CellKind::Array if key == self.realm.names.length => {
                return self.array_define_length(o.cast(), d);
            }
            CellKind::Array => {
                if let PropertyKey::Index(i) = key {
                    let a = o.cast::<ArrayRef>();
                    if i >= a.length() && a.array_flags() & LENGTH_READ_ONLY != 0 {
                        return Ok(false);
                    }
                }
            }
            CellKind::TypedArray => {
                if let Some(i) = self.integer_indexed(o, key) {
                    let i = u32::try_from(i).unwrap_or(u32::MAX);
                    return self.typed_array_define(o.cast::<TypedArrayRef>(), i, d);
                }
            }
            CellKind::Function => self.materialise_function(o),
            CellKind::ModuleNamespace if !key.is_symbol() => return self.namespace_define(o, key, d),
            CellKind::Arguments => {
                if let PropertyKey::Index(i) = key {
                    return self.arguments_define(o, i, d);
                }
            }
            _ => {}
        }
        self.ordinary_define_own_property(o, key, d)
    }

    /// [[[DefineOwnProperty]] of namespaces](https://tc39.es/ecma262/#sec-module-namespace-exotic-objects-defineownproperty-p-desc).
    fn namespace_define(&mut self, o: ObjectRef, key: PropertyKey, d: Descriptor) -> JsResult<bool> {
        let Some(p) = self.get_own_property(o, key)? else { return Ok(false) };
        let fits = d.configurable != Some(true)
            && d.enumerable != Some(false)
            && d.writable != Some(false)
            && !d.is_accessor();
        Ok(fits && d.value.is_none_or(|v| self.same_value(v, p.value)))
    }

    /// [ValidateAndApplyPropertyDescriptor](https://tc39.es/ecma262/#sec-validateandapplypropertydescriptor).
    pub fn ordinary_define_own_property(
        &mut self,
        o: ObjectRef,
        key: PropertyKey,
        d: Descriptor,
    ) -> JsResult<bool> {
        let current = self.get_own_property(o, key)?;
        let Some(c) = current else {
            if !self.is_extensible(o) {
                return Ok(false);
            }
            let mut a = 0;
            a |= if d.enumerable == Some(true) { attrs::ENUMERABLE } else { 0 };
            a |= if d.configurable == Some(true) { attrs::CONFIGURABLE } else { 0 };
            let value = if d.is_accessor() {
                a |= attrs::ACCESSOR;
                let get = d.get.unwrap_or(Value::UNDEFINED);
                let set = d.set.unwrap_or(Value::UNDEFINED);
                self.heap.allocate_accessor_pair(get, set).into()
            } else {
                a |= if d.writable == Some(true) { attrs::WRITABLE } else { 0 };
                d.value.unwrap_or(Value::UNDEFINED)
            };
            match key {
                PropertyKey::Name(n) => self.add_property(o, n, value, a),
                PropertyKey::Index(i) => self.add_element(o, i, value, a)?,
            }
            return Ok(true);
        };
        if !self.descriptor_compatible(c, &d) {
            return Ok(false);
        }
        let mut a = c.attrs;
        let mut set_bit = |bit: u8, v: Option<bool>| match v {
            Some(true) => a |= bit,
            Some(false) => a &= !bit,
            None => {}
        };
        set_bit(attrs::ENUMERABLE, d.enumerable);
        set_bit(attrs::CONFIGURABLE, d.configurable);
        let value = if d.is_accessor() {
            let (mut get, mut set) = (Value::UNDEFINED, Value::UNDEFINED);
            if c.is_accessor() {
                (get, set) = (c.pair().getter(), c.pair().setter());
            }
            a = (a | attrs::ACCESSOR) & !attrs::WRITABLE;
            self.heap.allocate_accessor_pair(d.get.unwrap_or(get), d.set.unwrap_or(set)).into()
        } else if d.is_data() {
            if c.is_accessor() {
                a &= !(attrs::ACCESSOR | attrs::WRITABLE);
            }
            match d.writable {
                Some(true) => a |= attrs::WRITABLE,
                Some(false) => a &= !attrs::WRITABLE,
                None => {}
            }
            d.value.unwrap_or(if c.is_accessor() { Value::UNDEFINED } else { c.value })
        } else {
            c.value
        };
        self.replace_property(o, key, value, a, a != c.attrs);
        Ok(true)
    }

    pub(crate) fn descriptor_compatible(&mut self, c: Property, d: &Descriptor) -> bool {
        if c.is_configurable() {
            return true;
        }
        if d.configurable == Some(true) || d.enumerable.is_some_and(|e| e != c.is_enumerable()) {
            return false;
        }
        if d.is_accessor() != c.is_accessor() && (d.is_accessor() || d.is_data()) {
            return false;
        }
        if c.is_accessor() {
            let p = c.pair();
            return d.get.is_none_or(|g| g == p.getter()) && d.set.is_none_or(|s| s == p.setter());
        }
        if !c.is_writable() {
            if d.writable == Some(true) {
                return false;
            }
            if let Some(v) = d.value {
                return self.same_value(v, c.value);
            }
        }
        true
    }

    /// Overwrites an existing property's value and attributes.
    fn replace_property(&mut self, o: ObjectRef, key: PropertyKey, value: Value, a: u8, changed: bool) {
        match key {
            PropertyKey::Name(name) => {
                if changed {
                    self.retire_cell(o, name);
                    let shape = self.shapes.reconfigure(ShapeId(o.shape()), name, a);
                    self.set_object_shape(o, shape);
                }
                self.store_existing(o, name, value);
            }
            PropertyKey::Index(i) => self.replace_element(o, i, value, a),
        }
    }

    /// Gives a global property a new cell, because its attributes change: caches that hold the old
    /// one find a hole there and look again.
    fn retire_cell(&mut self, o: ObjectRef, name: Value) {
        let Some(p) = self.shapes.lookup(ShapeId(o.shape()), name) else { return };
        if let Some(cell) = self.load_slot(o, p.slot).try_as::<PropertyCellRef>() {
            self.store_cell(cell, Value::HOLE);
            let new = self.heap.allocate_property_cell(Value::UNDEFINED, Value::smi(cell_meta::VARIABLE));
            self.store_slot(o, p.slot, new.into());
        }
    }

    /// Stores into an existing named data property (or replaces an accessor pair).
    pub fn store_existing(&mut self, o: ObjectRef, name: Value, value: Value) {
        let Some(p) = self.shapes.lookup(ShapeId(o.shape()), name) else { return };
        let old = self.load_slot(o, p.slot);
        if let Some(cell) = old.try_as::<PropertyCellRef>() {
            if p.attrs & attrs::ACCESSOR == 0 {
                return self.store_cell(cell, value);
            }
        } else if o.kind() == CellKind::Global && p.attrs & attrs::ACCESSOR == 0 {
            let cell = self.heap.allocate_property_cell(value, Value::smi(0));
            return self.store_slot(o, p.slot, cell.into());
        }
        self.store_slot(o, p.slot, value);
        self.after_slot_store(o, old, value);
        if o.kind() == CellKind::Function && PropertyKey::Name(name) == self.realm.names.prototype {
            let f = o.cast::<FunctionRef>();
            if !f.prototype_cache().is_undefined() {
                f.set_prototype_cache(&mut self.heap, Value::UNDEFINED);
                self.prototype_changes += 1;
                (self.hooks.invalidate)(self, crate::isolate::Invalidated::Cell(o.into()));
            }
        }
    }

    /// Replacing a function (or accessor) on a prototype changes what compiled code may have
    /// resolved, so the prototype's shape moves on.
    #[inline]
    pub fn after_slot_store(&mut self, o: ObjectRef, old: Value, new: Value) {
        if self.shapes.get(ShapeId(o.shape())).is_prototype && old != new && (old.is_cell() || new.is_cell())
        {
            let shape = self.shapes.renew(ShapeId(o.shape()));
            self.set_object_shape(o, shape);
        }
    }

    /// Assigns a global's property cell. The first change of value makes the cell variable.
    pub fn store_cell(&mut self, cell: PropertyCellRef, value: Value) {
        let meta = cell.meta().as_smi();
        if meta & cell_meta::VARIABLE == 0 && !cell.value_slot().is_hole() && cell.value_slot() != value {
            cell.set_meta(&mut self.heap, Value::smi(meta | cell_meta::VARIABLE));
            if meta & cell_meta::RELIED_ON != 0 {
                (self.hooks.invalidate)(self, crate::isolate::Invalidated::Cell(cell.into()));
            }
        }
        cell.set_value_slot(&mut self.heap, value);
    }

    /// The index a key stands for on a typed array, if it is one there: array indices, and strings
    /// that are [canonical numbers](https://tc39.es/ecma262/#sec-canonicalnumericindexstring)
    /// ("-1", "1.5", "NaN"), which are never in range and never ordinary properties.
    pub fn integer_indexed(&mut self, o: ObjectRef, key: PropertyKey) -> Option<u64> {
        if o.kind() != CellKind::TypedArray {
            return None;
        }
        match key {
            PropertyKey::Index(i) => Some(i as u64),
            PropertyKey::Name(n) => {
                let s = n.try_as::<StringRef>()?;
                let first = (!s.is_empty()).then(|| self.char_at(s, 0))?;
                if !matches!(first as u8, b'0'..=b'9' | b'-' | b'I' | b'N') {
                    return None;
                }
                let text = crate::strings::to_rust(self, s);
                let number = crate::convert::string_to_number(crate::strings::units(self, s));
                (text == "-0" || crate::convert::number_text(number) == text).then_some(u64::MAX)
            }
        }
    }

    /// [[HasProperty]].
    pub fn has_property(&mut self, o: ObjectRef, key: PropertyKey) -> JsResult<bool> {
        let mut at = o;
        loop {
            if is_proxy(at) {
                return self.proxy_has(at, key);
            }
            if at.kind() == CellKind::ModuleNamespace {
                let name = match key {
                    PropertyKey::Name(n) => n,
                    PropertyKey::Index(i) => self.intern(&i.to_string()).into(),
                };
                return Ok(self.shapes.lookup(ShapeId(at.shape()), name).is_some());
            }
            if self.get_own_property(at, key)?.is_some() {
                return Ok(true);
            }
            if self.integer_indexed(at, key).is_some() {
                return Ok(false);
            }
            match self.prototype_of(at).try_as() {
                Some(p) => at = p,
                None => return Ok(false),
            }
        }
    }
    pub fn has_own_property(&mut self, o: ObjectRef, key: PropertyKey) -> JsResult<bool> {
        Ok(self.get_own_property(o, key)?.is_some())
    }

    /// [[Get]].
    pub fn get(&mut self, o: ObjectRef, key: PropertyKey, receiver: Value) -> JsResult {
        let mut at = o;
        loop {
            if is_proxy(at) {
                return self.proxy_get(at, key, receiver);
            }
            if let Some(p) = self.get_own_property(at, key)? {
                return self.property_value(p, receiver);
            }
            if self.integer_indexed(at, key).is_some() {
                return Ok(Value::UNDEFINED);
            }
            match self.prototype_of(at).try_as() {
                Some(p) => at = p,
                None => return Ok(Value::UNDEFINED),
            }
        }
    }
    /// Value of a found property: calls a getter.
    pub fn property_value(&mut self, p: Property, receiver: Value) -> JsResult {
        if !p.is_accessor() {
            return Ok(p.value);
        }
        let getter = p.pair().getter();
        if getter.is_undefined() {
            return Ok(Value::UNDEFINED);
        }
        self.call(getter, receiver, &[])
    }
    /// `o[key]` with `o` as receiver.
    pub fn get_of(&mut self, o: ObjectRef, key: PropertyKey) -> JsResult {
        self.get(o, key, o.into())
    }
    /// [GetV](https://tc39.es/ecma262/#sec-getv): property of any value.
    pub fn get_value(&mut self, v: Value, key: PropertyKey) -> JsResult {
        if let Some(o) = v.try_as::<ObjectRef>() {
            return self.get(o, key, v);
        }
        if let Some(s) = v.try_as::<StringRef>() {
            if key == self.realm.names.length {
                return Ok(Value::smi(s.len() as i32));
            }
            if let PropertyKey::Index(i) = key
                && (i as usize) < s.len()
            {
                let u = self.char_at(s, i as usize);
                return Ok(self.single_character(u).into());
            }
        }
        let p = self.prototype_for_primitive(v, key)?;
        self.get(p, key, v)
    }
    fn prototype_for_primitive(&mut self, v: Value, key: PropertyKey) -> JsResult<ObjectRef> {
        if let Some(p) = self.primitive_prototype(v) {
            return Ok(p);
        }
        let what = if v.is_null() { "null" } else { "undefined" };
        let name = key.describe(self);
        Err(self.type_error(&format!("Cannot read properties of {what} (reading '{name}')")))
    }
    /// Prototype that property lookups on a primitive start at; None for undefined and null.
    pub fn primitive_prototype(&self, v: Value) -> Option<ObjectRef> {
        let r = &self.realm;
        if v.is_string() {
            Some(r.string_prototype)
        } else if v.is_number() {
            Some(r.number_prototype)
        } else if v.is_boolean() {
            Some(r.boolean_prototype)
        } else if v.is_symbol() {
            Some(r.symbol_prototype)
        } else if v.is_bigint() {
            Some(r.bigint_prototype)
        } else {
            None
        }
    }
    /// [GetMethod](https://tc39.es/ecma262/#sec-getmethod): undefined when absent.
    pub fn get_method(&mut self, v: Value, key: PropertyKey) -> JsResult {
        let f = self.get_value(v, key)?;
        if f.is_nullish() {
            return Ok(Value::UNDEFINED);
        }
        if !self.is_callable(f) {
            let name = key.describe(self);
            return Err(self.type_error(&format!("{name} is not a function")));
        }
        Ok(f)
    }

    /// [[Set]].
    pub fn set(&mut self, o: ObjectRef, key: PropertyKey, value: Value, receiver: Value) -> JsResult<bool> {
        let mut at = o;
        let found = loop {
            if is_proxy(at) {
                return self.proxy_set(at, key, value, receiver);
            }
            if at.kind() == CellKind::ModuleNamespace {
                return Ok(false);
            }
            if let Some(i) = self.integer_indexed(at, key) {
                let t = at.cast::<TypedArrayRef>();
                if receiver == Value::from(at) {
                    self.typed_array_set(t, i, value)?;
                    return Ok(true);
                }
                if i >= t.length() {
                    return Ok(true);
                }
            }
            if let Some(p) = self.get_own_property(at, key)? {
                break Some(p);
            }
            match self.prototype_of(at).try_as() {
                Some(p) => at = p,
                None => break None,
            }
        };
        if let Some(p) = found {
            if p.is_accessor() {
                let setter = p.pair().setter();
                if setter.is_undefined() {
                    return Ok(false);
                }
                self.call(setter, receiver, &[value])?;
                return Ok(true);
            }
            if !p.is_writable() {
                return Ok(false);
            }
        }
        let Some(r) = receiver.try_as::<ObjectRef>() else { return Ok(false) };
        // The property was found as a writable data property on the receiver itself.
        if found.is_some() && r == at && !is_proxy(r) {
            return self.overwrite(r, key, value);
        }
        match self.get_own_property(r, key)? {
            Some(p) if p.is_accessor() || !p.is_writable() => Ok(false),
            Some(_) => {
                self.define_own_property(r, key, Descriptor { value: Some(value), ..Default::default() })
            }
            None => self.create_data_property(r, key, value),
        }
    }
    fn overwrite(&mut self, o: ObjectRef, key: PropertyKey, value: Value) -> JsResult<bool> {
        match key {
            PropertyKey::Name(n) if o.kind() != CellKind::Array || key != self.realm.names.length => {
                self.store_existing(o, n, value);
                Ok(true)
            }
            PropertyKey::Index(i) if o.kind() != CellKind::Arguments => {
                if self.append_or_overwrite_element(o, i, value) {
                    return Ok(true);
                }
                self.define_own_property(o, key, Descriptor { value: Some(value), ..Default::default() })
            }
            _ => self.define_own_property(o, key, Descriptor { value: Some(value), ..Default::default() }),
        }
    }
    /// `o[key] = value` on an object, TypeError when refused (what builtins do).
    pub fn put(&mut self, o: ObjectRef, key: PropertyKey, value: Value) -> JsResult<()> {
        self.put_value(o.into(), key, value, true)
    }
    /// [PutValue](https://tc39.es/ecma262/#sec-putvalue) on a property reference.
    pub fn put_value(&mut self, base: Value, key: PropertyKey, value: Value, strict: bool) -> JsResult<()> {
        let ok = match base.try_as::<ObjectRef>() {
            Some(o) => self.set(o, key, value, base)?,
            None => match self.primitive_prototype(base) {
                Some(p) => {
                    if base.is_string() && self.get_own_string_property(base.cast(), key) {
                        false
                    } else {
                        self.set(p, key, value, base)?
                    }
                }
                None => {
                    let what = if base.is_null() { "null" } else { "undefined" };
                    let name = key.describe(self);
                    return Err(
                        self.type_error(&format!("Cannot set properties of {what} (setting '{name}')"))
                    );
                }
            },
        };
        if !ok && strict {
            return Err(self.refused_assignment(base, key));
        }
        Ok(())
    }
    fn get_own_string_property(&mut self, s: StringRef, key: PropertyKey) -> bool {
        key == self.realm.names.length || matches!(key, PropertyKey::Index(i) if (i as usize) < s.len())
    }
    #[cold]
    fn refused_assignment(&mut self, base: Value, key: PropertyKey) -> crate::isolate::Thrown {
        let name = key.describe(self);
        let Some(o) = base.try_as::<ObjectRef>() else {
            let kind = crate::convert::type_of(self, base);
            let kind = crate::strings::to_rust(self, kind);
            return self.type_error(&format!("Cannot create property '{name}' on {kind}"));
        };
        match self.get_own_property(o, key) {
            Err(t) => t,
            Ok(None) if !self.is_extensible(o) => {
                self.type_error(&format!("Cannot add property {name}, object is not extensible"))
            }
            Ok(_) => {
                let mut at = Some(o).filter(|o| !is_proxy(*o));
                while let Some(p) = at {
                    if let Ok(Some(found)) = self.get_own_property(p, key) {
                        if found.is_accessor() {
                            return self.type_error(&format!(
                                "Cannot set property {name} of object which has only a getter"
                            ));
                        }
                        break;
                    }
                    at = self.prototype_of(p).try_as();
                }
                self.type_error(&format!("Cannot assign to read only property '{name}' of object"))
            }
        }
    }

    /// [[Delete]].
    pub fn delete(&mut self, o: ObjectRef, key: PropertyKey) -> JsResult<bool> {
        if is_proxy(o) {
            return self.proxy_delete(o, key);
        }
        if o.kind() == CellKind::ModuleNamespace {
            return Ok(!self.has_property(o, key)?);
        }
        self.materialise_function(o);
        let Some(p) = self.get_own_property(o, key)? else { return Ok(true) };
        let typed_element = o.kind() == CellKind::TypedArray && matches!(key, PropertyKey::Index(_));
        if !p.is_configurable() || typed_element {
            return Ok(false);
        }
        match key {
            PropertyKey::Name(name) => {
                let info = self.shapes.lookup(ShapeId(o.shape()), name).expect("found above");
                if let Some(cell) = self.load_slot(o, info.slot).try_as::<PropertyCellRef>() {
                    self.store_cell(cell, Value::HOLE);
                }
                let removed = self.shapes.remove(ShapeId(o.shape()), name);
                self.store_slot(o, removed.slot, Value::UNDEFINED);
                self.set_object_shape(o, removed.shape);
            }
            PropertyKey::Index(i) => self.delete_element(o, i),
        }
        Ok(true)
    }

    /// [[OwnPropertyKeys]]: indices ascending, then strings, then symbols in order of creation.
    pub fn own_keys(&mut self, o: ObjectRef) -> JsResult<List> {
        if is_proxy(o) {
            return self.proxy_own_keys(o);
        }
        self.materialise_function(o);
        if o.kind() == CellKind::TypedArray && o.cast::<TypedArrayRef>().length() > MAX_ENUMERATED {
            return Err(self.range_error("Too many properties to enumerate"));
        }
        let mut keys = List::new(self);
        for i in self.element_indices(o) {
            let s = PropertyKey::Index(i).to_value(self);
            keys.push(self, s);
        }
        let length = match o.kind() {
            CellKind::Array => true,
            CellKind::PrimitiveWrapper => o.internal(0).is_string(),
            _ => false,
        };
        if length && let PropertyKey::Name(n) = self.realm.names.length {
            keys.push(self, n);
        }
        let named = self.shapes.properties(ShapeId(o.shape()));
        for symbols in [false, true] {
            for (k, _) in &named {
                if k.is_symbol() == symbols && !crate::private_names::is_private(*k) {
                    keys.push(self, *k);
                }
            }
        }
        Ok(keys)
    }

    /// [[SetPrototypeOf]].
    pub fn set_prototype_of(&mut self, o: ObjectRef, prototype: Value) -> JsResult<bool> {
        if is_proxy(o) {
            return self.proxy_set_prototype_of(o, prototype);
        }
        if self.prototype_of(o) == prototype {
            return Ok(true);
        }
        if !self.is_extensible(o) || o == self.realm.object_prototype {
            return Ok(false);
        }
        let mut at = prototype.try_as::<ObjectRef>();
        while let Some(p) = at {
            if p == o {
                return Ok(false);
            }
            if is_proxy(p) {
                break;
            }
            at = self.prototype_of(p).try_as();
        }
        if let Some(p) = prototype.try_as::<ObjectRef>() {
            self.become_prototype(p);
        }
        let shape = self.shapes.set_prototype(ShapeId(o.shape()), prototype);
        self.set_object_shape(o, shape);
        Ok(true)
    }

    /// [[PreventExtensions]].
    pub fn prevent_extensions(&mut self, o: ObjectRef) -> JsResult<bool> {
        if is_proxy(o) {
            return self.proxy_prevent_extensions(o);
        }
        if o.try_as::<TypedArrayRef>().is_some_and(|t| !crate::typed_array::has_fixed_length(t)) {
            return Ok(false);
        }
        self.materialise_function(o);
        if o.kind() != CellKind::TypedArray {
            self.to_dictionary_elements(o);
        }
        let shape = self.shapes.prevent_extensions(ShapeId(o.shape()));
        self.set_object_shape(o, shape);
        Ok(true)
    }
}

/// Bits of a PropertyCell's meta Smi.
pub mod cell_meta {
    /// The value has changed since initialisation: not a constant.
    pub const VARIABLE: i32 = 1;
    /// A `const` binding.
    pub const READ_ONLY: i32 = 2;
    /// Optimised code embeds the value.
    pub const RELIED_ON: i32 = 4;
}
