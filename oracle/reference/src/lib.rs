//! The reference: an evaluator of its own, written from the specification operation by operation, that shares
//! nothing with the engine but the parser. It is slow and plain; its purpose is to find mistakes that all
//! tiers make together. `tierproof-oracle` compares its observation with row one of the matrix.
//!
//! What it does not know is answered `NotComparable` with the name of the construct, never guessed. Libraries
//! it has in common with the engine: the parser, `num-bigint` for the arithmetic of BigInts, `libm` for the
//! functions that the specification leaves to the implementation (sin, exp, ...).

mod agent;
mod builtins;
mod environments;
mod evaluate;
mod operations;
mod run;
mod tree;
mod values;

pub use run::{Ending, Observed, evaluate, evaluate_all};
pub use values::OPAQUE;

/// Limits of an evaluation; each is an answer `NotComparable`.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Steps of the evaluator: property accesses, calls, statements.
    pub steps: u64,
    /// Objects alive or dead.
    pub objects: usize,
    /// Code units of all strings made.
    pub string_units: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { steps: 40_000_000, objects: 3_000_000, string_units: 400_000_000 }
    }
}

/// What went to the host function `probe`.
#[derive(Clone, Debug)]
pub enum Probe {
    Undefined,
    Null,
    Boolean(bool),
    Number(f64),
    /// UTF-16 code units; opaque text contains [`OPAQUE`].
    String(Vec<u16>),
    /// A symbol or BigInt.
    Other,
    Object,
}
