//! [Standard built-in objects](https://tc39.es/ecma262/#sec-ecmascript-standard-built-in-objects), a file per object.
//! What is not there is a getter that ends the evaluation with its name, so that nothing is guessed.

mod array;
mod bigint;
mod buffers;
mod collections;
mod errors;
mod function;
mod global;
mod iterator_helpers;
mod iterators;
mod json;
mod math;
mod number;
mod object;
mod promise;
mod proxy;
mod reflect;
mod set_methods;
mod string;
mod symbol;
mod typed_array;

use crate::agent::{Agent, Completion};
use crate::values::{Call, Kind, Obj, Value};

/// What builtins answer.
type Answer = Completion<Value>;

/// Makes all intrinsics and the global object.
pub fn install(agent: &Agent) {
    let object_prototype = agent.make(None, Kind::Ordinary);
    agent.set_intrinsic("Object.prototype", object_prototype);
    // Function.prototype is itself a function
    let function_prototype = agent.native("", 0, |_, _| Ok(Value::Undefined));
    agent.object_mut(function_prototype).prototype = Some(object_prototype);
    agent.set_intrinsic("Function.prototype", function_prototype);
    let global = global::create(agent);
    object::install(agent, global);
    function::install(agent, global);
    symbol::install(agent, global);
    errors::install(agent, global);
    array::install(agent, global);
    string::install(agent, global);
    number::install(agent, global);
    bigint::install(agent, global);
    math::install(agent, global);
    iterators::install(agent);
    iterator_helpers::install(agent, global);
    collections::install(agent, global);
    buffers::install(agent, global);
    typed_array::install(agent, global);
    json::install(agent, global);
    reflect::install(agent, global);
    proxy::install(agent, global);
    promise::install(agent, global);
    global::install(agent, global);
}

impl Agent {
    /// A constructor with its prototype object, as a property of the global object.
    fn install_class(
        &self,
        global: Obj,
        name: &'static str,
        length: u32,
        prototype: Obj,
        f: crate::values::Native,
    ) -> Obj {
        let constructor = self.native_constructor(name, length, f);
        self.define_value(constructor, "prototype", prototype, "");
        self.define_value(prototype, "constructor", constructor, "wc");
        self.define_value(global, name, constructor, "wc");
        self.set_intrinsic(name, constructor);
        constructor
    }

    /// A prototype object under its name.
    fn install_prototype(&self, name: &'static str, kind: Kind) -> Obj {
        let o = self.make(self.intrinsic("Object.prototype"), kind);
        self.set_intrinsic(name, o);
        o
    }

    /// Properties that exist, and whose use ends the evaluation.
    fn define_outside(&self, o: Obj, owner: &'static str, names: &[&'static str]) {
        for &name in names {
            let dot = if owner.is_empty() { "" } else { "." };
            self.define_unknown(o, name, format!("{owner}{dot}{name}"));
        }
    }

    /// `get [Symbol.species]`
    fn define_species(&self, constructor: Obj) {
        self.define_getter(constructor, "@@species", |_, call| Ok(call.this.clone()));
    }

    /// A constructor that wants `new`.
    fn want_new(&self, call: &Call<'_>) -> Completion<Obj> {
        call.new_target.ok_or_else(|| self.type_error("constructor without new"))
    }

    /// A callback of a builtin.
    fn want_callable(&self, v: Value) -> Completion<Obj> {
        match v {
            Value::Object(o) if self.is_callable(&v) => Ok(o),
            _ => Err(self.type_error("callback is no function")),
        }
    }
}
