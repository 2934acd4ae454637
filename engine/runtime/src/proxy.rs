//! Proxies: the essential internal methods that ask a handler. `object.rs`, `call.rs` and the places
//! that walk prototypes come here when they meet a Proxy cell.
//!
//! Internal words of a Proxy cell: target and handler, both null once revoked. Its flags byte says
//! whether it can be called and constructed. Proxies of proxies recurse on the native stack, so the
//! depth is counted.
//! Spec: [Proxy Object Internal Methods and Internal Slots](https://tc39.es/ecma262/#sec-proxy-object-internal-methods-and-internal-slots).

use tierproof_heap::{CellKind, ObjectRef, Value};

use crate::convert::to_boolean;
use crate::isolate::{Isolate, JsResult};
use crate::key::PropertyKey;
use crate::list::List;
use crate::object::{Descriptor, Property};
use crate::shapes::attrs;

/// Flag bits of a Proxy cell.
pub const CALLABLE: u8 = 1;
pub const CONSTRUCTOR: u8 = 2;

/// Deepest nesting of internal methods through proxies.
const MAX_DEPTH: u32 = 3000;

#[inline]
pub fn is_proxy(o: ObjectRef) -> bool {
    o.kind() == CellKind::Proxy
}

impl Isolate {
    /// [ProxyCreate](https://tc39.es/ecma262/#sec-proxycreate).
    pub fn proxy_create(&mut self, target: Value, handler: Value) -> JsResult<ObjectRef> {
        if !target.is_object() || !handler.is_object() {
            return Err(self.type_error("Cannot create proxy with a non-object as target or handler"));
        }
        let shape = self.shapes.null_root(CellKind::Proxy, 0);
        let p = self.heap.allocate_object_of(CellKind::Proxy, shape.0);
        p.set_internal(&mut self.heap, 0, target);
        p.set_internal(&mut self.heap, 1, handler);
        let callable = if self.is_callable(target) { CALLABLE } else { 0 };
        let constructor = if self.is_constructor(target) { CONSTRUCTOR } else { 0 };
        p.set_flags(callable | constructor);
        Ok(p)
    }

    /// Target and trap (undefined when the handler has none); TypeError when revoked.
    fn proxy_trap(&mut self, p: ObjectRef, name: &str) -> JsResult<(ObjectRef, Value, Value)> {
        let handler = p.internal(1);
        let Some(target) = p.internal(0).try_as::<ObjectRef>() else {
            return Err(self.type_error(&format!("Cannot perform '{name}' on a proxy that has been revoked")));
        };
        let key = self.key(name);
        let trap = self.get_method(handler, key)?;
        Ok((target, handler, trap))
    }

    /// Runs an internal method one level deeper.
    fn deeper<R>(&mut self, f: impl FnOnce(&mut Isolate) -> JsResult<R>) -> JsResult<R> {
        if self.proxy_depth >= MAX_DEPTH {
            return Err(self.overflow_error());
        }
        self.proxy_depth += 1;
        let r = f(self);
        self.proxy_depth -= 1;
        r
    }

    #[cold]
    fn violates<R>(&mut self, trap: &str, what: &str) -> JsResult<R> {
        Err(self.type_error(&format!("'{trap}' on proxy: {what}")))
    }

