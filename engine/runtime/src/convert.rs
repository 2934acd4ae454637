//! Type conversion and operators on values: the reference semantics every tier's slow path uses.
//!
//! Spec: [Type Conversion](https://tc39.es/ecma262/#sec-type-conversion),
//! [Testing and Comparison](https://tc39.es/ecma262/#sec-testing-and-comparison-operations).

use std::cmp::Ordering;

use tierproof_heap::{BigIntRef, CellKind, FunctionRef, ObjectRef, StringRef, SymbolRef, Value};

use crate::bigint;
use crate::isolate::{Isolate, JsResult};
use crate::key::PropertyKey;
use crate::strings::{self, Units};

/// Preferred type of ToPrimitive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hint {
    Default,
    Number,
    String,
}

/// Binary operators (compound for every tier's generic path).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Exp,
    BitwiseOr,
    BitwiseXor,
    BitwiseAnd,
    ShiftLeft,
    ShiftRight,
    ShiftRightLogical,
}

impl BinaryOp {
    /// By discriminant, which is how compiled code names operators.
    pub const ALL: [BinaryOp; 12] = {
        use BinaryOp::*;
        [
            Add,
            Sub,
            Mul,
            Div,
            Mod,
            Exp,
            BitwiseOr,
            BitwiseXor,
            BitwiseAnd,
            ShiftLeft,
            ShiftRight,
            ShiftRightLogical,
        ]
    };
}

/// Unary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Inc,
    Dec,
    Negate,
    BitwiseNot,
    ToNumber,
    ToNumeric,
}

/// Relational operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompareOp {
    LessThan,
    GreaterThan,
    LessThanOrEqual,
    GreaterThanOrEqual,
}

impl CompareOp {
    /// By discriminant.
    pub const ALL: [CompareOp; 4] = [
        CompareOp::LessThan,
        CompareOp::GreaterThan,
        CompareOp::LessThanOrEqual,
        CompareOp::GreaterThanOrEqual,
    ];
}

/// [ToInt32](https://tc39.es/ecma262/#sec-toint32) of a number.
#[inline]
pub fn double_to_int32(d: f64) -> i32 {
    let i = d as i32;
    if i as f64 == d {
        return i;
    }
    double_to_int32_slow(d)
}
#[cold]
fn double_to_int32_slow(d: f64) -> i32 {
    if !d.is_finite() {
        return 0;
    }
    let bits = d.to_bits();
    let exponent = ((bits >> 52) & 0x7FF) as i32 - 1075;
    if !(-52 - 32..=31).contains(&exponent) && exponent > 31 {
        return 0;
    }
    if exponent < -53 {
        return 0;
    }
    let mantissa = (bits & ((1 << 52) - 1)) | 1 << 52;
    let magnitude = if exponent >= 0 {
        if exponent >= 32 { 0 } else { (mantissa as u32) << exponent }
    } else {
        (mantissa >> -exponent) as u32
    };
    if d < 0.0 { magnitude.wrapping_neg() as i32 } else { magnitude as i32 }
}

/// [Number::remainder](https://tc39.es/ecma262/#sec-numeric-types-number-remainder).
#[inline]
pub fn modulo(a: f64, b: f64) -> f64 {
    // Integers, by far the most common, have a machine instruction; fmod is a loop over the exponents.
    let (x, y) = (a as i64, b as i64);
    if x as f64 == a && y as f64 == b && y != 0 && x != i64::MIN && x != i64::MAX {
        return ((x % y) as f64).copysign(a);
    }
    // Rust's `%` on floats is C's fmod: exact, sign of the dividend.
    a % b
}

/// [Number::exponentiate](https://tc39.es/ecma262/#sec-numeric-types-number-exponentiate).
pub fn power(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || (base.abs() == 1.0 && exponent.is_infinite()) {
        return f64::NAN;
    }
    if exponent == 0.5 && base.is_finite() {
        // pow(x, 0.5) by sqrt, exactly rounded; -0 gives +0 as the specification wants.
        return (base + 0.0).sqrt();
    }
    base.powf(exponent)
}

