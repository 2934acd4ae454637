//! [The global object](https://tc39.es/ecma262/#sec-global-object), and the host's `print` and `probe`.

use super::Answer;
use crate::Probe;
use crate::agent::Agent;
use crate::environments::{Bindings, GlobalSlots, Record};
use crate::values::{Call, Kind, Obj, Value, decimal_prefix, parse_decimal, trimmed};

/// Globals of the engine or of the language that the evaluator does not have.
const OUTSIDE: &[&str] = &[
    "RegExp",
    "Date",
    "Temporal",
    "Intl",
    "WeakRef",
    "FinalizationRegistry",
    "Atomics",
    "SharedArrayBuffer",
    "DisposableStack",
    "AsyncDisposableStack",
    "SuppressedError",
    "Float16Array",
    "escape",
    "unescape",
    "encodeURI",
    "encodeURIComponent",
    "decodeURI",
    "decodeURIComponent",
    "console",
    "structuredClone",
    "queueMicrotask",
    "setTimeout",
    "setInterval",
    "clearTimeout",
    "clearInterval",
    "performance",
    "gc",
    "load",
    "read",
    "readline",
    "quit",
    "write",
    "printErr",
    "version",
    "ShadowRealm",
    "$262",
];

pub fn create(agent: &Agent) -> Obj {
    let object = agent.ordinary_object();
    let slots = GlobalSlots { object, this: object.into(), var_names: Default::default() };
    let record = Record::Global(Bindings::default(), slots);
    agent.set_global(record.within(None));
    object
}

pub fn install(agent: &Agent, global: Obj) {
    agent.define_value(global, "globalThis", global, "wc");
    agent.define_value(global, "NaN", f64::NAN, "");
    agent.define_value(global, "Infinity", f64::INFINITY, "");
    agent.define_value(global, "undefined", Value::Undefined, "");
    agent.define_methods(
        global,
        &[("isNaN", 1, is_nan), ("isFinite", 1, is_finite), ("print", 0, print), ("probe", 1, probe)],
    );
    let eval =
        agent.define_method(global, "eval", 1, |agent, call| agent.perform_eval(&call.get(0), false, None));
    agent.set_intrinsic("eval", eval);
    agent.define_outside(global, "", OUTSIDE);
}

/// [isNaN](https://tc39.es/ecma262/#sec-isnan-number)
fn is_nan(agent: &Agent, call: &Call<'_>) -> Answer {
    Ok(agent.to_number(&call.get(0))?.is_nan().into())
}

/// [isFinite](https://tc39.es/ecma262/#sec-isfinite-number)
fn is_finite(agent: &Agent, call: &Call<'_>) -> Answer {
    Ok(agent.to_number(&call.get(0))?.is_finite().into())
}

/// [parseFloat](https://tc39.es/ecma262/#sec-parsefloat-string)
pub fn parse_float(agent: &Agent, call: &Call<'_>) -> Answer {
    let s = agent.to_string(&call.get(0))?;
    agent.looks_into(&s)?;
    let text = String::from_utf16_lossy(trimmed(&s));
    let n = decimal_prefix(&text);
    Ok(Value::Number(if n == 0 { f64::NAN } else { parse_decimal(&text[..n]) }))
}

/// [parseInt](https://tc39.es/ecma262/#sec-parseint-string-radix)
pub fn parse_int(agent: &Agent, call: &Call<'_>) -> Answer {
    use num_bigint::BigInt;
    use num_traits::Num;
    let s = agent.to_string(&call.get(0))?;
    agent.looks_into(&s)?;
    let text = String::from_utf16_lossy(trimmed(&s));
    let (negative, mut digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, &text[..]),
    };
    let mut radix = agent.to_int32(&call.get(1))?;
    let mut strip = true;
    if radix != 0 {
        if !(2..=36).contains(&radix) {
            return Ok(f64::NAN.into());
        }
        strip = radix == 16;
    } else {
        radix = 10;
    }
    if strip && let Some(rest) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        (digits, radix) = (rest, 16);
    }
    let radix = radix as u32;
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    if end == 0 {
        return Ok(f64::NAN.into());
    }
    if end > 20 && !matches!(radix, 2 | 4 | 8 | 10 | 16 | 32) {
        return Err(agent.outside("parseInt beyond 20 digits"));
    }
    let n = match BigInt::from_str_radix(&digits[..end], radix) {
        // decimal digits are read exactly, as literals are
        Ok(_) if radix == 10 => parse_decimal(&digits[..end]),
        Ok(n) => crate::operations::number_of(&n),
        Err(_) => f64::NAN,
    };
    Ok(if negative { -n } else { n }.into())
}

/// Prints its arguments with spaces between them.
fn print(agent: &Agent, call: &Call<'_>) -> Answer {
    let mut line: Vec<u16> = Vec::new();
    for (i, v) in call.arguments.iter().enumerate() {
        if i > 0 {
            line.push(u16::from(b' '));
        }
        match v {
            Value::Symbol(s) => line.extend_from_slice(&super::symbol::descriptive_string(s)),
            _ => line.extend_from_slice(&agent.to_string(v)?),
        }
    }
    agent.lines.borrow_mut().push(String::from_utf16_lossy(&line));
    Ok(Value::Undefined)
}

/// Records a value for comparison, and gives it back.
fn probe(agent: &Agent, call: &Call<'_>) -> Answer {
    let word = match call.get(0) {
        Value::Undefined => Probe::Undefined,
        Value::Null => Probe::Null,
        Value::Boolean(b) => Probe::Boolean(b),
        Value::Number(n) => Probe::Number(n),
        Value::String(s) => Probe::String(s.to_vec()),
        Value::Symbol(_) | Value::BigInt(_) => Probe::Other,
        Value::Object(_) => Probe::Object,
    };
    agent.probes.borrow_mut().push(word);
    Ok(call.get(0))
}

/// Kind of an object that a builtin expects.
pub fn kind_is(agent: &Agent, v: &Value, is: impl Fn(&Kind) -> bool) -> Option<Obj> {
    v.object().filter(|o| is(&agent.object(*o).kind))
}
