//! [ApplyStringOrNumericBinaryOperator](https://tc39.es/ecma262/#sec-applystringornumericbinaryoperator) and the
//! operations of Number and BigInt behind it.

use std::rc::Rc;

use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

use super::conversion::{Hint, Numeric, int32_of};
use crate::agent::{Agent, Completion};
use crate::tree::BinaryOperator as Op;
use crate::values::Value;

impl Agent {
    pub fn apply_binary(&self, op: Op, left: &Value, right: &Value) -> Completion<Value> {
        let (mut left, mut right) = (left.clone(), right.clone());
        if op == Op::Addition {
            left = self.to_primitive(&left, Hint::Default)?;
            right = self.to_primitive(&right, Hint::Default)?;
            if matches!(left, Value::String(_)) || matches!(right, Value::String(_)) {
                let (a, b) = (self.to_string(&left)?, self.to_string(&right)?);
                self.made_string(a.len() + b.len())?;
                return Ok(Value::String([&a[..], &b[..]].concat().into()));
            }
        }
        match (self.to_numeric(&left)?, self.to_numeric(&right)?) {
            (Numeric::Number(a), Numeric::Number(b)) => Ok(Value::Number(number_operation(op, a, b))),
            (Numeric::BigInt(a), Numeric::BigInt(b)) => self.bigint_operation(op, &a, &b),
            _ => Err(self.type_error("BigInt with Number")),
        }
    }

    /// [Numeric types: BigInt](https://tc39.es/ecma262/#sec-ecmascript-language-types-bigint-type)
    fn bigint_operation(&self, op: Op, a: &BigInt, b: &BigInt) -> Completion<Value> {
        let zero = b.sign() == Sign::NoSign;
        let result = match op {
            Op::Addition => a + b,
            Op::Subtraction => a - b,
            Op::Multiplication => {
                self.bigint_size(a)?;
                self.bigint_size(b)?;
                a * b
            }
            Op::Division | Op::Remainder if zero => return Err(self.range_error("division by zero")),
            Op::Division => a / b,
            Op::Remainder => a % b,
            Op::Exponential => {
                if b.sign() == Sign::Minus {
                    return Err(self.range_error("negative exponent"));
                }
                let Some(exponent) = b.to_u32().filter(|&e| a.bits().saturating_mul(u64::from(e)) < 1 << 18)
                else {
                    return self.huge_power(a, b);
                };
                a.pow(exponent)
            }
            Op::ShiftLeft => return self.bigint_shift(a, b, false),
            Op::ShiftRight => return self.bigint_shift(a, b, true),
            Op::ShiftRightZeroFill => return Err(self.type_error("BigInt with >>>")),
            Op::BitwiseAnd => a & b,
            Op::BitwiseOR => a | b,
            Op::BitwiseXOR => a ^ b,
            _ => return Err(self.outside("operator")),
        };
        Ok(Value::BigInt(Rc::new(result)))
    }

    /// Powers of 0, 1 and -1 are small however large the exponent.
    fn huge_power(&self, a: &BigInt, b: &BigInt) -> Completion<Value> {
        let one = BigInt::from(1);
        if a.sign() == Sign::NoSign || *a == one {
            return Ok(Value::bigint(a.clone()));
        }
        if *a == -one {
            return Ok(Value::bigint(if b.bit(0) { -1 } else { 1 }));
        }
        Err(self.outside("limit: digits of a BigInt"))
    }

    /// [BigInt::leftShift](https://tc39.es/ecma262/#sec-numeric-types-bigint-leftShift): times or divided by 2^n,
    /// rounded down.
    fn bigint_shift(&self, a: &BigInt, b: &BigInt, right: bool) -> Completion<Value> {
        let right = right != (b.sign() == Sign::Minus);
        let amount = b.magnitude().to_u64();
        if right {
            let Some(n) = amount.filter(|&n| n <= a.bits()) else {
                return Ok(Value::bigint(if a.sign() == Sign::Minus { -1 } else { 0 }));
            };
            let divisor = BigInt::from(1) << n;
            let (quotient, remainder) = (a / &divisor, a % &divisor);
            return Ok(Value::bigint(if remainder.sign() == Sign::Minus { quotient - 1 } else { quotient }));
        }
        if a.sign() == Sign::NoSign {
            return Ok(Value::bigint(0));
        }
        let Some(n) = amount.filter(|&n| n < 200_000) else {
            return Err(self.outside("limit: digits of a BigInt"));
        };
        Ok(Value::bigint(a * (BigInt::from(1) << n)))
    }
}

/// [Numeric types: Number](https://tc39.es/ecma262/#sec-ecmascript-language-types-number-type)
pub fn number_operation(op: Op, a: f64, b: f64) -> f64 {
    let (ia, ib) = (int32_of(a), int32_of(b));
    let count = ib as u32 & 31;
    match op {
        Op::Addition => a + b,
        Op::Subtraction => a - b,
        Op::Multiplication => a * b,
        Op::Division => a / b,
        Op::Remainder => a % b,
        Op::Exponential => exponentiate(a, b),
        Op::ShiftLeft => f64::from(((ia as u32) << count) as i32),
        Op::ShiftRight => f64::from(ia >> count),
        Op::ShiftRightZeroFill => f64::from(ia as u32 >> count),
        Op::BitwiseAnd => f64::from(ia & ib),
        Op::BitwiseOR => f64::from(ia | ib),
        Op::BitwiseXOR => f64::from(ia ^ ib),
        _ => f64::NAN,
    }
}

/// [Number::exponentiate](https://tc39.es/ecma262/#sec-numeric-types-number-exponentiate). Its general case is
/// implementation-approximated; it is the standard library's `powf`, as in the engine.
pub fn exponentiate(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() {
        return f64::NAN;
    }
    if exponent == 0.0 {
        return 1.0;
    }
    if base.abs() == 1.0 && exponent.is_infinite() {
        return f64::NAN;
    }
    if exponent == 0.5 && base.is_finite() {
        return (base + 0.0).sqrt();
    }
    base.powf(exponent)
}