    /// [[GetPrototypeOf]] of any object.
    pub fn get_prototype_of(&mut self, o: ObjectRef) -> JsResult {
        if !is_proxy(o) {
            return Ok(self.prototype_of(o));
        }
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, "getPrototypeOf")?;
            if trap.is_undefined() {
                return cx.get_prototype_of(target);
            }
            let v = cx.call(trap, handler, &[target.into()])?;
            if !v.is_object() && !v.is_null() {
                return cx.violates("getPrototypeOf", "trap returned neither object nor null");
            }
            if !cx.is_extensible_object(target)? && cx.get_prototype_of(target)? != v {
                return cx.violates(
                    "getPrototypeOf",
                    "target is not extensible but the trap did not return its prototype",
                );
            }
            Ok(v)
        })
    }

    /// [[IsExtensible]] of any object.
    pub fn is_extensible_object(&mut self, o: ObjectRef) -> JsResult<bool> {
        if !is_proxy(o) {
            return Ok(self.is_extensible(o));
        }
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, "isExtensible")?;
            if trap.is_undefined() {
                return cx.is_extensible_object(target);
            }
            let v = cx.call(trap, handler, &[target.into()])?;
            let v = to_boolean(v);
            if v != cx.is_extensible_object(target)? {
                return cx
                    .violates("isExtensible", "trap result does not reflect extensibility of the target");
            }
            Ok(v)
        })
    }

    pub(crate) fn proxy_set_prototype_of(&mut self, o: ObjectRef, prototype: Value) -> JsResult<bool> {
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, "setPrototypeOf")?;
            if trap.is_undefined() {
                return cx.set_prototype_of(target, prototype);
            }
            let v = cx.call(trap, handler, &[target.into(), prototype])?;
            if !to_boolean(v) {
                return Ok(false);
            }
            if !cx.is_extensible_object(target)? && cx.get_prototype_of(target)? != prototype {
                return cx.violates("setPrototypeOf", "trap returned truish for a non-extensible target");
            }
            Ok(true)
        })
    }

    pub(crate) fn proxy_prevent_extensions(&mut self, o: ObjectRef) -> JsResult<bool> {
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, "preventExtensions")?;
            if trap.is_undefined() {
                return cx.prevent_extensions(target);
            }
            let v = cx.call(trap, handler, &[target.into()])?;
            let v = to_boolean(v);
            if v && cx.is_extensible_object(target)? {
                return cx.violates("preventExtensions", "the target is extensible");
            }
            Ok(v)
        })
    }

    pub(crate) fn proxy_get_own_property(
        &mut self,
        o: ObjectRef,
        key: PropertyKey,
    ) -> JsResult<Option<Property>> {
        const TRAP: &str = "getOwnPropertyDescriptor";
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, TRAP)?;
            if trap.is_undefined() {
                return cx.get_own_property(target, key);
            }
            let name = key.to_value(cx);
            let v = cx.call(trap, handler, &[target.into(), name])?;
            if !v.is_object() && !v.is_undefined() {
                return cx.violates(TRAP, "trap returned neither object nor undefined");
            }
            let current = cx.get_own_property(target, key)?;
            if v.is_undefined() {
                let Some(c) = current else { return Ok(None) };
                if !c.is_configurable() {
                    return cx.violates(TRAP, "trap returned undefined for a non-configurable property");
                }
                if !cx.is_extensible_object(target)? {
                    return cx
                        .violates(TRAP, "trap returned undefined for a property of a non-extensible target");
                }
                return Ok(None);
            }
            let extensible = cx.is_extensible_object(target)?;
            let d = cx.to_property_descriptor(v)?;
            let result = cx.complete_property(&d);
            let full = cx.descriptor_of(result);
            if !cx.is_compatible(extensible, &full, current) {
                return cx.violates(
                    TRAP,
                    "trap returned a descriptor that is incompatible with the target's property",
                );
            }
            if !result.is_configurable() {
                let Some(c) = current.filter(|c| !c.is_configurable()) else {
                    return cx.violates(
                        TRAP,
                        "trap reported non-configurability of a configurable or missing property",
                    );
                };
                if d.writable == Some(false) && !result.is_accessor() && c.is_writable() {
                    return cx.violates(TRAP, "trap reported a writable property as non-writable");
                }
            }
            Ok(Some(result))
        })
    }

    pub(crate) fn proxy_define_own_property(
        &mut self,
        o: ObjectRef,
        key: PropertyKey,
        d: Descriptor,
    ) -> JsResult<bool> {
        const TRAP: &str = "defineProperty";
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, TRAP)?;
            if trap.is_undefined() {
                return cx.define_own_property(target, key, d);
            }
            let descriptor = cx.from_property_descriptor(&d)?;
            let name = key.to_value(cx);
            let v = cx.call(trap, handler, &[target.into(), name, descriptor])?;
            if !to_boolean(v) {
                return Ok(false);
            }
            let current = cx.get_own_property(target, key)?;
            let extensible = cx.is_extensible_object(target)?;
            let fixed = d.configurable == Some(false);
            match current {
                None => {
                    if !extensible {
                        return cx
                            .violates(TRAP, "trap returned truish for adding to a non-extensible target");
                    }
                    if fixed {
                        return cx
                            .violates(TRAP, "trap returned truish for a missing non-configurable property");
                    }
                }
                Some(c) => {
                    if !cx.is_compatible(extensible, &d, current) {
                        return cx.violates(TRAP, "trap returned truish for an incompatible descriptor");
                    }
                    if fixed && c.is_configurable() {
                        return cx.violates(
                            TRAP,
                            "trap returned truish for a non-configurable property that is configurable",
                        );
                    }
                    if !c.is_accessor()
                        && !c.is_configurable()
                        && c.is_writable()
                        && d.writable == Some(false)
                    {
                        return cx.violates(
                            TRAP,
                            "trap returned truish for making a writable property non-writable",
                        );
                    }
                }
            }
            Ok(true)
        })
    }

    pub(crate) fn proxy_has(&mut self, o: ObjectRef, key: PropertyKey) -> JsResult<bool> {
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, "has")?;
            if trap.is_undefined() {
                return cx.has_property(target, key);
            }
            let name = key.to_value(cx);
            let v = cx.call(trap, handler, &[target.into(), name])?;
            let v = to_boolean(v);
            if !v && let Some(c) = cx.get_own_property(target, key)? {
                if !c.is_configurable() {
                    return cx.violates("has", "trap returned falsish for a non-configurable property");
                }
                if !cx.is_extensible_object(target)? {
                    return cx
                        .violates("has", "trap returned falsish for a property of a non-extensible target");
                }
            }
            Ok(v)
        })
    }

    pub(crate) fn proxy_get(&mut self, o: ObjectRef, key: PropertyKey, receiver: Value) -> JsResult {
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, "get")?;
            if trap.is_undefined() {
                return cx.get(target, key, receiver);
            }
            let name = key.to_value(cx);
            let v = cx.call(trap, handler, &[target.into(), name, receiver])?;
            if let Some(c) = cx.get_own_property(target, key)?
                && !c.is_configurable()
            {
                if !c.is_accessor() && !c.is_writable() && !cx.same_value(v, c.value) {
                    return cx.violates("get", "trap did not return the value of a read-only property");
                }
                if c.is_accessor() && c.pair().getter().is_undefined() && !v.is_undefined() {
                    return cx.violates("get", "trap returned a value for an accessor without getter");
                }
            }
            Ok(v)
        })
    }

    pub(crate) fn proxy_set(
        &mut self,
        o: ObjectRef,
        key: PropertyKey,
        value: Value,
        receiver: Value,
    ) -> JsResult<bool> {
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, "set")?;
            if trap.is_undefined() {
                return cx.set(target, key, value, receiver);
            }
            let name = key.to_value(cx);
            let v = cx.call(trap, handler, &[target.into(), name, value, receiver])?;
            if !to_boolean(v) {
                return Ok(false);
            }
            if let Some(c) = cx.get_own_property(target, key)?
                && !c.is_configurable()
            {
                if !c.is_accessor() && !c.is_writable() && !cx.same_value(value, c.value) {
                    return cx
                        .violates("set", "trap returned truish for a read-only property with another value");
                }
                if c.is_accessor() && c.pair().setter().is_undefined() {
                    return cx.violates("set", "trap returned truish for an accessor without setter");
                }
            }
            Ok(true)
        })
    }

    pub(crate) fn proxy_delete(&mut self, o: ObjectRef, key: PropertyKey) -> JsResult<bool> {
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, "deleteProperty")?;
            if trap.is_undefined() {
                return cx.delete(target, key);
            }
            let name = key.to_value(cx);
            let v = cx.call(trap, handler, &[target.into(), name])?;
            if !to_boolean(v) {
                return Ok(false);
            }
            let Some(c) = cx.get_own_property(target, key)? else { return Ok(true) };
            if !c.is_configurable() {
                return cx.violates("deleteProperty", "trap returned truish for a non-configurable property");
            }
            if !cx.is_extensible_object(target)? {
                return cx.violates(
                    "deleteProperty",
                    "trap returned truish for a property of a non-extensible target",
                );
            }
            Ok(true)
        })
    }

    pub(crate) fn proxy_own_keys(&mut self, o: ObjectRef) -> JsResult<List> {
        const TRAP: &str = "ownKeys";
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, TRAP)?;
            if trap.is_undefined() {
                return cx.own_keys(target);
            }
            let v = cx.call(trap, handler, &[target.into()])?;
            let Some(array) = v.try_as::<ObjectRef>() else {
                return cx.violates(TRAP, "trap result is not an object");
            };
            let n = cx.length_of(array)?;
            let mut keys = List::new(cx);
            let mut seen = rustc_hash::FxHashSet::default();
            for i in 0..n {
                cx.take_ticks(1)?;
                let k = cx.get_index(array, i)?;
                if !k.is_string() && !k.is_symbol() {
                    return cx.violates(TRAP, "trap result has an element that is no property key");
                }
                if !seen.insert(key_bits(cx, k)?) {
                    return cx.violates(TRAP, "trap returned duplicate entries");
                }
                keys.push(cx, k);
            }
            let extensible = cx.is_extensible_object(target)?;
            let own = cx.own_keys(target)?;
            let mut matched = 0;
            for i in 0..own.len() {
                let key = cx.to_property_key(own.get(i))?;
                let configurable = cx.get_own_property(target, key)?.is_none_or(|p| p.is_configurable());
                let bits = key_bits(cx, own.get(i))?;
                if seen.contains(&bits) {
                    matched += 1;
                } else if !configurable || !extensible {
                    return cx.violates(TRAP, "trap result leaves a key out that it must have");
                }
            }
            if !extensible && matched != keys.len() {
                return cx.violates(TRAP, "trap returned extra keys for a non-extensible target");
            }
            Ok(keys)
        })
    }

    pub(crate) fn proxy_call(&mut self, o: ObjectRef, this: Value, args: &[Value]) -> JsResult {
        let list = self.list_of(args);
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, "apply")?;
            if trap.is_undefined() {
                return cx.call(target.into(), this, list.as_slice());
            }
            let array = list.into_array(cx);
            cx.call(trap, handler, &[target.into(), this, array.into()])
        })
    }

    pub(crate) fn proxy_construct(&mut self, o: ObjectRef, args: &[Value], new_target: Value) -> JsResult {
        let list = self.list_of(args);
        self.deeper(|cx| {
            let (target, handler, trap) = cx.proxy_trap(o, "construct")?;
            if trap.is_undefined() {
                return cx.construct(target.into(), list.as_slice(), new_target);
            }
            let array = list.into_array(cx);
            let v = cx.call(trap, handler, &[target.into(), array.into(), new_target])?;
            if !v.is_object() {
                return cx.violates("construct", "trap returned a primitive");
            }
            Ok(v)
        })
    }

    fn list_of(&mut self, args: &[Value]) -> List {
        // the arguments may lie where nothing scans them; the copy comes before anything can collect
        self.heap.pause_collection();
        let mut list = List::with_capacity(self, args.len());
        for &a in args {
            list.push(self, a);
        }
        self.heap.resume_collection();
        list
    }

    /// [IsArray](https://tc39.es/ecma262/#sec-isarray).
    pub fn is_array(&mut self, v: Value) -> JsResult<bool> {
        let mut at = v.try_as::<ObjectRef>();
        while let Some(o) = at {
            if !is_proxy(o) {
                return Ok(o.kind() == CellKind::Array);
            }
            if o.internal(1).is_null() {
                return Err(self.type_error("Cannot perform 'IsArray' on a proxy that has been revoked"));
            }
            at = o.internal(0).try_as();
        }
        Ok(false)
    }

    /// [ToPropertyDescriptor](https://tc39.es/ecma262/#sec-topropertydescriptor).
    pub fn to_property_descriptor(&mut self, v: Value) -> JsResult<Descriptor> {
        let Some(o) = v.try_as::<ObjectRef>() else {
            let what = self.describe(v);
            return Err(self.type_error(&format!("Property description must be an object: {what}")));
        };
        let n = self.realm.names;
        let field = |cx: &mut Isolate, key: PropertyKey| -> JsResult<Option<Value>> {
            if cx.has_property(o, key)? { Ok(Some(cx.get_of(o, key)?)) } else { Ok(None) }
        };
        let enumerable = field(self, n.enumerable)?.map(to_boolean);
        let configurable = field(self, n.configurable)?.map(to_boolean);
        let value = field(self, n.value)?;
        let writable = field(self, n.writable)?.map(to_boolean);
        let get = field(self, n.get)?;
        if let Some(g) = get
            && !g.is_undefined()
            && !self.is_callable(g)
        {
            let what = self.describe(g);
            return Err(self.type_error(&format!("Getter must be a function: {what}")));
        }
        let set = field(self, n.set)?;
        if let Some(s) = set
            && !s.is_undefined()
            && !self.is_callable(s)
        {
            let what = self.describe(s);
            return Err(self.type_error(&format!("Setter must be a function: {what}")));
        }
        let d = Descriptor { value, writable, get, set, enumerable, configurable };
        if d.is_accessor() && d.is_data() {
            return Err(self.type_error(
                "Invalid property descriptor. Cannot both specify accessors and a value or writable attribute",
            ));
        }
        Ok(d)
    }

    /// [FromPropertyDescriptor](https://tc39.es/ecma262/#sec-frompropertydescriptor).
    pub fn from_property_descriptor(&mut self, d: &Descriptor) -> JsResult {
        let o = self.new_plain_object();
        let n = self.realm.names;
        let fields = [
            (n.value, d.value),
            (n.writable, d.writable.map(Value::from_bool)),
            (n.get, d.get),
            (n.set, d.set),
            (n.enumerable, d.enumerable.map(Value::from_bool)),
            (n.configurable, d.configurable.map(Value::from_bool)),
        ];
        for (key, v) in fields {
            if let Some(v) = v {
                self.create_data_property(o, key, v)?;
            }
        }
        Ok(o.into())
    }

    /// [CompletePropertyDescriptor](https://tc39.es/ecma262/#sec-completepropertydescriptor), as property.
    fn complete_property(&mut self, d: &Descriptor) -> Property {
        let mut a = 0;
        a |= if d.enumerable == Some(true) { attrs::ENUMERABLE } else { 0 };
        a |= if d.configurable == Some(true) { attrs::CONFIGURABLE } else { 0 };
        let u = Value::UNDEFINED;
        if d.is_accessor() {
            let pair = self.heap.allocate_accessor_pair(d.get.unwrap_or(u), d.set.unwrap_or(u));
            return Property { value: pair.into(), attrs: a | attrs::ACCESSOR };
        }
        a |= if d.writable == Some(true) { attrs::WRITABLE } else { 0 };
        Property { value: d.value.unwrap_or(u), attrs: a }
    }

    /// A found property as full descriptor.
    pub fn descriptor_of(&mut self, p: Property) -> Descriptor {
        let mut d = Descriptor {
            enumerable: Some(p.is_enumerable()),
            configurable: Some(p.is_configurable()),
            ..Descriptor::default()
        };
        if p.is_accessor() {
            d.get = Some(p.pair().getter());
            d.set = Some(p.pair().setter());
        } else {
            d.value = Some(p.value);
            d.writable = Some(p.is_writable());
        }
        d
    }

    /// [IsCompatiblePropertyDescriptor](https://tc39.es/ecma262/#sec-iscompatiblepropertydescriptor).
    fn is_compatible(&mut self, extensible: bool, d: &Descriptor, current: Option<Property>) -> bool {
        match current {
            None => extensible,
            Some(c) => self.descriptor_compatible(c, d),
        }
    }
}

/// Identity of a property key value, for sets of keys.
fn key_bits(cx: &mut Isolate, k: Value) -> JsResult<u64> {
    Ok(match cx.to_property_key(k)? {
        PropertyKey::Index(n) => n as u64 | 1 << 63,
        PropertyKey::Name(n) => n.to_bits(),
    })
}
