//! Sets of JavaScript types that a value may have.

use bitflags::bitflags;

bitflags! {
    /// What a value may be; an empty set means unreachable.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct Types: u16 {
        /// A number in Smi encoding.
        const SMI = 1;
        /// A number in double encoding (may be integral).
        const DOUBLE = 2;
        const STRING = 4;
        const BOOLEAN = 8;
        const UNDEFINED = 16;
        const NULL = 32;
        const OBJECT = 64;
        const SYMBOL = 128;
        const BIGINT = 256;
        /// The hole.
        const HOLE = 512;
        /// Cells that are no JavaScript value (contexts, elements, function data).
        const INTERNAL = 1024;
        const NUMBER = 3;
        const ANY = 2047;
    }
}

impl Types {
    /// Whether every member of `self` is in `other`.
    pub fn is(self, other: Types) -> bool {
        other.contains(self)
    }
    /// Whether no value is in both.
    pub fn excludes(self, other: Types) -> bool {
        !self.intersects(other)
    }
}
