//! Allocation opcodes: literals, arguments objects, rest arrays, contexts, class pairs.

use tierproof_bytecode::Constant;
use tierproof_heap::{CellKind, FunctionDataRef, FunctionRef, ObjectRef, TaggedArrayRef, Value};

use crate::isolate::{Isolate, JsResult};
use crate::key::PropertyKey;
use crate::shapes::{ShapeId, attrs};
use crate::stack::Frame;

impl Isolate {
    /// `CreateObjectLiteral`. Feedback word `w` keeps the literal's shape, `w + 1` the FixedArray of
    /// constant values, so later executions allocate and copy.
    pub fn create_object_literal(
        &mut self,
        data: FunctionDataRef,
        constant: usize,
        v: TaggedArrayRef,
        w: usize,
    ) -> JsResult {
        if v.get(w).is_smi() {
            let shape = ShapeId(v.get(w).as_smi() as u32);
            let values = v.get(w + 1).cast::<TaggedArrayRef>();
            let inline = self.shapes.get(shape).inline_slots as usize;
            let o = self.heap.allocate_object(shape.0, inline);
            for i in 0..values.len() {
                o.set_inline_slot(&mut self.heap, i, values.get(i));
            }
            return Ok(o.into());
        }
        let info = crate::function::info(data);
        let template = info.template.clone();
        let Some(Constant::ObjectBoilerplate(entries)) = template.constants.get(constant) else {
            return Ok(self.new_plain_object().into());
        };
        let inline = entries.len().clamp(4, 64) as u8;
        let p = self.realm.object_prototype;
        let shape = self.root_shape(p.into(), CellKind::Object, inline);
        let o = self.heap.allocate_object(shape.0, inline as usize);
        for (name, value) in entries {
            let key = self.intern_units(name);
            let value = match value {
                Some(c) => self.literal_value(c),
                None => Value::UNDEFINED,
            };
            let key = self.key_from_string(key);
            self.create_data_property(o, key, value)?;
        }
        let shape = ShapeId(o.shape());
        let simple = entries.len() <= inline as usize
            && !self.shapes.get(shape).unique
            && o.elements().is_undefined()
            && !entries
                .iter()
                .any(|e| matches!(e.1, Some(Constant::ObjectBoilerplate(_) | Constant::ArrayBoilerplate(_))));
        if simple {
            let n = self.shapes.slot_count(shape) as usize;
            let values = self.heap.allocate_fixed_array(n, Value::UNDEFINED);
            for i in 0..n {
                values.set(&mut self.heap, i, o.inline_slot(i));
            }
            v.set(&mut self.heap, w + 1, values.into());
            v.set(&mut self.heap, w, Value::smi(shape.0 as i32));
        }
        Ok(o.into())
    }

    fn literal_value(&mut self, c: &Constant) -> Value {
        match c {
            Constant::ArrayBoilerplate(items) => self.array_from_constants(items),
            _ => self.constant_value(c),
        }
    }

    /// `GetTemplateObject`: [GetTemplateObject](https://tc39.es/ecma262/#sec-gettemplateobject).
    /// Feedback word `w + 2` keeps the object.
    pub fn get_template_object(
        &mut self,
        data: FunctionDataRef,
        constant: usize,
        v: TaggedArrayRef,
        w: usize,
    ) -> JsResult {
        if v.get(w + 2).is_object() {
            return Ok(v.get(w + 2));
        }
        let template = crate::function::info(data).template.clone();
        let Some(Constant::TemplateObject(parts)) = template.constants.get(constant) else {
            return Ok(Value::UNDEFINED);
        };
        let (mut cooked, mut raw) = (crate::list::List::new(self), crate::list::List::new(self));
        for (c, r) in parts {
            let c = match c {
                Some(c) => self.intern_units(c).into(),
                None => Value::UNDEFINED,
            };
            cooked.push(self, c);
            let r = self.intern_units(r).into();
            raw.push(self, r);
        }
        let raw = raw.into_array(self).object();
        self.freeze_array(raw)?;
        let object = cooked.into_array(self).object();
        let key = self.realm.names.raw;
        self.define_own(object, key, raw.into(), 0)?;
        self.freeze_array(object)?;
        v.set(&mut self.heap, w + 2, object.into());
        Ok(object.into())
    }
    fn freeze_array(&mut self, o: ObjectRef) -> JsResult<()> {
        let n = o.cast::<tierproof_heap::ArrayRef>().length();
        for i in 0..n {
            let v = self.get_index(o, i as u64)?;
            self.define_own(o, PropertyKey::Index(i), v, attrs::ENUMERABLE)?;
        }
        let key = self.realm.names.length;
        let fixed = crate::object::Descriptor { writable: Some(false), ..Default::default() };
        self.define_own_property(o, key, fixed)?;
        self.prevent_extensions(o)?;
        Ok(())
    }

