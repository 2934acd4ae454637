//! What the host function `probe` records: one word per value, made without formatting or running code of
//! the program. Tests and generated programs watch values with it at the price of a call.

use tierproof_heap::{ArrayRef, CellKind, ObjectRef, StringRef, Value};

use crate::{Isolate, ShapeId};

/// Words kept one by one; later ones are folded into the last.
pub const KEPT: usize = 1 << 16;

/// Marks of words that are no numbers: negative NaNs, which no recorded number is.
pub const IMMEDIATE: u64 = 0xFFF9 << 48;
pub const STRING: u64 = 0xFFFA << 48;
pub const OBJECT: u64 = 0xFFFB << 48;
pub const OTHER: u64 = 0xFFFC << 48;

impl Isolate {
    /// Records a value: numbers exactly, strings by length and content, objects by kind, length and
    /// property names.
    pub fn probe(&mut self, v: Value) {
        let word = self.probe_word(v);
        if self.probes.len() < KEPT {
            self.probes.push(word);
        } else if let Some(last) = self.probes.last_mut() {
            *last = last.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23) ^ word;
        }
    }

    fn probe_word(&mut self, v: Value) -> u64 {
        if v.is_number() {
            let n = v.as_number();
            return if n.is_nan() { f64::NAN.to_bits() & !(1 << 63) } else { n.to_bits() };
        }
        if !v.is_cell() {
            let number = match v {
                Value::UNDEFINED => 0,
                Value::NULL => 1,
                Value::TRUE => 2,
                Value::FALSE => 3,
                // sentinels must not reach a program
                _ => 4,
            };
            return IMMEDIATE | number;
        }
        if let Some(s) = v.try_as::<StringRef>() {
            return STRING | (s.len() as u64 & 0xFFFF) << 32 | self.hash_string(s) as u64;
        }
        let kind = v.as_cell().kind();
        let Some(o) = v.try_as::<ObjectRef>() else { return OTHER | kind as u64 };
        let mut hash = v.try_as::<ArrayRef>().map_or(0, |a| a.length());
        if kind != CellKind::Function {
            for (key, info) in self.shapes.properties(ShapeId(o.shape())) {
                let name = key.try_as::<StringRef>().map_or(1, |s| self.hash_string(s));
                hash = (hash.rotate_left(5) ^ name).wrapping_mul(0x9E37_79B9) ^ info.attrs as u32;
            }
        }
        OBJECT | (kind as u64) << 32 | hash as u64
    }
}

/// Text of a recorded word.
pub fn describe(word: u64) -> String {
    let low = word as u32;
    match word & 0xFFFF << 48 {
        IMMEDIATE => ["undefined", "null", "true", "false", "a sentinel"][(low as usize).min(4)].into(),
        STRING => format!("string of {} (hash {low:08x})", word >> 32 & 0xFFFF),
        OBJECT => {
            let kind = CellKind::from_u8((word >> 32) as u8).map_or("?", |k| k.name());
            format!("{kind} (length and names {low:08x})")
        }
        OTHER => CellKind::from_u8(low as u8).map_or("?", |k| k.name()).into(),
        _ => match f64::from_bits(word) {
            n if n == 0.0 && n.is_sign_negative() => "-0".into(),
            n => n.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_they_are() {
        assert_eq!(describe((-0.0f64).to_bits()), "-0");
        assert_eq!(describe(f64::NAN.to_bits()), "NaN");
        assert_eq!(describe(f64::NEG_INFINITY.to_bits()), "-inf");
        assert_eq!(describe(IMMEDIATE | 1), "null");
        assert_eq!(describe(STRING | 3 << 32 | 0xAB), "string of 3 (hash 000000ab)");
    }
}
