//! [Testing and comparison operations](https://tc39.es/ecma262/#sec-testing-and-comparison-operations).

use num_bigint::BigInt;

use super::conversion::{Hint, bigint_of, string_to_bigint};
use crate::agent::{Agent, Completion};
use crate::values::{Kind, Str, Value};

impl Agent {
    /// The name `typeof` gives.
    pub fn type_of(&self, v: &Value) -> &'static str {
        match v {
            Value::Undefined => "undefined",
            Value::Null => "object",
            Value::Boolean(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Symbol(_) => "symbol",
            Value::BigInt(_) => "bigint",
            Value::Object(_) if self.is_callable(v) => "function",
            Value::Object(_) => "object",
        }
    }

    fn same_strings(&self, a: &Str, b: &Str) -> Completion<bool> {
        self.looks_into(a)?;
        self.looks_into(b)?;
        Ok(a == b)
    }

    /// [SameValue](https://tc39.es/ecma262/#sec-samevalue)
    pub fn same_value(&self, a: &Value, b: &Value) -> Completion<bool> {
        match (a, b) {
            (Value::Number(x), Value::Number(y)) => {
                Ok((x.is_nan() && y.is_nan()) || (x == y && x.is_sign_negative() == y.is_sign_negative()))
            }
            _ => self.same_value_non_number(a, b),
        }
    }

    /// [SameValueZero](https://tc39.es/ecma262/#sec-samevaluezero)
    pub fn same_value_zero(&self, a: &Value, b: &Value) -> Completion<bool> {
        match (a, b) {
            (Value::Number(x), Value::Number(y)) => Ok((x.is_nan() && y.is_nan()) || x == y),
            _ => self.same_value_non_number(a, b),
        }
    }