    /// `CreateArrayLiteral`. Feedback word `w` keeps a boilerplate array whose elements are copied.
    pub fn create_array_literal(
        &mut self,
        data: FunctionDataRef,
        constant: usize,
        v: TaggedArrayRef,
        w: usize,
    ) -> JsResult {
        let boilerplate = match v.get(w).try_as::<tierproof_heap::ArrayRef>() {
            Some(b) => b,
            None => {
                let template = crate::function::info(data).template.clone();
                let Some(Constant::ArrayBoilerplate(items)) = template.constants.get(constant) else {
                    return Ok(self.new_empty_array().into());
                };
                let b = self.array_from_constants(items);
                v.set(&mut self.heap, w, b);
                b.cast()
            }
        };
        let a = self.new_empty_array();
        let (from, to) = (boilerplate.object(), a.object());
        if let Some(d) = from.elements().try_as::<tierproof_heap::DoubleArrayRef>() {
            let copy = self.heap.allocate_double_array(d.len());
            for i in 0..d.len() {
                if let Some(x) = d.get(i) {
                    copy.set(i, x);
                }
            }
            to.set_elements(&mut self.heap, copy.into());
        } else if let Some(e) = from.elements().try_as::<TaggedArrayRef>() {
            let copy = self.heap.allocate_fixed_array_from(e.as_slice());
            copy.set_user_word(e.user_word());
            to.set_elements(&mut self.heap, copy.into());
        }
        to.set_elements_kind(from.elements_kind());
        a.set_length(boilerplate.length());
        Ok(a.into())
    }

    fn array_from_constants(&mut self, items: &[Option<Constant>]) -> Value {
        let a = self.new_array_with_length(items.len() as u32);
        let o = a.object();
        let packed = items.iter().all(Option::is_some);
        for (i, item) in items.iter().enumerate() {
            if let Some(c) = item {
                let v = self.literal_value(c);
                self.append_or_overwrite_element(o, i as u32, v);
            }
        }
        if packed && !items.is_empty() {
            // Filled from the start, the array is as good as one built by pushing.
            let mut list = crate::list::List::with_capacity(self, items.len());
            for i in 0..items.len() {
                let v = self.dense_element(o, i).unwrap_or(Value::UNDEFINED);
                list.push(self, v);
            }
            return list.into_array(self).into();
        }
        a.into()
    }