/// ToBoolean.
#[inline]
pub fn to_boolean(v: Value) -> bool {
    if v.is_boolean() {
        return v.is_true();
    }
    if v.is_smi() {
        return v.as_smi() != 0;
    }
    if v.is_double() {
        let d = v.as_double();
        return !(d == 0.0 || d.is_nan());
    }
    if v.is_cell() {
        if let Some(s) = v.try_as::<StringRef>() {
            return !s.is_empty();
        }
        if let Some(b) = v.try_as::<tierproof_heap::BigIntRef>() {
            return b.digits().iter().any(|&d| d != 0);
        }
        return true;
    }
    false
}

/// `typeof v`.
pub fn type_of(cx: &Isolate, v: Value) -> StringRef {
    let s = &cx.realm.strings;
    if v.is_number() {
        s.number()
    } else if v.is_undefined() || v.is_hole() {
        s.undefined()
    } else if v.is_boolean() {
        s.boolean()
    } else if v.is_null() {
        s.object()
    } else if v.is_string() {
        s.string()
    } else if v.is_symbol() {
        s.symbol()
    } else if v.is_bigint() {
        s.bigint()
    } else if cx.is_callable(v) {
        s.function()
    } else {
        s.object()
    }
}

/// Whether the code unit is JavaScript white space or a line terminator.
pub fn is_white_space(u: u16) -> bool {
    matches!(u, 9..=13 | 32 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000 | 0xFEFF)
}

/// Trims white space at the chosen ends.
pub fn trim(u: Units, start: bool, end: bool) -> (usize, usize) {
    let (mut from, mut to) = (0, u.len());
    while start && from < to && is_white_space(u.at(from)) {
        from += 1;
    }
    while end && to > from && is_white_space(u.at(to - 1)) {
        to -= 1;
    }
    (from, to)
}

