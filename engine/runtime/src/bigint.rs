//! BigInt: conversions and operators, over `num-bigint` (small operands take a short cut).
//!
//! A BigInt has at most `MAX_BITS` bits; what would have more throws a RangeError. Operations whose
//! cost grows faster than their operands take ticks.
//! Spec: [The BigInt Type](https://tc39.es/ecma262/#sec-ecmascript-language-types-bigint-type).

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{FromPrimitive, ToPrimitive};
use tierproof_base::faults::{Fault, fault};
use tierproof_heap::{BigIntRef, StringRef, Value};

use crate::convert::{BinaryOp, Hint, UnaryOp, trim};
use crate::isolate::{Isolate, JsResult, Thrown};
use crate::strings::{self, Units};

/// Longest BigInt, in bits.
pub const MAX_BITS: u64 = 1 << 20;
/// Digit products per tick.
const PRODUCTS_PER_TICK: u64 = 64;

/// The number that a cell holds.
pub fn to_big(b: BigIntRef) -> BigInt {
    let sign = if b.is_negative() { Sign::Minus } else { Sign::Plus };
    let halves = b.digits().iter().flat_map(|&d| [d as u32, (d >> 32) as u32]).collect();
    BigInt::from_biguint(sign, BigUint::new(halves))
}

/// The value, when it has one digit at most.
fn small(b: BigIntRef) -> Option<i128> {
    match b.digits() {
        [] => Some(0),
        [d] => Some(if b.is_negative() { -(*d as i128) } else { *d as i128 }),
        _ => None,
    }
}

/// The value modulo 2^64.
pub fn low_64(b: BigIntRef) -> u64 {
    let low = b.digits().first().copied().unwrap_or(0);
    if b.is_negative() { low.wrapping_neg() } else { low }
}

/// Content equality.
pub fn equal(a: BigIntRef, b: BigIntRef) -> bool {
    a.is_negative() == b.is_negative() && a.digits() == b.digits()
}

/// Order of two BigInts.
pub fn compare(a: BigIntRef, b: BigIntRef) -> Ordering {
    match (a.is_negative(), b.is_negative()) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (negative, _) => {
            let (x, y) = (a.digits(), b.digits());
            let o = x.len().cmp(&y.len()).then_with(|| x.iter().rev().cmp(y.iter().rev()));
            if negative { o.reverse() } else { o }
        }
    }
}

