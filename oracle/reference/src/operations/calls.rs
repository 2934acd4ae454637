//! Calls, constructions, and the creation of [built-in functions](https://tc39.es/ecma262/#sec-createbuiltinfunction).

use std::rc::Rc;

use crate::agent::{Agent, Completion};
use crate::tree::FunctionKind;
use crate::values::{
    Behaviour, Builtin, Call, Descriptor, Key, Kind, Native, Obj, Object, Property, Str, Value,
};

/// The `length` of a built-in function.
pub type Length = u32;

/// A method of a built-in object: its name, `length` and code.
pub type NativeRow = (&'static str, Length, Native);

enum Callee {
    Closure,
    Builtin(Rc<Builtin>),
    Bound(Rc<crate::values::Bound>),
    Proxy,
    None,
}

impl Agent {
    fn callee(&self, f: Obj) -> Callee {
        match &self.object(f).kind {
            Kind::Function(_) => Callee::Closure,
            Kind::Builtin(b) => Callee::Builtin(b.clone()),
            Kind::Bound(b) => Callee::Bound(b.clone()),
            Kind::Proxy(p) if p.callable => Callee::Proxy,
            _ => Callee::None,
        }
    }

    /// [IsCallable](https://tc39.es/ecma262/#sec-iscallable)
    pub fn is_callable(&self, v: &Value) -> bool {
        v.object().is_some_and(|o| !matches!(self.callee(o), Callee::None))
    }

    /// [IsConstructor](https://tc39.es/ecma262/#sec-isconstructor)
    pub fn is_constructor(&self, v: &Value) -> bool {
        let Value::Object(o) = v else { return false };
        let target = match &self.object(*o).kind {
            Kind::Function(c) => {
                let plain = c.code.kind == FunctionKind::Normal && !c.code.is_async && !c.code.is_generator;
                return plain || matches!(c.code.kind, FunctionKind::ClassConstructor { .. });
            }
            Kind::Builtin(b) => return b.constructor,
            Kind::Proxy(p) => return p.constructor,
            Kind::Bound(b) => b.target,
            _ => return false,
        };
        self.is_constructor(&target.into())
    }

    /// [Call](https://tc39.es/ecma262/#sec-call)
    pub fn call(&self, f: &Value, this: &Value, arguments: &[Value]) -> Completion<Value> {
        match f {
            Value::Object(o) => self.call_function(*o, this, arguments),
            _ => Err(self.type_error("no function")),
        }
    }

    /// [[Call]]
    pub fn call_function(&self, f: Obj, this: &Value, arguments: &[Value]) -> Completion<Value> {
        self.step()?;
        self.check_depth()?;
        match self.callee(f) {
            Callee::Closure => self.call_closure(f, this, arguments),
            Callee::Builtin(b) => {
                self.run_builtin(&b, &Call { this, arguments, new_target: None, function: f })
            }
            Callee::Bound(b) => {
                let all = [&b.arguments[..], arguments].concat();
                self.call_function(b.target, &b.this, &all)
            }
            Callee::Proxy => self.proxy_call(f, this, arguments),
            Callee::None => Err(self.type_error("no function")),
        }
    }

    /// [Construct](https://tc39.es/ecma262/#sec-construct)
    pub fn construct(&self, f: Obj, arguments: &[Value], new_target: Obj) -> Completion<Obj> {
        self.step()?;
        self.check_depth()?;
        match self.callee(f) {
            Callee::Closure => self.construct_closure(f, arguments, new_target),
            Callee::Builtin(b) => {
                let call =
                    Call { this: &Value::Undefined, arguments, new_target: Some(new_target), function: f };
                match self.run_builtin(&b, &call)? {
                    Value::Object(o) => Ok(o),
                    _ => Err(self.type_error("no object")),
                }
            }
            Callee::Bound(b) => {
                let all = [&b.arguments[..], arguments].concat();
                self.construct(b.target, &all, if new_target == f { b.target } else { new_target })
            }
            Callee::Proxy => self.proxy_construct(f, arguments, new_target),
            Callee::None => Err(self.type_error("no constructor")),
        }
    }

    fn run_builtin(&self, b: &Builtin, call: &Call<'_>) -> Completion<Value> {
        match &b.behaviour {
            Behaviour::Native(f) => f(self, call),
            Behaviour::Closure(f) => f(self, call),
            Behaviour::Outside(what) => Err(self.outside(what)),
        }
    }

    /// [GetPrototypeFromConstructor](https://tc39.es/ecma262/#sec-getprototypefromconstructor)
    pub fn get_prototype_from_constructor(&self, c: Obj, default: &'static str) -> Completion<Obj> {
        match self.get(c, &"prototype".into())? {
            Value::Object(p) => Ok(p),
            _ => Ok(self.intrinsic(default)),
        }
    }

    /// [OrdinaryCreateFromConstructor](https://tc39.es/ecma262/#sec-ordinarycreatefromconstructor)
    pub fn create_from_constructor(&self, c: Obj, default: &'static str, kind: Kind) -> Completion<Obj> {
        let prototype = self.get_prototype_from_constructor(c, default)?;
        self.check_heap()?;
        Ok(self.make(prototype, kind))
    }

    fn builtin(&self, name: &str, length: Length, builtin: Builtin) -> Obj {
        let kind = Kind::Builtin(Rc::new(builtin));
        let mut object = Object::new(Some(self.intrinsic("Function.prototype")), kind);
        object.properties.insert("length".into(), Property::data(f64::from(length), "c"));
        object.properties.insert("name".into(), Property::data(name, "c"));
        self.allocate(object)
    }

    pub fn native(&self, name: &str, length: Length, f: Native) -> Obj {
        self.builtin(name, length, Builtin { behaviour: Behaviour::Native(f), constructor: false })
    }

    pub fn native_constructor(&self, name: &str, length: Length, f: Native) -> Obj {
        self.builtin(name, length, Builtin { behaviour: Behaviour::Native(f), constructor: true })
    }

    /// A built-in function that captures something.
    pub fn native_closure(
        &self,
        length: Length,
        f: impl Fn(&Agent, &Call<'_>) -> Completion<Value> + 'static,
    ) -> Obj {
        let behaviour = Behaviour::Closure(Box::new(f));
        self.builtin("", length, Builtin { behaviour, constructor: false })
    }

    /// A property that exists, and whose every use ends the evaluation.
    pub fn define_unknown(&self, o: Obj, name: &'static str, shown: String) {
        let getter =
            self.builtin(name, 0, Builtin { behaviour: Behaviour::Outside(shown), constructor: false });
        let slot = crate::values::Slot::Accessor { get: Some(getter), set: None };
        let p = Property { slot, enumerable: false, configurable: true };
        self.object_mut(o).properties.insert(self.builtin_key(name), p);
    }

    /// A property as it is stored, unless it is one that the evaluator does not know.
    pub fn known_property(&self, p: Option<Property>) -> Completion<Option<Property>> {
        if let Some(Property { slot: crate::values::Slot::Accessor { get: Some(f), .. }, .. }) = &p
            && let Kind::Builtin(b) = &self.object(*f).kind
            && let Behaviour::Outside(what) = &b.behaviour
        {
            return Err(self.outside(what));
        }
        Ok(p)
    }

    /// Methods of a built-in object; a name in brackets is a well-known symbol.
    pub fn define_methods(&self, o: Obj, rows: &[NativeRow]) {
        for (name, length, f) in rows {
            self.define_method(o, name, *length, *f);
        }
    }

    pub fn define_method(&self, o: Obj, name: &'static str, length: Length, f: Native) -> Obj {
        let shown = name.strip_prefix("@@").map_or(name.to_owned(), |s| format!("[Symbol.{s}]"));
        let function = self.native(&shown, length, f);
        self.object_mut(o).properties.insert(self.builtin_key(name), Property::data(function, "wc"));
        function
    }

    /// Getters of a built-in object.
    pub fn define_getter(&self, o: Obj, name: &'static str, f: Native) {
        let shown = name.strip_prefix("@@").map_or(name.to_owned(), |s| format!("[Symbol.{s}]"));
        let getter = self.native(&format!("get {shown}"), 0, f);
        let slot = crate::values::Slot::Accessor { get: Some(getter), set: None };
        let p = Property { slot, enumerable: false, configurable: true };
        self.object_mut(o).properties.insert(self.builtin_key(name), p);
    }

    pub fn define_value(&self, o: Obj, name: &'static str, v: impl Into<Value>, attributes: &str) {
        let p = Property::data(v, attributes);
        self.object_mut(o).properties.insert(self.builtin_key(name), p);
    }

    fn builtin_key(&self, name: &'static str) -> Key {
        match name.strip_prefix("@@") {
            Some(symbol) => self.symbol_key(symbol),
            None => name.into(),
        }
    }

    /// [SetFunctionName](https://tc39.es/ecma262/#sec-setfunctionname)
    pub fn set_function_name(&self, f: Obj, key: &Key, prefix: Option<&str>) -> Completion<()> {
        let name = match key {
            Key::Symbol(s) => match &s.0.description {
                Some(d) => [&[u16::from(b'[')], &d[..], &[u16::from(b']')]].concat().into(),
                None => Str::empty(),
            },
            other => other.text(),
        };
        self.set_name(f, name, prefix)
    }

    pub fn set_name(&self, f: Obj, name: Str, prefix: Option<&str>) -> Completion<()> {
        let name: Str = match prefix {
            Some(p) => {
                let mut units: Vec<u16> = p.encode_utf16().collect();
                units.push(u16::from(b' '));
                units.extend_from_slice(&name);
                units.into()
            }
            None => name,
        };
        self.define_property_or_throw(f, &"name".into(), Descriptor::data(name, "c"))
    }
}