/// [StringToNumber](https://tc39.es/ecma262/#sec-stringtonumber).
pub fn string_to_number(u: Units) -> f64 {
    let (from, to) = trim(u, true, true);
    let text: Option<String> =
        u.slice(from, to).iter().map(|c| if c < 128 { Some(c as u8 as char) } else { None }).collect();
    let Some(t) = text else { return f64::NAN };
    if t.is_empty() {
        return 0.0;
    }
    let b = t.as_bytes();
    if b.len() > 2 && b[0] == b'0' {
        let radix = match b[1] | 0x20 {
            b'x' => 16,
            b'o' => 8,
            b'b' => 2,
            _ => 0,
        };
        if radix != 0 {
            return parse_digits(&t[2..], radix).unwrap_or(f64::NAN);
        }
    }
    match t.as_str() {
        "Infinity" | "+Infinity" => return f64::INFINITY,
        "-Infinity" => return f64::NEG_INFINITY,
        _ => {}
    }
    if decimal_prefix(b) == b.len() { t.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// Length of the longest StrDecimalLiteral prefix (without Infinity), 0 when there is none.
pub fn decimal_prefix(b: &[u8]) -> usize {
    let mut i = 0;
    if i < b.len() && (b[i] == b'+' || b[i] == b'-') {
        i += 1;
    }
    let digits = |mut i: usize| {
        let from = i;
        while i < b.len() && b[i].is_ascii_digit() {
            i += 1;
        }
        (i, i - from)
    };
    let (j, whole) = digits(i);
    i = j;
    let mut fraction = 0;
    if i < b.len() && b[i] == b'.' {
        let (j, n) = digits(i + 1);
        fraction = n;
        if whole + n > 0 {
            i = j;
        }
    }
    if whole + fraction == 0 {
        return 0;
    }
    if i < b.len() && (b[i] | 0x20) == b'e' {
        let mut k = i + 1;
        if k < b.len() && (b[k] == b'+' || b[k] == b'-') {
            k += 1;
        }
        let (j, n) = digits(k);
        if n > 0 {
            i = j;
        }
    }
    i
}

/// Value of digits in a radix, correctly rounded; None on an invalid digit or no digits.
pub fn parse_digits(t: &str, radix: u32) -> Option<f64> {
    if t.is_empty() || !t.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    if radix == 10 {
        return t.parse().ok();
    }
    if radix.is_power_of_two() {
        // Exact: gather 64 significant bits, remember whether anything below was set.
        let per = radix.trailing_zeros();
        let (mut m, mut exponent, mut sticky) = (0u64, 0i32, false);
        for c in t.chars() {
            let d = c.to_digit(radix)?;
            for k in (0..per).rev() {
                let bit = (d >> k & 1) as u64;
                if m >> 63 != 0 {
                    sticky |= bit != 0;
                    exponent += 1;
                } else {
                    m = m << 1 | bit;
                }
            }
        }
        if sticky {
            m |= 1;
        }
        return Some(m as f64 * 2f64.powi(exponent));
    }
    Some(t.chars().fold(0.0, |v, c| v * radix as f64 + c.to_digit(radix).unwrap_or(0) as f64))
}

impl Isolate {
    /// Whether the value can be called.
    #[inline]
    pub fn is_callable(&self, v: Value) -> bool {
        v.cell_or_none().is_some_and(|c| {
            let k = c.kind();
            k.is_function() || k == CellKind::Proxy && c.flags() & crate::proxy::CALLABLE != 0
        })
    }
    /// [IsConstructor](https://tc39.es/ecma262/#sec-isconstructor).
    pub fn is_constructor(&self, v: Value) -> bool {
        if let Some(f) = v.try_as::<FunctionRef>() {
            return crate::function::flags(f.function_data()) & crate::function::data_flags::CONSTRUCTOR != 0;
        }
        match v.try_as::<ObjectRef>() {
            Some(o) if o.kind() == CellKind::BoundFunction => self.is_constructor(o.internal(0)),
            Some(o) if o.kind() == CellKind::Proxy => o.flags() & crate::proxy::CONSTRUCTOR != 0,
            _ => false,
        }
    }

    /// [ToPrimitive](https://tc39.es/ecma262/#sec-toprimitive).
    pub fn to_primitive(&mut self, v: Value, hint: Hint) -> JsResult {
        let Some(o) = v.try_as::<ObjectRef>() else { return Ok(v) };
        let key = PropertyKey::Name(self.realm.symbols.to_primitive.into());
        let exotic = self.get_method(v, key)?;
        if !exotic.is_undefined() {
            let s = &self.realm.strings;
            let h = match hint {
                Hint::Default => s.default(),
                Hint::Number => s.number(),
                Hint::String => s.string(),
            };
            let r = self.call(exotic, v, &[h.into()])?;
            if r.is_object() {
                return Err(self.type_error("Cannot convert object to primitive value"));
            }
            return Ok(r);
        }
        let n = &self.realm.names;
        let order = if hint == Hint::String { [n.to_string, n.value_of] } else { [n.value_of, n.to_string] };
        for key in order {
            let f = self.get_of(o, key)?;
            if self.is_callable(f) {
                let r = self.call(f, v, &[])?;
                if !r.is_object() {
                    return Ok(r);
                }
            }
        }
        Err(self.type_error("Cannot convert object to primitive value"))
    }

    /// [ToNumber](https://tc39.es/ecma262/#sec-tonumber).
    pub fn to_number(&mut self, v: Value) -> JsResult<f64> {
        if v.is_number() {
            return Ok(v.as_number());
        }
        if v.is_undefined() || v.is_hole() {
            return Ok(f64::NAN);
        }
        if v.is_null() || v.is_false() {
            return Ok(0.0);
        }
        if v.is_true() {
            return Ok(1.0);
        }
        if let Some(s) = v.try_as::<StringRef>() {
            let u = strings::units(self, s);
            return Ok(string_to_number(u));
        }
        if v.is_symbol() {
            return Err(self.type_error("Cannot convert a Symbol value to a number"));
        }
        if v.is_bigint() {
            return Err(self.type_error("Cannot convert a BigInt value to a number"));
        }
        let p = self.to_primitive(v, Hint::Number)?;
        self.to_number(p)
    }
    /// [ToNumeric](https://tc39.es/ecma262/#sec-tonumeric).
    pub fn to_numeric(&mut self, v: Value) -> JsResult {
        if v.is_number() {
            return Ok(v);
        }
        let p = self.to_primitive(v, Hint::Number)?;
        if p.is_bigint() {
            return Ok(p);
        }
        Ok(Value::number(self.to_number(p)?))
    }
    /// [ToIntegerOrInfinity](https://tc39.es/ecma262/#sec-tointegerorinfinity).
    pub fn to_integer(&mut self, v: Value) -> JsResult<f64> {
        if v.is_smi() {
            return Ok(v.as_smi() as f64);
        }
        let n = self.to_number(v)?;
        Ok(if n.is_nan() { 0.0 } else { n.trunc() + 0.0 })
    }
    pub fn to_int32(&mut self, v: Value) -> JsResult<i32> {
        if v.is_smi() {
            return Ok(v.as_smi());
        }
        Ok(double_to_int32(self.to_number(v)?))
    }
    pub fn to_uint32(&mut self, v: Value) -> JsResult<u32> {
        Ok(self.to_int32(v)? as u32)
    }
    /// [ToLength](https://tc39.es/ecma262/#sec-tolength).
    pub fn to_length(&mut self, v: Value) -> JsResult<u64> {
        let n = self.to_integer(v)?;
        Ok(if n <= 0.0 { 0 } else { n.min(9_007_199_254_740_991.0) as u64 })
    }
    /// [ToIndex](https://tc39.es/ecma262/#sec-toindex).
    pub fn to_index(&mut self, v: Value) -> JsResult<u64> {
        let n = self.to_integer(v)?;
        if !(0.0..=9_007_199_254_740_991.0).contains(&n) {
            return Err(self.range_error("Invalid index"));
        }
        Ok(n as u64)
    }
    /// [LengthOfArrayLike](https://tc39.es/ecma262/#sec-lengthofarraylike).
    pub fn length_of(&mut self, o: ObjectRef) -> JsResult<u64> {
        if let Some(a) = o.try_as::<tierproof_heap::ArrayRef>() {
            return Ok(a.length() as u64);
        }
        let key = self.realm.names.length;
        let v = self.get_of(o, key)?;
        self.to_length(v)
    }

    /// [ToString](https://tc39.es/ecma262/#sec-tostring).
    pub fn to_string(&mut self, v: Value) -> JsResult<StringRef> {
        if let Some(s) = v.try_as::<StringRef>() {
            return Ok(s);
        }
        if v.is_number() {
            return Ok(self.number_to_string(v.as_number()));
        }
        let s = &self.realm.strings;
        if v.is_undefined() {
            return Ok(s.undefined());
        }
        if v.is_null() {
            return Ok(s.null());
        }
        if v.is_boolean() {
            return Ok(if v.is_true() { s.true_() } else { s.false_() });
        }
        if v.is_symbol() {
            return Err(self.type_error("Cannot convert a Symbol value to a string"));
        }
        if let Some(b) = v.try_as::<BigIntRef>() {
            return self.bigint_to_string(b, 10);
        }
        let p = self.to_primitive(v, Hint::String)?;
        self.to_string(p)
    }
    /// As Rust text (for host functions and messages).
    pub fn to_rust_string(&mut self, v: Value) -> JsResult<String> {
        let s = self.to_string(v)?;
        Ok(strings::to_rust(self, s))
    }
    /// [Number::toString](https://tc39.es/ecma262/#sec-numeric-types-number-tostring), radix 10.
    pub fn number_to_string(&mut self, n: f64) -> StringRef {
        if n == n.trunc() && n.abs() < 1e15 {
            let i = n as i64;
            if (0..10).contains(&i) {
                return self.single_character(b'0' as u16 + i as u16);
            }
            let mut buffer = [0u8; 24];
            let mut at = buffer.len();
            let mut m = i.unsigned_abs();
            while m > 0 {
                at -= 1;
                buffer[at] = b'0' + (m % 10) as u8;
                m /= 10;
            }
            if i < 0 {
                at -= 1;
                buffer[at] = b'-';
            }
            return self.string_latin1(&buffer[at..]);
        }
        let text = number_text(n);
        self.string_latin1(text.as_bytes())
    }
    /// Text of a symbol: `Symbol(description)`.
    pub fn describe_symbol(&mut self, s: SymbolRef) -> String {
        let d = match s.description().try_as::<StringRef>() {
            Some(d) => strings::to_rust(self, d),
            None => String::new(),
        };
        format!("Symbol({d})")
    }

    /// [ToObject](https://tc39.es/ecma262/#sec-toobject).
    pub fn to_object(&mut self, v: Value) -> JsResult<ObjectRef> {
        if let Some(o) = v.try_as::<ObjectRef>() {
            return Ok(o);
        }
        let Some(p) = self.primitive_prototype(v) else {
            return Err(self.type_error("Cannot convert undefined or null to object"));
        };
        Ok(self.new_wrapper(p, v))
    }
    /// A wrapper object around a primitive.
    pub fn new_wrapper(&mut self, prototype: ObjectRef, v: Value) -> ObjectRef {
        let shape = self.root_shape(prototype.into(), CellKind::PrimitiveWrapper, 0);
        let w = self.heap.allocate_object_of(CellKind::PrimitiveWrapper, shape.0);
        w.set_internal(&mut self.heap, 0, v);
        w
    }

    // --- operators

    /// `a op b` for any operands.
    pub fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> JsResult {
        if op == BinaryOp::Add {
            return self.add(a, b);
        }
        let a = self.to_numeric(a)?;
        let b = self.to_numeric(b)?;
        if a.is_number() && b.is_number() {
            Ok(number_binary(op, a, b))
        } else {
            self.bigint_binary(op, a, b)
        }
    }
    /// Unary operators on any operand.
    pub fn unary(&mut self, op: UnaryOp, v: Value) -> JsResult {
        let v = self.to_numeric(v)?;
        if let Some(b) = v.try_as::<BigIntRef>() {
            return self.bigint_unary(op, b);
        }
        let n = v.as_number();
        Ok(match op {
            UnaryOp::Inc => Value::number(n + 1.0),
            UnaryOp::Dec => Value::number(n - 1.0),
            UnaryOp::Negate => Value::number(-n),
            UnaryOp::BitwiseNot => Value::smi(!double_to_int32(n)),
            UnaryOp::ToNumber | UnaryOp::ToNumeric => Value::number(n),
        })
    }
    /// `a + b`.
    pub fn add(&mut self, a: Value, b: Value) -> JsResult {
        if a.is_number() && b.is_number() {
            return Ok(Value::number(a.as_number() + b.as_number()));
        }
        let (a, b) = (self.to_primitive(a, Hint::Default)?, self.to_primitive(b, Hint::Default)?);
        if a.is_string() || b.is_string() {
            let a = self.to_string(a)?;
            let b = self.to_string(b)?;
            return Ok(self.concat(a, b)?.into());
        }
        let a = self.to_numeric(a)?;
        let b = self.to_numeric(b)?;
        if a.is_number() && b.is_number() {
            return Ok(Value::number(a.as_number() + b.as_number()));
        }
        self.bigint_binary(BinaryOp::Add, a, b)
    }
    /// Relational comparison.
    pub fn compare(&mut self, op: CompareOp, a: Value, b: Value) -> JsResult<bool> {
        // ToPrimitive in source order for all four operators.
        let a = self.to_primitive(a, Hint::Number)?;
        let b = self.to_primitive(b, Hint::Number)?;
        if let (Some(x), Some(y)) = (a.try_as::<StringRef>(), b.try_as::<StringRef>()) {
            let o = self.compare_strings(x, y);
            return Ok(match op {
                CompareOp::LessThan => o == Ordering::Less,
                CompareOp::GreaterThan => o == Ordering::Greater,
                CompareOp::LessThanOrEqual => o != Ordering::Greater,
                CompareOp::GreaterThanOrEqual => o != Ordering::Less,
            });
        }
        if a.is_bigint() || b.is_bigint() {
            let order = self.compare_with_bigint(a, b)?;
            return Ok(match op {
                CompareOp::LessThan => order == Some(Ordering::Less),
                CompareOp::GreaterThan => order == Some(Ordering::Greater),
                CompareOp::LessThanOrEqual => order.is_some_and(|o| o != Ordering::Greater),
                CompareOp::GreaterThanOrEqual => order.is_some_and(|o| o != Ordering::Less),
            });
        }
        let x = self.to_number(a)?;
        let y = self.to_number(b)?;
        Ok(match op {
            CompareOp::LessThan => x < y,
            CompareOp::GreaterThan => x > y,
            CompareOp::LessThanOrEqual => x <= y,
            CompareOp::GreaterThanOrEqual => x >= y,
        })
    }
    /// Order of two primitives of which one is a BigInt; None when they have none.
    fn compare_with_bigint(&mut self, a: Value, b: Value) -> JsResult<Option<Ordering>> {
        let Some(x) = a.try_as::<BigIntRef>() else {
            return Ok(self.compare_with_bigint(b, a)?.map(Ordering::reverse));
        };
        if let Some(y) = b.try_as::<BigIntRef>() {
            return Ok(Some(bigint::compare(x, y)));
        }
        if let Some(s) = b.try_as::<StringRef>() {
            return Ok(self.string_to_bigint(s)?.map(|y| bigint::compare(x, y.cast())));
        }
        let y = self.to_number(b)?;
        Ok(bigint::compare_number(x, y))
    }
    /// [IsStrictlyEqual](https://tc39.es/ecma262/#sec-isstrictlyequal).
    pub fn strict_equals(&mut self, a: Value, b: Value) -> bool {
        if a.is_number() && b.is_number() {
            return a.as_number() == b.as_number();
        }
        if a == b {
            return true;
        }
        match (a.try_as::<StringRef>(), b.try_as::<StringRef>()) {
            (Some(x), Some(y)) => self.strings_equal(x, y),
            _ => match (a.try_as::<BigIntRef>(), b.try_as::<BigIntRef>()) {
                (Some(x), Some(y)) => bigint::equal(x, y),
                _ => false,
            },
        }
    }
    /// [IsLooselyEqual](https://tc39.es/ecma262/#sec-islooselyequal).
    pub fn loose_equals(&mut self, a: Value, b: Value) -> JsResult<bool> {
        if a.is_nullish() || b.is_nullish() {
            return Ok(a.is_nullish() && b.is_nullish());
        }
        let kind = |v: Value| {
            if v.is_number() {
                0
            } else if v.is_boolean() {
                1
            } else if v.is_string() {
                2
            } else if v.is_object() {
                3
            } else if v.is_bigint() {
                4
            } else {
                5
            }
        };
        match (kind(a), kind(b)) {
            (x, y) if x == y => Ok(self.strict_equals(a, b)),
            (1, _) => {
                let n = Value::smi(a.is_true() as i32);
                self.loose_equals(n, b)
            }
            (_, 1) => {
                let n = Value::smi(b.is_true() as i32);
                self.loose_equals(a, n)
            }
            (0, 2) => Ok(a.as_number() == self.to_number(b)?),
            (2, 0) => Ok(self.to_number(a)? == b.as_number()),
            (4, 0) => Ok(bigint::compare_number(a.cast(), b.as_number()) == Some(Ordering::Equal)),
            (0, 4) => Ok(bigint::compare_number(b.cast(), a.as_number()) == Some(Ordering::Equal)),
            (4, 2) => self.bigint_equals_string(a.cast(), b.cast()),
            (2, 4) => self.bigint_equals_string(b.cast(), a.cast()),
            (3, _) => {
                let p = self.to_primitive(a, Hint::Default)?;
                self.loose_equals(p, b)
            }
            (_, 3) => {
                let p = self.to_primitive(b, Hint::Default)?;
                self.loose_equals(a, p)
            }
            _ => Ok(false),
        }
    }
    /// [SameValue](https://tc39.es/ecma262/#sec-samevalue).
    pub fn same_value(&mut self, a: Value, b: Value) -> bool {
        if a.is_number() && b.is_number() {
            let (x, y) = (a.as_number(), b.as_number());
            return (x.is_nan() && y.is_nan()) || x.to_bits() == y.to_bits();
        }
        self.strict_equals(a, b)
    }
    /// [SameValueZero](https://tc39.es/ecma262/#sec-samevaluezero).
    pub fn same_value_zero(&mut self, a: Value, b: Value) -> bool {
        if a.is_number() && b.is_number() {
            let (x, y) = (a.as_number(), b.as_number());
            return (x.is_nan() && y.is_nan()) || x == y;
        }
        self.strict_equals(a, b)
    }
    /// [InstanceofOperator](https://tc39.es/ecma262/#sec-instanceofoperator).
    pub fn instance_of(&mut self, v: Value, target: Value) -> JsResult<bool> {
        if !target.is_object() {
            return Err(self.type_error("Right-hand side of 'instanceof' is not an object"));
        }
        let key = PropertyKey::Name(self.realm.symbols.has_instance.into());
        let handler = self.get_method(target, key)?;
        if !handler.is_undefined() {
            if handler == self.realm.function_has_instance {
                return self.ordinary_has_instance(target, v);
            }
            let r = self.call(handler, target, &[v])?;
            return Ok(to_boolean(r));
        }
        if !self.is_callable(target) {
            return Err(self.type_error("Right-hand side of 'instanceof' is not callable"));
        }
        self.ordinary_has_instance(target, v)
    }
    /// Whether `p` is on the prototype chain of `v`; None when a proxy is on the way, which may answer
    /// what it likes.
    pub fn inherits_from(&self, v: Value, p: Value) -> Option<bool> {
        let mut at = v;
        while let Some(o) = at.try_as::<ObjectRef>() {
            if o.kind() == CellKind::Proxy {
                return None;
            }
            at = self.prototype_of(o);
            if at == p {
                return Some(true);
            }
        }
        Some(false)
    }
    /// [OrdinaryHasInstance](https://tc39.es/ecma262/#sec-ordinaryhasinstance).
    pub fn ordinary_has_instance(&mut self, c: Value, v: Value) -> JsResult<bool> {
        if !self.is_callable(c) {
            return Ok(false);
        }
        let o = c.cast::<ObjectRef>();
        if o.kind() == CellKind::BoundFunction {
            return self.instance_of(v, o.internal(0));
        }
        let Some(mut at) = v.try_as::<ObjectRef>() else { return Ok(false) };
        let key = self.realm.names.prototype;
        let p = self.get_of(o, key)?;
        if !p.is_object() {
            return Err(self.type_error("Function has non-object prototype in instanceof check"));
        }
        loop {
            let next = self.get_prototype_of(at)?;
            if next == p {
                return Ok(true);
            }
            match next.try_as() {
                Some(n) => at = n,
                None => return Ok(false),
            }
        }
    }
}

/// Operators other than Add on two numbers.
#[inline]
pub fn number_binary(op: BinaryOp, a: Value, b: Value) -> Value {
    let (x, y) = (a.as_number(), b.as_number());
    let int = |v: Value| if v.is_smi() { v.as_smi() } else { double_to_int32(v.as_number()) };
    match op {
        BinaryOp::Add => Value::number(x + y),
        BinaryOp::Sub => Value::number(x - y),
        BinaryOp::Mul => Value::number(x * y),
        BinaryOp::Div => Value::number(x / y),
        BinaryOp::Mod => Value::number(modulo(x, y)),
        BinaryOp::Exp => Value::number(power(x, y)),
        BinaryOp::BitwiseOr => Value::smi(int(a) | int(b)),
        BinaryOp::BitwiseXor => Value::smi(int(a) ^ int(b)),
        BinaryOp::BitwiseAnd => Value::smi(int(a) & int(b)),
        BinaryOp::ShiftLeft => Value::smi(int(a).wrapping_shl(int(b) as u32 & 31)),
        BinaryOp::ShiftRight => Value::smi(int(a).wrapping_shr(int(b) as u32 & 31)),
        BinaryOp::ShiftRightLogical => Value::number(((int(a) as u32) >> (int(b) as u32 & 31)) as f64),
    }
}

/// Shortest decimal text of a number.
pub fn number_text(n: f64) -> String {
    if n.is_nan() {
        return "NaN".into();
    }
    if n.is_infinite() {
        return if n > 0.0 { "Infinity".into() } else { "-Infinity".into() };
    }
    if n == 0.0 {
        return "0".into();
    }
    zmij_ecma::Buffer::new().format(n).to_string()
}

#[cfg(test)]
mod tests {
    use super::modulo;

    #[test]
    fn remainders_of_integers_are_those_of_fmod() {
        let two63 = 9_223_372_036_854_775_808.0;
        let cases = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            2.5,
            7.0,
            -7.0,
            1e300,
            two63,
            -two63,
            two63 * 2.0,
            4294967296.0,
            9007199254740993.0,
            f64::INFINITY,
            f64::NAN,
        ];
        for a in cases {
            for b in cases {
                let (got, want) = (modulo(a, b), a % b);
                assert!(got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan(), "{a} % {b}: {got}");
            }
        }
    }
}
