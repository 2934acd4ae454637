//! [Function objects](https://tc39.es/ecma262/#sec-function-objects), and the constructors of the other kinds of
//! functions.

use std::rc::Rc;

use super::Answer;
use crate::agent::Agent;
use crate::tree::FunctionKind;
use crate::values::{Bound, Call, Descriptor, Key, Kind, Obj, Property, Slot, Value};

pub fn install(agent: &Agent, global: Obj) {
    let prototype = agent.intrinsic("Function.prototype");
    agent.install_class(global, "Function", 1, prototype, |a, c| {
        let target = c.new_target.unwrap_or(c.function);
        a.create_dynamic_function("function", c.arguments, target, "Function.prototype")
    });
    agent.define_methods(
        prototype,
        &[("apply", 2, apply), ("bind", 1, bind), ("call", 1, call), ("toString", 0, to_string)],
    );
    let has_instance = agent
        .native("[Symbol.hasInstance]", 1, |a, c| Ok(a.ordinary_has_instance(c.this, &c.get(0))?.into()));
    agent.define_value(prototype, "@@hasInstance", has_instance, "");
    let thrower = agent.native("", 0, |a, _| Err(a.type_error("restricted property")));
    for name in ["length", "name"] {
        let d = Property::data(if name == "name" { "".into() } else { Value::Number(0.0) }, "");
        agent.object_mut(thrower).properties.insert(name.into(), d);
    }
    agent.object_mut(thrower).extensible = false;
    agent.set_intrinsic("ThrowTypeError", thrower);
    for name in ["caller", "arguments"] {
        let slot = Slot::Accessor { get: Some(thrower), set: Some(thrower) };
        let p = Property { slot, enumerable: false, configurable: true };
        agent.object_mut(prototype).properties.insert(name.into(), p);
    }
    other_kinds(agent);
}

/// Constructors that have no global name.
fn other_kinds(agent: &Agent) {
    let rows: [(&'static str, &'static str, &'static str, crate::values::Native); 3] = [
        ("GeneratorFunction", "GeneratorFunction.prototype", "Generator.prototype", |a, c| {
            let target = c.new_target.unwrap_or(c.function);
            a.create_dynamic_function("function*", c.arguments, target, "GeneratorFunction.prototype")
        }),
        ("AsyncFunction", "AsyncFunction.prototype", "", |a, c| {
            let target = c.new_target.unwrap_or(c.function);
            a.create_dynamic_function("async function", c.arguments, target, "AsyncFunction.prototype")
        }),
        ("AsyncGeneratorFunction", "AsyncGeneratorFunction.prototype", "AsyncGenerator.prototype", |a, c| {
            let target = c.new_target.unwrap_or(c.function);
            let prototype = "AsyncGeneratorFunction.prototype";
            a.create_dynamic_function("async function*", c.arguments, target, prototype)
        }),
    ];
    for (name, prototype_name, instances, f) in rows {
        let prototype = agent.make(agent.intrinsic("Function.prototype"), Kind::Ordinary);
        agent.set_intrinsic(prototype_name, prototype);
        let constructor = agent.native_constructor(name, 1, f);
        agent.object_mut(constructor).prototype = Some(agent.intrinsic("Function"));
        agent.define_value(constructor, "prototype", prototype, "");
        agent.define_value(prototype, "constructor", constructor, "c");
        agent.define_value(prototype, "@@toStringTag", name, "c");
        if !instances.is_empty() {
            let p = agent.install_prototype(instances, Kind::Ordinary);
            agent.define_value(prototype, "prototype", p, "c");
            agent.define_value(p, "constructor", prototype, "c");
        }
    }
}

/// [Function.prototype.apply](https://tc39.es/ecma262/#sec-function.prototype.apply)
fn apply(agent: &Agent, call: &Call<'_>) -> Answer {
    if !agent.is_callable(call.this) {
        return Err(agent.type_error("no function"));
    }
    let list = match call.get(1) {
        Value::Undefined | Value::Null => Vec::new(),
        v => agent.create_list_from_array_like(&v)?,
    };
    agent.call(call.this, &call.get(0), &list)
}

fn call(agent: &Agent, call: &Call<'_>) -> Answer {
    agent.call(call.this, &call.get(0), call.arguments.get(1..).unwrap_or_default())
}

/// [Function.prototype.bind](https://tc39.es/ecma262/#sec-function.prototype.bind)
fn bind(agent: &Agent, call: &Call<'_>) -> Answer {
    let target = agent.want_callable(call.this.clone())?;
    let arguments = call.arguments.get(1..).unwrap_or_default().to_vec();
    let count = arguments.len() as f64;
    let prototype = agent.get_prototype_of(target)?;
    agent.check_heap()?;
    let f = agent.make(prototype, Kind::Bound(Rc::new(Bound { target, this: call.get(0), arguments })));
    let mut length = 0.0;
    if agent.has_own_property(target, &"length".into())?
        && let Value::Number(n) = agent.get(target, &"length".into())?
    {
        length = if n == f64::INFINITY {
            n
        } else if n == f64::NEG_INFINITY {
            0.0
        } else {
            (agent.to_integer_or_infinity(&n.into())? - count).max(0.0)
        };
    }
    agent.define_property_or_throw(f, &"length".into(), Descriptor::data(length, "c"))?;
    let name = match agent.get(target, &"name".into())? {
        Value::String(s) => s,
        _ => "".into(),
    };
    agent.set_function_name(f, &Key::String(name), Some("bound"))?;
    Ok(f.into())
}

/// [Function.prototype.toString](https://tc39.es/ecma262/#sec-function.prototype.tostring)
fn to_string(agent: &Agent, call: &Call<'_>) -> Answer {
    let Value::Object(o) = call.this else { return Err(agent.type_error("no function")) };
    let code = match &agent.object(*o).kind {
        Kind::Function(c) => c.code.clone(),
        // the text of a built-in function is the implementation's
        _ if agent.is_callable(call.this) => return Err(agent.outside("text of a built-in function")),
        _ => return Err(agent.type_error("no function")),
    };
    let text = code.source.text.excerpt(code.span.0, code.span.1);
    let is_method = matches!(code.kind, FunctionKind::Method | FunctionKind::Getter | FunctionKind::Setter);
    let text = match text.strip_prefix("static") {
        Some(rest) if is_method && rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => &text,
    };
    Ok(text.into())
}
