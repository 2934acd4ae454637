//! [Math](https://tc39.es/ecma262/#sec-math-object). Functions that the specification leaves to the implementation
//! are `libm`'s, as in the engine, because their last digit may differ; the others are written out.

use super::Answer;
use crate::agent::Agent;
use crate::operations::int32_of;
use crate::values::{Call, Kind, Obj, Value};

pub fn install(agent: &Agent, global: Obj) {
    let math = agent.make(agent.intrinsic("Object.prototype"), Kind::Ordinary);
    agent.define_value(global, "Math", math, "wc");
    use std::f64::consts as c;
    for (name, n) in [
        ("E", c::E),
        ("LN10", c::LN_10),
        ("LN2", c::LN_2),
        ("LOG10E", c::LOG10_E),
        ("LOG2E", c::LOG2_E),
        ("PI", c::PI),
        ("SQRT1_2", c::FRAC_1_SQRT_2),
        ("SQRT2", c::SQRT_2),
    ] {
        agent.define_value(math, name, n, "");
    }
    agent.define_value(math, "@@toStringTag", "Math", "c");
    macro_rules! unary {
        ($($name:literal $f:expr;)*) => {$(
            agent.define_method(math, $name, 1, |agent: &Agent, call: &Call<'_>| {
                let f: fn(f64) -> f64 = $f;
                Ok(Value::Number(f(agent.to_number(&call.get(0))?)))
            });
        )*};
    }
    unary! {
        "abs" f64::abs;
        "acos" libm::acos;
        "acosh" libm::acosh;
        "asin" libm::asin;
        "asinh" libm::asinh;
        "atan" libm::atan;
        "atanh" libm::atanh;
        "cbrt" libm::cbrt;
        "ceil" f64::ceil;
        "clz32" |x| f64::from((int32_of(x) as u32).leading_zeros());
        "cos" libm::cos;
        "cosh" libm::cosh;
        "exp" |x| if x == 1.0 { std::f64::consts::E } else { libm::exp(x) };
        "expm1" libm::expm1;
        "floor" f64::floor;
        "fround" |x| f64::from(x as f32);
        "log" libm::log;
        "log10" libm::log10;
        "log1p" libm::log1p;
        "log2" libm::log2;
        "round" round;
        "sign" |x| if x == 0.0 || x.is_nan() { x } else { x.signum() };
        "sin" libm::sin;
        "sinh" libm::sinh;
        "sqrt" f64::sqrt;
        "tan" libm::tan;
        "tanh" libm::tanh;
        "trunc" f64::trunc;
    }
    agent.define_methods(
        math,
        &[
            ("atan2", 2, |a, c| {
                let (y, x) = (a.to_number(&c.get(0))?, a.to_number(&c.get(1))?);
                Ok(libm::atan2(y, x).into())
            }),
            ("hypot", 2, hypot),
            ("imul", 2, |a, c| {
                let (x, y) = (a.to_int32(&c.get(0))?, a.to_int32(&c.get(1))?);
                Ok(f64::from(x.wrapping_mul(y)).into())
            }),
            ("max", 2, |a, c| {
                extreme(a, c, f64::NEG_INFINITY, |x, y| {
                    x > y || (x == 0.0 && !x.is_sign_negative() && y == 0.0)
                })
            }),
            ("min", 2, |a, c| {
                extreme(a, c, f64::INFINITY, |x, y| x < y || (x == 0.0 && x.is_sign_negative() && y == 0.0))
            }),
            ("pow", 2, |a, c| {
                let (x, y) = (a.to_number(&c.get(0))?, a.to_number(&c.get(1))?);
                Ok(crate::operations::exponentiate(x, y).into())
            }),
        ],
    );
    agent.define_outside(math, "Math", &["random", "sumPrecise", "f16round"]);
}

/// [Math.round](https://tc39.es/ecma262/#sec-math.round): ties towards positive infinity.
fn round(x: f64) -> f64 {
    if !x.is_finite() || x.fract() == 0.0 {
        return x;
    }
    let below = x.floor();
    let rounded = if x - below < 0.5 { below } else { below + 1.0 };
    if rounded == 0.0 && x < 0.0 { -0.0 } else { rounded }
}

/// [Math.max](https://tc39.es/ecma262/#sec-math.max), [Math.min](https://tc39.es/ecma262/#sec-math.min)
fn extreme(agent: &Agent, call: &Call<'_>, start: f64, better: fn(f64, f64) -> bool) -> Answer {
    let mut numbers = Vec::new();
    for v in call.arguments {
        numbers.push(agent.to_number(v)?);
    }
    let mut best = start;
    for n in numbers {
        if n.is_nan() {
            return Ok(f64::NAN.into());
        }
        if better(n, best) {
            best = n;
        }
    }
    Ok(best.into())
}

/// [Math.hypot](https://tc39.es/ecma262/#sec-math.hypot): its general case is the implementation's.
fn hypot(agent: &Agent, call: &Call<'_>) -> Answer {
    let mut numbers = Vec::new();
    for v in call.arguments {
        numbers.push(agent.to_number(v)?);
    }
    if numbers.iter().any(|n| n.is_infinite()) {
        return Ok(f64::INFINITY.into());
    }
    if numbers.iter().any(|n| n.is_nan()) {
        return Ok(f64::NAN.into());
    }
    let others: Vec<f64> = numbers.into_iter().filter(|&n| n != 0.0).collect();
    match others[..] {
        [] => Ok(0.0.into()),
        [one] => Ok(one.abs().into()),
        _ => Err(agent.outside("Math.hypot")),
    }
}