    /// `CreateUnmappedArguments` of frame `f`.
    pub fn create_unmapped_arguments(&mut self, f: Frame) -> JsResult {
        let o = self.new_arguments(f);
        let poison = self.realm.throw_type_error;
        let pair = self.heap.allocate_accessor_pair(poison, poison);
        if let PropertyKey::Name(c) = self.realm.names.callee {
            self.add_property(o, c, pair.into(), attrs::ACCESSOR);
        }
        Ok(o.into())
    }
    fn new_arguments(&mut self, f: Frame) -> ObjectRef {
        let p = self.realm.object_prototype;
        let shape = self.root_shape(p.into(), CellKind::Arguments, 0);
        let o = self.heap.allocate_object_of(CellKind::Arguments, shape.0);
        let n = f.argc() as usize;
        if n > 0 {
            let e = self.heap.allocate_fixed_array(n, Value::UNDEFINED);
            for i in 0..n {
                e.set(&mut self.heap, i, f.arg(i));
            }
            o.set_elements(&mut self.heap, e.into());
        }
        o.set_elements_kind(tierproof_heap::ElementsKind::HoleyAny);
        let names = self.realm.names;
        if let PropertyKey::Name(l) = names.length {
            self.add_property(o, l, Value::smi(n as i32), attrs::HIDDEN);
        }
        if let PropertyKey::Name(i) = self.realm.symbols.iterator.key() {
            let values = self.realm.array_values;
            self.add_property(o, i, values, attrs::HIDDEN);
        }
        o
    }
    /// `CreateMappedArguments` of frame `f`: parameters live in the current context's slots.
    pub fn create_mapped_arguments(&mut self, f: Frame, data: FunctionDataRef, constant: usize) -> JsResult {
        let o = self.new_arguments(f);
        let names = self.realm.names;
        if let PropertyKey::Name(c) = names.callee {
            self.add_property(o, c, f.callee(), attrs::HIDDEN);
        }
        let template = crate::function::info(data).template.clone();
        if let Some(Constant::MappedParameters(slots)) = template.constants.get(constant) {
            let n = slots.len().min(f.argc() as usize);
            let map = self.heap.allocate_fixed_array(n, Value::UNDEFINED);
            for (i, slot) in slots.iter().take(n).enumerate() {
                if let Some(s) = slot {
                    map.init(i, Value::smi(*s as i32));
                }
            }
            o.set_internal(&mut self.heap, 0, f.get(tierproof_bytecode::instruction::frame::CONTEXT));
            o.set_internal(&mut self.heap, 1, map.into());
        }
        Ok(o.into())
    }
    /// `CreateRestParameter` of frame `f`.
    pub fn create_rest_parameter(&mut self, f: Frame, start: usize) -> JsResult {
        let n = (f.argc() as usize).saturating_sub(start);
        let mut list = crate::list::List::with_capacity(self, n);
        for i in 0..n {
            list.push(self, f.arg(start + i));
        }
        Ok(list.into_array(self).into())
    }

    /// `CreateContext`: `slots` includes the parent slot 0.
    pub fn create_context(&mut self, slots: usize, parent: Value, kind: u32) -> Value {
        let fill = if kind == 1 { Value::HOLE } else { Value::UNDEFINED };
        let c = self.heap.allocate_context(slots.max(1), parent, fill);
        if kind > 1 {
            c.set_user_word(kind);
        }
        c.into()
    }

    /// `DefineClass`: links constructor and prototype; returns the prototype object.
    pub fn define_class(&mut self, constructor: FunctionRef, heritage: Value) -> JsResult {
        let (mut proto_parent, mut constructor_parent) =
            (Value::from(self.realm.object_prototype), Value::from(self.realm.function_prototype));
        let names = self.realm.names;
        if heritage.is_null() {
            proto_parent = Value::NULL;
        } else if !heritage.is_hole() {
            if !self.is_constructor(heritage) {
                let what = self.describe(heritage);
                return Err(
                    self.type_error(&format!("Class extends value {what} is not a constructor or null"))
                );
            }
            proto_parent = self.get_of(heritage.cast(), names.prototype)?;
            if !proto_parent.is_object() && !proto_parent.is_null() {
                return Err(self.type_error("Class extends value does not have valid prototype property"));
            }
            constructor_parent = heritage;
        }
        let proto = self.new_object(proto_parent);
        let c = constructor.object();
        if constructor_parent != Value::from(self.realm.function_prototype) {
            self.set_prototype_of(c, constructor_parent)?;
        }
        self.materialise_function(c);
        constructor.set_home_object(&mut self.heap, proto.into());
        if let (PropertyKey::Name(p), PropertyKey::Name(k)) = (names.prototype, names.constructor) {
            self.add_property(c, p, proto.into(), 0);
            self.add_property(proto, k, constructor.into(), attrs::HIDDEN);
        }
        Ok(proto.into())
    }

    /// `GetSuperConstructor`.
    pub fn get_super_constructor(&mut self, f: Value) -> JsResult {
        let parent = match f.try_as::<ObjectRef>() {
            Some(o) => self.prototype_of(o),
            None => Value::NULL,
        };
        // whether it is a constructor matters after the arguments have been evaluated
        Ok(parent)
    }
}
