//! [Number objects](https://tc39.es/ecma262/#sec-number-objects). Digits are worked out with exact integers.

use num_bigint::BigInt;

use super::{Answer, global};
use crate::agent::{Agent, Completion};
use crate::operations::Numeric;
use crate::values::{Call, Kind, Obj, Value, digits_of, exact, number_to_string};

pub fn install(agent: &Agent, global_object: Obj) {
    let prototype = agent.install_prototype("Number.prototype", Kind::Primitive(0.0.into()));
    let constructor = agent.install_class(global_object, "Number", 1, prototype, construct);
    for (name, n) in [
        ("EPSILON", f64::EPSILON),
        ("MAX_SAFE_INTEGER", 9_007_199_254_740_991.0),
        ("MAX_VALUE", f64::MAX),
        ("MIN_SAFE_INTEGER", -9_007_199_254_740_991.0),
        ("MIN_VALUE", 5e-324),
        ("NaN", f64::NAN),
        ("NEGATIVE_INFINITY", f64::NEG_INFINITY),
        ("POSITIVE_INFINITY", f64::INFINITY),
    ] {
        agent.define_value(constructor, name, n, "");
    }
    agent.define_methods(
        constructor,
        &[
            ("isFinite", 1, |_, c| Ok(number(&c.get(0)).is_some_and(f64::is_finite).into())),
            ("isInteger", 1, |_, c| Ok(number(&c.get(0)).is_some_and(is_integral).into())),
            ("isNaN", 1, |_, c| Ok(number(&c.get(0)).is_some_and(f64::is_nan).into())),
            ("isSafeInteger", 1, |_, c| {
                let safe = |n: f64| is_integral(n) && n.abs() <= 9_007_199_254_740_991.0;
                Ok(number(&c.get(0)).is_some_and(safe).into())
            }),
        ],
    );
    for (name, length, f) in
        [("parseFloat", 1, global::parse_float as crate::values::Native), ("parseInt", 2, global::parse_int)]
    {
        let function = agent.define_method(global_object, name, length, f);
        agent.define_value(constructor, name, function, "wc");
    }
    agent.define_methods(
        prototype,
        &[
            ("toExponential", 1, to_exponential),
            ("toFixed", 1, to_fixed),
            ("toPrecision", 1, to_precision),
            ("toString", 1, to_string),
            ("valueOf", 0, |a, c| this_number(a, c.this).map(Value::Number)),
        ],
    );
    agent.define_outside(prototype, "Number.prototype", &["toLocaleString"]);
}

fn number(v: &Value) -> Option<f64> {
    match v {
        Value::Number(n) => Some(*n),
        _ => None,
    }
}

fn is_integral(n: f64) -> bool {
    n.is_finite() && n.fract() == 0.0
}

/// [Number](https://tc39.es/ecma262/#sec-number-constructor-number-value)
fn construct(agent: &Agent, call: &Call<'_>) -> Answer {
    let n = match call.arguments.first() {
        None => 0.0,
        Some(v) => match agent.to_numeric(v)? {
            Numeric::Number(n) => n,
            Numeric::BigInt(n) => crate::operations::number_of(&n),
        },
    };
    match call.new_target {
        None => Ok(n.into()),
        Some(t) => {
            Ok(agent.create_from_constructor(t, "Number.prototype", Kind::Primitive(n.into()))?.into())
        }
    }
}

/// [ThisNumberValue](https://tc39.es/ecma262/#sec-thisnumbervalue)
fn this_number(agent: &Agent, v: &Value) -> Completion<f64> {
    match v {
        Value::Number(n) => Ok(*n),
        Value::Object(o) => match &agent.object(*o).kind {
            Kind::Primitive(Value::Number(n)) => Ok(*n),
            _ => Err(agent.type_error("no number")),
        },
        _ => Err(agent.type_error("no number")),
    }
}

/// The integer nearest to x times 10^power, the larger of two.
fn scaled(x: f64, power: i32) -> BigInt {
    let (mut n, mut d) = exact(x);
    let ten = BigInt::from(10).pow(power.unsigned_abs());
    if power >= 0 {
        n *= ten;
    } else {
        d *= ten;
    }
    (n * 2 + &d) / (d * 2)
}

