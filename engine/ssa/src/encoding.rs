//! How a Value is packed into a word, for the evaluator and constant folding.
//!
//! The heap crate owns the encoding; this crate may not name it, and `lower` asserts that both agree.

use crate::node::Immediate;

/// All bits set for Smis, any of them for numbers.
pub const NUMBER_TAG: u64 = 0xFFFE_0000_0000_0000;
/// Added to the bits of a double.
pub const DOUBLE_OFFSET: u64 = 0x0002_0000_0000_0000;
/// Set in every immediate that is not a number.
pub const IMMEDIATE_BIT: u64 = 2;

pub const fn smi(value: i32) -> u64 {
    NUMBER_TAG | value as u32 as u64
}
pub const fn is_smi(word: u64) -> bool {
    word >= NUMBER_TAG
}
pub const fn is_number(word: u64) -> bool {
    word & NUMBER_TAG != 0
}
pub const fn is_cell(word: u64) -> bool {
    word & (NUMBER_TAG | IMMEDIATE_BIT) == 0
}
/// The number, as a Smi when integral, in range and not -0; NaN canonical.
pub const fn number(value: f64) -> u64 {
    let integer = value as i32;
    if (integer as f64).to_bits() == value.to_bits() {
        return smi(integer);
    }
    let bits = if value.is_nan() { 0x7FF8_0000_0000_0000 } else { value.to_bits() };
    bits + DOUBLE_OFFSET
}
/// The double of a number.
pub const fn as_number(word: u64) -> f64 {
    if is_smi(word) { word as u32 as i32 as f64 } else { f64::from_bits(word.wrapping_sub(DOUBLE_OFFSET)) }
}
pub const fn immediate(value: Immediate) -> u64 {
    match value {
        Immediate::Undefined => 0x0A,
        Immediate::Null => 0x02,
        Immediate::False => 0x06,
        Immediate::True => 0x07,
        Immediate::Hole => 0x12,
    }
}
pub const fn boolean(value: bool) -> u64 {
    immediate(if value { Immediate::True } else { Immediate::False })
}
/// ToInt32 of a double.
pub fn to_int32(x: f64) -> i32 {
    if !x.is_finite() {
        return 0;
    }
    (x.trunc() % 4294967296.0) as i64 as u32 as i32
}
/// The int32 that a double exactly is (-0 is none).
pub fn exact_int32(x: f64) -> Option<i32> {
    let i = x as i32;
    ((i as f64).to_bits() == x.to_bits()).then_some(i)
}
