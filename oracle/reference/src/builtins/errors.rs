//! [Error objects](https://tc39.es/ecma262/#sec-error-objects). Their `stack` is outside.

use super::Answer;
use crate::agent::{Agent, Completion};
use crate::values::{Call, Descriptor, Kind, Obj, Str, Value};

pub fn install(agent: &Agent, global: Obj) {
    let error_prototype = agent.install_prototype("Error.prototype", Kind::Ordinary);
    let error =
        agent.install_class(global, "Error", 1, error_prototype, |a, c| construct(a, c, "Error.prototype"));
    agent.define_value(error_prototype, "name", "Error", "wc");
    agent.define_value(error_prototype, "message", "", "wc");
    agent.define_methods(error_prototype, &[("toString", 0, to_string)]);
    agent.define_methods(
        error,
        &[("isError", 1, |a, c| {
            Ok(super::global::kind_is(a, &c.get(0), |k| matches!(k, Kind::Error)).is_some().into())
        })],
    );
    agent.define_outside(error, "Error", &["captureStackTrace", "stackTraceLimit"]);
    macro_rules! native_errors {
        ($($name:literal $prototype:literal),*) => {$({
            let prototype = agent.install_prototype($prototype, Kind::Ordinary);
            agent.object_mut(prototype).prototype = Some(error_prototype);
            let constructor =
                agent.install_class(global, $name, 1, prototype, |a, c| construct(a, c, $prototype));
            agent.object_mut(constructor).prototype = Some(error);
            agent.define_value(prototype, "name", $name, "wc");
            agent.define_value(prototype, "message", "", "wc");
        })*};
    }
    native_errors!(
        "EvalError" "EvalError.prototype",
        "RangeError" "RangeError.prototype",
        "ReferenceError" "ReferenceError.prototype",
        "SyntaxError" "SyntaxError.prototype",
        "TypeError" "TypeError.prototype",
        "URIError" "URIError.prototype"
    );
    let prototype = agent.install_prototype("AggregateError.prototype", Kind::Ordinary);
    agent.object_mut(prototype).prototype = Some(error_prototype);
    let constructor = agent.install_class(global, "AggregateError", 2, prototype, aggregate);
    agent.object_mut(constructor).prototype = Some(error);
    agent.define_value(prototype, "name", "AggregateError", "wc");
    agent.define_value(prototype, "message", "", "wc");
}

/// [NativeError](https://tc39.es/ecma262/#sec-nativeerror)
fn construct(agent: &Agent, call: &Call<'_>, prototype: &'static str) -> Answer {
    let target = call.new_target.unwrap_or(call.function);
    let o = agent.create_from_constructor(target, prototype, Kind::Error)?;
    message_and_cause(agent, o, &call.get(0), &call.get(1))?;
    Ok(o.into())
}

/// The message, and [InstallErrorCause](https://tc39.es/ecma262/#sec-installerrorcause).
fn message_and_cause(agent: &Agent, o: Obj, message: &Value, options: &Value) -> Completion<()> {
    if !message.is_undefined() {
        let message = agent.to_string(message)?;
        agent.define_property_or_throw(o, &"message".into(), Descriptor::data(message, "wc"))?;
    }
    if let Value::Object(options) = options
        && agent.has_property(*options, &"cause".into())?
    {
        let cause = agent.get(*options, &"cause".into())?;
        agent.define_property_or_throw(o, &"cause".into(), Descriptor::data(cause, "wc"))?;
    }
    Ok(())
}

/// [AggregateError](https://tc39.es/ecma262/#sec-aggregate-error)
fn aggregate(agent: &Agent, call: &Call<'_>) -> Answer {
    let target = call.new_target.unwrap_or(call.function);
    let o = agent.create_from_constructor(target, "AggregateError.prototype", Kind::Error)?;
    message_and_cause(agent, o, &call.get(1), &call.get(2))?;
    let record = agent.get_iterator(&call.get(0))?;
    let list = agent.iterator_to_list(&record)?;
    let errors = agent.create_array_from_list(list)?;
    agent.define_property_or_throw(o, &"errors".into(), Descriptor::data(errors, "wc"))?;
    Ok(o.into())
}

/// [Error.prototype.toString](https://tc39.es/ecma262/#sec-error.prototype.tostring)
fn to_string(agent: &Agent, call: &Call<'_>) -> Answer {
    let Value::Object(o) = call.this else { return Err(agent.type_error("no object")) };
    let text = |key: &str, default: &str| match agent.get(*o, &key.into())? {
        Value::Undefined => Ok(Str::from(default)),
        v => agent.to_string(&v),
    };
    let name = text("name", "Error")?;
    let message = text("message", "")?;
    if name.is_empty() {
        return Ok(message.into());
    }
    if message.is_empty() {
        return Ok(name.into());
    }
    Ok(Value::String([&name[..], &[u16::from(b':'), u16::from(b' ')], &message[..]].concat().into()))
}
