//! Private names: symbols with a flag, under which private elements stand in an object's shape. No
//! operation but those below sees them. Called through `runtime_functions`.
//! Spec: [Private Names](https://tc39.es/ecma262/#sec-private-names).

use tierproof_heap::{ObjectRef, SymbolRef, Value};

use crate::isolate::{Isolate, JsResult};
use crate::object::Property;
use crate::shapes::ShapeId;

/// `SymbolRef::symbol_flags` bit of private names.
const PRIVATE: u32 = 1 << 8;

/// Whether a property key is a private name.
pub fn is_private(key: Value) -> bool {
    key.try_as::<SymbolRef>().is_some_and(|s| s.symbol_flags() & PRIVATE != 0)
}

impl Isolate {
    /// `CreatePrivateName`.
    pub fn create_private_name(&mut self, description: Value) -> Value {
        let s = self.new_symbol(description);
        s.set_symbol_flags(PRIVATE);
        s.into()
    }

    fn private_element(&self, o: Value, name: Value) -> Option<(ObjectRef, u32, Property)> {
        let o = o.try_as::<ObjectRef>()?;
        let p = self.shapes.lookup(ShapeId(o.shape()), name)?;
        Some((o, p.slot, self.property_at(o, p)))
    }
    fn private_text(&mut self, name: Value) -> String {
        let d = name.cast::<SymbolRef>().description();
        self.to_rust_string(d).unwrap_or_default()
    }

    /// [PrivateGet](https://tc39.es/ecma262/#sec-privateget).
    pub fn private_get(&mut self, o: Value, name: Value) -> JsResult {
        let Some((_, _, p)) = self.private_element(o, name) else {
            let n = self.private_text(name);
            if o.is_nullish() {
                let what = if o.is_null() { "null" } else { "undefined" };
                return Err(self.type_error(&format!("Cannot read properties of {what} (reading '{n}')")));
            }
            return Err(self.type_error(&format!(
                "Cannot read private member {n} from an object whose class did not declare it"
            )));
        };
        if !p.is_accessor() {
            return Ok(p.value);
        }
        let getter = p.pair().getter();
        if getter.is_undefined() {
            let n = self.private_text(name);
            return Err(self.type_error(&format!("'{n}' was defined without a getter")));
        }
        self.call(getter, o, &[])
    }

    /// [PrivateSet](https://tc39.es/ecma262/#sec-privateset).
    pub fn private_set(&mut self, o: Value, name: Value, value: Value) -> JsResult<()> {
        let Some((object, slot, p)) = self.private_element(o, name) else {
            let n = self.private_text(name);
            if o.is_nullish() {
                let what = if o.is_null() { "null" } else { "undefined" };
                return Err(self.type_error(&format!("Cannot set properties of {what} (setting '{n}')")));
            }
            return Err(self.type_error(&format!(
                "Cannot write private member {n} to an object whose class did not declare it"
            )));
        };
        if p.is_accessor() {
            let setter = p.pair().setter();
            if setter.is_undefined() {
                let n = self.private_text(name);
                return Err(self.type_error(&format!("'{n}' was defined without a setter")));
            }
            self.call(setter, o, &[value])?;
        } else if p.is_writable() {
            match self.load_slot(object, slot).try_as::<tierproof_heap::PropertyCellRef>() {
                Some(cell) => cell.set_value_slot(&mut self.heap, value),
                None => self.store_slot(object, slot, value),
            }
        } else {
            let n = self.private_text(name);
            return Err(self.type_error(&format!("Private method '{n}' is not writable")));
        }
        Ok(())
    }

    /// `#name in object`.
    pub fn private_has(&mut self, o: Value, name: Value) -> JsResult {
        if !o.is_object() {
            let n = self.private_text(name);
            let what = self.describe(o);
            return Err(self.type_error(&format!("Cannot use 'in' operator to search for '{n}' in {what}")));
        }
        Ok(Value::from_bool(self.private_element(o, name).is_some()))
    }

    /// [PrivateFieldAdd](https://tc39.es/ecma262/#sec-privatefieldadd) and
    /// [PrivateMethodOrAccessorAdd](https://tc39.es/ecma262/#sec-privatemethodoraccessoradd).
    pub fn private_add(&mut self, o: Value, name: Value, value: Value, attributes: u8) -> JsResult {
        let Some(object) = o.try_as::<ObjectRef>() else {
            return Err(self.type_error("Cannot add a private member to a primitive"));
        };
        if self.private_element(o, name).is_some() {
            return Err(self.type_error("Cannot initialize a private member twice on the same object"));
        }
        self.add_property(object, name, value, attributes);
        Ok(Value::UNDEFINED)
    }
}
