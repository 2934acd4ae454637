//! Tier 1, the baseline compiler: one linear pass over the bytecode, one template per instruction,
//! no IR and no analysis.
//!
//! Baseline code runs on the interpreter's frame, so control can move between the two at any
//! instruction boundary. Small-integer and double arithmetic, comparisons, monomorphic property
//! caches, dense elements, and calls of compiled functions are inline; everything else calls
//! `interpret_one`, the interpreter's handler for that one instruction, which also keeps the
//! feedback alive for the higher tiers. Each loop header has an entry stub for on-stack replacement.

#[cfg(target_arch = "x86_64")]
mod compiler;
#[cfg(target_arch = "x86_64")]
mod masm;

#[cfg(target_arch = "x86_64")]
pub use compiler::{BaselineCode, FunctionTraits, can_be_interpreted, compile};
