//! Kinds of feedback slots and their size in words.
//!
//! Bytegen allocates one slot per instruction that gathers feedback; `runtime` lays the vector out
//! from this list (each slot takes `SlotKind::words` consecutive Values). What the words mean is
//! owned by `runtime/src/feedback.rs`.

/// Words of every slot.
pub const SLOT_WORDS: u32 = 4;

/// Index of a feedback slot in a template's `slots`.
pub type SlotId = u32;

/// What a slot records.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SlotKind {
    /// Operand types of a unary or binary operation.
    BinaryOp,
    /// Operand types of a comparison.
    Compare,
    /// Named load cache.
    LoadNamed,
    /// Named store cache.
    StoreNamed { strict: bool },
    /// Define-own-named cache.
    DefineNamed,
    /// Keyed load cache.
    LoadKeyed,
    /// As a keyed load, of elements that may be absent.
    LoadPresent,
    /// Keyed store cache.
    StoreKeyed { strict: bool },
    /// Define-own-keyed cache (also array literals with computed positions).
    DefineKeyed,
    /// `in` cache.
    HasProperty,
    /// Global load cache.
    LoadGlobal,
    /// Global store cache.
    StoreGlobal { strict: bool },
    /// Call target and count.
    Call,
    /// Constructor and count.
    Construct,
    /// instanceof: right-hand side seen.
    InstanceOf,
    /// Boilerplate and allocation site of a literal.
    Literal,
    /// FunctionData of the closures made here.
    Closure,
    /// Back-edge count of a loop.
    Loop,
    /// Iterator protocol: which fast path applies.
    Iterator,
    /// for-in enumeration.
    ForIn,
}

impl SlotKind {
    /// Consecutive Values the slot takes in a feedback vector: the same for every kind, so that
    /// interpreter and baseline reach a slot with one shift.
    pub const fn words(self) -> u32 {
        SLOT_WORDS
    }

    /// Whether the first word is a Smi of bits or counts (otherwise it starts as undefined).
    pub const fn is_counter(self) -> bool {
        matches!(
            self,
            SlotKind::BinaryOp
                | SlotKind::Compare
                | SlotKind::LoadKeyed
                | SlotKind::LoadPresent
                | SlotKind::StoreKeyed { .. }
                | SlotKind::DefineKeyed
                | SlotKind::HasProperty
                | SlotKind::Loop
                | SlotKind::Iterator
                | SlotKind::ForIn
        )
    }

    /// Whether a failed store at this site throws.
    pub const fn is_strict(self) -> bool {
        matches!(
            self,
            SlotKind::StoreNamed { strict: true }
                | SlotKind::StoreKeyed { strict: true }
                | SlotKind::StoreGlobal { strict: true }
        )
    }
}
