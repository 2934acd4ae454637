//! Kinds of feedback slots and their size in words.
//!
//! Bytegen allocates one slot per instruction that gathers feedback; `runtime` lays the vector out
//! from this list (each slot takes `SlotKind::words` consecutive Values). What the words mean is
//! owned by `runtime/src/feedback.rs`.

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
    /// Consecutive Values the slot takes in a feedback vector.
    pub const fn words(self) -> u32 {
        match self {
            SlotKind::BinaryOp | SlotKind::Compare | SlotKind::Closure | SlotKind::Loop | SlotKind::ForIn => {
                1
            }
            SlotKind::Call
            | SlotKind::Construct
            | SlotKind::InstanceOf
            | SlotKind::Literal
            | SlotKind::Iterator => 2,
            SlotKind::LoadNamed
            | SlotKind::StoreNamed { .. }
            | SlotKind::DefineNamed
            | SlotKind::LoadKeyed
            | SlotKind::StoreKeyed { .. }
            | SlotKind::DefineKeyed
            | SlotKind::HasProperty
            | SlotKind::LoadGlobal
            | SlotKind::StoreGlobal { .. } => 4,
        }
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
