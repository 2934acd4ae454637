//! `Value`: the NaN-boxed word. Smis and doubles are immediate, cells are raw pointers, the rest are small constants.

use std::fmt;

use crate::cells::CellRef;
use crate::views::CellView;

/// One JavaScript value, or one of the engine's internal sentinels.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(u64);

const CANONICAL_NAN: u64 = 0x7FF8_0000_0000_0000;

impl Value {
    /// All bits set for Smis; any of them set for numbers.
    pub const NUMBER_TAG: u64 = 0xFFFE_0000_0000_0000;
    /// Added to the bits of a double.
    pub const DOUBLE_OFFSET: u64 = 0x0002_0000_0000_0000;
    /// Set in every immediate that is not a number.
    pub const IMMEDIATE_BIT: u64 = 0x2;
    /// A word is a cell when none of these bits is set.
    pub const NOT_CELL_MASK: u64 = Self::NUMBER_TAG | Self::IMMEDIATE_BIT;

    pub const NULL: Value = Value(0x02);
    pub const UNDEFINED: Value = Value(0x0A);
    pub const FALSE: Value = Value(0x06);
    pub const TRUE: Value = Value(0x07);
    /// Absent element, or a binding in its temporal dead zone.
    pub const HOLE: Value = Value(0x12);
    /// Returned instead of a value when an exception is pending.
    pub const EXCEPTION: Value = Value(0x22);
    /// A frame slot whose value optimised code did not keep.
    pub const OPTIMIZED_OUT: Value = Value(0x32);

    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Value {
        Value(bits)
    }

    #[inline(always)]
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    #[inline(always)]
    pub const fn smi(number: i32) -> Value {
        Value(Self::NUMBER_TAG | number as u32 as u64)
    }

    /// A double as it is, even if it is integral; NaN is canonicalised.
    #[inline(always)]
    pub const fn double(number: f64) -> Value {
        let bits = if number.is_nan() { CANONICAL_NAN } else { number.to_bits() };
        Value(bits + Self::DOUBLE_OFFSET)
    }

    /// A Smi if the number is integral, in range and not -0; a double otherwise.
    #[inline(always)]
    pub const fn number(number: f64) -> Value {
        let integer = number as i32;
        if (integer as f64).to_bits() == number.to_bits() {
            Value::smi(integer)
        } else {
            Value::double(number)
        }
    }

    #[inline(always)]
    pub const fn from_bool(value: bool) -> Value {
        Value(Self::FALSE.0 | value as u64)
    }

    #[inline(always)]
    pub fn cell(cell: CellRef) -> Value {
        Value(cell.address() as u64)
    }

    #[inline(always)]
    pub const fn is_smi(self) -> bool {
        self.0 >= Self::NUMBER_TAG
    }

    #[inline(always)]
    pub const fn is_number(self) -> bool {
        self.0 & Self::NUMBER_TAG != 0
    }

    #[inline(always)]
    pub const fn is_double(self) -> bool {
        self.is_number() && !self.is_smi()
    }

    #[inline(always)]
    pub const fn is_cell(self) -> bool {
        self.0 & Self::NOT_CELL_MASK == 0
    }

    #[inline(always)]
    pub const fn is_undefined(self) -> bool {
        self.0 == Self::UNDEFINED.0
    }

    #[inline(always)]
    pub const fn is_null(self) -> bool {
        self.0 == Self::NULL.0
    }

    #[inline(always)]
    pub const fn is_nullish(self) -> bool {
        self.0 & !0x8 == Self::NULL.0
    }

    #[inline(always)]
    pub const fn is_boolean(self) -> bool {
        self.0 & !1 == Self::FALSE.0
    }

    #[inline(always)]
    pub const fn is_true(self) -> bool {
        self.0 == Self::TRUE.0
    }

    #[inline(always)]
    pub const fn is_false(self) -> bool {
        self.0 == Self::FALSE.0
    }

    #[inline(always)]
    pub const fn is_hole(self) -> bool {
        self.0 == Self::HOLE.0
    }

    #[inline(always)]
    pub const fn is_exception(self) -> bool {
        self.0 == Self::EXCEPTION.0
    }

    /// Whether this is a JS object (any object kind).
    #[inline(always)]
    pub fn is_object(self) -> bool {
        self.is_cell() && self.as_cell().kind().is_object()
    }

    #[inline(always)]
    pub fn is_string(self) -> bool {
        self.is_cell() && self.as_cell().kind().is_string()
    }

    #[inline(always)]
    pub fn is_symbol(self) -> bool {
        self.is_cell() && self.as_cell().kind() == crate::CellKind::Symbol
    }

    #[inline(always)]
    pub fn is_bigint(self) -> bool {
        self.is_cell() && self.as_cell().kind() == crate::CellKind::BigInt
    }

    #[inline(always)]
    pub const fn as_smi(self) -> i32 {
        debug_assert!(self.is_smi());
        self.0 as u32 as i32
    }

    #[inline(always)]
    pub const fn as_double(self) -> f64 {
        debug_assert!(self.is_double());
        f64::from_bits(self.0.wrapping_sub(Self::DOUBLE_OFFSET))
    }

