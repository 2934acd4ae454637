//! Regular expressions as ECMA-262 defines them: patterns are parsed (with all early errors) by
//! `oxc_regular_expression`, compiled to a small instruction set, and matched by backtracking.
//!
//! Own, because no library matches as the specification says and counts its steps: a match that
//! backtracks exponentially ends after the same number of steps everywhere. Knows no heap and no
//! isolate; `runtime::regexp` calls it.
//! Spec: [RegExp (Regular Expression) Objects](https://tc39.es/ecma262/#sec-regexp-regular-expression-objects).

mod case;
mod compile;
mod matcher;
mod program;
mod set;
mod unicode;

pub use compile::compile;
pub use matcher::{Captures, Failure, Input};
pub use program::Program;

/// The flags of a regular expression.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Flags(pub u8);

impl Flags {
    pub const HAS_INDICES: u8 = 1;
    pub const GLOBAL: u8 = 2;
    pub const IGNORE_CASE: u8 = 4;
    pub const MULTILINE: u8 = 8;
    pub const DOT_ALL: u8 = 16;
    pub const UNICODE: u8 = 32;
    pub const UNICODE_SETS: u8 = 64;
    pub const STICKY: u8 = 128;
    /// Letters in the order of the bits, which is that of `flags`.
    pub const LETTERS: &'static str = "dgimsuvy";

    /// From flag letters; None when one is unknown or repeated, or `u` and `v` come together.
    pub fn parse(letters: impl Iterator<Item = u16>) -> Option<Flags> {
        let mut out = 0u8;
        for c in letters {
            let bit = Flags::LETTERS.bytes().position(|l| l as u16 == c)?;
            if out & 1 << bit != 0 {
                return None;
            }
            out |= 1 << bit;
        }
        let both = Flags::UNICODE | Flags::UNICODE_SETS;
        (out & both != both).then_some(Flags(out))
    }
    pub fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
    /// Whether characters are code points (`u` or `v`).
    pub fn full_unicode(self) -> bool {
        self.has(Flags::UNICODE | Flags::UNICODE_SETS)
    }
}

#[cfg(test)]
mod tests;
