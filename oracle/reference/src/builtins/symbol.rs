//! [Symbol objects](https://tc39.es/ecma262/#sec-symbol-objects) and [Boolean objects](https://tc39.es/ecma262/#sec-boolean-objects).

use super::Answer;
use crate::agent::{Agent, Completion};
use crate::values::{Call, Kind, Obj, Str, Symbol, Value};

const WELL_KNOWN: [&str; 15] = [
    "asyncIterator",
    "hasInstance",
    "isConcatSpreadable",
    "iterator",
    "match",
    "matchAll",
    "replace",
    "search",
    "species",
    "split",
    "toPrimitive",
    "toStringTag",
    "unscopables",
    "dispose",
    "asyncDispose",
];

pub fn install(agent: &Agent, global: Obj) {
    let prototype = agent.install_prototype("Symbol.prototype", Kind::Ordinary);
    let constructor = agent.install_class(global, "Symbol", 0, prototype, |a, c| {
        if c.new_target.is_some() {
            return Err(a.type_error("Symbol with new"));
        }
        let description = match c.get(0) {
            Value::Undefined => None,
            v => Some(a.to_string(&v)?),
        };
        Ok(Value::Symbol(Symbol::new(description)))
    });
    for name in WELL_KNOWN {
        agent.define_value(constructor, name, Value::Symbol(agent.well_known(name)), "");
    }
    agent.define_methods(constructor, &[("for", 1, symbol_for), ("keyFor", 1, key_for)]);
    agent.define_methods(
        prototype,
        &[
            ("toString", 0, |a, c| Ok(descriptive_string(&this_symbol(a, c.this)?).into())),
            ("valueOf", 0, |a, c| Ok(Value::Symbol(this_symbol(a, c.this)?))),
        ],
    );
    agent.define_getter(prototype, "description", |a, c| {
        let s = this_symbol(a, c.this)?;
        Ok(s.0.description.clone().map_or(Value::Undefined, Value::String))
    });
    let f = agent.native("[Symbol.toPrimitive]", 1, |a, c| Ok(Value::Symbol(this_symbol(a, c.this)?)));
    agent.define_value(prototype, "@@toPrimitive", f, "c");
    agent.define_value(prototype, "@@toStringTag", "Symbol", "c");
    boolean(agent, global);
}

/// [SymbolDescriptiveString](https://tc39.es/ecma262/#sec-symboldescriptivestring)
pub fn descriptive_string(s: &Symbol) -> Str {
    let mut units: Vec<u16> = "Symbol(".encode_utf16().collect();
    units.extend(s.0.description.iter().flat_map(|d| d.iter()));
    units.push(u16::from(b')'));
    units.into()
}

fn this_symbol(agent: &Agent, v: &Value) -> Completion<Symbol> {
    match v {
        Value::Symbol(s) => Ok(s.clone()),
        Value::Object(o) => match &agent.object(*o).kind {
            Kind::Primitive(Value::Symbol(s)) => Ok(s.clone()),
            _ => Err(agent.type_error("no symbol")),
        },
        _ => Err(agent.type_error("no symbol")),
    }
}

/// [Symbol.for](https://tc39.es/ecma262/#sec-symbol.for)
fn symbol_for(agent: &Agent, call: &Call<'_>) -> Answer {
    let key = agent.to_string(&call.get(0))?;
    agent.looks_into(&key)?;
    let known = agent.registry.borrow().iter().find(|e| e.0 == key).map(|e| e.1.clone());
    if let Some(s) = known {
        return Ok(Value::Symbol(s));
    }
    let s = Symbol::registered(key.clone());
    agent.registry.borrow_mut().push((key, s.clone()));
    Ok(Value::Symbol(s))
}

fn key_for(agent: &Agent, call: &Call<'_>) -> Answer {
    match call.get(0) {
        Value::Symbol(s) if s.0.registered => {
            Ok(s.0.description.clone().map_or(Value::Undefined, Value::String))
        }
        Value::Symbol(_) => Ok(Value::Undefined),
        _ => Err(agent.type_error("no symbol")),
    }
}

fn boolean(agent: &Agent, global: Obj) {
    let prototype = agent.install_prototype("Boolean.prototype", Kind::Primitive(false.into()));
    agent.install_class(global, "Boolean", 1, prototype, |a, c| {
        let b = Value::Boolean(a.to_boolean(&c.get(0)));
        match c.new_target {
            None => Ok(b),
            Some(t) => Ok(a.create_from_constructor(t, "Boolean.prototype", Kind::Primitive(b))?.into()),
        }
    });
    agent.define_methods(
        prototype,
        &[
            ("toString", 0, |a, c| Ok(this_boolean(a, c.this)?.to_string().as_str().into())),
            ("valueOf", 0, |a, c| Ok(this_boolean(a, c.this)?.into())),
        ],
    );
}

fn this_boolean(agent: &Agent, v: &Value) -> Completion<bool> {
    match v {
        Value::Boolean(b) => Ok(*b),
        Value::Object(o) => match &agent.object(*o).kind {
            Kind::Primitive(Value::Boolean(b)) => Ok(*b),
            _ => Err(agent.type_error("no boolean")),
        },
        _ => Err(agent.type_error("no boolean")),
    }
}