    #[inline(always)]
    pub const fn as_number(self) -> f64 {
        debug_assert!(self.is_number());
        if self.is_smi() { self.as_smi() as f64 } else { self.as_double() }
    }

    #[inline(always)]
    pub const fn as_bool(self) -> bool {
        debug_assert!(self.is_boolean());
        self.0 == Self::TRUE.0
    }

    #[inline(always)]
    pub fn as_cell(self) -> CellRef {
        debug_assert!(self.is_cell(), "not a cell");
        CellRef::from_address(self.0 as usize)
    }

    /// The cell, or None for an immediate.
    #[inline(always)]
    pub fn cell_or_none(self) -> Option<CellRef> {
        self.is_cell().then(|| self.as_cell())
    }

    /// The typed view of the cell, or None if this is not a cell of that kind.
    #[inline(always)]
    pub fn try_as<T: CellView>(self) -> Option<T> {
        if self.is_cell() { self.as_cell().try_as() } else { None }
    }

    /// The typed view of a cell already known to be of that kind.
    #[inline(always)]
    pub fn cast<T: CellView>(self) -> T {
        self.as_cell().cast()
    }
}

impl From<CellRef> for Value {
    #[inline(always)]
    fn from(cell: CellRef) -> Value {
        Value::cell(cell)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Value::NULL => out.write_str("null"),
            Value::UNDEFINED => out.write_str("undefined"),
            Value::FALSE => out.write_str("false"),
            Value::TRUE => out.write_str("true"),
            Value::HOLE => out.write_str("<hole>"),
            Value::EXCEPTION => out.write_str("<exception>"),
            Value::OPTIMIZED_OUT => out.write_str("<optimized out>"),
            value if value.is_smi() => write!(out, "{}", value.as_smi()),
            value if value.is_double() => write!(out, "{:?}", value.as_double()),
            value if value.is_cell() && value.0 != 0 => write!(out, "{:?}", value.as_cell()),
            _ => out.write_str("<invalid value>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMMEDIATES: [Value; 7] = [
        Value::NULL,
        Value::UNDEFINED,
        Value::FALSE,
        Value::TRUE,
        Value::HOLE,
        Value::EXCEPTION,
        Value::OPTIMIZED_OUT,
    ];

    #[test]
    fn smis_round_trip() {
        for number in [0, 1, -1, 42, i32::MAX, i32::MIN] {
            let value = Value::smi(number);
            assert!(value.is_smi() && value.is_number() && !value.is_double() && !value.is_cell());
            assert_eq!(value.as_smi(), number);
            assert_eq!(value.as_number(), number as f64);
            assert_eq!(Value::from_bits(value.to_bits()), value);
            assert_eq!(Value::number(number as f64), value);
        }
    }

    #[test]
    fn doubles_round_trip() {
        let numbers = [
            0.5,
            -0.0,
            0.0,
            1.0,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            5e-324,
            -5e-324,
            f64::INFINITY,
            f64::NEG_INFINITY,
            2147483648.0,
            -2147483649.0,
        ];
        for number in numbers {
            let value = Value::double(number);
            assert!(
                value.is_double() && value.is_number() && !value.is_smi() && !value.is_cell(),
                "{number}"
            );
            assert_eq!(value.as_double().to_bits(), number.to_bits());
        }
    }

    #[test]
    fn nan_is_canonical() {
        for bits in [0x7FF8_0000_0000_0000u64, 0xFFF8_0000_0000_0000, 0x7FF0_0000_0000_0001, u64::MAX] {
            let value = Value::double(f64::from_bits(bits));
            assert!(value.is_double());
            assert_eq!(value.as_double().to_bits(), CANONICAL_NAN);
            assert_eq!(Value::number(f64::from_bits(bits)), value);
        }
    }

    #[test]
    fn number_normalises() {
        assert!(Value::number(7.0).is_smi());
        assert!(Value::number(-0.0).is_double());
        assert!(Value::number(2147483647.0).is_smi());
        assert!(Value::number(2147483648.0).is_double());
        assert!(Value::number(-2147483648.0).is_smi());
        assert!(Value::number(0.1).is_double());
        assert!(Value::number(f64::INFINITY).is_double());
    }

    #[test]
    fn immediates_are_apart() {
        for value in IMMEDIATES {
            assert!(!value.is_cell() && !value.is_number());
            assert_ne!(value.to_bits(), 0);
            assert_eq!(value.is_nullish(), value == Value::NULL || value == Value::UNDEFINED, "{value:?}");
            assert_eq!(value.is_boolean(), value == Value::TRUE || value == Value::FALSE, "{value:?}");
            assert_eq!(value.is_hole(), value == Value::HOLE);
        }
        assert_eq!(Value::from_bool(true), Value::TRUE);
        assert_eq!(Value::from_bool(false), Value::FALSE);
        assert!(Value::TRUE.as_bool() && !Value::FALSE.as_bool());
    }

    #[test]
    fn prints_without_addresses() {
        assert_eq!(format!("{:?}", Value::smi(-3)), "-3");
        assert_eq!(format!("{:?}", Value::double(1.0)), "1.0");
        assert_eq!(format!("{:?}", Value::HOLE), "<hole>");
        assert_eq!(format!("{:?}", Value::from_bits(0)), "<invalid value>");
    }
}