    /// [SameValueNonNumber](https://tc39.es/ecma262/#sec-samevaluenonnumber)
    fn same_value_non_number(&self, a: &Value, b: &Value) -> Completion<bool> {
        Ok(match (a, b) {
            (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
            (Value::Boolean(x), Value::Boolean(y)) => x == y,
            (Value::String(x), Value::String(y)) => self.same_strings(x, y)?,
            (Value::Symbol(x), Value::Symbol(y)) => x == y,
            (Value::BigInt(x), Value::BigInt(y)) => x == y,
            (Value::Object(x), Value::Object(y)) => x == y,
            _ => false,
        })
    }

    /// [IsStrictlyEqual](https://tc39.es/ecma262/#sec-isstrictlyequal)
    pub fn is_strictly_equal(&self, a: &Value, b: &Value) -> Completion<bool> {
        match (a, b) {
            (Value::Number(x), Value::Number(y)) => Ok(x == y),
            _ => self.same_value_non_number(a, b),
        }
    }

    /// [IsLooselyEqual](https://tc39.es/ecma262/#sec-islooselyequal)
    pub fn is_loosely_equal(&self, a: &Value, b: &Value) -> Completion<bool> {
        use Value as V;
        match (a, b) {
            (V::Undefined | V::Null, V::Undefined | V::Null) => Ok(true),
            (V::Number(_), V::Number(_))
            | (V::String(_), V::String(_))
            | (V::Boolean(_), V::Boolean(_))
            | (V::Symbol(_), V::Symbol(_))
            | (V::BigInt(_), V::BigInt(_))
            | (V::Object(_), V::Object(_)) => self.is_strictly_equal(a, b),
            (V::Number(x), V::String(_)) => Ok(*x == self.to_number(b)?),
            (V::String(_), V::Number(y)) => Ok(self.to_number(a)? == *y),
            (V::BigInt(x), V::String(s)) | (V::String(s), V::BigInt(x)) => {
                self.looks_into(s)?;
                Ok(string_to_bigint(s).is_some_and(|n| n == **x))
            }
            (V::Boolean(_), _) => self.is_loosely_equal(&V::Number(self.to_number(a)?), b),
            (_, V::Boolean(_)) => self.is_loosely_equal(a, &V::Number(self.to_number(b)?)),
            (V::Object(_), V::Number(_) | V::String(_) | V::BigInt(_) | V::Symbol(_)) => {
                let primitive = self.to_primitive(a, Hint::Default)?;
                self.is_loosely_equal(&primitive, b)
            }
            (V::Number(_) | V::String(_) | V::BigInt(_) | V::Symbol(_), V::Object(_)) => {
                let primitive = self.to_primitive(b, Hint::Default)?;
                self.is_loosely_equal(a, &primitive)
            }
            (V::BigInt(n), V::Number(x)) | (V::Number(x), V::BigInt(n)) => {
                Ok(x.is_finite() && x.fract() == 0.0 && bigint_of(*x) == **n)
            }
            _ => Ok(false),
        }
    }

    /// [IsLessThan](https://tc39.es/ecma262/#sec-islessthan): `None` is undefined (a NaN was involved).
    pub fn is_less_than(&self, x: &Value, y: &Value, left_first: bool) -> Completion<Option<bool>> {
        let (px, py);
        if left_first {
            px = self.to_primitive(x, Hint::Number)?;
            py = self.to_primitive(y, Hint::Number)?;
        } else {
            py = self.to_primitive(y, Hint::Number)?;
            px = self.to_primitive(x, Hint::Number)?;
        }
        match (&px, &py) {
            (Value::String(a), Value::String(b)) => {
                self.looks_into(a)?;
                self.looks_into(b)?;
                return Ok(Some(a[..] < b[..]));
            }
            (Value::BigInt(a), Value::String(s)) => {
                self.looks_into(s)?;
                return Ok(string_to_bigint(s).map(|b| **a < b));
            }
            (Value::String(s), Value::BigInt(b)) => {
                self.looks_into(s)?;
                return Ok(string_to_bigint(s).map(|a| a < **b));
            }
            _ => {}
        }
        use super::conversion::Numeric as N;
        Ok(match (self.to_numeric(&px)?, self.to_numeric(&py)?) {
            (N::Number(a), N::Number(b)) => a.partial_cmp(&b).map(|o| o.is_lt()),
            (N::BigInt(a), N::BigInt(b)) => Some(a < b),
            (N::BigInt(a), N::Number(b)) => compare(&a, b).map(|o| o.is_lt()),
            (N::Number(a), N::BigInt(b)) => compare(&b, a).map(|o| o.is_gt()),
        })
    }

    /// [IsArray](https://tc39.es/ecma262/#sec-isarray)
    pub fn is_array(&self, v: &Value) -> Completion<bool> {
        let Value::Object(o) = v else { return Ok(false) };
        let target = match &self.object(*o).kind {
            Kind::Array => return Ok(true),
            Kind::Proxy(p) => p.target,
            _ => return Ok(false),
        };
        self.check_depth()?;
        match target {
            Some((target, _)) => self.is_array(&target.into()),
            None => Err(self.type_error("revoked proxy")),
        }
    }

    /// [InstanceofOperator](https://tc39.es/ecma262/#sec-instanceofoperator)
    pub fn instanceof_operator(&self, v: &Value, target: &Value) -> Completion<bool> {
        if target.object().is_none() {
            return Err(self.type_error("right-hand side of instanceof"));
        }
        if let Some(handler) = self.get_method(target, &self.symbol_key("hasInstance"))? {
            return Ok(self.to_boolean(&self.call_function(handler, target, std::slice::from_ref(v))?));
        }
        if !self.is_callable(target) {
            return Err(self.type_error("right-hand side of instanceof"));
        }
        self.ordinary_has_instance(target, v)
    }

    /// [OrdinaryHasInstance](https://tc39.es/ecma262/#sec-ordinaryhasinstance)
    pub fn ordinary_has_instance(&self, c: &Value, v: &Value) -> Completion<bool> {
        let (Value::Object(function), true) = (c, self.is_callable(c)) else { return Ok(false) };
        if let Kind::Bound(b) = &self.object(*function).kind {
            let target = b.target;
            return self.instanceof_operator(v, &target.into());
        }
        let &Value::Object(mut o) = v else { return Ok(false) };
        let Value::Object(p) = self.get(*function, &"prototype".into())? else {
            return Err(self.type_error("prototype is no object"));
        };
        loop {
            self.step()?;
            match self.get_prototype_of(o)? {
                None => return Ok(false),
                Some(q) if q == p => return Ok(true),
                Some(q) => o = q,
            }
        }
    }
}

/// Exact comparison of a BigInt with a Number; `None` for NaN.
fn compare(a: &BigInt, b: f64) -> Option<std::cmp::Ordering> {
    use std::cmp::Ordering;
    if b.is_nan() {
        return None;
    }
    if b.is_infinite() {
        return Some(if b > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    Some(match a.cmp(&bigint_of(b.floor())) {
        Ordering::Equal if b.fract() != 0.0 => Ordering::Less,
        other => other,
    })
}
