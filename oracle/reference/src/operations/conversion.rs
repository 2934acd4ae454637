//! [Type conversion](https://tc39.es/ecma262/#sec-type-conversion).

use num_bigint::BigInt;
use num_traits::{FromPrimitive, Num, ToPrimitive};

use crate::agent::{Agent, Completion};
use crate::values::{Key, Kind, Obj, Str, Value, number_to_string, string_to_number};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    Default,
    Number,
    String,
}

/// A Number or a BigInt.
pub enum Numeric {
    Number(f64),
    BigInt(std::rc::Rc<BigInt>),
}

impl Agent {
    /// [ToPrimitive](https://tc39.es/ecma262/#sec-toprimitive)
    pub fn to_primitive(&self, v: &Value, hint: Hint) -> Completion<Value> {
        let Value::Object(o) = v else { return Ok(v.clone()) };
        if let Some(exotic) = self.get_method(v, &self.symbol_key("toPrimitive"))? {
            let hint = match hint {
                Hint::Default => "default",
                Hint::Number => "number",
                Hint::String => "string",
            };
            let result = self.call_function(exotic, v, &[hint.into()])?;
            return match result {
                Value::Object(_) => Err(self.type_error("@@toPrimitive gave an object")),
                primitive => Ok(primitive),
            };
        }
        self.ordinary_to_primitive(*o, hint)
    }

    /// [OrdinaryToPrimitive](https://tc39.es/ecma262/#sec-ordinarytoprimitive)
    pub fn ordinary_to_primitive(&self, o: Obj, hint: Hint) -> Completion<Value> {
        let names = if hint == Hint::String { ["toString", "valueOf"] } else { ["valueOf", "toString"] };
        for name in names {
            let method = self.get(o, &name.into())?;
            if self.is_callable(&method) {
                let result = self.call(&method, &o.into(), &[])?;
                if result.object().is_none() {
                    return Ok(result);
                }
            }
        }
        Err(self.type_error("no primitive value"))
    }

    /// [ToBoolean](https://tc39.es/ecma262/#sec-toboolean)
    pub fn to_boolean(&self, v: &Value) -> bool {
        match v {
            Value::Undefined | Value::Null => false,
            Value::Boolean(b) => *b,
            Value::Number(n) => !(*n == 0.0 || n.is_nan()),
            Value::String(s) => !s.is_empty(),
            Value::BigInt(n) => n.sign() != num_bigint::Sign::NoSign,
            Value::Symbol(_) | Value::Object(_) => true,
        }
    }

    /// [ToNumeric](https://tc39.es/ecma262/#sec-tonumeric)
    pub fn to_numeric(&self, v: &Value) -> Completion<Numeric> {
        match self.to_primitive(v, Hint::Number)? {
            Value::BigInt(n) => Ok(Numeric::BigInt(n)),
            primitive => Ok(Numeric::Number(self.to_number(&primitive)?)),
        }
    }

    /// [ToNumber](https://tc39.es/ecma262/#sec-tonumber)
    pub fn to_number(&self, v: &Value) -> Completion<f64> {
        match v {
            Value::Number(n) => Ok(*n),
            Value::Undefined => Ok(f64::NAN),
            Value::Null | Value::Boolean(false) => Ok(0.0),
            Value::Boolean(true) => Ok(1.0),
            Value::String(s) => {
                self.looks_into(s)?;
                Ok(string_to_number(s))
            }
            Value::Symbol(_) => Err(self.type_error("symbol to number")),
            Value::BigInt(_) => Err(self.type_error("BigInt to number")),
            Value::Object(_) => {
                let primitive = self.to_primitive(v, Hint::Number)?;
                self.to_number(&primitive)
            }
        }
    }

    /// The result of the program depends on the text of a string.
    pub fn looks_into(&self, s: &Str) -> Completion<()> {
        if s.is_opaque() { Err(self.outside("text that belongs to the implementation")) } else { Ok(()) }
    }

    /// [ToIntegerOrInfinity](https://tc39.es/ecma262/#sec-tointegerorinfinity)
    pub fn to_integer_or_infinity(&self, v: &Value) -> Completion<f64> {
        let n = self.to_number(v)?;
        Ok(if n.is_nan() { 0.0 } else { n.trunc() + 0.0 })
    }

    /// [ToInt32](https://tc39.es/ecma262/#sec-toint32)
    pub fn to_int32(&self, v: &Value) -> Completion<i32> {
        Ok(int32_of(self.to_number(v)?))
    }

    /// [ToUint32](https://tc39.es/ecma262/#sec-touint32)
    pub fn to_uint32(&self, v: &Value) -> Completion<u32> {
        Ok(int32_of(self.to_number(v)?) as u32)
    }

    /// [ToBigInt](https://tc39.es/ecma262/#sec-tobigint)
    pub fn to_bigint(&self, v: &Value) -> Completion<std::rc::Rc<BigInt>> {
        match self.to_primitive(v, Hint::Number)? {
            Value::BigInt(n) => Ok(n),
            Value::Boolean(b) => Ok(BigInt::from(u8::from(b)).into()),
            Value::String(s) => {
                self.looks_into(&s)?;
                match string_to_bigint(&s) {
                    Some(n) => Ok(n.into()),
                    None => Err(self.syntax_error("no BigInt")),
                }
            }
            _ => Err(self.type_error("no BigInt")),
        }
    }

