//! [BigInt objects](https://tc39.es/ecma262/#sec-bigint-objects).

use std::rc::Rc;

use num_bigint::{BigInt, Sign};

use super::Answer;
use crate::agent::{Agent, Completion};
use crate::operations::{Hint, bigint_of};
use crate::values::{Call, Kind, Obj, Value};

pub fn install(agent: &Agent, global: Obj) {
    let prototype = agent.install_prototype("BigInt.prototype", Kind::Ordinary);
    let constructor = agent.install_class(global, "BigInt", 1, prototype, construct);
    agent.define_methods(
        constructor,
        &[("asIntN", 2, |a, c| as_n(a, c, true)), ("asUintN", 2, |a, c| as_n(a, c, false))],
    );
    agent.define_methods(
        prototype,
        &[("toString", 0, to_string), ("valueOf", 0, |a, c| this_bigint(a, c.this).map(Value::BigInt))],
    );
    agent.define_outside(prototype, "BigInt.prototype", &["toLocaleString"]);
    agent.define_value(prototype, "@@toStringTag", "BigInt", "c");
}

/// [BigInt](https://tc39.es/ecma262/#sec-bigint-constructor-number-value)
fn construct(agent: &Agent, call: &Call<'_>) -> Answer {
    if call.new_target.is_some() {
        return Err(agent.type_error("BigInt with new"));
    }
    match agent.to_primitive(&call.get(0), Hint::Number)? {
        Value::Number(n) if n.is_finite() && n.fract() == 0.0 => Ok(Value::bigint(bigint_of(n))),
        Value::Number(_) => Err(agent.range_error("no integer")),
        v => agent.to_bigint(&v).map(Value::BigInt),
    }
}

fn this_bigint(agent: &Agent, v: &Value) -> Completion<Rc<BigInt>> {
    match v {
        Value::BigInt(n) => Ok(n.clone()),
        Value::Object(o) => match &agent.object(*o).kind {
            Kind::Primitive(Value::BigInt(n)) => Ok(n.clone()),
            _ => Err(agent.type_error("no BigInt")),
        },
        _ => Err(agent.type_error("no BigInt")),
    }
}

/// [BigInt.asIntN](https://tc39.es/ecma262/#sec-bigint.asintn),
/// [BigInt.asUintN](https://tc39.es/ecma262/#sec-bigint.asuintn)
fn as_n(agent: &Agent, call: &Call<'_>, signed: bool) -> Answer {
    let bits = agent.to_index(&call.get(0))?;
    let n = agent.to_bigint(&call.get(1))?;
    if bits as u64 > n.bits() && (signed || n.sign() != Sign::Minus) {
        return Ok(Value::BigInt(n));
    }
    if bits > 200_000 {
        return Err(agent.outside("limit: digits of a BigInt"));
    }
    let modulus = BigInt::from(1) << bits;
    let mut r: BigInt = &*n % &modulus;
    if r.sign() == Sign::Minus {
        r += &modulus;
    }
    if signed && bits > 0 && r >= (BigInt::from(1) << (bits - 1)) {
        r -= modulus;
    }
    Ok(Value::bigint(r))
}

fn to_string(agent: &Agent, call: &Call<'_>) -> Answer {
    let n = this_bigint(agent, call.this)?;
    let radix = match call.get(0) {
        Value::Undefined => 10.0,
        v => agent.to_integer_or_infinity(&v)?,
    };
    if !(2.0..=36.0).contains(&radix) {
        return Err(agent.range_error("radix"));
    }
    agent.bigint_size(&n)?;
    Ok(n.to_str_radix(radix as u32).as_str().into())
}
