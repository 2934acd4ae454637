//! What patterns are compiled to.

use crate::Flags;
use crate::set::Set;

/// One character to be matched.
#[derive(Clone, Debug)]
pub enum Single {
    Char(u32),
    /// Its canonical form, under `i`.
    CharFolded(u32),
    /// `.` without `s`.
    NotLineTerminator,
    Any,
    /// Index in `Program::sets`.
    Set(u32),
}

/// A class, closed under case when that matters.
#[derive(Clone, Debug)]
pub struct Class {
    /// Members below 256.
    pub low: [u64; 4],
    pub set: Set,
}

impl Class {
    pub fn new(set: Set) -> Class {
        let mut low = [0; 4];
        for c in 0..256 {
            if set.contains(c) {
                low[c as usize / 64] |= 1 << (c % 64);
            }
        }
        Class { low, set }
    }
    #[inline]
    pub fn contains(&self, c: u32) -> bool {
        if c < 256 { self.low[c as usize / 64] >> (c % 64) & 1 != 0 } else { self.set.contains(c) }
    }
}

/// One step of the matcher. `back` means towards the start of the input (in lookbehinds).
#[derive(Clone, Debug)]
pub enum Instruction {
    Match,
    One {
        single: Single,
        back: bool,
    },
    /// `min..=max` times one character, without captures inside.
    Repeat {
        single: Single,
        min: u32,
        max: u32,
        greedy: bool,
        back: bool,
    },
    Jump(u32),
    /// Goes on at the first; the second when that fails.
    Split(u32, u32),
    /// Notes the position in a register.
    Save(u32),
    Start {
        multiline: bool,
    },
    End {
        multiline: bool,
    },
    /// `\b`, or `\B`; `folded` when word characters include those that fold to one.
    Boundary {
        negative: bool,
        folded: bool,
    },
    /// The first of the groups that took part.
    BackReference {
        groups: Vec<u32>,
        folded: bool,
        back: bool,
    },
    /// A lookaround, up to its `LookEnd`; the index is where it goes on.
    Look {
        negative: bool,
        after: u32,
    },
    LookEnd,
    /// Sets the counter register to 0.
    LoopInit {
        counter: u32,
    },
    /// At the head of a loop: another round (next instruction) or the exit.
    LoopHead {
        counter: u32,
        min: u32,
        max: u32,
        greedy: bool,
        exit: u32,
    },
    /// Another round begins: counts it, notes the position, forgets the captures inside.
    LoopEnter {
        counter: u32,
        captures: (u32, u32),
    },
    /// End of a round: fails when it was optional and empty.
    LoopNext {
        counter: u32,
        min: u32,
        head: u32,
    },
    Fail,
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Program {
    pub(crate) code: Vec<Instruction>,
    pub(crate) classes: Vec<Class>,
    /// Capture groups, the whole match included.
    pub groups: u32,
    /// Registers: two per group, then two per loop.
    pub(crate) registers: u32,
    /// Group names in order of their first group, each with its groups.
    pub names: Vec<(Vec<u16>, Vec<u32>)>,
    pub flags: Flags,
    /// Characters that a match can begin with, when it cannot be empty.
    pub(crate) first: Option<Class>,
}