/// Order of a BigInt and a number; None for NaN.
pub fn compare_number(b: BigIntRef, n: f64) -> Option<Ordering> {
    if n.is_nan() {
        return None;
    }
    if n.is_infinite() {
        return Some(if n > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = BigInt::from_f64(n.trunc())?;
    let o = to_big(b).cmp(&whole);
    Some(o.then_with(|| 0.0f64.partial_cmp(&n.fract()).unwrap_or(Ordering::Equal)))
}

/// [StringToBigInt](https://tc39.es/ecma262/#sec-stringtobigint); None when it is no number.
fn parse(u: Units) -> Option<BigInt> {
    let (from, to) = trim(u, true, true);
    let text: Option<Vec<u8>> =
        u.slice(from, to).iter().map(|c| if c < 128 { Some(c as u8) } else { None }).collect();
    let text = text?;
    let (radix, digits) = match text.as_slice() {
        [] => return Some(BigInt::ZERO),
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        all => (10, all),
    };
    let unsigned = match digits {
        [b'+' | b'-', rest @ ..] if radix == 10 => rest,
        all => all,
    };
    if unsigned.is_empty() || !unsigned.iter().all(|&c| (c as char).is_digit(radix)) {
        return None;
    }
    BigInt::parse_bytes(digits, radix)
}

impl Isolate {
    #[cold]
    fn too_big(&mut self) -> Thrown {
        self.range_error("Maximum BigInt size exceeded")
    }
    #[cold]
    fn mixed(&mut self) -> Thrown {
        self.type_error("Cannot mix BigInt and other types, use explicit conversions")
    }

    /// A BigInt cell; RangeError when too long.
    pub fn new_bigint(&mut self, n: &BigInt) -> JsResult {
        if n.bits() > MAX_BITS {
            return Err(self.too_big());
        }
        let digits = n.magnitude().to_u64_digits();
        Ok(self.heap.allocate_bigint(n.sign() == Sign::Minus, &digits).into())
    }
    pub fn bigint_from_i128(&mut self, n: i128) -> Value {
        let m = n.unsigned_abs();
        let digits = [m as u64, (m >> 64) as u64];
        let used = if m == 0 { 0 } else { 1 + (digits[1] != 0) as usize };
        self.heap.allocate_bigint(n < 0, &digits[..used]).into()
    }
    pub fn bigint_from_u64(&mut self, n: u64) -> Value {
        self.bigint_from_i128(n as i128)
    }
    pub fn bigint_from_i64(&mut self, n: i64) -> Value {
        self.bigint_from_i128(n as i128)
    }
    /// A literal's digits, as a cell that never moves.
    pub fn bigint_literal(&mut self, digits: &[u16]) -> Value {
        let n = parse(Units::Two(digits)).unwrap_or(BigInt::ZERO);
        let digits = n.magnitude().to_u64_digits();
        self.heap.allocate_bigint_immovable(n.sign() == Sign::Minus, &digits).into()
    }

    /// Takes the ticks of an operation on so many digits.
    fn charge_digits(&mut self, a: usize, b: usize) -> JsResult<()> {
        let ticks = a as u64 * b as u64 / PRODUCTS_PER_TICK;
        if ticks == 0 { Ok(()) } else { self.take_ticks(ticks as i64) }
    }

    /// A BigInt from the text of a string; None when it is no number.
    pub fn string_to_bigint(&mut self, s: StringRef) -> JsResult<Option<Value>> {
        // digits that could not matter any more are not even looked at
        if s.len() as u64 > MAX_BITS + 64 {
            return Err(self.too_big());
        }
        self.charge_digits(s.len() / 16, s.len() / 16)?;
        let u = strings::units(self, s);
        match parse(u) {
            Some(n) => Ok(Some(self.new_bigint(&n)?)),
            None => Ok(None),
        }
    }
    /// [BigInt::toString](https://tc39.es/ecma262/#sec-numeric-types-bigint-tostring).
    pub fn bigint_to_string(&mut self, b: BigIntRef, radix: u32) -> JsResult<StringRef> {
        if let Some(n) = small(b)
            && radix == 10
        {
            return Ok(self.string_latin1(n.to_string().as_bytes()));
        }
        self.charge_digits(b.digits().len(), b.digits().len())?;
        let text = to_big(b).to_str_radix(radix);
        Ok(self.string_latin1(text.as_bytes()))
    }
    /// The nearest number ([Number](https://tc39.es/ecma262/#sec-number-constructor-number-value) of a BigInt).
    pub fn bigint_to_number(&mut self, b: BigIntRef) -> f64 {
        match small(b) {
            Some(n) => n as f64,
            None => to_big(b).to_f64().unwrap_or(f64::NAN),
        }
    }
    /// [NumberToBigInt](https://tc39.es/ecma262/#sec-numbertobigint).
    pub fn number_to_bigint(&mut self, n: f64) -> JsResult {
        if n.fract() != 0.0 || !n.is_finite() {
            let text = crate::convert::number_text(n);
            return Err(self.range_error(&format!(
                "The number {text} cannot be converted to a BigInt because it is not an integer"
            )));
        }
        match BigInt::from_f64(n) {
            Some(b) => self.new_bigint(&b),
            None => Err(self.too_big()),
        }
    }
    /// [ToBigInt](https://tc39.es/ecma262/#sec-tobigint).
    pub fn to_bigint(&mut self, v: Value) -> JsResult<BigIntRef> {
        let p = self.to_primitive(v, Hint::Number)?;
        if let Some(b) = p.try_as::<BigIntRef>() {
            return Ok(b);
        }
        if p.is_boolean() {
            return Ok(self.bigint_from_i128(p.is_true() as i128).cast());
        }
        if let Some(s) = p.try_as::<StringRef>() {
            return match self.string_to_bigint(s)? {
                Some(b) => Ok(b.cast()),
                None => {
                    let text = strings::to_rust(self, s);
                    Err(self.syntax_error(&format!("Cannot convert {text} to a BigInt")))
                }
            };
        }
        let what = self.describe(p);
        Err(self.type_error(&format!("Cannot convert {what} to a BigInt")))
    }

    /// Binary operators when at least one operand is a BigInt.
    pub fn bigint_binary(&mut self, op: BinaryOp, a: Value, b: Value) -> JsResult {
        let (Some(a), Some(b)) = (a.try_as::<BigIntRef>(), b.try_as::<BigIntRef>()) else {
            return Err(self.mixed());
        };
        if let (Some(x), Some(y)) = (small(a), small(b))
            && let Some(r) = small_binary(op, x, y)
        {
            return Ok(self.bigint_from_i128(r));
        }
        let (n, m) = (a.digits().len(), b.digits().len());
        let result = match op {
            BinaryOp::Add => to_big(a) + to_big(b),
            BinaryOp::Sub => to_big(a) - to_big(b),
            BinaryOp::Mul => {
                if (n + m) as u64 * 64 > MAX_BITS + 128 {
                    return Err(self.too_big());
                }
                self.charge_digits(n, m)?;
                to_big(a) * to_big(b)
            }
            BinaryOp::Div | BinaryOp::Mod => {
                if m == 0 {
                    return Err(self.range_error("Division by zero"));
                }
                self.charge_digits(n, m)?;
                if op == BinaryOp::Div { to_big(a) / to_big(b) } else { to_big(a) % to_big(b) }
            }
            BinaryOp::Exp => return self.bigint_power(a, b),
            BinaryOp::BitwiseOr => to_big(a) | to_big(b),
            BinaryOp::BitwiseXor => to_big(a) ^ to_big(b),
            BinaryOp::BitwiseAnd => to_big(a) & to_big(b),
            BinaryOp::ShiftLeft => return self.bigint_shift(a, b, false),
            BinaryOp::ShiftRight => return self.bigint_shift(a, b, true),
            BinaryOp::ShiftRightLogical => {
                return Err(self.type_error("BigInts have no unsigned right shift, use >> instead"));
            }
        };
        self.new_bigint(&result)
    }

    /// [BigInt::exponentiate](https://tc39.es/ecma262/#sec-numeric-types-bigint-exponentiate).
    fn bigint_power(&mut self, a: BigIntRef, b: BigIntRef) -> JsResult {
        if b.is_negative() {
            return Err(self.range_error("Exponent must be non-negative"));
        }
        let exponent = match b.digits() {
            [] => return Ok(self.bigint_from_i128(1)),
            &[d] => d,
            _ => u64::MAX,
        };
        let base = to_big(a);
        match base.bits() {
            0 => return Ok(a.into()),
            1 => {
                let odd = b.digits()[0] & 1 == 1;
                return Ok(self.bigint_from_i128(if a.is_negative() && odd { -1 } else { 1 }));
            }
            bits if (bits - 1).saturating_mul(exponent) > MAX_BITS => return Err(self.too_big()),
            _ => {}
        }
        let digits = (base.bits() * exponent / 64) as usize + 1;
        self.charge_digits(digits, digits)?;
        let result = base.pow(exponent as u32);
        self.new_bigint(&result)
    }

    /// [BigInt::leftShift](https://tc39.es/ecma262/#sec-numeric-types-bigint-leftShift) and signedRightShift.
    fn bigint_shift(&mut self, a: BigIntRef, b: BigIntRef, right: bool) -> JsResult {
        let right = right != b.is_negative();
        let by = match b.digits() {
            [] => return Ok(a.into()),
            &[d] => d,
            _ => u64::MAX,
        };
        let n = to_big(a);
        if right {
            if by > n.bits() {
                return Ok(self.bigint_from_i128(-(a.is_negative() as i128)));
            }
            if fault(Fault::F079) && a.is_negative() && by % 64 == 0 {
                return self.new_bigint(&-(-n >> by));
            }
            return self.new_bigint(&(n >> by));
        }
        if n.bits() != 0 && n.bits().saturating_add(by) > MAX_BITS {
            return Err(self.too_big());
        }
        if n.bits() == 0 { Ok(a.into()) } else { self.new_bigint(&(n << by)) }
    }

    /// Unary operators on a BigInt.
    pub fn bigint_unary(&mut self, op: UnaryOp, b: BigIntRef) -> JsResult {
        if op == UnaryOp::ToNumber {
            return Err(self.type_error("Cannot convert a BigInt value to a number"));
        }
        if op == UnaryOp::ToNumeric {
            return Ok(b.into());
        }
        if let Some(n) = small(b) {
            return Ok(self.bigint_from_i128(match op {
                UnaryOp::Inc => n + 1,
                UnaryOp::Dec => n - 1,
                UnaryOp::Negate => -n,
                _ => -n - 1,
            }));
        }
        let n = to_big(b);
        let result = match op {
            UnaryOp::Inc => n + 1,
            UnaryOp::Dec => n - 1,
            UnaryOp::Negate => -n,
            _ => -n - 1,
        };
        self.new_bigint(&result)
    }

    /// [BigInt.asIntN](https://tc39.es/ecma262/#sec-bigint.asintn) and asUintN.
    pub fn bigint_as_n(&mut self, bits: u64, b: BigIntRef, signed: bool) -> JsResult {
        if bits == 0 {
            return Ok(self.bigint_from_i128(0));
        }
        let n = to_big(b);
        // it fits already
        if bits > n.bits() && (signed || !b.is_negative()) {
            return Ok(b.into());
        }
        if bits > MAX_BITS {
            return Err(self.too_big());
        }
        let modulus = BigInt::from(1) << bits;
        let mut r: BigInt = n & (&modulus - 1);
        if signed && r.bit(bits - 1) {
            r -= modulus;
        }
        self.new_bigint(&r)
    }

    /// Equality of a BigInt and a string: None when the string is no number.
    pub fn bigint_equals_string(&mut self, b: BigIntRef, s: StringRef) -> JsResult<bool> {
        Ok(self.string_to_bigint(s)?.is_some_and(|n| equal(b, n.cast())))
    }
}

/// Operators on one-digit values whose result fits, too.
fn small_binary(op: BinaryOp, x: i128, y: i128) -> Option<i128> {
    match op {
        BinaryOp::Add => Some(x + y),
        BinaryOp::Sub => Some(x - y),
        BinaryOp::Mul => x.checked_mul(y),
        BinaryOp::Div if y != 0 => Some(x / y),
        BinaryOp::Mod if y != 0 => Some(x % y),
        BinaryOp::BitwiseOr => Some(x | y),
        BinaryOp::BitwiseXor => Some(x ^ y),
        BinaryOp::BitwiseAnd => Some(x & y),
        BinaryOp::ShiftLeft if (0..62).contains(&y) => Some(x << y),
        BinaryOp::ShiftRight if (0..127).contains(&y) => Some(x >> y),
        _ => None,
    }
}