/// [toFixed](https://tc39.es/ecma262/#sec-number.prototype.tofixed)
fn to_fixed(agent: &Agent, call: &Call<'_>) -> Answer {
    let x = this_number(agent, call.this)?;
    let f = agent.to_integer_or_infinity(&call.get(0))?;
    if !(0.0..=100.0).contains(&f) {
        return Err(agent.range_error("digits"));
    }
    if !x.is_finite() || x.abs() >= 1e21 {
        return Ok(number_to_string(x).as_str().into());
    }
    let f = f as usize;
    let mut digits = scaled(x.abs(), f as i32).to_string();
    if f > 0 {
        if digits.len() <= f {
            digits = format!("{}{digits}", "0".repeat(f + 1 - digits.len()));
        }
        digits.insert(digits.len() - f, '.');
    }
    let sign = if x < 0.0 { "-" } else { "" };
    Ok(format!("{sign}{digits}").as_str().into())
}

/// `count` digits of a positive number, and the exponent of the first.
fn leading_digits(x: f64, count: i32) -> (String, i32) {
    let mut e = digits_of(x).1 - 1;
    loop {
        let digits = scaled(x, count - 1 - e).to_string();
        // rounding up may give one digit more
        if digits.len() as i32 == count {
            return (digits, e);
        }
        e += if digits.len() as i32 > count { 1 } else { -1 };
    }
}

/// [toExponential](https://tc39.es/ecma262/#sec-number.prototype.toexponential)
fn to_exponential(agent: &Agent, call: &Call<'_>) -> Answer {
    let x = this_number(agent, call.this)?;
    let f = agent.to_integer_or_infinity(&call.get(0))?;
    if !x.is_finite() {
        return Ok(number_to_string(x).as_str().into());
    }
    if !(0.0..=100.0).contains(&f) {
        return Err(agent.range_error("digits"));
    }
    let (digits, e) = if x == 0.0 {
        ("0".repeat(f as usize + 1), 0)
    } else if call.get(0).is_undefined() {
        let (digits, n) = digits_of(x.abs());
        (digits, n - 1)
    } else {
        leading_digits(x.abs(), f as i32 + 1)
    };
    let sign = if x < 0.0 { "-" } else { "" };
    let point = if digits.len() > 1 { "." } else { "" };
    let plus = if e < 0 { '-' } else { '+' };
    Ok(format!("{sign}{}{point}{}e{plus}{}", &digits[..1], &digits[1..], e.abs()).as_str().into())
}

/// [toPrecision](https://tc39.es/ecma262/#sec-number.prototype.toprecision)
fn to_precision(agent: &Agent, call: &Call<'_>) -> Answer {
    let x = this_number(agent, call.this)?;
    if call.get(0).is_undefined() {
        return Ok(number_to_string(x).as_str().into());
    }
    let p = agent.to_integer_or_infinity(&call.get(0))?;
    if !x.is_finite() {
        return Ok(number_to_string(x).as_str().into());
    }
    if !(1.0..=100.0).contains(&p) {
        return Err(agent.range_error("precision"));
    }
    let p = p as i32;
    let (digits, e) = if x == 0.0 { ("0".repeat(p as usize), 0) } else { leading_digits(x.abs(), p) };
    let sign = if x < 0.0 { "-" } else { "" };
    let body = if e < -6 || e >= p {
        let point = if p > 1 { "." } else { "" };
        let plus = if e < 0 { '-' } else { '+' };
        format!("{}{point}{}e{plus}{}", &digits[..1], &digits[1..], e.abs())
    } else if e == p - 1 {
        digits
    } else if e >= 0 {
        let (a, b) = digits.split_at(e as usize + 1);
        format!("{a}.{b}")
    } else {
        format!("0.{}{digits}", "0".repeat((-(e + 1)) as usize))
    };
    Ok(format!("{sign}{body}").as_str().into())
}

/// [toString](https://tc39.es/ecma262/#sec-number.prototype.tostring). Fractions in other radices are the
/// implementation's choice.
fn to_string(agent: &Agent, call: &Call<'_>) -> Answer {
    let x = this_number(agent, call.this)?;
    let radix = match call.get(0) {
        Value::Undefined => 10.0,
        v => agent.to_integer_or_infinity(&v)?,
    };
    if !(2.0..=36.0).contains(&radix) {
        return Err(agent.range_error("radix"));
    }
    if radix == 10.0 || !x.is_finite() {
        return Ok(number_to_string(x).as_str().into());
    }
    if x.fract() != 0.0 || x.abs() > 9_007_199_254_740_992.0 {
        return Err(agent.outside("Number.prototype.toString of a fraction in another radix"));
    }
    Ok(BigInt::from(x as i64).to_str_radix(radix as u32).as_str().into())
}