    /// [ToString](https://tc39.es/ecma262/#sec-tostring)
    pub fn to_string(&self, v: &Value) -> Completion<Str> {
        Ok(match v {
            Value::String(s) => s.clone(),
            Value::Undefined => "undefined".into(),
            Value::Null => "null".into(),
            Value::Boolean(b) => b.to_string().into(),
            Value::Number(n) => number_to_string(*n).into(),
            Value::BigInt(n) => {
                self.bigint_size(n)?;
                n.to_string().into()
            }
            Value::Symbol(_) => return Err(self.type_error("symbol to string")),
            Value::Object(_) => {
                let primitive = self.to_primitive(v, Hint::String)?;
                return self.to_string(&primitive);
            }
        })
    }

    /// [ToPropertyKey](https://tc39.es/ecma262/#sec-topropertykey)
    pub fn to_property_key(&self, v: &Value) -> Completion<Key> {
        if let Value::Number(n) = v
            && !(*n == 0.0 && n.is_sign_negative())
        {
            return Ok(Key::integer(*n));
        }
        match self.to_primitive(v, Hint::String)? {
            Value::Symbol(s) => Ok(Key::Symbol(s)),
            primitive => {
                let s = self.to_string(&primitive)?;
                self.looks_into(&s)?;
                Ok(Key::new(s))
            }
        }
    }

    /// [ToObject](https://tc39.es/ecma262/#sec-toobject)
    pub fn to_object(&self, v: &Value) -> Completion<Obj> {
        let prototype = match v {
            Value::Object(o) => return Ok(*o),
            Value::Undefined | Value::Null => return Err(self.type_error("no object")),
            Value::Boolean(_) => "Boolean.prototype",
            Value::Number(_) => "Number.prototype",
            Value::String(_) => "String.prototype",
            Value::Symbol(_) => "Symbol.prototype",
            Value::BigInt(_) => "BigInt.prototype",
        };
        self.check_heap()?;
        Ok(self.make(self.intrinsic(prototype), Kind::Primitive(v.clone())))
    }

    /// [ToLength](https://tc39.es/ecma262/#sec-tolength)
    pub fn to_length(&self, v: &Value) -> Completion<f64> {
        Ok(self.to_integer_or_infinity(v)?.clamp(0.0, 9_007_199_254_740_991.0))
    }

    /// [ToIndex](https://tc39.es/ecma262/#sec-toindex)
    pub fn to_index(&self, v: &Value) -> Completion<usize> {
        let n = self.to_integer_or_infinity(v)?;
        if !(0.0..=9_007_199_254_740_991.0).contains(&n) {
            return Err(self.range_error("index"));
        }
        Ok(n as usize)
    }

    /// A relative position, as many methods take it: negative ones count from the end.
    pub fn relative_index(&self, v: &Value, length: f64, default: f64) -> Completion<f64> {
        if v.is_undefined() {
            return Ok(default);
        }
        let n = self.to_integer_or_infinity(v)?;
        Ok(if n < 0.0 { (length + n).max(0.0) } else { n.min(length) })
    }

    /// [RequireObjectCoercible](https://tc39.es/ecma262/#sec-requireobjectcoercible)
    pub fn require_object_coercible(&self, v: &Value) -> Completion<()> {
        if v.is_nullish() { Err(self.type_error("null or undefined")) } else { Ok(()) }
    }

    /// Numbers of millions of digits only make an evaluation slow.
    pub fn bigint_size(&self, n: &BigInt) -> Completion<()> {
        if n.bits() > 200_000 { Err(self.outside("limit: digits of a BigInt")) } else { Ok(()) }
    }
}

/// Modulo 2^32, signed.
pub fn int32_of(n: f64) -> i32 {
    if !n.is_finite() {
        return 0;
    }
    let modulo = n.trunc() % 4_294_967_296.0;
    (modulo as i64) as i32
}

/// [StringToBigInt](https://tc39.es/ecma262/#sec-stringtobigint)
pub fn string_to_bigint(units: &[u16]) -> Option<BigInt> {
    let text = String::from_utf16(crate::values::trimmed(units)).ok()?;
    if text.is_empty() {
        return Some(BigInt::default());
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if text.get(..2).is_some_and(|p| p.eq_ignore_ascii_case(prefix)) {
            let digits = &text[2..];
            let all = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
            return if all { BigInt::from_str_radix(digits, radix).ok() } else { None };
        }
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n = BigInt::from_str_radix(digits, 10).ok()?;
    Some(if text.starts_with('-') { -n } else { n })
}

/// The mathematical value of an integral Number.
pub fn bigint_of(n: f64) -> BigInt {
    BigInt::from_f64(n).unwrap_or_default()
}

/// [Number(BigInt)](https://tc39.es/ecma262/#sec-number-constructor-number-value): nearest, ties to even.
pub fn number_of(n: &BigInt) -> f64 {
    // the library's own conversion rounds to nearest even; infinities when out of range
    n.to_f64().unwrap_or(f64::NAN)
}
